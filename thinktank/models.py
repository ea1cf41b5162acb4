"""The shared kernel: addresses, pictures and simple pages."""

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from . import images
from .audit import AuditEntry  # noqa: F401
from .fields import AddressField, BodyField, LineField
from .languages import read
from .permalinks import Addressed, PermalinkQuerySet


class Permalink(models.Model):
    """One slug in one language, what it leads to, and whether it is the current address of that."""

    namespace = models.CharField(max_length=20)
    language = models.CharField(max_length=10)
    slug = models.CharField(max_length=200)
    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, related_name="+")
    object_id = models.BigIntegerField()
    target = GenericForeignKey()
    is_current = models.BooleanField(default=True)

    objects = PermalinkQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["namespace", "language", "slug"], name="permalink_leads_to_one_thing"),
            models.UniqueConstraint(
                fields=["content_type", "object_id", "language"],
                condition=Q(is_current=True),
                name="permalink_one_current_address",
            ),
            models.CheckConstraint(
                condition=~Q(slug="") & ~Q(slug__contains="/"), name="permalink_slug_is_one_segment"
            ),
        ]

    def __str__(self):
        return f"{self.language}:{self.namespace}/{self.slug}"


class Image(models.Model):
    """A picture of the library. The master file holds pixels and colour profile, nothing else."""

    file = models.FileField(_("file"), upload_to=images.master_path, storage=images.private_storage, max_length=120)
    digest = models.CharField(max_length=64, editable=False, db_index=True)
    source_digest = models.CharField(max_length=64, editable=False, db_index=True)
    width = models.PositiveIntegerField(editable=False)
    height = models.PositiveIntegerField(editable=False)
    focal_x = models.PositiveSmallIntegerField(
        _("focal point, across"),
        default=50,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
        help_text=_("Percent from the left edge. Crops keep this point in view."),
    )
    focal_y = models.PositiveSmallIntegerField(
        _("focal point, down"),
        default=50,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
        help_text=_("Percent from the top edge."),
    )
    alt = LineField(
        _("alternative text"),
        max_length=500,
        blank=True,
        help_text=_("What the picture shows, for somebody who cannot see it. Not the caption."),
    )
    is_decorative = models.BooleanField(
        _("decorative"),
        default=False,
        help_text=_("It says nothing that the text does not: screen readers pass over it."),
    )
    credit = LineField(_("credit"), max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("image")
        verbose_name_plural = _("images")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(width__gt=0, height__gt=0), name="image_has_a_size"),
            models.CheckConstraint(condition=Q(focal_x__lte=100, focal_y__lte=100), name="image_focal_point_is_inside"),
        ]

    def __str__(self):
        return self.alt or f"{_('image')} {self.pk}"

    def clean(self):
        if self.file and not self.file._committed:
            images.check(self.file.file)

    def save(self, *args, **kwargs):
        if self.file and not self.file._committed:
            images.take_in(self, self.file.file)
        super().save(*args, **kwargs)

    def alternative_text(self, language=None):
        return "" if self.is_decorative else read(self, "alt", language)


class PageQuerySet(models.QuerySet):
    def in_language(self, language):
        return self.filter(**{f"slug_{language}__isnull": False, f"title_{language}__gt": ""})


class Page(Addressed, models.Model):
    """A simple page that staff edit: about, contact, corrections policy."""

    namespace = "page"
    names_itself_by = "title"

    source_id = models.CharField(max_length=200, unique=True, null=True, blank=True, editable=False)
    title = LineField(_("title"), max_length=200, blank=True)
    slug = AddressField(_("address"))
    body = BodyField(_("text"))
    order = models.PositiveSmallIntegerField(_("order in the footer"), default=0)

    objects = PageQuerySet.as_manager()

    class Meta:
        verbose_name = _("page")
        verbose_name_plural = _("pages")
        ordering = ["order", "pk"]

    def __str__(self):
        return self.title or f"{_('page')} {self.pk}"

    def get_absolute_url(self):
        return reverse("page", args=[self.slug])
