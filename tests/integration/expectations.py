"""What a motion must do, as `physics.measures` checks it, in few words."""

from __future__ import annotations

import math
from typing import Any

G = 9.81

Expectations = list[dict[str, Any]]


def near(measure: str, on: str, value: float, tol: float, t: tuple[float, float], to: float = 0.0):
    return {"measure": measure, "on": on, "value": value, "tol": tol, "dir": to, "t": t}


def still(*marks: str, t: tuple[float, float] = (0, 10)) -> Expectations:
    return [
        {"measure": "wander", "on": list(marks), "lo": 0, "hi": 0.05, "t": t},
        {"measure": "tilt", "on": list(marks), "lo": 0, "hi": 3, "t": t},
    ]


def balanced(mark: str) -> Expectations:
    return [{"measure": "tilt", "on": mark, "lo": 0, "hi": 5, "t": (0, 5)}]


KEEPS_ENERGY = {"measure": "energy", "on": None, "lo": 0, "hi": 0.02, "t": (0, 10)}


def rad(degrees: float) -> float:
    return math.radians(degrees)


def swing(length: float, lean_deg: float = 0.0, g: float = G) -> float:
    """A pendulum's period, to the second order in its amplitude."""
    return math.tau * math.sqrt(length / g) * (1 + rad(lean_deg) ** 2 / 16)


def bob(mass: float, stiffness: float) -> float:
    return math.tau * math.sqrt(mass / stiffness)


def slide(degrees: float, friction: float = 0.0) -> float:
    return G * (math.sin(rad(degrees)) - friction * math.cos(rad(degrees)))


def tilts(body: str, low: float, high: float, seconds: float = 10) -> Expectations:
    return [{"measure": "tilt", "on": body, "lo": low, "hi": high, "t": (0, seconds)}]


def cradle_hands_on(last: str, lean_deg: float = 30.0) -> Expectations:
    """After a quarter of a period the last ball has the speed that the first came in with."""
    quarter = swing(1.0, lean_deg) / 4
    speed = 2 * math.sin(rad(lean_deg / 2)) * math.sqrt(G)
    return [near("speed", last, speed, 0.05, (quarter + 0.03, quarter + 0.08)), KEEPS_ENERGY]
