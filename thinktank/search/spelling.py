"""What a word that no text has may have been meant to be. It knows only words that some indexed text has at this moment."""

from django.db import connection

from .. import languages
from . import arabic
from .analysis import folded

LATIN_LETTERS = "abcdefghijklmnopqrstuvwxyz"
LONG = 8  # letters from which on two errors are forgiven
SHORTEST = 3
LONGER_PART = 4  # letters of one of two words that were written as one
SAME_BEGINNING = 3  # letters that a word with two errors must begin with
MOST_READ = 5000
MOST_BEGUN = 12  # words that an unfinished one may be

WITH_STEMS = "SELECT stem, id, documents, forms FROM {term} WHERE language = %s AND stem = ANY(%s)"
BEGINNING = """
SELECT stem, id, documents, forms FROM {term}
 WHERE language = %s AND stem >= %s AND stem < %s ORDER BY documents DESC LIMIT %s
"""


KNOWN = """
SELECT s.documents, t.stem, t.id, t.documents, t.forms
  FROM {statistics} s LEFT JOIN {term} t ON t.language = s.language AND t.stem = ANY(%s) WHERE s.language = %s
"""


class Term:
    """A stem that is in the index."""

    def __init__(self, stem, number, documents, forms):
        self.stem, self.number, self.documents, self.forms = stem, number, documents, forms


def known(tables, language, stems):
    """`(documents, {stem: Term})`: how many texts there are, and the stems that some of them has, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(tables.sql(KNOWN), [list(stems), language])
        rows = cursor.fetchall()
    return (rows[0][0] if rows else 0), {row[1]: Term(*row[1:]) for row in rows if row[1] is not None}


def terms(tables, language, stems):
    """`{stem: Term}` of those that some text has."""
    return {term.stem: term for term in _read(tables, WITH_STEMS, [language, list(stems)])}


def _read(tables, sql, parameters):
    with connection.cursor() as cursor:
        cursor.execute(tables.sql(sql), parameters)
        return [Term(*row) for row in cursor.fetchall()]


def completed(tables, language, word):
    """The terms of words that begin with `word`, the commonest first."""
    if len(word.folded) < SHORTEST:
        return []
    bare = languages.language(language).analyser.stem(word.folded)
    parts, parameters = [], []
    beginnings = [
        beginning
        for beginning in dict.fromkeys((word.folded, bare))
        if len(beginning) >= SHORTEST and word.folded.endswith(beginning)  # the same without article or preposition
    ]
    for beginning in beginnings:
        parts.append(BEGINNING)
        parameters += [language, beginning, beginning[:-1] + chr(ord(beginning[-1]) + 1), MOST_BEGUN]
    # «economi» is longer than the stem of «economic».
    shorter = [word.folded[:length] for length in range(max(SHORTEST, len(word.folded) - 4), len(word.folded))]
    sql = " UNION ALL ".join(f"({part})" for part in [*parts, WITH_STEMS])
    begun = {
        term.stem: term
        for term in _read(tables, sql, [*parameters, language, shorter])
        if term.stem.startswith(tuple(beginnings)) or any(folded(form).startswith(word.folded) for form in term.forms)
    }
    return sorted(begun.values(), key=lambda term: -term.documents)[:MOST_BEGUN]


def corrections(tables, language, word):
    """`[(Term, how it is written)]` of the words nearest to one that no text has, best first."""
    written = word.folded
    if len(written) < SHORTEST or written.isdigit():
        return []
    analyser = languages.language(language).analyser
    near = {}  # stem -> variants of what was written that have it
    for variant in variants(written):
        near.setdefault(analyser.stem(variant), []).append(variant)
    found = terms(tables, language, near)
    ranked = [_ranked(term, near[term.stem], written, 1) for term in found.values()]
    if not ranked and len(written) >= LONG:
        ranked = _further(tables, language, written)
    if not ranked:
        ranked = _parts(tables, language, written)
    return [(term, form) for _rank, term, form in sorted(ranked, key=lambda row: row[0])[: analyser.corrections]]


def _ranked(term, variants, written, distance):
    """A word as it stands in a text is better than one that only has its stem."""
    forms = {folded(form): form for form in reversed(term.forms)}
    known = [variant for variant in variants if variant in forms]
    form = known[0] if known else variants[0]
    return (distance, not known, form[0] != written[0], -term.documents), term, forms.get(form, form)


def _further(tables, language, written):
    """Words two errors away that begin alike."""
    beginning = written[:SAME_BEGINNING]
    last = beginning[:-1] + chr(ord(beginning[-1]) + 1)
    rows = []
    for term in _read(tables, BEGINNING, [language, beginning, last, MOST_READ]):
        for form in map(folded, term.forms):
            if (
                abs(len(form) - len(written)) <= 2
                and len(set(form) ^ set(written)) <= 4
                and distance(form, written) <= 2
            ):
                rows.append(_ranked(term, [form], written, 2))
                break
    return rows


def _parts(tables, language, written):
    """The longer of two words that were written as one."""
    stem = languages.language(language).analyser.stem
    splits = [(written[:place], written[place:]) for place in range(2, len(written) - 1)]
    found = terms(tables, language, {stem(part) for split in splits for part in split})
    rows = []
    for first, second in splits:
        if stem(first) in found and stem(second) in found and max(len(first), len(second)) >= LONGER_PART:
            part = max(first, second, key=len)
            rows.append(((-len(part),), found[stem(part)], f"{first} {second}"))
    return rows


def variants(word):
    """Every word one error away: a letter left out, doubled or added, another one, two exchanged."""
    letters = arabic.LETTERS if word[0] in arabic.LETTERS else LATIN_LETTERS
    splits = [(word[:place], word[place:]) for place in range(len(word) + 1)]
    found = [a + b[1:] for a, b in splits if b]
    found += [a + b[1] + b[0] + b[2:] for a, b in splits if len(b) > 1]
    found += [a + letter + b[1:] for a, b in splits if b for letter in letters]
    found += [a + letter + b for a, b in splits for letter in letters]
    return [variant for variant in dict.fromkeys(found) if len(variant) > 1 and variant != word]


def distance(a, b):
    """Errors between two words: letters left out, added or changed, and neighbours exchanged."""
    before, row = None, list(range(len(b) + 1))
    for i, x in enumerate(a, start=1):
        above, row = row, [i]
        for j, y in enumerate(b, start=1):
            cost = min(above[j] + 1, row[-1] + 1, above[j - 1] + (x != y))
            if before and i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before = above
    return row[-1]
