"""The whole working copy of a text as plain data: what a revision stores, what is compared, what is restored.

    {"title_en": "…", "body_ar": "…", "format": 1, "image": 7, "original_language": "en",
     "authors": [{"expert": 3, "role_en": "…", "note_en": "…", …}],  in the order of the byline
     "topics": [4, 9], "regions": [2], "tags": ["drought"], "recommended": [12, 5]}

It has every language's columns, people and terms by primary key, tags by name. Django knows it as the serialization format
`working_copy` (settings.SERIALIZATION_MODULES), which is how django-reversion stores it.
"""

import json

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from experts.models import Expert
from taxonomy.models import Format, Region, Tag, Topic
from thinktank.languages import codes, column, language_name, read, write
from thinktank.models import Image

from . import states
from .models import Analysis, Authorship, Recommendation

IN_EACH_LANGUAGE = ("title", "slug", "summary", "body")
OF_AN_AUTHOR = ("role", "note")  # in each language
IN_COMMON = ("format", "original_language", "image", "authors", "topics", "regions", "tags", "recommended")


def text_columns(code=None):
    return [column(name, language) for language in ([code] if code else codes()) for name in IN_EACH_LANGUAGE]


def author_columns(code=None):
    return [column(name, language) for language in ([code] if code else codes()) for name in OF_AN_AUTHOR]


def state_of(analysis):
    """What the database holds of a text now, as plain data."""
    row = Analysis.objects.get(pk=analysis.pk)
    authorships = row.authorships.order_by("order", "pk").values("expert", *author_columns())
    return {
        **{name: getattr(row, name) or "" for name in text_columns()},
        "format": row.format_id,
        "original_language": row.original_language,
        "image": row.image_id,
        "authors": [{name: value or "" for name, value in author.items()} for author in authorships],
        "topics": sorted(row.topics.order_by().values_list("pk", flat=True)),
        "regions": sorted(row.regions.order_by().values_list("pk", flat=True)),
        "tags": sorted(row.tags.order_by().values_list("name", flat=True)),
        "recommended": list(row.recommendations.order_by("order", "pk").values_list("recommended", flat=True)),
    }


def state_of_edition(edition, other):
    """What readers see in one language, completed by `other` for what an edition does not hold.

    An edition has the role that it printed, which may have come from the profile: only another one counts as such.
    """
    code = edition.language
    role, note = (column(name, code) for name in OF_AN_AUTHOR)
    known = {author["expert"]: author for author in other["authors"]}
    profiles = {expert.pk: read(expert, "role", code) for expert in Expert.objects.filter(pk__in=known)}
    authors = []
    for printed in edition.byline:
        author = dict.fromkeys(author_columns(), "") | known.get(printed["expert"], {}) | {"expert": printed["expert"]}
        if printed["role"] != (author[role] or profiles.get(printed["expert"], "")):
            author[role] = printed["role"]
        authors.append(author | {note: printed["note"]})
    tags = Tag.objects.filter(pk__in=edition.tags).values_list("name", flat=True)
    return other | {
        column("title", code): edition.title, column("slug", code): edition.slug,
        column("summary", code): edition.summary, column("body", code): edition.source,
        "format": edition.format_id, "image": edition.image_id, "authors": authors, "tags": sorted(tags),
        "topics": sorted(edition.topics), "regions": sorted(edition.regions),
    }  # fmt: skip


def complete(state):
    """`state` with everything that a state has now: a language or a field may be younger than it."""
    empty = {"format": None, "original_language": codes()[0], "image": None}
    lists = {name: [] for name in ("authors", "topics", "regions", "tags", "recommended")}
    found = dict.fromkeys(text_columns(), "") | empty | lists | state
    found["authors"] = [dict.fromkeys(author_columns(), "") | author for author in found["authors"]]
    return found


def limited(wanted, current, languages, in_common):
    """`current` with what `wanted` has in these languages and, if `in_common`, in the fields that all languages share.

    Without those, authors stay who they are; what is printed about them in these languages comes back all the same.
    """
    found = current | {name: wanted[name] for code in languages for name in text_columns(code)}
    if in_common:
        found |= {name: wanted[name] for name in IN_COMMON}
    kept = {author["expert"]: author for author in current["authors"]}
    back = {author["expert"]: author for author in wanted["authors"]}
    free = {name for code in languages for name in author_columns(code)}

    def printed(expert, name):
        source = back if name in free and expert in back else kept
        return source.get(expert, {}).get(name, "")

    experts = [author["expert"] for author in (wanted if in_common else current)["authors"]]
    found["authors"] = [{"expert": key} | {name: printed(key, name) for name in author_columns()} for key in experts]
    return found


def write_state(analysis, state):
    """Make `analysis` what `state` says and save it. Call it in a transaction.

    Returns sentences about what could not come back, because it is gone or taken since.
    """
    missing = _write_fields(analysis, state)
    analysis.save()
    experts = _existing(Expert, [author["expert"] for author in state["authors"]])
    authors = [author for author in state["authors"] if author["expert"] in experts]
    rows = {author["expert"]: {name: author[name] for name in author_columns()} for author in authors}
    _write_rows(analysis.authorships, Authorship, "expert_id", rows)
    texts = _existing(Analysis, state["recommended"]) - {analysis.pk}
    rows = {key: {} for key in state["recommended"] if key in texts}
    _write_rows(analysis.recommendations, Recommendation, "recommended_id", rows)
    topics, regions = _existing(Topic, state["topics"]), _existing(Region, state["regions"])
    analysis.topics.set(topics)
    analysis.regions.set(regions)
    analysis.tags.set(state["tags"])
    states.keep([analysis.pk])
    lost = {
        _("authors"): len(state["authors"]) - len(authors),
        _("topics"): len(state["topics"]) - len(topics),
        _("regions and countries"): len(state["regions"]) - len(regions),
        _("recommended"): len(set(state["recommended"])) - len(rows),
    }
    return missing + [
        _("No longer there, so not brought back: %(what)s (%(n)d).") % {"what": what, "n": n}
        for what, n in lost.items()
        if n
    ]


def _write_fields(analysis, state):
    missing = []
    for code in codes():
        for name in IN_EACH_LANGUAGE:
            if name != "slug":
                write(analysis, name, code, state[column(name, code)])
        missing += _write_slug(analysis, code, state[column("slug", code)])
    analysis.original_language = state["original_language"]
    if Format.objects.filter(pk=state["format"]).exists():
        analysis.format_id = state["format"]
    else:
        missing.append(_("The format no longer exists."))
        analysis.format_id = analysis.format_id or Format.objects.values_list("pk", flat=True).first()
    if state["image"] is None or Image.objects.filter(pk=state["image"]).exists():
        analysis.image_id = state["image"]
    else:
        missing.append(_("The lead picture no longer exists."))
    return missing


def _write_slug(analysis, code, slug):
    """A slug that something else has by now does not come back: the text keeps the one it has."""
    if slug and slug != read(analysis, "slug", code):
        try:
            analysis.check_slug(slug, code)
        except ValidationError:
            return [
                _("The address “%(slug)s” is taken (%(language)s).") % {"slug": slug, "language": language_name(code)}
            ]
    write(analysis, "slug", code, slug or None)
    return []


def _existing(model, keys):
    return set(model.objects.filter(pk__in=keys).values_list("pk", flat=True))


def _write_rows(manager, model, key, rows):
    """Make the ordered rows under a text those of `rows`, `{key: values}`; a row that stays keeps its primary key."""
    manager.exclude(**{f"{key}__in": list(rows)}).delete()
    here = {getattr(row, key): row for row in manager.all()}
    for order, (value, columns) in enumerate(rows.items()):
        row = here.get(value) or model(analysis=manager.instance, **{key: value})
        row.order = order
        for name, text in columns.items():
            setattr(row, name, text)
        row.save()


class Serializer:
    """What Django's serialization framework asks of a format; only writing, because a state is read with `json`."""

    internal_use_only = True

    def serialize(self, rows, **options):
        self.value = json.dumps([state_of(row) for row in rows], ensure_ascii=False)

    def getvalue(self):
        return self.value
