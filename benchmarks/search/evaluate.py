"""How well search finds, on collections of documents, queries and judgements (README.md beside this file).

    .venv/bin/python benchmarks/search/evaluate.py benchmarks/search/collections/* [more folders]

It starts a PostgreSQL of its own. With DATABASE_URL it takes that database instead and deletes everything in it.
"""

import argparse
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import quote, unquote
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from benchmarks.search.collection import DEPTH, MEASURES, Collection, by_kind, mean, results  # noqa: E402

CONFIGURATIONS = {"en": "english", "ar": "arabic"}  # of PostgreSQL's text search; "simple" for other languages
COLUMNS = (*MEASURES, "p50 ms", "p95 ms")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, nargs="+", help="a collection")
    parser.add_argument("--ways", default="engine,http,postgresql", help="what to ask: engine, http, postgresql (all)")
    parser.add_argument("--no-variants", action="store_true", help="ask each query only as it is written")
    parser.add_argument("--misses", action="store_true", help="print queries with nothing right among the first ten")
    parser.add_argument("--seconds", action="store_true", help="print queries whose first result is not right")
    options = parser.parse_args()
    with ExitStack() as stack:
        prepare(stack)
        for folder in options.folder:
            collection = Collection(folder)
            load(collection)
            for way in options.ways.split(","):
                with WAYS[way]() as ask:
                    report(collection, way, results(collection, ask, not options.no_variants), options)


def prepare(stack):
    from script.postgres import Postgres

    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="thinktank-search-")))
    folder.chmod(0o711)  # as root, PostgreSQL runs as another user, which must pass through
    if "DATABASE_URL" in os.environ:
        if input(f"Delete everything in {os.environ['DATABASE_URL']}? [yes/no] ") != "yes":
            sys.exit(1)
    else:
        os.environ["DATABASE_URL"] = stack.enter_context(Postgres(folder / "postgres", "fsync=off"))
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "thinktank.settings",
        "DATA_DIR": str(folder),
        "THINKTANK_SECRET_KEY": "only-for-benchmarks",
        "THINKTANK_SITE_URL": "http://127.0.0.1",
    }
    import django

    django.setup()


def load(collection):
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("flush", interactive=False, verbosity=0)
    collection.load()


def report(collection, way, found, options):
    print(f"\n{collection.name}, {way}")
    print(f"{'':40}{'queries':>8}" + "".join(f"{name:>9}" for name in COLUMNS))
    for kind, of_kind in by_kind(found).items():
        print(line(kind, of_kind))
    print(line("all", found), flush=True)
    for result in found:
        if options.misses and not result.values["R@10"]:
            print(f"  missed: {result.kind}: {result.text}")
        elif options.seconds and not result.values["R@1"]:
            print(f"  not first ({result.values['MRR']:.2f}): {result.kind}: {result.text}")


def line(name, found):
    times = sorted(result.seconds * 1000 for result in found)
    ends = (statistics.median(times), times[int(len(times) * 0.95)])
    values = "".join(f"{mean(found, measure):9.3f}" for measure in MEASURES)
    return f"{name:40}{len(found):8}{values}" + "".join(f"{value:9.1f}" for value in ends)


class Engine:
    """`thinktank.search.find`."""

    def __init__(self):
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
    FILL = """
    INSERT INTO usual_way
    SELECT id, language, setweight(to_tsvector(%(configuration)s::regconfig, title), 'A')
                         || setweight(to_tsvector(%(configuration)s::regconfig, summary), 'B')
                         || setweight(to_tsvector(%(configuration)s::regconfig, left(text, 400000)), 'C')
      FROM analyses_edition WHERE id = ANY(%(live)s)
    """

    def __enter__(self):
        from analyses.editions import Edition
        from thinktank.languages import codes

        self._run("CREATE TABLE usual_way (id bigint, language text, words tsvector)")
        for code in codes():
            live = list(Edition.objects.live(code).values_list("pk", flat=True))
            self._run(self.FILL, {"live": live, "configuration": CONFIGURATIONS.get(code, "simple")})
        self._run("CREATE INDEX ON usual_way USING gin (words)")
        self._run("ANALYZE usual_way")
        return self.ask

    def __exit__(self, *exception):
        self._run("DROP TABLE usual_way")

    def ask(self, language, text):
        text = text.replace("\0", " ")
        found = self._run(self.SEARCH, [CONFIGURATIONS.get(language, "simple"), text, language])
        return [self.ids[key] for (key,) in found]

    @staticmethod
    def _run(sql, parameters=None):
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            return cursor.fetchall() if cursor.description else []


class Http:
    """The search page, in the language of the query, of a server that is started for it."""

    def __init__(self):
        from analyses.editions import Edition

        self.ids = {
            (language, slug): source
            for language, slug, source in Edition.objects.values_list("language", "slug", "analysis__source_id")
        }

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
        self.__exit__()
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
        return [self.ids[language, slug] for slug in dict.fromkeys(found) if (language, slug) in self.ids]


WAYS = {"engine": Engine, "http": Http, "postgresql": PostgreSQL}

if __name__ == "__main__":
    main()
