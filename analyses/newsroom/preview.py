"""What readers would see of the form as it stands: the public page of an edition that is never saved."""

from copy import copy

from csp.constants import NONE, SELF
from csp.decorators import csp_replace
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import override
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST

from experts.models import Expert
from taxonomy.models import Format, Tag
from thinktank.languages import codes, column, languages, read, write
from thinktank.slugs import normal_slug, validate_slug

from .. import publication, views
from ..cards import present
from ..editions import Edition
from ..models import Analysis, Authorship
from ..permissions import may_see
from . import form_state, two_editors


def urls(admin):
    def route(address, view, name):
        view = require_POST(xframe_options_sameorigin(view))
        # Framed by the form, and nobody else; nothing in it runs, and no form of it leads anywhere.
        view = csp_replace({"frame-ancestors": [SELF], "form-action": [NONE]})(view)
        return path(address, admin.admin_site.admin_view(view), name=f"analyses_analysis_{name}")

    def preview(request, code, pk=None):
        return page(admin, request, pk, code)

    return [
        route("<int:pk>/preview/<str:code>/", preview, "preview"),
        route("add/preview/<str:code>/", preview, "new_preview"),
    ]


def beside_form(request, analysis):
    """Where the pane gets its page from, and whether this person has it open."""
    name, key = ("preview", [analysis.pk]) if analysis else ("new_preview", [])
    return {
        "previews": [
            {"language": known, "url": reverse(f"admin:analyses_analysis_{name}", args=[*key, code])}
            for code, known in languages().items()
        ],
    }


def page(admin, request, pk, code):
    if code not in codes():
        raise Http404
    stored = None
    if pk is None:
        if not admin.has_add_permission(request):
            raise PermissionDenied
    else:
        stored = admin.get_queryset(request).select_related("format", "image").filter(pk=pk).first()
        if stored is None or not may_see(request.user, stored):
            raise PermissionDenied
    draft = as_written(admin, request, stored)
    if not read(draft, "title", code):
        with override(code):
            response = render(request, "admin/newsroom/nothing_to_preview.html", {"language": languages()[code]})
    else:
        response = public_page(request, unsaved_edition(draft, code))
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "private, no-store"
    return response


# --- The working copy as the form has it


def as_written(admin, request, stored):
    """An Analysis that is never saved, with what the form holds; what is not valid yet is taken as far as it goes."""
    draft = copy(stored) if stored else Analysis(pk=0)
    form_class = admin.get_form(request, stored, change=stored is not None)
    sent = fields_sent(request.POST, form_class)
    for name in sent.keys() - {"topics", "regions", "tags"}:
        setattr(draft, name, sent[name])
    if not draft.format_id:
        draft.format = Format()
    for code in codes():
        write(draft, "slug", code, printable_slug(read(draft, "slug", code)))
    related = {
        "topics": sent.get("topics", stored.topics.all() if stored else []),
        "regions": sent.get("regions", stored.regions.all() if stored else []),
        "tags": Tag.objects.filter(name__in=sent["tags"]) if "tags" in sent else stored.tags.all() if stored else [],
        "authorships": authorships(admin, request, stored),
        "editions": stored.editions.defer("source", "body", "text") if stored else [],
    }
    draft._prefetched_objects_cache = {name: list(rows) for name, rows in related.items()}
    return draft


def fields_sent(data, form_class):
    found = {}
    for name, field in form_class.base_fields.items():
        if (
            name == form_state.OPENED
            or name in form_class.locked
            or name not in data
            and not found_in(name, form_class)
        ):
            continue
        raw = field.widget.value_from_datadict(data, {}, name)
        try:
            found[name] = field.clean(raw)
        except ValidationError:
            if isinstance(raw, str) and getattr(Analysis._meta.get_field(name), "language", None):
                found[name] = raw
    return found


def found_in(name, form_class):
    """Of checkboxes, a browser sends nothing if none is ticked."""
    return name in form_state.names_of_sets(form_class)


def printable_slug(slug):
    slug = normal_slug(slug or "")
    try:
        validate_slug(slug)
    except ValidationError:
        return "preview"
    return slug or "preview"


def authorships(admin, request, stored):
    """The authors as the form has them, in order."""
    form = two_editors.inlines_of(admin, request, stored).get("authorships")
    if form is None or "expert" in form.locked:
        return stored.authorships.select_related("expert") if stored else []
    rows = [row for row in form_state.rows_sent(request.POST, "authorships", {}) if row["key"]]
    people = Expert.objects.in_bulk([row["key"] for row in rows])
    return [
        Authorship(pk=order, expert=people[row["key"]], order=order, **row["columns"])
        for order, row in enumerate(rows, 1)
        if row["key"] in people
    ]


# --- The page


def unsaved_edition(draft, code):
    """The edition that publishing would make now, with everything that the article page reads of one."""
    edition = publication.compose(draft, code)
    edition.also_in = list(
        Edition.objects.live().filter(analysis=draft.pk).exclude(language=code).values("language", "slug", "title")
    )
    for name in ("topic", "region", "tag"):
        rows = draft._prefetched_objects_cache[f"{name}s"]
        setattr(edition, f"{name}_list", [as_term(row, "label" if name == "tag" else "name") for row in rows])
    targets = Edition.objects.live().filter(analysis__in=edition.linked).values("analysis_id", "language", "slug")
    edition.link_targets = [{"analysis": row.pop("analysis_id"), **row} for row in targets]
    edition.versions = []
    return edition


def as_term(row, name):
    """What `EditionQuerySet.for_page` reads of a term."""
    columns = [column(name, code) for code in codes()]
    columns += ["slug"] if name == "label" else [column("slug", code) for code in codes()]
    return {each: getattr(row, each) for each in columns}


def public_page(request, edition):
    with override(edition.language):
        return views._article_page(request, present(edition))
