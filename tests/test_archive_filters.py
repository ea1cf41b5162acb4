"""The archive's filters: what each leaves, what it is called, and that its count is what a click gives."""

from collections import Counter
from datetime import datetime

import pytest
from django.conf import settings
from django.utils.translation import override
from lxml import html as lxml_html

from analyses import lists
from analyses.editions import Edition

from .factories import (
    ago,
    make_analysis,
    make_expert,
    make_format,
    make_institute,
    make_region,
    make_tag,
    make_topic,
    publish,
)

pytestmark = pytest.mark.django_db


def archive(client, query="", prefix=""):
    return client.get(f"{prefix}/policy-analysis{query and '?'}{query}")


def titles(response):
    return [card.title for card in response.context["cards"]]


@pytest.fixture
def shelf():
    """Six texts that differ in everything the archive can be narrowed by."""
    brief, podcast = make_format("Brief Analysis", "تحليل موجز", order=1), make_format("Podcast", "بودكاست", order=2)
    water, oil = make_topic("Water", "المياه", order=1), make_topic("Oil", "النفط", order=2)
    east = make_region("Middle East", "الشرق الأوسط")
    gulf = make_region("Gulf", "الخليج", parent=east)
    iraq, oman = (
        make_region("Iraq", "العراق", parent=gulf, iso="IQ"),
        make_region("Oman", "عمان", parent=gulf, iso="OM"),
    )
    rana, yusuf = make_expert(), make_expert("Yusuf Rubaie", "يوسف الربيعي")
    drought, salt = make_tag(), make_tag("salt", "Salt", "الملح")
    day = {n: ago(days=n) for n in range(1, 7)}

    def text(number, title, ar="", **fields):
        analysis = make_analysis(title, ar, **fields)
        publish(analysis, *(["en", "ar"] if ar else ["en"]), at=day[number])

    text(1, "One", "واحد", format=brief, topics=[water], regions=[iraq], authors=[rana], tags=[drought])
    text(2, "Two", format=podcast, topics=[water, oil], regions=[oman], authors=[rana, yusuf], tags=[drought, salt])
    text(3, "Three", "ثلاثة", format=brief, topics=[oil], regions=[gulf], authors=[yusuf])
    text(4, "Four", format=podcast, topics=[], regions=[east], authors=[rana], tags=[salt])
    text(5, "Five", "خمسة", format=brief, topics=[water], regions=[iraq, oman], authors=[yusuf])
    text(6, "Six", format=brief, topics=[oil], regions=[], authors=[rana, yusuf])


def test_without_a_filter_it_lists_everything_newest_first(client, shelf):
    response = archive(client)
    assert titles(response) == ["One", "Two", "Three", "Four", "Five", "Six"]
    assert response.context["total"] == 6 and response.context["heading"] == "Policy analysis"


@pytest.mark.parametrize(
    "query, expected",
    [
        ("format=podcast", ["Two", "Four"]),
        ("topic=water", ["One", "Two", "Five"]),
        ("region=iraq", ["One", "Five"]),
        ("region=gulf", ["One", "Two", "Three", "Five"]),
        ("region=middle-east", ["One", "Two", "Three", "Four", "Five"]),
        ("expert=yusuf-rubaie", ["Two", "Three", "Five", "Six"]),
        ("tag=salt", ["Two", "Four"]),
        ("language=ar", ["One", "Three", "Five"]),
        ("topic=water&region=oman", ["Two", "Five"]),
        ("topic=oil&expert=rana-darwazeh&format=podcast", ["Two"]),
        ("region=gulf&language=ar&format=brief-analysis&topic=water", ["One", "Five"]),
        ("topic=oil&region=iraq", []),
    ],
)
def test_each_filter_leaves_its_own(client, shelf, query, expected):
    response = archive(client, query)
    assert titles(response) == expected
    assert response.context["total"] == len(expected)


def test_the_order_of_the_keys_does_not_matter(client, shelf):
    one, other = archive(client, "topic=water&region=oman"), archive(client, "region=oman&topic=water")
    assert one.content == other.content


def test_a_region_is_not_counted_twice_for_two_of_its_countries(client, shelf):
    [option] = [o for o in options(archive(client))["region"] if o["label"] == "Gulf"]
    assert option["count"] == 4


def options(response):
    return {facet["key"]: facet["options"] for facet in response.context["facets"]}


@pytest.mark.parametrize("prefix", ["", "/ar"])
@pytest.mark.parametrize(
    "query", ["", "format=podcast", "topic=water", "region=gulf", "region=iraq", "expert=yusuf-rubaie", "tag=drought", "language=ar"]
)  # fmt: skip
def test_every_count_is_what_a_click_gives(client, shelf, prefix, query):
    if prefix and query:
        query = next(link for link in links_from(archive(client, prefix=prefix), query.partition("=")[0])).partition(
            "?"
        )[2]
    response = archive(client, query, prefix)
    assert response.status_code == 200
    clicked = 0
    for key, rows in options(response).items():
        for option in rows:
            led = client.get(option["url"])
            assert led.status_code == 200, option["url"]
            if not option["selected"]:
                assert led.context["total"] == option["count"] == len(titles(led)), (key, option)
            clicked += 1
    assert clicked > 5


def links_from(response, key):
    return [option["url"] for option in options(response)[key]]


@pytest.mark.parametrize("prefix, order", [("", ""), ("/ar", "order=oldest")])
def test_every_count_after_any_two_clicks_is_what_a_third_gives(client, shelf, prefix, order):
    """Of every pair of filters, several values of one among them, wherever the reader came from."""
    first = archive(client, order, prefix)
    for one in unchosen(first):
        for two in unchosen(client.get(one["url"])):
            response = client.get(two["url"])
            assert response.context["total"] == two["count"] == len(titles(response))
            for three in unchosen(response):
                assert client.get(three["url"]).context["total"] == three["count"], three


def unchosen(response):
    """Every fifth of the values that can be chosen next: the pages of all of them would take minutes."""
    return [option for rows in options(response).values() for option in rows if not option["selected"]][::5]


@pytest.mark.parametrize(
    "query, expected",
    [
        ("topic=water&topic=oil", ["One", "Two", "Three", "Five", "Six"]),
        ("format=podcast&format=brief-analysis", ["One", "Two", "Three", "Four", "Five", "Six"]),
        ("region=iraq&region=oman", ["One", "Two", "Five"]),
        ("topic=water&topic=oil&region=oman", ["Two", "Five"]),
        ("tag=drought&tag=salt&expert=yusuf-rubaie", ["Two"]),
        ("topic=water&topic=oil&topic=water", ["One", "Two", "Three", "Five", "Six"]),
        ("order=oldest", ["Six", "Five", "Four", "Three", "Two", "One"]),
        ("topic=water&order=oldest", ["Five", "Two", "One"]),
        ("topic=water&topic=oil&order=oldest&format=podcast", ["Two"]),
    ],
)
def test_several_values_of_one_filter_widen_it_and_several_filters_narrow(client, shelf, query, expected):
    response = archive(client, query)
    assert titles(response) == expected
    assert response.context["total"] == len(expected)


def test_a_second_value_is_added_and_each_can_be_taken_away_alone(client, shelf):
    [oil] = [option for option in options(archive(client, "topic=water"))["topic"] if option["label"] == "Oil"]
    assert oil["url"] == "/policy-analysis?topic=water&topic=oil" and oil["count"] == 5
    both = client.get(oil["url"])
    assert both.context["heading"] == "Policy analysis on Water or Oil"
    assert {row["label"]: row["remove_url"] for row in both.context["chosen"]} == {
        "Water": "/policy-analysis?topic=oil",
        "Oil": "/policy-analysis?topic=water",
    }
    assert archive(client, "topic=oil&topic=water").content == both.content


def test_a_wider_region_takes_the_place_of_its_country(client, shelf):
    gulf, oman = (
        next(option for option in options(archive(client, "region=iraq"))["region"] if option["label"] == label)
        for label in ("Gulf", "Oman")
    )
    assert (gulf["url"], gulf["count"]) == ("/policy-analysis?region=gulf", 4)
    assert (oman["url"], oman["count"]) == ("/policy-analysis?region=iraq&region=oman", 3)


def test_every_value_that_would_leave_something_is_offered(client, shelf):
    offered = {key: {option["label"] for option in rows} for key, rows in options(archive(client)).items()}
    assert offered["topic"] == {"Water", "Oil"}
    assert offered["region"] == {"Middle East", "Gulf", "Iraq", "Oman"}
    assert offered["format"] == {"Brief Analysis", "Podcast"}
    assert offered["expert"] == {"Rana Darwazeh", "Yusuf Rubaie"}
    assert offered["tag"] == {"Drought", "Salt"}
    assert offered["language"] == {"العربية"}
    assert offered["year"]


def test_counts_in_the_page_are_those_of_a_recount(client, shelf):
    counted = Counter(facet for edition in Edition.objects.live("en") for facet in edition.facets)
    for key, rows in options(archive(client)).items():
        if key in ("format", "topic", "region"):
            kind = {"format": "format", "topic": "topic", "region": "region"}[key]
            kept = sorted(option["count"] for option in rows)
            assert kept == sorted(n for facet, n in counted.items() if facet.startswith(f"{kind}:"))


def test_each_filter_can_be_taken_away_alone(client, shelf):
    response = archive(client, "topic=oil&region=gulf&format=podcast")
    chosen = response.context["chosen"]
    assert [row["label"] for row in chosen] == ["Podcast", "Oil", "Gulf"]
    expected = {
        "Podcast": "topic=oil&region=gulf",
        "Oil": "format=podcast&region=gulf",
        "Gulf": "format=podcast&topic=oil",
    }
    for row in chosen:
        assert row["remove_url"] == f"/policy-analysis?{expected[row['label']]}"
        assert row["remove_url"].replace("&", "&amp;") in response.content.decode()
    assert archive(client, "topic=oil").context["chosen"][0]["remove_url"] == "/policy-analysis"
    assert response.context["clear_url"] == "/policy-analysis"


def test_a_chosen_value_is_marked_and_a_click_takes_it_away(client, shelf):
    page = lxml_html.document_fromstring(archive(client, "topic=water").content)
    [marked] = page.xpath("//*[@id='facet-topic']/..//a[@aria-current='true']")
    assert marked.text_content().startswith("Water") and marked.get("href") == "/policy-analysis"


def test_a_region_can_be_narrowed_to_its_countries(client, shelf):
    rows = options(archive(client, "region=gulf"))["region"]
    assert [row["label"] for row in rows if row["selected"]] == ["Gulf"]
    assert {row["label"] for row in rows if not row["selected"]} == {"Iraq", "Oman", "Middle East"}
    assert [row["url"] for row in rows if row["label"] == "Iraq"] == ["/policy-analysis?region=iraq"]


@pytest.mark.parametrize(
    "query, heading",
    [
        ("region=iraq", "Policy analysis on Iraq"),
        ("topic=water&region=iraq", "Policy analysis on Water and Iraq"),
        ("format=podcast", "Podcast"),
        ("format=podcast&topic=oil", "Podcast on Oil"),
        ("expert=rana-darwazeh", "Policy analysis by Rana Darwazeh"),
        ("tag=salt", "Policy analysis on Salt"),
        ("language=ar", "Policy analysis, also in Arabic"),
        ("year=1999", None),
    ],
)
def test_the_heading_names_the_filter(client, shelf, query, heading):
    if heading is None:
        year = options(archive(client))["year"][0]["label"]
        query, heading = f"year={year}", f"Policy analysis from {year}"
    response = archive(client, query)
    page = lxml_html.document_fromstring(response.content)
    assert page.xpath("string(//h1)").strip() == heading
    assert heading in page.xpath("string(//title)")


@pytest.mark.parametrize(
    "key, name", [("region", "العراق"), ("topic", "المياه"), ("expert", "رنا دروزة"), ("tag", "الجفاف")]
)
def test_the_arabic_heading_names_the_filter_in_arabic(client, shelf, key, name):
    [url] = [option["url"] for option in options(archive(client, prefix="/ar"))[key] if option["label"] == name]
    heading = lxml_html.document_fromstring(client.get(url).content).xpath("string(//h1)").strip()
    assert name in heading and heading != name
    assert not [letter for letter in heading if letter.isascii() and letter.isalpha()]


def test_the_arabic_archive_has_arabic_texts_only(client, shelf):
    response = archive(client, prefix="/ar")
    assert titles(response) == ["واحد", "ثلاثة", "خمسة"]
    assert all(link.startswith("/ar/") for rows in options(response).values() for link in (row["url"] for row in rows))


@pytest.mark.parametrize(
    "query",
    ["topic=unknown", "region=unknown", "format=unknown", "expert=unknown", "tag=unknown", "language=fr", "language=en", "year=abcd",
     "topic=almyah", "region=water", "topic=water&topic=unknown", "from=abc", "to=2024-13", "from=0000",
     "from=9999", "to=2023-02-30", "&".join(f"year={1990 + n}" for n in range(21)), "topic=water&region=unknown", "year=1066", "page=2", "topic=water&page=2"],
)  # fmt: skip
def test_a_value_that_there_is_not_is_not_found(client, shelf, query):
    assert archive(client, query).status_code == 404


@pytest.mark.parametrize("query", ["region=iraq", "topic=water", "format=podcast", "expert=rana-darwazeh", "tag=salt", "language=ar",
                                   "topic=water&region=gulf", "topic=water&topic=oil&from=2001"])  # fmt: skip
def test_the_language_switch_leads_to_the_same_list(client, shelf, query):
    response = archive(client, query)
    [other] = [a for a in response.context["page"]["alternates"] if a["language"] == "ar"]
    led = client.get(other["url"])
    assert led.status_code == 200
    english = {e.analysis_id for e in Edition.objects.live("en").filter(title__in=titles(response))}
    shown = {card.analysis_id for card in led.context["cards"]}
    both = set(Edition.objects.live("ar").values_list("analysis_id", flat=True))
    assert shown == english & both
    [back] = [a for a in led.context["page"]["alternates"] if a["language"] == "en"]
    assert back["url"] == f"/policy-analysis?{query}"


def test_many_filters_at_once_are_not_for_search_engines(client, shelf):
    assert "noindex" not in archive(client, "topic=water").content.decode()
    assert 'content="noindex"' in archive(client, "topic=water&region=gulf").content.decode()


@pytest.fixture
def long_shelf():
    """Fifty texts, some at the same moment, over three years."""
    water = make_topic()
    moments = [ago(days=19 * (number // 2)) for number in range(50)]
    for number, moment in enumerate(moments):
        publish(make_analysis(f"Text {number}", topics=[water], regions=[]), "en", at=moment)
    return water


@pytest.mark.parametrize("query", ["", "topic=water", "topic=water&format=brief-analysis"])
def test_the_pages_hold_each_text_once_and_in_order(client, long_shelf, query):
    shown = []
    for number in (1, 2, 3):
        response = archive(client, f"{query}{'&' if query else ''}page={number}")
        assert len(titles(response)) == (lists.PAGE if number < 3 else 10)
        shown += [card.pk for card in response.context["cards"]]
    expected = list(Edition.objects.live("en").order_by("-published_at", "-pk").values_list("pk", flat=True))
    assert shown == expected


def test_the_pages_lead_to_each_other(client, long_shelf):
    pages = archive(client, "topic=water&page=2").context["pages"]
    assert pages["previous_url"] == pages["first_url"] == "/policy-analysis?topic=water"
    assert pages["next_url"] == pages["last_url"] == "/policy-analysis?topic=water&page=3"
    assert [item and item["number"] for item in pages["items"]] == [1, 2, 3]
    assert archive(client, "page=3").context["pages"]["next_url"] is None
    assert archive(client, "page=4").status_code == 404
    assert archive(client).context["pages"]["previous_url"] is None


def test_the_first_page_has_one_address(client, long_shelf):
    page = lxml_html.document_fromstring(archive(client, "page=1").content)
    assert page.xpath("//link[@rel='canonical']/@href") == [f"{settings.SITE_URL}/policy-analysis"]
    page = lxml_html.document_fromstring(archive(client, "page=2").content)
    assert page.xpath("//link[@rel='canonical']/@href") == [f"{settings.SITE_URL}/policy-analysis?page=2"]


def test_each_year_holds_the_texts_of_that_year(client, long_shelf):
    years = options(archive(client))["year"]
    assert [row["label"] for row in years] == sorted((row["label"] for row in years), reverse=True)
    assert sum(row["count"] for row in years) == 50
    for row in years:
        assert {str(card.published_at.year) for card in client.get(row["url"]).context["cards"]} == {row["label"]}


@pytest.mark.parametrize(
    "query", ["page=1", "page=2", "page=3", "topic=water&format=brief-analysis&page=3", "topic=water&page=3"]
)
def test_the_archive_costs_at_most_six_queries(client, long_shelf, django_assert_max_num_queries, query):
    archive(client)
    with django_assert_max_num_queries(6):
        archive(client, query)


@pytest.mark.parametrize(
    "query", ["", "topic=water", "topic=water&region=iraq", "expert=rana-darwazeh&tag=drought", "language=ar"]
)
def test_an_institute_with_everything_costs_at_most_six_queries(client, django_assert_max_num_queries, query):
    make_institute()
    archive(client)
    with django_assert_max_num_queries(6):
        assert archive(client, query).status_code == 200


def test_filters_are_named_in_the_language_of_the_page(client, shelf):
    with override("ar"):
        labels = {facet["label"] for facet in archive(client, prefix="/ar").context["facets"]}
    assert not [label for label in labels if label.isascii()]


@pytest.fixture
def dated():
    for title, day in (
        ("Late", "2024-03-31"),
        ("Middle", "2024-03-01"),
        ("Early", "2023-12-31"),
        ("First", "2020-06-15"),
    ):
        publish(make_analysis(title), "en", at=datetime.fromisoformat(f"{day}T12:00+00:00"))


@pytest.mark.parametrize(
    "query, expected",
    [
        ("from=2024", ["Late", "Middle"]),
        ("from=2023-12-31", ["Late", "Middle", "Early"]),
        ("from=2024-03-02", ["Late"]),
        ("to=2023", ["Early", "First"]),
        ("to=2024-03", ["Late", "Middle", "Early", "First"]),
        ("from=2023&to=2024-03-01", ["Middle", "Early"]),
        ("from=2024-03-01&to=2023", ["Middle", "Early"]),
        ("from=2021&to=2022", []),
        ("from=2023&order=oldest", ["Early", "Middle", "Late"]),
        ("from=&to=", ["Late", "Middle", "Early", "First"]),
    ],
)
def test_dates_limit_the_list_to_whole_days_months_and_years(client, dated, query, expected):
    response = archive(client, query)
    assert titles(response) == expected and response.context["total"] == len(expected)
    for option in (option for rows in options(response).values() for option in rows):
        assert client.get(option["url"]).context["total"] == option["count"], option


@pytest.mark.parametrize(
    "query, label",
    [
        ("from=2024", "since 2024"),
        ("to=2024-03", "until March 2024"),
        ("from=2020&to=2024-03-01", "2020 to March 1, 2024"),
    ],
)
def test_the_dates_are_named_and_can_be_taken_away(client, dated, query, label):
    response = archive(client, query)
    assert response.context["heading"] == f"Policy analysis, {label}"
    assert response.context["chosen"] == [{"label": label, "remove_url": "/policy-analysis"}]
    fields = lxml_html.document_fromstring(response.content).xpath("//form[contains(@class, 'dates')]//input")
    assert {field.get("name"): field.get("value") for field in fields} == {"from": "", "to": ""} | dict(
        part.split("=") for part in query.split("&")
    )
