"""What somebody has typed into a form and not saved yet, and who has which text open."""

from django.conf import settings
from django.db import models


class Autosave(models.Model):
    """The form of one person, as it stood a few seconds ago; of a text or, without one, of a new text."""

    analysis = models.ForeignKey("analyses.Analysis", models.CASCADE, null=True, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    fields = models.JSONField()  # [[name, value], …] as a browser would send them, without files
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["analysis", "user"], nulls_distinct=False, name="autosave_one_a_person_and_text"
            ),
        ]

    def __str__(self):
        return f"{self.user_id}: {self.analysis_id}"


class Presence(models.Model):
    """Somebody has a text open."""

    analysis = models.ForeignKey("analyses.Analysis", models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    since = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["analysis", "user"], name="presence_one_a_person_and_text"),
        ]

    def __str__(self):
        return f"{self.user_id}: {self.analysis_id}"
