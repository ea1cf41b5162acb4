"""Notes in the editor: they move, are copied and deleted with the words they belong to, in each language by itself."""

import pytest

from analyses.models import Analysis
from tests.factories import make_analysis, publish
from tests.newsroom import open_editor, paste, written

pytestmark = pytest.mark.django_db(transaction=True)

FIRST = '<p>One.<sup class="footnote">See <a href="https://example.org/a">a <em>report</em></a>.</sup></p>'
SECOND = '<p>Two.<sup class="footnote">Another.</sup></p>'
FIGURE = '<figure><img src="/media/a.jpg" alt="A river" data-image="7"><figcaption>Low.<sup class="footnote">In May.</sup></figcaption></figure>'
TABLE = (
    '<table><caption>Depths</caption><thead><tr><th scope="col">Month</th></tr></thead>'
    '<tbody><tr><td>May<sup class="footnote">Late.</sup></td></tr></tbody></table>'
)
QUOTE = '<blockquote class="pullquote"><p>A promise.<sup class="footnote">Who said so.</sup></p></blockquote>'
FILM = '<figure data-embed="https://vimeo.com/123456789"><figcaption>In May<sup class="footnote">A note.</sup></figcaption></figure>'


def clipboard(page, code, how="copy"):
    """What the editor of one language puts on the clipboard for the whole of its text."""
    return page.evaluate(
        """([code, how]) => {
            const { view, commands } = document.getElementById("id_body_" + code).proseEditor
            commands.selectAll()
            const data = new DataTransfer()
            view.dom.dispatchEvent(new ClipboardEvent(how, { clipboardData: data, bubbles: true, cancelable: true }))
            return data.getData("text/html")
        }""",
        [code, how],
    )


def empty(page, code):
    page.evaluate("code => document.getElementById('id_body_' + code).proseEditor.commands.clearContent()", code)


def select_paragraph(page, code, number):
    page.evaluate(
        """([code, number]) => {
            const { state, commands } = document.getElementById("id_body_" + code).proseEditor
            let at = 0
            for (let index = 0; index < number; index++) at += state.doc.child(index).nodeSize
            commands.setNodeSelection(at)
        }""",
        [code, number],
    )


def test_a_paragraph_that_is_cut_and_pasted_takes_its_note_along_and_the_page_counts_anew(window, client):
    analysis = make_analysis("Notes", body_en=FIRST + SECOND)
    page = open_editor(window, analysis)
    select_paragraph(page, "en", 0)
    html = page.evaluate("""() => {
        const { view } = document.getElementById("id_body_en").proseEditor
        const data = new DataTransfer()
        view.dom.dispatchEvent(new ClipboardEvent("cut", { clipboardData: data, bubbles: true, cancelable: true }))
        return data.getData("text/html")
    }""")
    assert written(page, "en") == SECOND
    page.evaluate("document.getElementById('id_body_en').proseEditor.commands.focus('end')")
    page.evaluate("document.getElementById('id_body_en').proseEditor.commands.createParagraphNear()")
    paste(page, html)
    assert written(page, "en").replace("\n", "").replace("<p></p>", "") == SECOND + FIRST
    page.click("input[name=_continue]")
    publish(Analysis.objects.get(pk=analysis.pk), "en")
    printed = client.get("/policy-analysis/notes").content.decode()
    assert printed.index('id="fnref-1"') > printed.index("Two.") and printed.index('id="fnref-2"') > printed.index(
        "One."
    )
    assert 'id="fn-1"' in printed and printed.index("Another.", printed.index('id="fn-1"')) < printed.index('id="fn-2"')
    assert 'href="#fnref-1"' in printed and 'href="#fn-1"' in printed  # there and back again


@pytest.mark.parametrize("piece", [FIRST, FIGURE, TABLE, QUOTE, FILM], ids=["text", "figure", "table", "quote", "film"])
def test_what_is_copied_from_one_languages_editor_arrives_whole_in_the_others(window, piece):
    page = open_editor(window, make_analysis("Notes", "حواش", body_en=f"{piece}<p>Last.</p>", body_ar="<p>أول.</p>"))
    page.click("#tab-all")
    copied = clipboard(page, "en")
    empty(page, "ar")
    paste(page, copied, code="ar")
    assert written(page, "ar").replace("\n", "") == f"{piece}<p>Last.</p>"
    assert written(page, "en").replace("\n", "") == f"{piece}<p>Last.</p>"


def test_each_language_keeps_its_own_notes(window):
    arabic = '<p>واحد.<sup class="footnote">انظر <em>التقرير</em>.</sup></p>'
    analysis = make_analysis("Notes", "حواش", body_en=FIRST, body_ar=arabic)
    page = open_editor(window, analysis)
    page.evaluate("document.getElementById('id_body_en').proseEditor.commands.focus('end')")
    page.wait_for_selector(".field-body_en .ProseMirror-focused")
    page.keyboard.type(" More.")
    page.click("input[name=_continue]")
    saved = Analysis.objects.get(pk=analysis.pk)
    assert saved.body_ar == arabic
    assert saved.body_en == FIRST.replace("</sup>", "</sup> More.")


def test_a_reference_that_is_deleted_deletes_its_note(window):
    analysis = make_analysis("Notes", body_en=f"{FIRST}{SECOND}")
    page = open_editor(window, analysis)
    select_paragraph(page, "en", 0)
    page.evaluate("document.getElementById('id_body_en').proseEditor.commands.deleteSelection()")
    page.click("input[name=_continue]")
    assert Analysis.objects.get(pk=analysis.pk).body_en == SECOND


def test_words_of_a_note_that_are_copied_are_pasted_as_words(window):
    page = open_editor(window, make_analysis("Notes", body_en=FIRST + "<p>Then</p>"))
    html = page.evaluate("""() => {
        const { view, commands, state } = document.getElementById("id_body_en").proseEditor
        let place = null
        state.doc.descendants((node, at) => { if (node.type.name === "footnote") place = at })
        commands.setTextSelection({ from: place + 1, to: place + 5 })
        const data = new DataTransfer()
        view.dom.dispatchEvent(new ClipboardEvent("copy", { clipboardData: data, bubbles: true, cancelable: true }))
        commands.focus("end")
        return data.getData("text/html")
    }""")
    paste(page, html)
    assert written(page, "en").replace("\n", "").endswith("<p>ThenSee </p>")


def test_a_pasted_text_with_notes_inside_a_note_stays_one_note(window):
    page = open_editor(window, make_analysis("Notes", body_en=FIRST))
    page.evaluate("""() => {
        const { commands, state } = document.getElementById("id_body_en").proseEditor
        let place = null
        state.doc.descendants((node, at) => { if (node.type.name === "footnote") place = at })
        commands.setTextSelection(place + 2)
    }""")
    paste(page, '<p>new<sup><a href="#fn1" id="r1">1</a></sup> words</p><div id="fn1"><a href="#r1">1</a> inner</div>')
    assert "new" in written(page, "en") and "words" in written(page, "en") and "inner" in written(page, "en")
