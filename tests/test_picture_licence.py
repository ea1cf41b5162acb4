"""A licence ends: the newsroom is warned, and the day after, the picture has left every public page by itself."""

from datetime import timedelta

import pytest
from django.utils import timezone
from lxml import html as lxml_html

from tests.factories import make_analysis, make_expert, make_image, picture_file, publish
from thinktank import images
from thinktank.library.expiring import panels
from thinktank.models import Image

pytestmark = pytest.mark.django_db


def ends_in(image, days):
    image.licence_until = timezone.localdate() + timedelta(days=days)
    image.save()
    return image


def address(image):
    return images.renditions(image)["src"]


def test_the_last_day_is_still_good_and_the_day_after_is_not(client):
    image = make_image()
    publish(make_analysis("The River Is Low", image=image), "en")
    for days, status in ((0, 200), (-1, 404)):
        ends_in(image, days)
        assert client.get(address(image)).status_code == status
        page = lxml_html.fromstring(client.get("/policy-analysis/river-low").content)
        assert bool(page.xpath("//figure[@class='article-picture']")) == (status == 200)
        assert bool(page.xpath("//meta[@property='og:image']")) == (status == 200)
        assert ('"image"' in page.xpath("string(//script[@type='application/ld+json'])")) == (status == 200)


def test_the_day_ends_at_midnight_of_the_institute(settings):
    image = make_image()
    settings.TIME_ZONE = "Pacific/Kiritimati"  # fourteen hours before Greenwich
    timezone.get_default_timezone.cache_clear()
    try:
        image.licence_until = timezone.localdate() - timedelta(days=1)
        assert not image.is_showable
        image.licence_until = timezone.localdate()
        assert image.is_showable
    finally:
        timezone.get_default_timezone.cache_clear()


def test_cards_and_portraits_stand_without_the_picture(client):
    image = make_image()
    rana = make_expert(photo=image, is_featured=True)
    publish(make_analysis("The River Is Low", image=image, authors=[rana]), "en")
    ends_in(image, -1)
    for path in ("/", "/policy-analysis", "/experts", "/experts/rana-darwazeh"):
        page = client.get(path)
        assert page.status_code == 200 and image.digest[:24] not in page.content.decode(), path


def test_the_newsroom_is_warned_thirty_days_before(admin_client, rf, django_user_model):
    later, last, first, ended, gone = (
        ends_in(make_image(str(days), str(days), picture_file(color=color)), days)
        for days, color in ((31, "red"), (30, "green"), (1, "blue"), (-1, "white"), (2, "black"))
    )
    gone.withdraw("A mistake.")
    assert list(Image.objects.expiring(days=30)) == [first, last]
    request = rf.get("/admin/")
    request.user = django_user_model.objects.get(username="admin")
    [panel] = panels(request)
    assert [row["url"] for row in panel.rows] == [
        f"/admin/thinktank/image/{image.pk}/change/" for image in (first, last)
    ]
    assert "rights=soon" in panel.more[0]
    make_analysis(image=ended)
    [panel] = panels(request)
    assert "1 picture in use" in panel.more[1] and "rights=ended" in panel.more[0]
    assert "Pictures whose licence ends" in admin_client.get("/admin/").content.decode()


def test_who_may_not_see_the_library_is_not_warned(rf, django_user_model):
    ends_in(make_image(), 3)
    request = rf.get("/admin/")
    request.user = django_user_model.objects.create_user("huda", is_staff=True)
    assert panels(request) == []
