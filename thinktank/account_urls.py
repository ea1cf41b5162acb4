"""The pages of an account: those of allauth that staff need, and no others (nobody signs up here)."""

from allauth.account import views as account
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.urls import include, path, re_path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from . import audit
from .sessions import end_sessions


def log_in(request):
    """allauth's, which answers 200 where somebody has tried too often."""
    response = account.login(request)
    form = (getattr(response, "context_data", None) or {}).get("form")
    if form and form.is_bound and form.has_error("__all__", "too_many_login_attempts"):
        response.status_code = 429
    if response.status_code == 429:
        audit.record(request, "log in", result=audit.REFUSED, reason="too many attempts")
    return response


def no_sign_up(request):
    """The address that allauth names in a mail to somebody who has no account."""
    raise Http404


@require_POST
def end_other_sessions(request):
    if not request.user.is_authenticated:
        return redirect("account_login")
    end_sessions(request.user, request)
    audit.record(request, "end sessions", request.user)
    messages.success(request, _("You are logged out everywhere but here."))
    return redirect("mfa_index")


urlpatterns = [
    path("login/", log_in, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("password/set/", account.password_set, name="account_set_password"),
    path("password/reset/", account.password_reset, name="account_reset_password"),
    path("password/reset/done/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("password/reset/key/done/", account.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    path("signup/", no_sign_up, name="account_signup"),
    path("sessions/end/", end_other_sessions, name="end_other_sessions"),
    path("2fa/", include("allauth.mfa.urls")),
]
