"""Dates as readers of each language write them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.test import override_settings
from django.utils import timezone, translation

from tests.factories import make_analysis
from thinktank.languages import INTERNATIONAL_MONTHS, LEVANTINE_MONTHS, language, languages

NOON = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)


def test_an_english_date_has_the_month_first():
    assert language("en").day(NOON) == "November 3, 2026"


@override_settings(ARABIC_MONTHS="international", ARABIC_DIGITS="western")
def test_an_arabic_date_has_the_day_first():
    assert language("ar").day(NOON) == "3 نوفمبر 2026"


@override_settings(ARABIC_MONTHS="dual")
def test_arabic_months_can_have_both_names():
    assert language("ar").day(NOON) == "3 تشرين الثاني/نوفمبر 2026"


@override_settings(ARABIC_DIGITS="arabic-indic")
def test_arabic_digits_can_be_arabic_indic():
    assert language("ar").day(NOON) == "٣ نوفمبر ٢٠٢٦"
    assert language("ar").number("12,345") == "١٢,٣٤٥"


def test_a_changed_setting_holds_at_once():
    days = set()
    for months in ("international", "dual", "international"):
        for digits in ("western", "arabic-indic"):
            with override_settings(ARABIC_MONTHS=months, ARABIC_DIGITS=digits):
                days.add((months, digits, language("ar").day(NOON), languages()["ar"].day(NOON)))
    assert len(days) == 4 and len({day for *_settings, day, _same in days}) == 4
    assert all(one == other for *_settings, one, other in days)


@override_settings(ARABIC_MONTHS="dual", ARABIC_DIGITS="arabic-indic")
def test_the_arabic_settings_leave_english_as_it_is():
    assert language("en").day(NOON) == "November 3, 2026"
    assert language("en").number(2026) == "2026"


def test_each_month_has_its_names():
    for month in range(1, 13):
        moment = datetime(2026, month, 15, tzinfo=UTC)
        assert language("ar").day(moment) == f"15 {INTERNATIONAL_MONTHS[month - 1]} 2026"
        with override_settings(ARABIC_MONTHS="dual"):
            assert f"{LEVANTINE_MONTHS[month - 1]}/{INTERNATIONAL_MONTHS[month - 1]}" in language("ar").day(moment)


def test_the_day_is_that_of_the_institute():
    late = datetime(2026, 12, 31, 22, 30, tzinfo=UTC)
    with override_settings(TIME_ZONE="UTC"):
        assert language("en").day(late) == "December 31, 2026"
    with override_settings(TIME_ZONE="Asia/Beirut"):
        assert language("en").day(late) == "January 1, 2027"
    with override_settings(TIME_ZONE="America/New_York"):
        assert language("en").day(late) == "December 31, 2026"


@override_settings(TIME_ZONE="Asia/Beirut")
def test_the_zone_of_a_member_of_staff_does_not_change_the_day():
    with timezone.override(ZoneInfo("America/New_York")):
        assert language("en").day(datetime(2026, 12, 31, 22, 30, tzinfo=UTC)) == "January 1, 2027"


def test_without_a_code_the_active_language_counts():
    with translation.override("ar"):
        assert language().code == "ar"
    with translation.override(None):
        assert language().code == "en"


@pytest.mark.django_db
@override_settings(TIME_ZONE="Asia/Beirut", ARABIC_MONTHS="dual", ARABIC_DIGITS="arabic-indic")
def test_a_page_shows_the_date_in_its_own_language(client):
    analysis = make_analysis("The River Is Low", "النهر منخفض")
    for code in ("en", "ar"):
        analysis.publish(code, at=datetime(2025, 12, 31, 22, 30, tzinfo=UTC))
    assert "January 1, 2026" in client.get("/policy-analysis/river-low").content.decode()
    assert "١ كانون الثاني/يناير ٢٠٢٦" in client.get("/ar/policy-analysis/alnhr-mnkhfd").content.decode()
