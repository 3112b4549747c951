"""Numbers and units, however they are written."""

from __future__ import annotations

import math

import pytest

from sentences.words import read_tokens


@pytest.mark.parametrize(
    ("written", "kind", "value"),
    [
        ("2 kg", "mass", 2.0),
        ("2kg", "mass", 2.0),
        ("two kilograms", "mass", 2.0),
        ("twenty-five grams", "mass", 0.025),
        ("half a kilogram", "mass", 0.5),
        ("1.5 m", "length", 1.5),
        ("1,5 m", "length", 1.5),
        ("two and a half metres", "length", 2.5),
        ("80 centimeters", "length", 0.8),
        ("1e3 mm", "length", 1.0),
        ("30 degrees", "angle", math.pi / 6),
        ("30°", "angle", math.pi / 6),
        ("30-degree", "angle", math.pi / 6),
        ("0.5 rad", "angle", 0.5),
        ("36 km/h", "velocity", 10.0),
        ("5 metres per second", "velocity", 5.0),
        ("10 miles per hour", "velocity", 4.4704),
        ("9.81 m/s^2", "acceleration", 9.81),
        ("1.6 m/s²", "acceleration", 1.6),
        ("200 N/m", "stiffness", 200.0),
        ("1.2 N/cm", "stiffness", 120.0),
        ("50 newtons per metre", "stiffness", 50.0),
        ("2 N s/m", "damping", 2.0),
        ("2 Ns/m", "damping", 2.0),
        ("20 newtons", "force", 20.0),
        ("2 N m", "torque", 2.0),
        ("60 rpm", "angular velocity", math.tau),
        ("90 revolutions per minute", "angular velocity", 1.5 * math.tau),
        ("2 rad/s", "angular velocity", 2.0),
        ("20 seconds", "time", 20.0),
        ("250 ms", "time", 0.25),
        ("1,000 kg", "mass", 1000.0),
        ("-3 m/s", "velocity", -3.0),
    ],
)
def test_a_quantity_is_read_in_si(written: str, kind: str, value: float) -> None:
    (token,) = read_tokens(written)
    assert token.kind == kind
    assert token.values == pytest.approx((value,))


@pytest.mark.parametrize(
    ("written", "values"),
    [
        ("3 and 5 kg", (3, 5)),
        ("3 kg and 5 kg", (3, 5)),
        ("1 kg, 2 kg and 3 kg", (1, 2, 3)),
        ("a 2 kg and a 3 kg", (2, 3)),
    ],
)
def test_a_list_is_one_token(written: str, values: tuple[float, ...]) -> None:
    assert [token.values for token in read_tokens(written) if token.is_quantity] == [values]


def test_a_size_has_two_sides() -> None:
    (token,) = read_tokens("20 x 30 cm")
    assert (token.kind, token.values) == ("size", pytest.approx((0.2, 0.3)))


def test_words_that_begin_like_units_or_numbers_are_words() -> None:
    kinds = {token.spelt: token.kind for token in read_tokens("one mass tends 5 times to someone")}
    assert kinds["mass"] == kinds["tends"] == kinds["someone"] == "word"
    assert kinds["5"] == "number"
