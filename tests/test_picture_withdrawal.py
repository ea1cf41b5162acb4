"""One picture is withdrawn: it leaves every public page at once, and the pages stay whole."""

import re

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from lxml import html as lxml_html

from tests.factories import ago, correct, make_analysis, make_expert, make_image, make_page, make_topic, publish
from thinktank import images
from thinktank.audit import AuditEntry
from thinktank.models import Image

pytestmark = pytest.mark.django_db


def address(image):
    return images.renditions(image)["src"]


def figure(image, caption="The Khabur in May."):
    return (
        f'<p>Before.</p><figure><img src="{address(image)}" alt="A river" data-image="{image.pk}">'
        f"<figcaption>{caption}</figcaption></figure><p>After.</p>"
    )


def withdraw(client, image, reason="The wrong person is in it."):
    return client.post(f"/admin/thinktank/image/{image.pk}/withdraw/", {"reason": reason})


def everywhere(image):
    """The image in every place that there is, and the addresses of the pages."""
    rana = make_expert("Rana Darwazeh", photo=image, is_featured=True, bio_en=figure(image))
    topic = make_topic("Water", summary_en=figure(image), is_featured=True)
    make_page("About", body_en=figure(image))
    text = make_analysis(
        "The River Is Low", "النهر منخفض", image=image, body_en=figure(image), body_ar=figure(image, "الخابور"),
        authors=[rana], topics=[topic],
    )  # fmt: skip
    publish(text, "en", "ar", at=ago(days=2))
    correct(text, at=ago(days=1))
    slug = text.live_edition("en").slug
    return [
        "/", "/ar", "/policy-analysis", f"/policy-analysis/{slug}", f"/policy-analysis/{slug}/v/1",
        f"/ar/policy-analysis/{text.live_edition('ar').slug}", "/policy-analysis/water", "/experts",
        f"/experts/{rana.slug_en}", "/about", "/feed", "/sitemap.xml", "/search?q=river",
    ]  # fmt: skip


def test_a_withdrawn_picture_is_on_no_page_and_has_no_address(admin_client, client):
    image = make_image()
    pages = everywhere(image)
    mark = image.digest[:24]
    before = {path: client.get(path).content.decode() for path in pages}
    assert sum(mark in page for page in before.values()) >= 9
    assert client.get(address(image)).status_code == 200
    assert withdraw(admin_client, image).status_code == 302
    client.logout()
    for path in pages:
        response = client.get(path)
        assert response.status_code == 200 and mark not in response.content.decode(), path
    assert client.get(address(image)).status_code == 404


def test_a_withdrawn_picture_costs_no_page_a_query(client):
    image = make_image()
    pages = everywhere(image)
    client.get(pages[3])
    counts = []
    for reason in ("", "A mistake."):
        if reason:
            image.withdraw(reason)
        with CaptureQueriesContext(connection) as captured:
            client.get(pages[3])
        counts.append(len(captured))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    "path, said", [("/policy-analysis/river-low", "no longer available"), ("/about", "no longer available")]
)
def test_the_page_says_that_a_picture_was_there_and_keeps_the_words_round_it(client, path, said):
    image = make_image()
    make_page("About", body_en=figure(image))
    publish(make_analysis("The River Is Low", body_en=figure(image)), "en")
    image.withdraw("A mistake.")
    tree = lxml_html.fromstring(client.get(path).content)
    text = " ".join(tree.text_content().split())
    assert said in text and "Before." in text and "After." in text and "Khabur" not in text.split("Before.")[1]
    assert not tree.xpath("//main//figure//img") and tree.xpath("//figure/span[@class='picture-gone']")


def test_the_place_of_a_picture_is_named_in_the_language_of_the_page(client):
    image = make_image()
    publish(make_analysis("", "النهر منخفض", body_ar=figure(image), original_language="ar"), "ar")
    image.withdraw("A mistake.")
    assert "هذه الصورة لم تعد متاحة." in client.get("/ar/policy-analysis/alnhr-mnkhfd").content.decode()


def test_a_caption_with_a_footnote_stays_because_the_note_leads_back_to_it(client):
    image = make_image()
    publish(make_analysis(body_en=figure(image, 'The Khabur.<sup class="footnote">Measured in May.</sup>')), "en")
    image.withdraw("A mistake.")
    tree = lxml_html.fromstring(client.get("/policy-analysis/river-low").content)
    assert tree.xpath("//figcaption//a[@id='fnref-1']") and "Measured in May" in tree.text_content()


def test_only_the_withdrawn_one_of_two_pictures_goes(client):
    image, other = make_image(), make_image("A bridge", "جسر")
    publish(make_analysis(body_en=figure(image) + figure(other)), "en")
    image.withdraw("A mistake.")
    assert len(lxml_html.fromstring(client.get("/policy-analysis/river-low").content).xpath("//figure//picture")) == 1


def test_the_reason_is_asked_for_and_kept_for_the_newsroom_alone(admin_client, client):
    image = make_image()
    publish(make_analysis(image=image, body_en=figure(image)), "en")
    assert withdraw(admin_client, image, "\u200b ").status_code == 200
    image.refresh_from_db()
    assert image.withdrawn_at is None
    withdraw(admin_client, image, "The wrong person is in it.")
    image.refresh_from_db()
    assert image.withdrawn_at and image.withdrawal_reason == "The wrong person is in it."
    assert "wrong person" in admin_client.get(f"/admin/thinktank/image/{image.pk}/change/").content.decode()
    client.logout()
    assert "wrong person" not in client.get("/policy-analysis/river-low").content.decode()
    entry = AuditEntry.objects.get(action="withdraw")
    assert (entry.person, entry.detail) == ("admin", {"reason": "The wrong person is in it."})


def test_asking_changes_nothing(admin_client):
    image = make_image()
    for name in ("withdraw", "restore", "replace"):
        assert admin_client.get(f"/admin/thinktank/image/{image.pk}/{name}/").status_code == 200
    assert Image.objects.get().withdrawn_at is None and not AuditEntry.objects.filter(model="thinktank.image").exists()


def test_a_withdrawn_picture_is_put_back(admin_client, client):
    image = make_image()
    publish(make_analysis(image=image), "en")
    withdraw(admin_client, image)
    admin_client.post(f"/admin/thinktank/image/{image.pk}/restore/")
    client.logout()
    assert client.get(address(image)).status_code == 200
    assert Image.objects.get().withdrawal_reason == ""
    assert AuditEntry.objects.filter(action="restore").exists()


def test_staff_still_see_what_was_withdrawn(admin_client):
    image = make_image()
    image.withdraw("A mistake.")
    assert admin_client.get(address(image))["Cache-Control"] == "private, no-store"


def test_the_database_refuses_a_withdrawal_without_a_reason():
    image = make_image()
    with pytest.raises(IntegrityError), transaction.atomic():
        image.withdraw("")


def test_the_placeholder_is_styled():
    from django.conf import settings

    sheet = (settings.BASE_DIR / "static" / "css" / "site.css").read_text()
    assert re.search(r"\.picture-gone\s*\{", sheet)
