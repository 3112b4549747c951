"""Things that hang and swing."""

from __future__ import annotations

import numpy as np

from .. import marks, textbook
from ..hand import Points
from ..plan import LEFT, RIGHT, UP, Mark, Plan
from ..wording import say

LENGTHS_M = (0.25, 0.4, 0.5, 0.6, 0.75, 0.8, 0.9, 1.0, 1.2, 1.5, 1.8, 2.0, 2.5)
GRAVITIES = (1.62, 3.71, 9.8, 9.81, 10.0, 24.8)


def ceiling(plan: Plan, at: Points, width: float) -> Mark:
    """What a pendulum hangs from: a short hatched line, a long one, or a hatched block."""
    rng = plan.rng
    left = at - [width * rng.uniform(0.35, 0.65), 0]
    right = left + RIGHT * width
    choice = rng.random()
    if choice < 0.15 and width < 3.5:
        middle = (left + right) / 2 + [0, 0.25]
        return marks.block_support(plan, middle, width, 0.5)
    kind = "ground" if width > 6 else "support"
    if rng.random() < 0.5:
        left, right = right, left
    return marks.surface(plan, left, right, UP, kind=kind, name="top")


def bob_on_rod(plan: Plan, hinge: Points, length: float, angle: float) -> tuple[Mark, Mark]:
    """A rod and a ball at its end, at an angle from straight down (radians, + to the right)."""
    rng = plan.rng
    centre = hinge + length * np.array([np.sin(angle), -np.cos(angle)])
    radius = rng.uniform(0.25, 0.6)
    rod = marks.rod(plan, hinge, centre, rims=(0.0, radius))
    bob = marks.ball(plan, centre, radius, name="bob", filled=bool(rng.random() < 0.15))
    return rod, bob


def swing(rng: np.random.Generator, low_deg: float = 6, high_deg: float = 32) -> float:
    """A start angle either way, in radians."""
    return float(np.radians(rng.uniform(low_deg, high_deg)) * rng.choice([-1, 1]))


def label_length(plan: Plan, rod: Mark, drawn: float) -> float:
    """Write a length beside a rod; it sets the scale. Returns it in metres."""
    length_m = float(plan.rng.choice(LENGTHS_M))
    plan.metres_per_unit = length_m / drawn
    plan.label(rod, say(plan.rng, "length", length_m), "length", length_m, "m")
    return length_m


def pendulum(plan: Plan, *, dots: bool = False) -> None:
    """A ball on a rod under a ceiling."""
    rng = plan.rng
    drawn, angle = rng.uniform(3.5, 7.0), swing(rng)
    hinge = np.zeros(2)
    top = ceiling(plan, hinge, rng.uniform(2.0, 9.0))
    joint = marks.pivot(plan, hinge, dot=bool(rng.random() < 0.6)) if dots else None
    rod, bob = bob_on_rod(plan, hinge, drawn, angle)
    plan.join("hinge", top, bob)
    length_m = label_length(plan, rod, drawn)
    gravity = textbook.GRAVITY
    if joint is None and rng.random() < 0.2:
        gravity = float(rng.choice(GRAVITIES))
        plan.label(None, say(rng, "gravity", gravity), "gravity", gravity, "m/s2")
    if rng.random() < 0.35:
        mass = float(rng.choice([0.2, 0.5, 1, 2, 5]))
        plan.label(bob, say(rng, "mass", mass), "mass", mass, "kg")
    period = textbook.pendulum_period(length_m, angle, gravity)
    lasts = max(8.0, 2.6 * period)  # on the Moon it takes its time
    plan.expect("period", bob, value=period, tol=0.02, dir=0, t=[0, lasts])
    plan.expect("energy", None, lo=0, hi=0.02, t=[0, 10])


def pendulum_with_pivot(plan: Plan) -> None:
    """A pendulum whose hinge is drawn as a dot or a small circle."""
    pendulum(plan, dots=True)


def two_pendulums(plan: Plan) -> None:
    """Two pendulums of different lengths under one ceiling, out of each other's reach."""
    rng = plan.rng
    drawn = rng.uniform(2.5, 5.5, 2)
    angles = np.radians(rng.uniform(6, 18, 2)) * rng.choice([-1, 1])
    apart = float(drawn.max() * 0.9 + rng.uniform(1.2, 2.0))
    hinges = [np.zeros(2), np.array([apart, 0.0])]
    left, right = np.array([-1.2, 0]), np.array([apart + 1.2, 0])
    top = marks.surface(plan, left, right, UP, kind="ground", name="top")
    pairs = [bob_on_rod(plan, h, d, a) for h, d, a in zip(hinges, drawn, angles, strict=True)]
    first = int(rng.integers(2))
    length_m = label_length(plan, pairs[first][0], float(drawn[first]))
    scale = length_m / drawn[first]
    for (_, bob), length, angle in zip(pairs, drawn, angles, strict=True):
        plan.join("hinge", top, bob)
        period = textbook.pendulum_period(length * scale, float(angle))
        plan.expect("period", bob, value=period, tol=0.02, dir=0, t=[0, 8])


def double_pendulum(plan: Plan) -> None:
    """A pendulum that hangs from another's ball; it must keep its energy."""
    rng = plan.rng
    drawn = rng.uniform(2.2, 3.6, 2)
    first = swing(rng, 8, 50)
    second = swing(rng, 5, 60)
    hinge = np.zeros(2)
    top = ceiling(plan, hinge, rng.uniform(2.0, 5.0))
    middle = hinge + drawn[0] * np.array([np.sin(first), -np.cos(first)])
    end = middle + drawn[1] * np.array([np.sin(second), -np.cos(second)])
    radii = rng.uniform(0.25, 0.5, 2)
    upper = marks.rod(plan, hinge, middle, rims=(0.0, radii[0]))
    upper_bob = marks.ball(plan, middle, radii[0], name="bob")
    marks.rod(plan, middle, end, rims=(radii[0], radii[1]))
    lower_bob = marks.ball(plan, end, radii[1], name="bob")
    plan.join("hinge", top, upper_bob)
    plan.join("hinge", upper_bob, lower_bob)
    label_length(plan, upper, float(drawn[0]))
    if rng.random() < 0.6:
        for bob in (upper_bob, lower_bob):
            mass = float(rng.choice([0.5, 1, 2, 3]))
            plan.label(bob, say(rng, "mass", mass, unit="kg"), "mass", mass, "kg")
    plan.expect("energy", None, lo=0, hi=0.02, t=[0, 10])


def pendulum_in_inches(plan: Plan) -> None:
    """A pendulum whose length is in feet, inches or millimetres."""
    rng = plan.rng
    unit, factor, choices = (
        ("ft", 0.3048, (1, 2, 3, 4, 5)),
        ("in", 0.0254, (10, 12, 20, 24, 30, 40)),
        ("mm", 1e-3, (300, 400, 500, 800)),
        ("cm", 1e-2, (25, 40, 50, 80, 120)),
    )[int(rng.integers(4))]
    drawn, angle = rng.uniform(3.5, 6.0), swing(rng)
    top = ceiling(plan, np.zeros(2), rng.uniform(2.0, 5.0))
    rod, bob = bob_on_rod(plan, np.zeros(2), drawn, angle)
    plan.join("hinge", top, bob)
    length_m = float(rng.choice(choices)) * factor
    plan.metres_per_unit = length_m / drawn
    plan.label(rod, say(rng, "length", length_m, unit=unit), "length", length_m, "m")
    period = textbook.pendulum_period(length_m, angle)
    plan.expect("period", bob, value=period, tol=0.02, dir=0, t=[0, 8])
    plan.expect("energy", None, lo=0, hi=0.02, t=[0, 10])


def rod_on_wall(plan: Plan) -> None:
    """A ball on a rod from a hatched wall, let go level or nearly: a wide swing's longer period."""
    rng = plan.rng
    side = int(rng.choice([-1, 1]))
    drawn = rng.uniform(3.5, 5.0)
    solid = LEFT if side == 1 else RIGHT
    wall = marks.surface(
        plan,
        (0, -rng.uniform(1.2, 2)),
        (0, rng.uniform(1.2, 2)),
        solid,
        kind="support",
        name="wall",
    )
    below = float(np.radians(rng.choice([0, 15, 30])))
    centre = drawn * np.array([side * np.cos(below), -np.sin(below)])
    radius = rng.uniform(0.35, 0.55)
    rod = marks.rod(plan, (0, 0), centre, rims=(0.0, radius))
    bob = marks.ball(plan, centre, radius, name="bob")
    plan.join("hinge", wall, bob)
    length_m = label_length(plan, rod, drawn)
    if rng.random() < 0.4:
        mass = float(rng.choice([0.5, 1, 2]))
        plan.label(bob, say(rng, "mass", mass), "mass", mass, "kg")
    # It swings to the wall's other side; the wall and what hangs from it do not touch.
    period = textbook.pendulum_period(length_m, float(np.pi / 2 - below))
    plan.expect("period", bob, value=period, tol=0.02, dir=0, t=[0, 10])
    plan.expect("energy", None, lo=0, hi=0.02, t=[0, 10])


def hung_from_fixed_box(plan: Plan) -> None:
    """A pendulum on a rope or a rod under a box that is said to be fixed."""
    rng = plan.rng
    width, height = rng.uniform(1.8, 2.6), rng.uniform(0.9, 1.3)
    holder = plan.add(
        "box",
        corners := marks.rectangle((0, height / 2), width, height),
        lambda h: h.polygon(corners),
        name="holder",
        closed=True,
        fixed=True,
    )
    plan.label(holder, "fixed", "word", None, "", inside=bool(rng.random() < 0.6))
    drawn, angle = rng.uniform(3.5, 5.5), swing(rng, 8, 25)
    centre = drawn * np.array([np.sin(angle), -np.cos(angle)])
    radius = rng.uniform(0.3, 0.5)
    bob = marks.ball(plan, centre, radius, name="bob")
    if rng.random() < 0.5:
        line = marks.rope(plan, [(0, 0), centre * (1 - radius / drawn)])
        plan.join("rope", holder, bob, line)
        middle = centre / 2 + [0.5 * np.cos(angle), 0.5 * np.sin(angle)]
        plan.label(line, str(rng.choice(["rope", "string"])), "word", None, "", near=[middle])
        # The line itself carries no length: the picture is 4 m wide.
        plan.expect("energy", None, lo=0, hi=0.02, t=[0, 8])

        def period(metres_per_unit: float) -> float:
            return textbook.pendulum_period(drawn * metres_per_unit, angle)
    else:
        rod = marks.rod(plan, (0, 0), centre, rims=(0.0, radius))
        plan.join("hinge", holder, bob)
        length_m = label_length(plan, rod, drawn)

        def period(metres_per_unit: float) -> float:
            return textbook.pendulum_period(length_m, angle)

    plan.expect("period", bob, value=period, tol=0.02, dir=0, t=[0, 8])
