"""Sending a language of a text to review, and returning it to its author with a word."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from thinktank import audit
from thinktank.fields import one_line
from thinktank.languages import codes, language_name, read

from ..permissions import may_edit, may_publish, may_see
from ..states import standings
from .rows import ask, back, may_proceed, route, row_of


class ReviewForm(forms.Form):
    note = forms.CharField(
        label=gettext_lazy("Note for the reviewer"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        help_text=gettext_lazy("What to look at, and until when. It may be left empty."),
    )

    def clean_note(self):
        return one_line(self.cleaned_data["note"])


class ReturnForm(forms.Form):
    note = forms.CharField(
        label=gettext_lazy("Note for the author"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        help_text=gettext_lazy("What is to be done before it is sent again. Readers never see it."),
    )

    def clean_note(self):
        note = one_line(self.cleaned_data["note"])
        if not note:  # nothing of it can be seen
            raise forms.ValidationError(self.fields["note"].error_messages["required"], code="required")
        return note


def urls(admin):
    return [route(admin, "review", send_page), route(admin, "return", return_page)]


def may_send(request, analysis, code):
    return may_edit(request.user, analysis, code)


def may_return(request, code):
    return may_publish(request.user, code)


def on_row(request, analysis, stands):
    """What somebody may do about the review of one language, for the row of the editing page."""
    code = stands.code
    begun = bool(read(analysis, "title", code))
    sends = begun and not stands.is_in_review and may_send(request, analysis, code)
    returns = stands.is_in_review and may_return(request, code)
    return {
        "review_url": reverse("admin:analyses_analysis_review", args=[analysis.pk, code]) if sends else None,
        "return_url": reverse("admin:analyses_analysis_return", args=[analysis.pk, code]) if returns else None,
    }


@transaction.atomic
def send_page(admin, request, queryset, code):
    row = _row(request, queryset, code)
    analysis, stands = row["analysis"], row["standing"]
    if not may_send(request, analysis, code):
        raise PermissionDenied
    if not read(analysis, "title", code):
        row["reasons"].append(_("It has no title in this language, so there is nothing to review yet."))
    elif stands.is_in_review:
        row["reasons"].append(_("It is in review already."))
    form = ReviewForm(request.POST if request.method == "POST" else None)
    if may_proceed([row]) and form.is_valid():
        analysis.send_to_review(code, request.user, form.cleaned_data["note"])
        words = _("Sent to review in %(language)s.") % {"language": language_name(code)}
        return _done(admin, request, row, "send to review", code, form, words)
    return ask(admin, request, [row], code, form, _("Send %s to review") % language_name(code), "review")


@transaction.atomic
def return_page(admin, request, queryset, code):
    row = _row(request, queryset, code)
    if not may_return(request, code):
        raise PermissionDenied
    if not row["standing"].is_in_review:
        row["reasons"].append(_("It is not in review."))
    form = ReturnForm(request.POST if request.method == "POST" else None)
    if may_proceed([row]) and form.is_valid():
        row["analysis"].return_from_review(code, request.user, form.cleaned_data["note"])
        words = _("Returned from review in %(language)s.") % {"language": language_name(code)}
        return _done(admin, request, row, "return", code, form, words)
    return ask(admin, request, [row], code, form, _("Return %s to the author") % language_name(code), "review")


def _row(request, queryset, code):
    if code not in codes():
        raise Http404
    analysis = get_object_or_404(queryset)
    if not may_see(request.user, analysis):
        raise Http404
    stands = next(stands for stands in standings(analysis) if stands.code == code)
    return row_of(analysis, stands)


def _done(admin, request, row, action, code, form, words):
    admin.log_change(request, row["analysis"], words)
    audit.record(request, action, row["analysis"], language=code, note=form.cleaned_data["note"])
    messages.success(request, words)
    return back([row])
