"""What was found for several filters is kept, and never longer than it is right."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from .factories import ago, ahead, let_time_pass, make_analysis, make_region, make_topic, publish

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


def test_the_second_reader_costs_no_counting(client, shared):
    with CaptureQueriesContext(connection) as first:
        titles(client)
    with CaptureQueriesContext(connection) as second:
        titles(client)
    assert any("unnest(facets)" in query["sql"] for query in first)
    assert not any("unnest(facets)" in query["sql"] for query in second)
