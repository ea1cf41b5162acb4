"""What differs between two states of a text, for people to read: words in paragraphs, paragraphs, fields.

    compare_html(before, after)     two bodies: a list of Compared blocks
    compare_text(before, after)     two lines: a list of Pieces
    compare_fields(before, after)   two whole states (working_copy.py): a Comparison, printed by
                                    templates/admin/newsroom/comparison.html

Nothing is lost in it: the pieces that are not inserted make the text before, those that are not deleted the text after.
"""

from collections import defaultdict, deque
from dataclasses import dataclass
from itertools import groupby

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .alignment import aligned, best_pairs
from .blocks import blocks_of, tokens_of

SAME, CHANGED, INSERTED, DELETED = "same", "changed", "inserted", "deleted"
MOVED, MOVED_AWAY = "moved", "moved-away"  # where a block stands now, and where it stood
RESTYLED = "restyled"  # of a piece: the same words, marked differently

ALIKE = 0.4  # of two blocks in one place: from here on one is the other, changed
STILL_ALIKE = 0.7  # of two blocks in different places: one was moved, and changed
COMPARED_EACH_WITH_EACH = 160_000  # pairs of blocks
COMPARED_BY_WORDS = 120_000  # words of changed blocks; a longer text is compared by blocks alone
SHORT = 6  # words of a heading or a cell, which may change altogether and be the same all the same
LONGEST_ADDRESS = 120

ELEMENTS = {
    "p": gettext_lazy("Paragraph"), "h2": gettext_lazy("Heading"), "h3": gettext_lazy("Subheading"),
    "ul li": gettext_lazy("Item of a list"), "ol li": gettext_lazy("Item of a numbered list"),
    "quote": gettext_lazy("Quotation"), "pullquote": gettext_lazy("Pull quote"), "tr": gettext_lazy("Row of a table"),
    "caption": gettext_lazy("Title of a table"), "figcaption": gettext_lazy("Caption"),
    "figure": gettext_lazy("Picture"), "footnote": gettext_lazy("Footnote"), "hr": gettext_lazy("Dividing line"),
}  # fmt: skip
MARKS = {
    "strong": gettext_lazy("bold"), "em": gettext_lazy("italic"), "sub": gettext_lazy("subscript"),
    "sup": gettext_lazy("superscript"), "cite": gettext_lazy("title or credit"), "th": gettext_lazy("heading cell"),
    "bdi": gettext_lazy("name in the other script"),
}  # fmt: skip


@dataclass
class Piece:
    """Some words that were treated alike."""

    kind: str
    text: str
    marks: tuple = ()
    was: tuple = ()  # of restyled words: how they were marked before

    @property
    def styles(self):
        """Class names of what the words are marked with."""
        return " ".join(f"mark-{mark if isinstance(mark, str) else mark[0]}" for mark in self.marks)

    @property
    def remark(self):
        """What cannot be seen in the words: how they are marked now, or where a link leads."""
        if self.kind == RESTYLED:
            now = [_said(mark) for mark in self.marks if mark not in self.was]
            gone = [_("no longer %s") % _said(mark) for mark in self.was if mark not in self.marks]
            return _(", ").join([*now, *gone])
        if self.kind in (INSERTED, DELETED):
            return _(", ").join(_said(mark) for mark in self.marks if mark[0] == "a")
        return ""


def _said(mark):
    if isinstance(mark, str):
        return str(MARKS.get(mark, mark))
    if mark[0] == "a":
        return _("link to %s") % f"\u2066{mark[1][:LONGEST_ADDRESS]}\u2069"
    return " ".join(mark[1:])


@dataclass
class Compared:
    """One block of a body, and what became of it."""

    kind: str
    element: str
    pieces: list
    was: str = ""  # the element that it was before, if that changed

    @property
    def label(self):
        return ELEMENTS.get(self.element, self.element)

    @property
    def was_label(self):
        return ELEMENTS.get(self.was, self.was)

    @property
    def is_changed(self):
        return any(piece.kind != SAME for piece in self.pieces)


@dataclass
class Fold:
    """Blocks that are the same on both sides, which the page keeps closed."""

    blocks: list
    kind: str = "fold"


def compare_text(before, after):
    """The Pieces of two lines of plain text."""
    return _pieces(tokens_of([(before or "", ())]), tokens_of([(after or "", ())]))


def compare_html(before, after):
    """The Compared blocks of two cleaned bodies, in the order of the later one; what is gone stands where it was."""
    old, new = blocks_of(before or ""), blocks_of(after or "")
    parts = aligned(old, new)
    gaps = [(list(range(i1, i2)), list(range(j1, j2))) for is_equal, i1, i2, j1, j2 in parts if not is_equal]
    came_from = _moved(old, new, gaps)
    gone_to = set(came_from.values())
    together = {}
    for out, into in gaps:
        together |= _paired([i for i in out if i not in gone_to], [j for j in into if j not in came_from], old, new)
    came_from |= _moved_and_changed(old, new, gaps, together, came_from)
    changed = [*((old[i], new[j]) for i, j in together.items()), *((old[i], new[j]) for j, i in came_from.items())]
    by_words = sum(len(a.tokens) + len(b.tokens) for a, b in changed) <= COMPARED_BY_WORDS
    return _listed(parts, old, new, together, came_from, by_words)


def _moved(old, new, gaps):
    """`{place now: place before}` of the blocks that are gone in one place and there, as they were, in another."""
    gone = defaultdict(deque)
    for out, _into in gaps:
        for i in out:
            gone[old[i]].append(i)
    return {j: gone[new[j]].popleft() for _out, into in gaps for j in into if gone.get(new[j])}


def _moved_and_changed(old, new, gaps, together, came_from):
    paired, gone = set(together.values()), set(together) | set(came_from.values())
    out = [i for out, _into in gaps for i in out if i not in gone and len(old[i].words) > SHORT]
    into = [j for _out, into in gaps for j in into if j not in paired and j not in came_from]
    if len(out) * len(into) > COMPARED_EACH_WITH_EACH:
        return {}
    found = {}
    for j in into:
        like, i = max(((_likeness(old[i], new[j]), i) for i in out), default=(0, None))
        if like >= STILL_ALIKE:
            found[j] = i
            out.remove(i)
    return found


def _paired(out, into, old, new):
    """`{place before: place now}` of the blocks of one gap that are each other, changed."""
    if len(out) * len(into) > COMPARED_EACH_WITH_EACH:
        return {}
    if len(out) == len(into) == 1 and _may_be_one(old[out[0]], new[into[0]]):
        return {out[0]: into[0]}
    likeness = [[like if (like := _likeness(old[i], new[j])) >= ALIKE else 0 for j in into] for i in out]
    return {out[row]: into[column] for row, column in best_pairs(likeness)}


def _may_be_one(a, b):
    is_short = min(len(a.words), len(b.words)) <= SHORT
    return _likeness(a, b) >= ALIKE or (is_short and a.element == b.element)


def _likeness(a, b):
    """From 0, no word in common, to 1."""
    if not a.words or not b.words:
        return float(a.text == b.text)
    return 2 * len(a.words & b.words) / (len(a.words) + len(b.words))


def _listed(parts, old, new, together, came_from, by_words):
    found, gone_to, partners = [], set(came_from.values()), {j: i for i, j in together.items()}
    for is_equal, i1, i2, j1, j2 in parts:
        if is_equal:
            found += [_whole(SAME, block) for block in new[j1:j2]]
            continue
        i = i1
        for j in range(j1, j2):
            if j in came_from:
                found.append(_both(MOVED, old[came_from[j]], new[j], by_words))
                continue
            partner = partners.get(j)
            if partner is None:
                found.append(_whole(INSERTED, new[j]))
                continue
            found += [_gone(old, k, gone_to) for k in range(i, partner)]
            found.append(_both(CHANGED, old[partner], new[j], by_words))
            i = partner + 1
        found += [_gone(old, k, gone_to) for k in range(i, i2)]
    return found


def _gone(old, place, gone_to):
    return _whole(MOVED_AWAY if place in gone_to else DELETED, old[place])


def _whole(kind, block):
    pieces = _grouped(block.tokens, kind if kind in (INSERTED, DELETED) else SAME)
    return Compared(kind, block.element, pieces)


def _both(kind, before, after, by_words):
    if by_words or before.tokens == after.tokens:
        pieces = _pieces(before.tokens, after.tokens)
    else:
        pieces = [*_grouped(before.tokens, DELETED), *_grouped(after.tokens, INSERTED)]
    return Compared(kind, after.element, pieces, before.element if before.element != after.element else "")


def _pieces(before, after):
    """The words of two blocks. Only the words are aligned, so that one which turned bold is that, and not another."""
    found = []
    for is_equal, i1, i2, j1, j2 in aligned([t.text for t in before], [t.text for t in after]):
        if is_equal:
            for old, token in zip(before[i1:i2], after[j1:j2], strict=True):
                is_same = old.marks == token.marks
                found.append(
                    Piece(SAME if is_same else RESTYLED, token.text, token.marks, () if is_same else old.marks)
                )
        else:
            found += _grouped(before[i1:i2], DELETED) + _grouped(after[j1:j2], INSERTED)
    return _merged(found)


def _grouped(tokens, kind):
    return _merged([Piece(kind, token.text, token.marks) for token in tokens])


def _merged(pieces):
    runs = groupby(pieces, lambda piece: (piece.kind, piece.marks, piece.was))
    return [Piece(kind, "".join(piece.text for piece in run), marks, was) for (kind, marks, was), run in runs]


def folded(blocks, around=1):
    """`blocks` for the page: a run of unchanged ones is a Fold, but for the first and the last beside a change."""
    found, run = [], []

    def close(at_end):
        head, tail = around if found else 0, 0 if at_end else around
        if len(run) > head + tail + 1:
            found.extend([*run[:head], Fold(run[head : len(run) - tail]), *run[len(run) - tail :]])
        else:
            found.extend(run)
        run.clear()

    for block in blocks:
        if block.kind == SAME:
            run.append(block)
        else:
            close(at_end=False)
            found.append(block)
    close(at_end=True)
    return found
