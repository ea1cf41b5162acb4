import pytest
from django.core.exceptions import ImproperlyConfigured

from thinktank import environment


@pytest.fixture
def value(monkeypatch):
    """Sets the one variable that these tests read."""
    return lambda value: monkeypatch.setenv("SETTING", value)


def refused(read, *arguments):
    with pytest.raises(ImproperlyConfigured) as error:
        read("SETTING", *arguments)
    message = str(error.value)
    assert message.startswith("SETTING ")
    assert "\n" not in message
    return message


def test_an_empty_variable_counts_as_not_set(value):
    value("")
    assert environment.text("SETTING", "default") == "default"
    assert environment.boolean("SETTING", True) is True
    assert environment.integer("SETTING", 7) == 7
    assert environment.items("SETTING", ["a"]) == ["a"]
    assert environment.database_url("SETTING") == {}


def test_a_required_variable_must_have_a_value(value):
    value(" ")
    assert refused(environment.required, "it is needed") == "SETTING is not set: it is needed."


@pytest.mark.parametrize(
    ("text", "expected"),
    [("1", True), ("true", True), ("YES", True), ("0", False), ("False", False), ("no", False)],
)
def test_booleans(value, text, expected):
    value(text)
    assert environment.boolean("SETTING") is expected


@pytest.mark.parametrize("text", ["on", "2", "maybe", "t"])
def test_other_words_are_not_booleans(value, text):
    value(text)
    assert repr(text) in refused(environment.boolean)


@pytest.mark.parametrize("text", ["1_000", "+5", "5.0", "٥", "five", "0x5", "--5"])
def test_only_plain_digits_are_integers(value, text):
    value(text)
    refused(environment.integer, 0)


def test_integers_keep_to_their_limits(value):
    value("-3")
    assert environment.integer("SETTING", 0) == -3
    assert "at least 1" in refused(environment.integer, 0, 1)
    value("70000")
    assert "at most 65535" in refused(environment.integer, 0, 1, 65535)


def test_items_are_separated_by_commas(value):
    value(" example.org, www.example.org ,")
    assert environment.items("SETTING") == ["example.org", "www.example.org"]


def test_a_choice_is_one_of_its_options(value):
    assert environment.choice("SETTING", ["dual", "international"], "dual") == "dual"
    value("Dual")
    assert "dual or international" in refused(environment.choice, ["dual", "international"], "dual")


@pytest.mark.parametrize("text", ["Mars/Olympus", "../../etc/passwd", "Asia"])
def test_time_zones_must_exist(value, text):
    value(text)
    refused(environment.time_zone, "UTC")


@pytest.mark.parametrize(
    "text",
    ["example.org", "https://", "https://example.org/", "https://example.org/site", "ftp://example.org",
     "https://example.org?x", "https://example.org:port", "https://user:password@example.org"],
)  # fmt: skip
def test_the_site_has_an_absolute_address_without_a_path(value, text):
    value(text)
    refused(environment.site_url)


def test_site_url(value):
    value("http://127.0.0.1:8000")
    assert environment.site_url("SETTING") == "http://127.0.0.1:8000"


def test_database_url(value):
    value("postgres://edi%74or:p%40ss%2Fword%23@db.example.org:6543/think%20tank?sslmode=require")
    assert environment.database_url("SETTING") == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "think tank",
        "USER": "editor",
        "PASSWORD": "p@ss/word#",
        "HOST": "db.example.org",
        "PORT": "6543",
        "OPTIONS": {"sslmode": "require"},
    }


def test_database_url_with_a_unix_socket(value):
    value("postgresql://editor@/thinktank?host=/run/postgresql&port=5433")
    database = environment.database_url("SETTING")
    assert (database["HOST"], database["PORT"], database["NAME"]) == ("/run/postgresql", "5433", "thinktank")
    assert database["OPTIONS"] == {}


@pytest.mark.parametrize(
    "text",
    ["mysql://user:secret@host/name", "secret", "postgres://user:secret@host", "postgres://user:secret@host/a/b",
     "postgres://user:secret@host:port/name", "postgres://user:secret@host:0/name", "postgres://user:secret@[::/name",
     "postgres://user:sec#ret@host/name", "postgres://user:secret@host/name?sslmod=require",
     "postgres://user:secret@host/name?host=/run", "postgres://user:secret@/name?port=99999"],
)  # fmt: skip
def test_a_malformed_database_url_is_refused_without_its_password(value, text):
    value(text)
    assert "secret" not in refused(environment.database_url)


def test_email_url(value):
    value("smtp+tls://news%40example.org:secret@mail.example.org")
    settings = environment.email_url("SETTING")
    assert settings["EMAIL_HOST_USER"] == "news@example.org"
    assert (settings["EMAIL_HOST"], settings["EMAIL_PORT"]) == ("mail.example.org", 587)
    assert (settings["EMAIL_USE_TLS"], settings["EMAIL_USE_SSL"]) == (True, False)
    value("imap://user:secret@mail.example.org")
    assert "secret" not in refused(environment.email_url)


def test_a_misspelt_setting_is_refused(monkeypatch):
    environment.refuse_unknown()
    monkeypatch.setenv("THINKTANK_SITEURL", "https://example.org")
    with pytest.raises(ImproperlyConfigured, match="^THINKTANK_SITEURL is not a setting"):
        environment.refuse_unknown()
