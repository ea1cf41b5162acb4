"""Taking pictures in, one or many at once: what is refused, what is left behind, and what somebody is told."""

import errno
import json
import re
import resource
import tempfile
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image as Pillow

from tests.factories import make_image, picture_file
from tests.test_images import EPS, SECRETS, SVG, encoded, files, noise, photograph
from thinktank import images
from thinktank.audit import AuditEntry
from thinktank.library import upload as uploading
from thinktank.models import Image

pytestmark = pytest.mark.django_db

UPLOAD = "/admin/thinktank/image/upload/"
ADD = "/admin/thinktank/image/add/"


def words(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def sent(data, name="river.jpg"):
    return SimpleUploadedFile(name, data)


def by_form(client, data, name="river.jpg"):
    """What the form for one picture says, in words."""
    described = {"alt_en": "A river", "alt_ar": "نهر", "focal_x": 50, "focal_y": 50}
    return words(client.post(ADD, described | {"file": sent(data, name)}, follow=True))


def by_upload(client, data, name="river.jpg"):
    """What the page for many pictures says of one."""
    response = client.post(UPLOAD, {"files": [sent(data, name)]}, headers={"accept": "application/json"})
    [answer] = response.json()["answers"]
    return answer.get("refused") or answer["words"]


def by_upload_without_a_script(client, data, name="river.jpg"):
    return words(client.post(UPLOAD, {"files": [sent(data, name)]}, follow=True))


ways = pytest.mark.parametrize("way", [by_form, by_upload, by_upload_without_a_script])


# --- What is refused, whichever way it comes


@ways
@pytest.mark.parametrize("name", ["x.svg", "x.png", "x.jpg"])
@pytest.mark.parametrize("data", [
    SVG, b'<?xml version="1.0"?>' + SVG, b"<!doctype html><script>alert(1)</script>", b"<?php phpinfo(); ?>", EPS,
    encoded(Pillow.new("RGB", (9, 9)), "TIFF"), encoded(Pillow.new("RGB", (9, 9)), "PPM"), b"%PDF-1.7 " + bytes(99),
    b"8BPS\x00\x01" + bytes(40), b"SIMPLE  =                    T / FITS" + b" " * 300, b"\x89PNG\r\n\x1a\n",
])  # fmt: skip
def test_what_is_no_picture_is_refused_in_words_and_nothing_is_kept(admin_client, way, data, name):
    assert "not a JPEG, PNG, WebP, AVIF or GIF" in way(admin_client, data, name)
    assert not Image.objects.exists() and files() == []


@ways
def test_a_picture_cut_in_half_is_refused(admin_client, way):
    data = encoded(noise())
    assert "damaged" in way(admin_client, data[: len(data) // 2])
    assert not Image.objects.exists() and files() == []


@ways
def test_an_empty_file_is_refused(admin_client, way):
    said = way(admin_client, b"", "x.png")
    assert "empty" in said or "not a JPEG" in said
    assert not Image.objects.exists() and files() == []


@ways
def test_endless_pixels_are_refused_at_once_and_in_little_memory(admin_client, way):
    bomb = encoded(Pillow.new("1", (13000, 13000)), "PNG")
    before = resource.getrusage(resource.RUSAGE_SELF)
    assert "13000 × 13000" in way(admin_client, bomb, "x.png")
    after = resource.getrusage(resource.RUSAGE_SELF)
    assert after.ru_utime - before.ru_utime < 1 and (after.ru_maxrss - before.ru_maxrss) * 1024 < 50 * 2**20
    assert not Image.objects.exists() and files() == []


@ways
def test_nothing_that_the_camera_wrote_is_kept(admin_client, way):
    data = photograph()
    assert any(secret in data for secret in SECRETS)
    way(admin_client, data)
    image = Image.objects.get()
    admin_client.get(images.renditions(image)["src"]).close()
    for path in files():
        assert not [secret for secret in SECRETS if secret in path.read_bytes()]


@ways
@pytest.mark.parametrize("name", [
    "../../x.png", "..\\..\\x.png", "/etc/x.png", "x" * 290 + ".png", "a.php.png", ".htaccess", "CON.png", "-rf.png", "…",
])  # fmt: skip
def test_a_hostile_file_name_never_reaches_the_disk(admin_client, way, name):
    way(admin_client, encoded(noise(), "PNG"), name)
    image = Image.objects.get()
    assert re.fullmatch(r"[0-9a-f]{2}/[0-9a-f]{64}\.png", image.file.name)
    assert files() == [Path(settings.MEDIA_ROOT) / "masters" / image.file.name]


@ways
@pytest.mark.parametrize("format", ["GIF", "JPEG", "PNG"])
def test_what_hides_behind_a_picture_is_left_behind(admin_client, way, format):
    way(admin_client, encoded(noise(), format) + b"<script>alert(1)</script><?php phpinfo(); ?>", "x.gif")
    response = admin_client.get(images.renditions(Image.objects.get())["src"])
    assert response["Content-Type"] == "image/jpeg" and response["X-Content-Type-Options"] == "nosniff"
    response.close()
    for path in files():
        assert b"<script" not in path.read_bytes() and b"<?php" not in path.read_bytes()


def test_a_file_of_more_than_25_megabytes_is_refused_and_leaves_no_temporary_file(admin_client, tmp_path, settings):
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    data = b"\xff\xd8" + bytes(images.MAX_BYTES)
    for way in (by_form, by_upload, by_upload_without_a_script):
        assert "25 MB" in way(admin_client, data)
    assert not Image.objects.exists() and [path for path in tmp_path.iterdir() if path.is_file()] == []


@pytest.mark.parametrize("headers", [
    {"CONTENT_LENGTH": str(2 * 2**30)}, {"CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked"},
])  # fmt: skip
@pytest.mark.parametrize("path", [UPLOAD, ADD])
def test_a_body_without_an_honest_length_is_refused_before_it_is_read(admin_client, headers, path):
    class Unread(BytesIO):
        def read(self, *size):
            raise AssertionError("the body was read")

    response = admin_client.generic(
        "POST", path, content_type="multipart/form-data; boundary=x", **{"wsgi.input": Unread()} | headers
    )
    assert response.status_code in (411, 413) and response.content.strip()


# --- Many at once


def test_each_file_of_many_is_answered_by_itself(admin_client):
    known = make_image("A bridge", "جسر", picture_file(color="olive"))
    given = [
        picture_file("one.jpg", color="red"), sent(SVG, "drawing.svg"), picture_file("two.jpg", color="green"),
        picture_file("again.jpg", color="olive"),
    ]  # fmt: skip
    response = admin_client.post(UPLOAD, {"files": given}, headers={"accept": "application/json"})
    one, drawing, two, again = response.json()["answers"]
    assert one["is_new"] and two["is_new"] and one["key"] != two["key"]
    assert drawing["name"] == "drawing.svg" and "not a JPEG" in drawing["refused"]
    assert not again["is_new"] and again["key"] == known.pk and "already" in again["words"]
    assert Image.objects.count() == 3
    assert set(AuditEntry.objects.filter(action="upload").values_list("object_id", flat=True)) == {
        str(one["key"]), str(two["key"]),
    }  # fmt: skip
    assert set(Image.objects.exclude(pk=known.pk).values_list("uploaded_by__username", flat=True)) == {"admin"}


def test_without_a_script_the_form_leads_to_the_descriptions_and_says_what_was_refused(admin_client):
    given = [picture_file("one.jpg", color="red"), sent(SVG, "drawing.svg"), picture_file("two.jpg", color="green")]
    response = admin_client.post(UPLOAD, {"files": given}, follow=True)
    assert response.redirect_chain[0][0].startswith("/admin/thinktank/image/describe/?images=")
    assert "“drawing.svg”: This is not a JPEG" in words(response)
    assert len(response.context["rows"]) == 2


def test_the_same_file_twice_in_one_upload_is_taken_in_once(admin_client):
    given = [picture_file("one.jpg"), picture_file("two.jpg")]
    answers = admin_client.post(UPLOAD, {"files": given}, headers={"accept": "application/json"}).json()["answers"]
    assert [answer["is_new"] for answer in answers] == [True, False] and Image.objects.count() == 1


def test_an_upload_of_nothing_says_so(admin_client):
    assert "Choose one picture at least" in words(admin_client.post(UPLOAD, {}))


# --- The descriptions


def described(*pictures, **fields):
    found = {}
    for picture in pictures:
        about = {"alt_en": f"Picture {picture.pk}", "alt_ar": f"الصورة {picture.pk}"} | fields
        found |= {f"form-{picture.pk}-{name}": value for name, value in about.items()}
    return found


def describe(client, *pictures, **data):
    keys = ",".join(str(picture.pk) for picture in pictures)
    return client.post(f"/admin/thinktank/image/describe/?images={keys}", data)


@pytest.fixture
def two(admin_client):
    return [Image.objects.create(file=picture_file(color=color)) for color in ("red", "green")]


def test_many_pictures_are_described_in_one_form(admin_client, two):
    data = described(*two) | {
        "all-credit": "Sami Qasim",
        "all-licence": "CC BY 4.0",
        f"form-{two[0].pk}-credit": "Huda",
    }
    assert describe(admin_client, *two, **data).status_code == 302
    one, other = (Image.objects.get(pk=image.pk) for image in two)
    assert (one.alt_en, one.credit, one.licence) == (f"Picture {one.pk}", "Huda", "CC BY 4.0")
    assert (other.alt_ar, other.credit, other.licence) == (f"الصورة {other.pk}", "Sami Qasim", "CC BY 4.0")
    assert AuditEntry.objects.filter(action="save", model="thinktank.image").count() == 2


def test_a_description_that_is_missing_is_asked_for_and_nothing_typed_is_lost(admin_client, two):
    data = described(*two) | {f"form-{two[1].pk}-alt_ar": "", "all-credit": "Sami Qasim"}
    response = describe(admin_client, *two, **data)
    assert "Nothing was saved yet" in words(response) and "Describe the picture in this language" in words(response)
    assert f"Picture {two[0].pk}" in response.content.decode() and "Sami Qasim" in response.content.decode()
    assert [Image.objects.get(pk=image.pk).alt_en or "" for image in two] == ["", ""]


def test_a_decorative_picture_needs_no_description(admin_client, two):
    data = described(two[0], alt_en="", alt_ar="", is_decorative="on")
    assert describe(admin_client, two[0], **data).status_code == 302
    assert Image.objects.get(pk=two[0].pk).is_decorative


@pytest.mark.parametrize("images", ["", "0", "x", "99999999999999999999", "1,2,3", "-1", "٥"])
def test_pictures_that_there_are_not_cannot_be_described(admin_client, images):
    assert admin_client.get("/admin/thinktank/image/describe/", {"images": images}).status_code == 404


def test_a_form_for_one_picture_changes_no_other(admin_client, two):
    describe(admin_client, two[0], **described(*two))
    assert not Image.objects.get(pk=two[1].pk).alt_en


# --- A disk that is full, and what is half made


def full(*args, **kwargs):
    raise OSError(errno.ENOSPC, "No space left on device")


@ways
def test_a_full_disk_is_said_and_leaves_neither_a_row_nor_a_file(admin_client, way, monkeypatch):
    monkeypatch.setattr("thinktank.images.os.fsync", full)
    assert "disk is full" in way(admin_client, encoded(noise()))
    assert not Image.objects.exists() and files() == []
    monkeypatch.undo()
    way(admin_client, encoded(noise()))
    assert Path(Image.objects.get().file.path).stat().st_size > 1000


@ways
def test_a_full_disk_for_temporary_files_is_said(admin_client, way, monkeypatch):
    monkeypatch.setattr(tempfile._TemporaryFileWrapper, "write", full, raising=False)
    monkeypatch.setattr("django.core.files.uploadedfile.TemporaryUploadedFile.__init__", full)
    data = encoded(noise((1600, 1600)), "PNG")
    assert len(data) > settings.FILE_UPLOAD_MAX_MEMORY_SIZE
    assert "disk is full" in way(admin_client, data)
    assert not Image.objects.exists() and files() == []


def test_a_full_disk_replaces_nothing(admin_client, monkeypatch):
    image = make_image()
    monkeypatch.setattr("thinktank.images.os.fsync", full)
    response = admin_client.post(f"/admin/thinktank/image/{image.pk}/replace/", {"file": picture_file(color="red")})
    assert "disk is full" in words(response)
    monkeypatch.undo()
    assert Image.objects.get().digest == image.digest and len(files()) == 1


def test_what_was_typed_is_still_there_after_a_full_disk(admin_client, monkeypatch):
    monkeypatch.setattr("thinktank.images.os.fsync", full)
    sent_form = {"alt_en": "A river", "alt_ar": "نهر", "focal_x": 50, "focal_y": 50, "file": picture_file()}
    page = admin_client.post(ADD, sent_form).content.decode()
    assert "A river" in page and "نهر" in page


def test_a_master_that_was_cut_short_is_written_anew(admin_client):
    data = encoded(noise())
    by_upload(admin_client, data)
    image = Image.objects.get()
    path = Path(image.file.path)
    whole = path.read_bytes()
    Image.objects.all().delete()
    path.write_bytes(whole[:100])
    by_upload(admin_client, data)
    assert Image.objects.get().file.name == image.file.name and path.read_bytes() == whole


def test_the_answers_to_the_script_are_json_and_nothing_is_cached(admin_client):
    response = admin_client.post(UPLOAD, {"files": [picture_file()]}, headers={"accept": "application/json"})
    assert response["Content-Type"] == "application/json" and "no-store" in response["Cache-Control"]
    assert json.loads(response.content)["answers"][0]["thumbnail"].startswith("/media/")
    assert uploading.MOST <= settings.DATA_UPLOAD_MAX_NUMBER_FILES
