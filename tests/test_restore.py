"""An older revision comes back into the working copy, and readers see nothing of it."""

import pytest
from django.contrib.auth.models import User

from analyses import revisions
from analyses.models import Analysis, Recommendation
from experts.models import Expert
from taxonomy.models import Topic
from tests.factories import edit, make_analysis, make_expert, make_image, make_region, make_tag, make_topic
from thinktank.languages import codes

pytestmark = pytest.mark.django_db


@pytest.fixture
def rana():
    return User.objects.create_superuser("rana")


def changed_text():
    """A text that was changed in everything since its first revision, and that revision."""
    authors = [make_expert(), make_expert("Yusuf Rubaie", "يوسف الربيعي")]
    analysis = make_analysis(
        "The River Is Low", "النهر منخفض", authors=authors, topics=[make_topic()], regions=[make_region()],
        tags=[make_tag()], image=make_image(),
    )  # fmt: skip
    analysis.authorships.filter(expert=authors[0]).update(role_ar="زميلة أولى", note_en="She left.")
    Recommendation.objects.create(analysis=analysis, recommended=make_analysis("Another"))
    with revisions.record(analysis, None):
        edit(
            analysis, title_en="Changed", title_ar="تغيّر", body_en="<p>New.</p>", slug_en="changed", image=None,
            original_language="ar",
        )  # fmt: skip
        analysis.authorships.all().delete()
        analysis.authorships.create(expert=make_expert("Omar Haddad", "عمر حداد"))
        analysis.authorships.create(expert=authors[0], order=1, role_ar="ضيفة")
        analysis.topics.set([make_topic("Security", "")])
        analysis.regions.clear()
        analysis.tags.set(["levees", "dams"])
        analysis.recommendations.all().delete()
    return analysis, revisions.of(analysis).last()


def restore(version, user, languages=None, in_common=True):
    return revisions.restore(version, user, codes() if languages is None else languages, in_common)


def test_it_brings_back_text_authors_in_order_terms_tags_and_what_to_read_next(rana):
    analysis, first = changed_text()
    assert restore(first, rana) == []
    latest = revisions.of(analysis).first()
    assert revisions.state(latest) == revisions.state(first)
    analysis = Analysis.objects.get(pk=analysis.pk)
    assert analysis.title_ar == "النهر منخفض"
    assert [(a.expert.name_en, a.role_ar) for a in analysis.authorships.all()] == [
        ("Rana Darwazeh", "زميلة أولى"), ("Yusuf Rubaie", ""),
    ]  # fmt: skip
    assert list(analysis.tags.names()) == ["drought"]


def test_it_is_a_revision_itself_and_loses_nothing(rana):
    analysis, first = changed_text()
    restore(first, rana)
    latest, before, oldest = revisions.of(analysis)
    assert latest.revision.user == rana and "Restored" in revisions.words(latest)
    assert revisions.state(before)["title_en"] == "Changed"
    assert oldest == first


def test_it_publishes_nothing(rana):
    analysis, first = changed_text()
    analysis.publish("en")
    restore(first, rana)
    assert [edition.title for edition in analysis.editions.all()] == ["Changed"]


def test_restoring_what_is_there_already_is_no_revision(rana):
    analysis, _first = changed_text()
    restore(revisions.of(analysis).first(), rana)
    assert revisions.of(analysis).count() == 2


def test_a_translator_gets_back_their_language_and_nothing_else(rana):
    analysis, first = changed_text()
    restore(first, rana, ["ar"], in_common=False)
    now, then = revisions.state(revisions.of(analysis).first()), revisions.state(first)
    before = revisions.state(revisions.of(analysis)[1])
    for name, value in now.items():
        if name == "authors":
            omar, back = value
            assert omar["role_ar"] == "" and back["role_ar"] == "زميلة أولى"
            assert back["note_en"] == ""
        else:
            assert value == (then if name.endswith("_ar") else before)[name], name


def test_what_is_gone_or_taken_since_is_said_and_the_rest_comes_back(rana):
    analysis, first = changed_text()
    Topic.objects.filter(name_en="Water").delete()
    Expert.objects.get(name_en="Yusuf Rubaie").delete()
    make_analysis("Taken", slug_en=revisions.state(first)["slug_en"])
    missing = restore(first, rana)
    assert len(missing) == 3 and "river-low" in missing[0]
    analysis = Analysis.objects.get(pk=analysis.pk)
    assert analysis.title_en == "The River Is Low" and analysis.slug_en == "changed"
    assert [author.expert.name_en for author in analysis.authorships.all()] == ["Rana Darwazeh"]
    assert not analysis.topics.exists()


def test_a_deleted_text_is_recovered_under_its_key_with_everything(rana):
    analysis, _first = changed_text()
    key, last = analysis.pk, revisions.state(revisions.of(analysis).first())
    analysis.publish("en")
    analysis.delete()
    again, missing = revisions.recover(revisions.deleted().get(), rana)
    assert missing == [] and again.pk == key
    assert revisions.state(revisions.of(again).first()) == last
    assert not revisions.deleted().exists()
    again.publish("en")  # the address that readers knew is its own again
    assert again.editions.live("en").get().slug == "changed"
