"""How long somebody stays logged in to the newsroom, and what ends it at once."""

import time

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import User
from django.contrib.auth.views import redirect_to_login
from django.db import models
from django.utils import timezone

from . import audit
from .middleware import is_staff_address

BEGAN = "began"  # in the session: when its owner logged in, in seconds
KEPT = "kept"  # when all others of theirs were ended, and this was not


class SessionsEnd(models.Model):
    """The moment at which every earlier session of an account ended."""

    user = models.OneToOneField(User, models.CASCADE, primary_key=True, related_name="sessions_end")
    at = models.DateTimeField()

    class Meta:
        default_permissions = []


class StaffBackend(ModelBackend):
    """Django's own, reading in the same query whether the sessions of the account were ended."""

    def get_user(self, user_id):
        user = User.objects.select_related("sessions_end").filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None


class StaffSession:
    """Middleware for the newsroom: a session that has ended asks for a new log-in, and leads back to the same page."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if is_staff_address(request) and request.user.is_authenticated and has_ended(request):
            audit.record(request, "log out", request.user, reason="the session had ended")
            request.end_is_recorded = True
            logout(request)
            return redirect_to_login(request.get_full_path())
        return self.get_response(request)


def has_ended(request):
    began = request.session.get(BEGAN, 0)
    if time.time() - began > settings.SESSION_COOKIE_AGE:
        return True
    end = getattr(request.user, "sessions_end", None)
    return end is not None and max(began, request.session.get(KEPT, 0)) < end.at.timestamp()


def end_sessions(user, request=None):
    """End every session of an account at once, but for that of `request` if it is their own."""
    SessionsEnd.objects.update_or_create(user=user, defaults={"at": timezone.now()})
    if request is not None and request.user.pk == user.pk:
        request.session[KEPT] = time.time()


def note_beginning(request, **kwargs):
    """Receiver of user_logged_in."""
    if request is not None and hasattr(request, "session"):
        request.session[BEGAN] = time.time()
