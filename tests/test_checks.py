"""What is checked before publishing: in the form, on the page that asks, and for the desk."""

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError

from analyses import checks
from analyses.models import Analysis
from tests.factories import ago, correct, edit, make_analysis, make_format, make_image, make_region, make_topic, publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def newsroom(client):
    client.force_login(User.objects.create_superuser("rana"))
    return client


def sound(**fields):
    """A text of which nothing is to be said."""
    fields = {"topics": [make_topic()], "regions": [make_region()]} | fields
    return make_analysis("The River", "النهر", **fields)


def codes(analysis, language="en"):
    fresh = Analysis.objects.get(pk=analysis.pk)
    return [finding.code for finding in checks.findings(fresh, language)]


def test_of_a_sound_text_nothing_is_said():
    assert codes(sound()) == [] and codes(sound(), "ar") == []


# --- What stops publication


@pytest.mark.parametrize("fields, code", [
    ({"title_en": ""}, "no_title"), ({"summary_en": ""}, "no_summary"), ({"body_en": ""}, "no_text"),
])  # fmt: skip
def test_what_is_missing_stops_publication(fields, code):
    text = edit(sound(), **fields)
    assert codes(text)[0] == code
    with pytest.raises(ValidationError):
        Analysis.objects.get(pk=text.pk).publish("en")


def test_a_text_without_an_author_is_not_published():
    text = sound()
    text.authorships.all().delete()
    assert codes(text) == ["no_author"]
    with pytest.raises(ValidationError, match="It has no author."):
        Analysis.objects.get(pk=text.pk).publish("en")


def test_a_picture_is_described_in_the_language_or_decorative():
    image = make_image("A dry riverbed", "")
    body = f'<p>See:</p><figure><img src="" alt="" data-image="{image.pk}"></figure>'
    for text in (sound(image=image), sound(body_ar=body)):
        assert codes(text) == [] and codes(text, "ar") == ["no_alt"]
    described = body.replace('alt=""', 'alt="مجرى نهر جاف"')
    assert codes(sound(body_ar=described), "ar") == []
    edit(image, is_decorative=True)
    assert codes(text, "ar") == []


def test_a_picture_that_may_not_be_shown_stops_publication():
    image = make_image(licence_until=ago(days=3).date())
    assert codes(sound(image=image)) == ["picture_not_showable"]


def test_an_address_that_something_else_has_stops_publication():
    publish(make_analysis("Other", slug_en="taken"), "en")
    text = sound()
    Analysis.objects.filter(pk=text.pk).update(slug_en="taken")
    assert codes(text) == ["address"]


# --- What is for the editor to judge


ENGLISH = {
    "<h3>Small</h3><p>Words.</p><h2>Large</h2><p>x</p>": ["heading_skipped"],
    "<h2>Large</h2><p>Words.</p><h3>Small</h3><p>x</p>": [],
    '<p>See <a href="https://example.org/">here</a>.</p>': ["vague_link"],
    '<p>See <a href="https://example.org/">Click here!</a>.</p>': ["vague_link"],
    '<p>See <a href="https://example.org/">the report</a>.</p>': [],
    '<p>See <a href="/policy-analysis/never-was">the report</a>.</p>': ["broken_link"],
    '<p>See <a href="/policy-analysis/a-draft">the draft</a>.</p>': ["link_to_draft"],
    '<p>See <a href="/policy-analysis/a-schedule">the plan</a>.</p>': ["link_to_draft"],
    '<p>See <a href="/policy-analysis/a-live-text">the text</a>.</p>': [],
    '<p>See <a href="/ar/policy-analysis/hy">the text</a>.</p>': [],
    "<table><tbody><tr><td>1</td></tr></tbody></table><p>x</p>": ["table_without_caption", "table_without_headings"],
    '<table><caption>Depths</caption><thead><tr><th scope="col">May</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table>': [],
    '<p>Words.<sup class="footnote"> </sup></p>': ["empty_footnote"],
    '<p>Words.<sup class="footnote">A note.</sup></p>': [],
    "<p>Two  spaces.</p>": ["double_space"],
    "<p>Words.</p>\n  <p>More.</p>": [],
    "<p>Words.</p><p><strong></strong></p>": ["empty_paragraph"],
    '<p>A "straight" word, in English; why not?</p>': [],
}


@pytest.mark.parametrize("body", ENGLISH)
def test_advice_on_an_english_text(body):
    make_analysis("Draft", slug_en="a-draft")
    make_analysis("Schedule", slug_en="a-schedule").publish("en", at=ago(days=-3))
    publish(make_analysis("Live", "حي", slug_en="a-live-text", slug_ar="hy"), "en", "ar")
    assert codes(sound(body_en=body)) == ENGLISH[body]


ARABIC = {
    "<p>نعم, هو كذلك.</p>": ["foreign_punctuation"],
    "<p>أهو كذلك?</p>": ["foreign_punctuation"],
    "<p>نعم; وبعد.</p>": ["foreign_punctuation"],
    "<p>نعم، هو كذلك؛ أليس كذلك؟</p>": [],
    '<p>قال "نعم" ومضى.</p>': ["straight_quotes"],
    "<p>قال «نعم» ومضى، وكتب (Smith, 2019; Jones?) 1,000 مرة.</p>": [],
    '<p>انظر <a href="https://example.org/">هنا</a>.</p>': ["vague_link"],
}


@pytest.mark.parametrize("body", ARABIC)
def test_advice_on_an_arabic_text(body):
    assert codes(sound(body_ar=body), "ar") == ARABIC[body]


def test_title_and_summary_are_measured_and_read():
    text = sound(summary_en="x" * 161, summary_ar="نعم, نعم.")
    edit(text, title_en="t" * 111)
    assert codes(text) == ["long_title", "long_summary"] and codes(text, "ar") == ["foreign_punctuation"]


def test_topic_and_region_are_asked_for():
    assert codes(make_analysis("The River")) == ["no_topic", "no_region"]


def test_a_translation_of_an_older_edition_is_told():
    text = sound()
    publish(text, "en", at=ago(days=9))
    publish(text, "ar", at=ago(days=8))
    assert codes(text, "ar") == []
    correct(text, body_en="<p>Two metres.</p>", at=ago(days=2))
    assert codes(text, "ar") == ["original_is_newer"]
    text.publish("ar", kind="typographical")
    assert codes(text, "ar") == []


def test_advice_does_not_stop_publication(newsroom):
    text = make_analysis("The River", body_en="<p>Two  spaces.</p>")
    path = f"/admin/analyses/analysis/{text.pk}/publish/en/"
    page = newsroom.get(path).content.decode()
    assert "Two spaces stand after each other" in page and f"/analysis/{text.pk}/change/#id_body_en" in page
    newsroom.post(path)
    assert text.live_edition("en")


# --- The form


def test_the_form_is_checked_as_it_stands_and_nothing_is_saved(newsroom):
    text = sound()
    path = f"/admin/analyses/analysis/{text.pk}/checks/"
    sent = {"title_en": "The River", "summary_en": "", "body_en": "<p>Two  spaces.</p>", "title_ar": "", "body_ar": "",
            "format": "", "authorships-TOTAL_FORMS": "1", "authorships-0-expert": ""}  # fmt: skip
    page = newsroom.post(path, sent).content.decode()
    for words in ("It has no summary", "It has no format.", "It has no author.", "It has no topic.", "Two spaces"):
        assert words in page
    assert page.count("<section") == 1
    assert codes(text) == []


def test_a_sound_form_is_said_to_be_sound(newsroom):
    text = sound()
    page = newsroom.post(f"/admin/analyses/analysis/{text.pk}/checks/", {}).content.decode()
    assert page.count("Nothing was found.") == 2


@pytest.mark.parametrize("sent", [
    {"body_en": "<p>" * 3000, "image": "9" * 40}, {"title_en": "\x00", "image": "x", "format": "x"},
    {"slug_en": "a/b", "authorships-TOTAL_FORMS": "9999999999"}, {"body_en": '<a href="//[x">y</a>'},
])  # fmt: skip
def test_bad_input_is_no_fault(newsroom, sent):
    text = sound()
    assert newsroom.post(f"/admin/analyses/analysis/{text.pk}/checks/", sent).status_code == 200


def test_only_who_may_see_a_text_has_it_checked(client):
    text = sound()
    path = f"/admin/analyses/analysis/{text.pk}/checks/"
    assert client.post(path).status_code == 302
    client.force_login(User.objects.create_user("huda", is_staff=True))
    assert client.post(path).status_code in (403, 404)
    client.force_login(User.objects.create_superuser("chief"))
    assert client.get(path).status_code == 405


# --- The desk


def test_the_desk_has_what_is_scheduled_before_what_is_in_review_before_drafts(django_assert_max_num_queries):
    user = User.objects.create_superuser("rana")
    make_format()
    sound()
    scheduled = sound()
    scheduled.publish("en", at=ago(days=-1))
    edit(scheduled, summary_en="")
    make_analysis("In review, without a topic").send_to_review("en", user)
    make_analysis("Draft without a topic")
    make_analysis("Draft without a summary", summary_en="")
    publish(make_analysis("Live"), "en")
    with django_assert_max_num_queries(18):
        found = [(str(text), state, [f.code for f in said]) for text, _language, state, said in checks.for_desk(user)]
    assert found == [
        ("The River", "scheduled", ["no_summary"]),
        ("In review, without a topic", "in-review", ["no_topic", "no_region"]),
        ("Draft without a summary", "draft", ["no_summary"]),
    ]
    for number in range(8):
        make_analysis(f"Draft {number}")
    with django_assert_max_num_queries(18):
        checks.for_desk(user)
