"""Putting documents into the index and taking them out, one or a few hundred at a time, in the caller's transaction."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from .. import languages
from . import codes
from .tables import PUBLISHED

WEIGHTS = (3, 3, 1.5, 1, 1)  # of title, names, summary, body, and the title's words that are not searched for as a rule
SATURATION, NORMALISATION = 1.2, 0.75  # k1 and b of BM25
MOST_WEIGHT = SATURATION + 1  # that one word can have in one document
SCALE = 4095 / MOST_WEIGHT
BUCKET = 12  # bits of a document's key that are its place in the bucket
MOST_FORMS = 8
BATCH = 200


@dataclass(frozen=True)
class Document:
    """A text to be found: `key` is the caller's number for it, `date` says how recent it is."""

    key: int
    language: str
    date: datetime
    title: str = ""
    names: str = ""
    summary: str = ""
    body: str = ""


@dataclass(frozen=True)
class Analysed:
    """A document as the stems of its fields."""

    key: int
    language: str
    date: datetime
    fields: list
    forms: dict  # stem -> words


def analyse(document):
    """The stems of a document: pure Python, the costly part."""
    analyser = languages.language(document.language).analyser
    fields, forms = [], defaultdict(list)
    for text in (document.title, document.names, document.summary, document.body):
        stems, words = analyser.stems(text)
        fields.append(stems)
        for stem, _folded, shown, _is_stop in words:
            if shown not in forms[stem]:
                forms[stem].append(shown)
    fields.append([word.stem for word in analyser.words(document.title) if word.is_stop])
    return Analysed(document.key, document.language, document.date, fields, forms)


def frequencies(fields):
    """`{word: how often}` over all fields, each counted by its weight."""
    total = defaultdict(float)
    for words, weight in zip(fields, WEIGHTS, strict=True):
        for word, count in Counter(words).items():
            total[word] += count * weight
    return total


class Entries(dict):
    """What postings say of one document, by a word's frequency in it: its place in the bucket and the word's weight.

    The weight is BM25's, which the second and third occurrence of a word raise less than the first.
    """

    def __init__(self, key, length, average):
        self.place = (key & ((1 << BUCKET) - 1)) << 12
        self.norm = SATURATION * (1 - NORMALISATION + NORMALISATION * length / (average or 1))

    def __missing__(self, frequency):
        self[frequency] = entry = self.place | max(1, round(4095 * frequency / (frequency + self.norm)))
        return entry


@transaction.atomic
def add(documents, tables=PUBLISHED):
    """Index `Document`s, and anew those that are indexed already."""
    by_language = defaultdict(dict)
    for document in documents:
        by_language[document.language][document.key] = document
    for language in sorted(by_language):
        rows = list(by_language[language].values())
        for start in range(0, len(rows), BATCH):
            _add(language, [analyse(row) for row in rows[start : start + BATCH]], tables)


@transaction.atomic
def remove(language, keys, tables=PUBLISHED):
    """Take documents out of the index. What is not in it is passed over. Returns how many were."""
    keys = sorted(keys)
    lock(tables)
    return sum(_remove(language, keys[start : start + BATCH], tables) for start in range(0, len(keys), BATCH))


def lock(tables):
    """Until the end of the transaction nobody else changes the index: counts of words stay right, and nothing locks up."""
    _run(tables, "SELECT pg_advisory_xact_lock(%s)", [tables.lock])


def _run(tables, sql, parameters=()):
    with connection.cursor() as cursor:
        cursor.execute(tables.sql(sql), parameters)
        return cursor.fetchall() if cursor.description else cursor.rowcount


STATISTICS = """
INSERT INTO {statistics} (language, documents, length) VALUES (%s, %s, %s)
ON CONFLICT (language) DO UPDATE
   SET documents = {statistics}.documents + EXCLUDED.documents, length = {statistics}.length + EXCLUDED.length
RETURNING documents, length
"""

DOCUMENTS = """
INSERT INTO {document} (language, key, date, length, words)
SELECT %s, * FROM unnest(%s::bigint[], %s::timestamptz[], %s::float8[], %s::text[])
"""

POSTINGS = """
INSERT INTO {posting} (term, bucket, entries)
SELECT term, bucket, array_agg(entry) FROM unnest(%s::int[], %s::bigint[], %s::int[]) p(term, bucket, entry)
 GROUP BY term, bucket
ON CONFLICT (term, bucket) DO UPDATE SET entries = {posting}.entries || EXCLUDED.entries
"""


def _add(language, rows, tables):
    lock(tables)
    _remove(language, [row.key for row in rows], tables)
    counted = [frequencies(row.fields) for row in rows]
    lengths = [sum(frequency.values()) for frequency in counted]
    ((documents, length),) = _run(tables, STATISTICS, [language, len(rows), sum(lengths)])
    numbers = _count(language, rows, counted, tables)
    words = [
        codes.FIELD + codes.FIELD.join("".join(codes.encode(numbers[stem]) for stem in field) for field in row.fields)
        for row in rows
    ]
    _run(tables, DOCUMENTS, [language, [r.key for r in rows], [r.date for r in rows], lengths, words])
    postings = []
    for row, frequency, size in zip(rows, counted, lengths, strict=True):
        entry = Entries(row.key, size, length / documents)
        postings += ((numbers[stem], row.key >> BUCKET, entry[times]) for stem, times in frequency.items())
    _run(tables, POSTINGS, [list(column) for column in zip(*postings, strict=True)] or [[], [], []])


KNOWN = "SELECT stem, id, forms FROM {term} WHERE language = %s AND stem = ANY(%s)"

NEW_TERMS = """
INSERT INTO {term} (language, id, stem, documents, forms)
SELECT %s, id, stem, n, string_to_array(forms, ' ') FROM unnest(%s::int[], %s::text[], %s::int[], %s::text[]) t(id, stem, n, forms)
"""

MORE = """
UPDATE {term} t SET documents = documents + more.n
  FROM unnest(%s::int[], %s::int[]) more(id, n) WHERE t.id = more.id
"""

FORMS = "UPDATE {term} t SET forms = string_to_array(f.forms, ' ') FROM unnest(%s::int[], %s::text[]) f(id, forms) WHERE t.id = f.id"


def _count(language, rows, counted, tables):
    """Count each stem once a document. Returns `{stem: number}`."""
    times = Counter(stem for frequency in counted for stem in frequency)
    forms = defaultdict(dict)
    for row in rows:
        for stem, words in row.forms.items():
            forms[stem].update(dict.fromkeys(words))
    known = {stem: (number, have) for stem, number, have in _run(tables, KNOWN, [language, list(times)])}
    numbers = {stem: number for stem, (number, _forms) in known.items()}
    _run(tables, MORE, [list(numbers.values()), [times[stem] for stem in numbers]])
    longer = {
        number: (have + [form for form in forms[stem] if form not in have])[:MOST_FORMS]
        for stem, (number, have) in known.items()
        if len(have) < MOST_FORMS and not forms[stem].keys() <= set(have)
    }
    if longer:
        _run(tables, FORMS, [list(longer), [" ".join(words) for words in longer.values()]])
    new = [stem for stem in times if stem not in numbers]
    if new:
        ((last,),) = _run(tables, "SELECT coalesce(max(id), -1) FROM {term}")
        made = range(last + 1, last + 1 + len(new))
        shown = [" ".join(list(forms[stem])[:MOST_FORMS]) for stem in new]
        _run(tables, NEW_TERMS, [language, list(made), new, [times[stem] for stem in new], shown])
        numbers.update(zip(new, made, strict=True))
    return numbers


FEWER = "UPDATE {term} t SET documents = documents - less.n FROM unnest(%s::int[], %s::int[]) less(id, n) WHERE t.id = less.id"

TAKE_OUT = """
UPDATE {posting} p SET entries = ARRAY(SELECT e FROM unnest(p.entries) e WHERE (p.bucket << 12) + (e >> 12) <> ALL(%s::bigint[]))
  FROM unnest(%s::int[], %s::bigint[]) gone(term, bucket) WHERE p.term = gone.term AND p.bucket = gone.bucket
"""


def _remove(language, keys, tables):
    gone = _run(
        tables,
        "DELETE FROM {document} WHERE language = %s AND key = ANY(%s) RETURNING key, length, words",
        [language, keys],
    )
    if not gone:
        return 0
    times, places = Counter(), {}
    for key, _length, words in gone:
        numbers = {number for field in words.split(codes.FIELD) for number in codes.decode(field)}
        times.update(numbers)
        places |= dict.fromkeys((number, key >> BUCKET) for number in numbers)
    _run(tables, STATISTICS, [language, -len(gone), -sum(length for _key, length, _words in gone)])
    _run(tables, FEWER, [list(times), list(times.values())])
    terms, buckets = [number for number, _bucket in places], [bucket for _number, bucket in places]
    _run(tables, TAKE_OUT, [[key for key, *_rest in gone], terms, buckets])
    _run(tables, "DELETE FROM {posting} WHERE term = ANY(%s) AND entries = '{{}}'", [terms])
    _run(tables, "DELETE FROM {term} WHERE id = ANY(%s) AND documents <= 0", [terms])
    return len(gone)
