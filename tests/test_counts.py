"""Kept counts and lists equal what one would count by hand, after whatever has happened."""

import random
import threading
from collections import Counter

import pytest
from django.db import connection

from analyses import counts
from analyses.editions import Edition, Entry, Tally
from analyses.models import Analysis

from .factories import (
    ago,
    ahead,
    correct,
    edit,
    let_time_pass,
    make_analysis,
    make_expert,
    make_format,
    make_region,
    make_tag,
    make_topic,
    publish,
)


def counted_by_hand():
    """`{(language, facet, other): number}` from the live editions alone."""
    found = Counter()
    live = list(Edition.objects.live())
    languages = {(edition.analysis_id, edition.language) for edition in live}
    for edition in live:
        facets = {facet for facet in edition.facets if not facet.startswith(counts.ALSO)}
        facets |= {f"also:{code}" for key, code in languages if key == edition.analysis_id and code != edition.language}
        found.update((edition.language, one, other) for one in facets for other in facets)
    return dict(found)


def kept():
    return {(t.language, t.facet, t.other): t.n for t in Tally.objects.exclude(n=0)}


def listed():
    """Live editions under each facet, as the lists have them."""
    live = set(Edition.objects.live().values_list("pk", flat=True))
    return {(e.edition_id, e.facet) for e in Entry.objects.all() if e.edition_id in live}


def listed_by_hand():
    return {(edition.pk, facet) for edition in Edition.objects.live() for facet in edition.facets}


def agree():
    assert kept() == counted_by_hand()
    assert listed() == listed_by_hand()
    return True


@pytest.fixture
def terms():
    return make_terms()


def make_terms():
    east = make_region("Middle East", "")
    return {
        "formats": [make_format(), make_format("Podcast", "")],
        "topics": [make_topic(), make_topic("Oil", "")],
        "regions": [east, make_region("Iraq", "", parent=east), make_region("Oman", "", parent=east)],
        "experts": [make_expert(), make_expert("Yusuf Rubaie", "")],
        "tags": [make_tag(), make_tag("salt", "Salt", "")],
    }


def some(chance, rows):
    return chance.sample(rows, chance.randint(0, len(rows)))


def change(chance, terms, number):
    """One thing that may happen in a newsroom."""
    texts = list(Analysis.objects.all())
    text = chance.choice(texts) if texts else None
    language = chance.choice(["en", "ar"])
    move = chance.choice(
        ["new", "publish", "publish", "schedule", "correct", "withdraw", "end later", "delete", "re-tag", "time"]
    )
    if move == "new" or text is None:
        make_analysis(
            f"Text {number}", f"نص {number}", format=chance.choice(terms["formats"]), topics=some(chance, terms["topics"]),
            regions=some(chance, terms["regions"]), authors=some(chance, terms["experts"]), tags=some(chance, terms["tags"]),
        )  # fmt: skip
    elif move == "publish":
        publish(text, language, at=ago(days=chance.randint(1, 900)) if not text.editions.exists() else None)
    elif move == "schedule":
        text.publish(language, at=ahead(hours=chance.randint(1, 5)))
    elif move == "correct" and text.live_edition(language):
        correct(text, language, at=chance.choice([None, ahead(hours=2)]))
    elif move == "withdraw":
        text.withdraw(language)
    elif move == "end later":
        text.withdraw(language, at=ahead(hours=chance.randint(1, 5)))
    elif move == "delete" and number % 3 == 0:
        text.delete()
    elif move == "re-tag":
        edit(text, format=chance.choice(terms["formats"]))
        text.topics.set(some(chance, terms["topics"]))
        text.regions.set(some(chance, terms["regions"]))
        text.tags.set(some(chance, terms["tags"]))
    elif move == "time":
        let_time_pass(hours=chance.randint(1, 3), minutes=7)  # never a moment that is just now


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(6))
def test_counts_are_right_after_any_sequence_of_changes(terms, seed):
    chance = random.Random(seed)
    for number in range(25):
        change(chance, terms, number)
        counts.settle_due()
        agree()
    before = kept()
    counts.rebuild()
    assert kept() == before
    agree()


@pytest.mark.django_db
def test_a_rebuild_mends_counts_that_were_spoilt(terms):
    text = publish(make_analysis("Text", "نص", topics=terms["topics"]), "en", "ar")
    text.publish("en", at=ahead(hours=1))
    Tally.objects.update(n=7)
    Entry.objects.all().delete()
    counts.rebuild()
    agree()
    let_time_pass(hours=2)
    counts.settle_due()
    agree()


@pytest.mark.django_db
def test_a_second_settling_changes_nothing(terms):
    publish(make_analysis("Text", "نص", topics=terms["topics"]), "en", "ar")
    before = kept()
    counts.settle(set(Analysis.objects.values_list("pk", flat=True)))
    assert kept() == before


@pytest.mark.django_db
def test_reading_when_nothing_is_due_writes_nothing(terms, django_assert_num_queries):
    publish(make_analysis("Text", topics=terms["topics"]), "en")
    with django_assert_num_queries(1):
        counts.settle_due()


def at_once(*actions):
    """Run them in threads of their own, begun together; returns what they raised."""
    start, raised = threading.Barrier(len(actions)), []

    def run(action):
        try:
            start.wait(10)
            action()
        except Exception as error:
            raised.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[action], daemon=True) for action in actions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads), "They wait for each other for ever"
    return raised


@pytest.mark.django_db(transaction=True)
def test_publications_at_once_wait_for_each_other_and_are_all_counted(terms):
    shared = {
        "topics": terms["topics"],
        "regions": terms["regions"],
        "tags": terms["tags"],
        "authors": terms["experts"],
    }
    texts = [make_analysis(f"Text {number}", f"نص {number}", **shared) for number in range(6)]

    def bring_out(text, *languages):
        return lambda: [text.publish(language) for language in languages]

    orders = [("en", "ar"), ("ar", "en")]
    assert at_once(*(bring_out(text, *orders[n % 2]) for n, text in enumerate(texts))) == []
    agree()
    assert kept()["en", "all", "all"] == 6
    assert at_once(*(lambda text=text: text.withdraw("en") for text in texts)) == []
    agree()
    assert ("en", "all", "all") not in kept()


@pytest.mark.django_db(transaction=True)
def test_two_clicks_on_publish_make_one_public_edition(terms):
    text = make_analysis("Text", topics=terms["topics"])
    assert at_once(lambda: text.publish("en"), lambda: Analysis.objects.get(pk=text.pk).publish("en")) == []
    assert Edition.objects.live("en").count() == 1
    agree()


@pytest.mark.django_db(transaction=True)
def test_readers_at_once_count_what_is_due_once(terms):
    for number in range(3):
        make_analysis(f"Text {number}", topics=terms["topics"]).publish("en", at=ahead(hours=1))
    let_time_pass(hours=2)
    assert at_once(*[counts.settle_due] * 5) == []
    agree()
    assert kept()["en", "all", "all"] == 3
