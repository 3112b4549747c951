"""Coils whose loops overlap: a bar of ink riddled with holes of every size.

Loops that lie over each other enclose lenses, slivers and crescents, no two of them alike, so that
no row of them shows. With these filled the coil is a solid bar many strokes wide, while other
strokes are one. A hatched block and hatched ground are riddled alike, but between straight sides.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from .coils import Coil, frame, has_lead, is_lined, seen
from .components import Labels, split_ink
from .page import Pixels

FEWEST_HOLES = 5
WIDEST_HOLE = 8.0
"""The lesser side of a hole between overlapping loops is no longer than so many stroke widths."""
SOLID = 2.6
"""What is thicker than so many stroke widths is no stroke."""
SHORTEST, NARROWEST, WIDEST = 9.0, 3.4, 26.0
"""A bar's length and width, in stroke widths."""
LEAST_LONG = 1.5
"""A bar's length in its widths."""
FILLS = 0.8
"""The share of its rectangle that a bar fills."""
RIDDLED = 0.12
"""The least share of a bar that is paper."""
STRAIGHT_SIDE, SIDE_DEPTH, SIDE_LEAN = 0.9, 0.25, 0.08
"""A side is straight if so much of a line is inked, no deeper in the bar than this share of its
width, and no more aslant than this share of its length."""
HELD = (1.0, 3.5)
"""In stroke widths: from where to where beyond a bar's ends is looked for what holds it."""


def find_meshes(
    ink: Pixels, labels: Labels, holes: Sequence[int], stroke_width: float
) -> list[tuple[Coil, set[int]]]:
    """The coils that some holes lie in, by their labels, each with the labels of its own."""
    if len(holes) < FEWEST_HOLES:
        return []
    filled = np.zeros(int(labels.max()) + 1, dtype=np.uint8)
    filled[list(holes)] = 255
    thick = round(SOLID * stroke_width) | 1
    riddled = cv2.bitwise_or(ink, np.asarray(filled[labels], dtype=np.uint8))
    solid = cv2.morphologyEx(riddled, cv2.MORPH_OPEN, np.ones((thick, thick), np.uint8))
    found = []
    for bar in split_ink(np.asarray(solid, dtype=np.uint8)):
        within, sizes = np.unique(labels[bar[:, 1], bar[:, 0]], return_counts=True)
        own = {
            int(label)
            for label, size in zip(within, sizes, strict=True)
            if filled[label] and size > 0.25 * stroke_width**2
        }
        paper = float(sizes[filled[within] > 0].sum()) / len(bar)
        coil = _as_coil(ink, bar, stroke_width)
        if len(own) >= FEWEST_HOLES and paper > RIDDLED and coil is not None:
            found.append((coil, own))
    return found


def _as_coil(ink: Pixels, bar: npt.NDArray[np.intp], stroke_width: float) -> Coil | None:
    """A bar of pixels (n, 2) as a coil, if it is long and even, and if leads go on from both its
    ends, or else what holds it lies there and it has no straight side."""
    center, (width, height), angle = cv2.minAreaRect(bar.astype(np.float32))
    length, breadth = max(width, height), min(width, height)
    if not (
        length > max(SHORTEST * stroke_width, LEAST_LONG * breadth)
        and NARROWEST * stroke_width < breadth < WIDEST * stroke_width
        and len(bar) > FILLS * (width + 1) * (height + 1)
    ):
        return None
    turn = math.radians(angle + (0.0 if width > height else 90.0))
    half = length / 2 * np.array([math.cos(turn), math.sin(turn)])
    coil = Coil(np.array(center) - half, np.array(center) + half, breadth + stroke_width)
    if is_lined(ink, coil, stroke_width):
        return None
    if all(has_lead(ink, coil, end, stroke_width) for end in (0, 1)):
        return coil
    held = all(_is_held(ink, coil, end, stroke_width) for end in (0, 1))
    return coil if held and not _has_straight_side(ink, coil, stroke_width) else None


def _is_held(ink: Pixels, coil: Coil, end: int, stroke_width: float) -> bool:
    """Whether ink goes on all the way beyond an end."""
    along, across = frame(coil)
    tip, out = (coil.last, along) if end else (coil.first, -along)
    places = np.arange(HELD[0], HELD[1], 0.5) * stroke_width
    aside = np.linspace(-0.5, 0.5, 25) * coil.width
    return bool(
        seen(ink, tip + places[:, None, None] * out + aside[:, None] * across).any(axis=1).mean()
        > STRAIGHT_SIDE
    )


def _has_straight_side(ink: Pixels, coil: Coil, stroke_width: float) -> bool:
    """Whether a straight line runs along a side of a bar."""
    along, across = frame(coil)
    length = math.dist(coil.first, coil.last)
    places = np.linspace(0.12, 0.88, 60)
    middle = coil.first + places[:, None] * length * along
    depths = np.arange(-stroke_width, SIDE_DEPTH * coil.width, 0.5 * stroke_width)
    leans = np.linspace(-SIDE_LEAN, SIDE_LEAN, 9) * length
    asides = coil.width / 2 - depths[:, None, None] + leans[:, None] * (places - 0.5)
    for side in (-1, 1):
        inked = seen(ink, middle + side * asides[..., None] * across)  # (depths, leans, 60)
        if float(inked.mean(axis=2).max()) > STRAIGHT_SIDE:
            return True
    return False
