"""Three-way merging: what two people made of the same state, each without the other.

A state is a flat dict, `{"title_en": "…", "topics": [3, 5], …}`; see `form_state`.
"""

from dataclasses import dataclass, field
from difflib import SequenceMatcher

from lxml import html as lxml_html

from thinktank.html import clean


@dataclass
class Merge:
    state: dict  # with mine wherever both have changed the same
    theirs: list = field(default_factory=list)  # what only the others have changed
    mine: list = field(default_factory=list)  # what only I have changed
    conflicts: list = field(default_factory=list)  # what both have changed, differently
    both: dict = field(default_factory=dict)  # of conflicts: a state with both changes in it, where there is one


def merge(base, theirs, mine, sets=(), bodies=()):
    """What comes of two changes of one `base`. What all three do not have in common is left as it is in `mine`.

    `sets` names what has no order, so that additions and removals never collide; `bodies` what is HTML. Without a
    base nobody can say who changed what: all that differs collides.
    """
    merged = Merge(dict(mine))
    for name in mine:
        if name not in theirs or same(mine[name], theirs[name], name in bodies):
            continue
        was = base.get(name) if base else None
        known = base is not None and name in base
        if known and name in sets:
            merged.state[name] = _united(was, theirs[name], mine[name])
            changed_by_them, changed_by_me = set(theirs[name]) != set(was), set(mine[name]) != set(was)
            merged.theirs += [name] if changed_by_them else []
            merged.mine += [name] if changed_by_me else []
        elif known and same(theirs[name], was, name in bodies):
            merged.mine.append(name)
        elif known and same(mine[name], was, name in bodies):
            merged.state[name] = theirs[name]
            merged.theirs.append(name)
        else:
            merged.conflicts.append(name)
            both = _both(was, theirs[name], mine[name], name in bodies) if known else None
            if both is not None:
                merged.both[name] = both
    return merged


def same(one, other, is_body=False):
    """Whether two values mean the same. Line ends between blocks are no difference: the editor does not keep them."""
    return one == other or (is_body and blocks_of(one) == blocks_of(other))


def _united(base, theirs, mine):
    return sorted(set(theirs) - (set(base) - set(mine)) | (set(mine) - set(base)), key=str)


def _both(base, theirs, mine, is_body):
    if is_body:
        blocks = three_way(blocks_of(base), blocks_of(theirs), blocks_of(mine))
        return None if blocks is None else "\n".join(blocks)
    if isinstance(base, list):
        together = three_way(base, theirs, mine)
        if together is None:
            gone = set(base) - (set(theirs) & set(mine))
            together = [*theirs, *mine]
            together = [key for key in together if key not in gone]
        return list(dict.fromkeys(together))
    return None


def three_way(base, theirs, mine):
    """The sequence with both sides' changes, or None if they touch the same place differently."""
    merged, at, by_them, by_me = [], 0, 0, 0
    for start, theirs_start, mine_start, size in [*_common(base, theirs, mine), (len(base), len(theirs), len(mine), 0)]:
        was, they, i = base[at:start], theirs[by_them:theirs_start], mine[by_me:mine_start]
        if they == was or they == i:
            merged += i
        elif i == was:
            merged += they
        else:
            return None
        merged += base[start : start + size]
        at, by_them, by_me = start + size, theirs_start + size, mine_start + size
    return merged


def _common(base, theirs, mine):
    """`(in base, in theirs, in mine, size)` of each run that all three have, in order."""
    in_theirs, in_mine = _positions(base, theirs), _positions(base, mine)
    runs = []
    for place in range(len(base)):
        if place not in in_theirs or place not in in_mine:
            continue
        found = (in_theirs[place], in_mine[place])
        if runs:
            start, their_start, my_start, size = runs[-1]
            if (start + size, their_start + size, my_start + size) == (place, *found):
                runs[-1] = (start, their_start, my_start, size + 1)
                continue
        runs.append((place, *found, 1))
    return runs


def _positions(base, other):
    """`{place in base: place in other}` of what stayed."""
    blocks = SequenceMatcher(None, base, other, autojunk=False).get_matching_blocks()
    return {a + step: b + step for a, b, size in blocks for step in range(size)}


def blocks_of(body):
    """The blocks of a body: paragraphs, headings, lists, tables, each as HTML."""
    if not body:
        return []
    parts = lxml_html.fragments_fromstring(clean(body))
    blocks = [
        part if isinstance(part, str) else lxml_html.tostring(part, encoding="unicode", with_tail=False)
        for whole in parts
        for part in ([whole] if isinstance(whole, str) else [whole, whole.tail or ""])
    ]
    return [block.strip() for block in blocks if block.strip()]
