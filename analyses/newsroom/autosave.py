"""Every few seconds what somebody types is kept as a draft of their own, and offered to them when they come back."""

import json
import re

from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpResponseRedirect, JsonResponse, QueryDict
from django.middleware.csrf import get_token
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ..drafts import Autosave
from . import form_state, presence, two_editors
from .conflicts import compared, paragraphs

MOST_FIELDS = 2000
LONGEST_NAME = 200
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # what PostgreSQL does not take
NOT_KEPT = {"csrfmiddlewaretoken", "_save", "_continue", "_addanother", "_publish"}


def urls(admin):
    def route(address, view, name):
        return path(address, admin.admin_site.admin_view(view), name=f"analyses_analysis_{name}")

    def draft(request, pk=None):
        return keep(admin, request, pk)

    def answer(request, verb, pk=None):
        return {"restore": restore, "discard": discard}[verb](admin, request, pk)

    draft, answer = require_http_methods(["GET", "POST"])(draft), require_POST(answer)
    return [
        route("<int:pk>/draft/", draft, "draft"),
        route("add/draft/", draft, "new_draft"),
        *(route(f"<int:pk>/draft/{verb}/", _with(answer, verb), verb + "_draft") for verb in ("restore", "discard")),
        *(route(f"add/draft/{verb}/", _with(answer, verb), verb + "_new_draft") for verb in ("restore", "discard")),
    ]


def _with(view, verb):
    return lambda request, pk=None: view(request, verb, pk)


def text_of(admin, request, pk):
    """The text whose form this person fills in, or None for a new one; refuses who may not."""
    if pk is None:
        if not admin.has_add_permission(request):
            raise PermissionDenied
        return None
    analysis = admin.get_queryset(request).filter(pk=pk).first()
    if analysis is None or not admin.has_change_permission(request, analysis):
        raise PermissionDenied
    return analysis


# --- Keeping


def keep(admin, request, pk):
    """Answers in JSON. GET: a fresh token for forms, after a new log-in. POST: a sign of life, with the form if it changed.

    `{"fields": [[name, value], …], "opened_at": "…"}`; `{"leaving": true}` when the page is closed.
    """
    analysis = text_of(admin, request, pk)
    if request.method == "GET":
        return JsonResponse({"token": get_token(request)})
    sent = sent_json(request)
    said = ""
    if "fields" in sent:
        row, _new = Autosave.objects.update_or_create(
            analysis=analysis, user=request.user, defaults={"fields": form_fields(sent["fields"])}
        )
        said = _("Saved as your draft at %(time)s.") % {"time": presence.clock(row.saved_at)}
    if analysis is None:
        return JsonResponse({"said": said, "others": []})
    if sent.get("leaving") is True:
        presence.leave(analysis, request.user)
        return JsonResponse({"said": said, "others": []})
    presence.arrive(analysis, request.user)
    saved = presence.saves(analysis, request.user, sent.get("opened_at"))
    return JsonResponse({"said": said, "others": [*presence.others(analysis, request.user), *saved]})


def sent_json(request):
    """The object in a JSON request; 400 for everything that our own script would never send."""
    if request.content_type != "application/json":
        raise BadRequest("Not JSON.")
    try:
        sent = json.loads(request.body, object_pairs_hook=_once, parse_constant=_no_number, parse_float=_no_number)
    except (ValueError, RecursionError):
        raise BadRequest("Not the JSON of a form.") from None
    if not isinstance(sent, dict):
        raise BadRequest("Not the JSON of a form.")
    return sent


def _once(pairs):
    if len(pairs) != len(dict(pairs)):
        raise ValueError("A name stands twice.")
    return dict(pairs)


def _no_number(text):
    raise ValueError(text)


def form_fields(pairs):
    """The fields of a form as they may be stored; raises BadRequest unless they are pairs of texts."""
    if not isinstance(pairs, list) or len(pairs) > MOST_FIELDS:
        raise BadRequest("Not the fields of a form.")
    kept = []
    for pair in pairs:
        if not (isinstance(pair, list) and len(pair) == 2 and all(isinstance(part, str) for part in pair)):
            raise BadRequest("Not a field of a form.")
        name, value = (UNSTORABLE.sub("", part) for part in pair)
        if len(name) > LONGEST_NAME:
            raise BadRequest("Not a field of a form.")
        if name not in NOT_KEPT:
            kept.append([name, value])
    return kept


def forget(request, pk):
    """After a save: there is nothing left to be restored."""
    Autosave.objects.filter(analysis=pk, user=request.user).delete()


# --- Coming back


def beside_form(request, analysis):
    """Where the page keeps its draft, and the question about one that was left."""
    key, names = ([analysis.pk], "") if analysis else ([], "new_")
    address = {
        verb: reverse(f"admin:analyses_analysis_{verb}_{names}draft", args=key) for verb in ("restore", "discard")
    }
    context = {
        "autosave_url": reverse(f"admin:analyses_analysis_{names}draft", args=key),
        "opened_at": timezone.now().isoformat(),
        "others": presence.others(analysis, request.user) if analysis else [],
    }
    if request.method == "GET":
        draft = Autosave.objects.filter(analysis=analysis, user=request.user).first()
        if draft:
            context["draft"] = {"at": presence.clock(draft.saved_at), "addresses": address, "row": draft}
    return context


def changes_of(draft, admin, request, analysis):
    """How a draft differs from what is stored: `[{"label", "language", "parts"}]`, nothing if it does not."""
    data = as_data(draft)
    form_class = admin.get_form(request, analysis, change=analysis is not None)
    known = two_editors.record_of(data.get(form_state.OPENED), analysis)
    sent = form_state.as_sent(data, form_class, two_editors.inlines_of(admin, request, analysis), known.get("rows", {}))
    now = form_state.of_database(analysis, form_class(instance=analysis).initial) if analysis else {}
    return [
        {
            "label": two_editors.label(name),
            "language": two_editors.language_of(name),
            "parts": compared(_read(name, now.get(name)), _read(name, value)),
        }
        for name, value in sent.items()
        if not two_editors.same_value(name, now.get(name, _nothing(value)), value)
    ]


def _nothing(value):
    return [] if isinstance(value, list) else ""


def _read(name, value):
    return paragraphs(name.rpartition(":")[2], value) if value not in (None, "", []) else []


def as_data(draft):
    """A draft as the POST that it would have been."""
    data = QueryDict(mutable=True)
    for name, value in draft.fields:
        data.appendlist(name, value)
    return data


def restore(admin, request, pk):
    """The form with the draft in it; nothing is saved by that."""
    analysis = text_of(admin, request, pk)
    draft = Autosave.objects.filter(analysis=analysis, user=request.user).first()
    if draft is None:
        return HttpResponseRedirect(address_of(pk))
    _read = request.FILES  # Django reads the body once, and would put what was sent back into POST
    request.POST = as_data(draft)
    request.restored = presence.clock(draft.saved_at)
    return admin.changeform_view(request, str(pk) if pk else None, form_url=address_of(pk))


def discard(admin, request, pk):
    text_of(admin, request, pk)
    forget(request, pk)
    return HttpResponseRedirect(address_of(pk))


def address_of(pk):
    return reverse("admin:analyses_analysis_change", args=[pk]) if pk else reverse("admin:analyses_analysis_add")
