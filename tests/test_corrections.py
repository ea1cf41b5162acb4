"""A published text that changes: what readers are told, and the versions that stay."""

import pytest
from django.contrib.auth.models import User
from lxml import html as lxml_html

from analyses.editions import Edition
from tests.factories import ago, ahead, correct, make_analysis, make_topic, publish

pytestmark = pytest.mark.django_db

KINDS = Edition.Kind
PATHS = {"en": "/policy-analysis/river", "ar": "/ar/policy-analysis/alnhr"}


@pytest.fixture
def corrected():
    """A text in both languages, each in three editions."""
    text = make_analysis("The River", "النهر", slug_en="river", slug_ar="alnhr", body_en="<p>Ten metres.</p>")
    publish(text, "en", "ar", at=ago(days=30))
    correct(text, note="The depth was wrong.", at=ago(days=20), body_en="<p>Two metres.</p>")
    correct(text, "ar", note="كان العمق خطأً.", kind=KINDS.CLARIFICATION, at=ago(days=19))
    for code in PATHS:
        text.publish(code, kind=KINDS.TYPOGRAPHICAL, at=ago(days=10))
    return text


def tree(client, path):
    response = client.get(path)
    assert response.status_code == 200
    return lxml_html.document_fromstring(response.content)


def words(elements):
    return [" ".join(element.text_content().split()) for element in elements]


@pytest.mark.parametrize(
    "code, kind, note", [("en", "Correction", "The depth was wrong."), ("ar", "توضيح", "كان العمق خطأً.")]
)
def test_the_note_is_on_the_page_with_its_kind_and_day(client, corrected, code, kind, note):
    [shown] = words(tree(client, PATHS[code]).xpath("//section[@class='corrections']/p"))
    assert shown.startswith(kind) and note in shown
    assert tree(client, PATHS[code]).xpath("//section[@class='corrections']//time/@datetime")


@pytest.mark.parametrize("code", PATHS)
def test_the_versions_are_listed_newest_first_with_dates_and_kinds(client, corrected, code):
    items = tree(client, PATHS[code]).xpath("//details[@class='versions']//li")
    assert len(items) == 3 and all(item.xpath("./time/@datetime") for item in items)
    assert [item.xpath("string(./a/@href)") for item in items] == ["", f"{PATHS[code]}/v/2", f"{PATHS[code]}/v/1"]
    for item in items[1:]:
        assert client.get(item.xpath("string(./a/@href)")).status_code == 200


def test_a_version_says_which_it_is_and_leads_to_the_others(client, corrected, settings):
    page = tree(client, f"{PATHS['en']}/v/1")
    [notice] = words(page.xpath("//*[contains(@class, 'notice')]"))
    assert "edition 1" in notice and "It was replaced on" in notice
    assert page.xpath("//meta[@name='robots']/@content") == ["noindex"]
    assert page.xpath("//link[@rel='canonical']/@href") == [settings.SITE_URL + PATHS["en"]]
    assert "edition 1" in page.xpath("string(//title)") and "Ten metres." in page.text_content()
    assert page.xpath("//details[@class='versions']//a/@href") == [PATHS["en"], f"{PATHS['en']}/v/2"]
    assert "The depth was wrong." not in " ".join(words(page.xpath("//section[@class='corrections']")))


def test_a_text_with_one_edition_has_no_list_of_versions(client):
    publish(make_analysis("The River", slug_en="river"), "en")
    assert not tree(client, PATHS["en"]).xpath("//details[@class='versions']")


def test_what_is_scheduled_is_not_among_the_versions(client, corrected):
    correct(corrected, note="A quagga.", at=ahead(days=1))
    page = tree(client, PATHS["en"])
    assert len(page.xpath("//details[@class='versions']//li")) == 3 and "quagga" not in page.text_content()


def test_the_editor_sees_what_changes_before_publishing(client):
    client.force_login(User.objects.create_superuser("rana"))
    text = publish(make_analysis("The River", body_en="<p>It is ten metres deep.</p>"), "en")
    text.topics.add(make_topic())
    text.body_en = "<p>It is two metres deep.</p>"
    text.save()
    page = tree(client, f"/admin/analyses/analysis/{text.pk}/publish/en/")
    [changes] = page.xpath("//section[contains(@class, 'changes')]")
    assert changes.xpath(".//ins") and changes.xpath(".//del")
    assert "two" in changes.xpath("string(.//ins)") and "ten" in changes.xpath("string(.//del)")
    assert "Water" in changes.text_content()
