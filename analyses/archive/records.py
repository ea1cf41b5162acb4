"""Reading a record: every value is checked here, so that what follows can trust it."""

import json
import re
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone

from thinktank import html
from thinktank.fields import one_line
from thinktank.languages import codes
from thinktank.slugs import normal_slug, validate_slug

MAX_LINE = 20_000_000  # bytes: ten times the longest body
TYPES = ("format", "topic", "region", "expert", "tag", "page", "analysis", "picks", "image")
NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")
SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


class Rejected(Exception):
    """A line that cannot be imported, and why."""


def lines(stream):
    """The lines of a binary stream; of an endless one only as much as shows that it is too long."""
    while line := stream.readline(MAX_LINE + 1):
        yield line
        while not line.endswith(b"\n") and (line := stream.readline(MAX_LINE)):
            pass


def parse(line):
    """The record on one line, or None for an empty one. Raises Rejected."""
    if len(line) > MAX_LINE:
        raise Rejected(f"the line is longer than {MAX_LINE // 1_000_000} MB")
    try:
        text = line.decode("utf-8").lstrip("\ufeff")
    except UnicodeDecodeError:
        raise Rejected("not UTF-8") from None
    if not text.strip():
        return None
    if NUL.search(text):
        raise Rejected("a NUL character stands in it")
    try:
        record = json.loads(text, parse_constant=_no_constant)
        if SURROGATE.search(text):  # most are halves of a pair; one alone is no character
            json.dumps(record, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise Rejected("half a character (a lone surrogate) stands in it") from None
    except (ValueError, RecursionError):
        raise Rejected("not JSON") from None
    if not isinstance(record, dict):
        raise Rejected("not a JSON object")
    kind = record.get("type")
    if not isinstance(kind, str) or kind not in TYPES:
        raise Rejected(f"unknown type {kind!r:.40}" if isinstance(kind, str | None) else "type: text expected")
    record["id"] = identifier(record.get("id"))
    return record


def _no_constant(name):
    raise ValueError(name)


def identifier(value):
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not value.strip() or len(value) > 200:
        raise Rejected("no id, or one of more than 200 characters")
    return value


def string(record, key, most, default=""):
    """A plain text value of one line and at most `most` characters."""
    value = record.get(key, default)
    if value is None:
        value = default
    if not isinstance(value, str):
        raise Rejected(f"{key}: text expected")
    value = one_line(value)
    if len(value) > most:
        raise Rejected(f"{key}: {len(value):,} characters; at most {most:,} are possible")
    return value


def strings(record, key, most=200):
    """A list of plain texts, each once; empty ones are as absent ones."""
    values = record.get(key) or []
    if not isinstance(values, list) or not all(isinstance(value, str | int) for value in values):
        raise Rejected(f"{key}: a list of texts expected")
    found = (string({key: str(value)}, key, most) for value in values)
    return list(dict.fromkeys(value for value in found if value))


def by_language(record, key, most=None):
    """`{language: text}`; empty texts are as absent ones. `most` None means HTML."""
    values = mapping(record, key)
    for code in values:
        if code not in codes():
            raise Rejected(f"{key}: unknown language {code!r:.20}")
    if most is None:
        return {code: text for code in values if (text := body(values, code))}
    return {code: text for code in values if (text := string(values, code, most))}


def mapping(record, key):
    """An object; {} where there is none."""
    value = record.get(key)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Rejected(f"{key}: an object expected")
    return value


def objects(record, key):
    values = record.get(key) or []
    if not isinstance(values, list) or not all(isinstance(value, dict) for value in values):
        raise Rejected(f"{key}: a list of objects expected")
    return values


def body(record, key):
    value = record.get(key) or ""
    if not isinstance(value, str):
        raise Rejected(f"{key}: HTML text expected")
    if len(value) > html.MAX_LENGTH:
        raise Rejected(f"{key}: {len(value):,} characters; at most {html.MAX_LENGTH:,} are possible")
    return value


def email(record, key):
    value = string(record, key, 254)
    try:
        if value:
            validate_email(value)
    except ValidationError:
        raise Rejected(f"{key}: not an address: “{value[:60]}”") from None
    return value


def slug(value, code):
    """A slug as given, checked; "" where there is none."""
    if value is None or value == "":
        return ""
    if not isinstance(value, str):
        raise Rejected(f"slug ({code}): text expected")
    value = normal_slug(value)
    try:
        validate_slug(value)
    except ValidationError as error:
        raise Rejected(f"slug ({code}): {error.messages[0]}") from None
    return value


def former_slugs(record):
    """`{language: [slugs]}` under which a thing was found before, and which go on leading to it."""
    given = mapping(record, "former_slugs")
    for code in given:
        if code not in codes():
            raise Rejected(f"former_slugs: unknown language {code!r:.20}")
    return {code: [slug(value, code) for value in strings(given, code)] for code in given}


def number(record, key, least=0, most=32_767, default=None):
    value = record.get(key)
    if value is None:
        return default
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise Rejected(f"{key}: a whole number from {least:,} to {most:,} expected")
    return value


def focus(record, key):
    """`(across, down)` in percent; the middle where none is given."""
    value = record.get(key)
    if value is None:
        return 50, 50
    if not isinstance(value, list) or len(value) != 2:
        raise Rejected(f"{key}: two numbers expected")
    return tuple(number({key: part}, key, most=100, default=50) for part in value)


def moment(value, key="published_at"):
    """An aware datetime, or None. A moment without a zone is meant in the institute's."""
    if value is None or value == "":
        return None
    try:
        parsed = datetime.fromisoformat(value)
        if not 1500 <= parsed.year <= 2200:
            raise ValueError
    except (TypeError, ValueError):
        raise Rejected(f"{key}: not a date and time: {str(value)[:40]!r}") from None
    return parsed if parsed.tzinfo else timezone.make_aware(parsed)


def written_moment(moment):
    """A moment as the archive has it, in UTC."""
    return timezone.localtime(moment, timezone.get_fixed_timezone(0)).isoformat().replace("+00:00", "Z")
