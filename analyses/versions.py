"""The editions of a text as readers see them: what was changed, the earlier versions, and what is left when it ended."""

from datetime import datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language

from thinktank import chrome
from thinktank.languages import codes
from thinktank.views import gone

from .editions import Edition


def with_versions(editions):
    """`editions` with every edition of the same text that can be read today, as an array in the same query."""
    same = Edition.objects.once_public().filter(analysis=OuterRef("analysis"), language=OuterRef("language"))
    shown = JSONObject(number="number", kind="kind", note="note", date="live_from")
    return editions.annotate(versions=ArraySubquery(same.still_readable().order_by("number").values(data=shown)))


def of(edition, slug):
    """The versions of the text, newest first, at the address that it has now. An edition is alone if there is no other."""
    newest = max((version["number"] for version in edition.versions), default=edition.number)
    return [
        {
            "number": version["number"],
            "kind_label": Edition.Kind(version["kind"]).label,
            "note": version["note"],
            "date": datetime.fromisoformat(version["date"]),
            "url": reverse("address", args=[slug])
            if version["number"] == newest
            else reverse("edition_version", args=[slug, version["number"]]),
            "is_current": version["number"] == newest,
            "is_shown": version["number"] == edition.number,
        }
        for version in reversed(edition.versions)
    ]


def changes(edition):
    """What corrections, clarifications and updates changed, up to this edition."""
    return [
        {
            "kind_label": Edition.Kind(version["kind"]).label,
            "text": version["note"],
            "date": datetime.fromisoformat(version["date"]),
        }
        for version in edition.versions
        if version["kind"] in Edition.EXPLAINED and version["number"] <= edition.number
    ]


def ended(request, analysis):
    """The answer at an address whose text was public once: what readers are told of the withdrawal, or that it is gone."""
    last = (
        Edition.objects.once_public()
        .filter(analysis=analysis, language=get_language())
        .only("title", "language", "published_at", "live_until", "withdrawal", "withdrawal_notice", "replaced_by")
        .order_by("-number")
        .first()
    )
    if last is None or last.withdrawal != Edition.Withdrawal.WITHDRAWN:
        return gone(request)
    page = chrome.page(last.title, _elsewhere(analysis, last.language), noindex=True)
    context = {"page": page, "edition": last, "replacement": _replacement(last)}
    return render(request, "analyses/withdrawn.html", context, status=410)


def _elsewhere(analysis, language):
    """`{language: path}` of the other languages in which the text can still be read."""
    others = Edition.objects.live().filter(analysis=analysis).exclude(language=language)
    return chrome.addresses("address", dict(others.values_list("language", "slug")))


def _replacement(edition):
    """The live edition that replaces it: in its own language, or in the first that has one."""
    if edition.replaced_by_id is None:
        return None
    live = Edition.objects.live().filter(analysis=edition.replaced_by_id).only("title", "language", "slug")
    order = {code: number for number, code in enumerate([edition.language, *codes()][::-1])}
    return max(live, key=lambda found: order[found.language], default=None)
