"""Pendulums, pulleys and springs."""

from __future__ import annotations

import math

from ...integration.expectations import KEEPS_ENERGY, G, bob, near, swing
from .moves import Said, bobs, settles_at, sinks, swings

_HALF_SWING_S = math.pi / math.sqrt(25 - 0.5625)

PENDULUMS: list[Said] = [
    (
        "A simple pendulum consists of a 200-g bob on a 75-cm string. It is displaced by 10° and "
        "released.",
        [*swings("m=0.2", swing(0.75, 10)), KEEPS_ENERGY],
    ),
    ("Two pendulums, 1 m and 0.25 m long, swing side by side, each released from 8°.",
     [*swings("#1", swing(1, 8)), *swings("#2", swing(0.25, 8))]),
    ("Two pendulums of lengths 0.5 m and 1 m",
     [*swings("#1", swing(0.5, 20)), *swings("#2", swing(1, 20))]),
    (
        "A child of mass 25 kg sits on a swing with ropes 2.5 m long and is let go at 15 degrees "
        "from the vertical.",
        swings("m=25", swing(2.5, 15), 10),
    ),
    ("A wrecking ball of 500 kg on a 10-metre cable is pulled aside by 20°, then let go.",
     swings("m=500", swing(10, 20), 10)),
    ("A grandfather clock's pendulum, 99.4 cm long, 5° amplitude.",
     swings("#1", swing(0.994, 5))),
    (
        "A ball on a massless rod of length 0.6 m, hinged at the ceiling, starts horizontally.",
        [*swings("#1", swing(0.6) * 1.18034), KEEPS_ENERGY],
    ),
    (
        "Double pendulum with arms of 1 m and 80 cm, masses of 2 kg and 1 kg, both arms start at "
        "120°",
        [KEEPS_ENERGY, {"measure": "wander", "on": "m=2", "lo": 0.5, "hi": 2.1, "t": (0, 5)}],
    ),
    ("A uniform metre stick pivoted at one end is released from 15 degrees to the vertical.",
     swings("#1", swing(2 / 3, 15))),
    ("A pendulum on Jupiter: L = 2 m, theta = 10 deg", swings("#1", swing(2, 10, 24.79))),
    ("Three identical pendulums, each 1 m", swings("#3", swing(1, 20))),
    (
        "a pendulum bob is given a horizontal velocity of 1 m/s at its lowest point; the string "
        "is 2 m long",
        swings("#1", swing(2, 12.96), 10),
    ),
    ("pendulum L=2m θ=10°", swings("#1", swing(2, 10))),
    (
        "A uniform rod of length 1.2 m and mass 2 kg is pivoted about its end and let go from 20° "
        "off the vertical.",
        swings("m=2", swing(0.8, 20)),
    ),
    ("Simulate 5 s of a 1-m pendulum, released at 10°.", swings("#1", swing(1, 10), 5)),
    ("a 100 g ball hung by a 50 cm thread from a cart of 2 kg which rolls freely",
     [{"measure": "wander", "on": "m=0.1", "lo": 0, "hi": 2, "t": (0, 5)}]),
]  # fmt: skip

PULLEYS: list[Said] = [
    ("Two masses, m1 = 4 kg and m2 = 6 kg, hang over a frictionless, massless pulley.",
     sinks("m=6", G / 5)),
    ("In an Atwood's machine, 1.0 kg hangs on the left and 1.1 kg on the right.",
     sinks("m=1.1", G * 0.1 / 2.1)),
    (
        "A bucket of 5 kg and a counterweight of 7 kg are tied to the ends of a light "
        "inextensible rope that passes over a smooth pulley.",
        sinks("m=7", G / 6),
    ),
    (
        "A 3-kg cart on a frictionless horizontal table is attached by a massless string, passing "
        "over a pulley at the table's edge, to a 1-kg hanging mass.",
        sinks("m=1", G / 4),
    ),
    (
        "Block A (2 kg) sits on a 30° frictionless incline and is connected over a pulley at the "
        "top to block B (3 kg), which hangs freely.",
        sinks("m=3", 0.4 * G, 0.2),
    ),
    ("A 2 kg block on a table with μ = 0.2 is pulled by a string that runs over a pulley to a 2 "
     "kg weight",
     sinks("#2", 0.4 * G, 0.2)),
    ("Atwood machine with a 2 kg pulley of radius 10 cm and masses of 3 kg and 5 kg",
     sinks("m=5", 2 * G / 9)),
    ("A rope runs over two pulleys, with a 3 kg mass on one end and a 5 kg mass on the other.",
     sinks("m=5", G / 4)),
    (
        "A 10 kg block on a table is tied on both sides by strings over pulleys to hanging masses "
        "of 3 kg and 5 kg; no friction.",
        sinks("m=5", G / 9),
    ),
    (
        "A 3 kg block rests on a smooth 2 m high table. It is connected to a 2 kg block by a cord "
        "over a pulley.",
        sinks("m=2", 2 * G / 5),
    ),
    ("2 kg and 3 kg over a pulley", sinks("m=3", G / 5)),
    (
        "A rope with 8 kg on the left side and 6 kg on the right side hangs around a wheel fixed "
        "to the ceiling.",
        sinks("m=8", G / 7),
    ),
    ("A 1-tonne elevator and a 900-kg counterweight hang from a cable over a pulley.",
     sinks("m=1000", G / 19)),
]  # fmt: skip

SPRINGS: list[Said] = [
    (
        "A 0.5-kg mass hangs from a vertical spring of spring constant 20 N/m. It is pulled 5 cm "
        "below equilibrium and released from rest.",
        bobs("m=0.5", bob(0.5, 20)),
    ),
    (
        "A horizontal spring (k = 80 N/m) is attached to a wall on one side and to a 2 kg block "
        "on the other. The floor is frictionless. The block is displaced 10 cm from equilibrium "
        "and released.",
        swings("m=2", bob(2, 80)),
    ),
    (
        "A block on a frictionless surface is attached to a spring that is initially compressed "
        "by 5 cm; k = 450 N/m, m = 0.5 kg.",
        [
            *swings("m=0.5", bob(0.5, 450), 4),
            near("shift", "m=0.5", 0.1, 0.05, (0, bob(0.5, 450) / 2)),
        ],
    ),
    ("Two identical springs, each with k = 50 N/m, are connected in series and support a 1 kg "
     "mass.",
     bobs("m=1", bob(1, 25))),
    ("Two springs, 40 N/m and 60 N/m, side by side, hold up a 1-kg mass from the ceiling.",
     bobs("m=1", bob(1, 100))),
    (
        "A 1 kg block sits between two walls, attached to each by a spring of stiffness 100 N/m, "
        "on a smooth floor, displaced by 10 cm.",
        swings("m=1", bob(1, 200)),
    ),
    ("What's the period of a 250 g mass on a spring with k = 10 N/m?",
     bobs("m=0.25", bob(0.25, 10))),
    ("A vertical spring with a stiffness of 2 N/cm carries 1.5 kg.",
     bobs("m=1.5", bob(1.5, 200))),
    (
        "A mass of 3 kg is suspended from a spring (k = 0.3 kN/m) in parallel with a dashpot (c = "
        "4 N·s/m).",
        bobs("m=3", math.tau / math.sqrt(100 - (2 / 3) ** 2), 4),
    ),
    ("Damped oscillator: m = 2 kg, k = 50 N/m, c = 3 kg/s.",
     [
         # To the lowest point of the first swing: the middle of one that dies down so soon drifts.
         near(
             "shift", "m=2", -2 * G / 50 * (1 + math.exp(-0.75 * _HALF_SWING_S)), 0.03,
             (0, _HALF_SWING_S), 90,
         )
     ]),
    (
        "A 2 kg block sliding at 3 m/s along a frictionless floor hits a spring of 200 N/m that "
        "is fixed to a wall.",
        settles_at("m=2", -3, (3, 3.5)),
    ),
    (
        "Two carts, 1 kg and 2 kg, joined by a compressed spring on a frictionless track",
        [
            *swings("m=1", bob(2 / 3, 2 * G / 0.3), 4),
            {"measure": "momentum", "on": ["m=1", "m=2"], "lo": -0.05, "hi": 0.05, "t": (0, 3)},
        ],
    ),
    (
        "A 1 kg block moving at 2 m/s is connected to a wall by a damper of 2 N s/m; the floor is "
        "frictionless.",
        [near("shift", "m=1", 1 - math.exp(-4), 0.03, (0, 2))],
    ),
    ("A 60 kg bungee jumper hangs from an elastic cord with k = 240 N/m",
     bobs("m=60", bob(60, 240))),
    ("5kg on a spring, k=500", bobs("m=5", bob(5, 500))),
    ("The mass of the block is 3 kg. It rests on a spring with stiffness 300 N/m.",
     bobs("m=3", bob(3, 300))),
    (
        "A mass m = 1.5 kg on a horizontal spring of constant k = 54 N/m moves without friction; "
        "amplitude 8 cm.",
        [
            *swings("m=1.5", bob(1.5, 54)),
            {"measure": "wander", "on": "m=1.5", "lo": 0.155, "hi": 0.165, "t": (0, 5)},
        ],
    ),
]  # fmt: skip
