"""Measures the pages that staff use: SQL queries and the server's time, in an archive of 100,000 analyses.

    python benchmarks/newsroom.py [--analyses 100000]

Starts a PostgreSQL of its own with its default settings in a temporary folder and fills it: rows as an import leaves
them, the search of the working copies among them, but with few words in each text. One text has 3,000 words in each
language, forty footnotes and twenty revisions. The pages are made by Django's test client, through every middleware.
What is held against the aims is processor time, of Python and of the database's process for this connection: it is what
a page takes on a machine that does nothing else. A page that takes longer or asks more than it may is marked, and the
program then ends with 1.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from script.postgres import Postgres  # noqa: E402

ROUNDS = 15
BATCH = 5000
PEOPLE, TOPICS, REGIONS = 300, 12, 25
WORDS = "the water is low and fields lie dry where canals of provinces carry less than gauges said a year ago".split()
# Of a hundred texts so many stand so; the rest is live.
STATES = {"en": {"draft": 14, "newer-draft": 4, "in-review": 1, "scheduled": 1, "withdrawn": 2},
          "ar": {"nothing": 60, "draft": 8, "newer-draft": 2, "in-review": 1, "withdrawn": 1}}  # fmt: skip
PARAGRAPH = "<p>" + "{} " * 75 + '<sup class="footnote">Gauges, p. {}.</sup></p>'


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--analyses", type=int, default=100_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="thinktank-benchmark-") as folder:
        Path(folder).chmod(0o711)
        with Postgres(Path(folder) / "postgres") as url:
            misses = run(url, folder, options.analyses)
    for miss in misses:
        print(f"! {miss}")
    return bool(misses)


def run(url, folder, number):
    os.environ |= {
        "DATABASE_URL": url, "DATA_DIR": folder, "THINKTANK_SITE_URL": "http://testserver",
        "THINKTANK_SECRET_KEY": "only-for-a-benchmark", "THINKTANK_REQUIRE_SECOND_FACTOR": "0",
        "DJANGO_SETTINGS_MODULE": "thinktank.settings",
    }  # fmt: skip
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    fill(number)
    print(f"{number:,} analyses. {'':29}{'queries':>8}{'processor':>11}{'longest':>9}{'elapsed':>9}{'longest':>9}")
    return [miss for page in pages(long_text()) for miss in measured(*page)]


# --- The archive


def fill(number):
    """Rows as an import leaves them."""
    from django.db import connection

    from analyses import working_search
    from experts.models import Expert
    from taxonomy.models import Format, Region, Topic

    experts = [Expert.objects.create(name_en=f"Person {n}", name_ar=f"شخص {n}") for n in range(PEOPLE)]
    topics = [Topic.objects.create(name_en=f"Topic {n}", name_ar=f"موضوع {n}") for n in range(TOPICS)]
    for n in range(REGIONS):
        Region.objects.create(name_en=f"Region {n}", name_ar=f"منطقة {n}")
    formats = [Format.objects.create(name_en=f"Format {n}", name_ar=f"نوع {n}") for n in range(6)]
    for start in range(0, number, BATCH):
        add(range(start, min(start + BATCH, number)), experts, topics, formats)
    working_search.rebuild()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def add(numbers, experts, topics, formats):
    from analyses.models import Analysis, Authorship
    from analyses.states import LanguageState

    rows = Analysis.objects.bulk_create(
        Analysis(
            title_en=f"{words(n, 6).capitalize()} {n}", slug_en=f"text-{n}", summary_en=words(n, 20),
            body_en=f"<p>{words(n, 40)}</p>", format=formats[n % len(formats)],
            title_ar=f"نص {n}" if state_of("ar", n) != "nothing" else "", slug_ar=f"nass-{n}",
        )
        for n in numbers
    )  # fmt: skip
    Authorship.objects.bulk_create(
        Authorship(analysis=row, expert=experts[(n * step) % PEOPLE], order=order)
        for n, row in zip(numbers, rows, strict=True)
        for order, step in enumerate((1, 7)[: n % 3])
        if not (order and (n * 7 - n) % PEOPLE == 0)
    )
    tagged = Analysis.topics.through
    tagged.objects.bulk_create(
        tagged(analysis=row, topic=topics[n % TOPICS]) for n, row in zip(numbers, rows, strict=True)
    )
    LanguageState.objects.bulk_create(
        LanguageState(analysis=row, language=code, state=state_of(code, n))
        for n, row in zip(numbers, rows, strict=True)
        for code in STATES
    )


def words(n, count):
    return " ".join(WORDS[(n * 7 + step * (1 + n % 5)) % len(WORDS)] for step in range(count))


def state_of(code, n):
    place = (n * 37) % 100
    for state, share in STATES[code].items():
        place -= share
        if place < 0:
            return state
    return "live"


def long_text():
    """3,000 words in each language, with forty notes, three authors, live, and saved twenty times since."""
    from django.contrib.auth.models import User

    from analyses import revisions
    from analyses.models import Analysis
    from experts.models import Expert
    from taxonomy.models import Format, Region, Topic

    user = User.objects.create_superuser("benchmark")
    body = "".join(PARAGRAPH.format(*(WORDS[(n + m) % len(WORDS)] for m in range(75)), n) for n in range(40))
    text = Analysis.objects.create(
        title_en="A Text of 3,000 Words", title_ar="نص من ثلاثة آلاف كلمة", summary_en="Long.", summary_ar="طويل.",
        body_en=body, body_ar=body, format=Format.objects.first(),
    )  # fmt: skip
    for order, expert in enumerate(Expert.objects.order_by("pk")[:3]):
        text.authorships.create(expert=expert, order=order)
    text.topics.set(Topic.objects.all()[:2])
    text.regions.set(Region.objects.all()[:2])
    for code in ("en", "ar"):
        text.publish(code)
    for number in range(20):
        with revisions.record(text, user):
            text.body_en = body.replace("water", f"water {number}", number + 1)
            text.save()
    return text


# --- The pages


def pages(text):
    """`(name, request, most queries, most milliseconds)`; a request is `(method, path, form)`."""
    listed, change = "/admin/analyses/analysis/", f"/admin/analyses/analysis/{text.pk}/change/"
    for name, query in (
        ("list", ""), ("list, page 1,000", "?p=1000"), ("list, English draft", "?state_en=draft"),
        ("list, Arabic nothing", "?state_ar=nothing"), ("list, English in review", "?state_en=in-review"),
        ("list, two states", "?state_en=live&state_ar=draft"), ("list, a format", "?format__id__exact=2"),
        ("list, a topic", "?topic=3"), ("list, in order of title", "?o=1"),
        ("list, search a title", "?q=text-4711"), ("list, search a person", "?q=Person+17"),
        ("list, search common words", "?q=water+fields"), ("list, search and filter", "?q=canals&state_en=draft"),
        ("list, search nothing", "?q=zzzz"),
    ):  # fmt: skip
        yield name, ("get", listed + query, None), 12, 300
    yield "desk", ("get", "/admin/", None), 40, 400
    yield "editing page of 3,000 words", ("get", change, None), 25, 400
    yield "revisions", ("get", change.replace("change", "history"), None), 25, 400
    yield "sign of life", ("json", change.replace("change", "draft"), "{}"), 12, 100
    yield "publish a change", ("post", change.replace("change/", "publish/en/"), {"kind": "typographical"}), 100, 500


def measured(name, request, most_queries, most_milliseconds):
    from django.contrib.auth.models import User
    from django.db import connection
    from django.test import Client, override_settings
    from django.test.utils import CaptureQueriesContext

    method, path, sent = request
    elapsed, used, queries = [], [], []
    with override_settings(ALLOWED_HOSTS=["testserver"]):
        client = Client()
        client.force_login(User.objects.get(username="benchmark"))
        for _round in range(ROUNDS + 1):
            begun, cpu = time.perf_counter(), processor_time(connection)
            with CaptureQueriesContext(connection) as captured:
                if method == "get":
                    response = client.get(path)
                elif method == "json":
                    response = client.post(path, sent, content_type="application/json")
                else:
                    response = client.post(path, sent)
            elapsed.append((time.perf_counter() - begun) * 1000)
            used.append((processor_time(connection) - cpu) * 1000)
            queries.append(len(captured))
            assert response.status_code == (302 if method == "post" else 200), response.content.decode()[:2000]
    middle, asked = statistics.median(used[1:]), max(queries)
    times = f"{middle:11.0f}{max(used[1:]):9.0f}{statistics.median(elapsed[1:]):9.0f}{max(elapsed[1:]):9.0f}"
    print(f"{name:45}{asked:8}{times}", flush=True)
    if asked > most_queries:
        yield f"{name}: {asked} queries, at most {most_queries} are allowed"
    if middle > most_milliseconds:
        yield f"{name}: {middle:.0f} ms, at most {most_milliseconds} are allowed"


def processor_time(connection):
    """Seconds used by this process and by the database's for it; where that is not on this machine, elapsed ones."""
    connection.ensure_connection()
    try:
        with open(f"/proc/{connection.connection.info.backend_pid}/schedstat") as file:
            return time.process_time() + int(file.read().split()[0]) / 1e9
    except OSError:
        return time.perf_counter()


if __name__ == "__main__":
    sys.exit(main())
