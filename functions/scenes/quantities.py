"""What the labels say, in SI, by mark."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from vision.analysis import Quantity, Text
from vision.labels.vocabulary import si_factor

MATERIAL_WORDS: dict[str, tuple[float, float | None]] = {
    "ice": (0.03, None),
    "rubber": (0.9, 0.7),
    "steel": (0.3, 0.6),
    "wood": (0.4, 0.3),
}
"""Friction and restitution that a word stands for (the sketch language's table)."""


_POSSIBLE: Mapping[Quantity, tuple[Callable[[float], bool], str]] = {
    "mass": (lambda value: value > 0, "a mass is more than 0"),
    "length": (lambda value: value > 0, "a length is more than 0"),
    "stiffness": (lambda value: value != 0, "a stiffness is more than 0"),
    "damping": (lambda value: value >= 0, "a damping is not below 0"),
    "friction": (lambda value: value >= 0, "a friction coefficient is not below 0"),
    "restitution": (lambda value: value >= 0, "a restitution is from 0 to 1"),
    "angle": (lambda value: abs(value) <= math.tau, "an angle is at most 360°"),
    "time": (lambda value: value > 0, "a time is more than 0"),
}
"""What a value has to be. (N/m of a load may count downwards as negative; a restitution above 1 is
taken for 1.)"""


MOST_FRICTION = 2.0
"""Of racing tyres and rubber on rubber; more is likelier to have been misread than meant."""


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
    factor = si_factor(text.quantity, text.unit or "")
    return None if factor is None else text.value * factor


def _always(_value: float) -> bool:
    return True


class Labels:
    """All labels of a drawing, looked up by mark and quantity.

    `unusable` are those whose unit is not of their quantity, `impossible` those whose value can't
    be, with what it would have to be.
    """

    def __init__(self, texts: Iterable[Text]) -> None:
        self._stated: dict[str | None, list[Stated]] = {}
        self._words: dict[str | None, list[str]] = {}
        self.unusable: list[Text] = []
        self.impossible: list[tuple[Text, str]] = []
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
            possible, rule = _POSSIBLE.get(text.quantity, (_always, ""))
            if not possible(value):
                self.impossible.append((text, rule))
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
