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


def guesses(tables, language, words, unfinished=None):
    """What `words` may mean that no text has; `unfinished` is one of them, and the last that was typed. In one query.

    Returns `(terms that begin with the unfinished word, the commonest first; {stem: [(Term, how it is written)]} of the
    words nearest to each, best first)`.
    """
    analyser = languages.language(language).analyser
    written = {word.stem: word.folded for word in words if can_be_corrected(word.folded)}
    near = {stem: _by_stem(analyser, variants(form)) for stem, form in written.items()}
    parts = {analyser.stem(part) for form in written.values() for split in _splits(form) for part in split}
    beginnings = _beginnings(analyser, unfinished.folded) if unfinished else []
    ranges = [(beginning, MOST_BEGUN) for beginning in beginnings]
    ranges += [(form[:SAME_BEGINNING], MOST_READ) for form in written.values() if len(form) >= LONG]
    stems = parts.union(*near.values(), _shorter(unfinished.folded) if beginnings else ())
    read = _read_all(tables, language, stems, ranges)
    begun = _begun(read.values(), unfinished.folded, beginnings) if beginnings else []
    corrected = {}
    for stem, form in written.items():
        rows = [_ranked(read[other], near[stem][other], form, 1) for other in near[stem].keys() & read.keys()]
        rows = rows or (_further(read.values(), form) if len(form) >= LONG else []) or _parts(read, analyser, form)
        best = sorted(rows, key=lambda row: row[0])[: analyser.corrections]
        corrected[stem] = [(term, correction) for _rank, term, correction in best]
    return begun, corrected


def can_be_corrected(written):
    return len(written) >= SHORTEST and not written.isdigit()


def _by_stem(analyser, written):
    """`{stem: the words that have it}`."""
    found = {}
    for variant in written:
        found.setdefault(analyser.stem(variant), []).append(variant)
    return found


def _read_all(tables, language, stems, ranges):
    """`{stem: Term}` of these stems and, as `(beginning, how many)`, of the commonest that begin so."""
    selects, parameters = [WITH_STEMS], [language, list(stems)]
    for beginning, most in dict.fromkeys(ranges):
        selects.append(BEGINNING)
        parameters += [language, beginning, beginning[:-1] + chr(ord(beginning[-1]) + 1), most]
    read = _read(tables, " UNION ALL ".join(f"({select})" for select in selects), parameters)
    return {term.stem: term for term in read}


def _beginnings(analyser, written):
    """How words begin that an unfinished one may be: as it does, and so without an article or a preposition."""
    if len(written) < SHORTEST:
        return []
    return [
        beginning
        for beginning in dict.fromkeys((written, analyser.stem(written)))
        if len(beginning) >= SHORTEST and written.endswith(beginning)
    ]


def _shorter(written):
    """«economi» is longer than the stem of «economic»."""
    return [written[:length] for length in range(max(SHORTEST, len(written) - 4), len(written))]


def _begun(read, written, beginnings):
    begun = [
        term
        for term in read
        if term.stem.startswith(tuple(beginnings)) or any(folded(form).startswith(written) for form in term.forms)
    ]
    return sorted(begun, key=lambda term: -term.documents)[:MOST_BEGUN]


def _ranked(term, variants, written, distance):
    """A word as it stands in a text is better than one that only has its stem."""
    forms = {folded(form): form for form in reversed(term.forms)}
    known = [variant for variant in variants if variant in forms]
    form = known[0] if known else variants[0]
    return (distance, not known, form[0] != written[0], -term.documents), term, forms.get(form, form)


def _further(read, written):
    """Words two errors away that begin alike."""
    rows = []
    for term in read:
        if not term.stem.startswith(written[:SAME_BEGINNING]):
            continue
        for form in map(folded, term.forms):
            if (
                abs(len(form) - len(written)) <= 2
                and len(set(form) ^ set(written)) <= 4
                and distance(form, written) <= 2
            ):
                rows.append(_ranked(term, [form], written, 2))
                break
    return rows


def _splits(written):
    return [(written[:place], written[place:]) for place in range(2, len(written) - 1)]


def _parts(found, analyser, written):
    """The longer of two words that were written as one."""
    rows = []
    for first, second in _splits(written):
        stems = analyser.stem(first), analyser.stem(second)
        if all(stem in found for stem in stems) and max(len(first), len(second)) >= LONGER_PART:
            part = max(first, second, key=len)
            rows.append(((-len(part),), found[analyser.stem(part)], f"{first} {second}"))
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
