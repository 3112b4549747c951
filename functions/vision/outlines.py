"""Closed straight-sided outlines, found as lines that meet rather than as loops of ink.

A box on a ramp has three sides of its own and borrows the fourth, stacked boxes share an edge, and
strokes run on past a corner or stop short of it. So an outline is a ring of lines that meet in
corners and whose sides lie on ink, whoever drew that ink; what it need not have is a loop of its
own. Rings that other rings explain side by side are the gaps between bodies, and are dropped.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from .bends import find_bends
from .drawn_rings import Drawn, Outline, verified
from .evidence import Line
from .fitting import fit_line
from .gaps import without_gaps
from .geometry import inside
from .grid import Grid
from .joining import LIFT, RUNS_ON
from .mark import Mark
from .pieces import Segment, intersection
from .reading import Reading
from .rims import off_rims
from .rings import TANGENT, quadrilaterals, triangles, where_lines_meet
from .vectors import angle_between, segment_distance

BOWED = np.deg2rad(32.0)
LEAST_PART = 4.0
"""In stroke widths: the longer part of a line that an arrow's tip broke off."""
BESIDE = 0.6
"""Two lines that run side by side for more than this share of the shorter were not drawn as one."""
MAX_LINES = 20_000
"""The longest lines of a page that are tried as sides."""


def find_outlines(reading: Reading, hosts: Sequence[Segment]) -> list[Outline]:
    """The triangles and quadrilaterals of a page, without the gaps between them.

    Args:
        hosts: lines of the ground and of supports, on which an outline may lean.
    """
    width = reading.stroke_width
    free = [line for line in reading.free_lines() if line.segment.length > 2.5 * width]
    free = [*free[:MAX_LINES], *_bowed(reading), *off_rims(reading)]
    lines = [*free, *drawn_in_parts(free, width), *(Line(host, frozenset()) for host in hosts)]
    first_host = len(lines) - len(hosts)
    corners = where_lines_meet(reading, lines, first_host)
    bends = find_bends(reading, lines)
    for i, j in map(sorted, bends):
        meeting = intersection(lines[i].segment, lines[j].segment)
        if meeting is not None:
            corners[i][j] = corners[j][i] = meeting
    drawn = Drawn(reading, lines, corners, bends, first_host)
    rings = [*triangles(corners), *quadrilaterals(corners, lines)]
    wheels = reading.of("wheel")
    found = [
        outline
        for ring in rings
        if (outline := verified(drawn, ring)) is not None
        and not any(_stands_in(wheel, outline) for wheel in wheels)
    ]
    return without_gaps(found, hosts, width)


def _stands_in(wheel: Mark, outline: Outline) -> bool:
    """Whether a wheel stands in an outline on the ground that it borrows: the gap between a cart
    and the ground."""
    radius = wheel.radius or 0.0
    sides = outline.sides
    return inside(outline.corners, wheel.center + 0.5 * radius * np.array([0.0, 1.0])) and any(
        abs(segment_distance(*sides[place], wheel.center) - radius) < TANGENT * radius
        for place in outline.borrowed
    )


def _bowed(reading: Reading) -> list[Line]:
    """The free arcs that hardly turn, as the lines they may be: a side between rounded corners."""
    return [
        Line(Segment(*fit_line(arc.points)[:2], arc.points), frozenset({number}))
        for number, arc in reading.free_arcs().items()
        if abs(arc.sweep) < BOWED and arc.length > 6 * reading.stroke_width
    ]


def drawn_in_parts(lines: Sequence[Line], width: float) -> list[Line]:
    """The longer lines that several of these make together: drawn over, or in overlapping goes.

    They are offered beside their parts: whether all of one is drawn, its ink must show.
    """
    grid: Grid[int] = Grid(12 * width)
    for number, line in enumerate(lines):
        grid.add(*line.segment.span, number)
    found: list[Line] = []
    done: set[int] = set()
    for number, first in enumerate(lines):
        if number in done or first.segment.length < LEAST_PART * width:
            continue
        whole, parts = first, {number}
        grown = True
        while grown:
            grown = False
            segment = whole.segment
            for other in grid.near(*segment.span, max(3 * width, LIFT * segment.length)):
                both = None if other in parts else _one_line(whole, lines[other], width)
                if both is not None:
                    whole, grown = both, True
                    parts.add(other)
        if len(parts) > 1:
            done |= parts
            found.append(whole)
    return found


def _one_line(one: Line, other: Line, width: float) -> Line | None:
    """Two lines as one if they lie along each other and reach further together."""
    first, second = one.segment, other.segment
    total = first.length + second.length
    if angle_between(first.direction, second.direction) > RUNS_ON + width / second.length:
        return None
    aside = max(abs(first.offset(second.a)), abs(first.offset(second.b)))
    low, high = sorted((first.along(second.a), first.along(second.b)))
    overlap = min(high, first.length) - max(low, 0.0)
    if overlap < -0.5 * width:
        most = max(1.5 * width, 0.02 * total)  # else the sides of two boxes, one on the other
    elif overlap < BESIDE * min(first.length, second.length):
        most = max(3.5 * width, 0.06 * total)
    else:
        most = 3.5 * width  # else a beam's two sides
    if aside > most:
        return None
    if low > 0 and high < first.length:
        return None
    if max(low - first.length, -high) > max(3 * width, LIFT * total):
        return None
    points = np.concatenate([first.points, second.points])
    a, b, stray = fit_line(points)
    if stray > max(2.2 * width, 0.03 * math.dist(b, a)):
        return None
    return Line(Segment(a, b, points), one.pieces | other.pieces)
