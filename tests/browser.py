"""A reader's browser, and the small institute on a running server, for tests that need both."""

import os
from contextlib import contextmanager

from django.core.management import call_command
from django.db import connections
from django.test import override_settings
from playwright.sync_api import sync_playwright
from pytest_django.live_server_helper import LiveServer

from tests.factories import ago, make_analysis, make_institute, publish

QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


WORDS = "الماء منخفض والحقول جافة ولم يقل أحد في أعلى النهر متى يتغير ذلك. " * 60
ARABIC_BODY = f"""<p><strong>المناسيب.</strong> كان المقياس عند الجسر أدنى من أي خريف مضى.<sup class="footnote">وزارة المياه،
<cite>Gauges</cite>، ص 12.</sup></p><h2>ما تقوله المقاييس</h2><p>{WORDS}</p><h3>الأرقام</h3><table><caption>أمتار فوق
القاع</caption><thead><tr><th scope="col">الشهر</th><th scope="col">المنسوب</th></tr></thead><tbody><tr><th
scope="row">أيار</th><td>4.1</td></tr></tbody></table><blockquote class="pullquote"><p>النهر وعد بين الجيران.</p></blockquote>
<h2>ما العمل</h2><p>{WORDS} انظر <a href="https://example.org/report">التقرير</a>.<sup class="footnote">مقابلة في
<a href="https://example.org/interview">الشهر نفسه</a>.</sup></p>"""


@contextmanager
def chromium():
    # Playwright's loop runs in this thread, where Django would otherwise refuse to talk to the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ.get("CHROMIUM") or None, args=QUIET)
        yield browser
        browser.close()
        connections.close_all()  # inside the loop Django keeps connections of their own, which nobody else would close
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@contextmanager
def running_institute(database, media):
    """The address of a server with `make_institute` and a long text in Arabic, which a whole module reads; pytest-django's own serves one test."""
    with database.unblock():
        server = LiveServer("localhost")
        try:
            with override_settings(MEDIA_ROOT=media, SITE_URL=server.url, ALLOWED_HOSTS=["localhost"]):
                institute = make_institute()
                report = make_analysis(
                    "Two Rivers", "نهران", body_ar=ARABIC_BODY, original_language="ar", authors=[institute.rana],
                    topics=[institute.water], regions=[institute.iraq],
                )  # fmt: skip
                publish(report, "ar", "en", at=ago(days=12))
                yield server.url
        finally:
            server.stop()
            call_command("flush", verbosity=0, interactive=False)
