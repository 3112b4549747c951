"""Strokes taken apart into what a hand draws in one move: straight segments and arcs."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from .grid import Grid
from .page import Points
from .strokes import polyline_length

Vector = npt.NDArray[np.float64]
Place = Vector | Sequence[float]
"""x, y: plain numbers are an order of magnitude faster to calculate with than arrays of two."""

CORNER = np.deg2rad(38.0)
"""A bend this sharp within a few stroke widths is meant as a corner."""
STRAIGHT = 0.035
"""A hand's straight line strays from the ideal by less than this share of its length."""
ROUND = 0.09
"""A hand's circle strays from the ideal by less than this share of its radius; a square's outline
by 0.17 to 0.2."""
SLIGHT = math.radians(20.0)
"""An arc that turns by less is a line."""
WHOLE = math.radians(150.0)
"""A circle turns by more than this, even where others have swallowed parts of it."""
BLUNT = np.deg2rad(30.0)
TIGHTER, TURNS = 0.4, 0.9
"""A part of an arc turns more tightly if its radius is this share of the whole's or less, and if it
turns by so many radians."""
TWO_LINES = 0.45
"""Two lines explain a bend better than an arc does if they stray by less than this share of it."""
STRAIGHT_MIDDLE = 0.4
"""The middle of a stroke that turns at both ends is straight if it strays from a line by less than
this share of what the whole strays from an arc."""
RUNS_ON = math.radians(9.0)
TO_JOINT = 0.2
"""How far a stroke's bend is looked for at a joint, as a share of its length: two strokes that were
taken for one bend where they met."""
BOW = 0.01
"""A long line may bow by this share of its length, however fine the pen."""
GAP = 0.06
"""A pen skips, and an outline stays open, up to this share of its length."""
KINK = 0.02
"""A long line may stray by this share of its length where a hand took hold anew: as for a step."""
STEP = 0.025
"""A line drawn in two goes may step aside by this share of its length, if both ends are loose."""
LIFT = 0.13
"""A line drawn in two goes may have a gap of this share of its length, if both ends there are
loose."""


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


def intersection(one: Segment, other: Segment) -> Vector | None:
    """Where the lines through two segments meet; None where they are parallel within 5°."""
    turn = cross(one.direction, other.direction)
    if abs(turn) < 0.087:
        return None
    share = cross(other.a - one.a, other.direction) / turn
    return one.a + share * one.direction


def angle_between(one: Vector, other: Vector) -> float:
    """Angle between two undirected unit vectors, 0 to π/2."""
    return math.acos(min(abs(float(one[0] * other[0] + one[1] * other[1])), 1.0))


def fit_line(points: Points) -> tuple[Vector, Vector, float]:
    """Total least squares: the ends of the fitted segment and the largest distance from it."""
    middle = points.sum(axis=0) / len(points)
    centred = points - middle
    (xx, xy), (_, yy) = (centred.T @ centred).tolist()
    # The longer axis of the ellipse with these second moments.
    turn = math.atan2(2 * xy, xx - yy) / 2
    direction = np.array([math.cos(turn), math.sin(turn)])
    along = centred @ direction
    stray = np.abs(centred @ np.array([-direction[1], direction[0]])).max()
    ends = middle + along.min() * direction, middle + along.max() * direction
    first, last = ends if along[-1] >= along[0] else ends[::-1]
    return first, last, float(stray)


def fit_circle(points: Points) -> tuple[Vector, float, float]:
    """Kåsa's least squares: centre, radius, and the root mean square distance from the circle."""
    count = len(points)
    middle = points.sum(axis=0) / count
    centred = points - middle
    x, y = centred.T
    squares = x * x + y * y
    # The normal equations part: the sums of x and of y about their middle are zero.
    (xx, xy), (_, yy) = (centred.T @ centred).tolist()
    ease = 1e-9 * (xx + yy) + 1e-12
    xx, yy = xx + ease, yy + ease
    right, down = (centred.T @ squares / 2).tolist()
    determinant = xx * yy - xy * xy
    center = np.array([yy * right - xy * down, xx * down - xy * right]) / determinant
    radius = math.sqrt(float(squares.sum()) / count + float(center @ center))
    stray = np.hypot(x - center[0], y - center[1]) - radius
    return center + middle, radius, math.sqrt(float(stray @ stray) / count)


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


def _swept(arms: Points) -> float:
    """The signed angle, in radians, by which vectors (n, 2) turn from the first to the last."""
    x, y = arms.T
    turns = np.arctan2(x[:-1] * y[1:] - y[:-1] * x[1:], x[:-1] * x[1:] + y[:-1] * y[1:])
    return float(turns.sum())


def take_apart(
    points: Points, stroke_width: float, *, closed: bool = False, joints: Sequence[int] = ()
) -> list[Piece]:
    """The pieces of one stroke (n, 2), in order.

    A whole circle stays whole; otherwise the stroke is cut at its corners, and each smooth part is
    a segment if it is straight, an arc if it is round, and else is cut where it strays the most, at
    one of the `joints` (places in `points` where others meet it) if there is one near.
    """
    at_joints = points[list(joints)] if joints else None
    points = resample(points, stroke_width / 3)
    whole = _as_circle(points, stroke_width)
    if whole is not None:
        return [whole]
    if closed:
        points = _begin_at_corner(points, stroke_width)
    near: list[int] = []
    if at_joints is not None:
        (x, y), (joint_x, joint_y) = points.T, at_joints.T[..., None]
        near = ((x - joint_x) ** 2 + (y - joint_y) ** 2).argmin(axis=1).tolist()
    cuts = [0, *find_corners(points, stroke_width), len(points) - 1]
    pieces: list[Piece] = []
    for begin, end in pairwise(cuts):
        inside = [joint - begin for joint in near if begin < joint < end]
        pieces += _smooth_part(points[begin : end + 1], stroke_width, inside)
    return pieces


def find_corners(points: Points, stroke_width: float) -> list[int]:
    """Where a polyline, evenly spaced at a third of a stroke width, has corners.

    A corner bends sharply and more so than its surroundings: a small circle bends everywhere.
    """
    reach = 5  # steps, so 1.7 stroke widths either side
    if len(points) < 2 * reach + 1:
        return []
    (x, y), (next_x, next_y) = (steps.T for steps in _arms(points, reach))
    bends = np.abs(np.arctan2(x * next_y - y * next_x, x * next_x + y * next_y))
    corners: list[int] = []
    sharp = np.count_nonzero(bends >= CORNER)
    if not sharp:
        return corners
    sharpest_first = np.argsort(-bends)[:sharp]
    for index in sharpest_first.tolist():
        if any(abs(other - reach - index) <= 1.6 * reach for other in corners):
            continue
        around = np.concatenate(
            [
                bends[max(0, index - 4 * reach) : max(0, index - 2 * reach)],
                bends[index + 2 * reach + 1 : index + 4 * reach + 1],
            ]
        )
        if len(around) and bends[index] < 1.2 and bends[index] < 1.6 * quantile(around, 0.5):
            continue
        corners.append(index + reach)
    return sorted(corners)


def _arms(points: Points, reach: int) -> tuple[Points, Points]:
    """The steps of `reach` points that lead to each point of a polyline, and on from it."""
    middle = points[reach:-reach]
    return middle - points[: -2 * reach], points[2 * reach :] - middle


def _begin_at_corner(points: Points, stroke_width: float) -> Points:
    """A closed polyline turned so that it begins at its sharpest corner, if it has one."""
    ring = points[:-1]
    doubled = np.concatenate([ring, ring, ring[:1]])
    corners = find_corners(doubled, stroke_width)
    inside = [corner for corner in corners if corner < len(ring)]
    if not inside:
        return points
    start = inside[0]
    turned = np.roll(ring, -start, axis=0)
    return np.concatenate([turned, turned[:1]])


def _as_circle(points: Points, stroke_width: float) -> Arc | None:
    if len(points) < 8 or abs(_swept(points[2::2] - points[:-2:2])) < WHOLE:
        return None
    arc, rms = _as_arc(points)
    if arc.radius < 0.8 * stroke_width or abs(arc.sweep) < WHOLE:
        return None
    return arc if rms < 0.5 * ROUND * arc.radius + 0.06 * stroke_width else None


def _as_arc(points: Points) -> tuple[Arc, float]:
    """The arc that fits points best, and their root mean square distance from it."""
    center, radius, rms = fit_circle(points)
    arms = points - center
    stray = float(np.abs(np.hypot(arms[:, 0], arms[:, 1]) - radius).max()) / max(radius, 1e-9)
    return Arc(center, radius, _swept(arms), stray, points), rms


def _smooth_part(points: Points, stroke_width: float, joints: Sequence[int]) -> list[Piece]:
    if len(points) < 2:
        return []
    # At a corner the middle line cuts the corner: judge and fit what lies between.
    inner = points[2:-2] if len(points) >= 9 else points
    a, b, stray = fit_line(inner)
    direction = (b - a) / max(math.dist(b, a), 1e-9)
    a, b = (a + np.dot(end - a, direction) * direction for end in (points[0], points[-1]))
    length = math.dist(b, a)
    if stray <= _straight_within(length, stroke_width) and length > 0.8 * polyline_length(points):
        return [Segment(a, b, points)]
    hook = _hook(points, stroke_width)
    if hook is not None:
        return _cut_at(hook, points, stroke_width, joints)
    if len(points) >= 6:
        arc, _ = _as_arc(points)
        if (
            abs(arc.sweep) > SLIGHT
            and arc.stray * arc.radius
            <= max(0.35 * stroke_width, min(ROUND, 0.25 * abs(arc.sweep)) * arc.radius)
            and arc.stray * arc.radius < 0.6 * stray
        ):
            stray = arc.stray * arc.radius
            cut = _bend(points, stray, stroke_width)
            if cut is None:
                cut = _where_straight(points, stray, stroke_width)
            if cut is None:
                cut = _where_tighter(points, arc.radius, stroke_width, joints)
            if cut is None:
                cut = _straight_middle(points, stray, stroke_width)
            return [arc] if cut is None else _cut_at(cut, points, stroke_width, joints)
    if len(points) < 10:
        return [Segment(points[0], points[-1], points)]
    chord = Segment(points[0], points[-1], points)
    if chord.length < 0.3 * polyline_length(points):
        cut = int(np.argmax(np.hypot(*(points - points[0]).T)))
    else:
        cut = int(np.argmax(np.abs(chord.offsets(points))))
    cut = min(max(cut, 4), len(points) - 5)
    close = [joint for joint in joints if abs(joint - cut) < max(TO_JOINT * len(points), 12)]
    cut = min(
        (joint for joint in close if 4 <= joint <= len(points) - 5),
        default=cut,
        key=lambda joint: abs(joint - cut),
    )
    return _cut_at(cut, points, stroke_width, joints)


def _cut_at(cut: int, points: Points, stroke_width: float, joints: Sequence[int]) -> list[Piece]:
    """The pieces of a smooth part on both sides of one of its points."""
    return [
        *_smooth_part(points[: cut + 1], stroke_width, [j for j in joints if j < cut]),
        *_smooth_part(points[cut:], stroke_width, [j - cut for j in joints if j > cut]),
    ]


def _hook(points: Points, stroke_width: float) -> int | None:
    """Where a straight line turns off just before one of its ends: too near to it for a corner."""
    stub = 9  # steps, so 3 stroke widths
    if len(points) < 4 * stub:
        return None
    for cut, line, rest in (
        (stub, points[stub:], points[:stub]),
        (len(points) - 1 - stub, points[:-stub], points[-stub:]),
    ):
        a, b, stray = fit_line(line[2:-2])
        if stray < 0.45 * stroke_width:
            chord = Segment(a, b, line)
            if max(abs(chord.offset(rest[0])), abs(chord.offset(rest[-1]))) > 1.2 * stroke_width:
                return cut
    return None


def _bend(points: Points, stray: float, stroke_width: float) -> int | None:
    """Where a smooth part is two straight lines with a blunt corner between them.

    None where one arc is as good: `stray` is how far from it the points are, in px.
    """
    trim = 4  # steps: the middle line cuts the corner there
    chord = Segment(points[0], points[-1], points)
    cut = int(np.argmax(np.abs(chord.offsets(points))))
    if stray < 0.5 * stroke_width or not 3 * trim < cut < len(points) - 3 * trim:
        return None
    (a, b, one), (c, d, two) = (
        fit_line(part) for part in (points[: cut - trim], points[cut + trim :])
    )
    lines = Segment(a, b, points), Segment(c, d, points)
    turned = angle_between(lines[0].direction, lines[1].direction)
    return cut if max(one, two) < TWO_LINES * stray and turned > BLUNT else None


def _where_straight(points: Points, stray: float, stroke_width: float) -> int | None:
    """Where a smooth part turns from a straight line into an arc, as a rope does on a pulley.

    None where one arc is as good: `stray` is how far from it the points are, in px.
    """
    if stray < 0.5 * stroke_width or len(points) < 24:
        return None
    every = max(1, len(points) // 120)
    least, best = 0.45 * stray, None
    for share in (0.25, 0.4, 0.55, 0.7, 0.82):
        for cut in {int(share * len(points)), int((1 - share) * len(points))}:
            for straight, bent in ((points[:cut], points[cut:]), (points[cut:], points[:cut])):
                if min(len(straight), len(bent)) < 8:
                    continue
                a, b, _ = fit_line(straight[::every])
                line = Segment(a, b, straight)
                # Where two strokes run together their ink bulges: a tenth may be off.
                off = quantile(np.abs(line.offsets(straight[::every])), 0.9)
                if off >= least:
                    continue
                center, radius, _ = fit_circle(bent[::every])
                away = quantile(np.abs(np.hypot(*(bent[::every] - center).T) - radius), 0.9)
                if line.length > 0.7 * radius and away < least:
                    least, best = max(off, away), cut
    return best


def _straight_middle(points: Points, stray: float, stroke_width: float) -> int | None:
    """Where a smooth part that turns at both ends, and is straight between, leaves its first turn:
    a box's side between rounded corners.

    None where one arc is as good: `stray` is how far from it the points are, in px.
    """
    if stray < 0.5 * stroke_width or len(points) < 24:
        return None
    third = len(points) // 3
    inner = points[third:-third]
    a, b, off = fit_line(inner)
    line = Segment(a, b, inner)
    ends = line.offset(points[0]), line.offset(points[-1])
    aside = min(abs(ends[0]), abs(ends[1]))
    if off > STRAIGHT_MIDDLE * stray or ends[0] * ends[1] < 0 or aside < 1.2 * stray:
        return None
    bent = np.abs(line.offsets(points[:third])) > max(2 * off, 0.5 * stroke_width)
    return int(np.flatnonzero(bent)[-1]) + 1 if bent.any() else None


def _where_tighter(
    points: Points, radius: float, stroke_width: float, joints: Sequence[int]
) -> int | None:
    """The joint from which on a flat arc turns much more tightly: a cart's side that ran on into
    its wheel's rim."""
    for joint in joints:
        for bent in (points[:joint], points[joint:]):
            if min(len(bent), len(points) - len(bent)) < 12:
                continue
            center, own, _ = fit_circle(bent)
            away = np.abs(np.hypot(*(bent - center).T) - own)
            tight = 0 < own < TIGHTER * radius and polyline_length(bent) > TURNS * own
            if tight and quantile(away, 0.9) < 0.4 * stroke_width:
                return joint
    return None


def _straight_within(length: float, stroke_width: float) -> float:
    """How far a straight line of `length` may stray: a hand's tremor does not grow for ever."""
    most = max(2.5 * stroke_width, BOW * length)
    return max(0.3 * stroke_width, min(STRAIGHT * length, most))


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
    most = max(0.7 * stroke_width, _straight_within(length, stroke_width))
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
