"""At rest, or turned by a motor."""

from __future__ import annotations

import math

from ...integration.expectations import balanced, near, still, tilts
from .moves import Said

AT_REST: list[Said] = [
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

MOTORS: list[Said] = [
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
