"""Ink apart from paper, whatever the light.

The background is a grey closing (for dark ink) or opening (for light ink) with a window wider than
a stroke and narrower than anything else: it follows shadow edges exactly, where a mean or a median
would leave a ghost line along them. What stands out from it is ink, by hysteresis: certain where it
is dark, and as far as it can be followed from there.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from .page import INK, Pixels

WINDOW_STROKES = 5.0
"""Width of the background window in stroke widths: closes a stroke and the corner of two."""
SURE = 0.55
FAINT = 0.34
"""Contrast, as a share of the page's full ink, at which ink is certain, and at which it is still
ink if it joins certain ink. Between them lie worn chalk, a dry pen, and a blurred thin stroke."""
LEAST_CONTRAST = 14.0
"""Of 255. Less cannot be told from a sensor's noise or JPEG's ringing."""


@dataclass(frozen=True, eq=False)
class Contrast:
    """How far each pixel stands out from its surroundings.

    `map` is (h, w) uint8, 0 on paper; `light_ink` is true for chalk on a board. `full` is the
    contrast of the page's typical ink and `noise` of its paper, both in the map's unit.
    """

    map: Pixels
    light_ink: bool
    full: float
    noise: float


def is_light_ink(image: Pixels) -> bool:
    """Whether strokes are lighter than their ground, by which of the two carry more energy.

    Args:
        image: (h, w, 3) uint8 BGR.
    """
    small = _shrink(image, 480)
    grey = cv2.cvtColor(small, cv2.COLOR_BGR2GRAY)
    # A wide median is paper even between the turns of a spring, and follows shadow edges.
    stands_out = grey.astype(np.float32) - cv2.medianBlur(grey, 31)
    dark, light = np.minimum(stands_out, 0), np.maximum(stands_out, 0)
    return float(np.square(light).sum()) > float(np.square(dark).sum())


def measure_contrast(image: Pixels, *, light_ink: bool, window: int) -> Contrast:
    """The contrast of an image (h, w, 3) uint8 BGR against a background window of odd `window` px.

    The darkest channel tells ink of any colour from white, the lightest tells chalk from a board.
    """
    channel = image.max(axis=2) if light_ink else image.min(axis=2)
    if light_ink:
        channel = 255 - channel
    channel = cv2.GaussianBlur(channel, (3, 3), 0)
    kernel = cv2.getStructuringElement(cv2.MORPH_RECT, (window, window))
    ground = cv2.morphologyEx(channel, cv2.MORPH_CLOSE, kernel)
    if light_ink:
        stands_out = cv2.subtract(ground, channel)
    else:  # relative to the light that falls there
        lit = np.maximum(ground, np.uint8(24))
        ratio = cv2.divide(cv2.subtract(ground, channel), lit, scale=255.0)
        stands_out = np.asarray(ratio, dtype=np.uint8)
    return _rate(np.asarray(stands_out, dtype=np.uint8), light_ink)


def _rate(stands_out: Pixels, light_ink: bool) -> Contrast:
    counts = np.bincount(stands_out[::2, ::2].ravel(), minlength=256).astype(np.float64)
    share = np.cumsum(counts) / counts.sum()
    paper = int(np.searchsorted(share, 0.5))
    spread = int(np.searchsorted(share, 0.8)) - paper
    noise = paper + 3.0 * spread
    floor = int(max(noise, LEAST_CONTRAST))
    tail = counts[floor + 1 :]
    if tail.sum() < 8:
        return Contrast(stands_out, light_ink, 0.0, noise)
    inked = np.cumsum(tail) / tail.sum()
    full = floor + 1 + int(np.searchsorted(inked, 0.8))
    return Contrast(stands_out, light_ink, float(full), noise)


def mask_ink(contrast: Contrast) -> Pixels:
    """Ink by hysteresis, (h, w) uint8 of 0 and 255; all zero on a blank page."""
    if contrast.full <= 0:
        return np.zeros_like(contrast.map)
    floor = max(contrast.noise, LEAST_CONTRAST)
    low = max(FAINT * contrast.full, floor)
    high = max(SURE * contrast.full, floor)
    faint = np.asarray(contrast.map > low, dtype=np.uint8)
    count, labels = cv2.connectedComponents(faint, connectivity=8, ltype=cv2.CV_32S)
    sure = np.zeros(count, dtype=np.uint8)
    sure[labels[contrast.map > high]] = INK
    sure[0] = 0
    return np.asarray(sure[labels], dtype=np.uint8)


def even_out(contrast: Contrast) -> Pixels:
    """The page as dark ink on white paper, (h, w) uint8, whatever it was drawn on."""
    if contrast.full <= 0:
        return np.full_like(contrast.map, 255)
    scaled = cv2.convertScaleAbs(contrast.map, alpha=235.0 / contrast.full)
    return np.asarray(255 - scaled, dtype=np.uint8)


def stroke_width(mask: Pixels) -> float:
    """The usual width of strokes in px: twice the distance to paper along their middles.

    The median over all middles, so that a few filled marks and broad crossings do not matter.
    Zero for an empty mask.
    """
    if not mask.any():
        return 0.0
    depth = cv2.distanceTransform(mask, cv2.DIST_L2, 3)
    ridge = (depth >= cv2.dilate(depth, np.ones((3, 3), np.uint8))) & (depth > 0)
    return float(2.0 * np.median(depth[ridge]) - 0.5)


def _shrink(image: Pixels, side: int) -> Pixels:
    factor = side / max(image.shape[:2])
    if factor >= 1:
        return image
    return np.asarray(
        cv2.resize(image, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), dtype=np.uint8
    )
