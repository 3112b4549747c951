"""Masses on springs."""

from __future__ import annotations

import numpy as np

from .. import marks, textbook
from ..plan import LEFT, RIGHT, UP, Plan
from ..wording import say

MASSES_KG = (0.5, 1, 1.5, 2, 2.5, 3, 4, 5)
RATES = (20, 25, 30, 40, 50, 60, 80, 100)
"""Stiffness over mass, 1/s²: periods of 0.6 to 1.4 s and sags of at most half a metre."""


def mass_and_stiffness(plan: Plan) -> tuple[float, float]:
    """A mass and a stiffness that people would write."""
    mass = float(plan.rng.choice(MASSES_KG))
    return mass, float(plan.rng.choice(RATES)) * mass


def mass_on_spring(plan: Plan) -> None:
    """A box or a ball that hangs from a spring and starts where the spring is at rest."""
    rng = plan.rng
    length = rng.uniform(2.5, 5.0)
    width = rng.uniform(2.2, 8.5)
    left = np.array([-width * rng.uniform(0.35, 0.65), 0])
    kind = "ground" if width > 6 else "support"
    if width < 3.5 and rng.random() < 0.15:
        top = marks.block_support(plan, left + RIGHT * width / 2 + UP * 0.25, width, 0.5)
    else:
        top = marks.surface(plan, left, left + RIGHT * width, UP, kind=kind, name="top")
    spring = marks.spring(plan, (0, 0), (0, -length), width=rng.uniform(0.45, 0.9))
    if rng.random() < 0.7:
        height = rng.uniform(1.0, 2.0)
        weight = marks.box(
            plan, (0, -length - height / 2), height * rng.uniform(0.9, 1.6), height, name="weight"
        )
    else:
        radius = rng.uniform(0.5, 0.9)
        weight = marks.ball(plan, (0, -length - radius), radius, name="weight")
    plan.join("spring", top, weight, spring)
    mass, stiffness = mass_and_stiffness(plan)
    inside = weight.kind == "box" and rng.random() < 0.25
    plan.label(weight, say(rng, "mass", mass), "mass", mass, "kg", inside=bool(inside))
    plan.label(spring, say(rng, "stiffness", stiffness), "stiffness", stiffness, "N/m")
    period = textbook.spring_period(mass, stiffness)
    plan.expect("period", weight, value=period, tol=0.02, dir=90, t=[0, 8])
    plan.expect("energy", None, lo=0, hi=0.02, t=[0, 10])


def box_on_spring_by_wall(plan: Plan) -> None:
    """A box on a smooth floor, on a spring to a wall, given a push."""
    rng = plan.rng
    side = int(rng.choice([-1, 1]))
    length = rng.uniform(3.0, 4.5)
    height = rng.uniform(1.2, 2.0)
    width = height * rng.uniform(1.0, 1.6)
    tall = height * rng.uniform(1.3, 2.0)
    far = side * (length + width + rng.uniform(2.5, 4.0))
    floor = marks.surface(plan, (0, 0), (far, 0), hatched=bool(rng.random() < 0.85))
    solid = LEFT if side == 1 else RIGHT
    wall_kind = "support"
    wall = marks.surface(plan, (0, 0), (0, tall), solid, kind=wall_kind, name="wall")
    level = height * rng.uniform(0.4, 0.6)
    spring = marks.spring(plan, (0, level), (side * length, level), width=rng.uniform(0.45, 0.7))
    box = marks.box(plan, (side * (length + width / 2), height / 2), width, height, name="block")
    plan.join("contact", floor, box)
    plan.join("spring", wall, box, spring)
    mass, stiffness = mass_and_stiffness(plan)
    plan.label(box, say(rng, "mass", mass), "mass", mass, "kg", inside=bool(rng.random() < 0.3))
    plan.label(spring, say(rng, "stiffness", stiffness), "stiffness", stiffness, "N/m")
    below = [(side * x, -0.3) for x in np.linspace(1, abs(far) - 1, 6)]
    plan.label(floor, say(rng, "friction", 0.0), "friction", 0.0, "", near=below)
    # The push must not bring the box to the wall: a third of the spring in a 4 m wide picture.
    fastest = 0.2 * np.sqrt(stiffness / mass)
    speed = float(max(v for v in (0.3, 0.5, 0.8, 1.0, 1.2, 1.5, 2.0) if v <= max(fastest, 0.3)))
    velocity = say(rng, "velocity", speed, name="v", unit="m/s")
    above = height + rng.uniform(0.3, 0.6)
    start = side * (length + rng.uniform(0.0, 0.3) * width)
    push = marks.arrow(plan, (start, above), (start + side * rng.uniform(1.2, 1.8), above))
    plan.join("acts_on", push, box)
    plan.label(push, velocity, "velocity", speed, "m/s")
    period = textbook.spring_period(mass, stiffness)
    plan.expect("period", box, value=period, tol=0.02, dir=0, t=[0, 8])
