"""What the labels say, in SI, by mark."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from vision.analysis import Quantity, Text

_DEGREE = math.pi / 180

_FACTORS: dict[str, dict[str, float]] = {
    "mass": {"": 1.0, "kg": 1.0, "g": 1e-3, "t": 1e3, "mg": 1e-6},
    "stiffness": {"": 1.0, "N/m": 1.0, "N/cm": 100.0, "kN/m": 1e3, "N/mm": 1e3},
    "damping": {"": 1.0, "Ns/m": 1.0, "N.s/m": 1.0, "kg/s": 1.0},
    "velocity": {"": 1.0, "m/s": 1.0, "km/h": 1 / 3.6, "cm/s": 0.01, "mm/s": 1e-3},
    "force": {"": 1.0, "N": 1.0, "kN": 1e3, "mN": 1e-3, "N/m": 1.0, "kN/m": 1e3, "N/cm": 100.0},
    "gravity": {"": 1.0, "m/s2": 1.0, "m/s^2": 1.0, "m/s²": 1.0, "N/kg": 1.0},
    "friction": {"": 1.0},
    "restitution": {"": 1.0},
    "length": {
        "": 1.0,
        "m": 1.0,
        "dm": 0.1,
        "cm": 0.01,
        "mm": 1e-3,
        "km": 1e3,
        "ft": 0.3048,
        "in": 0.0254,
    },
    "angle": {"": _DEGREE, "°": _DEGREE, "deg": _DEGREE, "rad": 1.0},
    "angular velocity": {"": 1.0, "rad/s": 1.0, "rpm": math.tau / 60, "deg/s": _DEGREE},
    "torque": {"": 1.0, "Nm": 1.0, "N.m": 1.0, "kNm": 1e3, "Ncm": 0.01},
    "time": {"": 1.0, "s": 1.0, "ms": 1e-3, "min": 60.0},
}
"""SI per unit; a bare number is in the quantity's SI unit, and an angle in degrees."""

MATERIAL_WORDS: dict[str, tuple[float, float | None]] = {
    "ice": (0.03, None),
    "rubber": (0.9, 0.7),
    "steel": (0.3, 0.6),
    "wood": (0.4, 0.3),
}
"""Friction and restitution that a word stands for (the sketch language's table)."""


@dataclass(frozen=True, slots=True)
class Stated:
    """One label's value in SI."""

    text: Text
    quantity: Quantity
    value: float


def in_si(text: Text) -> float | None:
    """A label's value in SI, or `None` if it has no value or its unit is not of its quantity."""
    if text.quantity is None or text.value is None or not math.isfinite(text.value):
        return None
    unit = (text.unit or "").replace(" ", "").replace("·", "").replace("*", "")
    factor = _FACTORS.get(text.quantity, {}).get(unit)
    return None if factor is None else text.value * factor


class Labels:
    """All labels of a drawing, looked up by mark and quantity."""

    def __init__(self, texts: Iterable[Text]) -> None:
        self._stated: dict[str | None, list[Stated]] = {}
        self._words: dict[str | None, list[str]] = {}
        self.unusable: list[Text] = []
        for text in texts:
            if text.quantity is None:
                continue
            if text.quantity == "word":
                word = (text.name or text.text).strip().lower()
                self._words.setdefault(text.attached_to, []).append(word)
                continue
            value = in_si(text)
            if value is None:
                # A bare name ("m", "L") only names; it says nothing wrong.
                if text.value is not None:
                    self.unusable.append(text)
                continue
            stated = Stated(text, text.quantity, value)
            self._stated.setdefault(text.attached_to, []).append(stated)

    def all(self, mark: str | None, quantity: Quantity) -> list[Stated]:
        """Every such label of a mark (`None`: of the scene), in reading order."""
        return [said for said in self._stated.get(mark, []) if said.quantity == quantity]

    def value(self, mark: str | None, quantity: Quantity) -> float | None:
        """The first such label's value."""
        return next((said.value for said in self.all(mark, quantity)), None)

    def every(self, quantity: Quantity) -> list[tuple[str | None, Stated]]:
        """All labels of a quantity with their marks."""
        return [
            (mark, said)
            for mark, stated in self._stated.items()
            for said in stated
            if said.quantity == quantity
        ]

    def words(self, mark: str | None) -> list[str]:
        """The words at a mark."""
        return self._words.get(mark, [])
