"""Writes an invented archive of any size in the archive format, always the same for the same number of analyses.

    python benchmarks/make_archive.py --analyses 100000 archive.jsonl

A third of the analyses have a second language, so 100,000 analyses are 133,000 texts. The words are made up; how
often each occurs, how long the texts are, and how many texts a topic, person or tag has, is as in a real archive.
"""

import argparse
import itertools
import json
import random
import sys
from datetime import UTC, datetime, timedelta

FORMATS, TOPICS, REGIONS, EXPERTS, TAGS = 6, 10, 25, 300, 400
WORDS = 1200  # a text, on average
VOCABULARY = 200_000
REPEATED = 0.5  # share of a text's words that it has used before: a text has a subject, and about 350 different stems
UNTIL = datetime(2025, 12, 31, 12, tzinfo=UTC)
YEARS = 25

ENGLISH_FREQUENT = """the of and to in a that for is as it was on with be by are at not from this have has had which but or an
their its they were been will would more who he what also if there can than other all into between after states when
only over such some may one government under no new political could most these out about so while two many against
state country where during should power even security first made because years since both before often rather""".split()
ARABIC_FREQUENT = """في من على أن إلى عن التي مع هذا هذه كان ما لا الذي بين كما بعد ذلك قد كانت لم قبل أو كل هو هي حيث غير أي
ثم منذ حتى عند لكن خلال إذا أكثر بعض تلك دون ضد نحو حول أمام فقد وقد وهو وهي ولا وفي ومن وعلى وكان إن بل لدى منها فيها
عليها به له لها بها عام سنة دولة حكومة سياسة قرار مجلس أمن حرب سلطة نظام شعب دور حزب جيش رئيس اتفاق أزمة""".split()

ONSETS = "b b c c d d f f g h l l m m n n p p r r s s t t v w br ch cl dr gr j k pl pr sh st tr th".split()
VOWELS = "a a e e i i o o u ai ea ou".split()
CODAS = ["", "", "", "", "n", "r", "l", "s", "t", "m", "nd", "st"]
ENDINGS = ["", "", "", "ed", "ing", "er", "s", "ly", "tion", "ment", "al", "ity", "ism", "ness"]
ROOT_LETTERS = "بتثجحخدذرزسشصضطظعغفقكلمنهوي"
PATTERNS = "{0}ا{1}{2} م{0}{1}و{2} ت{0}{1}ي{2} {0}{1}ا{2}ة {0}{1}ي{2} م{0}ا{1}{2}ة ا{0}ت{1}ا{2} {0}{1}و{2} مست{0}{1}{2} {0}{1}{2}".split()
PREFIXES = ["", "", "ال", "ال", "ال", "وال", "بال", "لل", "و"]
SUFFIXES = ["", "", "", "ية", "ات", "ين", "ها", "هم"]


def english_word(dice):
    syllables = dice.choices((1, 2, 3), (6, 4, 1))[0]
    stem = "".join(dice.choice(ONSETS) + dice.choice(VOWELS) + dice.choice(CODAS) for _ in range(syllables))
    return stem + dice.choice(ENDINGS)


def arabic_word(dice):
    root = dice.sample(ROOT_LETTERS, 3)
    return dice.choice(PREFIXES) + dice.choice(PATTERNS).format(*root) + dice.choice(SUFFIXES)


class Language:
    """The words of one language, by frequency, and how sentences are made of them."""

    def __init__(self, code, frequent, make, comma, footnote):
        dice = random.Random(f"words {code}")
        words = dict.fromkeys(frequent)
        while len(words) < VOCABULARY:
            words[make(dice)] = None
        self.code, self.comma, self.footnote = code, comma, footnote
        self.words = list(words)
        # Zipf's law as Mandelbrot corrected it: the commonest word is one in fifteen, most are met once in an archive.
        self.weights = list(itertools.accumulate(1 / (rank + 2.7) ** 1.05 for rank in range(len(self.words))))
        self.rare = self.words[len(frequent) :]

    def running_words(self, dice, count):
        words = dice.choices(self.words, cum_weights=self.weights, k=count)
        for place in range(1, count):
            if dice.random() < REPEATED:
                words[place] = words[int(dice.random() * place)]
        return words

    def sentences(self, dice, count):
        """About `count` words, in sentences."""
        words = self.running_words(dice, count)
        start, made = 0, []
        while start < count:
            length = min(8 + int(dice.random() * 22), count - start)
            part = words[start : start + length]
            if length > 14:
                part[length // 2] += self.comma
            made.append(f"{part[0].capitalize()} {' '.join(part[1:])}.")
            start += length
        return made

    def title(self, dice, least=4, most=9):
        count = dice.randint(least, most)
        rare = self.rare[:12_000]
        words = [dice.choice(rare) if place % 2 else word for place, word in enumerate(self.running_words(dice, count))]
        return " ".join(word.capitalize() for word in words)

    def name(self, dice, count=1):
        return " ".join(dice.choice(self.rare[:8000]).capitalize() for _ in range(count))


LANGUAGES = {
    "en": Language("en", ENGLISH_FREQUENT, english_word, ",", "See the report of"),
    "ar": Language("ar", ARABIC_FREQUENT, arabic_word, "،", "انظر تقرير"),
}


def both(dice, count=1):
    return {code: language.name(dice, count) for code, language in LANGUAGES.items()}


def paragraph(text):
    return f"<p>{text}</p>"


def body(language, dice, link):
    """HTML of about `WORDS` words. `link()` gives the address of another text."""
    sentences = language.sentences(dice, max(150, int(dice.gauss(WORDS, WORDS / 4))))
    if dice.random() < 0.4:
        for place in dice.sample(range(len(sentences)), k=min(len(sentences), dice.randint(1, 8))):
            source = f"{language.footnote} {language.title(dice)}, {dice.randint(1990, 2025)}."
            sentences[place] += f'<sup class="footnote">{source}</sup>'
    for place in dice.sample(range(len(sentences)), k=dice.randint(0, 4)):
        first, _space, rest = sentences[place].partition(" ")
        sentences[place] = f'<a href="{link()}">{first}</a> {rest}'
    parts, start = [], 0
    while start < len(sentences):
        length = dice.randint(3, 6)
        some = sentences[start : start + length]
        start += length
        kind = dice.random()
        if parts and kind < 0.2:
            parts.append(f"<h2>{language.title(dice, 2, 6)}</h2>")
        if kind > 0.92:
            items = "".join(f"<li><strong>{language.name(dice, 2)}.</strong> {item}</li>" for item in some)
            parts.append(f"<ul>{items}</ul>")
        elif kind > 0.89:
            parts.append(f"<blockquote>{paragraph(' '.join(some))}</blockquote>")
        else:
            parts.append(paragraph(" ".join(some)))
    return "\n".join(parts)


def address(number, code, absolute=True):
    slug = f"{'text' if code == 'en' else 'nass'}-{number}"
    return f"{'' if code == 'en' else '/ar'}/policy-analysis/{slug}" if absolute else slug


def languages_of(number):
    """English alone, English and Arabic for every third, and one in thirty Arabic first."""
    if number % 30 == 4:
        return ["ar"]
    return ["en", "ar"] if number % 3 == 0 else ["en"]


def terms(dice):
    """Everything that texts refer to, and the function that chooses among it: a few are used much, most seldom."""
    yield from ({"type": "format", "id": f"f{n}", "name": both(dice, 2)} for n in range(FORMATS))
    for n in range(TOPICS):
        summary = {code: paragraph(" ".join(known.sentences(dice, 60))) for code, known in LANGUAGES.items()}
        yield {"type": "topic", "id": f"t{n}", "name": both(dice, 2), "summary": summary, "featured": n < 6}
    for n in range(REGIONS):
        parent = None if n == 0 else "r0" if n < 5 else f"r{1 + n % 4}"
        record = {"type": "region", "id": f"r{n}", "name": both(dice), "featured": 0 < n < 6}
        yield record | ({"parent": parent} if parent else {})
    for n in range(TAGS):
        yield {
            "type": "tag",
            "id": f"tag-{n}",
            "name": {"en": f"{LANGUAGES['en'].name(dice)} {n}", "ar": f"{LANGUAGES['ar'].name(dice)} {n}"},
        }
    for n in range(EXPERTS):
        yield {
            "type": "expert",
            "id": f"e{n}",
            "name": both(dice, 2),
            "role": both(dice, 3),
            "short_bio": {code: known.sentences(dice, 30)[0] for code, known in LANGUAGES.items()},
            "bio": {code: paragraph(" ".join(known.sentences(dice, 200))) for code, known in LANGUAGES.items()},
            "status": dice.choices(("resident", "adjunct", "guest", "former"), (50, 20, 15, 15))[0],
            "topics": sorted({f"t{dice.randrange(TOPICS)}" for _ in range(2)}),
            "regions": sorted({f"r{dice.randrange(REGIONS)}" for _ in range(2)}),
            "featured": n < 6,
        }


def skewed(dice, most, count):
    """`count` different numbers below `most`, low ones much oftener."""
    return list({int(most * dice.random() ** 2) for _ in range(count)})


def analysis(number, total, tags):
    dice = random.Random(f"analysis {number}")
    # In order of date, as a site's export is, and ever more of them: half in the last seven years.
    age = timedelta(days=365.25 * YEARS * (1 - (number + 1) / total) ** 1.8)
    published_at = UNTIL - age

    def link(code):
        def choose():
            # To earlier texts, mostly recent ones; one in fifty to a later one, which the import meets before its target.
            other = int(number * (1 - dice.random() ** 2)) if dice.random() > 0.02 else dice.randrange(total)
            return address(other, code if code in languages_of(other) else languages_of(other)[0])

        return choose

    texts = {}
    for place, code in enumerate(languages_of(number)):
        language = LANGUAGES[code]
        texts[code] = {
            "slug": address(number, code, absolute=False),
            "title": language.title(dice),
            "summary": " ".join(language.sentences(dice, 35)),
            "body": body(language, dice, link(code)),
            "published_at": (published_at + timedelta(days=3 * place)).isoformat(timespec="seconds"),
        }
    authors = skewed(dice, EXPERTS, dice.choices((1, 2, 3), (7, 2, 1))[0])
    return {
        "type": "analysis",
        "id": f"a{number}",
        "format": f"f{skewed(dice, FORMATS, 1)[0]}",
        "authors": [{"expert": f"e{n}", "note": both(dice, 6)} for n in authors],
        "topics": [f"t{n}" for n in skewed(dice, TOPICS, dice.randint(1, 3))],
        "regions": [f"r{n}" for n in skewed(dice, REGIONS, dice.randint(1, 3))],
        "tags": [tags[n] for n in skewed(dice, TAGS, dice.randint(2, 6))],
        "recommended": [f"a{int(number * dice.random())}"] if number and dice.random() < 0.1 else [],
        "original_language": next(iter(texts)),
        "texts": texts,
    }


def records(total):
    tags = []
    for record in terms(random.Random("terms")):
        if record["type"] == "tag":
            tags.append(record["name"]["en"])
        yield record
    for number in range(total):
        yield analysis(number, total, tags)
    for place in ({}, {"topic": "t0"}, {"region": "r1"}):
        picks = [f"a{number}" for number in range(max(0, total - 5), total)]
        yield {"type": "picks", "id": f"picks-{place}", "place": place, "analyses": picks}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--analyses", type=int, default=1000)
    parser.add_argument("file", help="- is standard output")
    options = parser.parse_args()
    with sys.stdout if options.file == "-" else open(options.file, "w", encoding="utf-8") as file:
        for record in records(options.analyses):
            file.write(json.dumps(record, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
