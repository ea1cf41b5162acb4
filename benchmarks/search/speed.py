"""How long a search takes in the database, and how large the index is.

    DATABASE_URL=postgresql://…/bench_100k python benchmarks/search/speed.py

Queries are made of the words of indexed texts. What is measured is the processor time of the database's process, which other
work on the machine changes little, where that process is on this machine (Linux); else elapsed time. Nothing is changed.
"""

import argparse
import os
import random
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

KINDS = ("one common word", "two words", "three words", "five words in a row", "ten words in a row", "ten common words",
         "phrase of two", "unfinished word", "typing error", "a word and another not")  # fmt: skip


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeat", type=int, default=60, help="queries of each kind (60)")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "thinktank.settings")
    os.environ.setdefault("THINKTANK_SECRET_KEY", "only-for-benchmarks")
    os.environ.setdefault("THINKTANK_SITE_URL", "http://127.0.0.1")
    import django

    django.setup()
    from thinktank.languages import codes

    for language in codes():
        queries = Queries(language)
        if queries.total:
            measure(language, queries, options.repeat)
    sizes()


class Queries:
    def __init__(self, language):
        self.language, self.dice = language, random.Random(language)
        ((self.total,),) = rows(
            "SELECT coalesce(sum(documents), 0) FROM thinktank_publishedstatistics WHERE language = %s", language
        )
        self.forms = {n: (forms[0], documents) for n, forms, documents in rows(
            "SELECT id, forms, documents FROM thinktank_publishedterm WHERE language = %s AND forms <> '{}'", language)}  # fmt: skip
        self.common = [form for form, documents in self.forms.values() if documents > self.total / 20]
        self.texts = [self.decoded(words) for (words,) in rows(
            "SELECT words FROM thinktank_publisheddocument WHERE language = %s ORDER BY md5(key::text) LIMIT 300", language)]  # fmt: skip

    def decoded(self, words):
        from thinktank.search import codes

        body = codes.decode(words.split(codes.FIELD)[4])
        return [self.forms[n][0] for n in body if n in self.forms]

    def make(self, kind):
        dice = self.dice
        text = dice.choice([text for text in self.texts if len(text) > 50])
        place = dice.randrange(len(text) - 12)
        row = text[place:]
        word = max(row[:12], key=len)
        return {
            "one common word": lambda: dice.choice(self.common),
            "two words": lambda: " ".join(dice.sample(text, 2)),
            "three words": lambda: " ".join(dice.sample(text, 3)),
            "five words in a row": lambda: " ".join(row[:5]),
            "ten words in a row": lambda: " ".join(row[:10]),
            "ten common words": lambda: " ".join(dice.sample(self.common, min(10, len(self.common)))),
            "phrase of two": lambda: f'"{row[0]} {row[1]}"',
            "unfinished word": lambda: f"{row[0]} {word[: max(4, len(word) // 2)]}",
            "typing error": lambda: f"{row[0]} {word[:2]}{word[3:]}x",
            "a word and another not": lambda: f"{row[0]} {row[1]} -{row[2]}",
        }[kind]()


def rows(sql, *parameters):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()


def backend_clock():
    """A function that says how many milliseconds of processor time the database's process has used."""
    ((pid,),) = rows("SELECT pg_backend_pid()")
    path = Path(f"/proc/{pid}/schedstat")
    try:
        path.read_text()
    except OSError:
        return lambda: time.perf_counter() * 1000
    return lambda: int(path.read_text().split()[0]) / 1e6


def measure(language, queries, repeat):
    from thinktank.search import find

    clock = backend_clock()
    for _warming in range(10):
        find(language, queries.make("ten words in a row"))
    print(
        f"\n{language}: {queries.total:,} documents, {len(queries.forms):,} stems, {len(queries.common):,} of them in a twentieth"
    )
    print(f"{'milliseconds':28}{'p50':>8}{'p95':>8}{'most':>8}{'python':>8}{'found':>10}")
    everything = []
    for kind in KINDS:
        times, python, totals = [], [], []
        for _number in range(repeat):
            text = queries.make(kind)
            before, own = clock(), time.process_time()
            found = find(language, text)
            times.append(clock() - before)
            python.append((time.process_time() - own) * 1000)
            totals.append(found.total)
        everything += times
        print(f"{kind:28}{figures(times)}{sum(python) / repeat:8.1f}{sorted(totals)[repeat // 2]:10,}")
    print(f"{'all':28}{figures(everything)}")


def figures(times):
    times = sorted(times)
    return f"{times[len(times) // 2]:8.1f}{times[int(len(times) * 0.95)]:8.1f}{times[-1]:8.1f}"


def sizes():
    ((index,),) = rows(
        "SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relkind = 'r' AND relname LIKE 'thinktank_published%%'"
    )
    ((texts, stored),) = rows(
        "SELECT sum(octet_length(text) + octet_length(title) + octet_length(summary)), sum(pg_column_size(text)) FROM analyses_edition"
    )
    print(f"\nindex {float(index) / 1e6:,.0f} MB")
    for name, kind in rows(
        "SELECT relname, pg_total_relation_size(oid) FROM pg_class WHERE relkind = 'r' AND relname LIKE 'thinktank_published%%'"
    ):
        print(f"  {name.removeprefix('thinktank_published'):20}{kind / 1e6:10,.1f} MB")
    if texts:
        print(
            f"texts {texts / 1e6:,.0f} MB, of which the index is {index / texts:.0%} (stored compressed: {stored / 1e6:,.0f} MB)"
        )


if __name__ == "__main__":
    main()
