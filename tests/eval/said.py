"""Sentences as teachers, books and pupils write them, with what must come of each.

`UNSEEN` was written before the grammar was held to any of it and is run for the final figure in
`tests/bench/SENTENCES.md` only: whoever mends the grammar by it moves it to `DEVELOPMENT` and
writes another. (The one that is there has been run, and the grammar mended by it.)

A body is named "#2" (the second that can move, in the order of the description), "m=2" (the one of
2 kg) or "plank_1" (by kind and number).
"""

from __future__ import annotations

import math

from ..integration.expectations import (
    KEEPS_ENERGY,
    Expectations,
    G,
    balanced,
    bob,
    cradle_hands_on,
    near,
    rad,
    slide,
    still,
    swing,
    tilts,
)

Said = tuple[str, Expectations]


def slides(on: str, accel: float, degrees: float, until: float = 0.4) -> Expectations:
    """It accelerates down a slope that falls to the right."""
    return [near("accel", on, accel, 0.03, (0.05, until), -degrees)]


def drives(on: str, accel: float, until: float = 0.4, tol: float = 0.03) -> Expectations:
    """It accelerates to the right."""
    return [near("accel", on, accel, tol, (0.03, until))]


def sinks(on: str, accel: float, until: float = 0.25) -> Expectations:
    """It accelerates downwards."""
    return [near("accel", on, accel, 0.03, (0.02, until), -90)]


def swings(on: str, period: float, until: float = 8.0) -> Expectations:
    """It swings sideways with a period."""
    return [near("period", on, period, 0.02, (0, until))]


def bobs(on: str, period: float, until: float = 8.0) -> Expectations:
    """It swings up and down with a period."""
    return [near("period", on, period, 0.02, (0, until), 90)]


def goes(on: str, speed: float, t: tuple[float, float], tol: float = 0.05) -> Expectations:
    """It moves along the ground with a speed, to the right."""
    return [near("speed", on, speed, tol, t)]


def flies(on: str, across: float, up: float, seconds: float, g: float = G) -> Expectations:
    """It is thrown with these velocities, and still in the air after some seconds."""
    rise = up * seconds - g * seconds**2 / 2
    return [
        {
            **{"measure": "shift", "on": on, "dir": 0, "t": (0, seconds)},
            **{"lo": across * seconds - 0.03, "hi": across * seconds + 0.03},
        },
        {
            **{"measure": "shift", "on": on, "dir": 90, "t": (0, seconds)},
            **{"lo": rise - 0.05, "hi": rise + 0.05},
        },
    ]


def thrown(on: str, speed: float, degrees: float, seconds: float, g: float = G) -> Expectations:
    """It is thrown at an angle."""
    return flies(on, speed * math.cos(rad(degrees)), speed * math.sin(rad(degrees)), seconds, g)


def settles_at(on: str, speed: float, t: tuple[float, float]) -> Expectations:
    """It goes that fast along the ground, give or take 3 cm/s."""
    return [
        {"measure": "speed", "on": on, "lo": speed - 0.03, "hi": speed + 0.03, "dir": 0, "t": t}
    ]


_HALF_SWING_S = math.pi / math.sqrt(25 - 0.5625)

_RAMPS: list[Said] = [
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

_FLIGHTS: list[Said] = [
    ("An apple falls from a branch 3 m above the ground.", sinks("#1", G, 0.7)),
    ("A rifle fires a bullet horizontally at 20 m/s from 1.5 m above the ground",
     flies("#1", 20, 0, 0.4)),
    ("A golfer hits a golf ball at 15 m/s at 40° above the horizontal.",
     thrown("#1", 15, 40, 1.5)),
    ("A ball is kicked with an initial velocity of 18 m s⁻¹ at an angle of 35 degrees.",
     thrown("#1", 18, 35, 1.5)),
    ("A rock is dropped off a 45 m high cliff.", sinks("#1", G, 2.5)),
    ("From the top of a 20-m building a stone is thrown horizontally at 8 m/s.",
     flies("#1", 8, 0, 1.5)),
    ("A tennis ball is tossed vertically upward with v0 = 9 m/s.", flies("#1", 0, 9, 1.5)),
    ("Throw a 0.2 kg ball at 60° with 10 m/s on Mars.", thrown("#1", 10, 60, 2.0, 3.71)),
    ("A ball is thrown downwards at 4 m/s from a height of 12 m.", flies("#1", 0, -4, 1.0)),
    (
        "A basketball (e = 0.75) is dropped from rest from a height of 1.8 m.",
        [near("shift", "#1", -0.7875, 0.06, (0, 1.06), 90)],
    ),
    ("An object is projected from ground level at a speed of 25 m/s and an angle of 53 degrees",
     thrown("#1", 25, 53, 2.0)),
    ("On the moon, an astronaut drops a hammer from 1.5 m.", sinks("#1", 1.62, 1.0)),
    (
        "A rubber ball is dropped from 2 m onto a steel floor.",
        [near("shift", "#1", -1.28, 0.06, (0, 1.0217), 90)],
    ),
    ("Drop a 1 kg box 50 cm above the floor", sinks("m=1", G, 0.28)),
    ("ball, 3 m/s, 60°, from the ground", thrown("#1", 3, 60, 0.4)),
    ("“A 2 kg ball” is dropped from 4 m — how long does it fall?", sinks("m=2", G, 0.8)),
    ("A ball rolls along a table 0.8 m high and leaves it with 3 m/s",
     goes("#1", 3, (0, 0.2))),
]  # fmt: skip

_PENDULUMS: list[Said] = [
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

_PULLEYS: list[Said] = [
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

_SPRINGS: list[Said] = [
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

_COLLISIONS: list[Said] = [
    ("A 2-kg cart moving at 3 m/s collides with a stationary 1-kg cart and they stick together.",
     goes("m=1", 2, (1, 2))),
    (
        "A 0.5 kg ball moving to the right at 4 m/s makes a head-on elastic collision with a 1.5 "
        "kg ball that is initially at rest on a frictionless surface.",
        [*goes("m=0.5", -2, (0.8, 1.2)), *goes("m=1.5", 2, (0.8, 1.2))],
    ),
    (
        "Two pucks on frictionless ice approach each other at 1.5 m/s; each has a mass of 200 g; "
        "the collision is perfectly inelastic.",
        [*settles_at("#1", 0, (2, 3)), *settles_at("#2", 0, (2, 3)),
         near("speed", "#1", 1.5, 0.05, (0, 0.1))],
    ),
    (
        "A truck of mass 3 t travelling at 10 m/s rear-ends a 1 t car at rest; the collision is "
        "perfectly plastic; no friction.",
        goes("m=1000", 7.5, (0.5, 1)),
    ),
    (
        "A 10 g bullet travelling at 100 m/s embeds itself in a 990 g block resting on a "
        "frictionless table.",
        goes("m=0.99", 1, (0.05, 0.3)),
    ),
    ("A puck gliding at 2 m/s on frictionless ice hits a wall, e = 0.5",
     goes("#1", -1, (1, 1.5))),
    (
        "A Newton's cradle has four identical balls. The first ball is raised to 30 degrees and "
        "let go.",
        cradle_hands_on("#4"),
    ),
    ("Newton's cradle, six balls", cradle_hands_on("#6")),
    (
        "Two balls of 2 kg hang side by side on 1 m strings; the left one is pulled out 20 "
        "degrees and let go; they collide elastically.",
        cradle_hands_on("#2", 20),
    ),
    (
        "In a gravity-free room two 1-kg balls move toward one another with 2 m/s each and bounce "
        "off elastically.",
        [near("speed", "#1", 2, 0.05, (0, 0.1)), near("speed", "#1", -2, 0.05, (1.5, 2))],
    ),
]  # fmt: skip

_FORCES: list[Said] = [
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

_AT_REST: list[Said] = [
    ("Three books are stacked on a table.", still("#1", "#2", "#3")),
    (
        "A 50-kg woman stands 1.2 m left of the fulcrum of a seesaw and a 40-kg boy stands 1.5 m "
        "right of it.",
        balanced("plank_1"),
    ),
    (
        "A uniform 3-m plank is balanced on a knife-edge at its centre, with a 4-kg mass 1 m to "
        "the left and a 2-kg mass 2 m to the right of the pivot.",
        balanced("plank_1"),
    ),
    (
        "A seesaw with a 30 kg kid on the left and a 20 kg kid on the right, both 1.5 m from the "
        "pivot, tips over.",
        tilts("plank_1", 8, 90, 5),
    ),
    (
        "A beam 4 m long rests on a pin support at its left end and a roller at its right end, "
        "with a 100 N load at the middle.",
        still("plank_1"),
    ),
    ("A simply supported beam of length 6 m carries a uniformly distributed load of 200 N/m.",
     still("plank_1")),
    ("A 2 m beam is hinged to a wall at one end and held up at the other end by a rope from the "
     "ceiling.",
     still("#1")),
    ("A 10-kg traffic light is suspended by two ropes.", still("m=10")),
    ("A picture hangs on a nail by a string", still("#1")),
    ("A lamp hangs from the ceiling by a chain.", still("#1")),
    ("A plank bridge rests on two blocks; a 3-kg ball sits on the middle of it.",
     still("plank_1")),
    ("Stack four crates into a tower", still("#1", "#2", "#3", "#4")),
    ("Two bricks support a board and there's a can on top", still("plank_1")),
    ("A bookshelf carries a vase and a 2 kg clock",
     still("#1")),
]  # fmt: skip

_MOTORS: list[Said] = [
    ("A motor spins a 30-cm rod at 90 rpm.", [near("spin", "#1", -3 * math.pi, 0.03, (0, 10))]),
    ("A flywheel turns at 300 revolutions per minute",
     [near("spin", "#1", -10 * math.pi, 0.03, (0, 10))]),
    (
        "A constant torque of 0.5 N·m is applied to a flywheel of mass 2 kg and radius 20 cm, "
        "initially at rest.",
        [near("spin", "m=2", -12.5, 0.05, (0.95, 1.05))],
    ),
    ("A windmill rotates anticlockwise with an angular velocity of 1.5 rad/s.",
     [near("spin", "#1", 1.5, 0.03, (0, 10))]),
    ("A disc rotates clockwise about its centre at 2 rev/s",
     [near("spin", "#1", -4 * math.pi, 0.03, (0, 10))]),
    ("A robot arm 0.8 m long swings round at 45 deg/s",
     [near("spin", "#1", -math.pi / 4, 0.03, (0, 5))]),
    ("Ten dominoes stand in a line; the first one is knocked over.", tilts("#10", 60, 91)),
    ("Set up a dozen dominos, 5 cm apart, and tip the first", tilts("#12", 60, 91)),
]  # fmt: skip

_MORE: list[Said] = [
    ("A 1500-g brick is placed on a smooth board which is raised to an angle of 25° and slides "
     "off.",
     slides("m=1.5", slide(25), 25)),
    ("Two children, 20 kg and 30 kg, are on a see-saw. The lighter one sits 1.5 m from the pivot "
     "and the heavier one 1 m from the pivot on the opposite side.",
     balanced("plank_1")),
    ("A cylinder rolls without slipping from rest down a plane making an angle of 18° with the "
     "horizontal.",
     slides("#1", 2 / 3 * slide(18), 18)),
    ("The coefficient of friction between a 4 kg block and a 40° incline is 0.5; the block is "
     "released from rest.",
     slides("m=4", slide(40, 0.5), 40)),
    ("A 3 kg box is held at rest on a frictionless ramp sloped at 30 degrees and then let go.",
     slides("m=3", slide(30), 30)),
    ("A car of mass 900 kg rolls from rest down a hill with a slope of 8 degrees.",
     slides("m=900", slide(8), 8)),
    ("A football is punted at 20 m/s at an angle of elevation of 50°.",
     thrown("#1", 20, 50, 2.5)),
    ("An arrow is shot straight up at 25 m/s.", flies("#1", 0, 25, 2.0)),
    ("A plane flying horizontally... a package is released at 30 m/s from a height of 40 m",
     flies("#1", 30, 0, 2.0)),
    ("A coin falls 2 metres.", sinks("#1", G, 0.5)),
    ("A pebble is flicked horizontally off a 1.2 m tall bench with a speed of 2.5 m/s",
     flies("#1", 2.5, 0, 0.4)),
    ("Balls with e = 0.9: one is let fall from 1 m.",
     [near("shift", "#1", 0.81 - 1, 0.06, (0, 0.4515 * 1.9), 90)]),
    ("On Mars, a 65 cm pendulum swings through 6° either side.",
     swings("#1", swing(0.65, 6, 3.71))),
    ("A conker of 30 g on a 40 cm string is pulled aside 12° and released.",
     swings("m=0.03", swing(0.4, 12))),
    ("A heavy ball is suspended by a light 3 m wire and given a push of 0.5 m/s.",
     swings("#1", swing(3, 5.3), 10)),
    ("Double pendulum: both rods 50 cm, both bobs 200 g, released from horizontal.",
     [KEEPS_ENERGY, {"measure": "wander", "on": "#2", "lo": 0.5, "hi": 2.1, "t": (0, 5)}]),
    ("A thin uniform rod, L = 90 cm, swings about one end with an amplitude of 10°.",
     swings("#1", swing(0.6, 10))),
    ("Three pendulums with lengths 25 cm, 50 cm and 1 m are released together from 10 degrees.",
     [*swings("#1", swing(0.25, 10)), *swings("#3", swing(1, 10))]),
    ("A 7 kg and a 5 kg mass are connected by a light string passing over a light frictionless "
     "pulley.",
     sinks("m=7", G / 6)),
    ("A 4 kg block lies on a frictionless table; a string attached to it passes over a pulley and "
     "carries a 1 kg mass at its other end.",
     sinks("m=1", G / 5)),
    ("A 5 kg block on a 37° smooth incline is attached to a hanging 2 kg block by a cord over a "
     "pulley.",
     [near("accel", "m=2", (5 * slide(37) - 2 * G) / 7, 0.03, (0.02, 0.2), 90)]),
    ("An Atwood machine whose pulley is a 1 kg disc has masses of 2 kg and 3 kg.",
     sinks("m=3", G / 5.5)),
    ("A spring with k = 32 N/m hangs from the ceiling with a 0.5 kg mass attached; the mass is "
     "pulled down by 4 cm and let go.",
     bobs("m=0.5", bob(0.5, 32))),
    ("A glider of mass 400 g on an air track is fastened to a wall by a spring of 10 N/m and "
     "displaced by 15 cm.",
     swings("m=0.4", bob(0.4, 10))),
    ("A 2 kg mass oscillates horizontally on a frictionless surface at the end of a spring with "
     "spring constant 18 N/m.",
     swings("m=2", bob(2, 18))),
    ("A 10 kg load hangs from three identical springs of 100 N/m each in parallel.",
     bobs("m=10", bob(10, 300))),
    ("A 1 kg mass hangs from two springs in series: k1 = 30 N/m, k2 = 60 N/m.",
     bobs("m=1", bob(1, 20))),
    ("A 4 kg block compresses a 500 N/m spring by 10 cm against a wall on a smooth floor.",
     swings("m=4", bob(4, 500), 4)),
    ("A 6 kg ball moving at 5 m/s hits a 4 kg ball at rest head-on on a frictionless surface. The "
     "collision is completely inelastic.",
     goes("m=4", 3, (0.8, 1.2))),
    ("Two identical 1 kg gliders on a frictionless track: one moves at 2 m/s to the right and "
     "collides elastically with the other, which is at rest.",
     [*settles_at("#1", 0, (1, 2)), *goes("#2", 2, (1, 2))]),
    ("A 3 kg cart going right at 2 m/s and a 1 kg cart going left at 2 m/s collide and stick.",
     goes("m=3", 1, (1.5, 2.5))),
    ("Newton's cradle with five spheres; lift two and release.", [KEEPS_ENERGY]),
    ("A 12-kg box is dragged along the floor by a 100-N horizontal force; mu_k = 0.25.",
     drives("m=12", 100 / 12 - 0.25 * G)),
    ("A crate (20 kg) is pushed with 150 N to the left on a frictionless floor.",
     drives("m=20", -7.5)),
    ("A 5 kg block is pulled by a rope with a force of 40 N at 25° above the horizontal, no "
     "friction.",
     drives("m=5", 8 * math.cos(rad(25)))),
    ("A stone slides along a frozen lake with initial speed 6 m/s.", drives("#1", -0.03 * G)),
    ("A curling stone is pushed off at 3 m/s on ice and slows down.", drives("#1", -0.03 * G)),
    ("A tower of three blocks stands on a table.", still("#1", "#2", "#3")),
    ("A lever 2 m long pivots at its middle; 6 kg rests on its left end and 2 kg on its right end.",
     tilts("plank_1", 8, 90, 5)),
    ("A horizontal beam on a pin and a roller has a 20 kg block at its centre.",
     still("plank_1")),
    ("A chandelier of 40 kg hangs from the ceiling on a steel cable.", still("m=40")),
    ("A motor drives a wheel clockwise at 45 rpm.",
     [near("spin", "#1", -1.5 * math.pi, 0.03, (0, 10))]),
    ("A 2 kg wheel of radius 30 cm is turned by a torque of 0.9 Nm.",
     [near("spin", "m=2", -10, 0.05, (0.95, 1.05))]),
    ("A fan blade rotates counter-clockwise at 10 rad/s.",
     [near("spin", "#1", 10, 0.03, (0, 10))]),
    ("Seven dominoes in a row, the first one falls.", tilts("#7", 60, 91)),
]  # fmt: skip

_THIRD: list[Said] = [
    ("A 250 g toy car rolls from rest down a frictionless 22° track.",
     slides("m=0.25", slide(22), 22)),
    ("Let a 6 kg block slide down a 50-degree slope; take mu = 0.35.",
     slides("m=6", slide(50, 0.35), 50)),
    ("A hollow... no, solid ball is let go on a plane of inclination 14 degrees.",
     slides("#1", 5 / 7 * slide(14), 14)),
    ("A wooden crate is resting on a wooden ramp of 15°.", still("#1", t=(0, 5))),
    ("A shell leaves a cannon at 40 m/s, 65° above the ground.", thrown("#1", 40, 65, 3.0)),
    ("A stuntman jumps horizontally off a 12-m roof with a speed of 6 m/s.",
     flies("#1", 6, 0, 1.0)),
    ("A parcel is dropped from 80 m.", sinks("#1", G, 3.0)),
    ("A ball is thrown to the left at 7 m/s, 40° up.", flies("#1", -7 * math.cos(rad(40)),
                                                           7 * math.sin(rad(40)), 0.7)),
    ("The pendulum has a length of 1.5 metres and a bob of 4 kg; start it at 7°.",
     swings("m=4", swing(1.5, 7))),
    ("Two balls of 1 kg and 2 kg hang from separate 1 m strings 2 m apart; both are released at "
     "10°.",
     [*swings("m=1", swing(1, 10)), *swings("m=2", swing(1, 10))]),
    ("Masses of 10 kg and 8 kg dangle from the two ends of a string slung over a frictionless "
     "pulley.",
     sinks("m=10", G / 9)),
    ("A 2-kg cart on a smooth table is pulled by a 500 g weight via a thread and a pulley.",
     sinks("m=0.5", G / 5)),
    ("Hang 800 g on a spring of 25 N/m and watch it bob.", bobs("m=0.8", bob(0.8, 25))),
    ("A block (m = 3 kg) is attached to a horizontal spring, k = 48 N/m, and pulled 12 cm to the "
     "right. No friction.",
     swings("m=3", bob(3, 48))),
    ("A platform of 20 kg stands on four springs of 500 N/m each.", bobs("m=20", bob(20, 2000))),
    ("A spring of 120 N/m and a damper of 3 Ns/m hold up a 3 kg mass.",
     bobs("m=3", math.tau / math.sqrt(40 - 0.25), 4)),
    ("A 1 kg ball at 4 m/s strikes a stationary 3 kg ball head-on, perfectly elastic, no friction.",
     [*goes("m=1", -2, (0.8, 1.2)), *goes("m=3", 2, (0.8, 1.2))]),
    ("A railway wagon of 10 t rolling at 2 m/s couples with a 5 t wagon at rest.",
     goes("m=5000", 4 / 3, (1.5, 2.5))),
    ("Newton's cradle, three steel balls on 1 m strings, first ball lifted 30°.",
     cradle_hands_on("#3")),
    ("Someone pulls a 15 kg suitcase with 60 N across a floor with friction coefficient 0.2.",
     drives("m=15", 4 - 0.2 * G)),
    ("A 5 N force accelerates a 2 kg puck on an air table.", drives("m=2", 2.5)),
    ("A see-saw is balanced by a 40 kg girl 2 m from the centre and an 80 kg man 1 m from the "
     "centre.",
     balanced("plank_1")),
    ("Four bricks are piled up on the ground.", still("#1", "#2", "#3", "#4")),
    ("A wheel is driven at 3 revolutions per second.",
     [near("spin", "#1", -6 * math.pi, 0.03, (0, 10))]),
    ("15 dominoes stand in a row and topple.", tilts("#15", 60, 91)),
]  # fmt: skip

_FOURTH: list[Said] = [
    ("A 4 kg trunk slides down a 32° plank with a friction coefficient of 0.15.",
     slides("m=4", slide(32, 0.15), 32)),
    ("The slope's angle is 25 degrees. The block's weight is 3 kg. There is no friction.",
     slides("m=3", slide(25), 25)),
    ("A solid ball with a 5 cm radius rolls down a ramp tilted by 8°.",
     slides("#1", 5 / 7 * slide(8), 8)),
    ("A child on a sledge (30 kg in all) slides down an icy 12° hill.",
     slides("#1", slide(12, 0.03), 12)),
    ("A javelin is thrown at 24 m/s, 38° above the horizontal.", thrown("#1", 24, 38, 2.0)),
    ("A marble rolls off a 90 cm high table at 1.5 m/s.", goes("#1", 1.5, (0, 0.1))),
    ("Let a 5 kg rock fall from a 30 m cliff on Mars.", sinks("m=5", 3.71, 3.0)),
    ("A superball (e = 0.9) is dropped from 1.5 m.",
     [near("shift", "#1", (0.81 - 1) * 1.5, 0.06, (0, 0.553 * 1.9), 90)]),
    ("A pendulum's length is 2.5 m and its bob's mass is 1 kg. It starts at 8 degrees.",
     swings("m=1", swing(2.5, 8), 10)),
    ("A 1 m long uniform bar is hinged at its top end and swings with a 6 degree amplitude.",
     swings("#1", swing(2 / 3, 6))),
    ("Two buckets of 3 kg and 4.5 kg hang on a rope over a pulley.", sinks("m=4.5", G / 5)),
    ("A 6 kg box on a smooth table is pulled by a falling 2 kg weight through a string over a "
     "pulley.",
     sinks("m=2", G / 4)),
    ("Over a pulley hang 9 kg on one side and 11 kg on the other.", sinks("m=11", G / 10)),
    ("A spring whose constant is 75 N/m carries a 3 kg load.", bobs("m=3", bob(3, 75))),
    ("A 1 kg cart is tied to a wall with a spring of 16 N/m and is pulled 20 cm away from rest; "
     "no friction.",
     swings("m=1", bob(1, 16))),
    ("Two springs of 100 N/m in series carry 2 kg.", bobs("m=2", bob(2, 50))),
    ("A 3 kg block moving at 4 m/s sticks to a 1 kg block at rest; the floor is frictionless.",
     goes("m=1", 3, (1, 2))),
    ("A 2 kg ball at 6 m/s bounces off a 4 kg ball that stands still; elastic, frictionless.",
     [*goes("m=2", -2, (0.8, 1.2)), *goes("m=4", 4, (0.8, 1.2))]),
    ("A Newton's cradle of six balls: pull back one.", cradle_hands_on("#6")),
    ("A 7 kg crate is pushed across a floor with 40 N; the friction coefficient is 0.3.",
     drives("m=7", 40 / 7 - 0.3 * G)),
    ("A 9 kg box is pulled with 30 N to the left on ice.", drives("m=9", -(30 / 9 - 0.03 * G))),
    ("Five boxes are stacked into a tower.", still("#1", "#2", "#3", "#4", "#5")),
    ("A plank rests on two columns, and a 10 kg box lies in the middle.", still("plank_1")),
    ("On a seesaw sit a 25 kg boy, 2 m to the left, and a 50 kg man, 1 m to the right.",
     balanced("plank_1")),
    ("A lamp of 2 kg hangs from two strings.", still("m=2")),
    ("An electric motor turns a disc at 60 rpm counterclockwise.",
     [near("spin", "#1", math.tau, 0.03, (0, 10))]),
    ("Eighteen dominoes fall one after another.", tilts("#18", 60, 91)),
]  # fmt: skip

DEVELOPMENT: list[Said] = [
    *(*_RAMPS, *_FLIGHTS, *_PENDULUMS, *_PULLEYS, *_SPRINGS),
    *(*_COLLISIONS, *_FORCES, *_AT_REST, *_MOTORS, *_MORE),
    *(*_THIRD, *_FOURTH),
]

UNSEEN: list[Said] = [
    ("A 5 kg case slides from rest down a 27° chute with mu = 0.12.",
     slides("m=5", slide(27, 0.12), 27)),
    ("A wheel rolls down a ramp of 9 degrees.", slides("#1", 2 / 3 * slide(9), 9)),
    ("The incline's angle is 35°, the crate's mass is 8 kg and the friction coefficient is 0.25.",
     slides("m=8", slide(35, 0.25), 35)),
    ("A potato is shot at 16 m/s at an angle of 55 degrees.", thrown("#1", 16, 55, 1.5)),
    ("A hammer falls 20 m on the moon.", sinks("#1", 1.62, 2.0)),
    ("A ball is pushed off a 1 m table at 2 m/s to the right.", goes("#1", 2, (0, 0.1))),
    ("A 0.3 kg pendulum hangs on a 45 cm thread; let it go at 9°.",
     swings("m=0.3", swing(0.45, 9))),
    ("Masses of 4 kg and 4.4 kg are joined by a rope that goes over a pulley.",
     sinks("m=4.4", G * 0.4 / 8.4)),
    ("A spring of 60 N/m holds a 1.5 kg ball.", bobs("m=1.5", bob(1.5, 60))),
    ("A 2 kg cart on a frictionless rail is attached to the left wall by a spring of 50 N/m and "
     "starts 10 cm from equilibrium.",
     swings("m=2", bob(2, 50))),
    ("A 1 kg puck at 5 m/s hits a resting 1 kg puck; the collision is elastic, the ice has no "
     "friction.",
     goes("#2", 5, (1.0, 1.3))),
    ("Push a 10 kg box with 80 N over a floor whose friction coefficient is 0.4.",
     drives("m=10", 8 - 0.4 * G)),
    ("Put a 4 kg box on a 6 kg box.", still("#1", "#2")),
    ("A beam with a 5 kg box on its left end and a 5 kg box on its right end is balanced on a "
     "fulcrum.",
     balanced("plank_1")),
    ("A turntable rotates at 33 rpm.", [near("spin", "#1", -33 * math.tau / 60, 0.03, (0, 10))]),
]  # fmt: skip
