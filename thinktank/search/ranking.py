"""Finding: which documents a query means, best first (docs/search.md)."""

from array import array
from dataclasses import dataclass, field
from itertools import islice, pairwise, product
from math import log
from sys import byteorder

from django.db import connection
from django.utils import timezone

from .. import languages
from . import codes, spelling
from .index import SCALE
from .queries import Query, parse
from .tables import PUBLISHED

ENOUGH = 0.2  # share of the query's weight that a document must have
COMMON, MANY = 0.2, 2000  # a word in more than this share of the documents, and in this many, brings none in alone
MOST_POSTINGS = 120_000  # read for one query: of further words only the best documents are asked
RERANKED = 300  # best documents that are looked at more closely
NEIGHBOURS = 0.25
SAME_TITLE = 0.5
MOST_UNKNOWN = 6  # words of one query for which others are looked up
MOST_WAYS = 50  # to read a phrase
FURTHER_MEANING = 0.9  # weight of a second correction to the first one's
JOINED = 0.85  # weight of two words of the query that a text writes as one


@dataclass
class Found:
    """What a search found: every match's key, best first."""

    query: Query
    keys: array = field(default_factory=lambda: array("q"))
    corrected: str = ""  # the text that was searched for instead of the one that was asked for

    @property
    def total(self):
        return len(self.keys)


@dataclass
class Meaning:
    """One word of the query: the terms that it may mean, each with how much it tells; the likeliest first."""

    stem: str
    terms: list  # (Term, value)

    @property
    def documents(self):
        return sum(term.documents for term, _value in self.terms)

    @property
    def value(self):
        return max(value for _term, value in self.terms)


def find(language, text, now=None, exact=False, every_word=False, tables=PUBLISHED):
    """The documents of a language that `text` means, as `Found`. Any text is a query.

    `exact` leaves its spelling alone; `every_word` finds only what has all its words.
    """
    query = parse(language, text)
    found = Found(query)
    if not query.words:
        return found
    total, meanings = _meanings(query, found, exact, tables)
    _weigh(query, meanings)
    ways = {meaning.stem: [term for term, _value in meaning.terms] for meaning in meanings}
    if any(not ways[stem] for phrase in query.phrases for stem in phrase):
        return found
    known = [meaning for meaning in meanings if meaning.terms]
    if known and not (every_word and any(not ways[stem] for stem in query.stems)):
        found.keys = Ranking(query, known, ways, total, tables, every_word).keys(now or timezone.now())
    return found


def _meanings(query, found, exact, tables):
    """`(documents, what each word of the query means)`; one that no text has may be unfinished, or misspelt."""
    related = _related(query)
    unwanted = {stem for words in query.without for stem in words}
    wanted = {*query.stems, *unwanted, *(stem for stems in related.values() for stem in stems)}
    total, terms = spelling.known(tables, query.language, wanted)
    chosen, unknown, unfinished = {}, [], None
    for word in query.words:
        if word.stem in chosen:
            continue
        chosen[word.stem] = {terms[stem]: weight for stem, weight in related[word.stem].items() if stem in terms}
        if word.stem in terms:
            continue
        if query.is_unfinished and word is query.words[-1]:
            unfinished = word
        elif exact or JOINED in chosen[word.stem].values():
            continue
        unknown.append(word)
    meanings = {}
    if unknown:
        words = [] if exact else unknown[-MOST_UNKNOWN:]
        begun, nearest = spelling.guesses(tables, query.language, words, unfinished)
        if begun:
            meanings[unfinished.stem] = Meaning(unfinished.stem, [(term, idf(term.documents, total)) for term in begun])
        found.corrected = _correct(query, {s: rows for s, rows in nearest.items() if s not in meanings}, chosen)
    for stem, found_terms in chosen.items():
        meanings.setdefault(stem, Meaning(stem, _as_one(found_terms, total)))
    for stem in unwanted:
        meanings.setdefault(stem, Meaning(stem, [(terms[stem], 0.0)] if stem in terms else []))
    return total, list(meanings.values())


def _correct(query, nearest, chosen):
    """Let words mean those nearest to them. Returns the corrected text, or `""` if none was without any meaning."""
    written = query.text
    for word in query.words:
        corrections = nearest.pop(word.stem, [])
        if JOINED in chosen[word.stem].values():
            continue
        if corrections and not chosen[word.stem]:
            written = _replaced(written, word, corrections[0][1], query.language)
        for place, (term, _form) in enumerate(corrections):
            chosen[word.stem][term] = max(FURTHER_MEANING**place, chosen[word.stem].get(term, 0))
    return "" if written == query.text else written


def _related(query):
    """`{stem: {stem: weight}}`: each word's own stem, others that texts may have for it, and two words written as one."""
    analyser = languages.language(query.language).analyser
    found = {word.stem: {word.stem: 1.0} for word in query.words}
    for word in query.words:
        if not word.is_stop:
            found[word.stem] = analyser.related(word.folded) | found[word.stem]
    for first, second in pairwise(query.words):
        joined = {analyser.stem(first.folded + second.folded): JOINED}
        found[first.stem] = joined | found[first.stem]
        found[second.stem] = joined | found[second.stem]
    return found


def _as_one(terms, total):
    """The stems of one word with their values, the likeliest first. Together they are as frequent as the word is."""
    value = idf(sum(term.documents for term in terms), total)
    return [(term, weight * value) for term, weight in sorted(terms.items(), key=lambda item: -item[1])]


def _replaced(text, word, form, language):
    """`text` with a corrected word."""
    analyser = languages.language(language).analyser
    for start, end, words in analyser.spans(text):
        if any(other.stem == word.stem for other in words):
            return text[:start] + form + text[end:]
    return text


def idf(documents, total):
    """How much a word tells: the fewer documents have it, the more."""
    documents = min(documents, total)
    return log(1 + (total - documents + 0.5) / (documents + 0.5))


def _weigh(query, meanings):
    wanted = set(query.stems)
    for meaning in meanings:
        if meaning.stem not in wanted:
            continue
        for term, value in meaning.terms:
            query.weights[term.stem] = max(value, query.weights.get(term.stem, 0))


FOUND = """
WITH wanted AS (SELECT * FROM unnest(%(terms)s::int[], %(weights)s::float4[]) w(term, weight)),
found AS MATERIALIZED (
  SELECT (p.bucket << 12) + (e >> 12) AS key, sum(wanted.weight * (e & 4095)) AS score
    FROM wanted JOIN {posting} p ON p.term = wanted.term, unnest(p.entries) e
   GROUP BY 1 HAVING sum(wanted.weight) >= %(enough)s),
"""

WITHOUT = "key NOT IN (SELECT (p.bucket << 12) + (e >> 12) FROM {posting} p, unnest(p.entries) e WHERE p.term = ANY(%(without)s))"
SIDE_BY_SIDE = """
key {} (SELECT d.key FROM {{document}} d JOIN found USING (key) WHERE d.language = %(language)s
           AND (SELECT bool_or(strpos(d.words, p) > 0) FROM unnest(%({})s::text[]) p))
"""

RANKED = """
matching AS MATERIALIZED (SELECT * FROM found WHERE {conditions}),
best AS MATERIALIZED (SELECT * FROM matching ORDER BY score DESC, key DESC LIMIT {reranked}),
ranked AS (
  SELECT key, (best.score + coalesce(
               (SELECT sum(b.bonus) FROM unnest(%(patterns)s::text[], %(bonuses)s::float4[]) b(pattern, bonus)
                 WHERE strpos(d.words, b.pattern) > 0), 0))
              * (.9 + .1 * 2 ^ (least(0, extract(epoch FROM d.date - %(now)s) / 94672800))) AS score
    FROM best JOIN {document} d USING (key) WHERE d.language = %(language)s)
SELECT (SELECT string_agg(int8send(key), ''::bytea ORDER BY score DESC, key DESC) FROM ranked),
       (SELECT string_agg(int8send(key), ''::bytea ORDER BY score DESC, key DESC) FROM matching
         WHERE key NOT IN (SELECT key FROM best))
"""


class Ranking:
    """One search in PostgreSQL: postings are added up, the best documents are looked at more closely."""

    def __init__(self, query, meanings, ways, total, tables, every_word):
        self.query, self.ways, self.total, self.tables, self.every_word = query, ways, total, tables, every_word
        wanted = set(query.stems)
        self.meanings = sorted((m for m in meanings if m.stem in wanted), key=lambda meaning: meaning.documents)
        self.read, self.asked = self._split()

    def _split(self):
        """The words whose postings are read, and those that only the best documents are asked for."""
        limit = max(self.total * COMMON, MANY)
        phrase = set(self.query.phrases[0] if self.query.phrases else ())
        # Whatever has the phrase has the rarest of its words, which alone brings it in.
        ordered = sorted(self.meanings, key=lambda meaning: meaning.stem not in phrase)
        read, postings = [], 0
        for meaning in [*ordered[:1], *(m for m in self.meanings if m is not ordered[0])]:
            postings += meaning.documents
            if read and (meaning.documents > limit or postings > MOST_POSTINGS):
                break
            read.append(meaning)
        return read, [meaning for meaning in self.meanings if meaning not in read]

    def keys(self, now):
        read = [(term.number, value) for meaning in self.read for term, value in meaning.terms]
        patterns, bonuses = self._bonuses()
        share = 1 if self.every_word else 0 if self.query.phrases else ENOUGH
        conditions, limits = self._limits()
        sql = FOUND + RANKED.replace("{conditions}", " AND ".join(conditions) or "true").replace(
            "{reranked}", str(RERANKED)
        )
        parameters = limits | {
            "language": self.query.language,
            "terms": [number for number, _value in read],
            "weights": [value for _number, value in read],
            "enough": share * sum(meaning.value for meaning in self.read) * (1 - 1e-5),
            "patterns": patterns,
            "bonuses": [bonus * SCALE for bonus in bonuses],
            "now": now,
        }
        with connection.cursor() as cursor:
            cursor.execute(self.tables.sql(sql), parameters)
            best, others = cursor.fetchone()
        return _numbers(best) + _numbers(others)

    def _bonuses(self):
        """`(patterns, bonuses)`: words that were not read, words that stand side by side as they were asked, the title itself."""
        values = {meaning.stem: meaning.value for meaning in self.meanings}
        bonuses = {}
        for meaning in self.asked:
            for term, value in meaning.terms:
                bonuses[codes.encode(term.number)] = value
        sequence = self.query.sequence
        for first, second in zip(sequence, sequence[1:], strict=False):
            if first != second and self.ways.get(first) and self.ways.get(second):
                pair = self._code(first) + self._code(second)
                bonuses[pair] = NEIGHBOURS * (values[first] + values[second])
        if sequence and all(self.ways.get(stem) for stem in sequence):
            title = codes.FIELD + "".join(map(self._code, sequence)) + codes.FIELD
            bonuses[title] = SAME_TITLE * sum(values.values())
        return list(bonuses), list(bonuses.values())

    def _code(self, stem):
        return codes.encode(self.ways[stem][0].number)

    def _limits(self):
        """`(conditions, parameters)` of phrases and of what is not wanted."""
        conditions, parameters = [], {}
        unwanted = [stems for stems in self.query.without if all(self.ways.get(stem) for stem in stems)]
        words = [self.ways[stems[0]][0].number for stems in unwanted if len(stems) == 1]
        if words:
            conditions.append(WITHOUT)
            parameters["without"] = words
        phrases = [("IN", stems) for stems in self.query.phrases]
        phrases += [("NOT IN", stems) for stems in unwanted if len(stems) > 1]
        for place, (operator, stems) in enumerate(phrases):
            conditions.append(SIDE_BY_SIDE.format(operator, f"phrase{place}"))
            parameters[f"phrase{place}"] = self._ways_of(stems)
        return conditions, parameters

    def _ways_of(self, stems):
        """A phrase in every way that its words may be meant."""
        ways = [[codes.encode(term.number) for term in self.ways[stem]] for stem in stems]
        return ["".join(way) for way in islice(product(*ways), MOST_WAYS)]


def _numbers(data):
    numbers = array("q", bytes(data or b""))
    if byteorder == "little":
        numbers.byteswap()
    return numbers
