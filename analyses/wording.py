"""Checks of the words themselves: what an attentive editor would mark in the margin. None of them stops publication."""

import re

from django.utils.translation import gettext as _
from lxml import html as lxml_html

from thinktank import html
from thinktank.languages import languages

from .findings import ADVISING, Finding

LONGEST_SUMMARY = 160  # characters that a search result shows
LONGEST_TITLE = 110
SHOWN = 30  # characters of a text that a message quotes
DOUBLE_SPACE = re.compile(r"[^\s] {2,}[^\s]")


def of_lines(copy):
    """Of title and summary."""
    if len(copy.title) > LONGEST_TITLE:
        words = _("The title has %(many)d characters; search results and cards show about %(most)d.")
        yield advice(copy, "long_title", words % {"many": len(copy.title), "most": LONGEST_TITLE}, "title")
    if len(copy.summary) > LONGEST_SUMMARY:
        words = _("The summary has %(many)d characters; search results show about %(most)d.")
        yield advice(copy, "long_summary", words % {"many": len(copy.summary), "most": LONGEST_SUMMARY}, "summary")
    for field in ("title", "summary"):
        yield from of_punctuation(copy, getattr(copy, field), field)


def of_body(copy, root):
    """Of the parsed body."""
    for check in (_headings, _links, _tables, _footnotes, _paragraphs):
        yield from check(copy, root)
    text = html.text_of(copy.body)
    yield from of_punctuation(copy, text, "body")
    if any(DOUBLE_SPACE.search(part) for part in root.itertext()):
        yield advice(copy, "double_space", _("Two spaces stand after each other in the text."), "body")


def of_punctuation(copy, text, field):
    """Signs that belong to another script, after or around a letter of the language's own."""
    language = languages()[copy.language]
    if not language.letters:
        return
    letter = f"[{language.letters}]"
    for foreign, own in language.punctuation.items():
        if found := re.search(rf"{letter}\s?{re.escape(foreign)}(?!\w)", text):
            words = _("“%(foreign)s” stands after “%(words)s”; in this language it is “%(own)s”.")
            said = {"foreign": foreign, "own": own, "words": _end(text[: found.end() - 1])}
            yield advice(copy, "foreign_punctuation", words % said, field)
    if re.search(rf'"{letter}|{letter}[.،؟!]?"', text):
        words = _("Straight quotation marks stand in the text; in this language they are %(quotes)s.")
        yield advice(copy, "straight_quotes", words % {"quotes": language.quotes}, field)


def _headings(copy, root):
    first = next(root.iter("h2", "h3"), None)
    if first is not None and first.tag == "h3":
        words = _("The first heading is a subheading (“%s”): a level is skipped.")
        yield advice(copy, "heading_skipped", words % _start(first.text_content()), "body")


def _links(copy, root):
    vague = languages()[copy.language].vague_links
    for link in root.iter("a"):
        words = " ".join(link.text_content().split()).strip(" .…:!?؟").casefold()
        if words in vague:
            said = _("A link says only “%s”: say where it leads.") % _start(link.text_content())
            yield advice(copy, "vague_link", said, "body")


def _tables(copy, root):
    for number, table in enumerate(root.iter("table"), start=1):
        caption = table.find("caption")
        if caption is None or not caption.text_content().strip():
            yield advice(copy, "table_without_caption", _("Table %d has no title.") % number, "body")
        if table.find(".//th") is None:
            said = _("Table %d has no heading cells, which screen readers need.") % number
            yield advice(copy, "table_without_headings", said, "body")


def _footnotes(copy, root):
    notes = [note for note in root.iter("sup") if note.get("class") == "footnote"]
    for number, note in enumerate(notes, start=1):
        if not note.text_content().strip() and note.find(".//img") is None:
            yield advice(copy, "empty_footnote", _("Footnote %d has no text.") % number, "body")


def _paragraphs(copy, root):
    for paragraph in root.iter("p", "li", "h2", "h3"):
        if not paragraph.text_content().strip() and paragraph.find(".//img") is None:
            yield advice(copy, "empty_paragraph", _("An empty paragraph stands in the text."), "body")
            return


def parsed(body):
    return lxml_html.fragment_fromstring(body or "<p></p>", create_parent="div")


def advice(copy, code, message, field):
    return Finding(ADVISING, code, message, field, copy.language)


def _start(text):
    text = " ".join(text.split())
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def _end(text):
    text = " ".join(text.split())
    return text if len(text) <= SHOWN else f"…{text[-SHOWN:]}"
