"""Moments as staff write and read them: a time on the wall, in a named time zone, and the same moment in UTC."""

from datetime import UTC
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _

COOKIE = "newsroom-zone"
PLACES = ("Africa/", "America/", "Antarctica/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/")


@lru_cache
def _known():
    return ["UTC", *sorted(name for name in available_timezones() if name.startswith(PLACES))]


def zone_names():
    """Every zone named after a place, with UTC and the institute's own."""
    known = _known()
    return known if settings.TIME_ZONE in known else [settings.TIME_ZONE, *known]


def zone_of(request):
    """The name of the zone that this person used last, at first the institute's."""
    chosen = request.COOKIES.get(COOKIE)
    return chosen if chosen in zone_names() else settings.TIME_ZONE


def remember_zone(request, response, zone):
    if zone != zone_of(request):
        response.set_cookie(
            COOKIE, zone, max_age=31_536_000, path="/admin/", secure=settings.SECURE, httponly=True, samesite="Lax"
        )
    return response


def readings(wall, zone):
    """The moments in UTC at which the clocks of `zone` show the naive datetime `wall`.

    One nearly always. Where the clocks are set back there are two; where they are put forward none, and the two that
    come nearest are given.
    """
    place = ZoneInfo(zone)
    return sorted({wall.replace(tzinfo=place, fold=fold).astimezone(UTC) for fold in (0, 1)})


def is_skipped(wall, zone):
    """Whether the clocks of `zone` never show `wall`."""
    return readings(wall, zone)[0].astimezone(ZoneInfo(zone)).replace(tzinfo=None) != wall


def clock(moment, zone):
    """Day and time of a moment on the clocks of `zone`, in the active language."""
    local = moment.astimezone(ZoneInfo(zone))
    return f"{date_format(local, 'DATE_FORMAT')}, {local:%H:%M}"


def spelled(moment, zone=None):
    """A moment in a zone, the institute's if none is named, and in UTC: «26 November 2026, 09:00 (Asia/Beirut) = …»."""
    zone = zone or settings.TIME_ZONE
    if zone == "UTC":
        return format_html("{} (<bdi>UTC</bdi>)", clock(moment, "UTC"))
    return format_html("{} (<bdi>{}</bdi>), {} (<bdi>UTC</bdi>)", clock(moment, zone), zone, clock(moment, "UTC"))


def with_offset(moment, zone):
    """As `spelled`, and how far the clocks stand from UTC: what tells the two readings of one time apart."""
    local = moment.astimezone(ZoneInfo(zone))
    offset = f"UTC{local:%z}"
    return format_html(
        _("{local}, when the clocks of {zone} are at {offset}: {utc} in UTC"),
        local=clock(moment, zone), zone=format_html("<bdi>{}</bdi>", zone),
        offset=format_html('<bdi dir="ltr">{}:{}</bdi>', offset[:-2], offset[-2:]), utc=clock(moment, "UTC"),
    )  # fmt: skip


class WallClockField(forms.DateTimeField):
    """A date and time without a zone, as a clock on a wall shows it."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")

    def to_python(self, value):
        with timezone.override(UTC):
            found = super().to_python(value)
        if found and found.utcoffset():  # an offset was typed: which clock was meant?
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return found and found.replace(tzinfo=None)

    def prepare_value(self, value):
        return value
