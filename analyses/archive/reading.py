"""Importing an archive: a line at a time for the few, in batches for the many, in bounded memory."""

import hashlib
import re
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urljoin

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import DatabaseError, transaction

from experts.models import Expert
from taxonomy.models import Format, Region, Tag, Topic
from thinktank import html, images
from thinktank.languages import codes, languages, read, write
from thinktank.models import Image, Page, Permalink
from thinktank.permalinks import SlugTaken, free_slug

from .. import indexing, publication, working_search
from ..editions import Edition
from ..models import Analysis, Pick, Recommendation
from . import pictures, records, withdrawals
from .alongside import Indexing
from .pipeline import Writer, tidy
from .records import Rejected
from .report import Report
from .texts import TextBatch, is_possible

BATCH = 250
MANY = 1000  # texts after which the database is put in order
BATCH_BYTES = 16_000_000  # a batch of long reports is written sooner
KINDS = {"format": Format, "topic": Topic, "region": Region, "expert": Expert, "page": Page}
IMG = re.compile(r'<img (?:[^">]|"[^"]*")*>')
RELATIVE = re.compile(r'(<a href=")(?![a-z][a-z0-9+.-]*:|[/#?"])([^"]+)', re.I)
RELATED = {"expert": ("topics", "regions")}


class Reader:
    """One import: what it knows of the database, and the report."""

    def __init__(self, folder, old_sites=(), dry_run=False, progress=None):
        self.folder = Path(folder).resolve()
        self.old_sites = [site.rstrip("/") for site in old_sites]
        self.dry_run = dry_run
        self.progress = progress or (lambda size: None)
        self.report = Report()
        self.known = {
            kind: dict(model.objects.exclude(source_id=None).values_list("source_id", "pk"))
            for kind, model in KINDS.items()
        }
        self.tags = {name.casefold(): key for key, name in Tag.objects.values_list("pk", "name")}
        self.number = 0  # of the line being read
        self.fallback_format = None
        self.files = []  # written in this run, to be taken back if it is
        self.pictures = {}
        self.replacements = []  # (line number, withdrawn edition, source id of what replaces it)
        self.described = {}  # a picture's path -> what its own record says of it
        self.later = []  # (line number, analysis, source ids) that recommend a text further down
        self.unlinked = []  # editions that link to what was not there yet
        self.under_way = set()  # ids of the texts that are being written
        self.indexing = None  # the process that makes the search index, of a large import

    def read(self, lines):
        """Import an iterable of lines, as bytes. The report says the rest."""
        self.writer = Writer()
        try:
            self._read(lines)
            self.writer.finish()
            self._afterwards()
        finally:
            if self.indexing:
                self.indexing.give_up()
        self.report.problems.sort()
        return self.report

    def _read(self, lines):
        batch, size = [], 0
        for number, line in enumerate(lines, start=1):
            self.number = number
            try:
                record = records.parse(line)
                if record and record["type"] == "analysis":
                    batch.append((number, record))
                    size += len(line)
                elif record:
                    # Picks may refer to a text in the batch; the batch refers to nothing that comes later.
                    if record["type"] == "picks":
                        self._texts(batch)
                        batch, size, self.number = [], 0, number
                    self._single(record)
            except Rejected as reason:
                self.report.reject(number, str(reason))
            if len(batch) >= BATCH or size > BATCH_BYTES:
                self._texts(batch)
                batch, size = [], 0
            self.progress(len(line))
        self._texts(batch)

    def _afterwards(self):
        """What needs all texts to be there."""
        self._recommend_later()
        self._replace_later()
        self._link_later()
        if self.indexing:
            self.indexing.finish()
        if not self.dry_run:  # all of it would be taken back, and readers' searches would wait for that
            indexing.catch_up()
            working_search.catch_up(most=MANY)
        if self.report.imported["analysis"] >= MANY and self.writer.is_apart:
            tidy()

    # -- one record at a time

    def _single(self, record):
        kind = record["type"]
        if kind == "image":
            self.described[record["id"]] = pictures.about(record)
            return None
        self.writer.wait()
        if kind == "picks":
            return self._picks(record)
        if kind == "tag":
            return self._tag(record)
        if record["id"] in self.known[kind]:
            self.report.already[kind] += 1
            return None
        row = getattr(self, f"_{kind}")(record)
        related = {name: self.keys(name.removesuffix("s"), record, name) for name in RELATED.get(kind, ())}
        former = records.former_slugs(record)
        try:
            with transaction.atomic():
                row.clean()
                row.save()
                for name, keys in related.items():
                    getattr(row, name).set(keys)
                self._keep_former(row, former)
        except ValidationError as error:
            raise Rejected("; ".join(error.messages)) from None
        except DatabaseError as error:
            raise Rejected(f"the database refuses it: {str(error).splitlines()[0]}") from None
        self.known[kind][record["id"]] = row.pk
        self.report.imported[kind] += 1
        return row

    def _keep_former(self, row, former):
        for code, slugs in former.items():
            for slug in slugs:
                mine = {"content_type": ContentType.objects.get_for_model(row), "object_id": row.pk}
                permalink, _created = Permalink.objects.get_or_create(
                    namespace=row.namespace, language=code, slug=slug, defaults=mine | {"is_current": False}
                )
                if (permalink.content_type, permalink.object_id) != tuple(mine.values()):
                    raise SlugTaken(slug, code)

    def _addressed(self, row, record, **texts):
        """Fill the translated fields of a row: `name=120` is a line of at most 120 characters, `summary=None` HTML."""
        row.source_id = record["id"]
        for name, most in texts.items():
            for code, text in records.by_language(record, name, most).items():
                write(row, name, code, text if most else self.body(text, record["id"]))
        for code, slug in records.mapping(record, "slug").items():
            if code not in codes():
                raise Rejected(f"slug: unknown language {code!r:.20}")
            slug = records.slug(slug, code)
            if code in row.languages():  # a thing without a name in a language has no page in it
                write(row, "slug", code, slug or None)
        return row

    def _term(self, model, record):
        row = self._addressed(model(), record, name=120, summary=None)
        row.is_featured = bool(record.get("featured"))
        row.order = self._order(record)
        return row

    def _order(self, record):
        """Where it stands among its like; in the order of the archive where that is not said."""
        return records.number(record, "order", default=min(len(self.known[record["type"]]), 32_767))

    def _format(self, record):
        return self._term(Format, record)

    def _topic(self, record):
        return self._term(Topic, record)

    def _region(self, record):
        row = self._term(Region, record)
        row.iso = records.string(record, "iso", 2).upper()
        if record.get("parent"):
            row.parent_id = self.key("region", record["parent"], "parent")
        return row

    def _expert(self, record):
        row = self._addressed(Expert(), record, name=120, role=200, affiliation=200, short_bio=600, bio=None)
        status = records.string(record, "status", 20, "resident")
        row.status = "resident" if status == "active" else status
        if row.status not in Expert.Status.values:
            raise Rejected(f"unknown status “{status}”")
        row.email = records.email(record, "email")
        row.links = records.strings(record, "links", 400)
        if not all(link.startswith(("https://", "http://")) for link in row.links):
            raise Rejected("links: an address begins with https:// or http://")
        row.spoken_languages = records.strings(record, "languages", 3)
        row.sort_key = records.string(record, "sort_key", 120)
        row.is_featured = bool(record.get("featured"))
        if record.get("photo_alt") is None:
            record = record | {"photo_alt": record.get("name")}
        row.photo = self.picture_of(record, "photo")
        return row

    def _page(self, record):
        row = self._addressed(Page(), record, title=200, body=None)
        row.order = self._order(record)
        return row

    def _tag(self, record):
        labels = records.by_language(record, "name", 100)
        name = records.string(record, "keyword", 100) or labels.get(codes()[0]) or record["id"]
        changed = labels
        if name.casefold() in self.tags:
            tag = Tag.objects.get(pk=self.tags[name.casefold()])
            changed = {code: label for code, label in labels.items() if read(tag, "label", code) != label}
            if not changed:
                self.report.already["tag"] += 1
                return
        else:
            tag = self._new_tag(name, record["id"])
        for code, label in changed.items():
            write(tag, "label", code, label)
        tag.save()
        self.tags[name.casefold()] = tag.pk
        self.report.imported["tag"] += 1

    @staticmethod
    def _new_tag(name, slug=""):
        if len(name) > 100:
            raise Rejected("name: at most 100 characters are possible")
        if not is_possible(slug):
            slug = languages()[codes()[0]].slug(name) or "tag"
        return Tag(name=name, slug=free_slug(slug[:90], lambda slug: not Tag.objects.filter(slug=slug).exists()))

    def tag(self, name):
        """The primary key of the tag with this name, made if there is none; readers see it under that name."""
        if name.casefold() not in self.tags:
            tag = self._new_tag(name)
            write(tag, "label", codes()[0], name)
            tag.save()
            self.tags[name.casefold()] = tag.pk
        return self.tags[name.casefold()]

    def _picks(self, record):
        """Editors' picks for one place: {"place": {"topic": "…"}} or, for the home page, {}."""
        place = records.mapping(record, "place")
        if len(place) > 1 or not set(place) <= {"topic", "region", "format", "tag"}:
            raise Rejected("place: one topic, region, format or tag expected, or nothing for the home page")
        where = {"topic_id": None, "region_id": None, "format_id": None, "tag_id": None}
        for kind, value in place.items():
            where[f"{kind}_id"] = self.key(kind, value, "place")
        rows = self.analyses(records.strings(record, "analyses"))
        missing = [source for source, key in rows.items() if key is None]
        if missing:
            raise Rejected(f"analyses: no analysis “{missing[0]}”")
        new = 0
        for order, key in enumerate(rows.values()):
            new += Pick.objects.get_or_create(analysis_id=key, **where, defaults={"order": order})[1]
        self.report.imported["picks"] += bool(new)
        self.report.already["picks"] += not new

    # -- references

    def key(self, kind, identifier, where):
        """The primary key of what has this id in the source; of a tag, this name. Raises Rejected."""
        if not isinstance(identifier, str | int):
            raise Rejected(f"{where}: the id of a {kind} expected")
        known = self.tags if kind == "tag" else self.known[kind]
        identifier = str(identifier)
        try:
            return known[identifier.casefold() if kind == "tag" else identifier]
        except KeyError:
            raise Rejected(f"{where}: no {kind} “{identifier[:60]}”") from None

    def keys(self, kind, record, name):
        return [self.key(kind, identifier, name) for identifier in records.strings(record, name)]

    def format(self, record):
        """The primary key of a text's format: where none is given the first one, made if there is none at all."""
        if record.get("format"):
            return self.key("format", record["format"], "format")
        if not self.fallback_format:
            first = Format.objects.first()
            if first is None:
                first = Format(source_id="analysis", name_en="Analysis", name_ar="تحليل")
                first.save()
                self.known["format"]["analysis"] = first.pk
                self.report.imported["format"] += 1
            self.fallback_format = first.pk
        return self.fallback_format

    def analyses(self, identifiers):
        found = dict(Analysis.objects.filter(source_id__in=identifiers).values_list("source_id", "pk"))
        return {identifier: found.get(identifier) for identifier in identifiers}

    def _recommend_later(self):
        for start in range(0, len(self.later), BATCH):
            wanted = self.later[start : start + BATCH]
            found = self.analyses({identifier for _n, _key, names in wanted for identifier in names.values()})
            rows = []
            for number, key, names in wanted:
                for order, identifier in names.items():
                    if found[identifier] is None:
                        self.report.problem(
                            number, f"recommended: no analysis “{identifier[:60]}”; the text is in, without it"
                        )
                    else:
                        rows.append(Recommendation(analysis_id=key, recommended_id=found[identifier], order=order))
            Recommendation.objects.bulk_create(rows)
        self.later = []

    def _replace_later(self):
        missing = set(withdrawals.replace([found[1:] for found in self.replacements]))
        for number, _key, identifier in self.replacements:
            if identifier in missing:
                self.report.problem(number, f"withdrawn: no analysis “{identifier[:60]}”; the text is in, without it")
        self.replacements = []

    def _link_later(self):
        for start in range(0, len(self.unlinked), BATCH):
            publication.relink(Edition.objects.filter(pk__in=self.unlinked[start : start + BATCH]))
        self.unlinked = []

    # -- bodies and pictures

    def body(self, text, identifier, base="/"):
        """A cleaned body whose pictures are in the library and whose links to the institute's old hosts are our own.

        `base` is the address that relative links start from.
        """
        cleaned = html.clean(text)
        self.report.note_removed(identifier, html.removed(text, cleaned))
        if "<a " not in cleaned and "<img" not in cleaned:
            return cleaned
        text = str(cleaned)
        for site in self.old_sites:
            text = re.sub(rf'(<a href="){re.escape(site)}(?=[/"?#])(/?)', r"\1/", text, flags=re.I)
        text = RELATIVE.sub(lambda match: match[1] + urljoin(base, match[2]), text)
        text = IMG.sub(self._picture_in_body, text)
        return cleaned if text == cleaned else html.clean(text)

    def _picture_in_body(self, match):
        """The element for a picture of this archive; a mark that it brought names a picture of another library."""
        source, alt = (re.search(rf'{name}="([^"]*)"', match[0]) for name in (" src", " alt"))
        try:
            image = self.picture(unquote(unescape(source[1])) if source else "")
        except Rejected as reason:
            self.report.problem(self.number, f"{reason}; the text is in, without it")
            image = None
        if image is None:
            return ""
        return f'<img src="{images.renditions(image)["src"]}" alt="{alt[1] if alt else ""}" data-image="{image.pk}">'

    def picture_of(self, record, name):
        """The library image that a record names as its `name`, or None: a text is worth more than its picture."""
        about = pictures.about(record, f"{name}_")
        try:
            return self.picture(record.get(name), about)
        except Rejected as reason:
            self.report.problem(self.number, f"{reason}; the {record['type']} is in, without it")

    def picture(self, path, about=None):
        """The library image made of a file beside the archive, or None. Raises Rejected if it cannot be taken in.

        Without `about` the picture is what its own record says of it, if it has one.
        """
        if not path:
            return None
        if not isinstance(path, str):
            raise Rejected("image: a path expected")
        about = about or self.described.get(path) or pictures.about()
        try:
            file = (self.folder / path).resolve()
            found = file.is_relative_to(self.folder) and file.is_file()
        except (OSError, ValueError, RuntimeError):  # a name too long, a loop of links
            found = False
        if not found:
            raise Rejected(f"image: no file “{path[:100]}” in the archive's folder")
        seen = (str(file), *sorted(about.items()))
        if seen not in self.pictures:
            self.pictures[seen] = self._take_in(file, about)
            if len(self.pictures) > 10_000:
                self.pictures.pop(next(iter(self.pictures)))
        return self.pictures[seen]

    def _take_in(self, path, about):
        with path.open("rb") as handle:
            digest = hashlib.file_digest(handle, "sha256").hexdigest()
            for image in Image.objects.filter(source_digest=digest):
                if pictures.is_said_of(image, about):
                    return image
            image = Image(**about)
            try:
                images.take_in(image, File(handle, name=path.name))
            except ValidationError as error:
                raise Rejected(f"image “{path.name}”: {error.messages[0]}") from None
        if self.dry_run:
            image.file = images.master_path(image, image.file.name)
        elif not image.file._committed:
            self.files.append(Path(image.file.storage.path(images.master_path(image, image.file.name))))
        image.save()
        return image

    # -- texts, by the batch

    def _texts(self, batch):
        if batch:
            if self.writer.is_apart and not self.indexing and self.report.imported["analysis"] >= MANY:
                self.indexing = Indexing()
            texts = TextBatch(self, batch)
            self.writer.submit(texts.take_in, texts.check_all())
