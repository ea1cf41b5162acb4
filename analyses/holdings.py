"""The live editions of a language in memory, as strings of bits: what several filters at once leave, and how many.

Each edition has a place, the oldest the lowest; each facet is a number whose bit at that place is set. So any
combination of filters is an `&`, a count takes microseconds, and a list in order of date is the bits from one end.
What publication changes is read from the log of changes at the next reading, in every process; a holding is never
changed itself, so that a reader in another thread is not disturbed.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from itertools import chain, compress, repeat
from threading import Lock

from django.db import connection

from . import counts

# A facet with a bit string of its own has one text in so many at least; of experts and tags the others are kept with
# each text. That bounds the memory, whatever the number of tags: a string has a bit for each text.
COMMON = 1024
OFTEN_RARE = ("expert", "tag")
MOST_CHANGES = 1000  # after more of them all is read anew

ALL = """
SELECT id, extract(epoch FROM published_at)::float8 AS date, array_to_string(facets, ' ')
  FROM analyses_edition WHERE language = %(language)s AND is_counted ORDER BY published_at, id
"""
# What has changed since a line of the log; everything, without a state, if that line is there no longer.
LOG = """
WITH known AS (SELECT EXISTS (
    SELECT FROM analyses_change
     WHERE language = %(language)s AND state = %(state)s AND xmin::text::bigint = %(transaction)s) AS is_there)
(SELECT c.state, c.xmin::text::bigint, c.edition_id AS id, extract(epoch FROM e.published_at)::float8 AS date,
        array_to_string(e.facets, ' '), coalesce(e.is_counted, false)
   FROM analyses_change c LEFT JOIN analyses_edition e ON e.id = c.edition_id
  WHERE c.language = %(language)s AND c.state >= %(state)s AND (SELECT is_there FROM known)
  ORDER BY c.state LIMIT %(most)s)
UNION ALL
(SELECT NULL, NULL, id, extract(epoch FROM published_at)::float8, array_to_string(facets, ' '), true
   FROM analyses_edition
  WHERE language = %(language)s AND is_counted AND NOT (SELECT is_there FROM known)
  ORDER BY published_at, id)
"""

_current = {}  # language -> Holdings
_reading = Lock()


def current(language, line):
    """The holdings as they are after `line` of the log, which is what `counts.settle_due` returned."""
    known = _current.get(language)
    if known is None or known.line != line:
        with _reading:
            known = _current.get(language)
            if known is None or known.line != line:
                known = _current[language] = _brought_up(known, language, line)
    return known


def _brought_up(known, language, line):
    """Read on from the line that is known; all anew if it is no longer there, or too much has happened since."""
    if known is None or known.line[0] is None or line[0] is None:
        return _read(language, line)
    state, transaction = known.line
    about = {"language": language, "state": state, "transaction": transaction, "most": MOST_CHANGES}
    with connection.cursor() as cursor:
        cursor.execute(LOG, about)
        rows = cursor.fetchall()
    if not rows or rows[0][0] is None:
        return Holdings.of([row[2:5] for row in rows], line)
    if len(rows) == MOST_CHANGES:
        return _read(language, line)
    return known.changed({row[2]: row[3:] for row in rows}, rows[-1][:2])


def _read(language, line):
    with connection.cursor() as cursor:
        cursor.execute(ALL, {"language": language})
        return Holdings.of(cursor, line)


class Holdings:
    """The live editions of one language. Nothing of it may be changed once it is made."""

    def __init__(self, line, keys, dates, bits, rare, rare_facets):
        self.line = line  # of the log of changes
        self.keys = keys  # primary keys by place; 0 where an edition has gone
        self.dates = dates  # of publication, by place, in seconds
        self.bits = bits  # {facet: number with a bit at each place}
        self.rare = rare  # {primary key: [facets without a bit string]}
        self.rare_facets = rare_facets
        self.place = {key: place for place, key in enumerate(keys) if key}
        self.totals = {facet: number.bit_count() for facet, number in bits.items()}
        self.by_kind = defaultdict(list)
        for facet in sorted(bits, key=self.totals.get, reverse=True):
            self.by_kind[facet.partition(":")[0]].append(facet)

    @classmethod
    def of(cls, rows, line):
        """From rows of `(primary key, date, facets separated by spaces)`, oldest first."""
        keys, dates, places = array("q"), array("d"), defaultdict(lambda: array("L"))
        for place, (key, date, facets) in enumerate(rows):
            keys.append(key)
            dates.append(date)
            for facet in facets.split():
                places[facet].append(place)
        bits, rare = {}, defaultdict(list)
        for facet, found in places.items():
            if facet.startswith(OFTEN_RARE) and len(found) * COMMON < len(keys):
                for place in found:
                    rare[keys[place]].append(facet)
            else:
                bits[facet] = bits_at(found, len(keys))
        return cls(line, keys, dates, bits, dict(rare), places.keys() - bits.keys())

    def changed(self, rows, line):
        """A copy with `{primary key: (date, facets, whether it is counted)}` as they are now."""
        keys, dates, bits = self.keys[:], self.dates[:], dict(self.bits)
        rare, rare_facets = dict(self.rare), set(self.rare_facets)
        gone = 0
        for key in rows:
            rare.pop(key, None)
            if key in self.place:
                gone |= 1 << self.place[key]
                keys[self.place[key]] = 0
        if gone:
            bits = {facet: number & ~gone for facet, number in bits.items()}
        new = sorted((date, key, facets) for key, (date, facets, is_counted) in rows.items() if is_counted)
        for date, key, facets in new:
            place = _make_place(keys, dates, bits, date, key)
            for facet in facets.split():
                if facet not in bits and (facet in rare_facets or self._is_rare(facet)):
                    rare[key] = [*rare.get(key, ()), facet]
                    rare_facets.add(facet)
                else:
                    bits[facet] = bits.get(facet, 0) | 1 << place
        bits = {facet: number for facet, number in bits.items() if number}
        return Holdings(line, keys, dates, bits, rare, rare_facets)

    def _is_rare(self, facet):
        return facet.startswith(OFTEN_RARE) and len(self.keys) > COMMON

    def having(self, facets):
        """Those that have one of `facets` at least."""
        found = 0
        for facet in facets:
            number = self.bits.get(facet)
            if number is None and facet in self.rare_facets:
                number = self.among(key for key, own in self.rare.items() if facet in own)
            found |= number or 0
        return found

    def between(self, since, until):
        """Those published from `since` on and before `until`, in seconds; None for no limit."""
        first = 0 if since is None else bisect_left(self.dates, since)
        last = len(self.dates) if until is None else bisect_left(self.dates, until)
        return ((1 << max(last, first)) - 1) ^ ((1 << first) - 1)

    def among(self, keys):
        """Those whose primary key is one of `keys`."""
        return bits_at(map(self.place.get, keys, repeat(len(self.keys))), len(self.keys))

    def only(self, keys, bits):
        """Of `keys`, in their order, those in `bits`."""
        flags = flags_of(bits, len(self.keys))
        return array("q", compress(keys, map(flags.__getitem__, map(self.place.get, keys, repeat(len(self.keys))))))

    def newest(self, bits, skip, most):
        """Primary keys of `most` of `bits`, newest first, after the first `skip`."""
        low, high = 0, bits.bit_length()
        while low < high:  # the lowest place that has no more than `skip` at it and above it
            middle = (low + high) // 2
            if (bits >> middle).bit_count() <= skip:
                high = middle
            else:
                low = middle + 1
        bits &= (1 << low) - 1
        found = []
        while bits and len(found) < most:
            place = bits.bit_length() - 1
            bits ^= 1 << place
            found.append(self.keys[place])
        return found

    def rare_counts(self, bits):
        """`Counter` of the facets without a bit string, among the editions in `bits`."""
        flags, place, rare = flags_of(bits, len(self.keys)), self.place, self.rare
        if bits.bit_count() < len(rare):
            found = (key for key in compress(self.keys, flags) if key in rare)
        else:
            found = (key for key in rare if flags[place[key]])
        return Counter(chain.from_iterable(map(rare.get, found)))


# Loops over a hundred thousand places, in which Python's own would be noticed: numbers are written and read as digits.


def bits_at(places, size):
    """The number that has a bit at each of `places`; the place `size` stands for none."""
    digits = bytearray(b"0") * (size + 1)
    for place in places:
        digits[size - place] = ONE
    digits[0] = ZERO
    return int(digits, 2)


def flags_of(bits, size):
    """A byte for each place, 1 or 0, and a 0 for the place `size`."""
    return format(bits, f"0{size}b").encode().translate(DIGITS)[::-1] + b"\0"


ZERO, ONE = b"01"
DIGITS = bytes.maketrans(b"01", b"\0\1")


def _make_place(keys, dates, bits, date, key):
    """A free place in order of date: the one that an edition has just left, or one between two, or the last."""
    place = bisect_right(dates, date)
    while place and dates[place - 1] == date and keys[place - 1] > key:
        place -= 1
    for free in (place - 1, place):
        if 0 <= free < len(keys) and not keys[free]:
            keys[free], dates[free] = key, date
            return free
    if place < len(keys):
        below = (1 << place) - 1
        for facet, number in bits.items():
            bits[facet] = (number & ~below) << 1 | number & below
    keys.insert(place, key)
    dates.insert(place, date)
    return place


class Selection:
    """What a choice of filters leaves, and what each further choice would."""

    order = None

    def __init__(self, holdings, groups, since=None, until=None, keys=None):
        """`groups` is `{kind: [facets]}`, of which an edition has one of each kind; `keys` those that a search found."""
        self.holdings = holdings
        self.base = holdings.having(["all"])
        if since is not None or until is not None:
            self.base &= holdings.between(since, until)
        if keys is not None:
            self.base &= holdings.among(keys)
        self.groups = {kind: holdings.having(facets) for kind, facets in groups.items()}
        self.bits = self._without(None)
        self.total = self.bits.bit_count()

    def _without(self, kind):
        """What all filters but those of one kind leave."""
        bits = self.base
        for other, group in self.groups.items():
            if other != kind:
                bits &= group
        return bits

    def own(self, kind, most=None):
        """`{facet: n}`: how many have each facet of a kind, whatever is chosen of that kind; the `most` frequent ones."""
        bits, holdings = self._without(kind), self.holdings
        found = []
        for facet in holdings.by_kind[kind]:
            if most and len(found) >= most and holdings.totals[facet] <= found[most - 1][0]:
                break
            if n := (bits & holdings.bits[facet]).bit_count():
                found = sorted([*found, (n, facet)], reverse=True)[:most]
        if kind in OFTEN_RARE and (not most or len(found) < most or found[-1][0] < len(holdings.keys) / COMMON):
            rare = self.holdings.rare_counts(bits)
            found += [(n, facet) for facet, n in rare.items() if facet.startswith(f"{kind}:")]
        return {facet: n for n, facet in sorted(found, reverse=True)[:most]}

    def together(self, kind, facets):
        """How many there would be if `facets` were what is chosen of a kind."""
        return (self._without(kind) & self.holdings.having(facets)).bit_count()

    def newest(self, skip, most):
        return self.holdings.newest(self.bits, skip, most)

    def oldest(self, skip, most):
        last = min(most, self.total - skip)
        return self.holdings.newest(self.bits, self.total - skip - last, last)[::-1]

    def only(self, keys):
        """Of `keys`, in their order, those that the filters leave."""
        return self.holdings.only(keys, self.bits)


class Kept:
    """What one filter leaves, or none, and what each further choice would: read from the kept counts."""

    def __init__(self, language, kind, facet):
        self.facet, self.kind = facet, kind
        found = counts.under(language, "all", facet)
        self.everything, self.counts = found["all"], found[facet]
        self.total = self.counts.get("all", 0)

    def own(self, kind, most=None):
        found = self.everything if kind == self.kind else self.counts
        rows = [(n, facet) for facet, n in found.items() if facet.partition(":")[0] == kind]
        return {facet: n for n, facet in sorted(rows, reverse=True)[:most]}

    def together(self, kind, facets):
        if kind != self.kind:
            return self.counts.get(facets[0], 0)
        return sum(self.everything.get(facet, 0) for facet in facets) - self._both(facets)

    def _both(self, facets):
        """How many have two facets, of which one is chosen already."""
        return sum(self.counts.get(facet, 0) for facet in facets if facet != self.facet) if len(facets) > 1 else 0
