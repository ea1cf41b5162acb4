"""What a reader asks of the archive, as the query string says it: words, filters, dates, order, page."""

from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from django.db.models import F, IntegerField, Value
from django.urls import reverse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from experts.models import Expert
from taxonomy.models import Format, Region, Tag, Topic
from thinktank.languages import codes, column, language, language_name, languages
from thinktank.models import Page

from .spans import Span

KEYS = ("format", "topic", "region", "expert", "tag", "year", "language")
ABOUT = ("topic", "region", "tag")  # «… on Iraq and Water»
MOST_VALUES = 20  # of one filter
MOST_LETTERS = 300  # of a search; what is longer is cut, as is what has more words
MOST_WORDS = 32
ORDERS = ("best", "newest", "oldest")


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
    """What one request asks for. Its addresses have one form, whatever the order in which it was asked."""

    values: dict = field(default_factory=dict)  # key -> [{"facet", "label", "value", "row"}], keys as in `KEYS`
    query: str = ""
    exact: bool = False  # the words as they were typed, without correction
    span: Span = field(default_factory=Span)
    order: str = "newest"
    page: int = 1
    terms: list = field(default_factory=list)  # `labels` of every format, topic, region and page of the language

    @property
    def groups(self):
        """`{key: [facets]}`: of each a text has one at least."""
        return {key: [value["facet"] for value in values] for key, values in self.values.items()}

    @property
    def all_values(self):
        return [value for values in self.values.values() for value in values]

    @property
    def has_kept_counts(self):
        """Whether it is the list of one filter or none, newest first: those are counted at publication."""
        return not self.query and not self.span and self.order == "newest" and len(self.all_values) < 2

    @property
    def usual_order(self):
        return "best" if self.query else "newest"

    def with_values(self, key, values):
        """The same with other values of one filter, from the first page on."""
        values = {k: values if k == key else self.values.get(k, []) for k in KEYS}
        return replace(self, values={k: v for k, v in values.items() if v}, page=1)

    def but(self, **changes):
        return replace(self, page=1, **changes) if "page" not in changes else replace(self, **changes)

    def pairs(self):
        """The query string's parts, each filter's values in one order."""
        found = [("q", self.query)] if self.query else []
        for key in KEYS:
            found += [(key, value["value"]) for value in self.values.get(key, [])]
        found += self.span.pairs()
        if self.order != self.usual_order:
            found.append(("order", self.order))
        if self.exact:
            found.append(("exact", "1"))
        return found + ([("page", self.page)] if self.page > 1 else [])

    @property
    def url(self):
        return address("search" if self.query else "archive", self.pairs())

    def footer_pages(self):
        """The pages in the footer, which came with the terms: one query less."""
        pages = [row for row in self.terms if row["kind"] == Page.kind]
        return [{"title": row["shown_name"], "url": reverse("page", args=[row["shown_slug"]])} for row in pages]

    def url_of_page(self, number):
        return self.but(page=number).url

    def labels(self):
        """Each value that is chosen, and the address without it."""
        found = [
            {"label": value["label"], "remove_url": self.with_values(key, [v for v in values if v is not value]).url}
            for key, values in self.values.items()
            for value in values
        ]
        if self.span:
            found.append({"label": self.span.label, "remove_url": self.but(span=Span()).url})
        return found

    @property
    def heading(self):
        """What the list is, in words: “Policy analysis on Iraq”."""
        name = {key: _alternatives([value["label"] for value in values]) for key, values in self.values.items()}
        text = name.get("format") or _("Policy analysis")
        about = [name[key] for key in ABOUT if key in name]
        if about:
            text = _("%(what)s on %(about)s") % {"what": text, "about": _listed(about)}
        if "expert" in name:
            text = _("%(what)s by %(person)s") % {"what": text, "person": name["expert"]}
        if "year" in name:
            text = _("%(what)s from %(year)s") % {"what": text, "year": name["year"]}
        if self.span:
            text = _("%(what)s, %(dates)s") % {"what": text, "dates": self.span.label}
        if "language" in name:
            other = _alternatives([language_name(value["value"]) for value in self.values["language"]])
            text = _("%(what)s, also in %(language)s") % {"what": text, "language": other}
        return text


def address(route, pairs):
    return reverse(route) + (f"?{urlencode(pairs)}" if pairs else "")


def _listed(names):
    text = names[0]
    for name in names[1:]:
        text = _("%(first)s and %(second)s") % {"first": text, "second": name}
    return text


def _alternatives(names):
    text = names[0]
    for name in names[1:]:
        text = _("%(first)s or %(second)s") % {"first": text, "second": name}
    return text


def page_number(query):
    """The number of the page asked for, or None if it is not one."""
    number = query.get("page", "1")
    return int(number) if number.isascii() and number.isdigit() and 0 < len(number) < 7 and int(number) else None


def words(query):
    """The words that are searched: cut, on one line."""
    return " ".join(query.get("q", "")[:MOST_LETTERS].split()[:MOST_WORDS])


def read(query, code):
    """What a query string asks for, or None if it asks for something that there is not."""
    number, span, text = page_number(query), Span.read(query), words(query)
    order = query.get("order")
    if order not in ORDERS or (order == "best" and not text):
        order = "best" if text else "newest"
    wanted = {key: list(dict.fromkeys(filter(None, query.getlist(key)))) for key in KEYS}
    if number is None or span is None:
        return None
    if any(len(values) > MOST_VALUES or any(len(v) > 200 for v in values) for values in wanted.values()):
        return None
    chosen = Chosen(
        query=text, exact=bool(text) and query.get("exact") == "1", span=span, order=order, page=number,
        terms=_terms(code, wanted["expert"], wanted["tag"]),
    )  # fmt: skip
    for key, values in wanted.items():
        found = [_find(chosen.terms, key, value, code) for value in values]
        if None in found:
            return None
        if found:
            chosen.values[key] = sorted(found, key=lambda value: value["place"])
    return chosen


def _terms(code, experts, tags):
    """Every format, topic, region and page of the language, and these experts and tags."""
    kinds = [labels(model.objects.in_language(code)) for model in (Topic, Region)]
    kinds.append(labels(Page.objects.in_language(code), "title"))
    if experts:
        kinds.append(labels(Expert.objects.in_language(code).filter(**{column("slug", code) + "__in": experts})))
    if tags:
        kinds.append(labels(Tag.objects.filter(slug__in=tags).filter(**{column("label", code) + "__gt": ""}), "label"))
    return list(labels(Format.objects.in_language(code)).union(*kinds, all=True).order_by("kind", "place", "pk"))


def _find(terms, key, value, code):
    if key == "year":
        if len(value) != 4 or not value.isascii() or not value.isdigit():
            return None
        return {
            "facet": f"year:{value}", "label": language().number(value), "value": value, "row": None, "place": (int(value),),
        }  # fmt: skip
    if key == "language":
        if value not in codes() or value == code:
            return None
        label = languages()[value].endonym
        return {"facet": f"also:{value}", "label": label, "value": value, "row": None, "place": (codes().index(value),)}
    for row in terms:
        if row["kind"] == key and row["shown_slug"] == value and row["shown_name"]:
            return of_row(row)
    return None


def of_row(row):
    """A value of a filter from one of the `labels`."""
    return {
        "facet": f"{row['kind']}:{row['pk']}", "label": row["shown_name"], "value": row["shown_slug"], "row": row,
        "place": (row["place"] or 0, row["pk"]),
    }  # fmt: skip


def translated(chosen, code):
    """The address of the same list in another language, or None where a filter has no name there."""
    values = {}
    for key, rows in chosen.values.items():
        values[key] = [_translated_value(key, value, code) for value in rows]
        if not all(values[key]):
            return None
    values = {key: [{"value": value} for value in rows] for key, rows in values.items()}
    page = chosen.page if code == get_language() else 1
    with override(code):
        return replace(chosen, values=values, page=page).url


def _translated_value(key, value, code):
    if code == get_language() or key == "year":
        return value["value"]
    if key == "language":
        # "Also in Arabic" among the English texts are, among the Arabic ones, those "also in English".
        return get_language() if value["value"] == code else value["value"]
    return value["row"][f"name_in_{code}"] and value["row"][f"slug_in_{code}"]


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
