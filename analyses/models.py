"""The working copy: what staff edit. What readers get is in `editions`."""

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager
from taggit.models import ItemBase

from experts.models import Expert
from taxonomy.models import Format, Region, Tag, Topic
from thinktank.fields import AddressField, BodyField, LineField, PicturesField
from thinktank.languages import codes, column, languages, read, write
from thinktank.models import Image, Permalink
from thinktank.permalinks import SlugTaken, free_slug
from thinktank.slugs import normal_slug, validate_slug

from . import checks, publication, states, windows
from .drafts import Autosave, Presence  # noqa: F401
from .editions import Edition, Entry, Tally  # noqa: F401
from .previews import PreviewLink, PreviewOpen  # noqa: F401
from .publication import NAMESPACE
from .querysets import AnalysisQuerySet
from .reviews import ReviewRequest
from .states import LanguageState  # noqa: F401


class TaggedAnalysis(ItemBase):
    """One keyword of one analysis."""

    content_object = models.ForeignKey("Analysis", models.CASCADE, related_name="+")
    tag = models.ForeignKey(Tag, models.CASCADE, related_name="tagged_analyses")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["content_object", "tag"], name="analysis_has_a_tag_once"),
        ]


class Analysis(models.Model):
    """A text as staff edit it, in every language that it has. Nothing here is public: editions are."""

    form_key = models.UUIDField(
        null=True, unique=True, editable=False
    )  # of the form that made it, which may come twice
    source_id = models.CharField(max_length=200, unique=True, null=True, blank=True, editable=False)
    format = models.ForeignKey(Format, models.PROTECT, related_name="analyses", verbose_name=_("format"))
    title = LineField(_("title"), max_length=300, blank=True)
    slug = AddressField(
        _("address"),
        help_text=_(
            "The last part of the address. Left empty, it is made from the title. A former one goes on leading here."
        ),
    )
    summary = LineField(
        _("summary"),
        max_length=1000,
        blank=True,
        help_text=_("One or two sentences, under the title, on cards and in feeds."),
    )
    body = BodyField(_("text"))
    pictures = PicturesField()
    original_language = models.CharField(_("original language"), max_length=10, default="en")
    image = models.ForeignKey(
        Image, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("lead picture")
    )
    topics = models.ManyToManyField(Topic, blank=True, related_name="analyses", verbose_name=_("topics"))
    regions = models.ManyToManyField(
        Region, blank=True, related_name="analyses", verbose_name=_("regions and countries")
    )
    authors = models.ManyToManyField(Expert, through="Authorship", related_name="analyses", verbose_name=_("authors"))
    tags = TaggableManager(through=TaggedAnalysis, blank=True, verbose_name=_("tags"))
    recommended = models.ManyToManyField(
        "self",
        through="Recommendation",
        symmetrical=False,
        related_name="recommended_by",
        verbose_name=_("recommended"),
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False, related_name="+",
        verbose_name=_("begun by"),
    )  # fmt: skip
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(_("last change"), auto_now=True)

    objects = AnalysisQuerySet.as_manager()

    class Meta:
        verbose_name = _("analysis")
        verbose_name_plural = _("analyses")
        ordering = ["-pk"]
        permissions = [
            *((f"publish_{code}", f"Can publish in {name}") for code, name in settings.LANGUAGES),
            *((f"translate_{code}", f"Can write the fields in {name}") for code, name in settings.LANGUAGES),
            ("write_own_analysis", "Can write own texts"),
        ]
        indexes = [
            *(
                models.Index(fields=[f"slug_{code}"], name=f"analysis_slug_{code}")
                for code, _name in settings.LANGUAGES
            ),
            models.Index(fields=["-updated_at", "-id"], name="analysis_last_changed"),
            GinIndex(fields=["pictures"], name="analysis_pictures"),
        ]

    def __str__(self):
        return (
            self.title or next((read(self, "title", code) for code in codes() if read(self, "title", code)), "") or "—"
        )

    def languages(self):
        """The languages that this text has been begun in."""
        return [code for code in codes() if read(self, "title", code)]

    def clean(self):
        errors = {}
        if not any(read(self, "title", code) for code in codes()):
            errors[column("title", self.original_language or codes()[0])] = ValidationError(
                _("Give it a title in one language at least.")
            )
        for code in codes():
            slug = normal_slug(read(self, "slug", code))
            if slug:
                try:
                    self.check_slug(slug, code)
                except ValidationError as error:
                    errors[column("slug", code)] = error
        if errors:
            raise ValidationError(errors)

    def check_slug(self, slug, language):
        """Raise ValidationError unless this text can have `slug` in `language`, published or not."""
        validate_slug(slug)
        others = Analysis.objects.filter(**{column("slug", language): slug}).exclude(pk=self.pk)
        if others.exists() or not Permalink.objects.is_free(NAMESPACE, language, slug, target=self):
            raise SlugTaken(slug, language)

    def save(self, *args, **kwargs):
        for code in self.languages():
            if not read(self, "slug", code):
                write(self, "slug", code, self.slug_by_rule(code))
        super().save(*args, **kwargs)
        states.keep([self.pk])

    def slug_by_rule(self, code):
        def is_free(slug):
            try:
                self.check_slug(slug, code)
            except ValidationError:
                return False
            return True

        return free_slug(languages()[code].slug(read(self, "title", code)) or "text", is_free)

    def current_edition(self, language):
        """The edition that is or will be the public one, or None."""
        return self.editions.filter(language=language, live_until__isnull=True).first()

    def live_edition(self, language):
        return self.editions.live(language).first()

    def check_publishable(self, language):
        """Raise ValidationError, with every reason, unless this language can be published as it is."""
        reasons = checks.hindrances(self, language)
        if reasons:
            raise ValidationError(reasons)

    @transaction.atomic
    def publish(self, language, at=None, kind=None, note="", by=None):
        """Make the working copy the public text in one language, now or from the moment `at`.

        Returns the new Edition. The former one stays readable at its own address; one that was scheduled does not
        come out. Raises ValidationError, and changes nothing, if something is missing or the address is taken.
        """
        Analysis.objects.select_for_update().get(pk=self.pk)  # two clicks on "publish" stand in line
        self.check_publishable(language)
        if kind in Edition.EXPLAINED and not note.strip():
            raise ValidationError(_("Say in a note for readers what was changed."))
        if waiting := windows.scheduled(self, language, timezone.now()):
            windows.cancel(waiting)  # what is published now takes its place
        getattr(self, "_prefetched_objects_cache", {}).pop("editions", None)
        edition = publication.compose(self, language, at=at, kind=kind, note=note, by=by)
        if language != self.original_language:
            edition.made_from = self.live_edition(self.original_language)
        ReviewRequest.objects.filter(analysis=self, language=language).delete()  # there is nothing left to review
        publication.bring_out([edition])
        return edition

    @transaction.atomic
    def reschedule(self, language, at):
        """Move what is scheduled in one language to the moment `at`. Returns the Edition; raises ValidationError."""
        edition = self._scheduled(language)
        windows.move(edition, at)
        return edition

    @transaction.atomic
    def cancel_schedule(self, language):
        """What is scheduled in one language does not become public, what is public stays. Returns the Edition."""
        edition = self._scheduled(language)
        windows.cancel(edition)
        return edition

    def _scheduled(self, language):
        Analysis.objects.select_for_update().get(pk=self.pk)
        edition = windows.scheduled(self, language, timezone.now())
        if edition is None:
            raise ValidationError(_("Nothing is scheduled in this language any more, so nothing was done."))
        return edition

    @transaction.atomic
    def withdraw(self, language, reason="", at=None, kind=Edition.Withdrawal.ERROR, notice="", replaced_by=None):
        """End every public reading of one language, at once. Returns whether there was anything to end.

        Of what was published in error readers find nothing; of what is withdrawn a page with its title, the `notice`
        and a link to the Analysis that replaces it. Raises ValidationError if the notice is missing.
        """
        if kind == Edition.Withdrawal.WITHDRAWN and not notice.strip():
            raise ValidationError(_("Tell readers why it was withdrawn."))
        Analysis.objects.select_for_update().get(pk=self.pk)
        said = {"notice": notice, "by": replaced_by} if kind == Edition.Withdrawal.WITHDRAWN else {}
        return windows.end(
            self, language, at or timezone.now(), withdrawal=kind, withdrawal_reason=reason,
            withdrawal_notice=said.get("notice", ""), replaced_by=said.get("by"),
        )  # fmt: skip

    @transaction.atomic
    def send_to_review(self, language, by, note=""):
        """Ask those who may publish this language to look at it, again if it came back. Returns the ReviewRequest."""
        request, _created = ReviewRequest.objects.update_or_create(
            analysis=self, language=language,
            defaults={"requested_by": by, "requested_at": timezone.now(), "note": note,
                      "returned_by": None, "returned_at": None, "answer": ""},
        )  # fmt: skip
        states.keep([self.pk])
        return request

    @transaction.atomic
    def return_from_review(self, language, by, answer):
        """Give what waits for review back to its author with a word. Returns whether there was anything."""
        waiting = ReviewRequest.objects.waiting().filter(analysis=self, language=language)
        returned = waiting.update(returned_by=by, returned_at=timezone.now(), answer=answer)
        states.keep([self.pk])
        return bool(returned)

    @transaction.atomic
    def delete(self, *args, **kwargs):
        for code in codes():
            self.withdraw(code)
        windows.forget(self)
        return super().delete(*args, **kwargs)


class Authorship(models.Model):
    """An author of a text, in order, with what is printed about them there."""

    analysis = models.ForeignKey(Analysis, models.CASCADE, related_name="authorships")
    expert = models.ForeignKey(Expert, models.PROTECT, related_name="authorships", verbose_name=_("author"))
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    role = LineField(
        _("role as published"),
        max_length=200,
        blank=True,
        help_text=_("Empty: the role in the profile on the day of publication."),
    )
    note = LineField(
        _("end note"), max_length=1000, blank=True, help_text=_("One sentence about the author, under the text.")
    )

    class Meta:
        verbose_name = _("author")
        verbose_name_plural = _("authors")
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["analysis", "expert"],
                name="authorship_once",
                violation_error_message=_("This author stands in the byline already."),
            ),
        ]

    def __str__(self):
        return str(self.expert)


class Recommendation(models.Model):
    """An editors' pick for further reading under a text."""

    analysis = models.ForeignKey(Analysis, models.CASCADE, related_name="recommendations")
    recommended = models.ForeignKey(Analysis, models.CASCADE, related_name="+", verbose_name=_("analysis"))
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("recommended text")
        verbose_name_plural = _("recommended reading")
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["analysis", "recommended"], name="recommendation_once"),
            models.CheckConstraint(
                condition=~Q(analysis=models.F("recommended")),
                name="recommendation_is_another_text",
                violation_error_message=_("A text cannot recommend itself."),
            ),
        ]

    def __str__(self):
        return str(self.recommended)

    def clean(self):
        # The form of a text leaves the constraint to the database, because it knows the text only when it saves.
        if self.recommended_id and self.recommended_id == self.analysis_id:
            raise ValidationError({"recommended": _("A text cannot recommend itself.")})


class Pick(models.Model):
    """An analysis that editors put first: on the home page, or on the page of one topic, region or format."""

    analysis = models.ForeignKey(Analysis, models.CASCADE, related_name="picks", verbose_name=_("analysis"))
    topic = models.ForeignKey(
        Topic, models.CASCADE, null=True, blank=True, related_name="picks", verbose_name=_("topic")
    )
    region = models.ForeignKey(
        Region, models.CASCADE, null=True, blank=True, related_name="picks", verbose_name=_("region")
    )
    format = models.ForeignKey(
        Format, models.CASCADE, null=True, blank=True, related_name="picks", verbose_name=_("format")
    )
    tag = models.ForeignKey(Tag, models.CASCADE, null=True, blank=True, related_name="picks", verbose_name=_("tag"))
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("editors’ pick")
        verbose_name_plural = _("editors’ picks")
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["analysis", "topic", "region", "format", "tag"], nulls_distinct=False, name="pick_once_a_place",
                violation_error_message=_("This text is picked for this place already."),
            ),
        ]  # fmt: skip

    def __str__(self):
        return str(self.analysis)

    def clean(self):
        if len([place for place in (self.topic_id, self.region_id, self.format_id, self.tag_id) if place]) > 1:
            raise ValidationError(_("Choose one place at most; none of them means the home page."))
