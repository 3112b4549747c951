"""Thrown, dropped, running into one another."""

from __future__ import annotations

from ...integration.expectations import G, cradle_hands_on, near
from .moves import Said, flies, goes, settles_at, sinks, thrown

FLIGHTS: list[Said] = [
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

COLLISIONS: list[Said] = [
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
