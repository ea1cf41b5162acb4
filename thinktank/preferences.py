"""How a person likes the newsroom's pages: kept with the account, so that it is the same on every machine."""

from django.conf import settings
from django.core.exceptions import BadRequest
from django.db import models
from django.http import HttpResponse

from .languages import codes

DEFAULTS = {"languages": "", "preview": "closed"}


class Preference(models.Model):
    """What one person has chosen, `{name: value}`."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+")
    chosen = models.JSONField(default=dict)

    def __str__(self):
        return f"{self.user_id}"


def choices():
    """`{name: values}` of what there is to choose."""
    return {"languages": [*codes(), "all"], "preview": ["closed", "phone", "desktop"]}


def of(user):
    """Everything that this person has chosen, or what holds for who has not."""
    kept = Preference.objects.filter(user=user).first()
    return DEFAULTS | (kept.chosen if kept else {})


def remember(request):
    """Keep one choice of the person's, sent as `name` and `value`; 400 for what is not offered."""
    name, value = request.POST.get("name"), request.POST.get("value")
    if value not in choices().get(name, ()):
        raise BadRequest("There is no such preference.")
    kept, _new = Preference.objects.select_for_update().get_or_create(user=request.user)
    kept.chosen[name] = value
    kept.save()
    return HttpResponse(status=204)
