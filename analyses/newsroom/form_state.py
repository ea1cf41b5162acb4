"""The form of a text as plain data: as the database has it, as somebody sent it, and written back into what was sent.

A state is one flat dict that JSON can hold. A field of the form stands under its name. Of the rows under the form,
the order of what they name stands under `authorships` and `recommendations`, and each further column of a row by itself,
`authorships:7:role_ar`: so two people who write two columns of one row are not in each other's way.
"""

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.forms import CheckboxSelectMultiple, ModelMultipleChoiceField

from thinktank.languages import codes, column

from ..forms import TagsField

OPENED = "opened"  # the form's own field: what it was opened with
INLINES = {  # prefix: (what a row names, its further columns)
    "authorships": ("expert", [column(name, code) for name in ("role", "note") for code in codes()]),
    "recommendations": ("recommended", []),
}
TERMS = ["format", "image"]  # fields that name one row of another table
MOST_ROWS = 200


def of_database(analysis, initial, rows=None):
    """The state of a saved text; `initial` is what its form shows, `rows` what `all_rows_of` would read."""
    state = {name: plain(value) for name, value in initial.items() if name != OPENED}
    rows = rows or all_rows_of(analysis)
    for prefix, (key, columns) in INLINES.items():
        state[prefix] = [getattr(row, f"{key}_id") for row in rows[prefix]]
        for row in rows[prefix]:
            state |= {place(prefix, getattr(row, f"{key}_id"), name): getattr(row, name) or "" for name in columns}
    return state


def all_rows_of(analysis):
    """`{prefix: rows}` of every inline."""
    return {prefix: rows_of(analysis, prefix) for prefix in INLINES}


def rows_of(analysis, prefix):
    return in_order(getattr(analysis, prefix).all())


def in_order(rows):
    return sorted(rows, key=lambda row: (row.order, row.pk))


def place(prefix, key, name):
    return f"{prefix}:{key}:{name}"


def as_sent(data, form_class, inlines, keys_of_rows):
    """The state that a form's `data` asks for, without what this person may not change.

    What does not pass its field stays as it was typed. `inlines` are the forms of the rows, `{prefix: form class}`;
    `keys_of_rows` says what each row named when it was shown.
    """
    state = {}
    for name, field in form_class.base_fields.items():
        if name != OPENED and name not in form_class.locked:
            raw = field.widget.value_from_datadict(data, {}, name)
            try:
                state[name] = plain(field.clean(raw))
            except ValidationError:
                state[name] = raw
    for prefix, form in inlines.items():
        rows = [row for row in rows_sent(data, prefix, keys_of_rows.get(prefix, {})) if row["key"]]
        if INLINES[prefix][0] not in form.locked:
            state[prefix] = [row["key"] for row in rows]
        for row in rows:
            sent = {name: value for name, value in row["columns"].items() if name not in form.locked}
            state |= {place(prefix, row["key"], name): value.strip() for name, value in sent.items()}
    return state


def rows_sent(data, prefix, known):
    """The rows of one inline that are to stay, in their order: `[{"key", "columns"}]`; `key` is None where none is given."""
    key, columns = INLINES[prefix]
    rows = []
    for number in range(min(_number(data.get(f"{prefix}-TOTAL_FORMS")), MOST_ROWS)):
        start = f"{prefix}-{number}-"
        if data.get(f"{start}DELETE"):
            continue
        named = data.get(start + key) or known.get(data.get(f"{start}id"), "")
        sent = {name: data[start + name] for name in columns if start + name in data}
        if named or any(sent.values()):
            order = _number(data.get(f"{start}order"))
            rows.append({"key": _number(named) or None, "columns": sent, "order": (order, number)})
    return sorted(rows, key=lambda row: row["order"])


def _number(text):
    text = str(text or "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0


def plain(value):
    """A value of a form as JSON can hold it: rows as their keys, keywords as their names."""
    if value is None:
        return ""
    if isinstance(value, Model):
        return getattr(value, "name", None) if hasattr(value, "tagged_analyses") else value.pk
    if isinstance(value, str | int | bool):
        return value.replace("\r\n", "\n") if isinstance(value, str) else value
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return sorted((plain(one) for one in value), key=str)


def names_of_sets(form_class):
    """The fields of which only the members count, not their order."""
    return [
        name
        for name, field in form_class.base_fields.items()
        if isinstance(field, ModelMultipleChoiceField | TagsField) or isinstance(field.widget, CheckboxSelectMultiple)
    ]


def written_into(data, state, sent, form_class, inlines, analysis):
    """A copy of a form's `data` that asks for `state`; the rows of the inlines are those that there are now.

    Only what differs from `sent`, the state that `data` asked for, is written, so that nothing typed is lost.
    """
    data = data.copy()
    for name, field in form_class.base_fields.items():
        if name in state and state[name] != sent.get(name):
            data.setlist(name, _typed(state[name], isinstance(field, TagsField)))
    for prefix in inlines:
        _write_rows(data, state, prefix, analysis)
    return data


def _typed(value, are_tags=False):
    if isinstance(value, list):
        return [", ".join(f'"{name}"' for name in value)] if are_tags else [str(one) for one in value]
    if isinstance(value, bool):
        return ["on"] if value else []
    return [str(value)]


def _write_rows(data, state, prefix, analysis):
    key, columns = INLINES[prefix]
    nameless = [row for row in rows_sent(data, prefix, {}) if not row["key"]]
    present = {getattr(row, f"{key}_id"): row for row in rows_of(analysis, prefix)}
    for name in [name for name in data if name.startswith(f"{prefix}-") and name.split("-")[1].isdecimal()]:
        del data[name]
    wanted = state.get(prefix, list(present))
    rows = [{"key": named, "id": row.pk} for named, row in present.items()]
    rows += [{"key": named, "id": ""} for named in wanted if named not in present]
    rows += [{"key": "", "id": "", "columns": row["columns"]} for row in nameless]
    for number, row in enumerate(rows):
        start = f"{prefix}-{number}-"
        named = row["key"]
        filled = row.get("columns") or {
            name: state.get(place(prefix, named, name), getattr(present.get(named), name, "")) for name in columns
        }
        for name, value in {"id": row["id"], "analysis": analysis.pk or "", key: named, **filled}.items():
            data[start + name] = str(value or "")
        data[f"{start}order"] = str(wanted.index(named) if named in wanted else len(wanted) + number)
        if named and named not in wanted:
            data[f"{start}DELETE"] = "on"
    data[f"{prefix}-TOTAL_FORMS"] = str(len(rows))
    data[f"{prefix}-INITIAL_FORMS"] = str(len(present))
