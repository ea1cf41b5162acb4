"""The slug rules: how a title becomes the last part of an address, and which slugs nobody may have."""

import re
import unicodedata

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

MAX_LENGTH = 200

STOP_WORDS = frozenset(
    "a an as at before but by for from is in into like of off on onto per since than the this that to up via with".split()
)

# Addresses of the site itself: a text under one of these would be shadowed, or would shadow a page.
RESERVED = frozenset(
    """admin accounts ar en experts favicon.ico feed feeds health home i18n media page pdf policy-analysis preview
    robots.txt search sitemap sitemap.xml static tag tags v .well-known""".split()
)

LETTERS = dict(
    zip(
        "ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىي" + "ٱپچژڤگکیەۀہھے" + "ßæœøłđðþı",
        ["", "a", "a", "w", "a", "y", "a", "b", "t", "t", "th", "j", "h", "kh", "d", "dh", "r", "z", "s", "sh", "s", "d",
         "t", "z", "", "gh", "f", "q", "k", "l", "m", "n", "h", "w", "y", "y"]
        + ["a", "p", "ch", "zh", "v", "g", "k", "y", "h", "h", "h", "h", "y"]
        + ["ss", "ae", "oe", "o", "l", "d", "d", "th", "i"], strict=True,
    )
)  # fmt: skip
APOSTROPHES = re.compile("[’‘'`.ʼʻʾʿ]")  # with the signs that scholars write for hamza and ayn
ARABIC_MARKS = re.compile("[\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed\u08d3-\u08ff]")
BIDI_CONTROLS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
INVISIBLE = re.compile("[\u0000-\u001f\u007f\u00ad\u200b\u2060\ufeff]")
# A non-joiner (ZWNJ) parts two Arabic letters, visibly; anywhere else it, and a joiner everywhere, cannot be seen.
UNSEEN_JOINERS = re.compile("(?<![\u0620-\u06ff])\u200c|\u200c(?![\u0620-\u06ff])|\u200d")


def english_slug(title):
    """«NATO in Iraq: Not a Surge» gives `nato-iraq-not-surge`; a title of stop words alone keeps them."""
    words = _words(title)
    return _cut([word for word in words if word not in STOP_WORDS] or words)


def arabic_slug(title):
    """«رسالة المدير» gives `rsalt-almdyr`: consonants to ASCII, so that a shared link can be read and typed."""
    return _cut(_words(title))


def _words(title):
    """The words of `title` in small ASCII letters and digits."""
    text = ARABIC_MARKS.sub("", unicodedata.normalize("NFKC", _without_invisible(title).replace("…", " ")).lower())
    text = APOSTROPHES.sub("", "".join(_ascii(c) for c in text))
    return re.sub(r"[^a-z0-9]+", "-", text).strip("-").split("-")


def _ascii(character):
    """The ASCII letters or digit for one small letter, or the character without its accents."""
    if character in LETTERS:
        return LETTERS[character]
    if unicodedata.category(character) == "Nd":
        return str(unicodedata.digit(character))
    parts = unicodedata.normalize("NFKD", character)
    return "".join(LETTERS.get(c, c) for c in parts if not unicodedata.combining(c))


def _without_invisible(text):
    return UNSEEN_JOINERS.sub("", re.sub("\u200c+", "\u200c", INVISIBLE.sub("", BIDI_CONTROLS.sub("", text))))


def _cut(words):
    """Join as many whole words as an address may have characters."""
    slug = ""
    for word in words:
        longer = f"{slug}-{word}" if slug else word[:MAX_LENGTH]
        if len(longer) > MAX_LENGTH:
            break
        slug = longer
    return slug


def normal_slug(slug):
    """A typed or imported slug as it is stored: composed letters, no character that cannot be seen."""
    return unicodedata.normalize("NFC", _without_invisible(slug)).strip()


def validate_slug(slug):
    """Raise ValidationError unless `slug` can be the last part of an address."""
    if slug.lower() in RESERVED or slug.lower() in dict(settings.LANGUAGES):
        raise ValidationError(_("“%(slug)s” is an address of the site itself. Choose another."), params={"slug": slug})
    if len(slug) > MAX_LENGTH:
        raise ValidationError(_("An address has at most %(most)d characters."), params={"most": MAX_LENGTH})
    if not re.fullmatch(r"[^\W_](?:[\w\u200c-]*[^\W_])?", slug):
        raise ValidationError(
            _(
                "“%(slug)s” cannot be an address: use letters, digits and hyphens, and begin and end with a letter or digit."
            ),
            params={"slug": slug},
        )
