"""Polygons: rings of five and more sides, or of four that are not convex."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from ..evidence import Line
from ..geometry import area
from ..grid import Grid
from ..mark import Mark
from ..page import Points
from ..pieces import Segment, intersection
from ..reading import Reading
from ..vectors import Vector, cross, segment_distance

FEWEST, MOST = 4, 12
"""Sides of a ring. Triangles and convex quadrilaterals are found before."""
MAX_STEPS = 4000
"""Steps of a search from one side: a page of that many crossing lines is no drawing."""
SIDE_INKED = 0.65
"""An outline may be open by 6 % of its length, which may be a third of its shortest side."""
OPEN_END = 0.36
ALL_INKED = 0.9
LEAST_TURN = np.deg2rad(12.0)

End = tuple[int, int]
"""A line's number, and 0 or 1 for its end a or b."""


def find(reading: Reading, hosts: Sequence[Segment]) -> list[Mark]:
    """All such polygons; a side may lie on one of the `hosts`, lines of what carries them."""
    width = reading.stroke_width
    lines = [line for line in reading.free_lines() if line.segment.length > 3 * width]
    onward = _meetings(lines, hosts, width)
    found: list[Mark] = []
    used: set[int] = set()
    for number in range(len(lines)):
        if number in used:
            continue
        best: tuple[float, list[tuple[int, int | None]], Points, float] | None = None
        for ring in _rings(number, onward, used):
            corners = _corners(lines, hosts, ring)
            inked = 0.0 if corners is None else _inked(reading, corners)
            if corners is None or inked < ALL_INKED:
                continue
            size = area(corners)
            if best is None or size < best[0]:
                best = (size, ring, corners, inked)
        if best is None:
            continue
        _, ring, corners, inked = best
        used |= {place for place, _ in ring}
        claims = frozenset[int]().union(*(lines[place].pieces for place, _ in ring))
        confidence = float(np.clip(0.92 - 1.5 * (1 - inked), 0.5, 0.95))
        found.append(Mark("polygon", confidence, corners, claims=claims, instead="box"))
    return found


def _meetings(
    lines: Sequence[Line], hosts: Sequence[Segment], width: float
) -> dict[End, list[tuple[End, int | None]]]:
    """For each end the ends of others where the outline may go on, and by way of which host."""
    reaches = [max(3.2 * width, OPEN_END * min(line.segment.length, 40 * width)) for line in lines]
    widest = max(reaches, default=0.0)
    grid: Grid[End] = Grid(12 * width)
    for number, line in enumerate(lines):
        for side, end in enumerate((line.segment.a, line.segment.b)):
            grid.add(end, end, (number, side))
    on_host: dict[int, list[End]] = {}
    onward: dict[End, list[tuple[End, int | None]]] = {}
    for number, line in enumerate(lines):
        for side, end in enumerate((line.segment.a, line.segment.b)):
            there: list[tuple[float, End]] = []
            for other, other_side in grid.near(end, end, reaches[number] + widest):
                if other == number:
                    continue
                meeting = intersection(line.segment, lines[other].segment)
                far = _end(lines[other], other_side)
                if meeting is None:
                    continue
                one, two = (math.dist(meeting, at) for at in (end, far))
                if one < reaches[number] and two < reaches[other]:
                    there.append((one + two, (other, other_side)))
            onward[(number, side)] = [(place, None) for _, place in sorted(there)[:4]]
            for place, host in enumerate(hosts):
                if segment_distance(host.a, host.b, end) < 2.5 * width:
                    on_host.setdefault(place, []).append((number, side))
    for place, ends in on_host.items():
        for one_end in ends:
            onward[one_end] += [(end, place) for end in ends if end[0] != one_end[0]]
    return onward


def _rings(
    start: int, onward: dict[End, list[tuple[End, int | None]]], used: set[int]
) -> Iterator[list[tuple[int, int | None]]]:
    """Rings through one line: lines in order, each with the host by which the next is reached.

    Only lines of higher numbers, which are shorter, are gone through, so that each ring comes once.
    """
    waiting: list[tuple[End, list[tuple[int, int | None]]]] = [((start, 1), [])]
    steps = 0
    while waiting and steps < MAX_STEPS:
        steps += 1
        (number, side), path = waiting.pop()
        for (other, other_side), host in onward.get((number, side), ()):
            ring = [*path, (number, host)]
            if other == start and other_side == 0:
                if len(ring) + sum(step is not None for _, step in ring) >= FEWEST:
                    yield ring
            elif (
                other > start
                and other not in used
                and len(ring) < MOST
                and all(other != place for place, _ in ring)
                and sum(step is not None for _, step in ring) < 2
            ):
                waiting.append(((other, 1 - other_side), ring))


def _corners(
    lines: Sequence[Line], hosts: Sequence[Segment], ring: list[tuple[int, int | None]]
) -> Points | None:
    """The ring's corners (n, 2); None where it crosses itself, or hardly turns at one."""
    sides: list[Segment] = []
    for number, host in ring:
        sides.append(lines[number].segment)
        if host is not None:
            sides.append(hosts[host])
    corners: list[Vector] = []
    for place, side in enumerate(sides):
        meeting = intersection(sides[place - 1], side)
        if meeting is None:
            return None
        corners.append(meeting)
    points = np.array(corners)
    if len(points) < FEWEST or _crosses_itself(points):
        return None
    steps = np.roll(points, -1, axis=0) - points
    lengths = np.hypot(*steps.T)
    if lengths.min() < 0.02 * lengths.max():
        return None
    sines = [
        cross(steps[place - 1], steps[place]) / (lengths[place - 1] * lengths[place])
        for place in range(len(points))
    ]
    return points if np.abs(sines).min() > np.sin(LEAST_TURN) else None


def _crosses_itself(points: Points) -> bool:
    sides = [
        Segment(a, b, points) for a, b in zip(points, np.roll(points, -1, axis=0), strict=True)
    ]
    count = len(sides)
    return any(
        one.offset(other.a) * one.offset(other.b) < 0
        and other.offset(one.a) * other.offset(one.b) < 0
        for i, one in enumerate(sides)
        for j, other in enumerate(sides)
        if 1 < j - i < count - 1
    )


def _inked(reading: Reading, corners: Points) -> float:
    """The share of a ring that is inked; 0 where a side of it is not."""
    total = length = 0.0
    for start, end in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        long = math.dist(end, start)
        within = max(1.1 * reading.stroke_width, 0.035 * long)
        inked = reading.evidence.cover(np.stack([start, end]), within)
        if inked < SIDE_INKED:
            return 0.0
        total, length = total + inked * long, length + long
    return total / length


def _end(line: Line, side: int) -> Vector:
    return line.segment.b if side else line.segment.a
