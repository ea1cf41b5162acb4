"""Search for staff: the same engine over working copies, in tables of its own that nothing public reads.

It is kept at every save. After a large import `manage.py rebuild` makes it, so that the import need not; until then staff find
by title, address and author alone.
"""

from django.db import connection, transaction
from django.db.models import Q
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from experts.models import Expert
from thinktank import html
from thinktank.languages import codes, column, read
from thinktank.search import find, index
from thinktank.search.building import Builder
from thinktank.search.index import Document
from thinktank.search.tables import WORKING

from .models import Analysis, Authorship

BATCH = 200
MOST = 1000  # texts that one search brings up
MOST_WORDS = 10
TEXT = ("title", "summary", "body")


def documents(analysis):
    """The working copy in each language that it has anything in."""
    for code in codes():
        title, summary, body = (read(analysis, name, code) for name in TEXT)
        if title or summary or body:
            yield Document(
                analysis.pk, code, analysis.updated_at, title=title, summary=summary, body=html.text_of(body)
            )


@receiver(post_save, sender=Analysis)
def keep(instance, update_fields=None, **_how):
    if update_fields is not None and not {column(n, code) for n in TEXT for code in codes()} & set(update_fields):
        return
    found = list(documents(instance))
    with transaction.atomic():
        for code in set(codes()) - {document.language for document in found}:
            index.remove(code, [instance.pk], WORKING)
        index.add(found, WORKING)


@receiver(post_delete, sender=Analysis)
def forget(instance, **_how):
    for code in codes():
        index.remove(code, [instance.pk], WORKING)


def matching(analyses, text):
    """Those of the queryset `analyses` whose working copy has every word of `text` in one language."""
    return analyses.filter(pk__in=matching_keys(text))


def matching_keys(text):
    keys = set()
    for code in codes():
        keys.update(find(code, text, exact=True, every_word=True, tables=WORKING).keys[:MOST])
    return keys


def _rows():
    return Analysis.objects.order_by("pk").only("updated_at", *(column(n, code) for n in TEXT for code in codes()))


def rebuild():
    """Make the index anew, in bounded memory, while the old one answers."""
    builder = Builder(WORKING)
    last = 0
    while batch := list(_rows().filter(pk__gt=last)[:BATCH]):
        last = batch[-1].pk
        builder.add([index.analyse(document) for analysis in batch for document in documents(analysis)])
    builder.finish(catch_up)


CHANGED = """
SELECT id FROM analyses_analysis a
 WHERE NOT EXISTS (SELECT 1 FROM {document} d WHERE d.key = a.id AND d.date = a.updated_at)
"""
GONE = "SELECT language, key FROM {document} d WHERE NOT EXISTS (SELECT 1 FROM analyses_analysis a WHERE a.id = d.key)"


def catch_up(tables=WORKING, most=None):
    """Index what was saved, and take out what was deleted, without the index being told; nothing if it is more than `most`."""
    with connection.cursor() as cursor:
        cursor.execute(tables.sql(CHANGED))
        changed = [key for (key,) in cursor.fetchall()]
        cursor.execute(tables.sql(GONE))
        gone = cursor.fetchall()
    if most is not None and len(changed) > most:
        return
    for language, key in gone:
        index.remove(language, [key], tables)
    for start in range(0, len(changed), BATCH):
        rows = _rows().filter(pk__in=changed[start : start + BATCH])
        index.add((document for analysis in rows for document in documents(analysis)), tables)


def found(analyses, text):
    """The keys of those that `text` finds, the last changed first: by a part of title, address and author, or by words.

    Costs one reading of the titles; what is made of the keys costs no more than they are.
    """
    by_name = Q()
    for word in text.split()[:MOST_WORDS]:
        people = Expert.objects.filter(_has_part(["name"], word)).values("pk")
        written = Authorship.objects.filter(expert__in=people).values("analysis")
        by_name &= _has_part(["title", "slug"], word) | Q(pk__in=written)
    keys = analyses.filter(by_name | Q(pk__in=matching_keys(text))).order_by("-updated_at", "-pk")
    return list(keys.values_list("pk", flat=True)[:MOST])


def _has_part(names, word):
    wanted = Q()
    for name in names:
        for code in codes():
            wanted |= Q(**{f"{column(name, code)}__icontains": word})
    return wanted
