"""Archive and search: one page with the same filters, which has words or has none. And what is offered while typing."""

from django.http import HttpResponsePermanentRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, ngettext, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from taxonomy.models import Tag
from thinktank import chrome
from thinktank.crowding import one_among_many
from thinktank.languages import codes, language
from thinktank.views import home_crumb, not_found

from . import counts, facets, filters, holdings, lists, matches, named, titles
from .browsing import tags_a_live_text
from .editions import Edition, Entry

RETRY = 30  # seconds, after which a search that was stopped may be asked again
OFFERED_NAMES = 4  # while typing
OFFERED = 8
POPULAR = 8  # topics that an empty page leads to


@require_safe
@one_among_many
def archive(request):
    """The list of everything, narrowed by what the query string says."""
    code = get_language()
    if filters.words(request.GET):
        return _moved("search", request)
    chosen = filters.read(request.GET, code)
    if chosen is None:
        return not_found(request)
    found, page = _listed(chosen, code)
    if page is None or (page.total == 0 and _is_about_nothing(chosen)):
        return not_found(request)
    return _shown(request, chosen, found, page, facets.options(chosen, found)[0])


@require_safe
@one_among_many
def search(request):
    """What the words find, best match first, narrowed as the archive is; above it, what they name."""
    code = get_language()
    chosen = filters.read(request.GET, code)
    if chosen is None:
        return not_found(request)
    if not chosen.query and (chosen.values or chosen.span):
        return _moved("archive", request)
    if not chosen.query:
        return _before_a_search(request, chosen)
    try:
        return _searched(request, chosen, code)
    except matches.TooHeavy:
        return _too_heavy(request, chosen, code)


def _moved(route, request):
    """The same question at the address that it belongs to: with words the search, without them the archive."""
    query = request.GET.copy()
    for key in ("q", "exact") if route == "archive" else ():
        query.pop(key, None)
    return HttpResponsePermanentRedirect(reverse(route) + (f"?{query.urlencode()}" if query else ""))


def _listed(chosen, code):
    """`(counts, page)` of the archive; the page is None if there is no such."""
    line = counts.settle_due(code)
    if chosen.has_kept_counts:
        value = next(iter(chosen.all_values), None)
        kind, facet = (value["facet"].partition(":")[0], value["facet"]) if value else (None, "all")
        found = holdings.Kept(code, kind, facet)
        return found, lists.kept_page(code, chosen.page, found)
    found = _selection(chosen, holdings.current(code, line))
    keys = found.oldest if chosen.order == "oldest" else found.newest
    return found, lists.page_of(chosen.page, found.total, keys, Edition.objects.live(code).for_cards())


def _selection(chosen, held, keys=None):
    groups = {("also" if key == "language" else key): group for key, group in chosen.groups.items()}
    return holdings.Selection(held, groups, chosen.span.since, chosen.span.until, keys)


def _searched(request, chosen, code):
    """The page of a search that has words. Raises TooHeavy."""
    line = counts.settle_due(code)
    answer = matches.find(chosen, code)
    held = holdings.current(code, line)
    found = _selection(chosen, held, answer.keys)
    best = found.only(answer.keys)
    keys = {"best": lambda skip, most: best[skip : skip + most], "newest": found.newest, "oldest": found.oldest}
    page = lists.page_of(chosen.page, found.total, keys[chosen.order], matches.rows(Edition.objects.live(code)))
    if page is None:
        return not_found(request)
    things = named.keys(chosen.query) if chosen.page == 1 else []
    options, rows = facets.options(chosen, found, things)
    matches.marked(answer.query, page.rows)
    more = {
        "named": named.shown(things, rows, held),
        "corrected": answer.corrected,
        "as_typed_url": chosen.but(exact=True).url,
        "elsewhere": [] if page.rows else _elsewhere(chosen, code),
        "popular": [] if page.rows else _popular(held, rows),
    }
    return _shown(request, chosen, found, page, options, more)


def _elsewhere(chosen, code):
    """The same words in the other languages, where they find something."""
    found = []
    for other, total in matches.elsewhere(chosen.query, code):
        with override(other.code):
            url = filters.address("search", [("q", chosen.query)])
        found.append({"language": other, "total": total, "url": url})
    return found


def _popular(held, rows):
    """The topics with the most texts."""
    keys = [("topic", int(facet.partition(":")[2])) for facet in held.by_kind["topic"]]
    return [filters.link(rows[key]) for key in keys if key in rows][:POPULAR]


def _is_about_nothing(chosen):
    """Whether an empty list has a filter that no reader could know: a year without texts, the keyword of drafts alone."""
    if list(chosen.values) == ["year"]:
        years = Entry.objects.filter(language__in=codes(), facet__in=chosen.groups["year"])
        return not Edition.objects.live().filter(pk__in=years.values("edition")).exists()
    for value in chosen.values.get("tag", ()):
        tag = Tag.objects.filter(pk=value["row"]["pk"])
        if not any(tag.filter(tags_a_live_text(code)).exists() for code in codes()):
            return True
    return False


def _shown(request, chosen, found, page, options, more=None):
    # Further pages of a list hold other texts in another language: they are not translations of each other.
    own = get_language()
    paths = {code: filters.translated(chosen, code) for code in codes() if code == own or chosen.page == 1}
    title = _("Search: %(query)s") % {"query": chosen.query} if chosen.query else chosen.heading
    context = {
        "page": chrome.page(
            title,
            {code: path for code, path in paths.items() if path},
            breadcrumb=[home_crumb(), {"label": _("Search") if chosen.query else _("Policy analysis")}],
            noindex=not chosen.has_kept_counts,
        ),
        "query": chosen.query,
        "heading": chosen.heading,
        "total": page.total,
        "facets": options,
        "chosen": chosen.labels(),
        "clear_url": chosen.but(values={}, span=filters.Span()).url,
        "span": chosen.span,
        "kept_by_search": [pair for pair in chosen.pairs() if pair[0] not in ("q", "page", "exact", "order")],
        "kept_by_dates": [pair for pair in chosen.pairs() if pair[0] not in ("page", "from", "to")],
        "orders": _orders(chosen),
        "cards": page.rows,
        "pages": filters.navigation(page, chosen.url_of_page),
        "footer_pages": chosen.footer_pages(),
    }
    return render(request, "analyses/archive.html", context | (more or {}))


def _orders(chosen):
    names = {"best": _("Best match"), "newest": _("Newest first"), "oldest": _("Oldest first")}
    return [
        {"label": label, "url": chosen.but(order=order).url, "current": order == chosen.order}
        for order, label in names.items()
        if order != "best" or chosen.query
    ]


def _before_a_search(request, chosen):
    """The search page before anything is asked: where one may begin."""
    code = get_language()
    held = holdings.current(code, counts.settle_due(code))
    rows = {(row["kind"], row["pk"]): row for row in chosen.terms}
    context = {
        "page": chrome.page(_("Search"), chrome.everywhere("search"), noindex=True),
        "popular": _popular(held, rows),
        "footer_pages": chosen.footer_pages(),
    }
    return render(request, "search.html", context)


def _too_heavy(request, chosen, code):
    context = {
        "page": chrome.page(_("Search"), chrome.everywhere("search"), noindex=True),
        "query": chosen.query,
        "heavy": matches.heavy_words(chosen.query, code),
        "footer_pages": chosen.footer_pages(),
    }
    response = render(request, "too_heavy.html", context, status=503)
    response["Retry-After"] = str(RETRY)
    return response


@require_safe
@one_among_many
def suggest(request):
    """What begins with what is being typed: people, topics, regions and live titles of the page's language, as JSON."""
    code, text = get_language(), filters.words(request.GET)[:100]
    names = named.beginning(text)[:OFFERED_NAMES]
    offered = [{"kind": row["kind_label"], "name": row["shown_name"], "url": row["url"]} for row in names]
    held = holdings.current(code, counts.settle_due(code))
    keys = titles.current(code, held).beginning(text, OFFERED - len(offered))
    if keys:
        rows = (
            Edition.objects.live(code)
            .filter(pk__in=keys)
            .select_related("format")
            .only("title", "slug", "language", "format")
        )
        rows = sorted(rows, key=lambda row: keys.index(row.pk))
        offered += [{"kind": _("Analysis"), "name": row.title, "url": row.url} for row in rows]
    count = len(offered)
    status = ngettext("%(count)s suggestion", "%(count)s suggestions", count) % {"count": language().number(count)}
    return JsonResponse({"suggestions": offered, "status": status if count else _("No suggestions")})
