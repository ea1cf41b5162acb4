"""Accounts of staff: how they log in and prove who they are. The pages and the second factors are allauth's."""

import logging
import re

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _

from . import audit
from .sessions import end_sessions, note_beginning

logger = logging.getLogger(__name__)

SECOND_FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
PROVED = "second-factor"  # in the session: the account was seen to have a second factor
LEAST_BESIDE_SITE_WORDS = 8


class AccountAdapter(DefaultAccountAdapter):
    """What is ours in allauth: nobody signs up, and no client says where it comes from."""

    def is_open_for_signup(self, request):
        return False

    def get_client_ip(self, request):
        return audit.client_address(request)

    def get_reset_password_from_key_url(self, key):
        # The address that is configured, not the one that this request came to.
        uid, _hyphen, secret = key.partition("-")
        return settings.SITE_URL + reverse("account_reset_password_from_key", args=[uid, secret])

    def send_mail(self, template_prefix, email, context):
        """A mail server that is down must not stop somebody from changing a password."""
        try:
            super().send_mail(template_prefix, email, context)
        except OSError:  # of which smtplib's errors are
            logger.exception("A mail about an account could not be sent (%s).", template_prefix)


class SecondFactorAdapter(DefaultMFAAdapter):
    def get_totp_issuer(self):
        return settings.INSTITUTE_NAME[settings.LANGUAGE_CODE]

    def _get_site_name(self):
        return settings.INSTITUTE_NAME[settings.LANGUAGE_CODE]


def has_second_factor(request):
    """Whether the person has one, asked once for each session. To take it away ends the session."""
    if not request.session.get(PROVED):
        if not Authenticator.objects.filter(user=request.user.pk, type__in=SECOND_FACTORS).exists():
            return False
        request.session[PROVED] = True
    return True


class SiteWordsValidator:
    """Refuses a password that is little more than the names of the institute and of this site."""

    def validate(self, password, user=None):
        left = password.casefold()
        for word in sorted(self.words(), key=len, reverse=True):
            left = left.replace(word, "")
        if len(left) < LEAST_BESIDE_SITE_WORDS:
            raise ValidationError(self.get_help_text(), code="password_of_site_words")

    def words(self):
        texts = [*settings.INSTITUTE_NAME.values(), settings.SITE_HOST, "thinktank newsroom password admin login"]
        return {word for text in texts for word in re.findall(r"\w{4,}", text.casefold())}

    def get_help_text(self):
        return _("The password must be more than the names of the institute and of this site.")


# --- What is recorded


def connect():
    from allauth.account.signals import password_changed, password_reset
    from allauth.mfa import signals as factors
    from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed

    user_logged_in.connect(note_beginning)
    user_logged_in.connect(on_log_in)
    user_logged_out.connect(on_log_out)
    user_login_failed.connect(on_failed_log_in)
    password_changed.connect(on_password)
    password_reset.connect(on_password)
    factors.authenticator_added.connect(on_factor)
    factors.authenticator_removed.connect(on_factor)
    factors.authenticator_reset.connect(on_factor)
    factors.authentication_failed.connect(on_failed_factor)


def on_log_in(request, user, **kwargs):
    audit.record(request if request is not None else user, "log in", user)


def on_log_out(request, user, **kwargs):
    if user is not None and not getattr(request, "end_is_recorded", False):
        audit.record(request, "log out", user)


def on_failed_log_in(request, credentials, **kwargs):
    """The name is kept only if there is such an account: people type their password there."""
    from django.contrib.auth.models import User

    if request is not None:
        user = User.objects.filter(username=str(credentials.get("username", ""))[:150].replace("\x00", "")).first()
        audit.record(request, "log in", user, result=audit.REFUSED)


def on_password(request, user, **kwargs):
    audit.record(request, "password", user)
    end_sessions(user, request)


def on_factor(request, user, authenticator, signal, **kwargs):
    from allauth.mfa.signals import authenticator_added

    kind = str(authenticator.type)
    audit.record(request, "second factor", user, kind=kind, added=signal is authenticator_added)
    if kind in SECOND_FACTORS:
        request.session.pop(PROVED, None)
        end_sessions(user, request)


def on_failed_factor(request, user, authenticator=None, **kwargs):
    kind = str(authenticator.type) if authenticator else ""
    audit.record(request, "second factor", user, result=audit.REFUSED, kind=kind)
