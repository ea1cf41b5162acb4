"""Somebody without an account reads a draft by a link: that text, those languages, for a while, and nothing else."""

import logging
import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, connection
from django.utils import timezone

from analyses import revisions
from analyses.models import Analysis
from analyses.previews import PreviewLink, PreviewOpen
from tests.factories import (
    CANARIES,
    edit,
    make_analysis,
    make_expert,
    make_image,
    make_institute,
    picture_file,
    publish,
)
from tests.test_admin import address, words
from tests.test_roles import member
from thinktank.audit import AuditEntry

pytestmark = pytest.mark.django_db

TWO = ["en", "ar"]


@pytest.fixture
def newsroom(client):
    client.force_login(User.objects.create_superuser("rana"))
    return client


def draft(**fields):
    return make_analysis("The River Is Low", "النهر منخفض", **fields)


def linked(analysis, languages=TWO, **how):
    return PreviewLink.make(analysis, languages, None, **how)


def read(client, token):
    return client.get(f"/preview/{token}")


def share(client, analysis, **fields):
    sent = {"label": "Dr Qasim", "languages": TWO, "hours": 72, "pinned": 0} | fields
    return client.post(address(analysis, "preview-links"), sent)


# --- Reading


def test_a_draft_is_read_without_an_account_in_both_languages_each_in_its_direction(client):
    response = read(client, linked(draft(authors=[make_expert()]))[1])
    html = response.content.decode()
    assert response.status_code == 200 and "The River Is Low" in html and "النهر منخفض" in html
    assert "Draft, not published." in html and "مسودة لم تُنشر." in html
    assert '<section class="draft" lang="ar" dir="rtl"' in html and '<section class="draft" lang="en" dir="ltr"' in html
    assert "رنا دروزة" in html and "Rana Darwazeh" in html


def test_only_the_languages_of_the_link_are_shown(client):
    html = read(client, linked(draft(), ["ar"])[1]).content.decode()
    assert "النهر منخفض" in html and "The River Is Low" not in html
    assert '<html lang="ar" dir="rtl">' in html


def test_the_link_shows_the_working_copy_as_it_is_at_each_opening(client):
    analysis = publish(draft(), *TWO)
    _link, token = linked(analysis)
    edit(analysis, title_en="The River Is Dry")
    assert "The River Is Dry" in read(client, token).content.decode()


def test_a_pinned_link_shows_the_revision_as_it_was(client):
    analysis = draft()
    with revisions.record(analysis, None):
        edit(analysis, title_en="Pinned")
    _link, token = linked(analysis, revision=revisions.of(analysis).first())
    edit(analysis, title_en="Later")
    html = read(client, token).content.decode()
    assert "Pinned" in html and "Later" not in html


def test_nothing_of_the_page_is_kept_listed_framed_or_told_to_others(client):
    response = read(client, linked(draft())[1])
    assert {"private", "no-store"} == set(re.split(r",\s*", response["Cache-Control"]))
    assert "noindex" in response["X-Robots-Tag"] and response["Referrer-Policy"] == "no-referrer"
    assert response["X-Frame-Options"] == "DENY" and "frame-ancestors 'none'" in response["Content-Security-Policy"]
    assert not response.cookies and "Cookie" not in response.get("Vary", "")
    html = response.content.decode()
    assert "<script" not in html and "canonical" not in html and "og:" not in html
    assert not re.search(r'(?:src|href)="(?:https?:)?//(?!example\.org)', html)


def test_opens_are_counted_and_nothing_is_kept_of_who_opened(client):
    link, token = linked(draft())
    read(client, token)
    read(client, token)
    client.head(f"/preview/{token}")
    assert PreviewOpen.objects.filter(link=link).count() == 2
    assert {field.name for field in PreviewOpen._meta.fields} == {"id", "link", "at"}


def test_two_texts_on_one_page_have_no_name_twice(client):
    body = '<h2>One</h2><p>Low.<sup class="footnote">A note.</sup></p><h2>Two</h2><p>Dry.</p>'
    html = read(client, linked(draft(body_en=body, body_ar=body))[1]).content.decode()
    names = re.findall(r'\bid="([^"]+)"', html)
    assert len(names) == len(set(names)) and {"fn-1", "fn-1-ar"} <= set(names)
    for target in re.findall(r'href="#([^"]+)"', html):
        assert target in names


def test_a_language_that_is_not_written_yet_says_so(client):
    analysis = draft()
    _link, token = linked(analysis)
    edit(analysis, title_ar="", body_ar="", summary_ar="", slug_ar=None)
    assert "لا شيء في هذه اللغة بعد." in read(client, token).content.decode()


def test_pictures_of_the_draft_are_seen_though_they_are_not_public(client):
    lead, inside = make_image(), make_image("A bridge", "جسر", picture_file("bridge.jpg", color="olive"))
    body = f'<p>Low.</p><figure><img src="" alt="" data-image="{inside.pk}"></figure>'
    html = read(client, linked(draft(image=lead, body_en=body), ["en"])[1]).content.decode()
    pictures = set(re.findall(r'src="(/media/[^"]+)"', html))
    assert pictures
    for path in pictures:
        assert client.get(path.replace("&amp;", "&")).status_code == 200
        assert client.get(path.partition("?")[0]).status_code == 404


# --- What it does not show


def test_it_shows_no_other_draft(client):
    institute = make_institute()
    analysis = draft(
        authors=[institute.rana], topics=[institute.water], regions=[institute.iraq],
        body_en='<p>See <a href="/policy-analysis/hrshf">it</a>.</p>'.replace("hrshf", institute.scheduled.slug_ar),
    )  # fmt: skip
    analysis.recommendations.create(recommended=institute.draft)
    html = read(client, linked(analysis)[1]).content.decode().lower()
    assert [word for word in CANARIES if word in html.replace(institute.scheduled.slug_ar, "")] == []
    assert "data-analysis" not in html


# --- Dead links


def dead_tokens(analysis):
    link, token = linked(analysis)
    expired, expired_token = linked(analysis)
    PreviewLink.objects.filter(pk=expired.pk).update(
        created_at=timezone.now() - timedelta(days=4), expires_at=timezone.now() - timedelta(seconds=1)
    )
    revoked, revoked_token = linked(analysis)
    revoked.revoke()
    other = make_analysis("Gone")
    _link, deleted_token = linked(other)
    other.delete()
    flipped = [token[:n] + ("A" if token[n] != "A" else "B") + token[n + 1 :] for n in (0, 20, len(token) - 1)]
    return [
        expired_token, revoked_token, deleted_token, *flipped, token[:-1], token + "A", link.digest, str(link.pk), "x",
        "é" * 20, "a" * 1000,
    ]  # fmt: skip


def test_dead_and_forged_links_give_the_same_404_as_any_other_address(client):
    analysis = draft()
    plain = client.get("/nothing-of-this-name")
    for token in dead_tokens(analysis):
        response = read(client, token)
        assert response.status_code == 404, token
        assert response.content == plain.content and response.headers == plain.headers, token
    assert not PreviewOpen.objects.exists()


def test_a_revoked_link_is_dead_at_the_next_opening(client):
    link, token = linked(draft())
    assert read(client, token).status_code == 200
    link.revoke()
    assert read(client, token).status_code == 404


def test_a_link_lives_three_days_unless_said_otherwise_and_a_month_at_most():
    analysis = draft()
    link, _token = linked(analysis)
    assert link.expires_at - link.created_at == timedelta(hours=72)
    link, _token = linked(analysis, lifetime=timedelta(days=400))
    assert link.expires_at - link.created_at == timedelta(days=30)
    with pytest.raises(IntegrityError):
        PreviewLink.objects.update(expires_at=timezone.now() + timedelta(days=31))


def test_the_database_has_no_token():
    _link, token = linked(draft())
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(link)::text FROM analyses_previewlink link")
        (row,) = cursor.fetchone()
    assert token not in row and token[:16] not in row


def test_no_log_has_a_token(client, caplog, monkeypatch):
    from thinktank.logs import JsonLine

    _link, token = linked(draft())
    link = PreviewLink.objects.get()
    link.revoke()
    with caplog.at_level(logging.INFO):
        read(client, token)
        monkeypatch.setattr(PreviewLink.objects, "by_token", lambda token: 1 / 0)
        client.raise_request_exception = False
        assert read(client, token).status_code == 500
    assert caplog.records
    lines = [JsonLine().format(record) for record in caplog.records]
    assert any("/preview/" in line for line in lines) and not [line for line in lines if token in line]


def test_the_access_log_has_no_token_either():
    from types import SimpleNamespace

    from gunicorn.config import Config

    from thinktank.access_log import AccessLog

    token = "A" * 43
    environ = {"REQUEST_METHOD": "GET", "RAW_URI": f"/preview/{token}", "PATH_INFO": f"/preview/{token}",
               "HTTP_REFERER": f"https://example.org/preview/{token}", "SERVER_PROTOCOL": "HTTP/1.1"}  # fmt: skip
    request = SimpleNamespace(headers=[("REFERER", environ["HTTP_REFERER"])])
    response = SimpleNamespace(status="200 OK", sent=1, headers=[])
    atoms = AccessLog(Config()).atoms(response, request, environ, timedelta(seconds=1))
    assert "/preview/…" in atoms["r"] and token not in str(atoms)


# --- In the newsroom


def test_whoever_may_edit_makes_a_link_and_is_shown_its_address_once(newsroom):
    analysis = draft()
    response = share(newsroom, analysis)
    token = re.search(r"/preview/([\w-]{43})", response.content.decode())[1]
    newsroom.logout()
    assert read(newsroom, token).status_code == 200
    link = PreviewLink.objects.get()
    assert link.label == "Dr Qasim" and link.created_by.username == "rana" and link.languages == TWO
    entry = AuditEntry.objects.get(action="preview link")
    assert entry.detail["label"] == "Dr Qasim" and token not in str(entry.detail)


def test_links_are_listed_on_the_page_of_the_text_with_their_opens_and_without_their_address(newsroom):
    analysis = draft()
    token = re.search(r"/preview/([\w-]{43})", share(newsroom, analysis).content.decode())[1]
    read(newsroom, token)
    for page in ("change", "preview-links"):
        response = newsroom.get(address(analysis, page))
        text = words(response)
        assert "Dr Qasim" in text and f"…{token[-4:]}" in text and "once, on" in text
        assert token not in response.content.decode()


def test_a_link_is_revoked_with_one_click(newsroom):
    analysis = draft()
    link, token = linked(analysis)
    revoke = address(analysis, "preview-links", link.pk, "revoke")
    assert newsroom.get(revoke).status_code == 405 and read(newsroom, token).status_code == 200
    assert "The link is revoked" in words(newsroom.post(revoke, follow=True))
    assert read(newsroom, token).status_code == 404
    assert AuditEntry.objects.filter(action="revoke preview link").exists()
    assert "Dr Qasim" not in words(newsroom.get(address(analysis, "change")))


def test_a_link_can_be_pinned_to_the_text_as_it_is_now(newsroom):
    analysis = draft()
    token = re.search(r"/preview/([\w-]{43})", share(newsroom, analysis, pinned=1).content.decode())[1]
    edit(Analysis.objects.get(), title_en="Later")
    assert "Later" not in read(newsroom, token).content.decode()


@pytest.mark.parametrize(
    "fields",
    [{"languages": []}, {"languages": ["xx"]}, {"hours": 721}, {"hours": "x"}, {"pinned": 7}, {"label": "x" * 101}],
)
def test_what_the_form_does_not_offer_makes_no_link(newsroom, fields):
    assert share(newsroom, draft(), **fields).status_code == 200
    assert not PreviewLink.objects.exists()


def test_whoever_may_not_edit_makes_and_revokes_no_link(client):
    analysis = draft()
    link, _token = linked(analysis)
    for role, answer in (("Publisher (English)", 403), ("Author", 404)):
        client.force_login(member(role, role))
        assert share(client, analysis).status_code == answer
        assert client.get(address(analysis, "preview-links")).status_code == answer
        assert client.post(address(analysis, "preview-links", link.pk, "revoke")).status_code == answer
    assert PreviewLink.objects.open().count() == 1


def test_a_link_of_another_text_is_not_revoked_through_this_one(newsroom):
    link, _token = linked(draft())
    assert newsroom.post(address(make_analysis("Mine"), "preview-links", link.pk, "revoke")).status_code == 404
    assert PreviewLink.objects.open().exists()


def test_an_author_shares_their_draft_and_revokes_the_link_after_publication(client):
    user = member("Author")
    client.force_login(user)
    analysis = draft(created_by=user)
    share(client, analysis)
    analysis.publish("en")
    assert share(client, analysis).status_code == 403
    client.post(address(analysis, "preview-links", PreviewLink.objects.get().pk, "revoke"))
    assert not PreviewLink.objects.open().exists()
