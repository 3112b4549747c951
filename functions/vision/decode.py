"""From a checked file to upright colour pixels on white, no larger than reading needs."""

from __future__ import annotations

import cv2
import numpy as np

from .errors import UnreadableImage
from .header import ImageHeader
from .page import Pixels
from .strips import DamagedPng, decode_reduced

DECODED_PIXELS = 6_000_000
"""Decoded images are brought down to this many pixels: 12 px strokes need no more, 2 px ones at
6000 px width keep a width of 1, and 50 megapixels stay under 300 MB."""

_WHOLE_BYTES = 64_000_000
"""PNGs that would decode to more are decoded in strips also where they are not reduced."""

_WIDEST_PIXEL = 8
"""Bytes of a pixel of four samples of 16 bits: of a PNG no more is known here."""

_REDUCED = {
    1: cv2.IMREAD_COLOR,
    2: cv2.IMREAD_REDUCED_COLOR_2,
    4: cv2.IMREAD_REDUCED_COLOR_4,
    8: cv2.IMREAD_REDUCED_COLOR_8,
}

# Exif orientation -> (transpose, flip code of cv2.flip or None), Exif 2.32 §4.6.4 A.
_TURNS: dict[int, tuple[bool, int | None]] = {
    1: (False, None),
    2: (False, 1),
    3: (False, -1),
    4: (False, 0),
    5: (True, None),
    6: (True, 1),
    7: (True, -1),
    8: (True, 0),
}


def decode(data: bytes, header: ImageHeader) -> Pixels:
    """The image as (h, w, 3) uint8 BGR, upright, composed over white.

    It may be smaller than the header says, never larger. Large files are reduced while they are
    decoded, but for WebP with alpha.

    Raises:
        UnreadableImage: the decoder gives up.
    """
    image = _decoded(data, header)
    shrink = (DECODED_PIXELS / (image.shape[0] * image.shape[1])) ** 0.5
    if shrink < 1:
        image = cv2.resize(image, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
    if image.dtype == np.uint16:
        image = (image // 256).astype(np.uint8)
    if image.ndim == 2:
        image = cv2.cvtColor(image, cv2.COLOR_GRAY2BGR)
    if image.shape[2] == 4:
        image = _over_white(np.asarray(image, dtype=np.uint8))
    transpose, flip = _TURNS[header.orientation]
    if transpose:
        image = cv2.transpose(image)
    if flip is not None:
        image = cv2.flip(image, flip)
    return np.ascontiguousarray(image, dtype=np.uint8)


def _decoded(data: bytes, header: ImageHeader) -> cv2.typing.MatLike:
    """The image as it is stored, in as few pixels as are kept of it."""
    pixels = header.width * header.height
    halves = next((n for n in (8, 4, 2) if pixels >= n * n * DECODED_PIXELS), 1)
    flags = cv2.IMREAD_UNCHANGED if header.has_alpha else cv2.IMREAD_COLOR
    if header.type == "image/png" and (halves > 1 or pixels * _WIDEST_PIXEL > _WHOLE_BYTES):
        try:
            image = decode_reduced(data, halves)
        except DamagedPng as error:
            raise _damaged() from error
        if image is not None:
            return image
    elif not header.has_alpha:
        flags = _REDUCED[halves]
    # The turn is ours for every type: decoders differ in which files they turn.
    try:
        decoded = cv2.imdecode(
            np.frombuffer(data, dtype=np.uint8), flags | cv2.IMREAD_IGNORE_ORIENTATION
        )
    except cv2.error as error:
        raise _damaged() from error
    if decoded is None:
        raise _damaged()
    return decoded


def _damaged() -> UnreadableImage:
    return UnreadableImage(
        "The image file is damaged and cannot be decoded.",
        suggestion="Open it, save it again as PNG or JPEG, and send that.",
    )


def _over_white(image: Pixels) -> Pixels:
    """(h, w, 4) BGRA over white paper; over a dark board where the ink itself is light."""
    alpha = image[:, :, 3:].astype(np.uint16)
    if alpha.min() == 255:
        return np.ascontiguousarray(image[:, :, :3])
    ink_light = float(image[:, :, :3][alpha[:, :, 0] > 128].mean()) if (alpha > 128).any() else 0.0
    mostly_clear = float(alpha.mean()) < 128
    paper = 0 if mostly_clear and ink_light > 200 else 255
    colour = image[:, :, :3].astype(np.uint16)
    return ((colour * alpha + paper * (255 - alpha) + 127) // 255).astype(np.uint8)
