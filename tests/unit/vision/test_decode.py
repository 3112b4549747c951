"""Upright pixels on white, whatever the file."""

from __future__ import annotations

import io
import struct
import tracemalloc
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


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def encoded_by_hand(
    image: np.ndarray, depth: int, colour: int, *, interlaced: bool = False, extra: bytes = b""
) -> bytes:
    """A PNG of samples (h, w, n) that Pillow does not write, its rows filtered by the row above."""

    def rows(part: np.ndarray) -> bytes:
        bits = part.reshape(len(part), -1, 1) >> np.arange(depth - 1, -1, -1) & 1
        packed = np.packbits(bits.reshape(len(part), -1).astype(np.uint8), axis=1)
        up = packed - np.vstack([np.zeros_like(packed[:1]), packed[:-1]])
        return np.insert(up, 0, 2, axis=1).tobytes()

    passes = ADAM7 if interlaced else [(0, 0, 1, 1)]
    parts = [image[y::down, x::across] for x, y, across, down in passes]
    head = struct.pack(">IIBBBBB", image.shape[1], len(image), depth, colour, 0, 0, interlaced)
    stream = zlib.compress(b"".join(rows(part) for part in parts if part.size))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + extra + chunk(b"IDAT", stream)
        + chunk(b"IEND", b"")
    )  # fmt: skip


ADAM7 = [
    *((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2)),
    (0, 1, 1, 2),
]
"""First column and row of each pass, and steps to the next."""

KINDS = [
    *((1, 0), (2, 0), (4, 0), (16, 0), (8, 0), (8, 2), (16, 2)),
    *((8, 4), (16, 4), (8, 6), (16, 6)),
]
"""Depth and colour type."""


@pytest.mark.parametrize("interlaced", [False, True])
@pytest.mark.parametrize(("depth", "colour"), KINDS)
def test_every_kind_of_png_comes_out_of_strips_as_it_went_in(
    depth: int, colour: int, interlaced: bool
) -> None:
    samples = {0: 1, 2: 3, 4: 2, 6: 4}[colour]
    y, x = np.mgrid[0:502, 0:90]
    image = np.stack([(7 * x + (3 + n) * y) % (1 << depth) for n in range(samples)], axis=2)
    data = encoded_by_hand(image, depth, colour, interlaced=interlaced)
    found = decode_reduced(data, 1 + interlaced)
    seen = image >> 8 if depth == 16 else image * (255 // ((1 << depth) - 1))
    order = {0: [0], 2: [2, 1, 0], 4: [0, 0, 0, 1], 6: [2, 1, 0, 3]}[colour]
    wanted = seen[:: 1 + interlaced, :: 1 + interlaced, order]
    assert found is not None
    np.testing.assert_array_equal(found.reshape(wanted.shape), wanted)


@pytest.mark.parametrize("colours", [4, 16, 200])
def test_a_palette_with_clear_colours_comes_out_of_strips_as_it_went_in(colours: int) -> None:
    drawn = Image.fromarray(photo_like(602, 503).astype(np.uint8)).quantize(colours)
    file = io.BytesIO()
    drawn.save(file, "PNG", transparency=bytes([0, 128]))
    whole = cv2.imdecode(np.frombuffer(file.getvalue(), np.uint8), cv2.IMREAD_UNCHANGED)
    np.testing.assert_array_equal(decode_reduced(file.getvalue(), 1), whole)


@pytest.mark.parametrize("depth", [8, 16])
def test_the_one_clear_colour_of_a_png_is_clear(depth: int) -> None:
    image = np.zeros((300, 40, 3), int)
    image[250:, 10:] = [9, 7, 5]
    clear = chunk(b"tRNS", struct.pack(">HHH", 9, 7, 5))
    found = decode_reduced(encoded_by_hand(image, depth, 2, extra=clear), 1)
    assert found is not None
    assert found[:250, :, 3].min() == 255 and found[250:, 10:, 3].max() == 0
    assert found[299, 9, 3] == 255


@pytest.mark.slow
def test_sixteen_bits_with_alpha_are_decoded_in_little_memory() -> None:
    """Of 202 MB as they are stored; half the size, in bytes, are 25."""
    width, height = 7000, 3600
    head = struct.pack(">IIBBBBB", width, height, 16, 6, 0, 0, 0)
    white = zlib.compress((b"\0" + b"\xff" * 8 * width) * height, 1)
    data = b"\x89PNG\r\n\x1a\n" + b"".join(
        chunk(name, body) for name, body in ((b"IHDR", head), (b"IDAT", white), (b"IEND", b""))
    )
    tracemalloc.start()
    pixels = decode(data, check_header(data))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 150e6 and pixels.min() == 255


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
