"""Pictures: what is taken in, how the master file is made, and the renditions that pages show.

A master is re-encoded pixels with their colour profile: no camera data, no hidden tail, the right way up. A
rendition is made at its first request, once, under an address made of the content's digest.
"""

import hashlib
import io
import logging
import os
import re
import shutil
import tempfile
import warnings
from pathlib import Path

from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from django.dispatch import Signal
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from PIL import Image as Pillow
from PIL import ImageOps

replaced = Signal()  # an image shows another picture now; sent with `image` inside the transaction

log = logging.getLogger(__name__)

FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "GIF")
MAX_BYTES = 25 * 1024 * 1024
# Millions of pixels, by what a decoder needs: only JPEG comes smaller than it is, WebP is in memory four times over.
MAX_MEGAPIXELS = {"JPEG": 50, "PNG": 28, "GIF": 28, "AVIF": 24, "WEBP": 18}
MAX_SIDE = 12_000
MASTER_SIDE = 3200  # pixels; the largest rendition is 2000 wide
MAX_PROFILE = 128 * 1024  # bytes of a colour profile; those of cameras and of common colour spaces have 0.5 to 4 kB
WIDTHS = (160, 320, 480, 640, 960, 1280, 1600, 2000)
RATIOS = {"3:2": (3, 2), "1:1": (1, 1), "16:9": (16, 9)}
ENCODERS = {
    "avif": ("image/avif", {"format": "AVIF", "quality": 58, "speed": 8}),
    "webp": ("image/webp", {"format": "WEBP", "quality": 76, "method": 4}),
    "jpg": ("image/jpeg", {"format": "JPEG", "quality": 80, "progressive": True, "optimize": True}),
}
PREVIEW = "thinktank.images.preview"
SOURCES = ("avif", "webp")  # offered before the JPEG that every browser reads


class MasterStorage(FileSystemStorage):
    """Masters: no public address leads into this folder."""

    @property
    def base_location(self):
        return Path(settings.MEDIA_ROOT) / "masters"  # asked each time: a test has a folder of its own

    @property
    def location(self):
        return os.path.abspath(self.base_location)

    def _save(self, name, content):
        path = Path(self.path(name))
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, lambda out: shutil.copyfileobj(content, out))
        return name


def write_whole(path, write):
    """Write a file through `write(out)`, beside its place, and put it there when it is whole and on the disk.

    A reader never gets half of it, a full disk leaves nothing behind, and two who write at once do no harm.
    """
    handle, temporary = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as out:
            write(out)
            out.flush()
            os.fsync(out.fileno())
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def private_storage():
    return MasterStorage()


def master_path(image, filename):
    """A path made of the content, so that a hostile file name never reaches the disk."""
    extension = "png" if filename.endswith(".png") else "jpg"
    return f"{image.digest[:2]}/{image.digest}.{extension}"


def _open(file):
    """Open by content, with the allowed formats' decoders only. Raises ValidationError, worded for the editor."""
    if file.size > MAX_BYTES:
        raise ValidationError(
            _("The picture is larger than %(most)d MB. Nothing was kept."), params={"most": MAX_BYTES >> 20}
        )
    file.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow's own limit is higher than ours and is checked below
            picture = Pillow.open(file, formats=FORMATS)
    except Exception:  # a decoder fails in as many ways as there are damaged files
        raise ValidationError(_("This is not a JPEG, PNG, WebP, AVIF or GIF picture. Nothing was kept.")) from None
    width, height = picture.size
    most = MAX_MEGAPIXELS.get(picture.format, MAX_MEGAPIXELS["JPEG"])  # a JPEG of several pictures has another name
    if width * height > most * 1_000_000 or max(width, height) > MAX_SIDE:
        raise ValidationError(
            _(
                "The picture has %(width)d × %(height)d pixels; at most %(most)d million pixels can be taken in. Scale it down first."
            ),
            params={"width": width, "height": height, "most": most},
        )
    return picture


def _decode(file):
    """The pixels, the right way up; a picture that is larger than a master may come smaller, to spare memory."""
    picture = _open(file)
    try:
        if picture.format == "PNG":
            picture.verify()  # check sums, which decoding passes over
            picture = _open(file)
        picture.draft(None, (MASTER_SIDE, MASTER_SIDE))
        picture.load()
        ImageOps.exif_transpose(picture, in_place=True)
        return picture
    except Exception:
        raise ValidationError(_("The picture is damaged and cannot be read to its end. Nothing was kept.")) from None


def check(file):
    """Raise ValidationError unless the file can be taken in."""
    _decode(file)


def take_in(image, file):
    """Put the master made of an uploaded `file` on an unsaved library `image`, with its size and digest."""
    file.seek(0)
    source = hashlib.sha256(file.read()).hexdigest()
    picture = _decode(file)
    lossless = picture.format in ("PNG", "GIF")
    profile = picture.info.get("icc_profile")
    if profile and (profile[16:20] != b"RGB " or len(profile) > MAX_PROFILE):
        profile = (
            None  # it describes inks or greys, and the master's pixels are RGB; or every small rendition carries it
        )
    if picture.mode.startswith("I"):  # 16 bits a pixel; a plain conversion would make all but the darkest white
        picture = picture.convert("I").point(lambda value: value / 257).convert("L")
        picture.info.pop("transparency", None)
    transparent = picture.has_transparency_data
    lossless = lossless or transparent
    picture = picture.convert("RGBA" if transparent else "RGB")
    picture.thumbnail((MASTER_SIDE, MASTER_SIDE), Pillow.Resampling.LANCZOS)
    picture.info = {}  # comments and camera data; an encoder may write them of its own accord
    out = io.BytesIO()
    if lossless:
        picture.save(out, format="PNG", icc_profile=profile, optimize=False)
    else:
        picture.save(out, format="JPEG", quality=92, icc_profile=profile)
    data = out.getvalue()
    image.source_digest = source
    image.digest = hashlib.sha256(data).hexdigest()
    image.width, image.height = picture.size
    name = f"{image.digest}.{'png' if lossless else 'jpg'}"
    image.file = ContentFile(data, name=name)
    path = master_path(image, name)
    if is_whole(path):
        image.file = path  # the same picture once more: one file serves both rows
    else:
        private_storage().delete(path)


def is_whole(path):
    """Whether the master at `path` is there and is what its name says."""
    try:
        with private_storage().open(path) as file:
            return hashlib.file_digest(file.file, "sha256").hexdigest() == Path(path).stem
    except FileNotFoundError:
        return False


def _crop(image, ratio):
    """The box (left, top, right, bottom) of the crop to `ratio` ("3:2") round the focal point, in master pixels."""
    if not ratio:
        return 0, 0, image.width, image.height
    across, down = RATIOS[ratio]
    width = max(1, min(image.width, image.height * across // down))
    height = max(1, min(image.height, image.width * down // across))
    start_x = min(max(0, image.width * image.focal_x // 100 - width // 2), image.width - width)
    start_y = min(max(0, image.height * image.focal_y // 100 - height // 2), image.height - height)
    return start_x, start_y, start_x + width, start_y + height


def rendition_name(image, width, ratio, extension):
    crop = f"-{ratio.replace(':', 'x')}-{image.focal_x}-{image.focal_y}" if ratio else ""
    return f"{image.digest[:24]}-{width}{crop}.{extension}"


RENDITION_NAME = re.compile(
    r"(?P<digest>[0-9a-f]{24})-(?P<width>\d{1,4})(?:-(?P<ratio>\d+x\d+)-(?P<x>\d{1,3})-(?P<y>\d{1,3}))?\.(?P<extension>avif|webp|jpg)"
)


def _widths(full):
    """The widths that a picture of `full` pixels is offered in: never larger than it is."""
    return [width for width in WIDTHS if width < full] + ([full] if full <= WIDTHS[-1] else [])


def renditions(image, ratio=None):
    """What a page says of a picture: `{"width", "height", "sources": [{"type", "srcset"}], "src", "srcset"}`."""
    left, top, right, bottom = _crop(image, ratio)
    full, height = right - left, bottom - top
    widths = _widths(full)

    def address(width, extension):
        return reverse("rendition", args=[rendition_name(image, width, ratio, extension)])

    def srcset(extension):
        return ", ".join(f"{address(width, extension)} {width}w" for width in widths)

    middle = min(widths, key=lambda width: abs(width - 960))
    return {
        "width": middle,
        "height": max(1, round(height * middle / full)),
        "sources": [{"type": ENCODERS[extension][0], "srcset": srcset(extension)} for extension in SOURCES],
        "src": address(middle, "jpg"),
        "srcset": srcset("jpg"),
    }


def preview_key(digest):
    """What lets somebody without an account see the renditions of one picture, for a day."""
    return signing.dumps(digest, salt=PREVIEW)


def is_preview_key(key, digest):
    try:
        return signing.loads(key, salt=PREVIEW, max_age=24 * 3600) == digest
    except signing.BadSignature:
        return False


def rendition_path(name):
    return Path(settings.MEDIA_ROOT) / "renditions" / name[:2] / name


def forget(digest, master):
    """Delete the master and every rendition of a picture that no image has any more."""
    private_storage().delete(master)
    for path in (Path(settings.MEDIA_ROOT) / "renditions" / digest[:2]).glob(f"{digest[:24]}-*"):
        path.unlink(missing_ok=True)


def make_rendition(image, name):
    """Write the rendition `name` of `image` and return its path, or None if `image` has no such rendition."""
    match = RENDITION_NAME.fullmatch(name)
    ratio = match["ratio"] and match["ratio"].replace("x", ":")
    width = int(match["width"])
    if (ratio and ratio not in RATIOS) or rendition_name(image, width, ratio, match["extension"]) != name:
        return None
    box = _crop(image, ratio)
    if width not in _widths(box[2] - box[0]):
        return None
    size = (width, max(1, round((box[3] - box[1]) * width / (box[2] - box[0]))))
    try:
        with image.file.open() as file:
            picture = Pillow.open(file, formats=("JPEG", "PNG"))
            profile = picture.info.get("icc_profile")
            picture = picture.resize(size, Pillow.Resampling.LANCZOS, box=box, reducing_gap=3.0)
    except OSError as error:  # the master is lost or damaged: the page stands without the picture
        log.error("No rendition %s of image %s: %s", name, image.pk, error)
        return None
    if match["extension"] == "jpg" and picture.mode == "RGBA":
        white = Pillow.new("RGB", picture.size, "white")
        white.paste(picture, mask=picture.getchannel("A"))
        picture = white
    path = rendition_path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, lambda out: picture.save(out, icc_profile=profile, **ENCODERS[match["extension"]][1]))
    return path
