"""The archive's filters: what the query string says, what can be chosen next, and what a click would give."""

from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.db.models import F, IntegerField, Value
from django.urls import reverse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from experts.models import Expert
from taxonomy.models import Format, Region, Tag, Topic
from thinktank.languages import codes, column, language, language_name, languages

KEYS = ("format", "topic", "region", "expert", "tag", "year", "language")
ABOUT = ("topic", "region", "tag")  # «… on Iraq and Water»
SHOWN = 12  # experts and tags: those with the most texts


def labels(rows, names="name"):
    """Rows of any kind of term in one shape, so that a single union of them costs one query."""
    code = get_language()
    return rows.order_by().values(
        "pk",
        kind=Value(rows.model.kind),
        shown_name=F(column(names, code)),
        shown_slug=F(_slug_column(rows, code)),
        place=_number(rows, "order"),
        above=_number(rows, "parent_id"),
        **{f"slug_in_{other}": F(_slug_column(rows, other)) for other in codes()},
        **{f"name_in_{other}": F(column(names, other)) for other in codes()},
    )


def _slug_column(rows, code):
    return "slug" if rows.model is Tag else column("slug", code)


def _number(rows, name):
    has_it = any(f.attname == name for f in rows.model._meta.concrete_fields)
    return F(name) if has_it else Value(0, output_field=IntegerField())


def link(row):
    """`{"name", "url"}` of one of the `labels` that has a page in the namespace of the texts."""
    return {"name": row["shown_name"], "url": reverse("address", args=[row["shown_slug"]])}


@dataclass
class Chosen:
    """The filters of one request, in the order of `KEYS`."""

    values: dict = field(default_factory=dict)  # key -> {"facet", "label", "value", "row"}
    page: int = 1
    terms: list = field(default_factory=list)  # every format, topic and region of the language

    @property
    def facets(self):
        return [chosen["facet"] for chosen in self.values.values()] or ["all"]

    def url(self, **changes):
        """The archive's address with these filters and `changes`; None removes one."""
        query = {key: chosen["value"] for key, chosen in self.values.items()} | changes
        return _address({key: query[key] for key in (*KEYS, "page") if query.get(key)})

    def url_of_page(self, number):
        return self.url(page=number if number > 1 else None)

    def labels(self):
        return [
            {"label": chosen["label"], "remove_url": self.url(**{key: None})} for key, chosen in self.values.items()
        ]

    @property
    def heading(self):
        """What the list is, in words: “Policy analysis on Iraq”."""
        name = {key: chosen["label"] for key, chosen in self.values.items()}
        text = name.get("format") or _("Policy analysis")
        about = [name[key] for key in ABOUT if key in name]
        if about:
            text = _("%(what)s on %(about)s") % {"what": text, "about": _listed(about)}
        if "expert" in name:
            text = _("%(what)s by %(person)s") % {"what": text, "person": name["expert"]}
        if "year" in name:
            text = _("%(what)s from %(year)s") % {"what": text, "year": name["year"]}
        if "language" in name:
            other = language_name(self.values["language"]["value"])
            text = _("%(what)s, also in %(language)s") % {"what": text, "language": other}
        return text


def _address(query):
    return reverse("archive") + (f"?{urlencode(query)}" if query else "")


def _listed(names):
    text = names[0]
    for name in names[1:]:
        text = _("%(first)s and %(second)s") % {"first": text, "second": name}
    return text


def page_number(query):
    """The number of the page asked for, or None if it is not one."""
    number = query.get("page", "1")
    return int(number) if number.isascii() and number.isdigit() and 0 < len(number) < 7 else None


def read(query, code):
    """The `Chosen` filters of a query string, or None if it asks for something that there is not."""
    number = page_number(query)
    wanted = {key: query[key] for key in KEYS if query.get(key)}
    if number is None or any(len(value) > 200 for value in wanted.values()):
        return None
    terms = labels(Format.objects.in_language(code)).union(
        labels(Topic.objects.in_language(code)),
        labels(Region.objects.in_language(code)),
        labels(Expert.objects.in_language(code).filter(**{column("slug", code): wanted.get("expert")})),
        labels(Tag.objects.filter(slug=wanted.get("tag", "")).filter(**{column("label", code) + "__gt": ""}), "label"),
        all=True,
    )
    chosen = Chosen(page=number, terms=list(terms.order_by("kind", "place", "pk")))
    for key, value in wanted.items():
        found = _find(chosen.terms, key, value, code)
        if found is None:
            return None
        chosen.values[key] = found
    return chosen


def _find(terms, key, value, code):
    if key == "year":
        if len(value) != 4 or not value.isascii() or not value.isdigit():
            return None
        return {"facet": f"year:{value}", "label": language().number(value), "value": value, "row": None}
    if key == "language":
        if value not in codes() or value == code:
            return None
        return {"facet": f"also:{value}", "label": languages()[value].endonym, "value": value, "row": None}
    for row in terms:
        if row["kind"] == key and row["shown_slug"] == value and row["shown_name"]:
            return {"facet": f"{key}:{row['pk']}", "label": row["shown_name"], "value": value, "row": row}
    return None


def options(chosen, found):
    """What can be chosen next, with the number of texts that the choice would leave."""
    facets = []
    people = _most(found, "expert", chosen), _most(found, "tag", chosen)
    names = {(row["kind"], row["pk"]): row for row in [*chosen.terms, *_names(*people)]}
    for key, label in _titles().items():
        rows = []
        for facet, count in found.items():
            kind, _colon, value = facet.partition(":")
            if kind != ("also" if key == "language" else key):
                continue
            option = _option(chosen, key, value, names)
            if option:
                rows.append(option | {"count": count})
        rows.sort(key=_order(key))
        if rows:
            facets.append(
                {"key": key, "label": label, "options": rows, "more": key in ("expert", "tag") and len(rows) >= SHOWN}
            )
    return facets


def _titles():
    return {
        "topic": _("Topic"),
        "region": _("Region or country"),
        "format": _("Format"),
        "expert": _("Author"),
        "year": _("Year"),
        "tag": _("Tag"),
        "language": _("Also available in"),
    }


def _option(chosen, key, value, names):
    current = chosen.values.get(key)
    if key == "year":
        label, query = language().number(value), value
    elif key == "language":
        label, query = languages()[value].endonym, value
    else:
        row = names.get((key, int(value)))
        if row is None or not row["shown_name"] or not row["shown_slug"]:
            return None
        label, query = row["shown_name"], row["shown_slug"]
    selected = current is not None and current["value"] == query
    if current is not None and not selected and not _narrows(key, current, names, value):
        return None
    place = (names[(key, int(value))]["place"] or 0) if key not in ("year", "language") else 0
    return {
        "label": label,
        "url": chosen.url(**{key: None if selected else query}),
        "selected": selected,
        "order": place,
    }


def _narrows(key, current, names, value):
    """A region that is chosen can be narrowed to its countries; the other filters hold one value."""
    row = names.get((key, int(value))) if key == "region" else None
    return bool(row) and row["above"] == current["row"]["pk"]


def _order(key):
    if key == "year":
        return lambda option: -int(option["url"].partition("year=")[2][:4] or 9999)
    if key in ("expert", "tag"):
        return lambda option: (not option["selected"], -option["count"], option["label"])
    return lambda option: (not option["selected"], option["order"], option["label"])


def _most(found, kind, chosen):
    """Primary keys of the experts or tags with the most texts."""
    if kind in chosen.values:
        return []
    rows = [(count, facet) for facet, count in found.items() if facet.startswith(f"{kind}:")]
    return [int(facet.partition(":")[2]) for _count, facet in sorted(rows, reverse=True)[:SHOWN]]


def _names(experts, tags):
    code = get_language()
    if not experts and not tags:
        return []
    return labels(Expert.objects.in_language(code).filter(pk__in=experts)).union(
        labels(Tag.objects.filter(pk__in=tags).filter(**{column("label", code) + "__gt": ""}), "label"), all=True
    )


def translated(chosen, code):
    """The address of the same list in another language, or None where a filter has no name there."""
    query = {}
    for key, value in chosen.values.items():
        if code == get_language() or key == "year":
            query[key] = value["value"]
        elif key == "language":
            # "Also in Arabic" among the English texts are, among the Arabic ones, those "also in English".
            query[key] = get_language() if value["value"] == code else value["value"]
        elif value["row"][f"slug_in_{code}"] and value["row"][f"name_in_{code}"]:
            query[key] = value["row"][f"slug_in_{code}"]
        else:
            return None
    if code == get_language() and chosen.page > 1:
        query["page"] = chosen.page
    with override(code):
        return _address(query)


def navigation(page, address):
    """The links to the other pages of a list, or None if there is one page only."""
    if page.count < 2:
        return None
    return {
        "number": page.number,
        "count": page.count,
        "previous_url": address(page.number - 1) if page.number > 1 else None,
        "next_url": address(page.number + 1) if page.number < page.count else None,
        "first_url": address(1),
        "last_url": address(page.count),
        "items": [
            number and {"number": number, "url": address(number), "current": number == page.number}
            for number in page.numbers()
        ],
    }


def search_url(query, number):
    return f"{reverse('search')}?{urlencode({'q': query} | ({'page': number} if number > 1 else {}))}"
