"""Withdrawing: an error leaves no trace, a withdrawal is said to readers; and publishing again after either."""

import io
import json

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, transaction
from lxml import html as lxml_html

from analyses.editions import Edition
from analyses.models import Analysis
from analyses.states import State, standings
from tests.factories import ago, correct, edit, make_analysis, publish
from thinktank.models import Permalink

pytestmark = pytest.mark.django_db

WITHDRAWN, ERROR = Edition.Withdrawal.WITHDRAWN, Edition.Withdrawal.ERROR
PATH = "/policy-analysis/quagga"


@pytest.fixture
def newsroom(client):
    client.force_login(User.objects.create_superuser("rana"))
    return client


def quagga(*languages, **fields):
    text = make_analysis(
        "Quagga Report",
        "تقرير كواغا" if "ar" in languages else "",
        **{"slug_en": "quagga", "slug_ar": "kwagha"} | fields,
    )
    return publish(text, *(languages or ("en",)), at=ago(days=9))


def withdraw_page(text, code="en"):
    return f"/admin/analyses/analysis/{text.pk}/withdraw/{code}/"


# --- Published in error


@pytest.mark.parametrize("path", [PATH, f"{PATH}/v/1", f"{PATH}/v/2", "/policy-analysis", "/", "/feed", "/search?q=report",
                                  "/sitemap-texts-en.xml"])  # fmt: skip
def test_of_what_was_published_in_error_there_is_no_trace(client, path):
    text = correct(quagga(), at=ago(days=2)).analysis
    text.withdraw("en", "A quagga is extinct.", kind=ERROR)
    response = client.get(path)
    assert "quagga" not in response.content.decode().lower().replace(PATH, "")
    assert response.status_code == (410 if path.startswith(PATH) else 200)


def test_the_database_keeps_no_notice_for_an_error():
    text = quagga()
    edition = text.live_edition("en")
    for wrong in ({"withdrawal": ERROR, "withdrawal_notice": "x"}, {"withdrawal": WITHDRAWN}, {"withdrawal": ""}):
        columns = {"live_until": ago(days=1), "withdrawal_notice": ""} | wrong
        if wrong == {"withdrawal": ""}:
            columns = {"live_until": None, "withdrawal": ERROR}
        with pytest.raises(IntegrityError), transaction.atomic():
            Edition.objects.filter(pk=edition.pk).update(**columns)


# --- Withdrawn, and said so


def test_a_withdrawn_text_says_so_at_its_address(client):
    text = quagga(body_en="<p>Secret body.</p>")
    text.withdraw("en", "Internal reason.", kind=WITHDRAWN, notice="The figures could not be confirmed.")
    response = client.get(PATH)
    page = lxml_html.document_fromstring(response.content)
    said = " ".join(page.text_content().split())
    assert response.status_code == 410
    assert page.xpath("string(//h1)") == "Quagga Report"
    assert "The figures could not be confirmed." in said
    assert "Secret body." not in said and "Internal reason." not in said
    assert page.xpath("//meta[@name='robots']/@content") == ["noindex"] and not page.xpath("//link[@rel='canonical']")
    assert len(page.xpath("//dl//time")) == 2


@pytest.mark.parametrize("path", ["/policy-analysis", "/", "/feed", "/search?q=quagga", "/sitemap-texts-en.xml"])
def test_a_withdrawn_text_is_in_no_list(client, path):
    quagga().withdraw("en", "x", kind=WITHDRAWN, notice="Not confirmed.")
    assert "Quagga Report" not in client.get(path).content.decode()


def test_the_earlier_versions_end_with_it(client):
    text = quagga()
    correct(text, at=ago(days=2), slug_en="quagga-again")
    text.withdraw("en", "x", kind=WITHDRAWN, notice="Not confirmed.")
    for path in (f"{PATH}/v/1", f"{PATH}/v/2", PATH, f"{PATH}-again"):
        response = client.get(path)
        assert response.status_code == 410 and "Not confirmed." in response.content.decode()


def test_what_replaces_it_is_linked_in_the_language_of_the_reader_where_it_is(client):
    new = publish(make_analysis("New Report", "تقرير جديد", slug_en="new", slug_ar="jdyd"), "en", at=ago(days=1))
    text = quagga("en", "ar")
    for code in ("en", "ar"):
        text.withdraw(code, "x", kind=WITHDRAWN, notice="Replaced.", replaced_by=new)
    [link] = lxml_html.document_fromstring(client.get("/ar/policy-analysis/kwagha").content).xpath(
        "//p[@class='withdrawn-instead']/a"
    )
    assert (link.get("href"), link.get("hreflang")) == ("/policy-analysis/new", "en")
    publish(new, "ar")
    [link] = lxml_html.document_fromstring(client.get("/ar/policy-analysis/kwagha").content).xpath(
        "//p[@class='withdrawn-instead']/a"
    )
    assert (link.get("href"), link.get("hreflang")) == ("/ar/policy-analysis/jdyd", "ar")


def test_a_replacement_that_is_not_public_is_not_named(client):
    new = publish(make_analysis("New Report", slug_en="new"), "en")
    quagga().withdraw("en", "x", kind=WITHDRAWN, notice="Replaced.", replaced_by=new)
    new.withdraw("en")
    assert "New Report" not in client.get(PATH).content.decode()
    new.delete()
    assert client.get(PATH).status_code == 410


def test_the_other_language_stays_and_is_offered(client):
    text = quagga("en", "ar")
    text.withdraw("en", "x", kind=WITHDRAWN, notice="Not confirmed.")
    assert client.get("/ar/policy-analysis/kwagha").status_code == 200
    assert "/ar/policy-analysis/kwagha" in client.get(PATH).content.decode()


def test_a_withdrawal_without_a_word_for_readers_is_refused():
    text = quagga()
    with pytest.raises(ValidationError):
        text.withdraw("en", "x", kind=WITHDRAWN, notice=" ")
    assert text.live_edition("en")


# --- The form


def test_the_form_asks_for_both_reasons_and_takes_an_address(newsroom):
    new = publish(make_analysis("New Report", slug_en="new"), "en")
    text = quagga()
    sent = {"kind": "withdrawn", "reason": "Letter of 3 May.", "notice": ""}
    response = newsroom.post(withdraw_page(text), sent)
    assert response.context["form"].errors["notice"] and text.live_edition("en")
    sent |= {"notice": "Not confirmed.", "replaced_by": "/policy-analysis/new"}
    newsroom.post(withdraw_page(text), sent)
    edition = text.editions.get()
    assert (edition.withdrawal, edition.withdrawal_reason) == ("withdrawn", "Letter of 3 May.")
    assert (edition.withdrawal_notice, edition.replaced_by) == ("Not confirmed.", new)


@pytest.mark.parametrize("address", ["/policy-analysis/never", "/policy-analysis/quagga", "https://example.org/x", "draft",
                                     "/experts/x", "//[x"])  # fmt: skip
def test_what_cannot_replace_it_is_said_at_the_field(newsroom, address):
    make_analysis("Draft", slug_en="draft")
    text = quagga()
    sent = {"kind": "withdrawn", "reason": "x", "notice": "y", "replaced_by": address}
    assert newsroom.post(withdraw_page(text), sent).context["form"].errors["replaced_by"] and text.live_edition("en")


def test_words_for_readers_do_not_go_with_an_error(newsroom):
    text = quagga()
    sent = {"kind": "error", "reason": "x", "notice": "Sorry."}
    assert newsroom.post(withdraw_page(text), sent).context["form"].errors["kind"] and text.live_edition("en")


# --- Publishing again


def test_a_text_that_was_withdrawn_comes_back_as_the_next_edition_with_its_date(client):
    text = quagga(body_en="<p>Ten metres.</p>")
    first = text.live_edition("en")
    text.withdraw("en", "x", kind=WITHDRAWN, notice="Not confirmed.")
    edit(text, body_en="<p>Two metres.</p>").publish("en")
    again = text.live_edition("en")
    assert (again.number, again.published_at) == (2, first.published_at)
    page = client.get(PATH)
    assert page.status_code == 200 and "Two metres." in page.content.decode()
    assert "Not confirmed." not in page.content.decode() and "/v/1" not in page.content.decode()
    response = client.get(f"{PATH}/v/1")
    assert response.status_code == 410 and "Ten metres." not in response.content.decode()
    assert standings(text)[0].state == State.LIVE


def test_what_was_published_in_error_is_dated_by_its_true_publication():
    text = quagga()
    text.withdraw("en", "Too early.", kind=ERROR)
    text.publish("en")
    again = text.live_edition("en")
    assert (again.number, again.kind) == (2, Edition.Kind.FIRST) and again.published_at == again.live_from


def test_the_last_withdrawal_counts(client):
    text = quagga()
    text.withdraw("en", "x", kind=WITHDRAWN, notice="Not confirmed.", at=ago(days=5))
    publish(text, "en", at=ago(days=4))
    text.withdraw("en", "Too early.", kind=ERROR)
    response = client.get(PATH)
    assert response.status_code == 410 and "Quagga" not in response.content.decode()


# --- The archive


def test_a_withdrawal_survives_an_export_and_an_import(client, tmp_path):
    new = publish(make_analysis("New Report", slug_en="new", source_id="new"), "en", at=ago(days=20))
    text = quagga(source_id="quagga")
    text.withdraw("en", "Internal.", kind=WITHDRAWN, notice="Replaced.", replaced_by=new, at=ago(days=5))
    twice = publish(make_analysis("Twice", slug_en="twice", source_id="twice"), "en", at=ago(days=9))
    twice.withdraw("en", "x", kind=WITHDRAWN, notice="A pause.", at=ago(days=8))
    publish(twice, "en", at=ago(days=2))
    file = tmp_path / "archive.jsonl"
    call_command("export_archive", str(file), stdout=io.StringIO())
    for analysis in Analysis.objects.all():
        analysis.delete()
    Permalink.objects.all().delete()
    call_command("import_archive", str(file), stdout=io.StringIO(), stderr=io.StringIO())
    page = client.get(PATH).content.decode()
    assert "Replaced." in page and 'href="/policy-analysis/new"' in page
    edition = Edition.objects.get(slug="quagga")
    assert (edition.withdrawal, edition.withdrawal_reason) == ("withdrawn", "Internal.")
    assert client.get("/policy-analysis/twice").status_code == 200
    assert client.get("/policy-analysis/twice/v/1").status_code == 410
    again = tmp_path / "again.jsonl"
    call_command("export_archive", str(again), stdout=io.StringIO())

    def texts(path):
        records = [json.loads(line) for line in path.read_text().splitlines()]
        return {row["id"]: row for row in records if row["type"] == "analysis"}

    assert texts(again) == texts(file)
