"""How a text or a query is taken apart into words: one chain for both, so that they meet.

A word is folded (letters that are written in several ways become one) and stemmed by its own script, so that an English
name in an Arabic text is an English word. What differs between languages is an `Analyser` in `thinktank/languages.py`.
"""

import re
import unicodedata
from functools import cached_property
from typing import NamedTuple

import Stemmer

from ..slugs import BIDI_CONTROLS
from ..slugs import LETTERS as TRANSLITERATED
from . import arabic, english, stop_words

LONGEST = 40  # letters of a word that are looked at
CACHED = 200_000  # words, of about 300 bytes

_INVISIBLE = "\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff"
_MARKS = "\u0300-\u036f\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u08d3-\u08ff"
_LETTER = rf"[\w{_MARKS}{_INVISIBLE}]"
_APOSTROPHES = "'’‘ʼʾʿ`"
TOKEN = re.compile(rf"(?:[^\W\d_]\.){{2,}}(?!\w)|{_LETTER}+(?:[{_APOSTROPHES}]{_LETTER}+)*")
_UNSEEN = re.compile(f"[{_INVISIBLE}\u0640]")
_POSSESSIVE = re.compile(f"(?<=\\w)[{_APOSTROPHES}]s$")
_APART = re.compile(f"[{_APOSTROPHES}.]")
_ONE_WORD = re.compile(f"(?:[^\\W_][{_APOSTROPHES}.]?)+")
_PIECE = re.compile(r"[\u0620-\u06ff]+|[^\W_\u0620-\u06ff]+")

# Written in several ways, and Persian letters as Arabs write them: باتريك finds پاتريك.
_ARABIC = str.maketrans(
    {"ٱ": "ا", "ى": "ي", "ی": "ي", "ې": "ي", "ے": "ي", "ة": "ه", "ہ": "ه", "ھ": "ه", "ە": "ه", "ء": "", "ک": "ك", "گ": "ك",
     "پ": "ب", "چ": "ج", "ژ": "ز", "ڤ": "ف"}
)  # fmt: skip
_YA = str.maketrans({"ی": "ي", "ٱ": "ا"})
_LATIN = str.maketrans({letter: TRANSLITERATED[letter] for letter in "ßæœøłđðþı"})
_ARTICLE = re.compile(r"(?<!\w)(?:al|el|ad|an|ar|as|at|ash|az)[-–]|(?<!\w)(?:al|el) (?=\w)")
_ARABIC_ARTICLE = re.compile("(?<!\\w)ال(?=\\w\\w)")


class Word(NamedTuple):
    """One word of a text."""

    stem: str  # what is indexed
    folded: str  # all its letters, each in its one form
    shown: str  # as it may be shown to a reader
    is_stop: bool


def plain(text):
    """Small letters without accents, marks and anything that cannot be seen."""
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFKD", _UNSEEN.sub("", text)).lower()
    return "".join(c for c in text if not unicodedata.combining(c)).translate(_LATIN)


def folded(text):
    """`plain`, and each Arabic letter in its one form, digits as ASCII ones."""
    text = plain(text)
    if text.isascii():
        return text
    text = text.translate(_ARABIC)
    return "".join(str(unicodedata.digit(c)) if c.isdigit() and not c.isascii() else c for c in text)


def fold(text):
    """A name as names are compared: without accents, hamza, case, hyphens, apostrophes and articles."""
    text = _POSSESSIVE.sub("", folded(text))
    text = _ARABIC_ARTICLE.sub("", _ARTICLE.sub("", _APART.sub("", text)))
    return " ".join(_PIECE.findall(text))


class Analyser:
    """The chain of one language of the site.

    `latin` is Snowball's name of the stemmer for words in Latin letters, and `others` gives `{word: weight}` of further
    words to look for with one of them; Arabic letters have the light stemmer. A word that no text has is taken for at most
    `corrections` others.
    """

    def __init__(self, latin="english", stop_words=stop_words.EVERY, others=english.related, corrections=1):
        self.latin = latin
        self.others = others
        self.stop_words = frozenset(_APART.sub("", plain(word).translate(_YA)) for word in stop_words)
        self.corrections = corrections
        self._cache = _Cache(self._words)

    @cached_property
    def _stemmer(self):
        return Stemmer.Stemmer(self.latin)

    def words(self, text):
        """Every `Word` of a text, in order."""
        cache = self._cache
        return [word for token in TOKEN.findall(text) for word in cache[token]]

    def stems(self, text):
        """`(stems, words)` of a text: in order without the stop words, and each that is written differently."""
        cache, tokens = self._cache, TOKEN.findall(text)
        stems = [stem for token in tokens for stem, _folded, _shown, is_stop in cache[token] if not is_stop]
        return stems, [word for token in set(tokens) for word in cache[token] if not word[3]]

    def spans(self, text):
        """`(start, end, words)` of every token of a text."""
        return [(match.start(), match.end(), self._cache[match[0]]) for match in TOKEN.finditer(text)]

    def _words(self, token):
        if token.isascii() and token.isalpha():
            word = token[:LONGEST].lower()
            return (self._word(word, word, word in self.stop_words),)
        bare = _APART.sub("", _POSSESSIVE.sub("", plain(token[: 4 * LONGEST])))
        pieces = [piece[:LONGEST] for piece in _PIECE.findall(folded(bare))]
        if len(pieces) == 1:
            return (self._word(pieces[0], _shown(token) or pieces[0], bare.translate(_YA) in self.stop_words),)
        return tuple(self._word(piece, piece, piece in self.stop_words) for piece in pieces)

    def _word(self, folded, shown, is_stop):
        # A stop word is indexed as another word than a name that is written with the same letters.
        return Word(f".{folded}" if is_stop else self.stem(folded), folded, shown, is_stop)

    def related(self, piece):
        """`{stem: weight}` of the other stems that texts may have for one folded word."""
        if "\u0620" <= piece[0] <= "\u06ff":
            return arabic.related(piece)
        own = self.stem(piece)
        stems = {self.stem(word): weight for word, weight in self.others(piece).items()}
        return {stem: weight for stem, weight in stems.items() if stem != own}

    def stem(self, piece):
        """The stem of one folded word."""
        if "\u0620" <= piece[0] <= "\u06ff":
            return arabic.stem(piece)
        return self._stemmer.stemWord(piece)


class _Cache(dict):
    """What a token was taken apart into: language has few words, and texts repeat them."""

    def __init__(self, make):
        self.make = make

    def __missing__(self, token):
        if len(self) >= CACHED:
            self.clear()
        self[token] = words = self.make(token)
        return words


def _shown(token):
    """A word as a reader may see it again; nothing if it is not one word of letters and digits."""
    token = _POSSESSIVE.sub("", unicodedata.normalize("NFKC", _UNSEEN.sub("", BIDI_CONTROLS.sub("", token))))
    token = re.sub("[\u0610-\u061a\u064b-\u065f\u0670]", "", token).lower()[:LONGEST]
    return token if _ONE_WORD.fullmatch(token) else ""
