"""An image file made ready to read: upright, evenly lit, ink apart from paper."""

from __future__ import annotations

import cv2
import numpy as np

from .decode import decode
from .errors import NothingToRead
from .header import ImageHeader, check_header
from .ink import even_out, is_light_ink, mask_filled, mask_ink, measure_contrast, stroke_width
from .page import Page, Pixels, Points
from .paper import find_sheet

__all__ = ["ImageHeader", "check_header", "prepare"]

FIRST_LOOK_PIXELS = 1_300_000
SMALLEST_SIDE = 24
WORK_PIXELS = 4_000_000
FINEST_STROKE = 2.2
BROADEST_STROKE = 7.0
"""Strokes are worked on at 2 to 7 px: thinner ones break; broader ones only cost time, though
print needs some height to be read."""


def prepare(data: bytes) -> Page:
    """Decode an image, even out its light and separate its ink.

    Raises:
        UnsupportedImage, ImageTooLarge, UnreadableImage: see `check_header` and `decode`.
        NothingToRead: no ink on it.
    """
    header = check_header(data)
    return prepare_pixels(decode(data, header), width=header.width, height=header.height)


def prepare_pixels(image: Pixels, *, width: int, height: int) -> Page:
    """As `prepare`, of pixels (h, w, 3) uint8 BGR of an image that is given as width x height.

    Raises:
        NothingToRead: no ink on it.
    """
    if min(image.shape[:2]) < SMALLEST_SIDE:
        raise NothingToRead(
            f"The image is {width} x {height} pixels: too small to hold a drawing.",
            suggestion="Send it at 600 pixels width or more.",
        )
    sheet = find_sheet(image)
    light_ink = is_light_ink(image, sheet)
    factor = min(1.0, (FIRST_LOOK_PIXELS / (image.shape[0] * image.shape[1])) ** 0.5)
    found = 0.0
    for _ in range(3):
        work = _resize(image, factor)
        side = max(work.shape[:2])
        contrast = measure_contrast(work, light_ink=light_ink, window=max(9, side // 40) | 1)
        if sheet is not None:
            contrast.map[sheet.mask(contrast.map.shape, factor) == 0] = 0
        ink = mask_ink(contrast, found or 3.0)
        found = stroke_width(ink)
        if found == 0:
            raise NothingToRead(
                "There is no ink on the page.",
                suggestion="Draw with a darker pen, or photograph the page closer and in focus.",
            )
        better = factor * _rescale(found)
        most = (WORK_PIXELS / (image.shape[0] * image.shape[1])) ** 0.5
        better = min(better, most)
        if abs(better / factor - 1) < 0.25:
            break
        factor = better
    filled = mask_filled(work, contrast, found)
    return Page(
        width=width,
        height=height,
        scale=work.shape[1] / width,
        grey=np.where(filled, np.uint8(0), even_out(contrast)),
        ink=ink | filled,
        stroke_width=found,
        guides=() if sheet is None else _edges(sheet.corners * (width / image.shape[1])),
    )


def _edges(corners: Points) -> tuple[tuple[float, float, float, float], ...]:
    """The sides of four corners (4, 2)."""
    return tuple(
        (float(a[0]), float(a[1]), float(b[0]), float(b[1]))
        for a, b in zip(corners, np.roll(corners, -1, axis=0), strict=True)
    )


def _rescale(found: float) -> float:
    """The factor that brings strokes of `found` px into the range worked on."""
    if found > BROADEST_STROKE:
        return BROADEST_STROKE / found
    if found < FINEST_STROKE:
        return min(2.0, FINEST_STROKE / found)
    return 1.0


def _resize(image: Pixels, factor: float) -> Pixels:
    if factor == 1.0:
        return image
    how = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(image, None, fx=factor, fy=factor, interpolation=how), np.uint8)
