"""What an attacker sends, or a clumsy hand, that no form and no link of ours would."""

import time

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from lxml import html as lxml_html
from PIL import Image as Pillow

from analyses.editions import Edition
from analyses.models import Analysis
from taxonomy.models import Tag
from thinktank import html, images
from thinktank.models import Image
from thinktank.wsgi import application

from .factories import (
    correct,
    edit,
    make_analysis,
    make_expert,
    make_format,
    make_image,
    make_tag,
    picture_file,
    publish,
)
from .test_admin import LIST, address, fields_of, save, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def newsroom(client):
    client.force_login(User.objects.create_superuser("rana"))
    return client


# --- Headers


CHARSETS = ["hex", "utf-7", "utf-16", "unicode_escape", "idna", "latin-1"]


def served(path, query, content_type):
    """The answer to what the web server hands over: the test client makes its requests in another way."""
    environ = RequestFactory().get(path).environ | {"QUERY_STRING": query, "CONTENT_TYPE": content_type}
    return application.get_response(application.request_class(environ))


@pytest.mark.parametrize(
    "parameter", [*(f"charset={charset}" for charset in CHARSETS), "charset*=hex''%41", "x*=zz''%41"]
)
@pytest.mark.parametrize("prefix, language", [("", "en"), ("/ar", "ar")])
def test_a_header_does_not_change_how_an_address_is_read(prefix, language, parameter):
    publish(make_analysis("The River Is Low", "النهر منخفض"), "en", "ar")
    for query in ("river", "q=river", "q=%2BAAA-", "q=%5Cud800", "q=%5Cx00"):
        response = served(f"{prefix}/search", query, f"text/plain; {parameter}")
        assert response.status_code == 400 and "no-store" in response["Cache-Control"]
        assert lxml_html.document_fromstring(response.content).get("lang") == language


@pytest.mark.parametrize("charset", ["utf-8", "UTF8", "us-ascii"])
def test_a_header_that_says_the_usual_is_no_attack(charset):
    assert served("/search", "q=river", f"text/plain; charset={charset}").status_code == 200
    assert served("/search", "&" * 3000, f"text/plain; charset={charset}").status_code in (200, 400)
    assert served("/search", "&" * 3000, "").status_code in (200, 400)


@pytest.mark.parametrize("charset", CHARSETS)
def test_a_form_is_utf_8(newsroom, charset):
    analysis = make_analysis()
    body = b'--B\r\nContent-Disposition: form-data; name="title_en"\r\n\r\n\\ud800+AAA-\r\n--B--\r\n'
    kind = f"multipart/form-data; boundary=B; charset={charset}"
    assert newsroom.generic("POST", address(analysis, "change"), body, content_type=kind).status_code == 400


def test_the_sitemaps_are_named_by_the_settings_and_not_by_the_request(client, settings):
    settings.ALLOWED_HOSTS = ["*"]
    settings.SITE_URL = "https://tamarisk.example"
    response = client.get("/sitemap.xml", headers={"host": "mirror.example:666"}, secure=False)
    locations = lxml_html.document_fromstring(response.content).xpath("//loc/text()")
    assert len(locations) == 4
    assert all(location.startswith("https://tamarisk.example/sitemap-") for location in locations)


@pytest.mark.parametrize("path, language", [("/search", "en"), ("/ar/search", "ar")])
def test_a_form_from_elsewhere_is_refused_in_the_look_and_language_of_the_site(path, language):
    response = Client(enforce_csrf_checks=True).post(path, {"a": "b"})
    page = lxml_html.document_fromstring(response.content)
    assert response.status_code == 403 and page.get("lang") == language and page.xpath("//header//nav")


# --- Texts


@pytest.mark.parametrize("text", ["&", "&#", "&#x", "&zz;", "&amp;", "&x "])
def test_a_body_of_ampersands_is_cleaned_in_no_time(text):
    begin = time.process_time()
    html.clean(text * 300_000)
    assert time.process_time() - begin < 1


@pytest.mark.parametrize(
    "source, shown",
    [
        ("Research & Development", "Research &amp; Development"),
        ("AT&T; &copy; &#1576; &lt;b&gt;", "AT&amp;T; © ب &lt;b&gt;"),
        ("&amp;lt; &AMP; &zz;", "&amp;lt; &amp; &amp;zz;"),
        (
            '<a href="https://example.org/?a=1&b=2&amp;c=3">x</a>',
            '<a href="https://example.org/?a=1&amp;b=2&amp;c=3">x</a>',
        ),
        ('<a href="&#106;avascript&colon;alert(1)">x</a>', "<a>x</a>"),
    ],
)
def test_an_ampersand_stays_what_it_was(source, shown):
    assert html.clean(source) == shown and html.clean(str(html.clean(source))) == shown


def test_a_picture_that_stands_in_a_text_many_times_is_read_once():
    image = make_image()
    few = make_analysis("Few", body_en=f'<p>a</p><img data-image="{image.pk}">' * 2)
    many = make_analysis("Many", body_en=f'<p>a</p><img data-image="{image.pk}">' * 50)
    counts = []
    for text in (few, many):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            text.publish("en")
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert many.live_edition("en").body.count("<picture ") == 50


def test_what_was_withdrawn_stays_so_when_a_later_edition_is_published(client):
    text = publish(make_analysis("The River", body_en="<p>Libel.</p>", slug_en="river"), "en")
    correct(text, body_en="<p>Still libel.</p>")
    text.withdraw("en")
    edit(text, body_en="<p>Nothing but the truth.</p>")
    text.publish("en")
    assert "truth" in client.get("/policy-analysis/river").content.decode()
    for number in (1, 2):
        response = client.get(f"/policy-analysis/river/v/{number}")
        assert response.status_code == 410 and "ibel" not in response.content.decode()
    assert client.get("/policy-analysis/river/v/3").status_code == 200
    edit(text, body_en="<p>Nothing but the whole truth.</p>").publish("en", kind="correction", note="The whole of it.")
    assert "but the truth" in client.get("/policy-analysis/river/v/3").content.decode()


def test_a_feed_can_be_read_whatever_a_format_is_called(client):
    publish(make_analysis("The River", format=make_format("Brief \ufffe Analysis")), "en")
    assert "\ufffe" not in client.get("/feed").content.decode()


# --- Lists of the newsroom


LOOKUPS = (
    "title_en__regex=(", "title__iregex=((", "id__range=1", "title_en__unaccent=a", "title_en__trigram_similar=x",
    "authors__name__regex=(", "format__id__regex=(", "body_en__contains=a",
)  # fmt: skip


@pytest.mark.parametrize("query", LOOKUPS)
def test_an_address_asks_a_list_only_what_its_filters_ask(newsroom, query):
    make_analysis()
    assert newsroom.get(f"{LIST}?{query}").status_code == 400


@pytest.mark.parametrize("model", ["auth/user", "auth/group", "taxonomy/tag", "thinktank/image", "analyses/pick"])
def test_no_list_of_the_newsroom_takes_a_regular_expression(newsroom, model):
    for name in ("username", "name", "credit", "id"):
        assert newsroom.get(f"/admin/{model}/?{name}__regex=(").status_code in (302, 400)


def test_the_filters_of_the_lists_work(newsroom):
    text = make_analysis()
    assert newsroom.get(f"{LIST}?format__id__exact={text.format_id}").status_code == 200
    assert newsroom.get(f"{LIST}?topic=1").status_code == 200
    assert newsroom.get("/admin/taxonomy/topic/?is_featured__exact=1").status_code == 200
    assert newsroom.get("/admin/experts/expert/?status__exact=guest").status_code == 200
    for query in ("groups__name=Editor", "is_active__exact=0"):
        assert newsroom.get(f"/admin/auth/user/?{query}").status_code in (200, 302)


@pytest.mark.parametrize("action", ["delete_selected", "publish_en", "withdraw_ar"])
@pytest.mark.parametrize("keys", [["abc"], ["1", "abc"], ["1e3"], ["٣", "²"]])
def test_a_row_that_cannot_be_one_is_refused(newsroom, action, keys):
    make_analysis()
    response = newsroom.post(LIST, {"action": action, ACTION_CHECKBOX_NAME: keys, "confirmed": "1"})
    assert response.status_code == 400 and not Edition.objects.exists() and Analysis.objects.count() == 1


def test_a_search_of_a_thousand_words_is_cut(newsroom):
    make_analysis("The River")
    begin = time.process_time()
    assert newsroom.get(LIST, {"q": "a " * 1900}).status_code == 200
    assert time.process_time() - begin < 1


# --- Forms of the newsroom


def two_authors(text):
    return [row.expert for row in text.authorships.order_by("order", "pk")]


def test_authors_change_places_by_their_names(newsroom):
    first, second = make_expert(), make_expert("Yusuf Rubaie", "يوسف الربيعي")
    text = make_analysis(authors=[first, second])
    response = save(newsroom, text, **{"authorships-0-expert": second.pk, "authorships-1-expert": first.pk})
    assert response.status_code == 200 and two_authors(text) == [second, first]


def test_recommended_texts_change_places_by_their_numbers(newsroom):
    text, one, two = make_analysis("Zero"), make_analysis("One"), make_analysis("Two")
    for order, other in enumerate((one, two)):
        text.recommendations.create(recommended=other, order=order)
    save(newsroom, text, **{"recommendations-0-recommended": two.pk, "recommendations-1-recommended": one.pk})
    assert [row.recommended for row in text.recommendations.order_by("order")] == [two, one]


def test_an_author_who_stands_there_already_is_said_to(newsroom):
    first, second = make_expert(), make_expert("Yusuf Rubaie", "يوسف الربيعي")
    text = make_analysis(authors=[first, second])
    response = save(newsroom, text, **{"authorships-0-expert": second.pk})
    assert response.status_code == 200 and "errornote" in response.content.decode()
    assert two_authors(text) == [first, second]


def test_a_text_that_recommends_itself_is_said_to(newsroom):
    text = make_analysis()
    rows = {"recommendations-TOTAL_FORMS": 1, "recommendations-0-recommended": text.pk, "recommendations-0-order": 0}
    for parent in ({}, {"recommendations-0-analysis": text.pk}):
        assert "A text cannot recommend itself." in words(save(newsroom, text, **rows, **parent))
    assert not text.recommendations.exists()


def test_a_form_of_endless_rows_is_refused_quickly(newsroom):
    text = make_analysis(authors=[make_expert()])
    begin = time.process_time()
    response = save(newsroom, text, **{"authorships-TOTAL_FORMS": 2_000_000_000})
    assert response.status_code == 200 and "errornote" in response.content.decode()
    assert time.process_time() - begin < 4 and text.authorships.count() == 1


@pytest.mark.parametrize("reason", ["\u200b", "\u200b \u2060", "\u202e"])
def test_a_reason_that_cannot_be_seen_is_none(newsroom, reason):
    text = publish(make_analysis(), "en")
    assert "This field is required" in words(newsroom.post(address(text, "withdraw", "en"), {"reason": reason}))
    correction = {"kind": "correction", "note": reason}
    assert "Say in a note" in words(newsroom.post(address(text, "publish", "en"), correction))
    assert text.live_edition("en").number == 1


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Beirut", "UTC"])
def test_a_schedule_beyond_the_calendar_is_refused(newsroom, settings, zone):
    settings.TIME_ZONE = zone
    text = make_analysis()
    for moment in ("9999-12-31T23:59", "2999-01-01T00:00", "0001-01-01T00:00"):
        response = newsroom.post(address(text, "publish", "en"), {"at": moment})
        assert response.status_code == 200 and "errorlist" in response.content.decode()
    assert not Edition.objects.exists()


def test_two_tags_do_not_differ_by_capitals_alone(newsroom):
    make_tag("NATO", "NATO", "الناتو")
    fields = {"name": "nato", "slug": "second", "label_en": "Nato", "label_ar": ""}
    assert "already exists" in words(newsroom.post("/admin/taxonomy/tag/add/", fields))
    assert Tag.objects.count() == 1
    text = make_analysis()
    save(newsroom, text, tags="Nato, nato")
    assert [tag.name for tag in text.tags.all()] == ["NATO"]


# --- Pictures


@pytest.mark.parametrize(
    "format, size", [("WEBP", (6000, 3100)), ("AVIF", (6000, 4100)), ("PNG", (6000, 4700)), ("GIF", (6000, 4700))]
)
def test_a_picture_that_would_fill_the_memory_is_refused_before_it_is_decoded(newsroom, format, size, monkeypatch):
    file = picture_file(f"x.{format.lower()}", (8, 8), format=format)
    monkeypatch.setattr(Pillow.Image, "size", property(lambda picture: size))
    monkeypatch.setattr(Pillow.Image, "load", lambda picture: pytest.fail("It was decoded."))
    form = newsroom.get("/admin/thinktank/image/add/")
    sent = fields_of(form) | {"file": file, "alt_en": "A river", "alt_ar": "نهر"}
    assert f"at most {images.MAX_MEGAPIXELS[format]} million pixels" in words(
        newsroom.post("/admin/thinktank/image/add/", sent)
    )
    assert not Image.objects.exists()
