"""Archive and search: one page with the same filters, which has words or has none."""

from django.http import HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from taxonomy.models import Tag
from thinktank import chrome
from thinktank.languages import codes, languages
from thinktank.views import home_crumb, not_found

from . import counts, facets, filters, holdings, lists
from .browsing import tags_a_live_text
from .editions import Edition, Entry


@require_safe
def archive(request):
    """The list of everything, narrowed by what the query string says."""
    language = get_language()
    if filters.words(request.GET):
        return _moved("search", request)
    chosen = filters.read(request.GET, language)
    if chosen is None:
        return not_found(request)
    found, page = listed(chosen, language)
    if page is None or (page.total == 0 and _is_about_nothing(chosen)):
        return not_found(request)
    return _shown(request, chosen, found, page, {"heading": chosen.heading})


@require_safe
def search(request):
    """Titles and texts that answer to the words, best match first, narrowed as the archive is."""
    language = get_language()
    chosen = filters.read(request.GET, language)
    if chosen is None:
        return not_found(request)
    if not chosen.query and (chosen.values or chosen.span):
        return _moved("archive", request)
    if not chosen.query:
        return _empty_form(request)
    found, page = searched(chosen, language)
    if page is None:
        return not_found(request)
    return _shown(request, chosen, found, page, {"heading": chosen.query})


def _moved(route, request):
    """The same question at the address that it belongs to: with words the search, without them the archive."""
    query = request.GET.copy()
    for key in ("q", "exact") if route == "archive" else ():
        query.pop(key, None)
    return HttpResponsePermanentRedirect(reverse(route) + (f"?{query.urlencode()}" if query else ""))


def listed(chosen, language):
    """`(counts, page)` of the archive; the page is None if there is no such."""
    line = counts.settle_due(language)
    if chosen.has_kept_counts:
        value = next(iter(chosen.all_values), None)
        kind, facet = (value["facet"].partition(":")[0], value["facet"]) if value else (None, "all")
        found = holdings.Kept(language, kind, facet)
        return found, lists.kept_page(language, chosen.page, found)
    found = _selection(chosen, holdings.current(language, line))
    keys = found.oldest if chosen.order == "oldest" else found.newest
    return found, lists.page_of(language, chosen.page, found.total, keys)


def searched(chosen, language):
    """`(counts, page)` of a search."""
    configuration = languages()[language].search_configuration
    keys = Edition.objects.live(language).matching(chosen.query, configuration).values_list("pk", flat=True)
    keys = list(keys)
    line = counts.settle_due(language)
    found = _selection(chosen, holdings.current(language, line), keys)
    best = found.only(keys)
    of_order = {"best": lambda skip, most: best[skip : skip + most], "newest": found.newest, "oldest": found.oldest}
    return found, lists.page_of(language, chosen.page, found.total, of_order[chosen.order])


def _selection(chosen, held, keys=None):
    groups = {("also" if key == "language" else key): group for key, group in chosen.groups.items()}
    return holdings.Selection(held, groups, chosen.span.since, chosen.span.until, keys)


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


def _shown(request, chosen, found, page, more):
    language = get_language()
    # Further pages of a list hold other texts in another language: they are not translations of each other.
    paths = {code: filters.translated(chosen, code) for code in codes() if code == language or chosen.page == 1}
    title = _("Search: %(query)s") % {"query": chosen.query} if chosen.query else chosen.heading
    context = {
        "page": chrome.page(
            title,
            {code: path for code, path in paths.items() if path},
            breadcrumb=[home_crumb(), {"label": _("Search") if chosen.query else _("Policy analysis")}],
            noindex=not chosen.has_kept_counts,
        ),
        "query": chosen.query,
        "total": page.total,
        "facets": facets.options(chosen, found),
        "chosen": chosen.labels(),
        "clear_url": chosen.but(values={}, span=filters.Span()).url,
        "span": chosen.span,
        "kept_by_search": [pair for pair in chosen.pairs() if pair[0] not in ("q", "page", "exact", "order")],
        "kept_by_dates": [pair for pair in chosen.pairs() if pair[0] not in ("page", "from", "to")],
        "orders": _orders(chosen),
        "cards": page.rows,
        "pages": filters.navigation(page, chosen.url_of_page),
    }
    return render(request, "analyses/archive.html", context | more)


def _orders(chosen):
    names = {"best": _("Best match"), "newest": _("Newest first"), "oldest": _("Oldest first")}
    return [
        {"label": label, "url": chosen.but(order=order).url, "current": order == chosen.order}
        for order, label in names.items()
        if order != "best" or chosen.query
    ]


def _empty_form(request):
    """The search page before anything is asked."""
    context = {"page": chrome.page(_("Search"), chrome.everywhere("search"), noindex=True)}
    return render(request, "search.html", context)
