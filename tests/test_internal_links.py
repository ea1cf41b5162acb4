"""Links in a body to the institute's own pages: they follow their target, in the reader's language."""

import pytest
from django.conf import settings

from .factories import ahead, edit, let_time_pass, make_analysis, make_expert, make_topic, publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def dust():
    return publish(make_analysis("Dust", "غبار", slug_en="dust", slug_ar="ghbar"), "en", "ar")


def reader(*languages, href="/policy-analysis/dust", note=False):
    link = f'<a href="{href}">the dust</a>'
    body = f'<p>See it.<sup class="footnote">{link}</sup></p>' if note else f"<p>See {link}.</p>"
    text = make_analysis("Reader", "قارئ", slug_en="reader", slug_ar="qary", body_en=body, body_ar=body)
    return publish(text, *(languages or ("en",)))


def page(client, language="en"):
    return client.get({"en": "/policy-analysis/reader", "ar": "/ar/policy-analysis/qary"}[language]).content.decode()


@pytest.mark.parametrize("note", [False, True])
def test_a_link_follows_a_changed_address(client, dust, note):
    reader(note=note)
    assert '<a href="/policy-analysis/dust">the dust</a>' in page(client)
    publish(edit(dust, slug_en="dust-again"), "en")
    assert '<a href="/policy-analysis/dust-again">the dust</a>' in page(client)


def test_a_link_typed_with_a_former_address_leads_to_the_present_one(client, dust):
    publish(edit(dust, slug_en="dust-again"), "en")
    reader()
    assert '<a href="/policy-analysis/dust-again">the dust</a>' in page(client)


@pytest.mark.parametrize("note", [False, True])
def test_a_link_leads_to_the_readers_language(client, dust, note):
    reader("ar", note=note)
    assert '<a href="/ar/policy-analysis/ghbar">the dust</a>' in page(client, "ar")


def test_an_arabic_address_in_an_english_text_leads_to_the_english_one(client, dust):
    reader(href="/ar/policy-analysis/ghbar")
    assert '<a href="/policy-analysis/dust">the dust</a>' in page(client)


def test_where_there_is_no_such_language_the_link_says_which_it_leads_to(client):
    publish(make_analysis("Dust", slug_en="dust"), "en")
    reader("ar")
    assert '<a href="/policy-analysis/dust" hreflang="en">the dust</a>' in page(client, "ar")


def test_a_translation_published_later_is_led_to(client):
    dust = publish(make_analysis("Dust", "غبار", slug_en="dust", slug_ar="ghbar"), "en")
    reader("ar")
    dust.publish("ar", at=ahead(hours=1))
    assert "/ar/policy-analysis/ghbar" not in page(client, "ar")
    let_time_pass(hours=2)
    assert '<a href="/ar/policy-analysis/ghbar">the dust</a>' in page(client, "ar")


def test_an_absolute_address_of_ours_is_an_internal_link(client, dust):
    reader("ar", href=f"{settings.SITE_URL}/policy-analysis/dust")
    assert '<a href="/ar/policy-analysis/ghbar">the dust</a>' in page(client, "ar")


def test_a_fragment_is_kept_where_the_text_is_the_same(client, dust):
    reader(href="/policy-analysis/dust#section-1")
    assert '/policy-analysis/dust#section-1"' in page(client)


def test_a_link_to_what_was_withdrawn_stays_and_tells_nothing(client, dust):
    reader()
    dust.withdraw("en")
    dust.withdraw("ar")
    assert '<a href="/policy-analysis/dust">the dust</a>' in page(client)
    assert client.get("/policy-analysis/dust").status_code == 410


def test_a_link_to_what_was_withdrawn_in_one_language_leads_to_the_other(client, dust):
    reader()
    dust.withdraw("en")
    assert '<a href="/ar/policy-analysis/ghbar" hreflang="ar">the dust</a>' in page(client)


def test_a_link_to_a_person_leads_to_the_readers_language(client):
    make_expert(slug_en="rana", slug_ar="rna")
    reader("en", "ar", href="/experts/rana")
    assert '<a href="/experts/rana">' in page(client)
    assert '<a href="/ar/experts/rna">' in page(client, "ar")


def test_a_link_to_a_topic_leads_to_the_readers_language(client):
    make_topic(slug_en="water", slug_ar="almyah")
    reader("ar", href="/policy-analysis/water")
    assert '<a href="/ar/policy-analysis/almyah">' in page(client, "ar")


@pytest.mark.parametrize("href", ["https://example.org/policy-analysis/dust", "//example.org/policy-analysis/dust"])
def test_the_same_path_on_another_host_is_left_alone(client, dust, href):
    reader("ar", href=href)
    assert "example.org/policy-analysis/dust" in page(client, "ar")


@pytest.mark.parametrize(
    "href", ["/policy-analysis/never-was", "/policy-analysis", "/about", "mailto:a@b.example", "#section-1", "http://["]
)
def test_other_links_are_left_alone(client, dust, href):
    reader(href=href)
    assert "the dust" in page(client) and "data-analysis" not in page(client)


def test_the_page_costs_no_more_for_its_links(client, dust, django_assert_max_num_queries):
    others = [publish(make_analysis(f"Other {n}", slug_en=f"other-{n}"), "en") for n in range(8)]
    body = "".join(f'<p><a href="/policy-analysis/other-{n}">x</a></p>' for n in range(len(others)))
    publish(make_analysis("Reader", slug_en="reader", body_en=body), "en")
    page(client)
    with django_assert_max_num_queries(5):
        page(client)
