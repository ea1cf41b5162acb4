"""Template tags of the public pages."""

import json

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from thinktank import pictures
from thinktank.html import as_printed
from thinktank.languages import language

register = template.Library()


@register.filter
def cleaned(html):
    """Print HTML that passed the allow-list when it was stored (`BodyField`) or was derived from such (`Edition.body`)."""
    return mark_safe(pictures.placed(html or ""))  # the only place: everything else that templates print is escaped


@register.inclusion_tag("components/body.html")
def body(html, css_class="prose"):
    """A body that is printed as it is stored, of a page, a person or a term, with its notes under it."""
    labels = {"footnote": _("Footnote %s"), "table": _("Table")}
    return {"body": as_printed(html or "", labels), "css_class": css_class}


@register.simple_tag
def picture(image, sizes="100vw", loading="lazy", ratio=None, eager=False, **attributes):
    """The <picture> of a library image, or nothing: also where readers may not be shown it any more."""
    if image is None or not image.is_showable:
        return ""
    return pictures.picture_html(
        image, sizes, loading=loading, ratio=ratio, css_class=attributes.get("class", ""), eager=eager
    )


@register.filter
def day(moment):
    return language().day(moment) if moment else ""


@register.filter
def digits(value):
    return language().number(value)


@register.filter
def isolate(text):
    """A name in whichever script, kept from reordering the line round it."""
    return format_html("<bdi>{}</bdi>", conditional_escape(text))


@register.filter
def json_ld(data):
    """Structured data as a script block that no text can break out of."""
    text = json.dumps(data, ensure_ascii=False)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(text))
