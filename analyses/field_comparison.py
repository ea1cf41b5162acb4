"""Two whole states of a text (working_copy.py), compared field by field and language by language.

compare_fields(before, after, user)     a Comparison; print it with admin/newsroom/comparison.html
changed_fields(before, after)           only which they are
"""

from dataclasses import dataclass, field

from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from experts.models import Expert
from taxonomy.models import Format, Region, Topic
from thinktank.languages import Language, codes, column, language_name, languages, read
from thinktank.models import Image

from .comparison import DELETED, INSERTED, MOVED, SAME, Piece, compare_html, compare_text, folded
from .models import Analysis, Authorship
from .permitted import choosable
from .working_copy import IN_COMMON, IN_EACH_LANGUAGE, OF_AN_AUTHOR, author_columns

OF_KEYS = {
    "authors": Expert, "topics": Topic, "regions": Region, "recommended": Analysis, "format": Format, "image": Image,
}  # fmt: skip
IN_ORDER = {"authors", "recommended"}


@dataclass
class Field:
    """One field that differs: as `pieces` of a line, as `blocks` of a body, or as the `items` of a list."""

    name: str
    label: str
    language: Language | None = None
    direction: str = "auto"
    pieces: list = field(default_factory=list)
    blocks: list = field(default_factory=list)
    items: list = field(default_factory=list)

    @property
    def parts(self):
        """The blocks, long unchanged runs of them folded."""
        return folded(self.blocks)


@dataclass
class Section:
    """The fields that differ in one language or, without one, in what all languages share."""

    language: Language | None
    fields: list

    @property
    def title(self):
        return language_name(self.language.code) if self.language else _("In every language")


@dataclass
class Comparison:
    sections: list

    def __bool__(self):
        return bool(self.sections)


def compare_fields(before, after, user=None):
    """What differs between two states. Titles of other texts are named only if `user` may see them, or everybody."""
    names = _Names(user, before, after)
    sections = [Section(languages()[code], _of_language(before, after, code, names)) for code in codes()]
    sections.append(Section(None, _in_common(before, after, names)))
    return Comparison([section for section in sections if section.fields])


def changed_fields(before, after):
    """`[(code or None, [label, …])]` of the fields that differ; what is printed about an author belongs to its language."""
    found = []
    for code in codes():
        names = [name for name in IN_EACH_LANGUAGE if before[column(name, code)] != after[column(name, code)]]
        labels = [label_of(name) for name in names]
        if _printed_about_authors(before, code) != _printed_about_authors(after, code):
            labels.append(_("what is printed about the authors"))
        found.append((code, labels))
    shared = [label_of(name) for name in IN_COMMON if _shared(before, name) != _shared(after, name)]
    return [(code, labels) for code, labels in [*found, (None, shared)] if labels]


def label_of(name):
    return capfirst(str(_field(Analysis, name).verbose_name))


def _field(model, name):
    return model._meta.get_field(name)


def _shared(state, name):
    return [author["expert"] for author in state["authors"]] if name == "authors" else state[name]


def _printed_about_authors(state, code):
    """Of those who have anything printed about them."""
    columns = author_columns(code)
    return {a["expert"]: [a[name] for name in columns] for a in state["authors"] if any(a[name] for name in columns)}


def _of_language(before, after, code, names):
    language, found = languages()[code], []
    for name in IN_EACH_LANGUAGE:
        old, new = before[column(name, code)], after[column(name, code)]
        if old == new:
            continue
        shown = Field(name, label_of(name), language, "ltr" if name == "slug" else language.direction)
        if name == "body":
            shown.blocks = compare_html(old, new)
        else:
            shown.pieces = compare_text(old, new)
        found.append(shown)
    return found + _of_authors(before, after, language, names)


def _of_authors(before, after, language, names):
    found = []
    was = {author["expert"]: author for author in before["authors"]}
    for author in after["authors"]:
        for name in OF_AN_AUTHOR:
            key, place = author["expert"], column(name, language.code)
            old = was.get(key, {}).get(place, "")
            if old != author[place]:
                label = f"{capfirst(_field(Authorship, name).verbose_name)}: \u2068{names.of('authors', key)}\u2069"
                pieces = compare_text(old, author[place])
                found.append(Field(f"{name}:{key}", label, language, language.direction, pieces))
    return found


def _in_common(before, after, names):
    found = []
    for name in IN_COMMON:
        old, new = _shared(before, name), _shared(after, name)
        if old == new:
            continue
        shown = Field(name, label_of(name))
        if isinstance(new, list):
            shown.items = _items(old, new, lambda key, name=name: names.of(name, key), in_order=name in IN_ORDER)
        else:
            values = ((DELETED, old), (INSERTED, new))
            shown.items = [Piece(kind, names.of(name, value)) for kind, value in values if value]
        found.append(shown)
    return found


def _items(old, new, named, in_order):
    """A list now, what was taken out at its end; what changed places with another is marked as moved."""
    kept = [key for key in old if key in new]
    places = dict(zip((key for key in new if key in old), kept, strict=True))

    def kind(key):
        return INSERTED if key not in places else MOVED if in_order and places[key] != key else SAME

    return [Piece(kind(key), named(key)) for key in new] + [Piece(DELETED, named(key)) for key in old if key not in new]


class _Names:
    """What the keys of two states are called, each kind in one query."""

    def __init__(self, user, *states):
        self.known = {}
        for name, model in OF_KEYS.items():
            keys = set()
            for state in states:
                value = _shared(state, name)
                keys |= set(value) if isinstance(value, list) else {value}
            rows = (choosable(user) if user else Analysis.objects.none()) if model is Analysis else model.objects
            self.known[name] = {row.pk: _name(row) for row in rows.filter(pk__in=keys - {None})}

    def of(self, name, key):
        if name == "original_language":
            return language_name(key)
        if name not in OF_KEYS:
            return str(key)
        return self.known[name].get(key) or _("no. %d") % key


def _name(row):
    """In the active language or, for want of that, in the first that has it."""
    naming = {Analysis: "title", Image: "alt"}.get(type(row), "name")
    found = (read(row, naming, code) for code in [get_language(), *codes()])
    return next((name for name in found if name), str(row))
