"""A light stemmer for Arabic: what is written together with a word comes off, the word itself stays as it is."""

LETTERS = "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"  # those that are left after folding
ARTICLES = ("ال", "بال", "كال", "فال", "لل")
ATTACHED = "بلكف"
SUFFIXES = ("ها", "ات", "ون", "ين", "ان", "يه", "ه", "ي")
SHORTEST = 3  # letters that must be left


def stem(word):
    """The stem of a folded word: without “and”, article, preposition and one ending."""
    word = _without_and(word)
    for article in ARTICLES:
        if word.startswith(article) and len(word) >= len(article) + 2:
            word = word[len(article) :]
            break
    else:
        if len(word) >= 6 and word[0] in ATTACHED:
            word = word[1:]
    # A second time, or وزير and الوزير would not meet.
    word = _without_and(word)
    for suffix in SUFFIXES:
        if word.endswith(suffix) and len(word) >= len(suffix) + SHORTEST:
            return word[: -len(suffix)]
    return word


def _without_and(word):
    return word[1:] if word[0] == "و" and len(word) > SHORTEST else word
