"""Every page of the newsroom that is ours, in both languages of the interface: axe finds nothing, nothing sticks out.

And a text gets from the log-in to its readers without a mouse.
"""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import User
from playwright.sync_api import expect

from analyses import revisions
from analyses.models import Analysis, Pick
from analyses.previews import PreviewLink
from tests.factories import (
    ago,
    ahead,
    edit,
    make_analysis,
    make_expert,
    make_format,
    make_image,
    make_page,
    make_region,
    make_tag,
    make_topic,
    publish,
)
from tests.newsroom import wait_for_editors, wait_for_the_server

pytestmark = pytest.mark.django_db(transaction=True)

LIST = "/admin/analyses/analysis/"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
CONTRAST = {"type": "rule", "values": ["color-contrast"]}
# High enough that nothing of a form lies under the bar at the foot of the window.
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 4000}
AXE = Axe().axe_script
RUN_AXE = """async rules => {
    const answer = await axe.run(document, {runOnly: rules, resultTypes: ['violations'], preload: false});
    return answer.violations.map(rule => [rule.id, rule.nodes.map(node => node.html.slice(0, 160))]);
}"""


def scene():
    """One of everything. Returns the addresses of its pages."""
    rana = User.objects.get(username="rana")
    image = make_image()
    author, topic, region, tag = make_expert(), make_topic(), make_region(), make_tag()
    live = publish(make_analysis("The River Is Low", "النهر منخفض", authors=[author], topics=[topic], regions=[region],
                                 tags=[tag], image=image), "en", "ar", at=ago(days=2))  # fmt: skip
    for words in ("Two metres.", "Three metres."):
        with revisions.record(live, rana):
            edit(live, body_en=f"<p>{words}</p>", title_ar=f"النهر منخفض {words}")
    draft = make_analysis("A Draft Without a Summary", "مسودة بلا ملخص", summary_en="", summary_ar="", authors=[author])
    draft.send_to_review("ar", rana, "Please look.")
    coming = make_analysis("To Come", "", authors=[author], topics=[topic])
    coming.publish("en", at=ahead(days=3))
    gone = make_analysis("Gone")
    with revisions.record(gone, rana):
        edit(gone, title_en="Gone for good")
    last = revisions.of(gone).first().pk
    gone.delete()
    PreviewLink.make(live, ["en"], rana, label="For a reviewer")
    first, second = revisions.of(live)[:2]
    pick, page = Pick.objects.create(analysis=live), make_page()
    text = f"{LIST}{live.pk}/"
    return [
        "/admin/", f"{LIST}calendar/", LIST, f"{LIST}?state_en=live&q=River", f"{LIST}add/", f"{text}change/",
        f"{LIST}{draft.pk}/change/", f"{text}publish/en/", f"{LIST}{draft.pk}/publish/ar/", f"{text}withdraw/ar/",
        f"{LIST}{coming.pk}/schedule/en/", f"{LIST}{draft.pk}/review/en/", f"{LIST}{draft.pk}/return/ar/", f"{text}history/",
        f"{text}compare/?from={second.pk}&to={first.pk}", f"{text}restore/{second.pk}/", f"{LIST}recover/",
        f"{LIST}recover/{last}/", f"{text}preview-links/", f"{LIST}{draft.pk}/delete/", "/admin/thinktank/image/",
        "/admin/thinktank/image/add/", f"/admin/thinktank/image/{image.pk}/change/", f"/admin/thinktank/image/{image.pk}/replace/",
        f"/admin/thinktank/image/{image.pk}/withdraw/", f"/admin/thinktank/image/{image.pk}/delete/",
        "/admin/thinktank/image/picker/?_popup=1", "/admin/experts/expert/", f"/admin/experts/expert/{author.pk}/change/",
        f"/admin/taxonomy/topic/{topic.pk}/change/", f"/admin/taxonomy/region/{region.pk}/change/",
        f"/admin/taxonomy/tag/{tag.pk}/change/", "/admin/taxonomy/format/", f"/admin/thinktank/page/{page.pk}/change/",
        f"/admin/analyses/pick/{pick.pk}/change/", "/admin/auth/user/", f"/admin/auth/user/{rana.pk}/change/",
        "/admin/auth/group/", "/admin/thinktank/auditentry/",
    ]  # fmt: skip


@pytest.mark.parametrize("language", ["en", "ar"])
def test_axe_finds_nothing_on_any_page_and_nothing_sticks_out(window, language):
    page = window("/admin/", language, bypass_csp=True, reduced_motion="reduce")
    found = {}
    for path in scene():
        page.emulate_media(color_scheme="light")
        page.set_viewport_size(DESKTOP)
        answer = page.goto(path)
        if answer.status != 200:
            found[path] = answer.status
            continue
        if page.locator("textarea[data-django-prose-editor-configurable]").count():
            wait_for_editors(page)
        page.evaluate(AXE)
        for screen, scheme, rules in ((DESKTOP, "light", RULES), (PHONE, "dark", CONTRAST), (PHONE, "light", RULES)):
            page.set_viewport_size(screen)
            page.emulate_media(color_scheme=scheme)
            for rule, nodes in page.evaluate(RUN_AXE, rules):
                found[path, rule, screen["width"], scheme] = nodes[:3]
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                found[path, "sticks out", screen["width"]] = True
    assert not found, "\n".join(f"{where}: {what}" for where, what in found.items())


def press_until(page, selector, key="Tab", most=400):
    """Tab until what `selector` names has the focus."""
    for _press in range(most):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press(key)
    raise AssertionError(f"{selector} is not reached by keyboard; it stops at {page.evaluate('document.activeElement.outerHTML.slice(0, 200)')}")  # fmt: skip


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_text_is_written_and_published_by_keyboard_alone(newsroom_browser, live_server, settings, language):
    settings.REQUIRE_SECOND_FACTOR = False
    User.objects.create_superuser("rana", password="a long password for the keyboard")
    make_expert()
    make_format()
    context = newsroom_browser.new_context(base_url=live_server.url)
    context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": live_server.url}])
    page = context.new_page()
    keys = page.keyboard
    page.goto("/admin/")
    press_until(page, "#id_login")
    keys.type("rana")
    press_until(page, "#id_password")
    keys.type("a long password for the keyboard")
    keys.press("Enter")
    page.wait_for_url(f"{live_server.url}/admin/")
    press_until(page, ".desk-begin a")
    keys.press("Enter")
    page.wait_for_url("**/add/")
    wait_for_editors(page)
    code = "en"
    press_until(page, "#tab-all, #tab-en, #tab-ar")
    keys.press("Home")
    expect(page.locator("#tab-en")).to_be_focused()
    press_until(page, f"#id_title_{code}")
    keys.type("The River Is Low")
    press_until(page, f"#id_summary_{code}")
    keys.type("The gauge stands lower than ever.")
    press_until(page, f".field-body_{code} .ProseMirror")
    keys.type("Two metres, ")
    keys.press("Control+b")
    keys.type("no more")
    keys.press("Control+b")
    press_until(page, "#id_format")
    page.keyboard.press("ArrowDown")
    press_until(page, ".authorships .add-row a, #authorships-group .add-row a")
    keys.press("Enter")
    press_until(page, "#id_authorships-0-expert")
    keys.press("ArrowDown")
    press_until(page, "input[name=_continue]")
    keys.press("Enter")
    page.wait_for_url("**/change/")
    wait_for_editors(page)
    saved = Analysis.objects.get()
    assert (saved.title_en, saved.authors.count()) == ("The River Is Low", 1)
    assert "<strong>no more</strong>" in saved.body_en
    press_until(page, f".publication a[href$='/publish/{code}/']")
    keys.press("Enter")
    page.wait_for_url(f"**/publish/{code}/")
    press_until(page, ".submit-row input.default")
    keys.press("Enter")
    page.wait_for_url("**/change/")
    assert saved.live_edition("en").title == "The River Is Low"
    context.close()
    wait_for_the_server()
