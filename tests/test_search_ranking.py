"""Which texts a query means, and in which order."""

from datetime import timedelta

import pytest
from django.utils import timezone

from thinktank.search import find, index, mark, snippet
from thinktank.search.index import Document

pytestmark = pytest.mark.django_db

NOW = timezone.now()


def put(*texts, language="en"):
    """Index texts: `body`, or `(title, body)`, or a dictionary of fields. Their keys are 1, 2, 3…"""
    documents = []
    for key, text in enumerate(texts, start=1):
        if isinstance(text, str):
            text = {"body": text}
        elif isinstance(text, tuple):
            text = dict(zip(("title", "body"), text, strict=True))
        documents.append(Document(**{"key": key, "language": language, "date": NOW} | text))
    index.add(documents)


def keys(text, language="en", **how):
    return list(find(language, text, **how).keys)


FILL = [f"Other words about subject{number} and matter{number}." for number in range(20)]


def test_the_rarer_word_decides():
    put("the treaty of the river", "the barley of the treaty", "the treaty of the sea", "the treaty of the land", *FILL)
    assert keys("treaty barley")[0] == 2


def test_a_word_in_the_title_weighs_more_than_one_in_the_text():
    put(("Wheat", "Barley is cheap here."), ("Barley", "Wheat is cheap here."), *FILL)
    assert keys("barley")[0] == 2


def test_a_short_text_about_it_comes_before_a_long_one_that_mentions_it():
    put("barley " + "and many other things were said that day by all ministers " * 30, "barley and bread", *FILL)
    assert keys("barley")[0] == 2


def test_not_every_word_is_needed():
    put("barley in the north", *FILL)
    assert keys("barley prices in Nineveh during the harvest of the drought")[0] == 1


def test_words_side_by_side_as_they_were_asked_come_first():
    put(
        "a house that is white and has a rose",
        "the white house has a rose",
        "a rose in the house of the white man",
        *FILL,
    )
    assert keys("white house")[0] == 2


def test_a_title_asked_for_by_name_comes_first():
    put(
        ("Iraq and the Water of Turkey", "Iraq water Turkey. " * 10), ("Water in Iraq", "Nothing else is said."),
        ("Water in Iraq and Syria", "water Iraq " * 20), *FILL,
    )  # fmt: skip
    assert keys("Water in Iraq")[0] == 2


def test_of_two_alike_the_recent_one_comes_first():
    put({"body": "barley in the north", "date": NOW - timedelta(days=3000)}, "barley in the north", *FILL)
    assert keys("barley")[:2] == [2, 1]


def test_an_old_text_that_is_about_it_comes_before_a_new_one_that_mentions_it():
    old = {"title": "Barley", "body": "barley barley", "date": NOW - timedelta(days=9000)}
    put(old, "barley and " + "many other things that were said that day by ministers " * 5, *FILL)
    assert keys("barley")[0] == 1


def test_a_phrase_is_needed_as_it_stands():
    put("the white house", "a house that is white", "white houses", *FILL)
    assert sorted(keys('"white house"')) == [1, 3]
    assert sorted(keys("“white house”")) == sorted(keys("«white house»")) == [1, 3]
    assert keys('"white barley"', exact=True) == []


def test_what_is_in_two_fields_is_not_a_phrase():
    put(("The White", "House of barley"), *FILL)
    assert keys('"white house"') == []


def test_a_phrase_does_not_need_the_other_words():
    put("the white house", "roses and a white house", "roses", *FILL)
    assert keys('roses "white house"') == [2, 1]


def test_a_word_can_be_left_out():
    put("barley and wheat", "barley and rice", *FILL)
    assert keys("barley -wheat") == [2]
    assert keys('barley -"and rice"') == [1]
    assert keys('barley -"wheat rice"')[:2] in ([1, 2], [2, 1])


def test_a_query_of_nothing_but_what_is_left_out_is_a_query_of_words():
    put("barley and wheat", *FILL)
    assert keys("-barley") == [1]


@pytest.mark.parametrize("text", [
    "barley AND wheat", "barley & wheat", "barley | wheat", "(barley wheat)", "barley:* wheat", '"barley', 'barley"', "barley - wheat",
    "barley OR wheat", "!barley", "<-> barley", "barley NOT", "title:barley", "barley*", "barley~2", "barley^3", "--barley", "'barley'",
])  # fmt: skip
def test_operators_that_mean_nothing_are_words_or_nothing(text):
    put("barley and wheat", *FILL)
    assert keys(text) == [1]


def test_an_unfinished_last_word_finds_what_it_may_become():
    put("the Sistani school", "the system", *FILL)
    assert keys("Sista")[0] == 1
    assert find("en", "Sista").corrected == ""
    assert keys("Sista school")[0] == 1


def test_a_finished_word_is_not_completed():
    put("the art of the deal", "an artichoke", *FILL)
    assert keys("art") == [1]


def test_stop_words_are_looked_for_in_titles_if_there_is_nothing_else():
    put(("To Be or Not to Be", "A play."), ("The Who", "A band."), *FILL)
    assert keys("to be or not to be")[0] == 1
    assert keys("the who")[0] == 2


def test_a_query_is_cut():
    put("barley", *FILL)
    assert keys(" ".join(f"word{number}" for number in range(32)) + " barley", exact=True) == []
    assert keys("x" * 299 + " barley", exact=True) == []


def test_what_is_found_is_counted_whole():
    put(*(f"barley number{number}" for number in range(700)), *FILL)
    found = find("en", "barley")
    assert found.total == len(set(found.keys)) == 700


def test_a_word_of_most_texts_brings_none_in_beside_a_rare_one(monkeypatch):
    monkeypatch.setattr("thinktank.search.ranking.MANY", 3)
    put(*["barley is grown here"] * 10, "barley and saffron", "saffron", *FILL[:5])
    assert sorted(keys("barley saffron")) == [11, 12]
    assert keys("barley saffron")[0] == 11
    assert len(keys("barley")) == 11


def test_languages_do_not_meet():
    put("barley")
    put("الشعير", language="ar")
    assert keys("الشعير") == keys("barley", "ar") == []
    assert keys("شعير", "ar") == [1]


def test_a_word_is_found_in_the_other_spelling_after_its_own():
    put("the labor of the land", "the labour of the land", *FILL)
    assert keys("labour") == [2, 1] and keys("labor") == [1, 2]
    assert find("en", "labour").corrected == ""


def test_two_words_are_found_as_one_and_one_as_two():
    put("the wastewater of Hebron", *FILL)
    assert keys("waste water")[0] == 1
    assert find("en", "waste water").corrected == ""
    put("Tariq Ben Halim", *FILL)
    assert keys("benhalim") == [1]
    assert find("en", "benhalim").corrected == "ben halim"


def test_an_arabic_plural_finds_its_word():
    put("صومعة في المرفأ", *FILL, language="ar")
    assert keys("الصوامع", "ar") == keys("وبصومعة", "ar") == [1]


def test_a_document_is_found_by_names_in_both_scripts():
    put({"body": "A text.", "names": "Rana Darwazeh\nرنا دروزة"}, *FILL)
    assert keys("rana darwazeh") == keys("رنا دروزه") == [1]


def marked(pieces):
    return [piece for piece, is_marked in pieces if is_marked]


def test_the_words_of_the_query_are_marked_whole():
    put("The prices of barley", *FILL)
    query = find("en", "barley price").query
    assert mark(query, "Barley’s prices & <b>bread</b>") == [
        ("Barley’s", True), (" ", False), ("prices", True), (" & <b>bread</b>", False)
    ]  # fmt: skip
    put("أسعار الشعير", language="ar")
    assert marked(mark(find("ar", "شعير").query, "أسعار والشَّعير في الموصل")) == ["والشَّعير"]


def test_a_corrected_word_is_marked():
    put("The prices of barley", *FILL)
    assert marked(mark(find("en", "barlei").query, "The prices of barley")) == ["barley"]


def test_a_snippet_shows_the_words_of_the_query():
    text = "Nothing is said here. " * 100 + "The barley of Nineveh is dear. " + "Nothing is said there. " * 100
    put(text, *FILL)
    pieces = snippet(find("en", "Nineveh barley").query, text)
    assert marked(pieces) == ["barley", "Nineveh"]
    whole = "".join(piece for piece, _is_marked in pieces)
    assert len(whole) < 260 and whole.startswith("… ") and whole.endswith(" …")


def test_a_snippet_of_a_text_without_the_words_is_its_beginning():
    put("barley", *FILL)
    query = find("en", "barley").query
    assert snippet(query, "Nothing is said here. " * 50)[0][0].startswith("Nothing is said here.")
    assert snippet(query, "") == []
    assert snippet(query, "Short.") == [("Short.", False)]
