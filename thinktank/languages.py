"""What Django does not know of a language.

`settings.LANGUAGES` says which languages there are; this module says how each of them is written. A new
language is one line there and one entry here.
"""

from dataclasses import dataclass, field
from functools import lru_cache

from django.conf import settings
from django.conf.locale import LANG_INFO
from django.utils import timezone
from django.utils.translation import get_language, gettext, gettext_noop
from modeltranslation.utils import build_localized_fieldname

from .search.analysis import Analyser
from .slugs import arabic_slug, english_slug

ARABIC_INDIC_DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")

INTERNATIONAL_MONTHS = (
    "يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو",
    "يوليو", "أغسطس", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر",
)  # fmt: skip
LEVANTINE_MONTHS = (
    "كانون الثاني", "شباط", "آذار", "نيسان", "أيار", "حزيران",
    "تموز", "آب", "أيلول", "تشرين الأول", "تشرين الثاني", "كانون الأول",
)  # fmt: skip
ENGLISH_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

MONTH_STYLES = {
    "international": INTERNATIONAL_MONTHS,
    "dual": tuple(f"{old}/{new}" for old, new in zip(LEVANTINE_MONTHS, INTERNATIONAL_MONTHS, strict=True)),
}
DIGIT_STYLES = {"western": {}, "arabic-indic": ARABIC_INDIC_DIGITS}


@dataclass(frozen=True)
class Language:
    """How one language is written on the site."""

    code: str
    endonym: str
    direction: str  # "ltr" or "rtl"
    slug: callable  # title -> ASCII slug
    months: tuple
    date: str  # format string of day, month and year
    analyser: Analyser  # how its texts and queries are taken apart into words
    open_graph_locale: str
    words_a_minute: int
    fonts: tuple  # static files that the first screen needs, fetched early
    italic_font: str = ""  # where emphasis has a face of its own
    digits: dict = field(default_factory=dict)
    vague_links: frozenset = frozenset()  # what a link says that says nothing
    letters: str = ""  # range of its letters, where Latin signs between them are a slip
    punctuation: dict = field(default_factory=dict)  # the slip: the sign that is meant
    quotes: str = "“”"

    def day(self, moment):
        """The calendar day of an aware `moment` in the institute's time zone, in words."""
        local = timezone.localtime(moment, timezone.get_default_timezone())
        text = self.date.format(day=local.day, month=self.months[local.month - 1], year=local.year)
        return text.translate(self.digits)

    def number(self, value):
        return str(value).translate(self.digits)


@lru_cache
def _languages(month_style, digit_style):
    return {
        "en": Language(
            code="en",
            endonym="English",
            direction="ltr",
            slug=english_slug,
            months=ENGLISH_MONTHS,
            date="{month} {day}, {year}",
            analyser=Analyser("english"),
            open_graph_locale="en_US",
            words_a_minute=230,
            fonts=(
                "fonts/source-serif-4/text.woff2",
                "fonts/source-serif-4/display.woff2",
                "fonts/source-sans-3/interface.woff2",
                "fonts/ibm-plex-sans-arabic/endonyms.woff2",
            ),
            italic_font="fonts/source-serif-4/italic.woff2",
            vague_links=frozenset(
                ("here", "click here", "this", "this link", "link", "read more", "more", "see here", "this page")
            ),
        ),
        "ar": Language(
            code="ar",
            endonym="العربية",
            direction="rtl",
            slug=arabic_slug,
            months=MONTH_STYLES[month_style],
            date="{day} {month} {year}",
            analyser=Analyser("english", corrections=3),
            open_graph_locale="ar_AR",
            words_a_minute=180,
            fonts=(
                "fonts/noto-naskh-arabic/naskh.woff2",
                "fonts/ibm-plex-sans-arabic/regular.woff2",
                "fonts/ibm-plex-sans-arabic/semibold.woff2",
            ),
            digits=DIGIT_STYLES[digit_style],
            vague_links=frozenset(
                (
                    "هنا",
                    "اضغط هنا",
                    "انقر هنا",
                    "من هنا",
                    "الرابط",
                    "هذا الرابط",
                    "على هذا الرابط",
                    "رابط",
                    "المزيد",
                    "اقرأ المزيد",
                )
            ),
            letters="\u0620-\u064a",
            punctuation={",": "،", ";": "؛", "?": "؟"},
            quotes="«»",
        ),
    }


def languages():
    """Every language of the site, in the order of `settings.LANGUAGES`: `{code: Language}`."""
    known = _languages(settings.ARABIC_MONTHS, settings.ARABIC_DIGITS)
    return {code: known[code] for code, _name in settings.LANGUAGES}


def language(code=None):
    """The `Language` with this code, or the active one."""
    return _languages(settings.ARABIC_MONTHS, settings.ARABIC_DIGITS)[code or get_language() or settings.LANGUAGE_CODE]


def codes():
    return [code for code, _name in settings.LANGUAGES]


# Named here so that our own catalogue has them, spelt as the rest of the site.
SPOKEN = (
    gettext_noop("Arabic"), gettext_noop("English"), gettext_noop("French"), gettext_noop("German"),
    gettext_noop("Hebrew"), gettext_noop("Italian"), gettext_noop("Persian"), gettext_noop("Portuguese"),
    gettext_noop("Russian"), gettext_noop("Spanish"), gettext_noop("Swedish"), gettext_noop("Turkish"),
)  # fmt: skip


def language_name(code):
    """The name of any language in the active one; the code where Django does not know it."""
    return gettext(LANG_INFO[code]["name"]) if "name" in LANG_INFO.get(code, {}) else code


def column(name, code):
    """The column that holds the field `name` in the language `code`: `column("title", "ar")` is `title_ar`."""
    return build_localized_fieldname(name, code)


def read(row, name, code=None):
    """The value of a translated field in one language, `""` where there is none; never another language's."""
    return getattr(row, column(name, code or get_language() or settings.LANGUAGE_CODE)) or ""


def write(row, name, code, value):
    setattr(row, column(name, code), value)
