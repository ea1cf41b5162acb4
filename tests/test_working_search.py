"""Staff find a text by any word of its working copy; readers never do."""

from io import StringIO

import pytest
from django.contrib.admin import site as newsroom
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import RequestFactory

from analyses import counts
from analyses.admin import AnalysisAdmin
from analyses.models import Analysis
from tests.factories import edit, make_analysis, make_expert, publish
from thinktank.search import find
from thinktank.search.models import WorkingDocument

pytestmark = pytest.mark.django_db


def listed(text, queryset=None):
    request = RequestFactory().get("/")
    request.user = User(is_superuser=True, is_staff=True)
    admin = newsroom._registry[Analysis]
    assert isinstance(admin, AnalysisAdmin)
    rows, _several = admin.get_search_results(request, Analysis.objects.all() if queryset is None else queryset, text)
    return set(rows.values_list("pk", flat=True))


def test_any_word_of_a_draft_finds_it():
    text = make_analysis(
        "Barley", "الشعير", summary_en="On wheat.", body_en='<p>On millet.<sup class="footnote">On rye.</sup></p>',
        body_ar="<p>عن القمح</p>", authors=[make_expert()],
    )  # fmt: skip
    for words in ("barley", "wheat", "millet", "rye", "القمح", "والشعير", "Darwazeh", "millet barley"):
        assert listed(words) == {text.pk}, words
    assert listed("barley rice") == set()
    counts.settle_due()
    assert find("en", "barley").total == find("en", "barlei").total == 0


def test_a_save_changes_what_finds_it():
    text = make_analysis("Barley", body_en="<p>Millet</p>")
    edit(text, body_en="<p>Sorghum</p>")
    assert listed("millet") == set()
    assert listed("sorghum") == {text.pk}
    key = text.pk
    text.delete()
    assert listed("sorghum") == set()
    assert not WorkingDocument.objects.filter(key=key).exists()


def test_a_search_shows_no_more_than_the_list_it_is_in():
    seen, unseen = make_analysis("Barley here"), make_analysis("Barley there")
    assert listed("barley", Analysis.objects.exclude(pk=unseen.pk)) == {seen.pk}


def test_an_empty_search_shows_everything():
    text = make_analysis("Barley")
    assert listed("") == listed(" ") == {text.pk}


def test_it_can_be_made_anew():
    text = publish(make_analysis("Barley", body_en="<p>Millet</p>"), "en")
    gone = make_analysis("Rice", body_en="<p>Millet</p>")
    Analysis.objects.filter(pk=gone.pk).update(body_en="<p>Sorghum</p>")
    call_command("rebuild", stdout=StringIO())
    assert listed("millet") == {text.pk}
    assert listed("sorghum") == {gone.pk}
