"""Films, recordings and charts of other sites: an exact list of addresses, and a link in place of anything that loads."""

import pytest
from django.utils.translation import override
from lxml import html as lxml_html
from playwright.sync_api import expect

from analyses.models import Analysis
from tests.factories import make_analysis, make_page
from tests.newsroom import open_editor, paste, written
from thinktank import embeds
from thinktank.html import clean, derive, text_of

FILM = "https://www.youtube.com/watch?v=dQw4w9WgXcQ"
EMBED = f'<figure data-embed="{FILM}"><figcaption>The river in <em>May</em></figcaption></figure>'

HONEST = {
    FILM: FILM,
    "https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=42s": FILM,
    "https://m.youtube.com/watch?app=desktop&v=dQw4w9WgXcQ": FILM,
    "https://youtu.be/dQw4w9WgXcQ?si=abc": FILM,
    "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ": FILM,
    "https://www.youtube.com/shorts/dQw4w9WgXcQ": FILM,
    "https://vimeo.com/123456789": "https://vimeo.com/123456789",
    "https://vimeo.com/123456789/abcdef0123": "https://vimeo.com/123456789/abcdef0123",
    "https://player.vimeo.com/video/123456789?h=abcdef0123&title=0": "https://vimeo.com/123456789/abcdef0123",
    "https://soundcloud.com/tamarisk/two-rivers?si=x": "https://soundcloud.com/tamarisk/two-rivers",
    "https://soundcloud.com/tamarisk/sets/rivers": "https://soundcloud.com/tamarisk/sets/rivers",
    "https://podcasts.apple.com/lb/podcast/two-rivers/id1234567890?i=1000600000000": (
        "https://podcasts.apple.com/lb/podcast/id1234567890?i=1000600000000"
    ),
    "https://podcasts.apple.com/us/podcast/id1234567890": "https://podcasts.apple.com/us/podcast/id1234567890",
    "https://open.spotify.com/episode/4rOoJ6Egrf8K2IrywzwOMk?si=x": (
        "https://open.spotify.com/episode/4rOoJ6Egrf8K2IrywzwOMk"
    ),
    "https://datawrapper.dwcdn.net/AbC12/3/": "https://datawrapper.dwcdn.net/AbC12/",
}
HOSTILE = [
    "https://evil.com",
    "//www.youtube.com.evil.com/embed/1",
    "//www.youtube.com/watch?v=dQw4w9WgXcQ",
    "https://www.youtube.com@evil.com/embed/1",
    "https://www.youtube.com@evil.com/watch?v=dQw4w9WgXcQ",
    "https://www.youtube.com.evil.com/watch?v=dQw4w9WgXcQ",
    "https://evil.com/https://www.youtube.com/watch?v=dQw4w9WgXcQ",
    "https://www.youtube.com:8443/watch?v=dQw4w9WgXcQ",
    "http://www.youtube.com/watch?v=dQw4w9WgXcQ",
    "https://www.youtube.com/redirect?q=https://evil.com",
    "https://www.youtube.com/watch?v=short",
    "https://www.youtube.com\\@evil.com/watch?v=dQw4w9WgXcQ",
    "https://www.youtube.com/watch?v=dQw4w9WgXcQ\n<script>",
    "https://xn--youtube-.com/watch?v=dQw4w9WgXcQ",
    "javascript:alert(1)//https://youtu.be/dQw4w9WgXcQ",
    "java\tscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "https://vimeo.com/../evil",
    "",
]


@pytest.mark.parametrize(("given", "stored"), HONEST.items())
def test_an_address_of_a_site_on_the_list_is_stored_in_its_one_form(given, stored):
    cleaned = clean(f'<figure data-embed="{given.replace("&", "&amp;")}"><figcaption>x</figcaption></figure>')
    assert cleaned == f'<figure data-embed="{stored}"><figcaption>x</figcaption></figure>'
    assert clean(str.__str__(cleaned)[:]) == cleaned


@pytest.mark.parametrize("address", HOSTILE)
def test_any_other_address_is_left_out_and_its_title_stays(address):
    source = f'<p>a</p><figure data-embed="{address.replace(chr(34), "")}"><figcaption>The title</figcaption></figure>'
    cleaned = clean(source)
    assert "data-embed" not in cleaned and "evil" not in cleaned and "script" not in cleaned
    assert text_of(cleaned) == "a The title"
    assert embeds.find(address) is None


def test_only_a_figure_is_an_embed():
    assert "data-embed" not in clean(f'<p data-embed="{FILM}">a</p><div data-embed="{FILM}">b</div>')


def test_the_page_prints_a_link_and_nothing_that_loads():
    with override("en"):
        body = derive(clean(f"<p>a</p>{EMBED}"))
    tree = lxml_html.fragment_fromstring(body.html, create_parent="div")
    link = tree.find(".//figure[@class='embed embed-watch']//a")
    assert (link.get("href"), link.text_content()) == (FILM, "Watch on YouTube")
    assert link.get("aria-label") == "Watch on YouTube: The river in May"
    assert not tree.xpath("//iframe | //img | //script | //*[@src] | //*[@data-embed]")
    assert tree.findtext(".//figcaption") == "The river in " and "www.youtube.com" in body.html
    assert body.text == "a\nThe river in May"  # the words of the link are ours, not the text's


def test_a_recording_is_listened_to_and_an_arabic_text_says_it_in_arabic():
    source = clean(
        '<figure data-embed="https://soundcloud.com/tamarisk/two-rivers"><figcaption>م</figcaption></figure>'
    )
    with override("en"):
        assert "Listen on SoundCloud" in derive(source).html
    with override("ar"):
        assert "استمع على SoundCloud" in derive(source).html


def test_notes_and_links_in_its_title_are_printed():
    body = derive(clean(EMBED.replace("</figcaption>", '<sup class="footnote">A note</sup></figcaption>')))
    assert body.footnotes == [{"number": 1, "html": "A note"}]
    assert 'aria-label="Watch on YouTube: The river in May"' in body.html


def test_an_embed_with_a_picture_that_is_gone_keeps_its_link():
    body = derive(clean(EMBED.replace("<figcaption>", '<img src="/x" data-image="7"><figcaption>')))
    assert FILM in body.html and "<img" not in body.html


@pytest.mark.django_db
def test_readers_get_the_link_in_articles_and_on_pages(client):
    make_analysis("The River Is Low", body_en=f"<p>a</p>{EMBED}", publish=["en"])
    make_page("About", body_en=EMBED)
    for address in ("/policy-analysis/river-low", "/about"):
        page = client.get(address).content.decode()
        assert f'<a class="embed-link" href="{FILM}"' in page, address
        assert "data-embed" not in page, address
        assert "youtube" not in client.get(address).headers["Content-Security-Policy"]


SITE = embeds.Source("Tamarisk Radio", "listen", (("https://radio\\.tamarisk\\.example/([0-9]+)", "https://radio.tamarisk.example/{}"),))  # fmt: skip


def test_a_site_can_be_added_by_a_setting(settings):
    address = "https://radio.tamarisk.example/7"
    assert embeds.find(address) is None
    settings.EMBED_SOURCES = ["tests.test_embeds.SITE"]
    assert embeds.find(address) == (SITE, address)


@pytest.mark.django_db
def test_a_form_says_which_address_it_refuses_and_keeps_the_text(admin_client):
    make_page("About", slug_en="about")
    hostile = '<p>Our words.</p><figure data-embed="https://www.youtube.com@evil.com/watch?v=dQw4w9WgXcQ"></figure>'
    answer = admin_client.post(
        "/admin/thinktank/page/add/", {"title_en": "Contact", "slug_en": "contact", "body_en": hostile, "order": 0}
    )
    page = answer.content.decode()
    assert answer.status_code == 200 and "cannot be embedded" in page and "YouTube, Vimeo" in page
    assert "Our words." in page


# --- In the editor

browser = pytest.mark.django_db(transaction=True)


@browser
def test_an_embed_is_made_with_a_button(window):
    analysis = make_analysis("Embed", body_en="<p>The river is low.</p>")
    page = open_editor(window, analysis)
    page.locator(".field-body_en .ProseMirror p").click()
    page.keyboard.press("End")
    page.click(".field-body_en button[data-name=embed]")
    page.fill("dialog [name=address]", "https://www.youtube.com@evil.com/watch?v=dQw4w9WgXcQ")
    page.fill("dialog [name=title]", "The river in May")
    page.keyboard.press("Enter")
    assert "no address of a film" in page.inner_text("dialog .error >> nth=0")
    assert page.evaluate("document.activeElement.name") == "address"
    page.fill("dialog [name=address]", "https://youtu.be/dQw4w9WgXcQ?si=1")
    page.keyboard.press("Enter")
    page.click("input[name=_continue]")
    body = Analysis.objects.get(pk=analysis.pk).body_en.replace("\n", "")
    assert (
        body
        == f'<p>The river is low.</p><figure data-embed="{FILM}"><figcaption>The river in May</figcaption></figure>'
    )


@browser
def test_an_address_pasted_on_a_line_of_its_own_is_offered_and_may_stay_a_link(window):
    page = open_editor(window, make_analysis("Embed"))
    page.evaluate("document.getElementById('id_body_en').proseEditor.commands.clearContent()")
    paste(page, "", FILM)
    expect(page.locator("dialog [name=address]")).to_have_value(FILM)
    page.keyboard.press("Escape")
    expect(page.locator("dialog")).to_have_count(0)
    assert written(page, "en") == f'<p><a href="{FILM}">{FILM}</a></p>'
    page.evaluate("document.getElementById('id_body_en').proseEditor.commands.clearContent()")
    paste(page, "", FILM)
    page.fill("dialog [name=title]", "In May")
    page.keyboard.press("Enter")
    expect(page.locator("dialog")).to_have_count(0)
    assert f'<figure data-embed="{FILM}"><figcaption>In May</figcaption></figure>' in written(page, "en")
    paste(page, "", "https://example.org/")
    assert page.locator("dialog").count() == 0
