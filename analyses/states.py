"""What stands where: the state of each language of an analysis, for the newsroom's lists and forms."""

from dataclasses import dataclass

from django.db import models
from django.db.models import Exists, OuterRef, Prefetch, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from thinktank.languages import codes, column, language_name, languages, read

from .editions import Edition


class State(models.TextChoices):
    NOTHING = "nothing", _("–")
    DRAFT = "draft", _("Draft")
    SCHEDULED = "scheduled", _("Scheduled")
    LIVE = "live", _("Live")
    NEWER_DRAFT = "newer-draft", _("Live, newer draft")
    WITHDRAWN = "withdrawn", _("Withdrawn")


@dataclass
class Standing:
    """How one language of one analysis stands."""

    code: str
    state: State
    live: Edition | None = None  # what readers see now
    scheduled: Edition | None = None  # what they will see

    @property
    def endonym(self):
        return languages()[self.code].endonym

    @property
    def language_name(self):
        return language_name(self.code)

    @property
    def is_or_will_be_public(self):
        return bool(self.live or self.scheduled)


def with_states(analyses):
    """`analyses` with what `standing` needs, in a number of queries that does not grow."""
    editions = Edition.objects.only(
        "analysis_id",
        "language",
        "number",
        "slug",
        "title",
        "byline",
        "published_at",
        "updated_at",
        "live_from",
        "live_until",
        "kind",
    ).order_by("-number")
    return analyses.annotate(**{f"differs_{code}": _differs(code) for code in codes()}).prefetch_related(
        Prefetch("editions", queryset=editions), "authorships__expert"
    )


def _differs(code):
    """Whether the working copy differs from the edition that is or will be public; compared where the texts are."""

    def working(name):
        return Coalesce(OuterRef(column(name, code)), Value(""))

    current = Edition.objects.filter(analysis=OuterRef("pk"), language=code, live_until__isnull=True)
    same = current.filter(
        title=working("title"),
        slug=working("slug"),
        summary=working("summary"),
        source=working("body"),
        format=OuterRef("format"),
    )
    return Exists(current) & ~Exists(same)


def standing(analysis, code):
    """The Standing of one language of an `analysis` that came through `with_states`."""
    now = timezone.now()
    editions = [e for e in analysis.editions.all() if e.language == code]
    live = next((e for e in editions if e.live_from <= now and (e.live_until is None or e.live_until > now)), None)
    scheduled = next((e for e in editions if e.live_from > now and e.live_until is None), None)
    if live:
        differs = getattr(analysis, f"differs_{code}") or _byline_differs(analysis, scheduled or live)
        return Standing(code, State.NEWER_DRAFT if differs else State.LIVE, live, scheduled)
    if scheduled:
        return Standing(code, State.SCHEDULED, None, scheduled)
    if any(e.live_until != e.live_from for e in editions):
        return Standing(code, State.WITHDRAWN)
    return Standing(code, State.DRAFT if read(analysis, "title", code) else State.NOTHING)


def _byline_differs(analysis, edition):
    authors = sorted(analysis.authorships.all(), key=lambda a: (a.order, a.pk))
    return [author.expert_id for author in authors] != [entry.get("expert") for entry in edition.byline]


def standings(analysis):
    """The Standing of each language, asked of the database now."""
    fresh = with_states(type(analysis).objects.filter(pk=analysis.pk)).get()
    return [standing(fresh, code) for code in codes()]
