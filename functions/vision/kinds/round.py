"""Round marks: each circle is a wheel, a joint's mark or a ball, or the hub of a wheel."""

from __future__ import annotations

import math

import numpy as np

from ..circles import find_circles
from ..mark import Mark
from ..reading import Reading
from ..vectors import segment_distance
from .pivot import as_pivot, is_joint
from .wheel import as_wheel, is_hub

CLOSED = 0.945
"""The least share of a wheel's rim that is inked: a hand leaves up to 6 % of a loop open."""


def find_wheels(reading: Reading) -> list[Mark]:
    """Closed circles about a hub, before their rims can be dashes, barbs or arcs with heads."""
    circles = find_circles(reading)
    wheels = [as_wheel(reading, circle, circles) for circle in circles]
    return [wheel for wheel in wheels if wheel is not None and _is_closed(reading, wheel)]


def find(reading: Reading) -> list[Mark]:
    """All wheels, pivots and balls."""
    sure = reading.of("wheel")
    circles = [
        circle
        for circle in find_circles(reading)
        if not _is_head(reading, circle) and not any(_runs_round(circle, wheel) for wheel in sure)
    ]
    wheels = {
        id(circle): wheel
        for circle in circles
        if (wheel := as_wheel(reading, circle, circles)) is not None
    }
    known = [*sure, *wheels.values()]
    found = list(wheels.values())
    for circle in circles:
        if id(circle) in wheels or any(_is_of(circle, wheel) for wheel in known):
            continue
        if not is_joint(reading, circle):
            found.append(circle)
        elif (pivot := as_pivot(reading, circle)) is not None:
            found.append(pivot)
    return found


def _is_of(circle: Mark, wheel: Mark) -> bool:
    """Whether a circle is a wheel's hub, or that wheel once more."""
    apart = math.dist(circle.center, wheel.center)
    return is_hub(circle, wheel) or apart < 0.3 * (wheel.radius or 0.0)


def _runs_round(circle: Mark, wheel: Mark) -> bool:
    """Whether a circle is a larger one about a wheel's middle: the curved arrow that turns it, with
    what lies across from that."""
    radius = circle.radius or 0.0
    return radius > (wheel.radius or 0.0) and math.dist(circle.center, wheel.center) < radius


def _is_closed(reading: Reading, circle: Mark) -> bool:
    """Whether ink goes all round; the arc of a motor leaves more open than a hand's circle."""
    ring = np.concatenate([circle.outline, circle.outline[:1]])
    within = max(reading.stroke_width, 0.07 * (circle.radius or 0.0))
    return reading.evidence.cover(ring, within) > CLOSED


def _is_head(reading: Reading, spot: Mark) -> bool:
    """Whether a filled spot is the head of an arrow, or one of a load's."""
    reach = (spot.radius or 0.0) + 3.0 * reading.stroke_width
    if spot.claims:
        return False
    pointed = [mark.ends[1] for mark in reading.of("arrow", "arc_arrow")]
    pointed += [end for mark in reading.of("dimension") for end in mark.ends]
    if any(math.dist(tip, spot.center) < reach for tip in pointed):
        return True
    return any(
        segment_distance(load.outline[0], load.outline[1], spot.center) < reach
        for load in reading.of("load")
    )
