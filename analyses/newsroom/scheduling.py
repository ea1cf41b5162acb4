"""Moving what is scheduled to another moment, or cancelling it; what readers see now stays as it is."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponseRedirect
from django.utils.html import format_html
from django.utils.translation import gettext as _

from thinktank import audit
from thinktank.languages import language_name

from .forms import RescheduleForm
from .rows import ask, back, refuse_stale, route, rows_of
from .zones import remember_zone, spelled, zone_of


def urls(admin):
    return [route(admin, "schedule", schedule_page)]


def of_rows(request, rows):
    """For a page about several texts: which of them are scheduled, and for when."""
    zone = zone_of(request)
    return {
        "schedules": [
            (row["analysis"], spelled(row["standing"].scheduled.live_from, zone))
            for row in rows
            if row["standing"].scheduled
        ]
    }


@transaction.atomic
def schedule_page(admin, request, queryset, code):
    confirmed = request.method == "POST"
    rows = rows_of(request, queryset, code, locked=confirmed)
    scheduled = rows[0]["standing"].scheduled
    title = _("Schedule of %s") % language_name(code)
    if scheduled is None:
        rows[0]["reasons"].append(_("Nothing is scheduled in this language."))
        return ask(admin, request, rows, code, None, title, "schedule")
    is_cancelled = confirmed and "cancel" in request.POST
    form = RescheduleForm(
        request.POST if confirmed and not is_cancelled else None, scheduled=scheduled, zone=zone_of(request)
    )
    if is_cancelled or form.is_valid():
        try:
            refuse_stale(request, rows)
            return (_cancel if is_cancelled else _move)(admin, request, rows, code, form)
        except ValidationError as error:
            if is_cancelled:
                messages.error(request, " ".join(error.messages))
                return HttpResponseRedirect(request.path)
            form.add_error(None, error)
    return ask(admin, request, rows, code, form, title, "schedule", **of_rows(request, rows))


def _move(admin, request, rows, code, form):
    analysis, zone = rows[0]["analysis"], form.cleaned_data["zone"]
    before = rows[0]["standing"].scheduled.live_from
    edition = analysis.reschedule(code, form.cleaned_data["at"])
    words = format_html(_("Moved: readers will find it from {moment}."), moment=spelled(edition.live_from, zone))
    admin.log_change(request, analysis, _("Scheduled for another moment in %s.") % language_name(code))
    audit.record(request, "schedule", analysis, code, edition=edition.number, at=edition.live_from, before=before)
    messages.success(request, words)
    return remember_zone(request, back(rows), zone)


def _cancel(admin, request, rows, code, _form):
    analysis = rows[0]["analysis"]
    edition = analysis.cancel_schedule(code)
    admin.log_change(request, analysis, _("Schedule cancelled in %s.") % language_name(code))
    audit.record(request, "cancel schedule", analysis, code, edition=edition.number, at=edition.live_from)
    messages.success(request, _("The schedule is cancelled. What readers see now stays as it is."))
    return back(rows)
