"""The shared kernel: addresses, pictures and simple pages."""

from datetime import timedelta
from functools import reduce
from operator import or_

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import ProtectedError, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from . import images, uses
from .audit import AuditEntry  # noqa: F401
from .fields import AddressField, BodyField, LineField, PicturesField
from .languages import codes, read
from .permalinks import Addressed, PermalinkQuerySet
from .preferences import Preference  # noqa: F401
from .search import models as search  # noqa: F401, its tables belong to this app
from .sessions import SessionsEnd  # noqa: F401


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


class ImageQuerySet(models.QuerySet):
    def showable(self):
        """Those that readers may be shown today, wherever they stand."""
        return self.filter(
            Q(licence_until__isnull=True) | Q(licence_until__gte=timezone.localdate()), withdrawn_at__isnull=True
        )

    def unshowable(self):
        return self.filter(Q(licence_until__lt=timezone.localdate()) | Q(withdrawn_at__isnull=False))

    def expired(self):
        return self.filter(licence_until__lt=timezone.localdate())

    def expiring(self, days=30):
        """Those whose licence ends within so many days, the next one first. What is withdrawn is not among them."""
        today = timezone.localdate()
        soon = self.filter(licence_until__range=(today, today + timedelta(days=days)), withdrawn_at__isnull=True)
        return soon.order_by("licence_until", "pk")

    def public(self):
        """Those that readers may be shown and that stand in something that readers can reach."""
        return self.showable().filter(uses.in_public())


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
    caption = LineField(
        _("caption"),
        max_length=500,
        blank=True,
        help_text=_("What is offered as the caption where the picture is placed in a text."),
    )
    credit = LineField(_("credit"), max_length=200, blank=True, help_text=_("Who made it: a name, printed as it is."))
    licence = LineField(
        _("licence"), max_length=100, blank=True, help_text=_("What allows us to show it: our own, bought, CC BY 4.0…")
    )
    source_url = models.URLField(
        _("where it came from"), max_length=500, blank=True, help_text=_("The address of the agency or the archive.")
    )
    licence_until = models.DateField(
        _("licence ends on"),
        null=True,
        blank=True,
        help_text=_(
            "The last day on which readers may be shown it. After that day it leaves the public pages by itself."
        ),
    )
    former_digests = ArrayField(models.CharField(max_length=24), default=list, editable=False)  # as in addresses
    withdrawn_at = models.DateTimeField(null=True, editable=False)
    withdrawal_reason = LineField(max_length=500, blank=True, editable=False)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+",
        verbose_name=_("added by"),
    )  # fmt: skip
    created_at = models.DateTimeField(_("added on"), auto_now_add=True)

    objects = ImageQuerySet.as_manager()

    class Meta:
        verbose_name = _("image")
        verbose_name_plural = _("images")
        ordering = ["-pk"]
        permissions = [("withdraw_image", "Can withdraw and replace images")]
        indexes = [
            models.Index(fields=["licence_until"], condition=Q(licence_until__isnull=False), name="image_licence_ends")
        ]
        constraints = [
            models.CheckConstraint(condition=Q(width__gt=0, height__gt=0), name="image_has_a_size"),
            models.CheckConstraint(condition=Q(focal_x__lte=100, focal_y__lte=100), name="image_focal_point_is_inside"),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | ~Q(withdrawal_reason=""), name="image_withdrawal_has_a_reason"
            ),
        ]

    def __str__(self):
        named = self.alt or next((read(self, "alt", code) for code in codes() if read(self, "alt", code)), "")
        return named or f"{_('image')} {self.pk}"

    def clean(self):
        if self.file and not self.file._committed:
            images.check(self.file.file)

    def save(self, *args, **kwargs):
        is_new = self.file and not self.file._committed
        if is_new:
            images.take_in(self, self.file.file)
        writes = is_new and not self.file._committed
        try:
            super().save(*args, **kwargs)
        except BaseException:
            if writes and self.file._committed:  # no file without a row
                self.file.storage.delete(self.file.name)
            raise

    def delete(self, *args, **kwargs):
        """Raises ProtectedError if it stands anywhere: a body has no foreign key that would protect it."""
        rows = uses.rows_that_show(self.pk)
        if rows:
            raise ProtectedError("The image is in use.", rows)
        result = super().delete(*args, **kwargs)
        self._forget(self.digest, self.file.name)
        return result

    def withdraw(self, reason):
        """Take it off every public page at once; its texts stand without it. The reason is for the newsroom."""
        self.withdrawn_at, self.withdrawal_reason = timezone.now(), reason
        self.save(update_fields=["withdrawn_at", "withdrawal_reason"])

    def restore(self):
        self.withdrawn_at, self.withdrawal_reason = None, ""
        self.save(update_fields=["withdrawn_at", "withdrawal_reason"])

    @transaction.atomic
    def replace(self, file):
        """Show another picture wherever this one stands. Raises ValidationError if `file` cannot be taken in."""
        digest, master = self.digest, self.file.name
        self.file = file
        self.clean()
        self.former_digests = [*self.former_digests, digest[:24]]
        self.save()
        if self.digest != digest:
            images.replaced.send(Image, image=self)
            self._forget(digest, master)

    @staticmethod
    def _forget(digest, master):
        if not Image.objects.filter(digest=digest).exists():
            transaction.on_commit(lambda: images.forget(digest, master))

    def alternative_text(self, language=None):
        return "" if self.is_decorative else read(self, "alt", language)

    @property
    def is_expired(self):
        return self.licence_until is not None and self.licence_until < timezone.localdate()

    @property
    def is_described(self):
        return self.is_decorative or all(read(self, "alt", code) for code in codes())

    @property
    def is_showable(self):
        """Whether readers may be shown it today: neither withdrawn nor past the end of its licence."""
        return self.withdrawn_at is None and not self.is_expired


class PageQuerySet(models.QuerySet):
    def in_language(self, language):
        return self.filter(self._named_in(language))

    def readable(self):
        """Those that readers can reach, in whichever language."""
        return self.filter(reduce(or_, map(self._named_in, codes())))

    @staticmethod
    def _named_in(language):
        return Q(**{f"slug_{language}__isnull": False, f"title_{language}__gt": ""})


class Page(Addressed, models.Model):
    """A simple page that staff edit: about, contact, corrections policy."""

    namespace = "page"
    kind = "page"
    names_itself_by = "title"

    source_id = models.CharField(max_length=200, unique=True, null=True, blank=True, editable=False)
    title = LineField(_("title"), max_length=200, blank=True)
    slug = AddressField(_("address"))
    body = BodyField(_("text"))
    pictures = PicturesField()
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
