"""Every kind of page can be read, reached and operated: by axe, by keyboard and on any width of screen."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.template.loader import render_to_string
from django.utils.translation import override

from tests import browser

pytestmark = pytest.mark.django_db

AXE = Axe().axe_script
EVERY_RULE = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
CONTRAST = {"type": "rule", "values": ["color-contrast"]}
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
WIDTHS = (320, 390, 768, 1440, 1920)

PAGES = {
    "home": ("/", "/ar"),
    "article": ("/policy-analysis/river-low", "/ar/policy-analysis/nhran"),
    "short article": ("/policy-analysis/dam-holds", "/ar/policy-analysis/rsalt-almdyr"),
    "earlier edition": ("/policy-analysis/dam-holds/v/1", "/ar/policy-analysis/alnhr-mnkhfd/v/1"),
    "archive": ("/policy-analysis", "/ar/policy-analysis"),
    "filtered archive": ("/policy-analysis?topic=water&region=iraq", "/ar/policy-analysis?topic=almyah&region=alraq"),
    "empty archive": ("/policy-analysis?topic=water&year=1990", "/ar/policy-analysis?topic=almyah&year=1990"),
    "topic": ("/policy-analysis/water", "/ar/policy-analysis/almyah"),
    "region": ("/policy-analysis/gulf", "/ar/policy-analysis/alkhlyj"),
    "format": ("/policy-analysis/brief-analysis", "/ar/policy-analysis/thlyl-mwjz"),
    "tag": ("/tags/drought", "/ar/tags/drought"),
    "experts": ("/experts", "/ar/experts"),
    "expert": ("/experts/rana-darwazeh", "/ar/experts/rna-drwzt"),
    "search": ("/search", "/ar/search"),
    "search results": ("/search?q=river", "/ar/search?q=النهر"),
    "search by name": ("/search?q=Rana+Darwazeh&topic=water", "/ar/search?q=دروزة"),
    "search corrected": ("/search?q=rivver", "/ar/search?q=منخفذ"),
    "search without results": ("/search?q=zzzz", "/ar/search?q=river&exact=1"),
    "page": ("/about", "/ar/mn-nhn"),
    "400": ("/policy-analysis?topic=%00", "/ar/policy-analysis?topic=%00"),
    "404": ("/nothing", "/ar/nothing"),
    "404 of a translation": ("/policy-analysis/rsalt-almdyr", "/ar/policy-analysis/dam-holds"),
    "410": ("/policy-analysis/pangolin-report",),
    "500": ("/broken", "/ar/broken"),
}
EVERY_PAGE = [
    pytest.param((kind, path), id=f"{kind}-{'ar' if path.startswith('/ar') else 'en'}")
    for kind, paths in PAGES.items()
    for path in paths
]
READ = ("home", "article", "archive", "experts", "expert", "search results")
OPERATED = [path for kind in READ for path in PAGES[kind]]


@pytest.fixture
def own_media():
    """The pictures of the institute stay where they are for the whole module."""


@pytest.fixture(scope="module")
def site(django_db_setup, django_db_blocker, quick_settings, tmp_path_factory):
    with browser.running_institute(django_db_blocker, tmp_path_factory.mktemp("media")) as url:
        yield url


@pytest.fixture(scope="module")
def window(site):
    """One page for the whole module. It may carry a style of the tests, which the site's own policy would refuse."""
    with browser.chromium() as chromium:
        context = chromium.new_context(base_url=site, bypass_csp=True, reduced_motion="reduce")
        for path in PAGES["500"]:
            context.route(f"**{path}", broken)
        yield context.new_page()
        context.close()


def broken(route):
    """The page of a server that fails, which no address leads to."""
    with override("ar" if "/ar/" in route.request.url else "en"):
        route.fulfill(status=500, content_type="text/html; charset=utf-8", body=render_to_string("500.html"))


@pytest.fixture(scope="module", params=EVERY_PAGE)
def page(window, request):
    """Each page of the site in its turn, with everything unfolded."""
    kind, path = request.param
    answer = look(window, path)
    assert answer.status == (int(kind[:3]) if kind[:3].isdigit() else 200)
    window.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true })")
    return window


def look(window, path, screen=DESKTOP, **how):
    window.set_viewport_size(screen)
    window.emulate_media(color_scheme="light", **how)
    return window.goto(path)


def test_axe_finds_nothing(page):
    # What lies over or behind the words of a card and a pull quote would keep axe from judging their contrast.
    page.add_style_tag(
        content=".card-title a::after { content: none !important } .pullquote { background: none !important }"
    )
    page.evaluate(AXE)
    found = {}
    for screen, scheme, rules in (
        (PHONE, "light", EVERY_RULE),
        (PHONE, "dark", CONTRAST),
        (DESKTOP, "dark", EVERY_RULE),
        (DESKTOP, "light", CONTRAST),
    ):
        page.set_viewport_size(screen)
        page.emulate_media(color_scheme=scheme)
        for rule, elements in page.evaluate(RUN_AXE, rules):
            found[rule, screen["width"], scheme] = elements
    assert not found


RUN_AXE = """async rules => {
    const answer = await axe.run(document, {runOnly: rules, resultTypes: ['violations', 'incomplete']});
    const unsure = answer.incomplete.filter(rule => rule.id === 'color-contrast');
    return [...answer.violations, ...unsure].map(rule => [rule.id, rule.nodes.map(node => node.html.slice(0, 150))]);
}"""


def test_nothing_has_to_be_scrolled_sideways(page):
    wide = {}
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            wide[width] = page.evaluate(STICKING_OUT)
    assert not wide


STICKING_OUT = """[...document.querySelectorAll('body *')].filter(element => {
    const box = element.getBoundingClientRect();
    return box.right > innerWidth + 1 || box.left < -1;
}).map(element => element.tagName + '.' + element.className)"""


def test_targets_are_large_enough_for_a_finger(page):
    """24 by 24 pixels, but for links inside a sentence, as the guidelines have it."""
    page.set_viewport_size(PHONE)
    assert not page.evaluate(SMALL_TARGETS)


SMALL_TARGETS = """[...document.querySelectorAll('a[href], button, input, summary')].filter(target => {
    if (!target.checkVisibility() || target.matches('.skip-link, .prose p a, .footnotes div > a:not(.footnote-return)'))
        return false;
    const box = target.getBoundingClientRect();
    return box.width < 23.99 || box.height < 23.99;
}).map(target => [target.outerHTML.slice(0, 120), target.getBoundingClientRect().width, target.getBoundingClientRect().height])"""


@pytest.mark.parametrize("path", PAGES["home"] + PAGES["article"] + PAGES["404"])
def test_the_first_stop_of_the_keyboard_skips_to_the_text(window, path):
    look(window, path)
    window.keyboard.press("Tab")
    link = window.locator(":focus")
    assert link.get_attribute("href") == "#main"
    assert link.bounding_box()["y"] >= 0 and link.bounding_box()["height"] >= 24
    window.keyboard.press("Enter")
    assert window.evaluate("document.activeElement.localName") == "main"
    window.keyboard.press("Tab")
    assert window.evaluate("!!document.activeElement.closest('main, footer')")


@pytest.mark.parametrize(
    "path, screen",
    [(path, DESKTOP) for path in OPERATED] + [(path, PHONE) for path in PAGES["article"] + PAGES["archive"]],
    ids=lambda value: value if isinstance(value, str) else f"{value['width']}px",
)
def test_the_keyboard_reaches_everything_in_order_and_shows_where_it_is(window, path, screen):
    look(window, path, screen)
    expected = window.evaluate(STOPS)
    reached, unseen = [], []
    for _stop in expected:
        window.keyboard.press("Tab")
        stop = window.evaluate(WHERE)
        reached.append(stop["stop"])
        if not stop["seen"]:
            unseen.append(stop)
    assert reached == list(range(len(expected))), [expected[n] for n in set(range(len(expected))) - set(reached)]
    assert not unseen


STOPS = """() => {
    const stops = [...document.querySelectorAll('a[href], button, input, summary, [tabindex="0"]')]
        .filter(stop => stop.checkVisibility({contentVisibilityAuto: true}));
    stops.forEach((stop, number) => { stop.dataset.stop = number; });
    return stops.map(stop => stop.outerHTML.slice(0, 150));
}"""
# A card shows the focus of the link in its title, and the row of the search that of its field: their area is the whole.
WHERE = """() => {
    const stop = document.activeElement;
    const rings = [stop, stop.closest('.card'), stop.closest('.search-row')].filter(Boolean).map(element => getComputedStyle(element));
    const ring = rings.find(style => style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2);
    const box = stop.getBoundingClientRect();
    return {
        stop: Number(stop.dataset.stop ?? -1),
        html: stop.outerHTML.slice(0, 150),
        seen: Boolean(ring) && ring.outlineColor !== getComputedStyle(document.body).backgroundColor
            && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
    };
}"""


def test_the_filters_open_and_close_by_keyboard(window):
    look(window, "/policy-analysis", PHONE)
    filters = window.locator(".facets > summary")
    option = window.locator(".facet a").first
    assert not option.is_visible()
    filters.focus()
    window.keyboard.press("Enter")
    assert option.is_visible()
    window.keyboard.press("Tab")
    assert option.evaluate("option => option === document.activeElement")


def test_nothing_moves_for_those_who_want_no_motion(window):
    look(window, "/policy-analysis/river-low")
    moving = "[...document.querySelectorAll('*')].filter(e => getComputedStyle(e).transitionDuration !== '0s').length"
    assert window.evaluate(moving) == 0
    assert window.evaluate("document.getAnimations().length") == 0
    assert window.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"


def test_the_forced_colours_of_the_system_still_show_where_one_is(window):
    look(window, "/experts", forced_colors="active")
    current = window.locator(".site-nav [aria-current]")
    assert "underline" in current.evaluate("link => getComputedStyle(link).textDecorationLine")
    window.emulate_media(forced_colors="none")
