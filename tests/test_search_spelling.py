"""Misspelt words: what is offered instead, and that only words of live texts are."""

import pytest

from tests.test_search_ranking import FILL, keys, put
from thinktank.search import find, index
from thinktank.search.spelling import distance, variants

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("text", ["goverment", "govrenment", "governmeant", "governmint", "Goverment"])
def test_one_error_is_forgiven(text):
    put("the government of Iraq", *FILL)
    found = find("en", text)
    assert list(found.keys) == [1]
    assert found.corrected == "government"


def test_two_errors_are_forgiven_in_a_long_word():
    put("the parliamentary system", *FILL)
    assert find("en", "parlimantary vote").corrected == "parliamentary vote"


def test_the_rest_of_the_query_stays_as_it_was_written():
    put("the government of Iraq and its water", *FILL)
    assert find("en", 'Water of the "Goverment" in 2003').corrected == 'Water of the "government" in 2003'


def test_a_word_that_some_text_has_is_not_corrected():
    put("barley", "barlei", *FILL)
    assert keys("barlei") == [2]
    assert find("en", "barlei").corrected == ""


def test_the_way_back_searches_for_what_was_written():
    put("the government of Iraq", *FILL)
    found = find("en", "goverment", exact=True)
    assert (found.total, found.corrected) == (0, "")


def test_the_commoner_word_is_meant():
    put("the treaty", "the treaty", "the treats", *FILL)
    assert find("en", "treatx").corrected == "treaty"


def test_an_arabic_word_is_corrected_as_it_is_written():
    put("سياسة الحكومة العراقية", *FILL, language="ar")
    found = find("ar", "الحكوممة")
    assert list(found.keys) == [1]
    assert found.corrected == "الحكومة"
    assert find("ar", "السياصة").total == 1


def test_several_arabic_words_may_be_meant():
    put("التحرير", "التقرير", *FILL, language="ar")
    assert sorted(keys("التزرير", "ar")) == [1, 2]


def test_a_word_that_is_withdrawn_is_no_longer_known():
    put("the quagga", *FILL)
    assert find("en", "quaga").corrected == "quagga"
    index.remove("en", [1])
    assert find("en", "quaga").corrected == ""


def test_short_words_and_numbers_are_left_alone():
    put("the gulf 2003", *FILL)
    assert find("en", "2004").corrected == ""
    assert find("en", "gu").total == 0


def test_every_error_is_among_the_variants():
    found = set(variants("water"))
    assert {"wate", "wter", "watre", "watter", "waxer", "awater", "waters"} <= found
    assert "water" not in found


@pytest.mark.parametrize(
    "a, b, expected",
    [("", "", 0), ("abc", "abc", 0), ("abc", "acb", 1), ("abc", "ab", 1), ("abc", "xbcd", 2), ("abcd", "", 4)],
)
def test_distance(a, b, expected):
    assert distance(a, b) == distance(b, a) == expected
