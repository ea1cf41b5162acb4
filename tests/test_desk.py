"""The desk and the calendar: what a person in the newsroom sees first."""

import re

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from tests.factories import ago, ahead, edit, let_time_pass, make_analysis, make_expert, publish

pytestmark = pytest.mark.django_db

CALENDAR = "/admin/analyses/analysis/calendar/"


@pytest.fixture
def rana():
    return User.objects.create_superuser("rana")


@pytest.fixture
def newsroom(client, rana):
    client.force_login(rana)
    return client


def panel(client, name):
    [found] = [panel for panel in client.get("/admin/").context["panels"] if panel.name == name]
    return [row["title"] for row in found.rows]


def words(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_a_text_that_somebody_has_begun_is_on_their_desk_until_it_is_public(newsroom, rana):
    mine = make_analysis("The River Is Low", created_by=rana)
    make_analysis("Of Somebody Else")
    assert panel(newsroom, "mine") == ["The River Is Low"]
    publish(mine, "en")
    assert panel(newsroom, "mine") == []
    edit(mine, body_en="<p>Lower.</p>")
    assert panel(newsroom, "mine") == ["The River Is Low"]


def test_a_text_that_somebody_has_saved_is_on_their_desk(newsroom):
    other = make_analysis("Of Somebody Else")
    change = f"/admin/analyses/analysis/{other.pk}/change/"
    form = newsroom.get(change).context["adminform"].form
    sent = {name: form.initial.get(name) or "" for name in form.fields if name not in ("tags", "image")}
    sent |= {"summary_en": "Another summary.", "format": other.format_id, "topics": [], "regions": []}
    for inline in ("authorships", "recommendations"):
        sent |= {f"{inline}-TOTAL_FORMS": 0, f"{inline}-INITIAL_FORMS": 0}
    assert newsroom.post(change, sent).status_code == 302
    assert panel(newsroom, "mine") == ["Of Somebody Else"]


def test_what_waits_for_review_is_listed_with_who_asked_and_what_they_said(newsroom, rana):
    analysis = make_analysis("The River Is Low")
    analysis.send_to_review("en", rana, "The figures are new.")
    assert panel(newsroom, "waiting") == ["The River Is Low"]
    assert "The figures are new." in words(newsroom.get("/admin/"))
    analysis.return_from_review("en", rana, "Check the second table.")
    assert panel(newsroom, "waiting") == []


def test_checks_that_failed_are_named_with_a_way_to_the_field(newsroom, rana):
    text = make_analysis("The River Is Low", "النهر منخفض", summary_ar="", authors=[make_expert()])
    text.send_to_review("ar", rana)
    assert panel(newsroom, "checks") == ["النهر منخفض"]
    page = newsroom.get("/admin/")
    assert f'<a href="/admin/analyses/analysis/{text.pk}/change/#id_summary_ar">' in page.content.decode()
    assert "It has no summary in this language." in words(page)
    edit(text, summary_ar="ملخص.")
    assert "It has no summary in this language." not in words(newsroom.get("/admin/"))


def test_what_is_scheduled_is_listed_with_its_moment_in_utc_too(newsroom, settings):
    settings.TIME_ZONE = "Asia/Beirut"
    timezone.deactivate()
    analysis = make_analysis("The River Is Low")
    edition = analysis.publish("en", at=ahead(days=2))
    assert panel(newsroom, "scheduled") == ["The River Is Low"]
    page = words(newsroom.get("/admin/"))
    assert f"{edition.live_from:%Y-%m-%d %H:%M} UTC" in page and "Asia/Beirut" in page
    let_time_pass(days=3)
    assert panel(newsroom, "scheduled") == [] and panel(newsroom, "published") == ["The River Is Low"]


def test_what_was_published_last_stands_first(newsroom):
    publish(make_analysis("Older"), "en", at=ago(days=2))
    publish(make_analysis("Newer"), "en", at=ago(days=1))
    make_analysis("A draft")
    assert panel(newsroom, "published") == ["Newer", "Older"]


def test_an_author_sees_only_their_own_texts_on_the_desk_and_in_the_calendar(client):
    from django.contrib.auth.models import Group

    huda = User.objects.create_user("huda", is_staff=True)
    huda.groups.add(Group.objects.get(name="Author"))
    client.force_login(huda)
    own = make_analysis("Of Huda", authors=[make_expert(account=huda)])
    secret = make_analysis("Of Somebody Else")
    for text in (own, secret):
        text.publish("en", at=ahead(minutes=1))
    assert panel(client, "scheduled") == ["Of Huda"]
    assert "Of Somebody Else" not in words(client.get("/admin/"))
    assert "Of Huda" in words(client.get(CALENDAR)) and "Of Somebody Else" not in words(client.get(CALENDAR))


def test_somebody_without_texts_has_no_panels(client):
    client.force_login(User.objects.create_user("clerk", is_staff=True))
    make_analysis("The River Is Low")
    assert client.get("/admin/").context["panels"] == []
    assert client.get(CALENDAR).status_code == 403


def test_the_calendar_shows_the_day_by_the_institutes_clock(newsroom, settings):
    settings.TIME_ZONE = "Asia/Beirut"
    timezone.deactivate()
    analysis = make_analysis("The River Is Low")
    analysis.publish("en", at=timezone.datetime(2040, 1, 31, 23, 30, tzinfo=timezone.get_fixed_timezone(0)))
    [cell] = [
        day for week in newsroom.get(CALENDAR, {"month": "2040-02"}).context["weeks"] for day in week if day["texts"]
    ]
    assert cell["date"].isoformat() == "2040-02-01"
    assert "January 2040" in words(newsroom.get(CALENDAR, {"month": "2040-02"}))


@pytest.mark.parametrize("month", ["2040-13", "x", "0001-01", "9999-12", "2040-1-1", "٢٠٤٠-٠١"])
def test_a_month_that_there_is_not_is_a_404(newsroom, month):
    assert newsroom.get(CALENDAR, {"month": month}).status_code == 404


def test_a_withdrawn_text_leaves_the_calendar(newsroom):
    analysis = publish(make_analysis("The River Is Low"), "en", at=ago(minutes=5))
    assert "The River Is Low" in words(newsroom.get(CALENDAR))
    analysis.withdraw("en", "A test.")
    assert "The River Is Low" not in words(newsroom.get(CALENDAR))


def test_the_desk_costs_the_same_for_one_text_and_for_thirty(newsroom, rana, django_assert_max_num_queries):
    def queries():
        with django_assert_max_num_queries(40) as counted:
            newsroom.get("/admin/")
        return len(counted)

    def fill(number):
        make_analysis(f"Draft {number}", created_by=rana).send_to_review("en", rana)
        make_analysis(f"To come {number}").publish("en", at=ahead(days=1))
        publish(make_analysis(f"Live {number}"), "en")

    newsroom.get("/admin/")
    fill(0)
    few = queries()
    for number in range(1, 30):
        fill(number)
    assert queries() == few
