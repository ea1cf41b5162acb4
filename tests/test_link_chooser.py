"""Links to the institute's own: found by title, in any language, by those who may know of what they find."""

import pytest
from django.contrib.auth.models import Permission, User

from analyses.models import Analysis
from tests.factories import edit, make_analysis, make_expert, make_page, make_region, make_topic, publish
from tests.newsroom import open_editor, written

pytestmark = pytest.mark.django_db


def found(client, q, language="en"):
    answer = client.get("/admin/links/", {"q": q, "language": language})
    assert answer.status_code == 200 and answer.headers["Content-Type"] == "application/json"
    return [(t["kind"], t["title"], t["path"], t["is_live"]) for t in answer.json()["targets"]]


@pytest.fixture
def writer(client):
    """Somebody on the staff who sees their own texts only."""
    user = User.objects.create_user("sami", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="write_own_analysis"))
    client.force_login(user)
    return client


def test_everything_with_an_address_is_found_by_its_title(admin_client):
    publish(make_analysis("Water in Basra", slug_en="water-basra"), "en")
    make_topic("Water", "المياه")
    make_region("Water Towns", "")
    make_expert("Walter Waters", "")
    make_page("Water Policy", "")
    assert found(admin_client, "wat") == [
        ("Analysis", "Water in Basra", "/policy-analysis/water-basra", True),
        ("Expert", "Walter Waters", "/experts/walter-waters", True),
        ("Topic", "Water", "/policy-analysis/water", True),
        ("Region or country", "Water Towns", "/policy-analysis/water-towns", True),
        ("Page", "Water Policy", "/water-policy", True),
    ]


def test_every_word_must_be_there_in_any_order(admin_client):
    make_topic("Water and Security", "")
    make_topic("Water", "")
    assert [title for _kind, title, *_ in found(admin_client, "security WATER")] == ["Water and Security"]
    assert found(admin_client, "") == found(admin_client, "  ") == []


def test_the_address_is_that_of_the_language_that_is_written_where_there_is_one(admin_client):
    make_topic("Water", "المياه", slug_en="water", slug_ar="almyah")
    make_topic("Waterways", "")
    assert [path for *_, path, _live in found(admin_client, "water", "ar")] == [
        "/ar/policy-analysis/almyah",
        "/policy-analysis/waterways",
    ]
    assert found(admin_client, "المياه") == [("Topic", "Water", "/policy-analysis/water", True)]


def test_a_draft_is_marked_as_one(admin_client):
    make_analysis("Dust over Basra", slug_en="dust")
    assert found(admin_client, "dust") == [("Analysis", "Dust over Basra", "/policy-analysis/dust", False)]


def test_who_sees_only_their_own_texts_finds_live_ones_under_the_title_that_readers_see(writer):
    make_analysis("Secret Quagga")
    live = publish(make_analysis("Dust over Basra", slug_en="dust"), "en")
    edit(live, title_en="Dust over the Secret Quagga")
    assert found(writer, "quagga") == []
    assert found(writer, "dust") == [("Analysis", "Dust over Basra", "/policy-analysis/dust", True)]


def test_a_writer_finds_their_own_draft(writer):
    mine = make_analysis("My Quagga", slug_en="my-quagga")
    Analysis.objects.filter(pk=mine.pk).update(created_by=User.objects.get(username="sami"))
    assert found(writer, "quagga") == [("Analysis", "My Quagga", "/policy-analysis/my-quagga", False)]


def test_nobody_else_is_answered(client):
    make_topic("Water")
    assert client.get("/admin/links/", {"q": "water"}).status_code == 302
    client.force_login(User.objects.create_user("reader"))
    assert client.get("/admin/links/", {"q": "water"}).status_code == 302


def test_what_no_page_of_ours_asks_is_refused(admin_client):
    assert admin_client.get("/admin/links/", {"q": "a", "language": "xx"}).status_code == 400
    assert admin_client.post("/admin/links/", {"q": "a"}).status_code == 405
    assert admin_client.get("/admin/links/", {"q": "%_\\'\"" + "x " * 900, "language": "ar"}).json() == {"targets": []}


def test_a_link_to_a_page_of_ours_follows_it(client):
    about = make_page("About", "من نحن", slug_en="about", slug_ar="mn-nhn")
    text = make_analysis("Reader", "قارئ", slug_en="reader", slug_ar="qary")
    body = '<p><a href="/about">us</a> <a href="/search">search</a></p>'
    publish(edit(text, body_en=body, body_ar=body), "en", "ar")
    assert '<a href="/about">us</a> <a href="/search">' in client.get("/policy-analysis/reader").content.decode()
    assert '<a href="/ar/mn-nhn">us</a>' in client.get("/ar/policy-analysis/qary").content.decode()
    edit(about, slug_en="about-us")
    assert client.get("/about").headers["Location"] == "/about-us"


# --- In the editor

browser = pytest.mark.django_db(transaction=True)


@browser
def test_a_link_is_chosen_with_the_keyboard_alone(window):
    publish(make_analysis("Dust over Basra", "غبار فوق البصرة", slug_en="dust", slug_ar="ghbar"), "en", "ar")
    page = open_editor(window, make_analysis("Reader", body_en="<p>See it</p>"))
    page.locator(".field-body_en .ProseMirror p").click()
    page.keyboard.press("Control+a")
    page.keyboard.press("Control+k")
    page.focus("#link-search")
    page.keyboard.type("dust")
    page.wait_for_selector("#link-targets [role=option]")
    page.keyboard.press("ArrowDown")
    assert page.get_attribute("#link-search", "aria-activedescendant") == "link-target-0"
    page.keyboard.press("Escape")
    assert page.is_visible("dialog") and page.is_hidden("#link-targets")
    page.keyboard.type(" ")
    page.wait_for_selector("#link-targets [role=option]")
    page.keyboard.press("Enter")
    assert page.input_value("dialog [name=href]") == "/policy-analysis/dust"
    page.keyboard.press("Enter")
    assert written(page, "en") == '<p><a href="/policy-analysis/dust">See it</a></p>'
    assert page.evaluate("document.activeElement.matches('.field-body_en .ProseMirror')")


@browser
def test_with_nothing_selected_the_link_has_the_title_in_the_texts_own_language(window):
    publish(make_analysis("Dust over Basra", "غبار فوق البصرة", slug_en="dust", slug_ar="ghbar"), "en", "ar")
    page = open_editor(window, make_analysis("Reader", "قارئ", body_ar="<p>انظر </p>"), "ar")
    page.click("#tab-ar")
    page.locator(".field-body_ar .ProseMirror p").click()
    page.keyboard.press("Control+End")
    page.click(".field-body_ar button[data-name=link]")
    assert page.evaluate("getComputedStyle(document.querySelector('dialog')).direction") == "rtl"
    page.fill("#link-search", "dust")
    page.click("#link-targets [role=option]")
    page.keyboard.press("Enter")
    assert '<a href="/ar/policy-analysis/ghbar">غبار فوق البصرة</a>' in written(page, "ar")


@browser
def test_an_address_is_typed_mended_refused_and_removed(window):
    page = open_editor(window, make_analysis("Reader", body_en="<p>Word</p>"))

    def answer(address):
        page.locator(".field-body_en .ProseMirror p").click()
        page.keyboard.press("Control+a")
        page.click(".field-body_en button[data-name=link]")
        page.fill("dialog [name=href]", address)
        page.keyboard.press("Enter")
        return written(page, "en")

    assert answer("example.org/a") == '<p><a href="https://example.org/a">Word</a></p>'
    answer("javascript:alert(1)")
    assert "begins with https://" in page.inner_text("dialog .error >> nth=-1")
    page.keyboard.press("Escape")
    assert answer("") == "<p>Word</p>"
