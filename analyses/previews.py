"""Links by which somebody without an account reads a draft: one text, some of its languages, for a while."""

import secrets
from datetime import timedelta
from hashlib import sha256

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

LIFETIME = timedelta(hours=72)
LONGEST = timedelta(days=30)
SHOWN = 4  # last characters of an address, by which its maker knows it again
TOKEN_BYTES = 32


def digest_of(token):
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


class PreviewLinkQuerySet(models.QuerySet):
    def open(self):
        """Those that still lead somewhere."""
        return self.filter(revoked_at__isnull=True, expires_at__gt=timezone.now())

    def by_token(self, token):
        """The open link with this token, or None. What is looked up is its digest, so the time taken says nothing of it."""
        return self.open().filter(digest=digest_of(token)).select_related("analysis", "revision").first()

    def with_opens(self):
        return self.annotate(opens=models.Count("opened"), last_opened=models.Max("opened__at"))


class PreviewLink(models.Model):
    """The database has only the digest of its token: who reads the database, or a backup, can open nothing."""

    analysis = models.ForeignKey("analyses.Analysis", models.CASCADE, related_name="preview_links")
    languages = ArrayField(models.CharField(max_length=10))
    revision = models.ForeignKey(
        "reversion.Version", models.CASCADE, null=True, related_name="+"
    )  # None: as it is then
    label = models.CharField(max_length=100, blank=True)
    digest = models.CharField(max_length=64, unique=True)
    ending = models.CharField(max_length=SHOWN)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    objects = PreviewLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("preview link")
        verbose_name_plural = _("preview links")
        ordering = ["-pk"]
        default_permissions = []
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__lte=F("created_at") + LONGEST), name="preview_link_ends_within_a_month"
            ),
            models.CheckConstraint(condition=Q(languages__len__gte=1), name="preview_link_has_a_language"),
        ]

    def __str__(self):
        return self.label or f"…{self.ending}"

    @classmethod
    def make(cls, analysis, languages, by, label="", lifetime=LIFETIME, revision=None):
        """A new link and its token, which nobody can be told again."""
        token, now = secrets.token_urlsafe(TOKEN_BYTES), timezone.now()
        link = cls.objects.create(
            analysis=analysis, languages=languages, revision=revision, label=label, digest=digest_of(token),
            ending=token[-SHOWN:], created_by=by, created_at=now, expires_at=now + min(lifetime, LONGEST),
        )  # fmt: skip
        return link, token

    def revoke(self):
        type(self).objects.filter(pk=self.pk, revoked_at__isnull=True).update(revoked_at=timezone.now())

    @property
    def is_open(self):
        return self.revoked_at is None and self.expires_at > timezone.now()


class PreviewOpen(models.Model):
    """That a link was opened, and when; nothing of who did."""

    link = models.ForeignKey(PreviewLink, models.CASCADE, related_name="opened")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = []

    def __str__(self):
        return f"{self.link_id} {self.at}"
