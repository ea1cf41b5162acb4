"""A picture is served to the public exactly while something that readers can reach shows it."""

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import (
    ago,
    ahead,
    correct,
    edit,
    make_analysis,
    make_expert,
    make_image,
    make_page,
    make_topic,
    picture_file,
    publish,
)
from thinktank import images, pictures

pytestmark = pytest.mark.django_db


def address(image):
    return images.renditions(image)["src"]


def figure(image):
    return f'<p>Words.</p><figure><img src="{address(image)}" alt="" data-image="{image.pk}"></figure>'


@pytest.fixture
def image():
    return make_image()


def test_a_picture_of_no_text_is_unknown_also_when_its_file_is_made(client, admin_client, image):
    assert client.get(address(image)).status_code == 404
    assert admin_client.get(address(image)).status_code == 200
    assert images.rendition_path(address(image).rsplit("/", 1)[1]).is_file()
    hidden = client.get(address(image))
    assert hidden.status_code == 404 and hidden["Cache-Control"] == "private, no-store"


def test_staff_see_what_is_not_public_and_no_cache_keeps_it(admin_client, image):
    response = admin_client.get(address(image))
    assert response.status_code == 200 and response["Cache-Control"] == "private, no-store"


def test_an_account_that_is_not_staff_sees_no_more_than_readers(client, image):
    client.force_login(User.objects.create_user("reader"))
    assert client.get(address(image)).status_code == 404


@pytest.mark.parametrize("where", ["lead", "body"])
def test_a_picture_is_public_from_publication_to_withdrawal(client, image, where):
    shows = {"image": image} if where == "lead" else {"body_en": figure(image)}
    analysis = make_analysis(**shows)
    assert client.get(address(image)).status_code == 404
    publish(analysis, "en")
    response = client.get(address(image))
    assert response.status_code == 200 and response["Cache-Control"] == "public, max-age=60"
    assert not response.cookies and "Cookie" not in response.get("Vary", "")
    analysis.withdraw("en", "An error.", at=ago(seconds=1))
    assert client.get(address(image)).status_code == 404


def test_a_scheduled_text_shows_its_picture_to_nobody_before_its_moment(client, image):
    analysis = make_analysis(image=image)
    analysis.publish("en", at=ahead(hours=1))
    assert client.get(address(image)).status_code == 404


def test_the_picture_of_an_earlier_edition_stays_as_long_as_that_can_be_read(client, image):
    analysis = publish(make_analysis(body_en=figure(image), image=image), "en", at=ago(days=2))
    correct(analysis, body_en="<p>None.</p>", image=None)
    assert client.get(address(image)).status_code == 200
    analysis.withdraw("en", "An error.", at=ago(seconds=1))
    assert client.get(address(image)).status_code == 404


def test_a_change_of_the_working_copy_alone_shows_nothing(client, image):
    analysis = publish(make_analysis(), "en")
    edit(analysis, image=image, body_en=figure(image))
    assert client.get(address(image)).status_code == 404


def test_pictures_of_people_terms_and_pages_are_public_while_those_are(client):
    kept = [make_image(file=picture_file(color=color)) for color in ("red", "green", "blue", "white")]
    rows = [
        make_expert(photo=kept[0], bio_en=figure(kept[1])),
        make_topic(summary_ar=figure(kept[2])),
        make_page(body_en=figure(kept[3])),
    ]
    assert [client.get(address(image)).status_code for image in kept] == [200] * 4
    for row in rows:
        row.delete()
    assert [client.get(address(image)).status_code for image in kept] == [404] * 4


def test_a_term_without_a_page_shows_its_picture_to_nobody(client, image):
    make_topic("", "", summary_en=figure(image))
    assert client.get(address(image)).status_code == 404


def test_a_deleted_text_takes_its_picture_with_it(client, image):
    analysis = publish(make_analysis(image=image), "en")
    analysis.delete()
    assert client.get(address(image)).status_code == 404


def test_a_cache_that_asks_again_gets_no_bytes_if_nothing_changed(client, image):
    analysis = publish(make_analysis(image=image), "en")
    etag = client.get(address(image))["ETag"]
    again = client.get(address(image), headers={"if-none-match": etag})
    assert again.status_code == 304 and not again.content and again["Cache-Control"] == "public, max-age=60"
    analysis.withdraw("en", "An error.", at=ago(seconds=1))
    assert client.get(address(image), headers={"if-none-match": etag}).status_code == 404


def test_a_rendition_costs_one_query(client, image):
    publish(make_analysis(image=image), "en")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(address(image)).status_code == 200
    assert len(queries) == 1


def test_a_preview_shows_the_picture_to_whoever_was_given_it_and_no_other_picture(client, image):
    other = make_image(file=picture_file(color="navy"))
    page = pictures.for_preview(f'<img src="{address(image)}" srcset="{address(image)} 900w">')
    given = page.split('"')[1]
    response = client.get(given)
    assert response.status_code == 200 and response["Cache-Control"] == "private, no-store"
    key = given.partition("?")[2]
    assert key and page.count(key) == 2
    assert client.get(f"{address(other)}?{key}").status_code == 404
    assert client.get(f"{given}x").status_code == 404


def test_the_key_of_a_preview_ends_after_a_day(client, image, monkeypatch):
    given = pictures.for_preview(address(image))
    from django.core import signing

    now = signing.time.time()
    monkeypatch.setattr(signing.time, "time", lambda: now + 25 * 3600)
    assert client.get(given).status_code == 404
