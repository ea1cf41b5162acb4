"""Body HTML: the one allow-list, and what is derived from a cleaned body at publication.

The allow-list is declared once, in `ELEMENTS`: the cleaner, the editor's toolbar and the importer's report all
read it.
"""

import re
import secrets
from dataclasses import dataclass, field
from html.entities import html5
from urllib.parse import urlsplit

import nh3
from lxml import etree
from lxml import html as lxml_html

from . import embeds
from .slugs import BIDI_CONTROLS

# element -> attributes it may carry
ELEMENTS = {
    "p": (),
    "h2": (),
    "h3": (),
    "strong": (),
    "em": (),
    "br": (),
    "hr": (),
    "ul": (),
    "ol": ("start",),
    "li": (),
    "a": ("href",),
    "blockquote": ("class",),
    "cite": (),
    "sub": (),
    "sup": ("class",),
    "bdi": (),
    "table": (),
    "caption": (),
    "thead": (),
    "tbody": (),
    "tfoot": (),
    "tr": (),
    "th": ("colspan", "rowspan"),  # and scope, with the values below
    "td": ("colspan", "rowspan"),
    "figure": ("data-embed",),  # an address of one of the sites in embeds.py
    "figcaption": (),
    "img": ("src", "alt", "data-image"),
}
CLASSES = {"blockquote": {"pullquote"}, "sup": {"footnote"}}
ATTRIBUTE_VALUES = {"th": {"scope": {"row", "col", "rowgroup", "colgroup"}}}
URL_SCHEMES = {"http", "https", "mailto", "tel"}
RENAMED = {"b": "strong", "i": "em", "h1": "h2", "h4": "h3", "h5": "h3", "h6": "h3"}
DROPPED_WITH_TEXT = {"script", "style", "template", "noscript", "iframe", "object", "embed", "svg", "math"}

MAX_LENGTH = 2_000_000  # characters; the longest text that the institute has printed has 500,000

MAX_DEPTH = 40  # elements inside each other, rows and cells and items not counted; parsers give up somewhere beyond
ROUNDS = 6

# Elements that have no end tag or may leave it out, and those that an end tag does not reach through.
UNCLOSED = set("p li tr td th tbody thead tfoot br hr img area base col embed input link meta source track wbr".split())
CLOSED_OFF = set(
    "applet caption foreignobject iframe marquee math noscript object script select style svg table template textarea "
    "title xmp".split()
)

_SPACES = re.compile(r"\s+")
_NUMBER = re.compile(r"[1-9][0-9]{0,2}")
_MARK = re.compile(r'<img class="[0-9a-f]{16}">')
_KEY = re.compile(r"[0-9]{1,18}")
_PICTURE = re.compile(r'data-image="([0-9]{1,18})"')
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|[/\\]{2}", re.I)
_IGNORED_IN_ADDRESSES = re.compile(r"[\x00-\x20\x7f]")
_AMPERSAND = re.compile(r"&(?:amp;|(?P<reference>[a-z][a-z0-9]{1,30};|#[0-9]{1,7};|#x[0-9a-f]{1,6};))?", re.I)
_FOR_AMPERSAND = "\ufdd0"  # no text has it: _UNWANTED
_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffe\uffff]")
_RENAMED_TAG = re.compile(rf"<(/?)({'|'.join(RENAMED)})>")
_ANY_TAG = re.compile(r"<[^<>]*>")
_TAG = re.compile(r"<(/?)([a-z][^\s/<>]*)", re.I)
_EMPTY_CLASS = re.compile(r'<(sup|blockquote) class="">')
_EMPTY_PARAGRAPH = re.compile(r"<p>(?:\s|&nbsp;|<br>)*</p>\s*")
_PARAGRAPH_BREAK = re.compile(
    r"(</?(?:p|li|ul|ol|h2|h3|blockquote|td|th|tr|table|figure|figcaption|caption)\b[^>]*>|<[bh]r>|\n)"
)


def _attribute(element, attribute, value):
    if attribute in ("colspan", "rowspan", "start"):
        return value if _NUMBER.fullmatch(value) else None
    if attribute == "data-image":
        return value if _KEY.fullmatch(value) else None
    if attribute == "data-embed":
        found = embeds.find(value.strip().replace(_FOR_AMPERSAND, "&"))
        return found and found[1]
    if attribute in ("href", "src"):
        value = BIDI_CONTROLS.sub("", value)
    if attribute == "src":
        # Pictures come from the library: an address of another host would tell it who reads our page.
        return None if _ELSEWHERE.match(_IGNORED_IN_ADDRESSES.sub("", value)) else value
    return value


_cleaner = nh3.Cleaner(
    tags=set(ELEMENTS) | set(RENAMED),
    clean_content_tags=DROPPED_WITH_TEXT,
    attributes={element: set(allowed) - {"class"} for element, allowed in ELEMENTS.items()},
    allowed_classes=CLASSES,
    tag_attribute_values=ATTRIBUTE_VALUES,
    attribute_filter=_attribute,
    url_schemes=URL_SCHEMES,
    link_rel=None,
    strip_comments=True,
)
_text_cleaner = nh3.Cleaner(tags=set())


class Cleaned(str):
    """HTML that `clean` has made. It passes several doors on its way into a column, each of which cleans."""


def clean(html):
    """`html` with nothing left in it that the allow-list does not name. Cleaning twice changes nothing."""
    return html if isinstance(html, Cleaned) else Cleaned(_clean(_characters(html or "")))


def _clean(html):
    if not _is_deep(html, most=300):  # the parser's time grows with the square of the depth
        for _round in range(ROUNDS):
            # What is taken out may change how the rest is read: done when nothing changes any more.
            before, html = html, _clean_once(html)
            if html == before and not _is_deep(html):
                return html
    text = _parsed(_text_cleaner, _ANY_TAG.sub(" ", html).replace("<", "&lt;"))
    return balanced(_characters(text)).strip()


def _clean_once(html):
    html = _parsed(_cleaner, html)
    html = _RENAMED_TAG.sub(lambda tag: f"<{tag[1]}{RENAMED[tag[2]]}>", html)
    html = _EMPTY_PARAGRAPH.sub("", _EMPTY_CLASS.sub(r"<\1>", html))
    return balanced(_characters(html)).strip()


def _parsed(cleaner, html):
    """What `cleaner` makes of `html`, which never sees a plain ampersand: its time grows with the square of their number."""

    def hide(found):
        name = found["reference"]
        return found[0] if name and (name[0] == "#" or name in html5) else _FOR_AMPERSAND + (name or "")

    return cleaner.clean(_AMPERSAND.sub(hide, html)).replace(_FOR_AMPERSAND, "&amp;")


def _characters(text):
    """`text` without the control characters and half characters that no database or parser takes."""
    return _UNWANTED.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _is_deep(html, most=MAX_DEPTH):
    """Whether elements are nested deeper than in any text that somebody wrote."""
    opened = []
    for closing, name in _TAG.findall(html):
        name = name.lower()
        if name in UNCLOSED:
            continue
        if not closing:
            opened.append(name)
            if len(opened) > most:
                return True
            continue
        for place in range(len(opened) - 1, -1, -1):
            if opened[place] == name:
                if name in CLOSED_OFF:
                    del opened[place:]
                else:
                    del opened[place]
                break
            if opened[place] in CLOSED_OFF:
                break
    return False


def balanced(text):
    """Bidirectional controls stay only where each opening one has its closing one in the same paragraph."""
    if not BIDI_CONTROLS.search(text):
        return text
    return "".join(part if _is_balanced(part) else BIDI_CONTROLS.sub("", part) for part in _PARAGRAPH_BREAK.split(text))


def _is_balanced(text):
    closing = {"\u202c": "\u202a\u202b\u202d\u202e", "\u2069": "\u2066\u2067\u2068"}
    stack = []
    for character in BIDI_CONTROLS.findall(text):
        if character in "\u202a\u202b\u202d\u202e\u2066\u2067\u2068":
            stack.append(character)
        elif character in closing and not (stack and stack.pop() in closing[character]):
            return False
    return not stack


def pictures_in(cleaned):
    """The primary keys of the library's pictures in a cleaned body."""
    return [int(key) for key in _PICTURE.findall(cleaned)] if "data-image" in cleaned else []


def removed(before, after):
    """How many elements, links and attributes of `before` are no longer in `after`; for an importer's report."""

    def census(html):
        tags = re.findall(r"<[a-z][^<>]*", html, re.I)
        return len(tags), sum(len(re.findall(r"\s[a-z-]+\s*=", tag, re.I)) for tag in tags)

    elements, attributes = (b - a for b, a in zip(census(before), census(after), strict=True))
    return max(0, elements) + max(0, attributes)


@dataclass
class Body:
    """A cleaned body as it is printed, and what was read off it."""

    html: str
    text: str
    headings: list = field(default_factory=list)  # {"level": 2, "id": "section-1", "text": "…"}
    footnotes: list = field(default_factory=list)  # {"number": 1, "html": "…"}
    images: list = field(default_factory=list)  # primary keys in the library
    linked: list = field(default_factory=list)  # what `find_link` returned for internal links

    @property
    def words(self):
        return len(self.text.split())


BLOCKS = {
    "p", "h2", "h3", "li", "blockquote", "td", "th", "caption", "figcaption", "figure", "table", "tr", "ul", "ol", "hr",
    "br",
}  # fmt: skip


def derive(source, find_link=None, find_image=None, labels=None):
    """The `Body` of a cleaned `source`.

    `find_link(path)` returns `(href, mark)` for an internal path, where the mark, if any, is kept as `data-analysis`;
    `find_image(primary_key, alt)` returns the element to print for a picture of the library or None;
    `labels` are the words {"footnote": …, "table": …} and those of embeds.WORDS, in the text's language.
    """
    labels = {"footnote": "%s", "table": ""} | embeds.WORDS | (labels or {})
    if not source:
        return Body(html="", text="")
    root = lxml_html.fragment_fromstring(source, create_parent="div")
    body = Body(html="", text="")
    _resolve_links(root, body, find_link)
    placed = _place_images(root, body, find_image)  # before the notes: a figure that goes takes its notes with it
    notes = _take_footnotes(root, body, labels)
    _number_headings(root, body)
    _wrap_tables(root, labels)
    _print_embeds(root, labels)
    body.html = _with_pictures(_inner(root), placed)
    for note in body.footnotes:
        note["html"] = _with_pictures(note["html"], placed)
    # A note is printed under the text, so its words are found and counted with the text's.
    body.text = "\n".join(text for text in (plain_text(root), *(" ".join(note.split()) for note in notes)) if text)
    return body


def _inner(element):
    head = (element.text or "").replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return head + "".join(etree.tostring(child, encoding="unicode", method="html") for child in element)


def _is_footnote(element):
    return element.tag == "sup" and element.get("class") == "footnote"


def _take_footnotes(root, body, labels):
    """Put a numbered reference where each note stands, the notes on `body`; returns their plain texts."""
    # Innermost first would number a note in a note before its own: document order, nested ones flattened.
    for note in [e for e in root.iter("sup") if _is_footnote(e)]:
        if any(_is_footnote(ancestor) for ancestor in note.iterancestors("sup")):
            note.drop_tag()
    texts = []
    for note in [e for e in root.iter("sup") if _is_footnote(e)]:
        text = plain_text(note)
        if not text and note.find(".//img") is None:
            note.drop_tree()
            continue
        texts.append(text)
        number = len(texts)
        body.footnotes.append({"number": number, "html": _inner(note).strip()})
        tail = note.tail
        note.clear()
        note.tail = tail
        note.set("class", "footnote-reference")
        link = etree.SubElement(note, "a", id=f"fnref-{number}", href=f"#fn-{number}")
        link.set("aria-label", labels["footnote"] % number)
        link.text = str(number)
    return texts


def _resolve_links(root, body, find_link):
    for link in root.iter("a"):
        href = link.get("href")
        if not href:
            continue
        found = find_link(href) if find_link else None
        if found:
            address, mark = found
            link.set("href", address)
            if mark:
                link.set("data-analysis", str(mark))
                body.linked.append(mark)
        elif _leads_away(href):
            link.set("rel", "noopener")


def _leads_away(href):
    try:
        return bool(urlsplit(href).netloc)
    except ValueError:  # no address at all, as in `//[x`
        return True


def _number_headings(root, body):
    for heading in list(root.iter("h2", "h3")):
        text = " ".join(plain_text(heading).split())
        if not text:
            # It would be a nameless line in the contents; a picture or a note in it stays.
            heading.tag = "p"
            if not heading.xpath("descendant::img | descendant::sup"):
                heading.drop_tree()
            continue
        identifier = f"section-{len(body.headings) + 1}"
        heading.set("id", identifier)
        body.headings.append({"level": int(heading.tag[1]), "id": identifier, "text": text})


def _place_images(root, body, find_image):
    """Mark the place of each picture; returns the element to print at each mark."""
    placed = {}
    for picture in list(root.iter("img")):
        key = picture.get("data-image")
        element = find_image(int(key), picture.get("alt", "")) if key and find_image else None
        if element is None:
            # A picture that the library does not have would be a broken frame on the page.
            figure = next(picture.iterancestors("figure"), None)
            picture.drop_tree()
            if figure is not None and figure.xpath(
                "not(@data-embed | descendant::img | descendant::table | descendant::blockquote)"
            ):
                figure.drop_tree()
            continue
        body.images.append(int(key))
        # The parser does not know <picture> and <source>: the element takes its place after serialisation.
        mark = secrets.token_hex(8)
        placed[f'<img class="{mark}">'] = element
        tail = picture.tail
        picture.clear()
        picture.tail = tail
        picture.set("class", mark)
    return placed


def _with_pictures(html, placed):
    return _MARK.sub(lambda mark: placed.get(mark[0], mark[0]), html) if placed else html


def _wrap_tables(root, labels):
    for number, table in enumerate(list(root.iter("table")), start=1):
        caption = table.find("caption")
        name = (caption is not None and " ".join(plain_text(caption).split())) or f"{labels['table']} {number}"
        box = etree.Element("div", {"class": "table-scroll", "role": "region", "tabindex": "0", "aria-label": name})
        box.tail, table.tail = table.tail, None
        table.getparent().replace(table, box)
        box.append(table)


def _print_embeds(root, labels):
    """Where something of another site is meant, a link to it: nothing is loaded from there."""
    for figure in list(root.iter("figure")):
        found = embeds.find(figure.attrib.pop("data-embed", ""))
        if not found:
            continue
        source, address = found
        words = str(labels[source.use]) % source.name
        caption = figure.find("figcaption")
        title = "" if caption is None else " ".join(plain_text(caption).split())
        box = etree.Element("div", {"class": "embed-box"})
        link = etree.SubElement(box, "a", {"class": "embed-link", "href": address, "rel": "noopener"})
        link.set("aria-label", f"{words}: {title}" if title else words)
        link.text = words
        etree.SubElement(box, "bdi", {"class": "embed-host", "dir": "ltr"}).text = urlsplit(address).netloc
        box.tail, figure.text = figure.text, None
        figure.set("class", f"embed embed-{source.use}")
        figure.insert(0, box)


PRINTED_OTHERWISE = ('class="footnote"', "data-embed=", "<table")


def as_printed(source, labels):
    """The `Body` of cleaned HTML that is printed as it is stored: notes numbered, embeds as links, wide tables in a box.

    Its pictures are left to pictures.py. `labels` as for `derive`; the words of embeds are in the active language.
    """
    if not any(sign in source for sign in PRINTED_OTHERWISE):
        return Body(html=source, text="")
    root = lxml_html.fragment_fromstring(source, create_parent="div")
    body = Body(html="", text="")
    _take_footnotes(root, body, labels)
    _wrap_tables(root, labels)
    _print_embeds(root, embeds.WORDS)
    body.html = _inner(root)
    return body


NOT_OF_THE_TEXT = {"footnote-reference", "embed-box"}


def plain_text(root):
    """The words of a parsed body, a line a block, without the footnote marks."""
    parts = []

    def walk(element):
        if element.get("class") in NOT_OF_THE_TEXT or not isinstance(element.tag, str):
            return
        block = element.tag in BLOCKS
        if block:
            parts.append("\n")
        parts.append(_SPACES.sub(" ", element.text or ""))
        for child in element:
            walk(child)
            parts.append(_SPACES.sub(" ", child.tail or ""))
        if block:
            parts.append("\n")

    walk(root)
    lines = (" ".join(line.split()) for line in "".join(parts).split("\n"))
    return "\n".join(line for line in lines if line)


def text_of(html):
    """The plain text of any HTML, on one line; for descriptions and feeds."""
    html = _characters(html or "")
    if not html.strip():
        return ""
    return " ".join(plain_text(lxml_html.fragment_fromstring(html, create_parent="div")).split())
