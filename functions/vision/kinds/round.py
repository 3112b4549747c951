"""Round marks: each circle is a wheel, a joint's mark or a ball, or the hub of a wheel."""

from __future__ import annotations

from ..circles import find_circles
from ..mark import Mark
from ..reading import Reading
from .pivot import as_pivot, is_joint
from .wheel import as_wheel, is_hub


def find(reading: Reading) -> list[Mark]:
    """All wheels, pivots and balls."""
    circles = find_circles(reading)
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
