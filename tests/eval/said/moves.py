"""What must come of a sentence, in few words; times are in seconds, all else in SI and degrees."""

from __future__ import annotations

import math

from ...integration.expectations import Expectations, G, near, rad

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
