"""What is known of an image before it is decoded."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from vision.errors import ImageTooLarge, ReadingError, UnreadableImage, UnsupportedImage
from vision.header import MAX_BYTES, check_header

FORMATS = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


@pytest.mark.parametrize("kind", FORMATS)
def test_type_and_size_are_read_from_the_header(kind: str) -> None:
    header = check_header(encoded(Image.new("RGB", (37, 21)), kind))
    assert (header.type, header.width, header.height) == (FORMATS[kind], 37, 21)
    assert not header.has_alpha


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("orientation", range(1, 9))
def test_sizes_are_of_the_upright_image(kind: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    header = check_header(encoded(Image.new("RGB", (40, 20)), kind, exif=exif))
    assert header.orientation == orientation
    assert (header.width, header.height) == ((20, 40) if orientation >= 5 else (40, 20))


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_transparency_is_seen(kind: str) -> None:
    assert check_header(encoded(Image.new("RGBA", (8, 8), (1, 2, 3, 4)), kind)).has_alpha


def test_a_palette_with_a_transparent_colour_has_alpha() -> None:
    image = Image.new("P", (8, 8))
    assert check_header(encoded(image, "PNG", transparency=0)).has_alpha


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_animations_are_refused(kind: str) -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    data = encoded(frames[0], kind, save_all=True, append_images=frames[1:])
    with pytest.raises(UnsupportedImage, match="animation"):
        check_header(data)


@pytest.mark.parametrize(
    ("data", "named"),
    [
        (b"GIF89a....", "GIF"),
        (b"%PDF-1.7", "PDF"),
        (b"\x00\x00\x00\x18ftypheic", "HEIC"),
        (b"<svg/>", "SVG"),
        (b"", "empty"),
    ],
)
def test_other_types_are_refused_by_name(data: bytes, named: str) -> None:
    with pytest.raises(UnsupportedImage, match=named):
        check_header(data)


def test_a_bomb_is_refused_by_its_header_alone() -> None:
    def chunk(name: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        )

    size = struct.pack(">IIBBBBB", 50_000, 50_000, 1, 0, 0, 0, 0)
    data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")
    with pytest.raises(ImageTooLarge, match="2500 megapixels"):
        check_header(data)


def test_more_than_ten_megabytes_are_refused() -> None:
    with pytest.raises(ImageTooLarge):
        check_header(b"\xff\xd8\xff" + bytes(MAX_BYTES))


@pytest.mark.parametrize("kind", FORMATS)
def test_every_truncation_is_noticed(kind: str) -> None:
    noise = Image.effect_noise((64, 48), 80).convert("RGB")
    data = encoded(noise, kind)
    for kept in range(12, len(data) - 3, max(1, len(data) // 60)):
        with pytest.raises(ReadingError):
            check_header(data[:kept])


@given(
    st.binary(max_size=200), st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF"])
)
def test_no_bytes_make_it_fail_otherwise_than_by_saying_so(data: bytes, magic: bytes) -> None:
    with pytest.raises(ReadingError) as refused:
        check_header(magic + data)
    assert refused.value.detail
    assert refused.value.suggestion


def test_damaged_exif_is_no_reason_to_refuse_an_image() -> None:
    data = encoded(Image.new("RGB", (8, 8)), "JPEG")
    exif = b"Exif\x00\x00II*\x00\xff\xff\xff\xff"
    segment = b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif
    assert check_header(data[:2] + segment + data[2:]).orientation == 1


def test_a_jpeg_without_a_frame_is_unreadable() -> None:
    with pytest.raises(UnreadableImage):
        check_header(b"\xff\xd8\xff\xd9" + bytes(8))
