"""The directory of people and each one's page."""

import pytest
from lxml import html as lxml_html

from .factories import ago, make_analysis, make_expert, make_image, make_region, make_topic, picture_file, publish

pytestmark = pytest.mark.django_db


def tree(client, path):
    response = client.get(path)
    assert response.status_code == 200, path
    return lxml_html.document_fromstring(response.content)


def words(element):
    return " ".join(element.text_content().split())


@pytest.fixture
def people():
    water, oil, iraq = make_topic(), make_topic("Oil", ""), make_region()
    return [
        make_expert("Rana Darwazeh", "رنا دروزة", topics=[water], regions=[iraq]),
        make_expert("Yusuf al-Rubaie", "يوسف الربيعي", status="adjunct", topics=[water, oil]),
        make_expert("Greta Lindqvist", "", status="guest", affiliation_en="University of Malmhaven", topics=[oil]),
        make_expert("Omar Haddad", "عمر حداد", status="former", topics=[water]),
        make_expert("Amal Aziz", "أمل عزيز"),
    ]


def groups(page):
    return {
        section.xpath("string(.//h2)"): [words(name) for name in section.xpath(".//h3")]
        for section in page.xpath("//main//section")
    }


def test_the_directory_is_by_standing_and_family_name(client, people):
    assert groups(tree(client, "/experts")) == {
        "Resident experts": ["Amal Aziz", "Rana Darwazeh"],
        "Adjunct experts": ["Yusuf al-Rubaie"],
        "Guest authors": ["Greta Lindqvist"],
        "Former experts": ["Omar Haddad"],
    }


def test_the_directory_by_topic_has_the_present_experts(client, people):
    assert groups(tree(client, "/experts?by=topic")) == {
        "Water": ["Rana Darwazeh", "Yusuf al-Rubaie"],
        "Oil": ["Greta Lindqvist", "Yusuf al-Rubaie"],
    }


def test_the_directory_by_region_has_the_present_experts(client, people):
    assert groups(tree(client, "/experts?by=region")) == {"Iraq": ["Rana Darwazeh"]}


def test_the_arabic_directory_has_those_with_an_arabic_name(client, people):
    names = [name for group in groups(tree(client, "/ar/experts")).values() for name in group]
    assert sorted(names) == sorted(["رنا دروزة", "يوسف الربيعي", "عمر حداد", "أمل عزيز"])


@pytest.mark.parametrize("path", ["/experts", "/experts?by=topic", "/experts?by=region", "/ar/experts"])
def test_the_directory_costs_four_queries(client, people, path, django_assert_max_num_queries):
    client.get(path)
    with django_assert_max_num_queries(4):
        client.get(path)


@pytest.mark.parametrize("by", ["topic", "region"])
def test_the_directory_says_how_it_is_ordered(client, people, by):
    [current] = tree(client, f"/experts?by={by}").xpath("//nav[@class='tabs']//a[@aria-current='page']")
    assert current.get("href") == f"/experts?by={by}"


@pytest.fixture
def rana():
    return make_expert(
        topics=[make_topic()], regions=[make_region()], affiliation_en="Also at the University of Malmhaven",
        bio_en="<p>She has <strong>walked</strong> both rivers.</p>", spoken_languages=["en", "ar", "fr"],
        email="rana@tamarisk.example", links=["https://www.example.org/rana"],
        photo=make_image("Rana at her desk", "", picture_file("rana.jpg", (400, 500))),
    )  # fmt: skip


def test_the_page_says_who_it_is(client, rana):
    page = tree(client, "/experts/rana-darwazeh")
    text = words(page.xpath("//main")[0])
    for part in ("Rana Darwazeh", "Fellow", "Also at the University of Malmhaven", "She has walked both rivers.", "Resident",
                 "English", "Arabic", "French", "Water", "Iraq"):  # fmt: skip
        assert part in text, part
    assert page.xpath("//main//strong[.='walked']")
    assert page.xpath("//main//img/@alt") == ["Rana at her desk"]


def test_the_page_says_how_to_reach_the_person(client, rana):
    page = tree(client, "/experts/rana-darwazeh")
    assert page.xpath("//a[@href='mailto:rana@tamarisk.example']")
    [link] = page.xpath("//a[@href='https://www.example.org/rana']")
    assert words(link) == "example.org"


def test_work_is_by_format_and_newest_first(client, rana):
    for number, title in enumerate(["Newest", "Older", "Oldest"]):
        publish(make_analysis(title, authors=[rana]), "en", at=ago(days=number + 1))
    publish(make_analysis("Somebody Else's"), "en")
    make_analysis("Draft", authors=[rana])
    assert list(groups(tree(client, "/experts/rana-darwazeh")).items())[0] == (
        "Brief Analysis",
        ["Newest", "Older", "Oldest"],
    )


def test_the_page_leads_to_the_work_in_the_archive(client, rana):
    publish(make_analysis("One", authors=[rana]), "en")
    assert tree(client, "/experts/rana-darwazeh").xpath("//a[@href='/policy-analysis?expert=rana-darwazeh']")
    assert client.get("/policy-analysis?expert=rana-darwazeh").context["total"] == 1


def test_the_page_leads_to_itself_in_the_other_language(client, rana):
    assert tree(client, "/experts/rana-darwazeh").xpath("//nav[@class='language-switch']//a/@href") == [
        "/ar/experts/rna-drwzt"
    ]
    assert words(tree(client, "/ar/experts/rna-drwzt").xpath("//h1")[0]) == "رنا دروزة"


def test_a_former_expert_keeps_the_page_and_is_called_so(client):
    make_expert("Omar Haddad", "", status="former")
    assert "Former" in words(tree(client, "/experts/omar-haddad").xpath("//main")[0])


def test_a_guest_is_called_so_with_the_institution(client, people):
    text = words(tree(client, "/experts/greta-lindqvist").xpath("//main")[0])
    assert "Guest author" in text and "University of Malmhaven" in text


def test_a_person_without_an_arabic_name_has_no_arabic_page(client, people):
    response = client.get("/ar/experts/greta-lindqvist")
    assert response.status_code == 404
    assert '/experts/greta-lindqvist"' in response.content.decode()


def test_a_person_who_lost_the_name_in_a_language_is_not_offered_there(client, people):
    greta = people[2]
    greta.name_ar, greta.slug_ar = "غريتا", "ghryta"
    greta.save()
    greta.name_ar, greta.slug_ar = "", None
    greta.save()
    assert client.get("/ar/experts/ghryta").status_code == 410
    assert "ghryta" not in client.get("/experts/ghryta").content.decode()


def test_the_page_costs_at_most_six_queries(client, rana, django_assert_max_num_queries):
    for number in range(5):
        publish(make_analysis(f"Text {number}", authors=[rana]), "en")
    client.get("/experts/rana-darwazeh")
    with django_assert_max_num_queries(4):
        client.get("/experts/rana-darwazeh")
