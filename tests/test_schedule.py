"""Publishing at a moment: in a named zone, moved, cancelled, and asked about where the clocks leave it open."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError

from analyses.editions import Edition, Entry
from analyses.newsroom.zones import is_skipped, readings
from analyses.states import State, standings
from tests.factories import ago, ahead, correct, edit, let_time_pass, make_analysis, publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def newsroom(client):
    client.force_login(User.objects.create_superuser("rana"))
    return client


def address(analysis, verb, code="en"):
    return f"/admin/analyses/analysis/{analysis.pk}/{verb}/{code}/"


def send(client, path, **sent):
    return client.post(path, {"seen": client.get(path).context["seen"]} | sent, follow=True)


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


# --- In which zone


def test_a_moment_is_meant_in_the_zone_that_was_chosen_and_shown_in_utc_too(newsroom):
    text = make_analysis("The River")
    response = send(newsroom, address(text, "publish"), at="2040-01-01T10:00", zone="Asia/Beirut")
    assert text.editions.get().live_from == utc(2040, 1, 1, 8)
    page = response.content.decode()
    assert "10:00 (<bdi>Asia/Beirut</bdi>)" in page and "08:00 (<bdi>UTC</bdi>)" in page


def test_the_zone_is_the_institutes_at_first_and_then_the_last_one_used(newsroom, settings):
    settings.TIME_ZONE = "Asia/Amman"
    text = make_analysis("The River")

    def offered():
        return newsroom.get(address(text, "publish")).context["form"]["zone"].value()

    assert offered() == "Asia/Amman"
    send(newsroom, address(text, "publish"), at="2040-01-01T10:00", zone="America/New_York")
    assert offered() == "America/New_York"


def test_an_unknown_zone_is_an_error_in_words(newsroom):
    text = make_analysis("The River")
    response = send(newsroom, address(text, "publish"), at="2040-01-01T10:00", zone="Mars/Olympus")
    assert response.context["form"].errors["zone"] and not Edition.objects.exists()
    newsroom.cookies["newsroom-zone"] = "Mars/Olympus"
    assert newsroom.get(address(text, "publish")).status_code == 200


@pytest.mark.parametrize(
    "at", ["0001-01-01T00:00", "9999-12-31T23:59", "2040-13-01T10:00", "soon", "2040-01-01T10:00+09:00"]
)
def test_what_is_no_moment_is_refused(newsroom, at):
    text = make_analysis("The River")
    response = send(newsroom, address(text, "publish"), at=at, zone="Pacific/Kiritimati")
    assert response.status_code == 200 and response.context["form"].errors["at"] and not Edition.objects.exists()


# --- What the clocks leave open


SKIPPED, REPEATED = "2040-03-25T02:30", "2040-10-28T02:30"  # in Berlin


@pytest.mark.parametrize("wall, first, second", [
    (SKIPPED, utc(2040, 3, 25, 0, 30), utc(2040, 3, 25, 1, 30)),
    (REPEATED, utc(2040, 10, 28, 0, 30), utc(2040, 10, 28, 1, 30)),
])  # fmt: skip
def test_a_time_that_the_clocks_skip_or_repeat_is_asked_about(newsroom, wall, first, second):
    text = make_analysis("The River")
    path = address(text, "publish")
    response = send(newsroom, path, at=wall, zone="Europe/Berlin")
    assert "Choose one of the two moments below." in response.content.decode() and not Edition.objects.exists()
    offered = [value for value, _label in response.context["form"].fields["moment"].choices]
    assert offered == [first.isoformat(), second.isoformat()]
    page = response.content.decode()
    assert "00:30 in UTC" in page and "01:30 in UTC" in page
    send(newsroom, path, at=wall, zone="Europe/Berlin", moment=offered[1])
    assert text.editions.get().live_from == second


def test_a_moment_that_was_not_offered_is_not_taken(newsroom):
    text = make_analysis("The River")
    send(newsroom, address(text, "publish"), at=REPEATED, zone="Europe/Berlin", moment="2039-01-01T00:00:00+00:00")
    assert not Edition.objects.exists()


def test_the_answer_to_another_question_does_not_count(newsroom):
    text = make_analysis("The River")
    sent = {"at": "2040-06-01T10:00", "zone": "Europe/Berlin", "moment": utc(2040, 10, 28, 1, 30).isoformat()}
    send(newsroom, address(text, "publish"), **sent)
    assert text.editions.get().live_from == utc(2040, 6, 1, 8)


def test_most_times_have_one_reading():
    noon = datetime(2040, 6, 1, 12)
    assert readings(noon, "Europe/Berlin") == [noon.replace(tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC)]
    assert is_skipped(datetime(2040, 3, 25, 2, 30), "Europe/Berlin")
    assert not is_skipped(datetime(2040, 10, 28, 2, 30), "Europe/Berlin")


# --- Moved and cancelled


def shown(client, path="/policy-analysis/river"):
    response = client.get(path)
    return response.status_code, "Two metres." in response.content.decode()


def scheduled_correction():
    text = publish(make_analysis("The River", slug_en="river", body_en="<p>Ten metres.</p>"), "en", at=ago(days=3))
    correct(text, body_en="<p>Two metres.</p>", at=ahead(hours=1))
    return text


def test_a_schedule_is_moved_and_what_is_live_stays_until_then(newsroom):
    text = scheduled_correction()
    later = ahead(hours=5).replace(second=0, microsecond=0)
    send(newsroom, address(text, "schedule"), at=f"{later.astimezone(UTC):%Y-%m-%dT%H:%M}", zone="UTC")
    assert text.current_edition("en").live_from == later
    let_time_pass(hours=2)
    assert shown(newsroom) == (200, False)
    let_time_pass(hours=4)
    assert shown(newsroom) == (200, True)
    assert newsroom.get("/policy-analysis/river/v/1").status_code == 200


def test_a_schedule_is_moved_to_an_earlier_moment(client):
    text = scheduled_correction()
    text.reschedule("en", ahead(minutes=10))
    moved = text.current_edition("en")
    assert moved.updated_at == moved.live_from
    let_time_pass(minutes=20)
    assert shown(client) == (200, True)


def test_a_first_edition_that_is_moved_is_dated_by_its_new_moment(client):
    text = make_analysis("The River", slug_en="river")
    text.publish("en", at=utc(2040, 12, 31, 10))
    text.reschedule("en", utc(2041, 1, 1, 10))
    edition = text.editions.get()
    assert edition.published_at == edition.live_from == utc(2041, 1, 1, 10)
    assert "year:2041" in edition.facets and "year:2040" not in edition.facets
    assert set(Entry.objects.filter(edition=edition).values_list("facet", flat=True)) == set(edition.facets)
    assert text.editions.count() == 1


def test_a_schedule_is_not_moved_before_what_it_replaces():
    text = make_analysis("The River")
    text.publish("en", at=ago(minutes=1))
    correct(text, at=ahead(hours=2))
    with pytest.raises(ValidationError):
        text.reschedule("en", ago(minutes=5))
    assert text.editions.live("en").count() == 1


def test_a_cancelled_schedule_leaves_what_is_live(newsroom):
    text = scheduled_correction()
    response = send(newsroom, address(text, "schedule"), cancel="1")
    assert "The schedule is cancelled." in response.content.decode()
    let_time_pass(hours=2)
    assert shown(newsroom) == (200, False)
    assert newsroom.get("/policy-analysis/river/v/2").status_code == 404
    assert standings(text)[0].scheduled is None


def test_a_cancelled_first_edition_is_a_draft_again(client):
    text = make_analysis("The River", slug_en="river")
    text.publish("en", at=ahead(hours=1))
    text.cancel_schedule("en")
    let_time_pass(hours=2)
    assert shown(client) == (404, False) and standings(text)[0].state == State.DRAFT
    text.publish("en")
    assert (
        text.current_edition("en").kind == Edition.Kind.FIRST and client.get("/policy-analysis").context["total"] == 1
    )


def test_what_has_become_public_meanwhile_is_not_cancelled(newsroom):
    text = scheduled_correction()
    seen = newsroom.get(address(text, "schedule")).context["seen"]
    let_time_pass(hours=2)
    response = newsroom.post(address(text, "schedule"), {"seen": seen, "cancel": "1"}, follow=True)
    assert "Nothing is scheduled in this language." in response.content.decode()
    assert shown(newsroom) == (200, True)


def test_publishing_takes_the_place_of_what_was_scheduled(client):
    text = scheduled_correction()
    edit(text, body_en="<p>Three metres.</p>")
    edition = text.publish("en", kind=Edition.Kind.UPDATE, note="A new measurement.")
    assert edition.updated_at == edition.live_from
    let_time_pass(hours=2)
    page = client.get("/policy-analysis/river").content.decode()
    assert "Three metres." in page and client.get("/policy-analysis/river/v/2").status_code == 404


def test_a_new_moment_for_a_changed_text_replaces_the_schedule_too(client):
    text = make_analysis("The River", slug_en="river")
    text.publish("en", at=ahead(hours=1))
    edit(text, body_en="<p>Two metres.</p>").publish("en", at=ahead(hours=3))
    let_time_pass(hours=2)
    assert shown(client) == (404, False)
    let_time_pass(hours=2)
    assert shown(client) == (200, True)


def test_scheduling_needs_the_permission_of_the_language(client):
    text = scheduled_correction()
    client.force_login(User.objects.create_user("huda", is_staff=True))
    assert client.post(address(text, "schedule"), {"cancel": "1"}).status_code == 403
    assert client.get(address(text, "schedule")).status_code == 403
    assert standings(text)[0].scheduled
