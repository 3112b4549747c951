"""Pivots: dots and small circles where marks join."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ..circles import find_circles
from ..geometry import area, inside, mark_distance
from ..mark import FIXED, Mark
from ..reading import Reading
from ..vectors import Vector, segment_distance

DOT_STROKES = 2.6
"""Radius in stroke widths up to which a circle or a spot is a joint's mark, not a body."""
DOT_SHARE = 0.025
"""Radius, as a share of the drawing's diagonal, up to which a circle that sits on a line is one."""
MOUNTED_SHARE = 0.05
"""The same of one in whose middle what is fixed runs on to both sides: no body lies there."""
SMALLEST = 1.3
"""Radius in stroke widths; the bends where strokes meet are rounder than this."""
SPRING_SHARE = 0.45
"""A dot between springs is smaller than this, radius over their width; a body hung there is not."""
CLEAR = 2.2
"""Radius in stroke widths from which a spot is certainly drawn: where three strokes meet at sharp
angles, as at the toe of a ramp on hatched ground, their ink can be as thick as a small dot."""
INSIDE = 4.0
"""How far, in its radii, a bar's side may be from the dot that it turns about."""
OFF_MIDDLE = 0.15
"""How far a nail is from the middle of what it holds, as a share of its length."""
NAIL = 0.3
"""Radius of a nail's dot over the width of what it holds."""
ROLLING = ("ball", "wheel")
BESIDE = 3.0
"""How far off what holds it, and off the line that ends at it, a joint's mark may be, in stroke
widths."""


def is_joint(reading: Reading, circle: Mark) -> bool:
    """Whether a circle marks a joint: it is tiny, or small and where lines meet or are held."""
    radius = circle.radius or 0.0
    if radius <= DOT_STROKES * reading.stroke_width:
        return True
    share = radius / reading.evidence.spread
    if share > DOT_SHARE:
        return share < MOUNTED_SHARE and is_crossed(reading, circle)
    reach = 0.5 * radius + reading.stroke_width
    for number in reading.evidence.line_grid.near(circle.center, circle.center, reach):
        line = reading.evidence.lines[number].segment
        if line.length > 3 * radius and line.distance(circle.center) < reach:
            return True
    held = reading.of("ground", "support")
    if any(mark_distance(mark, circle.center) < reach for mark in held):
        return True
    rim = radius + BESIDE * reading.stroke_width
    if any(mark_distance(mark, circle.center) < rim for mark in held):
        return _ends_at(reading, circle.center, rim)
    return _between_springs(reading, circle)


def is_crossed(reading: Reading, circle: Mark) -> bool:
    """Whether what is fixed runs through a circle's middle, and on beyond its rim both ways."""
    radius = circle.radius or 0.0
    within = 0.3 * radius + reading.stroke_width
    return any(
        _off_side(mark, circle.center) < within
        and min(math.dist(end, circle.center) for end in mark.ends) > 2 * radius
        for mark in reading.of("ground", "support")
    )


def _off_side(fixed: Mark, point: Vector) -> float:
    """How far a point is from the line of something fixed: of a hatched block, from the side that
    faces the drawing."""
    return segment_distance(*fixed.ends, point) if fixed.closed else mark_distance(fixed, point)


def as_pivot(reading: Reading, circle: Mark) -> Mark | None:
    """A circle or round spot too small to be a body, where something else is drawn."""
    small = (circle.radius or 0.0) <= SMALLEST * reading.stroke_width
    if small or not (_joins(reading, circle) or _between_springs(reading, circle)):
        return None
    return replace(circle, kind="pivot", instead="ball")


def find_nails(reading: Reading) -> list[Mark]:
    """All marks, with the dots and small circles in bodies, off their middle, as pivots: what a
    plate is nailed to the page by. A dot in the middle is its centre of mass."""
    bodies = reading.of("box", "polygon")
    if not bodies:
        return reading.marks
    spots = [mark for mark in reading.of("ball") if _is_nail(reading, mark, bodies)]
    spots += [spot for spot in find_circles(reading) if _is_nail(reading, spot, bodies)]
    gone = {id(spot) for spot in spots}
    kept = [mark for mark in reading.marks if id(mark) not in gone]
    return kept + [replace(spot, kind="pivot", instead="ball") for spot in spots]


def _is_nail(reading: Reading, spot: Mark, bodies: Sequence[Mark]) -> bool:
    """Whether a round spot lies in a body, apart from all else and from the body's middle."""
    width, radius = reading.stroke_width, spot.radius or 0.0
    if radius <= SMALLEST * width:
        return False
    for body in bodies:
        spans = np.ptp(body.outline, axis=0)
        apart = math.dist(spot.center, body.center)
        if not inside(body.outline, spot.center) or apart < OFF_MIDDLE * spans.max():
            continue
        others = [mark for mark in reading.marks if mark not in (spot, body)]
        free = all(mark_distance(mark, spot.center) > radius + 2 * width for mark in others)
        edge = min(segment_distance(a, b, spot.center) for a, b in body.sides)
        if free and edge > 0.5 * radius and radius < NAIL * area(body.outline) / spans.max():
            return True
    return False


def _joins(reading: Reading, spot: Mark) -> bool:
    """Whether a line runs to or under the spot, or beside it as the sides of a bar do."""
    radius = spot.radius or 0.0
    reach = max(radius + 2.5 * reading.stroke_width, INSIDE * radius)
    grid = reading.evidence.line_grid
    for number in grid.near(spot.center, spot.center, reach):
        line = reading.evidence.lines[number]
        if line.segment.length > 3 * reach and line.segment.distance(spot.center) < reach:
            return True
    return False


def _ends_at(reading: Reading, center: Vector, reach: float) -> bool:
    """Whether a free line ends at a spot, and points at it."""
    for number in reading.evidence.line_grid.near(center, center, reach):
        line = reading.evidence.lines[number]
        if line.pieces & reading.taken or line.segment.length < 3 * reach:
            continue
        away = min(math.dist(end, center) for end in (line.segment.a, line.segment.b))
        if away < reach and abs(line.segment.offset(center)) < 0.6 * reach:
            return True
    return False


def _between_springs(reading: Reading, spot: Mark) -> bool:
    """Whether springs end at the spot that are much wider than it."""
    reach = (spot.radius or 0.0) + 3.0 * reading.stroke_width
    ends = 0
    for mark in reading.of("spring", "damper"):
        wide = math.dist(mark.outline[3], mark.outline[0])
        if (spot.radius or 0.0) < SPRING_SHARE * wide:
            ends += any(math.dist(end, spot.center) < reach for end in mark.ends)
    return ends > 1


def is_doubtful(reading: Reading, mark: Mark) -> bool:
    """Whether a pivot is no more than thick ink on what is fixed: a hatch that meets a line drawn
    twice, or the corner of a ramp or a box on what carries it."""
    width = reading.stroke_width
    if mark.kind != "pivot" or (mark.radius or 0.0) > CLEAR * width:
        return False
    reach = (mark.radius or 0.0) + 2.0 * width
    near = [
        other
        for other in reading.marks
        if other is not mark and mark_distance(other, mark.center) < reach
    ]
    fixed = [other for other in near if other.kind in FIXED]
    return bool(fixed) and all(
        other.kind in FIXED
        or other.kind in ("arrow", "dimension")
        or (other.kind == "box" and _has_corner(other, mark, 2 * reach))
        or any(_rests(other, floor, width) for floor in fixed)
        for other in near
    )


def _rests(body: Mark, floor: Mark, width: float) -> bool:
    """Whether a body stands on a floor with a side of it, or a round one on its rim: no joint is
    drawn under that."""
    if floor.solid is None or float(floor.solid[1]) < 0.7:
        return False
    if body.radius is not None:
        under = mark_distance(floor, body.center) - body.radius
        return body.kind in ROLLING and abs(under) < 2.5 * width
    on_it = [mark_distance(floor, corner) < 2.5 * width for corner in body.outline]
    return body.kind in ("box", "polygon") and sum(on_it) > 1


def _has_corner(mark: Mark, spot: Mark, reach: float) -> bool:
    return bool(np.hypot(*(mark.outline - spot.center).T).min() < reach)
