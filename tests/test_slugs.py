"""How a title becomes an address, and which addresses nobody may have."""

import unicodedata

import pytest
from django.core.exceptions import ValidationError
from django.urls import get_resolver

from taxonomy.models import Topic
from thinktank.languages import languages
from thinktank.slugs import MAX_LENGTH, arabic_slug, english_slug, normal_slug, validate_slug


@pytest.mark.parametrize(
    "title, slug",
    [
        ("NATO in Iraq: Not a Surge", "nato-iraq-not-surge"),
        ("Iran’s Next Move", "irans-next-move"),
        ("The U.S.–Iran Deal, Up Close", "us-iran-deal-close"),
        ("Egypt's 'Quiet' Summer", "egypts-quiet-summer"),
        ("War…Peace", "war-peace"),
        ("10% More & Less", "10-more-less"),
        ("Café Society in Beirut", "cafe-society-beirut"),
        ("Erdoğan and Yıldız in İstanbul", "erdogan-and-yildiz-istanbul"),
        ("Straße nach Łódź", "strasse-nach-lodz"),
        ("Baʿath, Qurʾan", "baath-quran"),
        ("What It Is Up To", "what-it"),
        ("Up to the", "up-to-the"),
        ("ﬁnance ２０２６", "finance-2026"),
        ("حلف NATO", "hlf-nato"),
        ("日本", ""),
        ("—", ""),
        ("", ""),
    ],
)
def test_an_english_title_becomes_its_words_without_the_small_ones(title, slug):
    assert english_slug(title) == slug


@pytest.mark.parametrize(
    "title, slug",
    [
        ("رسالة المدير", "rsalt-almdyr"),
        ("حلف الناتو في العراق", "hlf-alnatw-fy-alraq"),
        ("أُسُسُ الإصلاح", "ass-alaslah"),
        ("رســـالة", "rsalt"),
        ("شؤون الطاقة ٢٠٢٦", "shwwn-altaqt-2026"),
        ("آفاق، هيئة؛ سوء: قضايا؟", "afaq-hyyt-sw-qdaya"),
        ("ثذخشغظضصطقعء", "thdhkhshghzdstq"),
        ("مستشفى", "mstshfy"),
        ("«الناتو» (NATO)", "alnatw-nato"),
        ("لا إله", "la-alh"),
        ("ﻻ", "la"),
        ("پژوهش گاز چین", "pzhwhsh-gaz-chyn"),
    ],
)
def test_an_arabic_title_becomes_its_consonants_in_ascii(title, slug):
    assert arabic_slug(title) == slug


@pytest.mark.parametrize("rule", [english_slug, arabic_slug])
@pytest.mark.parametrize("title", ["Café Society", "إصلاح مسؤول في الآفاق", "Erdoğan"])
def test_a_title_typed_in_composed_or_decomposed_letters_has_one_slug(rule, title):
    assert rule(unicodedata.normalize("NFC", title)) == rule(unicodedata.normalize("NFD", title))


@pytest.mark.parametrize("rule", [english_slug, arabic_slug])
def test_a_non_joiner_parts_two_words_and_what_cannot_be_seen_parts_nothing(rule):
    assert rule("می\u200cخواهم") == "my-khwahm"
    assert rule("می\u200c\u200cخواهم") == "my-khwahm"
    assert rule("wat\u200cer wat\u200der w\u00ada\u200bter") == "water-water-water"
    assert rule("ه\u200d") == "h"


@pytest.mark.parametrize("control", "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
def test_direction_controls_never_reach_a_slug(control):
    assert english_slug(f"wa{control}ter") == arabic_slug(f"wa{control}ter") == "water"
    assert normal_slug(f"{control}wa{control}ter{control}") == "water"


def test_a_long_title_is_cut_between_words():
    slug = english_slug("water " * 100)
    assert len(slug) <= MAX_LENGTH and slug.endswith("water") and len(slug) > MAX_LENGTH - 6
    assert len(english_slug("x" * 1000)) == MAX_LENGTH


def test_every_slug_by_rule_is_one_that_may_be_had():
    for title in ("NATO in Iraq: Not a Surge", "...a...", "-- x --", "água", "حلف", "x" * 500, "A b " * 90, "1/2"):
        for language in languages().values():
            validate_slug(language.slug(title))


@pytest.mark.parametrize(
    "slug",
    ["admin", "Admin", "search", "feed", "en", "ar", "static", "media", "sitemap.xml", "robots.txt", ".well-known"]
    + ["policy-analysis", "experts", "tags", "preview", "v", "pdf", "favicon.ico", "accounts"],
)  # fmt: skip
def test_a_word_of_the_site_itself_is_refused(slug):
    with pytest.raises(ValidationError, match="site itself"):
        validate_slug(slug)


def test_no_route_of_the_site_can_be_taken_by_a_page():
    """Walks the URL configuration, so that a new route has to be reserved."""
    for pattern in get_resolver().url_patterns:
        inner = [str(each.pattern) for each in getattr(pattern, "url_patterns", [])] or [""]
        routes = [str(pattern.pattern) + each for each in inner]
        for route in routes:
            segment = route.split("/")[0]
            if segment and "<" not in segment:
                with pytest.raises(ValidationError):
                    validate_slug(segment)


def test_a_new_language_is_no_slug(settings):
    validate_slug("fa")
    settings.LANGUAGES = [*settings.LANGUAGES, ("fa", "فارسی")]
    with pytest.raises(ValidationError, match="site itself"):
        validate_slug("fa")


@pytest.mark.parametrize(
    "slug", ["..", ".", "-", "--", "", "a/b", "a b", "a.b", "a%20b", "-a", "a-", "a?b", "a#b", "a\nb", "<a>", "a\x00"]
)
def test_what_cannot_be_one_part_of_an_address_is_refused(slug):
    with pytest.raises(ValidationError):
        validate_slug(slug)


def test_a_slug_that_is_too_long_is_refused_at_once():
    with pytest.raises(ValidationError, match="at most"):
        validate_slug("a" * 100_000 + "-")


@pytest.mark.parametrize(
    "slug", ["river-low", "River-Low", "حلف-الناتو", "a--b", "می\u200cخواهم", "2026", "été", "a_b"]
)
def test_a_typed_slug_is_kept_as_it_is(slug):
    validate_slug(slug)
    assert normal_slug(slug) == slug


def test_a_typed_slug_is_stored_composed():
    assert normal_slug(unicodedata.normalize("NFD", "été")) == "été"


def test_a_non_joiner_that_cannot_be_seen_makes_no_second_address():
    assert normal_slug("wat\u200cer\u200d") == "water"


@pytest.mark.django_db
def test_a_typed_slug_survives_a_new_name():
    topic = Topic.objects.create(name_en="Water", slug_en="rivers-and-wells")
    topic.name_en = "Energy"
    topic.full_clean()
    topic.save()
    assert Topic.objects.get().slug_en == "rivers-and-wells"


@pytest.mark.django_db
def test_a_title_without_a_letter_that_could_be_an_address_gets_one_all_the_same():
    first, second = Topic.objects.create(name_en="日本"), Topic.objects.create(name_en="中国")
    assert (first.slug_en, second.slug_en) == ("topic", "topic-2")


@pytest.mark.django_db
def test_a_name_that_is_a_word_of_the_site_gets_another_address():
    assert Topic.objects.create(name_en="Search").slug_en == "search-2"
