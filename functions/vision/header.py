"""What an image file says of itself, read before a single pixel is decoded.

A few hundred bytes decide whether an image is worth decoding: its type, its size in pixels, how it
lies, whether it moves. So a bomb of 50,000 x 50,000 costs nothing.

Formats: PNG (W3C PNG 3rd edition), JPEG (ITU-T T.81, Exif 2.32 APP1), WebP (RFC 9649).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Literal

from .errors import ImageTooLarge, UnreadableImage, UnsupportedImage

MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 50_000_000

ImageType = Literal["image/png", "image/jpeg", "image/webp"]

_AS_STILL = "Send a PNG, JPEG or WebP image."


@dataclass(frozen=True, slots=True)
class ImageHeader:
    """Type and size of an image; `orientation` is Exif's 1 to 8.

    `width` and `height` are of the image turned upright. `has_alpha` is true where pixels may be
    transparent.
    """

    type: ImageType
    width: int
    height: int
    orientation: int = 1
    has_alpha: bool = False


def check_header(data: bytes) -> ImageHeader:
    """Read an image's header and refuse what will not be decoded.

    Raises:
        UnsupportedImage: no PNG, JPEG or WebP, or an animation.
        ImageTooLarge: over 10 MB or 50 megapixels.
        UnreadableImage: the file is truncated, or its header makes no sense.
    """
    if len(data) > MAX_BYTES:
        raise ImageTooLarge(
            f"The image is {len(data) / 1e6:.1f} MB; {MAX_BYTES / 1e6:.1f} MB is the most.",
            suggestion="Save it as JPEG or at a smaller size.",
        )
    try:
        if data.startswith(b"\x89PNG\r\n\x1a\n"):
            header = _read_png(data)
        elif data.startswith(b"\xff\xd8\xff"):
            header = _read_jpeg(data)
        elif data[:4] == b"RIFF" and data[8:12] == b"WEBP":
            header = _read_webp(data)
        else:
            raise UnsupportedImage(
                f"This is {_guess_type(data)}, not a PNG, JPEG or WebP image.",
                suggestion=_AS_STILL,
            )
    except (struct.error, IndexError) as error:
        raise _truncated() from error
    if header.width < 1 or header.height < 1:
        raise UnreadableImage("The image has no pixels.", suggestion=_AS_STILL)
    if header.width * header.height > MAX_PIXELS:
        raise ImageTooLarge(
            f"The image is {header.width} x {header.height}, "
            f"{header.width * header.height / 1e6:.0f} megapixels; "
            f"{MAX_PIXELS / 1e6:.0f} is the most.",
            suggestion="Send it at half the size: nothing of a drawing is lost.",
        )
    return header


def _truncated() -> UnreadableImage:
    return UnreadableImage(
        "The image file ends before the image does.", suggestion="Send the whole file again."
    )


def _guess_type(data: bytes) -> str:
    """A name for what the first bytes look like, to say so in a refusal."""
    if not data:
        return "an empty file"
    if data[4:8] == b"ftyp":
        brand = data[8:12]
        return "an AVIF image" if brand in (b"avif", b"avis") else "a HEIC image or a video"
    for magic, name in (
        (b"GIF8", "a GIF image"),
        (b"BM", "a BMP image"),
        (b"II*\x00", "a TIFF image"),
        (b"MM\x00*", "a TIFF image"),
        (b"%PDF", "a PDF"),
        (b"<", "text or SVG"),
        (b"{", "text"),
    ):
        if data.startswith(magic):
            return name
    return "an unknown file"


def _read_png(data: bytes) -> ImageHeader:
    """Walk the chunks: the header, transparency, animation, orientation and the end."""
    width, height, _depth, colour = struct.unpack_from(">IIBB", data, 16)
    if data[12:16] != b"IHDR":
        raise UnreadableImage("The PNG does not begin with its header.", suggestion=_AS_STILL)
    has_alpha = colour in (4, 6)
    orientation = 1
    at = 8
    while True:
        length, name = struct.unpack_from(">I4s", data, at)
        if at + 12 + length > len(data):
            raise _truncated()
        if name == b"acTL" and struct.unpack_from(">I", data, at + 8)[0] > 1:
            raise UnsupportedImage("This PNG is an animation.", suggestion=_AS_STILL)
        if name == b"tRNS":
            has_alpha = True
        if name == b"eXIf":
            orientation = _read_orientation(data[at + 8 : at + 8 + length])
        if name == b"IEND":
            break
        at += 12 + length
    return _upright("image/png", width, height, orientation, has_alpha)


def _read_jpeg(data: bytes) -> ImageHeader:
    """Walk the segments up to the first scan."""
    orientation = 1
    size: tuple[int, int] | None = None
    at = 2
    while True:
        while data[at] == 0xFF and data[at + 1] == 0xFF:  # fill bytes
            at += 1
        if data[at] != 0xFF:
            raise UnreadableImage("The JPEG's segments are damaged.", suggestion=_AS_STILL)
        marker = data[at + 1]
        if marker == 0x01 or 0xD0 <= marker <= 0xD7:  # markers without a body
            at += 2
            continue
        (length,) = struct.unpack_from(">H", data, at + 2)
        if marker == 0xE1 and data[at + 4 : at + 10] == b"Exif\x00\x00":
            orientation = _read_orientation(data[at + 10 : at + 2 + length])
        # Start-of-frame markers; C4, C8 and CC are tables and extensions.
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack_from(">HH", data, at + 5)
            size = (width, height)
        if marker == 0xDA:
            break
        if marker == 0xD9 or length < 2:
            raise UnreadableImage("The JPEG holds no image.", suggestion=_AS_STILL)
        at += 2 + length
    if size is None:
        raise UnreadableImage("The JPEG holds no frame.", suggestion=_AS_STILL)
    if data.rfind(b"\xff\xd9") < at:
        raise _truncated()
    return _upright("image/jpeg", *size, orientation, False)


def _read_webp(data: bytes) -> ImageHeader:
    """Read the first chunk, and the Exif chunk where the file says that it has one."""
    (riff_size,) = struct.unpack_from("<I", data, 4)
    if riff_size + 8 > len(data):
        raise _truncated()
    name = data[12:16]
    if name == b"VP8 ":
        width, height = (value & 0x3FFF for value in struct.unpack_from("<HH", data, 26))
        return _upright("image/webp", width, height, 1, False)
    if name == b"VP8L":
        (bits,) = struct.unpack_from("<I", data, 21)
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        return _upright("image/webp", width, height, 1, bool(bits >> 28 & 1))
    if name != b"VP8X":
        raise UnreadableImage("The WebP begins with no known chunk.", suggestion=_AS_STILL)
    flags = data[20]
    if flags & 0x02:
        raise UnsupportedImage("This WebP is an animation.", suggestion=_AS_STILL)
    width = int.from_bytes(data[24:27], "little") + 1
    height = int.from_bytes(data[27:30], "little") + 1
    orientation = 1
    at = 12
    while at + 8 <= len(data):
        chunk, length = struct.unpack_from("<4sI", data, at)
        if chunk == b"EXIF":
            body = data[at + 8 : at + 8 + length]
            orientation = _read_orientation(body.removeprefix(b"Exif\x00\x00"))
        at += 8 + length + (length & 1)
    return _upright("image/webp", width, height, orientation, bool(flags & 0x10))


def _read_orientation(tiff: bytes) -> int:
    """Tag 0x0112 of an Exif block; 1 where it is missing or damaged."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return 1
    try:
        (start,) = struct.unpack_from(order + "I", tiff, 4)
        (count,) = struct.unpack_from(order + "H", tiff, start)
        for entry in range(min(count, 256)):
            tag, _type, _count, value = struct.unpack_from(
                order + "HHIH", tiff, start + 2 + 12 * entry
            )
            if tag == 0x0112:
                return int(value) if 1 <= value <= 8 else 1
    except struct.error:
        pass  # a damaged Exif block is no reason to refuse a sound image
    return 1


def _upright(
    kind: ImageType, width: int, height: int, orientation: int, has_alpha: bool
) -> ImageHeader:
    if orientation >= 5:
        width, height = height, width
    return ImageHeader(kind, width, height, orientation, has_alpha)
