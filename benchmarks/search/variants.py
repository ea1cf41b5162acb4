"""What people type instead of what they mean: one error, or another way to write Arabic. The same for the same query each time."""

import random
import re

LETTERS = {"latin": "abcdefghijklmnopqrstuvwxyz", "arabic": "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"}
ARABIC = re.compile("[\u0620-\u064a]")
MARKS = "\u064b\u064e\u064f\u0650\u0651\u0652"
SHORT = 5  # letters that a word must have before somebody could know it again with an error


def typing_error(text):
    """One letter left out, doubled, changed or exchanged with its neighbour, in one of the longer words."""
    dice = random.Random(text)
    places = [m for m in re.finditer(r"[^\W\d_]+", text) if len(m[0]) >= SHORT]
    if not places:
        return None
    match = dice.choice(sorted(places, key=lambda m: -len(m[0]))[:2])
    word = match[0]
    letters = LETTERS["arabic" if ARABIC.search(word) else "latin"]
    place = dice.randrange(1, len(word) - 1)
    changed = dice.choice(
        [
            word[:place] + word[place + 1 :],
            word[:place] + word[place] + word[place:],
            word[:place] + dice.choice(letters) + word[place + 1 :],
            word[:place] + word[place + 1] + word[place] + word[place + 2 :],
        ]
    )
    return text[: match.start()] + changed + text[match.end() :] if changed != word else None


def _words(text, change):
    changed = re.sub(r"[\u0620-\u065f]+", lambda m: change(m[0]), text)
    return changed if changed != text else None


def _with(prefix):
    def change(text):
        """The first long word that has none gets a prefix."""
        done = []

        def add(word):
            if done or len(word) < 4 or word.startswith(("ال", "و", "ب", "ل")):
                return word
            done.append(word)
            return prefix + word

        return _words(text, add)

    return change


VARIANTS = {
    "one typing error": typing_error,
    "ة as ه": lambda text: _words(text, lambda word: re.sub("ة$", "ه", word)),
    "ى as ي": lambda text: _words(text, lambda word: re.sub("ى$", "ي", word)),
    "ي as ى": lambda text: _words(text, lambda word: re.sub("ي$", "ى", word)),
    "without hamza": lambda text: _words(
        text, lambda word: re.sub("[أإآ]", "ا", word).replace("ؤ", "و").replace("ئ", "ي")
    ),
    "with ال": _with("ال"),
    "with و": _with("و"),
    "with ب": _with("ب"),
    "with diacritics": lambda text: _words(
        text, lambda word: "".join(c + random.Random(word + c).choice(MARKS) for c in word) if len(word) > 3 else word
    ),
    "with tatweel": lambda text: _words(text, lambda word: word[:-1] + "ـ" + word[-1] if len(word) > 3 else word),
}
