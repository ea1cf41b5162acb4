"""What readers do from beginning to end, in English and in Arabic, in a browser."""

import re
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest

from tests import browser

pytestmark = pytest.mark.django_db

ENGLISH = SimpleNamespace(
    code="en",
    direction="ltr",
    home="/",
    article="/policy-analysis/river-low",
    title="The River Is Low",
    note="An interview",
    expert="/experts/rana-darwazeh",
    other_article="/ar/policy-analysis/alnhr-mnkhfd",
    other_language="العربية",
    archive="/policy-analysis",
    region="Iraq",
    topic="Water",
    word="river",
    missing="/policy-analysis/rsalt-almdyr",
    exists="/ar/policy-analysis/rsalt-almdyr",
)
ARABIC = SimpleNamespace(
    code="ar",
    direction="rtl",
    home="/ar",
    article="/ar/policy-analysis/nhran",
    title="نهران",
    note="مقابلة",
    expert="/ar/experts/rna-drwzt",
    other_article="/policy-analysis/two-rivers",
    other_language="English",
    archive="/ar/policy-analysis",
    region="العراق",
    topic="المياه",
    word="نهران",
    missing="/ar/policy-analysis/dam-holds",
    exists="/policy-analysis/dam-holds",
)

# Layout shifts that no input has caused.
SHIFTS = """
window.shifted = [];
new PerformanceObserver(list => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput)
        for (const {node, previousRect, currentRect} of entry.sources)
            window.shifted.push([entry.value, node?.outerHTML?.slice(0, 100), previousRect.toJSON(), currentRect.toJSON()]);
}).observe({type: 'layout-shift', buffered: true});
"""


@pytest.fixture
def own_media():
    """The pictures of the institute stay where they are for the whole module."""


@pytest.fixture(scope="module")
def site(django_db_setup, django_db_blocker, quick_settings, tmp_path_factory):
    with browser.running_institute(django_db_blocker, tmp_path_factory.mktemp("media")) as url:
        yield url


@pytest.fixture(scope="module")
def chromium(site):
    with browser.chromium() as chromium:
        yield chromium


@pytest.fixture(params=["with scripts", "without scripts"])
def scripts(request):
    return request.param == "with scripts"


@pytest.fixture(params=[ENGLISH, ARABIC], ids=["English", "Arabic"])
def reader(request):
    """What a reader of one language looks for."""
    return request.param


@pytest.fixture
def window(chromium, site):
    """Opens an empty browser; afterwards it has asked no other host, kept no cookie and complained of nothing."""
    contexts = []
    complaints = []

    def open_window(scripts=True, width=1280, **options):
        viewport = {"width": width, "height": 900}
        context = chromium.new_context(base_url=site, java_script_enabled=scripts, viewport=viewport, **options)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", lambda message: complaints.append(message.text) if is_complaint(message) else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "requestfailed", lambda request: is_lost(request) and complaints.append(f"{request.url} {request.failure}")
        )
        page.on("request", lambda request: None if request.url.startswith(site) else complaints.append(request.url))
        page.on("response", lambda answer: is_refused(answer) and complaints.append(f"{answer.url} {answer.status}"))
        contexts.append(context)
        return page

    yield open_window
    cookies = [cookie for context in contexts for cookie in context.cookies()]
    for context in contexts:
        context.close()
    assert not complaints and not cookies


def is_complaint(message):
    """Chromium also says so when the page that was asked for is a 404."""
    return message.type in ("error", "warning") and "the server responded with a status of 404" not in message.text


def is_lost(request):
    """A request that fails, other than because the reader has gone on to the next page."""
    return request.failure != "net::ERR_ABORTED"


def is_refused(answer):
    """A file that a page asks for and does not get."""
    return answer.status >= 400 and not answer.request.is_navigation_request()


def path(page):
    address = urlsplit(page.url)
    return (
        address.path
        + (f"?{address.query}" if address.query else "")
        + (f"#{address.fragment}" if address.fragment else "")
    )


def shown_in(page, reader):
    html = page.locator("html")
    return (html.get_attribute("lang"), html.get_attribute("dir")) == (reader.code, reader.direction)


def test_from_a_search_engine_into_an_article_and_on(window, reader, scripts):
    page = window(scripts)
    page.goto(reader.article, referer="https://search.example/")
    assert shown_in(page, reader)
    assert page.locator("h1").inner_text() == reader.title

    page.locator(".contents a").last.click()
    assert path(page).startswith(f"{reader.article}#section-")
    heading = page.locator(f"#{urlsplit(page.url).fragment}")
    assert 0 <= heading.bounding_box()["y"] < 900

    page.locator(".authors a").first.click()
    assert path(page) == reader.expert
    assert shown_in(page, reader)
    page.locator(f'.works a[href="{reader.article}"]').first.click()
    assert path(page) == reader.article

    page.locator(".language-switch a").click()
    assert path(page) == reader.other_article
    page.locator(".language-switch a").click()
    assert path(page) == reader.article
    page.locator(".wordmark").click()
    assert path(page) == reader.home and shown_in(page, reader)


def test_to_a_footnote_and_back(window, reader, scripts):
    page = window(scripts)
    page.goto(reader.article)
    page.locator("#fnref-2").click()
    assert path(page).endswith("#fn-2")
    note = page.locator("#fn-2")
    assert reader.note in note.inner_text()
    assert 0 <= note.bounding_box()["y"] < 900
    note.locator(".footnote-return").click()
    assert path(page).endswith("#fnref-2")
    assert 0 <= page.locator("#fnref-2").bounding_box()["y"] < 900


def test_through_the_archive_with_filters(window, reader, scripts):
    page = window(scripts)
    page.goto(reader.home)
    page.locator(f'.site-nav a[href="{reader.archive}"]').click()
    everything = total(page)

    page.locator(".facet").get_by_role("link", name=reader.region, exact=True).click()
    arrive(page)
    in_region = total(page)
    assert 0 < in_region < everything
    page.locator(".facet").get_by_role("link", name=reader.topic, exact=True).click()
    arrive(page)
    assert re.fullmatch(r".+\?topic=[\w-]+&region=[\w-]+", path(page))
    assert total(page) == page.locator(".results .card").count() <= in_region
    assert page.locator(".chosen li").count() == 3  # two filters, and one link that clears both

    page.locator(".chosen a").filter(has_text=reader.topic).click()
    arrive(page)
    assert re.fullmatch(r".+\?region=[\w-]+", path(page)) and total(page) == in_region
    page.locator(".chosen .clear").click()
    arrive(page)
    assert path(page) == reader.archive and total(page) == everything
    assert shown_in(page, reader)


def arrive(page):
    """Wait for a list that the script puts in the place of another."""
    page.locator("main:not([aria-busy])").wait_for()


def total(page):
    """What the page says it has found. Arabic says none, one and two in words."""
    number = re.search(r"\d+", page.locator(".total").inner_text())
    return int(number[0]) if number else page.locator(".results .card").count()


def test_to_the_next_page_of_the_archive_and_back(window, scripts):
    page = window(scripts)
    page.goto("/policy-analysis")
    first = page.locator(".results .card-title").all_inner_texts()
    page.get_by_role("link", name="Next", exact=True).click()
    arrive(page)
    assert path(page) == "/policy-analysis?page=2"
    assert page.locator(".pagination [aria-current]").inner_text().split()[-1] == "2"
    assert not set(first) & set(page.locator(".results .card-title").all_inner_texts())
    page.get_by_role("link", name="Previous", exact=True).click()
    arrive(page)
    assert page.locator(".results .card-title").all_inner_texts() == first


def test_on_a_phone_the_filters_unfold(window, scripts):
    page = window(scripts, width=390)
    page.goto("/policy-analysis")
    assert not page.locator(".facet a").first.is_visible()
    page.locator(".facets > summary").click()
    page.locator(".facet a").first.click()
    arrive(page)
    assert page.locator(".chosen").is_visible()


def test_searching_for_a_word_and_finding_the_text(window, reader, scripts):
    page = window(scripts)
    page.goto(reader.home)
    page.locator(".site-nav a").last.click()
    page.locator("#q").fill(reader.word)
    page.locator("#q").press("Enter")
    assert total(page) >= 1
    assert page.locator("#q").input_value() == reader.word
    page.locator(".results .card-title a").filter(has_text=reader.title).click()
    assert path(page) == reader.article


def test_a_text_that_is_not_in_this_language_is_offered_in_the_other(window, reader, scripts):
    page = window(scripts)
    assert page.goto(reader.missing).status == 404
    assert shown_in(page, reader)
    offer = page.locator("main .other-languages a")
    assert offer.inner_text() == reader.other_language
    offer.click()
    assert path(page) == reader.exists


def test_the_whole_card_leads_to_the_text_but_the_author_to_the_author(window, reader):
    page = window()
    page.goto(reader.archive)
    card = page.locator(".card", has=page.locator(f'a[href="{reader.article}"]'))
    card.locator(".card-facts time").click(force=True)
    assert path(page) == reader.article
    page.go_back()
    card.locator(f'.byline a[href="{reader.expert}"]').click()
    assert path(page) == reader.expert


def test_the_link_to_a_text_is_copied(window):
    page = window(permissions=["clipboard-read", "clipboard-write"])
    page.goto("/policy-analysis/river-low")
    page.locator("[data-copy]").click()
    page.get_by_role("button", name="Copied").wait_for()
    canonical = page.locator("link[rel=canonical]").get_attribute("href")
    assert page.evaluate("navigator.clipboard.readText()") == canonical


def test_without_scripts_nothing_is_offered_that_would_not_work(window, reader):
    page = window(scripts=False)
    page.goto(reader.article)
    assert not page.locator("main button").first.is_visible()


def test_on_paper_there_is_the_text_and_where_it_came_from(window, reader):
    page = window()
    page.goto(reader.article)
    page.emulate_media(media="print")
    for name in (
        ".site-nav",
        ".language-switch",
        ".breadcrumb",
        ".skip-link",
        ".site-footer",
        ".tools",
        ".recommended",
    ):
        assert not page.locator(name).first.is_visible(), name
    canonical = page.locator("link[rel=canonical]").get_attribute("href")
    assert page.locator(".print-origin").is_visible()
    assert page.locator(".print-origin").inner_text() == canonical
    assert page.locator("h1").is_visible() and page.locator(".prose").is_visible()
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"


def test_on_paper_links_say_where_they_lead_and_the_notes_stay(window, reader):
    page = window(color_scheme="dark")
    page.goto(reader.article)
    page.emulate_media(media="print")
    printed = page.locator(".prose a, .footnotes a").evaluate_all(
        "links => links.filter(link => !link.hash || link.host !== location.host)"
        ".map(link => [link.getAttribute('href'), getComputedStyle(link, '::after').content])"
    )
    assert len(printed) >= 2
    for address, after in printed:
        assert address in after
    assert page.locator(".footnotes li").count() == 2 and page.locator(".footnotes").is_visible()
    assert not page.locator(".footnote-return").first.is_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") in (
        "rgb(255, 255, 255)",
        "rgba(0, 0, 0, 0)",
    )


@pytest.mark.parametrize("width", [390, 1440])
def test_nothing_moves_while_a_page_loads_and_is_read(window, reader, width):
    page = window(width=width)
    page.add_init_script(SHIFTS)
    for address in (reader.home, reader.article, reader.archive, reader.expert):
        page.goto(address)
        page.keyboard.press("End")
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(100)
        assert not page.evaluate("window.shifted"), address
