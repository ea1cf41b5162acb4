"""The page of a person, with what they wrote."""

from urllib.parse import urlsplit

from django.http import HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from experts.models import Expert
from thinktank import chrome
from thinktank.languages import languages, read
from thinktank.models import Permalink
from thinktank.views import gone, home_crumb, in_other_languages, not_found

from . import filters, lists, structured_data
from .cards import presented
from .editions import Edition


@require_safe
def expert(request, slug):
    language = get_language()
    found = (
        Expert.objects.in_language(language)
        .filter(**{f"slug_{language}": slug})
        .select_related("photo")
        .prefetch_related(None)
        .first()
    )
    if found is None:
        return _expert_elsewhere(request, slug)
    works = Edition.objects.live(language).filter(pk__in=lists.newest(language, [found.facet], 60))
    works = presented(works.for_cards().order_by("-published_at", "-pk"))
    groups = {}
    for work in works:
        groups.setdefault(work.format_name, []).append(work)
    paths = chrome.addresses("expert", {code: read(found, "slug", code) for code in found.languages()})
    page = chrome.page(
        found.name,
        paths,
        description=found.short_bio,
        breadcrumb=[home_crumb(), {"label": _("Experts"), "url": reverse("experts")}, {"label": found.name}],
        image=found.photo,
        og_type="profile",
    )
    return render(
        request,
        "experts/expert.html",
        {
            "page": page,
            "expert": found.profile() | {"links": [{"url": url, "label": _host(url)} for url in found.links]},
            **_expertise(found, language),
            "works": [{"format_name": name, "cards": cards} for name, cards in groups.items()],
            "also_works": [
                {"language": code, "name": languages()[code].endonym, "url": path}
                for code, path in paths.items()
                if code != language
            ],
            "archive_url": f"{reverse('archive')}?expert={found.slug}",
            "structured_data": structured_data.person(found, page),
        },
    )


def _host(url):
    return (urlsplit(url).hostname or url).removeprefix("www.")


def _expertise(found, language):
    rows = list(
        filters.labels(found.topics.in_language(language)).union(
            filters.labels(found.regions.in_language(language)), all=True
        ).order_by("kind", "place", "pk")
    )  # fmt: skip
    return {
        "topics": [filters.link(row) for row in rows if row["kind"] == "topic"],
        "regions": [filters.link(row) for row in rows if row["kind"] == "region"],
    }


def _expert_elsewhere(request, slug):
    language = get_language()
    permalink = Permalink.objects.owner("experts", language, slug)
    if permalink is None:
        return not_found(request, in_other_languages("experts", slug, "expert"))
    person = Expert.objects.in_language(language).filter(pk=permalink.object_id).first()
    if person is None:
        return gone(request)
    return HttpResponsePermanentRedirect(person.get_absolute_url())
