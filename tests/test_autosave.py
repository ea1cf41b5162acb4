"""What somebody types is kept as their draft, comes back with a question, and goes when it is saved."""

import json

import pytest
from django.contrib.auth.models import User
from django.test import Client

from analyses.drafts import Autosave, Presence
from analyses.models import Analysis
from tests.factories import make_analysis, make_expert, make_format, make_topic
from tests.test_admin import LIST, address, fields_of, newsroom, staff, words  # noqa: F401

pytestmark = pytest.mark.django_db


def pairs(form, **changes):
    sent = form | changes
    return [[name, str(one)] for name, value in sent.items() for one in (value if isinstance(value, list) else [value])]


def keep(client, thing, form=None, path=None, **more):
    data = ({"fields": form} if form is not None else {}) | more
    return client.post(path or address(thing, "draft"), json.dumps(data), content_type="application/json")


def opened(client, thing):
    return fields_of(client.get(address(thing, "change")))


def test_a_draft_is_kept_and_nothing_of_the_text_is_changed(newsroom):  # noqa: F811
    analysis = make_analysis("The River Is Low")
    answer = keep(newsroom, analysis, pairs(opened(newsroom, analysis), title_en="The River Is"))
    assert answer.json()["said"].startswith("Saved as your draft at ")
    assert "no-store" in answer["Cache-Control"]
    assert Analysis.objects.get().title_en == "The River Is Low" and Autosave.objects.count() == 1


def test_it_is_offered_and_restored_with_everything_in_it_and_not_saved_by_that(newsroom):  # noqa: F811
    analysis = make_analysis("The River Is Low", authors=[make_expert()])
    topic, omar = make_topic(), make_expert("Omar Haddad", "عمر حداد")
    form = opened(newsroom, analysis)
    keep(newsroom, analysis, pairs(form, title_en="The River Is", topics=[topic.pk], tags="a, b", summary_en="", **{
        "authorships-TOTAL_FORMS": 2, "authorships-1-expert": omar.pk, "authorships-1-order": 1}))  # fmt: skip
    page = newsroom.get(address(analysis, "change"))
    assert "You have unsaved changes of" in words(page) and "Restore them" in words(page)
    assert page.context["adminform"].form["title_en"].value() == "The River Is Low"
    restored = newsroom.post(address(analysis, "draft", "restore"))
    assert "This is your draft of" in words(restored) and "Please correct" not in words(restored)
    sent = fields_of(restored)
    assert (sent["title_en"], sent["tags"], sent["authorships-1-expert"]) == ("The River Is", "a, b", str(omar.pk))
    assert Analysis.objects.get().title_en == "The River Is Low" and Autosave.objects.exists()
    newsroom.post(address(analysis, "change"), sent | {"summary_en": "Dry."})
    saved = Analysis.objects.get()
    assert saved.title_en == "The River Is" and list(saved.topics.all()) == [topic] and saved.authors.count() == 2
    assert not Autosave.objects.exists()


def test_a_draft_says_how_it_differs(newsroom):  # noqa: F811
    analysis = make_analysis("The River Is Low", body_en="<p>One.</p>")
    keep(
        newsroom,
        analysis,
        pairs(opened(newsroom, analysis), title_en="The River Is Dry", body_en="<p>One.</p><p>Two.</p>"),
    )
    page = newsroom.get(address(analysis, "change")).content.decode()
    assert "<del>Low</del>" in page and "<ins>Dry</ins>" in page and "<ins>Two.</ins>" in page


def test_a_draft_that_holds_nothing_new_is_not_asked_about(newsroom):  # noqa: F811
    analysis = make_analysis("The River Is Low")
    keep(newsroom, analysis, pairs(opened(newsroom, analysis)))
    assert "You have unsaved changes" not in words(newsroom.get(address(analysis, "change")))


def test_a_draft_is_discarded(newsroom):  # noqa: F811
    analysis = make_analysis("The River Is Low")
    keep(newsroom, analysis, pairs(opened(newsroom, analysis), title_en="x"))
    newsroom.post(address(analysis, "draft", "discard"))
    assert not Autosave.objects.exists()
    assert newsroom.get(address(analysis, "draft", "discard")).status_code == 405


def test_a_draft_outlives_the_session_and_is_nobody_elses(newsroom):  # noqa: F811
    analysis = make_analysis("The River Is Low")
    keep(newsroom, analysis, pairs(opened(newsroom, analysis), title_en="x"))
    newsroom.logout()
    assert keep(newsroom, analysis, []).status_code == 302
    other, back = Client(), Client()
    other.force_login(User.objects.create_superuser("yusuf"))
    back.force_login(User.objects.get(username="rana"))
    assert "You have unsaved changes" not in words(other.get(address(analysis, "change")))
    assert "You have unsaved changes" in words(back.get(address(analysis, "change")))


def test_a_new_text_has_a_draft_too_and_its_form_sent_twice_makes_one_text(newsroom):  # noqa: F811
    form = fields_of(newsroom.get(f"{LIST}add/")) | {
        "title_ar": "النهر",
        "format": make_format().pk,
        "original_language": "ar",
    }
    keep(newsroom, None, pairs(form), path=f"{LIST}add/draft/")
    assert "You have unsaved changes" in words(newsroom.get(f"{LIST}add/"))
    form = fields_of(newsroom.post(f"{LIST}add/draft/restore/"))
    assert form["title_ar"] == "النهر"
    for _time in range(2):
        assert newsroom.post(f"{LIST}add/", form).status_code == 302
    assert Analysis.objects.count() == 1 and not Autosave.objects.exists()


def test_a_draft_over_a_newer_state_keeps_what_others_saved(newsroom):  # noqa: F811
    analysis = make_analysis("The River Is Low", authors=[make_expert()])
    keep(newsroom, analysis, pairs(opened(newsroom, analysis), summary_en="Dry."))
    other = Client()
    other.force_login(User.objects.create_superuser("yusuf"))
    omar = make_expert("Omar Haddad", "عمر حداد")
    row = {"authorships-TOTAL_FORMS": 2, "authorships-1-expert": omar.pk, "authorships-1-order": 1}
    other.post(address(analysis, "change"), opened(other, analysis) | row | {"title_en": "The River Is Dry"})
    restored = fields_of(newsroom.post(address(analysis, "draft", "restore")))
    newsroom.post(address(analysis, "change"), restored)
    saved = Analysis.objects.get()
    assert (saved.title_en, saved.summary_en, saved.authors.count()) == ("The River Is Dry", "Dry.", 2)


# --- What no page of ours sends


BAD = [
    "[]", "1", '"x"', "null", "{", '{"fields": "x"}', '{"fields": {}}', '{"fields": [["a"]]}', '{"fields": [["a", 1]]}',
    '{"fields": [["a", ["b"]]]}', '{"fields": [["a", NaN]]}', '{"fields": 1e999}', '{"fields": [], "fields": []}',
    '{"fields": ' + "[" * 10_000 + "]" * 10_000 + "}", '{"fields": [' + ",".join(['["a", "b"]'] * 2001) + "]}",
    '{"fields": [["' + "a" * 201 + '", "b"]]}', "\udcff",
]  # fmt: skip


@pytest.mark.parametrize("body", BAD, ids=lambda body: body[:20])
def test_what_is_not_the_json_of_a_form_is_refused(newsroom, body):  # noqa: F811
    analysis = make_analysis("The River Is Low")
    sent = body.encode("utf-8", "surrogateescape")
    assert newsroom.post(address(analysis, "draft"), sent, content_type="application/json").status_code == 400
    assert not Autosave.objects.exists()


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_only_json_is_taken(newsroom, kind):  # noqa: F811
    answer = newsroom.post(address(make_analysis("One"), "draft"), '{"fields": []}', content_type=kind)
    assert answer.status_code == 400


def test_what_the_database_cannot_hold_is_left_out(newsroom):  # noqa: F811
    analysis = make_analysis("The River Is Low")
    assert keep(newsroom, analysis, [["title_en", "a\x00b"], ["body_en", "c\ud800d"]]).status_code == 200
    assert Autosave.objects.get().fields == [["title_en", "ab"], ["body_en", "cd"]]


def test_a_forged_draft_is_refused(newsroom):  # noqa: F811
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(User.objects.get(username="rana"))
    assert keep(strict, make_analysis("The River Is Low"), []).status_code == 403


def test_a_junk_draft_is_restored_without_harm(newsroom):  # noqa: F811
    analysis = make_analysis("The River Is Low", authors=[make_expert()])
    keep(
        newsroom,
        analysis,
        [["authorships-TOTAL_FORMS", "x"], ["authorships-0-id", "y"], ["topics", "z"], ["opened", "{"]],
    )
    assert newsroom.get(address(analysis, "change")).status_code == 200
    assert newsroom.post(address(analysis, "draft", "restore")).status_code == 200


# --- Who may


def test_a_draft_needs_the_right_to_change_the_text(client):
    analysis = make_analysis("The River Is Low")
    staff(client, "analyses.view_analysis")
    for path in (address(analysis, "draft"), f"{LIST}add/draft/"):
        assert keep(client, None, [], path=path).status_code == 403
    for verb in ("restore", "discard"):
        assert client.post(address(analysis, "draft", verb)).status_code == 403
        assert client.post(f"{LIST}add/draft/{verb}/").status_code == 403
    assert not Autosave.objects.exists() and not Presence.objects.exists()


# --- Presence


def test_each_sees_who_else_has_the_text_open_and_whether_they_saved(newsroom):  # noqa: F811
    analysis = make_analysis("The River Is Low")
    other = Client()
    other.force_login(User.objects.create_superuser("yusuf", first_name="Yusuf", last_name="al-Rubaie"))
    mine = newsroom.get(address(analysis, "change"))
    keep(other, analysis)
    said = keep(newsroom, analysis, opened_at=mine.context["opened_at"]).json()["others"]
    assert len(said) == 1 and said[0].startswith("Yusuf al-Rubaie has this text open since ")
    assert "Yusuf al-Rubaie has this text open since" in words(newsroom.get(address(analysis, "change")))
    other.post(address(analysis, "change"), opened(other, analysis) | {"title_en": "Dry"})
    keep(other, analysis, leaving=True)
    said = keep(newsroom, analysis, opened_at=mine.context["opened_at"]).json()["others"]
    assert len(said) == 1 and said[0].startswith("Yusuf al-Rubaie has saved it at ")


def test_a_sign_of_life_is_cheap(newsroom, django_assert_max_num_queries):  # noqa: F811
    analysis = make_analysis("The River Is Low")
    keep(newsroom, analysis)
    with django_assert_max_num_queries(10):
        keep(newsroom, analysis, opened_at="2026-01-01T00:00:00+00:00")


# --- Preferences


def test_the_language_of_the_tabs_is_kept_with_the_account(newsroom):  # noqa: F811
    analysis = make_analysis("The River Is Low")
    assert newsroom.post("/admin/preferences/", {"name": "languages", "value": "all"}).status_code == 204
    newsroom.logout()
    newsroom.force_login(User.objects.get(username="rana"))
    assert 'data-chosen="all"' in newsroom.get(address(analysis, "change")).content.decode()
    for wrong in ({"name": "languages", "value": "x"}, {"name": "x", "value": "all"}, {}):
        assert newsroom.post("/admin/preferences/", wrong).status_code == 400
