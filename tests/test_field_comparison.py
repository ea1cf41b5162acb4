"""Two states of a text are compared field by field, in each language and in what all languages share."""

import re

import pytest
from django.contrib.auth.models import User
from django.template.loader import render_to_string
from django.utils.translation import override

from analyses.field_comparison import changed_fields, compare_fields
from analyses.working_copy import complete
from tests.factories import make_analysis, make_expert, make_format, make_image, make_topic, publish

pytestmark = pytest.mark.django_db


def state(**fields):
    return complete({"format": None} | fields)


def printed(comparison):
    return render_to_string("admin/newsroom/comparison.html", {"comparison": comparison})


def words(html):
    return " ".join(re.sub(r"<[^>]+>", "", html).split())


def test_only_what_differs_is_shown_under_its_language():
    before = state(title_en="One", title_ar="واحد", body_en="<p>Same.</p>")
    after = state(title_en="One", title_ar="اثنان", body_en="<p>Same.</p>")
    (section,) = compare_fields(before, after).sections
    assert section.language.code == "ar" and [field.name for field in section.fields] == ["title"]
    assert changed_fields(before, after) == [("ar", ["Title"])]


def test_two_equal_states_have_nothing_to_compare():
    assert not compare_fields(state(title_en="One"), state(title_en="One"))
    assert "Nothing differs" in printed(compare_fields(state(), state()))


def test_authors_who_came_went_or_changed_places():
    people = [make_expert(name, "") for name in ("Rana", "Yusuf", "Omar", "Greta")]
    keys = [person.pk for person in people]
    before = state(authors=[{"expert": key} for key in keys[:3]])
    after = state(authors=[{"expert": key} for key in (keys[1], keys[0], keys[3])])
    (section,) = compare_fields(before, after).sections
    assert [(item.kind, item.text) for item in section.fields[0].items] == [
        ("moved", "Yusuf"), ("moved", "Rana"), ("inserted", "Greta"), ("deleted", "Omar"),
    ]  # fmt: skip
    assert changed_fields(before, after) == [(None, ["Authors"])]


def test_what_is_printed_about_an_author_belongs_to_its_language():
    rana = make_expert()
    before = state(authors=[{"expert": rana.pk, "role_ar": "زميلة"}])
    after = state(authors=[{"expert": rana.pk, "role_ar": "زميلة أولى"}])
    (section,) = compare_fields(before, after).sections
    assert section.language.code == "ar" and "Rana Darwazeh" in section.fields[0].label
    assert changed_fields(before, after) == [("ar", ["what is printed about the authors"])]


def test_format_picture_language_topics_and_tags():
    before = state(format=make_format("Brief", "").pk, tags=["drought", "dams"], original_language="en")
    after = state(
        format=make_format("Report", "").pk, tags=["dams"], original_language="ar", image=make_image().pk,
        topics=[make_topic().pk, 10**6],
    )  # fmt: skip
    text = words(printed(compare_fields(before, after)))
    assert "[deleted: Brief]" in text and "[inserted: Report]" in text
    assert "[deleted: drought]" in text and "dams" in text
    assert "[inserted: A dry riverbed]" in text and "[inserted: Arabic]" in text
    assert "[inserted: Water]" in text and "no. 1000000" in text


def test_titles_of_texts_that_somebody_may_not_see_are_not_told():
    secret, known = make_analysis("Quagga Report"), publish(make_analysis("Dust over Basra"), "en")
    after = state(recommended=[secret.pk, known.pk])
    visitor = User.objects.create_user("huda", is_staff=True)
    text = printed(compare_fields(state(), after, visitor))
    assert "Quagga" not in text and "Dust over Basra" in text
    assert "Quagga" in printed(compare_fields(state(), after, User.objects.create_superuser("rana")))
    assert "Quagga" not in printed(compare_fields(state(), after))


def test_each_language_is_printed_in_its_direction_whatever_the_interface():
    before = state(title_ar="النهر منخفض", body_ar="<p>كان الماء قليلاً.</p>", slug_ar="alnhr")
    after = state(title_ar="النهر جاف", body_ar="<p>كان الماء كثيراً.</p>", slug_ar="alnhr-jaf")
    for interface in ("en", "ar"):
        with override(interface):
            html = printed(compare_fields(before, after))
        assert '<p class="compared-line" lang="ar" dir="rtl">' in html
        assert '<div class="compared-body" lang="ar" dir="rtl">' in html
        assert '<p class="compared-line" lang="ar" dir="ltr">' in html  # an address
        assert f'<span class="visually-hidden" lang="{interface}">' in html


def test_what_somebody_wrote_is_printed_and_not_run():
    html = printed(compare_fields(state(), state(title_en="<script>alert(1)</script>", tags=["<img onerror=x>"])))
    assert "<script" not in html and "<img" not in html


def test_a_comparison_asks_the_database_a_fixed_number_of_times(django_assert_max_num_queries):
    keys = [make_expert(f"Expert {n}", "").pk for n in range(12)]
    user = User.objects.create_superuser("rana")
    with django_assert_max_num_queries(8):
        printed(compare_fields(state(), state(authors=[{"expert": key} for key in keys]), user))
