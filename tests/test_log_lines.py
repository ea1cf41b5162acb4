"""What the site writes into its log."""

import json
import logging
import sys

import pytest
from django.contrib.auth.models import User

from tests.test_second_factor import PASSWORD, log_in
from thinktank.logs import LONGEST_MESSAGE, JsonLine


def line(message, *arguments, **more):
    record = logging.LogRecord("django.request", logging.WARNING, "", 0, message, arguments, more.get("exc_info"))
    return JsonLine().format(record)


@pytest.fixture
def log(caplog):
    """All lines that are written, as they are written."""

    def lines():
        return "\n".join(JsonLine().format(record) for record in caplog.records)

    caplog.set_level(logging.DEBUG)
    return lines


ATTACKS = [
    "/a\r\n2026 ERROR forged",
    "/a\x1b[31mred",
    "/a\x9b31m",
    '/a","level":"INFO',
    "/a\u2028b",
    "/a\u202egpj.exe",
    "\ud800",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_event_is_one_line_whatever_somebody_wrote(attack):
    written = line("Not Found: %s", attack)
    assert len(written.splitlines()) == 1 and written.isprintable()
    read = json.loads(written)
    assert read["level"] == "WARNING" and read["source"] == "django.request"


def test_a_long_message_is_cut():
    assert len(line("x" * 1_000_000)) < LONGEST_MESSAGE + 300


def test_an_arabic_message_can_be_read():
    assert "النهر" in line("النهر")


def test_a_traceback_stands_in_the_line_of_its_error():
    try:
        raise ValueError("two\nlines")
    except ValueError:
        read = json.loads(line("Failed", exc_info=sys.exc_info()))
    assert "ValueError" in read["traceback"]


@pytest.mark.parametrize(
    "address", ["/preview/8f2kd93kf", "/ar/preview/8f2kd93kf", "/accounts/password/reset/key/1-8f2kd93kf/"]
)
def test_an_address_that_is_a_key_is_not_written(address):
    assert "8f2kd93kf" not in line("Not Found: %s", address)


@pytest.mark.django_db
def test_no_password_token_or_session_is_written(client, log, mailoutbox):
    User.objects.create_superuser("huda", "huda@tamarisk.example", PASSWORD)
    log_in(client, password="a wrong river of words")
    client.post("/accounts/password/reset/", {"email": "huda@tamarisk.example"})
    link = mailoutbox[0].body.split("http://testserver")[1].split()[0]
    client.get(link, follow=True)
    client.get(link[:-3] + "x/", follow=True)
    log_in(client)
    session = client.cookies["session"].value
    client.get("/admin/nothing-here/")
    key = link.rstrip("/").rpartition("/")[2]
    for secret in (
        PASSWORD,
        "a wrong river of words",
        key,
        session,
        client.cookies["csrf"].value if "csrf" in client.cookies else "no-such-word",
    ):
        assert secret not in log()


@pytest.mark.django_db
def test_an_error_of_the_site_writes_no_secret(client, log, monkeypatch):
    User.objects.create_superuser("huda", password=PASSWORD)
    monkeypatch.setattr("allauth.account.forms.LoginForm.clean", lambda self: 1 / 0)
    client.raise_request_exception = False
    assert client.post("/accounts/login/", {"login": "huda", "password": PASSWORD}).status_code == 500
    assert "ZeroDivisionError" in log() and PASSWORD not in log()
