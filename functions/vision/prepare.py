"""An image file made ready to read: upright, evenly lit, ink apart from paper."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from .decode import decode
from .errors import NothingToRead
from .header import ImageHeader, check_header
from .highlighter import find_highlighter, without_highlighter
from .ink import (
    even_out,
    is_light_ink,
    is_unevenly_lit,
    mask_filled,
    mask_ink,
    measure_contrast,
    shrink,
    stroke_width,
)
from .page import Page, Pixels
from .paper import find_sheet, interior, without_rim
from .rules import NO_RULES, find_rules

__all__ = ["ImageHeader", "check_header", "prepare"]

MOST_NOISE = 36.0
"""Contrast of the ground itself, of 255: a grainy photo of pencil has 20, fur 40 to 70."""
CLEAR_INK = 4.0
"""Ink stands out this many times as much as a ground that is as uneven as fur: a dim photo's."""
GLANCE_SIDE = 640
"""The sheet and the kind of ink are looked for at this size."""
FIRST_LOOK_PIXELS = 1_300_000
SMALLEST_SIDE = 24
WORK_PIXELS = 4_000_000
SOFTENED = 0.6
"""An image reduced to less than this has no noise left: blur would only broaden its strokes."""
FINEST_STROKE = 2.2
BROADEST_STROKE = 7.0
BROADEST_SKETCHY_STROKE = 4.2
"""Strokes are worked on at 2 to 7 px: thinner ones break; broader ones only cost time, though
print needs some height to be read. Where it is not read, 4 px are enough."""


def prepare(data: bytes, *, legible: bool = True) -> Page:
    """Decode an image, even out its light and separate its ink.

    Args:
        legible: keep the page large enough to read the writing on it, and look for its rules.

    Raises:
        UnsupportedImage, ImageTooLarge, UnreadableImage: see `check_header` and `decode`.
        NothingToRead: no ink on it.
    """
    header = check_header(data)
    image = decode(data, header)
    return prepare_pixels(image, width=header.width, height=header.height, legible=legible)


def prepare_pixels(image: Pixels, *, width: int, height: int, legible: bool = True) -> Page:
    """As `prepare`, of pixels (h, w, 3) uint8 BGR of an image that is given as width x height.

    Raises:
        NothingToRead: no ink on it.
    """
    if min(image.shape[:2]) < SMALLEST_SIDE:
        raise NothingToRead(
            f"The image is {width} x {height} pixels: too small to hold a drawing.",
            suggestion="Send it at 600 pixels width or more.",
        )
    glance = shrink(image, GLANCE_SIDE)
    # Where no camera was, there is no desk, no tilt and no rule that ran askew.
    uneven = is_unevenly_lit(glance)
    sheet = find_sheet(glance) if uneven else None
    light_ink = is_light_ink(glance, sheet)
    marked = None
    if uneven and not light_ink:
        seen = None if sheet is None else sheet.mask(glance.shape[:2], 1.0)
        marked = find_highlighter(glance, seen)
    broadest = BROADEST_STROKE if legible else BROADEST_SKETCHY_STROKE
    pixels = image.shape[0] * image.shape[1]
    first_look = min(1.0, (FIRST_LOOK_PIXELS / pixels) ** 0.5)
    factor = first_look if legible else glance.shape[1] / image.shape[1]
    found = 0.0
    for _ in range(3):
        work = glance if factor * image.shape[1] == glance.shape[1] else _resize(image, factor)
        if marked is not None:
            work = without_highlighter(work, marked)
        side = max(work.shape[:2])
        window = max(9, side // 40) | 1
        soften = factor > SOFTENED
        on_sheet = inside = None
        if uneven:
            size, zoom = (work.shape[0], work.shape[1]), work.shape[1] / glance.shape[1]
            on_sheet = None if sheet is None else sheet.mask(size, zoom)
            inside = interior(size, sheet, zoom)
        contrast = measure_contrast(
            work,
            light_ink=light_ink,
            window=window,
            soften=soften,
            on_sheet=on_sheet,
            inside=inside,
        )
        ink = mask_ink(contrast, found or 3.0)
        if inside is not None:
            ink = without_rim(ink, inside)
        found = stroke_width(ink)
        if found == 0 and factor < first_look:
            factor = first_look  # strokes so fine that they vanish at a glance
            continue
        if found == 0:
            raise NothingToRead(
                "There is no ink on the page.",
                suggestion="Draw with a darker pen, or photograph the page closer and in focus.",
                bbox=(0.0, 0.0, float(width), float(height)),
            )
        better = min(factor * _rescale(found, broadest), (WORK_PIXELS / pixels) ** 0.5)
        if abs(better / factor - 1) < 0.25:
            break
        factor = better
    if contrast.noise > MOST_NOISE and contrast.full < CLEAR_INK * contrast.noise:
        raise NothingToRead(
            "The ground is nearly as uneven as anything on it: this looks like a photo of something"
            " else than a drawing.",
            suggestion="Photograph the drawing alone, on plain paper or on a board.",
            bbox=(0.0, 0.0, float(width), float(height)),
        )
    filled = mask_filled(contrast, found)
    if inside is not None:
        filled = without_rim(filled, inside)
    scale = work.shape[1] / width
    edges = () if sheet is None else _flat(sheet.edges() * (width / glance.shape[1]))
    sides: tuple[float, ...] = ()
    if sheet is not None and sheet.shows_sides:
        (sides,) = _flat(sheet.corners[None] * (width / glance.shape[1]))
    rules = find_rules(contrast, ink | filled, found) if uneven and legible else NO_RULES
    return Page(
        width=width,
        height=height,
        scale=scale,
        grey=np.asarray(cv2.subtract(even_out(contrast), filled), dtype=np.uint8),
        ink=ink | filled,
        stroke_width=found,
        guides=(*edges, *_flat((rules.lines + 0.5) / scale - 0.5)),
        ladders=_flat((rules.ladders + 0.5) / scale - 0.5),
        sheet=sides,
        photo=uneven and not light_ink,
    )


def _flat(rows: npt.NDArray[np.float64]) -> tuple[tuple[float, ...], ...]:
    """Each of n points' lists (n, k, 2) as one row of numbers."""
    return tuple(tuple(map(float, row.ravel())) for row in rows)


def _rescale(found: float, broadest: float) -> float:
    """The factor that brings strokes of `found` px into the range worked on."""
    if found > broadest:
        return broadest / found
    if found < FINEST_STROKE:
        return min(2.0, FINEST_STROKE / found)
    return 1.0


def _resize(image: Pixels, factor: float) -> Pixels:
    if factor == 1.0:
        return image
    how = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(image, None, fx=factor, fy=factor, interpolation=how), np.uint8)
