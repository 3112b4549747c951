"""Springs drawn as a wave: a coil whose loops do not close."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from ..coils import Coil
from ..mark import Mark
from ..page import Points
from ..reading import Reading
from ..vectors import resample
from .spring_ends import drawn_out

FEWEST_SWINGS = 5
NARROWEST, NARROW = 1.0, 3.0
"""From side to side, in stroke widths: an unsteady hand strays by less than the first, and up to
the second not so often and not so evenly as a wave swings."""
MANY_SWINGS, EVEN = 7, 0.4
"""The fewest swings of a narrow wave, and how far each, and its step onward, may be from the usual
one, as a share."""
TURNED, STRAIGHT_ON = 0.7, 0.8
"""Cosines: at a joint two pieces turn by more than the first, a third goes on by less than the
second."""
WAY = (1.2, 5.0)
"""From where to where, in stroke widths from a joint, the way of a piece is measured."""
BRANCHED = 0.25
"""The most of a wave's joints at which other strokes begin."""
BROKEN = 3.0
"""A piece longer than this many of its run's usual ones is no swing of it: a box's side."""
UNEVEN = 0.45
"""How far a swing may be from the usual one, as a share of it."""
ODD_SWINGS = 0.25
"""The share of swings that may be uneven."""
SLOWEST = 1.6
"""From one side to the other a wave gets ahead by no more than this many widths of its own."""
ROUNDED = 1.2
"""Pieces a swing: a zigzag's flanks are one each, a curve comes apart into two or three."""
DOUBLED = 0.85
"""The share of a wave's mirror image that is inked, if it is one side of a row of circles."""
LEADS = 4
"""Pieces at the ends of a spring that are no swings: two leads, two half teeth."""
BACK = 0.2
"""A hand's wave may run back by this share of its width, and no more."""


def find_round(reading: Reading) -> list[Mark]:
    """Waves that turn in curves, before their steepest parts can be taken for a zigzag."""
    return _find(reading, ROUNDED)


def find(reading: Reading) -> list[Mark]:
    """Free strokes that swing evenly to and fro about a straight axis."""
    return _find(reading, 0.0)


def _find(reading: Reading, rounded: float) -> list[Mark]:
    waves = []
    for run in _runs(reading):
        for part in (run, *_unbroken(reading, run)):
            points = np.concatenate([reading.evidence.pieces[number].points for number in part])
            wave = _as_wave(reading.stroke_width, points, frozenset(part), rounded)
            if wave is None or _is_doubled(reading, wave, points):
                continue
            if not _has_branches(reading, part):
                waves.append(wave)
                break
    springs = [*reading.of("spring"), *waves]
    return [drawn_out(reading, wave, springs) for wave in waves]


def _is_doubled(reading: Reading, wave: Mark, path: Points) -> bool:
    """Whether its mirror image is drawn as well: the one strand of a row of circles that touch."""
    first, last = wave.ends
    axis = (last - first) / max(math.dist(last, first), 1e-9)
    across = np.array([-axis[1], axis[0]])
    if float(np.ptp(path @ across)) < NARROW * reading.stroke_width:
        return False  # ink is near its mirror image whatever it is
    mirrored = path - 2 * ((path - first) @ across)[:, None] * across
    return reading.evidence.cover(mirrored, reading.stroke_width) > DOUBLED


def _has_branches(reading: Reading, part: Sequence[int]) -> bool:
    """Whether other strokes begin all along a stroke, as hatches do on a line bent by their ink."""
    near = reading.stroke_width
    joints = [reading.evidence.pieces[number].points[0] for number in part[1:]]
    branched = [
        any(
            min(math.dist(end, joint) for end in reading.evidence.pieces[other].points[[0, -1]])
            < near
            for other in reading.evidence.piece_grid.near(joint, joint, near)
            if other not in part
        )
        for joint in joints
    ]
    return bool(branched) and float(np.mean(branched)) > BRANCHED


def _turns_off(reading: Reading, number: int, after: int) -> bool:
    """Whether of two pieces that follow each other one goes straight on in a third: a box's side
    from which a spring leads away."""
    pieces, near = reading.evidence.pieces, 1.5 * reading.stroke_width
    joint = pieces[after].points[0]
    ways = {
        other: _way(pieces[other].points, joint, reading.stroke_width)
        for other in reading.evidence.piece_grid.near(joint, joint, near)
        if min(math.dist(end, joint) for end in pieces[other].points[[0, -1]]) < near
    }
    one, other = ways[number], ways[after]
    return float(np.dot(one, other)) > -TURNED and any(
        min(float(np.dot(way, one)), float(np.dot(way, other))) < -STRAIGHT_ON
        for third, way in ways.items()
        if third not in (number, after)
    )


def _way(path: Points, joint: Points, stroke_width: float) -> Points:
    """The unit vector in which a path (n, 2) leaves a joint at one of its ends: just there the ink
    of the others bends it."""
    if math.dist(path[-1], joint) < math.dist(path[0], joint):
        path = path[::-1]
    away = np.hypot(*(path - path[0]).T)
    near, far = (
        min(int(np.searchsorted(away, reach)), len(path) - 1)
        for reach in (WAY[0] * stroke_width, WAY[1] * stroke_width)
    )
    step = path[far] - path[min(near, far - 1) if far else 0]
    return np.asarray(step / max(float(np.hypot(*step)), 1e-9))


def _unbroken(reading: Reading, run: Sequence[int]) -> Iterator[list[int]]:
    """The parts of a run between pieces that are much longer than its others."""
    lengths = [reading.evidence.pieces[number].length for number in run]
    longest = BROKEN * float(np.median(lengths))
    part: list[int] = []
    parts: list[list[int]] = []
    for number, length in zip(run, lengths, strict=True):
        if length < longest:
            part.append(number)
        else:
            parts.append(part)
            part = []
    if len(part) == len(run):
        return
    yield from (part for part in (*parts, part) if len(part) >= FEWEST_SWINGS)


def _runs(reading: Reading) -> Iterator[list[int]]:
    """The numbers of free pieces that follow each other in one stroke, where they are enough."""
    for row in _rows(reading):
        if len(row) < FEWEST_SWINGS:
            continue
        turns = [
            place
            for place in range(1, len(row))
            if _turns_off(reading, *row[place - 1 : place + 1])
        ]
        for begin, end in pairwise([0, *turns, len(row)]):
            if end - begin >= FEWEST_SWINGS:
                yield row[begin:end]


def _rows(reading: Reading) -> Iterator[list[int]]:
    """The numbers of free pieces each of which begins where the one before ends."""
    pieces = reading.evidence.pieces
    row: list[int] = []
    for number, piece in enumerate(pieces):
        if row and (
            number in reading.taken
            or math.dist(piece.points[0], pieces[row[-1]].points[-1]) > reading.stroke_width
        ):
            yield row
            row = []
        if number not in reading.taken:
            row.append(number)
    if row:
        yield row


def _as_wave(
    stroke_width: float, points: Points, pieces: frozenset[int], rounded: float
) -> Mark | None:
    """A stroke as a spring, if it is a wave of at least `rounded` pieces a swing."""
    points = resample(points, stroke_width / 2)
    middle = points.mean(axis=0)
    _, axes = np.linalg.eigh((points - middle).T @ (points - middle))
    axis = axes[:, 1] if np.dot(points[-1] - points[0], axes[:, 1]) > 0 else -axes[:, 1]
    across = np.array([-axis[1], axis[0]])
    along, aside = (points - middle) @ axis, (points - middle) @ across
    turns = _turns(aside, max(0.5 * NARROWEST * stroke_width, 0.25 * float(np.ptp(aside))))
    if len(turns) < FEWEST_SWINGS + 1:
        return None
    swings, steps = np.abs(np.diff(aside[turns])), np.diff(along[turns])
    width = float(np.median(swings))
    # Where a wave is narrow, ink fills its corners: flanks and curves look alike.
    narrow = width < NARROW * stroke_width
    if narrow and (len(swings) < MANY_SWINGS or not _is_even(swings) or not _is_even(steps)):
        return None
    if rounded and not narrow and len(pieces) - LEADS < rounded * len(turns):
        return None
    if width < NARROWEST * stroke_width or float(np.ptp(along)) < 1.5 * width:
        return None
    if float(np.mean(np.abs(swings - width) > UNEVEN * width)) > ODD_SWINGS:
        return None
    steps = steps[1:-1]  # a lead that leans makes the outermost longer
    if not (np.median(steps) > 0 and -BACK * width < steps.min() and steps.max() < SLOWEST * width):
        return None
    center = middle + float(np.mean([aside[turns].max(), aside[turns].min()])) * across
    band = Coil(center + along.min() * axis, center + along.max() * axis, width).band()
    return Mark("spring", min(0.95, 0.7 + 0.03 * len(swings)), band, claims=pieces)


def _is_even(sizes: npt.NDArray[np.float64]) -> bool:
    """Whether all but the outermost are about alike."""
    usual = float(np.median(sizes))
    return bool(np.abs(sizes[1:-1] - usual).max() < EVEN * usual)


def _turns(aside: npt.NDArray[np.float64], least: float) -> list[int]:
    """Where a line that runs to and fro turns back by `least` or more: the extremes' places."""
    turns: list[int] = []
    low = high = 0
    rising: bool | None = None
    for place in range(1, len(aside)):
        low = place if aside[place] < aside[low] else low
        high = place if aside[place] > aside[high] else high
        if rising is not False and aside[place] < aside[high] - least:
            turns.append(high)
            rising, low = False, place
        elif rising is not True and aside[place] > aside[low] + least:
            turns.append(low)
            rising, high = True, place
    return turns
