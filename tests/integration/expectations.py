"""What a motion must do, as `physics.measures` checks it, in few words."""

from __future__ import annotations

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
