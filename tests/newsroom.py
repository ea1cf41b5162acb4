"""The newsroom in a browser, for tests of what staff see and type; the fixtures are offered to every test by conftest."""

import os
import time

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection
from playwright.sync_api import expect, sync_playwright

from tests.browser import QUIET

QUIET_CHECKS = 6


@pytest.fixture(scope="module")
def newsroom_browser():
    # Playwright's loop runs in this thread, where Django would otherwise refuse to talk to the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ.get("CHROMIUM") or None, args=QUIET)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def window(newsroom_browser, live_server, client):
    """Opens a page as an administrator, in the interface language given; what the browser complains of is kept."""
    client.force_login(User.objects.create_superuser("rana"))
    contexts = []

    def open_page(path, language="en", **options):
        context = newsroom_browser.new_context(base_url=live_server.url, color_scheme="light", **options)
        contexts.append(context)
        cookies = {settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value}
        cookies[settings.LANGUAGE_COOKIE_NAME] = language
        context.add_cookies([{"name": n, "value": v, "url": live_server.url} for n, v in cookies.items()])
        page = context.new_page()
        page.complaints = []
        page.requested = []
        page.on("console", lambda m: page.complaints.append(m.text) if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.on("request", lambda request: page.requested.append(request.url))
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    wait_for_the_server()


def wait_for_the_server():
    """Until it has answered what pages sent while they were closed: the tables are emptied next, which would lock it out.

    It is idle between two queries of a request as well, and a page's last words may still be on their way: so for a while.
    """
    busy = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'"
    quiet = 0
    for _attempt in range(200):
        with connection.cursor() as cursor:
            cursor.execute(busy)
            quiet = 0 if cursor.fetchone()[0] else quiet + 1
        if quiet == QUIET_CHECKS:
            return
        time.sleep(0.05)


def change_form(analysis):
    return f"/admin/analyses/analysis/{analysis.pk}/change/"


def wait_for_editors(page):
    # A condition in JavaScript would be evaluated again and again, which the page's policy refuses.
    ready = page.locator(".prose-editor:has([role=toolbar]) > textarea")
    expect(ready).to_have_count(page.locator("textarea[data-django-prose-editor-configurable]").count())


def written(page, code):
    """What the editor of one language would store now."""
    return page.evaluate("code => document.getElementById('id_body_' + code).proseEditor.getHTML()", code)


def open_editor(window, analysis, language="en"):
    """The form of an analysis with its editors ready; returns the page."""
    page = window(change_form(analysis), language)
    wait_for_editors(page)
    return page


def paste(page, html, text="", code="en"):
    """Paste into the editor of one language what another program would have put on the clipboard."""
    page.evaluate(
        """([code, html, text]) => {
            const data = new DataTransfer()
            if (html) data.setData("text/html", html)
            data.setData("text/plain", text)
            const { view } = document.getElementById("id_body_" + code).proseEditor
            view.focus()
            view.dom.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }))
        }""",
        [code, html, text],
    )
