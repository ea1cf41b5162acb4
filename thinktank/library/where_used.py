"""Where a picture stands, as far as the person who asks may know it."""

from dataclasses import dataclass

from django.contrib import admin
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from .. import uses
from ..languages import codes, column, language_name


@dataclass
class Use:
    """Something that shows a picture, and how."""

    kind: str
    title: str
    url: str
    how: list[str]


def where_used(request, image):
    """`{"rows": [Use, …], "hidden": number of those that this person may not see}`, the most recent ones first."""
    shown = {}  # (model, primary key) of what staff open -> (that, how it shows the picture)
    for place in uses.places():
        owner = getattr(place.model, "stands_for", None)
        rows = place.rows(image.pk).order_by("-pk")
        for row in (rows.select_related(owner) if owner else rows)[: uses.FEW]:
            opened = getattr(row, owner) if owner else row
            _opened, how = shown.setdefault((type(opened), opened.pk), (opened, []))
            how += [_window(row)] if owner else _how(row, image)
    visible = _visible(request, shown)
    rows = [_use(row, how) for key, (row, how) in shown.items() if key in visible]
    return {"rows": rows, "hidden": len(shown) - len(rows)}


def _visible(request, keys):
    """Those of `{(model, primary key)}` that this person may see in the newsroom: the model's own admin decides."""
    found = set()
    for model in {model for model, _key in keys}:
        model_admin = admin.site._registry.get(model)
        if model_admin and model_admin.has_view_permission(request):
            wanted = [key for other, key in keys if other is model]
            allowed = model_admin.get_queryset(request).filter(pk__in=wanted).values_list("pk", flat=True)
            found |= {(model, key) for key in allowed}
    return found


def titles_in_use(request, image):
    """The same in a line each, for the page that says why something cannot be deleted."""
    used = where_used(request, image)
    lines = [f"{use.kind}: {use.title}" for use in used["rows"]]
    return lines + ([_("%d more that you may not see") % used["hidden"]] if used["hidden"] else [])


def _use(row, how):
    route = f"admin:{row._meta.app_label}_{row._meta.model_name}_change"
    return Use(capfirst(row._meta.verbose_name), str(row), reverse(route, args=[row.pk]), how)


def _how(row, image):
    """Which fields of a row show the image: “lead picture”, “text (English)”."""
    found = []
    for model_field in row._meta.fields:
        if model_field.related_model is type(image) and getattr(row, model_field.attname) == image.pk:
            found.append(capfirst(model_field.verbose_name))
    mark = f'data-image="{image.pk}"'
    translated = {one.translated_field.name for one in row._meta.fields if hasattr(one, "translated_field")}
    for name in translated if image.pk in getattr(row, "pictures", []) else []:
        shown = [code for code in codes() if mark in (getattr(row, column(name, code)) or "")]
        found += [f"{capfirst(row._meta.get_field(name).verbose_name)} ({language_name(code)})" for code in shown]
    return found


def _window(edition):
    return _("%(language)s, edition %(number)d: %(window)s") % {
        "language": language_name(edition.language), "number": edition.number, "window": edition.window,
    }  # fmt: skip
