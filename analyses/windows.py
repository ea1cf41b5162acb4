"""The window in which an edition is public: moving and cancelling a schedule, withdrawing, and what a deletion leaves.

Each function is called inside a transaction that has locked the analysis.
"""

from django.core.exceptions import ValidationError
from django.db.models import F, Q
from django.utils.translation import gettext as _

from thinktank.models import Permalink

from . import counts
from .editions import Edition, Entry
from .publication import facets_of


def scheduled(analysis, language, now):
    """The edition that is to become public last, or None."""
    return Edition.objects.filter(
        analysis=analysis, language=language, live_from__gt=now, live_until__isnull=True
    ).first()


def move(edition, at):
    """Let a scheduled `edition` become public at another moment; what it replaces stays until then.

    Raises ValidationError if that is before what it replaces has begun.
    """
    before = _replaced_by(edition)
    if before.filter(live_from__gte=at).exists():
        raise ValidationError(_("At that moment the edition before it is not public yet. Choose a later one."))
    before.update(live_until=at)
    for name in ("published_at", "updated_at"):
        if getattr(edition, name) == edition.live_from:
            setattr(edition, name, at)
    edition.live_from = at
    edition.facets = facets_of(edition)
    edition.save(update_fields=["live_from", "published_at", "updated_at", "facets"])
    Entry.objects.filter(edition=edition).delete()
    counts.enter([edition])
    counts.settle({edition.analysis_id})


def cancel(edition):
    """A scheduled `edition` never becomes public; what it would have replaced stays."""
    before = list(_replaced_by(edition).values_list("pk", flat=True))
    edition.live_until = edition.live_from
    edition.save(update_fields=["live_until"])
    Edition.objects.filter(pk__in=before).update(live_until=None)
    Entry.objects.filter(edition=edition).delete()
    counts.settle({edition.analysis_id})


def _replaced_by(edition):
    """What ends when `edition` begins."""
    same = Edition.objects.filter(analysis=edition.analysis_id, language=edition.language).exclude(pk=edition.pk)
    return same.filter(live_until=edition.live_from, live_from__lt=F("live_until"), withdrawal="")


def end(analysis, language, moment, **withdrawal):
    """End the window of everything in one language that is public or would become so. Returns how many there were.

    `withdrawal` are the columns that say why.
    """
    editions = Edition.objects.filter(analysis=analysis, language=language).filter(
        Q(live_until__isnull=True) | Q(live_until__gt=moment)
    )
    ended = 0
    for edition in editions:
        edition.live_until = max(moment, edition.live_from)
        for name, value in withdrawal.items():
            setattr(edition, name, value)
        edition.save(update_fields=["live_until", *withdrawal])
        ended += 1
    counts.settle({analysis.pk})
    return ended


def forget(analysis):
    """Before a deletion: nothing of it stays in lists and counts.

    The addresses that the public knew stay reserved and answer 410; the others are as if they had never been.
    """
    Entry.objects.filter(edition__analysis=analysis).delete()
    editions = Edition.objects.filter(analysis=analysis)
    known = set(editions.once_public().values_list("language", "slug"))
    for language, slug in set(editions.values_list("language", "slug")) - known:
        Permalink.objects.of(analysis).filter(language=language, slug=slug).delete()
