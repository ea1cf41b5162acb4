"""The newest texts as an Atom feed, one in each language."""

import re
from datetime import UTC, datetime

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from thinktank import chrome

from .cards import presented
from .editions import Edition

NEWEST = 30
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class Feed(Atom1Feed):
    def latest_post_date(self):
        """Of an empty feed always the same moment: Django's would be now, and no reader's copy would ever be current."""
        return super().latest_post_date() if self.items else datetime(1970, 1, 1, tzinfo=UTC)


@require_safe
def latest(request):
    """Addresses come from the settings, not from the request: its host is the client's word."""
    language = get_language()
    feed = Feed(
        title=settings.INSTITUTE_NAME[language],
        link=chrome.absolute(chrome.home_url(language)),
        description=settings.INSTITUTE_TAGLINE[language],
        language=language,
        feed_url=chrome.absolute(reverse("feed")),
    )
    for edition in presented(Edition.objects.live(language).order_by("-published_at", "-pk").for_cards()[:NEWEST]):
        feed.add_item(
            title=_text(edition.title),
            link=chrome.absolute(edition.url),
            description=_text(edition.summary),
            author_name=_text(_(", ").join(author["name"] for author in edition.byline)) or None,
            pubdate=edition.published_at,
            updateddate=edition.updated_at or edition.published_at,
            unique_id=chrome.absolute(edition.url),
            categories=[_text(edition.format_name)],
        )
    return HttpResponse(feed.writeString("utf-8"), content_type=feed.content_type)


def _text(text):
    """Without the few characters that an XML reader stops at."""
    return NOT_IN_XML.sub("", text)
