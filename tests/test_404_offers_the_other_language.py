"""A page that does not exist in a language is a 404 in that language that offers the other; and no more than that."""

import pytest
from lxml import html as lxml_html

from .factories import ahead, edit, make_analysis, make_expert, make_page, make_region, make_tag, make_topic, publish

pytestmark = pytest.mark.django_db


def offered(client, path):
    response = client.get(path)
    assert response.status_code == 404, path
    page = lxml_html.document_fromstring(response.content)
    assert page.get("lang") == ("ar" if path.startswith("/ar/") else "en")
    return [(a.get("href"), a.get("lang"), a.text_content()) for a in page.xpath("//ul[@class='other-languages']//a")]


ENGLISH, ARABIC = ("en", "English"), ("ar", "العربية")


def test_an_english_text_is_offered_where_there_is_no_arabic_one(client):
    publish(make_analysis("The River", slug_en="river"), "en")
    assert offered(client, "/ar/policy-analysis/river") == [("/policy-analysis/river", *ENGLISH)]


def test_an_arabic_text_is_offered_where_there_is_no_english_one(client):
    publish(make_analysis("", "النهر", slug_ar="alnhr"), "ar")
    assert offered(client, "/policy-analysis/alnhr") == [("/ar/policy-analysis/alnhr", *ARABIC)]


@pytest.mark.parametrize(
    "make, path",
    [(make_topic, "/policy-analysis"), (make_region, "/policy-analysis"), (make_expert, "/experts"), (make_page, "")],
)
def test_everything_with_a_page_in_one_language_is_offered_in_the_other(client, make, path):
    make("Something", "", slug_en="something")
    make("", "شيء", slug_ar="shya")
    assert offered(client, f"/ar{path}/something") == [(f"{path}/something", *ENGLISH)]
    assert offered(client, f"{path}/shya") == [(f"/ar{path}/shya", *ARABIC)]


def test_a_tag_with_a_label_in_one_language_is_offered_in_the_other(client):
    publish(make_analysis("The River", tags=[make_tag("levees", "Levees", "")]), "en")
    assert offered(client, "/ar/tags/levees") == [("/tags/levees", *ENGLISH)]


def test_nothing_is_offered_for_an_address_that_never_was(client):
    for path in (
        "/policy-analysis/x",
        "/ar/policy-analysis/x",
        "/experts/x",
        "/ar/experts/x",
        "/tags/x",
        "/ar/tags/x",
        "/x",
        "/ar/x",
    ):
        assert offered(client, path) == []


def test_a_draft_is_not_offered(client):
    make_analysis("The River", slug_en="river")
    assert offered(client, "/ar/policy-analysis/river") == []


def test_a_scheduled_text_is_not_offered(client):
    make_analysis("The River", slug_en="river").publish("en", at=ahead(hours=1))
    assert offered(client, "/ar/policy-analysis/river") == []


def test_a_withdrawn_text_is_not_offered(client):
    publish(make_analysis("The River", slug_en="river"), "en").withdraw("en")
    assert offered(client, "/ar/policy-analysis/river") == []


def test_a_former_address_is_not_offered(client):
    text = publish(make_analysis("The River", slug_en="river"), "en")
    publish(edit(text, slug_en="stream"), "en")
    assert offered(client, "/ar/policy-analysis/river") == []
    assert offered(client, "/ar/policy-analysis/stream") == [("/policy-analysis/stream", *ENGLISH)]


def test_a_schedule_in_this_language_is_not_betrayed_by_what_is_offered(client):
    text = publish(make_analysis("The River", "النهر", slug_en="river", slug_ar="river"), "en")
    before = client.get("/ar/policy-analysis/river").content
    text.publish("ar", at=ahead(hours=1))
    assert client.get("/ar/policy-analysis/river").content == before
    assert offered(client, "/ar/policy-analysis/river") == [("/policy-analysis/river", *ENGLISH)]


def test_the_404_leads_on(client):
    page = lxml_html.document_fromstring(client.get("/ar/policy-analysis/x").content)
    assert {"/ar", "/ar/policy-analysis"} <= set(page.xpath("//main//a/@href"))
    assert page.xpath("//main//form[@action='/ar/search']")


def test_a_404_is_not_for_search_engines_and_has_no_address_of_its_own(client):
    page = lxml_html.document_fromstring(client.get("/policy-analysis/x").content)
    assert page.xpath("//meta[@name='robots']/@content") == ["noindex"]
    assert not page.xpath("//link[@rel='canonical'] | //link[@hreflang]")
