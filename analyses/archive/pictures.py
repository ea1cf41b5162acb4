"""What the archive format says of a picture, in and out: `image_alt`, `photo_credit` … or, of its own record, `alt` …"""

from datetime import date

from thinktank.languages import codes, column, read

from . import records
from .records import Rejected

NOTHING = {"focal_x": 50, "focal_y": 50, "is_decorative": False, "licence_until": None, "withdrawn_at": None}
LINES = {"credit": 200, "licence": 100, "source_url": 500, "withdrawal_reason": 500}
NAMES = {"source_url": "source"}  # in the archive, where it is another one than the column's
TRANSLATED = ("alt", "caption")


def about(record=None, prefix=""):
    """The columns of an image, `{column: value}`, from a record; without one those of a picture of which nothing is said."""
    record = record or {}
    found = dict.fromkeys([column(name, code) for name in TRANSLATED for code in codes()], "")
    found |= dict.fromkeys(LINES, "") | NOTHING
    for name in TRANSLATED:
        found |= {column(name, code): text for code, text in records.by_language(record, prefix + name, 500).items()}
    for name in ("credit", "licence", "source_url"):
        found[name] = records.string(record, prefix + NAMES.get(name, name), LINES[name])
    if found["source_url"] and not found["source_url"].startswith(("https://", "http://")):
        raise Rejected(f"{prefix}source: an address begins with https:// or http://")
    found["focal_x"], found["focal_y"] = records.focus(record, f"{prefix}focus")
    found["is_decorative"] = bool(record.get(f"{prefix}decorative"))
    found["licence_until"] = _day(record.get(f"{prefix}licence_until"), f"{prefix}licence_until")
    withdrawn = records.mapping(record, f"{prefix}withdrawn")
    if withdrawn:
        found["withdrawn_at"] = records.moment(withdrawn.get("at"), f"{prefix}withdrawn")
        found["withdrawal_reason"] = records.string(withdrawn, "reason", 500)
        if not found["withdrawn_at"] or not found["withdrawal_reason"]:
            raise Rejected(f"{prefix}withdrawn: “at” and “reason” expected")
    return found


def _day(value, key):
    try:
        return date.fromisoformat(value) if value else None
    except (TypeError, ValueError):
        raise Rejected(f"{key}: not a date: {str(value)[:40]!r}") from None


def is_said_of(image, columns):
    """Whether exactly this is said of an image already. A text that is NULL says as little as an empty one."""
    return all((getattr(image, name) or None) == (value or None) for name, value in columns.items())


def said_of(image, prefix=""):
    """What a record says of an image; what is empty or usual is left out, but for the description."""
    texts = {name: {code: text for code in codes() if (text := read(image, name, code))} for name in TRANSLATED}
    focus = [image.focal_x, image.focal_y]
    withdrawn = image.withdrawn_at and {"at": image.withdrawn_at.isoformat(), "reason": image.withdrawal_reason}
    found = {
        "alt": texts["alt"],
        "caption": texts["caption"] or None,
        "credit": image.credit or None,
        "licence": image.licence or None,
        "source": image.source_url or None,
        "licence_until": image.licence_until and image.licence_until.isoformat(),
        "focus": focus if focus != [50, 50] else None,
        "decorative": image.is_decorative or None,
        "withdrawn": withdrawn or None,
    }
    return {prefix + name: value for name, value in found.items()}
