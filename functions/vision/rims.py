"""Sides that were traced on into the rim of a wheel that overlaps them, as a cart's are."""

from __future__ import annotations

import numpy as np

from .evidence import Line
from .fitting import fit_line
from .mark import Mark
from .pieces import Piece, Segment
from .reading import Reading

ON_RIM = 1.5
"""How far from a rim ink is the rim's, in stroke widths."""
SHORTEST = 4.0
"""What is left of a side is longer than this, in stroke widths, ..."""
STRAIGHT = 0.05
"""... and strays by less than this share of its length, or one stroke width."""


def off_rims(reading: Reading) -> list[Line]:
    """What lies outside wheels of the pieces that run on into their rims, where it is straight."""
    found: list[Line] = []
    for wheel in reading.of("wheel"):
        reach = (wheel.radius or 0.0) + ON_RIM * reading.stroke_width
        near = reading.evidence.piece_grid.near(wheel.center - reach, wheel.center + reach)
        for number in sorted(near):
            side = _outside(reading.evidence.pieces[number], wheel, reading.stroke_width)
            if side is not None:
                found.append(Line(side, frozenset({number})))
    return found


def _outside(piece: Piece, wheel: Mark, width: float) -> Segment | None:
    """The straight part of a piece between its far end and a rim that it runs on along."""
    radius = wheel.radius or 0.0
    away = np.hypot(*(piece.points - wheel.center).T) - radius
    if not (np.abs(away) < ON_RIM * width).any():
        return None
    if away[0] < away[-1]:
        away, points = away[::-1], piece.points[::-1]
    else:
        points = piece.points
    begins = int(np.argmax(away < ON_RIM * width))  # where it comes to the rim
    along = points[begins:]
    if begins < 3 or len(along) < 3:
        return None
    if float(np.quantile(away[begins:], 0.8)) > ON_RIM * width:
        return None
    a, b, stray = fit_line(points[: begins + 1])
    side = Segment(a, b, points[: begins + 1])
    if side.length < SHORTEST * width or stray > max(width, STRAIGHT * side.length):
        return None
    return side
