"""The second factor: who must have one, and how it is set up and used."""

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.contrib.auth.models import User
from django.test import Client

from tests.browser import chromium
from thinktank.audit import AuditEntry

PASSWORD = "a long river of words"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def required(settings):
    settings.REQUIRE_SECOND_FACTOR = True


def staff(name="huda"):
    return User.objects.create_superuser(name, password=PASSWORD)


def log_in(client, name="huda", password=PASSWORD, **extra):
    return client.post("/accounts/login/", {"login": name, "password": password}, follow=True, **extra)


def code(secret, step=0):
    return totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30 + step))


def set_up_app(client):
    """Set up an app that shows codes; returns its secret."""
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    secret = client.get("/accounts/2fa/totp/activate/").context["form"].secret
    assert client.post("/accounts/2fa/totp/activate/", {"code": code(secret)}).status_code == 302
    # The code that was used to set it up does not log in as well: the test goes on with another moment's.
    return secret


def forget_used_codes():
    from django.core.cache import cache

    cache.clear()


# --- Who must have one


def test_staff_without_a_second_factor_are_led_to_set_one_up_and_can_do_nothing_else(client):
    staff()
    page = log_in(client)
    assert page.redirect_chain[-1][0] == "/accounts/2fa/" and "First set up a second factor" in page.content.decode()
    for path in ("/admin/", "/admin/analyses/analysis/", "/admin/auth/user/", "/admin/analyses/analysis/add/"):
        response = client.get(path, follow=True)
        assert response.redirect_chain[-1][0] == "/accounts/2fa/", path
        assert client.post(path).status_code == 302
    assert client.get("/admin/jsi18n/").status_code == 302


def test_the_admins_own_login_takes_no_password(client):
    staff()
    response = client.post("/admin/login/", {"username": "huda", "password": PASSWORD})
    assert response.status_code == 302 and response["Location"].startswith("/accounts/login/")
    assert "_auth_user_id" not in client.session


def test_no_way_in_with_a_password_alone_reaches_the_newsroom_once_there_is_a_factor(client):
    staff()
    log_in(client)
    set_up_app(client)
    other = Client()
    page = log_in(other)
    assert page.redirect_chain[-1][0] == "/accounts/2fa/authenticate/"
    assert "_auth_user_id" not in other.session
    assert other.get("/admin/").status_code == 302


def test_where_it_is_switched_off_the_newsroom_says_so(client, settings):
    client.force_login(staff())
    settings.REQUIRE_SECOND_FACTOR = False
    assert "the second factor is switched off" in client.get("/admin/").content.decode()


def test_somebody_who_is_not_staff_gets_no_page_of_the_newsroom(client, settings):
    settings.REQUIRE_SECOND_FACTOR = False
    User.objects.create_user("reader", password=PASSWORD)
    assert log_in(client, "reader").status_code == 403
    assert client.get("/admin/analyses/analysis/", follow=True).status_code == 403


# --- Codes


def test_an_app_is_set_up_and_its_code_logs_in_once(client):
    staff()
    log_in(client)
    secret = set_up_app(client)
    assert client.get("/admin/").status_code == 200
    assert Authenticator.objects.filter(type="recovery_codes").exists()
    forget_used_codes()
    first, second = Client(), Client()
    used = code(secret)
    for browser in (first, second):
        log_in(browser)
    assert first.post("/accounts/2fa/authenticate/", {"code": used}, follow=True).redirect_chain[-1][0] == "/admin/"
    second.post("/accounts/2fa/authenticate/", {"code": used})
    assert "_auth_user_id" not in second.session


def test_a_recovery_code_logs_in_once(client):
    user = staff()
    log_in(client)
    set_up_app(client)
    recovery = Authenticator.objects.get(user=user, type="recovery_codes").wrap().get_unused_codes()[0]
    for attempt, enters in ((1, True), (2, False)):
        browser = Client()
        log_in(browser)
        browser.post("/accounts/2fa/authenticate/", {"code": recovery})
        assert ("_auth_user_id" in browser.session) == enters, attempt


def test_a_wrong_code_is_refused_and_recorded(client):
    staff()
    log_in(client)
    set_up_app(client)
    other = Client()
    log_in(other)
    other.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert "_auth_user_id" not in other.session
    assert AuditEntry.objects.filter(action="second factor", result="refused", label="huda").exists()


@pytest.mark.django_db(transaction=True)
def test_setting_up_and_removing_a_factor_is_recorded(client):
    staff()
    log_in(client)
    set_up_app(client)
    client.post("/accounts/2fa/totp/deactivate/")
    kinds = AuditEntry.objects.filter(action="second factor", detail__kind="totp").order_by("pk")
    assert [entry.detail["added"] for entry in kinds] == [True, False]
    assert client.get("/admin/", follow=True).redirect_chain[-1][0] == "/accounts/2fa/"


# --- Passkeys, in a browser


@pytest.mark.django_db(transaction=True)
def test_a_passkey_is_set_up_and_logs_in_alone(live_server, settings):
    settings.ALLOWED_HOSTS = ["localhost"]
    staff()
    url = live_server.url.replace("127.0.0.1", "localhost")
    with chromium() as browser:
        context = browser.new_context(base_url=url, locale="en")
        page = context.new_page()
        devtools = context.new_cdp_session(page)
        devtools.send("WebAuthn.enable")
        devtools.send(
            "WebAuthn.addVirtualAuthenticator",
            {"options": {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
                         "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True}},
        )  # fmt: skip
        page.goto("/admin/")
        page.fill("[name=login]", "huda")
        page.fill("[name=password]", PASSWORD)
        page.click("main button.default")
        page.wait_for_url("**/accounts/2fa/")
        page.click("text=Add a passkey")
        page.fill("[name=password]", PASSWORD)
        page.click("main button.default")
        page.fill("[name=name]", "Laptop")
        page.check("[name=passwordless]")
        page.click("#mfa_webauthn_add")
        page.wait_for_url("**/recovery-codes/**")
        page.goto("/admin/")
        assert "/admin/" in page.url and page.is_visible("text=Newsroom")
        page.click("#logout-form button")
        page.goto("/admin/")
        page.click("#passkey_login")
        page.wait_for_url(lambda url: url.endswith("/admin/") and "next" not in url)
        assert page.locator("#user-tools").is_visible()
        context.close()
    user = User.objects.get()
    assert AuditEntry.objects.filter(action="log in", label=str(user), result="done").count() == 2


def test_no_page_of_an_account_lets_anybody_sign_up(client):
    for path in ("/accounts/signup/", "/accounts/signup/passkey/", "/accounts/email/", "/accounts/login/code/"):
        assert client.get(path, follow=True).status_code == 404, path
    assert "signup" not in client.get("/accounts/login/").content.decode()
