"""The pages of a topic, region, format or tag. Archive and search are in `finding.py`."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, Exists, OuterRef, Value
from django.db.models.functions import Cast, Concat, JSONObject
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from taxonomy.models import Region, Tag
from thinktank import chrome
from thinktank.html import text_of
from thinktank.languages import codes, read
from thinktank.views import gone, home_crumb, not_found

from . import lists
from .editions import Edition
from .models import Pick

LATEST = 12  # cards on the page of a topic, region, format or tag


def term(request, kind, key):
    """The page of a topic, region or format: introduction, the editors' picks, the newest texts."""
    language = get_language()
    rows = kind.objects.in_language(language).filter(pk=key)
    found = (_with_tree(rows, language) if kind is Region else rows).first()
    if found is None:
        return not_found(request) if kind.objects.filter(pk=key).exists() else gone(request)
    return _list_page(
        request,
        found,
        {
            "kind_label": kind._meta.verbose_name,
            "name": found.name,
            "introduction": found.summary,
            "paths": chrome.addresses("address", {code: read(found, "slug", code) for code in found.languages()}),
            "parents": _parents(found),
            "children": [
                {"name": row["name"], "url": reverse("address", args=[row["slug"]])}
                for row in getattr(found, "below", [])
            ],
            "query": f"{found.kind}={found.slug}",
        },
    )


def _with_tree(regions, language):
    """With the regions above, and the names of those below, in the same query."""
    children = Region.objects.in_language(language).filter(parent=OuterRef("pk")).order_by("order", "pk")
    names = JSONObject(name=f"name_{language}", slug=f"slug_{language}")
    return regions.select_related("parent__parent__parent").annotate(
        below=ArraySubquery(children.annotate(shown=names).values("shown"))
    )


def _parents(found):
    parents = []
    parent = getattr(found, "parent", None)
    while parent is not None:
        if parent.slug and parent.name:
            parents.insert(0, {"name": parent.name, "url": parent.get_absolute_url()})
        parent = parent.parent if len(parents) < 3 else None
    return parents


@require_safe
def tag(request, slug):
    """The page of a keyword, in each language that has a name for it and a live text: one of drafts alone is not told."""
    language = get_language()
    found = (
        Tag.objects.filter(slug=slug).annotate(**{f"is_in_{code}": tags_a_live_text(code) for code in codes()}).first()
    )
    shown = [code for code in codes() if found and read(found, "label", code) and getattr(found, f"is_in_{code}")]
    paths = chrome.addresses("tag", {code: slug for code in shown})
    if language not in shown:
        return not_found(request, paths)
    return _list_page(
        request,
        found,
        {
            "kind_label": found._meta.verbose_name,
            "name": read(found, "label", language),
            "introduction": "",
            "paths": paths,
            "query": f"tag={slug}",
        },
    )


def tags_a_live_text(language):
    facet = Concat(Value(f"{Tag.kind}:"), Cast(OuterRef("pk"), CharField()))
    return Exists(Edition.objects.live(language).filter(entries__language=language, entries__facet=facet))


def _list_page(request, found, about):
    language = get_language()
    picks = Pick.objects.filter(**{found.kind: found})
    picked, rows = lists.candidates(language, [found.facet], LATEST, picks)
    rows = [row for row in rows if row not in picked][:LATEST]
    above = [{"label": parent["name"], "url": parent["url"]} for parent in about.get("parents", [])]
    crumbs = [home_crumb(), {"label": _("Policy analysis"), "url": reverse("archive")}, *above]
    return render(
        request,
        "taxonomy/topic.html",
        {
            "page": chrome.page(
                about["name"],
                about["paths"],
                description=text_of(about["introduction"])[:200],
                breadcrumb=[*crumbs, {"label": about["name"]}],
            ),
            "kind": found.kind,
            "picks": picked,
            "cards": rows,
            "archive_url": f"{reverse('archive')}?{about.pop('query')}",
            **about,
        },
    )
