"""Addresses: one owner each, and none of them ever lost."""

import unicodedata

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from experts.models import Expert
from taxonomy.models import Format, Region, Topic
from tests.factories import make_analysis, make_expert, make_format, make_region, make_topic
from thinktank.models import Page, Permalink

pytestmark = pytest.mark.django_db


def saved(thing):
    """Saved as the admin does it."""
    thing.full_clean()
    thing.save()
    return thing


def renamed(thing, **slugs):
    for column, slug in slugs.items():
        setattr(thing, column, slug)
    return saved(thing)


# --- One namespace


@pytest.mark.parametrize("second", [Topic, Region, Format])
@pytest.mark.parametrize("first", [make_topic, make_region, make_format])
def test_two_things_cannot_type_the_same_address(first, second):
    first("Water", "المياه", slug_en="water")
    with pytest.raises(ValidationError) as refused:
        saved(second(name_en="Something else", slug_en="water"))
    assert list(refused.value.message_dict) == ["slug_en"]
    assert "“water” (English) belongs to another text or page" in refused.value.message_dict["slug_en"][0]


def test_a_topic_cannot_have_the_address_of_a_text_nor_a_text_that_of_a_topic():
    make_analysis("The River Is Low", publish=["en"])
    with pytest.raises(ValidationError, match="belongs to another"):
        saved(Topic(name_en="Rivers", slug_en="river-low"))
    make_topic("Water", slug_en="water")
    analysis = make_analysis("Another")
    analysis.slug_en = "water"
    with pytest.raises(ValidationError, match="belongs to another"):
        analysis.full_clean()
    with pytest.raises(ValidationError, match="belongs to another"):
        analysis.publish("en")


def test_two_things_of_one_name_get_two_addresses_by_rule():
    topic = saved(Topic(name_en="Iraq"))
    region = saved(Region(name_en="Iraq"))
    analysis = make_analysis("Iraq", publish=["en"])
    assert [topic.slug_en, region.slug_en, analysis.slug_en] == ["iraq", "iraq-2", "iraq-3"]


def test_people_and_pages_have_namespaces_of_their_own(client):
    saved(Topic(name_en="About", slug_en="about"))
    saved(Page(title_en="About", slug_en="about", body_en="<p>Us</p>"))
    saved(Expert(name_en="About", slug_en="about"))
    for path in ("/about", "/experts/about", "/policy-analysis/about"):
        assert client.get(path).status_code == 200
    with pytest.raises(ValidationError):
        saved(Page(title_en="Us", slug_en="about"))
    with pytest.raises(ValidationError):
        saved(Expert(name_en="Us", slug_en="about"))


def test_the_same_address_may_serve_two_languages(client):
    topic = saved(Topic(name_en="NATO", slug_en="nato", name_ar="الناتو", slug_ar="nato"))
    other = saved(Topic(name_en="Water", slug_en="water", name_ar="المياه", slug_ar="miyah"))
    saved(Region(name_en="Gulf", slug_en="miyah"))
    assert (topic.slug_en, topic.slug_ar, other.slug_ar) == ("nato", "nato", "miyah")
    assert client.get("/policy-analysis/nato").status_code == 200
    assert client.get("/ar/policy-analysis/nato").status_code == 200
    with pytest.raises(ValidationError) as refused:
        saved(Region(name_en="Levant", name_ar="الشام", slug_ar="nato"))
    assert "(العربية)" in refused.value.message_dict["slug_ar"][0]


def test_one_address_in_composed_and_decomposed_letters_is_one_address():
    saved(Topic(name_en="Cafés", slug_en="cafés"))
    with pytest.raises(ValidationError, match="belongs to another"):
        saved(Region(name_en="Cafés", slug_en=unicodedata.normalize("NFD", "cafés")))


def test_an_address_with_characters_that_cannot_be_seen_is_no_other_address():
    saved(Topic(name_en="Water", slug_en="water"))
    for slug in ("wa\u200bter", "\u202ewater\u202c", "wat\u200cer", "water\u200e", "\ufeffwater"):
        with pytest.raises(ValidationError):
            saved(Region(name_en="Water", slug_en=slug))


@pytest.mark.parametrize("slug", ["admin", "search", "..", "-", "a/b", "sitemap.xml", "ar"])
def test_an_address_of_the_site_is_refused_in_a_form(slug):
    for model in (Topic, Region, Format, Expert, Page):
        name = {model.names_itself_by + "_en": "Water"}
        with pytest.raises(ValidationError) as refused:
            saved(model(**name, slug_en=slug))
        assert "slug_en" in refused.value.message_dict


def test_a_thing_has_a_name_in_one_language_at_least():
    with pytest.raises(ValidationError, match="name in one language"):
        saved(Topic(slug_en="water"))


def test_a_refused_address_changes_nothing():
    topic = saved(Topic(name_en="Water", slug_en="water"))
    saved(Region(name_en="Gulf", slug_en="gulf"))
    topic.slug_en = "gulf"
    with pytest.raises(ValidationError), transaction.atomic():
        topic.save()
    assert Topic.objects.get().slug_en == "water"
    assert Permalink.objects.current_slug(topic, "en") == "water"


def test_the_database_itself_keeps_an_address_single():
    topic = saved(Topic(name_en="Water", slug_en="water"))
    row = Permalink.objects.of(topic).get()
    for change in ({"is_current": False}, {"slug": "other"}):
        twin = Permalink(
            namespace=row.namespace, language="en", slug="water", content_type=row.content_type, object_id=row.object_id
        )
        for name, value in change.items():
            setattr(twin, name, value)
        with pytest.raises(IntegrityError), transaction.atomic():
            twin.save()


# --- Renaming


def test_a_former_address_leads_to_the_present_one_in_its_own_language(client):
    topic = saved(Topic(name_en="Water", slug_en="water", name_ar="المياه", slug_ar="miyah"))
    renamed(topic, slug_en="rivers")
    response = client.get("/policy-analysis/water")
    assert (response.status_code, response["Location"]) == (301, "/policy-analysis/rivers")
    assert client.get("/policy-analysis/rivers").status_code == 200
    assert client.get("/ar/policy-analysis/miyah").status_code == 200
    renamed(topic, slug_ar="anhar")
    response = client.get("/ar/policy-analysis/miyah")
    assert (response.status_code, response["Location"]) == (301, "/ar/policy-analysis/anhar")


@pytest.mark.parametrize(
    "thing, path",
    [
        (lambda: make_topic("Water", slug_en="first"), "/policy-analysis/"),
        (lambda: make_region("Water", slug_en="first"), "/policy-analysis/"),
        (lambda: make_format("Water", slug_en="first"), "/policy-analysis/"),
        (lambda: make_expert(slug_en="first"), "/experts/"),
        (lambda: Page.objects.create(title_en="About", slug_en="first"), "/"),
    ],
    ids=["topic", "region", "format", "expert", "page"],
)
def test_however_often_a_thing_is_renamed_each_address_is_one_step_away(client, thing, path):
    found = thing()
    for slug in ("second", "third", "fourth"):
        renamed(found, slug_en=slug)
    for slug in ("first", "second", "third"):
        response = client.get(path + slug)
        assert (response.status_code, response["Location"]) == (301, f"{path}fourth")
    assert client.get(f"{path}fourth").status_code == 200
    with pytest.raises(ValidationError, match="belongs to another"):
        saved(type(found)(**{found.names_itself_by + "_en": "Other"}, slug_en="first"))


def test_a_published_text_that_is_renamed_is_one_step_away(client):
    analysis = make_analysis("The River Is Low", publish=["en"])
    for slug in ("second", "third"):
        analysis.slug_en = slug
        saved(analysis)
        assert client.get(f"/policy-analysis/{slug}").status_code == 404  # until it is published
        analysis.publish("en")
    for slug in ("river-low", "second"):
        response = client.get(f"/policy-analysis/{slug}")
        assert (response.status_code, response["Location"]) == (301, "/policy-analysis/third")


def test_a_thing_can_go_back_to_an_address_it_had(client):
    topic = saved(Topic(name_en="Water", slug_en="first"))
    renamed(topic, slug_en="second")
    renamed(topic, slug_en="first")
    assert client.get("/policy-analysis/first").status_code == 200
    assert client.get("/policy-analysis/second")["Location"] == "/policy-analysis/first"
    assert Permalink.objects.of(topic).filter(is_current=True).count() == 1


def test_an_emptied_address_is_made_again_by_rule(client):
    topic = saved(Topic(name_en="Water", slug_en="first"))
    renamed(topic, slug_en="")
    assert topic.slug_en == "water"
    assert client.get("/policy-analysis/first")["Location"] == "/policy-analysis/water"


def test_a_redirect_leads_nowhere_else(client):
    topic = saved(Topic(name_en="Water", slug_en="first"))
    renamed(topic, slug_en="حلف-الناتو")
    location = client.get("/policy-analysis/first?next=//evil.example")["Location"]
    assert location.startswith("/policy-analysis/%D8") and "evil" not in location
    assert client.get(location).status_code == 200


# --- Deleting


@pytest.mark.parametrize(
    "thing, path",
    [
        (lambda: make_topic("Water", slug_en="first"), "/policy-analysis/"),
        (lambda: make_region("Water", slug_en="first"), "/policy-analysis/"),
        (lambda: make_expert(slug_en="first"), "/experts/"),
        (lambda: Page.objects.create(title_en="About", slug_en="first"), "/"),
    ],
    ids=["topic", "region", "expert", "page"],
)
def test_the_address_of_a_deleted_thing_stays_reserved_and_says_gone(client, thing, path):
    found = thing()
    renamed(found, slug_en="second")
    found.delete()
    with pytest.raises(ValidationError, match="once did"):
        saved(type(found)(**{found.names_itself_by + "_en": "Other"}, slug_en="second"))
    assert client.get(f"{path}second").status_code == 410
    assert client.get(f"{path}first").status_code in (410, 301)


def test_the_address_of_a_deleted_text_stays_reserved_and_says_gone(client):
    make_analysis("The River Is Low", publish=["en"]).delete()
    assert client.get("/policy-analysis/river-low").status_code == 410
    assert make_analysis("The River Is Low").slug_en == "river-low-2"


def test_an_address_that_never_was_is_unknown(client):
    for path in ("/policy-analysis/never", "/experts/never", "/never", "/ar/never"):
        assert client.get(path).status_code == 404


# --- A name in one language only


def test_a_thing_without_a_name_in_a_language_has_no_address_there(client):
    topic = saved(Topic(name_en="Water"))
    assert topic.slug_ar is None
    assert not Permalink.objects.of(topic).filter(language="ar").exists()
    renamed(topic, name_ar="المياه")
    assert client.get("/ar/policy-analysis/almyah").status_code == 200
