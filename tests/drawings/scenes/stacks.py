"""Things that must stay where they are."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .. import marks
from ..plan import Mark, Plan
from ..wording import say


def floor_under(plan: Plan, left: float, right: float) -> Mark:
    """A floor that goes on a little past both ends."""
    rng = plan.rng
    a = np.array([left - rng.uniform(0.8, 2.0), 0.0])
    b = np.array([right + rng.uniform(0.8, 2.0), 0.0])
    return marks.surface(plan, a, b, hatched=bool(rng.random() < 0.8))


def expect_rest(plan: Plan, bodies: Sequence[Mark]) -> None:
    """Nothing moves by more than 5 cm or tilts by more than 3°."""
    plan.expect("wander", bodies, lo=0, hi=0.05, t=[0, 10])
    plan.expect("tilt", bodies, lo=0, hi=3, t=[0, 10])


def label_masses(plan: Plan, bodies: Sequence[Mark], often: float = 0.5) -> None:
    """Write a mass on some of the bodies, in those that are large enough or beside them."""
    rng = plan.rng
    for body in bodies:
        if rng.random() > often:
            continue
        mass = float(rng.choice([0.5, 1, 2, 3, 4, 5, 10, 12, 20]))
        width = float(np.ptp(body.outline[:, 0]))
        inside = body.kind == "box" and width > 2.2 and rng.random() < 0.5
        plan.label(body, say(rng, "mass", mass), "mass", mass, "kg", inside=bool(inside))


def box_on_ground(plan: Plan) -> None:
    """One or two boxes on the ground."""
    rng = plan.rng
    boxes = []
    x = 0.0
    for _ in range(int(rng.integers(1, 3))):
        width, height = rng.uniform(1.6, 3.2), rng.uniform(1.2, 2.6)
        boxes.append(marks.box(plan, (x + width / 2, height / 2), width, height))
        x += width + rng.uniform(1.5, 3.0)
    floor = floor_under(plan, 0, x - 1.5)
    for box in boxes:
        plan.join("contact", floor, box)
    label_masses(plan, boxes, 0.7)
    expect_rest(plan, boxes)


def tower(plan: Plan, x: float, count: int) -> tuple[list[Mark], float]:
    """Boxes on top of each other about a place, each centre well over the one below."""
    rng = plan.rng
    boxes: list[Mark] = []
    y, middle, width = 0.0, x, rng.uniform(2.2, 3.6)
    widest = width
    for i in range(count):
        height = rng.uniform(0.9, 1.8)
        boxes.append(marks.box(plan, (middle, y + height / 2), width, height))
        if i:
            plan.join("contact", boxes[-2], boxes[-1])
        y += height
        narrower = width * rng.uniform(0.62, 1.0)
        middle += rng.uniform(-0.12, 0.12) * width
        width = narrower
    return boxes, widest


def stack(plan: Plan) -> None:
    """Two to four boxes on top of each other."""
    boxes, width = tower(plan, 0.0, int(plan.rng.integers(2, 5)))
    floor = floor_under(plan, -width / 2 - 0.5, width / 2 + 0.5)
    plan.join("contact", floor, boxes[0])
    label_masses(plan, boxes, 0.4)
    expect_rest(plan, boxes)


def ball_and_boxes(plan: Plan) -> None:
    """A stack and a ball beside it."""
    rng = plan.rng
    boxes, width = tower(plan, 0.0, int(rng.integers(1, 4)))
    side = int(rng.choice([-1, 1]))
    radius = rng.uniform(0.5, 1.2)
    away = side * (width / 2 + radius + rng.uniform(1.0, 3.0))
    ball = marks.ball(plan, (away, radius), radius)
    ends = sorted([-side * width / 2, away + side * radius])
    floor = floor_under(plan, ends[0], ends[1])
    plan.join("contact", floor, boxes[0])
    plan.join("contact", floor, ball)
    label_masses(plan, [*boxes, ball], 0.4)
    expect_rest(plan, [*boxes, ball])
