"""Springs and dampers between things that both move, and between walls."""

from __future__ import annotations

import numpy as np

from .. import marks, textbook
from ..plan import LEFT, RIGHT, Plan
from ..wording import say
from .machines import hanging_box
from .stacks import floor_under


def spring_between_boxes(plan: Plan) -> None:
    """Two boxes on a smooth floor with a spring between them: the reduced mass swings."""
    rng = plan.rng
    height = rng.uniform(1.2, 1.6)
    widths = height * rng.uniform(1.0, 1.5, 2)
    length = rng.uniform(2.8, 3.8)
    left = marks.box(plan, (-length / 2 - widths[0] / 2, height / 2), widths[0], height)
    right = marks.box(plan, (length / 2 + widths[1] / 2, height / 2), widths[1], height)
    floor = floor_under(plan, -length / 2 - widths[0] - 2, length / 2 + widths[1] + 5)
    for box in (left, right):
        plan.join("contact", floor, box)
    level = height * rng.uniform(0.45, 0.55)
    spring = marks.spring(plan, (-length / 2, level), (length / 2, level), width=0.5)
    plan.join("spring", left, right, spring)
    one, two = (float(m) for m in rng.choice([0.5, 1, 2, 3], 2))
    reduced = one * two / (one + two)
    stiffness = float(rng.choice([20, 25, 30, 40])) * reduced
    stiffness = float(f"{stiffness:.2g}")
    plan.label(left, say(rng, "mass", one, unit="kg"), "mass", one, "kg")
    plan.label(right, say(rng, "mass", two, unit="kg"), "mass", two, "kg")
    plan.label(spring, say(rng, "stiffness", stiffness), "stiffness", stiffness, "N/m")
    below = [(x, -0.45) for x in np.linspace(-3, 3, 8)]
    plan.label(floor, say(rng, "friction", 0.0), "friction", 0.0, "", near=below)
    speed = float(rng.choice([0.3, 0.5]))
    above = height + rng.uniform(0.35, 0.5)
    start = float(right.centre[0])
    arrow = marks.arrow(plan, (start - 0.4, above), (start + 1.0, above))
    plan.join("acts_on", arrow, right)
    written = say(rng, "velocity", speed, name="v", unit="m/s")
    plan.label(arrow, written, "velocity", speed, "m/s")
    period = textbook.spring_period(reduced, stiffness)
    # After whole periods each has come as far as their centre of mass.
    drift = two * speed / (one + two)
    plan.expect("shift", left, value=drift * period, tol=0.03, dir=0, t=[0, period])
    plan.expect("shift", right, value=drift * period, tol=0.03, dir=0, t=[0, period])


def box_between_springs(plan: Plan) -> None:
    """A box on a smooth floor on springs to two walls: they help each other."""
    rng = plan.rng
    height = rng.uniform(1.2, 1.7)
    width = height * rng.uniform(1.1, 1.5)
    lengths = rng.uniform(2.4, 3.2, 2)
    ends = (-width / 2 - lengths[0], width / 2 + lengths[1])
    tall = height * rng.uniform(1.3, 1.7)
    floor = marks.surface(plan, (ends[0], 0), (ends[1], 0), hatched=bool(rng.random() < 0.8))
    walls = [
        marks.surface(plan, (x, 0), (x, tall), solid, kind="support", name="wall")
        for x, solid in zip(ends, (LEFT, RIGHT), strict=True)
    ]
    box = marks.box(plan, (0, height / 2), width, height, name="block")
    plan.join("contact", floor, box)
    level = height * rng.uniform(0.45, 0.55)
    rates = [float(k) for k in rng.choice([10, 20, 30, 40, 50], 2)]
    for side, wall, end, rate in zip((-1, 1), walls, ends, rates, strict=True):
        spring = marks.spring(plan, (side * width / 2, level), (end, level), width=0.5)
        plan.join("spring", wall, box, spring)
        plan.label(spring, say(rng, "stiffness", rate), "stiffness", rate, "N/m")
    mass = float(rng.choice([0.5, 1, 2]))
    plan.label(box, say(rng, "mass", mass), "mass", mass, "kg", inside=bool(rng.random() < 0.3))
    below = [(x, -0.45) for x in np.linspace(-2, 2, 8)]
    plan.label(floor, say(rng, "friction", 0.0), "friction", 0.0, "", near=below)
    above = height + rng.uniform(0.35, 0.5)
    arrow = marks.arrow(plan, (-0.5, above), (0.9, above))
    plan.join("acts_on", arrow, box)
    speed = float(rng.choice([0.3, 0.5, 1.0]))
    written = say(rng, "velocity", speed, name="v", unit="m/s")
    plan.label(arrow, written, "velocity", speed, "m/s")
    period = textbook.spring_period(mass, sum(rates))
    plan.expect("period", box, value=period, tol=0.02, dir=0, t=[0, 6])


def overdamped(plan: Plan) -> None:
    """A weight on a spring beside a strong dashpot: it creeps down to rest and never past it."""
    rng = plan.rng
    length, width = rng.uniform(3.2, 4.2), rng.uniform(2.6, 3.4)
    top, weight = hanging_box(plan, length, width)
    mass = float(rng.choice([1, 2, 3]))
    stiffness = float(rng.choice([40, 50, 60])) * mass
    damping = float(f"{2.2 * np.sqrt(stiffness * mass) * rng.uniform(1.0, 1.6):.2g}")
    x = width * 0.28
    spring = marks.spring(plan, (-x, 0), (-x, -length), width=0.5)
    damper = marks.damper(plan, (x, 0), (x, -length))
    plan.join("spring", top, weight, spring)
    plan.join("damper", top, weight, damper)
    near_s, near_d = spring.outline[:2], damper.outline[2:]
    plan.label(spring, say(rng, "stiffness", stiffness), "stiffness", stiffness, "N/m", near=near_s)
    plan.label(damper, say(rng, "damping", damping), "damping", damping, "N s/m", near=near_d)
    plan.label(weight, say(rng, "mass", mass), "mass", mass, "kg")
    sag = mass * textbook.GRAVITY / stiffness
    plan.expect("shift", weight, value=-sag, tol=0.03, dir=90, t=[0, 6])
    plan.expect("wander", weight, lo=0.97 * sag, hi=1.01 * sag, t=[0, 6])


def damper_brake(plan: Plan) -> None:
    """A box on a smooth floor that a dashpot to the wall brings to rest within m v / c."""
    rng = plan.rng
    side = int(rng.choice([-1, 1]))
    length, height = rng.uniform(3.2, 4.2), rng.uniform(1.2, 1.7)
    width = height * rng.uniform(1.1, 1.5)
    tall = height * rng.uniform(1.3, 1.8)
    far = side * (length + width + 4.5)
    floor = marks.surface(plan, (0, 0), (far, 0), hatched=bool(rng.random() < 0.8))
    solid = LEFT if side == 1 else RIGHT
    wall = marks.surface(plan, (0, 0), (0, tall), solid, kind="support", name="wall")
    level = height * rng.uniform(0.45, 0.55)
    box = marks.box(plan, (side * (length + width / 2), height / 2), width, height, name="block")
    damper = marks.damper(plan, (0, level), (side * length, level))
    plan.join("contact", floor, box)
    plan.join("damper", wall, box, damper)
    mass = float(rng.choice([1, 2, 4]))
    damping, speed = mass * float(rng.choice([2, 4, 5])), float(rng.choice([1, 2]))
    plan.label(box, say(rng, "mass", mass), "mass", mass, "kg")
    plan.label(damper, say(rng, "damping", damping), "damping", damping, "N s/m")
    below = [(side * x, -0.45) for x in np.linspace(2, 6, 8)]
    plan.label(floor, say(rng, "friction", 0.0), "friction", 0.0, "", near=below)
    above = height + rng.uniform(0.35, 0.5)
    start = side * (length + 0.2 * width)
    arrow = marks.arrow(plan, (start, above), (start + side * rng.uniform(1.2, 1.6), above))
    plan.join("acts_on", arrow, box)
    written = say(rng, "velocity", speed, name="v", unit="m/s")
    plan.label(arrow, written, "velocity", speed, "m/s")
    stops = mass * speed / damping
    plan.expect("shift", box, value=stops, tol=0.03, dir=0 if side == 1 else 180, t=[0, 5])
