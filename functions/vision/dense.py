"""Coils drawn so small that their loops ran together: a solid bar with a rippled side.

What parts a coil's loops is paper no wider than a stroke. With that paper filled, the coil is a
solid bar that is a few strokes wide, while other strokes are one. It is told from hatching, which
fills up alike, by the two leads that run on from the middle of its ends.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
import numpy.typing as npt

from .coils import Coil, frame, has_lead, is_lined, seen
from .components import label_ink, pixels_from
from .page import Pixels
from .vectors import Vector

Bar = npt.NDArray[np.int_]
"""The pixels (n, 2) of what is solid."""

CLOSES = 1.7
"""Paper narrower than this many stroke widths is filled."""
NARROWEST, WIDEST = 3.2, 9.0
"""A bar's width in stroke widths; in a wider coil the loops show."""
LEAST_LONG = 1.6
"""A bar's length in its widths."""
INKED = (0.5, 0.97)
"""The share of a bar that is ink: what was blacked in has no paper left."""
FEWEST_LOOPS = 4
UNEVEN = 0.4
"""How much the steps from loop to loop may differ, root mean square, as a share of their mean."""
MOST_BARS = 40
IN_LINE, PARTED = 1.35, 0.5
"""Two bars in line are no wider together, and no further apart, than so many of their widths."""


def find_dense(ink: Pixels, stroke_width: float) -> tuple[list[Coil], Pixels]:
    """The coils in an ink mask whose loops ran together, and the ink without them."""
    close = round(CLOSES * stroke_width) | 1
    thick = round(NARROWEST * stroke_width) | 1
    solid = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((close, close), np.uint8))
    solid = cv2.morphologyEx(solid, cv2.MORPH_OPEN, np.ones((thick, thick), np.uint8))
    if not solid.any():
        return [], ink
    owner, rows, columns = pixels_from(label_ink(np.asarray(solid, dtype=np.uint8)), 1)
    pixels = np.stack([columns, rows], axis=1)
    bars = [pixels[owner == label] for label in range(1, int(owner.max()) + 1)]
    coils: list[Coil] = []
    left = ink
    for bar in _joined(bars):
        coil = _as_coil(ink, bar, stroke_width)
        if coil is not None:
            coils.append(coil)
            left = ink.copy() if left is ink else left
            cv2.fillConvexPoly(left, np.rint(coil.band()).astype(np.int32), 0)
    return coils, left


def _joined(bars: list[Bar]) -> list[Bar]:
    """Bars as one where the second goes on in line with the first: a loop between did not fill."""
    waiting = sorted(bars, key=len, reverse=True)[:MOST_BARS]
    whole: list[Bar] = []
    while waiting:
        bar, place = waiting.pop(0), 0
        while place < len(waiting):
            parts = [bar, waiting[place]]
            both = np.concatenate(parts)
            _, along, _, width = _rectangle(both)
            ends = [(float((one @ along).min()), float((one @ along).max())) for one in parts]
            gap = max(ends[1][0] - ends[0][1], ends[0][0] - ends[1][1])
            usual = max(_rectangle(part)[3] for part in parts)
            if width < IN_LINE * usual and gap < PARTED * width:
                waiting.pop(place)
                bar, place = both, 0
            else:
                place += 1
        whole.append(bar)
    return whole


def _rectangle(bar: Bar) -> tuple[Vector, Vector, float, float]:
    """Middle, direction, length and width of the least rectangle about pixels (n, 2)."""
    center, sides, angle = cv2.minAreaRect(bar.astype(np.float32))
    turn = np.deg2rad(angle + (90 if sides[1] > sides[0] else 0))
    along = np.array([np.cos(turn), np.sin(turn)])
    return np.array(center, dtype=np.float64), along, max(sides) + 1, min(sides) + 1


def _as_coil(ink: Pixels, bar: Bar, stroke_width: float) -> Coil | None:
    """A solid bar of pixels (n, 2) as a coil, if it is one."""
    share = float(np.mean(ink[bar[:, 1], bar[:, 0]] > 0))
    middle, along, length, width = _rectangle(bar)
    if not INKED[0] < share < INKED[1] or length < LEAST_LONG * width:
        return None
    if not NARROWEST * stroke_width <= width <= WIDEST * stroke_width:
        return None
    coil = Coil(middle - length / 2 * along, middle + length / 2 * along, width + stroke_width)
    if not all(has_lead(ink, coil, end, stroke_width) for end in (0, 1)):
        return None
    if is_lined(ink, coil, stroke_width):
        return None
    return coil if _is_rippled(ink, coil) else None


def _is_rippled(ink: Pixels, coil: Coil) -> bool:
    """Whether somewhere across it paper parts the loops, or their ends on one side, evenly."""
    along, across = frame(coil)
    length = math.dist(coil.last, coil.first)
    places = coil.first + np.arange(0.0, length, 0.5)[:, None] * along
    for aside in np.linspace(-0.55, 0.55, 21) * coil.width:
        inked = seen(ink, places + aside * across).astype(np.int8)
        begins = np.flatnonzero(np.diff(inked, prepend=0) > 0)
        if len(begins) < FEWEST_LOOPS + 1:
            continue
        steps = np.diff(begins)[1:-1] if len(begins) > FEWEST_LOOPS + 2 else np.diff(begins)
        covers = float(begins[-1] - begins[0]) > 0.6 * 2 * length
        if covers and float(np.std(steps)) < UNEVEN * float(np.mean(steps)):
            return True
    return False
