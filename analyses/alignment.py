"""Which parts of two sequences belong together, in a time that never grows with the square of their lengths."""

from bisect import bisect_left
from collections import Counter
from difflib import SequenceMatcher

SMALL = 250_000  # pairs that difflib may look at; more is first cut at what stands once on either side


def aligned(before, after):
    """`[(is_equal, i1, i2, j1, j2)]` that tell, in order and without a gap, how `before` becomes `after`."""
    start = 0
    shorter = min(len(before), len(after))
    while start < shorter and before[start] == after[start]:
        start += 1
    end = 0
    while end < shorter - start and before[-1 - end] == after[-1 - end]:
        end += 1
    middle = _middle(before, after, start, len(before) - end, start, len(after) - end)
    tail = (True, len(before) - end, len(before), len(after) - end, len(after))
    return _joined([(True, 0, start, 0, start), *middle, tail])


def _middle(before, after, i1, i2, j1, j2):
    if i1 == i2 or j1 == j2:
        return [(False, i1, i2, j1, j2)]
    if (i2 - i1) * (j2 - j1) <= SMALL:
        matcher = SequenceMatcher(None, before[i1:i2], after[j1:j2])
        return [(tag == "equal", i1 + a, i1 + b, j1 + c, j1 + d) for tag, a, b, c, d in matcher.get_opcodes()]
    found = []
    for i, j in [*_anchors(before, after, i1, i2, j1, j2), (i2, j2)]:
        small = (i - i1) * (j - j1) <= SMALL
        found += _middle(before, after, i1, i, j1, j) if small else [(False, i1, i, j1, j)]
        found.append((True, i, i + 1, j, j + 1))
        i1, j1 = i + 1, j + 1
    return found[:-1]  # the last one is the end itself


def _anchors(before, after, i1, i2, j1, j2):
    """The most places, in order on either side, of what stands there once on each (patience diff)."""
    there, here = _once(before, i1, i2), _once(after, j1, j2)
    pairs = [(i, here[value]) for value, i in there.items() if value in here]
    return _longest_rising(pairs)


def _once(sequence, first, last):
    often = Counter(sequence[first:last])
    return {sequence[n]: n for n in range(first, last) if often[sequence[n]] == 1}


def _longest_rising(pairs):
    """The longest part of `pairs`, in order of the first, whose second number rises."""
    tops, ends, previous = [], [], {}
    for number, (_i, j) in enumerate(pairs):
        place = bisect_left(tops, j)
        tops[place : place + 1] = [j]
        ends[place : place + 1] = [number]
        previous[number] = ends[place - 1] if place else None
    found, number = [], ends[-1] if ends else None
    while number is not None:
        found.append(pairs[number])
        number = previous[number]
    return found[::-1]


def _joined(parts):
    found = []
    for part in parts:
        if part[1] == part[2] and part[3] == part[4]:
            continue
        if found and found[-1][0] == part[0]:
            part = (part[0], found[-1][1], part[2], found.pop()[3], part[4])
        found.append(part)
    return found


def best_pairs(likeness):
    """`[(i, j)]`, rising on both sides, with the greatest sum of `likeness[i][j]`; a likeness of 0 makes no pair."""
    rows, columns = len(likeness), len(likeness[0]) if likeness else 0
    best = [[0.0] * (columns + 1) for _row in range(rows + 1)]
    for i in range(rows - 1, -1, -1):
        for j in range(columns - 1, -1, -1):
            together = best[i + 1][j + 1] + likeness[i][j] if likeness[i][j] else 0.0
            best[i][j] = max(best[i + 1][j], best[i][j + 1], together)
    found, i, j = [], 0, 0
    while i < rows and j < columns:
        if likeness[i][j] and best[i][j] == best[i + 1][j + 1] + likeness[i][j]:
            found.append((i, j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return found
