"""What the database knows of the links, pictures and addresses of some texts, asked for all of them together."""

import re
from collections import defaultdict

from django.contrib.contenttypes.models import ContentType

from thinktank.languages import codes, column
from thinktank.models import Image, Permalink

from .editions import Edition
from .links import HREF, LinkFinder, own_path
from .publication import NAMESPACE

PICTURE = re.compile(r'data-image="([0-9]{1,18})"')

LIVE, NOT_PUBLIC, UNKNOWN = "live", "not public", "unknown"


class Surroundings:
    """Of some copies, in a number of queries that does not grow with theirs."""

    def __init__(self, copies):
        self.kind = ContentType.objects.get_by_natural_key("analyses", "analysis").pk
        bodies = [copy.body for copy in copies]
        self.finder = LinkFinder.of(bodies)
        self.drafts = self._drafts(bodies)
        targets = {key for kind, key in self.finder.owners.values() if kind == self.kind}
        self.live = set(Edition.objects.live().filter(analysis__in=targets).values_list("analysis", flat=True))
        keys = {int(key) for body in bodies for key in PICTURE.findall(body)} | {c.image for c in copies if c.image}
        self.images = Image.objects.in_bulk(keys)
        self.taken = self._taken(copies)
        self.editions = self._editions(copies)

    def leads_to(self, href):
        """LIVE, NOT_PUBLIC or UNKNOWN for an address of one of our texts or people; None for any other."""
        path = own_path(href)
        if path is None:
            return None
        owner = self.finder.owners.get(path[:3])
        if owner is None:
            return NOT_PUBLIC if path[:3] in self.drafts else UNKNOWN
        kind, key = owner
        return LIVE if kind != self.kind or key in self.live else NOT_PUBLIC

    def is_taken(self, copy):
        """Whether the copy's slug leads to something else."""
        owner = self.taken.get((copy.language, copy.slug))
        return owner is not None and owner != (self.kind, copy.analysis and copy.analysis.pk)

    def newer_original(self, copy):
        """The live edition of the original, if it is newer than the one that the last translation was made from."""
        if copy.analysis is None or copy.is_original:
            return None
        of_text = self.editions.get(copy.analysis.pk, {})
        original = of_text.get(copy.analysis.original_language)
        translation = of_text.get(copy.language)
        if original is None or translation is None or translation.made_from_id is None:
            return None
        return original if original.number > translation.made_from.number else None

    def _drafts(self, bodies):
        """Addresses that are linked to and that only a working copy has."""
        analyses = Edition._meta.get_field("analysis").related_model
        wanted = defaultdict(set)
        for body in bodies:
            for href in HREF.findall(body):
                path = own_path(href.replace("&amp;", "&"))
                if path and path[0] == NAMESPACE and path[:3] not in self.finder.owners:
                    wanted[path[1]].add(path[2])
        return {
            (NAMESPACE, code, slug)
            for code, slugs in wanted.items()
            for slug in analyses.objects.filter(**{f"{column('slug', code)}__in": slugs}).values_list(
                column("slug", code), flat=True
            )
        }

    @staticmethod
    def _taken(copies):
        slugs = {copy.slug for copy in copies if copy.slug}
        rows = Permalink.objects.filter(namespace=NAMESPACE, language__in=codes(), slug__in=slugs)
        return {(row.language, row.slug): (row.content_type_id, row.object_id) for row in rows}

    @staticmethod
    def _editions(copies):
        """`{analysis: {language: its live edition}}` of the translated texts among the copies."""
        keys = {copy.analysis.pk for copy in copies if copy.analysis is not None and not copy.is_original}
        found = defaultdict(dict)
        rows = Edition.objects.live().filter(analysis__in=keys).select_related("made_from")
        for edition in rows.only("analysis_id", "language", "number", "live_from", "made_from__number"):
            found[edition.analysis_id][edition.language] = edition
        return found
