"""As teachers, pupils and people whose language is another say the same things.

Written before the grammar was held to any of it: 41 of the 60 were right then. Three more were only
wrong by what was expected: without a word to the contrary things turn clockwise, and a ball that
rolls comes back from a wall more slowly than its restitution says.
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

PEOPLE: list[Said] = [
    (
        "A 4 kg block hangs from a movable pulley, and a 2.5 kg counterweight hangs from the "
        "free end of the rope.",
        sinks("m=2.5", 2 * G * (2 * 2.5 - 4) / (4 * 2.5 + 4)),
    ),
    (
        "One end of a rope is fixed to the ceiling. It runs under a movable pulley that carries"
        " 10 kg and over a fixed pulley to a mass of 6 kg.",
        sinks("m=6", 2 * G * (2 * 6 - 10) / (4 * 6 + 10)),
    ),
    (
        "With a movable pulley, a load of 8 kg is lifted by a counterweight of five kilograms.",
        sinks("m=5", 2 * G * (2 * 5 - 8) / (4 * 5 + 8)),
    ),
    (
        "Two masses of 2 kg and 3 kg are connected by a light string over a smooth pulley.",
        sinks("m=3", G / 5),
    ),
    (
        "Over a frictionless pulley hangs a string; on one side 500 g, on the other side 0,7 kg.",
        sinks("m=0.7", G * 0.2 / 1.2),
    ),
    (
        "Atwood machine, 1 kg and 1.2 kg, and the pulley is a disc of 0.4 kg.",
        sinks("m=1.2", G * 0.2 / 2.4),
    ),
    (
        "A trolley of 2 kg on a smooth table is pulled by a string that goes over a pulley at "
        "the edge to a hanging 500 g mass.",
        sinks("m=0.5", G * 0.5 / 2.5),
    ),
    (
        "A block of three kilograms lies on a table with friction 0.2 and is tied over a pulley"
        " to a hanging block of two kilograms.",
        sinks("m=2", G * (2 - 0.6) / 5),
    ),
    (
        "A 5 kg block on a 30° smooth incline is connected over a pulley at the top to a "
        "hanging 4 kg block.",
        sinks("m=4", G * (4 - 2.5) / 9),
    ),
    (
        "A 1 kg block on a smooth floor has a spring of 40 N/m on its left and one of 60 N/m on"
        " its right, both fixed to walls; it is pushed off with 0.5 m/s.",
        [near("period", "#1", bob(1, 100), 0.02, (0, 4))],
    ),
    (
        "A cart stands between two walls with springs on its left and on its right, k = 50 N/m "
        "each, and it weighs 2 kg. It starts with 1 m/s. There is no friction.",
        [near("period", "#1", bob(2, 100), 0.02, (0, 4))],
    ),
    (
        "A mass of 250 g bobs on a spring with spring constant 10 newtons per metre.",
        bobs("#1", bob(0.25, 10)),
    ),
    ("Hang 0,5 kg on a spring (D = 20 N/m) and let go.", bobs("#1", bob(0.5, 20))),
    (
        "Two springs side by side, 100 N/m and 300 N/m, carry a 4 kg weight.",
        bobs("m=4", bob(4, 400)),
    ),
    (
        "Two springs in series with k1 = 100 N/m and k2 = 100 N/m hold a block of 1 kg.",
        bobs("m=1", bob(1, 50)),
    ),
    (
        "A block of mass half a kilogram is attached to a horizontal spring of 8 N/m on an air "
        "track and pulled 10 cm out, then released.",
        [near("period", "#1", bob(0.5, 8), 0.02, (0, 8))],
    ),
    (
        "A 3 kg box sits on top of a vertical spring with a stiffness of 300 N/m.",
        bobs("m=3", bob(3, 300)),
    ),
    (
        "A weight of 1 kg hangs on a spring of 50 N/m beside a damper of 1 Ns/m.",
        [near("period", "#1", math.tau / math.sqrt(50 - 0.25), 0.02, (0, 4), 90)],
    ),
    ("A child sits on a 3 m swing and starts at 15 degrees.", swings("#1", swing(3, 15))),
    (
        "On a 2,5 m long swing a boy of 30 kg swings with an amplitude of ten degrees.",
        swings("#1", swing(2.5, 10)),
    ),
    (
        "A pendulum has a length of one metre and is deflected by 8 degrees.",
        swings("#1", swing(1, 8)),
    ),
    (
        "A small stone on a thread, 45 cm long, is released from an angle of 20° from the "
        "vertical.",
        swings("#1", swing(0.45, 20)),
    ),
    (
        "A simple pendulum with L = 1.5 m swings on the Moon.",
        [near("period", "#1", swing(1.5, 15, 1.62), 0.03, (0, 10))],
    ),
    ("Double pendulum, both rods 1 m, let go from 60 and 30 degrees", [KEEPS_ENERGY]),
    (
        "A heavy ball hangs from a rope two and a half metres long. Somebody pulls it 12 "
        "degrees to the side and lets it go.",
        swings("#1", swing(2.5, 12)),
    ),
    ("A ball is thrown horizontally at 6 m/s from a height of 5 m.", flies("#1", 6, 0, 0.9)),
    (
        "A stone is thrown with a velocity of 12 metres per second at an angle of forty degrees.",
        thrown("#1", 12, 40, 1.4),
    ),
    ("Someone throws a ball straight up with 8 m/s.", flies("#1", 0, 8, 1.5)),
    (
        "A cannon ball leaves the barrel at 60 degrees with 20 m/s. How far does it fly?",
        thrown("#1", 20, 60, 3.0),
    ),
    ("A golf ball is hit at 72 km/h at 30°.", thrown("#1", 20, 30, 1.9)),
    (
        "A ball falls from a height of 2 m and bounces back with a coefficient of restitution "
        "of 0,8.",
        [near("shift", "#1", 0.64 * 2 - 2, 0.05, (0, math.sqrt(4 / G) * 1.8), 90)],
    ),
    (
        "A rubber ball drops from one and a half meters.",
        [near("accel", "#1", G, 0.02, (0.02, 0.4), -90)],
    ),
    (
        "A 2 kg block moves at 3 m/s and collides elastically with a resting block of 1 kg.",
        goes("m=1", 4, (1.5, 2.0)) + goes("m=2", 1, (1.5, 2.0)),
    ),
    (
        "Two carts of 1 kg each run towards each other, the left one with 2 m/s and the right "
        "one with 1 m/s, and stick together.",
        settles_at("#1", 0.5, (3, 4)),
    ),
    (
        "A car of 1000 kg at 10 m/s bumps into a standing car of 1500 kg and they remain hooked"
        " together. No friction.",
        goes("m=1000", 4, (2, 3)),
    ),
    ("Newton's cradle with five balls: one ball is lifted by 30 degrees.", [KEEPS_ENERGY]),
    (
        "A billiard ball rolling at 2 m/s hits an identical ball head-on, elastic collision, "
        "frictionless table.",
        goes("#2", 2, (1.5, 2.5)),
    ),
    (
        "A box of 10 kg is pulled along a rough floor with a force of 50 N, mu is 0.3.",
        drives("m=10", 5 - 0.3 * G),
    ),
    (
        "A force of 20 newtons pushes a 4 kg block to the right over a frictionless surface.",
        drives("m=4", 5),
    ),
    (
        "A sledge of 20 kg is dragged on ice by a rope with 100 N.",
        drives("#1", 100 / 20 - 0.03 * G),
    ),
    (
        "A hockey puck slides with 4 m/s over ice until it stops.",
        [near("accel", "#1", 0.03 * G, 0.05, (0.1, 1.5), 180)],
    ),
    (
        "A block with initial speed 5 m/s slides on a floor, the friction coefficient is one "
        "fifth.",
        [near("accel", "#1", 0.2 * G, 0.05, (0.1, 1.5), 180)],
    ),
    (
        "A block slides down a plane of 35 degrees, the coefficient of friction is 0,25.",
        slides("#1", slide(35, 0.25), 35),
    ),
    (
        "A ball rolls down a slope with an angle of twenty-five degrees.",
        slides("#1", 5 / 7 * slide(25), 25),
    ),
    ("On a ramp with 20° there is a wooden box. It does not slide.", still("#1", t=(0.5, 5))),
    (
        "A cart with four wheels rolls down a hill of 10 degrees",
        [near("accel", "#1", slide(10), 0.2, (0.1, 0.6), -10)],
    ),
    ("A wheel rolls without slipping down an incline of 15°.", slides("#1", 2 / 3 * slide(15), 15)),
    (
        "A seesaw with 30 kg at 2 m on the left side and 40 kg at 1.5 m on the right side.",
        balanced("#1"),
    ),
    (
        "A beam lies on a fulcrum in the middle; on the left end sits a 5 kg box, on the right "
        "end a 5 kg box.",
        balanced("#1"),
    ),
    ("A tower of four boxes stands on the ground.", still("#1", "#2", "#3", "#4")),
    ("A plank rests on two supports and carries a box of 10 kg in the middle.", still("#1", "#2")),
    (
        "A bridge of length 6 m on a pin and a roller bears a uniformly distributed load of 500"
        " N/m.",
        still("#1"),
    ),
    ("A motor turns a 0.5 m long arm at 60 rpm.", [near("period", "#1", 1.0, 0.03, (0, 5))]),
    (
        "A disc turns with an angular velocity of 4 radians per second.",
        [near("spin", "#1", -4, 0.03, (0.1, 5))],
    ),
    (
        "A flywheel with mass 2 kg and radius 30 cm is driven by a torque of 0.9 Nm.",
        [near("spin", "#1", -10 * 0.5, 0.05, (0.45, 0.55))],
    ),
    ("Eight dominoes stand in a row and the first one is pushed.", tilts("#8", 30, 400)),
    (
        "A picture of 2 kg hangs from two ropes that make 45° with the ceiling",
        still("#1", t=(0.5, 8)),
    ),
    (
        "A boy of 40 kg and a girl of 30 kg stand on ice, the boy pushes off: he moves with 1.5"
        " m/s to the left, she with 2 m/s to the right",
        goes("m=30", 2, (0.1, 0.4)),
    ),
    (
        "A ball of mass 1 kilogram lies in front of a wall and is shot at 5 m/s against it, it "
        "bounces back with e = 0.5.",
        [{"measure": "speed", "on": "#1", "lo": -2.6, "hi": -0.3, "dir": 0, "t": (1.5, 2.0)}],
    ),
    (
        "A wrecking ball of 200 kg hangs on a cable of 6 m and is released at 30 degrees to the"
        " vertical",
        swings("#1", swing(6, 30), 12),
    ),
]
