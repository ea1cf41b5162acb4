"""Pictures: what is taken in, what is left of it, and the renditions that pages show."""

import struct
import subprocess
import sys
import time
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms import modelform_factory
from PIL import Image as Pillow
from PIL import ImageCms

from tests.factories import make_expert, make_image, picture_file
from thinktank import images
from thinktank.models import Image

pytestmark = pytest.mark.django_db

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
SECRETS = (b"SN-4711", b"Rana Darwazeh", b"GPSLatitude", b"Beirut")


def encoded(picture, format="JPEG", **save):
    out = BytesIO()
    picture.save(out, format=format, **save)
    return out.getvalue()


def noise(size=(300, 200), mode="RGB"):
    return Pillow.effect_noise(size, 80).convert(mode)


def upload(data, name="river.jpg"):
    return Image(file=SimpleUploadedFile(name, data), alt_en="A river")


def kept(data, name="river.jpg"):
    """The image as it is after an upload."""
    image = upload(data, name)
    image.full_clean()
    image.save()
    return image


def master(image):
    with image.file.open() as file:
        picture = Pillow.open(file)
        picture.load()
    return picture


def rendition_of(image, extension="jpg", width=None, ratio=None):
    width = width or image.width
    path = images.make_rendition(image, images.rendition_name(image, width, ratio, extension))
    picture = Pillow.open(path)
    picture.load()
    return picture


def shown(image):
    """The image, where readers see it."""
    make_expert(photo=image)
    return image


def content(response):
    return b"".join(response.streaming_content)


def files():
    root = Path(settings.MEDIA_ROOT)
    return sorted(path for path in root.rglob("*") if path.is_file())


# --- What is refused

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'
EPS = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\nshowpage\n"


@pytest.mark.parametrize(
    "data",
    [
        SVG,
        b'<?xml version="1.0"?>' + SVG,
        EPS,
        encoded(Pillow.new("RGB", (9, 9)), "TIFF"),
        encoded(Pillow.new("RGB", (9, 9)), "PPM"),
        encoded(Pillow.new("RGB", (9, 9)), "BMP"),
        encoded(Pillow.new("RGB", (9, 9)), "ICO"),
        encoded(Pillow.new("RGB", (9, 9)), "PDF"),
        b"SIMPLE  =                    T / FITS" + b" " * 3000,
        b"8BPS\x00\x01" + bytes(40),
        b"<!doctype html><script>alert(1)</script>",
        b"<?php phpinfo(); ?>",
        b"",
        b"\x00" * 1000,
        b"\xff\xd8\xff",
        b"\x89PNG\r\n\x1a\n",
    ],
)
@pytest.mark.parametrize("name", ["x.jpg", "x.png", "x.svg"])
def test_what_is_no_picture_of_the_five_formats_is_refused_whatever_its_name(data, name):
    with pytest.raises(ValidationError):
        upload(data, name).full_clean()
    with pytest.raises(ValidationError):
        upload(data, name).save()
    assert not Image.objects.exists() and files() == []


def test_a_form_says_why_a_picture_is_refused():
    form = modelform_factory(Image, fields=["file"])(files={"file": SimpleUploadedFile("x.png", SVG)})
    assert not form.is_valid()
    assert "not a JPEG, PNG, WebP, AVIF or GIF" in str(form.errors)


BOMB = """
import resource, sys, time
import django
django.setup()
from django.core.exceptions import ValidationError
from django.core.files.base import File
from thinktank import images
before, begun = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
try:
    images.check(File(open(sys.argv[1], "rb"), name="x.png"))
except ValidationError as error:
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    unit = 1 if sys.platform == "darwin" else 1024
    print(time.process_time() - begun, (after - before) * unit, error.messages[0])
"""


def test_a_small_file_with_endless_pixels_is_refused_before_it_is_unpacked(tmp_path):
    bomb = tmp_path / "bomb.png"
    bomb.write_bytes(encoded(Pillow.new("1", (13000, 13000)), "PNG"))
    assert bomb.stat().st_size < 50_000
    command = [sys.executable, "-c", BOMB, str(bomb)]
    printed = subprocess.run(command, capture_output=True, text=True, check=True, cwd=settings.BASE_DIR).stdout
    seconds, memory, message = printed.split(" ", 2)
    assert float(seconds) < 1 and int(memory) < 50 * 2**20 and "13000 × 13000" in message


@pytest.mark.parametrize("size", [(12_001, 1), (1, 12_001), (8000, 6300)])
def test_too_many_pixels_or_too_long_a_side_are_refused(size):
    with pytest.raises(ValidationError, match="pixels"):
        upload(encoded(Pillow.new("1", size), "PNG"), "x.png").full_clean()


def test_too_many_bytes_are_refused():
    with pytest.raises(ValidationError, match="25 MB"):
        upload(b"\xff\xd8" + bytes(images.MAX_BYTES)).full_clean()


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "AVIF", "GIF"])
@pytest.mark.parametrize("part", [0.02, 0.5, 0.9])
def test_a_file_cut_short_is_refused(format, part):
    data = encoded(noise(), format)
    with pytest.raises(ValidationError):
        upload(data[: int(len(data) * part)]).full_clean()


@pytest.mark.parametrize("chunk", [b"IHDR", b"IDAT"])
def test_a_png_with_a_wrong_check_sum_is_refused(chunk):
    data = bytearray(encoded(noise(), "PNG"))
    start = data.index(chunk)
    length = struct.unpack(">I", data[start - 4 : start])[0]
    data[start + 4 + length] ^= 0xFF
    with pytest.raises(ValidationError):
        upload(bytes(data), "x.png").full_clean()


def test_a_body_larger_than_any_upload_is_refused_before_it_is_read(client):
    class Unread(BytesIO):
        def read(self, *size):
            raise AssertionError("the body was read")

    for path in ("/admin/thinktank/image/add/", "/search"):
        response = client.generic(
            "POST", path, **{"wsgi.input": Unread(), "CONTENT_LENGTH": str(2 * 2**30)}, content_type="image/png"
        )
        assert response.status_code == 413


# --- What is left of what is taken in


def photograph(format="JPEG", orientation=6, **save):
    """A landscape with a red left half, turned by its orientation tag, and everything a camera writes into it."""
    picture = Pillow.new("RGB", (300, 200), "blue")
    picture.paste("red", (0, 0, 150, 200))
    exif = Pillow.Exif()
    exif[0x0112] = orientation
    exif[0x010F], exif[0x013B], exif[0x8298] = "Camera", "Rana Darwazeh", "Rana Darwazeh"
    exif[0xA431] = "SN-4711"
    exif.get_ifd(0x8769)[0xA431] = "SN-4711"
    exif.get_ifd(0x8825).update({1: "N", 2: (33.0, 53.0, 37.0), 3: "E", 4: (35.0, 30.0, 19.0), 27: b"Beirut"})
    xmp = b"<x:xmpmeta><GPSLatitude>33</GPSLatitude>SN-4711 Beirut</x:xmpmeta>"
    if format == "JPEG":
        save = {"comment": b"Rana Darwazeh", "xmp": xmp} | save
    elif format in ("WEBP", "AVIF"):
        save = {"xmp": xmp} | save
    return encoded(picture, format, exif=exif, icc_profile=SRGB, **save)


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_nothing_that_the_camera_wrote_is_left_but_the_colours_and_the_right_way_up(format):
    data = photograph(format)
    assert any(secret in data for secret in SECRETS)
    image = kept(data)
    assert (image.width, image.height) == (200, 300)
    for extension in images.ENCODERS:
        rendition_of(image, extension)
    assert len(files()) == 4
    for path in files():
        stored = path.read_bytes()
        assert not [secret for secret in SECRETS if secret in stored] and b"Exif" not in stored, path
        picture = Pillow.open(path)
        assert picture.info["icc_profile"] == SRGB, path
        assert not picture.getexif() and "comment" not in picture.info and "xmp" not in picture.info
        top, bottom = picture.convert("RGB").getpixel((100, 20)), picture.convert("RGB").getpixel((100, 280))
        assert top[0] > 200 > bottom[0] and bottom[2] > 200 > top[2], path


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_is_turned_upright(orientation):
    image = kept(photograph(orientation=orientation))
    assert (image.width, image.height) == ((300, 200) if orientation < 5 else (200, 300))


def test_text_in_a_png_is_left_out():
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_text("Author", "Rana Darwazeh")
    info.add_itxt("XML:com.adobe.xmp", "SN-4711", zip=False)
    kept(encoded(noise(), "PNG", pnginfo=info), "x.png")
    assert not [secret for secret in SECRETS if secret in files()[0].read_bytes()]


def test_a_colour_profile_of_inks_or_greys_is_not_put_on_rgb_pixels():
    ink = bytearray(SRGB)
    ink[16:20] = b"GRAY"
    image = kept(encoded(noise(mode="L"), icc_profile=bytes(ink)))
    assert "icc_profile" not in master(image).info and master(image).mode == "RGB"


@pytest.mark.parametrize("format", ["GIF", "JPEG", "PNG", "WEBP"])
def test_a_tail_after_the_picture_is_not_kept(format):
    image = kept(encoded(noise(), format) + b"<script>alert(1)</script><?php phpinfo(); ?>", f"x.{format.lower()}")
    rendition_of(image)
    assert len(files()) == 2
    for path in files():
        assert b"<script" not in path.read_bytes() and b"<?php" not in path.read_bytes()


def test_a_picture_with_the_wrong_ending_gets_the_right_one(client):
    image = shown(kept(encoded(noise(), "PNG"), "x.gif"))
    assert image.file.name.endswith(".png")
    response = client.get(images.renditions(image)["src"])
    assert response["Content-Type"] == "image/jpeg" and response["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "name",
    [
        "../../x.png",
        "..\\..\\x.png",
        "/etc/x.png",
        "x" * 96 + ".png",
        "a.php.png",
        ".htaccess",
        "CON.png",
        "-rf.png",
        "x.png\u202egpj.exe",
        "نهر.png",
        "a b;c&d.png",
    ],
)
def test_a_hostile_file_name_never_reaches_the_disk(name):
    image = kept(encoded(noise(), "PNG"), name)
    assert [str(path.relative_to(settings.MEDIA_ROOT)) for path in files()] == [f"masters/{image.file.name}"]
    assert image.file.name == f"{image.digest[:2]}/{image.digest}.png"


def test_the_same_picture_once_more_takes_no_more_room():
    data = encoded(noise())
    first, second = kept(data, "one.jpg"), kept(data, "two.jpg")
    assert first.pk != second.pk and first.file.name == second.file.name
    assert len(files()) == 1
    assert rendition_of(second).size == (300, 200)


# --- Every kind of picture


@pytest.mark.parametrize(
    "data, mode, colour",
    [
        (encoded(Pillow.new("CMYK", (40, 30), (0, 255, 255, 0))), "RGB", (255, 0, 0)),
        (encoded(Pillow.new("L", (40, 30), 90)), "RGB", (90, 90, 90)),
        (encoded(Pillow.new("I;16", (40, 30), 40000), "PNG"), "RGB", (155, 155, 155)),
        (encoded(Pillow.new("I;16", (40, 30), 40000), "PNG", transparency=40000), "RGB", (155, 155, 155)),
        (encoded(Pillow.new("1", (40, 30), 1), "PNG"), "RGB", (255, 255, 255)),
        (encoded(Pillow.new("LA", (40, 30), (90, 0)), "PNG"), "RGBA", (90, 90, 90, 0)),
        (encoded(Pillow.new("RGBA", (40, 30), (200, 0, 0, 100)), "WEBP", lossless=True), "RGBA", (200, 0, 0, 100)),
        (encoded(Pillow.new("P", (40, 30), 0), "PNG", transparency=bytes([70])), "RGBA", (0, 0, 0, 70)),
        (encoded(Pillow.new("P", (40, 30), 0), "GIF", transparency=0), "RGBA", (0, 0, 0, 0)),
        (encoded(Pillow.new("RGB", (40, 30), (9, 8, 7)), "PNG", transparency=(9, 8, 7)), "RGBA", (9, 8, 7, 0)),
    ],
    ids=["cmyk", "grey", "16 bits", "16 bits clear", "1 bit", "grey alpha", "webp", "palette", "gif", "colour key"],
)
def test_every_kind_of_picture_keeps_its_colours_and_transparency(data, mode, colour):
    image = kept(data)
    found = master(image)
    assert found.mode == mode
    assert all(abs(a - b) <= 2 for a, b in zip(found.getpixel((20, 15)), colour, strict=True))
    assert rendition_of(image, "jpg").mode == "RGB"
    assert rendition_of(image, "webp").mode == mode
    assert rendition_of(image, "avif").mode == mode


def test_what_is_transparent_is_white_in_a_jpeg():
    image = kept(encoded(Pillow.new("RGBA", (40, 30), (0, 0, 0, 0)), "PNG"), "x.png")
    assert min(rendition_of(image, "jpg").getpixel((20, 15))) > 250


@pytest.mark.parametrize("format", ["GIF", "WEBP", "PNG", "AVIF"])
def test_of_an_animation_the_first_picture_is_kept(format):
    frames = [Pillow.new("RGB", (60, 40), color) for color in ("red", "green", "blue")]
    image = kept(encoded(frames[0], format, save_all=True, append_images=frames[1:]))
    found = master(image)
    assert getattr(found, "n_frames", 1) == 1
    assert found.convert("RGB").getpixel((30, 20))[0] > 240


@pytest.mark.parametrize("size", [(1, 1), (1, 2), (12000, 1), (1, 12000), (3, 2), (99, 50)])
def test_the_smallest_and_the_thinnest_pictures_have_renditions(client, size):
    image = shown(kept(encoded(Pillow.new("RGB", size), "PNG"), "x.png"))
    for ratio in (None, *images.RATIOS):
        for address in images.renditions(image, ratio)["srcset"].split(", "):
            assert client.get(address.split(" ")[0]).status_code == 200


def test_a_huge_but_legal_photograph_is_taken_in_and_made_smaller():
    data = encoded(noise((1000, 800)).resize((8000, 6200)), quality=70)
    begun = time.process_time()
    image = kept(data)
    assert time.process_time() - begun < 10  # 5 s for the check, 5 s for the save
    assert (image.width, image.height) == (images.MASTER_SIDE, 2480)


# --- Renditions


def test_a_page_offers_each_width_once_and_none_larger_than_the_picture(client):
    for width in (150, 320, 900, 2000, 2500):
        image = make_image(file=picture_file(size=(width, 100)))
        offered = images.renditions(image)
        widths = [int(entry.split(" ")[1][:-1]) for entry in offered["srcset"].split(", ")]
        assert widths == sorted(set(widths)) and widths[-1] == min(width, 2000)
        assert [source["type"] for source in offered["sources"]] == ["image/avif", "image/webp"]


@pytest.mark.parametrize("extension", images.ENCODERS)
def test_a_rendition_has_the_width_and_the_encoding_of_its_address(client, extension):
    image = shown(make_image())
    for width in (320, 640, 900):
        response = client.get(f"/media/{images.rendition_name(image, width, None, extension)}")
        picture = Pillow.open(BytesIO(content(response)))
        assert picture.size == (width, round(width * 2 / 3))
        assert response["Content-Type"] == images.ENCODERS[extension][0] == Pillow.MIME[picture.format]


@pytest.mark.parametrize("ratio", images.RATIOS)
@pytest.mark.parametrize("focus", [(10, 10), (90, 90), (50, 50), (0, 100)])
def test_a_crop_keeps_the_focal_point(ratio, focus):
    x, y = focus
    picture = Pillow.new("RGB", (900, 900), "white")
    spot = (min(x * 9, 880), min(y * 9, 880))
    picture.paste("red", (*spot, spot[0] + 20, spot[1] + 20))
    image = kept(encoded(picture, "PNG"), "x.png")
    image.focal_x, image.focal_y = focus
    crop = rendition_of(image, "webp", width=640, ratio=ratio)
    across, down = images.RATIOS[ratio]
    assert crop.size == (640, round(640 * down / across))
    assert any(red > 180 and green < 120 for _n, (red, green, _blue) in crop.getcolors(2**20))


def test_a_rendition_is_made_once(client):
    address = images.renditions(shown(make_image()))["src"]
    content(client.get(address))
    path = images.rendition_path(address.rsplit("/", 1)[1])
    made = path.stat().st_mtime_ns
    content(client.get(address))
    assert path.stat().st_mtime_ns == made
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_a_rendition_that_was_deleted_or_emptied_is_made_again(client):
    address = images.renditions(shown(make_image()))["src"]
    content(client.get(address))
    path = images.rendition_path(address.rsplit("/", 1)[1])
    good = path.read_bytes()
    path.write_bytes(b"")
    assert content(client.get(address)) == good
    path.unlink()
    assert content(client.get(address)) == good


def test_a_lost_or_damaged_master_is_no_error_of_the_site(client):
    image = shown(make_image())
    address = images.renditions(image)["src"]
    Path(image.file.path).write_bytes(Path(image.file.path).read_bytes()[:400])
    assert client.get(address).status_code == 404
    Path(image.file.path).unlink()
    assert client.get(address).status_code == 404


def test_an_address_that_is_no_rendition_is_unknown(client):
    image = shown(make_image())
    good = images.rendition_name(image, 640, None, "jpg")
    crop = images.rendition_name(image, 640, "3:2", "jpg")
    wrong = [
        good.replace(image.digest[:24], "0" * 24),
        good.replace("-640", "-641"),
        good.replace("-640", "-0640"),
        good.replace("-640", "-1280"),
        good.replace("-640", "-0"),
        good.replace("640", "٦٤٠"),
        good.replace(".jpg", ".png"),
        good.upper(),
        good + ".jpg",
        good + "%0A",
        crop.replace("3x2", "7x5"),
        crop.replace("-50-50", "-51-50"),
        "../masters/" + image.file.name,
        "..%2fmasters%2f" + image.file.name.replace("/", "%2f"),
        image.file.name,
        "",
    ]
    for name in wrong:
        assert client.get(f"/media/{name}").status_code in (301, 404), name
    assert len(files()) == 1


def test_the_address_of_a_picture_says_nothing_of_its_title_or_number():
    first = make_image(alt_en="Embargoed summit")
    second = make_image(alt_en="Embargoed summit", file=picture_file(color="olive"))
    one, other = (images.renditions(image)["src"].rsplit("/", 1)[1].split("-")[0] for image in (first, second))
    assert len(one) == 24 and one != other
    assert one in first.digest and "summit" not in one


def test_masters_have_no_public_address(client):
    image = shown(make_image())
    for path in (image.file.url, f"/media/masters/{image.file.name}", f"/masters/{image.file.name}"):
        assert client.get(path).status_code == 404


def test_a_content_file_with_a_path_as_its_name_stays_inside():
    image = Image.objects.create(file=ContentFile(encoded(noise()), name="../../../river.jpg"))
    assert files() == [Path(settings.MEDIA_ROOT) / "masters" / image.file.name]
