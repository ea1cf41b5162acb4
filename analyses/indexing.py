"""What search knows of an edition. The index holds those editions that are counted as live, and no others."""

from collections import defaultdict

from django.db import connection

from experts.models import Expert
from taxonomy.models import Format, Region, Tag, Topic
from thinktank.languages import codes, column
from thinktank.search import index
from thinktank.search.building import Builder
from thinktank.search.index import Document
from thinktank.search.tables import PUBLISHED

from .editions import Edition

BATCH = 200


class Names:
    """The names, in every language and script, of what editions are about and by whom they are."""

    def __init__(self, editions):
        """Of what these editions refer to."""
        self.ancestry = Region.objects.ancestry()
        self.of = {
            Format: self._read(Format, "name", editions, lambda e: [e.format_id]),
            Topic: self._read(Topic, "name", editions, lambda e: e.topics),
            Region: self._read(Region, "name", editions, self._regions),
            Tag: self._read(Tag, "label", editions, lambda e: e.tags),
            Expert: self._read(Expert, "name", editions, _experts),
        }

    def _regions(self, edition):
        return [key for region in edition.regions for key in self.ancestry.get(region, [region])]

    @staticmethod
    def _read(model, name, editions, keys):
        wanted = {key for edition in editions for key in keys(edition)}
        if not wanted:
            return {}
        rows = model.objects.filter(pk__in=wanted)
        columns = [column(name, code) for code in codes()]
        if model is Tag:
            columns.append("name")
        return {key: list(dict.fromkeys(filter(None, names))) for key, *names in rows.values_list("pk", *columns)}

    def __call__(self, edition):
        """All names of one edition, a line each."""
        of = [(Expert, _experts(edition)), (Topic, edition.topics), (Region, self._regions(edition))]
        of += [(Tag, edition.tags), (Format, [edition.format_id])]
        names = [entry["name"] for entry in edition.byline]
        names += [name for model, keys in of for key in keys for name in self.of[model].get(key, ())]
        return "\n".join(dict.fromkeys(names))


def _experts(edition):
    return [entry["expert"] for entry in edition.byline if entry["expert"]]


def document(edition, names):
    return Document(
        key=edition.pk,
        language=edition.language,
        date=edition.published_at,
        title=edition.title,
        names=names(edition),
        summary=edition.summary,
        body=edition.text,
    )


def _for_index(editions):
    return editions.only(
        "language", "published_at", "title", "summary", "text", "byline", "topics", "regions", "tags", "format"
    )


def add(keys, tables=PUBLISHED):
    """Put saved editions into the index."""
    keys = sorted(keys)
    for start in range(0, len(keys), BATCH):
        editions = list(_for_index(Edition.objects.filter(pk__in=keys[start : start + BATCH])))
        names = Names(editions)
        index.add([document(edition, names) for edition in editions], tables)


def remove(editions):
    """Take editions out of the index."""
    for language in {edition.language for edition in editions}:
        index.remove(language, [edition.pk for edition in editions if edition.language == language])


DIFFERENCE = """
SELECT language, e.id, true FROM analyses_edition e
 WHERE is_counted AND NOT EXISTS (SELECT 1 FROM {document} d WHERE d.language = e.language AND d.key = e.id)
 UNION ALL
SELECT language, key, false FROM {document} d
 WHERE NOT EXISTS (SELECT 1 FROM analyses_edition e WHERE e.id = d.key AND e.language = d.language AND is_counted)
"""

FOLLOWING = 1  # seconds until an import is looked at again
MANY = 1000  # texts from which on the whole index is made anew rather than added to


def catch_up(tables=PUBLISHED):
    """Index what is live and is not in the index, and take out what is no longer live: an import does it once for all."""
    with connection.cursor() as cursor:
        cursor.execute(tables.sql(DIFFERENCE))
        rows = cursor.fetchall()
    missing = [key for _language, key, is_missing in rows if is_missing]
    gone = defaultdict(list)
    for language, key, is_missing in rows:
        if not is_missing:
            gone[language].append(key)
    if len(rows) >= MANY and tables == PUBLISHED:
        return rebuild()
    for language, keys in gone.items():
        index.remove(language, keys, tables)
    add(missing, tables)


def rebuild(ended=None):
    """Make the index anew, in bounded memory, while the old one answers.

    With `ended`, an event, also of what is published until it is set.
    """
    builder = Builder(PUBLISHED)
    editions = _for_index(Edition.objects.filter(is_counted=True).order_by("pk"))
    last = 0
    while True:
        is_all = ended is None or ended.is_set()  # asked before the reading: nothing is published after it
        rows = list(editions.filter(pk__gt=last)[:BATCH])
        if rows:
            last = rows[-1].pk
            names = Names(rows)
            builder.add([index.analyse(document(edition, names)) for edition in rows])
        elif is_all:
            break
        else:
            ended.wait(FOLLOWING)
    builder.finish(catch_up)
