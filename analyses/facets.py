"""What can be chosen next in the archive and the search, and how many texts each click would leave."""

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from experts.models import Expert
from taxonomy.models import Tag
from thinktank.languages import codes, column, language, languages

from .filters import labels, of_row

SHOWN = 12  # experts and tags: those with the most texts
MANY = ("expert", "tag")


def options(chosen, found, named=()):
    """`(groups, rows)`: a group of values for each filter that has any, with `count`: what the list would hold after a click.

    A click adds a value, so the counts of a filter do not depend on what is chosen of it, but for what they are added
    to; a region in the place of one that includes it, or of one that it includes, since both together say nothing more.
    `found` is a `Kept` or a `Selection`. `rows` are the `labels` of all that is offered or `named`, by kind and key.
    """
    own = {key: found.own("also" if key == "language" else key, SHOWN if key in MANY else None) for key in _titles()}
    rows = {(row["kind"], row["pk"]): row for row in [*chosen.terms, *_names(own, named)]}
    groups = []
    for key, title in _titles().items():
        values = chosen.values.get(key, [])
        selected = [_selected(chosen, key, value) for value in values]
        facets = {value["facet"] for value in values}
        offered = [_offered(chosen, found, key, facet, rows) for facet in own[key] if facet not in facets]
        offered = sorted(filter(None, offered), key=_order(key))
        if selected or offered:
            groups.append({"key": key, "label": title, "options": selected + offered})
    return groups, rows


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


def _selected(chosen, key, value):
    """A value that is chosen: a click takes it away. It has no number, which would be that of other texts."""
    rest = [other for other in chosen.values[key] if other is not value]
    return {"label": value["label"], "url": chosen.with_values(key, rest).url, "selected": True, "count": None}


def _offered(chosen, found, key, facet, rows):
    value = _value(key, facet, rows)
    if value is None:
        return None
    values = sorted([*_kept_beside(chosen, key, value, rows), value], key=lambda v: v["place"])
    return {
        "label": value["label"],
        "url": chosen.with_values(key, values).url,
        "selected": False,
        "count": found.together("also" if key == "language" else key, [v["facet"] for v in values]),
        "place": value["place"],
    }


def _value(key, facet, rows):
    """The value of a filter that `facet` is, or None where it has no name in this language."""
    text = facet.partition(":")[2]
    if key == "year":
        return {"facet": facet, "label": language().number(text), "value": text, "row": None, "place": (int(text),)}
    if key == "language":
        label = languages()[text].endonym
        return {"facet": facet, "label": label, "value": text, "row": None, "place": (codes().index(text),)}
    row = rows.get((key, int(text)))
    if row is None or not row["shown_name"] or not row["shown_slug"]:
        return None
    return of_row(row)


def _kept_beside(chosen, key, value, rows):
    """The chosen values that stay when `value` is chosen too."""
    values = chosen.values.get(key, [])
    if key != "region":
        return values
    above = {row["pk"]: row["above"] for row in rows.values() if row["kind"] == "region"}
    own = value["row"]["pk"]
    return [v for v in values if v["row"]["pk"] not in _line(own, above) and own not in _line(v["row"]["pk"], above)]


def _line(region, above):
    line = []
    while region is not None and region not in line:
        line.append(region)
        region = above.get(region)
    return line


def _order(key):
    if key == "year":
        return lambda option: [-part for part in option["place"]]
    if key in MANY:
        return lambda option: (-option["count"], option["label"])
    return lambda option: (option["place"], option["label"])


def _names(own, named):
    """`labels` of the experts and tags that are offered, and of those that are named, in one query."""
    code = get_language()
    experts, tags = (
        [int(f.partition(":")[2]) for f in own[key]] + [pk for kind, pk in named if kind == key] for key in MANY
    )
    if not experts and not tags:
        return []
    tags = Tag.objects.filter(pk__in=tags).filter(**{column("label", code) + "__gt": ""})
    return labels(Expert.objects.in_language(code).filter(pk__in=experts)).union(labels(tags, "label"), all=True)
