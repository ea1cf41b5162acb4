"""Two people in one text: a save over a newer state loses nothing of either.

Each form carries, signed, the state it was opened with. A save compares three states under a lock of the row: what was
opened, what the others have saved since, what is sent now. What only one side changed is merged and said; what both
changed differently stops the save, and the same form comes back with the three states of each such field above it.
"""

from uuid import uuid4

from django.contrib import messages
from django.core import signing
from django.core.exceptions import FieldDoesNotExist
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.html import format_html, format_html_join
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from experts.models import Expert
from thinktank.languages import codes, column, languages

from .. import revisions
from ..models import Analysis, Authorship, Recommendation
from . import form_state
from .form_state import INLINES, OPENED
from .merging import merge, same

SALT = "analyses.opened"
CHOICE = "choice-"  # + the field: "mine", "theirs" or "both"
BODIES = [column("body", code) for code in codes()]


# --- What a form was opened with


def opened(analysis, initial, rows):
    """The signed record of a state, for the form that shows it; `rows` are those of its inlines, `{prefix: rows}`."""
    return _signed({"of": analysis.pk, "at": timezone.now().isoformat(),
                    "state": form_state.of_database(analysis, initial, rows), "rows": _keys_of_rows(rows)})  # fmt: skip


def begun():
    """The signed record of a form for a new text: a key, by which the same form is known again."""
    return _signed({"of": None, "key": uuid4().hex, "at": timezone.now().isoformat()})


def key_of(token):
    """The key of a form for a new text, or None."""
    return record_of(token, None).get("key")


def _signed(record):
    return signing.dumps(record, salt=SALT, compress=True)


def record_of(token, analysis):
    """What `opened` recorded, or an empty record if it is of another text or was not signed here."""
    try:
        record = signing.loads(token or "", salt=SALT)
    except signing.BadSignature:
        return {}
    return record if record.get("of") == (analysis and analysis.pk) else {}


def _keys_of_rows(rows):
    return {
        prefix: {str(row.pk): str(getattr(row, f"{key}_id")) for row in rows[prefix]}
        for prefix, (key, _columns) in INLINES.items()
    }


# --- A save


def meet(admin, request, pk):
    """Before a save, in its transaction: lock the text and merge what others have saved since into `request.POST`.

    Returns an answer if there is nothing left to save. Sets `request.held` if the form is to come back unsaved, with
    `request.questions` to be asked above it.
    """
    analysis = Analysis.objects.select_for_update(of=("self",)).filter(pk=pk).first()
    if analysis is None or not admin.has_change_permission(request, analysis):
        return None
    form_class = admin.get_form(request, analysis, change=True)
    rows = form_state.all_rows_of(analysis)
    now = form_state.of_database(analysis, form_class(instance=analysis).initial, rows)
    record = record_of(request.POST.get(OPENED), analysis)
    base, asked = record.get("state"), record.get("questions", {})
    if base == now and not asked:
        return None
    inlines = inlines_of(admin, request, analysis)
    sent = form_state.as_sent(request.POST, form_class, inlines, record.get("rows", {}))
    unanswered, mine = _answered(asked, request.POST, sent)
    found = _merged(base, now, mine, form_class)
    if base is not None and not asked and not (found.mine or found.conflicts):
        return admin.response_change(request, analysis)  # the same form a second time
    questions = unanswered | {name: _question(name, base, now, mine, found.both) for name in found.conflicts}
    request.questions, request.held = questions, bool(questions)
    request.merged = list(dict.fromkeys([*record.get("merged", []), *found.theirs]))
    request.opened_at = record.get("at") or timezone.now().isoformat()
    request.POST = form_state.written_into(request.POST, found.state, sent, form_class, inlines, analysis)
    request.POST[OPENED] = _signed({"of": analysis.pk, "at": request.opened_at, "state": now, "questions": questions,
                                    "merged": request.merged, "rows": _keys_of_rows(rows)})  # fmt: skip
    return None


def inlines_of(admin, request, analysis):
    """The forms of the rows that this person may change in a text or, without one, in a new one: `{prefix: form class}`."""
    return {
        formset.get_default_prefix(): formset.form
        for formset, inline in admin.get_formsets_with_inlines(request, analysis)
        if inline.has_change_permission(request, analysis)
    }


def _merged(base, now, mine, form_class):
    found = merge(base, now, mine, sets=form_state.names_of_sets(form_class), bodies=BODIES)
    if base is not None:
        _keep_rows(found, base, now, mine)
    return found


def _keep_rows(found, base, now, mine):
    """A row that one side removed and the other changed is a question, not a loss."""
    for prefix in INLINES:
        if prefix not in mine or prefix in found.conflicts:
            continue
        for side, other in ((mine, now), (now, mine)):
            gone = {key for key in side[prefix] if key not in other[prefix]}
            columns = [name for name in side if name.startswith(f"{prefix}:") and int(name.split(":")[1]) in gone]
            if any(name in base and side[name] != base[name] for name in columns):
                found.conflicts.append(prefix)
                found.state[prefix] = mine[prefix]
                break


def _question(name, base, now, mine, both):
    """The three states of a field that both have changed, and the two together where that can be."""
    three = {"base": base.get(name) if base else None, "theirs": now.get(name), "mine": mine.get(name)}
    return three | ({"both": both[name]} if name in both else {})


def _answered(questions, data, sent):
    """The questions that are still open, and what was sent with the answers to the others in it."""
    unanswered, mine = {}, dict(sent)
    for name, question in questions.items():
        answer = data.get(CHOICE + name)
        if answer in ("theirs", "both") and answer in question:
            mine[name] = question[answer]
        elif answer != "mine":
            unanswered[name] = question | {"mine": sent.get(name)}
    return unanswered, mine


# --- What is said


def tell(request, pk):
    """After a save: whose changes came with it."""
    if getattr(request, "merged", None) and not request.held:
        people = savers(saved_since(pk, parse_datetime(request.opened_at), request.user))
        messages.info(
            request,
            format_html(
                _("Meanwhile {people} saved this text too. Their changes were kept: {fields}."),
                people=_listed(person["name"] for person in people) or _("somebody else"),
                fields=_listed(dict.fromkeys(label(name) for name in request.merged)),
            ),
        )


def _listed(names):
    return format_html_join(_(", "), "<bdi>{}</bdi>", ((name,) for name in names))


def saved_since(pk, moment, user):
    """The revisions of a text that other people have made since `moment`, the newest first."""
    found = revisions.of_texts().filter(object_id=str(pk), revision__date_created__gt=moment)
    return found.filter(revision__user__isnull=False).exclude(revision__user=user).select_related("revision__user")


def savers(versions):
    """Who made these revisions, the last first: `[{"name", "at"}]`, each person once."""
    people = {}
    for version in versions:
        made = version.revision
        people.setdefault(made.user_id, {"name": name_of(made.user), "at": made.date_created})
    return list(people.values())


def name_of(user):
    return user.get_full_name() or user.get_username()


def label(name):
    """What a field of a state is called on the form; a column of a row with whom it is about."""
    prefix, _colon, rest = name.partition(":")
    if rest:
        key, _colon, name = rest.partition(":")
        model = Authorship if prefix == "authorships" else Recommendation
        who = (Expert if prefix == "authorships" else Analysis).objects.filter(pk=key).first()
        return format_html("{} – <bdi>{}</bdi>", _label_of(model, name), who or key)
    if prefix in INLINES:
        return capfirst(_("recommended reading") if prefix == "recommendations" else _("authors"))
    return _label_of(Analysis, name)


def _label_of(model, name):
    try:
        found = model._meta.get_field(name)
    except FieldDoesNotExist:
        return name
    code = getattr(found, "language", None)
    if not code:
        return capfirst(found.verbose_name)
    return format_html("{} (<bdi>{}</bdi>)", capfirst(found.translated_field.verbose_name), languages()[code].endonym)


def language_of(name):
    """The Language of a field of a state, or None."""
    field = name.rpartition(":")[2]
    model = Authorship if name.startswith("authorships:") else Analysis
    code = getattr(model._meta.get_field(field), "language", None) if field not in INLINES else None
    return languages()[code] if code else None


def same_value(name, one, other):
    return same(one, other, name in BODIES)
