"""Exporting an archive: every record in the order in which it can be read back, in bounded memory."""

import json
import re
import shutil
from functools import lru_cache
from html import escape
from pathlib import Path

from django.db.models import Prefetch

from experts.models import Expert
from taxonomy.models import Format, Region, Tag, Topic
from thinktank.languages import codes, read
from thinktank.models import Image, Page, Permalink

from ..editions import Edition
from ..models import Analysis, Authorship, Pick, Recommendation, TaggedAnalysis
from . import pictures, withdrawals
from .records import written_moment

CHUNK = 200
FOLDER = "images"
LIBRARY_PICTURE = re.compile(r'<img (?:[^">]|"[^"]*")*>')
SAFE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,80}")
TEXT = ("slug", "title", "summary", "body")


class Writer:
    """One export. `folder` is where the pictures' folder is made; without one, pictures are left out."""

    def __init__(self, out, folder=None, progress=None):
        self.out = out
        self.folder = folder and Path(folder)
        self.progress = progress or (lambda: None)
        self.written = {}  # type -> number of records
        self.problems = []  # pictures whose file is gone
        self.left_out = 0  # pictures, where there is no folder
        self.files = {}  # a master's digest -> the name that it was exported under
        self.names = set()
        self.described = set()  # paths of pictures that have a record of their own
        self.taken = {}
        self.ids = {}
        self.image = lru_cache(4096)(lambda key: Image.objects.filter(pk=key).first())

    def write(self):
        for kind, model in (("format", Format), ("topic", Topic)):
            self._terms(kind, model.objects.order_by("order", "pk"))
        self._terms("region", _parents_first(Region.objects.order_by("order", "pk")))
        self._tags()
        self._experts()
        self._pages()
        self._analyses()
        self._picks()

    def _line(self, record):
        self.out.write(json.dumps({k: v for k, v in record.items() if v is not None}, ensure_ascii=False) + "\n")
        self.written[record["type"]] = self.written.get(record["type"], 0) + 1
        self.progress()

    # -- identities

    def identify(self, model, key, source_id):
        """A record's id: the one that it came with, or one made of its kind and number that nothing else has."""
        if source_id:
            return source_id
        kind = model._meta.model_name
        if kind not in self.taken:
            self.taken[kind] = set(
                model.objects.filter(source_id__startswith=f"{kind}-").values_list("source_id", flat=True)
            )
        made = f"{kind}-{key}"
        while made in self.taken[kind]:
            made += "-new"
        return made

    def id_of(self, model, key):
        """The id of a row of a small table."""
        if model not in self.ids:
            rows = model.objects.values_list("pk", "source_id")
            self.ids[model] = {key: self.identify(model, key, source_id) for key, source_id in rows}
        return self.ids[model].get(key)

    # -- the institute

    def _addressed(self, row, kind, names, bodies):
        identifier = self.id_of(type(row), row.pk)
        record = {"type": kind, "id": identifier, "slug": _translated(row, "slug")}
        record |= {name: _translated(row, name) or None for name in names}
        for name in bodies:
            record[name] = {code: self.body(text, identifier) for code, text in _translated(row, name).items()} or None
        former = Permalink.objects.of(row).filter(is_current=False).order_by("pk").values_list("language", "slug")
        return record | {"former_slugs": _by_language(former)}

    def _terms(self, kind, rows):
        for row in rows:
            record = self._addressed(row, kind, ["name"], ["summary"])
            if kind == "region":
                record["parent"] = self.id_of(Region, row.parent_id)
                record["iso"] = row.iso or None
            self._line(record | {"order": row.order, "featured": row.is_featured or None})

    def _tags(self):
        for tag in Tag.objects.order_by("pk"):
            self._line({"type": "tag", "id": tag.slug, "keyword": tag.name, "name": _translated(tag, "label") or None})

    def _experts(self):
        rows = Expert.objects.order_by("pk").select_related("photo").prefetch_related("topics", "regions")
        for row in rows.iterator(chunk_size=CHUNK):
            record = self._addressed(row, "expert", ["name", "role", "affiliation", "short_bio"], ["bio"])
            self._line(
                record
                | self.picture(row.photo, "photo", record["id"])
                | {
                    "status": row.status,
                    "topics": [self.id_of(Topic, topic.pk) for topic in row.topics.all()],
                    "regions": [self.id_of(Region, region.pk) for region in row.regions.all()],
                    "languages": row.spoken_languages,
                    "email": row.email or None,
                    "links": row.links,
                    "sort_key": row.sort_key,
                    "featured": row.is_featured or None,
                }
            )

    def _pages(self):
        for row in Page.objects.order_by("order", "pk"):
            self._line(self._addressed(row, "page", ["title"], ["body"]) | {"order": row.order})

    def _picks(self):
        places = {}
        for pick in Pick.objects.select_related("analysis", "tag").order_by("order", "pk"):
            place = (
                ("topic", self.id_of(Topic, pick.topic_id)),
                ("region", self.id_of(Region, pick.region_id)),
                ("format", self.id_of(Format, pick.format_id)),
                ("tag", pick.tag and pick.tag.name),
            )
            chosen = tuple((kind, value) for kind, value in place if value is not None)
            identifier = self.identify(Analysis, pick.analysis_id, pick.analysis.source_id)
            places.setdefault(chosen, []).append(identifier)
        for place, analyses in sorted(places.items()):
            identifier = ":".join(part for pair in place for part in pair)[:200] or "home"
            self._line({"type": "picks", "id": identifier, "place": dict(place), "analyses": analyses})

    # -- pictures

    def picture(self, image, name, identifier):
        """What a record says of its picture."""
        path = image and self.copy(image, identifier)
        if not path:
            return {}
        return {name: path} | pictures.said_of(image, f"{name}_")

    def copy(self, image, identifier):
        """The path, from the archive, of a copy of the master; None if there is none to be had."""
        if self.folder is None:
            self.left_out += 1
            return None
        if image.digest not in self.files:
            name = self._name(identifier, Path(image.file.name).suffix)
            try:
                with image.file.open() as master:
                    (self.folder / FOLDER).mkdir(exist_ok=True)
                    with (self.folder / FOLDER / name).open("wb") as copy:
                        shutil.copyfileobj(master, copy)
            except FileNotFoundError:
                self.problems.append(f"{identifier}: the file of image {image.pk} is gone; exported without it")
                return None
            self.files[image.digest] = f"{FOLDER}/{name}"
        return self.files[image.digest]

    def _describe(self, image, path):
        """A record of its own for a picture that stands in a body, which has no room for what is said of it."""
        said = {name: value for name, value in pictures.said_of(image).items() if value}
        if said and path not in self.described:
            self.described.add(path)
            self._line({"type": "image", "id": path} | said)

    def _name(self, identifier, extension):
        """A file name made of the record's id, so that one institute's archive is named alike each time."""
        stem = identifier if SAFE_NAME.fullmatch(identifier) else "image"
        name, number = f"{stem}{extension}", 1
        while name.casefold() in self.names:  # some disks do not tell A from a
            number += 1
            name = f"{stem}-{number}{extension}"
        self.names.add(name.casefold())
        return name

    def body(self, source, identifier):
        """A body whose pictures are files of the archive again."""

        def place(match):
            key = re.search(r' data-image="(\d+)"', match[0])
            image = key and self.image(int(key[1]))
            path = image and self.copy(image, identifier)
            if path:
                self._describe(image, path)
            alt = re.search(r' alt="([^"]*)"', match[0])
            return f'<img src="{escape(path)}" alt="{alt[1] if alt else ""}">' if path else ""

        return LIBRARY_PICTURE.sub(place, source) if "<img" in source else source

    # -- texts

    def _analyses(self):
        rows = Analysis.objects.order_by("pk").select_related("image").prefetch_related(
            Prefetch("authorships", Authorship.objects.select_related("expert")),
            Prefetch("recommendations", Recommendation.objects.select_related("recommended").only(
                "analysis", "order", "recommended__source_id")),
            Prefetch("editions", Edition.objects.select_related("image", "replaced_by").order_by("number").defer(
                "body", "text", "headings", "footnotes", "linked", "facets")),
        )  # fmt: skip
        last = 0
        # By the key and not with a cursor: an export of an hour then holds no transaction open.
        while chunk := list(rows.filter(pk__gt=last)[:CHUNK]):
            last = chunk[-1].pk
            keys = [row.pk for row in chunk]
            terms = {
                "topics": _terms_of(Analysis.topics.through, "analysis_id", "topic_id", keys),
                "regions": _terms_of(Analysis.regions.through, "analysis_id", "region_id", keys),
                "tags": _terms_of(TaggedAnalysis, "content_object_id", "tag__name", keys),
            }
            former = {}
            rows_of_former = Permalink.objects.filter(
                content_type__app_label="analyses", content_type__model="analysis", object_id__in=keys, is_current=False
            )
            for key, *address in rows_of_former.order_by("pk").values_list("object_id", "language", "slug"):
                former.setdefault(key, []).append(address)
            for row in chunk:
                self._analysis(row, {name: found.get(row.pk, []) for name, found in terms.items()}, former.get(row.pk))

    def _analysis(self, row, terms, former):
        identifier = self.identify(Analysis, row.pk, row.source_id)
        texts = {}
        for code in codes():
            editions = [e for e in row.editions.all() if e.language == code and e.live_until != e.live_from]
            current = editions[-1] if editions else None
            texts[code] = (current, editions[:-1])
            for edition in editions:
                edition.is_followed = edition is not current
        authors = [self._author(authorship, texts) for authorship in row.authorships.all()]
        record = {
            "type": "analysis",
            "id": identifier,
            "format": self.id_of(Format, row.format_id),
            **self.picture(row.image, "image", identifier),
            "authors": authors,
            "topics": [self.id_of(Topic, key) for key in terms["topics"]],
            "regions": [self.id_of(Region, key) for key in terms["regions"]],
            "tags": terms["tags"],
            "recommended": [
                self.identify(Analysis, pick.recommended_id, pick.recommended.source_id)
                for pick in row.recommendations.all()
            ],
            "original_language": row.original_language,
            "former_slugs": _by_language(former or []),
            "texts": {},
        }
        for code, (current, earlier) in texts.items():
            text = self._text(row, code, current, earlier, authors, identifier)
            if text:
                record["texts"][code] = text
        if record["texts"]:
            self._line(record)

    def _author(self, authorship, texts):
        """An author with the role and note as published, so that they outlive a change of the profile."""
        author = {"expert": self.id_of(Expert, authorship.expert_id)}
        for name in ("role", "note"):
            values = {}
            for code in codes():
                current = texts[code][0]
                published = [e[name] for e in current.byline if e["expert"] == authorship.expert_id] if current else []
                values[code] = read(authorship, name, code) or next(iter(published), "")
            author[name] = {code: value for code, value in values.items() if value}
        return {key: value for key, value in author.items() if value}

    def _text(self, row, code, current, earlier, authors, identifier):
        working = {name: read(row, name, code) for name in TEXT}
        if current is None:
            if not any(working[name] for name in ("title", "summary", "body")):
                return None
            return self._printed(working, identifier)
        published = _published(current)
        text = self._printed(published, identifier) | {"published_at": written_moment(current.published_at)}
        edition = _edition(current)
        if (current.number, current.kind, current.live_from) != (1, Edition.Kind.FIRST, current.published_at):
            text["edition"] = edition
        text |= self._as_published(row, current, authors, identifier)
        if earlier:
            text["earlier"] = [
                self._printed(_published(e), identifier)
                | _edition(e)
                | self._as_published(row, e, authors, identifier)
                | self._withdrawn(e)
                for e in earlier
            ]
        draft = {name: value for name, value in working.items() if value != published[name]}
        if draft:
            text["draft"] = self._printed(draft, identifier)
        return text | self._withdrawn(current)

    def _withdrawn(self, edition):
        found = withdrawals.written(edition, lambda analysis: self.identify(Analysis, analysis.pk, analysis.source_id))
        if not found and edition.live_until is not None and not edition.is_followed:
            found = {"withdrawn": {"at": written_moment(edition.live_until), "reason": edition.withdrawal_reason}}
        return found

    def _printed(self, text, identifier):
        return text | {"body": self.body(text["body"], identifier)} if "body" in text else text

    def _as_published(self, row, edition, authors, identifier):
        """What an edition has of its own where the record, or the profiles of today, say something else."""
        own = {}
        if edition.format_id != row.format_id:
            own["format"] = self.id_of(Format, edition.format_id)
        if edition.image_id != row.image_id:
            own |= {"image": None} | self.picture(edition.image, "image", identifier)
            own = {name: value for name, value in own.items() if value is not None or name == "image"}
        if edition.byline != self._byline_of_today(row, edition.language, authors):
            own["byline"] = [entry | {"expert": self.id_of(Expert, entry["expert"])} for entry in edition.byline]
        return own

    @staticmethod
    def _byline_of_today(row, language, authors):
        return [
            {
                "expert": authorship.expert_id,
                "name": read(authorship.expert, "name", language) or str(authorship.expert),
                "slug": read(authorship.expert, "slug", language),
                "role": author.get("role", {}).get(language) or read(authorship.expert, "role", language),
                "note": author.get("note", {}).get(language, ""),
            }
            for authorship, author in zip(row.authorships.all(), authors, strict=True)
        ]


def _translated(row, name):
    return {code: value for code in codes() if (value := read(row, name, code))}


def _by_language(addresses):
    """`{language: [slugs]}` or None."""
    found = {}
    for language, slug in addresses:
        found.setdefault(language, []).append(slug)
    return found or None


def _terms_of(through, owner, term, keys):
    """`{analysis: [terms]}` of a chunk, in the order in which they were given."""
    found = {}
    for key, value in through.objects.filter(**{f"{owner}__in": keys}).order_by("pk").values_list(owner, term):
        found.setdefault(key, []).append(value)
    return found


def _parents_first(regions):
    children = {}
    for region in regions:
        children.setdefault(region.parent_id, []).append(region)
    line, waiting = [], [None]
    while waiting:
        found = children.get(waiting.pop(0), [])
        line += found
        waiting += [region.pk for region in found]
    return line


def _published(edition):
    return {
        "slug": edition.slug,
        "title": edition.title,
        "summary": edition.summary,
        "body": edition.source,
    }


def _edition(edition):
    about = {"number": edition.number, "kind": edition.kind, "note": edition.note}
    return {name: value for name, value in about.items() if value} | {"published_at": written_moment(edition.live_from)}
