"""Pictures from strangers: cleaned or refused, never half kept."""

from contextlib import suppress
from io import BytesIO

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from ossma.core import uploads
from ossma.core.uploads import MAX_BYTES, MAX_SIDE, PictureRefused, clean_image
from tests.core.pictures import SECRET, encoded, photo, promised_size, telltale_photo


def cleaned(data: bytes) -> uploads.CleanImage:
    return clean_image(BytesIO(data))


def opened(image: uploads.CleanImage) -> Image.Image:
    return Image.open(BytesIO(image.data))


def refusal(data: bytes) -> PictureRefused:
    with pytest.raises(PictureRefused) as caught:
        cleaned(data)
    return caught.value


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_becomes_a_jpeg(kind):
    image = cleaned(photo(kind=kind))
    assert (image.mime, image.width, image.height, opened(image).format) == ("image/jpeg", 400, 300, "JPEG")


def test_nothing_of_where_and_by_whom_it_was_taken_remains():
    source = telltale_photo()
    image = cleaned(source)
    assert SECRET.encode() in source
    assert SECRET.encode() not in image.data
    again = opened(image)
    assert not again.getexif()
    assert set(again.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_a_picture_lying_on_its_side_is_stood_up():
    image = cleaned(telltale_photo())
    assert (image.width, image.height) == (200, 400)


@pytest.mark.parametrize("size", [(6000, 3000), (3000, 6000), (2561, 10)])
def test_a_large_picture_is_made_smaller_and_keeps_its_shape(size):
    image = cleaned(photo(size))
    assert max(image.width, image.height) == MAX_SIDE
    assert image.width / image.height == pytest.approx(size[0] / size[1], rel=0.2)


def test_what_is_transparent_becomes_white():
    image = opened(cleaned(encoded(Image.new("RGBA", (20, 20), (255, 0, 0, 0)), "PNG")))
    assert image.getpixel((10, 10)) == (255, 255, 255)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "I;16", "CMYK"])
def test_every_kind_of_pixel_is_understood(mode):
    kind = "JPEG" if mode == "CMYK" else "PNG"
    assert opened(cleaned(encoded(Image.new(mode, (20, 20)), kind))).mode == "RGB"


def grey16(*values: int) -> Image.Image:
    """One row of 16-bit grey."""
    image = Image.new("I;16", (len(values), 1))
    for column, value in enumerate(values):
        image.putpixel((column, 0), value)
    return image


def test_sixteen_bit_grey_keeps_its_shades():
    ramp = grey16(*(step * 65535 // 511 for step in range(512))).resize((512, 64), Image.Resampling.NEAREST)
    image = opened(cleaned(encoded(ramp, "PNG")))
    shades = [image.getpixel((column, 32))[0] for column in (0, 128, 256, 383, 511)]
    assert shades == pytest.approx([0, 64, 128, 191, 255], abs=2)


def test_a_single_pixel_of_sixteen_bit_grey_is_not_white():
    assert opened(cleaned(encoded(grey16(30000), "PNG"))).getpixel((0, 0)) == (117, 117, 117)


def test_the_transparent_shade_of_sixteen_bit_grey_becomes_white():
    row = grey16(*([0x1234] * 16 + [0x8000] * 16)).resize((32, 16), Image.Resampling.NEAREST)
    image = opened(cleaned(encoded(row, "PNG", transparency=0x1234)))
    assert [image.getpixel((column, 8))[0] for column in (4, 28)] == pytest.approx([255, 128], abs=3)


BRANDS = ["heic", "heix", "heim", "heis", "hevc", "hevx", "hevm", "hevs", "heif", "mif1", "mif2", "msf1", "avif", "avis"]


@pytest.mark.parametrize("brand", BRANDS)
def test_every_brand_of_heic_is_told_by_its_name(brand):
    box = b"\0\0\0\x18ftyp" + brand.encode() + b"\0\0\0\0" + b"mif1heic" + b"\0" * 40
    assert refusal(box).code == "heic"
    with translation.override("ja"):
        assert "HEIC" in str(refusal(box))


def test_a_brand_that_stands_among_the_compatible_ones_only_tells_too_and_a_film_does_not():
    assert refusal(b"\0\0\0\x18ftypmp99\0\0\0\0xxxxheic" + b"\0" * 40).code == "heic"
    assert refusal(b"\0\0\0\x18ftypisom\0\0\0\0isommp42" + b"\0" * 40).code == "not_a_picture"
    assert refusal(b"\0\0\0\x10ftypisom\0\0\0\0heic" + b"\0" * 40).code == "not_a_picture"
    assert refusal(b"\0\0\0\x18ftyp").code == "not_a_picture"


def test_the_same_picture_has_the_same_fingerprint():
    assert cleaned(photo()).sha256 == cleaned(photo()).sha256


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_truncated_picture_is_refused(kind, share):
    noise = encoded(Image.effect_noise((400, 300), 80).convert("RGB"), kind)
    assert refusal(noise[: int(len(noise) * share)]).code == "damaged"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"%PDF-1.7\n", "pdf"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "heic"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0", "heic"),
        (b"GIF89a" + bytes(20), "not_a_picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not_a_picture"),
        (b"\xff\xd8\xff" + bytes(MAX_BYTES), "too_big"),
        (promised_size(6000, 5001), "too_many_pixels"),
        (promised_size(60_000, 60_000), "too_many_pixels"),
        (b"\xff\xd8\xff" + bytes(100), "damaged"),
    ],
)
def test_what_is_no_picture_for_us_is_refused_with_its_reason(data, code):
    assert refusal(data).code == code


def test_the_refusal_speaks_the_persons_language():
    with translation.override("ja"):
        assert "PDFはまだ受け付けていません" in refusal(b"%PDF-1.7").message
    with translation.override("en"):
        assert "PDF files cannot be taken yet" in refusal(b"%PDF-1.7").message


SEEDS = {"JPEG": photo((40, 30)), "PNG": photo((40, 30), "PNG"), "WEBP": photo((40, 30), "WEBP"), "told": telltale_photo()}


# Pillow warns about metadata that it cannot read; they are thrown away here.
@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.sampled_from(sorted(SEEDS)), st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 255)), min_size=1, max_size=12))
def test_no_damage_to_a_picture_raises_anything_but_a_refusal(seed, damage):
    data = bytearray(SEEDS[seed])
    for place, value in damage:
        data[place % len(data)] = value
    with suppress(PictureRefused):
        assert opened(cleaned(bytes(data))).format == "JPEG"
