"""Dimensions: an arc at a corner, which says its angle."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from ..evidence import Line
from ..mark import Mark
from ..page import Points
from ..pieces import Piece, Segment, intersection
from ..reading import Reading
from ..vectors import Vector, cross

LEAST_RADIUS = 6.0
"""In stroke widths: at a corner itself lie the ends of strokes that overshot it."""
UNEVEN = 0.3
"""How far the arc's two ends may differ in their distance from the corner, as a share of it."""
IN_TWO = 1.2
"""How far apart, in stroke widths, two pieces of one arc end."""
BENT = 0.12
"""How far an arc that was traced in two pieces strays from its radius, as a share of it: the two
free sides of a box in a corner stray by 0.4."""


def find(reading: Reading) -> list[Mark]:
    """Arcs, or chords as good as arcs, between two lines that meet."""
    marks: list[Mark] = []
    used: set[int] = set()
    for numbers, piece in _bows(reading):
        if numbers & used or not _fits(reading, piece) or piece.length < 3 * reading.stroke_width:
            continue
        corner = _corner(reading, numbers, piece)
        if corner is None or (len(numbers) > 1 and not _is_round(piece, corner)):
            continue
        path = _arc(corner, piece.a, piece.b)
        marks.append(Mark("dimension", 0.8, path, claims=numbers))
        used |= numbers
    return marks


def _bows(reading: Reading) -> Iterator[tuple[frozenset[int], Piece]]:
    """The free pieces, and then what every two make that begin where the other ends."""
    pieces: dict[int, Piece] = {**reading.free_arcs(), **reading.free_segments()}
    for number, piece in pieces.items():
        yield frozenset({number}), piece
    near = IN_TWO * reading.stroke_width
    short = {number: piece for number, piece in pieces.items() if _fits(reading, piece)}
    for number, piece in short.items():
        for at, path in ((piece.a, piece.points[::-1]), (piece.b, piece.points)):
            for other in reading.evidence.piece_grid.near(at, at, near):
                if other <= number or other not in short:
                    continue
                mate = short[other]
                if math.dist(mate.a, at) < near:
                    points = np.concatenate([path, mate.points])
                elif math.dist(mate.b, at) < near:
                    points = np.concatenate([path, mate.points[::-1]])
                else:
                    continue
                yield frozenset({number, other}), Segment(points[0], points[-1], points)


def _fits(reading: Reading, piece: Piece) -> bool:
    """Whether a piece is of an angle's mark's size, or of half of one's."""
    return 2.5 * reading.stroke_width < piece.length < 0.3 * reading.evidence.width


def _is_round(piece: Piece, corner: Vector) -> bool:
    """Whether all of a piece is about as far from a corner."""
    away = np.hypot(*(piece.points - corner).T)
    return bool(np.abs(away / np.median(away) - 1).max() < BENT)


def _corner(reading: Reading, numbers: frozenset[int], piece: Piece) -> Vector | None:
    """The corner that a piece spans: its ends lie on two lines, equally far from where they meet,
    and both lines run on beyond it."""
    touching: tuple[list[Line], list[Line]] = ([], [])
    near = 2.5 * reading.stroke_width
    for line_number in reading.evidence.line_grid.near(
        np.minimum(piece.a, piece.b), np.maximum(piece.a, piece.b), near
    ):
        line = reading.evidence.lines[line_number]
        if numbers & line.pieces or line.segment.length < 1.3 * piece.length:
            continue
        for end, there in zip((piece.a, piece.b), touching, strict=True):
            if line.segment.distance(end) < near:
                there.append(line)
    for one in touching[0]:
        for other in touching[1]:
            meeting = None if one is other else intersection(one.segment, other.segment)
            if meeting is None:
                continue
            first, second = (math.dist(end, meeting) for end in (piece.a, piece.b))
            mean = (first + second) / 2
            # Two lines at a sharp angle run together well before they meet.
            turn = abs(cross(one.segment.direction, other.segment.direction))
            reach = max(3 * reading.stroke_width, 0.2 * mean, 2 * reading.stroke_width / turn)
            if max(one.segment.distance(meeting), other.segment.distance(meeting)) > reach:
                continue
            if mean < LEAST_RADIUS * reading.stroke_width:
                continue
            beyond = min(
                max(math.dist(end, meeting) for end in (line.segment.a, line.segment.b))
                for line in (one, other)
            )
            bulge = math.dist(piece.points[len(piece.points) // 2], meeting)
            if (
                abs(first - second) < UNEVEN * mean
                and beyond > 1.25 * mean
                and bulge > 0.9 * mean * np.cos(_half_angle(piece, meeting))
            ):
                return meeting
    return None


def _half_angle(piece: Piece, corner: Vector) -> float:
    one, other = piece.a - corner, piece.b - corner
    cosine = np.dot(one, other) / max(np.hypot(*one) * np.hypot(*other), 1e-9)
    return float(np.arccos(np.clip(cosine, -1, 1))) / 2


def _arc(
    corner: Vector, start: Vector, end: Vector
) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """The true arc about a corner from one end to the other, (24, 2)."""
    radius = (math.dist(start, corner) + math.dist(end, corner)) / 2
    first = np.arctan2(*(start - corner)[::-1])
    sweep = np.angle(np.exp(1j * (np.arctan2(*(end - corner)[::-1]) - first)))
    angles = first + np.linspace(0.0, 1.0, 24) * sweep
    path: Points = corner + radius * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    return path
