"""The text editor and the tabs, in a browser: nothing that is stored is lost by opening and saving it."""

import json
import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings

from analyses.models import Analysis
from tests.factories import make_analysis, make_expert, make_format, make_image, make_region, make_topic
from tests.newsroom import change_form, wait_for_editors, written
from thinktank import html

pytestmark = pytest.mark.django_db(transaction=True)

DEMO = Path(settings.BASE_DIR) / "demo"

# Every element and attribute that may be stored, in the form in which the editor writes it.
EVERYTHING = """<h2>Two <em>rivers</em></h2>
<p>One <strong>bold</strong> word, <a href="/policy-analysis/river-low">a link</a>, H<sub>2</sub>O, \
10<sup>3</sup>, <bdi>نهر</bdi>, <cite>The River</cite>,<br>a new line.<sup class="footnote">A note with \
<a href="https://example.org/a?b=1&amp;c=2">a link</a> and <em>stress</em>.</sup> After&nbsp;it.</p>
<h3>Lists</h3>
<ul><li><strong>First.</strong> Bare text</li><li><p>Written as a paragraph</p></li><li>With a list<ul><li>inside</li></ul></li></ul>
<ol start="4"><li><p>One paragraph</p><p>and another</p></li></ol>
<blockquote><p>A quotation.</p></blockquote>
<blockquote class="pullquote"><p>A pull quote.</p></blockquote>
<hr>
<table><caption>Table 1. <em>Depths</em></caption><thead><tr><th scope="col">River</th><th scope="colgroup" colspan="2">\
Metres</th></tr></thead><tbody><tr><th scope="row" rowspan="2">Khabur</th><td>2</td><td>3</td></tr><tr><td>4</td>\
<td><p>five</p><ul><li>six</li></ul></td></tr></tbody><tfoot><tr><th>All</th><td></td><td>9</td></tr></tfoot></table>
<figure><img src="/media/river.jpg" alt="A dry riverbed" data-image="7"><figcaption>The Khabur in May. \
<cite>Photo: Tamarisk Institute</cite></figcaption></figure>
<figure><img src="/media/mark.jpg" alt=""></figure>
<figure data-embed="https://www.youtube.com/watch?v=dQw4w9WgXcQ"><figcaption>The river in <em>May</em></figcaption></figure>"""


def without_gaps(body):
    """Line ends between blocks are the one thing that the editor does not keep."""
    return re.sub(r">\s*\n\s*<", "><", html.clean(body))


def demo_texts():
    """`{id: {language: body}}` of every distinct text of the demo, earlier editions and drafts included."""
    found = {}
    for line in (DEMO / "analyses.jsonl").read_text().splitlines():
        record = json.loads(line)
        if record["type"] != "analysis":
            continue
        for code, text in record["texts"].items():
            bodies = [text, *text.get("earlier", []), text.get("draft") or {}]
            for number, body in enumerate(dict.fromkeys(part["body"] for part in bodies if part.get("body"))):
                found.setdefault(f"{record['id']}-{number}", {})[code] = body
    return found


def test_opening_any_text_of_the_demo_and_saving_it_changes_nothing(window):
    texts = demo_texts()
    assert len(texts) >= 30
    page = window("/admin/")
    for name, bodies in texts.items():
        fields = {f"body_{code}": body for code, body in bodies.items()}
        analysis = make_analysis(name, "نص" if "ar" in bodies else "", **fields)
        page.goto(change_form(analysis))
        wait_for_editors(page)
        for code, body in bodies.items():
            stored = getattr(Analysis.objects.get(pk=analysis.pk), f"body_{code}")
            assert page.input_value(f"#id_body_{code}").strip() == stored, "opening it alone changed the field"
            assert without_gaps(written(page, code)) == without_gaps(body), f"{name} in {code}"


def test_everything_that_may_be_stored_survives_the_editor(window):
    used = set(re.findall(r"<([a-z0-9]+)", EVERYTHING))
    assert used == set(html.ELEMENTS), "the text above must have each element of the allow-list"
    assert html.clean(EVERYTHING) == EVERYTHING
    analysis = make_analysis("Everything", body_en=EVERYTHING)
    page = window(change_form(analysis))
    wait_for_editors(page)
    assert without_gaps(written(page, "en")) == without_gaps(EVERYTHING)


def test_a_text_saved_from_the_form_is_the_text_that_was_opened(window):
    analysis = make_analysis("Everything", "كل شيء", body_en=EVERYTHING, body_ar="<p>نص <strong>عريض</strong>.</p>")
    page = window(change_form(analysis))
    wait_for_editors(page)
    page.evaluate("""() => {
        for (const area of document.querySelectorAll('textarea[data-django-prose-editor-configurable]'))
            area.value = area.proseEditor.getHTML()
    }""")
    page.click("input[name=_continue]")
    saved = Analysis.objects.get(pk=analysis.pk)
    assert without_gaps(saved.body_en) == without_gaps(EVERYTHING)
    assert saved.body_ar == "<p>نص <strong>عريض</strong>.</p>"


def test_pictures_in_tables_and_loose_ones_are_not_lost(window):
    body = (
        '<p>Before <img src="/media/a.jpg" alt="One" data-image="3"> after.</p>'
        "<figure><table><tbody><tr><td>Cell</td></tr></tbody></table><figcaption>Caption</figcaption></figure>"
    )
    page = window(change_form(make_analysis("Loose", body_en=body)))
    wait_for_editors(page)
    after = written(page, "en")
    assert 'data-image="3"' in after and 'alt="One"' in after
    for words in ("Before", "after.", "Cell", "Caption"):
        assert words in after


def test_a_footnote_is_written_with_a_button(window):
    analysis = make_analysis("Note", body_en="<p>The river is low.</p>")
    page = window(change_form(analysis))
    wait_for_editors(page)
    page.locator(".field-body_en .ProseMirror p").click()
    page.keyboard.press("End")
    page.click(".field-body_en button[data-name=footnote]")
    page.keyboard.type("Measured in May.")
    page.keyboard.press("Enter")
    page.keyboard.type(" It rose later.")
    page.click("input[name=_continue]")
    assert (
        Analysis.objects.get(pk=analysis.pk).body_en
        == '<p>The river is low.<sup class="footnote">Measured in May.</sup> It rose later.</p>'
    )


def test_a_picture_is_chosen_from_the_library(window):
    image = make_image("A dry riverbed", "مجرى نهر جاف", credit="Sami Qasim")
    analysis = make_analysis("Picture", "صورة", body_en="<p>The river is low.</p>")
    page = window(change_form(analysis))
    wait_for_editors(page)
    page.click("#tab-ar")
    page.locator(".field-body_ar .ProseMirror p").click()
    with page.expect_popup() as opened:
        page.click(".field-body_ar button[data-name=figure]")
    opened.value.fill("#picker-query", "riverbed")
    opened.value.press("#picker-query", "Enter")
    opened.value.wait_for_url("**q=riverbed**")
    opened.value.click(f'button[data-image="{image.pk}"]')
    page.wait_for_selector(".field-body_ar .ProseMirror figure img")
    page.click("input[name=_continue]")
    body = Analysis.objects.get(pk=analysis.pk).body_ar
    assert (
        f'alt="مجرى نهر جاف" data-image="{image.pk}"' in body
        and "<figcaption><cite>Sami Qasim</cite></figcaption>" in body
    )


def test_a_new_table_has_headings_with_a_scope_and_can_have_a_title(window):
    analysis = make_analysis("Table", body_en="<p>The river is low.</p>")
    page = window(change_form(analysis))
    wait_for_editors(page)
    page.locator(".field-body_en .ProseMirror p").click()
    page.click(".field-body_en button[data-name=table]")
    page.keyboard.type("River")
    page.click(".field-body_en button[data-name='table:caption']")
    page.fill("dialog input[name=caption]", "Depths & dates")
    page.click("dialog button[type=submit]")
    body = written(page, "en")
    assert "<table><caption>Depths &amp; dates</caption><thead><tr>" in body
    assert '<th scope="col">River</th>' in body and "</thead><tbody>" in body


def test_the_tabs_show_one_language_or_both_and_are_remembered(window):
    page = window(change_form(make_analysis("The River Is Low", "النهر منخفض")))
    assert page.is_visible("#id_title_en") and page.is_hidden("#id_title_ar")
    page.focus("#tab-en")
    page.keyboard.press("ArrowRight")
    assert page.is_hidden("#id_title_en") and page.is_visible("#id_title_ar")
    assert page.get_attribute("#tab-ar", "aria-selected") == "true"
    page.keyboard.press("ArrowRight")
    assert page.is_visible("#id_title_en") and page.is_visible("#id_title_ar")
    page.reload()
    assert page.get_attribute("#tab-all", "aria-selected") == "true"


def test_a_tab_says_that_there_is_an_error_behind_it(window):
    analysis = make_analysis("The River Is Low", "النهر منخفض")
    page = window(change_form(analysis))
    page.click("#tab-ar")
    page.fill("#id_slug_ar", "admin")
    page.click("#tab-en")
    page.click("input[name=_save]")
    page.wait_for_selector("#tab-ar.has-errors")
    assert "has errors" in page.inner_text("#tab-ar")
    assert page.is_visible("#id_slug_ar")


def test_without_scripts_every_language_is_shown(window):
    page = window(change_form(make_analysis("The River Is Low", "النهر منخفض")), java_script_enabled=False)
    for field in ("title_en", "title_ar", "body_en", "body_ar"):
        assert page.is_visible(f"#id_{field}")


@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("ar", "rtl")])
def test_each_language_is_written_in_its_own_direction_in_either_interface(window, language, direction):
    page = window(change_form(make_analysis("The River Is Low", "النهر منخفض")), language)
    wait_for_editors(page)
    assert page.get_attribute("html", "dir") == direction
    assert page.get_attribute("html", "lang") == language
    for field, expected in {"title_en": "ltr", "title_ar": "rtl", "slug_ar": "ltr", "summary_ar": "rtl"}.items():
        assert page.get_attribute(f"#id_{field}", "dir") == expected
    assert page.get_attribute("#id_title_ar", "lang") == "ar"
    editor = page.locator(".field-body_ar .ProseMirror")
    assert (editor.get_attribute("dir"), editor.get_attribute("lang")) == ("rtl", "ar")


def test_the_forms_ask_no_other_host_and_break_no_rule_of_the_policy(window, live_server):
    analysis = make_analysis("The River Is Low", "النهر منخفض", authors=[make_expert()], publish=["en"])
    image = make_image()
    for path in (change_form(analysis), f"/admin/thinktank/image/{image.pk}/change/", "/admin/thinktank/image/picker/"):
        page = window(path)
        page.wait_for_load_state("networkidle")
        assert [line for line in page.complaints if "Refused" in line or "violates" in line] == []
        assert [url for url in page.requested if not url.startswith((live_server.url, "data:", "blob:"))] == []


@pytest.mark.parametrize("language", ["en", "ar"])
def test_our_pages_of_the_newsroom_have_no_accessibility_findings(window, language):
    expert, image = make_expert(), make_image()
    topic, region, form = make_topic(), make_region(), make_format()
    analysis = make_analysis(
        "The River Is Low", "النهر منخفض", body_en=EVERYTHING, authors=[expert], topics=[topic], publish=["en"]
    )
    analysis.recommendations.create(recommended=make_analysis("Another"))
    addresses = [
        "", "analyses/analysis/", f"analyses/analysis/{analysis.pk}/change/", "analyses/analysis/add/",
        f"analyses/analysis/{analysis.pk}/publish/en/", f"analyses/analysis/{analysis.pk}/withdraw/en/",
        "analyses/pick/add/", "experts/expert/", f"experts/expert/{expert.pk}/change/", "taxonomy/topic/",
        f"taxonomy/topic/{topic.pk}/change/", f"taxonomy/region/{region.pk}/change/",
        f"taxonomy/format/{form.pk}/change/", "taxonomy/tag/add/", "thinktank/image/", "thinktank/image/add/",
        f"thinktank/image/{image.pk}/change/", "thinktank/image/picker/", "thinktank/page/add/",
    ]  # fmt: skip
    page = window("/admin/", language, bypass_csp=True)
    findings = []
    for address in addresses:
        page.goto(f"/admin/{address}")
        wait_for_editors(page)
        if page.locator("#tab-all").count():
            page.click("#tab-all")
        for found in Axe().run(page).response["violations"]:
            findings.append((address, found["id"], found["nodes"][0]["html"][:200]))
    assert findings == []
