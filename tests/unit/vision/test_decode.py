"""Upright pixels on white, whatever the file."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from vision.decode import DECODED_PIXELS, decode
from vision.errors import UnreadableImage
from vision.header import check_header
from vision.page import Pixels


def decoded(image: Image.Image, kind: str, **options: object) -> Pixels:
    file = io.BytesIO()
    image.save(file, kind, **options)
    data = file.getvalue()
    return decode(data, check_header(data))


def corner_picture() -> Image.Image:
    """White, with a black top left corner."""
    pixels = np.full((32, 48), 255, np.uint8)
    pixels[:16, :16] = 0
    return Image.fromarray(pixels)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize(
    ("orientation", "turn"),
    [
        (3, Image.Transpose.ROTATE_180),
        (6, Image.Transpose.ROTATE_90),
        (8, Image.Transpose.ROTATE_270),
        (2, Image.Transpose.FLIP_LEFT_RIGHT),
        (4, Image.Transpose.FLIP_TOP_BOTTOM),
        (5, Image.Transpose.TRANSPOSE),
        (7, Image.Transpose.TRANSVERSE),
    ],
)
def test_a_turned_photo_comes_out_upright(
    kind: str, orientation: int, turn: Image.Transpose
) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    pixels = decoded(corner_picture().transpose(turn).convert("RGB"), kind, exif=exif)
    assert pixels.shape == (32, 48, 3)
    assert pixels[4:12, 4:12].max() < 40
    assert pixels[4:12, 24:].min() > 215


def test_transparent_paper_is_white() -> None:
    image = Image.new("RGBA", (40, 40), (0, 0, 0, 0))
    image.paste((0, 0, 0, 255), (10, 10, 20, 20))
    pixels = decoded(image, "PNG")
    assert pixels[0, 0].tolist() == [255, 255, 255]
    assert pixels[15, 15].tolist() == [0, 0, 0]


def test_white_chalk_on_nothing_stays_visible() -> None:
    image = Image.new("RGBA", (40, 40), (0, 0, 0, 0))
    image.paste((255, 255, 255, 255), (10, 10, 20, 20))
    pixels = decoded(image, "PNG")
    assert abs(int(pixels[15, 15, 0]) - int(pixels[0, 0, 0])) > 200


def test_sixteen_bits_cmyk_and_palettes_keep_dark_dark() -> None:
    deep = Image.fromarray((np.asarray(corner_picture()).astype(np.uint16)) * 257)
    cases = [
        decoded(deep, "PNG"),
        decoded(corner_picture().convert("RGB").convert("CMYK"), "JPEG"),
        decoded(corner_picture().convert("P"), "PNG", transparency=255),
        decoded(corner_picture().convert("1"), "PNG"),
    ]
    for pixels in cases:
        assert pixels.dtype == np.uint8
        assert pixels[8, 8].max() < 40
        assert pixels[8, 30].min() > 215


def test_a_huge_image_comes_out_small_enough_to_work_on() -> None:
    pixels = decoded(Image.new("L", (7000, 7000), 255), "PNG")
    assert pixels.shape[0] * pixels.shape[1] <= DECODED_PIXELS * 1.01


def test_damaged_pixels_are_reported() -> None:
    file = io.BytesIO()
    Image.effect_noise((64, 48), 80).save(file, "PNG")
    data = bytearray(file.getvalue())
    data[100:400] = bytes(300)
    with pytest.raises(UnreadableImage):
        decode(bytes(data), check_header(bytes(data)))
