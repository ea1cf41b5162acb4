"""The public pages of texts: each reads editions, never the working copy."""

from datetime import datetime
from urllib.parse import urlsplit

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, Exists, OuterRef, Value
from django.db.models.functions import Cast, Concat, JSONObject
from django.http import HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from experts.models import Expert
from taxonomy.models import Format, Region, Tag, Topic
from thinktank import chrome
from thinktank.html import text_of
from thinktank.languages import codes, languages, read
from thinktank.models import Permalink
from thinktank.views import gone, home_crumb, in_other_languages, not_found

from . import filters, lists, structured_data
from .cards import present, presented, term_links
from .editions import Edition
from .models import NAMESPACE, Analysis, Pick
from .recommended import recommended

LATEST = 12  # cards on the page of a topic, region, format or tag
A_FORMAT = 3  # cards of each format on the home page


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
    picked, rows = lists.candidates(language, facets, A_FORMAT + 1, picks)
    lead = next(iter(picked or rows), None)
    used = {row.pk for row in [lead, *picked[1:5]] if row}
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
            "picks": picked[1:5],
            "latest": latest,
            "topics": [_link(row) for row in by_kind["topic"]],
            "regions": [_link(row) for row in by_kind["region"]],
            "experts": [
                {"name": e.name, "role": e.role, "url": e.get_absolute_url(), "photo": e.photo} for e in experts
            ],
            "structured_data": structured_data.institute(institute, paths[language]),
        },
    )


def _link(row):
    return {"name": row["shown_name"], "url": reverse("address", args=[row["shown_slug"]])}


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
    return term(request, kind, permalink.object_id)


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
    edition = _for_page(Edition.objects.live(language).filter(analysis=analysis)).first()
    if edition is None:
        return _ended(request, analysis, slug)
    if edition.slug == slug:
        return _article_page(request, present(edition))
    if _is_known(analysis, language, slug):
        return HttpResponsePermanentRedirect(edition.get_absolute_url())
    return not_found(request, _in_other_languages(slug))


def _for_page(editions):
    """With what was changed since the first edition, in the same query."""
    earlier = Edition.objects.once_public().filter(
        analysis=OuterRef("analysis"), language=OuterRef("language"), number__lte=OuterRef("number")
    )
    changes = earlier.filter(kind__in=Edition.EXPLAINED).order_by("number")
    return editions.for_page().annotate(
        changes=ArraySubquery(changes.values(data=JSONObject(kind="kind", note="note", date="live_from")))
    )


def _is_known(analysis, language, slug):
    """Whether the public has seen this slug of a text. A scheduled edition's is reserved, and no more than that."""
    editions = Edition.objects.filter(analysis=analysis, language=language, slug=slug)
    return editions.once_public().exists() or not editions.exists()


def _ended(request, analysis, slug):
    """410 for what was public once; what is not public yet is as unknown as what never was."""
    language = get_language()
    was_public = Edition.objects.once_public().filter(analysis=analysis, language=language).exists()
    if (was_public and _is_known(analysis, language, slug)) or not Analysis.objects.filter(pk=analysis).exists():
        return gone(request)
    return not_found(request, _in_other_languages(slug))


@require_safe
def version(request, slug, number):
    """An edition as it was published; the current one is canonical."""
    language = get_language()
    permalink = Permalink.objects.owner(NAMESPACE, language, slug)
    if permalink is None or _kind(permalink) is not Analysis:
        return not_found(request)
    current = (
        Edition.objects.live(language).filter(analysis=permalink.object_id).only("slug", "language", "number").first()
    )
    if current is None:
        return _ended(request, permalink.object_id, slug)
    editions = Edition.objects.once_public().filter(analysis=permalink.object_id, language=language, number=number)
    edition = _for_page(editions).first()
    if edition is None or not _is_known(permalink.object_id, language, slug):
        return not_found(request)
    return _article_page(request, present(edition), current=current)


def _article_page(request, edition, current=None):
    language = edition.language
    slugs = {language: (current or edition).slug} | {other["language"]: other["slug"] for other in edition.also_in}
    paths = chrome.addresses("address", {code: slugs.get(code) for code in codes()})
    is_old = current is not None
    edition.body = edition.printed(edition.body)
    for note in edition.footnotes:
        note["html"] = edition.printed(note["html"])
    edition.notes = _changes(edition)
    regions = term_links(edition.region_list, language)
    crumbs = [home_crumb(), {"label": _("Policy analysis"), "url": reverse("archive")}]
    if edition.format_url:
        crumbs.append({"label": edition.format_name, "url": edition.format_url})
    page = chrome.page(
        edition.title,
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
            "authors": _authors(edition),
            "format": {"name": edition.format_name, "url": edition.format_url},
            "topics": term_links(edition.topic_list, language),
            "regions": regions,
            "tags": term_links(edition.tag_list, language, route="tag", name="label"),
            "recommended": recommended(edition),
            "version_of": {"number": edition.number, "current_url": paths[language]} if is_old else None,
            "structured_data": structured_data.article(edition, page),
        },
    )


def _changes(edition):
    """What corrections, clarifications and updates changed, up to this edition."""
    return [
        {
            "kind_label": Edition.Kind(change["kind"]).label,
            "text": change["note"],
            "date": datetime.fromisoformat(change["date"]),
        }
        for change in edition.changes
    ]


def _authors(edition):
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
        Tag.objects.filter(slug=slug).annotate(**{f"is_in_{code}": _tags_a_live_text(code) for code in codes()}).first()
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


def _tags_a_live_text(language):
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


@require_safe
def archive(request):
    """The list of everything, narrowed by what the query string says."""
    language = get_language()
    chosen = filters.read(request.GET, language)
    if chosen is None:
        return not_found(request)
    found = lists.settled(language, chosen.facets)
    page = lists.page(language, chosen.facets, chosen.page, found)
    if page is None or (page.total == 0 and _is_about_nothing(chosen)):
        return not_found(request)
    # Further pages of a list hold other texts in another language: they are not translations of each other.
    paths = {code: filters.translated(chosen, code) for code in codes() if code == language or chosen.page == 1}
    return render(
        request,
        "analyses/archive.html",
        {
            "page": chrome.page(
                chosen.heading,
                {code: path for code, path in paths.items() if path},
                breadcrumb=[home_crumb(), {"label": _("Policy analysis")}],
                noindex=len(chosen.values) > 1,
            ),
            "heading": chosen.heading,
            "total": page.total,
            "facets": filters.options(chosen, found),
            "chosen": chosen.labels(),
            "clear_url": reverse("archive"),
            "cards": page.rows,
            "pages": filters.navigation(page, chosen.url_of_page),
        },
    )


def _is_about_nothing(chosen):
    """Whether an empty list has a filter that no reader could know: a year without texts, the keyword of drafts alone."""
    if list(chosen.values) == ["year"]:
        return True
    if "tag" not in chosen.values:
        return False
    tags = Tag.objects.filter(pk=chosen.values["tag"]["row"]["pk"])
    return not any(tags.filter(_tags_a_live_text(code)).exists() for code in codes())


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
        "topics": [_link(row) for row in rows if row["kind"] == "topic"],
        "regions": [_link(row) for row in rows if row["kind"] == "region"],
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


@require_safe
def search(request):
    """Titles and texts, best match first."""
    language = get_language()
    query = " ".join(request.GET.get("q", "")[:300].split())
    number = filters.page_number(request.GET)
    found = Edition.objects.live(language).matching(query, languages()[language].search_configuration)
    page = lists.ranked(found, number) if number and query else None
    if page is None and query:
        return not_found(request)
    return render(
        request,
        "search.html",
        {
            "page": chrome.page(_("Search"), chrome.everywhere("search"), noindex=True),
            "query": query,
            "cards": page.rows if page else [],
            "total": page.total if page else 0,
            "pages": page and filters.navigation(page, lambda n: filters.search_url(query, n)),
        },
    )
