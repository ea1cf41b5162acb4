"""Publishing and withdrawing: one language of one text from its page, or of several from the list."""

from functools import partial

from django.conf import settings
from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from thinktank import audit
from thinktank.languages import codes, language_name, languages

from ..forms import ChangeForm, PublishForm, WithdrawForm
from ..models import Analysis
from ..permissions import may_publish, visible_to
from ..publication import hindrances
from ..states import standing, standings, with_states


def urls(admin):
    def view(name, page):
        def answer(request, pk, code):
            return page(admin, request, Analysis.objects.filter(pk=pk), code)

        return path(
            f"<int:pk>/{name}/<str:code>/", admin.admin_site.admin_view(answer), name=f"analyses_analysis_{name}"
        )

    return [view("publish", publish_page), view("withdraw", withdraw_page)]


def on_form(request, analysis):
    """How each language stands, and what this person may do about it."""
    return {
        "standings": [
            {
                "standing": stands,
                "may_publish": may_publish(request.user, stands.code) and bool(analysis.languages()),
                "publish_url": reverse("admin:analyses_analysis_publish", args=[analysis.pk, stands.code]),
                "withdraw_url": reverse("admin:analyses_analysis_withdraw", args=[analysis.pk, stands.code]),
            }
            for stands in standings(analysis)
        ]
    }


def actions(request):
    """`{name: (function, name, label)}` for the list, as Django's admin keeps its actions."""
    found = {}
    for code in codes():
        if may_publish(request.user, code):
            for verb, page, label in (
                ("publish", publish_page, _("Publish %s…")),
                ("withdraw", withdraw_page, _("Withdraw %s…")),
            ):
                name = f"{verb}_{code}"
                found[name] = (partial(page, code=code, is_action=True), name, label % language_name(code))
    return found


@transaction.atomic
def publish_page(admin, request, queryset, code, is_action=False):
    """Ask before publishing one text or several in one language; then do all of it or nothing."""
    confirmed = request.method == "POST" and (not is_action or "confirmed" in request.POST)
    rows = rows_of(request, queryset, code, locked=confirmed)
    seen = [row for row in rows if row["standing"].is_or_will_be_public]
    for row in rows:
        row["reasons"] = hindrances(row["analysis"], code)
        if is_action and row in seen:
            row["reasons"].append(
                _("It is published already. Publish the change from its own page, with a word on what was changed.")
            )
    form_class = partial(ChangeForm, language=languages()[code]) if seen and not is_action else PublishForm
    form = form_class(request.POST if confirmed else None)
    if confirmed and not any(row["reasons"] for row in rows) and form.is_valid():
        try:
            refuse_stale(request, rows)
            with transaction.atomic():
                for row in rows:
                    edition = row["analysis"].publish(code, by=request.user, **form.cleaned_data)
                    admin.log_change(request, row["analysis"], said_of(edition))
                    action = "schedule" if form.cleaned_data["at"] else "publish"
                    what = {"edition": edition.number, "kind": edition.kind, "at": edition.live_from}
                    audit.record(request, action, row["analysis"], code, **what)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return done(request, rows, code, form.cleaned_data["at"])
    return ask(admin, request, "publish", rows, code, form, _("Publish %s") % language_name(code), is_action)


@transaction.atomic
def withdraw_page(admin, request, queryset, code, is_action=False):
    """Ask for the reason before withdrawing one text or several in one language; then do all of it or nothing."""
    confirmed = request.method == "POST" and (not is_action or "confirmed" in request.POST)
    rows = rows_of(request, queryset, code, locked=confirmed)
    for row in rows:
        if not row["standing"].is_or_will_be_public:
            row["reasons"].append(_("It is not published in this language."))
    form = WithdrawForm(request.POST if confirmed else None)
    if confirmed and not any(row["reasons"] for row in rows) and form.is_valid():
        reason = form.cleaned_data["reason"]
        words = _("Withdrawn in %(language)s: %(reason)s") % {"language": language_name(code), "reason": reason}
        for row in rows:
            row["analysis"].withdraw(code, reason)
            admin.log_change(request, row["analysis"], words)
            audit.record(request, "withdraw", row["analysis"], code, reason=reason)
        messages.success(request, _("Withdrawn. Readers no longer find it."))
        return back(rows)
    return ask(admin, request, "withdraw", rows, code, form, _("Withdraw %s") % language_name(code), is_action)


def ask(admin, request, verb, rows, code, form, title, is_action):
    context = admin.admin_site.each_context(request) | {
        "title": title,
        "opts": admin.opts,
        "verb": verb,
        "rows": rows,
        "language": languages()[code],
        "form": form,
        "is_action": is_action,
        "may_proceed": not any(row["reasons"] for row in rows),
        "seen": fingerprint(rows),
        "action": f"{verb}_{code}",
        "selected_name": ACTION_CHECKBOX_NAME,
    }
    return render(request, "admin/newsroom/publication.html", context)


def done(request, rows, code, at):
    if at:
        moment = timezone.localtime(at)
        words = _("Scheduled: readers will find it from %(moment)s (%(zone)s).") % {
            "moment": f"{languages()[code].day(at)}, {moment:%H:%M}", "zone": settings.TIME_ZONE,
        }  # fmt: skip
    else:
        words = _("Published. Readers find it now.")
    messages.success(request, words)
    return back(rows)


def back(rows):
    if len(rows) == 1:
        return HttpResponseRedirect(reverse("admin:analyses_analysis_change", args=[rows[0]["analysis"].pk]))
    return HttpResponseRedirect(reverse("admin:analyses_analysis_changelist"))


def rows_of(request, queryset, code, locked=False):
    """The analyses of `queryset` with their states, for somebody who may publish in this language.

    Locked, they stay as they are until the transaction ends: a second click stands in line and then sees the first.
    """
    if code not in codes():
        raise Http404
    if not may_publish(request.user, code):
        raise PermissionDenied
    asked = list(queryset.values_list("pk", flat=True))
    chosen = Analysis.objects.filter(pk__in=visible_to(request.user).filter(pk__in=asked).values("pk")).order_by("-pk")
    if locked:
        list(chosen.select_for_update().values_list("pk"))
    analyses = list(with_states(chosen.select_related("format")))
    if not analyses:
        raise Http404
    return [{"analysis": analysis, "standing": standing(analysis, code), "reasons": []} for analysis in analyses]


def fingerprint(rows):
    """Which editions there were when the question was asked."""
    return ",".join(f"{row['analysis'].pk}:{len(row['analysis'].editions.all())}" for row in rows)


def refuse_stale(request, rows):
    """Raise ValidationError if something was published since the question was asked: by a second click, or by others."""
    if request.POST.get("seen", fingerprint(rows)) != fingerprint(rows):
        raise ValidationError(_("It was published a moment ago, so nothing was done now. Look at it again."))


def said_of(edition):
    words = _("Published in %(language)s as edition %(number)d.") % {
        "language": language_name(edition.language), "number": edition.number,
    }  # fmt: skip
    return f"{words} {edition.get_kind_display()}. {edition.note}".strip()
