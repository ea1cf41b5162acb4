"""The comparison above a form that came back: for each field what it was, what the others and what I made of it."""

import re
from difflib import SequenceMatcher

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from experts.models import Expert
from thinktank.html import text_of

from .. import revisions
from ..models import Analysis
from .form_state import INLINES, TERMS
from .merging import blocks_of
from .two_editors import BODIES, CHOICE, label, language_of, saved_since, savers

WORDS = re.compile(r"\w+|\s+|[^\w\s]")


def urls(admin):
    return []


def on_form(request, analysis):
    """What is asked above a form that came back."""
    questions = getattr(request, "questions", None)
    if not questions:
        return {}
    versions = list(saved_since(analysis.pk, parse_datetime(request.opened_at), request.user))
    rows = [asked(name, each, request.POST) | {"by": changed_by(name, versions)} for name, each in questions.items()]
    return {"questions": rows, "savers": savers(versions)}


def changed_by(name, versions):
    """`{"name", "at"}` of the last of these revisions, newest first, in which a field became what it is; None if in none."""
    values = [in_working_copy(name, revisions.state(version)) for version in versions]
    for number, version in enumerate(versions):
        if number + 1 == len(versions) or values[number] != values[number + 1]:
            return savers([version])[0]
    return None


def in_working_copy(name, state):
    """The value of a field of the form in the state that a revision holds."""
    prefix, _colon, rest = name.partition(":")
    if prefix == "authorships" and not rest:
        return [author["expert"] for author in state["authors"]]
    if rest:
        key, _colon, column = rest.partition(":")
        return next((author[column] for author in state["authors"] if author["expert"] == int(key)), None)
    return state.get({"recommendations": "recommended"}.get(name, name))


def asked(name, question, data):
    """One field of the comparison, its states as they read."""
    field = name.rpartition(":")[2]
    shown = {side: paragraphs(field, value) for side, value in question.items() if value is not None}
    shown = {"theirs": ["–"], "mine": ["–"]} | shown  # a choice that was made on neither side, or not sent at all
    before = shown.get("base")
    return {
        "name": name,
        "choice": CHOICE + name,
        "chosen": data.get(CHOICE + name),
        "label": label(name),
        "language": language_of(name),
        "base": before and [[("same", text)] for text in before],
        "theirs": compared(before, shown.get("theirs", [])),
        "mine": compared(before, shown.get("mine", [])),
        "both": compared(shown["theirs"], shown["both"]) if "both" in shown else None,
    }


def paragraphs(field, value):
    """A value of a form as people read it, paragraph by paragraph."""
    if field in BODIES:
        return [text_of(block) for block in blocks_of(value)]
    if field in TERMS:
        model = Analysis._meta.get_field(field).related_model
        key = value if str(value).isdecimal() and len(str(value)) < 19 else None  # what was sent may be anything
        return [str(row) for row in model.objects.filter(pk=key)] or ["–"]
    if field in INLINES:
        model = Expert if field == "authorships" else Analysis
        names = model.objects.in_bulk(value)
        return [str(names.get(key, key)) for key in value] or ["–"]
    if isinstance(value, list):
        return [_(", ").join(map(str, value)) or "–"]
    return [str(value) or "–"]


def compared(before, after):
    """Paragraphs of `(kind, text)`: what is "same", "deleted" and "inserted" between two texts.

    Paragraphs that stayed are left out where there are many; without a `before` everything is the same.
    """
    if before is None:
        return [[("same", text)] for text in after]
    found = []
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        old, new = before[a:b], after[c:d]
        if tag == "equal":
            found += [[("same", text)] for text in old] if len(old) < 3 else [[("left-out", "…")]]
            continue
        for number in range(max(len(old), len(new))):
            found.append(words_between("".join(old[number : number + 1]), "".join(new[number : number + 1])))
    return found


def words_between(before, after):
    old, new = WORDS.findall(before), WORDS.findall(after)
    found = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(("same", "".join(old[a:b])))
            continue
        found += [
            (kind, text) for kind, text in (("deleted", "".join(old[a:b])), ("inserted", "".join(new[c:d]))) if text
        ]
    return found
