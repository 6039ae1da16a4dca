"""Pictures for tests, made in memory."""

from io import BytesIO
from zlib import crc32

from PIL import Image

SECRET = "35.6812 139.7671 Aya's phone"


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    """The bytes of an image in a format."""
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def photo(size: tuple[int, int] = (400, 300), kind: str = "JPEG") -> bytes:
    """A picture whose left half is red and right half is blue."""
    image = Image.new("RGB", size, "red")
    image.paste("blue", (size[0] // 2, 0, *size))
    return encoded(image, kind)


def telltale_photo() -> bytes:
    """A JPEG that says in EXIF (with GPS), comment, XMP and colour profile where it was taken; stored lying on its side."""
    image = Image.new("RGB", (400, 200), "red")
    exif = Image.Exif()
    exif[0x010E] = SECRET
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[2] = (35.0, 40.0, 52.0)
    secret = SECRET.encode()
    return encoded(image, "JPEG", exif=exif, comment=secret, xmp=secret, icc_profile=secret)


def promised_size(width: int, height: int) -> bytes:
    """A PNG whose header promises a size that its few bytes do not hold."""
    whole = encoded(Image.new("1", (8, 8)), "PNG")
    header = b"IHDR" + width.to_bytes(4, "big") + height.to_bytes(4, "big") + whole[24:29]
    return whole[:12] + header + _crc(header) + whole[33:]


def _crc(chunk: bytes) -> bytes:
    return crc32(chunk).to_bytes(4, "big")
