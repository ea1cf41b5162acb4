"""What is read off a cleaned body at publication: footnotes, headings, pictures, links, plain text."""

import pytest
from lxml import html as lxml_html

from tests.factories import make_analysis, make_expert, make_image, make_page, make_topic
from thinktank.html import clean, derive, text_of

LABELS = {"footnote": "Footnote %s", "table": "Table"}


def derived(source, **how):
    return derive(clean(source), labels=LABELS, **how)


def tree(body):
    return lxml_html.fragment_fromstring(body.html, create_parent="div")


def note(text):
    return f'<sup class="footnote">{text}</sup>'


def references(body):
    return [link.get("href") for link in tree(body).findall(".//sup[@class='footnote-reference']/a")]


def test_footnotes_are_numbered_in_the_order_of_their_places():
    body = derived(f"<p>One{note('first')}, two{note('<em>second</em> & more')}.</p><p>Three{note('third')}</p>")
    assert references(body) == ["#fn-1", "#fn-2", "#fn-3"]
    assert [entry["number"] for entry in body.footnotes] == [1, 2, 3]
    assert [entry["html"] for entry in body.footnotes] == ["first", "<em>second</em> &amp; more", "third"]


def test_a_note_can_lead_back_to_its_place_which_has_a_name():
    body = derived(f"<p>One{note('first')}</p>")
    assert '<a id="fnref-1" href="#fn-1" aria-label="Footnote 1">1</a>' in body.html


@pytest.mark.django_db
def test_the_printed_page_has_both_ends_of_every_note(client):
    make_analysis("The River Is Low", body_en=f"<p>One{note('first')} two{note('second')}</p>", publish=["en"])
    page = client.get("/policy-analysis/river-low").content.decode()
    for number in (1, 2):
        for end in (f'id="fn-{number}"', f'href="#fn-{number}"', f'id="fnref-{number}"', f'href="#fnref-{number}"'):
            assert page.count(end) == 1


def test_the_text_after_a_note_stays_where_it_was():
    assert "One<sup" in derived(f"<p>One{note('x')} and two.</p>").html
    assert derived(f"<p>One{note('x')} and two.</p>").text.splitlines()[0] == "One and two."


def test_a_note_in_a_table_cell_and_in_a_caption_is_numbered_with_the_others():
    body = derived(
        f"<p>a{note('one')}</p><table><caption>Water{note('two')}</caption><tr><td>7{note('three')}</td></tr></table>"
    )
    assert [entry["html"] for entry in body.footnotes] == ["one", "two", "three"]
    assert tree(body).find(".//div[@class='table-scroll']").get("aria-label") == "Water"


def test_the_number_of_a_note_is_no_part_of_the_heading():
    body = derived(f"<h2>Water{note('so they say')}</h2><p>x</p>")
    assert [heading["text"] for heading in body.headings] == ["Water"]
    assert references(body) == ["#fn-1"]


def test_a_heading_of_nothing_but_a_note_is_no_heading_and_keeps_the_note():
    body = derived(f"<h2>{note('alone')}</h2><p>x</p>")
    assert body.headings == [] and references(body) == ["#fn-1"] and len(body.footnotes) == 1


def test_a_note_in_a_note_becomes_part_of_it():
    body = derived(f"<p>a{note('outer ' + note('inner') + ' end')} b</p>")
    assert [entry["html"] for entry in body.footnotes] == ["outer inner end"]
    assert body.text == "a b\nouter inner end"


def test_an_empty_note_is_not_numbered():
    body = derived(f"<p>a{note(' ')}b{note('real')}</p>")
    assert [entry["html"] for entry in body.footnotes] == ["real"] and references(body) == ["#fn-1"]


def test_an_ordinary_superscript_is_no_note():
    body = derived("<p>km<sup>2</sup></p>")
    assert body.footnotes == [] and "<sup>2</sup>" in body.html


def test_headings_get_addresses_in_order():
    body = derived("<h2>One &amp; two</h2><p>x</p><h3>Three <em>four</em></h3><h2> </h2>")
    assert body.headings == [
        {"level": 2, "id": "section-1", "text": "One & two"},
        {"level": 3, "id": "section-2", "text": "Three four"},
    ]
    assert '<h2 id="section-1">' in body.html and '<h3 id="section-2">' in body.html


def test_a_wide_table_scrolls_in_a_named_box_of_its_own():
    body = derived("<p>a</p><table><tr><td>1</td></tr></table><p>b</p>")
    box = tree(body).find("div")
    assert (box.get("class"), box.get("role"), box.get("tabindex"), box.get("aria-label")) == (
        "table-scroll",
        "region",
        "0",
        "Table 1",
    )
    assert box.find("table") is not None
    assert body.text == "a\n1\nb"


def test_plain_text_has_a_line_for_each_block_and_no_numbers_of_notes():
    body = derived(
        f"<h2>Title</h2><p>One\n  line{note('a note')} &amp; <strong>bold</strong>.</p>"
        "<ul><li>a</li><li>b</li></ul><table><tr><th>k</th><td>v</td></tr></table>"
    )
    assert body.text == "Title\nOne line & bold.\na\nb\nk\nv\na note"


def test_words_are_counted_with_those_of_the_notes():
    assert derived(f"<p>One two{note('three four')} five</p>").words == 5
    assert derived("").words == 0


def test_the_text_of_a_body_stands_on_one_line():
    assert text_of("<p>a</p><p>b &lt;c&gt;</p>") == "a b <c>"
    assert text_of("") == text_of("  ") == text_of(None) == ""


def found_image(key, alt):
    return f'<picture><img src="/media/{key}.jpg" alt="{alt}"></picture>' if key < 100 else None


FIGURE = (
    '<figure><img src="/m" alt="A dam" data-image="{}"><figcaption>The dam<sup class="footnote">n</sup></figcaption>'
    "</figure>"
)


def test_a_figure_prints_the_picture_of_the_library():
    body = derived(f"<p>a</p>{FIGURE.format(7)}<p>b</p>", find_image=found_image)
    assert body.images == [7]
    assert '<figure><picture><img src="/media/7.jpg" alt="A dam"></picture><figcaption>The dam' in body.html
    assert body.text == "a\nThe dam\nb\nn"


def test_a_figure_without_a_picture_goes_with_its_caption_and_notes():
    body = derived(f"<p>a</p>{FIGURE.format(777)}<p>b{note('kept')}</p>", find_image=found_image)
    assert "figure" not in body.html and body.images == [] and body.text == "a\nb\nkept"
    assert [entry["html"] for entry in body.footnotes] == ["kept"] and references(body) == ["#fn-1"]


def test_a_picture_inside_a_link_goes_with_its_figure():
    body = derived('<figure><a href="/x"><img data-image="777"></a><figcaption>c</figcaption></figure>after')
    assert body.text == "after"


def test_a_table_in_a_figure_stays_when_its_picture_goes():
    body = derived(
        '<figure><img data-image="777"><table><tr><td>1</td></tr></table><figcaption>c</figcaption></figure>',
        find_image=found_image,
    )
    assert body.text == "1\nc"


def test_the_text_after_a_picture_stays():
    body = derived('<p>a <img data-image="7"> b <img data-image="777"> c</p>', find_image=found_image)
    assert body.text == "a b c"


@pytest.mark.django_db
def test_a_picture_in_a_published_text_is_offered_in_three_encodings(client):
    image = make_image()
    make_analysis(
        "The River Is Low",
        body_en=f'<p>x</p><figure><img data-image="{image.pk}" alt="A dry &quot;bed&quot;"></figure>',
        publish=["en"],
    )
    page = client.get("/policy-analysis/river-low").content.decode()
    figure = page.split("<figure>")[1].split("</figure>")[0]
    assert figure.startswith("<picture><source type=") and "</source>" not in figure
    assert figure.index("image/avif") < figure.index("image/webp") < figure.index("<img ")
    assert 'alt="A dry &quot;bed&quot;"' in figure


def test_an_internal_link_gets_its_current_address_and_mark():
    def find_link(href):
        return ("/policy-analysis/new", 5) if href == "/policy-analysis/old" else None

    body = derived('<p><a href="/policy-analysis/old">a</a><a href="/x">b</a></p>', find_link=find_link)
    assert '<a href="/policy-analysis/new" data-analysis="5">a</a><a href="/x">b</a>' in body.html
    assert body.linked == [5]


def test_a_link_in_a_note_is_found_too():
    body = derived(f"<p>a{note('<a href=/old>b</a>')}</p>", find_link=lambda href: ("/new", 5))
    assert body.footnotes[0]["html"] == '<a href="/new" data-analysis="5">b</a>'


def test_a_link_to_another_site_cannot_reach_back():
    assert 'rel="noopener"' in derived('<a href="https://example.org/">x</a>').html
    assert "noopener" not in derived('<a href="/here">x</a>').html


def test_an_address_that_is_none_does_not_stop_publication():
    assert derived('<p><a href="//[x">a</a></p>').text == "a"


@pytest.mark.parametrize(
    "source",
    [
        "<p>a</p><blockquote><p>b</p><cite>c</cite></blockquote>",
        '<a href="/x"><h2>a</h2><p>b</p></a>',
        "<ul><li><p>a</p><ol start='3'><li>b</li></ol></li></ul>",
        "<figure><table><tbody><tr><td>a</td></tr></tbody></table><figcaption>b</figcaption></figure>",
        "<p>حلف <bdi>NATO</bdi> 2<sub>x</sub></p>",
        "<strong><p>a</p></strong>b",
        "5 &lt; 6 &amp; 7",
    ],
)
def test_no_word_is_lost_between_the_source_and_the_page(source):
    cleaned = clean(source)
    words = "".join(lxml_html.fragment_fromstring(cleaned, create_parent="div").text_content().split())
    assert "".join(tree(derived(source)).text_content().split()) == words


@pytest.mark.django_db
def test_a_page_a_person_and_a_topic_print_their_notes_with_both_ends(client):
    stored = f"<p>Since 1990{note('Or <em>1991</em>.')} and on{note('So they say.')}.</p>"
    make_page("About", body_en=stored)
    make_expert("Rana Darwazeh", bio_en=stored)
    make_topic("Water", summary_en=stored)
    for address in ("/about", "/experts/rana-darwazeh", "/policy-analysis/water"):
        page = client.get(address).content.decode()
        for end in ('id="fn-1"', 'href="#fn-2"', 'id="fnref-2"', 'href="#fnref-1"'):
            assert page.count(end) == 1, address
        assert "Or <em>1991</em>." in page.split('id="fn-1"')[1] and 'class="footnote"' not in page
