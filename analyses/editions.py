"""The published text: everything that the public can reach reads this and nothing else."""

import re

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from taxonomy.models import Format
from thinktank import pictures
from thinktank.models import Image

from .querysets import EditionQuerySet

LINK_TO_ANALYSIS = re.compile(r'<a href="[^"#]*(?P<fragment>#[^"]*)?"(?P<mark> data-analysis="(?P<analysis>\d+)")')


class Edition(models.Model):
    """A numbered text in one language, complete in itself, with the window in which it is public.

    Once public it is never changed; the columns that may change say so: the window, and what is derived.
    """

    class Kind(models.TextChoices):
        FIRST = "first", _("First publication")
        CORRECTION = "correction", _("Correction")
        CLARIFICATION = "clarification", _("Clarification")
        UPDATE = "update", _("Update")
        TYPOGRAPHICAL = "typographical", _("Typographical change")

    class Withdrawal(models.TextChoices):
        ERROR = "error", _("Published in error")  # readers find nothing of it
        WITHDRAWN = "withdrawn", _("Withdrawn")  # readers are told, with the reason

    EXPLAINED = (Kind.CORRECTION, Kind.CLARIFICATION, Kind.UPDATE)  # with a note that readers see

    analysis = models.ForeignKey("analyses.Analysis", models.CASCADE, related_name="editions")
    language = models.CharField(max_length=10)
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=15, choices=Kind.choices, default=Kind.FIRST)
    note = models.TextField(blank=True)  # what was changed, for readers

    slug = models.CharField(max_length=200)
    title = models.CharField(max_length=300)
    summary = models.CharField(max_length=1000, blank=True)
    source = models.TextField(blank=True)  # the cleaned body as it stood in the working copy
    format = models.ForeignKey(Format, models.PROTECT, related_name="+")
    image = models.ForeignKey(Image, models.PROTECT, null=True, related_name="+")
    byline = models.JSONField(default=list)  # [{"expert": 7, "name", "slug", "role", "note"}], as published
    topics = ArrayField(models.BigIntegerField(), default=list)  # primary keys, as published
    regions = ArrayField(models.BigIntegerField(), default=list)
    tags = ArrayField(models.BigIntegerField(), default=list)
    is_original = models.BooleanField(default=True)
    made_from = models.ForeignKey("self", models.SET_NULL, null=True, related_name="translations")

    published_at = models.DateTimeField()  # the date that readers see: of the first edition in this language
    updated_at = models.DateTimeField(null=True)  # of the last correction, clarification or update, if there was one
    live_from = models.DateTimeField()  # may change: a schedule is moved or cancelled
    live_until = models.DateTimeField(null=True)  # may change: superseded or withdrawn
    withdrawal = models.CharField(max_length=10, choices=Withdrawal.choices, blank=True)  # changes with `live_until`
    withdrawal_reason = models.CharField(max_length=500, blank=True)  # for the newsroom's records
    withdrawal_notice = models.CharField(max_length=1000, blank=True)  # for readers, in the language of the text
    replaced_by = models.ForeignKey("analyses.Analysis", models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    # Derived from the above; `manage.py rebuild` makes them anew.
    body = models.TextField(blank=True)
    text = models.TextField(blank=True)
    headings = models.JSONField(default=list)
    footnotes = models.JSONField(default=list)
    linked = ArrayField(models.BigIntegerField(), default=list)  # analyses that the body links to
    pictures = ArrayField(models.BigIntegerField(), default=list)  # of the library, in the body
    words = models.PositiveIntegerField(default=0)
    reading_minutes = models.PositiveSmallIntegerField(default=1)
    facets = ArrayField(models.CharField(max_length=40), default=list)  # "topic:3", "region:5", "year:2026", "also:ar"
    is_counted = models.BooleanField(default=False)  # whether the kept counts include it
    settles_at = models.DateTimeField(null=True)  # when the kept counts must be looked at again

    stands_for = "analysis"  # what staff open to change it
    hidden_pictures = ()  # of those in the body; `for_page` sets it

    objects = EditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        ordering = ["-published_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["analysis", "language", "number"], name="edition_number_once"),
            models.UniqueConstraint(
                fields=["analysis", "language"], condition=Q(live_until__isnull=True), name="edition_one_without_end"
            ),
            models.CheckConstraint(
                condition=Q(live_until__isnull=True) | Q(live_until__gte=F("live_from")),
                name="edition_ends_after_it_begins",
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="edition_numbers_begin_at_one"),
            models.CheckConstraint(condition=~Q(title=""), name="edition_has_a_title"),
            models.CheckConstraint(
                condition=Q(kind__in=["first", "typographical"]) | ~Q(note=""), name="edition_change_is_explained"
            ),
            models.CheckConstraint(
                condition=Q(withdrawal="") | Q(live_until__isnull=False), name="edition_withdrawn_has_an_end"
            ),
            models.CheckConstraint(
                condition=~Q(withdrawal="withdrawn") | ~Q(withdrawal_notice=""),
                name="edition_withdrawal_is_explained",
            ),
            models.CheckConstraint(
                condition=Q(withdrawal="withdrawn") | Q(withdrawal_notice="", replaced_by__isnull=True),
                name="edition_error_leaves_no_trace",
            ),
        ]
        indexes = [
            models.Index("language", F("published_at").desc(), F("id").desc(), name="edition_by_date"),
            models.Index(fields=["settles_at"], condition=Q(settles_at__isnull=False), name="edition_due_for_counting"),
            GinIndex(fields=["pictures"], name="edition_pictures"),
        ]

    def __str__(self):
        return f"{self.title} ({self.language} {self.number})"

    def get_absolute_url(self):
        with override(self.language):
            return reverse("address", args=[self.slug])

    @property
    def url(self):
        return self.get_absolute_url()

    @property
    def version_url(self):
        with override(self.language):
            return reverse("edition_version", args=[self.slug, self.number])

    @property
    def is_past(self):
        return self.live_until is not None and self.live_until <= timezone.now()

    @property
    def is_long(self):
        return self.words > 1100 and len(self.headings) > 2

    @property
    def window(self):
        """Where its time has come to, in a word for the newsroom."""
        now = timezone.now()
        if self.live_until == self.live_from:
            return _("called off")
        if self.live_from > now:
            return _("scheduled")
        if self.live_until is None or self.live_until > now:
            return _("live")
        return _("withdrawn") if self.withdrawal else _("earlier edition")

    def printed(self, html):
        """`html` of this edition as readers get it today.

        Its internal links lead to the reader's language where that exists, and pictures that may no longer be shown
        are left out. Needs the annotations of `for_page`.
        """
        with override(self.language):
            html = pictures.without(set(self.hidden_pictures), html)
        targets = {}
        for target in self.link_targets:
            known = targets.setdefault(str(target["analysis"]), target)
            if target["language"] == self.language != known["language"]:
                targets[str(target["analysis"])] = target

        def lead(match):
            target = targets.get(match["analysis"])
            if target is None:
                return match[0].replace(match["mark"], "")
            with override(target["language"]):
                address = reverse("address", args=[target["slug"]])
            hreflang = "" if target["language"] == self.language else f' hreflang="{target["language"]}"'
            return f'<a href="{address}{match["fragment"] or ""}"{hreflang}'

        return LINK_TO_ANALYSIS.sub(lead, html)


class Entry(models.Model):
    """One line of a list: an edition under one of its facets, or under `all`, in order of date.

    It is what makes a list's last page cost what its first one does.
    """

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="entries")
    language = models.CharField(max_length=10)
    facet = models.CharField(max_length=40)
    published_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["edition", "facet"], name="entry_once")]
        indexes = [
            models.Index("language", "facet", F("published_at").desc(), F("edition_id").desc(), name="entry_in_order")
        ]

    def __str__(self):
        return f"{self.facet} {self.edition_id}"


class Tally(models.Model):
    """A kept count: how many live editions of a language have both facets."""

    language = models.CharField(max_length=10)
    facet = models.CharField(max_length=40)
    other = models.CharField(max_length=40)
    n = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["language", "facet", "other"], name="tally_once")]

    def __str__(self):
        return f"{self.language} {self.facet} {self.other}: {self.n}"


class Change(models.Model):
    """A line of the log of what is counted: this edition joined or left the lists, or changed its place in them.

    What is kept in memory (`holdings.py`) reads on from the line that it has read last.
    """

    language = models.CharField(max_length=10)
    state = models.BigIntegerField()  # a higher number after each change of the language, in the order of the commits
    edition_id = models.BigIntegerField()  # no foreign key: the line stays when the edition goes

    class Meta:
        indexes = [models.Index(fields=["language", "state"], name="change_in_order")]

    def __str__(self):
        return f"{self.language} {self.state}: {self.edition_id}"
