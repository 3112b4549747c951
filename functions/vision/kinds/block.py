"""Supports drawn as a hatched block: slanted strokes between two parallel lines."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

import numpy as np

from ..evidence import Line
from ..mark import Mark
from ..page import Points
from ..pieces import Segment
from ..reading import Reading
from ..vectors import Vector, angle_between

FEWEST = 4
SLANT = (np.deg2rad(18.0), np.deg2rad(76.0))
"""Between these lies the angle of hatches to the block's long sides: columns stand upright."""
PARALLEL = np.deg2rad(12.0)
ALIKE = np.deg2rad(16.0)
REACH_STROKES = 3.0
"""How far a hatch may end from the side that it runs to."""
SPARSE = 1.6
"""Hatches are no further apart than this, in heights of the block."""
INSIDE = 0.9


def find(reading: Reading) -> list[Mark]:
    """All hatched blocks, each with the side first that faces the rest of the drawing."""
    # Hatches that end on a rail break it.
    rails = [line for line in reading.long_lines if not line.pieces & reading.taken]
    marks = [_seen_whole(reading, corners) for corners in reading.evidence.blocks]
    used = {number for mark in marks for number in mark.claims}
    free = reading.free_segments()
    for one, other in combinations(rails[:200], 2):
        if (one.pieces | other.pieces) & used or not _face(one.segment, other.segment):
            continue
        hatches = _hatches(reading, one, other, free, used)
        if len(hatches) < FEWEST:
            continue
        mark = _block(reading, one.segment, other.segment, hatches)
        used |= mark.claims
        marks.append(mark)
    return marks


def _face(one: Segment, other: Segment) -> bool:
    """Whether two lines may be the long sides of a block."""
    short, long = sorted((one.length, other.length))
    apart = abs(one.offset(other.middle))
    return (
        angle_between(one.direction, other.direction) < PARALLEL
        and short > 0.6 * long
        and apart < 0.6 * short
        and abs(one.along(other.middle) - one.length / 2) < 0.4 * long
    )


def _hatches(
    reading: Reading, one: Line, other: Line, free: Mapping[int, Segment], used: set[int]
) -> list[int]:
    """The strokes that run at the same slant from one line to the other, close together."""
    near = REACH_STROKES * reading.stroke_width
    height = abs(one.segment.offset(other.segment.middle))
    grid = reading.evidence.piece_grid
    # A hatch is near to both lines, so to the shorter one.
    shorter = min((one.segment, other.segment), key=lambda segment: segment.length)
    found: list[int] = []
    for number in grid.near(*shorter.span, near):
        segment = free.get(number)
        if segment is None or number in used | one.pieces | other.pieces:
            continue
        if not SLANT[0] < angle_between(segment.direction, one.segment.direction) < SLANT[1]:
            continue
        ends = (segment.a, segment.b), (segment.b, segment.a)
        if any(
            one.segment.distance(p) < near and other.segment.distance(q) < near for p, q in ends
        ):
            found.append(number)
    if len(found) < FEWEST:
        return []
    segments = reading.evidence.segments
    usual = segments[found[len(found) // 2]].direction
    found = [n for n in found if angle_between(segments[n].direction, usual) < ALIKE]
    places = np.sort([one.segment.along(segments[n].middle) for n in found])
    close = bool(np.all(np.diff(places) < SPARSE * height))
    spread = float(np.ptp(places)) if len(places) else 0.0
    return found if close and spread > 0.4 * one.segment.length else []


def _block(reading: Reading, one: Segment, other: Segment, hatches: list[int]) -> Mark:
    """The rectangle about both sides; it explains all ink in it."""
    axis = one.direction
    across = np.array([-axis[1], axis[0]])
    if np.dot(other.middle - one.middle, across) < 0:
        across = -across
    ends = np.stack([one.a, one.b, other.a, other.b])
    places = (ends - one.a) @ axis
    top = float(np.mean((ends[:2] - one.a) @ across))
    bottom = float(np.mean((ends[2:] - one.a) @ across))
    begin, end = float(places.min()), float(places.max())
    corners = np.array(
        [
            one.a + x * axis + y * across
            for x, y in ((begin, top), (end, top), (end, bottom), (begin, bottom))
        ]
    )
    outline = _facing(reading, corners, frozenset(hatches))
    claims = _inside(reading, one.a, axis, across, (begin, end, top, bottom))
    return Mark("support", 0.95, outline, claims=claims, instead="box")


def _seen_whole(reading: Reading, corners: Points) -> Mark:
    """The mark of a block (4, 2) that the ink itself shows; most of its strokes were not traced."""
    side = corners[1] - corners[0]
    axis = side / np.hypot(*side)
    across = np.array([-axis[1], axis[0]])
    x, y = (corners - corners[0]) @ axis, (corners - corners[0]) @ across
    extent = (float(x.min()), float(x.max()), float(y.min()), float(y.max()))
    claims = _inside(reading, corners[0], axis, across, extent)
    outline = _facing(reading, corners, claims)
    return Mark("support", 0.95, outline, claims=claims, instead="box")


def _facing(reading: Reading, corners: Points, own: frozenset[int]) -> Points:
    """A rectangle (4, 2) whose first two corners are a long side, from one end to the other of the
    long side that faces all pieces but its own."""
    outside = [
        piece.points.mean(axis=0)
        for number, piece in enumerate(reading.evidence.pieces)
        if number not in own
    ]
    middle = corners.mean(axis=0)
    rest = np.mean(outside, axis=0) if outside else middle
    side = float(np.dot(rest - middle, corners[3] - corners[0]))
    return corners[[1, 2, 3, 0]] if side < 0 else corners[[3, 0, 1, 2]]


def _inside(
    reading: Reading,
    origin: Vector,
    axis: Vector,
    across: Vector,
    extent: tuple[float, float, float, float],
) -> frozenset[int]:
    """The pieces that lie in a rectangle, give or take the width of two strokes, and of three at
    its ends, where rails break off at a hatch."""
    begin, end, top, bottom = extent
    slack = 2.0 * reading.stroke_width

    def share(points: Points) -> float:
        x, y = (points - origin) @ axis, (points - origin) @ across
        return float(
            np.mean(
                (x > begin - 1.5 * slack)
                & (x < end + 1.5 * slack)
                & (y > top - slack)
                & (y < bottom + slack)
            )
        )

    return frozenset(
        number
        for number, piece in enumerate(reading.evidence.pieces)
        if number not in reading.taken and share(piece.points) > INSIDE
    )
