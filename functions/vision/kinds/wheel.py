"""Wheels and pulleys: circles with a dot, a small circle or a cross at their centre.

Which of the two a circle is follows from what it is joined to, see `axles`; until then it is a
wheel.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np

from ..mark import Mark
from ..reading import Reading

HUB = 0.5
"""The largest hub, its radius over the wheel's."""
OFF_CENTER = 0.25
"""How far a hub may lie off the centre, as a share of the wheel's radius."""
LEAST_RADIUS = 3.2
"""In stroke widths: a smaller circle with ink in it is a joint's mark."""
THICK = 1.6
"""Thickness of a dot in stroke widths; where two strokes cross it is 1.4."""
LEAST_DOT = 0.6
"""The same where there is paper all round it: a pen that was set down once, worn chalk."""
INSIDE, MOSTLY_PAPER = 0.7, 0.6
"""How far about its centre a wheel is looked at whole, in radii, and the most of that that is ink:
a ball may be blacked in."""
CROSS = 0.35
"""How far the strokes of a cross reach from the centre, as a share of the radius."""


def as_wheel(reading: Reading, circle: Mark, circles: Sequence[Mark]) -> Mark | None:
    """A circle about a hub, which it claims."""
    radius = circle.radius or 0.0
    if radius < LEAST_RADIUS * reading.stroke_width:
        return None
    for other in circles:
        if other is not circle and is_hub(other, circle):
            return replace(
                circle, kind="wheel", instead="pulley", claims=circle.claims | other.claims
            )
    cross = _small_ink(reading, circle)
    if cross:
        return replace(circle, kind="wheel", instead="ball", claims=circle.claims | cross)
    if _has_dot(reading, circle):
        return replace(circle, kind="wheel", instead="ball")
    return None


def _has_dot(reading: Reading, circle: Mark) -> bool:
    """Whether there is a dot at a circle's centre: on its own, or thicker than two strokes that
    cross."""
    evidence = reading.evidence
    page = evidence.page
    radius = (circle.radius or 0.0) * page.scale
    x, y = page.image_to_work(page.straight_to_image(circle.center[None]))[0]
    reach = INSIDE * radius
    left, top = max(0, int(x - reach)), max(0, int(y - reach))
    around = evidence.distance[top : int(y + reach) + 1, left : int(x + reach) + 1]
    patch = np.asarray(around == 0, dtype=np.uint8)
    if patch.size == 0 or patch.mean() > MOSTLY_PAPER:
        return False
    depth = cv2.distanceTransform(patch, cv2.DIST_L2, 3)
    rows, columns = np.ogrid[: patch.shape[0], : patch.shape[1]]
    away = np.hypot(columns + left - x, rows + top - y) / radius
    thick = 2 * depth[away < OFF_CENTER].max(initial=0.0) / page.stroke_width
    alone = not patch[(away > CROSS) & (away < INSIDE)].any()
    return bool(thick > (LEAST_DOT if alone else THICK))


def is_hub(spot: Mark, wheel: Mark) -> bool:
    """Whether a circle or spot is the hub of another."""
    radius = wheel.radius or 0.0
    apart = math.dist(spot.center, wheel.center)
    return (spot.radius or 0.0) < HUB * radius and apart < OFF_CENTER * radius


def _small_ink(reading: Reading, circle: Mark) -> frozenset[int]:
    """The pieces of a cross, or of a dot too small to be a spot, at a circle's centre."""
    radius, width = circle.radius or 0.0, reading.stroke_width
    reach = CROSS * radius
    found = [
        number
        for number in reading.evidence.piece_grid.near(circle.center - reach, circle.center + reach)
        if number not in reading.taken
        and float(np.hypot(*(reading.evidence.pieces[number].points - circle.center).T).max())
        < reach
    ]
    if not found:
        return frozenset()
    points = np.concatenate([reading.evidence.pieces[number].points for number in found])
    middle = (points.min(axis=0) + points.max(axis=0)) / 2
    off = math.dist(middle, circle.center)
    return frozenset(found) if off < 0.15 * radius + 0.5 * width else frozenset()
