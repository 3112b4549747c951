"""Lines that meet in corners, and the rings of three or four that they make."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np

from .evidence import Line
from .grid import Grid
from .mark import Mark
from .pieces import Segment, intersection
from .reading import Reading
from .vectors import Vector, cross, segment_distance

OPEN_END = 0.34
"""An outline may be unclosed by 6 % of its length, which is a quarter of one side of four: a third
of what is drawn of that side."""
UNCLOSED, MOST_OPEN = 0.06, 0.67
"""The same of a long outline's short side: 6 % of the whole outline's length, but no more than two
thirds of what is drawn of the side."""
FURTHEST = 24.0
"""How far that may be in stroke widths: a floor is not drawn out by a third of its length."""
UNDER_DOT = 4.0
"""How far beside a dot, in stroke widths, a line may end that it covers: where the ink of a circle
and two lines meet, the lines are traced a little off."""
HEAD = 2.0
"""Radius of the ink of an arrow's head, in stroke widths: a line that it touches is traced up to
it."""
TANGENT = 0.25
"""A line touches a rim if it passes its centre at its radius, give or take this share of it."""
LEAST_TURN = np.deg2rad(14.0)
FLATTEST = np.deg2rad(5.0)
"""The same of a slope on the ground."""

Corners = dict[int, dict[int, Vector]]
"""For each line the lines that it meets, by number, and where."""


def where_lines_meet(reading: Reading, lines: Sequence[Line], first_host: int) -> Corners:
    """For each line the lines that it meets, and where.

    They may meet further from their ends under a dot that covers one, where a wheel cuts off the
    corner, and past an arrow's head; but two lines that both touch a wheel's rim are a rope's.
    """
    width = reading.stroke_width
    wheels = reading.of("wheel")
    covers = [(mark.center, mark.radius or 0.0) for mark in (*reading.of("pivot"), *wheels)]
    covers += [(arrow.ends[1], HEAD * width) for arrow in reading.of("arrow")]
    widest = max((2.5 * radius for _, radius in covers), default=0.0)
    corners: Corners = defaultdict(dict)
    grid: Grid[int] = Grid(12 * width)
    for i, line in enumerate(lines):
        one = line.segment
        furthest = max(2.5 * width, min(MOST_OPEN * one.length, FURTHEST * width))
        for j in grid.near(*one.span, max(furthest, widest) + 8 * width):
            other = lines[j].segment
            meeting = intersection(one, other)
            least = FLATTEST if first_host <= max(i, j) else LEAST_TURN
            if meeting is None or abs(cross(one.direction, other.direction)) < np.sin(least):
                continue
            away = [segment_distance(side.a, side.b, meeting) for side in (one, other)]
            short = [
                side
                for side, beside, gap in zip((one, other), (other, one), away, strict=True)
                if gap > _reach(side, beside, width)
            ]
            if not short or all(
                any(_hides(*cover, side, max(away), width) for cover in covers)
                and not any(_touch_rim(wheel, one, other) for wheel in wheels)
                for side in short
            ):
                corners[i][j] = meeting
                corners[j][i] = meeting
        grid.add(*one.span, i)
    return corners


def _reach(side: Segment, beside: Segment, width: float) -> float:
    """How far beyond its ends a side may meet the one beside it: the two and what is left open
    between them are half an outline."""
    unclosed = 2 * UNCLOSED / (1 - 2 * UNCLOSED) * (side.length + beside.length)
    open_end = max(OPEN_END * side.length, min(unclosed, MOST_OPEN * side.length))
    return max(2.5 * width, min(open_end, FURTHEST * width))


def _hides(center: Vector, radius: float, line: Segment, gap: float, width: float) -> bool:
    """Whether a dot, a wheel or a head may hide so much of a line's end."""
    near = gap <= 2.5 * radius + 3 * width
    return near and line.distance(center) < radius + UNDER_DOT * width


def _touch_rim(wheel: Mark, *lines: Segment) -> bool:
    """Whether lines leave a wheel as a rope does that runs over it."""
    radius = wheel.radius or 0.0
    return all(
        abs(abs(line.offset(wheel.center)) - radius) < TANGENT * radius
        and line.distance(wheel.center) < 1.5 * radius
        for line in lines
    )


def triangles(corners: Corners) -> Iterable[tuple[int, ...]]:
    """Rings of three lines that meet each other."""
    for i, met in corners.items():
        for j in met:
            if j > i:
                for k in corners[j]:
                    if k > j and k in met:
                        yield (i, j, k)


def quadrilaterals(corners: Corners, lines: Sequence[Line]) -> Iterable[tuple[int, ...]]:
    """Rings of four whose opposite sides do not meet within them."""
    for i, met in corners.items():
        around = sorted(met)
        for place, j in enumerate(around):
            for m in around[place + 1 :]:
                if m in corners[j]:
                    continue
                for k in corners[j]:
                    if k > i and k != m and k in corners[m] and k not in met:
                        yield (i, j, k, m)
