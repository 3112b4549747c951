"""What things slide and roll on: tilted ground, ice and rubber, wood and steel."""

from __future__ import annotations

import numpy as np

from .. import marks, textbook
from ..plan import Plan
from ..wording import say
from .ramps import Slope
from .stacks import floor_under

MATERIALS = {"ice": 0.03, "rubber": 0.9, "steel": 0.3, "wood": 0.4}
"""Friction of the words that name a surface."""


def tilted_ground(plan: Plan) -> None:
    """A block on one long hatched line that slopes; the angle is to a level line or is drawn."""
    rng = plan.rng
    to = int(rng.choice([-1, 1]))
    degrees = float(rng.choice([10, 15, 20, 25, 30]))
    angle = float(np.radians(degrees))
    up = np.array([to * np.cos(angle), np.sin(angle)])
    out = np.array([-to * np.sin(angle), np.cos(angle)])
    length = rng.uniform(7.5, 9.5)
    ends = [np.zeros(2), up * length]
    if rng.random() < 0.5:
        ends.reverse()
    ground = marks.surface(plan, ends[0], ends[1], -out, name="slope")
    height = rng.uniform(0.9, 1.4)
    width = height * rng.uniform(1.1, 1.6)
    share = rng.uniform(0.6, 0.75)
    block = marks.box(
        plan, up * length * share + out * height / 2, width, height, to * angle, name="block"
    )
    plan.join("contact", ground, block)
    friction = float(rng.choice([f for f in (0, 0.05, 0.1, 0.2) if f < np.tan(angle) - 0.08]))
    below = [up * length * s - out * 0.65 for s in (0.25, 0.4, 0.5, 0.6)]
    plan.label(ground, say(rng, "friction", friction), "friction", friction, "", near=below)
    if rng.random() < 0.6:
        mass = float(rng.choice([1, 2, 5]))
        plan.label(block, say(rng, "mass", mass), "mass", mass, "kg")
    a = textbook.slide_acceleration(angle, friction)
    room = length * share - width

    def window(metres_per_unit: float) -> list[float]:
        lasts = 0.8 * float(np.sqrt(2 * room * metres_per_unit / a))
        return [0.05, min(0.4, lasts)]

    down = -degrees if to == -1 else 180 + degrees
    plan.expect("accel", block, value=a, tol=0.04, dir=down, t=window)


def ice_and_rubber(plan: Plan) -> None:
    """Two blocks of different stuff start at one speed on the same floor; each slows by μ g."""
    rng = plan.rng
    stuffs = [str(s) for s in rng.choice(list(MATERIALS), 2, replace=False)]
    if "ice" not in stuffs:
        stuffs[0] = "ice"
    speed = float(rng.choice([1, 1.5, 2]))
    x = 0.0
    blocks = []
    for _ in stuffs:
        width, height = rng.uniform(1.5, 2.2), rng.uniform(1.1, 1.5)
        blocks.append(marks.box(plan, (x, height / 2), width, height, name="block"))
        x += rng.uniform(5.0, 6.0)
    floor = floor_under(plan, -1.5, x + 1.0)
    for block, stuff in zip(blocks, stuffs, strict=True):
        plan.join("contact", floor, block)
        top = float(block.outline[:, 1].max()) + rng.uniform(0.35, 0.5)
        left = float(block.centre[0])
        arrow = marks.arrow(plan, (left - 0.5, top), (left + rng.uniform(0.9, 1.3), top))
        plan.join("acts_on", arrow, block)
        written = say(rng, "velocity", speed, unit="m/s", name="v")
        plan.label(arrow, written, "velocity", speed, "m/s")
        inside = bool(np.ptp(block.outline[:, 0]) > 1.9 and rng.random() < 0.6)
        plan.label(block, stuff, "word", None, "", inside=inside)
        # The smaller of two stated ones holds, and the floor states none.
        slows = MATERIALS[stuff] * textbook.GRAVITY

        def window(metres_per_unit: float, slows: float = slows) -> list[float]:
            return [0.01, min(0.3, 0.9 * speed / slows, 2.5 * metres_per_unit / speed)]

        plan.expect("accel", block, value=-slows, tol=0.05, dir=0, t=window)


def block_of_stuff_on_ramp(plan: Plan) -> None:
    """A word on a ramp or its block says how it slides."""
    rng = plan.rng
    slope = Slope(plan, stated_deg=float(rng.choice([30, 35, 40])), line=bool(rng.random() < 0.3))
    share = rng.uniform(0.55, 0.72)
    height = rng.uniform(0.9, 1.4)
    width = height * rng.uniform(1.2, 1.7)
    block = slope.box(share, width, height)
    stuff = str(rng.choice(["ice", "steel", "wood"]))
    if rng.random() < 0.5:
        plan.label(block, stuff, "word", None, "")
    else:
        near = [slope.at(s) + slope.out * 0.25 for s in (0.15, 0.25, 0.35)]
        plan.label(slope.ramp, stuff, "word", None, "", near=near)
    if rng.random() < 0.5:
        slope.label_mass(block)
    a = textbook.slide_acceleration(slope.angle, MATERIALS[stuff])
    slope.expect_acceleration(block, share, width / 2, a)


def ball_down_and_along(plan: Plan) -> None:
    """A ball that rolls down a ramp and on along the floor."""
    rng = plan.rng
    slope = Slope(plan, stated_deg=float(rng.choice([10, 12, 15, 20])))
    radius, share = rng.uniform(0.35, 0.5), rng.uniform(0.6, 0.85)
    ball = slope.ball(share, radius)
    if rng.random() < 0.6:
        slope.label_mass(ball)
    run = slope.length * share - radius
    sin, cos = np.sin(slope.angle), np.cos(slope.angle)

    def later(metres_per_unit: float) -> list[float]:
        meets = float(np.sqrt(2 * run * metres_per_unit / textbook.roll_acceleration(slope.angle)))
        return [1.12 * meets, 1.12 * meets + 0.2]

    def least(metres_per_unit: float) -> float:
        drop = run * sin * metres_per_unit
        # A sphere that meets the floor without a bounce keeps (2 + 5 cos θ)/7 of its speed.
        return float(0.92 * (2 + 5 * cos) / 7 * np.sqrt(10 / 7 * textbook.GRAVITY * drop))

    def most(metres_per_unit: float) -> float:
        return 1.05 * float(np.sqrt(10 / 7 * textbook.GRAVITY * run * sin * metres_per_unit))

    forward = 180 if slope.to == 1 else 0
    plan.expect("speed", ball, lo=least, hi=most, dir=forward, t=later)
