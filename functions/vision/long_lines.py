"""Lines as long as they were meant: what a hand drew with gaps, or bent on its way."""

from __future__ import annotations

import numpy as np

from .evidence import Evidence, Line
from .fitting import fit_line
from .grid import Grid
from .pieces import Segment
from .vectors import angle_between

ALL_INK = 0.9
"""The least inked share of a gap that a line goes on over."""


def find_long_lines(evidence: Evidence) -> tuple[Line, ...]:
    """All lines, longest first; those that go on after a wide gap or a small bend are joined.

    Ground is the longest stroke on a page, so it has the most gaps and wanders the furthest.
    """
    width = evidence.stroke_width
    waiting = sorted(evidence.lines, key=lambda line: -line.segment.length)
    long = [line for line in waiting if line.segment.length > 8 * width]
    grid: Grid[int] = Grid(40 * width)
    for index, line in enumerate(long):
        grid.add(*line.segment.span, index)
    joined: list[Line] = []
    used: set[int] = set()
    for index, line in enumerate(long):
        if index in used:
            continue
        used.add(index)
        grown = True
        while grown:
            grown = False
            for other_index in grid.near(*line.segment.span, 0.5 * line.segment.length):
                other = long[other_index]
                if other_index not in used and _goes_on(evidence, line, other):
                    used.add(other_index)
                    points = np.concatenate([line.segment.points, other.segment.points])
                    a, b, _ = fit_line(points)
                    order = np.argsort((points - a) @ (b - a))
                    line = Line(Segment(a, b, points[order]), line.pieces | other.pieces)
                    grown = True
        joined.append(line)
    return tuple(sorted(joined, key=lambda line: -line.segment.length))


def _goes_on(evidence: Evidence, line: Line, next_line: Line) -> bool:
    """Whether two lines are one broken line: in line, and near or with ink between."""
    one, other, width = line.segment, next_line.segment, evidence.stroke_width
    total = one.length + other.length
    if angle_between(one.direction, other.direction) > np.deg2rad(6):
        return False
    if max(abs(one.offset(other.a)), abs(one.offset(other.b))) > 2.5 * width + 0.012 * total:
        return False
    places = sorted(((one.along(end), end) for end in (other.a, other.b)), key=lambda p: p[0])
    after, before = places[0][0] - one.length, -places[1][0]
    gap = max(after, before)
    if gap < 0.12 * total:
        return gap > -max(0.12 * total, 2 * width)
    between = [one.b, places[0][1]] if after > before else [places[1][1], one.a]
    return gap < total and evidence.cover(np.stack(between), 1.5 * width) > ALL_INK
