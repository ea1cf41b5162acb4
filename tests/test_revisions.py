"""Every save of a working copy in the newsroom is a revision."""

import pytest
from django.contrib.auth.models import User
from reversion.models import Revision, Version

from analyses import revisions, working_copy
from analyses.models import Analysis, Authorship, Recommendation
from tests.factories import edit, make_analysis, make_expert, make_image, make_region, make_tag, make_topic
from tests.test_admin import LIST, add, address, save
from thinktank.languages import codes

pytestmark = pytest.mark.django_db


@pytest.fixture
def rana():
    return User.objects.create_superuser("rana")


@pytest.fixture
def newsroom(client, rana):
    client.force_login(rana)
    return client


def text():
    authors = [make_expert(), make_expert("Yusuf Rubaie", "يوسف الربيعي")]
    return make_analysis(
        "The River Is Low", "النهر منخفض", authors=authors, topics=[make_topic()], regions=[make_region()],
        tags=[make_tag()], image=make_image(),
    )  # fmt: skip


def test_a_save_is_a_revision_by_whom_and_when(newsroom, rana):
    analysis = text()
    save(newsroom, analysis, title_en="The River Is Lower")
    version = revisions.of(analysis).first()
    assert version.revision.user == rana
    assert revisions.state(version)["title_en"] == "The River Is Lower"
    assert version.object_repr == "The River Is Lower"


def test_a_text_without_a_revision_gets_its_state_before_the_save_as_its_first(newsroom):
    analysis = text()
    save(newsroom, analysis, title_en="The River Is Lower")
    latest, first = revisions.of(analysis)
    assert revisions.state(first)["title_en"] == "The River Is Low"
    assert first.revision.user is None
    assert first.revision.date_created == analysis.updated_at
    assert "found" in revisions.words(first)


def test_what_a_script_changed_in_between_is_kept_too(newsroom):
    analysis = text()
    save(newsroom, analysis, title_en="One")
    edit(Analysis.objects.get(), title_en="By a Script")
    save(newsroom, analysis, title_en="Two")
    titles = [revisions.state(version)["title_en"] for version in revisions.of(analysis)]
    assert titles == ["Two", "By a Script", "One", "The River Is Low"]


def test_a_new_text_has_one_revision_after_its_first_save(newsroom, rana):
    format = text().format
    add(newsroom, f"{LIST}add/", title_en="A New Text", format=format.pk, original_language="en")
    assert [version.revision.user for version in revisions.of(Analysis.objects.first())] == [rana]


def test_a_save_that_changes_nothing_is_none(newsroom):
    analysis = text()
    save(newsroom, analysis, title_en="Other")
    save(newsroom, analysis)
    assert revisions.of(analysis).count() == 2


def test_a_refused_save_leaves_no_revision(newsroom):
    analysis = text()
    save(newsroom, analysis, title_en="", title_ar="")
    assert not Version.objects.exists()


def test_a_revision_has_every_language_authors_in_order_terms_tags_and_what_to_read_next(newsroom):
    analysis, other = text(), make_analysis("Another")
    Recommendation.objects.create(analysis=analysis, recommended=other)
    rana, yusuf = analysis.authorships.all()
    edit(yusuf, order=0, role_ar="زميل")
    edit(rana, order=1, note_en="She left.")
    with revisions.record(analysis, None):
        edit(analysis, summary_ar="ملخص جديد.")
    state = revisions.state(revisions.of(analysis).first())
    assert state["summary_ar"] == "ملخص جديد."
    assert [author["expert"] for author in state["authors"]] == [yusuf.expert_id, rana.expert_id]
    assert state["authors"][0]["role_ar"] == "زميل"
    assert state["authors"][1]["note_en"] == "She left."
    assert state["topics"] == [analysis.topics.get().pk]
    assert state["regions"] == [analysis.regions.get().pk]
    assert state["tags"] == ["drought"]
    assert state["recommended"] == [other.pk]
    assert state["image"] == analysis.image_id


def test_a_change_of_the_authors_alone_is_a_revision(newsroom):
    analysis = text()
    save(newsroom, analysis, **{"authorships-0-order": "1", "authorships-1-order": "0"})
    orders = [[a["expert"] for a in revisions.state(version)["authors"]] for version in revisions.of(analysis)]
    assert orders[0] == orders[1][::-1]


def test_scripts_make_no_revisions():
    analysis = text()
    edit(analysis, title_en="By a Script")
    assert not Revision.objects.exists()


def test_a_failed_save_takes_its_revision_with_it():
    analysis = text()
    with pytest.raises(RuntimeError), revisions.record(analysis, None):
        edit(analysis, title_en="Half")
        raise RuntimeError
    assert not Version.objects.exists()
    assert Analysis.objects.get().title_en == "The River Is Low"


def test_publishing_makes_none_and_changes_none(newsroom):
    analysis = text()
    save(newsroom, analysis, title_en="Other")
    analysis.publish("en")
    assert revisions.of(analysis).count() == 2


def test_a_deleted_text_keeps_its_revisions_the_last_among_them(newsroom):
    analysis = text()
    newsroom.post(address(analysis, "delete"), {"post": "yes"})
    (version,) = revisions.deleted()
    assert revisions.state(version)["title_ar"] == "النهر منخفض"


def test_nothing_that_staff_write_is_left_out_of_a_revision():
    """A new field of a text or of an author must be added to working_copy.py, or to the exceptions here."""
    kept = {*working_copy.text_columns(), *working_copy.IN_COMMON, "authors"}
    base = set(working_copy.IN_EACH_LANGUAGE)  # modeltranslation's own columns, which nobody reads
    fields = {
        f.name for f in (*Analysis._meta.fields, *Analysis._meta.many_to_many) if f.editable and not f.primary_key
    }
    assert fields - kept - base == set()
    of_author = {f.name for f in Authorship._meta.fields if f.editable and not f.primary_key}
    known = {*working_copy.author_columns(), *working_copy.OF_AN_AUTHOR, "analysis", "expert", "order"}
    assert of_author - known == set()


def test_a_revision_from_before_a_field_was_added_is_read_with_it_empty(newsroom):
    analysis = text()
    save(newsroom, analysis, title_en="Other")
    version = revisions.of(analysis).first()
    version.serialized_data = '[{"title_en": "Old", "authors": [{"expert": 1}]}]'
    state = revisions.state(version)
    assert state["title_en"] == "Old"
    assert all(state[name] == "" for name in working_copy.text_columns(codes()[1]))
    assert state["tags"] == [] and state["authors"][0]["role_ar"] == ""
