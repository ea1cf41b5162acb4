"""Times the publication of a text of 3,000 words with forty footnotes, through the newsroom's page.

    DATABASE_URL=postgresql://…/bench python benchmarks/publishing.py

The database must exist; a text of its own is made in it, and is taken back with all that was done.
"""

import os
import statistics
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "thinktank.settings")

import django  # noqa: E402

django.setup()

from django.contrib.auth.models import User  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test import Client, override_settings  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from analyses.models import Analysis  # noqa: E402
from experts.models import Expert  # noqa: E402
from taxonomy.models import Format  # noqa: E402

ROUNDS = 15
PARAGRAPH = "<p>" + "The water is low and the fields are dry. " * 8 + '<sup class="footnote">Gauges, p. {}.</sup></p>'


def main():
    with transaction.atomic():
        with override_settings(ALLOWED_HOSTS=["testserver"], SECURE_SSL_REDIRECT=False):
            report(*measure())
        transaction.set_rollback(True)


def measure():
    client = Client()
    client.force_login(User.objects.create_superuser("benchmark-of-publishing"))
    analysis = Analysis.objects.create(
        title_en="A Benchmark of Publishing", summary_en="Long.", format=Format.objects.first() or Format.objects.create(),
        body_en="".join(PARAGRAPH.format(number) for number in range(40)),
    )  # fmt: skip
    analysis.authorships.create(expert=Expert.objects.first() or Expert.objects.create(name_en="Somebody"))
    path = f"/admin/analyses/analysis/{analysis.pk}/publish/en/"
    elapsed, used, queries = [], [], []
    for number in range(ROUNDS):
        client.get(path)
        sent = {"kind": "correction", "note": "x"} if number else {}
        begun, cpu = time.perf_counter(), time.process_time()
        with CaptureQueriesContext(connection) as captured:
            response = client.post(path, sent)
        elapsed.append((time.perf_counter() - begun) * 1000)
        used.append((time.process_time() - cpu) * 1000)
        queries.append(len(captured))
        assert response.status_code == 302, response.content.decode()[:2000]
    return analysis.live_edition("en").words, elapsed[1:], used[1:], max(queries)


def report(words, elapsed, used, queries):
    print(
        f"{words:,} words: median {statistics.median(elapsed):.0f} ms, longest {max(elapsed):.0f} ms; "
        f"processor time of Python {statistics.median(used):.0f} ms; at most {queries} queries"
    )


if __name__ == "__main__":
    main()
