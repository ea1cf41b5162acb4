"""Making the whole index anew, beside the old one, which goes on answering until the new one takes its place.

A document is written as soon as it is analysed. When all are there, and their average length is known, their postings are
worked out, one bucket of documents after the other; so memory holds the vocabulary and one bucket, whatever the number of texts.
"""

from array import array
from collections import defaultdict

from django.db import connection, transaction

from . import codes
from .index import BUCKET, MOST_FORMS, Entries, frequencies, lock
from .tables import Tables

BUILDING = 0x100  # added to the number of the lock of those who change the index


class Builder:
    """`add` all documents in order of key, then `finish`."""

    def __init__(self, tables):
        self.tables = tables
        self.new = Tables(*(f"{name}_new" for name in tables[:4]), tables.lock)
        self.numbers = defaultdict(dict)  # language -> stem -> number
        self.counted = array("i")  # documents, by number
        self.forms = []  # by number
        self.lengths = defaultdict(lambda: [0, 0.0])  # language -> documents, length
        # Two at once would write into the same tables: the second one waits. The lock ends with the connection too.
        _run(f"SELECT pg_advisory_lock({self.tables.lock + BUILDING})")
        for old, new in zip(tables[:4], self.new[:4], strict=True):
            _run(f"DROP TABLE IF EXISTS {new}")
            _run(f"CREATE TABLE {new} (LIKE {old} INCLUDING DEFAULTS)")

    def add(self, rows):
        """Take in `Analysed` documents."""
        with connection.cursor() as cursor, cursor.copy(f"COPY {self.new.document} FROM STDIN") as copy:
            for row in rows:
                fields = self._numbered(row)
                frequency = frequencies(fields)
                for number in frequency:
                    self.counted[number] += 1
                length = sum(frequency.values())
                self.lengths[row.language][0] += 1
                self.lengths[row.language][1] += length
                words = r"\n".join("".join(map(codes.encode, field)) for field in ((), *fields))
                copy.write(f"{row.language}\t{row.key}\t{row.date.isoformat()}\t{length}\t{words}\n")

    def _numbered(self, row):
        """The fields of a document as numbers."""
        known = self.numbers[row.language]
        fields = []
        for stems in row.fields:
            for stem in stems:
                if stem not in known:
                    known[stem] = len(self.forms)
                    self.forms.append(())
                    self.counted.append(0)
            fields.append([known[stem] for stem in stems])
        for stem, forms in row.forms.items():
            have = self.forms[known[stem]]
            if len(have) < MOST_FORMS and (new := [form for form in forms if form not in have]):
                self.forms[known[stem]] = (*have, *new)[:MOST_FORMS]
        return fields

    def finish(self, catch_up):
        """Put the new index in the place of the old one.

        `catch_up(tables)` brings it into line with what has changed since; nothing changes any more while it does.
        """
        self._write_statistics()
        self._write_terms()
        _run(f"ALTER TABLE {self.new.document} ADD PRIMARY KEY (language, key)")
        for language in self.lengths:
            self._write_postings(language)
        posting = self.new.posting
        _run(f"ALTER TABLE {posting} ADD PRIMARY KEY (term, bucket)")
        _run(f"CLUSTER {posting} USING {posting}_pkey")
        for name in self.new[:4]:
            _run(f"ANALYZE {name}")
        with transaction.atomic():
            lock(self.tables)
            catch_up(self.new)
            self._swap()
        _run(f"SELECT pg_advisory_unlock({self.tables.lock + BUILDING})")

    def _write_statistics(self):
        with connection.cursor() as cursor, cursor.copy(f"COPY {self.new.statistics} FROM STDIN") as copy:
            for language, (documents, length) in self.lengths.items():
                copy.write_row((language, documents, length))
        _run(f"ALTER TABLE {self.new.statistics} ADD PRIMARY KEY (language)")

    def _write_terms(self):
        columns = "id, language, stem, documents, forms"
        with connection.cursor() as cursor, cursor.copy(f"COPY {self.new.term} ({columns}) FROM STDIN") as copy:
            for language, numbers in self.numbers.items():
                for stem, number in numbers.items():
                    copy.write_row((number, language, stem, self.counted[number], list(self.forms[number])))
        self.numbers.clear()
        self.forms.clear()
        _run(f"ALTER TABLE {self.new.term} ADD PRIMARY KEY (id)")
        _run(f"CREATE UNIQUE INDEX {self.new.term}_once ON {self.new.term} (language, stem)")

    def _write_postings(self, language):
        documents, length = self.lengths[language]
        average = length / documents
        bucket = -1
        following = f"SELECT min(key) >> {BUCKET} FROM {self.new.document} WHERE language = %s AND key >= %s"
        with connection.cursor() as cursor:
            while True:
                cursor.execute(following, [language, (bucket + 1) << BUCKET])
                (bucket,) = cursor.fetchone()
                if bucket is None:
                    return
                self._write_bucket(cursor, language, bucket, average)

    def _write_bucket(self, cursor, language, bucket, average):
        rows = f"SELECT key, length, words FROM {self.new.document} WHERE language = %s AND key BETWEEN %s AND %s ORDER BY key"
        postings = defaultdict(list)
        cursor.execute(rows, [language, bucket << BUCKET, ((bucket + 1) << BUCKET) - 1])
        while some := cursor.fetchmany(500):
            for key, length, words in some:
                entry = Entries(key, length, average)
                fields = map(codes.decode, words.split(codes.FIELD)[1:])
                for number, frequency in frequencies(fields).items():
                    postings[number].append(entry[frequency])
        with cursor.copy(f"COPY {self.new.posting} (term, bucket, entries) FROM STDIN") as copy:
            for number in sorted(postings):
                copy.write(f"{number}\t{bucket}\t{{{','.join(map(str, postings[number]))}}}\n")

    def _swap(self):
        renamed = {f"{self.new.term}_once": _constraint(self.tables.term)}
        for old, new in zip(self.tables[:4], self.new[:4], strict=True):
            _run(f"DROP TABLE {old}")
            _run(f"ALTER TABLE {new} RENAME TO {old}")
            renamed[f"{new}_pkey"] = f"{old}_pkey"
        (once, name), *keys = renamed.items()
        _run(f"ALTER TABLE {self.tables.term} ADD CONSTRAINT {name} UNIQUE USING INDEX {once}")
        for old, new in keys:
            _run(f"ALTER INDEX {old} RENAME TO {new}")


def _constraint(term):
    """The name that the migrations gave to the constraint of a table of terms."""
    return term.removeprefix("thinktank_").replace("term", "_term_once")


def _run(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
