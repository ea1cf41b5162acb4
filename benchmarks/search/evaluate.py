"""How well search finds, on collections of documents, queries and judgements (benchmarks/search/README.md).

    DATABASE_URL=postgresql://…/bench python benchmarks/search/evaluate.py benchmarks/search/collections/en …

The database must be the benchmark's own: everything in it is deleted.
"""

import argparse
import json
import math
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from html import escape
from pathlib import Path
from urllib.parse import quote, unquote
from urllib.request import urlopen

sys.path[:0] = [str(Path(__file__).resolve().parents[2]), str(Path(__file__).resolve().parent)]

from variants import VARIANTS  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
DEPTH = 10
CONFIGURATIONS = {"en": "english", "ar": "arabic"}  # of PostgreSQL, to compare with
COLUMNS = ("R@1", "R@10", "MRR", "nDCG", "none", "p50", "p95")


class Collection:
    """One folder: `documents.jsonl`, `queries.jsonl`, `judgements.jsonl`."""

    def __init__(self, folder):
        self.name = folder.name
        self.documents = {row["id"]: row for row in _rows(folder / "documents.jsonl")}
        self.judgements = defaultdict(dict)
        for row in _rows(folder / "judgements.jsonl"):
            self.judgements[row["query"]][row["document"]] = row.get("relevance", 1)
        self.queries = [row for row in _rows(folder / "queries.jsonl") if self.judgements[row["id"]]]
        self.slugs = {f"document-{number}": key for number, key in enumerate(self.documents)}

    def language(self, row):
        return row.get("language") or next(iter(self.documents.values()))["language"]

    def write_archive(self, path):
        """The documents as texts of an archive, with nothing but `texts`."""
        with path.open("w", encoding="utf-8") as file:
            for slug, key in self.slugs.items():
                row = self.documents[key]
                text = {
                    "slug": slug,
                    "title": (row.get("title") or row["body"])[:300],
                    "summary": row.get("summary", "")[:1000],
                }
                body = (
                    row["body"]
                    if row.get("html")
                    else "".join(f"<p>{escape(p)}</p>" for p in row["body"].split("\n") if p)
                )
                text |= {
                    "body": body or f"<p>{escape(text['title'])}</p>",
                    "published_at": row.get("date") or "2024-01-01T12:00:00Z",
                }
                record = {"type": "analysis", "id": key, "texts": {self.language(row): text}}
                file.write(json.dumps(record, ensure_ascii=False) + "\n")

    def asked(self):
        """`(kind, query, text)` of each query and each of its variants."""
        for row in self.queries:
            yield row.get("kind", "query"), row, row["text"]
            if row.get("variants", True):
                for name, change in VARIANTS.items():
                    if changed := change(row["text"]):
                        yield f"{row.get('kind', 'query')}, {name}", row, changed


def _rows(path):
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, nargs="+")
    parser.add_argument("--ways", default="engine,postgresql,http", help="what to ask: engine, postgresql, http (all)")
    parser.add_argument("--yes", action="store_true", help="do not ask before deleting everything in the database")
    parser.add_argument(
        "--misses", action="store_true", help="print the queries whose document is not among the first ten"
    )
    options = parser.parse_args()
    if not options.yes and input(f"Delete everything in {os.environ['DATABASE_URL']}? [yes/no] ") != "yes":
        sys.exit(1)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "thinktank.settings")
    os.environ.setdefault("THINKTANK_SECRET_KEY", "only-for-benchmarks")
    os.environ.setdefault("THINKTANK_SITE_URL", "http://127.0.0.1")
    os.environ.setdefault("DATA_DIR", tempfile.mkdtemp())
    import django

    django.setup()
    for folder in options.folder:
        collection = Collection(folder)
        load(collection)
        for way in options.ways.split(","):
            with WAYS[way](collection) as ask:
                report(collection, way, ask, options.misses)


def load(collection):
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("flush", interactive=False, verbosity=0)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "archive.jsonl"
        collection.write_archive(path)
        call_command("import_archive", str(path))


def report(collection, way, ask, misses):
    results = defaultdict(list)
    for kind, query, text in collection.asked():
        begun = time.perf_counter()
        keys = ask(collection.language(query), text)
        seconds = time.perf_counter() - begun
        judged = collection.judgements[query["id"]]
        results[kind].append((*measures(keys[:DEPTH], judged), seconds))
        if misses and not set(keys[:DEPTH]) & judged.keys():
            print(f"  missed: {kind}: {text}")
    print(f"\n{collection.name}, {way}: {len(collection.documents):,} documents")
    print(f"{'':44}{'queries':>8}" + "".join(f"{name:>7}" for name in COLUMNS))
    for kind in sorted(results):
        rows = list(zip(*results[kind], strict=True))
        times = sorted(seconds * 1000 for seconds in rows.pop())
        values = [statistics.mean(row) for row in rows]
        values += [statistics.median(times), times[int(len(times) * 0.95)]]
        print(f"{kind:44}{len(times):8}" + "".join(f"{value:7.3f}" for value in values[:5]) + "".join(
            f"{value:7.1f}" for value in values[5:]))  # fmt: skip


def measures(keys, judged):
    """Recall at 1 and at 10, reciprocal rank, nDCG at 10, and whether nothing was found at all."""
    hits = [judged.get(key, 0) for key in keys]
    relevant = sum(value > 0 for value in judged.values())
    first = next((1 / rank for rank, hit in enumerate(hits, start=1) if hit), 0.0)
    gain = sum(hit / math.log2(rank + 1) for rank, hit in enumerate(hits, start=1))
    ideal = sum(
        v / math.log2(rank + 1) for rank, v in enumerate(sorted(judged.values(), reverse=True)[:DEPTH], start=1)
    )
    at_one = float(bool(hits and hits[0]))
    return at_one, sum(hit > 0 for hit in hits) / min(relevant, DEPTH), first, gain / ideal, float(not keys)


class Engine:
    """`thinktank.search.find`."""

    def __init__(self, collection):
        from analyses.editions import Edition

        self.ids = dict(Edition.objects.values_list("pk", "analysis__source_id"))

    def __enter__(self):
        return self.ask

    def __exit__(self, *exception):
        pass

    def ask(self, language, text):
        from thinktank.search import find

        return [self.ids[key] for key in find(language, text).keys[:DEPTH]]


class PostgreSQL(Engine):
    """The usual way: every word must match, `ts_rank` decides the order."""

    SEARCH = """
    SELECT id FROM usual_way, websearch_to_tsquery(%s::regconfig, %s) q
     WHERE language = %s AND words @@ q ORDER BY ts_rank(words, q) DESC, id DESC LIMIT 10
    """
    PREPARE = """
    DROP TABLE IF EXISTS usual_way;
    CREATE TABLE usual_way AS
    SELECT id, language, setweight(to_tsvector(c, title), 'A') || setweight(to_tsvector(c, summary), 'B')
                         || setweight(to_tsvector(c, left(text, 400000)), 'C') AS words
      FROM (SELECT *, CASE language WHEN 'ar' THEN 'arabic' ELSE 'english' END::regconfig AS c FROM analyses_edition) e;
    CREATE INDEX ON usual_way USING gin (words);
    ANALYZE usual_way
    """

    def __enter__(self):
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute(self.PREPARE)
        return self.ask

    def __exit__(self, *exception):
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE usual_way")

    def ask(self, language, text):
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute(self.SEARCH, [CONFIGURATIONS[language], text, language])
            return [self.ids[key] for (key,) in cursor.fetchall()]


class Http:
    """The search page of a server that is started for it."""

    def __init__(self, collection):
        self.slugs = collection.slugs

    def __enter__(self):
        from django.core.management import call_command

        call_command("collectstatic", interactive=False, verbosity=0)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.address = f"http://127.0.0.1:{free.getsockname()[1]}"
        command = [sys.executable, "-m", "gunicorn", "thinktank.wsgi", "--bind", self.address.removeprefix("http://")]
        environment = os.environ | {"THINKTANK_SITE_URL": self.address}
        self.server = subprocess.Popen([*command, "--log-level", "warning"], cwd=ROOT, env=environment)
        for _attempt in range(300):
            try:
                urlopen(f"{self.address}/search").close()
                return self.ask
            except OSError:
                time.sleep(0.1)
        raise SystemExit("The server did not start.")

    def __exit__(self, *exception):
        self.server.terminate()
        self.server.wait()

    def ask(self, language, text):
        from django.conf import settings

        prefix = "" if language == settings.LANGUAGE_CODE else f"/{language}"
        with urlopen(f"{self.address}{prefix}/search?q={quote(text)}") as response:
            page = response.read().decode()
        main = page[page.find("<main") :]
        found = [unquote(slug) for slug in re.findall(r'href="[^"]*/policy-analysis/([^"/?#]+)"', main)]
        return list(dict.fromkeys(self.slugs[slug] for slug in found if slug in self.slugs))


WAYS = {"engine": Engine, "postgresql": PostgreSQL, "http": Http}

if __name__ == "__main__":
    main()
