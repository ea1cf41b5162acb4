"""The editing page in a browser: the preview follows, a closed browser loses nothing, two people meet in one text."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import expect

from analyses.drafts import Autosave
from analyses.models import Analysis
from tests.factories import make_analysis, make_expert, make_topic
from tests.newsroom import change_form, open_editor, wait_for_editors

pytestmark = pytest.mark.django_db(transaction=True)

LONG = "".join(f"<p>Paragraph {number} of a long text about the river.</p>" for number in range(60))


def faults(page):
    return [(found["id"], found["nodes"][0]["html"][:200]) for found in Axe().run(page).response["violations"]]


def type_at_the_end(page, code, words):
    page.locator(f".field-body_{code} .ProseMirror p").last.click()
    page.keyboard.press("End")
    page.keyboard.type(words)


def of_the_river(**fields):
    return make_analysis("The River Is Low", "النهر منخفض", authors=[make_expert()], topics=[make_topic()], **fields)


def preview_of(page):
    return page.frame_locator("#preview-pane iframe:not([hidden], .loading)")


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_preview_follows_what_is_typed_and_stays_where_it_was(window, language):
    page = open_editor(window, of_the_river(body_en=LONG), language)
    page.click(".preview-buttons [data-preview=en]")
    expect(preview_of(page).locator("h1")).to_have_text("The River Is Low")
    shown = page.locator("#preview-pane iframe:not([hidden], .loading)").element_handle().content_frame()
    shown.evaluate("scrollTo(0, 1000)")
    page.fill("#id_title_en", "The River Is Dry")
    expect(preview_of(page).locator("h1")).to_have_text("The River Is Dry")
    shown = page.locator("#preview-pane iframe:not([hidden], .loading)").element_handle().content_frame()
    assert shown.evaluate("scrollY") == 1000
    type_at_the_end(page, "en", " And more.")
    expect(preview_of(page).locator(".prose p").last).to_contain_text("And more.")
    preview_of(page).locator(".prose p").first.click()
    page.click("[data-width=phone]")
    expect(preview_of(page).locator("h1")).to_have_text("The River Is Dry")
    assert not page.complaints and not faults(page)
    page.click("#tab-ar")
    expect(preview_of(page).locator("html")).to_have_attribute("dir", "rtl")
    page.keyboard.press("Escape")
    page.click(".preview-close")
    expect(page.locator("#preview-pane")).to_be_hidden()
    assert Analysis.objects.get().title_en == "The River Is Low"


def test_the_preview_stays_open_for_this_person_and_its_links_lead_nowhere(window):
    analysis = of_the_river(body_en='<p><a href="https://example.org/">Away</a></p>')
    page = open_editor(window, analysis)
    page.click(".preview-buttons [data-preview=en]")
    with page.expect_response("**/admin/preferences/"):
        page.click("[data-width=phone]")
    page.goto(change_form(analysis))
    link = preview_of(page).locator(".prose a")
    link.click()
    page.wait_for_timeout(300)
    expect(link).to_have_text("Away")
    assert not [url for url in page.requested if "example.org" in url]


def test_without_a_script_the_preview_opens_in_a_tab(newsroom_browser, live_server, client, window):
    analysis = of_the_river()
    page = window("/admin/")
    context = newsroom_browser.new_context(base_url=live_server.url, java_script_enabled=False)
    context.add_cookies(page.context.cookies())
    plain = context.new_page()
    plain.goto(change_form(analysis))
    plain.fill("#id_title_en", "The River Is Dry")
    with context.expect_page() as opened:
        plain.click("[data-tab=en]")
    expect(opened.value.locator("h1")).to_have_text("The River Is Dry")
    context.close()


@pytest.mark.parametrize(("language", "restore"), [("en", "Restore them"), ("ar", "استعادتها")])
def test_what_was_typed_before_the_browser_closed_comes_back_after_a_question(window, language, restore):
    analysis = of_the_river(body_en="<p>One.</p>")
    page = open_editor(window, analysis, language)
    type_at_the_end(page, "en", " Two.")
    expect(page.locator(".draft-state")).not_to_be_empty(timeout=5000)
    page.context.close()  # as if the machine had lost its power
    page = window(change_form(analysis), language)
    question = page.locator("#draft-question")
    expect(question).to_be_focused()
    assert page.locator("#analysis_form").get_attribute("inert") is not None
    page.locator("#draft-question summary").click()
    expect(question.locator("ins")).to_have_text([" Two."])
    assert not faults(page)
    page.get_by_role("button", name=restore).click()
    wait_for_editors(page)
    expect(page.locator(".field-body_en .ProseMirror")).to_have_text("One. Two.")
    assert Analysis.objects.get().body_en == "<p>One.</p>"
    page.click("input[name=_continue]")
    page.wait_for_load_state()
    assert Analysis.objects.get().body_en == "<p>One. Two.</p>" and not Autosave.objects.exists()


def test_a_session_that_ends_is_said_and_after_a_new_login_the_text_is_kept(window, client):
    analysis = of_the_river()
    page = open_editor(window, analysis)
    cookies = page.context.cookies()
    page.context.clear_cookies()
    page.fill("#id_title_en", "The River Is Dry")
    expect(page.locator(".draft-state")).to_contain_text("your session has ended", timeout=6000)
    page.click("input[name=_continue]")
    expect(page.locator(".log-in")).to_be_focused()
    expect(page.locator("#id_title_en")).to_have_value("The River Is Dry")
    said = []
    page.on("dialog", lambda dialog: (said.append(dialog.type), dialog.dismiss()))
    page.evaluate("location.reload()")
    page.wait_for_timeout(300)
    assert said == ["beforeunload"], "leaving with what could not be kept is asked about"
    fresh = Client()
    fresh.force_login(User.objects.get(username="rana"))
    session = fresh.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([c | {"value": session} for c in cookies if c["name"] == settings.SESSION_COOKIE_NAME])
    expect(page.locator(".draft-state")).to_contain_text("Saved as your draft at", timeout=12000)
    page.click("input[name=_continue]")
    page.wait_for_load_state()
    assert Analysis.objects.get().title_en == "The River Is Dry"


@pytest.mark.parametrize("language", ["en", "ar"])
def test_two_people_meet_in_one_text(newsroom_browser, live_server, window, language):
    analysis = of_the_river(body_en="<p>One.</p><p>Two.</p><p>Three.</p>")
    mine = open_editor(window, analysis, language)
    client = Client()
    client.force_login(User.objects.create_superuser("yusuf", first_name="Yusuf", last_name="al-Rubaie"))
    context = newsroom_browser.new_context(base_url=live_server.url)
    context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
          "url": live_server.url}]
    )  # fmt: skip
    theirs = context.new_page()
    theirs.goto(change_form(analysis))
    wait_for_editors(theirs)
    expect(theirs.locator(".others li")).to_have_count(1)
    expect(mine.locator(".others")).to_contain_text("Yusuf al-Rubaie", timeout=15000)
    type_at_the_end(theirs, "en", " Theirs.")
    theirs.fill("#id_title_en", "The River Is Dry")
    theirs.click("input[name=_continue]")
    theirs.wait_for_load_state()
    mine.locator(".field-body_en .ProseMirror p").first.click()
    mine.keyboard.press("Home")
    mine.keyboard.type("Mine. ")
    mine.fill("#id_title_en", "The River Is Gone")
    mine.fill("#id_summary_en", "No water.")
    mine.click("input[name=_continue]")
    mine.wait_for_load_state()
    asked = mine.locator(".conflict")
    expect(asked).to_have_count(2)
    expect(mine.locator(".conflicts")).to_contain_text("Yusuf al-Rubaie")
    expect(mine.locator("#id_title_en")).to_have_value("The River Is Gone")
    assert not mine.complaints and not faults(mine)
    asked.nth(0).locator("input").first.focus()
    mine.keyboard.press("ArrowDown")  # theirs, by keyboard
    mine.locator("input[name=choice-body_en][value=both]").check()
    mine.click("input[name=_continue]")
    mine.wait_for_load_state()
    saved = Analysis.objects.get()
    assert (saved.title_en, saved.summary_en) == ("The River Is Dry", "No water.")
    assert "Mine. One." in saved.body_en and "Three. Theirs." in saved.body_en
    context.close()


def test_the_tabs_are_as_this_person_left_them_in_another_browser(window):
    analysis = of_the_river()
    page = open_editor(window, analysis)
    with page.expect_response("**/admin/preferences/"):
        page.click("#tab-all")
    other = open_editor(window, analysis, "ar")
    expect(other.locator("#tab-all")).to_have_attribute("aria-selected", "true")
    for part in ("#id_title_ar", "#id_summary_ar", ".field-body_ar .ProseMirror"):
        assert other.locator(part).evaluate("e => getComputedStyle(e).direction") == "rtl"
        assert other.locator(part).evaluate("e => e.closest('[lang]').lang") == "ar"
    assert other.locator("#id_title_en").evaluate("e => getComputedStyle(e).direction") == "ltr"


def test_the_page_fits_a_telephone(window):
    page = window(change_form(of_the_river()), viewport={"width": 390, "height": 800})
    wait_for_editors(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.click(".preview-buttons [data-preview=en]")
    expect(preview_of(page).locator("h1")).to_have_text("The River Is Low")
    page.keyboard.press("Escape")
    expect(page.locator("#preview-pane")).to_be_hidden()
