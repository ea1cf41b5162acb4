"""The search: what it shows, what it names, how it helps; with every filter of the archive, and never a word too many."""

import random
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from lxml import html as lxml_html

from analyses import matches
from thinktank.names import NameKey

from .factories import (
    CANARIES,
    ago,
    ahead,
    correct,
    edit,
    make_analysis,
    make_expert,
    make_format,
    make_image,
    make_institute,
    make_page,
    make_region,
    make_tag,
    make_topic,
    publish,
)

pytestmark = pytest.mark.django_db


def search(client, query, more="", prefix=""):
    return client.get(f"{prefix}/search?{urlencode({'q': query})}{more and '&'}{more}")


def titles(response):
    return [card.title for card in response.context["cards"]]


def text(response, path):
    page = lxml_html.document_fromstring(response.content)
    return [" ".join(found.text_content().split()) for found in page.xpath(path)]


@pytest.fixture
def shelf():
    brief, podcast = make_format("Brief Analysis", "تحليل موجز"), make_format("Podcast", "بودكاست")
    water, oil = make_topic("Water", "المياه"), make_topic("Oil", "النفط")
    gulf = make_region("Gulf", "الخليج")
    iraq = make_region("Iraq", "العراق", parent=gulf)
    rana = make_expert(photo=make_image())
    yusuf = make_expert("Yusuf al-Rubaie", "يوسف الربيعي")

    def written(days, title, ar, words, **fields):
        analysis = make_analysis(
            title,
            ar,
            body_en=f"<p>{words} The gauge is read at dawn.</p>",
            body_ar="<p>نهر منخفض وسد مرتفع.</p>",
            **fields,
        )
        publish(analysis, *(["en", "ar"] if ar else ["en"]), at=ago(days=days))

    written(
        400,
        "The River Is Low",
        "النهر منخفض",
        "A river falls.",
        format=brief,
        topics=[water],
        regions=[iraq],
        authors=[rana],
    )
    written(
        30,
        "Dams",
        "السدود",
        "A dam holds a river back.",
        format=podcast,
        topics=[water, oil],
        regions=[gulf],
        authors=[yusuf],
    )
    written(20, "Oil", "", "A well by the river.", format=brief, topics=[oil], regions=[], authors=[rana, yusuf])
    written(10, "Dust", "", "A storm.", format=brief, topics=[], regions=[iraq], tags=[make_tag()])


def test_a_search_has_every_filter_of_the_archive_and_counts_what_a_click_gives(client, shelf):
    response = search(client, "river")
    assert response.context["total"] == 3 and titles(response)[0] == "The River Is Low"
    clicked = 0
    for group in response.context["facets"]:
        for option in group["options"]:
            led = client.get(option["url"])
            assert led.context["total"] == option["count"] == len(titles(led)), option
            assert parse_qs(urlsplit(option["url"]).query)["q"] == ["river"]
            for further in (o for g in led.context["facets"] for o in g["options"][::2] if not o["selected"]):
                assert client.get(further["url"]).context["total"] == further["count"], further
            clicked += 1
    assert clicked > 8


@pytest.mark.parametrize(
    "more, expected",
    [
        ("topic=water", ["The River Is Low", "Dams"]),
        ("topic=water&topic=oil&format=brief-analysis", ["The River Is Low", "Oil"]),
        ("expert=yusuf-al-rubaie&expert=rana-darwazeh&region=gulf", ["The River Is Low", "Dams"]),
        ("order=newest", ["Oil", "Dams", "The River Is Low"]),
        ("order=oldest", ["The River Is Low", "Dams", "Oil"]),
        ("language=ar&order=newest", ["Dams", "The River Is Low"]),
        ("tag=drought", []),
    ],
)
def test_a_search_is_narrowed_and_ordered(client, shelf, more, expected):
    response = search(client, "river", more)
    assert titles(response) == expected and response.context["total"] == len(expected)


def test_words_at_the_archive_lead_to_the_search_and_filters_without_words_to_the_archive(client, shelf):
    moved = client.get("/policy-analysis?topic=water&q=river")
    assert (moved.status_code, moved["Location"]) == (301, "/search?topic=water&q=river")
    moved = client.get("/search?q=+&topic=water&exact=1")
    assert (moved.status_code, moved["Location"]) == (301, "/policy-analysis?topic=water")


def test_the_words_are_marked_in_title_and_text(client, shelf):
    response = search(client, "river gauge")
    assert "River" in text(response, "//*[contains(@class, 'card-title')]//mark")
    assert {"river", "gauge"} <= {
        word.lower() for word in text(response, "//*[contains(@class, 'card-summary')]//mark")
    }
    assert text(response, "//*[contains(@class, 'card-title')]")[0] in {"The River Is Low", "Dams", "Oil"}


def test_what_is_shown_of_a_text_is_the_part_that_tells_most_of_the_query(client):
    body = "<p>The canal and its sluice are old.</p>"
    publish(make_analysis("Levees", summary_en="All about the canal.", body_en=body), "en")

    def shown(query):
        return "".join(piece for piece, _marked in search(client, query).context["cards"][0].snippet_pieces)

    assert shown("canal") == "All about the canal."
    assert shown("canal sluice") == shown("sluice") == "The canal and its sluice are old."


def test_a_mark_in_text_that_looks_like_markup_stays_text(client):
    body = "<p>About &lt;script&gt;alert(1)&lt;/script&gt; and &lt;mark&gt;levees&lt;/mark&gt;.</p>"
    publish(make_analysis("Levees <b>&</b> <script>", body_en=body), "en")
    response = search(client, "levees script alert")
    page = lxml_html.document_fromstring(response.content)
    assert response.context["total"] == 1
    assert not page.xpath("//main//script | //main//b")
    assert text(response, "//*[contains(@class, 'card-title')]") == ["Levees <b>&</b> <script>"]


def test_a_typing_error_is_corrected_and_there_is_a_way_back(client, shelf):
    response = search(client, "rivver")
    assert response.context["corrected"] == "river" and response.context["total"] == 3
    assert text(response, "//*[@class='notice']") == ["Showing results for river. Search for rivver instead"]
    back = client.get(response.context["as_typed_url"])
    assert back.context["total"] == 0 and not back.context["corrected"]
    assert back.context["page"]["noindex"]


def test_an_empty_result_helps(client, shelf):
    response = search(client, "نهر")
    assert response.context["total"] == 0
    [other] = response.context["elsewhere"]
    assert other["total"] == client.get(other["url"]).context["total"] == 2
    assert [topic["name"] for topic in response.context["popular"]] == ["Water", "Oil"]
    assert "The same words find 2 analyses in another language: العربية" in text(response, "//*[@class='empty']/p")[1]


def test_the_search_page_before_a_search_offers_topics(client, shelf):
    response = client.get("/ar/search")
    assert {topic["name"] for topic in response.context["popular"]} == {"المياه", "النفط"}


# --- What is named


def named(client, query, prefix=""):
    return [(thing["kind"], thing["name"]) for thing in search(client, query, prefix=prefix).context["named"]]


RANA = ("Rana Darwazeh", "rana darwazeh", "DARWAZEH", "Dr. Rana Darwazeh", "Darwazeh, Rana", "رنا دروزة", "رنا دروزه", "د. رنا دروزة",
        "دَرْوَزة", "“Rana Darwazeh”")  # fmt: skip
YUSUF = ("Yusuf al-Rubaie", "al-Rubaie", "Rubaie", "rubaié", "Al Rubaie", "Yusuf Rubaie", "Yusuf-al-Rubaie", "الربيعي", "ربيعي",
         "يوسف الربيعى", "الدكتور يوسف الربيعي")  # fmt: skip


@pytest.mark.parametrize("prefix, name", [("", 0), ("/ar", 1)])
def test_a_person_is_first_by_name_in_either_script_and_any_spelling(client, shelf, prefix, name):
    for query in RANA:
        assert named(client, query, prefix)[0] == ("expert", ("Rana Darwazeh", "رنا دروزة")[name]), query
    for query in YUSUF:
        assert named(client, query, prefix)[0] == ("expert", ("Yusuf al-Rubaie", "يوسف الربيعي")[name]), query


def test_topics_regions_formats_tags_and_pages_are_named(client, shelf):
    make_page("Corrections Policy", "سياسة التصحيح")
    assert named(client, "water") == [("topic", "Water")]
    assert named(client, "عراق") == [("region", "Iraq")]
    assert named(client, "podcast") == [("format", "Podcast")]
    assert named(client, "الجفاف") == [("tag", "Drought")]
    assert named(client, "corrections policy") == [("page", "Corrections Policy")]
    assert set(named(client, "water in Iraq by Rana Darwazeh")) == {
        ("expert", "Rana Darwazeh"), ("topic", "Water"), ("region", "Iraq"),
    }  # fmt: skip
    assert named(client, "a low gauge") == []


def test_a_person_is_shown_with_photograph_and_role(client, shelf):
    response = search(client, "rana darwazeh")
    page = lxml_html.document_fromstring(response.content)
    [thing] = page.xpath("//*[@class='named-thing']")
    assert thing.xpath(".//picture") and thing.xpath("string(.//*[@class='named-role'])") == "Fellow"
    assert thing.xpath(".//a/@href") == ["/experts/rana-darwazeh"]


def test_only_what_has_a_page_in_the_language_is_named(client, shelf):
    make_topic("Borders", "")
    make_tag("secret", "Quagga", "كواغا")
    assert named(client, "borders", "/ar") == [] and named(client, "borders") == [("topic", "Borders")]
    assert named(client, "quagga") == [] and named(client, "كواغا", "/ar") == []


def test_a_new_name_takes_the_place_of_the_old_one(client):
    topic = make_topic("Water", "المياه")
    topic.name_en = "Rivers"
    topic.save()
    assert named(client, "water") == [] and named(client, "rivers") == [("topic", "Rivers")]
    NameKey.objects.all().delete()
    call_command("rebuild", stdout=open("/dev/null", "w"))
    assert named(client, "rivers") == [("topic", "Rivers")]


def test_a_family_name_that_many_share_names_nobody(client):
    for name in ("Ali", "Omar", "Sami", "Huda", "Nour"):
        make_expert(f"{name} Haddad", "")
    assert named(client, "haddad") == [] and named(client, "huda haddad") == [("expert", "Huda Haddad")]


def test_a_text_asked_by_its_title_is_first(client, shelf):
    for number in range(5):
        publish(
            make_analysis(f"More on the river {number}", body_en="<p>The river is low, low, low. River, river.</p>"),
            "en",
        )
    assert titles(search(client, "The River Is Low"))[0] == "The River Is Low"
    assert titles(search(client, "النهر منخفض", prefix="/ar"))[0] == "النهر منخفض"


# --- Suggestions


def suggested(client, typed, prefix=""):
    response = client.get(f"{prefix}/search/suggest", {"q": typed})
    assert response.status_code == 200
    assert response["Cache-Control"] == "public, max-age=60" and not response.cookies
    return [row["name"] for row in response.json()["suggestions"]]


def test_names_and_titles_are_offered_while_typing(client, shelf):
    assert suggested(client, "da") == ["Rana Darwazeh", "Dust", "Dams"][:1] + ["Dams"]
    assert suggested(client, "riv") == ["The River Is Low"]
    assert suggested(client, "the riv") == ["The River Is Low"]
    assert suggested(client, "o") == ["Oil", "Oil"]
    assert suggested(client, "الن", "/ar") == ["النفط", "النهر منخفض"]
    assert suggested(client, "rub") == ["Yusuf al-Rubaie"]
    assert suggested(client, "") == suggested(client, "zzz") == suggested(client, "%") == []
    assert client.get("/ar/search/suggest", {"q": "zzz"}).json()["status"] == "لا اقتراحات"


def test_every_suggestion_leads_to_a_page(client, shelf):
    for prefix, typed in (("", "i"), ("", "d"), ("", "r"), ("/ar", "ا"), ("/ar", "ر")):
        for row in client.get(f"{prefix}/search/suggest", {"q": typed}).json()["suggestions"]:
            assert client.get(row["url"]).status_code == 200


def test_suggestions_follow_every_publication_at_once(client, shelf):
    text = make_analysis("Quay", "")
    assert suggested(client, "qua") == []
    publish(text, "en")
    assert suggested(client, "qua") == ["Quay"]
    correct(text, title_en="Quarry")
    assert suggested(client, "qua") == ["Quarry"]
    text.withdraw("en")
    assert suggested(client, "qua") == []
    make_analysis("Quarantine").publish("en", at=ahead(days=1))
    assert suggested(client, "qua") == []


# --- Costs, and what is too much


MISSPELT = ["rivre watr", "zzzz qqqqq", "rana darwaze", "agricltrue", "نهر المنخفظ"]


@pytest.mark.parametrize("query", ["river", "water in iraq", "rana darwazeh", "the river is low", "نهر", *MISSPELT])
def test_a_search_costs_at_most_eight_queries(client, shelf, query):
    search(client, query)
    for more in ("", "&topic=water&topic=oil", "&order=newest"):
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/search?q={query}{more}")
        assert len(queries) <= 8, [query["sql"][:150] for query in queries]
    with CaptureQueriesContext(connection) as queries:
        client.get("/search/suggest?q=riv")
    assert len(queries) <= 4


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("prefix, words", [("", "too many texts"), ("/ar", "كثيرة جداً")])
def test_a_search_that_takes_too_long_is_stopped_with_help(client, monkeypatch, prefix, words):
    make_topic()
    publish(make_analysis("The River Is Low", "النهر منخفض"), "en", "ar")
    monkeypatch.setattr(matches, "PATIENCE", 50)

    def slow(*_args, **_kwargs):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(2)")

    with monkeypatch.context() as patch:
        patch.setattr(matches.search, "find", slow, raising=False)
        response = search(client, "river النهر", prefix=prefix)
    assert response.status_code == 503 and int(response["Retry-After"]) > 0
    assert "no-store" in response["Cache-Control"]
    assert words in response.content.decode()
    assert response.context["heavy"] == (["النهر"] if prefix else ["river"])
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() == ("0",)
    assert search(client, "river", prefix=prefix).status_code == 200


# --- Hostile queries

PIECES = ["river", "the", "النهر", "في", "Darwazeh", '"', "“", "-", "--", "(", ")))", ":*", "&", "|", "!", "<->", "'", "\\", "%", "_", "*",
          "<b>", "<script>alert(1)</script>", "&lt;", "{{7*7}}", "{% x %}", "\u200f", "\u202e", "\ufeff", "\u0000"[:0], "😀", "a\u0301",
          "ﷺ", "ﻻ", "1", "٣", "-river", '"two rivers"', "OR", "AND", "NEAR/2", "or 1=1;--", "\t", "\n", "\x01", "\x7f", "é" * 50, "ا" * 90,
          "x" * 320, "$1", "%s", "..", "../..", "=word", "#abc", "a.b.c", "U.N.", "l'eau", "إ", "ـــ", "\ud7ff", "\ue000", "\uffff", "𝔘", "İ", "ß"]  # fmt: skip


def hostile(chance):
    parts = [chance.choice(PIECES) for _ in range(chance.choice([1, 1, 2, 3, 5, 9, 40]))]
    for _ in range(chance.choice([0, 0, 1, 3])):
        parts.append(
            "".join(chr(chance.choice([*range(1, 0x250), *range(0x5D0, 0x700)])) for _ in range(chance.randint(1, 12)))
        )
    return chance.choice([" ", "", " "]).join(parts)


FILTERS = (
    "",
    "&topic=water",
    "&topic=water&topic=oil",
    "&from=2001",
    "&order=oldest",
    "&exact=1",
    "&language=en",
    "&page=2",
)


@pytest.fixture
def few():
    publish(make_analysis("The River Is Low", "النهر منخفض", topics=[make_topic("Water", "المياه")]), "en", "ar")
    publish(make_analysis("Oil", "النفط", topics=[make_topic("Oil", "النفط")]), "en", "ar")


@pytest.mark.parametrize("prefix", ["", "/ar"])
def test_no_query_whatever_breaks_the_page_or_becomes_markup(few, prefix):
    """2,600 in each language, the same at every run."""
    chance, client = random.Random(prefix), Client()
    for number in range(2600):
        query = {"q": hostile(chance)}
        if number % 4 == 0:
            query |= {
                key: value for key, _, value in (pair.partition("=") for pair in chance.choice(FILTERS).split("&")[1:])
            }
        path = f"{prefix}/search/suggest" if number % 5 == 0 else f"{prefix}/search"
        response = client.get(path, query)
        assert response.status_code in (200, 301, 404), (path, query, response.status_code)
        if response.status_code == 200 and path.endswith("search"):
            body = response.content.decode()
            assert "<script>" not in body and "<b>" not in body and "{{" not in body.replace("{{7*7}}", ""), query


def test_nothing_that_is_not_public_is_found_suggested_or_corrected():
    make_institute()
    client = Client()
    for word in CANARIES:
        for typed in (word, word[:-1], word[:4], word + "x"):
            for prefix in ("", "/ar"):
                response = search(client, typed, prefix=prefix)
                assert response.context["total"] == 0 and not response.context["named"], typed
                assert word not in response.context["corrected"]
                assert suggested(client, typed, prefix) == []


def test_an_edit_that_is_not_published_is_found_by_nobody(client, shelf):
    text = publish(make_analysis("Harbour", body_en="<p>Cranes.</p>"), "en")
    edit(text, title_en="Zeppelin", body_en="<p>Airships.</p>")
    assert search(client, "zeppelin").context["total"] == search(client, "airships").context["total"] == 0
    assert suggested(client, "zepp") == [] and suggested(client, "harb") == ["Harbour"]
