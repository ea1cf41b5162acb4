"""The record of who did what in the newsroom: rows that are added and never changed.

    audit.record(request, "publish", analysis, language="ar", number=3)
    audit.record(request, "save", analysis, result=REFUSED, fields=["title_en"])
    audit.record(None, "import", file="institute.jsonl")  # by a management command

A trigger refuses UPDATE and DELETE for everybody, and the web server's own database role has no right to them
(`manage.py web_role`).
"""

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

DONE, REFUSED = "done", "refused"
COMMAND_LINE = "command line"
# What may have been done, in words for the filter; another word is shown as it is.
ACTIONS = {
    "log in": _("Log-in"),
    "log out": _("Log-out"),
    "second factor": _("Second factor"),
    "password": _("New password"),
    "end sessions": _("End of sessions"),
    "roles": _("Change of rights"),
    "save": _("Save"),
    "publish": _("Publication"),
    "send to review": _("Sending to review"),
    "return": _("Return to the author"),
    "schedule": _("Schedule"),
    "cancel schedule": _("Cancelling of a schedule"),
    "withdraw": _("Withdrawal"),
    "restore": _("Restoration"),
    "recover": _("Recovery of a deleted text"),
    "delete": _("Deletion"),
    "upload": _("Addition of a picture"),
    "replace": _("Replacement of a picture"),
    "preview link": _("Preview link"),
    "revoke preview link": _("Revocation of a preview link"),
    "export": _("Export"),
    "import": _("Import"),
    "request": _("Request for a page"),
}
LONGEST = 300  # characters of a name or of a value in the detail


class AuditEntry(models.Model):
    """One thing that somebody did, or tried to do. Names are kept as text: the row outlives what it speaks of."""

    class Result(models.TextChoices):
        DONE = DONE, _("Done")
        REFUSED = REFUSED, _("Refused")

    at = models.DateTimeField(_("moment"), default=timezone.now, db_index=True)
    person_id = models.BigIntegerField(null=True, db_index=True)
    person = models.CharField(_("person"), max_length=LONGEST, blank=True)
    action = models.CharField(_("action"), max_length=40, db_index=True)
    model = models.CharField(_("kind"), max_length=100, blank=True)
    object_id = models.CharField(max_length=100, blank=True)
    label = models.CharField(_("what"), max_length=LONGEST, blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    address = models.CharField(_("from where"), max_length=60, blank=True)
    result = models.CharField(_("result"), max_length=10, choices=Result.choices, default=Result.DONE)
    detail = models.JSONField(_("details"), default=dict, encoder=DjangoJSONEncoder)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit")
        ordering = ["-at", "-pk"]
        default_permissions = ["view"]
        indexes = [models.Index(fields=["model", "object_id"], name="audit_of_one_thing")]

    def __str__(self):
        return f"{ACTIONS.get(self.action, self.action)} {self.label}".strip()


def record(request_or_user, action, obj=None, language="", result=DONE, **detail):
    """Add one row: who, when, what, in which language, from where, and how it ended. Returns the AuditEntry.

    `request_or_user` is the request, or the person where there is none, or None for a management command. The row
    belongs to the caller's transaction: what is rolled back leaves none, so record a refusal outside of it (a 403 is
    recorded by itself). Never put a password, token or preview link into the detail.
    """
    request = request_or_user if hasattr(request_or_user, "META") else None
    user = getattr(request, "user", None) if request else request_or_user
    known = getattr(user, "pk", None) is not None
    if request and result == REFUSED:
        request.refusal_is_recorded = True
    return AuditEntry.objects.create(
        person_id=user.pk if known else None,
        person=cut(user.get_username() if known else "" if request else COMMAND_LINE),
        action=action,
        model=obj._meta.label_lower if obj is not None else "",
        object_id=str(obj.pk or "") if obj is not None else "",
        label=cut(str(obj)) if obj is not None else "",
        language=language or "",
        address=client_address(request) if request else "",
        result=result,
        detail={name: cut(value) for name, value in detail.items()},
    )


def record_refusal(request):
    """Add that a request was refused, unless the refusal is recorded already."""
    if not getattr(request, "refusal_is_recorded", False):
        record(request, "request", result=REFUSED, method=request.method, path=request.path)


def cut(value):
    """`value` in a length that one may keep, and without the NUL that PostgreSQL refuses."""
    if isinstance(value, str):
        return value[:LONGEST].replace("\x00", "")
    if isinstance(value, list | tuple | set):
        return [cut(one) for one in list(value)[:50]]
    if isinstance(value, dict):
        return {cut(str(key)): cut(one) for key, one in list(value.items())[:50]}
    return value


def client_address(request):
    """Where a request comes from, as far as it can be known.

    Each proxy of ours adds to X-Forwarded-For the address that it was called from, so only as many entries from the
    end are believed as there are proxies (THINKTANK_PROXIES); the rest is what the client wrote.
    """
    direct = request.META.get("REMOTE_ADDR") or ""
    forwarded = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    trusted = settings.PROXIES
    if not trusted or len(forwarded) < trusted:
        return direct[:60]
    return forwarded[-trusted][:60]
