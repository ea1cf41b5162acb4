"""The library in a browser: dropping files, the focal point by mouse and keyboard, choosing, and no finding of axe."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import User

from analyses.models import Analysis
from tests.browser import chromium as launched
from tests.factories import make_analysis, make_expert, make_image, picture_file
from tests.newsroom import wait_for_the_server
from thinktank.models import Image

pytestmark = pytest.mark.django_db(transaction=True)

LIBRARY = "/admin/thinktank/image/"


@pytest.fixture(scope="module")
def chromium():
    with launched() as browser:
        yield browser


@pytest.fixture
def window(chromium, live_server, client):
    client.force_login(User.objects.create_superuser("rana"))
    contexts = []

    def open_page(path, language="en", **options):
        context = chromium.new_context(base_url=live_server.url, color_scheme="light", **options)
        contexts.append(context)
        cookies = {"session": client.cookies["session"].value, "language": language}
        context.add_cookies([{"name": n, "value": v, "url": live_server.url} for n, v in cookies.items()])
        page = context.new_page()
        page.complaints = []
        page.on("console", lambda line: page.complaints.append(line.text))
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    wait_for_the_server()


def bytes_of(color, **options):
    return picture_file(color=color, **options).read()


def test_dropped_files_are_sent_one_by_one_and_each_is_answered(window):
    page = window(f"{LIBRARY}upload/")
    page.evaluate(
        """([pictures, other]) => {
            const data = new DataTransfer()
            pictures.forEach((bytes, n) => data.items.add(new File([new Uint8Array(bytes)], `river-${n}.jpg`, {type: "image/jpeg"})))
            data.items.add(new File([other], "drawing.svg", {type: "image/svg+xml"}))
            document.querySelector(".drop-zone").dispatchEvent(new DragEvent("drop", {dataTransfer: data, bubbles: true, cancelable: true}))
        }""",
        [[list(bytes_of("red")), list(bytes_of("green"))], "<svg xmlns='http://www.w3.org/2000/svg'/>"],
    )
    page.locator("[data-progress]", has_text="3 of 3").wait_for(state="attached")
    lines = page.locator(".answer").all_inner_texts()
    assert "river-0.jpg: Taken in." in lines[0] and "river-1.jpg: Taken in." in lines[1]
    assert "drawing.svg: This is not a JPEG" in lines[2]
    page.click("[data-describe-them]")
    assert page.locator(".describe-one").count() == 2 and Image.objects.count() == 2
    for number, image in enumerate(Image.objects.order_by("pk")):
        page.fill(f"#id_form-{image.pk}-alt_en", f"River {number}")
        page.fill(f"#id_form-{image.pk}-alt_ar", f"نهر {number}")
    page.fill("#id_all-credit", "Sami Qasim")
    page.click(".submit-row input[type=submit]")
    page.wait_for_selector(".tile")
    assert set(Image.objects.values_list("alt_en", "credit")) == {("River 0", "Sami Qasim"), ("River 1", "Sami Qasim")}
    assert [line for line in page.complaints if "Refused" in line or "violates" in line] == []


def test_chosen_files_are_taken_in_and_one_that_is_there_already_is_offered(window):
    known = make_image(file=picture_file(color="olive"))
    page = window(f"{LIBRARY}upload/")
    page.set_input_files("#id_files", [{"name": "again.jpg", "mimeType": "image/jpeg", "buffer": bytes_of("olive")}])
    page.wait_for_selector(".answer img:not([hidden])")
    assert "again.jpg: It is in the library already." in page.locator(".answer").inner_text()
    assert page.get_attribute(".answer a", "href") == f"{LIBRARY}{known.pk}/change/"
    assert page.locator("[data-describe-them]").is_hidden()


def test_a_file_that_is_too_large_is_not_even_sent(window):
    page = window(f"{LIBRARY}upload/")
    page.evaluate("document.querySelector('.upload').dataset.mostBytes = 100")
    page.set_input_files("#id_files", [{"name": "big.jpg", "mimeType": "image/jpeg", "buffer": bytes_of("red")}])
    page.wait_for_selector(".answer.refused")
    assert "larger than 25 MB" in page.locator(".answer").inner_text() and not Image.objects.exists()


def test_the_focal_point_follows_the_mouse_and_the_arrow_keys_and_so_do_the_crops(window):
    image = make_image()
    page = window(f"{LIBRARY}{image.pk}/change/")
    before = page.locator(".crops img").nth(1).evaluate("image => image.style.objectPosition")
    box = page.locator(".focal img").bounding_box()
    page.locator(".focal img").click(position={"x": box["width"] * 0.9, "y": box["height"] * 0.25})
    assert (page.input_value("#id_focal_x"), page.input_value("#id_focal_y")) == ("90", "25")
    after = page.locator(".crops img").nth(1).evaluate("image => image.style.objectPosition")
    assert before.startswith("50%") and after.startswith("100%")
    page.focus(".focal")
    for key in ("ArrowLeft", "ArrowLeft", "Shift+ArrowLeft", "ArrowDown", "Shift+ArrowUp"):
        page.keyboard.press(key)
    assert (page.input_value("#id_focal_x"), page.input_value("#id_focal_y")) == ("78", "16")
    assert page.inner_text("[data-focal-now]") == "78 percent across, 16 percent down"
    with page.expect_navigation():
        page.click("input[name=_continue]")
    page.wait_for_selector(".messagelist")
    image.refresh_from_db()
    assert (image.focal_x, image.focal_y) == (78, 16)


def test_a_lead_picture_is_chosen_and_removed_by_keyboard(window):
    image = make_image("A dry riverbed", "مجرى نهر جاف")
    analysis = make_analysis("The River Is Low")
    page = window(f"/admin/analyses/analysis/{analysis.pk}/change/")
    page.focus("[data-choose]")
    with page.expect_popup() as opened:
        page.keyboard.press("Enter")
    opened.value.focus(f'button[data-image="{image.pk}"]')
    opened.value.keyboard.press("Enter")
    page.locator(".picture-name", has_text="riverbed").wait_for()
    assert page.input_value("#id_image") == str(image.pk)
    assert page.evaluate("document.activeElement.hasAttribute('data-choose')")
    with page.expect_navigation():
        page.click("input[name=_continue]")
    page.wait_for_selector(".messagelist")
    assert Analysis.objects.get().image == image
    page.focus("[data-remove]")
    page.keyboard.press("Enter")
    assert page.inner_text(".picture-name") == "No picture"
    with page.expect_navigation():
        page.click("input[name=_continue]")
    page.wait_for_selector(".messagelist")
    assert Analysis.objects.get().image is None


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_pages_of_the_library_have_no_accessibility_findings(window, language):
    image, gone = make_image(credit="Sami Qasim"), make_image("A bridge", "جسر", picture_file(color="red"))
    bare = Image.objects.create(file=picture_file(color="green"))
    gone.withdraw("The wrong person is in it.")
    make_analysis("The River Is Low", image=image)
    make_expert(photo=image)
    page = window("/admin/", language, bypass_csp=True)
    findings = []
    paths = [
        "", "?use=unused", "upload/", "picker/", f"{image.pk}/change/", f"{gone.pk}/change/", f"{image.pk}/withdraw/",
        f"{gone.pk}/restore/", f"{image.pk}/replace/", f"describe/?images={image.pk},{bare.pk}", f"{image.pk}/delete/",
    ]  # fmt: skip
    for path in paths:
        page.goto(LIBRARY + path)
        if path.startswith("describe"):
            page.click(".submit-row input[type=submit]")
            page.wait_for_selector(".errornote")
        for found in Axe().run(page).response["violations"]:
            findings.append((path, found["id"], found["nodes"][0]["html"][:200]))
    assert findings == []


def test_without_a_script_files_are_taken_in_all_the_same(window):
    page = window(f"{LIBRARY}upload/", java_script_enabled=False)
    given = [{"name": f"{c}.jpg", "mimeType": "image/jpeg", "buffer": bytes_of(c)} for c in ("red", "green")]
    page.set_input_files("#id_files", given)
    page.click(".submit-row input[type=submit]")
    assert re.search(r"describe/\?images=", page.url) and page.locator(".describe-one").count() == 2
