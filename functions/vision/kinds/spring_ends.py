"""Where a spring ends: from the turns that are certain on along its axis, as far as its ink goes.

Sharp teeth run together and the first and last turns are often odd ones, so the chain of flanks
that shows a spring is seldom all of it. The rest lies in the same band: teeth while the ink swings
to both sides of the axis, then a lead on the axis, up to what the spring is fixed to.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from ..evidence import Line
from ..mark import Mark
from ..page import Points
from ..pieces import Arc, Piece, Segment
from ..reading import Reading
from ..vectors import Vector, cross

BAND = 0.68
"""Half the band that a spring's turns keep within, in widths."""
SWING = 0.25
"""How far from the axis, in widths, ink is of a turn; a lead stays nearer."""
FURTHEST = 1.5
"""How far beyond its certain part a spring may go on, in lengths of it, but 4 widths at least."""
LAST_TURN = 1.2
"""How far from the last turn that swings to both sides what holds a spring may be, in widths, where
half a turn leads there."""
SKIP = 0.28
"""Ink may be missing for this many widths."""
LONG = 1.4
"""What ends a spring is longer than this many of its widths; a flank is not."""
SIDE = 0.8
"""But the side of a box may be as short as so many widths."""
SQUARE = np.sin(np.deg2rad(68.0))
CORNER_GAP = 4.0
"""In stroke widths: how far apart two sides may end that meet at a corner."""
ACROSS = np.sin(np.deg2rad(50.0))
CLAIMED = 0.85


@dataclass(frozen=True, eq=False)
class _Band:
    """A spring's frame: places along the axis from `origin`, and beside it, all in px."""

    origin: Vector
    axis: Vector
    length: float
    width: float

    @classmethod
    def of(cls, spring: Mark) -> _Band:
        first, last = spring.ends
        length = math.dist(last, first)
        width = math.dist(spring.outline[0], spring.outline[3])
        return cls(first, (last - first) / length, length, width)

    def along(self, points: Points) -> Vector:
        """Places of points (n, 2) along the axis, (n,)."""
        return np.asarray((points - self.origin) @ self.axis)

    def aside(self, points: Points) -> Vector:
        """Signed distances of points (n, 2) from the axis, (n,)."""
        return np.asarray((points - self.origin) @ np.array([-self.axis[1], self.axis[0]]))

    def outline(self, begin: float, end: float) -> Points:
        """The rectangle (4, 2) from one place to another."""
        half = self.width / 2 * np.array([-self.axis[1], self.axis[0]])
        first, last = self.origin + begin * self.axis, self.origin + end * self.axis
        return np.array([first + half, last + half, last - half, first - half])


def drawn_out(reading: Reading, spring: Mark, springs: Sequence[Mark]) -> Mark:
    """A spring with all of its turns and its leads, and the pieces of ink that they are."""
    band = _Band.of(spring)
    reach = max(FURTHEST * band.length, 4 * band.width)
    points, numbers = _ink(reading, band, reach)
    begin = -_onward(reading, band, points, reach, spring, springs, back=True)
    end = _onward(reading, band, points, reach, spring, springs, back=False)
    claims = set(spring.claims)
    inside = (points[:, 0] > begin - reading.stroke_width) & (
        points[:, 0] < end + reading.stroke_width
    )
    holders = {
        number
        for sign in (-1.0, 1.0)
        for line, _ in _holders(reading, band, spring, sign)
        for number in line.pieces
    }
    for number in np.unique(numbers):
        if number in holders or _may_end(band, reading.evidence.pieces[int(number)]):
            continue
        own = numbers == number
        whole = own.sum() >= CLAIMED * len(reading.evidence.pieces[number].points)
        if whole and number not in reading.taken and inside[own].mean() > CLAIMED:
            claims.add(int(number))
    return replace(spring, outline=band.outline(begin, end), claims=frozenset(claims))


def holder_beyond(reading: Reading, spring: Mark, *, back: bool) -> float:
    """How far beyond one of a spring's ends lies what it may be fixed to, in px; inf if nothing
    does."""
    band = _Band.of(spring)
    return _stop(reading, band, spring, (), back=back) - (0.0 if back else band.length)


def teeth_between(reading: Reading, spring: Mark, places: Sequence[float]) -> bool:
    """Whether the ink between two places on a spring's axis swings, as teeth do."""
    band = _Band.of(spring)
    begin, end = places
    if end - begin < 0.4 * band.width:
        return True
    points, _ = _ink(reading, band, abs(end) + abs(begin))
    within = (points[:, 0] > begin) & (points[:, 0] < end)
    return bool((np.abs(points[within, 1]) > SWING * band.width).any())


def _ink(reading: Reading, band: _Band, reach: float) -> tuple[Points, npt.NDArray[np.int64]]:
    """The ink's middle lines in a spring's band: places along and beside it (n, 2), and the number
    of the piece that each is of (n,)."""
    corners = band.outline(-reach, band.length + reach)
    near = list(reading.evidence.piece_grid.near(corners.min(axis=0), corners.max(axis=0)))
    if not near:
        return np.empty((0, 2)), np.empty(0, dtype=np.int64)
    parts = [reading.evidence.pieces[number].points for number in near]
    points = np.concatenate(parts)
    numbers = np.repeat(near, [len(part) for part in parts])
    placed = np.stack([band.along(points), band.aside(points)], axis=1)
    inside = np.abs(placed[:, 1]) < BAND * band.width
    inside &= (placed[:, 0] > -reach) & (placed[:, 0] < band.length + reach)
    return placed[inside], numbers[inside]


def _onward(
    reading: Reading,
    band: _Band,
    points: Points,
    reach: float,
    spring: Mark,
    springs: Sequence[Mark],
    *,
    back: bool,
) -> float:
    """How far a spring goes on towards one of its ends, from its origin outward."""
    sign = -1.0 if back else 1.0
    start = 0.0 if back else band.length
    outward = sign * points[:, 0]
    limit = _stop(reading, band, spring, springs, back=back)
    limit = min(limit, start + reach)
    order = np.argsort(outward)
    places, beside = outward[order], points[order, 1]
    inner = start - 0.5 * band.width
    keep = (places > inner) & (places <= limit)
    places, beside = places[keep], beside[keep]
    skip = max(3 * reading.stroke_width, SKIP * band.width)
    turns = _last_turn(places, beside, start, band.width, skip)
    on_axis = np.abs(beside) < SWING * band.width
    end = _run(places[on_axis & (places > turns - skip)], turns, skip)
    if limit - turns < LAST_TURN * band.width and _run(places, turns, skip) > limit - skip:
        return float(limit)  # the last turn runs into what holds the spring
    return float(limit) if limit - end < max(skip, 0.06 * band.length) else float(end)


def _last_turn(places: Vector, beside: Vector, start: float, width: float, skip: float) -> float:
    """The place up to which ink goes on without a gap and swings to both sides."""
    reached = _run(places, start, skip)
    last = start
    while True:
        ahead = (places > last) & (places <= min(reached, last + 1.2 * width))
        low = places[ahead & (beside < -SWING * width)]
        high = places[ahead & (beside > SWING * width)]
        if not len(low) or not len(high):
            return last
        last = float(max(low.max(), high.max()))


def _run(places: Vector, start: float, skip: float) -> float:
    """How far sorted places go on from a start without a gap wider than `skip`."""
    ahead = places[places > start - skip]
    chain = np.concatenate([[start], ahead[ahead > start]])
    broken = np.flatnonzero(np.diff(chain) > skip)
    return float(chain[broken[0]] if len(broken) else chain[-1])


def _stop(
    reading: Reading, band: _Band, spring: Mark, springs: Sequence[Mark], *, back: bool
) -> float:
    """The nearest place, outward, of what a spring may be fixed to; inf where there is nothing."""
    sign = -1.0 if back else 1.0
    least = (0.0 if back else band.length) - 0.6 * band.width
    found = [np.inf, *(place for _, place in _holders(reading, band, spring, sign))]
    for number, arc in reading.evidence.arcs.items():
        if arc.length > 2 * band.width and number not in spring.claims:
            # A circle may begin and end where the spring touches it.
            whole = math.dist(arc.a, arc.b) < arc.radius
            ring = np.concatenate([arc.points, arc.points[:1]]) if whole else arc.points
            found += _crossings(band, ring, sign, arc)
    for blob in reading.evidence.blobs:
        if abs(band.aside(blob.center[None])[0]) < 0.5 * band.width:
            found.append(sign * float(band.along(blob.center[None])[0]))
    found = [place for place in found if place > least]
    for other in springs:
        if other is not spring and abs(band.aside(other.center[None])[0]) < 0.5 * band.width:
            ends = sign * band.along(np.stack(other.ends))
            edge = 0.0 if back else band.length
            # Where both were followed along one lead they overlap; they meet in its middle.
            if ends.max() > edge:
                found.append(float(edge + ends.min()) / 2)
    return min(found)


def _holders(
    reading: Reading, band: _Band, spring: Mark, sign: float
) -> Iterator[tuple[Line, float]]:
    """The lines across a spring's axis that are no flanks of it, and where they cross it."""
    for line in reading.evidence.lines:
        segment = line.segment
        if segment.length < SIDE * band.width or line.pieces & spring.claims:
            continue
        for place in _crossings(band, np.stack([segment.a, segment.b]), sign, segment):
            if segment.length > LONG * band.width or _is_side(reading, band, line, place, sign):
                yield line, place


def _is_side(reading: Reading, band: _Band, line: Line, place: float, sign: float) -> bool:
    """Whether a line across the axis is a box's: from both its ends another leads on outward.

    Of a tooth's flank one neighbour leads back.
    """
    near, segment = CORNER_GAP * reading.stroke_width, line.segment
    if abs(cross(segment.direction, band.axis)) < SQUARE:
        return False
    for end in (segment.a, segment.b):
        led_on = False
        for number in reading.evidence.line_grid.near(end, end, near):
            other = reading.evidence.lines[number]
            if other is line or other.segment.distance(end) > near:
                continue
            ends = sign * band.along(np.stack([other.segment.a, other.segment.b]))
            square = abs(cross(other.segment.direction, segment.direction)) > SQUARE
            led_on |= square and float(ends.max()) - place > 0.5 * segment.length
        if not led_on:
            return False
    return True


def _may_end(band: _Band, piece: Piece) -> bool:
    """Whether a piece is what a spring is fixed to: long, straight, and square to its axis."""
    return (
        isinstance(piece, Segment)
        and piece.length > LONG * band.width
        and bool(_crossings(band, np.stack([piece.a, piece.b]), 1.0, piece))
    )


def _crossings(band: _Band, points: Points, sign: float, piece: Segment | Arc) -> list[float]:
    """Where a path (n, 2) crosses the axis about squarely."""
    aside, along = band.aside(points), band.along(points)
    slack = 0.15 * band.width
    if isinstance(piece, Segment):
        if abs(cross(piece.direction, band.axis)) < ACROSS:
            return []
        if min(aside) > slack or max(aside) < -slack:
            return []
        share = np.clip(aside[0] / (aside[0] - aside[1]), 0, 1)
        return [sign * float(along[0] + share * (along[1] - along[0]))]
    places = []
    for at in np.flatnonzero(np.diff(np.sign(aside))).tolist():
        step = points[min(at + 3, len(points) - 1)] - points[max(at - 3, 0)]
        if abs(cross(step, band.axis)) > ACROSS * np.hypot(*step):
            places.append(sign * float(along[at]))
    return places
