"""Lists of several filters are read in memory, and are right after whatever has happened."""

import random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from analyses import counts, holdings, publication
from analyses.editions import Edition

from .factories import ago, ahead, correct, let_time_pass, make_analysis, make_region, make_tag, make_topic, publish
from .test_counts import change, make_terms

pytestmark = pytest.mark.django_db

ADDRESS = "/policy-analysis?topic=water&region=iraq"


@pytest.fixture
def shared():
    terms = {"topics": [make_topic("Water", "المياه")], "regions": [make_region("Iraq", "العراق")]}
    publish(make_analysis("First", **terms), "en", at=ago(days=3))
    return terms


def titles(client, address=ADDRESS):
    response = client.get(address)
    shown = [card.title for card in response.context["cards"]]
    assert response.context["total"] == len(shown)
    return shown


def test_a_publication_is_in_the_list_that_was_read_before_it(client, shared):
    assert titles(client) == ["First"]
    publish(make_analysis("Second", **shared), "en", at=ago(days=2))
    assert titles(client) == ["Second", "First"]


def test_a_withdrawal_is_out_of_the_list_that_was_read_before_it(client, shared):
    second = make_analysis("Second", **shared)
    publish(second, "en", at=ago(days=2))
    assert titles(client) == ["Second", "First"]
    second.withdraw("en", "in error")
    assert titles(client) == ["First"]


def test_a_schedule_that_comes_due_is_in_the_list_without_any_job(client, shared):
    make_analysis("Second", **shared).publish("en", at=ahead(hours=1))
    assert titles(client) == ["First"]
    let_time_pass(hours=2)
    assert titles(client) == ["Second", "First"]


def test_a_text_that_is_scheduled_takes_no_place_in_the_list_of_one_filter(client, shared):
    for number in range(25):
        publish(make_analysis(f"Text {number}", **shared), "en", at=ago(days=4 + number))
    make_analysis("Later", **shared).publish("en", at=ahead(hours=1))
    pages = [client.get(f"/policy-analysis?topic=water&page={n}").context["cards"] for n in (1, 2)]
    assert [len(cards) for cards in pages] == [20, 6]
    assert len({card.pk for cards in pages for card in cards}) == 26


def test_nobody_waits_for_the_counting_after_a_publication(client, shared):
    titles(client)
    publish(make_analysis("Second", **shared), "en", at=ago(days=2))
    with CaptureQueriesContext(connection) as first:
        titles(client)
    with CaptureQueriesContext(connection) as second:
        titles(client)
    assert len(first) == len(second) + 1  # what has changed, and no more, is read
    assert not any("is_counted ORDER BY" in query["sql"] for query in first)
    assert len(first) <= 6


def test_a_deletion_is_out_of_the_list_that_was_read_before_it(client, shared):
    second = make_analysis("Second", **shared)
    publish(second, "en", at=ago(days=2))
    assert titles(client) == ["Second", "First"]
    second.delete()
    assert titles(client) == ["First"]


def test_a_correction_keeps_its_place_and_its_new_filters(client, shared):
    texts = [publish(make_analysis(f"Text {n}", **shared), "en", at=ago(days=4 + n)) for n in range(3)]
    assert titles(client) == ["First", "Text 0", "Text 1", "Text 2"]
    correct(texts[1], title_en="Text 1, corrected")
    assert titles(client) == ["First", "Text 0", "Text 1, corrected", "Text 2"]
    texts[0].topics.clear()
    correct(texts[0])
    assert titles(client) == ["First", "Text 1, corrected", "Text 2"]


def test_an_older_text_that_comes_later_is_in_its_place(client, shared):
    publish(make_analysis("Third", **shared), "en", at=ago(days=9))
    assert titles(client) == ["First", "Third"]
    publish(make_analysis("Second", **shared), "en", at=ago(days=5))
    assert titles(client) == ["First", "Second", "Third"]
    assert titles(client, f"{ADDRESS}&order=oldest") == ["Third", "Second", "First"]
    assert titles(client, f"{ADDRESS}&to=2001") == []


def test_a_rebuild_leaves_every_list_as_it_was(client, shared):
    second = publish(make_analysis("Second", **shared), "en", at=ago(days=2))
    assert titles(client) == ["Second", "First"]
    Edition.objects.filter(analysis=second).update(facets=["all"])
    publication.rederive(Edition.objects.all())
    counts.rebuild()
    assert titles(client) == ["Second", "First"]


def kept(holding):
    """`{(primary key, facet)}` of a holding, and its primary keys in order."""
    every = holding.newest(holding.having(["all"]), 0, 10_000)
    facets = set(holding.bits) | holding.rare_facets
    return {(key, facet) for facet in facets for key in holding.newest(holding.having([facet]), 0, 10_000)}, every


@pytest.mark.parametrize("common", [2, 256])
@pytest.mark.parametrize("seed", range(4))
def test_what_is_read_on_equals_what_is_read_anew(monkeypatch, seed, common):
    """After any sequence of changes, with facets that are common and facets that are rare."""
    monkeypatch.setattr(holdings, "COMMON", common)
    chance, terms = random.Random(seed), make_terms()
    for number in range(30):
        change(chance, terms, number)
        for language in ("en", "ar"):
            line = counts.settle_due(language)
            held = holdings.current(language, line)
            assert kept(held) == kept(holdings._read(language, line))
            live = Edition.objects.live(language).order_by("-published_at", "-pk")
            assert kept(held)[1] == list(live.values_list("pk", flat=True))
            assert kept(held)[0] == {(edition.pk, facet) for edition in live for facet in edition.facets}


def test_values_without_a_bit_string_are_counted_and_found_too(client, shared, monkeypatch):
    monkeypatch.setattr(holdings, "COMMON", 2)
    tags = [make_tag(f"tag-{n}", f"Tag {n}", "") for n in range(3)]
    for number in range(12):
        publish(make_analysis(f"Text {number}", **shared, tags=tags[: number % 4]), "en", at=ago(days=4 + number))
    response = client.get(ADDRESS)
    [group] = [group for group in response.context["facets"] if group["key"] == "tag"]
    assert [option["count"] for option in group["options"]] == [9, 6, 3]
    for option in group["options"]:
        assert client.get(option["url"]).context["total"] == option["count"]
