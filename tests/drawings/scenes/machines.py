"""Dampers, springs together, carts, motors, beams."""

from __future__ import annotations

import numpy as np

from .. import marks, textbook
from ..plan import UP, Mark, Plan
from ..wording import say
from .springs import mass_and_stiffness
from .stacks import floor_under


def hanging_box(plan: Plan, length: float, width: float) -> tuple[Mark, Mark]:
    """A ceiling, and a box so far under it."""
    rng = plan.rng
    half = width / 2 + rng.uniform(0.4, 1.2)
    top = marks.surface(plan, (-half, 0), (half, 0), UP, kind="support", name="top")
    height = rng.uniform(1.2, 1.8)
    weight = marks.box(plan, (0, -length - height / 2), width, height, name="weight")
    return top, weight


def springs_side_by_side(plan: Plan) -> None:
    """Two springs that share a load: their stiffnesses add."""
    rng = plan.rng
    length, width = rng.uniform(2.5, 4.0), rng.uniform(2.6, 3.4)
    top, weight = hanging_box(plan, length, width)
    mass, stiffness = mass_and_stiffness(plan)
    for side in (-1, 1):
        x = side * width * 0.3
        spring = marks.spring(plan, (x, 0), (x, -length), width=0.5, coil=False)
        plan.join("spring", top, weight, spring)
        near = spring.outline[:2] if side == -1 else spring.outline[2:]
        plan.label(
            spring, say(rng, "stiffness", stiffness), "stiffness", stiffness, "N/m", near=near
        )
    plan.label(weight, say(rng, "mass", mass), "mass", mass, "kg")
    period = textbook.spring_period(mass, 2 * stiffness)
    plan.expect("period", weight, value=period, tol=0.02, dir=90, t=[0, 6])


def springs_in_a_row(plan: Plan) -> None:
    """Two springs that meet at a dot: their compliances add."""
    rng = plan.rng
    lengths = rng.uniform(1.8, 2.8, 2)
    top, weight = hanging_box(plan, float(lengths.sum()), rng.uniform(1.6, 2.4))
    mass, stiffness = mass_and_stiffness(plan)
    upper = marks.spring(plan, (0, 0), (0, -lengths[0]), width=0.55, coil=False)
    joint = marks.pivot(plan, (0, -lengths[0]))
    lower = marks.spring(plan, (0, -lengths[0]), (0, -lengths.sum()), width=0.55, coil=False)
    plan.join("spring", top, joint, upper)
    plan.join("spring", joint, weight, lower)
    for spring in (upper, lower):
        text = say(rng, "stiffness", 2 * stiffness)
        plan.label(spring, text, "stiffness", 2 * stiffness, "N/m")
    plan.label(weight, say(rng, "mass", mass), "mass", mass, "kg")
    period = textbook.spring_period(mass, stiffness)
    plan.expect("period", weight, value=period, tol=0.02, dir=90, t=[0, 8])


def damped_spring(plan: Plan) -> None:
    """A spring and a dashpot side by side: the damped period."""
    rng = plan.rng
    length, width = rng.uniform(3.0, 4.0), rng.uniform(2.6, 3.4)
    top, weight = hanging_box(plan, length, width)
    mass, stiffness = mass_and_stiffness(plan)
    x = width * 0.28
    spring = marks.spring(plan, (-x, 0), (-x, -length), width=0.5, coil=False)
    damper = marks.damper(plan, (x, 0), (x, -length))
    plan.join("spring", top, weight, spring)
    plan.join("damper", top, weight, damper)
    ratio = rng.uniform(0.03, 0.08)
    damping = float(f"{2 * ratio * np.sqrt(stiffness * mass):.1g}")
    near_s, near_d = spring.outline[:2], damper.outline[2:]
    plan.label(spring, say(rng, "stiffness", stiffness), "stiffness", stiffness, "N/m", near=near_s)
    plan.label(damper, say(rng, "damping", damping), "damping", damping, "N s/m", near=near_d)
    plan.label(weight, say(rng, "mass", mass), "mass", mass, "kg")
    omega = np.sqrt(stiffness / mass - (damping / (2 * mass)) ** 2)
    plan.expect("period", weight, value=float(2 * np.pi / omega), tol=0.03, dir=90, t=[0, 5])


def cart_at_rest(plan: Plan) -> None:
    """A cart on two wheels that stands still."""
    rng = plan.rng
    radius = rng.uniform(0.4, 0.6)
    length, height = rng.uniform(3.0, 4.2), rng.uniform(1.0, 1.6)
    bottom = radius * rng.uniform(1.0, 1.5)
    body = marks.box(plan, (0, bottom + height / 2), length, height, name="cart")
    wheels = [marks.wheel(plan, (s * length * 0.3, radius), radius) for s in (-1, 1)]
    floor = floor_under(plan, -length, length)
    for wheel in wheels:
        plan.join("hinge", body, wheel)
        plan.join("contact", floor, wheel)
    mass = float(rng.choice([2, 5, 10]))
    plan.label(body, say(rng, "mass", mass), "mass", mass, "kg", inside=bool(rng.random() < 0.5))
    plan.expect("wander", [body], lo=0, hi=0.05, t=[0, 5])
    plan.expect("tilt", [body], lo=0, hi=3, t=[0, 5])


def motor_arm(plan: Plan) -> None:
    """An arm that a motor turns about a pivot."""
    rng = plan.rng
    sense = int(rng.choice([-1, 1]))
    length = rng.uniform(2.5, 3.5)
    half = 0.9
    base = marks.surface(plan, (-half, -0.1), (half, -0.1), kind="support", name="base")
    joint = marks.pivot(plan, (0, 0.0), dot=True)
    angle = np.pi / 2 + rng.uniform(-0.7, 0.7)
    tip = length * np.array([np.cos(angle), np.sin(angle)])
    radius = rng.uniform(0.35, 0.5)
    marks.rod(plan, (0, 0), tip, rims=(0.0, radius))
    ball = marks.ball(plan, tip, radius)
    plan.join("hinge", base, ball)
    start = angle + sense * rng.uniform(0.3, 0.5)
    arc = marks.arc_arrow(plan, (0, 0), rng.uniform(1.1, 1.5), start, start + sense * 1.3)
    plan.join("acts_on", arc, joint)
    omega = float(rng.choice([1, 2, 3]))
    plan.label(arc, say(rng, "angular velocity", omega), "angular velocity", omega, "rad/s")
    about = np.degrees(angle)
    plan.metres_per_unit = None

    def speed(metres_per_unit: float) -> float:
        return omega * length * metres_per_unit

    plan.expect("speed", ball, value=speed, tol=0.03, dir=about + sense * 90, t=[0.0, 0.12 / omega])


def seesaw(plan: Plan) -> None:
    """A plank on a triangle's tip, two boxes on it that balance."""
    rng = plan.rng
    height, half = rng.uniform(1.2, 1.8), rng.uniform(0.7, 1.0)
    floor_end = 4.5
    floor = floor_under(plan, -floor_end, floor_end)
    corners = [(0, height), (-half, 0), (half, 0)]
    fulcrum = plan.add(
        "ramp", corners, lambda h: h.polygon(corners), name="fulcrum", closed=True, fixed=True
    )
    thick = 0.25
    plank = marks.box(plan, (0, height + thick / 2), 7.6, thick, name="plank")
    plan.join("contact", floor, fulcrum)
    plan.join("contact", fulcrum, plank)
    near, far = rng.choice([(1.5, 3.0), (2.0, 3.0), (1.0, 3.0), (2.5, 2.5), (1.5, 2.25)])
    base = float(rng.choice([1, 2, 3]))
    masses = [base * far / near, base]
    side = int(rng.choice([-1, 1]))
    for x, mass, size in ((side * near, masses[0], 1.2), (-side * far, masses[1], 0.9)):
        box = marks.box(plan, (x, height + thick + size / 2), size, size, name="load")
        plan.join("contact", plank, box)
        written = say(rng, "mass", float(mass), unit="kg", name="m")
        plan.label(box, written, "mass", float(mass), "kg")
    plan.expect("tilt", [plank], lo=0, hi=5, t=[0, 5])


def beam_on_pin_and_roller(plan: Plan) -> None:
    """A beam on a pin and a roller, a box on it; it must stay."""
    rng = plan.rng
    span, size, thick = rng.uniform(6, 8), rng.uniform(0.9, 1.2), 0.3
    roller_radius = 0.22
    beam = marks.box(plan, (0, thick / 2), span, thick, name="beam")
    pin = marks.pin(plan, (-span / 2 + 0.5, 0), size)
    roller = marks.roller(plan, (span / 2 - 0.5, -roller_radius), roller_radius)
    right = (span / 2 - 0.5 + 1.1, -2 * roller_radius)
    left = (span / 2 - 0.5 - 1.1, -2 * roller_radius)
    shelf = marks.surface(plan, left, right, kind="support", name="shelf")
    plan.join("hinge", pin, beam)
    plan.join("contact", roller, shelf)
    box = marks.box(plan, (rng.uniform(-1.5, 1.5), thick + 0.6), 1.4, 1.2, name="load")
    plan.join("contact", beam, box)
    mass = float(rng.choice([2, 5, 10]))
    plan.label(box, say(rng, "mass", mass, unit="kg"), "mass", mass, "kg")
    plan.expect("wander", [beam, box], lo=0, hi=0.05, t=[0, 5])
    plan.expect("tilt", [beam], lo=0, hi=3, t=[0, 5])
