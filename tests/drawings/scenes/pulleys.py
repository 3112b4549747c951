"""Ropes that run over pulleys: on a table's edge, at a ramp's top, hanging, with a mass."""

from __future__ import annotations

import numpy as np

from .. import marks, textbook
from ..hand import Points
from ..plan import DOWN, LEFT, RIGHT, UP, Mark, Plan
from ..wording import say
from .ramps import Slope
from .ropes import hanging_pulley, over


def label_mass(plan: Plan, body: Mark, mass: float) -> None:
    """Write a mass in kilograms beside a body."""
    plan.label(body, say(plan.rng, "mass", mass, unit="kg"), "mass", mass, "kg")


def fall_window(room: float, acceleration: float, longest: float = 0.4) -> object:
    """The time, as a term of `Plan.expect`, in which something falls through most of its room."""

    def window(metres_per_unit: float) -> list[float]:
        lasts = 0.8 * float(np.sqrt(2 * room * metres_per_unit / acceleration))
        return [0.03, max(0.08, min(longest, lasts))]

    return window


def arc(centre: Points, radius: float, start: float, end: float) -> Points:
    """A way round a pulley from one angle to another, in radians."""
    angle = np.linspace(start, end, 20)
    return np.asarray(centre + radius * np.stack([np.cos(angle), np.sin(angle)], axis=1))


def heavy_pulley(plan: Plan) -> None:
    """Atwood's machine with a pulley that weighs something: it turns as a disc."""
    rng = plan.rng
    radius = rng.uniform(0.8, 1.1)
    pulley = hanging_pulley(plan, np.zeros(2), radius)
    falls = rng.uniform(2.5, 3.8, 2)
    tops = [np.array([-radius, -falls[0]]), np.array([radius, -falls[1]])]
    rope = marks.rope(plan, np.vstack([tops[0], over(np.zeros(2), radius), tops[1]]))
    size = rng.uniform(0.9, 1.3)
    left, right = (marks.box(plan, t + DOWN * size / 2, size, size, name="weight") for t in tops)
    plan.join("rope", left, right, rope)
    plan.join("over", rope, pulley)
    one, two = (float(m) for m in rng.choice([1, 2, 3, 4, 5], 2, replace=False))
    disc = float(rng.choice([1, 2, 4]))
    label_mass(plan, left, one)
    label_mass(plan, right, two)
    plan.label(pulley, say(rng, "mass", disc, name="M", unit="kg"), "mass", disc, "kg")
    a = textbook.GRAVITY * abs(one - two) / (one + two + disc / 2)
    heavy = left if one > two else right
    window = fall_window(float(falls.min()) - 0.6, a)
    plan.expect("accel", heavy, value=a, tol=0.03, dir=-90, t=window)


def table_and_weight(plan: Plan) -> None:
    """A block on a table, pulled over a pulley at its edge by a hanging weight."""
    rng = plan.rng
    side = int(rng.choice([-1, 1]))
    radius = rng.uniform(0.4, 0.6)
    height, width = rng.uniform(1.1, 1.6), rng.uniform(1.6, 2.2)
    run = rng.uniform(3.0, 4.5)
    edge = side * (width / 2 + run)
    ends = sorted([-side * (width / 2 + 1.0), edge], key=float)
    if rng.random() < 0.5:
        table = marks.surface(plan, (ends[0], 0), (ends[1], 0), name="table")
    else:
        thick = rng.uniform(0.5, 0.8)
        middle = ((ends[0] + ends[1]) / 2, -thick / 2)
        table = marks.block_support(plan, middle, ends[1] - ends[0], thick, name="table")
    block = marks.box(plan, (0, height / 2), width, height, name="block")
    plan.join("contact", table, block)
    # The rope is level: it leaves the block at the height of the pulley's top.
    level = height * rng.uniform(0.4, 0.6)
    centre = np.array([edge + side * radius * rng.uniform(0.9, 1.4), level - radius])
    pulley = marks.wheel(plan, centre, radius, kind="pulley")
    holder = marks.rod(plan, (edge, 0), centre, name="holder")
    plan.join("hinge", table, pulley, holder)
    drop = rng.uniform(2.0, 3.0)
    start, end = (np.pi / 2, 0.0) if side == 1 else (np.pi / 2, np.pi)
    top = np.array([centre[0] + side * radius, centre[1] - drop])
    path = np.vstack([(side * width / 2, level), arc(centre, radius, start, end), top])
    rope = marks.rope(plan, path)
    size = rng.uniform(0.9, 1.3)
    weight = marks.box(plan, top + DOWN * size / 2, size, size, name="weight")
    plan.join("rope", block, weight, rope)
    plan.join("over", rope, pulley)
    sliding, hanging = float(rng.choice([1, 2, 3, 4])), float(rng.choice([2, 3, 4, 5]))
    friction = float(rng.choice([0, 0.1, 0.2, 0.3]))
    label_mass(plan, block, sliding)
    label_mass(plan, weight, hanging)
    below = [(-side * 0.2 + side * x, -0.9) for x in np.linspace(0, run, 6)]
    plan.label(table, say(rng, "friction", friction), "friction", friction, "", near=below)
    a = textbook.GRAVITY * (hanging - friction * sliding) / (hanging + sliding)
    window = fall_window(run - 0.8, a)
    plan.expect("accel", weight, value=a, tol=0.03, dir=-90, t=window)
    plan.expect("accel", block, value=a, tol=0.03, dir=0 if side == 1 else 180, t=window)


def ramp_and_weight(plan: Plan) -> None:
    """A block on a ramp, held or drawn up by a weight over a pulley at the ramp's top."""
    rng = plan.rng
    slope = Slope(plan, stated_deg=float(rng.choice([20, 25, 30, 35])))
    height, width = rng.uniform(0.8, 1.1), rng.uniform(1.1, 1.5)
    share = rng.uniform(0.35, 0.5)
    block = slope.box(share, width, height)
    radius = rng.uniform(0.35, 0.5)
    level = height / 2
    # The pulley's upper tangent is the rope; the weight hangs clear of the ramp's back.
    centre = slope.at(1.0) + slope.up * radius * 1.3 + slope.out * (level - radius)
    outer = centre[0] + slope.to * radius
    pulley = marks.wheel(plan, centre, radius, kind="pulley")
    holder = marks.rod(plan, slope.at(1.0), centre, name="holder")
    plan.join("hinge", slope.ramp, pulley, holder)
    tangent = float(np.arctan2(slope.out[1], slope.out[0]))
    across = 0.0 if slope.to == 1 else np.pi
    size = rng.uniform(0.8, 1.0)
    top = np.array([outer, centre[1] - max(size, 0.3 * centre[1])])
    start = slope.at(share) + slope.up * width / 2 + slope.out * level
    rope = marks.rope(plan, np.vstack([start, arc(centre, radius, tangent, across), top]))
    weight = marks.box(plan, top + DOWN * size / 2, size, size, name="weight")
    plan.join("rope", block, weight, rope)
    plan.join("over", rope, pulley)
    one = float(rng.choice([1, 2, 3]))
    two = one * float(rng.choice([2, 3]))
    slope.label_friction(0.0, block)
    label_mass(plan, block, one)
    label_mass(plan, weight, two)
    a = textbook.GRAVITY * (two - one * np.sin(slope.angle)) / (one + two)
    room = min(float(top[1]) - size, slope.length * (1 - share) - width)
    window = fall_window(0.8 * room, a)
    plan.expect("accel", weight, value=a, tol=0.03, dir=-90, t=window)


def movable_pulley(plan: Plan) -> None:
    """A load on a pulley that hangs in the rope: the rope runs twice as fast as the load."""
    rng = plan.rng
    radius, apart = rng.uniform(0.55, 0.75), rng.uniform(0.0, 0.3)
    fixed_at = np.zeros(2)
    moving_at = np.array([-2 * radius - apart / 2, -rng.uniform(3.4, 4.4)])
    anchor = moving_at[0] - radius
    high = radius + rng.uniform(0.6, 1.0)
    ends = (anchor - rng.uniform(0.6, 1.2), radius + rng.uniform(0.6, 1.4))
    top = marks.surface(plan, (ends[0], high), (ends[1], high), UP, kind="ground", name="top")
    fixed = marks.wheel(plan, fixed_at, radius, kind="pulley", name="fixed")
    holder = marks.rod(plan, (0, high), fixed_at, name="holder")
    plan.join("hinge", top, fixed, holder)
    moving = marks.wheel(plan, moving_at, radius, kind="pulley", name="moving")
    drop = rng.uniform(2.2, 3.0)
    counter_top = np.array([radius, -drop])
    path = np.vstack(
        [
            (anchor, high),
            arc(moving_at, radius, np.pi, 2 * np.pi),
            arc(fixed_at, radius, np.pi, 0.0),
            counter_top,
        ]
    )
    rope = marks.rope(plan, path)
    size = rng.uniform(0.9, 1.2)
    hang = rng.uniform(0.5, 0.9)
    load_top = moving_at + DOWN * (radius + hang)
    link = marks.rod(plan, moving_at, load_top, name="link")
    load = marks.box(plan, load_top + DOWN * size / 2, size, size, name="load")
    small = 0.85 * size
    counter = marks.box(plan, counter_top + DOWN * small / 2, small, small, name="weight")
    plan.join("hinge", moving, load, link)
    plan.join("rope", top, counter, rope)
    plan.join("over", rope, moving)
    plan.join("over", rope, fixed)
    one, two = (float(m) for m in rng.choice([1, 2, 3, 4, 5, 6], 2, replace=False))
    if two == 2 * one:
        one += 1.0
    label_mass(plan, counter, one)
    label_mass(plan, load, two)
    # The counterweight's acceleration downwards: (m1 - m2/2) g / (m1 + m2/4).
    a = textbook.GRAVITY * (one - two / 2) / (one + two / 4)
    room = min(drop, abs(float(moving_at[1]))) - 1.5 * radius
    window = fall_window(0.7 * room, abs(a))
    plan.expect("accel", counter, value=a, tol=0.03, dir=-90, t=window)
    plan.expect("accel", load, value=a / 2, tol=0.03, dir=90, t=window)


def pulled_over_pulley(plan: Plan) -> None:
    """A weight lifted by a force on the rope's free end."""
    rng = plan.rng
    radius = rng.uniform(0.6, 0.9)
    pulley = hanging_pulley(plan, np.zeros(2), radius)
    side = int(rng.choice([-1, 1]))
    fall = rng.uniform(3.0, 3.8)
    top, hand = np.array([-side * radius, -fall]), np.array([side * radius, -rng.uniform(1.2, 1.8)])
    way = over(np.zeros(2), radius)
    path = np.vstack([top, way if side == 1 else way[::-1], hand])
    rope = marks.rope(plan, path)
    size = rng.uniform(1.0, 1.4)
    weight = marks.box(plan, top + DOWN * size / 2, size, size, name="weight")
    pull = marks.arrow(plan, hand, hand + DOWN * rng.uniform(1.2, 1.7))
    plan.join("over", rope, pulley)
    plan.join("acts_on", pull, rope)
    mass = float(rng.choice([1, 2, 3, 5]))
    force = mass * float(rng.choice([12, 15, 20]))
    label_mass(plan, weight, mass)
    plan.label(pull, say(rng, "force", force, unit="N"), "force", force, "N")
    a = force / mass - textbook.GRAVITY
    window = fall_window(fall - radius - 0.8, a)
    plan.expect("accel", weight, value=a, tol=0.03, dir=90, t=window)


def block_roped_on_ramp(plan: Plan) -> None:
    """A block that a rope holds on a smooth ramp: it must stay."""
    rng = plan.rng
    slope = Slope(plan)
    height = rng.uniform(0.9, 1.3)
    width = height * rng.uniform(1.1, 1.5)
    share = rng.uniform(0.4, 0.55)
    block = slope.box(share, width, height)
    middle = slope.out * height / 2
    foot = slope.at(0.96)
    stop = marks.surface(
        plan, foot, foot + slope.out * height * 1.2, slope.up, kind="support", name="stop"
    )
    ends = [slope.at(share) + slope.up * width / 2 + middle, foot + middle]
    said = rng.random() < 0.5
    rope = marks.rope(plan, ends, dashed=not said)
    plan.join("rope", stop, block, rope)
    if said:
        word = str(rng.choice(["rope", "string"]))
        above = [p + slope.out * 0.4 for p in ends]
        plan.label(rope, word, "word", None, "", near=above)
    slope.label_friction(0.0, block)
    slope.label_mass(block)
    plan.expect("wander", [block], lo=0, hi=0.05, t=[0, 5])


def box_on_two_ropes(plan: Plan) -> None:
    """A sign on two ropes: it hangs still."""
    rng = plan.rng
    width, height = rng.uniform(2.6, 3.6), rng.uniform(1.2, 1.8)
    length = rng.uniform(2.2, 3.2)
    spread = rng.choice([0.0, 0.0, rng.uniform(0.4, 1.2)])
    half = width / 2 + spread + rng.uniform(0.6, 1.2)
    top = marks.surface(plan, (-half, 0), (half, 0), UP, kind="ground", name="top")
    box = marks.box(plan, (0, -length - height / 2), width, height, name="sign")
    dashed = bool(rng.random() < 0.5)
    for side in (-1, 1):
        low = np.array([side * width * 0.42, -length])
        high = np.array([low[0] + side * spread, 0.0])
        rope = marks.rope(plan, [high, low], dashed=dashed)
        plan.join("rope", top, box, rope)
        if not dashed:
            out = RIGHT if side == 1 else LEFT
            near = [high * s + low * (1 - s) + out * 0.4 for s in (0.3, 0.5, 0.7)]
            plan.label(rope, "rope", "word", None, "", near=near)
    mass = float(rng.choice([2, 5, 8]))
    plan.label(box, say(rng, "mass", mass), "mass", mass, "kg", inside=bool(rng.random() < 0.5))
    plan.expect("wander", [box], lo=0, hi=0.05, t=[0, 5])
    plan.expect("tilt", [box], lo=0, hi=3, t=[0, 5])


def ball_on_slack_rope(plan: Plan) -> None:
    """A ball let go beside its hook: it falls freely until the rope is taut, and no further."""
    rng = plan.rng
    length = rng.uniform(3.5, 5.0)
    part = rng.uniform(0.45, 0.6)
    top = marks.surface(plan, (-1.2, 0), (1.2, 0), UP, kind="support", name="top")
    radius = rng.uniform(0.35, 0.5)
    ball = marks.ball(plan, (0.0, -length * part), radius, name="bob")
    # The rope hangs in a loop beside the ball: its length is that of the loop.
    bow = length * float(np.sqrt(1 - part**2)) * 0.62
    t = np.linspace(0, 1, 40)
    side = int(rng.choice([-1, 1]))
    path = np.stack([side * bow * np.sin(np.pi * t), -length * part * t], axis=1)
    path[-1] = [0.0, -length * part]
    rim = np.hypot(path[:, 0], path[:, 1] + length * part) >= radius
    rope = marks.rope(plan, path[rim])
    plan.join("rope", top, ball, rope)
    drawn = float(np.hypot(*np.diff(path, axis=0).T).sum())
    length_m = float(rng.choice([1, 1.5, 2, 2.5]))
    plan.metres_per_unit = length_m / drawn
    plan.label(rope, say(rng, "length", length_m), "length", length_m, "m")
    plan.label(ball, say(rng, "mass", 1.0, unit="kg"), "mass", 1.0, "kg")
    fall = length_m - length * part * plan.metres_per_unit
    free = 0.8 * float(np.sqrt(2 * fall / textbook.GRAVITY))
    plan.expect("accel", ball, value=textbook.GRAVITY, tol=0.03, dir=-90, t=[0.02, free])
    plan.expect("wander", ball, lo=0.9 * fall, hi=1.1 * fall, t=[0, 5])
