"""A body taken apart for comparison: its blocks (paragraphs, rows, notes…), and their words with what they are marked with."""

import re
from dataclasses import dataclass, field

from lxml import html as lxml_html

# What stands over and under letters, joins or parts them, and lengthens a line belongs to the word (`\w` has none of it).
_IN_WORDS = "\u0300-\u036f\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u08ca-\u08e1\u08e3-\u08ff\u200c\u200d"
_TOKEN = re.compile(rf"\s?(?:\d+(?:[.,٫٬]\d+)+|[\w{_IN_WORDS}]+(?:['’][\w{_IN_WORDS}]+)*|.)", re.S)

BLOCKS = {"p", "h2", "h3", "li", "tr", "caption", "figcaption", "figure", "blockquote", "hr"}
GROUPS = {"ul", "ol", "table", "thead", "tbody", "tfoot", "div"}
MARKS = {"strong", "em", "sub", "sup", "cite", "bdi"}
CELL, LINE, NOTE, RULE = " | ", " ⏎ ", " [*] ", "* * *"


@dataclass(frozen=True)
class Token:
    """A word or a sign with the space before it; its marks are `strong` or (`a`, address)…"""

    text: str
    marks: tuple = ()


@dataclass(frozen=True)
class Block:
    element: str  # p, h2, li, quote, pullquote, tr, footnote…
    tokens: tuple
    words: frozenset = field(compare=False, default=frozenset())

    @property
    def text(self):
        return "".join(token.text for token in self.tokens)


def tokens_of(runs):
    """The tokens of `[(text, marks)]`, whatever white space stands between and in them."""
    text, starts = "", []
    for run, marks in runs:
        run = re.sub(r"\s+", " ", run)
        if text.endswith(" ") or not text:
            run = run.removeprefix(" ")
        if run:
            starts.append((len(text), frozenset(marks)))
            text += run
    text = text.rstrip()
    found, place = [], 0
    for match in _TOKEN.finditer(text):
        first = match.start() + (match[0][0] == " " and len(match[0]) > 1)
        while place + 1 < len(starts) and starts[place + 1][0] <= first:
            place += 1
        marks, further = starts[place][1], place + 1
        while further < len(starts) and starts[further][0] < match.end():
            marks |= starts[further][1]
            further += 1
        found.append(Token(match[0], tuple(sorted(marks, key=str))))
    return tuple(found)


def words_of(tokens):
    """What is counted when two blocks are asked how like each other they are."""
    return frozenset(word for token in tokens if (word := token.text.strip()).isalnum() or len(word) > 1)


def blocks_of(html):
    """The blocks of a cleaned body, in order; a footnote follows the block that refers to it."""
    if not html.strip():
        return []
    reader = _Reader()
    reader.walk(lxml_html.fragment_fromstring(html, create_parent="div"), "p", frozenset())
    reader.close("p")
    return reader.blocks


class _Reader:
    def __init__(self):
        self.blocks, self.runs, self.notes = [], [], []

    def close(self, element):
        """What was read since the last block is one; its notes follow."""
        for name, runs in [(element, self.runs), *(("footnote", note) for note in self.notes)]:
            tokens = tokens_of(runs)
            if tokens:
                self.blocks.append(Block(name, tokens, words_of(tokens)))
        self.runs, self.notes = [], []

    def say(self, text, marks):
        if text:
            self.runs.append((text, marks))

    def walk(self, node, element, marks):
        self.say(node.text, marks)
        for child in node:
            if isinstance(child.tag, str):
                self.enter(child, element, marks)
            self.say(child.tail, marks)

    def enter(self, child, element, marks):
        tag = child.tag
        if tag in BLOCKS | GROUPS and element != "tr":
            self.close(element)
            inner = _name(child, element)
            self.say(RULE if tag == "hr" else " ".join(child.values()) if tag == "figure" else "", marks)
            self.walk(child, inner, marks)
            self.close(inner)
        elif tag == "sup" and child.get("class") == "footnote":
            self.note(child)
            self.say(NOTE, marks)
        elif tag in ("td", "th"):
            self.say(CELL if child.getprevious() is not None else "", marks)
            self.walk(child, element, marks | _marks(child))
        else:
            self.say(_shown(child), marks | _marks(child))
            self.walk(child, element, marks | _marks(child))
            self.say(" " if tag in BLOCKS else "", marks)

    def note(self, element):
        kept, self.runs = self.runs, []
        self.walk(element, "tr", frozenset())  # as in a row: what it has inside does not part it
        self.notes.append(self.runs)
        self.runs = kept


def _name(child, outer):
    """What kind of block a child begins, seen from the block that it stands in."""
    if child.tag == "blockquote":
        return child.get("class") or "quote"
    if child.tag == "li":
        return f"{child.getparent().tag} li"
    if child.tag == "p" or child.tag in GROUPS:
        return outer
    return child.tag


def _shown(child):
    """What an element without words of its own shows."""
    if child.tag == "br":
        return LINE
    if child.tag == "img":
        return f" #{child.get('data-image') or '?'} {child.get('alt') or ''} "
    return ""


def _marks(child):
    """What an element does to its words, its attributes included: a change of any of them is a change."""
    known = {"class", "data-image", "alt", "src"} if child.tag == "img" else set()
    said = tuple(f"{name}={value}" for name, value in sorted(child.items()) if name not in known and name != "href")
    if child.tag == "a":
        return frozenset([("a", child.get("href") or "")])
    if child.tag == "td":
        return frozenset([("cell", *said)]) if said else frozenset()
    if child.tag in MARKS or child.tag == "th" or said:
        return frozenset([(child.tag, *said) if said else child.tag])
    return frozenset()
