"""Lists of editions that cost the same whatever the size of the archive."""

from dataclasses import dataclass
from datetime import datetime
from math import ceil

from django.db.models import OuterRef, Subquery
from django.db.models.expressions import RawSQL
from django.utils import timezone

from .cards import presented
from .editions import Edition

PAGE = 20

NEWEST = """
SELECT entry.edition_id
  FROM unnest(%s::text[]) AS wanted(facet)
 CROSS JOIN LATERAL (
       SELECT edition_id FROM analyses_entry
        WHERE language = %s AND facet = wanted.facet AND published_at <= statement_timestamp()
        ORDER BY published_at DESC, edition_id DESC LIMIT %s) AS entry
"""


PICKED = """
SELECT id FROM analyses_edition
 WHERE language = %s AND analysis_id IN ({}) AND live_from <= statement_timestamp()
   AND (live_until IS NULL OR live_until > statement_timestamp())
"""


def newest(language, facets, most, picks=None):
    """Primary keys of the newest editions of each facet, and of the analyses in `picks`, as a subquery.

    It reads `most` lines of an index for each facet, so it costs the same in an archive of any size.
    """
    sql, parameters = NEWEST, [list(facets), language, most]
    if picks is not None:
        picked, more = picks.query.sql_with_params()
        sql, parameters = f"{sql} UNION ALL {PICKED.format(picked)}", [*parameters, language, *more]
    return RawSQL(sql, parameters)


def candidates(language, facets, most, picks, picked="analysis"):
    """`(picked, rows)`: the live editions that editors picked, in their order, and all found, newest first.

    Found are the newest `most` of each facet and the picked ones, in one query. `picks` is a queryset of rows with an
    `order` and, in the field `picked`, an analysis.
    """
    picks = picks.order_by()
    order = picks.filter(**{picked: OuterRef("analysis_id")}).values("order")[:1]
    rows = presented(
        Edition.objects.live(language)
        .filter(pk__in=newest(language, facets, most, picks.values(picked)))
        .annotate(pick_order=Subquery(order))
        .for_cards()
        .order_by("-published_at", "-pk")
    )
    return sorted((row for row in rows if row.pick_order is not None), key=lambda row: row.pick_order), rows


@dataclass
class Page:
    """One page of a list, and what its navigation needs."""

    rows: list
    number: int
    count: int  # pages
    total: int  # editions

    def numbers(self):
        """The page numbers to print, None where some are left out."""
        shown = sorted({1, self.count, *range(max(1, self.number - 2), min(self.count, self.number + 2) + 1)})
        numbers = []
        for number in shown:
            if numbers and number - numbers[-1] > 1:
                numbers.append(None)
            numbers.append(number)
        return numbers


# What has a line and is not public is left out, not looked up for every line that is skipped: such editions are few,
# and each of them waits for a moment.
IN_ORDER = """
SELECT edition_id FROM analyses_entry
 WHERE language = %s AND facet = %s AND published_at < coalesce(%s, 'infinity'::timestamptz)
   AND edition_id NOT IN (
       SELECT id FROM analyses_edition
        WHERE settles_at IS NOT NULL AND (live_from > statement_timestamp() OR live_until <= statement_timestamp()))
 ORDER BY published_at DESC, edition_id DESC LIMIT %s OFFSET %s
"""


def kept_page(language, number, kept):
    """Page `number` of the list whose counts are `kept`, newest first; None if there is no such page.

    It is entered at the year that the counts point to, so that the last page is as near as the first.
    """
    count = pages(kept.total)
    if not 1 <= number <= count:
        return None
    until, skip = _year_to_begin_in(kept.counts, (number - 1) * PAGE)
    keys = RawSQL(IN_ORDER, [language, kept.facet, until, PAGE, skip])
    rows = Edition.objects.live(language).filter(pk__in=keys).for_cards().order_by("-published_at", "-pk")
    return Page(presented(rows), number, count, kept.total)


def page_of(number, total, keys, rows):
    """Page `number` of a list of `total` editions; None if there is no such page.

    `keys(skip, most)` are the primary keys of a page, in its order; `rows` is a queryset that says what is read of each.
    """
    count = pages(total)
    if not 1 <= number <= count:
        return None
    wanted = list(keys((number - 1) * PAGE, PAGE))
    found = {row.pk: row for row in presented(rows.filter(pk__in=wanted))} if wanted else {}
    return Page([found[key] for key in wanted if key in found], number, count, total)


def pages(total):
    return max(1, ceil(total / PAGE))


def _year_to_begin_in(found, skip):
    """`(end of the year that row number `skip` is in, rows to skip from there)`."""
    until = None
    for year in sorted((int(f.removeprefix("year:")) for f in found if f.startswith("year:")), reverse=True):
        in_year = found[f"year:{year}"]
        if skip < in_year:
            break
        skip -= in_year
        until = timezone.make_aware(datetime(year, 1, 1))
    return until, skip
