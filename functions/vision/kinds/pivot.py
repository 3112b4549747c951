"""Pivots: dots and small circles where marks join."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..geometry import mark_distance
from ..mark import FIXED, Mark
from ..reading import Reading
from .ball import find_circles, is_joint

SMALLEST = 1.3
"""Radius in stroke widths; the bends where strokes meet are rounder than this."""

CLEAR = 2.2
"""Radius in stroke widths from which a spot is certainly drawn: where three strokes meet at sharp
angles, as at the toe of a ramp on hatched ground, their ink can be as thick as a small dot."""
HANGS = frozenset({"rod", "rope", "spring", "damper", "polygon"})


def find(reading: Reading) -> list[Mark]:
    """Circles and round spots too small to be a body, where something else is drawn."""
    return [
        replace(mark, kind="pivot", instead="ball")
        for mark in find_circles(reading)
        if is_joint(reading, mark)
        and (mark.radius or 0.0) > SMALLEST * reading.stroke_width
        and _joins(reading, mark)
    ]


def _joins(reading: Reading, spot: Mark) -> bool:
    """Whether a line or a spring runs to or under the spot."""
    reach = (spot.radius or 0.0) + 2.5 * reading.stroke_width
    for spring in reading.of("spring"):
        if any(np.hypot(*(end - spot.center)) < reach for end in spring.ends):
            return True
    grid = reading.evidence.line_grid
    for number in grid.near(spot.center, spot.center, reach):
        line = reading.evidence.lines[number]
        if line.segment.length > 3 * reach and line.segment.distance(spot.center) < reach:
            return True
    return False


def is_doubtful(reading: Reading, mark: Mark) -> bool:
    """Whether a pivot is no more than the corner of a ramp or a box on what carries it."""
    width = reading.stroke_width
    if mark.kind != "pivot" or (mark.radius or 0.0) > CLEAR * width:
        return False
    reach = (mark.radius or 0.0) + 2.0 * width
    carried = [other for other in reading.of("ramp", "box") if _has_corner(other, mark, 2 * reach)]
    if not carried or not any(
        mark_distance(other, mark.center) < reach
        for other in reading.marks
        if other.kind in FIXED and other not in carried
    ):
        return False
    return not any(
        mark_distance(other, mark.center) < reach for other in reading.marks if other.kind in HANGS
    )


def _has_corner(mark: Mark, spot: Mark, reach: float) -> bool:
    return bool(np.hypot(*(mark.outline - spot.center).T).min() < reach)
