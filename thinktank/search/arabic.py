"""A light stemmer for Arabic: what is written together with a word comes off, the word itself stays as it is.

“By”, “to”, “as” and “so” are one letter, and many words begin with that letter themselves. Taking it off when a text is indexed
would part لاجئين from اللاجئين; so the stem keeps it, and a search asks for the word with and without it (`related`).
"""

from collections import defaultdict
from functools import cache

from . import broken_plurals

LETTERS = "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"  # those that are left after folding
ARTICLES = ("ال", "بال", "كال", "فال", "لل")
ATTACHED = "بلكف"
SUFFIXES = ("ها", "هم", "ات", "ون", "ين", "ان", "يه", "ه", "ي")
ENDINGS = (
    "يا",
    "ا",
    "ت",
    "ان",
    "ين",
    "ون",
)  # سوريا is no سور, دخلا is دخل, سياسته is سياسة, and لبنان ends like a plural
SHORTEST = 3  # letters that must be left
LIKELY, POSSIBLE = 0.6, 0.4  # weights of other stems that a word may have in texts


def stem(word):
    """The stem of a folded word: without “and”, article and ending."""
    return _without_endings(_without_article(word)[0])


def related(word):
    """`{stem: weight}` of the other stems under which texts have a folded word."""
    bare, had_article = _without_article(word)
    own = _without_endings(bare)
    found = {}
    if not had_article and bare[0] in ATTACHED and len(bare) > SHORTEST:
        found[_without_endings(bare[1:])] = POSSIBLE
    if len(own) >= SHORTEST:
        longer = [letter + own for letter in ATTACHED] + [own + ending for ending in ENDINGS]
        found |= dict.fromkeys(longer, LIKELY)
    for ending in ENDINGS:
        if own.endswith(ending) and len(own) >= len(ending) + SHORTEST:
            found.setdefault(own[: -len(ending)], LIKELY)
    for other in _other_numbers().get(own, ()):
        found[other] = LIKELY
    found.pop(own, None)
    return found


@cache
def _other_numbers():
    """`{stem: stems}` of words and their broken plurals."""
    from .analysis import folded  # which needs this module

    found = defaultdict(set)
    for words in broken_plurals.WORDS:
        stems = {stem(folded(word)) for word in words}
        for one in stems:
            found[one] |= stems - {one}
    return found


def _without_article(word):
    """`(word without “and” and article, whether it had one)`."""
    word = _without_and(word)
    for article in ARTICLES:
        if word.startswith(article) and len(word) >= len(article) + 2:
            # A second time, or وزير and الوزير would not meet.
            return _without_and(word[len(article) :]), True
    return _without_and(word), False


def _without_and(word):
    return word[1:] if word[0] == "و" and len(word) > SHORTEST else word


def _without_endings(word):
    for suffix in SUFFIXES:
        if word.endswith(suffix) and len(word) >= len(suffix) + SHORTEST:
            word = word[: -len(suffix)]
            break
    else:
        return word
    # العراقيين has two endings where العراقي has one.
    return word[:-1] if suffix != "ي" and word[-1] == "ي" and len(word) > SHORTEST else word
