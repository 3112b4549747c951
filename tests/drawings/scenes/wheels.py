"""Carts, and wheels that a motor or a torque turns."""

from __future__ import annotations

import numpy as np

from .. import marks, textbook
from ..hand import PointLike, Points
from ..plan import DOWN, UP, Mark, Plan
from ..wording import say
from .ramps import Slope
from .stacks import floor_under


def cart(
    plan: Plan,
    at: PointLike,
    along: Points,
    out: Points,
    length: float,
    height: float,
    *,
    axle_share: float = 0.3,
) -> tuple[Mark, list[Mark], float]:
    """A box on two wheels, its track's point `at` midway under it; the wheels' radius.

    The axles are `axle_share` of the length off the middle.
    """
    rng = plan.rng
    radius = rng.uniform(0.32, 0.45) * height
    axle = radius * rng.uniform(1.0, 1.3)
    middle = np.asarray(at, float)
    angle = float(np.arctan2(along[1], along[0]))
    centre = middle + out * (axle + height / 2)
    body = marks.box(plan, centre, length, height, angle, name="cart")
    wheels = [
        marks.wheel(plan, middle + along * s * length * axle_share + out * radius, radius)
        for s in (-1, 1)
    ]
    for wheel in wheels:
        plan.join("hinge", body, wheel)
    return body, wheels, radius


def wheel_share(length: float, height: float, radius: float) -> float:
    """A wheel's mass as a share of its cart's, where only the cart's is stated: one density."""
    return float(np.pi * radius**2 / (length * height))


def label_inside(plan: Plan, body: Mark, mass: float) -> None:
    """Write a mass in or beside a cart."""
    rng = plan.rng
    written = say(rng, "mass", mass)
    plan.label(body, written, "mass", mass, "kg", inside=bool(rng.random() < 0.5))


def cart_down_ramp(plan: Plan) -> None:
    """A cart that rolls down a ramp; its wheels' spin takes its part of the energy."""
    rng = plan.rng
    slope = Slope(plan, stated_deg=float(rng.choice([10, 15, 20, 25])))
    length, height = rng.uniform(1.9, 2.4), rng.uniform(0.8, 1.1)
    share = 0.62
    body, wheels, radius = cart(plan, slope.at(share), slope.up, slope.out, length, height)
    for wheel in wheels:
        plan.join("contact", slope.ramp, wheel)
    mass = float(rng.choice([1, 2, 5, 10]))
    label_inside(plan, body, mass)
    part = 2 * wheel_share(length, height, radius)
    a = textbook.GRAVITY * np.sin(slope.angle) * (1 + part) / (1 + 1.5 * part)
    slope.expect_acceleration(body, share, length / 2 + 0.5, float(a))


def pushed_cart(plan: Plan) -> None:
    """A cart on the level that a force pushes, some of them lorries in tonnes and kilonewtons."""
    rng = plan.rng
    side = int(rng.choice([-1, 1]))
    length, height = rng.uniform(2.8, 3.6), rng.uniform(1.1, 1.5)
    along = np.array([1.0, 0.0])
    body, wheels, radius = cart(plan, (0, 0), along, UP, length, height)
    floor = floor_under(plan, *sorted([-side * (length / 2 + 2.5), side * 8.0]))
    for wheel in wheels:
        plan.join("contact", floor, wheel)
    large = rng.random() < 0.4
    if large:
        mass = float(rng.choice([1, 1.5, 2, 3, 5])) * 1e3
        force = mass * float(rng.choice([1, 2, 3]))
        said = say(rng, "mass", mass, unit="t"), say(rng, "force", force, unit="kN")
    else:
        mass = float(rng.choice([2, 4, 5, 10]))
        force = mass * float(rng.choice([2, 3, 4]))
        said = say(rng, "mass", mass, unit="kg"), say(rng, "force", force, unit="N")
    level = float(body.centre[1])
    tail = -side * (length / 2 + rng.uniform(1.6, 2.2))
    push = marks.arrow(plan, (tail, level), (-side * (length / 2 + 0.08), level))
    plan.join("acts_on", push, body)
    plan.label(body, said[0], "mass", mass, "kg")
    plan.label(push, said[1], "force", force, "N")
    part = 2 * wheel_share(length, height, radius)
    a = force / (mass * (1 + 1.5 * part))

    def window(metres_per_unit: float) -> list[float]:
        return [0.02, min(0.4, 0.9 * float(np.sqrt(2 * 5 * metres_per_unit / a)))]

    plan.expect("accel", body, value=a, tol=0.03, dir=0 if side == 1 else 180, t=window)


def rolling_cart(plan: Plan) -> None:
    """A cart with a velocity rolls on at it; some in km/h."""
    rng = plan.rng
    side = int(rng.choice([-1, 1]))
    length, height = rng.uniform(2.8, 3.6), rng.uniform(1.1, 1.5)
    body, wheels, _ = cart(plan, (0, 0), np.array([1.0, 0.0]), UP, length, height)
    floor = floor_under(plan, *sorted([-side * (length / 2 + 1.0), side * 8.0]))
    for wheel in wheels:
        plan.join("contact", floor, wheel)
    if rng.random() < 0.5:
        kmh = float(rng.choice([3.6, 5, 7.2, 9, 10, 18]))
        speed, written = kmh / 3.6, say(rng, "velocity", kmh / 3.6, unit="km/h")
    else:
        speed = float(rng.choice([0.5, 1, 1.5, 2]))
        unit = str(rng.choice(["m/s", "cm/s"]))
        written = say(rng, "velocity", speed, unit=unit)
    above = float(body.outline[:, 1].max()) + rng.uniform(0.35, 0.6)
    start = side * rng.uniform(-0.8, 0.4)
    arrow = marks.arrow(plan, (start, above), (start + side * rng.uniform(1.3, 1.9), above))
    plan.join("acts_on", arrow, body)
    plan.label(arrow, written, "velocity", speed, "m/s")

    def window(metres_per_unit: float) -> list[float]:
        return [0.0, min(1.0, 5 * metres_per_unit / speed)]

    plan.expect("speed", body, value=speed, tol=0.03, dir=0 if side == 1 else 180, t=window)


def wheel_on_stand(plan: Plan) -> tuple[Mark, float, int]:
    """A wheel on a line up from a hatched base, and a way to turn."""
    rng = plan.rng
    radius = rng.uniform(1.0, 1.6)
    low = radius + rng.uniform(0.8, 1.6)
    half = rng.uniform(0.9, 1.6)
    base = marks.surface(plan, (-half, -low), (half, -low), DOWN, kind="support", name="base")
    stand = marks.rod(plan, (0, -low), (0, 0), name="stand")
    wheel = marks.wheel(plan, (0, 0), radius)
    plan.join("hinge", base, wheel, stand)
    return wheel, radius, int(rng.choice([-1, 1]))


def motor_wheel(plan: Plan) -> None:
    """A wheel that a motor turns at so many radians a second, or turns a minute."""
    rng = plan.rng
    wheel, radius, sense = wheel_on_stand(plan)
    start = rng.uniform(0.6, 1.2) if sense == 1 else np.pi - rng.uniform(0.6, 1.2)
    arc = marks.arc_arrow(
        plan, (0, 0), radius + rng.uniform(0.35, 0.6), start, start + sense * rng.uniform(1.2, 1.8)
    )
    plan.join("acts_on", arc, wheel)
    if rng.random() < 0.5:
        omega = float(rng.choice([30, 60, 90, 120, 300])) * np.pi / 30
        written = say(rng, "angular velocity", omega, unit="rpm")
    else:
        omega = float(rng.choice([2, 3, 5, 10]))
        written = say(rng, "angular velocity", omega, unit="rad/s")
    plan.label(arc, written, "angular velocity", float(omega), "rad/s")
    plan.expect("spin", wheel, value=sense * omega, tol=0.03, t=[0, 2])


def torque_wheel(plan: Plan) -> None:
    """A torque on a wheel: its spin grows by τ over 1/2 m r²."""
    rng = plan.rng
    wheel, radius, sense = wheel_on_stand(plan)
    start = rng.uniform(0.9, 1.3) if sense == 1 else np.pi - rng.uniform(0.9, 1.3)
    arc = marks.arc_arrow(
        plan, (0, 0), radius + rng.uniform(0.35, 0.6), start, start + sense * rng.uniform(1.2, 1.6)
    )
    plan.join("acts_on", arc, wheel)
    mass, radius_m = float(rng.choice([2, 4, 5, 8])), float(rng.choice([0.2, 0.25, 0.5]))
    torque = float(rng.choice([0.5, 1, 2, 3]))
    plan.label(arc, say(rng, "torque", torque), "torque", torque, "N m")
    plan.label(wheel, say(rng, "mass", mass, unit="kg"), "mass", mass, "kg")
    plan.metres_per_unit = radius_m / radius
    name = str(rng.choice(["r", "R"]))
    plan.label(wheel, say(rng, "length", radius_m, name=name), "length", radius_m, "m")
    grows = torque / (0.5 * mass * radius_m**2)
    # The slope of a line through a turn that grows with t² is its spin halfway.
    plan.expect("spin", wheel, value=sense * grows * 0.5, tol=0.03, t=[0, 1])


def driven_cart(plan: Plan) -> None:
    """A motor at a cart's wheel drives it: it rolls at ω r."""
    rng = plan.rng
    side = int(rng.choice([-1, 1]))
    length, height = rng.uniform(2.8, 3.4), rng.uniform(1.0, 1.3)
    along = np.array([1.0, 0.0])
    body, wheels, radius = cart(plan, (0, 0), along, UP, length, height, axle_share=0.46)
    floor = floor_under(plan, *sorted([-side * (length / 2 + 2.0), side * 8.0]))
    for wheel in wheels:
        plan.join("contact", floor, wheel)
    driven = wheels[0] if side == 1 else wheels[1]
    centre = driven.centre
    # Round the outer side of the rear wheel; to roll to the right it turns clockwise.
    reach = radius + rng.uniform(0.22, 0.32)
    begin, end = (np.pi * 1.2, np.pi * 0.72) if side == 1 else (-np.pi * 0.2, np.pi * 0.28)
    arc = marks.arc_arrow(plan, centre, reach, begin, end)
    plan.join("acts_on", arc, driven)
    omega = float(rng.choice([1, 2, 3]))
    plan.label(arc, say(rng, "angular velocity", omega), "angular velocity", omega, "rad/s")
    label_inside(plan, body, float(rng.choice([2, 5])))

    def speed(metres_per_unit: float) -> float:
        return omega * radius * metres_per_unit

    def window(metres_per_unit: float) -> list[float]:
        return [1.0, 3.0]

    plan.expect("speed", body, value=speed, tol=0.05, dir=0 if side == 1 else 180, t=window)
