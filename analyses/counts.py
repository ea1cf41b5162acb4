"""Kept counts: how many live editions have a facet, or two of them, without counting at the time of reading.

An edition is counted when it is live. Where time alone will change that (a schedule, an end in the future),
`settles_at` says when; `settle_due` catches up at the first reading after that moment, so no job is needed.
More facets have too many combinations to keep: those are counted in memory, see `holdings.py`.
"""

from collections import defaultdict

from django.db import connection, transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from thinktank.languages import codes

from . import indexing, states
from .editions import Change, Edition, Entry, Tally

ENTER = """
INSERT INTO analyses_entry (edition_id, language, facet, published_at)
SELECT e.id, e.language, f, e.published_at FROM analyses_edition e, unnest(e.facets) f WHERE e.id = ANY(%s)
ON CONFLICT (edition_id, facet) DO NOTHING
"""

COUNT = """
INSERT INTO analyses_tally (language, facet, other, n)
SELECT e.language, a, b, %s * count(*)
  FROM analyses_edition e, unnest(e.facets) a, unnest(e.facets) b
 WHERE e.id = ANY(%s) GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
ON CONFLICT (language, facet, other) DO UPDATE SET n = analyses_tally.n + EXCLUDED.n
"""

# One row of each language counts nothing. Two publications at once wait for each other there instead of locking each
# other out. Its number is drawn anew when the row is locked, so that the log of changes is in the order of the commits.
CHANGED = """
WITH changed AS (
    INSERT INTO analyses_tally (language, facet, other, n)
    SELECT DISTINCT e.language, 'changes', '', 0 FROM analyses_edition e WHERE e.id = ANY(%(keys)s) ORDER BY 1
    ON CONFLICT (language, facet, other)
    DO UPDATE SET id = nextval(pg_get_serial_sequence('analyses_tally', 'id'))
    RETURNING language, id)
INSERT INTO analyses_change (language, state, edition_id)
SELECT e.language, changed.id, e.id FROM analyses_edition e JOIN changed USING (language) WHERE e.id = ANY(%(keys)s)
"""

ALSO = "also:"


def enter(editions):
    """Put saved editions into the lists; whether a line is shown is decided when the list is read."""
    with connection.cursor() as cursor:
        cursor.execute(ENTER, [[edition.pk for edition in editions]])


def _begin_counting(keys):
    """Take the lock of every language that these editions are in, in one order, before any of its counts is changed.

    Each of them gets a line in the log of changes.
    """
    if keys:
        with connection.cursor() as cursor:
            cursor.execute(CHANGED, {"keys": sorted(keys)})


def _count(keys, sign):
    if keys:
        with connection.cursor() as cursor:
            cursor.execute(COUNT, [sign, sorted(keys)])


@transaction.atomic
def settle(analyses, index=True):
    """Bring counts, lists and search of these analyses into line with what is live at this moment."""
    now = timezone.now()
    editions = list(
        Edition.objects.select_for_update(of=["self"])
        .filter(analysis_id__in=analyses)
        .only("pk", "analysis_id", "language", "live_from", "live_until", "facets", "is_counted", "settles_at")
        .order_by("pk")
    )
    live = {(e.analysis_id, e.language) for e in editions if _is_live(e, now)}
    changed = []
    uncounted, counted_now, entered, gone, found, lost = [], [], [], [], [], []
    for edition in editions:
        facets, counted, settles_at = _outlook(edition, editions, live, now)
        if (facets, counted, settles_at) == (edition.facets, edition.is_counted, edition.settles_at):
            continue
        if edition.is_counted and (not counted or facets != edition.facets):
            uncounted.append(edition.pk)
        if counted and (not edition.is_counted or facets != edition.facets):
            counted_now.append(edition.pk)
        if facets != edition.facets:
            entered.append(edition)
        if counted != edition.is_counted:
            (found if counted else lost).append(edition)
        if edition.live_until is not None and edition.live_until <= now:
            gone.append(edition.pk)
        edition.facets, edition.is_counted, edition.settles_at = facets, counted, settles_at
        changed.append(edition)
    _begin_counting([*uncounted, *counted_now])
    _count(uncounted, -1)
    Edition.objects.bulk_update(changed, ["facets", "is_counted", "settles_at"], batch_size=500)
    Entry.objects.filter(edition__in=entered, facet__startswith=ALSO).delete()
    enter([edition for edition in entered if edition.pk not in gone])
    Entry.objects.filter(edition_id__in=gone).delete()
    _count(counted_now, 1)
    states.keep(analyses)
    if index:
        indexing.remove(lost)
        indexing.add(edition.pk for edition in found)


def foresee(editions):
    """Set on unsaved editions of new analyses what `settle` would find, so that each row is written once."""
    now = timezone.now()
    live = {(e.analysis_id, e.language) for e in editions if _is_live(e, now)}
    siblings = defaultdict(list)
    for edition in editions:
        siblings[edition.analysis_id].append(edition)
    for edition in editions:
        outlook = _outlook(edition, siblings[edition.analysis_id], live, now)
        edition.facets, edition.is_counted, edition.settles_at = outlook


def count(editions):
    """Count saved editions that were foreseen."""
    keys = [edition.pk for edition in editions if edition.is_counted]
    _begin_counting(keys)
    _count(keys, 1)


def _outlook(edition, editions, live, now):
    """`(facets, whether it is counted, when to look again)`; `live` are the live (analysis, language) pairs."""
    other_languages = [code for code in codes() if code != edition.language and (edition.analysis_id, code) in live]
    facets = [f for f in edition.facets if not f.startswith(ALSO)] + [f"{ALSO}{code}" for code in other_languages]
    return facets, _is_live(edition, now), _next_edge(edition, editions, now)


def _is_live(edition, now):
    return edition.live_from <= now and (edition.live_until is None or edition.live_until > now)


def _next_edge(edition, editions, now):
    edges = [
        edge
        for other in editions
        if other.analysis_id == edition.analysis_id
        for edge in (other.live_from, other.live_until)
        if edge is not None and edge > now
    ]
    return min(edges, default=None)


DUE = """
SELECT ARRAY(SELECT analysis_id FROM analyses_edition WHERE settles_at <= statement_timestamp() LIMIT 500),
       state, xmin::text::bigint
  FROM (SELECT 1) one LEFT JOIN LATERAL (
       SELECT state, xmin FROM analyses_change WHERE language = %s ORDER BY state DESC LIMIT 1) last ON true
"""


def settle_due(language=""):
    """Count what has become public, or ceased to be, through the passing of time alone.

    Returns the newest line in a language's log of changes: `(state, number of the transaction that wrote it)`, or
    `(None, None)` where there is none.
    """
    with connection.cursor() as cursor:
        cursor.execute(DUE, [language])
        due, *line = cursor.fetchone()
        if due:
            settle(set(due))
            cursor.execute(DUE, [language])
            _due, *line = cursor.fetchone()
    return tuple(line)


def under(language, *facets):
    """`{facet: {other: n}}`, how many live editions have both: one indexed read, whatever the archive's size."""
    found = {facet: {} for facet in facets}
    for facet, other, n in Tally.objects.filter(language=language, facet__in=facets, n__gt=0).values_list(
        "facet", "other", "n"
    ):
        found[facet][other] = n
    return found


@transaction.atomic
def rebuild():
    """Make lists and counts anew from the editions."""
    Tally.objects.all().delete()
    Change.objects.all().delete()
    Entry.objects.all().delete()
    Edition.objects.update(is_counted=False)
    to_come_or_live = Edition.objects.filter(Q(live_until__isnull=True) | Q(live_until__gt=Now()))
    keys = list(Edition.objects.order_by("pk").values_list("analysis_id", flat=True).distinct())
    for start in range(0, len(keys), 500):
        batch = keys[start : start + 500]
        enter(to_come_or_live.filter(analysis_id__in=batch).only("pk"))
        settle(set(batch), index=False)
