"""Pictures from outside: looked at, decoded under guard and written anew, so that nothing of the sender's bytes is kept. No database.

JPEG, PNG and WebP up to 10 MB come in; a JPEG without any metadata (place, camera, comments, colour profile, thumbnails) comes out.
"""

import hashlib
import struct
from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO

from django.core.files import File
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from ossma.core.refusals import Refused

MAX_BYTES = 10 * 1024 * 1024
MAX_SIDE = 2560
QUALITY = 85
# A JPEG is decoded at a half or less of a large size, the others whole: four bytes a pixel.
MAX_PIXELS = {"JPEG": 60_000_000, "MPO": 60_000_000, "PNG": 30_000_000, "WEBP": 30_000_000}
FORMATS = ("JPEG", "PNG", "WEBP")
# Brands of ISO 23008-12 (HEIF) and AVIF, stills and sequences. The telling one may stand among the compatible brands only.
HEIF_BRANDS = frozenset(
    {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"heif", b"mif1", b"mif2", b"mif3", b"miaf", b"msf1"}
    | {b"avif", b"avis", b"avio", b"av01", b"avci", b"avcs", b"jpeg", b"jpgs", b"j2ki", b"j2is", b"vvic", b"vvis", b"evbi", b"evbs"}
)
LARGEST_BRAND_BOX = 512
# 16-bit grey comes under several names; all hold 0 to 65535.
GREY16 = frozenset({"I", "I;16", "I;16B", "I;16L", "I;16N"})
# What Pillow's decoders are known to raise on broken input; the last is a failure to reserve room for it.
UNREADABLE = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    struct.error,
    IndexError,
    KeyError,
    TypeError,
    OverflowError,
    ZeroDivisionError,
    MemoryError,
)


class PictureRefused(Refused):
    """The file cannot be taken as a picture; the message says why and what to do instead."""


@dataclass(frozen=True, slots=True)
class CleanImage:
    """A picture as it will be kept."""

    data: bytes
    width: int
    height: int
    mime: str = "image/jpeg"

    @property
    def size(self) -> int:
        """Bytes."""
        return len(self.data)

    @property
    def sha256(self) -> str:
        """Hash of the bytes, in hexadecimal."""
        return hashlib.sha256(self.data).hexdigest()


def clean_image(uploaded: File | BinaryIO) -> CleanImage:
    """Re-encode an uploaded picture (any binary file object). Raises PictureRefused, and nothing else, on whatever is not one."""
    uploaded.seek(0)
    raw = uploaded.read(MAX_BYTES + 1)
    _refuse_by_first_look(raw)
    try:
        with Image.open(BytesIO(raw), formats=FORMATS) as opened:
            _refuse_bombs(opened)
            picture = _upright_and_small(opened)
        return _written_anew(picture)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PictureRefused(_too_large_to_open(), code="too_many_pixels") from error
    except UNREADABLE as error:
        raise PictureRefused(_("The picture is damaged or did not arrive whole. Choose it again, or take a new one."), code="damaged") from error


def thumbnail(data: bytes, side: int) -> bytes:
    """A kept picture (JPEG bytes) made to fit `side` x `side` pixels, as JPEG; never larger than it is."""
    with Image.open(BytesIO(data), formats=("JPEG",)) as opened:
        opened.draft("RGB", (side, side))
        opened.thumbnail((side, side), Image.Resampling.LANCZOS)
        out = BytesIO()
        opened.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()


def _refuse_by_first_look(raw: bytes) -> None:
    if not raw:
        raise PictureRefused(_("The file is empty. Choose the picture again."), code="empty")
    if len(raw) > MAX_BYTES:
        raise PictureRefused(_("The picture is larger than 10 MB. Choose a smaller one, or send a screenshot of it."), code="too_big")
    if raw.startswith(b"%PDF"):
        raise PictureRefused(_("PDF files cannot be taken yet. Send a screenshot or a photo of the page instead."), code="pdf")
    if _is_heif(raw):
        raise PictureRefused(_("HEIC pictures cannot be taken yet. Send a screenshot of the picture, or save it as JPEG first."), code="heic")
    if not (raw.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")) or (raw.startswith(b"RIFF") and raw[8:12] == b"WEBP")):
        raise PictureRefused(_("This is not a JPEG, PNG or WebP picture. Choose a photo or a screenshot."), code="not_a_picture")


def _is_heif(raw: bytes) -> bool:
    """Whether the first box of a file names HEIF or AVIF among its brands: the major one, then (after its version) the compatible ones."""
    if raw[4:8] != b"ftyp":
        return False
    end = min(int.from_bytes(raw[:4], "big"), LARGEST_BRAND_BOX)
    brands = [raw[8:12], *(raw[start : start + 4] for start in range(16, end - 3, 4))]
    return not HEIF_BRANDS.isdisjoint(brands)


def _refuse_bombs(opened: Image.Image) -> None:
    """Only the header has been read so far: look at the promised size before a single pixel is decoded."""
    if opened.width * opened.height > MAX_PIXELS[opened.format or ""]:
        raise PictureRefused(_too_large_to_open(), code="too_many_pixels")


def _too_large_to_open() -> str:
    return _("The picture has too many pixels to be opened safely. Send a screenshot of it instead.")


def _upright_and_small(opened: Image.Image) -> Image.Image:
    opened.draft("RGB", (MAX_SIDE, MAX_SIDE))
    opened.load()
    upright = ImageOps.exif_transpose(_eight_bits(opened))
    upright.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS)
    return upright


def _eight_bits(picture: Image.Image) -> Image.Image:
    """16-bit grey scaled to 8 bits: Pillow's own conversion cuts every value above 255 to white."""
    if picture.mode not in GREY16:
        return picture
    # Only "I" takes arithmetic. Rounded down: 65535 / 256 is 255.
    small = picture.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if isinstance(shade := picture.info.get("transparency"), int):
        small.info["transparency"] = shade >> 8
    return small


def _written_anew(picture: Image.Image) -> CleanImage:
    """Pixels alone go over to a fresh canvas, white behind what was transparent: Pillow would hand on comments with the old image."""
    canvas = Image.new("RGB", picture.size, "white")
    if picture.has_transparency_data:
        layer = picture.convert("RGBA")
        canvas.paste(layer, mask=layer)
    else:
        canvas.paste(picture.convert("RGB"))
    out = BytesIO()
    canvas.save(out, "JPEG", quality=QUALITY, optimize=True)
    return CleanImage(out.getvalue(), *canvas.size)
