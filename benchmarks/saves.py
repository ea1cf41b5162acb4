"""Saves a text while the process that saves it is killed at random, and looks what of it is there.

    python benchmarks/saves.py [--saves 200]

Starts a PostgreSQL of its own in a temporary folder and gunicorn as in production. Each save sends the form of the
editing page with its number in the title, the summary, the text, an author's note and a tag, and while the answer is awaited the
worker is killed (SIGKILL) in every second one, at a random moment. After each, the database is asked: an acknowledged save must be
there, and the numbers must be the same everywhere, in the newest revision too. The program ends with 1 if not.
"""

import argparse
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from html.parser import HTMLParser
from http.client import HTTPException
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, Request, build_opener

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from script.postgres import Postgres  # noqa: E402

PATIENCE = 60  # seconds until a killed worker must have been replaced


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--saves", type=int, default=200)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="thinktank-benchmark-") as folder:
        Path(folder).chmod(0o711)
        with Postgres(Path(folder) / "postgres") as url:
            return run(url, folder, options.saves)


def run(url, folder, saves):
    port = free_port()
    os.environ |= {
        "DATABASE_URL": url, "DATA_DIR": folder, "THINKTANK_SITE_URL": f"http://127.0.0.1:{port}",
        "THINKTANK_SECRET_KEY": "only-for-a-benchmark", "THINKTANK_REQUIRE_SECOND_FACTOR": "0",
        "DJANGO_SETTINGS_MODULE": "thinktank.settings",
    }  # fmt: skip
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    text, cookie = begin()
    command = [sys.executable, "-m", "gunicorn", "thinktank.wsgi", "--bind", f"127.0.0.1:{port}", "--preload"]
    command += ["--worker-class", "gthread", "--workers", "1", "--threads", "4", "--log-level", "critical"]
    server = subprocess.Popen([*command, "--no-control-socket"], cwd=ROOT)
    try:
        return save_and_kill(text, Editor(f"http://127.0.0.1:{port}", text.pk, cookie), server.pid, saves)
    finally:
        server.terminate()
        server.wait(20)


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


def begin():
    """A text with an author, and the session of somebody who may edit it."""
    from django.conf import settings
    from django.contrib.auth.models import User
    from django.test import Client

    from analyses.models import Analysis
    from experts.models import Expert
    from taxonomy.models import Format

    text = Analysis.objects.create(title_en="Save 0", summary_en="Save 0", body_en="<p>Save 0</p>" * 40, format=Format.objects.create(name_en="Brief"))  # fmt: skip
    text.authorships.create(expert=Expert.objects.create(name_en="Somebody"), note_en="Save 0")
    text.tags.add("Save 0")
    client = Client()
    client.force_login(User.objects.create_superuser("benchmark"))
    return text, client.cookies[settings.SESSION_COOKIE_NAME].OutputString().split(";")[0]


def save_and_kill(text, editor, master, saves):
    acknowledged, refused, kills, lost, half, moments = 0, 0, 0, 0, 0, [0.5]
    chance = random.Random(20)
    for number in range(1, saves + 1):
        form = editor.form()
        killer = None
        if number % 2:
            killer = threading.Timer(chance.uniform(0, sorted(moments)[len(moments) // 2]), kill_worker, [master])
            killer.start()
            kills += 1
        begun = time.perf_counter()
        was_acknowledged = editor.save(form, number)
        if killer:
            killer.join()
        else:
            moments.append(time.perf_counter() - begun)
        found = numbers(text)
        half += len(found) != 1
        lost += was_acknowledged and found != {number}
        half += not was_acknowledged and not found <= {number, acknowledged}
        refused += not was_acknowledged
        acknowledged = max(found)
        if number % 20 == 0:
            print(f"{number} saves, {kills} kills: {refused} without an answer, {lost} lost, {half} half", flush=True)
    print(f"Acknowledged: {saves - refused}; lost of them: {lost}. Killed: {kills}; left half: {half}.")
    return bool(lost or half)


def kill_worker(master):
    found = subprocess.run(["pgrep", "-P", str(master)], capture_output=True, text=True).stdout.split()
    for pid in found:
        try:
            os.kill(int(pid), signal.SIGKILL)
        except ProcessLookupError:
            pass


def numbers(text):
    """The numbers of saves that the database holds, everywhere that one was written; and that of the newest revision."""
    import re

    from django.db import connection

    from analyses import revisions
    from analyses.models import Analysis

    for _attempt in range(100):  # the killed worker's transaction may still hold the row for a moment
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in%%'"
            )
            if not cursor.fetchone()[0]:
                break
        time.sleep(0.05)
    stored = Analysis.objects.get(pk=text.pk)
    written = [stored.title_en, stored.summary_en, stored.body_en, *stored.tags.names()]
    written += stored.authorships.values_list("note_en", flat=True)
    newest = revisions.of(stored).first()
    if newest:
        state = revisions.state(newest)
        written += [
            state["title_en"],
            state["summary_en"],
            state["body_en"],
            *state["tags"],
            state["authors"][0]["note_en"],
        ]
    return {int(number) for words in written for number in re.findall(r"Save (\d+)", words)}


class Editor:
    """Somebody at the editing page, without a browser."""

    def __init__(self, site, pk, cookie):
        self.url, self.cookie = f"{site}/admin/analyses/analysis/{pk}/change/", cookie
        self.open = build_opener(NoRedirect).open

    def form(self):
        """The fields of the form, as soon as there is somebody to answer."""
        end = time.monotonic() + PATIENCE
        while True:
            try:
                with self.open(Request(self.url, headers={"Cookie": self.cookie}), timeout=20) as answer:
                    page = Fields(answer.read().decode())
                    token = next(part for part in answer.headers.get_all("Set-Cookie") if part.startswith("csrf"))
                    self.token = token.split(";")[0]
                    return page.fields
            except (OSError, HTTPException):
                if time.monotonic() > end:
                    raise
                time.sleep(0.05)

    def save(self, form, number):
        """Whether the save was acknowledged."""
        words = f"Save {number}"
        sent = dict(form) | {
            "title_en": words, "summary_en": words, "body_en": f"<p>{words}</p>" * 40, "tags": f'"{words}"',
            "authorships-0-note_en": words, "_continue": "1",
        }  # fmt: skip
        headers = {"Cookie": f"{self.cookie}; {self.token}", "Referer": self.url}
        try:
            self.open(Request(self.url, urlencode(sent).encode(), headers), timeout=PATIENCE).close()
        except HTTPError as error:
            if error.code != 302:
                raise SystemExit(f"Save {number} was answered with {error.code}.") from None
            return True
        except (OSError, HTTPException):
            return False
        raise SystemExit(f"Save {number} came back with an error in the form.")


class NoRedirect(HTTPRedirectHandler):
    def redirect_request(self, *arguments):
        return None


class Fields(HTMLParser):
    """The fields of the editing page as a browser would send them, as far as this program needs them."""

    def __init__(self, page):
        super().__init__()
        self.fields, self.area, self.choice = {}, None, None
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "input" and given.get("name") and given.get("type") in ("hidden", "text", "number", None):
            self.fields[given["name"]] = given.get("value") or ""
        elif tag == "textarea":
            self.area = given.get("name")
            self.fields[self.area] = ""
        elif tag == "select":
            self.choice = given.get("name")
        elif tag == "option" and "selected" in given and self.choice:
            self.fields[self.choice] = given.get("value", "")

    def handle_endtag(self, tag):
        if tag == "textarea":
            self.area = None

    def handle_data(self, data):
        if self.area:
            self.fields[self.area] += data


if __name__ == "__main__":
    sys.exit(main())
