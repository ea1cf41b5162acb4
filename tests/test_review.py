"""Sending a language to review, and what comes back."""

import pytest
from django.contrib.auth.models import Group, User

from analyses.models import Analysis, ReviewRequest
from analyses.states import State, standings
from tests.factories import edit, make_analysis, publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(client):
    found = {}
    for name, group in (("huda", "Author"), ("yusuf", "Publisher (English)"), ("rana", "Publisher (Arabic)")):
        found[name] = User.objects.create_user(name, is_staff=True)
        found[name].groups.add(Group.objects.get(name=group))
    return found


def address(analysis, verb, code="en"):
    return f"/admin/analyses/analysis/{analysis.pk}/{verb}/{code}/"


def states(analysis):
    return [stands.state for stands in standings(analysis)]


def test_an_author_sends_a_language_to_review_with_a_note(client, people):
    text = make_analysis("The River", "النهر", created_by=people["huda"])
    client.force_login(people["huda"])
    assert client.get(address(text, "review")).status_code == 200
    client.post(address(text, "review"), {"note": "Please look at the figures."})
    assert states(text) == [State.IN_REVIEW, State.DRAFT]
    [request] = ReviewRequest.objects.all()
    assert (request.requested_by, request.note, request.language) == (
        people["huda"],
        "Please look at the figures.",
        "en",
    )
    assert text.states.get(language="en").state == State.IN_REVIEW


def test_a_second_click_says_that_it_is_in_review_already(client, people):
    text = make_analysis("The River", created_by=people["huda"])
    client.force_login(people["huda"])
    for _click in range(2):
        response = client.post(address(text, "review"), {"note": ""})
    assert "It is in review already." in response.content.decode() and ReviewRequest.objects.count() == 1


def test_a_publisher_of_the_language_returns_it_with_a_word(client, people):
    text = make_analysis("The River", created_by=people["huda"])
    text.send_to_review("en", people["huda"])
    client.force_login(people["rana"])
    assert client.post(address(text, "return"), {"note": "No."}).status_code == 403
    client.force_login(people["yusuf"])
    assert "This field is required" in client.post(address(text, "return"), {"note": " "}).content.decode()
    client.post(address(text, "return"), {"note": "The second table is wrong."})
    assert states(text)[0] == State.DRAFT
    page = client.get(f"/admin/analyses/analysis/{text.pk}/change/").content.decode()
    assert "The second table is wrong." in page


def test_what_came_back_is_sent_again(client, people):
    text = make_analysis("The River", created_by=people["huda"])
    text.send_to_review("en", people["huda"])
    text.return_from_review("en", people["yusuf"], "Not yet.")
    text.send_to_review("en", people["huda"], "Now.")
    [request] = ReviewRequest.objects.all()
    assert request.is_waiting and request.answer == "" and request.note == "Now."


def test_publication_ends_the_review_of_its_language(people):
    text = make_analysis("The River", "النهر")
    for code in ("en", "ar"):
        text.send_to_review(code, people["huda"])
    publish(text, "en")
    assert [request.language for request in ReviewRequest.objects.all()] == ["ar"]
    assert states(text) == [State.LIVE, State.IN_REVIEW]


def test_a_newer_draft_of_a_live_text_can_be_in_review(people):
    text = publish(make_analysis("The River"), "en")
    edit(text, title_en="The River Is Low")
    text.send_to_review("en", people["huda"])
    assert states(text)[0] == State.IN_REVIEW
    assert standings(text)[0].live


def test_who_may_not_edit_a_text_does_not_send_it(client, people):
    text = make_analysis("The River")
    client.force_login(people["huda"])
    assert client.post(address(text, "review"), {}).status_code == 404
    client.force_login(people["yusuf"])
    assert client.post(address(text, "review"), {}).status_code == 403
    assert not ReviewRequest.objects.exists()


def test_a_language_without_a_title_is_not_sent(client):
    text = make_analysis("The River")
    client.force_login(User.objects.create_superuser("chief"))
    response = client.post(address(text, "review", "ar"), {})
    assert "there is nothing to review yet" in response.content.decode()
    assert client.get(address(text, "review", "fr")).status_code == 404


def test_a_deleted_text_takes_its_review_along(people):
    text = make_analysis("The River")
    text.send_to_review("en", people["huda"])
    text.delete()
    assert not ReviewRequest.objects.exists() and not Analysis.objects.exists()
