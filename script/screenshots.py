"""Makes the pictures of the editors' guide again, in docs/img/editors/, from a running demo.

    script/demo                     # in another terminal; it prints the password
    .venv/bin/python -m script.screenshots http://127.0.0.1:8000 PASSWORD

It needs the packages of requirements-dev.txt and, if Playwright has no Chromium of its own, CHROMIUM=/path/to/chromium. It
writes one text in the demo, takes it through everything that the guide tells of, in both languages of the interface,
and deletes it at the end. Names after the two arguments choose pictures: `… PASSWORD desk history`.
"""

import io
import os
import re
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

FOLDER = Path(__file__).resolve().parent.parent / "docs/img/editors"
LANGUAGES = ("en", "ar")
COLOURS = (128, 64, 32, 16)
MOST_BYTES = 120_000
TEXT = {
    "en": {
        "title": "Who Pays for the Water That Leaks Away?",
        "summary": "A third of the water of Amman is lost before it reaches a tap. Mending pipes costs less than a new dam.",
        "body": "<p>Every second night the pumps of the old quarter run dry.<sup class=\"footnote\">Interviews in Amman, "
        "March 2026.</sup> The water has not gone far: it is under the street.</p><h2>What is lost</h2><p>The utility counts "
        "what it pumps and what it bills. Between the two lies a third of the water.</p><ul><li>leaks in the mains</li>"
        "<li>meters that have stopped</li><li>connections that nobody registered</li></ul><p>A new dam would take nine years.</p>",
        "review": "Please look at the figures in the second part, until Thursday.",
        "corrected": ("a third", "nearly half"),
        "two": (
            "Nearly half of the water of Amman is lost before it reaches a tap. Mending pipes costs less than a new dam.",
            "A third of the water of Amman is lost before it reaches a tap. Mending pipes is cheaper than any dam.",
        ),
        "note": "An earlier version said that a third of the water is lost. It is nearly half.",
        "notice": "The figures of the utility, on which this text rests, have proved to be wrong.",
    },
    "ar": {
        "title": "من يدفع ثمن المياه التي تتسرب؟",
        "summary": "يضيع ثلث مياه عمّان قبل أن يصل إلى الصنابير، وإصلاح الأنابيب أقل كلفة من بناء سد جديد.",
        "body": "<p>تجف مضخات الحي القديم ليلةً بعد ليلة.<sup class=\"footnote\">مقابلات في عمّان، آذار/مارس 2026.</sup> "
        "ولم تذهب المياه بعيداً: إنها تحت الشارع.</p><h2>ما الذي يضيع</h2><p>تحصي الشركة ما تضخه وما تجبي ثمنه، وبين الرقمين "
        "ثلث المياه.</p><ul><li>تسرّب في الخطوط الرئيسية</li><li>عدادات متوقفة</li><li>وصلات لم يسجلها أحد</li></ul><p>أما السد "
        "الجديد فيحتاج إلى تسع سنوات.</p>",
        "review": "أرجو النظر في أرقام القسم الثاني قبل الخميس.",
        "corrected": ("ثلث", "نصف"),
        "two": (
            "يضيع نحو نصف مياه عمّان قبل أن يصل إلى الصنابير، وإصلاح الأنابيب أقل كلفة من بناء سد جديد.",
            "يضيع ثلث مياه عمّان قبل أن يصل إلى الصنابير، وإصلاح الأنابيب أرخص من أي سد.",
        ),
        "note": "ورد في صيغة سابقة أن ثلث المياه يضيع، والصحيح نحو نصفها.",
        "notice": "تبيّن أن أرقام الشركة التي يستند إليها هذا النص غير صحيحة.",
    },
}  # fmt: skip


class Camera:
    """The pages of one person, photographed in each language of the interface."""

    def __init__(self, browser, site, wanted):
        self.browser, self.site, self.wanted = browser, site, wanted
        self.taken = []

    def log_in(self, name, password):
        page = self.stranger(closed_sidebar=True)
        page.goto("/admin/")
        page.locator("input[name=login]").fill(name)
        page.locator("input[name=password]").fill(password)
        page.keyboard.press("Enter")
        page.locator(".desk, .errorlist, .errornote").first.wait_for()
        if "/accounts/login/" in page.url:
            sys.exit(f"{name} could not log in at {self.site}.")
        return page

    def stranger(self, closed_sidebar=False):
        """A page of somebody who is not logged in."""
        context = self.browser.new_context(
            viewport={"width": 1280, "height": 900}, base_url=self.site, color_scheme="light", reduced_motion="reduce"
        )
        if closed_sidebar:
            context.add_init_script("localStorage.setItem('django.admin.navSidebarIsOpen', 'false')")
        return context.new_page()

    def shoot(self, page, name, path, *parts, before=None, codes=LANGUAGES):
        """Open `path` in each language of the interface and take a picture of `parts`, selectors; of all if there is none."""
        for code in codes:
            if not self.wants(name):
                continue
            speak(page, code)
            page.goto(path[code] if isinstance(path, dict) else path)
            settle(page)
            if before:
                before(page, code)
                page.wait_for_timeout(300)
            self.take(page, f"{name}-{code}", *parts)

    def wants(self, name):
        return not self.wanted or name in self.wanted

    def take(self, page, name, *parts):
        if not self.wants(name.rpartition("-")[0]):
            return
        page.evaluate("document.activeElement?.matches('.ProseMirror') && document.activeElement.blur()")
        # What stays in view at the end of the window would lie over a picture that is taller.
        page.set_viewport_size({"width": 1280, "height": 4000 if parts and page.locator(".save-bar").count() else 900})
        boxes = [page.locator(part).first.bounding_box() for part in parts]
        top = page.evaluate("scrollY")
        clip = around([{**box, "y": box["y"] + top} for box in boxes]) if boxes else None
        taken = page.screenshot(full_page=bool(clip), clip=clip, animations="disabled", caret="hide")
        page.set_viewport_size({"width": 1280, "height": 900})
        size = write(FOLDER / f"{name}.png", taken)
        self.taken.append(name)
        print(f"{name}.png  {size // 1000} kB")


def around(boxes, margin=2):
    left, top = (max(0, min(box[side] for box in boxes) - margin) for side in ("x", "y"))
    right = min(1280, max(box["x"] + box["width"] for box in boxes) + margin)
    bottom = max(box["y"] + box["height"] for box in boxes) + margin
    return {"x": left, "y": top, "width": right - left, "height": bottom - top}


def write(path, taken):
    """The picture with as many colours as its size allows."""
    picture = Image.open(io.BytesIO(taken)).convert("RGB")
    for colours in COLOURS:
        picture.quantize(colours, dither=Image.Dither.NONE).save(path, optimize=True)
        if path.stat().st_size < MOST_BYTES:
            break
    return path.stat().st_size


def speak(page, code):
    """Let the newsroom speak a language to somebody who is in it."""
    site = re.match(r"https?://[^/]+", page.url)
    if site:
        page.context.add_cookies([{"name": "language", "value": code, "url": site[0]}])


def settle(page):
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(400)


def show_language(page, code):
    page.locator(f"#tab-{code}").click()


def write_body(page, code, html):
    page.evaluate(
        "([code, html]) => document.getElementById('id_body_' + code).proseEditor.commands.setContent(html)",
        [code, html],
    )


def save(page):
    page.locator("input[name=_continue]").first.click()
    settle(page)


def confirm(page, **fields):
    for name, value in fields.items():
        field = page.locator(f"#id_{name}")
        field.select_option(value) if name == "kind" else field.fill(value)
    page.locator(".submit-row input.default").click()
    settle(page)
    if not page.locator(".messagelist .success").count():
        sys.exit(f"{page.url}: {page.locator('.errorlist, .errornote').first.inner_text()}")


# --- What happens to the text


def begin(page):
    """Write the text in both languages; returns the address of its form."""
    speak(page, "en")
    page.goto("/admin/analyses/analysis/add/")
    settle(page)
    show_language(page, "all")
    for code, words in TEXT.items():
        page.locator(f"#id_title_{code}").fill(words["title"])
        page.locator(f"#id_summary_{code}").fill(words["summary"])
        write_body(page, code, words["body"])
    page.locator("#id_format").select_option(index=1)
    page.locator("#id_tags").fill("water, Amman")
    page.get_by_label("Water & Climate").check()
    page.get_by_label("Jordan", exact=True).check()
    for order, name in enumerate(["Rana Darwazeh", "Yusuf al-Rubaie"]):
        page.locator("#authorships-group .add-row a").click()
        page.locator(f"#id_authorships-{order}-expert").select_option(label=name)
        page.locator(f"#id_authorships-{order}-order").fill(str(order + 1))
    save(page)
    if "/change/" not in page.url:
        sys.exit(f"The text could not be saved: {page.locator('.errorlist, .errornote').first.inner_text()}")
    show_language(page, "en")
    return re.search(r"/admin/analyses/analysis/\d+/", page.url)[0]


def delete(page, text):
    page.goto(f"{text}delete/")
    page.locator("#content form [type=submit]").first.click()
    settle(page)


def change(page, text, code, old=None, new=None, **fields):
    """Open the form, change a word of the body or fields, and leave it unsaved."""
    page.goto(f"{text}change/")
    settle(page)
    show_language(page, code)
    if old:
        body = page.evaluate("code => document.getElementById('id_body_' + code).proseEditor.getHTML()", code)
        assert old in body, (code, old)
        write_body(page, code, body.replace(old, new, 1))
    for name, value in fields.items():
        page.locator(f"#id_{name}").fill(value)


def writing(camera, page, text):
    form = f"{text}change/"
    camera.shoot(page, "writing", form, before=begin_at_the_tabs)
    camera.shoot(
        page,
        "side-by-side",
        form,
        ".language-tabs",
        "#panel-en .prose-editor",
        "#panel-ar .prose-editor",
        before=lambda page, _code: show_language(page, "all"),
    )
    camera.shoot(page, "preview", form, before=open_preview)
    camera.shoot(page, "link", form, "dialog", before=open_link)
    camera.shoot(page, "authors", form, "#authorships-group")
    camera.shoot(page, "in-every-language", form, "fieldset.module.aligned:has(#id_format)")
    for code in LANGUAGES:
        camera.shoot(page, "checks", form, "#checks", before=spoil, codes=[code])
        discard(page, text)


def begin_at_the_tabs(page, code):
    close_preview(page)
    show_language(page, code)
    page.evaluate("scrollTo(0, document.querySelector('.language-tabs').getBoundingClientRect().top + scrollY - 16)")


def open_preview(page, code):
    close_preview(page)
    show_language(page, code)
    page.locator(f"[data-preview={code}]").click()
    page.wait_for_timeout(2500)


def close_preview(page):
    if page.locator(".preview-close").is_visible():
        page.locator(".preview-close").click()


def open_link(page, code):
    close_preview(page)
    show_language(page, code)
    page.locator(f"#id_body_{code} ~ .prose-menubar, .language-{code} .prose-menubar").first.locator(
        "[data-name=link]"
    ).click()
    page.locator("#link-search").press_sequentially({"en": "water", "ar": "المياه"}[code])
    page.locator("#link-targets [role=option]").first.wait_for()


def spoil(page, code):
    """What the checks speak of: no summary, a level of heading skipped and a link that says nothing."""
    show_language(page, code)
    page.locator(f"#id_summary_{code}").fill("")
    link = {"en": "here", "ar": "هنا"}[code]
    body = TEXT[code]["body"].replace("h2>", "h3>")
    write_body(page, code, f'{body}<p><a href="https://example.org/report">{link}</a></p>')
    page.locator(f".findings:has(#findings-{code}) .findings-blocking").wait_for()
    page.wait_for_timeout(1000)


def discard(page, text):
    """Leave nothing to be restored."""
    page.goto(f"{text}change/")
    settle(page)
    if page.locator("#draft-question").count():
        page.locator("#draft-question form button").nth(1).click()
        settle(page)


def coming_back(camera, page, text):
    for code in LANGUAGES:
        change(page, text, code, *TEXT[code]["corrected"])
        page.wait_for_timeout(4000)
        camera.shoot(page, "draft-question", f"{text}change/", "#draft-question",
                     before=lambda page, _code: page.locator("#draft-question summary").click(), codes=[code])  # fmt: skip
        discard(page, text)


def reviewing(camera, page, text):
    for code, words in TEXT.items():
        page.goto(f"{text}review/{code}/")
        confirm(page, note=words["review"])
    camera.shoot(page, "publication", f"{text}change/", ".publication")
    camera.shoot(page, "desk", "/admin/", "#header", ".desk")
    camera.shoot(page, "list", "/admin/analyses/analysis/")
    camera.shoot(page, "clock-change", {code: f"{text}publish/{code}/" for code in LANGUAGES}, "#content h1", "#content-main",
                 before=ask_of_the_clock)  # fmt: skip


def ask_of_the_clock(page, _code):
    page.locator("#id_at").fill("2027-03-28T02:30")
    page.locator("#id_zone").select_option("Europe/Berlin")
    page.locator(".submit-row input.default").click()
    settle(page)


def correcting(camera, page, text):
    for code in LANGUAGES:
        page.goto(f"{text}publish/{code}/")
        confirm(page, at="")
    for code, words in TEXT.items():
        change(page, text, code, *words["corrected"])
        save(page)
        camera.shoot(
            page,
            "correction",
            f"{text}publish/{code}/",
            "#content h1",
            "#content-main",
            before=fill_correction,
            codes=[code],
        )
    camera.shoot(page, "history", f"{text}history/", "#content h1", "#content-main")
    camera.shoot(
        page, "comparison", f"{text}history/", "#content h1", "#content-main", before=lambda page, _code: compare(page)
    )
    for code in LANGUAGES:
        page.goto(f"{text}publish/{code}/")
        fill_correction(page, code)
        confirm(page)


def fill_correction(page, code):
    page.locator("#id_kind").select_option("correction")
    page.locator("#id_note").fill(TEXT[code]["note"])


def compare(page):
    page.locator("input[name=from]").last.check()
    page.locator("form.history .submit-row input").click()
    settle(page)


def addresses(page, text):
    """Where readers find the text, in each language."""
    page.goto(f"{text}change/")
    return {
        code: page.locator(f".publication tr:has(th[lang={code}]) a").first.get_attribute("href") for code in LANGUAGES
    }


def two_people(camera, page, other, text):
    for code in LANGUAGES:
        speak(other, code)
        speak(page, code)
        mine, theirs = TEXT[code]["two"]
        change(page, text, code, **{f"summary_{code}": mine})
        change(other, text, code, **{f"summary_{code}": theirs})
        save(other)
        save(page)
        camera.take(page, f"conflict-{code}", ".conflicts")
        discard(page, text)


def sharing(camera, page, text):
    for code in LANGUAGES:
        speak(page, code)
        page.goto(f"{text}preview-links/")
        make_link(page, code)
        camera.take(page, f"preview-links-{code}", "#content h1", "#content-main")
        guest = camera.stranger()
        guest.goto(page.locator(".new-address input").input_value())
        settle(guest)
        camera.take(guest, f"draft-{code}")


def make_link(page, code):
    page.locator("input[name=languages][value=en]").set_checked(code == "en")  # both languages, then Arabic alone
    page.locator("#id_label").fill({"en": "Dr. Haddad, reviewer", "ar": "د. حداد، محكّم"}[code])
    page.locator(".submit-row input.default").click()
    settle(page)


def withdrawing(camera, page, text, readers):
    for code, words in TEXT.items():
        camera.shoot(page, "withdraw", f"{text}withdraw/{code}/", "#content h1", "#content-main",
                     before=lambda page, code: page.locator("#id_notice").fill(TEXT[code]["notice"]), codes=[code])  # fmt: skip
        page.goto(f"{text}withdraw/{code}/")
        confirm(page, reason="A letter of the utility.", notice=words["notice"])
        camera.shoot(camera.stranger(), "withdrawn", readers[code], "main", codes=[code])


def pictures(camera, page):
    camera.shoot(page, "library", "/admin/thinktank/image/")
    page.goto("/admin/thinktank/image/")
    picture = page.locator(".pictures .tile a").first.get_attribute("href")
    camera.shoot(page, "picture", picture, ".field-preview", ".field-licence_until")


def main(site, password, *wanted):
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ.get("CHROMIUM") or None, args=["--no-sandbox"])
        camera = Camera(browser, site, wanted)
        page, other = camera.log_in("administrator", password), camera.log_in("editor", password)
        camera.shoot(page, "second-factor", "/accounts/2fa/", "main h1", "main .panel:last-of-type")
        pictures(camera, page)
        text = begin(page)
        try:
            writing(camera, page, text)
            coming_back(camera, page, text)
            reviewing(camera, page, text)
            correcting(camera, page, text)
            readers = addresses(page, text)
            camera.shoot(camera.stranger(), "corrected", readers, ".corrections", ".versions",
                         before=lambda page, _code: page.locator(".versions summary").click())  # fmt: skip
            two_people(camera, page, other, text)
            sharing(camera, page, text)
            withdrawing(camera, page, text, readers)
        finally:
            delete(page, text)
        browser.close()


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
