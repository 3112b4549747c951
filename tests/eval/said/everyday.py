"""The language once more, row by row, as pupils ask, teachers set and makers note it down.

Written before the grammar was held to any of it: 45 of the 60 were right then. What one of them
asked for is not understood yet and is left out here: a pendulum that hits a block on the floor.
"""

from __future__ import annotations

import math

from ...integration.expectations import (
    KEEPS_ENERGY,
    G,
    balanced,
    bob,
    near,
    slide,
    still,
    swing,
    tilts,
)
from .moves import Said, bobs, drives, flies, goes, settles_at, sinks, slides, swings, thrown

EVERYDAY: list[Said] = [
    (
        "A 20 kg load hangs from a movable pulley; somebody pulls the free end of the rope with "
        "150 N.",
        sinks("m=20", -(300 / 20 - G)),
    ),
    (
        "A worker lifts a crate of 40 kg with a movable pulley by pulling down on the rope with "
        "a force of 250 N.",
        sinks("m=40", -(500 / 40 - G)),
    ),
    (
        "A rope goes from the ceiling under a loose pulley carrying 10 kg and over a fixed pulley;"
        " its end is pulled with 60 newtons.",
        sinks("m=10", -(120 / 10 - G)),
    ),
    ("A rope over a pulley lifts a 5 kg bucket; it is pulled with 70 N.", sinks("m=5", G - 14)),
    ("Why does a 2 kg book not slide on a table tilted by 20 degrees?", still("#1", t=(0.5, 5))),
    (
        "A parcel slides down a smooth chute inclined at 40° to the horizontal.",
        slides("#1", slide(40), 40),
    ),
    (
        "Block on incline: angle 32 deg, mu = 0.2, m = 1.5 kg.",
        slides("#1", slide(32, 0.2), 32),
    ),
    (
        "A block is launched up a 30° frictionless incline with 4 m/s.",
        [near("accel", "#1", slide(30), 0.03, (0.05, 0.7), -30)],
    ),
    (
        "A solid sphere rolls from rest down a 12-degree slope without slipping.",
        slides("#1", 5 / 7 * slide(12), 12),
    ),
    ("A sled runs down an icy hill of 15°.", slides("#1", slide(15, 0.03), 15)),
    ("A marble rolls off a 1.2 m high table with 1.5 m/s.", flies("#1", 1.5, 0, 0.3)),
    ("An arrow is shot at 25 m/s, 35 degrees above the horizontal.", thrown("#1", 25, 35, 2.0)),
    ("A stone is dropped from a 20 m tower.", sinks("#1", G, 1.5)),
    ("A ball is thrown upwards with a speed of 9 m/s from the ground.", flies("#1", 0, 9, 1.5)),
    ("On Mars (g = 3.7) a ball is thrown at 10 m/s at 45°.", thrown("#1", 10, 45, 2.0, 3.7)),
    (
        "A basketball is dropped from 1.8 m; e = 0.75.",
        [near("shift", "#1", 0.75**2 * 1.8 - 1.8, 0.05, (0, math.sqrt(3.6 / G) * 1.75), 90)],
    ),
    ("A pendulum 80 cm long is let go at 10 degrees.", swings("#1", swing(0.8, 10))),
    (
        "What is the period of a 1.2 m pendulum released from 6°?",
        swings("#1", swing(1.2, 6)),
    ),
    (
        "A 5 kg lamp hangs on a 2 m cord and is pushed sideways with 0.5 m/s.",
        swings("#1", swing(2.0, 6.5)),
    ),
    (
        "A uniform rod of length 1 m and mass 2 kg is hinged at its upper end and released from "
        "10 degrees.",
        swings("#1", swing(2 / 3, 10)),
    ),
    ("Two pendulums hang one below the other, each 0.5 m, starting at 20°.", [KEEPS_ENERGY]),
    ("Newton's cradle, 4 balls, two of them pulled up to 25 degrees", [KEEPS_ENERGY]),
    (
        "A 400 g mass oscillates vertically on a spring with k = 16 N/m.",
        bobs("m=0.4", bob(0.4, 16)),
    ),
    (
        "A spring with a spring rate of 2 kN/m holds a 50 kg machine that stands on it.",
        bobs("m=50", bob(50, 2000)),
    ),
    (
        "A cart of 1.5 kg is fastened to a wall with a spring of 24 N/m, is pulled 15 cm away and "
        "released; ignore friction.",
        swings("m=1.5", bob(1.5, 24)),
    ),
    (
        "Three springs of 20 N/m each hang in parallel and carry 3 kg.",
        bobs("m=3", bob(3, 60)),
    ),
    (
        "A 2 kg mass hangs on a spring of 80 N/m with a damper of 2 N s/m next to it.",
        [near("period", "#1", math.tau / math.sqrt(40 - 0.25), 0.02, (0, 4), 90)],
    ),
    (
        "The block weighs 1 kg, the spring constant is 100 N/m, and the spring is squeezed by "
        "10 cm against the wall on a frictionless floor and let go.",
        swings("m=1", bob(1, 100)),
    ),
    ("3 kg on the left, 5 kg on the right of a pulley", sinks("m=5", G / 4)),
    (
        "A string over a pulley connects a 6 kg box on a table (mu = 0.25) with a 4 kg weight.",
        sinks("m=4", G * (4 - 1.5) / 10),
    ),
    (
        "On a slope of 25° without friction lies a 4 kg block that is tied by a rope over a "
        "pulley at the top to a hanging weight of 3 kg.",
        sinks("m=3", G * (3 - 4 * math.sin(math.radians(25))) / 7),
    ),
    ("An elevator of 800 kg with a counterweight of 700 kg", sinks("m=800", G / 15)),
    (
        "I push a 15 kg crate with 120 N across the floor, the coefficient of friction is 0.5.",
        drives("m=15", 8 - 0.5 * G),
    ),
    (
        "A force of 30 N acts on a 6 kg block at 30° above the horizontal on a smooth floor.",
        drives("m=6", 5 * math.cos(math.radians(30))),
    ),
    ("A box of 10 kg is pushed with 40 N but it does not move.", still("m=10", t=(0.5, 5))),
    (
        "A car of 1200 kg brakes from 54 km/h with mu = 0.7.",
        [near("accel", "#1", 0.7 * G, 0.05, (0.1, 1.5), 180)],
    ),
    (
        "A curling stone slides over the ice at 2 m/s.",
        [near("accel", "#1", 0.03 * G, 0.05, (0.1, 2), 180)],
    ),
    (
        "A 0.5 kg ball going 4 m/s hits a 1.5 kg ball at rest, perfectly elastic, no friction.",
        goes("m=1.5", 2, (1.5, 2.0)),
    ),
    (
        "A bullet of 10 g with 300 m/s gets stuck in a block of 1.99 kg that stands on ice "
        "without friction.",
        goes("m=1.99", 1.5, (0.5, 1.5)),
    ),
    (
        "Two gliders on an air track: 0.2 kg at 1 m/s runs into 0.3 kg at rest and they stick.",
        goes("m=0.3", 0.4, (2.5, 3.5)),
    ),
    (
        "A 3 kg trolley at 2 m/s meets a 1 kg trolley coming at 2 m/s from the other side; they "
        "collide elastically on a frictionless track.",
        settles_at("m=3", 0, (2.5, 3.5)),
    ),
    ("A tower of five wooden blocks", still("#1", "#2", "#3", "#4", "#5")),
    (
        "Put a 50 kg box on a plank that lies on two trestles.",
        still("m=50"),
    ),
    (
        "A seesaw carries 20 kg 3 m left of the pivot and 30 kg 2 m right of it.",
        balanced("#1"),
    ),
    (
        "On a balance, a 3 kg mass sits 40 cm left of the fulcrum and a 4 kg mass 30 cm right.",
        balanced("#1"),
    ),
    (
        "A seesaw with a 50 kg man on one end and a 20 kg child on the other.",
        tilts("#1", 5, 90, 3),
    ),
    ("Ten dominoes in a row; the first is knocked over.", tilts("#10", 30, 400)),
    (
        "A simply supported beam 4 m long carries a uniform load of 200 N/m.",
        still("#1"),
    ),
    ("A motor spins a wheel at 120 rpm.", [near("spin", "#1", -4 * math.pi, 0.03, (0.1, 5))]),
    (
        "An arm of 0.4 m with a 1 kg ball at its end is turned by a motor at 3 rad/s.",
        [near("period", "m=1", math.tau / 3, 0.03, (0, 8))],
    ),
    (
        "A torque of 2 Nm acts on a disc of 4 kg and radius 0.5 m.",
        [near("spin", "#1", -4 * 0.5, 0.05, (0.45, 0.55))],
    ),
    (
        "A cart's wheels of radius 10 cm are driven by a motor at 10 rad/s.",
        [near("speed", "#1", 1.0, 0.06, (2, 4))],
    ),
    (
        "A traffic light of 12 kg hangs between two ropes at 30 degrees to the ceiling.",
        still("#1", t=(0.5, 8)),
    ),
    (
        "A ball on a 1 m string is released when the string is horizontal.",
        [near("speed", "#1", math.sqrt(2 * G), 0.05, (0.58, 0.61), 180)],
    ),
    (
        "A steel ball falls 1 m onto a steel plate.",
        [near("accel", "#1", G, 0.02, (0.02, 0.4), -90)],
    ),
    (
        "Two blocks, 2 kg and 3 kg, stand side by side on a smooth floor and are pushed with 10 N.",
        drives("m=2", 2),
    ),
    (
        "A train of two wagons, 3 kg each, joined by a rope, is pulled with 12 N; no friction.",
        [near("accel", "#2", 2, 0.05, (0.1, 0.6))],
    ),
    ("A pulley with 4 kg and 4 kg on either side stays at rest.", still("#1", "#2")),
    (
        "A wagon rolls with 3 m/s against a spring of 150 N/m at the wall; it weighs 6 kg and "
        "there is no friction.",
        settles_at("m=6", -3, (3.0, 3.5)),
    ),
]
