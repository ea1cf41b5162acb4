"""The feed of new texts, one in each language."""

from datetime import datetime

import pytest
from django.conf import settings
from lxml import etree

from .factories import ago, correct, make_analysis, make_expert, publish

pytestmark = pytest.mark.django_db

ATOM = {"a": "http://www.w3.org/2005/Atom"}


def feed(client, path="/feed"):
    response = client.get(path)
    assert response.status_code == 200
    assert response["Content-Type"].startswith("application/atom+xml")
    return etree.fromstring(response.content)


def entries(client, path="/feed"):
    return [entry.findtext("a:title", namespaces=ATOM) for entry in feed(client, path).findall("a:entry", ATOM)]


@pytest.mark.parametrize(
    "title",
    [
        "a ]]> b",
        "a & b < c > d",
        "\"quotes\" and 'others' “too”",
        "Rivers 😀 and 🌊",
        "مياه «دجلة» و\u200cالفرات",
        "x" * 300,
        "a\ufffeb\uffffc",
    ],
)
def test_any_title_makes_a_feed_that_can_be_read(client, title):
    text = make_analysis(
        title, title, summary_en=title, summary_ar=title, authors=[make_expert(title[:60], title[:60])]
    )
    publish(text, "en", "ar")
    expected = title.replace("\ufffe", "").replace("\uffff", "")
    assert entries(client) == [expected] and entries(client, "/ar/feed") == [expected]


def test_any_text_makes_a_sitemap_that_can_be_read(client):
    publish(make_analysis("a ]]> & <b>", "عنوان & آخر"), "en", "ar")
    for section in ("texts-en", "texts-ar", "places-en", "places-ar"):
        etree.fromstring(client.get(f"/sitemap-{section}.xml").content)


def test_the_feed_is_in_its_own_language(client):
    publish(make_analysis("English", "عربي"), "en", "ar")
    publish(make_analysis("English Only"), "en", at=ago(days=1))
    for path, code, titles in (("/feed", "en", ["English", "English Only"]), ("/ar/feed", "ar", ["عربي"])):
        root = feed(client, path)
        assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == code
        assert root.findtext("a:title", namespaces=ATOM) == settings.INSTITUTE_NAME[code]
        assert entries(client, path) == titles
        prefix = settings.SITE_URL + ("/ar" if code == "ar" else "")
        assert all(
            link.startswith(f"{prefix}/policy-analysis/")
            for link in root.xpath("//a:entry/a:link/@href", namespaces=ATOM)
        )


def test_the_feed_is_newest_first_and_short(client):
    for number in range(33):
        publish(make_analysis(f"Text {number}"), "en", at=ago(days=number))
    assert entries(client) == [f"Text {number}" for number in range(30)]


def test_an_entry_says_when_and_by_whom(client):
    moment = ago(days=3)
    publish(make_analysis("Text", authors=[make_expert(), make_expert("Omar Haddad", "")]), "en", at=moment)
    entry = feed(client).find("a:entry", ATOM)
    assert entry.findtext("a:author/a:name", namespaces=ATOM) == "Rana Darwazeh, Omar Haddad"
    published = datetime.fromisoformat(entry.findtext("a:published", namespaces=ATOM))
    assert abs((published - moment).total_seconds()) < 1
    assert entry.findtext("a:updated", namespaces=ATOM) == entry.findtext("a:published", namespaces=ATOM)


def test_a_correction_is_an_update_of_the_same_entry(client):
    text = publish(make_analysis("Text"), "en", at=ago(days=3))
    before = feed(client).find("a:entry", ATOM)
    correct(text, title_en="Text, Corrected", at=ago(days=1))
    [after] = feed(client).findall("a:entry", ATOM)
    assert after.findtext("a:id", namespaces=ATOM) == before.findtext("a:id", namespaces=ATOM)
    assert after.findtext("a:published", namespaces=ATOM) == before.findtext("a:published", namespaces=ATOM)
    assert after.findtext("a:updated", namespaces=ATOM) > before.findtext("a:updated", namespaces=ATOM)


def test_an_empty_feed_can_be_read_and_does_not_change(client):
    assert entries(client) == []
    assert client.get("/feed")["ETag"] == client.get("/feed")["ETag"]


def test_the_feed_costs_one_query(client, django_assert_num_queries):
    for number in range(3):
        publish(make_analysis(f"Text {number}", authors=[make_expert(f"Person {number}", "")]), "en")
    with django_assert_num_queries(1):
        client.get("/feed")
