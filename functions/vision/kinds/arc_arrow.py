"""Curved arrows: an arc with one head, round a joint or a wheel."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from ..fitting import fit_circle
from ..heads import filled_head, open_head
from ..mark import Mark, circle_outline
from ..page import Points
from ..pieces import Arc, Piece
from ..reading import Reading
from ..vectors import Vector, cross, share

LEAST_SWEEP = np.deg2rad(40)
MOST_SWEEP = np.deg2rad(345)
LEAST_RADIUS = 4.0
"""In stroke widths: a smaller curve with barbs is a letter."""
LONGEST_BARB = 0.8
"""Of the radius."""
SPREAD = (np.deg2rad(8.0), np.deg2rad(80.0))
"""Between these lies the angle of a barb to the arc's own direction at its end."""
LEANS = np.deg2rad([0.0, 8.0, -8.0, 16.0, -16.0, 26.0, -26.0])
"""Angles of a filled head to its arc's direction."""
WHOLE = 0.95
"""The share of a circle from which on it is one: the largest arcs of motors leave a twelfth."""
PART, ON_RIM = np.deg2rad(200), 0.8
"""Up to this sweep an arc, this share of which lies on the rim of round paper, is part of a ring
that a beam and a floor cut; a motor's arc that nearly closes sweeps more."""
CROSSED = 0.9
"""The share of ink on a barb's way across its arc to the tip."""
UNEVEN = 2.6
ROUNDNESS = 0.08
"""How far the parts of one arc stray from their common circle, as a share of its radius."""


AROUND = 1.9
"""How far from a wheel's centre what turns it runs, in its radii."""
INWARD = 0.35
"""How far a piece that runs round comes nearer on its way, as a share of that way."""
ROUND_WHEEL = 0.16
ROUND_GAP = np.deg2rad(14)
"""The parts of a curve round a wheel differ in radius by less than this share, and lie so near."""


AT_JOINT = 4.0
"""In stroke widths: no further from a pin's tip is the ring that marks it."""


@dataclass(frozen=True, eq=False)
class _Curve:
    """An arc, in one piece or several; `path` runs from end to end."""

    center: Vector
    radius: float
    path: Points
    pieces: frozenset[int]

    @property
    def sweep(self) -> float:
        """Signed, in radians, positive clockwise as seen."""
        step = self.path - self.center
        angles = np.unwrap(np.arctan2(step[:, 1], step[:, 0]))
        return float(angles[-1] - angles[0])


def find(reading: Reading) -> list[Mark]:
    """Free arcs with a head at just one of their ends."""
    marks: list[Mark] = []
    used: set[int] = set()
    arcs = reading.free_arcs()
    for number in sorted(arcs, key=lambda number: -arcs[number].length):
        if number in used:
            continue
        curve = _grown(reading, number, used)
        if curve.radius < LEAST_RADIUS * reading.stroke_width:
            continue
        if not LEAST_SWEEP < abs(curve.sweep) < MOST_SWEEP:
            continue
        if _is_whole(reading, curve) or _is_rim(reading, curve):
            continue
        if _crosses_joint(reading, curve):
            continue
        mark = _arrow(reading, curve, used)
        if mark is not None:
            used |= mark.claims
            marks.append(mark)
    for wheel in reading.of("wheel"):
        for curve in _round(reading, wheel, used):
            mark = _arrow(reading, curve, used)
            if mark is not None:
                used |= mark.claims
                marks.append(mark)
                break
    return marks


def _crosses_joint(reading: Reading, curve: _Curve) -> bool:
    """Whether a curve runs through a pin's joint, and not round it: a ring and what it lies on."""
    near = AT_JOINT * reading.stroke_width
    return any(
        float(np.hypot(*(curve.path - pin.outline[0]).T).min()) < near for pin in reading.of("pin")
    )


def _round(reading: Reading, wheel: Mark, used: set[int]) -> list[_Curve]:
    """The curves that run round a wheel, of pieces that were not traced as arcs, longest first.

    A small one close to a wheel comes out straight, and its end runs on into the floor's hatches.
    """
    center, rim = wheel.center, wheel.radius or 0.0
    reach = AROUND * rim
    found: list[tuple[float, float, float, int]] = []
    for number in reading.evidence.piece_grid.near(center - reach, center + reach):
        if number in used or number in reading.taken:
            continue
        points = reading.evidence.pieces[number].points
        away = points - center
        radii = np.hypot(*away.T)
        angles = np.unwrap(np.arctan2(away[:, 1], away[:, 0]))
        radius, turned = float(radii.mean()), abs(float(angles[-1] - angles[0]))
        if not rim + reading.stroke_width < radius < reach:
            continue
        if float(np.ptp(radii)) > INWARD * max(turned * radius, reading.stroke_width):
            continue
        found.append((radius, float(angles.min()), float(angles.max()), number))
    curves = []
    for radius, _, _, number in found:
        ring = [one for one in found if abs(one[0] - radius) < ROUND_WHEEL * radius]
        pieces = _linked(ring, number)
        points = np.concatenate([reading.evidence.pieces[n].points for n in sorted(pieces)])
        away = points - center
        angles = np.arctan2(away[:, 1], away[:, 0])
        middle = np.angle(np.exp(1j * angles).mean())
        order = np.argsort(np.angle(np.exp(1j * (angles - middle))))
        curve = _Curve(center, float(np.hypot(*away.T).mean()), points[order], pieces)
        if LEAST_SWEEP < abs(curve.sweep) < MOST_SWEEP:
            curves.append(curve)
    return sorted(curves, key=lambda curve: -abs(curve.sweep))


def _linked(ring: list[tuple[float, float, float, int]], number: int) -> frozenset[int]:
    """Of pieces (radius, first and last angle, number) those that one goes on in."""
    linked = {number}
    grown = True
    while grown:
        grown = False
        for _, low, high, other in ring:
            if other not in linked and any(
                abs(float(np.angle(np.exp(1j * (one - two))))) < ROUND_GAP
                for _, first, last, have in ring
                if have in linked
                for one in (low, high)
                for two in (first, last)
            ):
                linked.add(other)
                grown = True
    return frozenset(linked)


def _is_whole(reading: Reading, curve: _Curve) -> bool:
    """Whether ink goes on all round: part of a circle that lines cut, such as a rope's pulley."""
    ring = circle_outline(curve.center, curve.radius, 73)
    closed = np.concatenate([ring, ring[:1]])
    return reading.evidence.cover(closed, 0.8 * reading.stroke_width) > WHOLE


def _is_rim(reading: Reading, curve: _Curve) -> bool:
    """Whether a curve is part of a closed ring, which a roller's is though hatches begin at it."""
    near = reading.stroke_width
    return abs(curve.sweep) < PART and any(
        share(np.abs(np.hypot(*(curve.path - disc.center).T) - disc.radius) < near) > ON_RIM
        for disc in reading.evidence.discs
    )


def _grown(reading: Reading, number: int, used: set[int]) -> _Curve:
    """An arc with the pieces that go on round the same circle."""
    first = reading.evidence.pieces[number]
    assert isinstance(first, Arc)
    curve = _Curve(first.center, first.radius, first.points, frozenset({number}))
    grown = True
    while grown:
        grown = False
        for end in (0, -1):
            at = curve.path[end]
            reach = max(2.5 * reading.stroke_width, 0.15 * curve.radius)
            for other in reading.evidence.piece_grid.near(at, at, reach):
                if other in curve.pieces or other in used or other in reading.taken:
                    continue
                longer = _with(curve, other, reading.evidence.pieces[other], end, reach)
                if longer is not None:
                    curve, grown = longer, True
                    break
    return curve


def _with(curve: _Curve, number: int, piece: Piece, end: int, reach: float) -> _Curve | None:
    """The curve with a piece that goes on from one of its ends; None if that is not round."""
    points = piece.points
    at = curve.path[end]
    if math.dist(points[0], at) > math.dist(points[-1], at):
        points = points[::-1]
    if math.dist(points[0], at) > reach or piece.length < 0.08 * curve.radius:
        return None
    path = np.concatenate([points[::-1], curve.path] if end == 0 else [curve.path, points])
    center, radius, _ = fit_circle(path)
    stray = float(np.abs(np.hypot(*(path - center).T) - radius).max())
    if radius <= 0 or stray > ROUNDNESS * radius or not 0.6 < radius / curve.radius < 1.6:
        return None
    longer = _Curve(center, radius, path, curve.pieces | {number})
    added = abs(longer.sweep) - abs(curve.sweep)
    return longer if added > 0.5 * piece.length / radius else None


def _arrow(reading: Reading, curve: _Curve, used: set[int]) -> Mark | None:
    """A curved arrow, tail first, where one end of an arc has a head and the other has none."""
    heads = [_head(reading, curve, end, used) for end in (0, -1)]
    if (heads[0] is None) == (heads[1] is None):
        return None
    path = curve.path if heads[1] is not None else curve.path[::-1]
    pieces = heads[1] if heads[1] is not None else heads[0]
    assert pieces is not None
    count = max(8, int(abs(curve.sweep) / np.deg2rad(6)))
    first, last = (np.arctan2(*(point - curve.center)[::-1]) for point in (path[0], path[-1]))
    sense = curve.sweep if heads[1] is not None else -curve.sweep
    turned = (last - first) % (2 * np.pi) if sense > 0 else -((first - last) % (2 * np.pi))
    angles = first + np.linspace(0.0, turned, count)
    outline = curve.center + curve.radius * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    return Mark("arc_arrow", 0.85, outline, claims=curve.pieces | pieces, instead="dimension")


def _head(reading: Reading, curve: _Curve, end: int, used: set[int]) -> frozenset[int] | None:
    """The pieces of a head at one end of an arc; None if there is none, empty for a filled one."""
    tip = curve.path[end]
    out = tip - curve.center
    tangent = np.array([-out[1], out[0]]) / max(float(np.hypot(*out)), 1e-9)
    inner = curve.path[len(curve.path) // 2]
    steps = 1 if (curve.sweep > 0) == (end == -1) else -1
    back = -steps * tangent
    if np.dot(inner - tip, back) < 0 and abs(curve.sweep) < np.pi:
        back = -back
    width = reading.stroke_width
    longest = max(LONGEST_BARB * curve.radius, 4 * width)
    barbs: dict[frozenset[int], tuple[float, float]] = {}
    for number in reading.evidence.piece_grid.near(tip, tip, 0.5 * longest + 3 * width):
        numbers, (a, b) = _stroke(reading, number)
        length = math.dist(b, a)
        if numbers & (curve.pieces | used | reading.taken) or not 1.2 * width < length < longest:
            continue
        ends = sorted((a, b), key=lambda p: math.dist(p, tip))
        if not _comes_to(reading, ends, tip):
            continue
        step = ends[1] - tip
        angle = float(np.arctan2(cross(back, step), np.dot(back, step)))
        if SPREAD[0] < abs(angle) < SPREAD[1] and _stops(reading, ends[1], tip):
            barbs[numbers] = (angle, float(np.hypot(*step)))
    pairs = [
        (abs(one[0] + other[0]), first, second)
        for (first, one), (second, other) in combinations(barbs.items(), 2)
        if one[0] * other[0] < 0 and max(one[1], other[1]) < UNEVEN * min(one[1], other[1])
    ]
    if pairs:
        _, first, second = min(pairs, key=lambda pair: pair[0])
        return first | second
    filled = _filled(reading, curve, tip, back)
    return _drawn(reading, curve, tip, back) if filled is None else filled


def _stroke(reading: Reading, number: int) -> tuple[frozenset[int], tuple[Vector, Vector]]:
    """The line that a piece is part of, for a barb may cross the arc, or the piece alone: its
    pieces and its ends."""
    line = reading.evidence.line_of.get(number)
    if line is not None:
        return line.pieces, (line.segment.a, line.segment.b)
    points = reading.evidence.pieces[number].points
    return frozenset({number}), (points[0], points[-1])


def _comes_to(reading: Reading, ends: list[Vector], tip: Vector) -> bool:
    """Whether a barb from its near end to its far one comes to a tip, perhaps across the arc."""
    near, far = ends
    length, width = math.dist(far, near), reading.stroke_width
    away = math.dist(near, tip)
    within = 3.5 * width + 0.3 * length
    if away < within or length < 1e-9:
        return away < within
    along = float(np.dot(tip - near, near - far)) / length
    foot = near + max(along, 0.0) * (near - far) / length
    crossed = 0 < along < length and math.dist(foot, tip) < within
    return crossed and reading.evidence.cover(np.stack([near, foot]), 0.6 * width) > CROSSED


def _drawn(reading: Reading, curve: _Curve, tip: Vector, back: Vector) -> frozenset[int] | None:
    """The pieces of a head whose barbs show in the ink, however they were traced."""
    head = open_head(reading.evidence, tip, back, LONGEST_BARB * curve.radius)
    if head is None:
        return None
    point, long = head
    return _within(reading, curve, point, long + 2 * reading.stroke_width)


def _stops(reading: Reading, far: Vector, tip: Vector) -> bool:
    """Whether ink stops where a barb does."""
    out = (far - tip) / max(math.dist(far, tip), 1e-9)
    beyond = far + np.array([[1.8], [3.5]]) * reading.stroke_width * out
    return float(reading.evidence.inked(beyond, 0.6 * reading.stroke_width).mean()) <= 0.5


def _turned(way: Vector, angle: float) -> Vector:
    across = np.array([-way[1], way[0]], dtype=np.float64)
    turned: Vector = np.cos(angle) * way + np.sin(angle) * across
    return turned


def _filled(reading: Reading, curve: _Curve, tip: Vector, back: Vector) -> frozenset[int] | None:
    """The pieces inside a head that is filled in; None where there is no such head.

    A hand draws the head straight on, so that it may lean from the arc's own direction.
    """
    points = (filled_head(reading.evidence, tip, _turned(back, lean)) for lean in LEANS)
    point = next((point for point in points if point is not None), None)
    if point is None:
        return None
    size = math.dist(point, tip) + 4 * reading.stroke_width
    return _within(reading, curve, tip, size)


def _within(reading: Reading, curve: _Curve, tip: Vector, size: float) -> frozenset[int]:
    """The free pieces that lie about the tip of a curve, and are no part of it."""
    return frozenset(
        number
        for number in reading.evidence.piece_grid.near(tip, tip, size)
        if number not in curve.pieces
        and number not in reading.taken
        and float(np.hypot(*(reading.evidence.pieces[number].points - tip).T).max()) < size
    )
