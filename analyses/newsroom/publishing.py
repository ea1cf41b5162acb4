"""Publishing: one language of one text from its page, or of several from the list."""

from functools import partial

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from thinktank import audit
from thinktank.languages import codes, column, language_name, languages

from .. import checks
from ..editions import Edition
from ..field_comparison import compare_fields
from ..models import Analysis
from ..permissions import may_publish
from ..states import standing, with_states
from ..working_copy import author_columns, state_of
from . import reviewing, scheduling, withdrawing
from .checking import place
from .forms import ChangeForm, PublishForm
from .rows import ask, back, change_url, may_proceed, refuse_stale, route, rows_of
from .zones import remember_zone, spelled, zone_of


def urls(admin):
    return [route(admin, "publish", publish_page)]


def on_form(request, analysis):
    """How each language stands, what this person may do about it, and every edition."""
    fresh = with_states(Analysis.objects.filter(pk=analysis.pk)).get()
    editions = sorted(fresh.editions.all(), key=lambda edition: (edition.live_from, edition.pk), reverse=True)
    return {
        "standings": [_row(request, analysis, standing(fresh, code)) for code in codes()],
        "editions": [(edition, language_name(edition.language)) for edition in editions],
    }


def _row(request, analysis, stands):
    may = may_publish(request.user, stands.code) and bool(analysis.languages())

    def address(verb):
        return reverse(f"admin:analyses_analysis_{verb}", args=[analysis.pk, stands.code])

    return {
        "standing": stands,
        "may_publish": may,
        "publish_url": address("publish"),
        "withdraw_url": address("withdraw"),
        "schedule_url": address("schedule"),
        "scheduled_for": stands.scheduled and spelled(stands.scheduled.live_from, zone_of(request)),
        **reviewing.on_row(request, analysis, stands),
    }


def actions(request):
    """`{name: (function, name, label)}` for the list, as Django's admin keeps its actions."""
    found = {}
    for code in codes():
        if may_publish(request.user, code):
            for verb, page, label in (
                ("publish", publish_page, _("Publish %s…")),
                ("withdraw", withdrawing.withdraw_page, _("Withdraw %s…")),
            ):
                name = f"{verb}_{code}"
                found[name] = (partial(page, code=code, is_action=True), name, label % language_name(code))
    return found


@transaction.atomic
def publish_page(admin, request, queryset, code, is_action=False):
    """Ask before publishing one text or several in one language; then do all of it or nothing."""
    confirmed = request.method == "POST" and (not is_action or "confirmed" in request.POST)
    rows = rows_of(request, queryset, code, locked=confirmed)
    seen = [row for row in rows if row["standing"].live]
    for row in rows:
        found = checks.in_two(checks.findings(row["analysis"], code))
        row["reasons"], row["advice"] = (_with_links(row["analysis"], part) for part in found)
        if is_action and row in seen:
            row["reasons"].append(
                _("It is published already. Publish the change from its own page, with a word on what was changed.")
            )
    form_class = partial(ChangeForm, language=languages()[code]) if seen and not is_action else PublishForm
    form = form_class(request.POST if confirmed else None, zone=zone_of(request))
    if confirmed and may_proceed(rows) and form.is_valid():
        try:
            refuse_stale(request, rows)
            with transaction.atomic():
                for row in rows:
                    _publish(admin, request, row["analysis"], code, form.how())
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return _done(request, rows, form.cleaned_data)
    title = _("Publish %s") % language_name(code)
    more = scheduling.of_rows(request, rows)
    if seen and not is_action:
        more["comparison"] = compare_fields(*_before_and_after(seen[0], code), request.user)
    return ask(admin, request, rows, code, form, title, "publish", is_action, **more)


def _before_and_after(row, code):
    """What readers have of one language, and what they would get, as states of the working copy."""
    edition = Edition.objects.get(pk=row["standing"].live.pk)
    after = state_of(row["analysis"])
    people = {author["expert"]: author for author in after["authors"]}
    unnamed = dict.fromkeys(author_columns(), "")
    before = after | {
        column("title", code): edition.title,
        column("slug", code): edition.slug,
        column("summary", code): edition.summary,
        column("body", code): edition.source,
        "format": edition.format_id,
        "image": edition.image_id,
        "authors": [people.get(a["expert"], unnamed | {"expert": a["expert"]}) for a in edition.byline],
        "topics": sorted(edition.topics),
        "regions": sorted(edition.regions),
    }
    return before, after


def _with_links(analysis, found):
    return [{"message": f.message, "link": f"{change_url(analysis)}#{place(f)}"} for f in found]


def _publish(admin, request, analysis, code, how):
    edition = analysis.publish(code, by=request.user, **how)
    admin.log_change(request, analysis, _said_of(edition))
    what = {"edition": edition.number, "kind": edition.kind, "at": edition.live_from}
    audit.record(request, "schedule" if how["at"] else "publish", analysis, code, **what)


def _done(request, rows, cleaned):
    if cleaned["at"]:
        words = format_html(
            _("Scheduled: readers will find it from {moment}."), moment=spelled(cleaned["at"], cleaned["zone"])
        )
    else:
        words = _("Published. Readers find it now.")
    messages.success(request, words)
    return remember_zone(request, back(rows), cleaned["zone"])


def _said_of(edition):
    words = _("Published in %(language)s as edition %(number)d.") % {
        "language": language_name(edition.language), "number": edition.number,
    }  # fmt: skip
    return f"{words} {edition.get_kind_display()}. {edition.note}".strip()
