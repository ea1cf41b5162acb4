"""Two people in one text: nothing of either is lost, and nothing is half saved."""

import threading

import pytest
from django.contrib.auth.models import User
from django.db import connections
from django.test import Client

from analyses.models import Analysis
from analyses.newsroom.merging import merge, three_way
from tests.factories import make_analysis, make_expert, make_format, make_topic
from tests.test_admin import address, fields_of, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def text():
    return make_analysis(
        "The River Is Low", "النهر منخفض", body_en="<p>One.</p>\n<p>Two.</p>\n<p>Three.</p>", body_ar="<p>واحد.</p>",
        authors=[make_expert()], topics=[make_topic()], tags=["water"],
    )  # fmt: skip


def editor(name, full_name=""):
    first, _space, last = full_name.partition(" ")
    client = Client()
    client.force_login(User.objects.create_superuser(name, first_name=first, last_name=last))
    return client


@pytest.fixture
def two():
    return editor("rana", "Rana Darwazeh"), editor("yusuf", "Yusuf al-Rubaie")


def opened(client, text):
    """The form as somebody opens it: what a browser would send back."""
    return fields_of(client.get(address(text, "change")))


def send(client, text, form, **changes):
    return client.post(address(text, "change"), form | changes, follow=True)


def again(response, **answers):
    """The form that came back, with the questions answered."""
    return fields_of(response) | {f"choice-{name}": answer for name, answer in answers.items()}


def now(text):
    return Analysis.objects.get(pk=text.pk)


# --- What only one of them changed


def test_two_fields_of_two_people_are_both_saved(two, text):
    first, second = (opened(client, text) for client in two)
    send(two[0], text, first, title_en="The River Is Dry")
    said = words(send(two[1], text, second, summary_en="It has no water."))
    assert now(text).title_en == "The River Is Dry" and now(text).summary_en == "It has no water."
    assert "Meanwhile Rana Darwazeh saved this text too. Their changes were kept: Title ( English ) ." in said


def test_translators_of_two_languages_do_not_stop_each_other(two, text):
    first, second = (opened(client, text) for client in two)
    send(two[0], text, first, body_en="<p>Other.</p>", **{"authorships-0-role_en": "Visitor"})
    send(two[1], text, second, body_ar="<p>آخر.</p>", **{"authorships-0-role_ar": "زائرة"})
    assert (now(text).body_en, now(text).body_ar) == ("<p>Other.</p>", "<p>آخر.</p>")
    author = now(text).authorships.get()
    assert (author.role_en, author.role_ar) == ("Visitor", "زائرة")


def test_topics_and_tags_of_both_stay(two, text):
    first, second = (opened(client, text) for client in two)
    here, there = make_topic("Rivers", "الأنهار"), make_topic("Dams", "السدود")
    water = text.topics.get()
    send(two[0], text, first, topics=[water.pk, here.pk], tags="water, levees")
    send(two[1], text, second, topics=[there.pk], tags="water, dams")
    assert set(now(text).topics.all()) == {here, there}
    assert {str(tag) for tag in now(text).tags.all()} == {"water", "levees", "dams"}


def test_an_author_that_another_added_stays(two, text):
    first, second = (opened(client, text) for client in two)
    omar = make_expert("Omar Haddad", "عمر حداد")
    added = {
        "authorships-TOTAL_FORMS": 2,
        "authorships-1-expert": omar.pk,
        "authorships-1-order": 1,
        "authorships-1-role_en": "Fellow",
    }
    send(two[0], text, first, **added)
    send(two[1], text, second, title_en="The River Is Dry", **{"authorships-0-role_en": "Director"})
    rows = [(row.expert.name_en, row.role_en) for row in now(text).authorships.all()]
    assert rows == [("Rana Darwazeh", "Director"), ("Omar Haddad", "Fellow")]


def test_the_same_form_sent_twice_is_saved_once(two, text):
    form = opened(two[0], text)
    send(two[0], text, form, title_en="The River Is Dry")
    changed = now(text).updated_at
    response = send(two[0], text, form, title_en="The River Is Dry")
    assert "was changed successfully" in words(response) and now(text).updated_at == changed


# --- What both changed


def test_a_field_that_both_changed_stops_the_save_and_nothing_of_it_is_saved(two, text):
    first, second = (opened(client, text) for client in two)
    send(two[0], text, first, title_en="The River Is Dry")
    response = send(two[1], text, second, title_en="The River Is Gone", summary_en="It has no water.")
    said = words(response)
    for part in ("Somebody else has changed the same fields", "Rana Darwazeh", "Dry", "Gone", "Low"):
        assert part in said
    assert now(text).title_en == "The River Is Dry" and now(text).summary_en != "It has no water."
    form = fields_of(response)
    assert form["title_en"] == "The River Is Gone" and form["summary_en"] == "It has no water."


@pytest.mark.parametrize(("answer", "title"), [("mine", "The River Is Gone"), ("theirs", "The River Is Dry")])
def test_each_side_can_be_chosen_and_the_rest_of_mine_is_saved_with_it(two, text, answer, title):
    first, second = (opened(client, text) for client in two)
    send(two[0], text, first, title_en="The River Is Dry", title_ar="النهر جاف")
    response = send(two[1], text, second, title_en="The River Is Gone", summary_en="It has no water.")
    said = words(send(two[1], text, again(response, title_en=answer)))
    assert (now(text).title_en, now(text).title_ar, now(text).summary_en) == (title, "النهر جاف", "It has no water.")
    assert "Their changes were kept: Title ( العربية ) ." in said


def test_without_an_answer_nothing_is_saved_and_the_question_stays(two, text):
    first, second = (opened(client, text) for client in two)
    send(two[0], text, first, title_en="The River Is Dry")
    response = send(two[1], text, second, title_en="The River Is Gone")
    response = send(two[1], text, fields_of(response))
    assert "Somebody else has changed the same fields" in words(response) and now(text).title_en == "The River Is Dry"


def test_paragraphs_of_both_can_be_taken_together(two, text):
    first, second = (opened(client, text) for client in two)
    send(two[0], text, first, body_en="<p>One.</p>\n<p>Two.</p>\n<p>Three and a half.</p>")
    response = send(two[1], text, second, body_en="<p>Zero.</p>\n<p>One.</p>\n<p>Two.</p>\n<p>Three.</p>")
    send(two[1], text, again(response, body_en="both"))
    assert now(text).body_en == "<p>Zero.</p>\n<p>One.</p>\n<p>Two.</p>\n<p>Three and a half.</p>"


def test_both_together_is_not_offered_for_two_versions_of_one_paragraph(two, text):
    first, second = (opened(client, text) for client in two)
    send(two[0], text, first, body_en="<p>One.</p>\n<p>Two metres.</p>\n<p>Three.</p>")
    response = send(two[1], text, second, body_en="<p>One.</p>\n<p>Two feet.</p>\n<p>Three.</p>")
    assert "Both together" not in words(response)
    page = response.content.decode()
    assert "<ins> metres</ins>" in page and "<ins> feet</ins>" in page


def test_a_third_save_while_one_chooses_is_asked_about_too(two, text):
    first, second = (opened(client, text) for client in two)
    send(two[0], text, first, title_en="The River Is Dry")
    response = send(two[1], text, second, title_en="The River Is Gone")
    send(two[0], text, opened(two[0], text), title_en="The River Is Back")
    response = send(two[1], text, again(response, title_en="mine"))
    assert "Back" in words(response) and now(text).title_en == "The River Is Back"
    send(two[1], text, again(response, title_en="mine"))
    assert now(text).title_en == "The River Is Gone"


def test_the_format_and_the_order_of_authors_are_asked_about(two, text):
    omar, greta = make_expert("Omar Haddad", "عمر حداد"), make_expert("Greta Holm", "غريتا هولم")
    first, second = (opened(client, text) for client in two)
    podcast, report = make_format("Podcast", "بودكاست"), make_format("Report", "تقرير")
    row = {"authorships-TOTAL_FORMS": 2, "authorships-1-order": 1}
    send(two[0], text, first, format=podcast.pk, **row, **{"authorships-1-expert": omar.pk})
    response = send(two[1], text, second, format=report.pk, **row, **{"authorships-1-expert": greta.pk})
    assert {"Podcast", "Omar"} <= set(words(response).split())
    send(two[1], text, again(response, format="theirs", authorships="both"))
    assert now(text).format == podcast
    assert {row.expert for row in now(text).authorships.all()} >= {omar, greta}


def test_an_author_whom_one_removed_and_the_other_described_is_a_question(two, text):
    first, second = (opened(client, text) for client in two)
    send(two[0], text, first, **{"authorships-0-DELETE": "on"})
    response = send(two[1], text, second, **{"authorships-0-role_en": "Director"})
    assert "Somebody else has changed the same fields" in words(response) and not now(text).authorships.exists()
    send(two[1], text, again(response, authorships="mine"))
    assert now(text).authorships.get().role_en == "Director"


def test_a_form_that_does_not_say_what_it_was_opened_with_overwrites_nothing_unasked(two, text):
    form = opened(two[0], text) | {"opened": "forged"}
    send(two[1], text, opened(two[1], text), title_en="The River Is Dry")
    response = send(two[0], text, form)
    assert "Somebody else has changed the same fields" in words(response) and now(text).title_en == "The River Is Dry"


def test_an_error_in_another_field_keeps_the_merge(two, text):
    first, second = (opened(client, text) for client in two)
    send(two[0], text, first, title_en="The River Is Dry")
    response = send(two[1], text, second, summary_en="x" * 1001)
    assert fields_of(response)["title_en"] == "The River Is Dry" and "at most 1000 characters" in words(response)
    send(two[1], text, fields_of(response), summary_en="Short.")
    assert (now(text).title_en, now(text).summary_en) == ("The River Is Dry", "Short.")


# --- At the same moment


@pytest.mark.django_db(transaction=True)
def test_of_two_saves_at_the_same_moment_the_second_sees_the_first(two, text):
    forms = [opened(client, text) for client in two]
    answers, start = {}, threading.Barrier(2)

    def save(number):
        start.wait()
        title = f"The River Is {number}"
        answers[number] = words(send(two[number], text, forms[number], title_en=title))
        connections.close_all()

    threads = [threading.Thread(target=save, args=[number]) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    stopped = [number for number, said in answers.items() if "Somebody else has changed the same fields" in said]
    assert len(stopped) == 1 and now(text).title_en == f"The River Is {1 - stopped[0]}"


# --- Merging itself


@pytest.mark.parametrize(("theirs", "mine", "together"), [
    ("abXd", "abcdY", "abXdY"), ("bcd", "abcd", "bcd"), ("abcd", "", ""), ("aXcd", "aXcd", "aXcd"), ("aXcd", "aYcd", None),
    ("Xabcd", "abcdY", "XabcdY"), ("acd", "abcYd", "acYd"),
])  # fmt: skip
def test_sequences_are_merged(theirs, mine, together):
    found = three_way(list("abcd"), list(theirs), list(mine))
    assert (found and "".join(found)) == together or (found == [] and together == "")


def test_line_ends_between_paragraphs_are_no_change():
    found = merge(
        {"body": "<p>a</p>\n<p>b</p>"}, {"body": "<p>a</p><p>c</p>"}, {"body": "<p>a</p><p>b</p>"}, bodies=["body"]
    )
    assert found.theirs == ["body"] and not found.conflicts
