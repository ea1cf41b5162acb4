"""The state that lists are filtered by is the state that a form works out, after whatever has happened."""

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command

from analyses.models import Analysis
from analyses.states import LanguageState, standings
from tests.factories import (
    ago,
    ahead,
    correct,
    edit,
    let_time_pass,
    make_analysis,
    make_expert,
    make_image,
    make_region,
    make_topic,
    publish,
)

pytestmark = pytest.mark.django_db

LIST = "/admin/analyses/analysis/"


def kept(analysis):
    return {row.language: row.state for row in analysis.states.all()}


def agree(analysis):
    return kept(analysis) == {stands.code: stands.state.value for stands in standings(analysis)}


def listed(client, **filters):
    return {row.pk for row in client.get(LIST, filters).context["cl"].result_list}


@pytest.fixture
def newsroom(client):
    client.force_login(User.objects.create_superuser("rana"))
    return client


def test_every_step_in_the_life_of_a_text_is_kept():
    analysis = make_analysis("The River Is Low", "النهر منخفض")
    assert kept(analysis) == {"en": "draft", "ar": "draft"}
    publish(analysis, "en")
    assert kept(analysis) == {"en": "live", "ar": "draft"} and agree(analysis)
    edit(analysis, body_en="<p>Lower still.</p>")
    assert kept(analysis)["en"] == "newer-draft" and agree(analysis)
    correct(analysis)
    assert kept(analysis)["en"] == "live" and agree(analysis)
    analysis.publish("ar", at=ahead(days=1))
    assert kept(analysis)["ar"] == "scheduled" and agree(analysis)
    analysis.withdraw("en", "A test.")
    assert kept(analysis)["en"] == "withdrawn" and agree(analysis)


def test_a_schedule_that_has_come_due_is_listed_as_live(newsroom):
    analysis = make_analysis("The River Is Low")
    analysis.publish("en", at=ahead(hours=1))
    assert listed(newsroom, state_en="scheduled") == {analysis.pk}
    let_time_pass(hours=2)
    assert listed(newsroom, state_en="scheduled") == set()
    assert listed(newsroom, state_en="live") == {analysis.pk}


def test_the_list_is_filtered_by_the_state_of_each_language(newsroom):
    both = publish(make_analysis("One", "واحد"), "en", "ar", at=ago(days=1))
    english = publish(make_analysis("Two", "اثنان"), "en", at=ago(days=1))
    arabic_only = make_analysis("", "ثلاثة", original_language="ar")
    assert listed(newsroom, state_en="live") == {both.pk, english.pk}
    assert listed(newsroom, state_en="live", state_ar="draft") == {english.pk}
    assert listed(newsroom, state_en="nothing") == {arabic_only.pk}
    assert listed(newsroom, state_en="no such state") == {both.pk, english.pk, arabic_only.pk}


def test_a_rebuild_keeps_what_was_lost():
    analysis = publish(make_analysis("One", authors=[make_expert()]), "en")
    draft = make_analysis("Two")
    Analysis.objects.filter(pk=analysis.pk).update(title_en="Changed")
    LanguageState.objects.all().delete()
    call_command("rebuild", verbosity=0)
    assert kept(analysis) == {"en": "newer-draft", "ar": "nothing"} and kept(draft) == {"en": "draft", "ar": "nothing"}


@pytest.mark.parametrize("what", ["topics", "regions", "tags", "image"])
def test_other_subjects_or_another_picture_are_a_newer_draft_too(what):
    subjects = {"topics": [make_topic()], "regions": [make_region()], "tags": ["dams"]}
    analysis = publish(make_analysis("One", **subjects), "en")
    assert standings(analysis)[0].state == "live"
    if what == "image":
        analysis.image = make_image()
        analysis.save()
    else:
        getattr(analysis, what).clear()
    assert standings(analysis)[0].state == "newer-draft"
    publish(analysis, "en", kind="typographical")
    assert standings(analysis)[0].state == "live"
