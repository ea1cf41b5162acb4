"""Words: what meets what, in both languages."""

import pytest

from thinktank.languages import languages
from thinktank.search import fold
from thinktank.search.analysis import LONGEST, Analyser


def stems(text, language="en"):
    return [word.stem for word in languages()[language].analyser.words(text) if not word.is_stop]


@pytest.mark.parametrize(
    "one, other",
    [
        ("policies", "policy"), ("Iran's", "Iran"), ("Iran’s", "iran"), ("U.S.", "US"), ("Erdoğan", "Erdogan"), ("café", "cafe"),
        ("Qurʼan", "Quran"), ("naïve", "naive"), ("Łódź", "Lodz"), ("ﬁnance", "finance"), ("２０２４", "2024"), ("soft\u00adware", "software"),
        ("state-building", "state building"), ("cafe\u0301", "café"), ("Straße", "strasse"), ("SYRIA", "syria"),
    ],
)  # fmt: skip
def test_latin_words_meet(one, other):
    assert stems(one) == stems(other) != []


@pytest.mark.parametrize(
    "one, other",
    [
        ("العراق", "عراق"), ("والعراق", "العراق"), ("بالعراق", "العراق"), ("للعراق", "العراق"), ("سياسات", "السياسات"),
        ("الحكومة", "الحكومه"), ("إيران", "ايران"), ("أمن", "امن"), ("مصطفى", "مصطفي"), ("العِراقُ", "العراق"), ("الـعـراق", "العراق"),
        ("پاتريك", "باتريك"), ("المسؤولية", "المسووليه"), ("شؤون", "شوون"), ("قضاء", "قضا"), ("وزير", "الوزير"), ("ووزير", "الوزير"),
        ("١٢", "12"), ("۱۲", "12"), ("کردستان", "كردستان"), ("ايران\u200f", "ايران"), ("الدولة", "دولة"), ("ﻻجئون", "لاجئون"), ("آب", "اب"),
        ("العراقيين", "العراقيون"), ("العراقيين", "العراقي"), ("لاجئين", "اللاجئين"), ("لاجئ", "اللاجئون"), ("بحيرات", "البحيرة"),
        ("كهرباء", "والكهرباء"),
    ],
)  # fmt: skip
def test_arabic_words_meet(one, other):
    assert stems(one, "ar") == stems(other, "ar") != []


@pytest.mark.parametrize(
    "one, other",
    [
        ("بسرعة", "سرعة"), ("سرعة", "بسرعة"), ("مدرسة", "مدارس"), ("صوامع", "الصومعة"), ("سوريا", "السوريين"), ("سورية", "سوريا"),
        ("دخل", "دخلاً"), ("دولته", "الدولة"), ("سياسة", "سياستهم"),
        ("فلسطين", "الفلسطينيين"), ("اللبنانية", "لبنان"), ("لبنان", "اللبناني"),
    ],
)  # fmt: skip
def test_a_search_asks_for_an_arabic_word_in_the_other_forms_that_texts_have(one, other):
    analyser = languages()["ar"].analyser
    (word,) = analyser.words(one)
    assert stems(other, "ar")[0] in analyser.related(word.folded)


@pytest.mark.parametrize("one, other", [
    ("labour", "labor"), ("organization", "organisations"), ("neighbour", "neighbors"), ("centre", "center"), ("defence", "defense"),
    ("analyse", "analyze"), ("travelled", "traveled"), ("programme", "program"), ("cheque", "check"), ("grey", "gray"),
    ("Iraqi", "Iraq"), ("Lebanese", "Lebanon"),
])  # fmt: skip
def test_a_search_asks_for_the_other_spelling_and_for_a_country_with_its_people(one, other):
    analyser, one, other = languages()["en"].analyser, one.lower(), other.lower()
    assert analyser.stem(other) in {analyser.stem(one), *analyser.related(one)}
    assert analyser.stem(one) in {analyser.stem(other), *analyser.related(other)}


@pytest.mark.parametrize("word", ["filled", "calls", "water", "Iraq", "policy", "a", "2003", "مصر", "من"])
def test_a_word_is_not_another_form_of_itself(word):
    for code in ("en", "ar"):
        analyser = languages()[code].analyser
        (found,) = analyser.words(word)
        assert found.stem not in analyser.related(found.folded)
        assert "file" not in analyser.related(found.folded)


@pytest.mark.parametrize("one, other", [("علي", "على"), ("العراق", "إيران"), ("سنة", "سنوات")])
def test_other_words_stay_apart(one, other):
    assert stems(one, "ar") != stems(other, "ar")


def test_a_name_is_a_word_where_a_preposition_is_not():
    assert stems("على", "ar") == []
    assert stems("علي", "ar") == ["علي"]


def test_questions_are_left_with_what_they_are_about():
    assert stems("What did the ministry say about water in Iraq?") == ["ministri", "water", "iraq"]
    assert stems("ما هي سياسة العراق تجاه المياه؟", "ar") == ["سياس", "عراق", "ميا"]


def test_a_mixed_text_is_taken_apart_word_by_word():
    assert stems("اجتماعات NATO policies في بغداد", "ar") == ["اجتماع", "nato", "polici", "بغداد"]
    assert stems("The السياسات of Baghdad", "en") == ["سياس", "baghdad"]


def test_two_scripts_in_one_word_are_two_words():
    assert stems("الـCOVID", "ar") == ["covid"]


@pytest.mark.parametrize("names", [
    ("al-Sistani", "Sistani", "Al Sistani", "SISTANI", "el-Sistani", "Al-Sistani’s"),
    ("السيستاني", "سيستاني", "السيستانى", "السِّيستاني"),
    ("Héctor O'Neill", "hector oneill", "Hector O’Neill"),
    ("إبراهيم الأحمد", "ابراهيم احمد", "ابراهيم الاحمد"),
])  # fmt: skip
def test_names_are_compared_without_what_is_written_in_several_ways(names):
    assert len({fold(name) for name in names}) == 1


def test_no_word_is_longer_than_the_index_takes():
    for text in ("a" * 10_000, "ا" * 10_000, "é" * 10_000, "\u0301" * 10_000):
        assert all(len(stem) <= LONGEST + 1 for stem in stems(text))


def test_what_is_not_a_word_is_none():
    for text in ("", "—", "…", "\u200f", "ـ", "ـــ", "َ", "🙂", "_", "'", "ء"):
        assert stems(text, "ar") == []


def test_another_language_has_its_own_stemmer_stop_words_and_other_words():
    french = Analyser("french", stop_words={"les", "à"}, others=lambda word: {"economie": 0.5} if word == "eco" else {})
    assert [word.stem for word in french.words("Les politiques à l’éco") if not word.is_stop] == ["polit", "leco"]
    assert french.related("eco") == {french.stem("economie"): 0.5}
    assert french.related("labour") == {}
    assert [word.stem for word in french.words("السياسات")] == ["سياس"]
