"""The <picture> element of a library image, and what stands in its place when it may not be shown any more."""

import re
from html import unescape

from django.apps import apps
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from .html import pictures_in
from .images import preview_key, renditions

BODY_SIZES = "(min-width: 48em) 42rem, 100vw"
STORED = re.compile(r'<img (?:[^">]|"[^"]*")*>')
PRINTED = re.compile(
    r'<picture data-image="(?P<image>\d+)">(?P<picture>.*?)</picture>(?P<caption>\s*<figcaption>.*?</figcaption>)?',
    re.S,
)
GONE = '<picture data-image="{}"></picture>'
ADDRESS = re.compile(r"/media/(?P<digest>[0-9a-f]{24})-[0-9a-z-]+\.(?:avif|webp|jpg)")


def picture_html(image, sizes, alt=None, loading="lazy", ratio=None, css_class="", eager=False, is_named=False):
    """AVIF, WebP and JPEG at every width, with dimensions, so that the page does not move when it arrives."""
    found = renditions(image, ratio)
    sources = format_html_join(
        "",
        '<source type="{}" srcset="{}" sizes="{}">',
        ((source["type"], source["srcset"], sizes) for source in found["sources"]),
    )
    urgency = format_html(' fetchpriority="{}"', "high") if eager else format_html(' loading="{}"', loading)
    named = format_html(' data-image="{}"', image.pk) if is_named else ""
    return format_html(
        '<picture{}{}>{}<img src="{}" srcset="{}" sizes="{}" width="{}" height="{}" alt="{}" decoding="async"{}></picture>',
        format_html(' class="{}"', css_class) if css_class else "",
        named,
        sources,
        found["src"],
        found["srcset"],
        sizes,
        found["width"],
        found["height"],
        image.alternative_text() if alt is None else alt,
        urgency,
    )


def body_picture(image, alt):
    """The picture as it stands in a text; its key is on it, so that it can be taken out when the text is printed."""
    # A picture that the text does not describe has the library's description in the active language.
    return picture_html(image, sizes=BODY_SIZES, alt=alt or None, is_named=True)


def gone():
    """What stands in the place of a picture that was withdrawn or whose licence has ended."""
    return format_html('<span class="picture-gone">{}</span>', _("This picture is no longer available."))


def without(keys, printed):
    """A printed body as readers get it: without the pictures that have these primary keys, nor their captions.

    A caption with a footnote stays, because the note leads back to it. The marks of the others go.
    """

    def place(found):
        caption = found["caption"] or ""
        if int(found["image"]) not in keys:
            return f"<picture>{found['picture']}</picture>{caption}"
        return gone() + (caption if "footnote-reference" in caption else "")

    return PRINTED.sub(place, printed)


def placed(stored):
    """A stored body with the library's pictures as they are today. One query if it has any, none if not."""
    keys = {key for tag in STORED.findall(stored) for key in pictures_in(tag)}
    if not keys:
        return stored
    known = apps.get_model("thinktank", "Image").objects.showable().in_bulk(keys)

    def place(found):
        key = re.search(r' data-image="(\d+)"', found[0])
        if not key:
            return found[0]
        image = known.get(int(key[1]))
        alt = re.search(r' alt="([^"]*)"', found[0])
        return body_picture(image, unescape(alt[1]) if alt else "") if image else GONE.format(key[1])

    return without(keys - known.keys(), STORED.sub(place, stored))


def for_preview(page):
    """A page, as text, whose pictures may be seen by whoever was given it, published or not, for a day."""
    return ADDRESS.sub(lambda found: f"{found[0]}?preview={preview_key(found['digest'])}", page)
