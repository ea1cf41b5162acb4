"""The desk: what a person in the newsroom looks at first, and the calendar of what is scheduled."""

from calendar import Calendar
from collections import defaultdict
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now
from django.http import Http404
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import get_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from reversion.models import Version

from thinktank.languages import language, languages, read
from thinktank.newsroom import Newsroom, Panel

from .. import checks, counts
from ..editions import Edition
from ..models import Analysis
from ..permissions import own_texts, sees_some, visible_to
from ..querysets import long_columns
from ..reviews import ReviewRequest
from ..states import State
from .checking import placed

SHOWN = 8  # rows of a panel
NAMED = 3  # findings of a text; the others are counted
RECENT = 200  # last saves of a person in which their texts are looked for
MOST_IN_A_MONTH = 600  # texts in a month of the calendar; an institute publishes about a hundred
YEARS = range(1900, 2200)
UNDER_WAY = (State.DRAFT, State.IN_REVIEW, State.NEWER_DRAFT, State.SCHEDULED)


def urls(admin):
    def view(request):
        return calendar(admin, request)

    return [path("calendar/", admin.admin_site.admin_view(require_safe(view)), name="analyses_analysis_calendar")]


# --- Panels of the admin index


def panels(request):
    """What stands on this person's desk: only texts that they may see."""
    if not sees_some(request.user):
        return []
    counts.settle_due()  # what has become public by the clock alone is no longer scheduled
    seen = visible_to(request.user)
    return [mine(request.user), waiting(seen), failing(request.user), scheduled(seen), published(seen)]


def mine(user):
    """What somebody began, has them in its byline, or was last saved by them, as long as something is under way."""
    saved = Version.objects.get_for_model(Analysis).filter(revision__user=user).order_by("-pk")
    saved = {int(key) for key in saved.values_list("object_id", flat=True)[:RECENT]}
    texts = visible_to(user).filter(Q(pk__in=own_texts(user).values("pk")) | Q(pk__in=saved))
    under_way = texts.filter(states__state__in=UNDER_WAY).distinct().prefetch_related("states")
    rows = [
        _row(analysis, states=_states(analysis), changed=analysis.updated_at)
        for analysis in under_way.light().order_by("-updated_at")[:SHOWN]
    ]
    return Panel("mine", _("Mine"), rows, _("You have begun nothing that is still under way."))


def waiting(seen):
    """What somebody has asked to be looked at, longest waiting first."""
    asked = (
        ReviewRequest.objects.filter(returned_at=None, analysis__in=seen.values("pk"))
        .select_related("analysis", "requested_by")
        .defer(*long_columns("analysis__"))
        .order_by("requested_at", "pk")
    )
    rows = [
        _row(
            ask.analysis, code=ask.language, states=[(ask.language, State.IN_REVIEW)], changed=ask.requested_at,
            by=ask.requested_by, note=ask.note,
        )
        for ask in asked[:SHOWN]
    ]  # fmt: skip
    return Panel("waiting", _("Waiting for review"), rows, _("Nothing is waiting."))


def failing(user):
    """What was found in the texts that are on their way: what is scheduled first, then what waits for review."""
    rows = []
    for analysis, code, state, found in checks.for_desk(user)[:SHOWN]:
        row = _row(analysis, code, read(analysis, "title", code), states=[(code, State(state))])
        links = [(finding, f"{row['url']}{link}") for finding, link in placed(found[:NAMED])]
        rows.append(row | {"findings": links, "further": len(found[NAMED:])})
    return Panel(
        "checks", _("Checks that failed"), rows, _("Nothing was found in what is scheduled, in review or begun.")
    )


def scheduled(seen):
    """What becomes public by itself, soonest first."""
    rows = [_edition_row(edition) for edition in _to_come(seen).order_by("live_from", "pk")[:SHOWN]]
    more = (reverse("admin:analyses_analysis_calendar"), _("Calendar"))
    return Panel("scheduled", _("Scheduled"), rows, _("Nothing is scheduled."), more)


def published(seen):
    """What readers have found last."""
    live = Edition.objects.live().filter(analysis__in=seen.values("pk"))
    rows = [_edition_row(edition) for edition in live.only(*_CARD).order_by("-live_from", "-pk")[:SHOWN]]
    return Panel("published", _("Recently published"), rows, _("Nothing has been published yet."))


_CARD = ("analysis_id", "language", "number", "kind", "title", "slug", "live_from")


def _to_come(seen):
    coming = Edition.objects.filter(live_from__gt=Now(), live_until__isnull=True)
    return coming.filter(analysis__in=seen.values("pk")).only(*_CARD)


def _row(analysis, code=None, title=None, **about):
    """A line of a panel: a link to the text, in which language and state it is, when, and who."""
    return {
        "title": title or str(analysis),
        "language": code and languages()[code],
        "url": reverse("admin:analyses_analysis_change", args=[analysis.pk]),
        **about,
    }


def _edition_row(edition):
    row = _row(Analysis(pk=edition.analysis_id), edition.language, edition.title, moment=edition.live_from)
    if edition.number > 1:
        row["kind"] = edition.get_kind_display()
    return row


def _states(analysis):
    return [(state.language, State(state.state)) for state in analysis.states.all() if state.state != State.NOTHING]


# --- The calendar


def calendar(admin, request):
    """A month of what is scheduled and what was published, by the institute's days."""
    if not sees_some(request.user):
        raise PermissionDenied
    month = _month(request.GET.get("month"))
    days = _days(month)
    shown = defaultdict(list)
    for edition in _between(visible_to(request.user), days[0], days[-1]):
        local = timezone.localtime(edition.live_from, timezone.get_default_timezone())
        shown[local.date()].append(_edition_row(edition) | {"is_to_come": edition.live_from > timezone.now()})
    today = timezone.localdate(timezone=timezone.get_default_timezone())
    cells = [
        {"date": day, "number": language().number(day.day), "is_outside": day.month != month.month,
         "is_today": day == today, "texts": shown[day]}
        for day in days
    ]  # fmt: skip
    context = admin.admin_site.each_context(request) | {
        "title": _("Calendar"),
        "opts": admin.opts,
        "month": _name(month),
        "weekdays": [_weekday(day) for day in days[:7]],
        "weeks": [cells[start : start + 7] for start in range(0, len(cells), 7)],
        "previous": _beside(month, -1),
        "following": _beside(month, 1),
        "zone": settings.TIME_ZONE,
    }
    return render(request, "admin/newsroom/calendar.html", context)


def _month(given):
    """The first day of the month asked for, `2026-11`; of this month where none is."""
    if not given:
        return timezone.localdate(timezone=timezone.get_default_timezone()).replace(day=1)
    try:
        month = date.fromisoformat(f"{given}-01")
    except ValueError:
        raise Http404 from None
    if month.year not in YEARS:
        raise Http404
    return month


def _days(month):
    first = (get_format("FIRST_DAY_OF_WEEK") - 1) % 7  # Django counts from Sunday, Python from Monday
    return list(Calendar(first).itermonthdates(month.year, month.month))


def _between(seen, first, last):
    """Editions that begin in these days and have not been taken back; published and to come."""
    zone = timezone.get_default_timezone()
    begin = timezone.make_aware(datetime.combine(first, time()), zone)
    end = timezone.make_aware(datetime.combine(last + timedelta(days=1), time()), zone)
    standing = Edition.objects.live().filter(pk=OuterRef("pk"))
    return (
        Edition.objects.filter(live_from__gte=begin, live_from__lt=end, analysis__in=seen.values("pk"))
        .filter(Q(live_from__gt=Now(), live_until__isnull=True) | Exists(standing))
        .only(*_CARD)
        .order_by("live_from", "pk")[:MOST_IN_A_MONTH]
    )


def _name(month):
    return f"{language().months[month.month - 1]} {language().number(month.year)}"


def _weekday(day):
    from django.utils.dates import WEEKDAYS

    return capfirst(WEEKDAYS[day.weekday()])


def _beside(month, step):
    year, number = divmod(month.year * 12 + month.month - 1 + step, 12)
    other = date(year, number + 1, 1)
    return {"name": _name(other), "query": f"{other:%Y-%m}"} if year in YEARS else None


Newsroom.panels.append(panels)
