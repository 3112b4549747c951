"""Springs drawn as a wave: a coil whose loops do not close."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from ..holes import Coil
from ..mark import Mark
from ..page import Points
from ..pieces import resample
from ..reading import Reading
from .spring_ends import drawn_out

FEWEST_SWINGS = 5
NARROWEST = 3.0
"""From side to side, in stroke widths: an unsteady hand strays by less."""
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
    waves = [
        wave
        for run in _runs(reading)
        if (wave := _as_wave(reading.stroke_width, *run, rounded)) is not None
        and not _is_doubled(reading, wave, run[0])
    ]
    springs = [*reading.of("spring"), *waves]
    return [drawn_out(reading, wave, springs) for wave in waves]


def _is_doubled(reading: Reading, wave: Mark, path: Points) -> bool:
    """Whether its mirror image is drawn as well: the one strand of a row of circles that touch."""
    first, last = wave.ends
    axis = (last - first) / max(float(np.hypot(*(last - first))), 1e-9)
    across = np.array([-axis[1], axis[0]])
    mirrored = path - 2 * ((path - first) @ across)[:, None] * across
    return reading.evidence.cover(mirrored, reading.stroke_width) > DOUBLED


def _runs(reading: Reading) -> Iterator[tuple[Points, frozenset[int]]]:
    """Free pieces that follow each other in one stroke: their points and their numbers."""
    pieces = reading.evidence.pieces
    run: list[int] = []
    for number, piece in enumerate(pieces):
        if run and (
            number in reading.taken
            or np.hypot(*(piece.points[0] - pieces[run[-1]].points[-1])) > reading.stroke_width
        ):
            yield np.concatenate([pieces[one].points for one in run]), frozenset(run)
            run = []
        if number not in reading.taken:
            run.append(number)
    if run:
        yield np.concatenate([pieces[one].points for one in run]), frozenset(run)


def _as_wave(
    stroke_width: float, points: Points, pieces: frozenset[int], rounded: float
) -> Mark | None:
    """A stroke as a spring, if it is a wave of at least `rounded` pieces a swing."""
    if len(pieces) < FEWEST_SWINGS:
        return None
    points = resample(points, stroke_width / 2)
    middle = points.mean(axis=0)
    _, axes = np.linalg.eigh((points - middle).T @ (points - middle))
    axis = axes[:, 1] if np.dot(points[-1] - points[0], axes[:, 1]) > 0 else -axes[:, 1]
    across = np.array([-axis[1], axis[0]])
    along, aside = (points - middle) @ axis, (points - middle) @ across
    turns = _turns(aside, 0.5 * NARROWEST * stroke_width)
    if len(turns) < FEWEST_SWINGS + 1:
        return None
    if rounded and len(pieces) - LEADS < rounded * len(turns):
        return None
    swings, steps = np.abs(np.diff(aside[turns])), np.diff(along[turns])
    width = float(np.median(swings))
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
