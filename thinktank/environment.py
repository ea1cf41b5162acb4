"""Settings from environment variables, parsed strictly.

A wrong value stops the start with one clear line instead of becoming a wrong default.
A variable that is set to the empty string counts as not set.
"""

import os
from urllib.parse import parse_qsl, unquote, urlsplit
from zoneinfo import ZoneInfo

from django.core.exceptions import ImproperlyConfigured

BOOLEANS = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
PREFIX = "THINKTANK_"

_asked = set()  # every name settings.py asked for; refuse_unknown() compares with it


def text(name, default=""):
    _asked.add(name)
    return os.environ.get(name, "").strip() or default


def required(name, why):
    value = text(name)
    if not value:
        raise ImproperlyConfigured(f"{name} is not set: {why}.")
    return value


def boolean(name, default=False):
    value = text(name)
    if not value:
        return default
    if value.lower() not in BOOLEANS:
        raise ImproperlyConfigured(f"{name} must be 1, true, yes, 0, false or no, not {value!r}.")
    return BOOLEANS[value.lower()]


def integer(name, default, minimum=None, maximum=None):
    value = text(name)
    if not value:
        return default
    # int() alone would also take "1_000", "+5" and Arabic-Indic digits.
    if not (value.isascii() and value.removeprefix("-").isdigit()):
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.")
    number = int(value)
    if minimum is not None and number < minimum:
        raise ImproperlyConfigured(f"{name} must be at least {minimum}, not {number}.")
    if maximum is not None and number > maximum:
        raise ImproperlyConfigured(f"{name} must be at most {maximum}, not {number}.")
    return number


def items(name, default=()):
    """A list, separated by commas."""
    return [item.strip() for item in text(name).split(",") if item.strip()] or list(default)


def choice(name, options, default):
    value = text(name, default)
    if value not in options:
        raise ImproperlyConfigured(f"{name} must be {' or '.join(options)}, not {value!r}.")
    return value


def time_zone(name, default):
    value = text(name, default)
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):  # unknown, malformed, a folder such as "Asia"
        raise ImproperlyConfigured(f"{name} must be a time zone like Asia/Beirut, not {value!r}.") from None
    return value


def site_url(name, default=""):
    """The absolute address of the site, without a slash at the end: https://example.org"""
    value = text(name, default)
    parts = _split(name, value, "https://example.org")
    if parts.scheme not in ("http", "https") or not parts.hostname or value != f"{parts.scheme}://{parts.netloc}":
        raise ImproperlyConfigured(
            f"{name} must be like https://example.org, with no path and no slash at the end, not {value!r}."
        )
    if "@" in parts.netloc:
        raise ImproperlyConfigured(f"{name} must not hold a user or a password.")
    return value


DATABASE_FORM = "postgres://user:password@host:5432/name"


def database_url(name):
    """The entry of DATABASES that a postgres:// address means; {} where the variable is not set.

    A Unix socket is given in the query, as libpq has it: postgresql://user@/name?host=/run/postgresql
    The messages never repeat the value, because it holds the password.
    """
    value = text(name)
    if not value:
        return {}
    parts = _split(name, value, DATABASE_FORM, secret=True)
    if parts.scheme not in ("postgres", "postgresql"):
        raise ImproperlyConfigured(f"{name} must be like {DATABASE_FORM}; only PostgreSQL is supported.")
    if parts.fragment:
        raise ImproperlyConfigured(f"{name} holds a '#'; write it as %23 in a user name or password.")
    database = unquote(parts.path.removeprefix("/"))
    if not database or "/" in database:
        raise ImproperlyConfigured(f"{name} must end in one database name, like {DATABASE_FORM}.")

    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    unknown = sorted(query.keys() - {"host", "port", "sslmode", "sslrootcert"})
    if unknown:
        raise ImproperlyConfigured(
            f"{name} has the option {unknown[0]!r}; known are host, port, sslmode and sslrootcert."
        )
    if "host" in query and parts.hostname:
        raise ImproperlyConfigured(f"{name} names two hosts, one before the database and one after ?host=.")
    port = query.pop("port", "") or ("" if parts.port is None else str(parts.port))
    if port and not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise ImproperlyConfigured(f"{name} must have a port between 1 and 65535.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": database,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", "") or unquote(parts.hostname or ""),
        "PORT": port,
        "OPTIONS": query,
    }


def email_url(name):
    """Django's e-mail settings from smtp://, smtp+tls:// (STARTTLS) or smtps://user:password@host:port

    Without one, mail is printed by the server instead of sent.
    """
    value = text(name)
    if not value:
        return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    form = "smtp+tls://user:password@host:587"
    parts = _split(name, value, form, secret=True)
    ports = {"smtp": 25, "smtp+tls": 587, "smtps": 465}
    if parts.scheme not in ports or not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment:
        raise ImproperlyConfigured(f"{name} must be like {form}; the schemes are {', '.join(ports)}.")
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or ports[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_TIMEOUT": 10,  # seconds; without one a dead mail server holds a worker for minutes
    }


def refuse_unknown():
    """Call after the last setting was read: a misspelt name would otherwise pass in silence."""
    unknown = sorted(name for name in os.environ if name.startswith(PREFIX) and name not in _asked)
    if unknown:
        raise ImproperlyConfigured(f"{unknown[0]} is not a setting of Thinktank; docs/operations.md lists them.")


def _split(name, value, form, secret=False):
    """urlsplit(), with its errors in one line; a secret value is not repeated."""
    try:
        parts = urlsplit(value)
        parts.port  # noqa: B018  reading it is what checks it
    except ValueError:
        shown = "" if secret else f", not {value!r}"
        raise ImproperlyConfigured(f"{name} must be like {form}{shown}.") from None
    return parts
