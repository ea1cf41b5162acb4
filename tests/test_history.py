"""The pages of a text's revisions: the list, a comparison of any two, restoring one, recovering a deleted text."""

import pytest
from django.contrib.auth.models import User

from analyses import revisions
from analyses.models import Analysis
from tests.factories import correct, edit, make_analysis, make_expert, make_tag, make_topic
from tests.test_admin import LIST, address, words
from tests.test_roles import member
from thinktank.audit import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def newsroom(client):
    client.force_login(User.objects.create_superuser("rana"))
    return client


def revised(*titles, **fields):
    """A text that was saved once for each title."""
    analysis = make_analysis("The River Is Low", "النهر منخفض", **fields)
    for title in titles:
        with revisions.record(analysis, User.objects.first()):
            edit(analysis, title_en=title)
    return analysis


def compare(client, analysis, before, after):
    return client.get(address(analysis, "compare"), {"from": before, "to": after})


def test_the_history_says_who_changed_what_in_which_language(newsroom):
    analysis = revised("Lower")
    with revisions.record(analysis, User.objects.get()):
        edit(analysis, summary_ar="جديد", body_ar="<p>جديد.</p>")
        analysis.topics.add(make_topic())
    text = words(newsroom.get(address(analysis, "history")))
    assert "rana" in text and "Arabic: Summary, Text" in text and "English: Title" in text
    assert "In every language: Topics" in text and "As it was found" in text


def test_the_history_names_the_editions_made_from_a_revision(newsroom):
    analysis = revised("Lower")
    analysis.publish("en")
    with revisions.record(analysis, None):
        edit(analysis, title_en="Lowest")
    rows = newsroom.get(address(analysis, "history")).context["rows"]
    assert [[edition.number for _name, edition in row["editions"]] for row in rows] == [[], [1], []]


def test_a_long_history_has_pages_and_costs_the_same(newsroom, django_assert_max_num_queries):
    analysis = revised(*(f"Title {number}" for number in range(45)))
    analysis.publish("en")
    with django_assert_max_num_queries(14):
        page = newsroom.get(address(analysis, "history"))
    assert len(page.context["rows"]) == 20
    assert newsroom.get(address(analysis, "history"), {"p": 3}).context["rows"][-1]["is_first"]
    assert newsroom.get(address(analysis, "history"), {"p": "x"}).status_code == 200


def test_a_text_without_revisions_says_so(newsroom):
    assert "no revision yet" in words(newsroom.get(address(make_analysis(), "history")))


def test_any_two_revisions_are_compared(newsroom):
    analysis = revised("The River Is High")
    latest, first = revisions.of(analysis)
    text = words(compare(newsroom, analysis, first.pk, latest.pk))
    assert "[deleted: Low ]" in text and "[inserted: High ]" in text
    assert "Nothing differs." in words(compare(newsroom, analysis, latest.pk, "now"))


def test_a_revision_is_compared_with_what_readers_see(newsroom):
    rana = make_expert()
    analysis = revised("Lower", authors=[rana], tags=[make_tag()], publish=["en", "ar"])
    (section,) = compare(newsroom, analysis, "live-en", "now").context["comparison"].sections
    assert [field.name for field in section.fields] == ["title"]
    assert "Nothing differs." in words(compare(newsroom, analysis, "live-ar", "now"))
    correct(analysis, title_en="Lowest")
    assert "Nothing differs." in words(compare(newsroom, analysis, "now", "live-en"))


@pytest.mark.parametrize("name", ["", "x", "0", "-1", "9" * 30, "live-en", "live-xx", "²"])
def test_what_there_is_not_cannot_be_compared(newsroom, name):
    assert compare(newsroom, revised("Lower"), name, "now").status_code == 404


def test_revisions_of_another_text_cannot_be_had_through_this_one(newsroom):
    mine, other = revised("Mine"), revised("Other")
    theirs = revisions.of(other).first()
    assert compare(newsroom, mine, theirs.pk, "now").status_code == 404
    assert newsroom.get(address(mine, "restore", theirs.pk)).status_code == 404
    assert newsroom.post(address(mine, "restore", theirs.pk)).status_code == 404


def restore(client, analysis, version, **changes):
    page = client.get(address(analysis, "restore", version.pk))
    sent = {"seen": page.context["seen"]} if page.context and "seen" in page.context else {}
    return client.post(address(analysis, "restore", version.pk), sent | changes, follow=True)


def test_a_revision_is_restored_after_a_look_at_what_changes(newsroom):
    analysis = revised("The River Is High")
    first = revisions.of(analysis).last()
    page = words(newsroom.get(address(analysis, "restore", first.pk)))
    assert "[deleted: High ]" in page
    assert "The revision is back in the text" in words(restore(newsroom, analysis, first))
    assert Analysis.objects.get().title_en == "The River Is Low"
    entry = AuditEntry.objects.get(action="restore")
    assert entry.person == "rana" and entry.detail["revision"] == first.pk


def test_a_restore_of_what_was_changed_meanwhile_is_asked_again(newsroom):
    analysis = revised("Lower")
    page = newsroom.get(address(analysis, "restore", revisions.of(analysis).last().pk))
    edit(analysis, title_en="By Somebody Else")
    response = newsroom.post(
        address(analysis, "restore", revisions.of(analysis).last().pk), {"seen": page.context["seen"]}
    )
    assert "nothing was done" in words(response) and Analysis.objects.get().title_en == "By Somebody Else"


def test_a_restore_without_the_right_to_publish_publishes_nothing(client):
    client.force_login(member("Editor"))
    analysis = revised("Lower", publish=["en"])
    restore(client, analysis, revisions.of(analysis).last())
    assert Analysis.objects.get().title_en == "The River Is Low"
    assert analysis.editions.count() == 1


def test_a_translator_restores_their_language_only_and_is_told_so(client):
    client.force_login(member("Translator (Arabic)"))
    analysis = make_analysis("The River Is Low", "النهر منخفض")
    with revisions.record(analysis, None):
        edit(analysis, title_en="Changed", title_ar="تغيّر", body_ar="<p>تغيّر.</p>")
        analysis.topics.add(make_topic())
    first = revisions.of(analysis).last()
    page = client.get(address(analysis, "restore", first.pk))
    assert "What you may not change stays as it is: English, what all languages share" in words(page)
    assert "Changed" not in words(page).partition("What you may not")[2]
    restore(client, analysis, first)
    analysis = Analysis.objects.get()
    assert (analysis.title_en, analysis.title_ar) == ("Changed", "النهر منخفض") and analysis.topics.exists()


def test_whoever_may_not_see_a_text_sees_none_of_its_revisions(client):
    analysis = revised("Quagga Report")
    first = revisions.of(analysis).last()
    client.force_login(member("Author"))
    for response in (
        client.get(address(analysis, "history")), compare(client, analysis, first.pk, "now"),
        client.get(address(analysis, "restore", first.pk)), client.post(address(analysis, "restore", first.pk)),
        client.get(f"{LIST}recover/"), client.get(f"{LIST}recover/{first.pk}/"),
    ):  # fmt: skip
        assert response.status_code in (403, 404)
        assert "Quagga" not in response.content.decode() and "River" not in response.content.decode()
    assert Analysis.objects.get().title_en == "Quagga Report"


def test_an_author_reads_the_history_of_a_live_text_of_theirs_and_restores_nothing(client):
    user = member("Author")
    client.force_login(user)
    analysis = revised("Lower", created_by=user, publish=["en"])
    first = revisions.of(analysis).last()
    assert "Restore" not in words(client.get(address(analysis, "history")))
    assert restore(client, analysis, first).status_code == 403
    assert Analysis.objects.get().title_en == "Lower"


def test_an_editor_recovers_a_deleted_text(client):
    client.force_login(member("Editor"))
    analysis = revised("Lower", tags=[make_tag()])
    client.post(address(analysis, "delete"), {"post": "yes"})
    page = client.get(f"{LIST}recover/")
    assert "Lower" in words(page) and "Deleted texts" in words(client.get(LIST))
    version = revisions.deleted().get()
    assert "النهر منخفض" in words(client.get(f"{LIST}recover/{version.pk}/"))
    assert "The text is back" in words(client.post(f"{LIST}recover/{version.pk}/", follow=True))
    assert Analysis.objects.get().pk == analysis.pk and list(Analysis.objects.get().tags.names()) == ["drought"]
    assert client.post(f"{LIST}recover/{version.pk}/").status_code == 404


def test_a_text_that_is_there_cannot_be_recovered(newsroom):
    analysis = revised("Lower")
    assert newsroom.post(f"{LIST}recover/{revisions.of(analysis).first().pk}/").status_code == 404
