"""English words that are spelt in two ways, British and American: a search for one finds the other."""

import re

# Parts of a word, British and American; each is tried both ways, and only what texts have is looked for.
PAIRS = (
    ("our", "or"), ("is", "iz"), ("ys", "yz"), ("tre", "ter"), ("bre", "ber"), ("ogue", "og"), ("gramme", "gram"), ("ence", "ense"),
    ("cheque", "check"), ("grey", "gray"), ("paed", "ped"), ("haem", "hem"), ("foet", "fet"), ("plough", "plow"), ("tyre", "tire"),
    ("sceptic", "skeptic"), ("sulph", "sulf"), ("mould", "mold"), ("ageing", "aging"), ("alumini", "alumin"), ("fulfil", "fulfill"),
    ("enrol", "enroll"), ("instal", "install"), ("storey", "story"), ("jewell", "jewel"), ("manoeuv", "maneuv"), ("practis", "practic"),
)  # fmt: skip
DOUBLED = re.compile("(?<=[a-z]{3}[aeiou])ll(?=ed|ing|er)")  # travelled
SINGLE = re.compile("(?<=[a-z]{3}[aeiou])l(?=ed|ing|er)")
SHORTEST = 4  # letters of a word that may be spelt in another way

_WAYS = [(re.compile(one), other) for pair in PAIRS for one, other in (pair, pair[::-1])] + [
    (DOUBLED, "l"),
    (SINGLE, "ll"),
]


def spellings(word):
    """The other ways in which a word in small letters may be spelt; most of them are no words."""
    if len(word) < SHORTEST or not word.isalpha():
        return []
    return sorted(
        {
            word[: match.start()] + other + word[match.end() :]
            for pattern, other in _WAYS
            for match in pattern.finditer(word)
        }
    )
