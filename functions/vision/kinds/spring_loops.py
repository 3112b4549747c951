"""The loops of a coil seen from the side: narrow, or run together, and all to one side.

A coil goes over in wide bows and comes back in narrow loops. Only the bows turn to and fro as a
zigzag does, so the band that is found is theirs; the loops hang at its teeth, about as far each.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..mark import Mark
from ..pieces import Vector
from ..reading import Reading

FEWEST_LOOPS = 4
FURTHEST = 6.0
"""How far loops may reach, in widths of the bows' band and of strokes."""
EVEN = 0.3
"""How far a loop's reach may be from the usual one, as a share of it, and the share that may."""
OF_LENGTH = 0.6
"""Loops are along so much of the band at least."""
LONGEST = 0.3
"""A piece of a loop is shorter than this share of the band; a line beside the spring is not."""


def with_loops(reading: Reading, spring: Mark) -> Mark:
    """The spring, as broad as the loops that hang at its turns on one side; itself without any."""
    first, last = spring.ends
    length = float(np.hypot(*(last - first)))
    axis = (last - first) / length
    half = float(np.hypot(*(spring.outline[0] - spring.outline[3]))) / 2
    # `outline` lists the corners from this side of the axis to the other.
    across = (spring.outline[0] - spring.outline[3]) / max(2 * half, 1e-9)
    grown: list[tuple[float, frozenset[int]]] = []
    for side in (1.0, -1.0):
        found = _loops(reading, spring, (first, axis, side * across), length, half)
        grown.append(found or (0.0, frozenset()))
    (far, claims), (other_far, other_claims) = grown
    if bool(far) == bool(other_far):  # on both sides it is what lies about, not loops
        return spring
    outline = spring.outline.copy()
    outline[:2] += far * across
    outline[2:] -= other_far * across
    return replace(spring, outline=outline, claims=spring.claims | claims | other_claims)


def _loops(
    reading: Reading,
    spring: Mark,
    frame: tuple[Vector, Vector, Vector],
    length: float,
    half: float,
) -> tuple[float, frozenset[int]] | None:
    """How far beyond its band's edge a spring's loops reach on one side, and their pieces."""
    origin, axis, across = frame
    stroke = reading.stroke_width
    reach = FURTHEST * (2 * half + stroke)
    corners = origin + np.array([[0.0], [length]]) * axis
    corners = np.concatenate([corners - half * across, corners + reach * across])
    waiting: dict[int, tuple[Vector, Vector]] = {}
    for number in reading.evidence.piece_grid.near(corners.min(axis=0), corners.max(axis=0)):
        if number in reading.taken or number in spring.claims:
            continue
        points = reading.evidence.pieces[number].points - origin
        places, beyond = points @ axis, points @ across - half
        inside = places.min() > -2 * stroke and places.max() < length + 2 * stroke
        fits = float(np.ptp(places)) < LONGEST * length and beyond.max() < reach
        if inside and fits and beyond.min() > -2 * half - stroke:
            waiting[number] = (places, beyond)
    # What reaches out from the band, then what hangs on to that.
    claims: set[int] = set()
    tips: list[tuple[float, float]] = []
    for number, (places, beyond) in waiting.items():
        if beyond.min() < 2 * stroke and beyond.max() > 2 * stroke:
            claims.add(number)
            tips.append((float(places[beyond.argmax()]), float(beyond.max())))
    if not tips:
        return None
    for number, (places, beyond) in waiting.items():
        if number not in claims and beyond.max() > 2 * stroke:
            tip, far = min(tips, key=lambda tip: abs(tip[0] - float(places.mean())))
            if abs(tip - float(places.mean())) < 3 * stroke and beyond.min() < far + 2 * stroke:
                claims.add(number)
                tips.append((tip, float(beyond.max())))
    return _even(tips, length, stroke, frozenset(claims))


def _even(
    tips: list[tuple[float, float]], length: float, stroke: float, claims: frozenset[int]
) -> tuple[float, frozenset[int]] | None:
    """The usual reach of tips (place, reach) that follow each other along a band, if it is one."""
    loops: list[list[float]] = []
    for place, far in sorted(tips):
        if loops and place - loops[-1][0] < 2.5 * stroke:
            loops[-1] = [place, max(far, loops[-1][1])]
        else:
            loops.append([place, far])
    if len(loops) < FEWEST_LOOPS:
        return None
    places, reaches = np.array(loops).T
    usual = float(np.median(reaches))
    odd = np.abs(reaches - usual) > EVEN * usual + stroke
    if np.ptp(places) < OF_LENGTH * length or odd.mean() > EVEN:
        return None
    return usual, claims
