"""Showing a draft to somebody without an account: making links for it, seeing whether they were opened, revoking them."""

from datetime import timedelta

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from thinktank import audit
from thinktank.chrome import absolute
from thinktank.fields import one_line
from thinktank.languages import language_name

from .. import revisions
from ..permissions import may_edit_some
from ..previews import PreviewLink
from .history import seen_text

HOURS = [
    (24, gettext_lazy("One day")), (72, gettext_lazy("Three days")), (168, gettext_lazy("One week")),
    (720, gettext_lazy("Thirty days")),
]  # fmt: skip


class LinkForm(forms.Form):
    label = forms.CharField(
        label=gettext_lazy("For whom"), max_length=100, required=False,
        help_text=gettext_lazy("Only the newsroom sees it."),
        widget=forms.TextInput({"class": "vTextField", "dir": "auto", "autocomplete": "off"}),
    )  # fmt: skip
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Languages"), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose one language at least.")},
    )  # fmt: skip
    hours = forms.TypedChoiceField(label=gettext_lazy("Works for"), choices=HOURS, coerce=int, initial=72)
    pinned = forms.TypedChoiceField(
        label=gettext_lazy("Shows"), coerce=int, initial=0,
        choices=[(0, gettext_lazy("the text as it is whenever it is opened")), (1, gettext_lazy("the text as it is now"))],
    )  # fmt: skip

    def __init__(self, data, codes):
        super().__init__(data)
        self.fields["languages"].choices = [(code, language_name(code)) for code in codes]
        self.fields["languages"].initial = codes

    def clean_label(self):
        return one_line(self.cleaned_data["label"])


def urls(admin):
    def route(address, page, name):
        def answer(request, **parts):
            return page(admin, request, **parts)

        return path(f"<int:pk>/{address}", admin.admin_site.admin_view(answer), name=f"analyses_analysis_{name}")

    return [
        route("preview-links/", links_page, "preview_links"),
        route("preview-links/<int:link>/revoke/", require_post(revoke), "revoke_preview_link"),
    ]


def require_post(page):
    def answer(admin, request, **parts):
        return require_POST(lambda request: page(admin, request, **parts))(request)

    return answer


def on_form(request, analysis):
    return {"preview_links": links_of(request.user, analysis), "may_share": may_edit_some(request.user, analysis)}


def links_of(user, analysis):
    """The links that still work, and whether this person may revoke them."""
    found = analysis.preview_links.open().with_opens().select_related("created_by", "revision__revision")
    return [
        {
            "link": link,
            "languages": [language_name(code) for code in link.languages],
            "may_revoke": may_revoke(user, link, analysis),
        }
        for link in found
    ]


def may_revoke(user, link, analysis):
    return link.created_by_id == user.pk or may_edit_some(user, analysis)


@transaction.atomic
def links_page(admin, request, pk):
    """The links of a text, and a form for a new one, whose address is shown once."""
    analysis = seen_text(request, pk)
    if not may_edit_some(request.user, analysis):
        raise PermissionDenied
    form, address = LinkForm(request.POST or None, analysis.languages()), None
    if request.method == "POST" and form.is_valid():
        address = absolute(reverse("preview", args=[make(request, analysis, form.cleaned_data)]))
        form = LinkForm(None, analysis.languages())
    context = admin.admin_site.each_context(request) | {
        "title": _("Show the draft to somebody"), "opts": admin.opts, "analysis": analysis, "form": form,
        "address": address, "preview_links": links_of(request.user, analysis),
    }  # fmt: skip
    response = render(request, "admin/newsroom/preview_links.html", context)
    response["Referrer-Policy"] = "same-origin"
    return response


def make(request, analysis, chosen):
    """A link as the form asks for it; returns its token."""
    version = None
    if chosen["pinned"]:
        revisions.keep(analysis)
        version = revisions.of(analysis).first()
    link, token = PreviewLink.make(
        analysis, chosen["languages"], request.user, chosen["label"], timedelta(hours=chosen["hours"]), version
    )
    audit.record(
        request, "preview link", analysis, link=link.pk, label=link.label, languages=link.languages,
        expires_at=link.expires_at, revision=version.pk if version else None,
    )  # fmt: skip
    return token


@transaction.atomic
def revoke(admin, request, pk, link):
    analysis = seen_text(request, pk)
    found = get_object_or_404(analysis.preview_links, pk=link)
    if not may_revoke(request.user, found, analysis):
        raise PermissionDenied
    found.revoke()
    audit.record(request, "revoke preview link", analysis, link=found.pk, label=found.label)
    messages.success(request, _("The link is revoked: whoever opens it now finds nothing."))
    return HttpResponseRedirect(reverse("admin:analyses_analysis_change", args=[pk]))
