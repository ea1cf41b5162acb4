"""The index holds what is live at this moment: after a publication, a withdrawal, a correction, and when time has passed."""

from collections import Counter

import pytest

from analyses import counts, indexing
from analyses.editions import Edition
from tests.factories import (
    ago,
    ahead,
    correct,
    let_time_pass,
    make_analysis,
    make_expert,
    make_institute,
    make_region,
    make_tag,
    make_topic,
    publish,
)  # fmt: skip
from thinktank.search import codes, find
from thinktank.search.building import Builder
from thinktank.search.index import BUCKET, analyse, frequencies
from thinktank.search.models import PublishedDocument, PublishedPosting, PublishedStatistics, PublishedTerm

pytestmark = pytest.mark.django_db


def found(text, language="en", **how):
    """The analyses that a search finds, best first."""
    counts.settle_due()
    keys = find(language, text, **how).keys
    of = dict(Edition.objects.live(language).filter(pk__in=keys).values_list("pk", "analysis_id"))
    assert len(of) == len(keys), "the index knows a text that is not live"
    return [of[key] for key in keys]


def check_index():
    """That every number in the index is what counting all live texts anew gives."""
    live = list(Edition.objects.live())
    names = indexing.Names(live)
    expected, lengths = {}, Counter()
    for edition in live:
        frequency = frequencies(analyse(indexing.document(edition, names)).fields)
        expected[edition.language, edition.pk] = set(frequency)
        lengths[edition.language] += sum(frequency.values())
    terms = {term.id: term for term in PublishedTerm.objects.all()}
    indexed = {
        (d.language, d.key): {
            terms[number].stem for part in d.words.split(codes.FIELD) for number in codes.decode(part)
        }
        for d in PublishedDocument.objects.all()
    }
    assert indexed == expected
    counted = Counter((language, stem) for (language, _key), stems in expected.items() for stem in stems)
    assert {(term.language, term.stem): term.documents for term in terms.values()} == counted
    posted = {
        (terms[row.term].language, (row.bucket << BUCKET) + (entry >> 12), terms[row.term].stem)
        for row in PublishedPosting.objects.all()
        for entry in row.entries
    }
    assert posted == {(language, key, stem) for (language, key), stems in expected.items() for stem in stems}
    statistics = {row.language: (row.documents, round(row.length, 3)) for row in PublishedStatistics.objects.all()}
    for language, number in Counter(language for language, _key in expected).items():
        assert statistics[language] == (number, round(lengths[language], 3))


def test_every_number_is_right_in_a_whole_institute():
    make_institute()
    counts.settle_due()
    check_index()


def test_a_text_is_found_when_it_is_published_and_not_before():
    text = make_analysis("Barley in Mosul")
    assert found("barley") == []
    publish(text, "en")
    assert found("barley") == [text.pk]
    assert found("barley", "ar") == []
    check_index()


def test_a_withdrawn_text_is_not_found():
    text = publish(make_analysis("Barley in Mosul", "الشعير في الموصل"), "en", "ar")
    text.withdraw("en", "Wrong")
    assert found("barley") == []
    assert found("الشعير", "ar") == [text.pk]
    check_index()


def test_a_correction_is_found_by_its_own_words():
    text = publish(make_analysis("Barley in Mosul"), "en", at=ago(days=2))
    correct(text, title_en="Wheat in Mosul")
    assert found("wheat") == [text.pk]
    assert found("barley", exact=True) == []
    check_index()


def test_a_scheduled_text_is_found_when_its_moment_has_come_and_no_job_has_run():
    text = make_analysis("Barley in Mosul")
    text.publish("en", at=ahead(hours=2))
    assert found("barley", exact=True) == []
    check_index()
    let_time_pass(hours=3)
    assert found("barley") == [text.pk]
    check_index()


def test_a_scheduled_correction_takes_the_place_of_the_text_at_its_moment():
    text = publish(make_analysis("Barley in Mosul"), "en", at=ago(days=2))
    correct(text, at=ahead(hours=2), title_en="Wheat in Mosul")
    assert found("barley") == [text.pk]
    assert found("wheat", exact=True) == []
    let_time_pass(hours=3)
    assert found("barley", exact=True) == []
    assert found("wheat") == [text.pk]
    check_index()


def test_a_deleted_text_leaves_nothing():
    text = publish(make_analysis("Barley in Mosul", "الشعير في الموصل"), "en", "ar")
    text.delete()
    assert found("barley") == []
    check_index()
    assert not PublishedPosting.objects.exists()
    assert not PublishedTerm.objects.exists()


def test_a_second_indexing_changes_nothing():
    publish(make_analysis("Barley in Mosul", "الشعير في الموصل"), "en", "ar")
    indexing.add(Edition.objects.values_list("pk", flat=True))
    check_index()


def test_a_text_is_found_by_whom_it_is_and_what_it_is_about():
    gulf = make_region("Gulf", "الخليج")
    text = publish(
        make_analysis(
            "Barley", authors=[make_expert()], topics=[make_topic()], regions=[make_region("Iraq", "العراق", parent=gulf)],
            tags=[make_tag()],
        ), "en",
    )  # fmt: skip
    for words in (
        "Rana Darwazeh",
        "رنا دروزة",
        "Water",
        "المياه",
        "Iraq",
        "Gulf",
        "الخليج",
        "drought",
        "Brief Analysis",
    ):
        assert found(words) == [text.pk], words


def test_a_text_is_found_by_its_notes_and_captions():
    body = '<p>Barley.<sup class="footnote">Gauges of the Khabur.</sup></p><table><caption>Prices in Raqqa</caption><tr><td>9</td></tr></table>'
    text = publish(make_analysis("Barley", body_en=body), "en")
    assert found("khabur") == found("raqqa") == [text.pk]


def test_a_rebuild_gives_the_same_index():
    make_institute()
    before = found("water river"), found("المياه", "ar")
    indexing.rebuild()
    check_index()
    assert (found("water river"), found("المياه", "ar")) == before
    indexing.rebuild()
    publish(make_analysis("Barley in Mosul"), "en")
    check_index()


def test_what_is_published_while_the_index_is_made_anew_is_in_it(monkeypatch):
    text = publish(make_analysis("Barley in Mosul"), "en")
    gone = publish(make_analysis("Wheat in Mosul"), "en")
    add = Builder.add

    def interrupted(self, rows):
        add(self, rows)
        monkeypatch.setattr(Builder, "add", add)
        publish(make_analysis("Millet in Mosul"), "en")
        gone.withdraw("en", "Wrong")

    monkeypatch.setattr(Builder, "add", interrupted)
    indexing.rebuild()
    assert found("barley") == [text.pk]
    assert found("wheat", exact=True) == []
    assert len(found("millet")) == 1
    check_index()
