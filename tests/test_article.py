"""The page of a text, part by part."""

import json

import pytest
from lxml import html as lxml_html

from analyses.editions import Edition

from .factories import (
    ago,
    ahead,
    correct,
    edit,
    let_time_pass,
    make_analysis,
    make_expert,
    make_image,
    make_institute,
    make_region,
    make_tag,
    make_topic,
    picture_file,
    publish,
)

pytestmark = pytest.mark.django_db


def tree(client, path="/policy-analysis/river", status=200):
    response = client.get(path)
    assert response.status_code == status
    return lxml_html.document_fromstring(response.content)


def words(elements):
    return [" ".join(element.text_content().split()) for element in elements]


def by_class(page, name):
    return page.xpath(f"//*[contains(concat(' ', @class, ' '), ' {name} ')]")


def article(client, *languages, at=None, **fields):
    text = make_analysis(
        "The River", "النهر" if "ar" in languages else "", **{"slug_en": "river", "slug_ar": "alnhr"} | fields
    )
    return publish(text, *(languages or ("en",)), at=at)


def test_title_summary_and_format_are_at_the_top(client):
    text = article(client, summary_en="It is low.")
    page = tree(client)
    assert words(page.xpath("//h1")) == ["The River"]
    assert words(by_class(page, "standfirst")) == ["It is low."]
    [kicker] = page.xpath("//article//*[@class='kicker']/a")
    assert kicker.text == "Brief Analysis" and kicker.get("href") == text.format.get_absolute_url()
    crumbs = page.xpath("//nav[contains(@class, 'breadcrumb')]//li")
    assert words(crumbs) == ["Home", "Policy analysis", "Brief Analysis", "The River"]


def test_the_authors_stand_in_their_order_and_are_linked(client):
    people = [make_expert("Yusuf Rubaie", ""), make_expert(), make_expert("Amal Aziz", "")]
    article(client, authors=people)
    links = by_class(tree(client), "authors")[0].xpath(".//a[@rel='author']")
    assert words(links) == ["Yusuf Rubaie", "Rana Darwazeh", "Amal Aziz"]
    assert [link.get("href") for link in links] == [
        "/experts/yusuf-rubaie",
        "/experts/rana-darwazeh",
        "/experts/amal-aziz",
    ]


def test_the_byline_keeps_the_role_of_the_day_and_the_profile_has_todays(client):
    rana = make_expert()
    article(client, authors=[rana])
    edit(rana, role_en="Director of Research")
    page = tree(client)
    assert words(by_class(page, "author-role")) == ["Fellow"]
    assert "Director of Research" in words(by_class(page, "about-authors"))[0]


def test_a_role_typed_for_the_text_goes_before_the_profiles(client):
    text = make_analysis("The River", slug_en="river", authors=[make_expert()])
    text.authorships.update(role_en="Visiting Fellow")
    publish(text, "en")
    assert words(by_class(tree(client), "author-role")) == ["Visiting Fellow"]


def test_a_name_that_changes_later_stays_as_it_was_printed(client):
    rana = make_expert()
    article(client, authors=[rana])
    edit(rana, name_en="Rana Haddad", slug_en="rana-haddad")
    page = tree(client)
    [link] = page.xpath("//a[@rel='author']")
    assert link.text_content() == "Rana Darwazeh"
    assert client.get(link.get("href"))["Location"] == "/experts/rana-haddad"


def test_the_date_is_the_first_editions_in_words_and_for_machines(client):
    moment = ago(days=30)
    article(client, at=moment)
    [time] = by_class(tree(client), "article-facts")[0].xpath("./p/time")
    assert time.get("datetime")[:16] == moment.isoformat()[:16]
    assert time.text == f"{moment:%B} {moment.day}, {moment.year}"


def test_the_updated_date_is_there_only_after_a_correction(client):
    text = article(client, at=ago(days=30))
    assert not by_class(tree(client), "updated")
    edit(text, body_en="<p>A comma, added.</p>").publish("en", at=ago(days=20))
    assert not by_class(tree(client), "updated")
    moment = ago(days=10)
    correct(text, at=moment)
    [updated] = by_class(tree(client), "updated")
    assert updated.xpath("./time/@datetime")[0][:16] == moment.isoformat()[:16]


def test_the_updated_date_stays_after_a_typographical_change(client):
    text = article(client, at=ago(days=30))
    moment = ago(days=10)
    correct(text, at=moment)
    text.publish("en", kind=Edition.Kind.TYPOGRAPHICAL, at=ago(days=5))
    [updated] = by_class(tree(client), "updated")
    assert updated.xpath("./time/@datetime")[0][:16] == moment.isoformat()[:16]


def test_every_correction_is_on_the_page_with_its_kind_and_day(client):
    text = article(client, at=ago(days=30))
    correct(text, note="The depth was wrong.", at=ago(days=20))
    correct(text, note="The bridge is named.", kind=Edition.Kind.CLARIFICATION, at=ago(days=10))
    text.publish("en", kind=Edition.Kind.TYPOGRAPHICAL, at=ago(days=5))
    notes = words(by_class(tree(client), "corrections")[0].xpath("./p"))
    assert len(notes) == 2
    assert notes[0].startswith("Correction") and "The depth was wrong." in notes[0]
    assert notes[1].startswith("Clarification") and "The bridge is named." in notes[1]
    assert "The bridge is named." not in " ".join(
        words(by_class(tree(client, "/policy-analysis/river/v/2"), "corrections"))
    )


def test_a_text_without_corrections_has_no_such_heading(client):
    article(client)
    assert not by_class(tree(client), "corrections")


def test_also_available_in_is_mutual_and_in_the_languages_own_name(client):
    article(client, "en", "ar")
    for path, language, name, url in (
        ("/policy-analysis/river", "ar", "العربية", "/ar/policy-analysis/alnhr"),
        ("/ar/policy-analysis/alnhr", "en", "English", "/policy-analysis/river"),
    ):
        [link] = by_class(tree(client, path), "also-available")[0].xpath(".//a")
        assert (link.text, link.get("lang"), link.get("hreflang"), link.get("href")) == (name, language, language, url)


@pytest.mark.parametrize("state", ["draft", "scheduled", "withdrawn"])
def test_also_available_in_is_silent_about_what_is_not_live(client, state):
    text = make_analysis("The River", "النهر", slug_en="river")
    publish(text, "en")
    if state == "scheduled":
        text.publish("ar", at=ahead(hours=1))
    if state == "withdrawn":
        publish(text, "ar").withdraw("ar")
    assert not by_class(tree(client), "also-available")
    assert tree(client).xpath("//nav[@class='language-switch']//a/@href") == ["/ar"]


BODY = """<h2>The gauges</h2><p><strong>Run in.</strong> Text <em>with</em> words.<sup class="footnote">First <em>note</em>.</sup></p>
<ul><li>One</li></ul><ol><li>Two</li></ol><blockquote><p>Quoted.</p></blockquote><blockquote class="pullquote"><p>Pulled.</p></blockquote>
<h3>The figures</h3><table><caption>Levels</caption><thead><tr><th scope="col">Month</th></tr></thead><tbody><tr><td>May</td></tr></tbody></table>
<p>More.<sup class="footnote">Second note.</sup></p>"""


def test_the_body_keeps_its_structure(client):
    article(client, body_en=BODY)
    [body] = by_class(tree(client), "prose")
    assert words(body.xpath(".//h2")) == ["The gauges"] and words(body.xpath(".//h3")) == ["The figures"]
    assert words(body.xpath(".//ul/li | .//ol/li")) == ["One", "Two"]
    assert words(body.xpath(".//p/strong")) == ["Run in."]
    assert words(body.xpath(".//blockquote")) == ["Quoted.", "Pulled."]
    assert body.xpath(".//blockquote/@class") == ["pullquote"]
    assert body.xpath(".//div[@role='region'][@tabindex='0'][@aria-label='Levels']/table//th/@scope") == ["col"]


def test_notes_lead_down_and_back(client):
    article(client, body_en=BODY)
    page = tree(client)
    for number in ("1", "2"):
        [down] = page.xpath(f"//sup[@class='footnote-reference']/a[@id='fnref-{number}']")
        assert down.get("href") == f"#fn-{number}" and down.text == number and number in down.get("aria-label")
        [back] = page.xpath(f"//*[@id='fn-{number}']//a[@class='footnote-return']")
        assert back.get("href") == f"#fnref-{number}" and number in back.get("aria-label")
    assert page.xpath("//*[@id='fn-1']//em[.='note']")
    assert "First note." not in words(by_class(page, "prose"))[0]


def test_a_figure_comes_from_the_library_with_caption_and_credit(client):
    picture = make_image("A bridge", "جسر")
    figure = f'<figure><img src="" alt="" data-image="{picture.pk}"><figcaption>The bridge <cite>Sami Qasim</cite></figcaption></figure>'
    article(client, body_en=f"<p>See:</p>{figure}")
    [shown] = tree(client).xpath("//article//figure")
    assert shown.xpath(".//img/@width") and shown.xpath(".//source/@type") == ["image/avif", "image/webp"]
    assert words(shown.xpath(".//figcaption")) == ["The bridge Sami Qasim"] and words(shown.xpath(".//cite")) == [
        "Sami Qasim"
    ]
    assert client.get(shown.xpath(".//img/@src")[0]).status_code == 200


def test_the_lead_picture_has_its_text_and_credit_in_the_language_of_the_page(client):
    article(client, "en", "ar", image=make_image("A dry riverbed", "مجرى نهر جاف", credit="Sami Qasim"))
    for path, alt in (("/policy-analysis/river", "A dry riverbed"), ("/ar/policy-analysis/alnhr", "مجرى نهر جاف")):
        [figure] = tree(client, path).xpath("//figure[@class='article-picture']")
        assert figure.xpath(".//img/@alt") == [alt]
        assert words(figure.xpath(".//cite")) == ["Sami Qasim"]


def test_a_decorative_picture_says_nothing(client):
    article(client, image=make_image("A pattern", "نقش", is_decorative=True))
    assert tree(client).xpath("//figure[@class='article-picture']//img/@alt") == [""]


def test_about_the_authors_has_photo_name_and_biography(client):
    photo = make_image("Rana at her desk", "", picture_file("rana.jpg", (400, 500)))
    article(
        client, authors=[make_expert(photo=photo, short_bio_en="She studies rivers."), make_expert("Omar Haddad", "")]
    )
    [about] = by_class(tree(client), "about-authors")
    people = about.xpath("./div[contains(@class, 'person')]")
    assert words(about.xpath(".//h3/a")) == ["Rana Darwazeh", "Omar Haddad"]
    assert people[0].xpath(".//img") and "She studies rivers." in words(people[:1])[0]
    assert not people[1].xpath(".//img")


def test_a_guest_stands_in_the_same_form_with_the_institution(client):
    article(
        client, authors=[make_expert("Greta Lindqvist", "", status="guest", affiliation_en="University of Malmhaven")]
    )
    page = tree(client)
    assert words(page.xpath("//a[@rel='author']")) == ["Greta Lindqvist"]
    assert "University of Malmhaven" in words(by_class(page, "about-authors"))[0]


def test_the_end_notes_are_those_of_the_day_in_the_order_of_the_authors(client):
    text = make_analysis("The River", slug_en="river", authors=[make_expert(), make_expert("Omar Haddad", "")])
    for authorship in text.authorships.all():
        authorship.note_en = f"{authorship.expert.name_en} is a fellow."
        authorship.save()
    publish(text, "en")
    text.authorships.update(note_en="Changed since.")
    assert words(by_class(tree(client), "end-notes")[0].xpath("./p")) == [
        "Rana Darwazeh is a fellow.",
        "Omar Haddad is a fellow.",
    ]


def test_without_end_notes_nothing_is_left_of_them(client):
    article(client, authors=[make_expert()])
    assert not words(by_class(tree(client), "end-notes")) or words(by_class(tree(client), "end-notes")) == [""]


def test_the_end_mark_is_decoration(client):
    article(client)
    [mark] = by_class(tree(client), "end-mark")
    assert mark.get("aria-hidden") == "true" and not mark.text_content().strip()


def test_topics_regions_and_tags_are_linked_in_the_language_of_the_page(client):
    east = make_region("Middle East", "")
    article(
        client,
        "en",
        "ar",
        topics=[make_topic(slug_ar="almyah")],
        regions=[make_region(parent=east, slug_ar="alraq")],
        tags=[make_tag()],
    )
    links = {link.text: link.get("href") for link in tree(client).xpath("//section[contains(@class, 'links')]//a")}
    assert links == {"Water": "/policy-analysis/water", "Iraq": "/policy-analysis/iraq", "Drought": "/tags/drought"}
    links = {
        link.text: link.get("href")
        for link in tree(client, "/ar/policy-analysis/alnhr").xpath("//section[contains(@class, 'links')]//a")
    }
    assert links == {
        "المياه": "/ar/policy-analysis/almyah",
        "العراق": "/ar/policy-analysis/alraq",
        "الجفاف": "/ar/tags/drought",
    }


def test_the_reading_time_is_said(client):
    article(client, body_en=f"<p>{'word ' * 920}</p>")
    assert words(by_class(tree(client), "reading-time")) == ["4-minute read"]


def test_a_long_text_has_a_list_of_contents_and_a_short_one_has_not(client):
    parts = "".join(f"<h2>Part {number}</h2><p>{'word ' * 400}</p>" for number in range(1, 4))
    text = article(client, body_en=parts)
    page = tree(client)
    links = page.xpath("//nav[@class='contents']//a")
    assert words(links) == ["Part 1", "Part 2", "Part 3"]
    assert [page.xpath(f"string(//*[@id='{link.get('href')[1:]}'])") for link in links] == words(links)
    publish(edit(text, body_en="<h2>Part</h2><p>Short.</p>"), "en")
    assert not tree(client).xpath("//nav[@class='contents']")


def test_an_earlier_edition_is_marked_and_the_present_one_is_canonical(client, settings):
    text = article(client, "en", "ar", body_en="<p>Ten metres.</p>")
    correct(text, body_en="<p>Two metres.</p>", slug_en="river-again")
    page = tree(client, "/policy-analysis/river/v/1")
    assert "Ten metres." in page.text_content() and "Two metres." not in page.text_content()
    assert page.xpath("//meta[@name='robots']/@content") == ["noindex"]
    assert page.xpath("//link[@rel='canonical']/@href") == [f"{settings.SITE_URL}/policy-analysis/river-again"]
    assert by_class(page, "notice")[0].xpath(".//a/@href") == ["/policy-analysis/river-again"]
    assert not tree(client, "/policy-analysis/river-again").xpath("//meta[@name='robots']")
    assert "Two metres." in tree(client, "/policy-analysis/river-again/v/2").text_content()


def test_an_edition_that_was_never_public_has_no_page(client):
    text = article(client)
    correct(text, at=ahead(hours=2))
    correct(text, at=ahead(hours=1))
    tree(client, "/policy-analysis/river/v/2", status=404)
    let_time_pass(hours=3)
    tree(client, "/policy-analysis/river/v/2", status=404)
    tree(client, "/policy-analysis/river/v/3")


def test_the_structured_data_say_what_the_page_says(client, settings):
    text = article(
        client, "en", "ar", authors=[make_expert()], image=make_image(), summary_en="It is low.", at=ago(days=9)
    )
    correct(text, at=ago(days=2))
    page = tree(client)
    data = json.loads(page.xpath("string(//script[@type='application/ld+json'])"))
    edition = text.live_edition("en")
    assert data["@type"] == "Article" and data["headline"] == "The River" and data["description"] == "It is low."
    assert data["inLanguage"] == "en" and data["mainEntityOfPage"] == f"{settings.SITE_URL}/policy-analysis/river"
    assert (
        data["datePublished"] == edition.published_at.isoformat()
        and data["dateModified"] == edition.live_from.isoformat()
    )
    assert data["author"] == [
        {
            "@type": "Person",
            "name": "Rana Darwazeh",
            "url": f"{settings.SITE_URL}/experts/rana-darwazeh",
            "jobTitle": "Fellow",
        }
    ]
    assert data["image"][0].startswith(f"{settings.SITE_URL}/media/")


def test_the_head_names_the_page_for_those_who_share_it(client, settings):
    article(client, summary_en="It is low.", image=make_image())
    page = tree(client)
    meta = {tag.get("property") or tag.get("name"): tag.get("content") for tag in page.xpath("//meta[@content]")}
    assert meta["description"] == meta["og:description"] == "It is low."
    assert meta["og:title"] == "The River" and meta["og:type"] == "article"
    assert meta["og:url"] == f"{settings.SITE_URL}/policy-analysis/river"
    assert meta["og:image"].startswith(f"{settings.SITE_URL}/media/")


def test_the_canonical_address_is_there_for_print(client, settings):
    article(client)
    assert words(by_class(tree(client), "print-origin")) == [f"{settings.SITE_URL}/policy-analysis/river"]


def test_an_arabic_text_by_somebody_without_an_arabic_name_prints_the_name_they_have(client):
    greta = make_expert("Greta Lindqvist", "", role_ar="")
    article(client, "en", "ar", authors=[greta])
    page = tree(client, "/ar/policy-analysis/alnhr")
    assert page.xpath("//*[@class='authors']//bdi/text()") == ["Greta Lindqvist"]
    assert not page.xpath("//a[@rel='author']")


@pytest.mark.parametrize(
    "path", ["/policy-analysis/river-low", "/ar/policy-analysis/alnhr-mnkhfd", "/policy-analysis/dam-holds"]
)
def test_the_page_costs_five_queries_with_everything_on_it(client, path, django_assert_max_num_queries):
    make_institute()
    client.get(path)
    with django_assert_max_num_queries(5):
        assert client.get(path).status_code == 200
