"""Films, recordings and charts of other sites that a text may point to: the one list of them.

Nothing of another site is loaded by our pages: they print a link, and what is stored is the address that it leads to.
"""

import re
from dataclasses import dataclass
from html import unescape

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

# What a reader does there: the words of the link.
WORDS = {"watch": _("Watch on %s"), "listen": _("Listen on %s"), "view": _("See it on %s")}


@dataclass(frozen=True)
class Source:
    """A site. `forms` are pairs of a whole address, as a regular expression that Python and the editor's script read
    alike, and the address that is stored for it, with `{}` for each group."""

    name: str
    use: str  # a key of WORDS
    forms: tuple


_FILM = "([A-Za-z0-9_-]{11})"
_REST = "(?:[?#].*)?"

SOURCES = (
    Source(
        "YouTube",
        "watch",
        (
            (
                rf"https://(?:www\.|m\.)?youtube\.com/watch\?(?:[^#]*&)?v={_FILM}(?:[&#].*)?",
                "https://www.youtube.com/watch?v={}",
            ),
            (
                rf"https://www\.youtube(?:-nocookie)?\.com/(?:embed|shorts|live)/{_FILM}{_REST}",
                "https://www.youtube.com/watch?v={}",
            ),
            (rf"https://youtu\.be/{_FILM}{_REST}", "https://www.youtube.com/watch?v={}"),
        ),
    ),
    Source(
        "Vimeo",
        "watch",
        (
            (rf"https://vimeo\.com/([0-9]{{5,12}})/([0-9a-f]{{6,16}}){_REST}", "https://vimeo.com/{}/{}"),
            (rf"https://vimeo\.com/([0-9]{{5,12}}){_REST}", "https://vimeo.com/{}"),
            (
                r"https://player\.vimeo\.com/video/([0-9]{5,12})\?(?:[^#]*&)?h=([0-9a-f]{6,16})(?:[&#].*)?",
                "https://vimeo.com/{}/{}",
            ),
            (rf"https://player\.vimeo\.com/video/([0-9]{{5,12}}){_REST}", "https://vimeo.com/{}"),
        ),
    ),
    Source(
        "SoundCloud",
        "listen",
        (
            (
                rf"https://(?:www\.|m\.)?soundcloud\.com/([a-z0-9_-]{{1,80}})/((?:sets/)?[a-z0-9_-]{{1,200}}){_REST}",
                "https://soundcloud.com/{}/{}",
            ),
        ),
    ),
    Source(
        "Apple Podcasts",
        "listen",
        (
            (
                r"https://(?:embed\.)?podcasts\.apple\.com/([a-z]{2})/podcast/(?:[^/?#]+/)?id([0-9]{5,15})"
                r"\?(?:[^#]*&)?i=([0-9]{5,20})(?:[&#].*)?",
                "https://podcasts.apple.com/{}/podcast/id{}?i={}",
            ),
            (
                rf"https://(?:embed\.)?podcasts\.apple\.com/([a-z]{{2}})/podcast/(?:[^/?#]+/)?id([0-9]{{5,15}}){_REST}",
                "https://podcasts.apple.com/{}/podcast/id{}",
            ),
        ),
    ),
    Source(
        "Spotify",
        "listen",
        (
            (
                rf"https://open\.spotify\.com/(?:embed/|intl-[a-z]{{2}}/)?(episode|show)/([A-Za-z0-9]{{22}}){_REST}",
                "https://open.spotify.com/{}/{}",
            ),
        ),
    ),
    Source(
        "Datawrapper",
        "view",
        (
            (
                rf"https://datawrapper\.dwcdn\.net/([A-Za-z0-9]{{5}})(?:/[0-9]{{0,4}}/?)?{_REST}",
                "https://datawrapper.dwcdn.net/{}/",
            ),
        ),
    ),
)

_MARKED = re.compile(r"""\sdata-embed\s*=\s*("[^"]*"|'[^']*'|[^\s>"']+)""", re.I)


def sources():
    """The list, with the sites that the setting EMBED_SOURCES names beside it."""
    return (*SOURCES, *(import_string(path) for path in settings.EMBED_SOURCES))


def find(address):
    """`(source, stored address)` of an address that one of the sites has for a film, recording or chart, else None.

    The stored address is made anew from what was recognised: nothing else of what was given is in it.
    """
    for source in sources():
        for form, stored in source.forms:
            match = re.fullmatch(form, address)
            if match:
                return source, stored.format(*match.groups())
    return None


def refused(html):
    """The first address in `html` that is marked as an embed and may not be one, or None."""
    for value in _MARKED.findall(html):
        address = unescape(value.strip("\"'"))
        if not find(address):
            return address
    return None


def names():
    return ", ".join(source.name for source in sources())
