"""The library of pictures in the newsroom: found, shown where it is used, replaced, and not deleted while it is in use."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.db.models import ProtectedError
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from analyses.models import Analysis
from tests.factories import (
    ago,
    ahead,
    correct,
    make_analysis,
    make_expert,
    make_image,
    make_page,
    make_topic,
    picture_file,
    publish,
)
from thinktank import images
from thinktank.audit import AuditEntry
from thinktank.models import Image

pytestmark = pytest.mark.django_db

LIBRARY = "/admin/thinktank/image/"


def page_of(image, name="change"):
    return f"{LIBRARY}{image.pk}/{name}/"


def address(image):
    return images.renditions(image)["src"]


def figure(image, caption=""):
    return f'<p>Words.</p><figure><img src="{address(image)}" alt="" data-image="{image.pk}"><figcaption>{caption}</figcaption></figure>'


def words(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def staff(client, *permissions, name="huda"):
    user = User.objects.create_user(name, is_staff=True)
    for permission in permissions:
        app, codename = permission.split(".")
        user.user_permissions.add(Permission.objects.get(content_type__app_label=app, codename=codename))
    client.force_login(user)
    return user


def several(*alts, **fields):
    colors = ("red", "green", "blue", "white", "black", "navy", "olive", "teal")
    return [make_image(alt, alt, picture_file(color=color), **fields) for alt, color in zip(alts, colors, strict=False)]


def shown(response):
    return [tile["image"] for tile in response.context["tiles"]]


# --- The grid


def test_the_grid_is_searched_by_description_in_every_language_by_credit_and_by_licence(admin_client):
    river = make_image("A dry riverbed", "مجرى نهر جاف", credit="Sami Qasim", licence="CC BY 4.0")
    make_image("A bridge", "جسر", picture_file(color="red"))
    for query in ("riverbed", "نهر", "Qasim", "CC BY"):
        assert shown(admin_client.get(LIBRARY, {"q": query})) == [river], query
    assert shown(admin_client.get(LIBRARY, {"q": "lighthouse"})) == []


def test_the_grid_is_narrowed_to_what_needs_care(admin_client):
    today = timezone.localdate()
    unused, led, placed, soon, ended, gone, pattern, bare = several("1", "2", "3", "4", "5", "6", "7", "8")
    make_analysis(image=led, body_en=figure(placed))
    for image, until in ((soon, today + timedelta(days=30)), (ended, today - timedelta(days=1))):
        Image.objects.filter(pk=image.pk).update(licence_until=until)
    gone.withdraw("A mistake.")
    Image.objects.filter(pk=pattern.pk).update(is_decorative=True)
    Image.objects.filter(pk=bare.pk).update(alt_ar="")
    for narrowed, expected in {
        "use=unused": {unused, soon, ended, gone, pattern, bare},
        "use=used": {led, placed},
        "rights=soon": {soon},
        "rights=ended": {ended},
        "rights=withdrawn": {gone},
        "described=decorative": {pattern},
        "described=no": {bare},
        "use=unused&rights=ended": {ended},
    }.items():
        assert set(shown(admin_client.get(f"{LIBRARY}?{narrowed}"))) == expected, narrowed


def test_the_grid_says_what_is_withdrawn_or_ends_soon(admin_client):
    gone, soon = several("1", "2")
    gone.withdraw("A mistake.")
    Image.objects.filter(pk=soon.pk).update(licence_until=timezone.localdate() + timedelta(days=3))
    text = words(admin_client.get(LIBRARY))
    assert "Withdrawn" in text and "Licence ends" in text


def test_the_grid_is_read_in_pages_and_costs_the_same_however_many_there_are(admin_client):
    image = make_image()
    queries = []
    for more in (0, 300):
        Image.objects.bulk_create(
            Image(file=image.file.name, digest=image.digest, source_digest="x", width=9, height=9, alt_en=f"No. {n}")
            for n in range(more)
        )
        with CaptureQueriesContext(connection) as captured:
            response = admin_client.get(LIBRARY)
        queries.append(len(captured))
    assert len(shown(response)) == 48 and queries[0] == queries[1] <= 12


# --- Choosing


def test_only_what_readers_may_be_shown_can_be_chosen(admin_client):
    river, ended, gone = several("1", "2", "3")
    Image.objects.filter(pk=ended.pk).update(licence_until=timezone.localdate() - timedelta(days=1))
    gone.withdraw("A mistake.")
    assert shown(admin_client.get(f"{LIBRARY}picker/")) == [river]


def test_a_form_shows_its_lead_picture_and_takes_a_number_without_a_script(admin_client):
    river = make_image(credit="Sami Qasim")
    analysis = make_analysis("The River Is Low", image=river)
    form = admin_client.get(f"/admin/analyses/analysis/{analysis.pk}/change/")
    box = form.content.decode().split('class="picture-choice"')[1].split("data-said")[0]
    assert images.renditions(river, "3:2")["src"] in box and "A dry riverbed" in box and "Choose…" in box
    assert f'value="{river.pk}"' in box and 'name="image"' in box


def test_the_photograph_of_a_person_is_chosen_in_the_same_way(admin_client):
    expert = make_expert(photo=make_image())
    assert 'class="picture-choice"' in admin_client.get(f"/admin/experts/expert/{expert.pk}/change/").content.decode()


# --- Where it is used


def test_the_page_of_a_picture_says_where_it_is_used_and_how(admin_client):
    image = make_image()
    river = make_analysis("The River Is Low", "النهر منخفض", image=image, body_ar=figure(image))
    publish(river, "en", at=ago(days=3))
    correct(river, at=ago(days=1))
    river.publish("ar", at=ahead(days=1))
    rana = make_expert("Rana Darwazeh", photo=image)
    make_page("About", body_en=figure(image))
    response = admin_client.get(page_of(image))
    uses = {use.title: use for use in response.context["used"]["rows"]}
    assert set(uses) == {"The River Is Low", "Rana Darwazeh", "About"}
    assert uses["Rana Darwazeh"].url == f"/admin/experts/expert/{rana.pk}/change/"
    assert uses["The River Is Low"].url == f"/admin/analyses/analysis/{river.pk}/change/"
    assert set(uses["The River Is Low"].how) == {
        "Lead picture", "Text (Arabic)", "Arabic, edition 1: scheduled", "English, edition 1: earlier edition",
        "English, edition 2: live",
    }  # fmt: skip
    assert uses["About"].how == ["Text (English)"]


def test_nobody_learns_the_title_of_a_text_that_they_may_not_see(client):
    image = make_image()
    make_analysis("The Secret Report", image=image)
    staff(client, "thinktank.view_image", "thinktank.add_image", "analyses.write_own_analysis")
    text = words(client.get(page_of(image)))
    assert "Secret" not in text and "One more that you may not see" in text


def test_the_page_of_a_picture_costs_the_same_however_often_it_is_used(admin_client):
    image = make_image()
    counts = []
    for number in range(6):
        make_analysis(f"Text {number}", image=image)
        if number in (0, 5):
            with CaptureQueriesContext(connection) as captured:
                admin_client.get(page_of(image))
            counts.append(len(captured))
    assert counts[0] == counts[1] <= 30


# --- Deletion


@pytest.mark.parametrize("make", [
    lambda image: make_analysis(image=image), lambda image: make_analysis(body_ar=figure(image), ar="نص"),
    lambda image: make_expert(photo=image), lambda image: make_expert(bio_ar=figure(image)),
    lambda image: make_topic(summary_en=figure(image)), lambda image: make_page(body_en=figure(image)),
])  # fmt: skip
def test_a_picture_in_use_is_not_deleted(admin_client, make):
    image = make_image()
    make(image)
    assert "so it cannot be deleted" in words(admin_client.get(page_of(image, "delete")))
    admin_client.post(page_of(image, "delete"), {"post": "yes"})
    with pytest.raises(ProtectedError):
        image.delete()
    assert Image.objects.filter(pk=image.pk).exists() and Path(image.file.path).exists()


def test_a_picture_of_an_edition_alone_is_not_deleted(admin_client):
    image = make_image()
    text = publish(make_analysis(body_en=figure(image)), "en")
    Analysis.objects.filter(pk=text.pk).update(body_en="<p>Words.</p>", pictures=[])
    assert "so it cannot be deleted" in words(admin_client.get(page_of(image, "delete")))


def test_a_deleted_picture_takes_its_files_along_unless_another_has_the_same(
    admin_client, django_capture_on_commit_callbacks
):
    image, twin = make_image(), make_image()
    admin_client.get(address(image))
    made = images.rendition_path(address(image).rsplit("/", 1)[1])
    master = Path(image.file.path)
    with django_capture_on_commit_callbacks(execute=True):
        admin_client.post(page_of(image, "delete"), {"post": "yes"})
    assert master.exists() and made.exists() and not Image.objects.filter(pk=image.pk).exists()
    with django_capture_on_commit_callbacks(execute=True):
        admin_client.post(LIBRARY, {"action": "delete_selected", "_selected_action": [twin.pk], "post": "yes"})
    assert not master.exists() and not made.exists() and not Image.objects.exists()


# --- Replacement


def replace(client, image, file=None):
    return client.post(
        page_of(image, "replace"), {"file": file or picture_file(color="navy", size=(600, 600))}, follow=True
    )


def test_a_replaced_picture_is_another_one_everywhere_and_the_old_one_is_served_nowhere(
    admin_client, client, django_capture_on_commit_callbacks
):
    image = make_image()
    text = publish(make_analysis("The River Is Low", image=image, body_en=figure(image, "The Khabur.")), "en")
    topic = make_topic(summary_en=figure(image))
    before = text.live_edition("en")
    old, master = address(image), Path(image.file.path)
    assert client.get(old).status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        assert "Replaced" in words(replace(admin_client, image))
    image.refresh_from_db()
    assert (image.width, image.height, image.alt_en) == (600, 600, "A dry riverbed")
    client.logout()
    for path in (text.live_edition("en").get_absolute_url(), f"/policy-analysis/{topic.slug_en}"):
        page = client.get(path).content.decode()
        assert address(image) in page and old not in page
    assert client.get(old).status_code == 404 and client.get(address(image)).status_code == 200
    assert not master.exists() and not images.rendition_path(old.rsplit("/", 1)[1]).exists()
    after = text.live_edition("en")
    unchanged = ("pk", "number", "title", "source", "text", "live_from", "published_at")
    assert [getattr(after, name) for name in unchanged] == [getattr(before, name) for name in unchanged]
    entry = AuditEntry.objects.get(action="replace")
    assert entry.object_id == str(image.pk) and entry.detail["after"] == image.digest


def test_the_working_copy_still_shows_a_replaced_picture_to_staff_and_to_nobody_else(admin_client, client):
    image = make_image()
    make_analysis(body_en=figure(image))
    old = address(image)
    replace(admin_client, image)
    image.refresh_from_db()
    assert admin_client.get(old)["Location"] == address(image)
    admin_client.logout()
    assert client.get(old).status_code == 404


def test_what_is_no_picture_replaces_nothing(admin_client):
    image = make_image()
    file = picture_file()
    file.file.truncate(300)
    file.size = 300
    response = replace(admin_client, image, file)
    assert "damaged" in words(response) or "not a JPEG" in words(response)
    assert Image.objects.get(pk=image.pk).digest == image.digest and Path(image.file.path).exists()


# --- Who may do what


def test_whoever_adds_a_picture_may_describe_it_and_no_other(client):
    mine = make_image()
    other = make_image(file=picture_file(color="red"))
    user = staff(client, "thinktank.view_image", "thinktank.add_image")
    Image.objects.filter(pk=mine.pk).update(uploaded_by=user)
    described = {"alt_en": "New", "alt_ar": "جديد", "focal_x": 50, "focal_y": 50}
    assert client.post(page_of(mine), described).status_code == 302
    assert client.post(page_of(other), described).status_code == 403
    assert client.get(page_of(other)).status_code == 200
    assert client.get(f"{LIBRARY}describe/?images={mine.pk}").status_code == 200
    assert client.get(f"{LIBRARY}describe/?images={mine.pk},{other.pk}").status_code == 403
    assert [Image.objects.get(pk=image.pk).alt_en for image in (mine, other)] == ["New", "A dry riverbed"]


@pytest.mark.parametrize("name", ["withdraw", "restore", "replace"])
def test_withdrawing_and_replacing_need_their_own_permission(client, name):
    image = make_image()
    staff(client, "thinktank.view_image", "thinktank.add_image", "thinktank.change_image")
    assert client.get(page_of(image, name)).status_code == 403
    sent = {"reason": "x", "file": picture_file(color="red")}
    assert client.post(page_of(image, name), sent).status_code == 403
    assert name not in client.get(page_of(image)).content.decode().split("content-main")[1].split("<form")[0]
    staff(client, "thinktank.view_image", "thinktank.withdraw_image", name="salma")
    assert client.get(page_of(image, name)).status_code == 200
    client.logout()
    assert client.get(page_of(image, name)).status_code == 302


def test_who_may_not_add_gets_no_upload(client):
    staff(client, "thinktank.view_image", "thinktank.change_image")
    assert client.get(f"{LIBRARY}upload/").status_code == 403
    assert client.post(f"{LIBRARY}upload/", {"files": [picture_file()]}).status_code == 403
    assert not Image.objects.exists()


def test_the_description_of_a_picture_is_saved_with_its_rights(admin_client):
    image = make_image()
    sent = {
        "alt_en": "A", "alt_ar": "ب", "caption_en": "The Khabur", "caption_ar": "الخابور", "focal_x": 10, "focal_y": 90,
        "credit": "Sami Qasim", "licence": "CC BY 4.0", "source_url": "https://example.org/p/7",
        "licence_until": "2031-05-01",
    }  # fmt: skip
    assert admin_client.post(page_of(image), sent).status_code == 302
    image = Image.objects.get()
    assert {name: str(getattr(image, name)) for name in sent} == {name: str(value) for name, value in sent.items()}
    assert admin_client.post(page_of(image), sent | {"source_url": "javascript:alert(1)"}).status_code == 200
