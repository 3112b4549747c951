"""Rods: straight lines that join two marks."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from ..mark import Mark
from ..pieces import Vector, segment_distance
from ..reading import Reading

REACH = 0.06


def find(reading: Reading) -> list[Mark]:
    """Free lines with a mark at both ends; with one at one end, in doubt."""
    found = []
    for line in reading.free_lines():
        segment = line.segment
        if segment.length < 5 * reading.stroke_width:
            continue
        reach = max(3.0 * reading.stroke_width, REACH * segment.length)
        held = [touches(reading.marks, end, reach) for end in (segment.a, segment.b)]
        if any(held):
            found.append(
                Mark(
                    "rod",
                    0.9 if all(held) else 0.5,
                    np.stack([segment.a, segment.b]),
                    claims=line.pieces,
                    instead=None if all(held) else "ground",
                )
            )
    return found


def touches(marks: list[Mark], point: Vector, reach: float) -> bool:
    """Whether some mark that a rod may hold is within `reach` px of a point."""
    return any(mark_distance(mark, point) < reach for mark in marks if mark.kind != "dimension")


def mark_distance(mark: Mark, point: Vector) -> float:
    """How far a point is from a mark's outline; 0 inside a closed mark."""
    outline = mark.outline
    if mark.radius is not None:
        return max(0.0, float(np.hypot(*(point - mark.center))) - mark.radius)
    ends = list(pairwise(outline))
    if mark.closed:
        ends.append((outline[-1], outline[0]))
        if inside(outline, point):
            return 0.0
    return min(segment_distance(a, b, point) for a, b in ends)


def inside(outline: np.ndarray[tuple[int, int], np.dtype[np.float64]], point: Vector) -> bool:
    """Whether a point lies in a simple polygon (n, 2), by counting crossings to its right."""
    x, y = outline.T
    next_x, next_y = np.roll(x, -1), np.roll(y, -1)
    crosses = (y > point[1]) != (next_y > point[1])
    with np.errstate(divide="ignore", invalid="ignore"):
        at = x + (point[1] - y) / (next_y - y) * (next_x - x)
    return bool(np.count_nonzero(crosses & (at > point[0])) % 2)
