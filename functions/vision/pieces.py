"""What a hand draws in one move, a straight segment or an arc, and how far it may stray."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from .page import Points
from .strokes import polyline_length
from .vectors import Place, Vector, cross, segment_distance

STRAIGHT = 0.035
"""A hand's straight line strays from the ideal by less than this share of its length."""
BOW = 0.01
"""A long line may bow by this share of its length, however fine the pen."""
ROUND = 0.09
"""A hand's circle strays from the ideal by less than this share of its radius; a square's outline
by 0.17 to 0.2."""


@dataclass(frozen=True, eq=False)
class Segment:
    """A straight piece from `a` to `b`, both (2,); `points` (n, 2) is the ink's middle line."""

    a: Vector
    b: Vector
    points: Points

    @cached_property
    def length(self) -> float:
        return math.dist(*self.ends)

    @cached_property
    def direction(self) -> Vector:
        """Unit vector from a to b."""
        return (self.b - self.a) / max(self.length, 1e-9)

    @cached_property
    def middle(self) -> Vector:
        return (self.a + self.b) / 2

    @cached_property
    def box(self) -> tuple[list[float], list[float]]:
        """The corners of the box around the ink's middle line: the lowest and the highest x, y."""
        return self.points.min(axis=0).tolist(), self.points.max(axis=0).tolist()

    @cached_property
    def heading(self) -> float:
        """The direction a → b in radians."""
        (ax, ay), (bx, by) = self.ends
        return math.atan2(by - ay, bx - ax)

    def distance(self, point: Place) -> float:
        """Distance of a point from the segment."""
        return segment_distance(*self.ends, point)

    def offset(self, point: Place) -> float:
        """Signed distance of a point from the line through the segment.

        Positive to the right of a → b as it is seen on the page (y down).
        """
        ux, uy, ax, ay = self._ray
        return float(ux * (point[1] - ay) - uy * (point[0] - ax))

    def offsets(self, points: Points) -> npt.NDArray[np.float64]:
        """`offset` of each of n points, (n,)."""
        ux, uy, ax, ay = self._ray
        return np.asarray(ux * (points[:, 1] - ay) - uy * (points[:, 0] - ax))

    def along(self, point: Place) -> float:
        """How far along a → b the foot of a point is, in px from a."""
        ux, uy, ax, ay = self._ray
        return float(ux * (point[0] - ax) + uy * (point[1] - ay))

    @cached_property
    def ends(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """a and b as plain numbers, to measure from."""
        return (float(self.a[0]), float(self.a[1])), (float(self.b[0]), float(self.b[1]))

    @cached_property
    def span(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """The corners of the box from a to b: the lowest and the highest x, y."""
        (ax, ay), (bx, by) = self.ends
        return (min(ax, bx), min(ay, by)), (max(ax, bx), max(ay, by))

    @cached_property
    def _ray(self) -> tuple[float, float, float, float]:
        """The direction and a as plain numbers."""
        (ax, ay), (bx, by) = self.ends
        length = max(self.length, 1e-9)
        return (bx - ax) / length, (by - ay) / length, ax, ay


@dataclass(frozen=True, eq=False)
class Arc:
    """A round piece; `sweep` is signed, in radians, positive clockwise as seen (y down).

    `stray` is the largest distance of the ink's middle line from the circle, as a share of the
    radius.
    """

    center: Vector
    radius: float
    sweep: float
    stray: float
    points: Points

    @property
    def a(self) -> Vector:
        return np.asarray(self.points[0], dtype=np.float64)

    @property
    def b(self) -> Vector:
        return np.asarray(self.points[-1], dtype=np.float64)

    @cached_property
    def length(self) -> float:
        return polyline_length(self.points)

    @cached_property
    def box(self) -> tuple[list[float], list[float]]:
        """As a segment's."""
        return self.points.min(axis=0).tolist(), self.points.max(axis=0).tolist()


Piece = Segment | Arc


def intersection(one: Segment, other: Segment) -> Vector | None:
    """Where the lines through two segments meet; None where they are parallel within 5°."""
    turn = cross(one.direction, other.direction)
    if abs(turn) < 0.087:
        return None
    share = cross(other.a - one.a, other.direction) / turn
    return one.a + share * one.direction


def straight_within(length: float, stroke_width: float) -> float:
    """How far a straight line of `length` may stray: a hand's tremor does not grow for ever."""
    most = max(2.5 * stroke_width, BOW * length)
    return max(0.3 * stroke_width, min(STRAIGHT * length, most))
