"""Fills an empty database with many short texts, straight into the tables: enough to measure lists, filters and suggestions.

    DATABASE_URL=postgresql://…/bench_100k python benchmarks/fill.py 100000

Dates, topics, people and tags are spread as in a real archive; a third of the texts exist in a second language. A text has
sixty words, so this takes minutes where `make_archive.py` and `import.py` take most of an hour; to measure searches in
texts of full length, take those. Everything in the database is deleted.
"""

import argparse
import json
import os
import random
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "thinktank.settings")

from make_archive import LANGUAGES  # noqa: E402

WORDS = 60  # of a text
FORMATS, TOPICS, REGIONS, EXPERTS, TAGS = 6, 12, 24, 300, 400
EDITION = (
    "analysis_id language number kind note slug title summary source format_id byline topics regions tags is_original published_at "
    "live_from withdrawal withdrawal_reason withdrawal_notice created_at body text headings footnotes linked pictures words "
    "reading_minutes facets is_counted"
).split()
DERIVED = (
    "INSERT INTO analyses_entry (edition_id, language, facet, published_at) "
    "SELECT e.id, e.language, f, e.published_at FROM analyses_edition e, unnest(e.facets) f",
    "INSERT INTO analyses_tally (language, facet, other, n) SELECT e.language, a, b, count(*) "
    "FROM analyses_edition e, unnest(e.facets) a, unnest(e.facets) b GROUP BY 1, 2, 3",
    "INSERT INTO analyses_tally (language, facet, other, n) SELECT DISTINCT language, 'changes', '', 0 FROM analyses_edition",
    "INSERT INTO analyses_change (language, state, edition_id) "
    "SELECT language, 1 + (SELECT max(id) FROM analyses_tally), max(id) FROM analyses_edition GROUP BY 1",
    "INSERT INTO thinktank_permalink (namespace, language, slug, content_type_id, object_id, is_current) "
    "SELECT %(namespace)s, language, slug, %(content_type)s, analysis_id, true FROM analyses_edition",
    "VACUUM ANALYZE",
)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("analyses", type=int)
    options = parser.parse_args()
    import django

    django.setup()
    from django.core.management import call_command

    from analyses import indexing

    call_command("migrate", verbosity=0)
    call_command("flush", verbosity=0, interactive=False)
    dice, begun = random.Random(1), time.perf_counter()
    terms = make_terms()
    write(dice, terms, keys_of_analyses(terms["format"][0], options.analyses))
    derive()
    print(f"texts after {time.perf_counter() - begun:.0f} s", flush=True)
    indexing.rebuild()
    print(f"search after {time.perf_counter() - begun:.0f} s", flush=True)


def make_terms():
    from experts.models import Expert
    from taxonomy.models import Format, Region, Tag, Topic

    def named(model, count, english, arabic, **more):
        return [model.objects.create(name_en=f"{english} {n}", name_ar=f"{arabic} {n}", **more) for n in range(count)]

    east = Region.objects.create(name_en="East", name_ar="الشرق")
    return {
        "format": named(Format, FORMATS, "Format", "نوع"),
        "topic": named(Topic, TOPICS, "Topic", "موضوع"),
        "east": east,
        "region": named(Region, REGIONS, "Region", "منطقة", parent=east),
        "expert": [
            Expert.objects.create(name_en=f"Person{n} Family{n % 97}", name_ar=f"شخص{n} عائلة{n % 97}")
            for n in range(EXPERTS)
        ],
        "tag": [Tag.objects.create(name=f"tag{n}", label_en=f"Tag {n}", label_ar=f"وسم {n}") for n in range(TAGS)],
    }


def keys_of_analyses(kind, count):
    """Empty working copies: nothing public reads them."""
    from django.db import connection

    from analyses.models import Analysis

    first = Analysis.objects.create(title_en="Text", format=kind)
    others = ", ".join(f.column for f in Analysis._meta.concrete_fields if f.column != "id")
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO analyses_analysis ({others}) SELECT {others} FROM analyses_analysis, generate_series(2, %s)",
            [count],
        )
        cursor.execute("SELECT id FROM analyses_analysis ORDER BY id")
        keys = [key for (key,) in cursor]
    assert len(keys) == count and first.pk in keys
    return keys


def write(dice, terms, analyses):
    from django.db import connection

    with connection.cursor() as cursor, cursor.copy(f"COPY analyses_edition ({', '.join(EDITION)}) FROM STDIN") as rows:
        for number, key in enumerate(analyses):
            for row in editions(dice, terms, number, key):
                rows.write_row(row)


def editions(dice, terms, number, key):
    kind = dice.choice(terms["format"])
    topics = dice.sample(terms["topic"], dice.choice([1, 1, 2]))
    regions = dice.sample(terms["region"], dice.choice([1, 1, 2]))
    experts = dice.sample(terms["expert"], dice.choice([1, 1, 2]))
    tags = list(dict.fromkeys(dice.choices(terms["tag"], weights=[1 / (n + 3) for n in range(TAGS)], k=3)))
    year = 2000 + int(26 * dice.random() ** 0.7)
    date = f"{year}-{dice.randint(1, 12):02}-{dice.randint(1, 28):02} {dice.randint(0, 23):02}:{dice.randint(0, 59):02}:00+00"
    facets = [
        "all",
        f"year:{year}",
        *(term.facet for term in [kind, *topics, terms["east"], *regions, *experts, *tags]),
    ]
    languages = ["en", "ar"] if number % 3 == 0 else ["en"]
    for code in languages:
        also = [f"also:{other}" for other in languages if other != code]
        title = f"{LANGUAGES[code].title(dice)} {number}"
        text = " ".join(LANGUAGES[code].running_words(dice, WORDS))
        columns = {
            "analysis_id": key, "language": code, "number": 1, "kind": "first", "note": "", "slug": f"text-{number}",
            "title": title, "summary": "A summary.", "source": "", "format_id": kind.pk, "byline": byline(experts, code),
            "topics": [row.pk for row in topics], "regions": [row.pk for row in regions], "tags": [row.pk for row in tags],
            "is_original": True, "published_at": date, "live_from": date, "withdrawal": "", "withdrawal_reason": "",
            "withdrawal_notice": "", "created_at": date, "body": f"<p>{text}</p>", "text": text, "headings": "[]",
            "footnotes": "[]", "linked": [], "pictures": [], "words": WORDS, "reading_minutes": 1, "facets": facets + also,
            "is_counted": True,
        }  # fmt: skip
        yield [columns[name] for name in EDITION]


def byline(experts, code):
    names = [
        {"expert": row.pk, "name": getattr(row, f"name_{code}"), "slug": getattr(row, f"slug_{code}")}
        for row in experts
    ]
    return json.dumps([name | {"role": "", "note": ""} for name in names])


def derive():
    from django.contrib.contenttypes.models import ContentType
    from django.db import connection

    from analyses.models import Analysis
    from analyses.publication import NAMESPACE

    about = {"namespace": NAMESPACE, "content_type": ContentType.objects.get_for_model(Analysis).pk}
    with connection.cursor() as cursor:
        for statement in DERIVED:
            cursor.execute(statement, about if "%(" in statement else None)


if __name__ == "__main__":
    main()
