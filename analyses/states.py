"""What stands where: the state of each language of an analysis, for the newsroom's lists and forms.

A form asks for the `standing`, worked out from the editions; a list of a hundred thousand reads what is kept of it.
"""

from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Exists, OuterRef, Prefetch, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from thinktank.languages import codes, column, language_name, languages, read

from .editions import Edition
from .reviews import ReviewRequest

NO_PICTURE = 0  # in comparisons, which NULL would make neither true nor false


class State(models.TextChoices):
    NOTHING = "nothing", _("–")
    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in-review", _("In review")
    SCHEDULED = "scheduled", _("Scheduled")
    LIVE = "live", _("Live")
    NEWER_DRAFT = "newer-draft", _("Live, newer draft")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class LanguageState(models.Model):
    """The state of one language of an analysis, kept so that lists can be filtered by it.

    `keep` brings it into line after each save, publication and withdrawal, and `counts.settle_due` where time alone
    has changed it.
    """

    analysis = models.ForeignKey("analyses.Analysis", models.CASCADE, related_name="states")
    language = models.CharField(max_length=10)
    state = models.CharField(max_length=15, choices=State.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["analysis", "language"], name="language_state_once")]
        indexes = [models.Index(fields=["language", "state", "analysis"], name="language_state_in_lists")]

    def __str__(self):
        return f"{self.analysis_id} {self.language}: {self.state}"


@dataclass
class Standing:
    """How one language of one analysis stands."""

    code: str
    state: State
    live: Edition | None = None  # what readers see now
    scheduled: Edition | None = None  # what they will see
    review: ReviewRequest | None = None  # waiting, or returned

    @property
    def endonym(self):
        return languages()[self.code].endonym

    @property
    def language_name(self):
        return language_name(self.code)

    @property
    def is_or_will_be_public(self):
        return bool(self.live or self.scheduled)

    @property
    def is_in_review(self):
        """Whether it waits for a reviewer, whatever its state."""
        return bool(self.review and self.review.is_waiting)


def with_states(analyses):
    """`analyses` with what `standing` needs, in a number of queries that does not grow."""
    editions = (
        Edition.objects.select_related("created_by")
        .only(
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
            "withdrawal",
            "withdrawal_reason",
            "note",
            "created_by__username",
        )
        .order_by("-number")
    )
    return analyses.annotate(**{f"differs_{code}": _differs(code) for code in codes()}).prefetch_related(
        Prefetch("editions", queryset=editions),
        Prefetch("reviews", queryset=ReviewRequest.objects.select_related("requested_by", "returned_by")),
        "authorships",
    )


def _differs(code):
    """Whether the working copy differs from the edition that is or will be public; compared where the texts are."""

    def working(name):
        return Coalesce(OuterRef(column(name, code)), Value(""))

    current = Edition.objects.filter(analysis=OuterRef("pk"), language=code, live_until__isnull=True)
    same = current.alias(image_or_none=Coalesce("image", Value(NO_PICTURE))).filter(
        title=working("title"),
        slug=working("slug"),
        summary=working("summary"),
        source=working("body"),
        format=OuterRef("format"),
        image_or_none=Coalesce(OuterRef("image"), Value(NO_PICTURE)),
        **_same_terms(),
    )
    return Exists(current) & ~Exists(same)


def _same_terms():
    """Conditions on an edition inside a subquery: its topics, regions and tags are those of the working copy."""
    analysis = LanguageState._meta.get_field("analysis").related_model
    conditions = {}
    for name, key in (("topics", "topic_id"), ("regions", "region_id"), ("tags", "tag_id")):
        through = getattr(analysis, name).through
        mine = through.objects.filter(
            **{"content_object" if name == "tags" else "analysis": OuterRef(OuterRef("pk"))}
        ).values(key)
        conditions |= {
            f"{name}__contains": ArraySubquery(mine.order_by()),
            f"{name}__contained_by": ArraySubquery(mine.order_by()),
        }
    return conditions


def standing(analysis, code):
    """The Standing of one language of an `analysis` that came through `with_states`."""
    now = timezone.now()
    editions = [e for e in analysis.editions.all() if e.language == code]
    live = next((e for e in editions if e.live_from <= now and (e.live_until is None or e.live_until > now)), None)
    scheduled = next((e for e in editions if e.live_from > now and e.live_until is None), None)
    review = next((review for review in analysis.reviews.all() if review.language == code), None)
    return Standing(code, _state(analysis, code, editions, live, scheduled, review), live, scheduled, review)


def _state(analysis, code, editions, live, scheduled, review):
    differs = live and (getattr(analysis, f"differs_{code}") or _byline_differs(analysis, scheduled or live))
    if live and not differs:
        return State.LIVE
    if scheduled and not live:
        return State.SCHEDULED
    if review and review.is_waiting:
        return State.IN_REVIEW
    if live:
        return State.NEWER_DRAFT
    if any(e.live_until != e.live_from for e in editions):
        return State.WITHDRAWN
    return State.DRAFT if read(analysis, "title", code) else State.NOTHING


def _byline_differs(analysis, edition):
    authors = sorted(analysis.authorships.all(), key=lambda a: (a.order, a.pk))
    return [author.expert_id for author in authors] != [entry.get("expert") for entry in edition.byline]


def standings(analysis):
    """The Standing of each language, asked of the database now."""
    fresh = with_states(type(analysis).objects.filter(pk=analysis.pk)).get()
    return [standing(fresh, code) for code in codes()]


def keep(analyses):
    """Keep the state of every language of the analyses with these primary keys. Costs five queries for any number."""
    found = LanguageState._meta.get_field("analysis").related_model.objects.filter(pk__in=analyses)
    rows = [
        LanguageState(analysis_id=analysis.pk, language=code, state=standing(analysis, code).state)
        for analysis in with_states(found).defer(
            *(column(name, code) for name in ("summary", "body") for code in codes())
        )
        for code in codes()
    ]
    LanguageState.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["analysis", "language"], update_fields=["state"]
    )
