"""Three texts to read next: the editors' picks, then what shares most, never what one is reading."""

import pytest

from analyses.models import Recommendation
from analyses.recommended import recommended

from .factories import (
    ago,
    ahead,
    correct,
    make_analysis,
    make_expert,
    make_institute,
    make_region,
    make_tag,
    make_topic,
    publish,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def iraq():
    return make_region()


@pytest.fixture
def water():
    return make_topic()


def text(title, days, ar="", **fields):
    return publish(make_analysis(title, ar, **fields), *(["en", "ar"] if ar else ["en"]), at=ago(days=days))


def titles(analysis, language="en", most=3):
    return [card.title for card in recommended(analysis.live_edition(language), most)]


def test_what_shares_more_comes_first(iraq, water):
    tag = make_tag()
    subject = text("Subject", 1, regions=[iraq], topics=[water], tags=[tag])
    text("Topic only", 2, topics=[water])
    text("Region and topic", 9, regions=[iraq], topics=[water])
    text("Everything", 20, regions=[iraq], topics=[water], tags=[tag])
    text("Nothing", 1)
    assert titles(subject) == ["Everything", "Region and topic", "Topic only"]


def test_of_those_that_share_the_same_the_newest_comes_first(water):
    subject = text("Subject", 1, topics=[water])
    for title, days in (("Old", 9), ("Oldest", 30), ("New", 2), ("Middle", 5)):
        text(title, days, topics=[water])
    assert titles(subject) == ["New", "Middle", "Old"]


def test_the_editors_picks_come_first_and_in_their_order(iraq):
    subject = text("Subject", 1, regions=[iraq])
    text("Shared", 2, regions=[iraq])
    first, second = text("First", 400), text("Second", 3)
    Recommendation.objects.create(analysis=subject, recommended=second, order=2)
    Recommendation.objects.create(analysis=subject, recommended=first, order=1)
    assert titles(subject) == ["First", "Second", "Shared"]


def test_a_text_never_recommends_itself(iraq):
    subject = text("Subject", 1, regions=[iraq], ar="موضوع")
    assert titles(subject) == [] and titles(subject, "ar") == []


def test_a_text_that_is_picked_and_shared_stands_once(iraq):
    subject, other = text("Subject", 1, regions=[iraq]), text("Other", 2, regions=[iraq])
    Recommendation.objects.create(analysis=subject, recommended=other)
    assert titles(subject) == ["Other"]


def test_only_texts_in_the_same_language_are_recommended(iraq):
    subject = text("Subject", 1, ar="موضوع", regions=[iraq])
    text("English Only", 2, regions=[iraq])
    both = text("Both", 3, ar="كلاهما", regions=[iraq])
    Recommendation.objects.create(analysis=subject, recommended=both)
    assert titles(subject, "ar") == ["كلاهما"]
    assert titles(subject) == ["Both", "English Only"]


def test_what_is_not_live_is_not_recommended(iraq):
    subject = text("Subject", 1, regions=[iraq])
    draft = make_analysis("Draft", regions=[iraq])
    scheduled = make_analysis("Scheduled", regions=[iraq])
    scheduled.publish("en", at=ahead(hours=1))
    withdrawn = text("Withdrawn", 1, regions=[iraq])
    withdrawn.withdraw("en")
    for other in (draft, scheduled, withdrawn):
        Recommendation.objects.create(analysis=subject, recommended=other)
    assert titles(subject) == []


def test_a_pick_with_a_scheduled_correction_is_still_recommended(iraq):
    subject, other = text("Subject", 1), text("Other", 2)
    Recommendation.objects.create(analysis=subject, recommended=other)
    correct(other, title_en="Changed", at=ahead(hours=1))
    assert titles(subject) == ["Other"]


def test_a_corrected_text_is_recommended_once(iraq):
    subject, other = text("Subject", 1, regions=[iraq]), text("Other", 2, regions=[iraq])
    correct(other, title_en="Changed")
    assert titles(subject) == ["Changed"]


def test_a_text_on_a_country_and_its_region_share_the_region(iraq):
    east = make_region("Middle East", "")
    iraq.parent = east
    iraq.save()
    subject = text("Subject", 1, regions=[iraq])
    text("Region", 2, regions=[east])
    assert titles(subject) == ["Region"]


def test_it_costs_one_query(django_assert_num_queries):
    edition = make_institute().river.live_edition("en")
    with django_assert_num_queries(1):
        assert len(recommended(edition)) == 3


def test_a_card_says_what_one_wants_to_know(client, iraq):
    subject = text("Subject", 1, regions=[iraq])
    text("Other", 2, regions=[iraq], authors=[make_expert()])
    page = client.get(subject.live_edition("en").url).content.decode()
    section = page[page.index('class="recommended"') :]
    for part in ('href="/policy-analysis/other"', "Rana Darwazeh", "Brief Analysis", "<time"):
        assert part in section
