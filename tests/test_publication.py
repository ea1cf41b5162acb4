"""What publishing does, and what a save does not."""

import pytest

from analyses.editions import Edition
from tests.factories import make_analysis

pytestmark = pytest.mark.django_db


def test_a_published_text_can_be_read_at_its_address(client):
    make_analysis("The River Is Low", publish=["en"])
    assert "The River Is Low" in client.get("/policy-analysis/river-low").content.decode()


def test_a_save_changes_nothing_public(client):
    analysis = make_analysis("The River Is Low", publish=["en"])
    analysis.title_en = "The River Is High"
    analysis.save()
    assert "The River Is High" not in client.get("/policy-analysis/river-low").content.decode()


def test_each_language_is_published_by_itself(client):
    make_analysis("The River Is Low", "النهر منخفض", publish=["ar"])
    assert client.get("/policy-analysis/river-low").status_code == 404
    assert client.get("/ar/policy-analysis/alnhr-mnkhfd").status_code == 200


def test_a_second_edition_leaves_the_first_at_its_own_address(client):
    analysis = make_analysis("The River Is Low", publish=["en"], body_en="<p>Ten metres.</p>")
    analysis.body_en = "<p>Two metres.</p>"
    analysis.save()
    analysis.publish("en", kind=Edition.Kind.CORRECTION, note="The depth was wrong.")
    current = client.get("/policy-analysis/river-low").content.decode()
    assert "Two metres." in current and "The depth was wrong." in current and "Ten metres." not in current
    assert "Ten metres." in client.get("/policy-analysis/river-low/v/1").content.decode()


def test_a_withdrawn_text_answers_gone(client):
    analysis = make_analysis("The River Is Low", publish=["en"])
    analysis.withdraw("en")
    response = client.get("/policy-analysis/river-low")
    assert response.status_code == 410
    assert "River" not in response.content.decode()
