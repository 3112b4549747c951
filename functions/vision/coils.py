"""Coils: the band that their loops fill, and the leads at its ends."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .page import Pixels, Points
from .vectors import Vector

LEAD_STROKES, LEAD_STEPS, HALF_TURN = (1.2, 4.5), 5, 0.8
"""How far beyond the end of a bar its lead is looked for, in stroke widths, over how many halves of
one it must run, and how much further away where it begins with half a turn, in widths."""
ON_AXIS, OFF_AXIS = 0.15, (0.3, 0.42)
"""A lead begins so near to a bar's axis, and beside it there is paper from there to there, in
widths: a hatched line goes on at its side."""

HOLDER_BEYOND, HOLDER_WITHIN = 2.0, 1.2
"""What holds a coil goes on beyond its edges for so many stroke widths, and lies no further before
the end of its band than so many widths of it."""
LINE_BEYOND, LINED, ON_BEYOND = 5.0, 0.93, 0.85
"""A line goes on beyond a bar for so many stroke widths; the shares of it that are inked."""
BESIDE_AXIS, LEANS = (0.25, 0.6), np.tan(np.deg2rad([-8.0, -4.0, 0.0, 4.0, 8.0]))
"""Where beside the axis a line may run, in widths, and how it may lean."""


@dataclass(frozen=True, eq=False)
class Coil:
    """A row of loops, in the pixels of the mask: its axis from end to end, and its width."""

    first: Vector
    last: Vector
    width: float

    def band(self) -> Points:
        """The rectangle (4, 2) that the loops fill."""
        along = (self.last - self.first) / math.dist(self.last, self.first)
        half = self.width / 2 * np.array([-along[1], along[0]])
        corners = [self.first + half, self.last + half, self.last - half, self.first - half]
        return np.array(corners, dtype=np.float64)


def seen(ink: Pixels, points: Points) -> npt.NDArray[np.bool_]:
    """Whether there is ink at points (..., 2)."""
    x, y = np.moveaxis(np.rint(points).astype(int), -1, 0)
    height, width = ink.shape
    inside = (x >= 0) & (y >= 0) & (x < width) & (y < height)
    found = ink[np.clip(y, 0, height - 1), np.clip(x, 0, width - 1)] > 0
    return np.asarray(inside & found)


def frame(coil: Coil) -> tuple[Points, Points]:
    """The unit vectors along and across a coil."""
    along = (coil.last - coil.first) / math.dist(coil.last, coil.first)
    return along, np.array([-along[1], along[0]])


def up_to_holders(ink: Pixels, coil: Coil, stroke_width: float) -> Coil:
    """A coil that ends where a line crosses it from beyond one edge to beyond the other.

    Its last loop and the side that it is tied to enclose paper, too, which is none of its turns.
    """
    along, across = frame(coil)
    length = math.dist(coil.last, coil.first)
    half = coil.width / 2 + HOLDER_BEYOND * stroke_width
    asides = np.arange(-half, half, 0.5 * stroke_width)
    # (places, leans, asides), from the end inwards
    inwards = np.arange(-stroke_width, HOLDER_WITHIN * coil.width, 0.5 * stroke_width)
    tilts = LEANS[:, None] * asides
    ends = []
    for tip, inward in ((coil.first, along), (coil.last, -along)):
        steps = inwards[:, None, None] + tilts
        crossed = seen(ink, tip + steps[..., None] * inward + asides[:, None] * across)
        held = (crossed.mean(axis=2) > LINED).any(axis=1)
        innermost = float(inwards[np.flatnonzero(held)[-1]]) + stroke_width if held.any() else 0.0
        ends.append(tip + max(innermost, 0.0) * inward)
    if 2 * math.dist(*ends) < length:
        return coil
    return Coil(ends[0], ends[1], coil.width)


def has_lead(ink: Pixels, coil: Coil, end: int, stroke_width: float) -> bool:
    """Whether one stroke runs on along the axis, perhaps when half a turn has led to it."""
    along, across = frame(coil)
    tip, out = (coil.last, along) if end else (coil.first, -along)
    near = np.linspace(-ON_AXIS, ON_AXIS, 9)[:, None] * coil.width * across
    beside = np.linspace(*OFF_AXIS, 4)[:, None] * coil.width * across
    far = np.concatenate([-beside, beside])
    furthest = HALF_TURN * coil.width + LEAD_STROKES[1] * stroke_width
    places = np.arange(LEAD_STROKES[0] * stroke_width, furthest, 0.5 * stroke_width)
    along_lead = tip + places[:, None, None] * out
    inked, aside = (seen(ink, along_lead + off).any(axis=1) for off in (near, far))
    plain = np.asarray(inked & ~aside)
    return any(plain[place : place + LEAD_STEPS].all() for place in range(len(plain) - LEAD_STEPS))


def is_lined(ink: Pixels, coil: Coil, stroke_width: float) -> bool:
    """Whether a straight line runs along one side and on beyond an end, as hatched ground does."""
    along, across = frame(coil)
    length = math.dist(coil.last, coil.first)
    beyond = LINE_BEYOND * stroke_width
    places = np.arange(-beyond, length + beyond, 0.5 * stroke_width)
    middle = (places > 0) & (places < length)
    asides = np.array([-1, 1])[:, None] * np.linspace(*BESIDE_AXIS, 8) * coil.width
    off = asides.reshape(-1, 1, 1) + LEANS[:, None] * (places - length / 2)
    # (asides, leans, places)
    inked = seen(ink, coil.first + places[:, None] * along + off[..., None] * across)
    runs_on = np.maximum(
        inked[..., places <= 0].mean(axis=2), inked[..., places >= length].mean(axis=2)
    )
    return bool(((inked[..., middle].mean(axis=2) > LINED) & (runs_on > ON_BEYOND)).any())
