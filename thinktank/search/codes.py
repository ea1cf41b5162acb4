"""A text as a string of characters, one for each of its words: the number of the word's stem, as a code point.

So words side by side are characters side by side, and PostgreSQL finds a phrase with `strpos`. The fields of a text are parted by
line ends. Numbers beyond Unicode's reach are pairs of characters, the first of them from a range of its own.
"""

from functools import lru_cache

FIRST = 0x100  # what is below has other meanings
SURROGATES, GAP = 0xD800, 0x800
LEADS = 0x100000
LIMIT = LEADS - FIRST - GAP
FIELD = "\n"


@lru_cache(maxsize=100_000)
def encode(number):
    if number >= LIMIT:
        lead, number = divmod(number - LIMIT, LIMIT)
        return chr(LEADS + lead) + encode(number)
    code = FIRST + number
    return chr(code if code < SURROGATES else code + GAP)


def decode(text):
    """The numbers in a string without line ends."""
    if not text or max(text) < "\ud800":
        return [code - FIRST for code in map(ord, text)]
    numbers, lead = [], 0
    for code in map(ord, text):
        if code >= LEADS:
            lead = (code - LEADS + 1) * LIMIT
            continue
        numbers.append((code if code < SURROGATES else code - GAP) - FIRST + lead)
        lead = 0
    return numbers
