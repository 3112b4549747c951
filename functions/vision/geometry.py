"""Distances between marks, in straight pixels."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from .mark import Mark
from .page import Points
from .pieces import Vector, segment_distance


def mark_distance(mark: Mark, point: Vector) -> float:
    """How far a point is from a mark; 0 inside a closed one."""
    if mark.radius is not None:
        return max(0.0, float(np.hypot(*(point - mark.center))) - mark.radius)
    if (mark.closed or mark.kind == "spring") and inside(mark.outline, point):
        return 0.0
    return min(segment_distance(a, b, point) for a, b in edges(mark))


def edges(mark: Mark) -> list[tuple[Vector, Vector]]:
    """The straight sides of a mark's outline or path, by their ends."""
    sides = list(pairwise(mark.outline))
    if mark.closed or mark.kind == "spring":
        sides.append((mark.outline[-1], mark.outline[0]))
    return sides


def gap(one: Mark, other: Mark) -> float:
    """The distance between two marks' outlines; 0 where they overlap."""
    if one.radius is not None:
        return max(0.0, mark_distance(other, one.center) - one.radius)
    if other.radius is not None:
        return max(0.0, mark_distance(one, other.center) - other.radius)
    apart = min(
        min(mark_distance(other, point) for point in one.outline),
        min(mark_distance(one, point) for point in other.outline),
    )
    return 0.0 if any(_cross(a, b) for a in edges(one) for b in edges(other)) else apart


def points_to_edges(points: Points, sides: Sequence[tuple[Vector, Vector]]) -> Vector:
    """The distance of each of n points from the nearest of some segments, (n,); inf for none."""
    if not sides:
        return np.full(len(points), np.inf)
    starts, ends = np.moveaxis(np.asarray(sides, dtype=np.float64), 1, 0)
    (dx, dy), (x, y) = (ends - starts).T, (points[:, None] - starts).transpose(2, 0, 1)
    # Both (n, sides): three times as fast as with x and y along a last axis.
    share = np.clip((x * dx + y * dy) / np.maximum(dx * dx + dy * dy, 1e-12), 0.0, 1.0)
    x, y = share * dx - x, share * dy - y
    return np.asarray(np.sqrt((x * x + y * y).min(axis=1)))


def inside(outline: Points, point: Vector) -> bool:
    """Whether a point lies in a simple polygon (n, 2), by counting crossings to its right."""
    x, y = outline.T
    next_x, next_y = np.roll(x, -1), np.roll(y, -1)
    crosses = (y > point[1]) != (next_y > point[1])
    rise = np.where(crosses, next_y - y, 1.0)
    at = x + (point[1] - y) / rise * (next_x - x)
    return bool(np.count_nonzero(crosses & (at > point[0])) % 2)


def area(outline: Points) -> float:
    """The area of a simple polygon (n, 2): the shoelace formula."""
    x, y = outline.T
    return abs(float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1)))) / 2


def _cross(one: tuple[Vector, Vector], other: tuple[Vector, Vector]) -> bool:
    """Whether two segments cross properly."""

    def side(a: Vector, b: Vector, c: Vector) -> float:
        return float((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]))

    (a, b), (c, d) = one, other
    return side(a, b, c) * side(a, b, d) < 0 and side(c, d, a) * side(c, d, b) < 0
