"""A client that goes on asking for many lists at once is told to wait; nobody else notices, and neither does an honest reader."""

from threading import Event, Thread

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from lxml import html as lxml_html

from thinktank import crowding

from .factories import make_analysis, publish

FLOODER, READER = "192.0.2.1", "192.0.2.2"


@pytest.fixture
def clock(monkeypatch):
    now = [1000.0]
    monkeypatch.setattr(crowding, "monotonic", lambda: now[0])
    monkeypatch.setattr(crowding, "_clients", {})
    return now


@pytest.fixture
def held(clock):
    """Two requests of the flooder that do not end before the test does."""
    end, begun, threads = Event(), [], []

    @crowding.one_among_many
    def slow(request):
        begun[-1].set()
        end.wait(30)
        return HttpResponse()

    for _number in range(crowding.AT_ONCE):
        begun.append(Event())
        threads.append(Thread(target=slow, args=[RequestFactory().get("/search?q=a", REMOTE_ADDR=FLOODER)]))
        threads[-1].start()
        assert begun[-1].wait(30)
    yield
    end.set()
    for thread in threads:
        thread.join()
    assert crowding._clients.get(FLOODER, [0])[0] == 0


@crowding.one_among_many
def quick(request):
    return HttpResponse()


def ask(address, path="/search?q=a"):
    return quick(RequestFactory().get(path, REMOTE_ADDR=address)).status_code


def test_one_list_after_the_other_is_never_too_many(clock):
    assert {ask(FLOODER) for _number in range(1000)} == {200}
    assert not crowding._clients


def test_several_at_once_are_too_many_after_a_while_for_that_client_alone(held, clock):
    allowed = [ask(FLOODER) for _number in range(crowding.FURTHER)]
    assert set(allowed) == {200} and {ask(FLOODER) for _number in range(50)} == {429}
    assert {ask(READER) for _number in range(100)} == {200}
    assert ask(FLOODER, "/policy-analysis") == 200, "the archive without a filter, which is kept by every cache"
    clock[0] += 2
    assert [ask(FLOODER) for _number in range(11)] == [200] * 10 + [429]
    clock[0] += 3600
    assert ask(FLOODER) == 200


@pytest.mark.django_db
@pytest.mark.parametrize("prefix, words", [("", "Wait a moment"), ("/ar", "انتظر لحظة")])
@pytest.mark.parametrize("path", ["/search?q=river", "/policy-analysis?from=2001", "/search/suggest?q=ri"])
def test_who_is_refused_is_told_what_to_do(client, monkeypatch, django_assert_num_queries, prefix, words, path):
    publish(make_analysis("The River Is Low", "النهر منخفض"), "en", "ar")
    monkeypatch.setattr(crowding, "_may_come", lambda client: False)
    with django_assert_num_queries(0):
        response = client.get(f"{prefix}{path}")
    assert response.status_code == 429 and int(response["Retry-After"]) > 0
    assert response["Cache-Control"] == "private, no-store" and not response.cookies
    page = lxml_html.document_fromstring(response.content)
    assert words in page.xpath("string(//main)") and len(page.xpath("//h1")) == 1
    monkeypatch.undo()
    assert client.get(f"{prefix}{path}").status_code == 200


def test_what_is_remembered_of_clients_is_bounded(clock, held, monkeypatch):
    monkeypatch.setattr(crowding, "MOST_CLIENTS", 10)
    for number in range(100):
        crowding._clients[f"client {number}"] = [0, 1.0, clock[0]]
    clock[0] += 60
    assert ask(READER) == 200 and set(crowding._clients) == {FLOODER}
