"""Who may do what with which text, in which language. Every view, list, form and command of the newsroom asks here.

    visible_to(user)                       the texts somebody may see
    may_see(user, analysis)                one of them
    may_edit(user, analysis)               the fields that all languages share: format, picture, topics, authors
    may_edit(user, analysis, "ar")         the fields of one language
    editable_languages(user, analysis)     the languages whose fields somebody may change
    may_create(user)                       begin a text
    may_publish(user, "ar")                publish, schedule, correct and withdraw
    may_delete(user, analysis)

The rights themselves are permissions of Django's, given by roles (thinktank/roles.py).
"""

from django.db.models import Q
from django.utils import timezone

from thinktank.languages import codes

from .models import Analysis, Authorship

EVERY_TEXT = "analyses.change_analysis"
OWN_TEXTS = "analyses.write_own_analysis"


def visible_to(user):
    if sees_every_text(user):
        return Analysis.objects.all()
    return own_texts(user) if user.has_perm(OWN_TEXTS) else Analysis.objects.none()


def sees_every_text(user):
    return user.has_perm("analyses.view_analysis") or user.has_perm(EVERY_TEXT)


def own_texts(user):
    """What somebody began, and what has them in the byline."""
    in_byline = Authorship.objects.filter(expert__account=user.pk).values("analysis")
    return Analysis.objects.filter(Q(created_by=user.pk) | Q(pk__in=in_byline))


def may_see(user, analysis):
    return sees_every_text(user) or _writes(user, analysis)


def sees_some(user):
    return sees_every_text(user) or user.has_perm(OWN_TEXTS)


def may_create(user):
    return user.has_perm("analyses.add_analysis") or user.has_perm(OWN_TEXTS)


def may_edit(user, analysis, code=None):
    """Whether somebody may change the fields of one language or, without a code, those that all languages share.

    `analysis` may be None or unsaved: a text that is being begun.
    """
    if analysis is None or analysis.pk is None:
        return may_create(user)
    if user.has_perm(EVERY_TEXT):
        return True
    if code and user.has_perm(f"analyses.translate_{code}") and may_see(user, analysis):
        return True
    return _writes(user, analysis) and not is_or_will_be_public(analysis)


def may_edit_some(user, analysis=None):
    """Whether there is a field that somebody may change: of this text or, without one, of any."""
    if analysis is not None:
        return any(may_edit(user, analysis, code) for code in (None, *codes()))
    return user.has_perms([EVERY_TEXT]) or user.has_perm(OWN_TEXTS) or any(
        user.has_perm(f"analyses.translate_{code}") for code in codes()
    )  # fmt: skip


def editable_languages(user, analysis):
    return [code for code in codes() if may_edit(user, analysis, code)]


def may_publish(user, code):
    return user.has_perm(f"analyses.publish_{code}")


def may_delete(user, analysis):
    """What is public, or will be, is only deleted by somebody who may also withdraw it."""
    if not user.has_perm("analyses.delete_analysis"):
        return _writes(user, analysis) and not analysis.editions.exists()
    return all(may_publish(user, code) for code in _public_languages(analysis))


def may_delete_some(user):
    return user.has_perm("analyses.delete_analysis") or user.has_perm(OWN_TEXTS)


def is_or_will_be_public(analysis):
    return bool(_public_languages(analysis))


def _public_languages(analysis):
    still = Q(live_until__isnull=True) | Q(live_until__gt=timezone.now())
    return set(analysis.editions.filter(still).values_list("language", flat=True))


def _writes(user, analysis):
    """Whether it is one of somebody's own texts."""
    return user.has_perm(OWN_TEXTS) and (
        analysis.created_by_id == user.pk or analysis.authorships.filter(expert__account=user.pk).exists()
    )
