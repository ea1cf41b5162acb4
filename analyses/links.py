"""Links in a body that point to the institute's own pages."""

import re
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import override

from thinktank.languages import codes
from thinktank.models import Permalink
from thinktank.slugs import RESERVED

ROUTES = {"policy-analysis": "address", "experts": "expert", "page": "page"}
HREF = re.compile(r'<a href="([^"]+)"')


def own_path(href):
    """`(namespace, language, slug, fragment)` if `href` is an address of one of our texts, terms, people or pages, else None."""
    try:
        parts = urlsplit(href)
    except ValueError:
        return None
    if parts.netloc and f"{parts.scheme}://{parts.netloc}" != settings.SITE_URL:
        return None
    segments = [unquote(segment) for segment in parts.path.rstrip("/").split("/")[1:]]
    language = codes()[0]
    if segments and segments[0] in codes()[1:]:
        language = segments.pop(0)
    if len(segments) == 1 and segments[0] not in RESERVED:
        segments.insert(0, "page")  # a page stands at the root, beside the site's own addresses
    if len(segments) != 2 or segments[0] not in ROUTES or not segments[1]:
        return None
    return segments[0], language, segments[1], f"#{parts.fragment}" if parts.fragment else ""


class LinkFinder:
    """The current addresses behind the internal links of some bodies, looked up together."""

    def __init__(self, links):
        self.owners = {}
        self.current = {}
        self.analysis_kind = ContentType.objects.get_by_natural_key("analyses", "analysis").pk
        wanted = Q()
        for namespace, language in {(n, lang) for n, lang, _slug in links}:
            slugs = {slug for n, lang, slug in links if (n, lang) == (namespace, language)}
            wanted |= Q(namespace=namespace, language=language, slug__in=slugs)
        if not wanted:
            return
        for row in Permalink.objects.filter(wanted):
            self.owners[row.namespace, row.language, row.slug] = (row.content_type_id, row.object_id)
        targets = Q()
        for kind in {kind for kind, _key in self.owners.values()}:
            targets |= Q(content_type=kind, object_id__in=[key for k, key in self.owners.values() if k == kind])
        if targets:
            for row in Permalink.objects.filter(targets, is_current=True):
                self.current[(row.content_type_id, row.object_id), row.language] = row

    @classmethod
    def of(cls, sources):
        """A finder for every internal link in these cleaned bodies."""
        found = (own_path(href.replace("&amp;", "&")) for source in sources for href in HREF.findall(source))
        return cls({path[:3] for path in found if path})

    def has_open(self, source):
        """Whether a cleaned body links to an address of ours that nothing has, yet."""
        paths = (own_path(href.replace("&amp;", "&")) for href in HREF.findall(source))
        return any(path and path[:3] not in self.owners for path in paths)

    def expect(self, namespace, language, slug, analysis):
        """Take into account an analysis that is about to be published under `slug`, before its address is claimed."""
        owner = (self.analysis_kind, analysis)
        self.owners[namespace, language, slug] = owner
        self.current[owner, language] = Permalink(namespace=namespace, language=language, slug=slug)

    def find(self, language, href):
        """`(current address, analysis or None)` of an internal link, in `language` where the target has it; else None."""
        path = own_path(href)
        owner = path and self.owners.get(path[:3])
        if not owner:
            return None
        kind, key = owner
        is_analysis = kind == self.analysis_kind
        # An analysis may appear in the reader's language tomorrow: that is decided when the page is printed.
        row = (None if is_analysis else self.current.get((owner, language))) or self.current.get((owner, path[1]))
        if row is None:
            return None
        with override(row.language):
            return reverse(ROUTES[row.namespace], args=[row.slug]) + path[3], key if is_analysis else None
