"""The home page and the pages of texts: each reads editions, never the working copy."""

from django.db.models import Subquery
from django.http import HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from experts.models import Expert
from taxonomy.models import Format, Region, Topic
from thinktank import chrome
from thinktank.languages import codes, languages, read
from thinktank.models import Permalink
from thinktank.views import gone, home_crumb, not_found

from . import browsing, filters, lists, structured_data, versions
from .cards import present, term_links
from .editions import Edition
from .models import NAMESPACE, Analysis, Pick
from .recommended import recommended

A_FORMAT = 3  # cards of each format on the home page
AT_THE_TOP = 5  # the lead and the picks beside it


@require_safe
def home(request):
    language = get_language()
    formats = Format.objects.in_language(language)
    topics = Topic.objects.in_language(language).filter(is_featured=True)
    regions = Region.objects.in_language(language).filter(is_featured=True)
    terms = list(
        filters.labels(formats)
        .union(filters.labels(topics), filters.labels(regions), all=True)
        .order_by("kind", "place", "pk")
    )
    by_kind = {kind: [row for row in terms if row["kind"] == kind] for kind in ("format", "topic", "region")}
    picks = Pick.objects.filter(topic=None, region=None, format=None, tag=None)
    facets = ["all", *(f"format:{row['pk']}" for row in by_kind["format"])]
    picked, rows = lists.candidates(language, facets, A_FORMAT + AT_THE_TOP, picks)
    lead = next(iter(picked or rows), None)
    used = {row.pk for row in [lead, *picked[1:AT_THE_TOP]] if row}
    rest = [row for row in rows if row.pk not in used]
    latest = [
        {"format_name": row["shown_name"], "format_url": reverse("address", args=[row["shown_slug"]]), "cards": cards}
        for row in by_kind["format"]
        if (cards := [card for card in rest if card.format_id == row["pk"]][:A_FORMAT])
    ]
    experts = Expert.objects.in_language(language).filter(is_featured=True).select_related("photo")
    paths = {code: chrome.home_url(code) for code in codes()}
    institute = chrome.site(request)["institute"]
    return render(
        request,
        "home.html",
        {
            "page": chrome.page("", paths, description=institute["tagline"]),
            "lead": lead,
            "picks": picked[1:AT_THE_TOP],
            "latest": latest,
            "topics": [filters.link(row) for row in by_kind["topic"]],
            "regions": [filters.link(row) for row in by_kind["region"]],
            "experts": [
                {"name": e.name, "role": e.role, "url": e.get_absolute_url(), "photo": e.photo} for e in experts
            ],
            "structured_data": structured_data.institute(institute, paths[language]),
        },
    )


@require_safe
def address(request, slug):
    """Whatever owns the slug: an article, a topic, a region or a format."""
    language = get_language()
    permalink = Permalink.objects.owner(NAMESPACE, language, slug)
    if permalink is None:
        return not_found(request, _in_other_languages(slug))
    kind = _kind(permalink)
    if kind is Analysis:
        return article(request, permalink.object_id, slug)
    if not permalink.is_current:
        return _moved(request, permalink)
    return browsing.term(request, kind, permalink.object_id)


def _kind(permalink):
    return permalink.content_type.model_class()


def _moved(request, permalink):
    current = Permalink.objects.filter(
        content_type=permalink.content_type_id,
        object_id=permalink.object_id,
        language=permalink.language,
        is_current=True,
    ).first()
    if current is None:
        return not_found(request)
    return HttpResponsePermanentRedirect(reverse("address", args=[current.slug]))


def _in_other_languages(slug):
    """Addresses of a live text or a term that has this slug in another language."""
    found = {}
    rows = Permalink.objects.filter(namespace=NAMESPACE, slug=slug).exclude(language=get_language())
    for row in rows.select_related("content_type"):
        if _kind(row) is Analysis:
            stands = Edition.objects.live(row.language).filter(analysis=row.object_id, slug=slug).exists()
        else:
            stands = row.is_current
        if stands:
            found |= chrome.addresses("address", {row.language: row.slug})
    return found


def article(request, analysis, slug):
    """The live edition at its own address; the edition says which that is, so a scheduled one brings its address along."""
    language = get_language()
    edition = versions.with_versions(Edition.objects.live(language).filter(analysis=analysis).for_page()).first()
    if edition is None:
        return _ended(request, analysis, slug)
    if edition.slug == slug:
        return _article_page(request, present(edition))
    if _is_known(analysis, language, slug):
        return HttpResponsePermanentRedirect(edition.get_absolute_url())
    return not_found(request, _in_other_languages(slug))


def _is_known(analysis, language, slug):
    """Whether the public has seen this slug of a text. A scheduled edition's is reserved, and no more than that."""
    editions = Edition.objects.filter(analysis=analysis, language=language, slug=slug)
    return editions.once_public().exists() or not editions.exists()


def _ended(request, analysis, slug):
    """410 for what was public once; what is not public yet is as unknown as what never was."""
    language = get_language()
    was_public = Edition.objects.once_public().filter(analysis=analysis, language=language).exists()
    if (was_public and _is_known(analysis, language, slug)) or not Analysis.objects.filter(pk=analysis).exists():
        return versions.ended(request, analysis)
    return not_found(request, _in_other_languages(slug))


@require_safe
def version(request, slug, number):
    """An edition as it was published; the current one is canonical."""
    language = get_language()
    permalink = Permalink.objects.owner(NAMESPACE, language, slug)
    if permalink is None or _kind(permalink) is not Analysis:
        return not_found(request)
    known = permalink.is_current or _is_known(permalink.object_id, language, slug)
    live = Edition.objects.live(language).filter(analysis=permalink.object_id)
    editions = Edition.objects.once_public().filter(analysis=permalink.object_id, language=language, number=number)
    readable = versions.with_versions(editions.still_readable().for_page())
    edition = readable.annotate(current_slug=Subquery(live.values("slug")[:1])).first()
    if known and edition and edition.current_slug:
        return _article_page(request, present(edition), current_slug=edition.current_slug)
    if not live.exists():
        return _ended(request, permalink.object_id, slug)
    return gone(request) if known and editions.exists() else not_found(request)


def _article_page(request, edition, current_slug=None):
    language = edition.language
    slugs = {language: current_slug or edition.slug} | {other["language"]: other["slug"] for other in edition.also_in}
    paths = chrome.addresses("address", {code: slugs.get(code) for code in codes()})
    is_old = current_slug is not None
    edition.body = edition.printed(edition.body)
    for note in edition.footnotes:
        note["html"] = edition.printed(note["html"])
    edition.notes = versions.changes(edition)
    regions = term_links(edition.region_list, language)
    crumbs = [home_crumb(), {"label": _("Policy analysis"), "url": reverse("archive")}]
    if edition.format_url:
        crumbs.append({"label": edition.format_name, "url": edition.format_url})
    page = chrome.page(
        f"{edition.title} ({_('edition %(number)s') % {'number': languages()[language].number(edition.number)}})"
        if is_old
        else edition.title,
        paths if not is_old else {language: paths[language]},
        description=edition.summary,
        breadcrumb=[*crumbs, {"label": edition.title}],
        image=edition.image,
        noindex=is_old,
        og_type="article",
    )
    return render(
        request,
        "analyses/article.html",
        {
            "page": page,
            "edition": edition,
            "also_available": edition.also_in,
            "authors": authors_of(edition),
            "format": {"name": edition.format_name, "url": edition.format_url},
            "topics": term_links(edition.topic_list, language),
            "regions": regions,
            "tags": term_links(edition.tag_list, language, route="tag", name="label"),
            "recommended": recommended(edition),
            "versions": versions.of(edition, slugs[language]),
            "version_of": {"number": edition.number, "current_url": paths[language]} if is_old else None,
            "structured_data": structured_data.article(edition, page),
        },
    )


def authors_of(edition):
    """The cards «about the authors», in the order of the byline: the profiles of today."""
    keys = [author["expert"] for author in edition.byline]
    profiles = {e.pk: e for e in Expert.objects.filter(pk__in=keys).select_related("photo").defer(*_biographies())}
    people = [profiles[key] for key in keys if key in profiles and read(profiles[key], "name", edition.language)]
    return [
        {
            "name": person.name,
            "url": person.get_absolute_url() if person.slug else None,
            "role": person.role,
            "affiliation": person.affiliation,
            "short_bio": person.short_bio,
            "photo": person.photo,
            "is_guest": person.is_guest,
        }
        for person in people
    ]


def _biographies():
    return ["bio", *(f"bio_{code}" for code in codes())]
