"""What comes from Word, Google Docs, LibreOffice and web pages: lists as lists, notes as notes, and nothing of their styles."""

from pathlib import Path

import pytest

from analyses.models import Analysis
from tests.factories import make_analysis
from tests.newsroom import open_editor, paste, written
from thinktank import html

pytestmark = pytest.mark.django_db(transaction=True)

CLIPBOARDS = Path(__file__).parent / "fixtures" / "paste"

TABLE = (
    '<table><thead><tr><th scope="col">Month</th><th scope="col">Metres</th></tr></thead>'
    "<tbody><tr><td>May</td><td>4.1</td></tr></tbody></table>"
)
NOTE = '<sup class="footnote">Ministry of Water, <em>Gauges</em>, p. 12.</sup>'
PASTED = {
    "word-365-en": (
        "<h2>Two Rivers, One Drought</h2><h2>What the gauges say</h2><p>The gauge at the bridge stood <strong>lower</strong> "
        'than in <em>any</em> autumn on record,<sup class="footnote">Ministry of Water, <em>Gauges</em>, p. 12; see '
        '<a href="https://example.org/gauges">the tables</a>.</sup> at 4.1&nbsp;m<sup>3</sup> a second.</p>'
        "<h3>Three reasons</h3><ul><li>Rain came late.<ul><li>In the <strong>north</strong> by three weeks.</li>"
        '<li>In the south by two.<sup class="footnote">2 weeks and a day.</sup></li></ul></li>'
        "<li>The dams were kept shut.</li></ul><p>What is to be done, in order:</p>"
        "<ol><li>Measure.<ol><li>Daily.</li></ol></li><li>Publish what was measured.</li></ol>"
        f"<blockquote><p>“A river is a promise between neighbours.”</p></blockquote>{TABLE}"
        '<p>See <a href="https://example.org/report?page=2">the report</a>.</p>'
    ),
    "word-365-ar": (
        "<h2>ما تقوله المقاييس</h2><p>كان المقياس عند الجسر <strong>أدنى</strong> من أي خريف مضى."
        '<sup class="footnote">وزارة المياه، <em>المقاييس</em>، ص 12.</sup></p>'
        "<ol><li>القياس كل يوم.<ol><li>عند الجسر.</li></ol></li><li>نشر ما قيس، بحسب NATO.</li></ol>"
    ),
    "word-for-the-web": (
        "<h2>What the gauges say</h2><p>The gauge stood <strong>lower</strong> than <em>ever</em>: see "
        '<a href="https://example.org/report?page=2">the report</a>.</p>'
        "<ul><li>Rain came late.<ul><li>In the north.</li></ul></li><li>The dams were kept shut.</li></ul>"
        f"<ol><li>Measure.</li><li>Publish.</li></ol><p>النهر منخفض.</p>{TABLE}"
    ),
    "google-docs-en": (
        f"<h2>What the gauges say</h2><p>The gauge stood <strong>lower</strong> than in <em>any</em> autumn.{NOTE} It fell "
        '10<sup>3</sup> times: <a href="https://example.org/report?page=2">the report</a>.</p><h2>Reasons</h2>'
        "<ul><li>Rain came late.<ul><li>In the north.</li><li>In the south.</li></ul></li>"
        f'<li>The dams were kept shut.</li></ul><ol start="3"><li>Measure.</li></ol>{TABLE}'
    ),
    "google-docs-ar": (
        "<h2>ما العمل</h2><p>النهر <strong>وعد</strong> بين الجيران.</p>"
        "<ol><li>القياس.<ol><li>عند الجسر.</li></ol></li></ol>"
    ),
    "libreoffice": (
        f"<h2>What the gauges say</h2><p>The gauge stood <strong>lower</strong> than in <em>any</em> autumn.{NOTE}</p>"
        "<ul><li>Rain came late.<ul><li>In the north.</li></ul></li><li>The dams were kept shut.</li></ul>"
        f"<p>النهر منخفض.</p>{TABLE}"
    ),
    "web-page": (
        "<h2>Two Rivers, One Drought</h2><p>The gauge stood <strong>lower</strong> than in <em>any</em> autumn."
        '<sup class="footnote">Ministry of Water, <em>Gauges</em>.</sup> Nobody said why.'
        '<sup class="footnote">2 people were asked.<br>They did not know.</sup></p><h2>Three reasons</h2>'
        '<p>First line<br>second line</p><p>another paragraph, from <a href="https://www.facebook.com/example">a page</a> '
        'and <a href="https://example.org/a?b=1">another</a> and a trap.</p><p>The river in May.</p>'
        "<p>A remark in a box.</p><blockquote><p><em>A river is a promise.</em></p></blockquote>"
    ),
    "encyclopedia": (
        '<p>The <strong>Khabur</strong> is a <a href="https://en.wikipedia.org/wiki/River">river</a>.'
        '<sup class="footnote"><cite>Ministry of Water. <em>Gauges</em>.</cite></sup> It is long.'
        '<sup class="footnote">An atlas.</sup> And low.'
        '<sup class="footnote"><cite>Ministry of Water. <em>Gauges</em>.</cite></sup></p>'
    ),
}


@pytest.fixture
def page(window):
    return open_editor(window, make_analysis("Pasted", "نص"))


def cleaned(page, source):
    return page.evaluate(
        "async source => (await import(JSON.parse(document.querySelector('script[type=importmap]').textContent)"
        ".imports['newsroom/paste'])).cleanPaste(source)",
        source,
    )


def test_each_program_has_its_fixture():
    assert {path.stem for path in CLIPBOARDS.glob("*.html")} == set(PASTED)


def test_every_clipboard_gives_the_structure_that_was_meant(page):
    for name, expected in PASTED.items():
        assert cleaned(page, (CLIPBOARDS / f"{name}.html").read_text()) == expected, name


def test_what_is_pasted_is_what_the_server_keeps(page):
    for name, expected in PASTED.items():
        page.evaluate("document.getElementById('id_body_en').proseEditor.commands.setContent('')")
        paste(page, (CLIPBOARDS / f"{name}.html").read_text())
        assert html.clean(written(page, "en").replace("\n", "")) == html.clean(expected), name


def test_a_pasted_text_is_saved_and_its_notes_are_notes(window):
    analysis = make_analysis("Pasted", "نص")
    page = open_editor(window, analysis)
    page.evaluate("document.getElementById('id_body_en').proseEditor.commands.clearContent()")
    paste(page, (CLIPBOARDS / "word-365-en.html").read_text())
    page.click("input[name=_continue]")
    body = Analysis.objects.get(pk=analysis.pk).body_en
    assert body.count('<sup class="footnote">') == 2 and "[1]" not in body and "_ftn" not in body
    assert html.derive(body).footnotes[1]["html"] == "2 weeks and a day."


def test_pictures_are_left_out_and_that_is_said(page):
    paste(page, (CLIPBOARDS / "web-page.html").read_text())
    assert "<img" not in written(page, "en")
    assert "Pictures were left out" in page.inner_text(".field-body_en .prose-status")


SMALL_CASES = [
    ('<b style="font-weight:normal">a</b>', "<p>a</p>"),
    ('<p>a<span style="font-weight:700">b</span></p>', "<p>a<strong>b</strong></p>"),
    ("<p>a&nbsp;</p><p>&nbsp;</p><p> b</p>", "<p>a</p><p>b</p>"),
    ('<p>x<a href="#_ftn7">[7]</a></p>', "<p>x[7]</p>"),
    ('<p><a href="file:///C:/a.docx">x</a></p>', "<p>x</p>"),
    ('<p><a href="HTTPS://example.org/?utm_source=a&q=b&fbclid=c#d">x</a></p>', '<p><a href="HTTPS://example.org/?q=b#d">x</a></p>'),
    ("<h3>a</h3><h5>b</h5>", "<h3>a</h3><h3>b</h3>"),
    ("<h1>a</h1><h1>b</h1><h2>c</h2>", "<h2>a</h2><h2>b</h2><h3>c</h3>"),
    ("<table><tr><td>one cell</td></tr></table>", "<p>one cell</p>"),
    ("<dl><dt>a</dt><dd>b</dd></dl>", "<p>a</p><p>b</p>"),
    ("<ul>loose<li>a</li></ul>", "<ul><li>loose</li><li>a</li></ul>"),
    ('<p dir="rtl" align="right" style="direction:rtl">م</p>', "<p>م</p>"),
    ("plain words", "<p>plain words</p>"),
    ("", ""),
    ("<ol><li id=1>a <a href='#1'>1</a></li></ol>", "<ol><li>a 1</li></ol>"),
]  # fmt: skip


def test_small_things_have_the_form_that_is_stored(page):
    for source, expected in SMALL_CASES:
        assert cleaned(page, source) == expected, source


def test_a_chapter_list_with_numbers_is_not_taken_for_notes(page):
    source = (
        '<p><a href="#a">1</a> <a href="#b">2</a></p><h2 id="a">One</h2><p>Text.</p><h2 id="b">Two</h2><p>More.</p>'
    )
    assert cleaned(page, source) == "<p>1 2</p><h2>One</h2><p>Text.</p><h2>Two</h2><p>More.</p>"


def test_hostile_html_comes_in_as_its_words(page):
    hostile = '<p onclick="alert(1)">a<img src=x onerror="window.hit=1"><script>window.hit=1</script></p><svg onload="window.hit=1">'
    paste(page, hostile)
    assert page.evaluate("window.hit") is None and "onclick" not in written(page, "en")
