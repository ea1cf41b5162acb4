"""Finding, from beginning to end, in English and in Arabic, in a browser: typing, suggestions, filters, and the way back."""

from types import SimpleNamespace
from urllib.parse import unquote, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests import browser

pytestmark = pytest.mark.django_db

ENGLISH = SimpleNamespace(
    prefix="", typed="da", person="Rana Darwazeh", profile="/experts/rana-darwazeh", word="river", title="The River Is Low",
    article="/policy-analysis/river-low", misspelt="rivver", topic="Water", other="Iraq", said="analys",
)  # fmt: skip
ARABIC = SimpleNamespace(
    prefix="/ar", typed="درو", person="رنا دروزة", profile="/ar/experts/rna-drwzt", word="النهر", title="النهر منخفض",
    article="/ar/policy-analysis/alnhr-mnkhfd", misspelt="منخفذ", topic="المياه", other="العراق", said="تحليل",
)  # fmt: skip
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 900}


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


@pytest.fixture(params=[ENGLISH, ARABIC], ids=["English", "Arabic"])
def reader(request):
    return request.param


@pytest.fixture
def open_page(chromium, site):
    contexts, complaints = [], []

    def open_page(path, scripts=True, screen=DESKTOP):
        context = chromium.new_context(base_url=site, java_script_enabled=scripts, viewport=screen)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", lambda message: message.type in ("error", "warning") and complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(path)
        return page

    yield open_page
    cookies = [cookie for context in contexts for cookie in context.cookies()]
    for context in contexts:
        context.close()
    assert not complaints and not cookies


def path(page):
    address = urlsplit(page.url)
    return unquote(address.path + (f"?{address.query}" if address.query else ""))


def options(page):
    page.locator("[role=option]").first.wait_for()
    return page.locator("[role=option] bdi").all_inner_texts()


@pytest.mark.parametrize("screen", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_name_is_offered_while_typing_and_the_keyboard_leads_to_it(open_page, reader, screen):
    page = open_page(f"{reader.prefix or '/'}", screen=screen)
    field = page.get_by_role("combobox")
    field.press_sequentially(reader.typed)
    assert reader.person in options(page)
    assert field.get_attribute("aria-expanded") == "true"
    field.press("ArrowDown")
    chosen = page.locator(f"#{field.get_attribute('aria-activedescendant')}")
    assert chosen.get_attribute("aria-selected") == "true"
    box, row = chosen.bounding_box(), page.locator(".search-row").bounding_box()
    assert box["height"] >= 24 and abs(box["x"] - row["x"]) < 6 and box["x"] + box["width"] <= screen["width"]
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag22aa", "best-practice"]})
    assert not found.response["violations"], found.generate_report()
    field.press("Escape")
    assert field.get_attribute("aria-expanded") == "false" and field.input_value() == reader.typed
    field.press("ArrowDown")
    options(page)
    field.press("ArrowDown")
    field.press("Enter")
    page.wait_for_url(f"**{reader.profile}")


def test_what_is_offered_is_never_forced(open_page, reader):
    page = open_page(f"{reader.prefix}/search")
    field = page.get_by_role("combobox")
    field.press_sequentially(reader.word)
    options(page)
    field.press("Enter")
    page.wait_for_url("**/search?q=*")
    assert path(page) == f"{reader.prefix}/search?q={reader.word}"
    assert page.locator(".card-title mark").count() >= 1
    page.locator(".results .card-title a").filter(has_text=reader.title).click()
    assert path(page) == reader.article


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_filters_narrow_a_search_one_after_the_other_and_back(open_page, reader, scripts):
    page = open_page(f"{reader.prefix}/search?q={reader.word}", scripts)
    page.evaluate("window.same = true") if scripts else None
    before = page.locator("#total").inner_text()
    for name in (reader.topic, reader.other):
        option = page.locator(".facet li", has=page.get_by_role("link", name=name, exact=True)).first
        promised = option.locator(".count").inner_text()
        option.locator("a").click()
        page.locator(".chosen a", has_text=name).wait_for()
        assert page.locator(".results .card").count() == int(promised)
    assert "topic=" in path(page) and "region=" in path(page) and f"q={reader.word}" in path(page)
    if scripts:
        assert page.evaluate("window.same"), "the page was loaded anew"
        assert page.evaluate("document.activeElement.closest('.facet') !== null"), "the keyboard lost its place"
        assert reader.said in page.get_by_role("status").inner_text()
    page.go_back()
    page.locator(".chosen a", has_text=reader.other).wait_for(state="detached")
    page.locator(".chosen .clear").click()
    page.locator(".chosen").wait_for(state="detached")
    assert page.locator("#total").inner_text() == before and path(page) == f"{reader.prefix}/search?q={reader.word}"


def test_a_misspelt_word_is_corrected_and_the_reader_may_insist(open_page, reader):
    page = open_page(f"{reader.prefix}/search?q={reader.misspelt}")
    assert page.locator(".notice .corrected").is_visible() and page.locator(".results .card").count() >= 1
    page.locator(".notice a").click()
    assert "exact=1" in path(page)
    assert page.locator(".empty").is_visible() and page.locator(".results .card").count() == 0


def test_dates_limit_the_archive_without_leaving_it(open_page, reader):
    page = open_page(f"{reader.prefix}/policy-analysis")
    page.evaluate("window.same = true")
    page.locator("#from").fill("1990")
    page.locator("#to").fill("1991")
    page.locator(".dates button").click()
    page.locator(".chosen").wait_for()
    assert path(page) == f"{reader.prefix}/policy-analysis?from=1990&to=1991" and page.evaluate("window.same")
    page.locator(".chosen a").first.click()
    page.locator(".chosen").wait_for(state="detached")
    assert page.locator(".results .card").count() > 1
