"""Nothing that readers may not see gets out through search; and no query breaks it, whatever somebody types."""

import random
import unicodedata

import pytest
from django.utils import timezone
from django.utils.html import escape
from lxml import html as lxml_html

from analyses import counts, indexing
from analyses.editions import Edition
from tests.factories import CANARIES, let_time_pass, make_analysis, make_institute, publish
from thinktank.languages import codes
from thinktank.search import find, index, mark, snippet
from thinktank.search.models import PublishedTerm
from thinktank.search.spelling import variants

pytestmark = pytest.mark.django_db


def misspelt(word):
    """Some of what somebody might type for it."""
    return random.Random(word).sample(variants(word), 25) + [
        word[:-1],
        word[:4],
        f"{word}s",
        f'"{word}"',
        f"water {word}",
    ]


def check_nothing_gets_out():
    counts.settle_due()
    live = {code: set(Edition.objects.live(code).values_list("pk", flat=True)) for code in codes()}
    for canary in CANARIES:
        for text in (canary, *misspelt(canary)):
            for code in codes():
                found = find(code, text)
                assert set(found.keys) <= live[code]
                assert canary not in found.corrected or canary in text
                assert found.corrected == "" or not any(
                    other in found.corrected.replace(text, "") for other in CANARIES
                )
    forms = {form for forms in PublishedTerm.objects.values_list("forms", flat=True) for form in forms}
    assert not [form for form in forms if any(canary in form for canary in CANARIES)]
    assert not [
        s for s in PublishedTerm.objects.values_list("stem", flat=True) if any(canary in s for canary in CANARIES)
    ]


def test_words_of_drafts_of_what_is_to_come_and_of_what_is_gone_are_not_known():
    make_institute()
    check_nothing_gets_out()


def test_nor_are_they_after_a_rebuild():
    make_institute()
    indexing.rebuild()
    check_nothing_gets_out()


def test_what_was_to_come_is_known_when_it_has_come():
    make_institute()
    assert find("en", "okapi").total == 0
    let_time_pass(days=3)
    counts.settle_due()
    assert find("en", "okapi").total == find("en", "okapy").total == find("ar", "سمندل").total == 1


def test_counts_of_words_are_those_of_live_texts_alone():
    institute = make_institute()
    counts.settle_due()
    before = dict(PublishedTerm.objects.values_list("stem", "documents"))
    institute.draft.publish("en", at=timezone.now())
    institute.draft.withdraw("en", "Wrong")
    counts.settle_due()
    assert dict(PublishedTerm.objects.values_list("stem", "documents")) == before


HOSTILE = [
    "'", '"', "\\", "%", "_", ";", "--", "/*", "*/", "$$", ":*", "&", "|", "!", "<->", "(", ")", "[", "]", "{", "}", "*", "?", "+", "^", "$",
    ".", "\n", "\t", "\0", "\ud800", "\udfff", "\u200f", "\u202e", "\u2066", "\ufeff", "\u0640", "\u064b", "\u0301" * 50, "ﷺ", "ﷲ", "ﻻ", "🙂", "𝕏", "\U0010ffff",
    "\ue000", "ß", "İ", "ı", "ǅ", "ﬃ", "½", "²", "१", "٣", "中文", "한국", "ไทย", "לא", "' OR 1=1 --", "<script>alert(1)</script>", "&lt;b&gt;",
    "{term}", "%(terms)s", "%s", "-", '-"', '""', '"" ""', "-a -b", "«»", "”", "AND", "OR", "NOT", "NEAR/3", "من", "على", "and", "the",
    "x" * 400, "ا" * 400, "a " * 400, "-" * 300, '"' * 300, "َ" * 300, "water", "river", "العراق", "والمياه", "quagga",
]  # fmt: skip


def hostile(dice):
    parts = []
    for _part in range(dice.randint(1, 6)):
        kind = dice.random()
        if kind < 0.6:
            parts.append(dice.choice(HOSTILE))
        elif kind < 0.8:
            parts.append(
                "".join(
                    chr(dice.choice((dice.randrange(0x20, 0x700), dice.randrange(0x2000, 0xD800)))) for _c in range(8)
                )
            )
        else:
            parts.append(
                unicodedata.normalize(
                    dice.choice(("NFC", "NFD", "NFKD")), dice.choice("éأؤئآةىپگ") * dice.randint(1, 9)
                )
            )
    return dice.choice(("", " ")).join(parts)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_whatever_somebody_types_is_a_query(language):
    dice = random.Random(f"hostile {language}")
    text = "The water of the river. المياه في العراق <b>bold</b> & 'more'"
    index.add([index.Document(key, language, timezone.now(), f"Water {key}", body=text) for key in range(1, 6)])
    for _number in range(2500):
        typed = hostile(dice)
        found = find(language, typed)
        assert set(found.keys) <= {1, 2, 3, 4, 5} and len(set(found.keys)) == found.total, typed
        assert "".join(piece for piece, _marked in mark(found.query, text)) == text
        shown = "".join(piece for piece, _marked in snippet(found.query, text, length=30))
        assert all(part in text for part in shown.strip("… ").split()), typed
        assert len(found.query.text) <= 300 and len(found.query.words) <= 32


@pytest.mark.parametrize("query", ["rivers dams", '"x onerror"', "img", "<mark>", "&lt;b&gt;", "bold"])
def test_marks_and_snippets_never_turn_text_into_markup(client, query):
    words = "Rivers <img src=x onerror=alert(1)> & <mark>dams</mark> &lt;b&gt;bold&lt;/b&gt;"
    body = f"<p>{escape(words)} {escape('Nothing is said here. ' * 30)}</p>"
    publish(make_analysis(words, summary_en="A text.", body_en=body), "en")
    page = client.get("/search", {"q": query}).content.decode()
    main = page[page.index("<main") :]
    shown = lxml_html.fromstring(main)
    assert shown.xpath("//mark") and not shown.xpath("//b | //img[@src='x'] | //mark/* | //*[@onerror]")
    assert words in shown.text_content()
