"""Sentences against the formulas of a textbook: words, description, scene, MJCF, MuJoCo.

Things are named by kind and number, in the order in which they are said.
"""

from __future__ import annotations

import math

import pytest

from physics.header import describe_model
from physics.measures import Motion, check_expectations
from physics.mjcf import write_mjcf
from physics.model import load_model
from physics.simulate import record
from sentences.grammar import read_sentence
from sentences.layout import lay_out
from tests.eval.said import DEVELOPMENT, Said
from tests.eval.sentences import judge

from .expectations import (
    KEEPS_ENERGY,
    Expectations,
    G,
    bob,
    cradle_hands_on,
    near,
    rad,
    slide,
    still,
    swing,
)


def momentum(*bodies: str, value: float, until: float) -> Expectations:
    on = list(bodies)
    return [
        {"measure": "momentum", "on": on, "value": value, "tol": 0.05, "dir": 0, "t": (0, until)}
    ]


SAID: list[tuple[str, Expectations]] = [
    (
        "a 2 kg ball rolls down a 30 degree ramp",
        [near("accel", "ball_1", 5 / 7 * slide(30), 0.03, (0.05, 0.4), -30)],
    ),
    (
        "A 3 kg block slides down a frictionless incline of 25°",
        [near("accel", "box_1", slide(25), 0.03, (0.05, 0.4), -25)],
    ),
    (
        "a crate slides down a 30° slope with a friction coefficient of 0.2",
        [near("accel", "box_1", slide(30, 0.2), 0.03, (0.05, 0.4), -30)],
    ),
    (
        "Block on an inclined plane at 40 degrees, mu = 0.3, mass 2 kg",
        [near("accel", "box_1", slide(40, 0.3), 0.03, (0.05, 0.4), -40)],
    ),
    ("On a ramp inclined at 20 degrees rests a wooden box", still("box_1", t=(0, 5))),
    (
        "A block is sent up a frictionless 30 degree ramp at 4 m/s",
        [near("accel", "box_1", slide(30), 0.03, (0.02, 0.4), -30)],
    ),
    (
        "a pendulum of length 1 m let go at 10 degrees",
        [near("period", "ball_1", swing(1, 10), 0.02, (0, 8)), KEEPS_ENERGY],
    ),
    (
        "A 2 kg ball hangs from the ceiling on a 1.5 m long string and swings from 15 degrees",
        [near("period", "ball_1", swing(1.5, 15), 0.02, (0, 10)), KEEPS_ENERGY],
    ),
    (
        "pendulum, 80 cm, 5°, on the moon",
        [near("period", "ball_1", swing(0.8, g=1.62), 0.02, (0, 10))],
    ),
    ("double pendulum, 1 m and 0.5 m", [KEEPS_ENERGY]),
    (
        "a uniform rod of 1 m swinging about one end, released from 10 degrees",
        [near("period", "rod_1", math.tau * math.sqrt(2 / 3 / G), 0.02, (0, 8))],
    ),
    (
        "Atwood machine with 3 and 5 kg",
        [
            near("accel", "box_2", G / 4, 0.03, (0.02, 0.25), -90),
            near("accel", "box_1", G / 4, 0.03, (0.02, 0.25), 90),
        ],
    ),
    (
        "Two masses of 3 kg and 2 kg hang from a rope over a pulley",
        [near("accel", "box_1", G / 5, 0.03, (0.02, 0.25), -90)],
    ),
    (
        "a 4 kg block and a 6 kg block are connected by a string over a frictionless pulley",
        [near("accel", "box_2", G / 5, 0.03, (0.02, 0.25), -90)],
    ),
    (
        "Newton's cradle of five",
        cradle_hands_on("ball_5"),
    ),
    (
        "a 2 kg block hangs from a spring with k = 200 N/m",
        [near("period", "box_1", bob(2, 200), 0.02, (0, 8), 90), KEEPS_ENERGY],
    ),
    (
        "mass on a spring: 500 g, spring constant 50 newtons per metre",
        [near("period", "box_1", bob(0.5, 50), 0.02, (0, 8), 90)],
    ),
    (
        "A 2 kg mass is attached to a wall by a spring of 50 N/m on a frictionless floor and "
        "stretched by 20 cm",
        [near("period", "box_1", bob(2, 50), 0.02, (0, 8))],
    ),
    (
        "a 2 kg box sits on top of a spring with stiffness 300 N/m",
        [near("period", "box_1", bob(2, 300), 0.02, (0, 8), 90)],
    ),
    (
        "two springs of 100 and 300 N/m in series carry a mass of 2 kg",
        [near("period", "box_1", bob(2, 75), 0.02, (0, 8), 90)],
    ),
    (
        "A 2 kg block hangs from two springs of 60 N/m and 140 N/m in parallel",
        [near("period", "box_1", bob(2, 200), 0.02, (0, 8), 90)],
    ),
    (
        "A 2 kg block hangs from a spring of 80 N/m and a damper of 2 N s/m",
        [
            near("period", "box_1", math.tau / math.sqrt(40 - 0.25), 0.02, (0, 4), 90),
            near("shift", "box_1", -2 * G / 80, 0.02, (0, 10), 90),
        ],
    ),
    (
        "a ball is thrown at 10 m/s and 45 degrees",
        [
            near("shift", "ball_1", 10 * math.cos(rad(45)) * 1.4, 0.02, (0, 1.4)),
            near("accel", "ball_1", G, 0.03, (0.05, 1.2), -90),
        ],
    ),
    (
        "a stone thrown horizontally at 5 m/s from a height of 20 m",
        [
            near("shift", "ball_1", 10, 0.02, (0, 2)),
            near("shift", "ball_1", -G * 2, 0.02, (0, 2), 90),
        ],
    ),
    (
        "A cannonball is fired with a speed of 12 m/s at an angle of 60 degrees above the "
        "horizontal",
        [
            near("shift", "ball_1", 6 * 2, 0.02, (0, 2)),
            near("accel", "ball_1", G, 0.03, (0.05, 1.8), -90),
        ],
    ),
    (
        "a ball is dropped from 5 metres",
        [near("shift", "ball_1", -G * 0.9**2 / 2, 0.02, (0, 0.9), 90)],
    ),
    (
        "On Mars a 1 kg ball falls from a height of 3 m",
        [near("accel", "ball_1", 3.71, 0.03, (0.02, 0.9), -90)],
    ),
    (
        "A ball with restitution 0.8 is dropped from 2 m and bounces",
        [near("shift", "ball_1", 0.64 * 2 - 2, 0.06, (0, math.sqrt(4 / G) * 1.8), 90)],
    ),
    (
        "A 1 kg block moving at 2 m/s collides elastically with a 3 kg block at rest on a "
        "frictionless floor",
        [near("speed", "box_1", -1, 0.05, (0.8, 1.2)), near("speed", "box_2", 1, 0.05, (0.8, 1.2))],
    ),
    (
        "a 2 kg box slides at 2 m/s on frictionless ground and hits a 1 kg box; they stick "
        "together",
        [near("speed", "box_1", 4 / 3, 0.02, (1, 2)), near("speed", "box_2", 4 / 3, 0.02, (1, 2))],
    ),
    (
        "A 10 N force pushes a 2 kg block to the right on a frictionless floor",
        [near("accel", "box_1", 5, 0.03, (0.02, 0.5))],
    ),
    (
        "a 2 kg block is pushed with a force of 20 N, friction 0.3",
        [near("accel", "box_1", 10 - 0.3 * G, 0.03, (0.02, 0.5))],
    ),
    ("A block slides on ice at 3 m/s", [near("accel", "box_1", -0.03 * G, 0.03, (0.02, 0.5))]),
    ("a tower of five boxes", still(*(f"box_{i}" for i in range(1, 6)))),
    ("A ball rests on a box that stands on a bigger box", still("box_1", "box_2")),
    ("a row of 6 dominoes", [{"measure": "tilt", "on": "box_6", "lo": 60, "hi": 91, "t": (0, 10)}]),
    (
        "a seesaw with 20 kg at 1.5 m and 30 kg at 1 m from the pivot",
        [{"measure": "tilt", "on": "plank_1", "lo": 0, "hi": 5, "t": (0, 5)}],
    ),
    (
        "A lever with 2 kg at 1 m on the left and 3 kg at 1 m on the right",
        [{"measure": "tilt", "on": "plank_1", "lo": 8, "hi": 90, "t": (0, 5)}],
    ),
    ("a motor turns a 1 m arm at 60 rpm", [near("spin", "rod_1", -math.tau, 0.03, (0, 10))]),
    ("a wheel turning at 3 rad/s", [near("spin", "wheel_1", -3, 0.03, (0, 10))]),
    (
        "a 4 kg cart rolls down a 15 degree ramp",
        [near("accel", "cart_1", slide(15), 0.03, (0.05, 0.4), -15)],
    ),
    ("A bridge of a plank on two boxes with a ball on it", still("plank_1", "box_1", "box_2")),
    (
        "A 2 kg block on a table is connected by a string over a pulley to a hanging 1 kg "
        "weight, friction 0.1",
        [
            near("accel", "box_2", (G - 0.2 * G) / 3, 0.03, (0.02, 0.25), -90),
            near("accel", "box_1", (G - 0.2 * G) / 3, 0.03, (0.02, 0.25)),
        ],
    ),
    (
        "A 2 kg block on a frictionless 30° incline is tied by a rope over a pulley to a hanging "
        "2 kg block",
        [near("accel", "box_2", G / 4, 0.03, (0.02, 0.2), -90)],
    ),
    (
        "two 1 kg blocks joined by a spring of 100 N/m on a frictionless floor, stretched by 10 cm",
        [near("period", "box_1", bob(0.5, 100), 0.02, (0, 6))],
    ),
    (
        "a ball floats with no gravity moving at 2 m/s for 5 s",
        [near("speed", "ball_1", 2, 0.02, (0.1, 2.5))],
    ),
    # The same in other words, and more of them.
    (
        "Simulate a 5kg box sliding down a smooth 35-degree slope for 3 seconds",
        [near("accel", "box_1", slide(35), 0.03, (0.05, 0.4), -35)],
    ),
    (
        "A sphere with a mass of two kilograms and a radius of 10 cm rolls down an inclined "
        "plane of 20 degrees",
        [near("accel", "ball_1", 5 / 7 * slide(20), 0.03, (0.05, 0.4), -20)],
    ),
    (
        "A ramp of 15° with a wheel rolling down it",
        [near("accel", "wheel_1", 2 / 3 * slide(15), 0.03, (0.05, 0.4), -15)],
    ),
    (
        "Drop a ball from a height of ten metres on the Moon",
        [
            near("accel", "ball_1", 1.62, 0.03, (0.05, 2), -90),
            near("shift", "ball_1", -1.62 * 2, 0.03, (0, 2), 90),
        ],
    ),
    (
        "Throw a ball straight up at 6 m/s",
        [near("shift", "ball_1", 6 * 0.5 - G * 0.25 / 2, 0.03, (0, 0.5), 90)],
    ),
    (
        "A projectile launched at 36 km/h, 30 degrees",
        [near("shift", "ball_1", 10 * math.cos(rad(30)) * 0.9, 0.02, (0, 0.9))],
    ),
    (
        "A bob of 0.5 kg hangs on a string of length 2 m and is released at an angle of 8 degrees",
        [near("period", "ball_1", swing(2, 8), 0.02, (0, 10))],
    ),
    (
        "simple pendulum with a 1.2 m rod and a 3 kg bob, amplitude 12 degrees",
        [near("period", "ball_1", swing(1.2, 12), 0.02, (0, 10))],
    ),
    ("A triple pendulum", [KEEPS_ENERGY]),
    (
        "a double pendulum with lengths 1 m and 2 m and masses 1 kg and 3 kg released from 90 "
        "degrees",
        [KEEPS_ENERGY],
    ),
    ("Newton's cradle with 4 balls, two balls are lifted", [KEEPS_ENERGY]),
    ("newtons cradle, three balls", [KEEPS_ENERGY]),
    (
        "A block of mass 4 kg and a block of mass 1 kg hang on either side of a pulley",
        [near("accel", "box_1", G * 3 / 5, 0.03, (0.02, 0.2), -90)],
    ),
    (
        "An Atwood machine: the left mass is 2 kg, the right mass is 2.5 kg",
        [near("accel", "box_2", G * 0.5 / 4.5, 0.03, (0.02, 0.25), -90)],
    ),
    (
        "mass-spring system with k=100 N/m and m=1 kg",
        [near("period", "box_1", bob(1, 100), 0.02, (0, 8), 90)],
    ),
    (
        "A spring with a stiffness of 150 N/m connects a 3 kg block to a wall. The block is "
        "pulled out by 15 cm. There is no friction.",
        [near("period", "box_1", bob(3, 150), 0.02, (0, 8))],
    ),
    (
        "A 1.5 kg weight dangles from the ceiling by a spring (k = 60 N/m) and is pulled down 10 "
        "cm",
        [near("period", "box_1", bob(1.5, 60), 0.02, (0, 8), 90)],
    ),
    (
        "two blocks of 2 kg and 3 kg connected by a spring on a frictionless surface",
        [near("momentum", ["box_1", "box_2"], 0, 0.05, (0, 2))],
    ),
    (
        "A block of 2 kg is pulled by a force of 15 newtons across a rough floor with mu = 0.4",
        [near("accel", "box_1", 7.5 - 0.4 * G, 0.03, (0.02, 0.5))],
    ),
    ("A car driving at 72 km/h", [near("speed", "cart_1", 20, 0.03, (0, 0.5))]),
    (
        "a hockey puck slides over ice at 4 m/s",
        [near("accel", "box_1", -0.03 * G, 0.03, (0.02, 0.5))],
    ),
    (
        "Two balls, each 1 kg, collide head on at 2 m/s, perfectly elastic",
        [near("momentum", ["ball_1", "ball_2"], 0, 0.05, (0, 0.1))],
    ),
    (
        "A 3 kg ball moving right at 4 m/s hits a 1 kg ball moving left at 2 m/s",
        [near("momentum", ["ball_1", "ball_2"], 10, 0.05, (0, 0.1))],
    ),
    ("a stack of 3 crates with a ball on top", still("box_1", "box_2", "box_3")),
    ("Put a box on a table", still("box_1")),
    (
        "eight dominoes in a row",
        [{"measure": "tilt", "on": "box_8", "lo": 60, "hi": 91, "t": (0, 10)}],
    ),
    (
        "Two children of 30 kg and 40 kg sit on a seesaw, 2 m and 1.5 m from the pivot",
        [{"measure": "tilt", "on": "plank_1", "lo": 0, "hi": 5, "t": (0, 5)}],
    ),
    (
        "A 4 m beam balances on a fulcrum with 10 kg on the left end and 12 kg on the right end",
        [{"measure": "tilt", "on": "plank_1", "lo": 5, "hi": 90, "t": (0, 5)}],
    ),
    (
        "A motor spins a wheel at 120 rpm counterclockwise",
        [near("spin", "wheel_1", 4 * math.pi, 0.03, (0, 10))],
    ),
    (
        "an arm of 50 cm rotates at 2 rad/s with a ball at its end",
        [near("period", "ball_1", math.pi, 0.03, (0, 10))],
    ),
    ("A ball hangs between two ropes", still("ball_1")),
    ("A 2 kg ball hangs from the ceiling by a rope", still("ball_1")),
    ("a heavy crate on a 25 degree ramp with friction 0.7", still("box_1", t=(0, 5))),
    ("A 10 kg cart is pushed with 20 N", [near("accel", "cart_1", 2, 0.03, (0.05, 0.5))]),
    (
        "a ball rolls off a table 1 m high at 2 m/s",
        [near("shift", "ball_1", 2 * 0.3, 0.05, (0, 0.3))],
    ),
    (
        "A damped oscillator: a 1 kg mass on a spring with k = 40 N/m and a damper with c = 1 Ns/m",
        [near("period", "box_1", math.tau / math.sqrt(40 - 0.25), 0.02, (0, 4), 90)],
    ),
    (
        "gravity is 3.7 m/s^2, a ball falls from 4 m",
        [near("accel", "ball_1", 3.7, 0.03, (0.02, 0.9), -90)],
    ),
    (
        "In space two balls drift towards each other at 1 m/s",
        [near("momentum", ["ball_1", "ball_2"], 0, 0.05, (0, 0.2))],
    ),
    (
        "A 2 kg block on a 30° frictionless ramp is held by a spring of 100 N/m attached to the "
        "top of the ramp",
        [near("period", "box_1", bob(2, 100), 0.02, (0, 6), -30)],
    ),
    ("A rubber ball bounces from 3 m", [near("accel", "ball_1", G, 0.03, (0.02, 0.7), -90)]),
    (
        "a torque of 2 Nm turns a 4 kg wheel of radius 0.5 m",
        [near("spin", "wheel_1", -2 / (0.5 * 4 * 0.25) * 2, 0.05, (1.95, 2.05))],
    ),
    ("A pendulum of 1 m hit by 2 m/s", [near("speed", "ball_1", 2, 0.05, (0, 0.05))]),
    ("a pyramid of six boxes", still(*(f"box_{i}" for i in range(1, 7)))),
    ("A plank rests on two crates and a 5 kg ball sits in the middle", still("plank_1")),
    (
        "A cart with a mass of 3 kg is attached to a wall with a spring, k = 75 N/m, stretched "
        "20 cm",
        [near("period", "cart_1", bob(3, 75), 0.03, (0, 6))],
    ),
]


@pytest.mark.parametrize(("sentence", "expect"), SAID, ids=[said for said, _ in SAID])
def test_a_sentence_moves_as_the_textbook_says(sentence: str, expect: Expectations):
    description = read_sentence(sentence)
    scene = lay_out(description)
    xml = write_mjcf(scene)
    recording = record(xml, duration_s=scene.duration_s)
    header = describe_model(load_model(xml), duration_s=scene.duration_s, fps=60)
    motion = Motion.of_recording(recording, header["bodies"])
    results = check_expectations(expect, motion, {name: name for name in motion.names})
    failed = [str(result) for result in results if not result.holds]
    assert not failed, f"{'; '.join(failed)}: {description}"
    assert not description.unplaced


@pytest.mark.parametrize("said", DEVELOPMENT, ids=[sentence for sentence, _ in DEVELOPMENT])
def test_a_sentence_in_the_words_of_teachers_and_pupils_moves_as_it_must(said: Said):
    outcome = judge(said)
    assert outcome.verdict == "right", outcome
