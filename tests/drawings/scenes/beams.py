"""Beams, bridges and seesaws, with loads on them."""

from __future__ import annotations

import numpy as np

from .. import marks, textbook
from ..plan import Mark, Plan
from ..wording import say
from .stacks import expect_rest, floor_under


def fulcrum_on(plan: Plan, floor: Mark, x: float, height: float, half: float) -> Mark:
    """A triangle on a floor, its tip up."""
    corners = [(x, height), (x - half, 0), (x + half, 0)]
    mark = plan.add(
        "ramp", corners, lambda h: h.polygon(corners), name="fulcrum", closed=True, fixed=True
    )
    plan.join("contact", floor, mark)
    return mark


def load_over(plan: Plan, beam: Mark, start: float, end: float, newton_per_m: float) -> Mark:
    """A comb of arrows on a beam with what it weighs a metre."""
    rng = plan.rng
    top = float(beam.outline[:, 1].max()) + 0.06
    comb = marks.load(plan, (start, top), (end, top), rng.uniform(0.7, 1.0))
    plan.join("acts_on", comb, beam)
    written = f"{newton_per_m:g} N/m" if rng.random() < 0.7 else f"q = {newton_per_m:g} N/m"
    plan.label(comb, written, "force", newton_per_m, "N/m", near=comb.outline[2:])
    return comb


def bridge(plan: Plan) -> None:
    """A beam on two triangles under a load: it must stay."""
    rng = plan.rng
    span, thick, height = rng.uniform(6.5, 8.0), rng.uniform(0.25, 0.4), rng.uniform(1.2, 1.8)
    reach = span / 2 - rng.uniform(0.6, 1.4)
    floor = floor_under(plan, -span / 2, span / 2)
    feet = [fulcrum_on(plan, floor, s * reach, height, rng.uniform(0.6, 0.9)) for s in (-1, 1)]
    beam = marks.box(plan, (0, height + thick / 2), span, thick, name="beam")
    for foot in feet:
        plan.join("contact", foot, beam)
    whole = rng.random() < 0.5
    ends = (-span / 2, span / 2) if whole else (-reach, 0.2 * reach)
    load_over(plan, beam, *ends, float(rng.choice([5, 10, 20, 50, 100])))
    mass = float(rng.choice([5, 10, 20]))
    below = [(x, height - 0.4) for x in np.linspace(-0.5 * reach, 0.5 * reach, 7)]
    plan.label(beam, say(rng, "mass", mass, unit="kg"), "mass", mass, "kg", near=below)
    expect_rest(plan, [beam])


def bridge_with_blocks(plan: Plan) -> None:
    """A plank on two boxes, with boxes on it."""
    rng = plan.rng
    span, thick, height = rng.uniform(5.5, 7.0), rng.uniform(0.25, 0.4), rng.uniform(1.2, 1.8)
    width = rng.uniform(0.9, 1.3)
    floor = floor_under(plan, -span / 2, span / 2)
    x = span / 2 - width * rng.uniform(0.5, 1.0)
    piers = [marks.box(plan, (s * x, height / 2), width, height, name="pier") for s in (-1, 1)]
    plank = marks.box(plan, (0, height + thick / 2), span, thick, name="plank")
    for pier in piers:
        plan.join("contact", floor, pier)
        plan.join("contact", pier, plank)
    size = rng.uniform(0.9, 1.3)
    at = rng.uniform(-1.5, 1.5)
    on_top = marks.box(plan, (at, height + thick + size / 2), size, size, name="block")
    plan.join("contact", plank, on_top)
    mass = float(rng.choice([2, 5, 10]))
    plan.label(on_top, say(rng, "mass", mass, unit="kg"), "mass", mass, "kg")
    expect_rest(plan, [*piers, plank, on_top])


def seesaw_tips(plan: Plan) -> None:
    """A plank on a triangle's tip with unequal moments: the heavier side goes down."""
    rng = plan.rng
    height = rng.uniform(1.4, 1.9)
    floor = floor_under(plan, -4.5, 4.5)
    fulcrum = fulcrum_on(plan, floor, 0.0, height, rng.uniform(0.7, 1.0))
    thick = 0.25
    plank = marks.box(plan, (0, height + thick / 2), 7.6, thick, name="plank")
    plan.join("contact", fulcrum, plank)
    side = int(rng.choice([-1, 1]))
    light, heavy = float(rng.choice([1, 2])), float(rng.choice([4, 5, 6]))
    for x, mass, size in ((side * 2.8, heavy, 1.2), (-side * 2.8, light, 0.9)):
        box = marks.box(plan, (x, height + thick + size / 2), size, size, name="load")
        plan.join("contact", plank, box)
        written = say(rng, "mass", mass, unit="kg", name="m")
        plan.label(box, written, "mass", mass, "kg")
    # To the right means clockwise; it falls until its end is on the floor.
    fall = float(np.degrees(np.arcsin(height / 3.8)))
    plan.expect("tilt", [plank], lo=0.7 * fall, hi=1.2 * fall, t=[0, 3])

    def turns(metres_per_unit: float) -> list[float]:
        return [0.0, 0.35 * float(np.sqrt(metres_per_unit))]

    low, high = (-20.0, -0.1) if side == 1 else (0.1, 20.0)
    plan.expect("spin", plank, lo=low, hi=high, t=turns)


def loaded_arm(plan: Plan) -> None:
    """A beam hinged at its end by a pin, let go level under a load: it starts to swing."""
    rng = plan.rng
    side = int(rng.choice([-1, 1]))
    span, thick, size = rng.uniform(5.5, 7.0), rng.uniform(0.24, 0.32), rng.uniform(0.8, 1.1)
    beam = marks.box(plan, (side * span / 2, thick / 2), span, thick, name="beam")
    pin = marks.pin(plan, (side * 0.15, 0), size)
    plan.join("hinge", pin, beam)
    mass, weight = float(rng.choice([2, 4, 5])), float(rng.choice([5, 10, 20]))
    length_m = float(rng.choice([1, 1.5, 2, 3]))
    plan.metres_per_unit = length_m / span
    below = -rng.uniform(0.9, 1.3)
    scale = marks.dimension(plan, (side * 1.2, below), (side * 1.2 + side * 3.0, below))
    part = float(f"{3.0 * plan.metres_per_unit:.2g}")
    plan.metres_per_unit = part / 3.0
    length_m = span * plan.metres_per_unit
    plan.label(scale, say(rng, "length", part, name="d"), "length", part, "m")
    load_over(plan, beam, 0.0 if side == 1 else -span, span if side == 1 else 0.0, weight)
    plan.label(beam, say(rng, "mass", mass, unit="kg"), "mass", mass, "kg")
    arm = length_m / 2 - 0.15 * plan.metres_per_unit
    moment = mass * (length_m**2 / 12 + arm**2)
    grows = (mass * textbook.GRAVITY + weight * length_m) * arm / moment
    late = 0.12
    plan.expect("spin", beam, value=-side * grows * late / 2, tol=0.05, t=[0, late])


def swinging_box(plan: Plan) -> None:
    """A plate that a dot near its end nails to the page: a physical pendulum."""
    rng = plan.rng
    length, width = rng.uniform(3.2, 4.5), rng.uniform(0.6, 1.0)
    side = int(rng.choice([-1, 1]))
    lean = side * np.radians(rng.uniform(8, 18))
    arm = length / 2 - rng.uniform(0.25, 0.4)
    middle = arm * np.array([np.sin(lean), -np.cos(lean)])
    plate = marks.box(plan, middle, width, length, float(lean), name="plate")
    marks.pivot(plan, (0, 0), dot=bool(rng.random() < 0.6))
    # A floor far below: without anything level the page itself might be turned.
    below = -length - rng.uniform(0.8, 1.6)
    marks.surface(plan, (-rng.uniform(2, 3), below), (rng.uniform(2, 3), below))
    length_m = float(rng.choice([0.5, 0.8, 1, 1.2]))
    plan.metres_per_unit = length_m / length
    across = np.array([np.cos(lean), np.sin(lean)]) * side
    along = np.array([-np.sin(lean), np.cos(lean)])
    base = middle + across * (width / 2 + rng.uniform(0.5, 0.9))
    size = marks.dimension(plan, base - along * length / 2, base + along * length / 2)
    name = str(rng.choice(["L", "h", "l"]))
    plan.label(size, say(rng, "length", length_m, name=name), "length", length_m, "m")
    if rng.random() < 0.5:
        mass = float(rng.choice([1, 2, 5]))
        plan.label(plate, say(rng, "mass", mass, unit="kg"), "mass", mass, "kg")
    scale = plan.metres_per_unit
    arm_m, gyration = arm * scale, (length**2 + width**2) / 12 * scale**2
    equivalent = (gyration + arm_m**2) / arm_m
    period = textbook.pendulum_period(float(equivalent), float(abs(lean)))
    plan.expect("period", plate, value=period, tol=0.02, dir=0, t=[0, 8])
    plan.expect("energy", None, lo=0, hi=0.02, t=[0, 10])
