"""For the final figure; see the package."""

from __future__ import annotations

import math

from ...integration.expectations import G, balanced, bob, near, slide, still, swing
from .moves import Said, bobs, drives, goes, sinks, slides, swings, thrown

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
