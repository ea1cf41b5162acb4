"""What a query names: shown above the texts, and offered while it is typed."""

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from experts.models import Expert
from taxonomy.models import Region, Topic
from thinktank.names import NameKey, asked, bare, typed

from .filters import labels

MOST = 4  # shown; a part of a name that more have in common names none of them
KINDS = ("expert", "topic", "region", "format", "tag", "page")
ROUTES = {"expert": "expert", "tag": "tag", "page": "page"}  # the others share the namespace of the texts
CANDIDATES = 40  # of a kind, of which the best are offered
INSIDE = ("expert", "topic", "region")  # named by a part of the query too: “water in Iraq”


def keys(text):
    """`[(kind, primary key)]` of what a query names, the best first: one query to the database."""
    wanted = asked(text)
    if not wanted:
        return []
    whole = next(iter(wanted))
    rows = NameKey.objects.filter(form__in=list(wanted)).values_list("form", "kind", "object_id", "is_whole")
    named, parts = {}, {}
    for form, kind, key, is_whole in rows:
        if is_whole and (form == whole or kind in INSIDE):
            place = (form != whole, -wanted[form], KINDS.index(kind), key)
            named[kind, key] = min(place, named.get((kind, key), place))
        elif kind in INSIDE and form == whole:
            parts[kind, key] = (True, 0, KINDS.index(kind), key)
    if len(parts) <= MOST:
        named = parts | named
    return sorted(named, key=named.get)


def shown(named, rows, held):
    """What stands above the texts: of what is named, what has a page in this language, ready to be printed.

    `rows` are `labels` by `(kind, primary key)`; a keyword has a page where a live text has it, which `held` knows.
    People are read with their photographs, if there are any: one more query.
    """
    public = [thing for thing in named if thing in rows and _has_a_page(rows[thing], held)][:MOST]
    experts = [key for kind, key in public if kind == "expert"]
    people = Expert.objects.select_related("photo").in_bulk(experts) if experts else {}
    return [_thing(rows[thing], people.get(thing[1]) if thing[0] == "expert" else None) for thing in public]


def _has_a_page(row, held):
    if not row["shown_name"] or not row["shown_slug"]:
        return False
    return row["kind"] != "tag" or bool(held.having([f"tag:{row['pk']}"]))


def _thing(row, person):
    return {
        "kind": row["kind"],
        "kind_label": _kind_label(row["kind"]),
        "name": row["shown_name"],
        "url": reverse(ROUTES.get(row["kind"], "address"), args=[row["shown_slug"]]),
        "role": person.role if person else "",
        "photo": person.photo if person else None,
    }


def _kind_label(kind):
    return {
        "expert": _("Author"), "topic": _("Topic"), "region": _("Region or country"), "format": _("Format"), "tag": _("Tag"),
        "page": _("Page"),
    }[kind]  # fmt: skip


def beginning(text):
    """`labels` of experts, topics and regions of the active language whose name, or a word of it, begins with `text`."""
    code, form = get_language(), "".join(bare(typed(text)))
    if not form:
        return []
    keys = NameKey.objects.filter(form__startswith=form)
    experts, topics, regions = (
        keys.filter(kind=kind).order_by("form").values("object_id")[:CANDIDATES] for kind in INSIDE
    )
    rows = labels(Expert.objects.in_language(code).filter(pk__in=experts)).union(
        labels(Topic.objects.in_language(code).filter(pk__in=topics)),
        labels(Region.objects.in_language(code).filter(pk__in=regions)),
        all=True,
    )

    def place(row):
        whole = "".join(bare(row["shown_name"]))
        return (whole != form, not whole.startswith(form), len(whole), row["pk"])

    return [
        row | {"url": _thing(row, None)["url"], "kind_label": _kind_label(row["kind"])}
        for row in sorted(rows, key=place)
    ]
