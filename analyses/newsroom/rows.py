"""One language of one text or of several, as the pages ask about them before anything is done."""

from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _

from thinktank.languages import codes, languages, read

from ..models import Analysis
from ..permissions import may_publish, visible_to
from ..states import standing, with_states


def route(admin, name, page):
    """The address `<pk>/<name>/<code>/` of a page that takes `(admin, request, queryset, code)`."""

    def answer(request, pk, code):
        return page(admin, request, Analysis.objects.filter(pk=pk), code)

    return path(f"<int:pk>/{name}/<str:code>/", admin.admin_site.admin_view(answer), name=f"analyses_analysis_{name}")


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
    return [row_of(analysis, standing(analysis, code)) for analysis in analyses]


def row_of(analysis, stands):
    """What a page says of one language of a text: its title there, its state, and what speaks against going on."""
    title = read(analysis, "title", stands.code) or str(analysis)
    return {"analysis": analysis, "standing": stands, "title": title, "reasons": [], "advice": []}


def may_proceed(rows):
    return not any(row["reasons"] for row in rows)


def fingerprint(rows):
    """What stood there when the question was asked: the working copy and the windows of its editions."""
    return ";".join(
        f"{row['analysis'].pk}:{row['analysis'].updated_at.timestamp()}:"
        + ",".join(
            f"{e.language}{e.number}-{e.live_from.timestamp()}-{e.live_until}" for e in row["analysis"].editions.all()
        )
        for row in rows
    )


def refuse_stale(request, rows):
    """Raise ValidationError if something was published or saved since the question was asked: by a second click, or by others."""
    if request.POST.get("seen", fingerprint(rows)) != fingerprint(rows):
        raise ValidationError(
            _("It was changed or published a moment ago, so nothing was done now. Look at it again, and confirm.")
        )


def ask(admin, request, rows, code, form, title, verb, is_action=False, **more):
    context = admin.admin_site.each_context(request) | {
        "title": title,
        "opts": admin.opts,
        "verb": verb,
        "rows": rows,
        "analysis": None if is_action else rows[0]["analysis"],
        "language": languages()[code],
        "form": form,
        "is_action": is_action,
        "may_proceed": may_proceed(rows),
        "seen": fingerprint(rows),
        "action": f"{verb}_{code}",
        "selected_name": ACTION_CHECKBOX_NAME,
        "back": "" if is_action else change_url(rows[0]["analysis"]),
    }
    return render(request, f"admin/newsroom/{verb}.html", context | more)


def change_url(analysis):
    return reverse("admin:analyses_analysis_change", args=[analysis.pk])


def back(rows):
    if len(rows) == 1:
        return HttpResponseRedirect(change_url(rows[0]["analysis"]))
    return HttpResponseRedirect(reverse("admin:analyses_analysis_changelist"))
