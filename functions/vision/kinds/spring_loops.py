"""Springs whose turns ran together: spikes on a line that bows or swings between them.

A coil seen from the side goes over in wide bows and comes back in narrow loops, all to one side;
the teeth of a steep zigzag point to both. The paper in them is narrower than a stroke, so they are
traced as spikes. A hatched line and a load have spikes as well, but on one side, and between theirs
it runs straight.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from ..coils import Coil, frame
from ..fitting import fit_line
from ..grid import Grid
from ..pieces import Piece
from ..reading import Reading
from ..vectors import Vector, cross

FEWEST_LOOPS, FEWEST_SPIKES = 4, 3
"""Of a coil's loops some may be open, and were not traced as spikes."""
SHORTEST = 1.2
"""Of a spike, in stroke widths."""
STRAIGHT = 0.9
"""A spike's length over its way."""
PARALLEL = np.cos(np.deg2rad(20.0))
ALIKE = 1.7
"""The longer of two spikes over the shorter one."""
PITCH = 2.6
"""How far apart two spikes of a row are at most, in lengths of the shorter one."""
STEP = 0.6
"""How far the next spike's foot is up or down at most, as a share of the longer one."""
UPRIGHT = np.sin(np.deg2rad(50.0))
"""Sine of the angle between a row and its spikes."""
NEXT = 1.5
"""Two spikes are next to each other if they are no further apart than so many usual steps."""
BOWED = 0.4
"""How far the line between two spikes bows away from them, in stroke widths."""
MOST_BOW = 1.2
"""In steps between loops."""
INSIDE = 0.85
"""The least share of a coil's piece that lies in its band."""
EVEN = 0.75
"""The least share of the steps between spikes that bow."""


@dataclass(frozen=True, eq=False)
class _Spike:
    """A piece with a free end: `foot` and `tip` (2,), and the piece's number."""

    number: int
    foot: Vector
    tip: Vector

    @property
    def length(self) -> float:
        return math.dist(self.tip, self.foot)

    @property
    def out(self) -> Vector:
        """Unit vector from foot to tip."""
        return (self.tip - self.foot) / self.length


def find_loops(reading: Reading) -> list[tuple[Coil, frozenset[int]]]:
    """The coils and zigzags whose turns are spikes, each with the pieces of its ink."""
    rows = _rows(_spikes(reading))
    coils = [_as_coil(reading, row) for row in rows]
    coils += [_as_zigzag(one, other) for one, other in combinations(rows, 2)]
    return [(coil, _within(reading, coil)) for coil in coils if coil is not None]


def _within(reading: Reading, coil: Coil) -> frozenset[int]:
    """The free pieces in a coil's band, spikes and bows."""
    along, across = frame(coil)
    stroke, length = reading.stroke_width, math.dist(coil.last, coil.first)
    band = coil.band()
    inside = set()
    for number in reading.evidence.piece_grid.near(band.min(axis=0), band.max(axis=0)):
        away = reading.evidence.pieces[number].points - coil.first
        places, aside = away @ along, np.abs(away @ across)
        fits = (places > -stroke) & (places < length + stroke) & (aside < coil.width / 2 + stroke)
        if number not in reading.taken and fits.mean() > INSIDE:
            inside.add(number)
    return frozenset(inside)


def _spikes(reading: Reading) -> list[_Spike]:
    pieces: dict[int, Piece] = {**reading.free_segments(), **reading.free_arcs()}
    return [
        spike
        for number in sorted(pieces)
        if (spike := _as_spike(reading, number, pieces[number])) is not None
    ]


def _as_spike(reading: Reading, number: int, piece: Piece) -> _Spike | None:
    chord = math.dist(piece.b, piece.a)
    stroke = reading.stroke_width
    if chord < SHORTEST * stroke or chord < STRAIGHT * piece.length:
        return None
    free = [
        not any(
            float(np.hypot(*(reading.evidence.pieces[other].points - end).T).min()) < stroke
            for other in reading.evidence.piece_grid.near(end, end, stroke)
            if other != number
        )
        for end in (piece.a, piece.b)
    ]
    if free[0] == free[1]:
        return None
    return _Spike(number, piece.b, piece.a) if free[0] else _Spike(number, piece.a, piece.b)


def _rows(spikes: list[_Spike]) -> list[list[_Spike]]:
    """Spikes that stand alike, side by side, in rows."""
    if not spikes:
        return []
    longest = max(spike.length for spike in spikes)
    grid: Grid[int] = Grid(longest)
    for place, spike in enumerate(spikes):
        grid.add(spike.foot, spike.foot, place)
    seen: set[int] = set()
    rows = []
    for place in range(len(spikes)):
        if place in seen:
            continue
        row, waiting = [], [place]
        seen.add(place)
        while waiting:
            one = spikes[waiting.pop()]
            row.append(one)
            for other in grid.near(one.foot, one.foot, PITCH * one.length):
                if other not in seen and _stand_alike(one, spikes[other]):
                    seen.add(other)
                    waiting.append(other)
        if len(row) >= FEWEST_SPIKES:
            rows.append(row)
    return rows


def _stand_alike(one: _Spike, other: _Spike) -> bool:
    short, long = sorted((one.length, other.length))
    step = other.foot - one.foot
    apart = float(np.hypot(*step))
    up = abs(float(np.dot(one.out, step)))
    return (
        long < ALIKE * short
        and apart < PITCH * short
        and up < STEP * long
        and float(np.dot(one.out, other.out)) > PARALLEL
    )


def _as_coil(reading: Reading, row: list[_Spike]) -> Coil | None:
    """The band of a coil's loops, if the line that they stand on bows between them."""
    feet = np.array([spike.foot for spike in row])
    first, last, _ = fit_line(feet)
    axis = (last - first) / max(math.dist(last, first), 1e-9)
    up = np.median([spike.out for spike in row], axis=0)
    if abs(cross(axis, up)) < UPRIGHT * float(np.hypot(*up)):
        return None
    across = np.array([-axis[1], axis[0]])
    across = across if np.dot(across, up) > 0 else -across
    order = np.argsort(feet @ axis)
    feet = feet[order]
    steps = np.diff(feet @ axis)
    pitch = float(np.median(steps))
    if np.ptp(feet @ axis) < (FEWEST_LOOPS - 1.5) * pitch:
        return None
    bows = [
        _bow(reading, (p + q) / 2, across, pitch)
        for p, q, step in zip(feet, feet[1:], steps, strict=False)
        if step < NEXT * pitch
    ]
    bowed = [bow is not None and bow > BOWED * reading.stroke_width for bow in bows]
    if np.mean(bowed) < EVEN:
        return None
    reach = float(np.median([np.dot(spike.tip - spike.foot, across) for spike in row]))
    depth = float(np.median([bow for bow in bows if bow is not None]))
    middle = feet.mean(axis=0) + (reach - depth) / 2 * across
    places = (feet - middle) @ axis
    begin, end = float(places.min()) - pitch / 2, float(places.max()) + pitch / 2
    return Coil(middle + begin * axis, middle + end * axis, reach + depth)


def _as_zigzag(one: list[_Spike], other: list[_Spike]) -> Coil | None:
    """The band of a zigzag whose teeth point to both sides in turn."""
    up, down = (np.median([spike.out for spike in row], axis=0) for row in (one, other))
    if np.dot(up, down) > -PARALLEL * np.hypot(*up) * np.hypot(*down):
        return None
    spikes = [*one, *other]
    first, last, _ = fit_line(np.array([spike.foot for spike in spikes]))
    axis = (last - first) / max(float(np.hypot(*(last - first))), 1e-9)
    across = np.array([-axis[1], axis[0]])
    across = across if np.dot(across, up) > 0 else -across
    if np.dot(across, up) < UPRIGHT * float(np.hypot(*up)):
        return None
    middle = (first + last) / 2
    places = np.array([spike.foot - middle for spike in spikes]) @ axis
    sides = np.array([True] * len(one) + [False] * len(other))[np.argsort(places)]
    long = float(np.median([spike.length for spike in spikes]))
    pitch = float(np.ptp(places)) / (len(spikes) - 1)
    if np.mean(sides[1:] != sides[:-1]) < EVEN or pitch > PITCH * long:
        return None
    high, low = (
        float(np.median([np.dot(spike.tip - middle, across) for spike in row]))
        for row in (one, other)
    )
    begin, end = float(places.min()) - pitch, float(places.max()) + pitch
    middle = middle + (high + low) / 2 * across
    return Coil(middle + begin * axis, middle + end * axis, high - low)


def _bow(reading: Reading, middle: Vector, across: Vector, pitch: float) -> float | None:
    """How far below the middle of two feet the line between them runs; None where none does."""
    depths = np.arange(-1.5 * reading.stroke_width, MOST_BOW * pitch, 0.125 * reading.stroke_width)
    inked = reading.evidence.inked_at(middle - depths[:, None] * across, 0.0)
    if not inked.any():
        return None
    begin = int(np.argmax(inked))
    run = int(np.argmin(inked[begin:])) or len(inked) - begin
    return float(depths[begin] + depths[begin + run - 1]) / 2
