"""Showing why a text was found: the words of the query in it, as pieces of plain text, never as markup."""

from .. import languages

MOST_TEXT = 200_000  # characters of a text that are looked at


def mark(query, text):
    """`[(piece, whether it is marked)]`, which together are `text`. Whole words are marked, so that letters stay joined."""
    return _pieces(text, [(start, end) for start, end, _stems in _hits(query, text)])


def snippet(query, text, length=240):
    """The part of a text, of about `length` characters, that tells most of the query, as `mark` gives it."""
    text = text[:MOST_TEXT]
    hits = _hits(query, text)
    start, end = _window(query, hits, text, length)
    shown = [(a - start, b - start) for a, b, _stems in hits if start <= a and b <= end]
    pieces = _pieces(" ".join(text[start:end].split("\n")), shown)
    before = "… " if start > 0 else ""
    after = " …" if end < len(text) else ""
    return [piece for piece in [(before, False), *pieces, (after, False)] if piece[0]]


def _hits(query, text):
    analyser = languages.language(query.language).analyser
    found = []
    for start, end, words in analyser.spans(text):
        stems = [word.stem for word in words if word.stem in query.weights]
        if stems:
            found.append((start, end, stems))
    return found


def _pieces(text, marked):
    pieces, last = [], 0
    for start, end in marked:
        if start > last:
            pieces.append((text[last:start], False))
        pieces.append((text[start:end], True))
        last = end
    if last < len(text):
        pieces.append((text[last:], False))
    return pieces


def _window(query, hits, text, length):
    """`(start, end)` of the part with the most weight, at the limits of words; the text's beginning if nothing is in it."""
    if len(text) <= length:
        return 0, len(text)
    best, start = 0, 0
    for first, (begin, _end, _stems) in enumerate(hits):
        seen, repeated = set(), 0
        for _begin, end, stems in hits[first:]:
            if end > begin + length * 3 // 4:
                break
            repeated += sum(stem in seen for stem in stems)
            seen.update(stems)
        weight = sum(query.weights[stem] for stem in seen) + repeated * 0.1
        if weight > best:
            best, start = weight, begin
    start = _sentence(text, start, length) if start > length // 4 else 0
    end = min(len(text), start + length)
    if end < len(text) and (space := text.rfind(" ", start + length // 2, end + 1)) > 0:
        end = space
    return start, end


def _sentence(text, start, length):
    """Where to begin so that a little stands before the first hit: a sentence or line if one begins near, else a word."""
    earliest = max(0, start - length // 4)
    near = text[earliest:start]
    for limit in ("\n", ". ", "؟ ", "? ", "! ", "۔ "):
        if (place := near.rfind(limit)) >= 0:
            return earliest + place + len(limit)
    if earliest and (space := text.find(" ", earliest, start)) >= 0:
        return space + 1
    return earliest
