"""Drawings against the formulas that a textbook gives for them: analysis, scene, MJCF, MuJoCo.

Each sketch is put on paper twice: exactly and with its joins said, and messily (marks five pixels
off, turned by two degrees, two per cent too large) with every join left to be found.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from physics.header import describe_model
from physics.measures import Motion, check_expectations
from physics.mjcf import write_mjcf
from physics.model import load_model
from physics.simulate import record
from scenes.from_analysis import build_scene
from vision.analysis import Analysis

from .expectations import KEEPS_ENERGY, Expectations, G, balanced, near, still
from .paper import Paper

UNIT = 4 / 14
"""Metres in a unit of the paper where no length is written: its 14 units are 4 m."""

EXAMPLES = Path(__file__).parents[1] / "data" / "examples"

Sketch = Callable[[Paper], Expectations]
SKETCHES: list[Sketch] = []


def sketch(draw: Sketch) -> Sketch:
    """Enter a sketch: it draws on the paper and returns what its motion must do."""
    SKETCHES.append(draw)
    return draw


def bodies_and_motion(analysis: Analysis) -> tuple[dict[str, str], Motion]:
    """What each mark became, and how it moves."""
    scene, analysis = build_scene(analysis)
    xml = write_mjcf(scene)
    recording = record(xml, duration_s=scene.duration_s)
    header = describe_model(load_model(xml), duration_s=scene.duration_s, fps=60)
    names = {shape.id: shape.body for shape in analysis.shapes if shape.body is not None}
    return names, Motion.of_recording(recording, header["bodies"])


def assert_holds(analysis: Analysis, expect: Expectations) -> None:
    names, motion = bodies_and_motion(analysis)
    failed = [str(r) for r in check_expectations(expect, motion, names) if not r.holds]
    assert not failed, "; ".join(failed)


# Swinging.


@sketch
def pendulum(paper: Paper) -> Expectations:
    top = paper.top((0, 6))
    tip = (4 * math.sin(0.2), 6 - 4 * math.cos(0.2))
    bob, rod = paper.ball(tip, 0.3), paper.line("rod", (0, 6), tip)
    paper.label(rod, "length", 0.8, "m", "L")
    paper.join("hinge", top, bob, rod)
    period = math.tau * math.sqrt(0.8 / G)
    return [near("period", bob, period, 0.02, (0, 8)), KEEPS_ENERGY]


@sketch
def pendulum_on_a_rope(paper: Paper) -> Expectations:
    top = paper.top((0, 6))
    tip = (4 * math.sin(0.2), 6 - 4 * math.cos(0.2))
    bob, rope = paper.ball(tip, 0.3), paper.line("rope", (0, 6), tip)
    paper.label(rope, "length", 120, "cm", "L")
    paper.join("rope", top, bob, rope)
    period = math.tau * math.sqrt(1.2 / G)
    return [near("period", bob, period, 0.02, (0, 8)), KEEPS_ENERGY]


@sketch
def pendulum_of_a_rod(paper: Paper) -> Expectations:
    """A uniform rod: 2 pi sqrt(2 L / 3 g)."""
    paper.top((0, 6))
    rod = paper.line("rod", (0, 6), (4 * math.sin(0.2), 6 - 4 * math.cos(0.2)))
    paper.label(rod, "mass", 500, "g", "m")
    paper.label(rod, "length", 1, "m", "L")
    return [near("period", rod, math.tau * math.sqrt(2 / 3 / G), 0.02, (0, 8))]


@sketch
def double_pendulum(paper: Paper) -> Expectations:
    paper.top((0, 6))
    elbow = (2 * math.sin(1.0), 6 - 2 * math.cos(1.0))
    hand = (elbow[0] + 2, elbow[1] - 0.2)
    paper.ball(elbow, 0.3), paper.ball(hand, 0.3)
    paper.line("rod", (0, 6), elbow), paper.line("rod", elbow, hand)
    for point in ((0, 6), elbow, hand):
        paper.ball(point, 0.06, "pivot")
    return [KEEPS_ENERGY]


@sketch
def newtons_cradle(paper: Paper) -> Expectations:
    """The first ball comes in, the last goes out as fast, and those between stay."""
    top = paper.top((0, 6), 6)
    balls = []
    for index in range(5):
        x, lean = 0.8 * (index - 2), -0.5 if index == 0 else 0.0
        tip = (x + 3 * math.sin(lean), 6 - 3 * math.cos(lean))
        rod = paper.line("rod", (x, 6), tip)
        balls.append(paper.ball(tip, 0.4))
        paper.label(balls[-1], "restitution", 1.0, name="e")
        paper.label(rod, "length", 1, "m", "L") if index == 0 else None
        paper.join("hinge", top, balls[-1], rod)
    quarter = math.tau * math.sqrt(1 / G) / 4 * (1 + 0.5**2 / 16)
    out = 2 * math.sin(0.25) * math.sqrt(G)
    after = (quarter + 0.03, quarter + 0.08)
    middle = {"measure": "wander", "on": balls[1:4], "lo": 0, "hi": 0.03, "t": (0, 2 * quarter)}
    return [near("speed", balls[4], out, 0.05, after), middle, KEEPS_ENERGY]


@sketch
def bob_that_is_thrown(paper: Paper) -> Expectations:
    paper.top((0, 6))
    bob, rod = paper.ball((0, 3), 0.3), paper.line("rod", (0, 6), (0, 3))
    arrow = paper.line("arrow", (0.3, 3), (1.5, 3))
    paper.label(arrow, "velocity", 1, "m/s", "v")
    paper.label(rod, "length", 1, "m", "L")
    return [near("speed", bob, 1.0, 0.03, (0, 0.05)), KEEPS_ENERGY]


# Springs.


@sketch
def mass_on_a_spring(paper: Paper) -> Expectations:
    top = paper.top((0, 6))
    spring, box = paper.line("spring", (0, 6), (0, 4)), paper.box((0, 3.5), 1.2, 1)
    paper.label(spring, "stiffness", 1.2, "N/cm", "k")
    paper.label(box, "mass", 2, "kg", "m")
    paper.join("spring", top, box, spring)
    period = math.tau * math.sqrt(2 / 120)
    return [near("period", box, period, 0.02, (0, 8), to=90), KEEPS_ENERGY]


@sketch
def mass_on_a_spring_by_a_wall(paper: Paper) -> Expectations:
    floor = paper.floor()
    wall = paper.flat("ground", (-5, 0), (-5, 3), (-1.0, 0.0))
    box, spring = paper.box((0, 0.5), 1.4, 1), paper.line("spring", (-5, 0.5), (-0.7, 0.5))
    arrow = paper.line("arrow", (0.7, 0.5), (2, 0.5))
    paper.label(spring, "stiffness", 50, "N/m", "k")
    paper.label(box, "mass", 2, "kg", "m")
    paper.label(box, "friction", 0.0, name="mu")
    paper.label(arrow, "velocity", 1, "m/s", "v")
    paper.join("contact", floor, box)
    paper.join("spring", wall, box, spring)
    return [near("period", box, math.tau * math.sqrt(2 / 50), 0.02, (0, 8))]


@sketch
def mass_above_a_spring(paper: Paper) -> Expectations:
    """It would topple off a spring that can bend."""
    paper.floor()
    spring, box = paper.line("spring", (0, 0), (0, 3)), paper.box((0, 3.5), 1.6, 1)
    paper.label(spring, "stiffness", 200, "N/m", "k")
    paper.label(box, "mass", 2, "kg", "m")
    return [near("period", box, math.tau * math.sqrt(2 / 200), 0.02, (0, 8), to=90)]


@sketch
def springs_in_series(paper: Paper) -> Expectations:
    paper.top((0, 6))
    upper = paper.line("spring", (0, 6), (0, 5))
    paper.ball((0, 5), 0.06, "pivot")
    lower, box = paper.line("spring", (0, 5), (0, 4)), paper.box((0, 3.5), 1, 1)
    paper.label(upper, "stiffness", 100, "N/m", "k")
    paper.label(lower, "stiffness", 300, "N/m", "k")
    paper.label(box, "mass", 2, "kg", "m")
    return [near("period", box, math.tau * math.sqrt(2 / 75), 0.02, (0, 8), to=90)]


@sketch
def springs_in_parallel(paper: Paper) -> Expectations:
    paper.top((0, 6), 3)
    box = paper.box((0, 3.5), 1.8, 1)
    for x, stiffness in ((-0.5, 60), (0.5, 140)):
        spring = paper.line("spring", (x, 6), (x, 4))
        paper.label(spring, "stiffness", stiffness, "N/m", "k")
    paper.label(box, "mass", 2, "kg", "m")
    return [near("period", box, math.tau * math.sqrt(2 / 200), 0.02, (0, 8), to=90)]


@sketch
def spring_and_damper(paper: Paper) -> Expectations:
    paper.top((0, 6), 3)
    spring, damper = (paper.line(k, (x, 6), (x, 4)) for k, x in (("spring", -0.4), ("damper", 0.4)))
    box = paper.box((0, 3.5), 1.6, 1)
    paper.label(spring, "stiffness", 80, "N/m", "k")
    paper.label(damper, "damping", 2, "N s/m", "c")
    paper.label(box, "mass", 2, "kg", "m")
    period = math.tau / math.sqrt(40 - 0.25)
    rests = near("shift", box, -2 * G / 80, 0.02, (0, 10), to=90)
    return [near("period", box, period, 0.02, (0, 4), to=90), rests]


# Ropes and pulleys.


def hung_pulley(paper: Paper) -> str:
    paper.top((0, 6))
    paper.line("rod", (0, 6), (0, 5))
    return paper.ball((0, 5), 0.5, "pulley")


def two_boxes(paper: Paper) -> tuple[str, str]:
    left, right = paper.box((-0.5, 2), 0.8, 0.8), paper.box((0.5, 2.4), 0.8, 0.8)
    paper.label(left, "mass", 3, "kg", "m")
    paper.label(right, "mass", 2, "kg", "m")
    return left, right


OVER = ((-0.5, 2.4), (-0.5, 5), (0, 5.5), (0.5, 5), (0.5, 2.8))


@sketch
def atwood(paper: Paper) -> Expectations:
    pulley, (left, right) = hung_pulley(paper), two_boxes(paper)
    rope = paper.line("rope", *OVER)
    paper.join("rope", left, right, rope)
    paper.join("over", rope, pulley)
    return [
        near("accel", right, G / 5, 0.03, (0.02, 0.25), to=90),
        near("accel", left, G / 5, 0.03, (0.02, 0.25), to=-90),
    ]


@sketch
def atwood_with_a_line_on_either_side(paper: Paper) -> Expectations:
    hung_pulley(paper)
    _, right = two_boxes(paper)
    paper.line("rod", (-0.5, 2.4), (-0.5, 5))
    paper.line("rod", (0.5, 5), (0.5, 2.8))
    return [near("accel", right, G / 5, 0.03, (0.02, 0.25), to=90)]


@sketch
def atwood_with_a_heavy_pulley(paper: Paper) -> Expectations:
    """A disc adds half its mass to what is moved."""
    pulley, (_, right) = hung_pulley(paper), two_boxes(paper)
    paper.label(pulley, "mass", 2, "kg", "M")
    paper.line("rope", *OVER)
    return [near("accel", right, G / 6, 0.03, (0.02, 0.25), to=90)]


@sketch
def block_on_a_table_and_one_over_its_edge(paper: Paper) -> Expectations:
    table = paper.flat("ground", (-5, 3), (1.5, 3))
    paper.ball((1.9, 3.3), 0.3, "pulley")
    paper.line("rod", (1.5, 3), (1.9, 3.3))
    block, weight = paper.box((-2, 3.5), 1, 1), paper.box((2.2, 1.5), 0.6, 0.6)
    paper.line("rope", (-1.5, 3.6), (1.9, 3.6), (2.15, 3.4), (2.2, 1.8))
    paper.label(block, "mass", 2, "kg", "m")
    paper.label(weight, "mass", 1, "kg", "m")
    paper.label(table, "friction", 0.1, name="mu")
    return [
        near("accel", weight, (G - 0.2 * G) / 3, 0.03, (0.02, 0.25), to=-90),
        near("accel", block, (G - 0.2 * G) / 3, 0.03, (0.02, 0.25)),
    ]


@sketch
def block_pulled_by_a_rope(paper: Paper) -> Expectations:
    paper.floor()
    block, _ = paper.box((0, 0.5), 1.5, 1), paper.line("rope", (0.75, 0.5), (3, 0.5))
    arrow = paper.line("arrow", (3, 0.5), (4.5, 0.5))
    paper.label(arrow, "force", 20, "N", "F")
    paper.label(block, "mass", 2, "kg", "m")
    paper.label(block, "friction", 0.3, name="mu")
    return [near("accel", block, 10 - 0.3 * G, 0.03, (0.02, 0.3))]


# Slopes.


def slope(paper: Paper, drawn: float, stated: float) -> tuple[str, Callable[[float, float], Any]]:
    """A ramp on the ground that leans `drawn` degrees and says `stated`; a point along it."""
    angle = math.radians(drawn)
    floor = paper.floor()
    heel = (-5.0, 11 * math.tan(angle))
    ramp = paper.polygon([(6, 0), (-5, 0), heel], "ramp")
    paper.label(ramp, "angle", stated, "°")
    paper.join("contact", floor, ramp)

    def at(along: float, above: float) -> tuple[float, float]:
        cos, sin = math.cos(angle), math.sin(angle)
        return (6 - along * cos + above * sin, along * sin + above * cos)

    return ramp, at


@sketch
def block_on_a_ramp(paper: Paper) -> Expectations:
    """Drawn at 27 degrees; the label says 30."""
    ramp, at = slope(paper, 27, 30)
    block = paper.box(at(8, 0.5), 1.4, 1, -27)
    paper.label(ramp, "friction", 0.2, name="mu")
    paper.join("contact", ramp, block)
    value = G * (math.sin(math.radians(30)) - 0.2 * math.cos(math.radians(30)))
    return [near("accel", block, value, 0.03, (0.05, 0.4), to=-30)]


@sketch
def block_held_by_friction(paper: Paper) -> Expectations:
    """tan 25° is less than the 0.6 that is left unsaid; a smaller box stands on the block."""
    _, at = slope(paper, 23, 25)
    return still(paper.box(at(6, 0.5), 1.4, 1, -23), paper.box(at(6, 1.3), 1, 0.6, -23))


@sketch
def ball_that_rolls(paper: Paper) -> Expectations:
    _, at = slope(paper, 20, 20)
    ball = paper.ball(at(8, 0.5), 0.5)
    value = 5 / 7 * G * math.sin(math.radians(20))
    return [near("accel", ball, value, 0.03, (0.05, 0.4), to=-20)]


@sketch
def cart_that_rolls(paper: Paper) -> Expectations:
    _, at = slope(paper, 15, 15)
    wheels = [paper.ball(at(along, 0.3), 0.3, "wheel") for along in (8.6, 7.2)]
    cart = paper.box(at(7.9, 0.7), 2.4, 0.8, -15)
    paper.label(cart, "mass", 4, "kg", "m")
    for wheel in wheels:
        paper.label(wheel, "mass", 0.5, "kg", "m")
    value = G * math.sin(math.radians(15)) * 5 / 5.5
    return [near("accel", cart, value, 0.03, (0.05, 0.4), to=-15)]


@sketch
def block_pulled_up_a_slope(paper: Paper) -> Expectations:
    angle = math.radians(30)
    paper.floor()
    ramp = paper.polygon([(-4, 0), (2, 0), (2, 6 * math.tan(angle))], "ramp")

    def at(along: float, above: float) -> tuple[float, float]:
        cos, sin = math.cos(angle), math.sin(angle)
        return (-4 + along * cos - above * sin, along * sin + above * cos)

    top = 6 / math.cos(angle)
    hub = at(top + 0.3, 0.2)
    paper.ball(hub, 0.3, "pulley")
    paper.line("rod", at(top, 0), hub)
    block, weight = paper.box(at(3, 0.5), 1, 1, 30), paper.box((hub[0] + 0.3, 1.2), 0.6, 0.6)
    paper.line(
        "rope", at(3.5, 0.5), at(top + 0.3, 0.5), (hub[0] + 0.3, hub[1]), (hub[0] + 0.3, 1.5)
    )
    paper.label(ramp, "angle", 30, "°")
    paper.label(ramp, "friction", 0.0, name="mu")
    for body in (block, weight):
        paper.label(body, "mass", 2, "kg", "m")
    return [near("accel", weight, G / 4, 0.03, (0.02, 0.2), to=-90)]


# Flying, bouncing, colliding.


@sketch
def thrown_ball(paper: Paper) -> Expectations:
    floor, ball = paper.floor(-1, 6), paper.ball((0, 0.3), 0.3)
    arrow = paper.line("arrow", (0.2, 0.5), (1.2, 1.5))
    paper.label(arrow, "velocity", 4, "m/s", "v")
    paper.label(arrow, "angle", 45, "°")
    paper.join("contact", floor, ball)
    paper.join("acts_on", arrow, ball)
    speed = 4 * math.sin(math.radians(45))
    # The last frame before it lands.
    end = math.floor(2 * speed / G * 60) / 60
    height = speed * end - G * end**2 / 2
    return [
        near("shift", ball, speed * end, 0.02, (0, end)),
        {
            **{"measure": "shift", "on": ball, "dir": 90, "t": (0, end)},
            **{"lo": height - 0.02, "hi": height + 0.02},
        },
    ]


@sketch
def dropped_ball_that_bounces(paper: Paper) -> Expectations:
    paper.floor()
    ball, size = paper.ball((0, 4.5), 0.5), paper.line("dimension", (2, 0), (2, 4))
    paper.label(ball, "restitution", 0.8, name="e")
    paper.label(size, "length", 2, "m", "h")
    hits = math.sqrt(2 * 2 / G)
    top = hits * (1 + 0.8)
    rises = near("shift", ball, 0.64 * 2 - 2, 0.05, (0, top), to=90)
    falls = near("accel", ball, G, 0.03, (0.02, 0.5), to=-90)
    # Messy, the ball is not where the dimension ends.
    return [falls] if paper.mess else [falls, rises]


@sketch
def elastic_collision(paper: Paper) -> Expectations:
    """Of 1 kg at 2 m/s with 3 kg at rest: -1 and 1 m/s."""
    floor = paper.floor()
    first, second = paper.box((-3, 0.5), 1, 1), paper.box((-0.5, 0.5), 1, 1)
    arrow = paper.line("arrow", (-2.5, 0.5), (-1.5, 0.5))
    paper.label(arrow, "velocity", 2, "m/s", "v")
    paper.label(first, "mass", 1, "kg", "m")
    paper.label(second, "mass", 3, "kg", "m")
    for body in (first, second):
        paper.label(body, "restitution", 1.0, name="e")
    paper.label(floor, "friction", 0.0, name="mu")
    return [
        near("speed", first, -1, 0.05, (0.4, 0.8)),
        near("speed", second, 1, 0.05, (0.4, 0.8)),
    ]


@sketch
def elastic_collision_of_balls_that_roll(paper: Paper) -> Expectations:
    """Friction takes from the one what it gives to the other."""
    paper.floor()
    first, second = paper.ball((-3, 0.5), 0.5), paper.ball((-0.5, 0.5), 0.5)
    arrow = paper.line("arrow", (-2.5, 0.5), (-1.5, 0.5))
    paper.label(arrow, "velocity", 2, "m/s", "v")
    for ball in (first, second):
        paper.label(ball, "mass", 1, "kg", "m")
        paper.label(ball, "restitution", 1.0, name="e")
    both = {"measure": "momentum", "on": [first, second], "dir": 0}
    return [
        {**both, "value": 2, "tol": 0.05, "t": (0, 0.15)},
        {**both, "value": 2, "tol": 0.05, "t": (0.3, 0.6)},
    ]


@sketch
def plastic_collision(paper: Paper) -> Expectations:
    floor = paper.floor()
    first, second = paper.box((-3, 0.5), 1, 1), paper.box((-0.5, 0.5), 1, 1)
    arrow = paper.line("arrow", (-2.5, 0.5), (-1.5, 0.5))
    paper.label(arrow, "velocity", 2, "m/s", "v")
    paper.label(first, "mass", 2, "kg", "m")
    paper.label(second, "mass", 1, "kg", "m")
    paper.label(floor, "word", None, name="ice")
    paper.label(floor, "friction", 0.0, name="mu")
    return [near("speed", body, 4 / 3, 0.02, (0.5, 2.0)) for body in (first, second)]


def blocks_on_a_rough_floor(paper: Paper, *, speed: float, friction: float) -> tuple[str, str]:
    """Of 1 kg at a speed, half a unit from another of 2 kg."""
    floor = paper.floor(-6, 7)
    first, second = paper.box((-5, 0.5), 1, 1), paper.box((-3.5, 0.5), 1, 1)
    arrow = paper.line("arrow", (-4.5, 0.5), (-3.8, 0.5))
    paper.label(arrow, "velocity", speed, "m/s", "v")
    paper.label(first, "mass", 1, "kg", "m")
    paper.label(second, "mass", 2, "kg", "m")
    paper.label(floor, "friction", friction, name="mu")
    paper.join("acts_on", arrow, first)
    return first, second


@sketch
def blocks_that_slide_on_together(paper: Paper) -> Expectations:
    """As far as v²/2µg, from the third of the speed that is left, and side by side to the end."""
    speed, friction = 4.0, 0.4
    _, second = blocks_on_a_rough_floor(paper, speed=speed, friction=friction)
    left = math.sqrt(speed**2 - 2 * friction * G * 0.5 * UNIT) / 3
    way = left**2 / (2 * friction * G)
    return [near("shift", second, way, 0.08, (0, 3))]


@sketch
def pushed_block(paper: Paper) -> Expectations:
    paper.floor()
    block, arrow = paper.box((0, 0.5), 1.5, 1), paper.line("arrow", (-2.5, 0.55), (-0.75, 0.55))
    paper.label(arrow, "force", 20, "N", "F")
    paper.label(block, "mass", 2, "kg", "m")
    paper.label(block, "friction", 0.3, name="mu")
    return [near("accel", block, 10 - 0.3 * G, 0.03, (0.02, 0.5))]


@sketch
def block_that_slides_on_ice(paper: Paper) -> Expectations:
    floor, block = paper.floor(), paper.box((0, 0.5), 1.5, 1)
    arrow = paper.line("arrow", (0.8, 0.5), (2, 0.5))
    paper.label(arrow, "velocity", 2, "m/s", "v")
    paper.label(floor, "word", None, name="ice")
    return [near("accel", block, -0.03 * G, 0.03, (0.02, 0.5))]


@sketch
def ball_on_the_moon(paper: Paper) -> Expectations:
    paper.floor()
    ball = paper.ball((0, 4), 0.5)
    paper.label(None, "gravity", 1.62, "m/s2", "g")
    return [near("accel", ball, 1.62, 0.03, (0.02, 0.5), to=-90)]


@sketch
def dominoes(paper: Paper) -> Expectations:
    paper.floor()
    row = [paper.box((-3 + 0.8 * index, 1), 0.3, 2) for index in range(5)]
    arrow = paper.line("arrow", (-3.15, 1.8), (-1.5, 1.8))
    paper.label(arrow, "velocity", 1.5, "m/s", "v")
    paper.join("acts_on", arrow, row[0])
    return [{"measure": "tilt", "on": row[-1], "lo": 60, "hi": 91, "t": (0, 10)}]


# Standing still.


@sketch
def stack(paper: Paper) -> Expectations:
    paper.floor()
    boxes = [
        paper.box((0, 0.5), 2, 1),
        paper.box((0.1, 1.4), 1.6, 0.8),
        paper.box((0, 2.1), 1, 0.6),
    ]
    return still(*boxes, paper.ball((3, 0.5), 0.5))


@sketch
def bridge(paper: Paper) -> Expectations:
    paper.floor()
    piers = [paper.box((x, 0.8), 1, 1.6) for x in (-2, 2)]
    return still(*piers, paper.box((0, 1.8), 5.5, 0.4), paper.ball((0, 2.4), 0.4))


@sketch
def polygons(paper: Paper) -> Expectations:
    paper.floor()
    bracket = paper.polygon([(0, 0), (2, 0), (2, 1), (1, 1), (1, 3), (0, 3)])
    trapezium = paper.polygon([(-4, 0), (-2, 0), (-2.4, 1), (-3.6, 1)])
    return still(bracket, trapezium, paper.box((-3, 1.4), 0.8, 0.8))


@sketch
def seesaw_on_a_ramp(paper: Paper) -> Expectations:
    """The tip of a triangle on the ground is a fulcrum."""
    paper.floor()
    paper.polygon([(-0.6, 0), (0.6, 0), (0, 1.2)], "ramp")
    return seesaw(paper, paper.box((0, 1.3), 7, 0.2))


@sketch
def seesaw_on_a_pin(paper: Paper) -> Expectations:
    paper.floor()
    paper.polygon([(-0.6, 0), (0.6, 0), (0, 1.2)], "pin")
    return seesaw(paper, paper.box((0, 1.3), 7, 0.2))


@sketch
def seesaw_of_one_line(paper: Paper) -> Expectations:
    paper.floor()
    paper.polygon([(-0.6, 0), (0.6, 0), (0, 1.4)], "ramp")
    return seesaw(paper, paper.line("rod", (-3.5, 1.4), (3.5, 1.4)))


def seesaw(paper: Paper, beam: str) -> Expectations:
    left, right = paper.box((-3, 1.8), 0.8, 0.8), paper.box((1.5, 1.8), 0.8, 0.8)
    paper.label(left, "mass", 1, "kg", "m")
    paper.label(right, "mass", 2, "kg", "m")
    return balanced(beam)


@sketch
def balance_with_pans(paper: Paper) -> Expectations:
    paper.top((0, 6))
    paper.ball((0, 5), 0.1, "pivot")
    paper.line("rod", (0, 6), (0, 5))
    beam = paper.box((0, 5), 6, 0.3)
    for x in (-2.5, 2.5):
        paper.box((x, 3), 0.8, 0.8)
        paper.line("rope", (x, 4.85), (x, 3.4))
    return balanced(beam)


@sketch
def seesaw_that_tips(paper: Paper) -> Expectations:
    paper.floor()
    paper.polygon([(-0.6, 0), (0.6, 0), (0, 1.2)], "ramp")
    beam = paper.box((0, 1.3), 7, 0.2)
    for x in (-3, 1.5):
        paper.label(paper.box((x, 1.8), 0.8, 0.8), "mass", 2, "kg", "m")
    return [{"measure": "tilt", "on": beam, "lo": 10, "hi": 90, "t": (0, 5)}]


@sketch
def seesaw_with_a_heavy_beam_that_tips(paper: Paper) -> Expectations:
    """A tip is a point, however heavy the beam on it is."""
    paper.floor()
    paper.polygon([(-0.6, 0), (0.6, 0), (0, 1.2)], "ramp")
    beam = paper.box((0, 1.3), 7, 0.2)
    paper.label(beam, "mass", 9.5, "kg", "m")
    for x, mass in ((-1, 2), (2, 0.6)):
        paper.label(paper.box((x, 1.8), 0.8, 0.8), "mass", mass, "kg", "m")
    return [{"measure": "tilt", "on": beam, "lo": 10, "hi": 90, "t": (0, 5)}]


@sketch
def beam_with_a_load(paper: Paper) -> Expectations:
    paper.floor()
    paper.polygon([(-3.3, 0), (-2.7, 0), (-3, 0.6)], "pin")
    paper.ball((3, 0.3), 0.3, "roller")
    beam = paper.box((0, 0.7), 6.4, 0.2)
    load = paper.polygon([(-2, 0.8), (2, 0.8), (2, 1.6), (-2, 1.6)], "load")
    paper.label(load, "force", 20, "N/m", "q")
    return still(beam)


@sketch
def ball_between_two_ropes(paper: Paper) -> Expectations:
    paper.top((0, 6), 6)
    ball = paper.ball((0, 2), 0.4)
    for x in (-2, 2):
        paper.line("rope", (x, 6), (0, 2))
    return still(ball)


@sketch
def load_on_a_pulley_in_the_rope(paper: Paper) -> Expectations:
    """The rope runs twice as fast as the load: a = g (m1 - m2/2) / (m1 + m2/4)."""
    top = paper.flat("ground", (-4, 6), (2, 6), (0.0, 1.0))
    fixed, moving = paper.ball((0, 5), 0.5, "pulley"), paper.ball((-1, 2), 0.5, "pulley")
    holder = paper.line("rod", (0, 6), (0, 5))
    counter, load = paper.box((0.5, 2.5), 0.8, 0.8), paper.box((-1, 0.4), 0.8, 0.8)
    link = paper.line("rod", (-1, 2), (-1, 0.8))
    turn = [(-1 + 0.5 * math.cos(a), 2 - 0.5 * math.sin(a)) for a in (0.0, 0.8, 1.57, 2.3, 3.14)]
    over = [(0.5 * math.cos(a), 5 + 0.5 * math.sin(a)) for a in (3.14, 2.3, 1.57, 0.8, 0.0)]
    rope = paper.line("rope", (-1.5, 6), *turn[::-1], *over, (0.5, 2.9))
    paper.label(counter, "mass", 3, "kg", "m1")
    paper.label(load, "mass", 4, "kg", "m2")
    paper.join("hinge", top, fixed, holder)
    paper.join("hinge", moving, load, link)
    paper.join("rope", top, counter, rope)
    a = G * (3 - 4 / 2) / (3 + 4 / 4)
    window = (0.03, 0.3)
    return [
        near("accel", counter, a, 0.03, window, -90),
        near("accel", load, a / 2, 0.03, window, 90),
    ]


@sketch
def ball_on_a_slack_rope(paper: Paper) -> Expectations:
    """It falls freely until the rope, drawn in a bow and stated, is taut."""
    top = paper.top((0, 8))
    ball = paper.ball((0, 5), 0.3)
    bow = [(2.2 * math.sin(math.pi * i / 20), 8 - 2.7 * i / 20) for i in range(21)]
    rope = paper.line("rope", *bow)
    length = 5.3 * UNIT
    paper.label(rope, "length", round(length, 3), "m", "L")
    paper.join("rope", top, ball, rope)
    return [
        near("accel", ball, G, 0.03, (0.02, 0.3), -90),
        {"measure": "wander", "on": ball, "lo": 1.9 * UNIT, "hi": 2.7 * UNIT, "t": (0, 5)},
    ]


# Turning.


@sketch
def motor_that_turns_an_arm(paper: Paper) -> Expectations:
    paper.line("rod", (0, 3), (2, 3))
    ball, _ = paper.ball((2, 3), 0.3), paper.ball((0, 3), 0.08, "pivot")
    arc = paper.line("arc_arrow", (0.6, 2.6), (0.8, 3.1), (0.4, 3.6))
    paper.label(arc, "angular velocity", 3, "rad/s", "omega")
    turn = math.tau / 3
    return [near("period", ball, turn, 0.03, (0, 10))]


@sketch
def wheel_at_sixty_rpm(paper: Paper) -> Expectations:
    wheel = paper.ball((0, 3), 1, "wheel")
    arc = paper.line("arc_arrow", (-0.9, 4.2), (0, 4.6), (0.9, 4.2))
    paper.label(arc, "angular velocity", 60, "rpm", "n")
    return [near("spin", wheel, -math.tau, 0.03, (0, 10))]


@sketch
def wheel_on_a_stand(paper: Paper) -> Expectations:
    """The line to its base holds it up, whichever of the two the motor's hinge names first."""
    base = paper.flat("support", (-1, 0), (1, 0))
    stand, wheel = paper.line("rod", (0, 0), (0, 3)), paper.ball((0, 3), 1, "wheel")
    arc = paper.line("arc_arrow", (0.9, 4.2), (0, 4.6), (-0.9, 4.2))
    paper.label(arc, "angular velocity", 90, "rpm", "n")
    paper.join("hinge", base, wheel, stand)
    turns = near("spin", wheel, 3 * math.pi, 0.03, (0, 10))
    return [turns, {"measure": "wander", "on": wheel, "lo": 0, "hi": 0.01, "t": (0, 10)}]


@sketch
def wheel_that_a_torque_drives(paper: Paper) -> Expectations:
    """A disc that rolls: its inertia is half as much again as its mass."""
    paper.floor()
    wheel = paper.ball((0, 1), 1, "wheel")
    arc = paper.line("arc_arrow", (-0.9, 2.2), (0, 2.6), (0.9, 2.2))
    paper.label(arc, "torque", 0.2, "N m", "tau")
    paper.label(wheel, "mass", 1, "kg", "m")
    return [near("accel", wheel, 0.2 / (1.5 * UNIT), 0.05, (0.05, 0.5))]


@sketch
def cart_that_a_motor_drives(paper: Paper) -> Expectations:
    paper.floor()
    driven = paper.ball((-1, 0.4), 0.4, "wheel")
    paper.ball((1, 0.4), 0.4, "wheel")
    cart = paper.box((0, 1), 3, 0.8)
    arc = paper.line("arc_arrow", (-1.5, 1.0), (-1, 1.3), (-0.5, 1.0))
    paper.label(arc, "angular velocity", 5, "rad/s", "omega")
    paper.join("acts_on", arc, driven) if paper.joins else None
    speed = 5 * 0.4 * UNIT
    return [near("spin", driven, -5, 0.03, (0, 10)), near("speed", cart, speed, 0.05, (2, 10))]


# What a flat arc says, what stays together, what is held.


@sketch
def block_on_a_slope_of_twelve_degrees(paper: Paper) -> Expectations:
    """The arc at its foot bows by 2.6 % of its chord, and says more than the drawn 16 degrees."""
    paper.floor()
    paper.line("ramp", (-5, 0), (4, 9 * math.tan(math.radians(16))))
    foot, lean = (-5, 0), math.radians(16)
    ends = [(foot[0] + 2 * math.cos(a), foot[1] + 2 * math.sin(a)) for a in (0, lean / 2, lean)]
    arc = paper.line("dimension", *ends)
    at = (foot[0] + 6 * math.cos(lean) - 0.5 * math.sin(lean), 6 * math.sin(lean) + 0.5)
    block = paper.box((at[0], at[1] - 0.02), 1.4, 1.0, 16)
    paper.label(arc, "angle", 12, "°", "theta")
    paper.label(block, "friction", 0.1, name="mu")
    slide = G * (math.sin(math.radians(12)) - 0.1 * math.cos(math.radians(12)))
    return [near("accel", block, slide, 0.03, (0.05, 0.8), 192)]


@sketch
def blocks_of_unequal_height_that_stay_together(paper: Paper) -> Expectations:
    """The taller one is struck below its centre, and does not hop for it."""
    floor = paper.floor()
    striker, struck = paper.box((-3, 0.9), 1.8, 1.8), paper.box((1, 0.6), 1.2, 1.2)
    paper.label(striker, "mass", 1, "kg", "m")
    paper.label(struck, "mass", 4, "kg", "m")
    paper.label(floor, "friction", 0, name="mu")
    arrow = paper.line("arrow", (-3.5, 2.2), (-1.5, 2.2))
    paper.label(arrow, "velocity", 1.5, "m/s", "v")
    paper.join("acts_on", arrow, striker)
    return [near("speed", mark, 0.3, 0.03, (0.7, 1.5)) for mark in (striker, struck)]


@sketch
def pendulum_under_a_fixed_box(paper: Paper) -> Expectations:
    holder = paper.box((0, 6.5), 2, 1)
    paper.label(holder, "word", None, name="fixed")
    tip = (4 * math.sin(0.2), 6 - 4 * math.cos(0.2))
    bob, rod = paper.ball(tip, 0.3), paper.line("rod", (0, 6), tip)
    paper.label(rod, "length", 3, "ft", "L")
    paper.join("hinge", holder, bob, rod)
    return [near("period", bob, math.tau * math.sqrt(3 * 0.3048 / G), 0.02, (0, 8))]


@pytest.mark.parametrize("draw", SKETCHES, ids=lambda draw: draw.__name__)
def test_an_exact_sketch_moves_as_the_textbook_says(draw: Sketch):
    paper = Paper()
    expect = draw(paper)
    assert_holds(paper.analysis, expect)


@pytest.mark.parametrize("draw", SKETCHES, ids=lambda draw: draw.__name__)
def test_a_messy_sketch_without_joins_moves_as_the_textbook_says(draw: Sketch):
    paper = Paper(mess=1.0, joins=False, seed=len(draw.__name__))
    expect = draw(paper)
    assert_holds(paper.analysis, expect)


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.json")), ids=lambda path: path.stem)
def test_the_truth_of_an_example_moves_as_it_must(path: Path):
    truth = json.loads(path.read_text())
    assert_holds(Analysis.from_json(truth["analysis"]), truth["expect"])
