"""What is not public is in no byte that the public can reach; what becomes public does so by time alone."""

from urllib.parse import unquote

import pytest
from django.test import Client

from analyses.editions import Edition
from analyses.models import Pick, Recommendation

from .factories import (
    ago,
    ahead,
    correct,
    edit,
    let_time_pass,
    make_analysis,
    make_expert,
    make_format,
    make_region,
    make_tag,
    make_topic,
    publish,
)

pytestmark = pytest.mark.django_db

SECRET = "quagga"
STATES = ("draft", "scheduled", "cancelled", "withdrawn", "deleted")


@pytest.fixture
def terms():
    return {
        "format": make_format("Brief Analysis", "تحليل موجز"),
        "topics": [make_topic()],
        "regions": [make_region()],
        "authors": [make_expert()],
        "tags": [make_tag()],
    }


def in_state(state, terms):
    """A text that the public may not read, in both languages."""
    analysis = make_analysis(
        "Quagga Report", "تقرير كواغا", summary_en="A quagga.", summary_ar="quagga", slug_en="quagga", slug_ar="quagga-ar",
        body_en="<p>The quagga.</p>", body_ar="<p>quagga</p>", **terms,
    )  # fmt: skip
    if state == "draft":
        return analysis
    if state in ("scheduled", "cancelled"):
        for language in ("en", "ar"):
            analysis.publish(language, at=ahead(hours=1))
    else:
        publish(analysis, "en", "ar")
    if state in ("withdrawn", "cancelled"):
        for language in ("en", "ar"):
            analysis.withdraw(language, "A quagga was seen elsewhere.")
    if state == "deleted":
        analysis.delete()
    return analysis


def everywhere():
    """Every list of the site in which a text of these terms could stand."""
    client = Client()
    found = set()
    for prefix, topic, region, person, format in (
        ("", "water", "iraq", "rana-darwazeh", "brief-analysis"),
        ("/ar", "almyah", "alraq", "rna-drwzt", "thlyl-mwjz"),
    ):
        found |= {prefix or "/", f"{prefix}/feed", f"{prefix}/experts", f"{prefix}/experts/{person}"}
        found |= {f"{prefix}/search?q=quagga", f"{prefix}/search?q=water", f"{prefix}/tags/drought"}
        archive = f"{prefix}/policy-analysis"
        found |= {archive, f"{archive}/{topic}", f"{archive}/{region}", f"{archive}/{format}"}
        found |= {f"{archive}?topic={topic}", f"{archive}?tag=drought", f"{archive}?expert={person}"}
        found |= {f"{archive}/visible", f"{prefix}/policy-analysis?topic={topic}&region={region}"}
    for section in ("texts-en", "texts-ar", "places-en", "places-ar"):
        found.add(f"/sitemap-{section}.xml")
    return {path: client.get(path) for path in sorted(found)}


def bytes_of(response):
    headers = " ".join(f"{name}: {value}" for name, value in response.items())
    return f"{unquote(headers)} {response.content.decode()}".lower()


@pytest.fixture
def visible(terms):
    """A live text of the same terms, which recommends and links to what is secret."""
    text = make_analysis("Visible", "مرئي", slug_en="visible", slug_ar="visible", **terms)
    return publish(text, "en", "ar", at=ago(days=2))


@pytest.mark.parametrize("state", STATES)
def test_what_is_not_public_is_in_no_list_and_no_header(state, terms, visible):
    before = {path: response.status_code for path, response in everywhere().items()}
    assert set(before.values()) == {200}
    secret = in_state(state, terms)
    if state != "deleted":
        Recommendation.objects.create(analysis=visible, recommended=secret)
        Pick.objects.create(analysis=secret)
        Pick.objects.create(analysis=secret, topic=terms["topics"][0])
    for path, response in everywhere().items():
        text = bytes_of(response).replace("q=quagga", "").replace('value="quagga"', "").replace("<bdi>quagga</bdi>", "")
        text = text.replace("search: quagga", "").replace("البحث عن «quagga»", "")  # titles say what was asked
        assert SECRET not in text and "كواغا" not in text, path
        assert response.status_code == before[path], path


@pytest.mark.parametrize("state", ["draft", "scheduled", "cancelled"])
@pytest.mark.parametrize("prefix, slug", [("", "quagga"), ("/ar", "quagga-ar")])
def test_the_address_of_what_was_never_public_answers_as_one_that_never_was(client, terms, state, prefix, slug):
    in_state(state, terms)
    unknown = client.get(f"{prefix}/policy-analysis/never-was")
    for path in (f"{prefix}/policy-analysis/{slug}", f"{prefix}/policy-analysis/{slug}/v/1"):
        response = client.get(path)
        assert response.status_code == 404
        assert response.content == unknown.content
        assert dict(response.items()) == dict(unknown.items())


@pytest.mark.parametrize("prefix, slug", [("", "quagga"), ("/ar", "quagga-ar")])
def test_a_deleted_schedule_answers_as_what_never_was(client, terms, prefix, slug):
    in_state("scheduled", terms).delete()
    assert client.get(f"{prefix}/policy-analysis/{slug}").status_code == 404


@pytest.mark.parametrize("state", ["withdrawn", "deleted"])
@pytest.mark.parametrize("prefix, slug", [("", "quagga"), ("/ar", "quagga-ar")])
def test_the_address_of_what_was_taken_down_says_so_and_nothing_else(client, terms, state, prefix, slug):
    in_state(state, terms)
    for path in (f"{prefix}/policy-analysis/{slug}", f"{prefix}/policy-analysis/{slug}/v/1"):
        response = client.get(path)
        assert response.status_code == 410
        assert SECRET not in bytes_of(response)


def test_what_has_drafts_only_is_counted_nowhere(client):
    topic, tag = make_topic("Salt", "الملح"), make_tag("dykes", "Dykes", "السدود")
    make_analysis("Quagga", topics=[topic], tags=[tag])
    publish(make_analysis("Something Else"), "en")
    page = client.get("/policy-analysis").content.decode()
    assert "Salt" not in page and "Dykes" not in page


def test_a_tag_of_drafts_only_has_no_page_and_no_list(client):
    make_analysis("Quagga", tags=[make_tag("dykes", "Dykes", "السدود")])
    for path in ("/tags/dykes", "/policy-analysis?tag=dykes", "/ar/tags/dykes"):
        response = client.get(path)
        assert response.status_code == 404, path
        assert "Dykes" not in response.content.decode() and "السدود" not in response.content.decode()


def test_a_tag_has_a_page_only_in_the_languages_of_its_live_texts(client):
    publish(make_analysis("The River", tags=[make_tag()]), "en")
    page = client.get("/tags/drought").content.decode()
    assert 'hreflang="ar" href="http' not in page
    response = client.get("/ar/tags/drought")
    assert response.status_code == 404
    assert 'href="/tags/drought"' in response.content.decode()


@pytest.mark.parametrize("language, other", [("en", "ar"), ("ar", "en")])
@pytest.mark.parametrize("state", ["draft", "scheduled", "withdrawn"])
def test_an_unpublished_translation_is_not_announced(client, language, other, state):
    analysis = make_analysis("The River", "نهر خفي", slug_en="river", slug_ar="nhr-khfy")
    publish(analysis, language)
    if state == "scheduled":
        analysis.publish(other, at=ahead(hours=1))
    if state == "withdrawn":
        publish(analysis, other).withdraw(other)
    paths = {"en": "/policy-analysis/river", "ar": "/ar/policy-analysis/nhr-khfy"}
    page = client.get(paths[language]).content.decode()
    assert paths[other] not in page.replace(f"/ar{paths['en']}", "")
    assert f'rel="alternate" hreflang="{other}"' not in page
    assert client.get(paths[other]).status_code == (410 if state == "withdrawn" else 404)
    for section in ("texts-en", "texts-ar"):
        listed = client.get(f"/sitemap-{section}.xml").content.decode()
        assert f"{paths[other]}<" not in listed


def test_a_saved_but_unpublished_change_is_nowhere(client, terms):
    live = publish(make_analysis("Visible", "مرئي", slug_en="visible", slug_ar="visible", **terms), "en", "ar")
    edit(live, title_en="The Quagga", summary_en="A quagga", body_en="<p>quagga</p>", slug_en="quagga")
    live.tags.add(make_tag("quagga", "Quagga", "كواغا"))
    live.topics.add(make_topic("Quagga Studies", "كواغا"))
    live.regions.add(make_region("Quagga Land", "كواغا"))
    for path in (
        "/policy-analysis/visible",
        "/ar/policy-analysis/visible",
        "/",
        "/policy-analysis",
        "/feed",
        "/sitemap-texts-en.xml",
    ):
        text = bytes_of(client.get(path))
        assert "visible" in text or path == "/ar/policy-analysis/visible", path
        assert SECRET not in text and "كواغا" not in text, path
    assert "0 analyses" in client.get("/search?q=quagga").content.decode()
    assert client.get("/policy-analysis/quagga").status_code == 404


def test_a_saved_change_takes_nothing_from_the_public_page(client, terms):
    live = publish(make_analysis("Visible", **terms), "en")
    live.topics.clear()
    live.tags.clear()
    page = client.get("/policy-analysis/visible").content.decode()
    assert "/policy-analysis/water" in page and "/tags/drought" in page


def test_a_scheduled_correction_is_nowhere_before_its_moment(client):
    live = publish(make_analysis("The Canal", slug_en="canal"), "en")
    correct(live, title_en="The Quagga", slug_en="quagga", note="It was a quagga.", at=ahead(hours=1))
    assert client.get("/policy-analysis/canal").status_code == 200
    for path in ("/policy-analysis/quagga", "/policy-analysis/canal/v/2", "/policy-analysis/quagga/v/1"):
        assert client.get(path).status_code == 404, path
    for path in ("/policy-analysis/canal", "/", "/policy-analysis", "/feed", "/sitemap-texts-en.xml"):
        assert SECRET not in bytes_of(client.get(path)), path


def test_a_scheduled_correction_with_a_new_address_takes_it_at_its_moment(client):
    live = publish(make_analysis("The Canal", slug_en="canal"), "en")
    correct(live, title_en="The Strait", slug_en="strait", at=ahead(hours=1))
    let_time_pass(hours=2)
    assert "The Strait" in client.get("/policy-analysis/strait").content.decode()
    response = client.get("/policy-analysis/canal")
    assert response.status_code == 301 and response["Location"] == "/policy-analysis/strait"


def test_a_link_to_what_is_scheduled_does_not_tell_its_new_address(client):
    live = publish(make_analysis("The Canal", slug_en="canal"), "en")
    correct(live, slug_en="quagga", at=ahead(hours=1))
    publish(make_analysis("Reader", body_en='<p><a href="/policy-analysis/canal">x</a></p>'), "en")
    assert SECRET not in bytes_of(client.get("/policy-analysis/reader"))


def listed(client, title="The Flood"):
    """The lists that show a text of that title."""
    paths = (
        "/",
        "/policy-analysis",
        "/policy-analysis/water",
        "/policy-analysis?topic=water",
        "/tags/drought",
        "/feed",
    )
    paths += ("/experts/rana-darwazeh", "/search?q=flood", "/policy-analysis/flood", "/policy-analysis/brief-analysis")
    pages = {path: client.get(path).content.decode().replace("<mark>", "").replace("</mark>", "") for path in paths}
    return {path for path, page in pages.items() if title in page}, set(paths)


def test_a_scheduled_text_becomes_public_by_time_alone(client, terms):
    publish(make_analysis("Visible", **terms), "en")
    flood = make_analysis("The Flood", **terms)
    flood.publish("en", at=ahead(hours=1))
    assert listed(client)[0] == set()
    assert "/flood<" not in client.get("/sitemap-texts-en.xml").content.decode()
    let_time_pass(minutes=59)
    assert listed(client)[0] == set()
    let_time_pass(minutes=2)
    shown, everywhere = listed(client)
    assert shown == everywhere
    assert "/flood<" in client.get("/sitemap-texts-en.xml").content.decode()


def test_counts_take_in_a_scheduled_text_by_time_alone(client, terms):
    publish(make_analysis("Visible", **terms), "en")
    make_analysis("The Flood", **terms).publish("en", at=ahead(hours=1))
    assert client.get("/policy-analysis?topic=water").context["total"] == 1
    let_time_pass(hours=2)
    response = client.get("/policy-analysis?topic=water")
    assert response.context["total"] == 2
    regions = next(facet for facet in response.context["facets"] if facet["key"] == "region")
    assert [option["count"] for option in regions["options"]] == [2]


def test_counts_let_go_of_what_has_ended_by_time_alone(client, terms):
    publish(make_analysis("Visible", **terms), "en")
    flood = publish(make_analysis("The Flood", **terms), "en")
    flood.withdraw("en", at=ahead(hours=1))
    assert client.get("/policy-analysis").context["total"] == 2
    let_time_pass(hours=2)
    assert client.get("/policy-analysis").context["total"] == 1
    assert listed(client)[0] == set()


def test_a_scheduled_translation_is_announced_by_time_alone(client):
    analysis = publish(make_analysis("The River", "النهر", slug_en="river"), "en")
    analysis.publish("ar", at=ahead(hours=1))
    assert client.get("/policy-analysis/river").context["also_available"] == []
    assert client.get("/policy-analysis?language=ar").context["total"] == 0
    let_time_pass(hours=2)
    [other] = client.get("/policy-analysis/river").context["also_available"]
    assert other["language"] == "ar"
    assert client.get("/policy-analysis?language=ar").context["total"] == 1
    assert client.get("/ar/policy-analysis?language=en").context["total"] == 1


def test_a_withdrawn_text_is_gone_from_everywhere_at_once(client, terms):
    publish(make_analysis("Visible", **terms), "en")
    flood = publish(make_analysis("The Flood", **terms), "en")
    shown, everywhere = listed(client)
    assert shown == everywhere
    flood.withdraw("en", "It did not happen.")
    assert listed(client)[0] == set()
    assert client.get("/policy-analysis").context["total"] == 1
    assert "/flood<" not in client.get("/sitemap-texts-en.xml").content.decode()
    assert Edition.objects.live("en").count() == 1


def test_a_withdrawn_text_is_recommended_nowhere(client, terms):
    visible = publish(make_analysis("Visible", **terms), "en")
    flood = publish(make_analysis("The Flood", **terms), "en")
    Recommendation.objects.create(analysis=visible, recommended=flood)
    assert "The Flood" in client.get("/policy-analysis/visible").content.decode()
    flood.withdraw("en")
    assert "The Flood" not in client.get("/policy-analysis/visible").content.decode()


@pytest.mark.django_db(transaction=True)
def test_what_is_published_now_is_on_the_home_page_now(client):
    make_analysis("The Flood", publish=["en"])
    for path in ("/", "/policy-analysis/brief-analysis", "/policy-analysis", "/feed"):
        assert "The Flood" in client.get(path).content.decode(), path


@pytest.mark.parametrize(
    "path",
    [
        "/.git/HEAD",
        "/.env",
        "/settings.py",
        "/media/",
        "/static/",
        "/admin/doc/",
        "/__debug__/",
        "/metrics",
        "/server-status",
    ],
)
def test_nothing_of_the_workshop_is_shown(client, path):
    response = client.get(path, follow=True)
    assert response.status_code == 404 or response.redirect_chain[-1][0].startswith("/accounts/login/")
