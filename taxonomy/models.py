"""What a text is about and what kind of text it is."""

from functools import reduce
from operator import or_

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from taggit.models import TagBase

from thinktank import names
from thinktank.fields import AddressField, BodyField, NameField, PicturesField
from thinktank.languages import codes
from thinktank.permalinks import Addressed


class TermQuerySet(models.QuerySet):
    def in_language(self, language):
        """Those that have a name, and so a page, in this language."""
        return self.filter(self._named_in(language))

    def readable(self):
        """Those that readers can reach, in whichever language."""
        return self.filter(reduce(or_, map(self._named_in, codes())))

    @staticmethod
    def _named_in(language):
        return Q(**{f"slug_{language}__isnull": False, f"name_{language}__gt": ""})


class Term(Addressed, models.Model):
    """A format, topic or region: a name, an introduction and a page in the namespace of the analyses."""

    namespace = "policy-analysis"
    kind = ""

    source_id = models.CharField(max_length=200, unique=True, null=True, blank=True, editable=False)
    name = NameField(_("name"), max_length=120, blank=True)
    slug = AddressField(_("address"))
    summary = BodyField(_("introduction"))
    pictures = PicturesField()
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    is_featured = models.BooleanField(_("on the home page"), default=False)

    objects = TermQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["order", "pk"]

    def __str__(self):
        return self.name or f"{self._meta.verbose_name} {self.pk}"

    def get_absolute_url(self):
        return reverse("address", args=[self.slug])

    @property
    def facet(self):
        """How kept counts name it: `topic:3`."""
        return f"{self.kind}:{self.pk}"


class Format(Term):
    """What kind of text it is: Brief Analysis, Policy Note, Podcast…"""

    kind = "format"

    class Meta(Term.Meta):
        verbose_name = _("format")
        verbose_name_plural = _("formats")


class Topic(Term):
    kind = "topic"

    class Meta(Term.Meta):
        verbose_name = _("topic")
        verbose_name_plural = _("topics")


class RegionQuerySet(TermQuerySet):
    def ancestry(self):
        """`{primary key: [its own, its parent's, …]}` of every region; a region includes its countries."""
        parents = dict(self.model.objects.values_list("pk", "parent_id"))

        def line(key):
            seen = []
            while key is not None and key not in seen:
                seen.append(key)
                key = parents.get(key)
            return seen

        return {key: line(key) for key in parents}


class Region(Term):
    """A region or a country, in a tree: Middle East › Gulf › Iraq."""

    kind = "region"

    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("part of")
    )
    iso = models.CharField(_("ISO 3166-1 code"), max_length=2, blank=True)

    objects = RegionQuerySet.as_manager()

    class Meta(Term.Meta):
        verbose_name = _("region or country")
        verbose_name_plural = _("regions and countries")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(iso="") | models.Q(iso__regex=r"^[A-Z]{2}$"), name="region_iso_is_two_capitals"
            ),
            models.CheckConstraint(condition=~models.Q(parent=models.F("pk")), name="region_is_not_its_own_parent"),
        ]

    def clean(self):
        super().clean()
        self.iso = self.iso.upper()
        if self.pk and self.parent_id and self.pk in Region.objects.ancestry().get(self.parent_id, []):
            raise ValidationError({"parent": _("A region cannot be part of itself or of one of its own countries.")})


class Tag(TagBase):
    """A free keyword. Its name is the key that the newsroom types; readers see its label in their language."""

    kind = "tag"

    label = NameField(_("label"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ["name"]

    def clean(self):
        """Names are looked up without regard to capitals, so two may not differ by capitals alone."""
        super().clean()
        if Tag.objects.filter(name__iexact=self.name).exclude(pk=self.pk).exists():
            raise ValidationError({"name": self.unique_error_message(Tag, ["name"])})

    @transaction.atomic
    def save(self, *args, **kwargs):
        super().save(*args, **kwargs)
        self.keep_names()

    def keep_names(self):
        """Let it be found by its label, in whichever spelling."""
        names.keep(self, self.kind, "label")

    def get_absolute_url(self):
        return reverse("tag", args=[self.slug])

    @property
    def facet(self):
        return f"{self.kind}:{self.pk}"
