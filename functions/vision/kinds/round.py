"""Round marks: each circle is a wheel, a joint's mark or a ball, or the hub of a wheel."""

from __future__ import annotations

import numpy as np

from ..circles import find_circles
from ..mark import Mark
from ..pieces import segment_distance
from ..reading import Reading
from .pivot import as_pivot, is_joint
from .wheel import as_wheel, is_hub


def find(reading: Reading) -> list[Mark]:
    """All wheels, pivots and balls."""
    circles = [circle for circle in find_circles(reading) if not _is_head(reading, circle)]
    wheels = {
        id(circle): wheel
        for circle in circles
        if (wheel := as_wheel(reading, circle, circles)) is not None
    }
    found = list(wheels.values())
    for circle in circles:
        if id(circle) in wheels or any(is_hub(circle, wheel) for wheel in wheels.values()):
            continue
        if not is_joint(reading, circle):
            found.append(circle)
        elif (pivot := as_pivot(reading, circle)) is not None:
            found.append(pivot)
    return found


def _is_head(reading: Reading, spot: Mark) -> bool:
    """Whether a filled spot is the head of an arrow, or one of a load's."""
    reach = (spot.radius or 0.0) + 3.0 * reading.stroke_width
    if spot.claims:
        return False
    pointed = [mark.ends[1] for mark in reading.of("arrow", "arc_arrow")]
    if any(float(np.hypot(*(tip - spot.center))) < reach for tip in pointed):
        return True
    return any(
        segment_distance(load.outline[0], load.outline[1], spot.center) < reach
        for load in reading.of("load")
    )
