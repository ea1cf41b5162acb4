"""Everything derived can be made anew from the editions."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from analyses.editions import Edition, Entry, Tally
from tests.factories import make_analysis, make_expert, make_region, make_topic
from thinktank import search
from thinktank.models import Permalink
from thinktank.search.tables import PUBLISHED, WORKING

pytestmark = pytest.mark.django_db

DERIVED = ["pk", "body", "text", "headings", "footnotes", "linked", "words", "reading_minutes", "is_counted"]


def rebuild():
    call_command("rebuild", stdout=StringIO())


def derived():
    return {
        "editions": list(Edition.objects.order_by("pk").values_list(*DERIVED)),
        "facets": [sorted(facets) for facets in Edition.objects.order_by("pk").values_list("facets", flat=True)],
        "entries": sorted(Entry.objects.values_list("edition", "language", "facet", "published_at")),
        "counts": sorted(Tally.objects.exclude(n=0).values_list("language", "facet", "other", "n")),
        "addresses": sorted(Permalink.objects.values_list("namespace", "language", "slug", "object_id", "is_current")),
    }


@pytest.fixture
def institute():
    rana, water, iraq = make_expert(), make_topic(), make_region()
    first = make_analysis("The River Is Low", "النهر منخفض", authors=[rana], topics=[water], publish=["en", "ar"])
    body = '<h2>Depth</h2><p>See <a href="/policy-analysis/river-low">it</a>.<sup class="footnote">Note.</sup></p>'
    make_analysis("Dams", body_en=body, regions=[iraq], tags=["dams"], publish=["en"])
    make_analysis("Tomorrow").publish("en", at=timezone.now() + timedelta(days=1))
    make_analysis("Gone", publish=["en"]).withdraw("en", "Wrong")
    first.body_en = "<p>CANARY of the working copy.</p>"
    first.save()


def test_what_is_lost_comes_back(institute, client):
    before = derived()
    Edition.objects.update(
        body="", text="", headings=[], footnotes=[], linked=[], words=0, is_counted=False, settles_at=None
    )
    Entry.objects.all().delete()
    Tally.objects.all().delete()
    Permalink.objects.filter(namespace="experts").delete()
    rebuild()
    assert derived() == before
    assert "River" in client.get("/search?q=river").content.decode()


def test_a_second_run_changes_nothing(institute):
    rebuild()
    before = derived()
    rebuild()
    assert derived() == before


def test_the_working_copy_does_not_get_out_with_it(institute, client):
    rebuild()
    assert not Edition.objects.filter(body__contains="CANARY").exists()
    assert "CANARY" not in client.get("/policy-analysis/river-low").content.decode()


def test_a_former_address_goes_on_leading_to_its_thing(client):
    topic = make_topic("Water", "المياه")
    topic.slug_en = "rivers"
    topic.save()
    rebuild()
    assert client.get("/policy-analysis/water")["Location"] == "/policy-analysis/rivers"
    assert client.get("/policy-analysis/rivers").status_code == 200


def test_a_link_finds_what_has_become_public_since(client):
    make_analysis("Dams", body_en='<p>See <a href="/policy-analysis/river-low">it</a>.</p>', publish=["en"])
    river = make_analysis("The River Is Low", publish=["en"])
    rebuild()
    river.slug_en = "moved"
    river.save()
    river.publish("en")
    assert 'href="/policy-analysis/moved"' in client.get("/policy-analysis/dams").content.decode()


def test_many_editions_are_made_anew_in_batches(monkeypatch):
    monkeypatch.setattr("analyses.management.commands.rebuild.BATCH", 2)
    for number in range(5):
        make_analysis(f"Well {number}", publish=["en"])
    Edition.objects.update(body="")
    rebuild()
    assert not Edition.objects.filter(body="").exists()


def test_only_the_search_is_made_anew_where_only_that_is_asked_for(institute):
    Edition.objects.update(words=0)
    with connection.cursor() as cursor:
        for tables in (PUBLISHED, WORKING):
            cursor.execute(f"TRUNCATE {tables.document}, {tables.term}, {tables.posting}, {tables.statistics}")
    call_command("rebuild", "--search", stdout=StringIO())
    assert search.find("en", "river").total == 1 and search.find("en", "river", tables=WORKING).total == 1
    assert not Edition.objects.exclude(words=0).exists()
