"""Revisions: every save of a working copy in the newsroom, by whom and when, to be compared and restored.

    with revisions.record(analysis, user):      a save in between is a revision, unless it changes nothing
        analysis.save()
    revisions.of(analysis)                      its versions, newest first
    revisions.state(version)                    what the text was then (working_copy.py)
    revisions.restore(version, user)            into the working copy; publishes nothing

Scripts and imports make none. What they changed is not lost: before the next save in the newsroom, the text as it is
found becomes a revision of its own, so there is always one to compare with.
"""

import json
from contextlib import contextmanager

import reversion
from django.db import transaction
from django.utils.translation import gettext as _
from reversion.models import Version

from .models import Analysis
from .working_copy import complete, limited, state_of, write_state

FOUND = "found"  # comment of a revision that keeps what the newsroom did not write itself
RESTORED = "restored "  # … and of one that brought another back: its key follows

reversion.register(Analysis, fields=(), format="working_copy")


def of(analysis):
    """The versions of a text, newest first, each with its revision and the person who made it."""
    return of_texts().filter(object_id=str(analysis.pk)).select_related("revision__user")


def of_texts():
    return Version.objects.get_for_model(Analysis).order_by("-pk")


def state(version):
    """The text as it was: `{field: value}`, as in working_copy.py."""
    return complete(json.loads(version.serialized_data)[0])


@contextmanager
def record(analysis, user, comment=""):
    """A revision of what is saved inside, in one transaction with it. An unsaved `analysis` may be saved inside."""
    with transaction.atomic():
        keep(analysis)
        yield
        note(analysis, user, comment)


def keep(analysis):
    """Before a save: what the database holds of the text is a revision, or becomes one. Locks the text."""
    if analysis.pk is None or not Analysis.objects.select_for_update().filter(pk=analysis.pk).exists():
        return
    if _differs(analysis):
        with reversion.create_revision(manage_manually=True):
            stored = Analysis.objects.get(pk=analysis.pk)
            reversion.add_to_revision(stored)
            reversion.set_comment(FOUND)
            reversion.set_date_created(stored.updated_at)


def note(analysis, user, comment=""):
    """After a save: the text as it is now is a revision of this person's, unless it is as before. Returns whether it is."""
    if not _differs(analysis):
        return False
    with reversion.create_revision(manage_manually=True):
        reversion.add_to_revision(analysis)
        reversion.set_user(user)
        reversion.set_comment(comment)
    return True


def _differs(analysis):
    latest = of(analysis).first()
    return latest is None or state(latest) != state_of(analysis)


def restorable(version, languages, in_common):
    """The state that a restore would leave, for somebody who may change these languages and perhaps what they share."""
    current = state_of(Analysis.objects.get(pk=version.object_id))
    return limited(state(version), current, languages, in_common)


@transaction.atomic
def restore(version, user, languages, in_common):
    """Bring a revision back into the working copy, as a revision of its own; readers see nothing of it.

    Only in these `languages` and, if `in_common`, in the fields that all languages share: what the person may change.
    Returns sentences about what could not come back.
    """
    analysis = Analysis.objects.select_for_update().get(pk=version.object_id)
    with record(analysis, user, f"{RESTORED}{version.pk}"):
        return write_state(analysis, restorable(version, languages, in_common))


def deleted():
    """The last version of each text that was deleted, newest first."""
    return Version.objects.get_deleted(Analysis).select_related("revision__user").order_by("-pk")


@transaction.atomic
def recover(version, user):
    """Make a deleted text again, as its last revision has it, under its former key. Returns it, and what did not come back."""
    analysis = Analysis(pk=int(version.object_id))
    with record(analysis, user, f"{RESTORED}{version.pk}"):
        missing = write_state(analysis, state(version))
    return analysis, missing


def words(version):
    """What is said of a revision beside who made it and when."""
    comment = version.revision.comment
    if comment == FOUND:
        return _("As it was found: written by an import or a script, or before revisions were kept.")
    if comment.startswith(RESTORED):
        return _("Restored from an earlier revision.")
    return comment
