"""Heads of arrows that are filled in: triangles of ink, told from dots and from joints."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from .evidence import Evidence
from .page import Points
from .pieces import Vector

WIDE = 2.3
"""The base of a head in stroke widths: where strokes meet ink is up to 1.8 wide."""
SHAFT = 1.7
"""Behind its base there is only the shaft, at most so many stroke widths wide."""
TAPER = 1.6
"""A head is longer before its base than what is behind it; a dot is as long on both sides."""
UNEVEN = 0.4
"""How far a head's width may be from a triangle's, as a share of its base: hatching and the corners
of other marks are wide too."""
SOLID = 0.6
"""The same of a head that is a filled spot as well."""
ASIDE = 0.28
"""The least part of a base on either side of its shaft: a corner is wide on one side only."""
REACH = 9.0
"""In stroke widths: how far along and across a head is looked at."""

OFF_BASE = 0.3
"""How far a line may end from the middle of a head's base, as a share of the head's height."""
AHEAD = 0.8
"""Cosine of the angle between a line and the way that its head points; a curve turns on."""


def filled_head(evidence: Evidence, end: Vector, back: Vector) -> Vector | None:
    """The tip of a filled head at the end of a line or arc; None if there is none.

    Args:
        end: where the line's middle was traced to, in or just behind the head.
        back: the unit vector from there along the line.
    """
    width = evidence.stroke_width
    for head in evidence.heads:
        point = _apex(head, end, back, width)
        if point is not None:
            return point
    probe, _ = _widths(evidence, end, back, np.array([-2.0, -0.5, 1.0, 2.5]) * width)
    if probe.max() < WIDE * width:
        return None
    step = width / 4
    places = np.arange(-REACH, REACH, 0.25) * width
    wide, lesser = _widths(evidence, end, back, places)
    middle = len(places) // 2
    near = slice(max(0, middle - 16), middle + 17)
    if wide[near].max() < WIDE * width:
        return None
    peak = near.start + int(np.argmax(wide[near]))
    before = wide[:peak][::-1]
    front = int(np.argmax(before <= 0)) if (before <= 0).any() else len(before)
    behind = wide[peak:]
    slim = behind < SHAFT * width
    rear = int(np.argmax(slim)) if slim.any() else len(behind)
    base = wide[peak]
    if lesser[peak] < ASIDE * base:
        return None
    # A triangle narrows evenly to its tip, and stops at its base.
    if front < 3 or front * step < max(0.5 * base, TAPER * rear * step) or rear >= len(behind):
        return None
    even = base * (1.0 - np.arange(1, front + 1) / (front + 1))
    solid = any(
        float(np.hypot(*(blob.center - end))) < blob.radius + 3 * width for blob in evidence.blobs
    )
    if float(np.abs(before[:front] - even).max()) > (SOLID if solid else UNEVEN) * base:
        return None
    tip: Vector = end + places[max(0, peak - front)] * back
    return tip


def _apex(head: Points, end: Vector, back: Vector, width: float) -> Vector | None:
    """The tip of a filled triangle whose base a line runs into; None if it does not."""
    for place in range(3):
        base = (head[place - 1] + head[place - 2]) / 2
        ahead = head[place] - base
        height = float(np.hypot(*ahead))
        if (
            float(np.hypot(*(end - base))) < 3.0 * width + OFF_BASE * height
            and float(np.dot(ahead, -back)) > AHEAD * height
        ):
            return np.asarray(head[place], dtype=np.float64)
    return None


def _widths(
    evidence: Evidence, end: Vector, back: Vector, places: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """How wide the ink is across a line at places along it, (n,), 0 where there is none.

    And how far it reaches from the line on the side where that is less.
    """
    width = evidence.stroke_width
    aside = np.arange(-REACH / 2, REACH / 2 + 0.01, 0.25) * width
    across = np.array([-back[1], back[0]])
    points = end + places[:, None, None] * back + aside[None, :, None] * across
    inked = evidence.inked_at(points.reshape(-1, 2), 0.0).reshape(len(places), len(aside))
    middle = len(aside) // 2
    left = np.cumprod(inked[:, middle::-1], axis=1).sum(axis=1)
    right = np.cumprod(inked[:, middle:], axis=1).sum(axis=1)
    wide: npt.NDArray[np.float64] = np.maximum(left + right - 1, 0) * 0.25 * width
    # A line that runs across, such as the beam that a load presses on, is no part of a head.
    wide[wide > (REACH - 2.0) * width] = 0.0
    lesser: npt.NDArray[np.float64] = np.minimum(left, right) * 0.25 * width
    return wide, lesser
