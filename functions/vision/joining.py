"""Segments joined to the lines that they were drawn as: across junctions, pen lifts and skips."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import cached_property

import numpy as np

from .fitting import fit_line
from .grid import Grid
from .pieces import Segment, straight_within
from .vectors import Vector

RUNS_ON = math.radians(9.0)
GAP = 0.06
"""A pen skips, and an outline stays open, up to this share of its length."""
KINK = 0.02
"""A long line may stray by this share of its length where a hand took hold anew: as for a step."""
STEP = 0.025
"""A line drawn in two goes may step aside by this share of its length, if both ends are loose."""
LIFT = 0.13
"""A line drawn in two goes may have a gap of this share of its length, if both ends there are
loose."""
BESIDE = 1.0
"""In stroke widths more than its own: how far aside of a line a stroke lies that was drawn over a
part of it. What lies further off, such as a barb whose tip is on the line, is no part of it."""


def join_segments(
    segments: Iterable[Segment],
    stroke_width: float,
    spots: Sequence[tuple[Vector, float]] = (),
) -> list[tuple[Segment, list[Segment]]]:
    """Segments that are one line drawn in parts, as one: across junctions, pen lifts and skips.

    Two run on if they point the same way, the gap between them is short for their length, and the
    line through both stays as straight as a hand's line is. Each line comes with its parts.

    Args:
        spots: filled spots by centre and radius, under which a line goes on.
    """
    under = max((2 * radius + 4 * stroke_width for _, radius in spots), default=0.0)
    waiting = sorted(segments, key=lambda segment: -segment.length)
    ends: Grid[int] = Grid(4.0 * stroke_width)
    for index, segment in enumerate(waiting):
        for end in (segment.a, segment.b):
            ends.add(end, end, index)
    alone = _LooseEnds(waiting, stroke_width)
    used: set[int] = set()
    lines: list[tuple[Segment, list[Segment]]] = []
    for index, first in enumerate(waiting):
        if index in used:
            continue
        used.add(index)
        line, parts = first, [first]
        grown = True
        while grown:
            grown = False
            reach = max(3.0 * stroke_width, 3 * LIFT * line.length, under)
            near = {other for end in line.ends for other in ends.near(end, end, reach)} - used
            ahead = [n for n in near if _points_on(line, waiting[n], stroke_width)]
            for other in sorted(ahead, key=lambda other: _gap(line, waiting[other])):
                hidden = _hidden(line, waiting[other], spots, stroke_width)
                both = _joined(line, waiting[other], stroke_width, alone, hidden)
                if both is not None:
                    used.add(other)
                    parts.append(waiting[other])
                    line, grown = both, True
                    break
        lines.append((line, parts))
    return lines


def _points_on(one: Segment, other: Segment, stroke_width: float) -> bool:
    """Whether two segments point the same way, as far as the shorter one tells."""
    slack = math.atan2(0.8 * stroke_width, max(min(one.length, other.length), 1.0))
    return abs(math.remainder(one.heading - other.heading, math.pi)) <= RUNS_ON + slack


def _gap(one: Segment, other: Segment) -> float:
    return min(math.dist(p, q) for p in one.ends for q in other.ends)


class _LooseEnds:
    """Which ends of segments meet no other: the pen was lifted there, it did not turn."""

    def __init__(self, segments: Sequence[Segment], stroke_width: float) -> None:
        self._near = 2.0 * stroke_width
        self._segments = segments

    @cached_property
    def _grid(self) -> Grid[Segment]:
        grid: Grid[Segment] = Grid(6.0 * self._near)
        for segment in self._segments:
            grid.add(*segment.span, segment)
        return grid

    def __call__(self, segment: Segment, end: Vector, mate: Segment | None) -> bool:
        """Whether no other segment comes near this end, but for a `mate`."""
        return not any(
            other.distance(end) < self._near
            for other in self._grid.near(end, end, self._near)
            if other is not mate and segment.distance(other.middle) > self._near
        )


def _hidden(
    one: Segment, other: Segment, spots: Sequence[tuple[Vector, float]], stroke_width: float
) -> float:
    """How much of the gap between two segments lies under a spot."""
    for center, radius in spots:
        within = radius + 2.0 * stroke_width
        if all(
            min(math.dist(end, center) for end in (part.a, part.b)) < within
            for part in (one, other)
        ):
            return 2 * radius
    return 0.0


def _joined(
    one: Segment, other: Segment, stroke_width: float, alone: _LooseEnds, hidden: float
) -> Segment | None:
    total = one.length + other.length
    low, high = one.along(other.a), one.along(other.b)
    apart = max(min(low, high) - one.length, -max(low, high)) - hidden
    if apart > max(3.0 * stroke_width, LIFT * total):
        return None
    wide = apart > max(3.0 * stroke_width, GAP * total)
    # Where they come closest they must not step sideways: a box's side is not its neighbour's.
    near = min((other.a, other.b), key=lambda end: abs(one.along(end) - one.length / 2))
    step = abs(one.offset(near)) - 0.8 * stroke_width
    if step > STEP * one.length:
        return None
    beside = min(low, high) > 0 and max(low, high) < one.length
    if beside and step > BESIDE * stroke_width:
        return None
    if (wide or step > 0.01 * one.length) and not _are_loose(one, other, alone, apart=True):
        return None
    overlap = min(max(low, high), one.length) - max(min(low, high), 0.0)
    if overlap > max(2.0 * stroke_width, 0.3 * min(one.length, other.length)):
        return None
    points = np.concatenate([one.points, other.points])
    a, b, stray = fit_line(points)
    stray -= max(0.0, step) / 2
    length = math.dist(b, a)
    most = max(0.7 * stroke_width, straight_within(length, stroke_width))
    if stray > most and not (stray < KINK * length and _are_loose(one, other, alone, apart=False)):
        return None
    if np.dot(b - a, one.direction) < 0:
        a, b = b, a
    order = np.argsort((points - a) @ (b - a))
    return Segment(a, b, points[order])


def _are_loose(one: Segment, other: Segment, alone: _LooseEnds, *, apart: bool) -> bool:
    """Whether nothing else meets two segments where they come closest, nor they each other if they
    must be `apart`."""
    ends = [(p, q) for p in (one.a, one.b) for q in (other.a, other.b)]
    p, q = min(ends, key=lambda pair: math.dist(*pair))
    return alone(one, p, None if apart else other) and alone(other, q, None if apart else one)
