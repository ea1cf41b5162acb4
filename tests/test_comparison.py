"""What differs between two states of a text can be read, word for word."""

import random
import time

import pytest

from analyses.blocks import blocks_of, tokens_of
from analyses.comparison import compare_html, compare_text, folded


def shown(pieces):
    signs = {"inserted": "[+{}+]", "deleted": "[-{}-]", "restyled": "[~{}~]", "same": "{}"}
    return "".join(signs[piece.kind].format(piece.text) for piece in pieces)


def kinds(blocks):
    return [block.kind for block in blocks]


def before_of(pieces):
    return "".join(piece.text for piece in pieces if piece.kind != "inserted")


def after_of(pieces):
    return "".join(piece.text for piece in pieces if piece.kind != "deleted")


def test_words_in_a_line():
    pieces = compare_text("The river is low, again.", "The river was low again.")
    assert shown(pieces) == "The river[- is-][+ was+] low[-,-] again."


def test_words_in_arabic_are_whole_words_with_their_marks_and_joiners():
    assert shown(compare_text("كان النهرُ منخفضاً", "كان النهر منخفضاً")) == "كان[- النهرُ-][+ النهر+] منخفضاً"
    assert shown(compare_text("می‌خواهم بروم", "می‌خواهد بروم")) == "[-می‌خواهم-][+می‌خواهد+] بروم"
    assert [token.text for token in tokens_of([("«النهر»، 4.1 م؛", ())])] == ["«", "النهر", "»", "،", " 4.1", " م", "؛"]


def test_a_changed_paragraph_shows_its_words():
    (block,) = compare_html("<p>Two metres of water are left.</p>", "<p>Ten metres of water are left.</p>")
    assert block.kind == "changed" and str(block.label) == "Paragraph"
    assert shown(block.pieces) == "[-Two-][+Ten+] metres of water are left."


def test_inserted_and_deleted_paragraphs():
    one, two, three = "<p>The first of them.</p>", "<p>Something else here.</p>", "<p>The third and last.</p>"
    assert kinds(compare_html(one + three, one + two + three)) == ["same", "inserted", "same"]
    assert kinds(compare_html(one + two + three, one + three)) == ["same", "deleted", "same"]
    assert compare_html("", one)[0].kind == "inserted"
    assert compare_html(one, "")[0].kind == "deleted"


def test_a_moved_paragraph_is_recognised():
    a, b, c = ("<p>Dams upstream are filling.</p>", "<p>Salt is rising in the delta.</p>", "<p>Nobody spoke of it.</p>")
    assert kinds(compare_html(a + b + c, b + c + a)) == ["moved-away", "same", "same", "moved"]


def test_a_paragraph_that_was_moved_and_changed_is_both():
    moved = "<p>The gauge at the bridge stood lower than in any autumn that is on record{}.</p>"
    rest = "".join(f"<p>{word} stays where it is.</p>" for word in ("Water", "Salt", "Dust"))
    blocks = compare_html(moved.format("") + rest, rest + moved.format(" there"))
    assert kinds(blocks) == ["moved-away", "same", "same", "same", "moved"]
    assert "[+ there+]" in shown(blocks[-1].pieces)


def test_bold_and_links_are_seen_though_the_words_are_the_same():
    (block,) = compare_html("<p>It is very low.</p>", "<p>It is <strong>very</strong> low.</p>")
    assert block.kind == "changed" and shown(block.pieces) == "It is[~ very~] low."
    assert block.pieces[1].remark == "bold"
    (block,) = compare_html('<p>See <a href="/a">this</a>.</p>', '<p>See <a href="/b">this</a>.</p>')
    assert "/b" in block.pieces[1].remark and "no longer link to \u2066/a" in block.pieces[1].remark


def test_a_paragraph_that_became_a_heading_says_so():
    (block,) = compare_html("<p>What to do</p>", "<h2>What to do</h2>")
    assert (block.kind, block.element, block.was) == ("changed", "h2", "p")


def test_headings_items_rows_captions_notes_quotes_and_pictures_are_blocks():
    html = (
        '<h2>Levels</h2><p>Low.<sup class="footnote">Gauges, <em>p. 12</em>.</sup> Very.</p><ul><li>One<ul><li>Two</li></ul>'
        "</li></ul><ol><li><p>Three</p></li></ol><table><caption>Metres</caption><tbody><tr><th>May</th><td></td><td>4.1"
        '</td></tr></tbody></table><figure><img src="" alt="A bridge" data-image="5"><figcaption>The bridge</figcaption>'
        '</figure><blockquote class="pullquote"><p>A promise.</p></blockquote><blockquote><p>So it is.</p></blockquote><hr>'
    )
    assert [(block.element, block.text) for block in blocks_of(html)] == [
        ("h2", "Levels"), ("p", "Low. [*] Very."), ("footnote", "Gauges, p. 12."), ("ul li", "One"), ("ul li", "Two"),
        ("ol li", "Three"), ("caption", "Metres"), ("tr", "May | | 4.1"), ("figure", "#5 A bridge"),
        ("figcaption", "The bridge"), ("pullquote", "A promise."), ("quote", "So it is."), ("hr", "* * *"),
    ]  # fmt: skip
    assert kinds(compare_html(html, html)) == ["same"] * 13


def test_a_changed_footnote_changes_its_own_block_and_not_the_paragraph():
    body = '<p>It was low.<sup class="footnote">Gauges, p. {}.</sup></p>'
    assert kinds(compare_html(body.format(12), body.format(13))) == ["same", "changed"]


def test_another_picture_and_a_changed_cell_are_seen():
    picture = '<figure><img src="" alt="A bridge" data-image="{}"></figure>'
    (block,) = compare_html(picture.format(5), picture.format(7))
    assert shown(block.pieces) == "#[-5-][+7+] A bridge"
    row = "<table><tbody><tr><td>May</td><td{}>4.1</td></tr></tbody></table>"
    (block,) = compare_html(row.format(""), row.format(' colspan="2"'))
    assert block.kind == "changed"


WORDS = {
    "en": "water river low dam salt field gauge autumn record nobody upstream bridge the the the of of and a".split(),
    "ar": "الماء النهرُ منخفضٌ السدّ الملح الحقل المقياس الخريف الجسر في في من من على و؛ «قال»، 4.1 ٣٫٥".split(),
}


def random_body(chance, words, blocks=12):
    def text():
        parts = [chance.choice(words) for _ in range(chance.randint(1, 14))]
        if chance.random() < 0.4:
            parts[0] = f"<strong>{parts[0]}</strong>"
        if chance.random() < 0.3:
            parts[-1] = f'<a href="/{chance.choice("ab")}">{parts[-1]}</a>'
        return " ".join(parts)

    return [f"<{(e := chance.choice(['p', 'p', 'p', 'h2']))}>{text()}</{e}>" for _ in range(chance.randint(0, blocks))]


@pytest.mark.parametrize("code", WORDS)
@pytest.mark.parametrize("seed", range(60))
def test_the_comparison_gives_both_texts_back(code, seed):
    chance = random.Random(seed)
    old = random_body(chance, WORDS[code])
    new = [block for block in old if chance.random() < 0.8]
    new[len(new) // 2 : len(new) // 2] = random_body(chance, WORDS[code], 3)
    new = [block.replace(chance.choice(WORDS[code]), chance.choice(WORDS[code])) for block in new]
    if chance.random() < 0.5:
        chance.shuffle(new)
    blocks = compare_html("".join(old), "".join(new))
    texts = lambda html: [(block.element, block.text) for block in blocks_of("".join(html))]  # noqa: E731
    after = [(b.element, after_of(b.pieces)) for b in blocks if b.kind not in ("deleted", "moved-away")]
    before = [(b.was or b.element, before_of(b.pieces)) for b in blocks if b.kind not in ("inserted", "moved")]
    assert after == texts(new)
    assert before == texts(old)
    came = sorted((b.was or b.element, before_of(b.pieces)) for b in blocks if b.kind == "moved")
    assert came == sorted((b.element, before_of(b.pieces)) for b in blocks if b.kind == "moved-away")


def test_long_unchanged_parts_are_folded():
    body = [f"<p>Paragraph {n}.</p>" for n in range(10)]
    changed = [*body[:6], "<p>Something wholly new.</p>", *body[6:]]
    parts = folded(compare_html("".join(body), "".join(changed)))
    assert kinds(parts) == ["fold", "same", "inserted", "same", "fold"]
    assert len(parts[0].blocks) == 5 and len(parts[-1].blocks) == 3


def report(seed, words=15_000, a_paragraph=80):
    chance = random.Random(seed)
    vocabulary = [f"word{n}" for n in range(3000)] + ["the"] * 900 + ["of"] * 500 + [","] * 500
    return [
        "<p>" + " ".join(chance.choice(vocabulary) for _ in range(a_paragraph)) + "</p>"
        for _ in range(words // a_paragraph)
    ]


def seconds(before, after):
    start = time.process_time()
    blocks = compare_html("".join(before), "".join(after))
    return time.process_time() - start, blocks


def test_a_report_of_15_000_words_is_compared_in_two_seconds_whatever_was_done_to_it():
    old = report(1)
    retouched = [block.replace("word1", "word9") for block in old]
    for new in (retouched, old[::-1], retouched[::-1], report(2), ["<p>" + "a b " * 7500 + "</p>"], []):
        taken, blocks = seconds(old, new)
        assert taken < 2 and blocks


def test_two_million_characters_are_compared_by_blocks():
    row = "<tr><td>{} the same words in every row</td><td>0</td></tr>"
    old = [row.format(n % 7) for n in range(2_000_000 // len(row))]
    new = [block.replace("same", "other") if n % 3 else block for n, block in enumerate(old)]
    taken, blocks = seconds(["<table><tbody>", *old, "</tbody></table>"], ["<table><tbody>", *new, "</tbody></table>"])
    assert taken < 20 and len(blocks) >= len(new)


def test_one_paragraph_of_two_million_characters_is_compared_as_a_whole():
    one = "<p>" + "the water is low " * 120_000 + "</p>"
    taken, (block,) = seconds([one], [one.replace("low", "high")])
    assert taken < 20 and [piece.kind for piece in block.pieces] == ["deleted", "inserted"]
