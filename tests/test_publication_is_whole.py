"""A publication happens whole or not at all, and once, however often it is sent."""

import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client

from analyses import counts, publication, states
from analyses.editions import Edition, Entry, Tally
from analyses.models import Analysis, ReviewRequest
from analyses.states import LanguageState
from tests.factories import ahead, correct, edit, make_analysis, make_topic, publish
from thinktank import audit
from thinktank.models import Permalink

WATCHED = (Edition, Entry, Permalink, LanguageState, ReviewRequest, LogEntry, audit.AuditEntry)


def everything():
    """What a publication writes, but for the number by which counts tell that something changed."""
    rows = {model.__name__: list(model.objects.order_by("pk").values()) for model in WATCHED}
    return rows | {
        "Tally": sorted(Tally.objects.exclude(facet="changes").values_list("language", "facet", "other", "n"))
    }


def address(analysis, verb="publish"):
    return f"/admin/analyses/analysis/{analysis.pk}/{verb}/en/"


class Killed(Exception):
    """The process ends here."""


STEPS = {
    "the text": (publication, "set_derived"),
    "what is replaced": (publication, "_end_earlier"),
    "the address": (publication, "claim_addresses"),
    "the lists": (counts, "enter"),
    "the counts": (counts, "_count"),
    "the kept states": (states, "keep"),
    "the record": (audit, "record"),
}


@pytest.fixture
def scene(db):
    """A corrected text in review, with a change waiting."""
    user = User.objects.create_superuser("rana")
    client = Client(raise_request_exception=False)
    client.force_login(user)
    text = publish(make_analysis("The River", topics=[make_topic()], slug_en="river"), "en")
    correct(text)
    edit(text, title_en="The River Is Low", slug_en="river-low")
    text.send_to_review("en", user)
    text.topics.add(make_topic("Rivers", "الأنهار"))
    return client, text


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_in_any_step_of_a_publication_nothing_has_changed_and_a_retry_works(scene, step, when, monkeypatch):
    client, text = scene
    sent = {"kind": "correction", "note": "It is low.", "seen": client.get(address(text)).context["seen"]}
    module, name = STEPS[step]
    real = getattr(module, name)

    def killed(*arguments, **named):
        if when == "after":
            real(*arguments, **named)
        raise Killed

    before = everything()
    with monkeypatch.context() as patched:
        patched.setattr(module, name, killed)
        assert client.post(address(text), sent).status_code == 500
    assert everything() == before
    assert "The River Is Low" not in client.get("/policy-analysis/river").content.decode()
    assert client.post(address(text), sent).status_code == 302
    assert "The River Is Low" in client.get("/policy-analysis/river-low").content.decode()
    assert Edition.objects.count() == 3 and not ReviewRequest.objects.exists()


@pytest.mark.parametrize("verb, sent", [
    ("withdraw", {"kind": "withdrawn", "reason": "x", "notice": "y"}),
    ("schedule", {"cancel": "1"}),
    ("schedule", {"at": "2040-01-01T10:00", "zone": "UTC"}),
])  # fmt: skip
@pytest.mark.parametrize("module, name", [(counts, "settle"), (states, "keep"), (audit, "record")])
def test_killed_while_an_edition_ends_or_moves_nothing_has_changed(scene, verb, sent, module, name, monkeypatch):
    client, text = scene
    text.publish("en", kind=Edition.Kind.UPDATE, note="New.", at=ahead(days=2))
    before = everything()

    def killed(*arguments, **named):
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(module, name, killed)
        assert client.post(address(text, verb), sent).status_code == 500
    assert everything() == before
    assert client.post(address(text, verb), sent).status_code == 302
    assert everything() != before


def test_the_counts_are_right_after_every_kind_of_end(scene):
    _client, text = scene
    text.publish("en", kind=Edition.Kind.UPDATE, note="New.", at=ahead(days=2))
    text.reschedule("en", ahead(days=3))
    text.cancel_schedule("en")
    text.publish("en", kind=Edition.Kind.UPDATE, note="New.", at=ahead(days=2))
    text.withdraw("en", "x")
    text.publish("en")
    kept = everything()
    counts.rebuild()
    rebuilt = everything()
    assert [row for row in kept["Tally"] if row[3]] == rebuilt["Tally"] != []
    live = Edition.objects.live("en").get().pk
    entered = [sorted(r["facet"] for r in rows["Entry"] if r["edition_id"] == live) for rows in (kept, rebuilt)]
    assert entered[0] == entered[1] != []


@pytest.mark.django_db(transaction=True)
def test_twenty_clicks_at_once_publish_once():
    user = User.objects.create_superuser("rana")
    text = make_analysis("The River")
    first = Client()
    first.force_login(user)
    seen = first.get(address(text)).context["seen"]
    cookies, gate = first.cookies, Barrier(20)

    def click(_number):
        client = Client()
        client.cookies = cookies
        try:
            gate.wait(timeout=60)
            return client.post(address(text), {"seen": seen}).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as threads:
        answers = list(threads.map(click, range(20)))
    assert sorted(answers) == [200] * 19 + [302]
    assert Edition.objects.count() == 1
    assert audit.AuditEntry.objects.filter(action="publish").count() == 1


def test_what_was_saved_since_the_question_is_not_published_unseen(scene):
    client, text = scene
    seen = client.get(address(text)).context["seen"]
    edit(Analysis.objects.get(pk=text.pk), title_en="Something Else")
    response = client.post(address(text), {"kind": "typographical", "seen": seen})
    assert re.search("changed or published a moment ago", response.content.decode())
    assert not Edition.objects.filter(title="Something Else").exists()
