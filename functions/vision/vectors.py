"""Vectors in the plane, polylines and short rows of numbers, without NumPy's overhead for few."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from .page import Points

Vector = npt.NDArray[np.float64]
Place = Vector | Sequence[float]
"""x, y: plain numbers are an order of magnitude faster to calculate with than arrays of two."""


def cross(u: Vector, v: Vector) -> float:
    """z of the cross product of two plane vectors."""
    return float(u[0] * v[1] - u[1] * v[0])


def segment_distance(a: Place, b: Place, point: Place) -> float:
    """Distance of a point from the segment a-b."""
    (ax, ay), (bx, by), (px, py) = a, b, point
    dx, dy = bx - ax, by - ay
    share = ((px - ax) * dx + (py - ay) * dy) / max(dx * dx + dy * dy, 1e-12)
    share = min(max(share, 0.0), 1.0)
    return math.hypot(ax + share * dx - px, ay + share * dy - py)


def angle_between(one: Vector, other: Vector) -> float:
    """Angle between two undirected unit vectors, 0 to π/2."""
    return math.acos(min(abs(float(one[0] * other[0] + one[1] * other[1])), 1.0))


def share(where: npt.NDArray[np.bool_]) -> float:
    """The share of some places that is true: np.mean takes ten times as long of few."""
    return int(np.count_nonzero(where)) / max(where.size, 1)


def quantile(values: Vector, rank: float) -> float:
    """`np.quantile` of n values (n,), which takes ten times as long of few."""
    ordered = np.sort(values)
    place = rank * (len(ordered) - 1)
    low = int(place)
    lower, upper = float(ordered[low]), float(ordered[min(low + 1, len(ordered) - 1)])
    between = place - low
    # From the nearer end, as NumPy does: the same to the last bit.
    if between < 0.5:
        return lower + (upper - lower) * between
    return upper - (upper - lower) * (1 - between)


def resample(points: Points, step: float) -> Points:
    """A polyline with points every `step` px along it; its ends stay."""
    if len(points) == 2:
        count = max(2, round(math.dist(points[0], points[1]) / step) + 1)
        shares = np.arange(count) * (1.0 / (count - 1))
        shares[-1] = 1.0
        return np.asarray(points[0] + shares[:, None] * (points[1] - points[0]))
    steps = points[1:] - points[:-1]
    lengths = np.zeros(len(points))
    np.cumsum(np.hypot(steps[:, 0], steps[:, 1]), out=lengths[1:])
    count = max(2, round(lengths[-1] / step) + 1)
    at = np.arange(count) * (lengths[-1] / (count - 1))
    even = np.empty((count, 2))
    for axis in (0, 1):
        even[:, axis] = np.interp(at, lengths, points[:, axis])
    return even
