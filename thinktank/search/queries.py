"""What a reader typed: words, “phrases”, -without. An operator that means nothing is a word or nothing."""

import re
from dataclasses import dataclass, field

from .. import languages

MOST_CHARACTERS = 300
MOST_WORDS = 32

_QUOTES = re.compile("[“”„«»＂]")
_PART = re.compile(r'(?P<minus>(?<!\S)-)?(?:"(?P<phrase>[^"]*)"|(?P<rest>[^\s"]+))')


@dataclass
class Query:
    """A parsed query. `weights` is filled by the search: how much each stem that was looked for tells."""

    language: str
    text: str
    words: list = field(default_factory=list)  # what is looked for, each stem once
    sequence: list = field(default_factory=list)  # stems in order; None where words do not follow each other
    phrases: list = field(default_factory=list)  # lists of stems
    without: list = field(default_factory=list)  # lists of stems: phrases, or words alone
    is_unfinished: bool = False  # whether the last word may be the beginning of one
    weights: dict = field(default_factory=dict)  # stem -> weight

    @property
    def stems(self):
        return list(dict.fromkeys(word.stem for word in self.words))


def parse(language, text):
    """The `Query` that a text means. Any text is a query."""
    text = text[: 4 * MOST_CHARACTERS].replace("\0", " ").encode("utf-8", "ignore").decode()  # without lone surrogates
    text = " ".join(text.split())[:MOST_CHARACTERS]
    query = Query(language, text)
    analyser = languages.language(language).analyser
    parts = [_Part(match, analyser) for match in _PART.finditer(_QUOTES.sub('"', text))]
    parts = _limited(parts)
    if all(part.is_minus for part in parts):  # nothing is left to look in: then they are words
        for part in parts:
            part.is_minus = False
    wanted = [part for part in parts if not part.is_minus]
    keep_stops = all(word.is_stop for part in parts for word in part.words)
    for part in parts:
        part.words = [word for word in part.words if keep_stops or not word.is_stop]
    for part in wanted:
        query.words += part.words
        query.sequence += [word.stem for word in part.words]
        if part.is_phrase and part.words:
            query.phrases.append([word.stem for word in part.words])
    query.without = [[word.stem for word in part.words] for part in parts if part.is_minus and part.words]
    last = parts[-1] if parts else None
    query.is_unfinished = bool(last and not last.is_phrase and not last.is_minus and last.words)
    return query


class _Part:
    def __init__(self, match, analyser):
        self.is_minus = bool(match["minus"])
        self.is_phrase = match["phrase"] is not None
        text = match["phrase"] if self.is_phrase else match["rest"]
        self.words = analyser.words(text)


def _limited(parts):
    kept, left = [], MOST_WORDS
    for part in parts:
        if not part.words:
            continue
        part.words = part.words[:left]
        left -= len(part.words)
        kept.append(part)
        if not left:
            break
    return kept
