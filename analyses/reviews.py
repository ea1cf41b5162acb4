"""Review: an author says that a language of a text is ready, and somebody who may publish it answers."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ReviewQuerySet(models.QuerySet):
    def waiting(self):
        """Those that nobody has answered yet."""
        return self.filter(returned_at__isnull=True)

    def returned(self):
        """Those that went back to their author with a word."""
        return self.filter(returned_at__isnull=False)


class ReviewRequest(models.Model):
    """One language of one text that waits for review, or has come back from it."""

    analysis = models.ForeignKey("analyses.Analysis", models.CASCADE, related_name="reviews")
    language = models.CharField(max_length=10)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    requested_at = models.DateTimeField(default=timezone.now)
    note = models.CharField(max_length=1000, blank=True)  # of who asked, for the reviewer
    returned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    returned_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=1000, blank=True)  # of the reviewer, for who asked

    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        ordering = ["requested_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["analysis", "language"], name="review_once_a_language"),
            models.CheckConstraint(
                condition=Q(returned_at__isnull=True, answer="") | Q(returned_at__isnull=False) & ~Q(answer=""),
                name="review_returned_with_a_word",
            ),
        ]

    def __str__(self):
        return f"{self.analysis_id} {self.language}"

    @property
    def is_waiting(self):
        return self.returned_at is None
