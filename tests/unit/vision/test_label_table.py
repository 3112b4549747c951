"""The sketch language's table of labels, row by row, as a person would write it.

The table is written out here once more: the reader's own vocabulary could not show what it lacks.
"""

from __future__ import annotations

import math

import pytest

from vision.analysis import QUANTITIES
from vision.labels.grammar import Meaning, meanings
from vision.labels.vocabulary import si_factor

RPM, DEGREE = math.tau / 60, math.pi / 180

TABLE: dict[str, tuple[tuple[str, ...], dict[str, float]]] = {
    "mass": (("m", "M"), {"kg": 1, "g": 1e-3, "t": 1e3}),
    "stiffness": (("k",), {"N/m": 1, "N/cm": 100, "kN/m": 1e3}),
    "damping": (("c", "b"), {"N s/m": 1, "Ns/m": 1}),
    "velocity": (("v", "v0"), {"m/s": 1, "km/h": 1 / 3.6, "cm/s": 0.01}),
    "force": (("F",), {"N": 1, "kN": 1e3}),
    "gravity": (("g",), {"m/s2": 1, "m/s^2": 1, "m/s²": 1}),
    "friction": (("mu", "μ", "f"), {"": 1}),
    "restitution": (("e",), {"": 1}),
    "length": (
        ("L", "l", "d", "h", "r", "R", "w"),
        {"m": 1, "cm": 0.01, "mm": 1e-3, "km": 1e3, "ft": 0.3048, "in": 0.0254},
    ),
    "angle": (
        ("theta", "θ", "alpha"),
        {"°": DEGREE, "deg": DEGREE, "rad": 1},
    ),
    "angular velocity": (("omega", "ω", "w"), {"rad/s": 1, "rpm": RPM}),
    "torque": (("tau", "τ", "T"), {"N m": 1, "Nm": 1}),
    "time": (("t",), {"s": 1, "ms": 1e-3}),
}
"""Names, and units with what one of them is in SI, of each quantity."""
USUAL = {
    "km": "2",
    "restitution": "0.8",
    "friction": "0.2",
    "gravity": "9.8",
    "g": "500",
    "mm": "40",
    "cm": "25",
    "deg": "30",
    "°": "30",
    "rpm": "60",
    "ms": "400",
}
"""A number that goes with a unit or a quantity; 2 with any other."""
ROWS = [
    (quantity, name, unit, factor)
    for quantity, (names, units) in TABLE.items()
    for name in names
    for unit, factor in units.items()
]


def best(text: str) -> Meaning:
    found = meanings(text)
    assert found, f"{text!r} means nothing"
    return found[0]


def number(quantity: str, unit: str) -> str:
    return USUAL.get(unit, USUAL.get(quantity, "2"))


def in_si(meaning: Meaning) -> float:
    assert meaning.value is not None
    factor = si_factor(meaning.quantity, meaning.unit or "")
    assert factor is not None
    return meaning.value * factor


def test_the_table_has_every_quantity() -> None:
    assert set(TABLE) == set(QUANTITIES) - {"word"}


@pytest.mark.parametrize("between", [" = ", "=", ": ", ":", " "])
@pytest.mark.parametrize(("quantity", "name", "unit", "factor"), ROWS)
def test_a_name_a_number_and_a_unit_are_a_label(
    quantity: str, name: str, unit: str, factor: float, between: str
) -> None:
    value = number(quantity, unit)
    for space in (" ", ""):
        meaning = best(f"{name}{between}{value}{space}{unit}")
        assert meaning.quantity == quantity
        assert in_si(meaning) == pytest.approx(float(value) * factor)


@pytest.mark.parametrize(
    ("quantity", "unit", "factor"),
    [
        (quantity, unit, factor)
        for quantity, (_, units) in TABLE.items()
        for unit, factor in units.items()
        if unit
    ],
)
def test_a_number_and_a_unit_need_no_name(quantity: str, unit: str, factor: float) -> None:
    value = number(quantity, unit)
    meaning = best(f"{value} {unit}")
    assert (meaning.quantity, meaning.name) == (quantity, None)
    assert in_si(meaning) == pytest.approx(float(value) * factor)


@pytest.mark.parametrize(
    ("quantity", "name"),
    [(quantity, name) for quantity, (names, _) in TABLE.items() for name in names if name != "w"],
)
def test_a_name_alone_is_a_label_without_a_value(quantity: str, name: str) -> None:
    meaning = best(name)
    assert (meaning.quantity, meaning.value) == (quantity, None)


@pytest.mark.parametrize(("drawn", "spelt"), [("μ", "mu"), ("ω", "omega"), ("θ", "theta")])
def test_greek_letters_may_be_drawn_or_spelt(drawn: str, spelt: str) -> None:
    one, other = best(f"{drawn} = 0.5"), best(f"{spelt} = 0.5")
    assert (one.quantity, one.name, one.value) == (other.quantity, other.name, other.value)


@pytest.mark.parametrize(
    "word", ["fixed", "rope", "string", "ice", "rubber", "steel", "wood", "free"]
)
def test_a_word_is_a_label(word: str) -> None:
    assert (best(word).quantity, best(word).name, best(word).value) == ("word", word, None)
