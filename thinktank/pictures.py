"""The <picture> element of a library image."""

from django.utils.html import format_html, format_html_join

from .images import renditions


def picture_html(image, sizes, alt=None, loading="lazy", ratio=None, css_class="", eager=False):
    """AVIF, WebP and JPEG at every width, with dimensions, so that the page does not move when it arrives."""
    found = renditions(image, ratio)
    sources = format_html_join(
        "",
        '<source type="{}" srcset="{}" sizes="{}">',
        ((source["type"], source["srcset"], sizes) for source in found["sources"]),
    )
    urgency = format_html(' fetchpriority="{}"', "high") if eager else format_html(' loading="{}"', loading)
    return format_html(
        '<picture{}>{}<img src="{}" srcset="{}" sizes="{}" width="{}" height="{}" alt="{}" decoding="async"{}></picture>',
        format_html(' class="{}"', css_class) if css_class else "",
        sources,
        found["src"],
        found["srcset"],
        sizes,
        found["width"],
        found["height"],
        image.alternative_text() if alt is None else alt,
        urgency,
    )
