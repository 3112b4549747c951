"""Beams: boxes so thin that the strokes at their ends are hardly longer than the pen is wide.

Their long sides are two lines side by side, with nothing between and ink across at both ends.
"""

from __future__ import annotations

import math

import numpy as np

from ..evidence import Line
from ..grid import Grid
from ..mark import Mark
from ..pieces import Segment
from ..reading import Reading
from ..vectors import angle_between
from .box import true_rectangle

THICKEST = 0.1
"""Of its length: thicker boxes have corners enough to be found by them."""
LEAST_GAP = 1.7
"""Between the middles of its long sides, in stroke widths: a line drawn twice lies closer."""
ASKEW = np.deg2rad(3.0)
SHARED = 0.6
"""The least share of the longer side beside which the other runs; at a joint its ink may bend."""
INKED = 0.92
ROUNDED = 0.2
"""How far the stroke at an end may bulge, as a share of the beam's height."""
CAPPED = 0.7
"""The least share of an end that is inked."""
JOINT = 0.12
"""The most of a side that a joint's circle takes."""
FILLED = 0.12
"""More ink than this along its middle is hatching, or a line that crosses it."""


def find(reading: Reading) -> list[Mark]:
    """All thin boxes whose long sides nothing else explains."""
    width = reading.stroke_width
    lines = [
        line
        for line in reading.long_lines
        if _is_free(reading, line) and line.segment.length > 2 * LEAST_GAP * width / THICKEST
    ]
    grid: Grid[int] = Grid(24 * width)
    for number, line in enumerate(lines):
        a, b = line.segment.a, line.segment.b
        grid.add(np.minimum(a, b), np.maximum(a, b), number)
    found: list[Mark] = []
    used: set[int] = set()
    for number, line in enumerate(lines):
        if number in used:
            continue
        a, b = line.segment.a, line.segment.b
        reach = THICKEST * line.segment.length
        offers = [
            (abs(line.segment.offset(lines[other].segment.middle)), other)
            for other in grid.near(np.minimum(a, b), np.maximum(a, b), reach)
            if other > number and other not in used
        ]
        for _, other in sorted(offers):
            beam = _beam(reading, line, lines[other])
            if beam is not None:
                used |= {number, other}
                found.append(beam)
                break
    return found


def _is_free(reading: Reading, line: Line) -> bool:
    """Whether other marks explain no more than a joint's width of a line, and it is no rope's."""
    segments = reading.evidence.segments
    taken = sum(segments[number].length for number in line.pieces & reading.taken)
    return taken < JOINT * line.segment.length and not any(
        _leaves(line.segment, wheel, 3 * reading.stroke_width) for wheel in reading.of("wheel")
    )


def _leaves(line: Segment, wheel: Mark, near: float) -> bool:
    """Whether a line begins at a wheel's rim and runs on along it, as a rope does."""
    radius = wheel.radius or 0.0
    return abs(abs(line.offset(wheel.center)) - radius) < near and any(
        abs(math.dist(end, wheel.center) - radius) < near for end in (line.a, line.b)
    )


def _beam(reading: Reading, line: Line, other: Line) -> Mark | None:
    one, two, width = line.segment, other.segment, reading.stroke_width
    if angle_between(one.direction, two.direction) > ASKEW:
        return None
    apart = abs(one.offset(two.middle))
    if not LEAST_GAP * width < apart < THICKEST * one.length:
        return None
    if np.dot(one.direction, two.direction) < 0:
        two = Segment(two.b, two.a, two.points)
    first, last = one.along(two.a), one.along(two.b)
    if min(last, one.length) - max(first, 0.0) < SHARED * one.length:
        return None
    ends = []
    for place in (
        (min(first, 0.0), max(first, 0.0)),
        (max(last, one.length), min(last, one.length)),
    ):
        capped = [
            at
            for at in place
            if reading.evidence.cover(_across(one, two, at), max(0.9 * width, ROUNDED * apart))
            > CAPPED
        ]
        if not capped:
            return None
        ends.append(capped[0])
    sides = np.stack([_across(one, two, at) for at in ends], axis=1)
    if any(reading.evidence.cover(side, 1.2 * width) < INKED for side in sides):
        return None
    if all(_runs_on(reading, one, two, at) for at in ends):
        return None
    middle = (_across(one, two, ends[0]) + _across(one, two, ends[0])[::-1]) / 2
    far = (_across(one, two, ends[1]) + _across(one, two, ends[1])[::-1]) / 2
    inner = np.stack([0.96 * middle[0] + 0.04 * far[0], 0.04 * middle[0] + 0.96 * far[0]])
    if reading.evidence.cover(inner, max(0.25 * apart - 0.5 * width, 0.0)) > FILLED:
        return None
    near, away = (_across(one, two, at) for at in ends)
    corners = np.array([near[0], away[0], away[1], near[1]])
    claims = (line.pieces | other.pieces) - reading.taken
    return Mark("box", 0.9, true_rectangle(corners), claims=claims)


def _runs_on(reading: Reading, one: Segment, two: Segment, along: float) -> bool:
    """Whether what caps two lines goes on beyond both, as a ceiling does that rods hang from."""
    near, far = _across(one, two, along)
    out = (far - near) / max(math.dist(far, near), 1e-9)
    beyond = np.array([[2.0], [3.0], [4.0]]) * reading.stroke_width * out
    within = 0.8 * reading.stroke_width
    return bool(
        reading.evidence.inked_at(far + beyond, within).all()
        and reading.evidence.inked_at(near - beyond, within).all()
    )


def _across(
    one: Segment, two: Segment, along: float
) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """The two points, (2, 2), at which two nearly parallel lines are so far along the first."""
    at = one.a + along * one.direction
    return np.stack([at, two.a + two.along(at) * two.direction])
