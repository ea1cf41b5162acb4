"""The revisions of a text: what each of them changed, any two compared, one of them brought back, a deleted text recovered."""

import json
from hashlib import sha256

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from thinktank import audit
from thinktank.languages import codes, language_name

from .. import revisions
from ..field_comparison import changed_fields, compare_fields
from ..models import Analysis
from ..permissions import editable_languages, may_edit, may_edit_some, may_see
from ..working_copy import complete, state_of, state_of_edition

A_PAGE = 20
NOW, LIVE = "now", "live-"  # besides the keys of revisions, what can be compared


def urls(admin):
    def route(address, page, name):
        def answer(request, **parts):
            return page(admin, request, **parts)

        return path(address, admin.admin_site.admin_view(answer), name=f"analyses_analysis_{name}")

    return [
        route("<int:pk>/history/", history_page, "history"),
        route("<int:pk>/compare/", compare_page, "compare"),
        route("<int:pk>/restore/<int:version>/", restore_page, "restore"),
        route("recover/", deleted_page, "deleted"),
        route("recover/<int:version>/", recover_page, "recover"),
    ]


def seen_text(request, pk):
    """The text, for somebody who may see it; whoever may not learns nothing of it."""
    analysis = get_object_or_404(Analysis, pk=pk)
    if not may_see(request.user, analysis):
        raise Http404
    return analysis


def history_page(admin, request, pk):
    analysis = seen_text(request, pk)
    page = Paginator(revisions.of(analysis), A_PAGE).get_page(request.GET.get("p"))
    context = admin.admin_site.each_context(request) | {
        "title": _("Revisions"), "opts": admin.opts, "analysis": analysis, "page": page,
        "pages": page.paginator.get_elided_page_range(page.number),
        "rows": _rows(analysis, page), "languages": [(LIVE + e.language, e) for e in _live(analysis)], "now": NOW,
        "may_restore": may_edit_some(request.user, analysis),
    }  # fmt: skip
    return _shown(request, "admin/newsroom/history.html", context)


def _live(analysis):
    live = {edition.language: edition for edition in analysis.editions.live()}
    return [live[code] for code in codes() if code in live]


def _rows(analysis, page):
    """Each revision of a page, what it changed against the one before, and the editions that were made from it."""
    versions = list(page)
    if not versions:
        return []
    before = revisions.of(analysis).filter(pk__lt=versions[-1].pk).first()
    states = [revisions.state(version) for version in [*versions, *([before] if before else [])]]
    rows = []
    for number, version in enumerate(versions):
        earlier = states[number + 1] if number + 1 < len(states) else None
        changes = changed_fields(earlier, states[number]) if earlier else []
        rows.append({
            "version": version, "words": revisions.words(version), "is_first": earlier is None,
            "changes": [(language_name(code) if code else _("In every language"), labels) for code, labels in changes],
            "editions": [],
        })  # fmt: skip
    _place_editions(analysis, page, rows)
    return rows


def _place_editions(analysis, page, rows):
    """An edition was made from the last revision before it."""
    editions = analysis.editions.select_related("created_by").only("language", "number", "created_at", "created_by")
    later = None if page.number == 1 else revisions.of(analysis)[page.start_index() - 2].revision.date_created
    for edition in editions.order_by("created_at"):
        if later and edition.created_at >= later:
            continue
        made_from = (row for row in rows if row["version"].revision.date_created <= edition.created_at)
        row = next(made_from, None)
        if row:
            row["editions"].append((language_name(edition.language), edition))


@require_safe
def _shown(request, template, context):
    return render(request, template, context)


def compare_page(admin, request, pk):
    analysis = seen_text(request, pk)
    sides = [_side(request, analysis, request.GET.get(name, "")) for name in ("from", "to")]
    before, after = (side["state"] for side in sides)
    if before is None:
        before = state_of_edition(sides[0]["edition"], after or state_of(analysis))
    if after is None:
        after = state_of_edition(sides[1]["edition"], before)
    context = admin.admin_site.each_context(request) | {
        "title": _("Comparison"), "opts": admin.opts, "analysis": analysis,
        "comparison": compare_fields(before, after, request.user), "before": sides[0], "after": sides[1],
    }  # fmt: skip
    return _shown(request, "admin/newsroom/compare.html", context)


def _side(request, analysis, name):
    """One of the two things compared: a revision of this text, the text now, or what readers see."""
    if name == NOW:
        return {"state": state_of(analysis), "label": _("The text as it is now")}
    if name.startswith(LIVE):
        edition = next((e for e in _live(analysis) if LIVE + e.language == name), None)
        if edition is None:
            raise Http404
        words = _("What readers see (%(language)s, edition %(number)d)")
        label = words % {"language": language_name(edition.language), "number": edition.number}
        return {"state": None, "edition": edition, "label": label}
    if not (name.isascii() and name.isdecimal()) or len(name) > 18:
        raise Http404
    version = get_object_or_404(revisions.of(analysis), pk=int(name))
    return {"state": revisions.state(version), "version": version}


def _rights(user, analysis):
    """What somebody may bring back: the languages, and whether the fields that all of them share."""
    return editable_languages(user, analysis), may_edit(user, analysis)


@transaction.atomic
def restore_page(admin, request, pk, version):
    """Show what would change, then bring the revision back into the working copy, as far as somebody may edit it."""
    analysis = seen_text(request, pk)
    chosen = get_object_or_404(revisions.of(analysis), pk=version)
    if request.method == "POST":
        Analysis.objects.select_for_update().get(pk=pk)
    free, in_common = _rights(request.user, analysis)
    if not free and not in_common:
        raise PermissionDenied
    now, then = state_of(analysis), revisions.restorable(chosen, free, in_common)
    if request.method == "POST" and request.POST.get("seen") == _fingerprint(now):
        missing = revisions.restore(chosen, request.user, free, in_common)
        audit.record(request, "restore", analysis, revision=chosen.pk, languages=free, in_common=in_common)
        messages.success(
            request, _("The revision is back in the text. Readers see nothing of it until it is published.")
        )
        for sentence in missing:
            messages.warning(request, sentence)
        return HttpResponseRedirect(reverse("admin:analyses_analysis_change", args=[pk]))
    if request.method == "POST":
        messages.error(request, _("The text was changed a moment ago, so nothing was done. Look at it again."))
    kept = [language_name(code) for code in codes() if code not in free]
    context = admin.admin_site.each_context(request) | {
        "title": _("Restore a revision"), "opts": admin.opts, "analysis": analysis, "version": chosen,
        "comparison": compare_fields(now, then, request.user), "seen": _fingerprint(now),
        "kept": [*kept, *([] if in_common else [_("what all languages share")])],
    }  # fmt: skip
    return render(request, "admin/newsroom/restore.html", context)


def _fingerprint(state):
    return sha256(json.dumps(state, sort_keys=True).encode()).hexdigest()


def may_recover(user):
    """Editors and administrators: those who may change every text and begin new ones."""
    return user.has_perms(["analyses.change_analysis", "analyses.add_analysis"])


def _refuse_recovery(user):
    if not may_recover(user):
        raise PermissionDenied


def deleted_page(admin, request):
    _refuse_recovery(request.user)
    page = Paginator(revisions.deleted(), A_PAGE).get_page(request.GET.get("p"))
    context = admin.admin_site.each_context(request) | {
        "title": _("Deleted texts"), "opts": admin.opts, "page": page,
        "pages": page.paginator.get_elided_page_range(page.number),
    }  # fmt: skip
    return _shown(request, "admin/newsroom/deleted.html", context)


@transaction.atomic
def recover_page(admin, request, version):
    """Show the deleted text, then make it again, as a draft."""
    _refuse_recovery(request.user)
    chosen = get_object_or_404(revisions.deleted(), pk=version)
    if request.method == "POST":
        analysis, missing = revisions.recover(chosen, request.user)
        audit.record(request, "recover", analysis, revision=chosen.pk)
        messages.success(request, _("The text is back, as a draft in every language."))
        for sentence in missing:
            messages.warning(request, sentence)
        return HttpResponseRedirect(reverse("admin:analyses_analysis_change", args=[analysis.pk]))
    context = admin.admin_site.each_context(request) | {
        "title": _("Recover a deleted text"), "opts": admin.opts, "version": chosen,
        "comparison": compare_fields(complete({}), revisions.state(chosen), request.user),
    }  # fmt: skip
    return render(request, "admin/newsroom/recover.html", context)
