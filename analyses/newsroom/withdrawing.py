"""Withdrawing: one language of one text from its page, or of several from the list."""

from django.contrib import messages
from django.db import transaction
from django.utils.translation import gettext as _

from thinktank import audit
from thinktank.languages import language_name, languages

from ..editions import Edition
from .forms import WithdrawForm
from .rows import ask, back, may_proceed, route, rows_of


def urls(admin):
    return [route(admin, "withdraw", withdraw_page)]


@transaction.atomic
def withdraw_page(admin, request, queryset, code, is_action=False):
    """Ask for the reason before withdrawing one text or several in one language; then do all of it or nothing."""
    confirmed = request.method == "POST" and (not is_action or "confirmed" in request.POST)
    rows = rows_of(request, queryset, code, locked=confirmed)
    for row in rows:
        if row["standing"].live is None:
            row["reasons"].append(
                _("It is not public yet. Cancel its schedule instead.")
                if row["standing"].scheduled
                else _("It is not published in this language.")
            )
    leaving = {row["analysis"].pk for row in rows}
    form = WithdrawForm(request.POST if confirmed else None, language=languages()[code], leaving=leaving)
    if confirmed and may_proceed(rows) and form.is_valid():
        for row in rows:
            _withdraw(admin, request, row["analysis"], code, form.cleaned_data)
        messages.success(request, _said(form.cleaned_data["kind"]))
        return back(rows)
    return ask(admin, request, rows, code, form, _("Withdraw %s") % language_name(code), "withdraw", is_action)


def _withdraw(admin, request, analysis, code, how):
    analysis.withdraw(code, **how)
    words = _("Withdrawn in %(language)s: %(reason)s") % {"language": language_name(code), "reason": how["reason"]}
    admin.log_change(request, analysis, words)
    replaced_by = how["replaced_by"] and how["replaced_by"].pk
    said = {"kind": how["kind"], "reason": how["reason"], "notice": how["notice"], "replaced_by": replaced_by}
    audit.record(request, "withdraw", analysis, code, **said)


def _said(kind):
    if kind == Edition.Withdrawal.WITHDRAWN:
        return _("Withdrawn. At its address readers find that it was, and why.")
    return _("Withdrawn. Readers no longer find it.")
