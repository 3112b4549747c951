"""Things that meet: bounce, hand on their momentum, or stay together."""

from __future__ import annotations

import numpy as np

from .. import marks, textbook
from ..plan import LEFT, RIGHT, UP, Mark, Plan
from ..wording import say
from .stacks import floor_under


def label_mass(plan: Plan, body: Mark, mass: float) -> None:
    """Write a mass in kilograms beside a body."""
    plan.label(body, say(plan.rng, "mass", mass, unit="kg"), "mass", mass, "kg")


def smooth_floor(plan: Plan, floor: Mark, ends: tuple[float, float]) -> None:
    """Say below a floor that it has no friction."""
    below = [(x, -0.45) for x in np.linspace(*ends, 8)]
    text = say(plan.rng, "friction", 0.0)
    plan.label(floor, text, "friction", 0.0, "", near=below)


def velocity_over(plan: Plan, body: Mark, side: int, speed: float) -> None:
    """An arrow above a body that says how fast it starts."""
    rng = plan.rng
    above = float(body.outline[:, 1].max()) + rng.uniform(0.3, 0.5)
    x = float(body.centre[0])
    arrow = marks.arrow(plan, (x - side * 0.6, above), (x + side * rng.uniform(0.8, 1.2), above))
    plan.join("acts_on", arrow, body)
    plan.label(arrow, say(rng, "velocity", speed, unit="m/s"), "velocity", speed, "m/s")


def plastic_collision(plan: Plan) -> None:
    """Two blocks on a smooth floor: where nothing is said of bouncing they stay together."""
    rng = plan.rng
    side = int(rng.choice([-1, 1]))
    sizes = rng.uniform(1.2, 1.9, 2)
    gap = rng.uniform(2.0, 3.0)
    one = marks.box(plan, (0, sizes[0] / 2), sizes[0], sizes[0], name="block")
    away = side * (sizes.sum() / 2 + gap)
    other = marks.box(plan, (away, sizes[1] / 2), sizes[1], sizes[1], name="block")
    ends = (-side * 2.0, side * (gap + 8))
    floor = floor_under(plan, *sorted(ends))
    for block in (one, other):
        plan.join("contact", floor, block)
    masses = [float(m) for m in rng.choice([1, 2, 3, 4], 2)]
    for block, mass in zip((one, other), masses, strict=True):
        label_mass(plan, block, mass)
    smooth_floor(plan, floor, (0, side * 6.0))
    speed = float(rng.choice([1, 1.5, 2]))
    velocity_over(plan, one, side, speed)
    after = masses[0] * speed / sum(masses)

    def later(metres_per_unit: float) -> list[float]:
        meets = gap * metres_per_unit / speed
        return [meets + 0.1, meets + 0.5]

    for block in (one, other):
        plan.expect("speed", block, value=after, tol=0.03, dir=0 if side == 1 else 180, t=later)


def elastic_collision_of_blocks(plan: Plan) -> None:
    """Two blocks of different mass that part with the speeds of the textbook."""
    rng = plan.rng
    side = int(rng.choice([-1, 1]))
    size, gap = rng.uniform(1.3, 1.8), rng.uniform(2.0, 3.0)
    one = marks.box(plan, (0, size / 2), size, size, name="block")
    other = marks.box(plan, (side * (size + gap), size / 2), size, size, name="block")
    floor = floor_under(plan, *sorted((-side * 5.0, side * (gap + 8))))
    for block in (one, other):
        plan.join("contact", floor, block)
    masses = [float(m) for m in rng.choice([1, 2, 3, 4], 2, replace=False)]
    for block, mass in zip((one, other), masses, strict=True):
        label_mass(plan, block, mass)
    said = int(rng.integers(2))
    bounce = say(rng, "restitution", 1.0)
    plan.label((one, other)[said], bounce, "restitution", 1.0, "")
    smooth_floor(plan, floor, (0, side * 6.0))
    speed = float(rng.choice([1, 1.5, 2]))
    velocity_over(plan, one, side, speed)
    total = sum(masses)
    speeds = (speed * (masses[0] - masses[1]) / total, speed * 2 * masses[0] / total)
    forward = 0 if side == 1 else 180

    def later(metres_per_unit: float) -> list[float]:
        meets = gap * metres_per_unit / speed
        return [meets + 0.05, meets + 0.4]

    for block, value in zip((one, other), speeds, strict=True):
        plan.expect("speed", block, value=value, tol=0.05, dir=forward, t=later)


def bouncing_ball(plan: Plan) -> None:
    """A ball that falls and comes up again to e² of its height."""
    rng = plan.rng
    low, radius = rng.uniform(3.5, 5.5), rng.uniform(0.4, 0.8)
    ball = marks.ball(plan, (0, low + radius), radius, filled=bool(rng.random() < 0.1))
    floor = floor_under(plan, -2.5, 2.5)
    height = float(rng.choice([0.5, 1, 1.5, 2, 3]))
    plan.metres_per_unit = height / low
    x = float(rng.choice([-1, 1]) * rng.uniform(1.3, 2.0))
    size = marks.dimension(plan, (x, 0.0), (x, low))
    plan.label(size, say(rng, "length", height, name="h"), "length", height, "m")
    word = rng.random() < 0.25
    if word:
        bounce = 0.7
        plan.label(ball, "rubber", "word", None, "")
    else:
        bounce = float(rng.choice([0.5, 0.6, 0.7, 0.8, 0.9]))
        on = floor if rng.random() < 0.3 else ball
        near = [(x, -0.5) for x in np.linspace(-2, 2, 6)] if on is floor else None
        said = say(rng, "restitution", bounce)
        plan.label(on, said, "restitution", bounce, "", near=near)
    if rng.random() < 0.4:
        mass = float(rng.choice([0.1, 0.2, 0.5, 1]))
        plan.label(ball, say(rng, "mass", mass), "mass", mass, "kg")
    gravity = textbook.GRAVITY
    meets = float(np.sqrt(2 * height / gravity))
    apex = meets * (1 + bounce)
    plan.expect("shift", ball, value=-(1 - bounce**2) * height, tol=0.05, dir=90, t=[0, apex])
    plan.expect("accel", ball, value=gravity, tol=0.03, dir=-90, t=[0.02, 0.9 * meets])


def ball_against_wall(plan: Plan) -> None:
    """A ball on a smooth floor that comes back from a hatched wall at e of its speed."""
    rng = plan.rng
    side = int(rng.choice([-1, 1]))
    radius, gap = rng.uniform(0.5, 0.8), rng.uniform(2.5, 4.0)
    wall_x = side * (radius + gap)
    tall = rng.uniform(3.0, 4.5)
    ball = marks.ball(plan, (0, radius), radius)
    floor = marks.surface(plan, *_floor_to(wall_x, side, rng.uniform(4.5, 6.0)))
    solid = RIGHT if side == 1 else LEFT
    marks.surface(plan, (wall_x, 0), (wall_x, tall), solid, name="wall")
    plan.join("contact", floor, ball)
    bounce = float(rng.choice([0.5, 0.8, 1.0]))
    plan.label(ball, say(rng, "restitution", bounce), "restitution", bounce, "")
    smooth_floor(plan, floor, (-side * 3.0, side * 2.0))
    if rng.random() < 0.5:
        label_mass(plan, ball, float(rng.choice([0.5, 1, 2])))
    speed = float(rng.choice([1, 1.5, 2]))
    velocity_over(plan, ball, side, speed)

    def later(metres_per_unit: float) -> list[float]:
        meets = gap * metres_per_unit / speed
        return [meets + 0.05, meets + 0.4]

    plan.expect(
        "speed", ball, value=-bounce * speed, tol=0.05, dir=0 if side == 1 else 180, t=later
    )


def _floor_to(wall_x: float, side: int, back: float) -> tuple[tuple[float, float], ...]:
    return ((-side * back, 0.0), (wall_x, 0.0))


def pendulum_hits_block(plan: Plan) -> None:
    """A bob let go from the side hands its momentum to a block on a smooth floor."""
    rng = plan.rng
    side = int(rng.choice([-1, 1]))
    radius, size = rng.uniform(0.35, 0.5), rng.uniform(1.0, 1.4)
    drawn, angle = rng.uniform(4.2, 5.5), np.radians(rng.uniform(40, 65))
    # At its lowest the bob just touches the block's side, at the block's middle.
    hinge = np.array([0.0, size / 2 + drawn])
    centre = hinge + drawn * np.array([-side * np.sin(angle), -np.cos(angle)])
    half = rng.uniform(1.0, 1.8)
    top = marks.surface(
        plan, hinge + LEFT * half, hinge + RIGHT * half, UP, kind="support", name="top"
    )
    rod = marks.rod(plan, hinge, centre, rims=(0.0, radius))
    bob = marks.ball(plan, centre, radius, name="bob")
    plan.join("hinge", top, bob)
    block = marks.box(plan, (side * (radius + size / 2), size / 2), size, size, name="block")
    floor = floor_under(plan, *sorted((-side * 1.5, side * 7.5)))
    plan.join("contact", floor, block)
    length_m = float(rng.choice([0.5, 0.8, 1, 1.2, 1.5, 2]))
    plan.metres_per_unit = length_m / drawn
    plan.label(rod, say(rng, "length", length_m), "length", length_m, "m")
    masses = [float(m) for m in rng.choice([1, 2, 3], 2)]
    for body, mass in zip((bob, block), masses, strict=True):
        label_mass(plan, body, mass)
    plan.label(block, say(rng, "restitution", 1.0), "restitution", 1.0, "")
    smooth_floor(plan, floor, (side * 1.5, side * 7.0))
    gravity = textbook.GRAVITY
    speed = float(np.sqrt(2 * gravity * length_m * (1 - np.cos(angle))))
    after = 2 * masses[0] / sum(masses) * speed
    meets = textbook.pendulum_period(length_m, float(angle)) / 4
    later = [meets + 0.05, meets + 0.25]
    plan.expect("speed", block, value=after, tol=0.05, dir=0 if side == 1 else 180, t=later)
