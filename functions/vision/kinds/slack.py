"""Ropes that hang slack: curved lines between two marks, which no rod can be."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ..grid import Grid
from ..mark import Mark
from ..page import Points
from ..reading import Reading
from ..strokes import polyline_length
from ..vectors import Vector, resample
from .rod import holder_at

SHORTEST = 14.0
"""In stroke widths."""
BOW = 1.1
"""A rope is drawn longer than the straight way between its ends by this factor, or more."""
BEND = np.deg2rad(40.0)
"""How far a line may turn where it goes on from one piece to the next."""
REACH = 0.06
"""Of its length: how far from what holds it a rope may end."""
HOLDERS = frozenset({"ball", "box", "polygon", "ground", "support", "pivot", "pulley", "ramp"})


@dataclass(frozen=True, eq=False)
class _Curve:
    """A curved line, (n, 2) from end to end, and the pieces that it is made of."""

    path: Points
    pieces: frozenset[int]


def find(reading: Reading) -> list[Mark]:
    """Free curved lines that end at two different marks."""
    grid: Grid[Mark] = Grid(24 * reading.stroke_width)
    for mark in reading.marks:
        if mark.kind in HOLDERS:
            grid.add(mark.outline.min(axis=0), mark.outline.max(axis=0), mark)
    ropes: list[Mark] = []
    used: set[int] = set()
    arcs = reading.free_arcs()
    for number in sorted(arcs, key=lambda number: -arcs[number].length):
        if number in used or arcs[number].length < 0.3 * SHORTEST * reading.stroke_width:
            continue
        curve = _cut(reading, _grown(reading, number, used), arcs[number].points, grid)
        if _hangs(reading, curve, grid):
            used |= curve.pieces
            path = resample(curve.path, 2 * reading.stroke_width)
            ropes.append(Mark("rope", 0.75, path, claims=curve.pieces, instead="rod"))
    return ropes


def _cut(reading: Reading, curve: _Curve, seed: Points, grid: Grid[Mark]) -> _Curve:
    """The part of a curve about its first piece, up to the marks on either side of it."""
    path = resample(curve.path, reading.stroke_width)
    near = 1.5 * reading.stroke_width
    at = int(np.argmin(np.hypot(*(path - seed[len(seed) // 2]).T)))

    def meets(place: int) -> bool:
        return holder_at(grid, path[place], near) is not None

    first = next((place for place in range(at, 0, -1) if meets(place)), 0)
    last = next((place for place in range(at, len(path) - 1) if meets(place)), len(path) - 1)
    kept = path[first : last + 1]
    low, high = kept.min(axis=0) - near, kept.max(axis=0) + near
    inner = frozenset(
        number
        for number in curve.pieces
        if float(
            np.mean(
                (reading.evidence.pieces[number].points > low).all(axis=1)
                & (reading.evidence.pieces[number].points < high).all(axis=1)
            )
        )
        > 0.5
    )
    return _Curve(kept, inner)


def _hangs(reading: Reading, curve: _Curve, grid: Grid[Mark]) -> bool:
    """Whether a curve is long, bowed, and held by another mark at either end."""
    length = polyline_length(curve.path)
    chord = math.dist(curve.path[-1], curve.path[0])
    longest = max(SHORTEST * reading.stroke_width, BOW * chord)
    if bool(length < longest) or _doubles_back(curve.path):
        return False
    reach = max(4.0 * reading.stroke_width, REACH * length)
    held = [holder_at(grid, curve.path[end], reach) for end in (0, -1)]
    one, other = held
    return one is not None and other is not None and one is not other


def _doubles_back(path: Points) -> bool:
    """Whether a line turns by much more than a loop hanging down does: writing, or a coil."""
    steps = np.diff(resample(path, max(polyline_length(path) / 24, 1e-6)), axis=0)
    headings = np.unwrap(np.arctan2(steps[:, 1], steps[:, 0]))
    return bool(np.abs(np.diff(headings)).sum() > np.deg2rad(320.0))


def _grown(reading: Reading, number: int, used: set[int]) -> _Curve:
    """A piece with the free pieces that go on smoothly from either end of it."""
    pieces = reading.evidence.pieces
    curve = _Curve(pieces[number].points, frozenset({number}))
    near = 2.5 * reading.stroke_width
    for side in (0, -1):
        while True:
            end = curve.path[side]
            out = _heading(curve.path, side, 3 * reading.stroke_width)
            offers = []
            for other in reading.evidence.piece_grid.near(end, end, near):
                if other in curve.pieces or other in used or other in reading.taken:
                    continue
                points = pieces[other].points
                if math.dist(points[0], end) > math.dist(points[-1], end):
                    points = points[::-1]
                if math.dist(points[0], end) > near:
                    continue
                onward = -_heading(points, 0, 3 * reading.stroke_width)
                turn = float(np.arccos(np.clip(np.dot(out, onward), -1.0, 1.0)))
                if turn < BEND:
                    offers.append((turn, other, points))
            if not offers:
                break
            _, other, points = min(offers, key=lambda offer: offer[:2])
            longer = [points[::-1], curve.path] if side == 0 else [curve.path, points]
            curve = _Curve(np.concatenate(longer), curve.pieces | {other})
    return curve


def _heading(path: Points, side: int, reach: float) -> Vector:
    """The unit vector in which a line runs out at its first (0) or last (-1) point."""
    ordered = path if side == 0 else path[::-1]
    away = np.cumsum([math.dist(b, a) for a, b in pairwise(ordered)])
    inner = ordered[min(int(np.searchsorted(away, reach)) + 1, len(ordered) - 1)]
    out = ordered[0] - inner
    return np.asarray(out / max(float(np.hypot(*out)), 1e-9), dtype=np.float64)
