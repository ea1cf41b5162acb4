"""The text editor by keyboard alone, in either direction of the interface."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.factories import make_analysis
from tests.newsroom import change_form, open_editor, wait_for_editors, written

pytestmark = pytest.mark.django_db(transaction=True)

EDITOR = ".field-body_en .ProseMirror"
TABLE = "<p>Words.</p><table><tbody><tr><td>a</td><td>b</td></tr></tbody></table><p>End.</p>"


def focused(page):
    return page.evaluate("document.activeElement.dataset.name ?? document.activeElement.className")


@pytest.mark.parametrize(
    ("language", "forward", "back"), [("en", "ArrowRight", "ArrowLeft"), ("ar", "ArrowLeft", "ArrowRight")]
)
def test_the_toolbar_is_one_stop_and_its_arrows_go_with_the_direction(window, language, forward, back):
    page = open_editor(window, make_analysis("Keys"), language)
    tools = page.locator(".field-body_en .prose-menubar")
    assert tools.locator("button[tabindex='0']").count() == 1
    page.click(f"{EDITOR} p")
    page.keyboard.press("Alt+F10")
    assert focused(page) == "heading2"
    page.keyboard.press(forward)
    assert focused(page) == "heading3"
    page.keyboard.press(back)
    page.keyboard.press(back)
    assert focused(page) == tools.locator("button:not(.hidden)").last.get_attribute("data-name")
    page.keyboard.press("Home")
    assert focused(page) == "heading2"
    page.keyboard.press("End")
    page.keyboard.press("Escape")
    assert "ProseMirror" in focused(page)


def test_every_button_can_be_reached_and_says_whether_it_is_on(window):
    page = open_editor(window, make_analysis("Keys", body_en="<p><strong>Bold</strong></p>"))
    page.click(f"{EDITOR} p")
    page.keyboard.press("Alt+F10")
    names = [
        b.get_attribute("data-name") for b in page.locator(".field-body_en .prose-menubar button:not(.hidden)").all()
    ]
    reached = []
    for _name in names:
        reached.append(focused(page))
        page.keyboard.press("ArrowRight")
    assert reached == names and len(names) > 20
    bold = page.locator(".field-body_en button[data-name=bold]")
    assert bold.get_attribute("aria-pressed") == "true"
    assert page.get_attribute(".field-body_en button[data-name=italic]", "aria-pressed") == "false"
    assert page.get_attribute(".field-body_en button[data-name='history:undo']", "aria-disabled") == "true"


def test_the_tab_key_leaves_the_text_and_after_escape_a_table_too(window):
    page = open_editor(window, make_analysis("Keys", body_en=TABLE))
    page.click(f"{EDITOR} > p")
    page.keyboard.press("Tab")
    assert focused(page) == "prose-help"
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("Boolean(document.activeElement.closest('.prose-menubar'))")
    page.click(f"{EDITOR} td >> nth=1")
    page.keyboard.press("Escape")
    assert "Tab key" in page.inner_text(".field-body_en .prose-status")
    page.keyboard.press("Tab")
    assert focused(page) == "prose-help"
    assert written(page, "en").count("<tr>") == 1, "the Tab key made a row of the table"


def test_headings_and_notes_have_shortcuts(window):
    page = open_editor(window, make_analysis("Keys", body_en="<p>Words</p>"))
    page.click(f"{EDITOR} p")
    page.keyboard.press("Control+Alt+2")
    assert written(page, "en") == "<h2>Words</h2>"
    page.keyboard.press("Control+Alt+3")
    page.keyboard.press("Control+End")
    page.wait_for_timeout(100)
    page.keyboard.press("Control+Alt+f")
    page.keyboard.type("So they say.")
    assert written(page, "en") == '<h3>Words<sup class="footnote">So they say.</sup></h3>'


def test_the_words_are_counted_with_those_of_the_notes(window):
    page = open_editor(
        window,
        make_analysis("Keys", body_en='<p>One two.<sup class="footnote">A note.</sup> Three</p><ul><li>four</li></ul>'),
    )
    assert page.inner_text(".field-body_en .prose-words") == "Words: 6"
    page.click(f"{EDITOR} li")
    page.keyboard.press("End")
    page.keyboard.type(" five")
    page.wait_for_function("() => document.querySelector('.field-body_en .prose-words').textContent === 'Words: 7'")


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_editors_dialogs_have_no_accessibility_findings_and_give_the_focus_back(window, language):
    page = window(change_form(make_analysis("Dialogs", body_en=TABLE)), language, bypass_csp=True)
    wait_for_editors(page)
    for name in ("link", "embed", "table:caption", "help"):
        page.click(f"{EDITOR} td >> nth=0")
        page.click(f".field-body_en {'.prose-help' if name == 'help' else f'button[data-name={name!r}]'}")
        assert page.locator("dialog[open]").count() == 1
        assert page.evaluate("document.querySelector('dialog').contains(document.activeElement)")
        findings = [(f["id"], f["nodes"][0]["html"][:200]) for f in Axe().run(page).response["violations"]]
        assert findings == [], name
        page.keyboard.press("Escape")
        assert page.locator("dialog").count() == 0
        assert focused(page) == "prose-help" or "ProseMirror" in focused(page)


def test_every_tool_has_its_name_in_the_language_of_the_interface(window):
    page = open_editor(window, make_analysis("Names"), "ar")
    names = page.evaluate("""() => [...document.querySelectorAll(".field-body_en .prose-menubar button")]
        .map(button => [button.dataset.name, button.getAttribute("aria-label"), button.title])""")
    assert [
        name for name, label, title in names if not any("\u0600" <= c <= "\u06ff" for c in label) or label != title
    ] == []
