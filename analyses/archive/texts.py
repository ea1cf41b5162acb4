"""A batch of analyses: checked one by one, written together, published through the same gate as any other text."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils.translation import override

from taxonomy.models import Format, Region
from thinktank.languages import codes, column, languages, write
from thinktank.models import Permalink
from thinktank.permalinks import SlugTaken, free_slug
from thinktank.slugs import validate_slug

from .. import publication, states
from ..editions import Edition
from ..links import LinkFinder
from ..models import NAMESPACE, Analysis, Authorship, Recommendation, TaggedAnalysis
from . import records, withdrawals
from .records import Rejected

TEXT = ("title", "summary", "body", "slug")


@dataclass
class State:
    """One published state of a text, or its working copy."""

    language: str
    title: str
    summary: str
    body: str
    slug: str
    number: int = None
    live_from: object = None
    published_at: object = None
    kind: str = None
    note: str = ""
    ended: withdrawals.Withdrawal = None
    as_published: dict = field(default_factory=dict)  # format, image and byline, where they are not the record's


@dataclass
class Text:
    """One record, checked."""

    number: int
    record: dict
    analysis: Analysis
    authors: list
    topics: list
    regions: list
    tags: list
    recommended: list
    former: dict  # language -> slugs
    states: list = field(default_factory=list)  # to publish, in order
    drafts: list = field(default_factory=list)  # the working copy of each language


class TextBatch:
    def __init__(self, reader, batch):
        self.reader = reader
        self.batch = batch

    def check_all(self):
        """The texts of those records that can be imported; the others are reported."""
        known = self.reader.analyses([record["id"] for _number, record in self.batch])
        texts, seen = [], {}
        for number, record in self.batch:
            identifier = record["id"]
            try:
                if known[identifier] or identifier in self.reader.under_way:
                    self.reader.report.already["analysis"] += 1
                    continue
                if identifier in seen:
                    raise Rejected(f"the id “{identifier}” stands in line {seen[identifier]} already")
                texts.append(self.check(number, record))
                seen[identifier] = number
            except Rejected as reason:
                self.reader.report.reject(number, str(reason))
        self.reader.under_way = set(seen) if self.reader.writer.is_apart else set()
        return texts

    def take_in(self, texts):
        self.write(self.with_slugs(texts))

    def check(self, number, record):
        """A `Text` of a record. Raises Rejected."""
        reader = self.reader
        reader.number = number
        texts = records.mapping(record, "texts")
        if not texts:
            raise Rejected("texts: an object keyed by language expected")
        original = record.get("original_language") or next(iter(texts))
        if original not in codes():
            raise Rejected(f"original_language: unknown language {original!r:.20}")
        analysis = Analysis(
            source_id=record["id"],
            format_id=reader.format(record),
            original_language=original,
        )
        text = Text(
            number,
            record,
            analysis,
            authors=self._authors(record),
            topics=reader.keys("topic", record, "topics"),
            regions=reader.keys("region", record, "regions"),
            tags=records.strings(record, "tags", 100),
            recommended=records.strings(record, "recommended"),
            former=records.former_slugs(record),
        )
        for code in texts:
            if code not in codes():
                raise Rejected(f"texts: unknown language {code!r:.20}")
            try:
                self._read_language(text, code, records.mapping(texts, code))
            except Rejected as reason:
                raise Rejected(f"texts ({code}): {reason}") from None
        analysis.image = reader.picture_of(record, "image")
        return text

    def _authors(self, record):
        rows = []
        for order, author in enumerate(records.objects(record, "authors")):
            row = Authorship(expert_id=self.reader.key("expert", author.get("expert"), "authors"), order=order)
            for name, most in (("role", 200), ("note", 1000)):
                for code, value in records.by_language(author, name, most).items():
                    write(row, name, code, value)
            rows.append(row)
        if len({row.expert_id for row in rows}) < len(rows):
            raise Rejected("authors: one stands there twice")
        return rows

    def _read_language(self, text, code, given):
        current = self._state(text, code, given)
        published_at = records.moment(given.get("published_at"))
        if published_at:
            for earlier in records.objects(given, "earlier"):
                state = self._state(text, code, {"slug": given.get("slug")} | earlier)
                self._read_edition(text, state, earlier, earlier, published_at)
            self._read_edition(text, current, given, records.mapping(given, "edition"), published_at)
        draft = records.mapping(given, "draft")
        text.drafts.append(self._state(text, code, given | draft) if draft else current)

    def _read_edition(self, text, state, given, edition, published_at):
        """What is said of one published state, besides its text."""
        if not state.title:
            raise Rejected("no title")
        before = max((s.number for s in text.states if s.language == state.language), default=0)
        state.number = records.number(edition, "number", least=before + 1, default=before + 1)
        state.published_at = published_at
        state.live_from = records.moment(edition.get("published_at")) or published_at
        state.kind = records.string(edition, "kind", 20) or None
        state.note = records.string(edition, "note", 2000)
        if state.kind not in (None, *Edition.Kind.values):
            raise Rejected(f"edition: unknown kind “{state.kind}”")
        if state.kind in Edition.EXPLAINED and not state.note:
            raise Rejected("edition: one of this kind has a note that says what was changed")
        state.ended = withdrawals.read(given)
        if given.get("format"):
            state.as_published["format"] = Format.objects.get(pk=self.reader.format(given))
        if "image" in given:
            state.as_published["image"] = self.reader.picture_of(given | {"type": "edition"}, "image")
        if "byline" in given:
            state.as_published["byline"] = [self._byline_entry(entry) for entry in records.objects(given, "byline")]
        text.states.append(state)

    def _byline_entry(self, entry):
        most = {"name": 200, "slug": 200, "role": 200, "note": 1000}
        expert = self.reader.key("expert", entry["expert"], "byline") if entry.get("expert") else None
        return {"expert": expert} | {name: records.string(entry, name, size) for name, size in most.items()}

    def _state(self, text, code, given):
        with override(code):
            base = reverse("address", args=["text"])
        state = State(
            language=code,
            title=records.string(given, "title", 300),
            summary=records.string(given, "summary", 1000),
            body=self.reader.body(records.body(given, "body"), text.record["id"], base),
            slug=records.slug(given.get("slug"), code),
        )
        if not (state.title or state.summary or state.body):
            raise Rejected("neither title nor text")
        return state

    # -- addresses

    def with_slugs(self, texts):
        """Those whose addresses are free; a slug that was not given is made by the rule."""
        given = [self._given(text) for text in texts]
        taken = {}
        for code in codes():
            wanted = {slug for slugs in given for slug in slugs[code]}
            wanted |= {self._rule(text, code) for text, slugs in zip(texts, given, strict=True) if not slugs[code]}
            taken[code] = _used(code, wanted - {""})
        free = []
        for text, slugs in zip(texts, given, strict=True):
            clash = next(((slug, code) for code in codes() for slug in sorted(slugs[code] & taken[code])), None)
            if clash:
                self.reader.report.reject(text.number, SlugTaken(*clash).messages[0])
                continue
            for code in codes():
                self._complete(text, code, slugs[code], taken[code])
            free.append(text)
        return free

    @staticmethod
    def _given(text):
        """`{language: the slugs that the record names}`."""
        return {
            code: {s.slug for s in (*text.states, *text.drafts) if s.language == code and s.slug}
            | set(text.former.get(code, ()))
            for code in codes()
        }

    @staticmethod
    def _rule(text, code):
        """The slug that the rule makes of the text's title, `""` if it has none in this language."""
        titles = [s.title for s in (*text.drafts, *text.states) if s.language == code and s.title]
        return (languages()[code].slug(titles[-1]) or "text") if titles else ""

    def _complete(self, text, code, given, taken):
        """Give the states without a slug the text's own, or one made by the rule; note all of them as taken."""
        states = [state for state in (*text.states, *text.drafts) if state.language == code]
        slug = next((state.slug for state in states if state.slug), "")
        wanted = self._rule(text, code)
        if not slug and wanted:
            asked = wanted

            def is_free(slug):
                # The rule's own slug was asked for with the whole batch; what comes after it was not.
                return is_possible(slug) and slug not in taken and (slug == asked or not _used(code, [slug]))

            slug = free_slug(wanted, is_free)
        for state in states:
            state.slug = state.slug or slug
        taken |= given | {slug}

    # -- writing

    def write(self, texts):
        tags = dict(self.reader.tags)
        try:
            with transaction.atomic():
                self._write(texts)
        except (DatabaseError, ValidationError, ValueError):
            # One text spoils the batch: each by itself, so that only that one stays out.
            for text in texts:
                self.reader.tags = dict(tags)  # those made on the way were taken back
                text.analysis.pk = None
                text.analysis._state.adding = True
                try:
                    with transaction.atomic():
                        self._write([text])
                    tags = self.reader.tags
                except ValidationError as error:
                    self.reader.report.reject(text.number, "; ".join(error.messages))
                except DatabaseError as error:
                    self.reader.report.reject(text.number, f"the database refuses it: {str(error).splitlines()[0]}")
                except ValueError as error:
                    self.reader.report.reject(text.number, f"it cannot be printed: {error}")
            self.reader.tags = tags

    def _write(self, texts):
        for text in texts:
            for draft in text.drafts:
                _put(text.analysis, draft)
        Analysis.objects.bulk_create([text.analysis for text in texts])
        self._relate(texts)
        # Without the texts: each state puts its own.
        columns = [*TEXT, *(column(name, code) for name in TEXT for code in codes())]
        rows = Analysis.objects.for_publication().defer(*columns).in_bulk([text.analysis.pk for text in texts])
        self._publish([(text, rows[text.analysis.pk]) for text in texts])
        self._keep_former(texts)
        self._recommend(texts)
        states.keep([text.analysis.pk for text in texts])
        self.reader.report.imported["analysis"] += len(texts)

    def _relate(self, texts):
        for text in texts:
            for author in text.authors:
                author.pk, author.analysis_id = None, text.analysis.pk
        Authorship.objects.bulk_create([author for text in texts for author in text.authors])
        for name in ("topic", "region"):
            through = getattr(Analysis, f"{name}s").through
            through.objects.bulk_create(
                through(**{"analysis_id": text.analysis.pk, f"{name}_id": key})
                for text in texts
                for key in getattr(text, f"{name}s")
            )
        TaggedAnalysis.objects.bulk_create(
            TaggedAnalysis(content_object_id=text.analysis.pk, tag_id=key)
            for text in texts
            for key in dict.fromkeys(self.reader.tag(name) for name in text.tags)
        )

    def _publish(self, texts):
        """First editions together, later ones in their order."""
        links = LinkFinder.of([state.body for text, _row in texts for state in text.states])
        ancestry = Region.objects.ancestry()
        rounds = defaultdict(list)
        for text, row in texts:
            for state in text.states:
                links.expect(NAMESPACE, state.language, state.slug, row.pk)
                rounds[state.number].append((row, state))
        for number in sorted(rounds):
            editions = []
            for row, state in rounds[number]:
                _put(row, state)
                recorded = row.format, row.image
                row.format = state.as_published.get("format", row.format)
                row.image = state.as_published.get("image", row.image)
                editions.append(
                    publication.compose(
                        row,
                        state.language,
                        at=state.live_from,
                        published_at=state.published_at,
                        kind=state.kind,
                        note=state.note,
                        number=number,
                        byline=state.as_published.get("byline"),
                        links=links,
                        ancestry=ancestry,
                    )
                )
                row.format, row.image = recorded
            publication.bring_out(editions, of_new_analyses=number == 1, index=False)
            self.reader.unlinked += [edition.pk for edition in editions if links.has_open(edition.source)]
        for text, row in texts:
            replacements = withdrawals.carry_out(row, text.states)
            self.reader.replacements += [(text.number, *replacement) for replacement in replacements]

    def _keep_former(self, texts):
        kind = ContentType.objects.get_for_model(Analysis)
        Permalink.objects.bulk_create(
            (
                Permalink(
                    namespace=NAMESPACE,
                    language=code,
                    slug=slug,
                    content_type=kind,
                    object_id=text.analysis.pk,
                    is_current=False,
                )
                for text in texts
                for code, slugs in text.former.items()
                for slug in slugs
            ),
            ignore_conflicts=True,  # earlier editions have claimed theirs
        )

    def _recommend(self, texts):
        wanted = [identifier for text in texts for identifier in text.recommended]
        if not wanted:
            return
        found = self.reader.analyses(list(dict.fromkeys(wanted)))
        rows, later = [], []
        for text in texts:
            missing = {}
            for order, identifier in enumerate(text.recommended):
                target = found[identifier]
                if target and target != text.analysis.pk:
                    rows.append(Recommendation(analysis=text.analysis, recommended_id=target, order=order))
                elif not target:
                    missing[order] = identifier
            if missing:
                later.append((text.number, text.analysis.pk, missing))
        Recommendation.objects.bulk_create(rows)
        self.reader.later += later


def _put(analysis, state):
    for name in TEXT:
        write(analysis, name, state.language, getattr(state, name))


def is_possible(slug):
    try:
        validate_slug(slug)
    except ValidationError:
        return False
    return True


def _used(code, slugs):
    """Those of `slugs` that belong to something, or once did, or that a draft has."""
    used = set(
        Permalink.objects.filter(namespace=NAMESPACE, language=code, slug__in=slugs).values_list("slug", flat=True)
    )
    name = column("slug", code)
    return used | set(Analysis.objects.filter(**{f"{name}__in": slugs}).values_list(name, flat=True))
