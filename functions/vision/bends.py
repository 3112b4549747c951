"""Rounded corners: where a hand in haste turned in a curve, or cut one off, between two sides."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from .evidence import Line
from .geometry import inside, points_to_edges
from .grid import Grid
from .page import Points
from .pieces import intersection
from .reading import Reading
from .vectors import Vector, segment_distance

NEAR_STROKES = 2.0
"""How far apart the ends of two strokes may be that follow each other, in stroke widths."""
LARGEST = 0.7
"""The ink of a corner is no longer than this share of the longer of its sides."""
MOST_PIECES = 3
LEAST_TURN = np.deg2rad(50.0)
CUTS = 0.8
"""The most that a rounded corner takes off a side, in lengths of what is left of it as a line."""
WITHIN_STROKES = 1.6
"""How far a corner's ink may leave the triangle between its sides and their meeting."""


@dataclass(frozen=True, eq=False)
class Bend:
    """A rounded corner between two lines, by their numbers: the pieces of its ink, and how much of
    either side it stands for, in px from where the sides would meet."""

    pieces: frozenset[int]
    trims: dict[int, float]


Bends = dict[frozenset[int], Bend]
"""By the numbers of the two lines that a bend joins."""


def find_bends(reading: Reading, lines: Sequence[Line]) -> Bends:
    """The rounded corners between lines; either may also end at the middle of the other."""
    near = NEAR_STROKES * reading.stroke_width
    grid: Grid[int] = Grid(12 * reading.stroke_width)
    for number, line in enumerate(lines):
        grid.add(*line.segment.span, number)
    found: Bends = {}
    for number, line in enumerate(lines):
        if not line.pieces:
            continue  # ground has ends that no corner of a body begins at
        for end in (line.segment.a, line.segment.b):
            for pieces, last in _ways(reading, line, end, near):
                for other in grid.near(last, last, near):
                    side = lines[other].segment
                    if (
                        other == number
                        or lines[other].pieces & (pieces | line.pieces)
                        or segment_distance(side.a, side.b, last) > near
                    ):
                        continue
                    bend = _bend(reading, (number, other), lines, (end, last), pieces)
                    if bend is not None:
                        found.setdefault(frozenset((number, other)), bend)
    return found


def _ways(
    reading: Reading, line: Line, end: Vector, near: float
) -> Iterator[tuple[frozenset[int], Vector]]:
    """Short ink that goes on from a line's end, and where each way of following it comes out."""
    evidence = reading.evidence
    most = LARGEST * line.segment.length
    waiting: list[tuple[Vector, frozenset[int], float]] = [(end, frozenset(), 0.0)]
    while waiting:
        at, pieces, length = waiting.pop()
        if pieces:
            yield pieces, at
        if len(pieces) == MOST_PIECES:
            continue
        for number in evidence.piece_grid.near(at, at, near):
            piece = evidence.pieces[number]
            if number in line.pieces | pieces | reading.taken or length + piece.length > most:
                continue
            for here, there in ((piece.a, piece.b), (piece.b, piece.a)):
                if math.dist(here, at) < near:
                    waiting.append((there, pieces | {number}, length + piece.length))


def _bend(
    reading: Reading,
    pair: tuple[int, int],
    lines: Sequence[Line],
    ends: tuple[Vector, Vector],
    pieces: frozenset[int],
) -> Bend | None:
    """The bend of some ink from the end of one line to a place on another, if it rounds a corner.

    It does if its ink lies between the lines and their meeting, which is ahead of both.
    """
    one, other = (lines[number].segment for number in pair)
    first, last = ends
    meeting = intersection(one, other)
    if meeting is None:
        return None
    out, back = meeting - first, last - meeting
    ahead = one.middle - first
    trims = [float(np.hypot(*out)), float(np.hypot(*back))]
    width = reading.stroke_width
    turned = abs(float(np.angle(np.exp(1j * (_heading(out) - _heading(back))))))
    if min(trims) < width or float(np.dot(out, ahead)) > 0:
        return None
    if not LEAST_TURN < turned < np.pi - LEAST_TURN:
        return None
    if any(trim > CUTS * side.length for trim, side in zip(trims, (one, other), strict=True)):
        return None
    ink = np.concatenate([reading.evidence.pieces[number].points for number in sorted(pieces)])
    corner = np.stack([first, meeting, last])
    if not _lies_in(corner, ink, WITHIN_STROKES * width):
        return None
    return Bend(pieces, dict(zip(pair, trims, strict=True)))


def _heading(step: Vector) -> float:
    return float(np.arctan2(step[1], step[0]))


def _lies_in(outline: Points, points: Points, within: float) -> bool:
    """Whether all points lie in an outline, or so near to it."""
    sides = list(zip(outline, np.roll(outline, -1, axis=0), strict=True))
    away = points_to_edges(points, sides)
    return all(inside(outline, point) for point in points[away > within])
