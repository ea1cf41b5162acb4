"""Accounts: trying passwords, choosing one, losing one, and who may change whose account."""

import re
import time

import pytest
from django.contrib.auth.hashers import identify_hasher
from django.contrib.auth.models import Group, User
from django.contrib.auth.password_validation import validate_password
from django.core.cache import caches
from django.core.exceptions import ValidationError
from django.test import Client, override_settings

from tests.test_admin import address, fields_of, words
from tests.test_second_factor import PASSWORD, log_in
from thinktank.audit import AuditEntry

pytestmark = pytest.mark.django_db

NEW = "a longer river of words"


@pytest.fixture
def huda():
    return User.objects.create_superuser("huda", "huda@tamarisk.example", PASSWORD)


def is_in(client):
    return "_auth_user_id" in client.session


# --- Trying passwords


def test_who_tries_many_passwords_is_stopped_and_the_owner_only_for_a_while(client, huda, monkeypatch):
    answers = [log_in(client, password=f"wrong {n}").status_code for n in range(30)]
    assert answers[0] == 200 and answers[-1] == 429
    owner = Client(REMOTE_ADDR="198.51.100.9")
    assert log_in(owner).status_code == 429 and not is_in(owner)
    later = time.time() + 301
    monkeypatch.setattr("allauth.core.internal.ratelimit.time.time", lambda: later)
    log_in(owner)
    assert is_in(owner)


def test_a_header_that_the_client_wrote_starts_no_new_count(client, huda):
    User.objects.create_user("sami", password=PASSWORD)
    answers = [
        log_in(client, name=f"nobody-{n}", password="wrong", headers={"x-forwarded-for": f"203.0.113.{n}"}).status_code
        for n in range(15)
    ]
    assert answers[-1] == 429


def test_one_address_that_tries_many_accounts_does_not_lock_out_another_address(client, huda):
    for n in range(15):
        log_in(client, name=f"nobody-{n}", password="wrong")
    assert log_in(client).status_code == 429
    elsewhere = Client(REMOTE_ADDR="198.51.100.9")
    log_in(elsewhere)
    assert is_in(elsewhere)


def test_the_count_is_shared_by_all_workers():
    """The cache of one process would count for itself alone."""
    shared = {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "thinktank_cache"}
    with override_settings(CACHES={"default": shared}):
        caches["default"].set("seen", [1, 2], 60)
        assert caches["default"].get("seen") == [1, 2] and not caches["default"].add("seen", 1)


def test_throttled_attempts_are_recorded(client, huda):
    for n in range(7):
        log_in(client, password=f"wrong {n}")
    assert AuditEntry.objects.filter(action="log in", detail__reason="too many attempts").exists()


# --- Whether there is an account


def said(response):
    text = words(response)
    return response.status_code, re.sub(r"(value|csrf\w*)=\S+", "", text)


@pytest.mark.parametrize("name", ["nobody", "sami"])
def test_the_log_in_does_not_tell_whether_an_account_is_there_or_active(client, huda, name):
    User.objects.create_user("sami", password=PASSWORD, is_active=False, is_staff=True)
    known, other = said(log_in(client, password="wrong")), said(log_in(Client(), name=name, password=PASSWORD))
    assert known == other


def test_asking_for_a_new_password_does_not_tell_whether_there_is_an_account(client, huda, mailoutbox):
    answers = [
        said(client.post("/accounts/password/reset/", {"email": email}, follow=True))
        for email in ("huda@tamarisk.example", "nobody@tamarisk.example")
    ]
    assert answers[0] == answers[1] and len(mailoutbox) == 2  # so that the time it takes tells nothing either


# --- Choosing a password


@pytest.mark.parametrize("password", [
    "x7!Q" * 3 + "ab", "a" * 14, "the institute pw", "thinktank-thinktank", "Newsroom Institute", "passwordpassword",
    "123456789012345678", "newsroom password",
])  # fmt: skip
def test_a_short_or_guessable_password_is_refused(password):
    with pytest.raises(ValidationError):
        validate_password(password, User(username="huda"))


@pytest.mark.parametrize("password", [
    "fifteen letters", "  spaces at both ends  ", "نهر طويل من الكلمات", "only lower case letters here", "w" * 30 + "k" * 34,
    "long " * 25 + "end", "correct horse battery staple",
])  # fmt: skip
def test_a_long_password_of_any_letters_is_taken_as_it_was_typed(password, client, huda):
    validate_password(password, huda)
    log_in(client)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": password, "password2": password})
    huda.refresh_from_db()
    assert huda.check_password(password)
    other = Client()
    log_in(other, password=password)
    assert is_in(other)


def test_passwords_are_kept_with_argon2(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    user = User.objects.create_user("sami", password=PASSWORD)
    assert identify_hasher(user.password).algorithm == "argon2"


# --- A lost password


def link_in(mail):
    return re.search(r"https?://[^\s]+/password/reset/key/[^\s]+", mail.body)[0]


def ask_for_link(client, mailoutbox, **extra):
    client.post("/accounts/password/reset/", {"email": "huda@tamarisk.example"}, **extra)
    return link_in(mailoutbox[-1])


def set_new(client, link, password=NEW):
    form = client.get(link.replace("http://testserver", ""), follow=True)
    where = form.redirect_chain[-1][0] if form.redirect_chain else link
    return form, client.post(where, {"password1": password, "password2": password}, follow=True)


def test_the_link_for_a_new_password_has_the_configured_address(client, huda, mailoutbox, settings):
    settings.ALLOWED_HOSTS = ["testserver", "localhost"]
    assert ask_for_link(client, mailoutbox, headers={"host": "localhost"}).startswith("http://testserver/accounts/")
    assert client.post("/accounts/password/reset/", headers={"host": "evil.example"}).status_code == 400


def test_the_link_works_once_and_takes_no_second_factor_away(client, huda, mailoutbox):
    link = ask_for_link(client, mailoutbox)
    form, _done = set_new(client, link)
    huda.refresh_from_db()
    assert huda.check_password(NEW) and not is_in(client)
    assert link.rstrip("/").rpartition("-")[2] not in form.redirect_chain[-1][0]  # nothing for a Referer to tell
    set_new(Client(), link, "another long river of words")
    huda.refresh_from_db()
    assert huda.check_password(NEW)


def test_the_link_dies_after_an_hour_and_with_the_password(client, huda, mailoutbox, settings):
    link = ask_for_link(client, mailoutbox)
    settings.PASSWORD_RESET_TIMEOUT = -1
    assert "does not work any more" in words(client.get(link.replace("http://testserver", ""), follow=True))
    settings.PASSWORD_RESET_TIMEOUT = 3600
    huda.set_password(NEW)
    huda.save()
    assert "does not work any more" in words(client.get(link.replace("http://testserver", ""), follow=True))


def test_a_mail_server_that_is_down_stops_nobody(client, huda, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", 9, 1
    assert client.post("/accounts/password/reset/", {"email": "huda@tamarisk.example"}).status_code == 302


# --- Whose account one may change


def member(name, *roles, **fields):
    user = User.objects.create_user(name, is_staff=True, password=PASSWORD, **fields)
    user.groups.set(Group.objects.filter(name__in=roles))
    return user


def change(client, user, **changes):
    page = client.get(address(user, "change"))
    sent = fields_of(page) if page.context and "adminform" in page.context else {"username": user.username}
    sent |= changes
    return client.post(address(user, "change"), sent)


def groups_of(user):
    return set(User.objects.get(pk=user.pk).groups.values_list("name", flat=True))


@pytest.fixture
def administrator_of_users(client):
    user = member("amal", "User administrator")
    client.force_login(user)
    return user


def keys(*names):
    return list(Group.objects.filter(name__in=names).values_list("pk", flat=True))


def test_a_user_administrator_makes_accounts_and_gives_the_roles_of_the_newsroom(client, administrator_of_users):
    client.post(
        "/admin/auth/user/add/", {"username": "sami", "usable_password": "true", "password1": NEW, "password2": NEW}
    )
    sami = User.objects.get(username="sami")
    change(client, sami, is_staff="on", groups=keys("Author", "Translator (Arabic)"), email="sami@tamarisk.example")
    assert groups_of(sami) == {"Author", "Translator (Arabic)"}
    assert User.objects.get(pk=sami.pk).email == "sami@tamarisk.example"


@pytest.mark.parametrize("role", ["Administrator", "User administrator"])
def test_a_user_administrator_gives_no_role_of_their_own_rank_or_above(client, administrator_of_users, role):
    sami = member("sami", "Author")
    change(client, sami, groups=keys("Author", role), is_superuser="on")
    assert groups_of(sami) == {"Author"} and not User.objects.get(pk=sami.pk).is_superuser


def test_a_user_administrator_does_not_raise_themself(client, administrator_of_users):
    assert change(client, administrator_of_users, groups=keys("Author", "Editor"), is_superuser="on").status_code == 403
    assert groups_of(administrator_of_users) == {"User administrator"}


@pytest.mark.parametrize("role", ["Administrator", "User administrator", None])
def test_a_user_administrator_touches_nobody_of_their_rank_or_above(client, administrator_of_users, role):
    above = member("rana", role, email="rana@tamarisk.example") if role else User.objects.create_superuser("rana")
    before = User.objects.values().get(pk=above.pk)
    answers = [
        change(client, above, email="evil@example.org", is_active=""),
        client.post(address(above, "password"), {"usable_password": "true", "password1": NEW, "password2": NEW}),
        client.post(address(above, "delete"), {"post": "yes"}),
    ]
    assert {answer.status_code for answer in answers} <= {302, 403, 404}
    client.post("/admin/auth/user/", {"action": "remove_second_factor", "_selected_action": [above.pk]})
    assert User.objects.values().get(pk=above.pk) == before
    assert AuditEntry.objects.filter(result="refused", person="amal").exists()


def test_an_administrator_who_is_no_superuser_makes_none(client):
    boss = member("boss", "Administrator")
    client.force_login(boss)
    sami = member("sami", "Author")
    change(client, sami, groups=keys("User administrator", "Administrator"), is_superuser="on")
    assert groups_of(sami) == set() or groups_of(sami) == {"Author"}
    change(client, sami, groups=keys("User administrator"), is_superuser="on")
    assert groups_of(sami) == {"User administrator"} and not User.objects.get(pk=sami.pk).is_superuser


def test_roles_are_declared_in_code_and_only_looked_at(client):
    client.force_login(User.objects.create_superuser("rana"))
    author = Group.objects.get(name="Author")
    assert client.get(address(author, "change")).status_code == 200
    assert client.post(address(author, "change"), {"name": "Author", "permissions": []}).status_code == 403
    assert client.post(address(author, "delete"), {"post": "yes"}).status_code == 403


def test_somebody_who_lost_their_key_is_led_to_set_up_another(client, administrator_of_users):
    from allauth.mfa.models import Authenticator

    sami = member("sami", "Author")
    Authenticator.objects.create(user=sami, type="totp", data={"secret": "x"})
    theirs = Client()
    theirs.force_login(sami)
    client.post("/admin/auth/user/", {"action": "remove_second_factor", "_selected_action": [sami.pk]})
    assert not Authenticator.objects.exists() and theirs.get("/admin/").status_code == 302


def test_a_new_password_given_by_an_administrator_is_recorded_and_ends_the_sessions(client, administrator_of_users):
    sami = member("sami", "Author")
    theirs = Client()
    theirs.force_login(sami)
    client.post(address(sami, "password"), {"usable_password": "true", "password1": NEW, "password2": NEW})
    assert User.objects.get(pk=sami.pk).check_password(NEW) and theirs.get("/admin/").status_code == 302
    assert AuditEntry.objects.filter(action="password", label="sami", person="amal").exists()


@pytest.mark.parametrize("goal", ["//evil.com", "/\\evil.com", "https:evil.com", "\t//evil.com", "javascript:alert(1)",
                                  "http://testserver@evil.com", "https://testserver.evil.com"])  # fmt: skip
def test_the_log_in_leads_to_no_other_host(client, huda, goal):
    response = client.post("/accounts/login/", {"login": "huda", "password": PASSWORD, "next": goal})
    assert response.status_code == 302 and response["Location"] == "/admin/"
