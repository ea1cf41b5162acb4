"""From when to when: dates as readers write them in an address, `2024`, `2024-03` or `2024-03-15`."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from thinktank.languages import language

DATE = re.compile(r"([1-9]\d{3})(?:-(\d\d)(?:-(\d\d))?)?", re.ASCII)
LAST_YEAR = 9998  # the day after the last one must be a date too


@dataclass(frozen=True)
class Span:
    """The days from the beginning of `first` to the end of `last`, either of them left open by ""."""

    first: str = ""
    last: str = ""

    @classmethod
    def read(cls, query):
        """What `from` and `to` say, in their right order; None if one of them is no date."""
        first, last = (query.get(name, "").strip() for name in ("from", "to"))
        if any(text and _begins(text) is None for text in (first, last)):
            return None
        if first and last and _begins(first) > _begins(last):
            first, last = last, first
        return cls(first, last)

    def __bool__(self):
        return bool(self.first or self.last)

    def pairs(self):
        return [(name, text) for name, text in (("from", self.first), ("to", self.last)) if text]

    @property
    def since(self):
        """The first moment in seconds, or None."""
        return _moment(_begins(self.first)) if self.first else None

    @property
    def until(self):
        """The first moment after it, or None."""
        return _moment(_ends(self.last)) if self.last else None

    @property
    def label(self):
        if self.first and self.last:
            return _("%(first)s to %(last)s") % {"first": _shown(self.first), "last": _shown(self.last)}
        if self.first:
            return _("since %(first)s") % {"first": _shown(self.first)}
        return _("until %(last)s") % {"last": _shown(self.last)}


def _parts(text):
    match = DATE.fullmatch(text)
    return [int(part) for part in match.groups() if part] if match else None


def _begins(text):
    """The first day that `text` names, or None."""
    parts = _parts(text)
    if parts is None or parts[0] > LAST_YEAR:
        return None
    try:
        return date(*(parts + [1, 1])[:3])
    except ValueError:
        return None


def _ends(text):
    """The day after the last one that `text` names."""
    parts, day = _parts(text), _begins(text)
    if len(parts) == 3:
        return day + timedelta(days=1)
    if len(parts) == 2:
        return (day + timedelta(days=31)).replace(day=1)
    return date(day.year + 1, 1, 1)


def _moment(day):
    return timezone.make_aware(datetime(day.year, day.month, day.day), timezone.get_default_timezone()).timestamp()


def _shown(text):
    parts, known = _parts(text), language()
    if len(parts) == 3:
        day = _begins(text)
        return known.day(
            timezone.make_aware(datetime(day.year, day.month, day.day, 12), timezone.get_default_timezone())
        )
    month = f"{known.months[parts[1] - 1]} " if len(parts) == 2 else ""
    return month + known.number(parts[0])
