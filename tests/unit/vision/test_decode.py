"""Upright pixels on white, whatever the file."""

from __future__ import annotations

import io
import struct
import zlib

import cv2
import numpy as np
import pytest
from PIL import Image

from vision.decode import DECODED_PIXELS, decode
from vision.errors import UnreadableImage
from vision.header import check_header
from vision.page import Pixels
from vision.strips import DamagedPng, decode_reduced


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


def photo_like(width: int, height: int) -> np.ndarray:
    """Smooth colours with some noise, so that every filter of PNG is of use."""
    y, x = np.mgrid[0:height, 0:width]
    rng = np.random.default_rng(4)
    waves = [127 + 100 * np.sin(x / a + y / b) for a, b in ((90, 31), (47, 80), (130, 22))]
    return np.clip(np.stack(waves, axis=2) + rng.normal(0, 3, (height, width, 3)), 0, 255)


@pytest.mark.parametrize("mode", ["RGB", "L", "P", "RGBA"])
def test_a_png_decoded_in_strips_is_the_same(mode: str) -> None:
    drawn = Image.fromarray(photo_like(602, 503).astype(np.uint8)).convert(mode)
    file = io.BytesIO()
    drawn.save(file, "PNG")
    whole = cv2.imdecode(np.frombuffer(file.getvalue(), np.uint8), cv2.IMREAD_UNCHANGED)
    found = decode_reduced(file.getvalue(), 1)
    assert found is not None
    np.testing.assert_array_equal(found, whole)


def test_a_png_in_strips_is_reduced_as_a_whole_one_would_be() -> None:
    file = io.BytesIO()
    Image.fromarray(photo_like(600, 720).astype(np.uint8)).save(file, "PNG")
    whole = cv2.imdecode(np.frombuffer(file.getvalue(), np.uint8), cv2.IMREAD_COLOR)
    half = cv2.resize(whole, (300, 360), interpolation=cv2.INTER_AREA)
    np.testing.assert_array_equal(decode_reduced(file.getvalue(), 2), half)


@pytest.mark.parametrize("kept", [0.3, 0.95])
def test_a_png_that_ends_too_early_is_damaged(kept: float) -> None:
    file = io.BytesIO()
    Image.fromarray(photo_like(600, 500).astype(np.uint8)).save(file, "PNG")
    with pytest.raises(DamagedPng):
        decode_reduced(file.getvalue()[: round(kept * len(file.getvalue()))], 2)


def test_a_png_of_another_kind_is_left_to_the_ordinary_decoder() -> None:
    file = io.BytesIO()
    Image.fromarray(np.zeros((40, 40), np.uint16)).save(file, "PNG")
    assert decode_reduced(file.getvalue(), 2) is None


@pytest.mark.parametrize("palette", [b"abcd", bytes(3 * 257)])
def test_a_png_with_a_palette_of_no_whole_colours_is_damaged(palette: bytes) -> None:
    file = io.BytesIO()
    Image.fromarray(np.zeros((500, 600), np.uint8)).convert("P").save(file, "PNG")
    data = file.getvalue()
    at = data.index(b"PLTE") - 4
    (length,) = struct.unpack_from(">I", data, at)
    body = b"PLTE" + palette
    chunk = struct.pack(">I", len(palette)) + body + struct.pack(">I", zlib.crc32(body))
    with pytest.raises(DamagedPng):
        decode_reduced(data[:at] + chunk + data[at + 12 + length :], 2)
