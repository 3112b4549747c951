"""On slopes, and pushed along."""

from __future__ import annotations

import math

from ...integration.expectations import G, near, rad, slide, still
from .moves import Said, drives, goes, slides

RAMPS: list[Said] = [
    (
        "A 5.0-kg block is released from rest at the top of a frictionless plane inclined at 37° "
        "to the horizontal.",
        slides("#1", slide(37), 37),
    ),
    ("A solid sphere rolls without slipping down a 20-degree incline.",
     slides("#1", 5 / 7 * slide(20), 20)),
    ("Block, m = 2.5 kg, on a 30-degree incline, μk = 0.25. Find its acceleration.",
     slides("m=2.5", slide(30, 0.25), 30)),
    (
        "A crate of mass 12 kg slides from rest down a rough ramp that makes an angle of 35° with "
        "the horizontal; the coefficient of kinetic friction between the crate and the ramp is "
        "0.3.",
        slides("m=12", slide(35, 0.3), 35),
    ),
    ("What is the acceleration of a wooden block on a plank tilted at 40°?",
     slides("#1", slide(40, 0.4), 40)),
    ("A solid cylinder of radius 5 cm rolls down a slope of 12°",
     slides("#1", 2 / 3 * slide(12), 12)),
    ("A skier of mass 70 kg glides down a frictionless 15° hill",
     slides("m=70", slide(15), 15)),
    ("A toboggan sits on an icy slope of 10 degrees and is let go.",
     slides("#1", slide(10, 0.03), 10)),
    ("A block is given an initial speed of 3 m/s up a smooth incline of 25 degrees.",
     slides("#1", slide(25), 25)),
    ("A 2kg trolley is released at the top of a ramp which is 2 m long and 0.5 m high.",
     slides("m=2", G * 0.25, math.degrees(math.asin(0.25)))),
    ("A marble is released from rest on a track inclined at 5°.",
     slides("#1", 5 / 7 * slide(5), 5)),
    (
        "A fridge is pushed up a frictionless ramp of 20° by a force of 500 N parallel to the "
        "ramp; the fridge has a mass of 80 kg.",
        slides("#1", 500 / 80 - slide(20), -160),
    ),
    ("block 1kg 45° slope no friction", slides("m=1", slide(45), 45)),
    ("pls simulate a ball rolling down a 25 deg hill thx", slides("#1", 5 / 7 * slide(25), 25)),
    ("Given: m = 4 kg, θ = 30°, μ = 0.1. The block slides down the incline.",
     slides("m=4", slide(30, 0.1), 30)),
    ("A block slides down an inclined plank, 30° to the floor, with a friction coefficient of .2",
     slides("#1", slide(30, 0.2), 30)),
]  # fmt: skip

FORCES: list[Said] = [
    ("A horizontal force of 30 N acts on a 6-kg box on a floor with μ = 0.2.",
     drives("m=6", 5 - 0.2 * G)),
    (
        "A 10-kg crate at rest on a rough horizontal floor (coefficient of friction 0.4) is pulled "
        "with 25 N.",
        still("m=10", t=(0, 5)),
    ),
    (
        "A sled of mass 20 kg is pulled with a 50 N force at 30° above the horizontal over "
        "frictionless ice.",
        drives("m=20", 2.5 * math.cos(rad(30))),
    ),
    ("A hockey puck is hit and slides across ice at 10 m/s", drives("#1", -0.03 * G)),
    ("A car travels at 54 km/h on a level road.", goes("#1", 15, (0, 0.5))),
    (
        "A block slides across a floor with an initial speed of 5 m/s; the coefficient of kinetic "
        "friction is 0.3.",
        drives("#1", -0.3 * G),
    ),
    ("A wheel of radius 30 cm rolls without slipping along the ground at 2 m/s",
     [*goes("#1", 2, (0, 1)), near("spin", "#1", -2 / 0.3, 0.03, (0, 1))]),
    ("A cart of mass 2 kg with wheels is pulled by a 6 N force.", drives("#1", 3, tol=0.05)),
    ("A block of ice slides on a steel plate at 2 m/s", drives("#1", -0.03 * G)),
    ("A triangular block of mass 2 kg slides on ice at 1 m/s", drives("m=2", -0.03 * G)),
]  # fmt: skip
