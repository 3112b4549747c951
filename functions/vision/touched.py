"""What the head of an arrow touches: the lines whose ink runs together with its own."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from .evidence import Evidence, Line
from .pieces import Segment, intersection
from .vectors import Vector, cross, share

TOUCHED, LONGER = 8.0, 9.0
"""In stroke widths: how far from a shaft's end a line is that its head may touch, and how long it
is at least."""
APEX, POINTS_AT = 9.0, 5.0
"""In stroke widths: how near another line ends that makes an apex with a shaft, and how near it
points at the shaft's end."""
RIM = 2.5
"""In stroke widths: how far from a circle a line's end is traced that touches it."""
THROUGH, ON_SIDE = (2.5, 5.5), 0.5
"""In stroke widths from where a shaft meets it, and from its line: there is ink of what its head
touches, both ways."""
ASLANT = 0.3
"""Sine of the least angle between a shaft and what its head touches."""
GOES_ON = 0.8
"""The share of those places that is inked."""


def find_touched(evidence: Evidence, line: Line, end: Vector, back: Vector) -> list[Line]:
    """The lines, too long for barbs, that a head at a line's end may have run into."""
    width = evidence.stroke_width
    reach = TOUCHED * width
    found: list[Line] = []
    for number in evidence.line_grid.near(end, end, reach):
        other = evidence.lines[number]
        side = other.segment
        if other.pieces & line.pieces or side.length < LONGER * width:
            continue
        meeting = intersection(line.segment, side)
        if meeting is None or side.distance(end) > reach or math.dist(meeting, end) > reach:
            continue
        if abs(cross(side.direction, back)) > ASLANT and _goes_through(evidence, side, meeting):
            found.append(other)
    return found


def is_apex(evidence: Evidence, line: Line, end: Vector, touched: Sequence[Line]) -> bool:
    """Whether a line ends at a circle, or where another one, too long for a barb, ends and points
    at it, as at a pin's joint; what is touched was only traced up to there."""
    width = evidence.stroke_width
    if any(math.dist(disc.center, end) < disc.radius + RIM * width for disc in evidence.discs):
        return True
    return any(
        other.segment.length > LONGER * width
        and abs(other.segment.offset(end)) < POINTS_AT * width
        and min(math.dist(tip, end) for tip in other.segment.ends) < APEX * width
        and not other.pieces & line.pieces
        and other not in touched
        for number in evidence.line_grid.near(end, end, APEX * width)
        for other in [evidence.lines[number]]
    )


def _goes_through(evidence: Evidence, side: Segment, meeting: Vector) -> bool:
    """Whether the ink of a line goes on to both sides of where another meets it, as it does not
    where both end at a corner."""
    width = evidence.stroke_width
    ways = width * np.linspace(*THROUGH, 13)[:, None] * side.direction
    return all(
        share(evidence.inked_at(meeting + way * ways, ON_SIDE * width)) > GOES_ON for way in (1, -1)
    )
