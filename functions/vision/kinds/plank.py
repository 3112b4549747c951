"""Planks: a single line over the tip of a fulcrum, which carries what stands on it."""

from __future__ import annotations

import numpy as np

from ..mark import Mark
from ..page import Points
from ..pieces import Segment
from ..reading import Reading

SHORTEST = 12.0
"""Of a plank, in stroke widths."""
INNER = 0.1
"""A fulcrum's tip lies no nearer to a plank's end than this share of it: else it is a strut's."""
WEDGE = 0.15
"""The tip of a wedge stands no further inside its base than this share of it: what runs over it is
a rope."""
NEAR = 2.5
"""How far the tip may be from the plank, in stroke widths."""


def find(reading: Reading) -> list[Mark]:
    """Free lines that rest on the tip of a triangle, as boxes as thick as the pen."""
    tips = [
        tip for mark in reading.of("ramp", "pin") if (tip := _fulcrum(mark.outline)) is not None
    ]
    width = reading.stroke_width
    found = []
    for line in reading.free_lines():
        segment = line.segment
        if segment.length > SHORTEST * width and any(_rests(segment, tip, width) for tip in tips):
            half = width / 2 * np.array([-segment.direction[1], segment.direction[0]])
            corners = [segment.a - half, segment.b - half, segment.b + half, segment.a + half]
            found.append(Mark("box", 0.7, np.stack(corners), line.pieces, instead="rod"))
    return found


def _fulcrum(triangle: Points) -> Points | None:
    """The highest corner, if it stands over the base and not over an end of it, as a wedge's."""
    left, right, tip = sorted(triangle, key=lambda corner: -float(corner[1]))
    base = right - left
    foot = float(np.dot(tip - left, base) / np.dot(base, base))
    return tip if WEDGE < foot < 1 - WEDGE else None


def _rests(plank: Segment, tip: Points, width: float) -> bool:
    share = plank.along(tip) / plank.length
    return INNER < share < 1 - INNER and abs(plank.offset(tip)) < NEAR * width
