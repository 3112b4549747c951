"""Ropes and pulleys."""

from __future__ import annotations

import itertools

import numpy as np

from .. import marks, textbook
from ..hand import Points
from ..plan import UP, Mark, Plan
from ..wording import say
from .pendulums import ceiling, label_length, swing


def hanging_pulley(plan: Plan, centre: Points, radius: float) -> Mark:
    """A pulley under a ceiling, held by a line to its centre."""
    rng = plan.rng
    above = centre + UP * (radius + rng.uniform(0.6, 1.2))
    top = ceiling(plan, above, rng.uniform(2.0, 4.0))
    pulley = marks.wheel(plan, centre, radius, kind="pulley")
    holder = marks.rod(plan, above, centre, rims=(0.0, 0.0), name="holder")
    plan.join("hinge", top, pulley, holder)
    return pulley


def over(centre: Points, radius: float) -> Points:
    """The way of a rope over the top of a pulley, from its left to its right."""
    angle = np.linspace(np.pi, 0, 24)
    return centre + radius * np.stack([np.cos(angle), np.sin(angle)], axis=1)


def atwood(plan: Plan) -> None:
    """Two masses on a rope over a pulley."""
    rng = plan.rng
    radius = rng.uniform(0.6, 1.0)
    centre = np.zeros(2)
    pulley = hanging_pulley(plan, centre, radius)
    sizes = rng.uniform(0.9, 1.4, 2)
    falls = rng.uniform(2.5, 3.5, 2)
    sizes = np.minimum(sizes, 1.7 * radius)
    tops = [np.array([-radius, -falls[0]]), np.array([radius, -falls[1]])]
    path = np.vstack([tops[0], over(centre, radius), tops[1]])
    rope = marks.rope(plan, path)
    left, right = (
        marks.box(plan, top - UP * size / 2, size, size, name="weight")
        for top, size in zip(tops, sizes, strict=True)
    )
    plan.join("rope", left, right, rope)
    plan.join("over", rope, pulley)
    one, two = (float(m) for m in rng.choice([1, 2, 3, 4, 5], 2, replace=False))
    for weight, mass in ((left, one), (right, two)):
        plan.label(weight, say(rng, "mass", mass, unit="kg"), "mass", mass, "kg")
    a = textbook.GRAVITY * abs(one - two) / (one + two)
    heavy = left if one > two else right

    def window(metres_per_unit: float) -> list[float]:
        room = float(falls.min() - 0.6) * metres_per_unit
        return [0.03, 0.8 * float(np.sqrt(2 * room / a))]

    plan.expect("accel", heavy, value=a, tol=0.03, dir=-90, t=window)


def ball_on_string(plan: Plan) -> None:
    """A pendulum on a dashed string."""
    rng = plan.rng
    drawn, angle = rng.uniform(3.5, 6.0), swing(rng, 8, 25)
    hinge = np.zeros(2)
    top = ceiling(plan, hinge, rng.uniform(2.0, 5.0))
    centre = drawn * np.array([np.sin(angle), -np.cos(angle)])
    radius = rng.uniform(0.3, 0.5)
    rim = centre * (1 - radius / drawn)
    rope = marks.rope(plan, [hinge, rim], dashed=True)
    bob = marks.ball(plan, centre, radius, name="bob")
    plan.join("rope", top, bob, rope)
    length_m = label_length(plan, rope, drawn)
    period = textbook.pendulum_period(length_m, angle)
    plan.expect("period", bob, value=period, tol=0.02, dir=0, t=[0, 8])
    plan.expect("energy", None, lo=0, hi=0.02, t=[0, 8])


def newtons_cradle(plan: Plan) -> None:
    """Balls side by side on rods; the first is lifted, and the last takes its swing."""
    rng = plan.rng
    count = int(rng.integers(3, 6))
    radius, drawn = rng.uniform(0.4, 0.5), rng.uniform(3.5, 4.5)
    side = int(rng.choice([-1, 1]))
    lift = np.radians(rng.uniform(25, 40))
    ends = sorted([-side * 1.0, side * (2 * radius * (count - 1) + 1.0)])
    top = marks.surface(plan, (ends[0], 0), (ends[1], 0), UP, kind="support", name="top")
    balls = []
    for i in range(count):
        hinge = np.array([side * 2 * radius * i, 0.0])
        angle = lift if i == 0 else 0.0
        centre = hinge + drawn * np.array([-side * np.sin(angle), -np.cos(angle)])
        rod = marks.rod(plan, hinge, centre, rims=(0.0, radius))
        ball = marks.ball(plan, centre, radius)
        plan.join("hinge", top, ball)
        balls.append(ball)
        if i == 0:
            length_m = label_length(plan, rod, drawn)
    # Where nothing is said e is 0, and what one of a pair says holds: every other ball is enough.
    for ball in balls[1::2]:
        plan.label(ball, say(rng, "restitution", 1.0), "restitution", 1.0, "")
    for ball, neighbour in itertools.pairwise(balls[1:]):
        plan.join("contact", ball, neighbour)
    period = textbook.pendulum_period(length_m, float(lift))
    reach = 2 * length_m * np.sin(lift / 2)
    quarter = [0.26 * period, 0.55 * period]
    plan.expect("wander", balls[-1], lo=0.85 * reach, hi=1.1 * reach, t=quarter)
