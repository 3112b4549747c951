"""Things in the air."""

from __future__ import annotations

import numpy as np

from .. import marks, textbook
from ..plan import Mark, Plan
from ..wording import say
from .stacks import floor_under


def fall(plan: Plan, body: Mark, low: float, reach: float) -> None:
    """A body above a floor, its height sometimes written on a dimension line."""
    rng = plan.rng
    floor_under(plan, -reach, reach)
    gravity = textbook.GRAVITY
    if rng.random() < 0.5:
        height_m = float(rng.choice([1, 1.5, 2, 2.5, 3, 4]))
        plan.metres_per_unit = height_m / low
        x = rng.choice([-1, 1]) * rng.uniform(1.4, 2.2)
        size = marks.dimension(plan, (x, 0.0), (x, low))
        text = say(rng, "length", height_m, name="h")
        plan.label(size, text, "length", height_m, "m")
    if rng.random() < 0.5:
        mass = float(rng.choice([0.2, 0.5, 1, 2, 3]))
        plan.label(body, say(rng, "mass", mass), "mass", mass, "kg")
    if rng.random() < 0.3:
        gravity = float(rng.choice([1.62, 3.71, 9.8, 10.0]))
        plan.label(None, say(rng, "gravity", gravity), "gravity", gravity, "m/s2")

    def window(metres_per_unit: float) -> list[float]:
        return [0.02, 0.85 * float(np.sqrt(2 * low * metres_per_unit / gravity))]

    plan.expect("accel", body, value=gravity, tol=0.03, dir=-90, t=window)


def dropped_ball(plan: Plan) -> None:
    """A ball let go above the ground."""
    low, radius = plan.rng.uniform(3.0, 6.0), plan.rng.uniform(0.4, 0.9)
    ball = marks.ball(plan, (0, low + radius), radius)
    fall(plan, ball, low, 2.5)


def dropped_box(plan: Plan) -> None:
    """A box let go above the ground."""
    rng = plan.rng
    low, height = rng.uniform(2.5, 5.0), rng.uniform(1.0, 1.8)
    box = marks.box(plan, (0, low + height / 2), height * rng.uniform(1.0, 1.6), height)
    fall(plan, box, low, 3.0)


def dropped_polygon(plan: Plan) -> None:
    """A triangle, a trapezium or an L let go above the ground."""
    rng = plan.rng
    low, wide, high = rng.uniform(2.5, 4.5), rng.uniform(1.6, 2.4), rng.uniform(1.1, 1.6)
    choice = int(rng.integers(3))
    if choice == 0:
        corners = [(-wide / 2, 0), (wide / 2, 0), (rng.uniform(-0.4, 0.4) * wide, high)]
    elif choice == 1:
        top = wide * rng.uniform(0.4, 0.7)
        corners = [(-wide / 2, 0), (wide / 2, 0), (top / 2, high), (-top / 2, high)]
    else:
        arm = rng.uniform(0.4, 0.55)
        corners = [(-wide / 2, 0), (wide / 2, 0), (wide / 2, arm), (arm - wide / 2, arm)]
        corners += [(arm - wide / 2, high), (-wide / 2, high)]
    body = marks.polygon(plan, [(x, y + low) for x, y in corners])
    fall(plan, body, low, 3.0)


def dropped_on_the_moon(plan: Plan) -> None:
    """A ball let go in another gravity, with how long to look at it."""
    rng = plan.rng
    low, radius = rng.uniform(3.0, 5.0), rng.uniform(0.4, 0.7)
    ball = marks.ball(plan, (0, low + radius), radius)
    floor_under(plan, -2.5, 2.5)
    gravity = float(rng.choice([1.6, 1.62, 3.7, 3.71]))
    plan.label(None, say(rng, "gravity", gravity), "gravity", gravity, "m/s2")
    lasts = float(rng.choice([2, 3, 5, 0.8]))
    unit = "ms" if lasts < 1 else "s"
    plan.label(None, say(rng, "time", lasts, unit=unit), "time", lasts, "s")

    def window(metres_per_unit: float) -> list[float]:
        return [0.02, min(0.85 * float(np.sqrt(2 * low * metres_per_unit / gravity)), lasts)]

    plan.expect("accel", ball, value=gravity, tol=0.03, dir=-90, t=window)
