"""From a draft to its withdrawal, in a browser, in either language of the interface; axe finds nothing on the way."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from analyses.editions import Edition
from analyses.models import ReviewRequest
from tests.factories import make_analysis, make_region, make_topic
from tests.newsroom import change_form, paste, wait_for_editors

pytestmark = pytest.mark.django_db(transaction=True)

WORDS = {
    "en": {
        "summary": "The gauge stands lower than ever.", "body": "Two metres.", "note": "The depth was wrong.",
        "no_summary": "It has no summary in this language.", "sound": "Nothing was found. It can be published.",
        "notice": "The figures could not be confirmed.", "path": "/policy-analysis/river-low", "in_review": "In review",
        "correction": "Correction", "gone": "This text has been withdrawn",
    },
    "ar": {
        "summary": "المقياس أدنى من أي وقت مضى.", "body": "متران.", "note": "كان العمق خطأً.",
        "no_summary": "ليس له ملخص بهذه اللغة.", "sound": "لا ملاحظات. يمكن نشره.",
        "notice": "تعذّر التحقق من الأرقام.", "path": "/ar/policy-analysis/alnhr-mnkhfd", "in_review": "قيد المراجعة",
        "correction": "تصحيح", "gone": "سُحب هذا النص",
    },
}  # fmt: skip


def axe_finds_nothing(page):
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
    assert [(v["id"], [node["html"][:160] for node in v["nodes"]]) for v in found.response["violations"]] == []


def press(page, verb, code):
    """One of the buttons of a language in the table of the editing page."""
    page.locator(f".publication a[href$='/{verb}/{code}/']").click()
    axe_finds_nothing(page)


def confirm(page, **fields):
    for name, value in fields.items():
        field = page.locator(f"#id_{name}")
        field.select_option(value) if name == "kind" else field.fill(value)
    page.locator(".submit-row input.default").click()
    page.wait_for_load_state()
    assert page.locator(".messagelist .success").count() == 1


@pytest.fixture
def reader(newsroom_browser, live_server):
    """Opens a public page as somebody who has seen none before: `(status, page)`."""
    contexts = []

    def open_page(path):
        contexts.append(newsroom_browser.new_context(base_url=live_server.url))
        page = contexts[-1].new_page()
        return page.goto(path).status, page

    yield open_page
    for context in contexts:
        context.close()


@pytest.mark.parametrize("code", ["en", "ar"])
def test_a_text_is_written_reviewed_published_corrected_and_withdrawn(window, reader, code):
    words = WORDS[code]
    text = make_analysis("The River Is Low", "النهر منخفض", summary_en="", summary_ar="", topics=[make_topic()],
                         regions=[make_region()], original_language=code)  # fmt: skip
    page = window(change_form(text), code)
    wait_for_editors(page)
    page.locator(f"#tab-{code}").click()

    # The checks follow what is typed, before anything is saved.
    panel = page.locator(f".findings:has(#findings-{code})")
    expect(panel.locator(".findings-blocking")).to_have_text(words["no_summary"], timeout=20_000)
    axe_finds_nothing(page)
    panel.locator(".findings-blocking a").click()
    expect(page.locator(f"#id_summary_{code}")).to_be_focused()
    page.keyboard.type(words["summary"])
    expect(panel).to_contain_text(words["sound"], timeout=20_000)
    page.locator("input[name=_continue]").first.click()
    page.wait_for_load_state()

    press(page, "review", code)
    confirm(page, note="?")
    expect(page.locator(f".publication tr:has(th[lang={code}]) .state")).to_have_text(words["in_review"])
    assert ReviewRequest.objects.get().note == "?"

    press(page, "publish", code)
    confirm(page)
    assert reader(words["path"])[0] == 200

    page.goto(change_form(text))
    wait_for_editors(page)
    page.evaluate("([code, body]) => document.getElementById('id_body_' + code).proseEditor.commands.setContent(body)",
                  [code, f"<p>{words['body']}</p>"])  # fmt: skip
    page.locator("input[name=_continue]").first.click()
    page.wait_for_load_state()
    press(page, "publish", code)
    expect(page.locator(".changes ins").first).to_contain_text(words["body"].split()[0].rstrip("."))
    confirm(page, kind="correction", note=words["note"])
    _status, public = reader(words["path"])
    axe_finds_nothing(public)
    expect(public.locator(".corrections")).to_contain_text(words["note"])
    public.locator(".versions summary").click()
    public.locator(".versions a").click()
    assert public.url.endswith("/v/1")
    axe_finds_nothing(public)

    page.goto(change_form(text))
    press(page, "withdraw", code)
    confirm(page, reason="A letter.", notice=words["notice"])
    status, public = reader(words["path"])
    assert status == 410
    expect(public.locator("main")).to_contain_text(words["gone"])
    expect(public.locator("main")).to_contain_text(words["notice"])
    axe_finds_nothing(public)
    assert reader(f"{words['path']}/v/1")[0] == 410
    assert [e.withdrawal for e in Edition.objects.order_by("number")] == ["", "withdrawn"]


def test_a_time_that_the_clocks_repeat_is_chosen_with_the_keyboard(window):
    text = make_analysis("The River")
    page = window(f"/admin/analyses/analysis/{text.pk}/publish/en/", viewport={"width": 390, "height": 844})
    page.locator("#id_at").fill("2040-10-28T02:30")
    page.locator("#id_zone").select_option("Europe/Berlin")
    page.locator(".submit-row input.default").press("Enter")
    page.wait_for_load_state()
    axe_finds_nothing(page)
    page.locator("input[name=moment]").nth(1).press("Space")
    page.locator(".submit-row input.default").press("Enter")
    page.wait_for_load_state()
    assert text.editions.get().live_from.isoformat() == "2040-10-28T01:30:00+00:00"
    page.locator(".publication a[href$='/schedule/en/']").click()
    axe_finds_nothing(page)
    page.locator("input[name=cancel]").press("Enter")
    page.wait_for_load_state()
    assert text.current_edition("en") is None
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


FROM_WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><body lang=EN-US>
<h2 style='mso-style-next:Normal'>{heading}<o:p></o:p></h2>
<p class=MsoNormal style='margin-bottom:8pt'><b>{words}</b><o:p></o:p></p>
<p class=MsoListParagraphCxSpFirst style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>·<span>&nbsp;</span></span>{first}<o:p></o:p></p>
<p class=MsoListParagraphCxSpLast style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>·<span>&nbsp;</span></span>{second}<o:p></o:p></p>
</body></html>"""
PASTED = {
    "en": {"heading": "What the gauges say", "words": "Two metres.", "first": "Dams", "second": "Canals"},
    "ar": {"heading": "ما تقوله المقاييس", "words": "متران.", "first": "السدود", "second": "القنوات"},
}


@pytest.mark.parametrize("code", ["en", "ar"])
def test_a_text_from_word_is_previewed_and_published_and_an_older_revision_comes_back(window, reader, code):
    words = PASTED[code]
    text = make_analysis("The River Is Low", "النهر منخفض", topics=[make_topic()], regions=[make_region()])
    page = window(change_form(text), code)
    wait_for_editors(page)
    page.locator(f"#tab-{code}").click()
    page.evaluate("code => document.getElementById('id_body_' + code).proseEditor.commands.setContent('')", code)
    paste(page, FROM_WORD.format(**words), code=code)

    page.locator(f"[data-preview={code}]").click()
    preview = page.frame_locator("#preview-pane iframe:not([hidden], .loading)")
    expect(preview.locator(".prose h2")).to_have_text(words["heading"], timeout=20_000)
    expect(preview.locator(".prose li")).to_have_text([words["first"], words["second"]])
    page.keyboard.press("Escape")
    page.locator(".preview-close").click()
    page.locator("input[name=_continue]").click()
    page.wait_for_load_state()
    text.refresh_from_db()
    pasted = getattr(text, f"body_{code}")
    assert f"<h2>{words['heading']}</h2>" in pasted and pasted.count("<li>") == 2 and "Mso" not in pasted

    press(page, "publish", code)
    confirm(page)
    path = WORDS[code]["path"]
    expect(reader(path)[1].locator(".prose li")).to_have_text([words["first"], words["second"]])

    # What was before the paste comes back into the text, and to readers only when it is published.
    page.locator(".object-tools a[href$='/history/']").click()
    axe_finds_nothing(page)
    page.locator("a[href*='/restore/']").last.click()
    expect(page.locator(".comparison del").first).to_be_visible()
    axe_finds_nothing(page)
    page.locator(".submit-row input.default").click()
    page.wait_for_load_state()
    assert page.locator(".messagelist .success").count() == 1
    text.refresh_from_db()
    assert "<li>" not in getattr(text, f"body_{code}")
    expect(reader(path)[1].locator(".prose li")).to_have_count(2)
    press(page, "publish", code)
    confirm(page, kind="typographical")
    expect(reader(path)[1].locator(".prose li")).to_have_count(0)
