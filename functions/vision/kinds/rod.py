"""Rods: straight lines that join two marks."""

from __future__ import annotations

import numpy as np

from ..geometry import mark_distance
from ..mark import Mark
from ..pieces import Vector
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
