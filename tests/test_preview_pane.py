"""The public page of what is being typed: exactly what readers would get, for those who may see it, and nothing is kept."""

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from analyses.editions import Edition
from analyses.models import Analysis
from tests.factories import make_analysis, make_expert, make_format, make_image, make_region, make_topic
from tests.test_admin import LIST, address, fields_of, newsroom, staff, words  # noqa: F401

pytestmark = pytest.mark.django_db


def preview(client, thing, code="en", **changes):
    form = fields_of(client.get(address(thing, "change")))
    return client.post(address(thing, "preview", code), form | changes)


def lively(**fields):
    return make_analysis(
        "The River Is Low", "النهر منخفض", authors=[make_expert()], topics=[make_topic()], regions=[make_region()],
        tags=["water"], image=make_image(), **fields,
    )  # fmt: skip


def test_it_shows_the_unsaved_text_on_the_public_page(newsroom):  # noqa: F811
    analysis = lively()
    omar = make_expert("Omar Haddad", "عمر حداد")
    page = preview(newsroom, analysis, title_en="The River Is Dry", body_en='<h2>Two</h2><p>A.<sup class="footnote">n</sup></p>', **{
        "authorships-TOTAL_FORMS": 2, "authorships-1-expert": omar.pk, "authorships-1-order": 1})  # fmt: skip
    said = words(page)
    assert page.status_code == 200
    for part in ("The River Is Dry", "Omar Haddad", "Rana Darwazeh", "Water", "Iraq"):
        assert part in said
    assert Analysis.objects.get().title_en == "The River Is Low" and not Edition.objects.exists()


def test_the_language_is_that_of_the_text_whatever_the_interface_speaks(newsroom):  # noqa: F811
    page = preview(newsroom, lively(), "ar", title_ar="النهر جاف").content.decode()
    assert '<html lang="ar" dir="rtl"' in page and "النهر جاف" in page and "الرئيسية" in page


def test_nobody_else_can_frame_keep_or_find_it(newsroom):  # noqa: F811
    page = preview(newsroom, lively())
    assert page["X-Frame-Options"] == "SAMEORIGIN" and "no-store" in page["Cache-Control"]
    assert page["X-Robots-Tag"] == "noindex" and page["Referrer-Policy"] == "no-referrer"
    policy = page["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in policy and "form-action 'none'" in policy
    assert "frame-ancestors 'none'" in newsroom.get(LIST)["Content-Security-Policy"]


def test_it_writes_nothing(newsroom):  # noqa: F811
    analysis = lively()
    form = fields_of(newsroom.get(address(analysis, "change"))) | {"tags": "a new tag, water"}
    with CaptureQueriesContext(
        connection,
    ) as queries:
        newsroom.post(address(analysis, "preview", "en"), form)
    written = [q["sql"] for q in queries if q["sql"].split()[0] in ("INSERT", "UPDATE", "DELETE")]
    assert not [sql for sql in written if "django_session" not in sql]


@pytest.mark.parametrize("half_written", [
    {"title_en": ""}, {"title_en": "x" * 5000}, {"slug_en": "a/b"}, {"slug_en": "admin"}, {"format": ""}, {"format": "x"},
    {"body_en": "<p>unclosed <b>bold <script>alert(1)</script>"}, {"body_en": "<div>" * 3000}, {"image": "999999"},
    {"topics": ["x"]}, {"original_language": "xx"}, {"authorships-0-expert": ""}, {"authorships-0-expert": "9" * 30},
    {"authorships-TOTAL_FORMS": "x"}, {"tags": '"'}, {"title_en": "a\x00b"}, {"opened": "x"}, {"summary_en": "\ud800"},
])  # fmt: skip
def test_half_written_input_never_breaks_it(newsroom, half_written):  # noqa: F811
    page = preview(newsroom, lively(), **{name: value for name, value in half_written.items() if value != "\ud800"})
    assert page.status_code == 200 and b"<script>alert" not in page.content


def test_a_new_text_has_a_preview(newsroom):  # noqa: F811
    form = fields_of(newsroom.get(f"{LIST}add/")) | {
        "title_en": "A New River",
        "format": make_format().pk,
        "body_en": "<p>Low.</p>",
    }
    page = newsroom.post(f"{LIST}add/preview/en/", form)
    assert "A New River" in words(page) and not Analysis.objects.exists()
    assert "There is nothing to show yet" in words(newsroom.post(f"{LIST}add/preview/en/", {}))


def test_links_to_other_texts_and_an_earlier_edition_are_as_readers_would_get_them(newsroom):  # noqa: F811
    other = make_analysis("The Dam Holds", publish=["en"])
    analysis = make_analysis(
        "The River Is Low", publish=["en"], body_en='<p><a href="/policy-analysis/dam-holds">dam</a></p>'
    )
    page = preview(newsroom, analysis, title_en="The River Is Dry")
    assert (
        f'href="{other.live_edition("en").get_absolute_url()}"' in page.content.decode()
        and "The River Is Dry" in words(page)
    )


def test_it_needs_the_right_to_see_the_text(client):
    analysis = make_analysis("The River Is Low")
    staff(client)
    assert client.post(address(analysis, "preview", "en"), {"title_en": "x"}).status_code == 403
    assert client.post(f"{LIST}add/preview/en/", {"title_en": "x"}).status_code == 403
    client.logout()
    assert client.post(address(analysis, "preview", "en")).status_code == 302


def test_what_one_may_not_change_is_previewed_as_it_is(client):
    analysis = make_analysis("The River Is Low")
    staff(client, "analyses.view_analysis")
    page = client.post(address(analysis, "preview", "en"), {"title_en": "Forged"})
    assert "The River Is Low" in words(page) and "Forged" not in words(page)


def test_an_unknown_language_and_a_get_are_refused(newsroom):  # noqa: F811
    analysis = make_analysis("The River Is Low")
    assert newsroom.post(address(analysis, "preview", "xx")).status_code == 404
    assert newsroom.get(address(analysis, "preview", "en")).status_code == 405
    assert User.objects.count() == 1
