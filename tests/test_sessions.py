"""What begins a session in the newsroom, and what ends it at once."""

import time

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.test_second_factor import PASSWORD, log_in, set_up_app, staff
from thinktank.audit import AuditEntry
from thinktank.sessions import BEGAN

pytestmark = pytest.mark.django_db


def is_in(client):
    return client.get("/admin/").status_code == 200


@pytest.fixture
def two(client):
    """The same person in two browsers."""
    staff()
    other = Client()
    log_in(client)
    log_in(other)
    assert is_in(client) and is_in(other)
    return client, other


def test_a_session_set_before_the_log_in_is_worth_nothing_after_it(client):
    staff()
    client.get("/accounts/login/")
    client.session["planted"] = True
    client.session.save()
    before = client.cookies.get("session") and client.cookies["session"].value
    log_in(client)
    after = client.cookies["session"].value
    assert after != before
    thief = Client()
    thief.cookies["session"] = before or "planted"
    assert not is_in(thief)


def test_a_copied_cookie_is_dead_after_the_log_out(client):
    staff()
    log_in(client)
    thief = Client()
    thief.cookies["session"] = client.cookies["session"].value
    assert is_in(thief)
    client.post("/admin/logout/")
    assert not is_in(thief)


def test_a_new_password_ends_the_sessions_elsewhere(two):
    here, there = two
    here.post("/accounts/reauthenticate/", {"password": PASSWORD})
    new = "a longer river of words"
    response = here.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert response.status_code == 302
    assert is_in(here) and not is_in(there)


@pytest.mark.django_db(transaction=True)
def test_another_factor_ends_the_sessions_elsewhere(two):
    here, there = two
    set_up_app(here)
    assert is_in(here) and not is_in(there)


def test_a_deactivated_account_is_out_at_once(two):
    User.objects.update(is_active=False)
    assert not is_in(two[0]) and not is_in(two[1])


def test_one_logs_out_everywhere_else_with_one_click(two):
    here, there = two
    assert here.get("/accounts/sessions/end/").status_code == 405
    here.post("/accounts/sessions/end/")
    assert is_in(here) and not is_in(there)
    assert AuditEntry.objects.filter(action="end sessions").exists()


def test_after_twelve_hours_a_new_log_in_is_asked_for_and_leads_back(client):
    staff()
    log_in(client)
    session = client.session
    session[BEGAN] = time.time() - 12 * 3600 + 60
    session.save()
    assert is_in(client)
    session[BEGAN] -= 120
    session.save()
    response = client.get("/admin/analyses/analysis/?q=river")
    assert response["Location"] == "/accounts/login/?next=/admin/analyses/analysis/%3Fq%3Driver"
    assert "_auth_user_id" not in client.session


def test_a_public_page_reads_no_session_and_sets_no_cookie(client):
    staff()
    log_in(client)
    response = client.get("/policy-analysis")
    assert not response.cookies and "Cookie" not in response.get("Vary", "")


def test_cookies_of_a_public_site_are_taken_by_this_host_alone():
    """Names and flags follow THINKTANK_SECURE; test_environment.py starts such a site."""
    from django.conf import settings

    assert settings.SESSION_COOKIE_HTTPONLY and settings.CSRF_COOKIE_HTTPONLY and settings.LANGUAGE_COOKIE_HTTPONLY
    assert {settings.SESSION_COOKIE_SAMESITE, settings.CSRF_COOKIE_SAMESITE} == {"Lax"}
