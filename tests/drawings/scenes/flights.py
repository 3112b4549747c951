"""Things that are thrown, pushed and struck."""

from __future__ import annotations

import numpy as np

from .. import marks, textbook
from ..plan import Plan
from ..wording import say
from .stacks import floor_under


def thrown_ball(plan: Plan) -> None:
    """A ball in the air with an arrow that says how fast it starts, and where to."""
    rng = plan.rng
    low, radius = rng.uniform(1.5, 3.0), rng.uniform(0.3, 0.5)
    side = int(rng.choice([-1, 1]))
    start = np.array([0.0, low + radius])
    ball = marks.ball(plan, start, radius)
    degrees = float(rng.choice([0, 15, 30, 40, 45, 50, 60]))
    angle = np.radians(degrees)
    away = np.array([side * np.cos(angle), np.sin(angle)])
    length = rng.uniform(1.5, 2.2)
    arrow = marks.arrow(plan, start + away * radius, start + away * (radius + length))
    plan.join("acts_on", arrow, ball)
    speed = float(rng.choice([2, 3, 4, 5, 6]))
    plan.label(arrow, say(rng, "velocity", speed, unit="m/s"), "velocity", speed, "m/s")
    plan.metres_per_unit = 0.4
    floor_under(plan, *sorted([-side * 1.0, side * 7.0]))
    x = -side * rng.uniform(1.0, 1.6)
    height = marks.dimension(plan, (x, 0), (x, low))
    drop = low * plan.metres_per_unit
    plan.metres_per_unit = float(f"{drop:.2g}") / low
    drop = low * plan.metres_per_unit
    plan.label(height, say(rng, "length", drop, name="h"), "length", drop, "m")
    if degrees:
        text = say(rng, "angle", float(angle))
        plan.label(arrow, text, "angle", float(angle), "rad")
    v_x, v_z = speed * np.cos(angle), speed * np.sin(angle)
    g = textbook.GRAVITY
    lands = float((v_z + np.sqrt(v_z**2 + 2 * g * drop)) / g)
    when = 0.9 * lands
    forward = 0.0 if side == 1 else 180.0
    plan.expect("shift", ball, value=float(v_x) * when, tol=0.02, dir=forward, t=[0, when])
    plan.expect("accel", ball, value=g, tol=0.02, dir=-90, t=[0.02, when])


def pushed_block(plan: Plan) -> None:
    """A force on a block on the floor: a = (F - μ m g) / m."""
    rng = plan.rng
    side = int(rng.choice([-1, 1]))
    height = rng.uniform(1.4, 2.2)
    width = height * rng.uniform(1.2, 1.7)
    block = marks.box(plan, (0, height / 2), width, height, name="block")
    ends = sorted([-side * (width / 2 + 2.8), side * 8.0])
    floor = floor_under(plan, *ends)
    plan.join("contact", floor, block)
    mass = float(rng.choice([1, 2, 4, 5]))
    friction = float(rng.choice([0, 0.1, 0.2, 0.3]))
    force = float(rng.choice([5, 8, 10, 12])) * mass
    level = height * rng.uniform(0.35, 0.5)
    tail = -side * (width / 2 + rng.uniform(1.6, 2.4))
    push = marks.arrow(plan, (tail, level), (-side * (width / 2 + 0.08), level))
    plan.join("acts_on", push, block)
    plan.label(push, say(rng, "force", force, unit="N"), "force", force, "N")
    inside = bool(rng.random() < 0.4)
    plan.label(block, say(rng, "mass", mass, unit="kg"), "mass", mass, "kg", inside=inside)
    below = [(side * x, -0.4) for x in np.linspace(2.0, 6, 6)]
    plan.label(floor, say(rng, "friction", friction), "friction", friction, "", near=below)
    a = force / mass - friction * textbook.GRAVITY
    forward = 0.0 if side == 1 else 180.0

    def window(metres_per_unit: float) -> list[float]:
        return [0.02, min(0.35, 0.9 * float(np.sqrt(2 * 5 * metres_per_unit / a)))]

    plan.expect("accel", block, value=a, tol=0.03, dir=forward, t=window)


def elastic_collision(plan: Plan) -> None:
    """A ball that meets another head-on on a smooth floor, and gives it the textbook's speed."""
    rng = plan.rng
    side = int(rng.choice([-1, 1]))
    radius = rng.uniform(0.6, 0.9)
    gap = rng.uniform(2.2, 3.2)
    one = marks.ball(plan, (0, radius), radius)
    other = marks.ball(plan, (side * (gap + 2 * radius), radius), radius)
    floor = floor_under(plan, *sorted([-side * 2.5, side * (gap + 8)]))
    plan.join("contact", floor, one)
    plan.join("contact", floor, other)
    masses = [float(rng.choice([1, 2, 3])) for _ in range(2)]
    for ball, mass in zip((one, other), masses, strict=True):
        plan.label(ball, say(rng, "mass", mass, unit="kg"), "mass", mass, "kg")
    bounce = float(rng.choice([0.5, 0.8, 1.0]))
    plan.label(one, say(rng, "restitution", bounce), "restitution", bounce, "")
    below = [(side * x, -0.4) for x in np.linspace(0, 6, 8)]
    plan.label(floor, say(rng, "friction", 0.0), "friction", 0.0, "", near=below)
    speed = float(rng.choice([1, 1.5, 2]))
    above = 2 * radius + 0.4
    arrow = marks.arrow(plan, (-side * 0.6, above), (side * 1.1, above))
    plan.join("acts_on", arrow, one)
    plan.label(arrow, say(rng, "velocity", speed, unit="m/s"), "velocity", speed, "m/s")
    after = (1 + bounce) * masses[0] / sum(masses) * speed
    forward = 0.0 if side == 1 else 180.0

    def later(metres_per_unit: float) -> list[float]:
        meets = gap * metres_per_unit / speed
        return [meets + 0.05, meets + 0.05 + 0.4]

    plan.expect("speed", other, value=after, tol=0.05, dir=forward, t=later)


def dominoes(plan: Plan) -> None:
    """A row of upright slabs; the first is given a push at its top, and all fall."""
    rng = plan.rng
    side = int(rng.choice([-1, 1]))
    count = int(rng.integers(3, 7))
    height = rng.uniform(1.8, 2.6)
    width = height * rng.uniform(0.14, 0.2)
    step = height * rng.uniform(0.4, 0.55)
    slabs = [
        marks.box(plan, (side * i * step, height / 2), width, height, name="slab")
        for i in range(count)
    ]
    floor = floor_under(plan, *sorted([-side * 2.0, side * (count * step + height)]))
    for slab in slabs:
        plan.join("contact", floor, slab)
    level = height * 0.85
    push = marks.arrow(plan, (-side * 1.7, level), (-side * (width / 2 + 0.1), level))
    plan.join("acts_on", push, slabs[0])
    speed = 1.0
    plan.label(push, say(rng, "velocity", speed, name="v", unit="m/s"), "velocity", speed, "m/s")
    plan.expect("tilt", slabs[-1], lo=35, hi=95, t=[0, 6])


def polygon_on_ground(plan: Plan) -> None:
    """A trapezium or an L that stays where it is."""
    rng = plan.rng
    wide, high = rng.uniform(2.5, 3.5), rng.uniform(1.5, 2.5)
    if rng.random() < 0.5:
        top = wide * rng.uniform(0.45, 0.7)
        corners = [(-wide / 2, 0), (wide / 2, 0), (top / 2, high), (-top / 2, high)]
    else:
        arm = rng.uniform(0.7, 1.0)
        corners = [(0, 0), (wide, 0), (wide, arm), (arm, arm), (arm, high), (0, high)]
    body = marks.polygon(plan, corners)
    xs = [c[0] for c in corners]
    floor = floor_under(plan, min(xs), max(xs))
    plan.join("contact", floor, body)
    mass = float(rng.choice([1, 2, 5]))
    plan.label(body, say(rng, "mass", mass), "mass", mass, "kg")
    plan.expect("wander", [body], lo=0, hi=0.05, t=[0, 5])
    plan.expect("tilt", [body], lo=0, hi=3, t=[0, 5])
