"""Hatched blocks, told by the ink itself: a slanted pattern between two straight sides.

Hatches that lie close together run into each other in thick or crumbly ink, and the paper between
them encloses a row of slabs like the loops of a coil. Their strokes are then traced wrongly or not
at all, but along the slant of the hatches the ink is still either there or not.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
import numpy.typing as npt

from .coils import seen
from .components import split_ink
from .page import Pixels, Points
from .vectors import Vector

CLOSES, THICK = 2.6, 4.5
"""In stroke widths: narrower paper is filled, and what is no thicker then is no block."""
WIDEST_GAP = 9.0
"""The lesser side of the paper between two hatches, in stroke widths, if it is enclosed."""
LEAST_LONG, LEAST_HIGH = 12.0, 5.0
"""Of a block, in stroke widths."""
FLATTEST = 0.7
"""Its height over its length, at most."""
FILLS = 0.7
"""The share of its rectangle that a block fills; a dot may stick out of it."""
MOST_BARS = 20
SIDE, AS_WELL = 0.85, 0.02
"""The share of a side that is inked, and how much less may be in lines that are as good."""
SIDE_BEYOND, SIDE_WITHIN, SIDE_LEAN, SIDE_BOW = 0.1, 0.3, 0.06, 0.012
"""How far outside and inside the rectangle a side is looked for, in its heights, and how it may
lean and bow, as shares of its length."""
BEFORE_SIDE, NO_ROOM = 1.5, 0.3
"""In stroke widths: where the inside begins; and as a share of the height, how far in at most."""
SLANTS = np.deg2rad(np.arange(20.0, 75.0, 2.5))
"""The angles of hatches to the long sides."""
PATTERN = 0.5
"""The share of the ink's variance between the sides that lies across the hatches. Of loops, teeth
and letters it is below a third."""
UPRIGHT = 1.25
"""How much more of it lies across slanted strokes than across upright ones, at least."""
INKED, MOST_INKED = (0.12, 0.85), 0.95
"""The share of a block that is ink: between its sides, and at most with them, for the filling of
spots and boxes is cheaply told."""
FEWEST = 4
UNEVEN = 0.5
"""How much the steps between hatches differ, root mean square, as a share of their mean."""
DEPTHS, STEP = 11, 0.25
"""Rows between the sides at which the ink is looked at, and how far apart along them, in stroke
widths."""


def find_blocks(ink: Pixels, stroke_width: float) -> list[Points]:
    """The rectangles (4, 2) of the hatched blocks in an ink mask (h, w), in its pixels."""
    bars = split_ink(_solid(ink, stroke_width))
    largest = sorted(bars, key=len, reverse=True)[:MOST_BARS]
    blocks = (_as_block(ink, bar, stroke_width) for bar in largest)
    return [block for block in blocks if block is not None]


def _solid(ink: Pixels, stroke_width: float) -> Pixels:
    """What is thick when paper between strokes is filled."""
    close, thick = (round(size * stroke_width) | 1 for size in (CLOSES, THICK))
    closed = np.asarray(
        cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((close, close), np.uint8)), np.uint8
    )
    outlines, nesting = cv2.findContours(closed, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    for outline, (*_, parent) in zip(outlines, () if nesting is None else nesting[0], strict=True):
        if parent >= 0 and min(cv2.minAreaRect(outline)[1]) < WIDEST_GAP * stroke_width:
            cv2.drawContours(closed, [outline], -1, 255, cv2.FILLED)
    opened = cv2.morphologyEx(closed, cv2.MORPH_OPEN, np.ones((thick, thick), np.uint8))
    return np.asarray(opened, dtype=np.uint8)


def _as_block(ink: Pixels, bar: npt.NDArray[np.intp], stroke_width: float) -> Points | None:
    """The rectangle of a bar of pixels (n, 2) between straight sides, if it is hatched."""
    center, (width, height), angle = cv2.minAreaRect(bar.astype(np.float32))
    length, breadth = max(width, height), min(width, height)
    if not (
        length > LEAST_LONG * stroke_width
        and LEAST_HIGH * stroke_width < breadth < FLATTEST * length
        and len(bar) > FILLS * (width + 1) * (height + 1)
    ):
        return None
    if not INKED[0] < float(np.mean(ink[bar[:, 1], bar[:, 0]] > 0)) < MOST_INKED:
        return None
    turn = math.radians(angle + (0.0 if width > height else 90.0))
    along = np.array([math.cos(turn), math.sin(turn)])
    across = np.array([-along[1], along[0]])
    middle = np.array(center, dtype=np.float64)
    sides = [
        _side(ink, middle, along, side * across, (length, breadth), stroke_width)
        for side in (-1, 1)
    ]
    if sides[0] is None or sides[1] is None:
        return None
    corners = np.concatenate([sides[0], sides[1][::-1]])
    return corners if _is_hatched(ink, corners, stroke_width) else None


def _side(
    ink: Pixels,
    middle: Vector,
    along: Vector,
    out: Vector,
    extent: tuple[float, float],
    stroke_width: float,
) -> Points | None:
    """The ends (2, 2) of the straight line along one side; None if there is none."""
    length, breadth = extent
    first = -SIDE_BEYOND * breadth - stroke_width
    depths = np.arange(first, SIDE_WITHIN * breadth, 0.5 * stroke_width)
    leans = np.linspace(-SIDE_LEAN, SIDE_LEAN, 11) * length
    bows = np.linspace(-SIDE_BOW, SIDE_BOW, 5)[:, None] * length
    places = np.linspace(-0.46, 0.46, 90)
    paths = leans[:, None, None] * places + bows * ((2 * places) ** 2 - 1 / 3)
    asides = breadth / 2 - depths[:, None, None, None] + paths  # (depths, leans, bows, places)
    inked = seen(ink, middle + places[:, None] * length * along + asides[..., None] * out)
    shares = inked.mean(axis=3)
    best = float(shares.max())
    if best < SIDE:
        return None
    # The line's middle: across its width and within small turns all is inked as well.
    rows, columns, _ = np.nonzero(shares > best - AS_WELL)
    aside = breadth / 2 - depths[rows].mean() + leans[columns].mean() * np.array([-0.5, 0.5])
    ends = middle + np.array([[-0.5], [0.5]]) * length * along
    return np.asarray(ends + aside[:, None] * out)


def _is_hatched(ink: Pixels, corners: Points, stroke_width: float) -> bool:
    """Whether slanted strokes, alike and evenly spread, fill a rectangle (4, 2)."""
    inked = _between_sides(ink, corners, stroke_width)
    if inked is None or not INKED[0] < float(inked.mean()) < INKED[1]:
        return False
    heights = _heights(corners, stroke_width)
    slopes = [sign / math.tan(slant) for slant in SLANTS for sign in (-1, 1)]
    patterns = [_across(inked, heights * slope) for slope in slopes]
    patterns = [pattern for pattern in patterns if len(pattern) > inked.shape[1] / 3]
    if not patterns:
        return False
    best = max(patterns, key=lambda pattern: float(pattern.var()))
    upright = float(_across(inked, 0.0 * heights).var())
    if float(best.var()) < max(PATTERN * float(inked.var()), UPRIGHT * upright):
        return False
    dark = best > (best.min() + best.max()) / 2
    begins = np.flatnonzero(np.diff(dark.astype(int)) > 0)
    steps = np.diff(begins)
    return len(begins) >= FEWEST and float(np.std(steps)) < UNEVEN * float(np.mean(steps))


def _depths(corners: Points, stroke_width: float) -> npt.NDArray[np.float64]:
    """Where between the long sides of a rectangle the ink is looked at, as shares of its height."""
    inner = BEFORE_SIDE * stroke_width / _height(corners)
    return np.linspace(inner, 1 - inner, DEPTHS)


def _height(corners: Points) -> float:
    return math.dist(corners[:2].mean(axis=0), corners[2:].mean(axis=0))


def _heights(corners: Points, stroke_width: float) -> npt.NDArray[np.float64]:
    """The same from the middle, in steps along the sides."""
    middle = _depths(corners, stroke_width) - 0.5
    return np.asarray(middle * _height(corners) / (STEP * stroke_width))


def _between_sides(
    ink: Pixels, corners: Points, stroke_width: float
) -> npt.NDArray[np.float64] | None:
    """The ink at every depth and step, (depths, steps), 0 or 1; None if there is no room for it."""
    top, bottom = corners[:2], corners[[3, 2]]
    if BEFORE_SIDE * stroke_width > NO_ROOM * _height(corners):
        return None
    depths = _depths(corners, stroke_width)[:, None, None]
    count = round(math.dist(*top) / (STEP * stroke_width))
    shares = (np.arange(count) / count)[:, None]
    rows = (1 - depths) * (top[0] + shares * (top[1] - top[0]))
    rows = rows + depths * (bottom[0] + shares * (bottom[1] - bottom[0]))
    return seen(ink, rows).astype(np.float64)


def _across(
    inked: npt.NDArray[np.float64], shifts: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """The inked share of each stroke that goes through the steps shifted by so much at each depth,
    (n,), of those that lie between the ends."""
    count = inked.shape[1]
    places = np.rint(np.arange(count) + shifts[:, None]).astype(int)
    within = ((places >= 0) & (places < count)).all(axis=0)
    shares: npt.NDArray[np.float64] = np.take_along_axis(inked, places[:, within], axis=1).mean(
        axis=0
    )
    return shares
