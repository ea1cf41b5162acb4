"""Who else has a text open, since when, and whether they have saved it meanwhile."""

from datetime import timedelta

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ..drafts import Presence
from .two_editors import name_of, saved_since, savers

AWAY = timedelta(seconds=30)  # without a sign of life; a page gives one every ten
FORGOTTEN = timedelta(days=1)


def arrive(analysis, user):
    """Note that this person has the text open now."""
    now = timezone.now()
    row, new = Presence.objects.get_or_create(analysis=analysis, user=user, defaults={"since": now, "seen_at": now})
    if new:
        Presence.objects.filter(seen_at__lt=now - FORGOTTEN).delete()
        return
    if row.seen_at < now - AWAY:
        row.since = now
    row.seen_at = now
    row.save(update_fields=["since", "seen_at"])


def leave(analysis, user):
    Presence.objects.filter(analysis=analysis, user=user).delete()


def others(analysis, user):
    """Sentences about the other people who have the text open."""
    here = Presence.objects.filter(analysis=analysis, seen_at__gt=timezone.now() - AWAY).exclude(user=user)
    return [
        _("%(name)s has this text open since %(time)s.") % {"name": name_of(row.user), "time": clock(row.since)}
        for row in here.select_related("user").order_by("since")
    ]


def saves(analysis, user, opened_at):
    """Sentences about what others have saved since the form was opened, at a moment given as text."""
    try:
        moment = parse_datetime(str(opened_at))
    except ValueError:
        moment = None
    if moment is None or timezone.is_naive(moment):
        return []
    return [
        _("%(name)s has saved it at %(time)s. When you save, you will see what both of you changed.")
        % {"name": person["name"], "time": clock(person["at"])}
        for person in savers(saved_since(analysis.pk, moment, user)[:20])
    ]


def clock(moment):
    local = timezone.localtime(moment)
    today = local.date() == timezone.localdate()
    return f"{local:%H:%M}" if today else f"{date_format(local, 'DATE_FORMAT')}, {local:%H:%M}"
