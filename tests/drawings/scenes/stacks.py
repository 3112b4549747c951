"""Things that must stay where they are."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .. import marks, textbook
from ..plan import LEFT, RIGHT, UP, Mark, Plan
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


def tall_tower(plan: Plan) -> None:
    """Five to seven boxes on top of each other, some with a mass."""
    boxes, width = tower(plan, 0.0, int(plan.rng.integers(5, 8)))
    floor = floor_under(plan, -width / 2 - 0.5, width / 2 + 0.5)
    plan.join("contact", floor, boxes[0])
    label_masses(plan, boxes, 0.25)
    expect_rest(plan, boxes)


def boxes_by_walls(plan: Plan) -> None:
    """A room hatched all round: things rest by its walls, and one hangs from its ceiling."""
    rng = plan.rng
    wide, high = rng.uniform(8, 10), rng.uniform(4.5, 6)
    floor = marks.surface(plan, (0, 0), (wide, 0))
    walls = [
        marks.surface(plan, (x, 0), (x, high), solid, name="wall")
        for x, solid in ((0.0, LEFT), (wide, RIGHT))
    ]
    ceiling = marks.surface(plan, (0, high), (wide, high), UP, name="ceiling")
    size = rng.uniform(1.2, 1.7)
    box = marks.box(plan, (size / 2, size / 2), size, size)
    plan.join("contact", floor, box)
    plan.join("contact", walls[0], box)
    radius = rng.uniform(0.5, 0.8)
    ball = marks.ball(plan, (wide - radius, radius), radius)
    plan.join("contact", floor, ball)
    plan.join("contact", walls[1], ball)
    at, drawn = wide * rng.uniform(0.42, 0.58), high * rng.uniform(0.4, 0.55)
    bob = marks.ball(plan, (at, high - drawn), rng.uniform(0.3, 0.45), name="bob")
    rope = marks.rope(plan, [(at, high), (at, high - drawn + np.ptp(bob.outline[:, 1]) / 2)])
    plan.label(rope, "rope", "word", None, "")
    plan.join("rope", ceiling, bob, rope)
    label_masses(plan, [box, ball, bob], 0.5)
    expect_rest(plan, [box, bob])
    plan.expect("wander", [ball], lo=0, hi=0.05, t=[0, 10])


def tipping_polygon(plan: Plan) -> None:
    """A leaning trapezium, or an L on its short arm: its weight is past its base, and it falls."""
    rng = plan.rng
    side = int(rng.choice([-1, 1]))
    high = rng.uniform(2.6, 3.4)
    if rng.random() < 0.5:
        base, top, over = rng.uniform(0.8, 1.1), rng.uniform(1.6, 2.1), rng.uniform(1.4, 1.8)
        corners = [(0, 0), (base, 0), (over + top, high), (over, high)]
    else:
        foot, arm, reach = rng.uniform(0.7, 0.9), rng.uniform(0.6, 0.8), rng.uniform(3.0, 3.6)
        corners = [(0, 0), (foot, 0), (foot, high - arm), (reach, high - arm)]
        corners += [(reach, high), (0, high)]
    body = marks.polygon(plan, [(side * x, y) for x, y in corners])
    floor = floor_under(plan, *sorted([-side * 1.0, side * 5.5]))
    plan.join("contact", floor, body)
    if rng.random() < 0.6:
        mass = float(rng.choice([1, 2, 5]))
        plan.label(body, say(rng, "mass", mass), "mass", mass, "kg")
    plan.expect("tilt", [body], lo=25, hi=180, t=[0, 4])
    forward = 0 if side == 1 else 180
    plan.expect("shift", body, lo=0.1, hi=4.0, dir=forward, t=[0, 4])


def free_triangle(plan: Plan) -> None:
    """A triangle on the ground with the word "free" is a body: a force moves it."""
    rng = plan.rng
    side = int(rng.choice([-1, 1]))
    wide, high = rng.uniform(2.6, 3.4), rng.uniform(1.3, 1.8)
    corners = [(-wide / 2, 0), (wide / 2, 0), (rng.uniform(-0.2, 0.2), high)]
    body = plan.add("ramp", corners, lambda h: h.polygon(corners), name="wedge", closed=True)
    floor = floor_under(plan, *sorted([-side * 4.5, side * 7.0]))
    plan.join("contact", floor, body)
    plan.label(body, "free", "word", None, "")
    mass = float(rng.choice([1, 2, 5]))
    plan.label(body, say(rng, "mass", mass, unit="kg"), "mass", mass, "kg")
    friction = float(rng.choice([0.1, 0.2, 0.3]))
    below = [(side * x, -0.45) for x in np.linspace(1.5, 6, 7)]
    plan.label(floor, say(rng, "friction", friction), "friction", friction, "", near=below)
    force = mass * float(rng.choice([5, 6, 8]))
    level = high * 0.25
    edge = wide / 2 - level / high * wide / 2
    push = marks.arrow(plan, (-side * (edge + 1.9), level), (-side * (edge + 0.06), level))
    plan.join("acts_on", push, body)
    plan.label(push, say(rng, "force", force, unit="N"), "force", force, "N")
    a = force / mass - friction * textbook.GRAVITY
    forward = 0 if side == 1 else 180

    def window(metres_per_unit: float) -> list[float]:
        return [0.02, min(0.3, 0.9 * float(np.sqrt(2 * 4 * metres_per_unit / a)))]

    plan.expect("accel", body, value=a, tol=0.05, dir=forward, t=window)
