"""Measures the public pages: SQL queries, and the server's time for a page.

    python benchmarks/pages.py postgresql://…/bench_1k
    python benchmarks/pages.py postgresql://…/bench_1k postgresql://…/bench_100k

With two databases each page is asked of one and of the other in turn, so that whatever else the machine does weighs
on both alike, and pages that cost more than a fifth more in the second are marked. What is compared is processor time,
of Python and of the database's process for this connection; where that is not on this machine, elapsed time. Beside it
stands what 95 of 100 pages waited for the database at most. The other
settings come from the environment, as for the site itself; the pages are made by Django's test client, through every
middleware.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parent.parent
SLOWER = 1.2
MOST_QUERIES = {"article": 5, "archive": 6, "search": 8}  # by the first word of the page's name
LIST_QUERIES = 4


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("database", nargs="+", help="one address of a database, or two to compare")
    parser.add_argument("--repeat", type=int, default=50, help="times that each page is asked for (50)")
    parser.add_argument("--only", default="", help="only pages whose name contains this")
    options = parser.parse_args()
    sites = [Site(url) for url in options.database]
    print(f"{'':40}{''.join(f'{site.title:^54}' for site in sites)}")
    print(
        f"{'page':40}" + f"{'queries':>10}{'median ms':>12}{'p95 ms':>10}{'database':>10}{'processor':>12}" * len(sites)
    )
    misses = []
    for place, (name, _paths) in enumerate(sites[0].pages):
        if options.only in name:
            paths = [site.pages[place][1] for site in sites]
            misses += compare(name, measure(sites, paths, options.repeat))
    for miss in misses:
        print(f"! {miss}")
    sys.exit(bool(misses))


class Site:
    """A process that makes the pages of one database."""

    def __init__(self, url):
        command = [sys.executable, __file__, "--serve"]
        self.process = subprocess.Popen(
            command, env=os.environ | {"DATABASE_URL": url}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        hello = self.read()
        self.title, self.pages = f"{hello['texts']:,} texts", hello["pages"]

    def read(self):
        line = self.process.stdout.readline()
        if not line:
            sys.exit("A process that makes the pages has ended; the lines above say why.")
        return json.loads(line)

    def ask(self, path, **how):
        self.process.stdin.write(json.dumps({"path": path, **how}) + "\n")
        self.process.stdin.flush()
        return self.read()


def measure(sites, paths, repeat):
    """`[{"queries", "median", "p95", "cost"}]` of one page in each of `sites`; `paths` are its addresses there."""
    results = []
    for site, addresses in zip(sites, paths, strict=True):
        queries = max(site.ask(path, count=True)["queries"] for path in addresses)
        results.append({"queries": queries, "times": [], "costs": [], "database": []})
        for path in addresses * 2:
            site.ask(path)
    for turn in range(repeat):
        for site, addresses, result in zip(sites, paths, results, strict=True):
            answer = site.ask(addresses[turn % len(addresses)])
            result["times"].append(answer["ms"])
            result["costs"].append(answer["processor"])
            result["database"].append(answer["database"])
    for result in results:
        times = sorted(result["times"])
        result["median"], result["p95"] = statistics.median(times), times[int(len(times) * 0.95)]
        result["cost"] = statistics.median(result["costs"])
        result["in_database"] = sorted(result["database"])[int(len(times) * 0.95)]
    return results


def compare(name, results):
    """Print a line of the table; the requirements that the page misses, in words."""
    line = "".join(
        f"{r['queries']:10}{r['median']:12.1f}{r['p95']:10.1f}{r['in_database']:10.1f}{r['cost']:12.1f}"
        for r in results
    )
    misses = []
    if len(results) == 2:
        ratio = results[1]["cost"] / results[0]["cost"]
        line += f"{ratio:8.2f}"
        if ratio > SLOWER:
            misses.append(f"{name}: {ratio:.2f} times the cost in the larger archive")
    most = MOST_QUERIES.get(name.split(" ")[1].rstrip(","), LIST_QUERIES)
    queries = max(result["queries"] for result in results)
    if queries > most:
        misses.append(f"{name}: {queries} queries; at most {most} are meant to be")
    print(f"{name:40}{line}{'  !' if misses else ''}", flush=True)
    return misses


# --- In the other process


def serve():
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "thinktank.settings")
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from analyses.editions import Edition

    client = Client(SERVER_NAME=settings.SITE_HOST, headers={"accept-encoding": "gzip"})
    texts = Edition.objects.live().count()
    print(json.dumps({"texts": texts, "pages": list(pages())}), flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        answer = {}
        if asked.get("count"):
            with CaptureQueriesContext(connection) as queries:
                response = client.get(asked["path"])
            answer["queries"] = len(queries)
        else:
            begun, used = time.perf_counter(), processor_time(connection)
            with connection.execute_wrapper(waiting := Waiting()):
                response = client.get(asked["path"])
            answer["database"] = 1000 * waiting.seconds
            answer["ms"] = 1000 * (time.perf_counter() - begun)
            answer["processor"] = 1000 * (processor_time(connection) - used)
        if response.status_code != 200:
            sys.exit(f"{asked['path']} answers {response.status_code}")
        print(json.dumps(answer), flush=True)


class Waiting:
    """Seconds that queries took, as the page saw them."""

    seconds = 0

    def __call__(self, execute, *query):
        begun = time.perf_counter()
        try:
            return execute(*query)
        finally:
            self.seconds += time.perf_counter() - begun


def processor_time(connection):
    """Seconds that this process and the database's have computed."""
    try:
        with open(f"/proc/{connection.connection.info.backend_pid}/schedstat") as file:
            return time.process_time() + int(file.read().split()[0]) / 1e9
    except OSError:
        return time.perf_counter()


def pages():
    """`(name, addresses)` of what is measured, in each language: the fullest topic, region, expert, tag, format."""
    from django.conf import settings
    from django.urls import reverse
    from django.utils.translation import override

    for code, _name in settings.LANGUAGES:
        with override(code):
            yield from ((f"{code} {name}", paths) for name, paths in _pages(code, reverse))


def _pages(code, reverse):
    from analyses.editions import Edition
    from analyses.lists import PAGE
    from experts.models import Expert
    from taxonomy.models import Format, Region, Tag, Topic

    kinds = {"format": Format, "topic": Topic, "region": Region, "expert": Expert, "tag": Tag}
    live = Edition.objects.live(code)
    everything = live.count()
    step = max(1, everything // 5)
    articles = [live.order_by("pk")[step * n + step // 2] for n in range(5)]
    fullest = {kind: kinds[kind].objects.get(pk=_fullest(code, kind)) for kind in kinds}
    value = {kind: row.slug for kind, row in fullest.items()} | {"year": articles[-1].published_at.year}

    def archive(*names, of_pages=None):
        """The archive with some filters; the page so far into it, the last full one at most: it has as many cards."""
        query = "&".join(f"{name}={value[name]}" for name in names)
        if of_pages is not None:
            facets = [_facet(fullest, name, value) for name in names]
            full = live.filter(facets__contains=facets).count() // PAGE
            query += f"&page={max(1, int(full * of_pages))}"
        return [f"{reverse('archive')}?{query}"]

    yield "article", [article.url for article in articles]
    yield "home", [reverse("home")]
    yield "topic", [reverse("address", args=[value["topic"]])]
    yield "region", [reverse("address", args=[value["region"]])]
    yield "format", [reverse("address", args=[value["format"]])]
    yield "expert", [reverse("expert", args=[value["expert"]])]
    yield "experts", [reverse("experts")]
    yield "tag", [reverse("tag", args=[value["tag"]])]
    yield "archive", archive()
    yield "archive, middle page", archive(of_pages=0.5)
    yield "archive, last page", archive(of_pages=1)
    yield "archive, one filter", archive("topic")
    yield "archive, one filter, last page", archive("topic", of_pages=1)
    yield "archive, year, last page", archive("year", of_pages=1)
    yield "archive, two filters", archive("topic", "region")
    yield "archive, two filters, last page", archive("topic", "region", of_pages=1)
    yield "archive, topic and tag", archive("topic", "tag")
    yield "archive, three filters", archive("format", "topic", "region")
    yield "archive, three filters, last page", archive("format", "topic", "region", of_pages=1)
    yield "feed", [reverse("feed")]
    yield "archive, two topics", [f"{reverse('archive')}?topic={value['topic']}&topic={_second_topic(code)}"]
    yield "archive, dates, oldest first", [f"{reverse('archive')}?from={value['year'] - 1}&order=oldest"]
    words = sorted(articles[2].title.split(), key=len)
    query = urlencode({"q": " ".join(words[-2:])})
    yield "search", [f"{reverse('search')}?{query}"]
    yield "search, a common word", [f"{reverse('search')}?{urlencode({'q': _common_word(code)})}"]
    yield (
        "search, three filters",
        [f"{reverse('search')}?{query}&topic={value['topic']}&region={value['region']}&from={value['year']}"],
    )
    yield "search, a name", [f"{reverse('search')}?{urlencode({'q': fullest['expert'].name})}"]
    yield (
        "suggestions",
        [f"{reverse('suggest')}?{urlencode({'q': word[:length]})}" for word in words[-2:] for length in (2, 3, 5)],
    )


def _common_word(code):
    """The word that most texts have."""
    from thinktank.search.models import PublishedTerm

    terms = PublishedTerm.objects.filter(language=code).exclude(stem__startswith=".").order_by("-documents")
    return next((term.forms[0] for term in terms[:20] if term.forms), "")


def _second_topic(code):
    from taxonomy.models import Topic

    return next(row.slug for row in Topic.objects.in_language(code) if row.pk != _fullest(code, "topic"))


def _facet(fullest, name, value):
    return f"year:{value['year']}" if name == "year" else fullest[name].facet


def _fullest(code, kind):
    """The primary key of the format, topic, region, expert or tag with the most texts."""
    from analyses import counts

    found = {facet: n for facet, n in counts.under(code, "all")["all"].items() if facet.startswith(f"{kind}:")}
    return int(max(found, key=found.get).partition(":")[2])


if __name__ == "__main__":
    serve() if sys.argv[1:] == ["--serve"] else main()
