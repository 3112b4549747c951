"""The grammar of labels: what is written is understood, misread or not, and nothing is made up."""

from __future__ import annotations

import math
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vision.labels.grammar import Meaning, meanings
from vision.labels.vocabulary import DIGITS, MISREAD, QUANTITIES, WORDS, Unit, Vocabulary, si_factor

LABELS = [
    (known, name, spelling, unit, written)
    for known in QUANTITIES
    for name, spellings in known.names.items()
    for spelling in spellings
    for unit in known.units
    for written in unit.spellings
]
FORMATS = ("{n} = {v} {u}", "{n}={v}{u}", "{n}: {v} {u}", "{n} {v} {u}", " {n}  =  {v}{u} ")


def best(text: str) -> Meaning:
    found = meanings(text)
    assert found, f"{text!r} means nothing"
    return found[0]


def plausible_value(known: Vocabulary, unit: Unit, share: float) -> str:
    """A number, as written, that stands for a plausible amount of the quantity in this unit."""
    low, high = known.plausible
    value = low * (high / low) ** share / unit.factor
    return f"{float(f'{value:.2g}'):.6f}".rstrip("0").rstrip(".")


@settings(max_examples=120)
@given(st.sampled_from(LABELS), st.sampled_from(FORMATS), st.floats(0.2, 0.8))
def test_every_name_with_every_unit_in_every_format_means_what_it_says(
    label: tuple[Vocabulary, str, str, Unit, str], form: str, share: float
) -> None:
    known, name, spelling, unit, written = label
    value = plausible_value(known, unit, share)
    meaning = best(form.format(n=spelling, v=value, u=written))
    assert (meaning.quantity, meaning.name) == (known.quantity, name)
    assert (meaning.value, meaning.unit) == (float(value), unit.symbol)
    assert not meaning.assumed


@pytest.mark.parametrize("word", WORDS)
def test_words_are_words(word: str) -> None:
    assert (best(word).quantity, best(word).name, best(word).value) == ("word", word, None)


@pytest.mark.parametrize(
    ("text", "quantity", "value", "unit"),
    [
        ("25°", "angle", 25, "°"),
        ("25 deg", "angle", 25, "deg"),
        ("1.2 rad", "angle", 1.2, "rad"),
        ("3 kg", "mass", 3, "kg"),
        ("500 g", "mass", 500, "g"),
        ("5 m/s", "velocity", 5, "m/s"),
        ("36 km/h", "velocity", 36, "km/h"),
        ("120 N/m", "stiffness", 120, "N/m"),
        ("2 Ns/m", "damping", 2, "N s/m"),
        ("2 N·s/m", "damping", 2, "N s/m"),
        ("10 N", "force", 10, "N"),
        ("4 N m", "torque", 4, "N m"),
        ("9.81 m/s²", "gravity", 9.81, "m/s2"),
        ("60 rpm", "angular velocity", 60, "rpm"),
        ("0.8 m", "length", 0.8, "m"),
        ("6 ft", "length", 6, "ft"),
        ("250 ms", "time", 250, "ms"),
    ],
)
def test_a_value_with_its_unit_needs_no_name(
    text: str, quantity: str, value: float, unit: str
) -> None:
    meaning = best(text)
    assert (meaning.quantity, meaning.value, meaning.unit) == (quantity, value, unit)
    assert meaning.name is None


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("2", 2),
        (".5", 0.5),
        ("1,5", 1.5),
        ("0,25", 0.25),
        ("3e2", 300),
        ("1.5x10^3", 1500),
        ("1.5\u00d710³", 1500),
        ("½", 0.5),
        ("2½", 2.5),
        ("1/2", 0.5),
        ("12 000", 12000),
        ("1,500", 1500),
    ],
)
def test_numbers_are_read_however_they_are_written(written: str, value: float) -> None:
    assert best(f"k = {written} N/m").value == pytest.approx(value)


@pytest.mark.parametrize(
    ("read", "quantity", "value", "unit"),
    [
        ("m=2kq", "mass", 2, "kg"),
        ("m = 3 k9", "mass", 3, "kg"),
        ("m=1000 9", "mass", 1000, "g"),
        ("mu01", "friction", 0.1, ""),
        ("1 3", "length", 1, "m"),
        ("k1. 60N/m", "stiffness", 60, "N/m"),
        ("k. 1.5 N/cm", "stiffness", 1.5, "N/cm"),
        ("rn = 3 kg", "mass", 3, "kg"),
        ("m = l0 kg", "mass", 10, "kg"),
        ("m - 3 kg", "mass", 3, "kg"),
        ("m = S kg", "mass", 5, "kg"),
        ("lkg", "mass", 1, "kg"),
        ("I m/s", "velocity", 1, "m/s"),
        ("k = 12O N/m", "stiffness", 120, "N/m"),
        ("k=120Nlm", "stiffness", 120, "N/m"),
        ("K = 120 N/rn", "stiffness", 120, "N/m"),
        ("1 = 0.8 m", "length", 0.8, "m"),
        ("L=O.8m", "length", 0.8, "m"),
        ("v0 = 5 m/5", "velocity", 5, "m/s"),
        ("v = 5 ms", "velocity", 5, "m/s"),
        ("g=9.81 m/s2", "gravity", 9.81, "m/s2"),
        ("u = 0.2", "friction", 0.2, ""),
        ("p=0.2", "friction", 0.2, ""),
        ("M = 0.2", "friction", 0.2, ""),
        ("h = 0.2", "friction", 0.2, ""),
        ("μ = 02", "friction", 0.2, ""),
        ("25o", "angle", 25, "°"),
        ("250", "angle", 25, "°"),
        ("30", "angle", 30, "°"),
        ("0 = 30°", "angle", 30, "°"),
        ("8=30o", "angle", 30, "°"),
        ("T = 5 Nrn", "torque", 5, "N m"),
        ("w = 3 rad/5", "angular velocity", 3, "rad/s"),
        ("flxed", "word", None, None),
        ("lce", "word", None, None),
    ],
)
def test_what_readers_confuse_is_repaired(
    read: str, quantity: str, value: float | None, unit: str | None
) -> None:
    meaning = best(read)
    assert (meaning.quantity, meaning.value, meaning.unit) == (quantity, value, unit)


def single_repairs() -> list[tuple[str, str, Vocabulary, Unit]]:
    """Every label of the language with one sign of its unit misread in each way we know of."""
    cases = []
    for known, _, spelling, unit, written in LABELS:
        for place, sign in enumerate(written):
            for piece, cost in MISREAD.get(sign, {}).items():
                digits = any(part.isdigit() for part in piece)
                if cost > 1.0 or not piece or digits or piece in "^'\"`*.·":
                    continue
                misread = written[:place] + piece + written[place + 1 :]
                if all(misread not in other.spellings for other in known.units):
                    cases.append((f"{spelling} = 7 {misread}", written, known, unit))
    return cases


@pytest.mark.parametrize(("read", "written", "known", "unit"), single_repairs())
def test_one_sign_misread_in_a_unit_does_not_change_the_quantity(
    read: str, written: str, known: Vocabulary, unit: Unit
) -> None:
    assert any(
        meaning.quantity == known.quantity and meaning.unit == unit.symbol and meaning.value == 7
        for meaning in meanings(read)
    ), f"{read!r} should still be {written}"


def test_a_lost_unit_is_assumed_and_said_to_be() -> None:
    meaning = best("m = 4")
    assert (meaning.value, meaning.unit) == (4, "kg")
    assert any("kg is assumed" in note for note in meaning.assumed)


def test_an_angle_below_half_a_turn_without_unit_may_be_radians() -> None:
    assert best("theta = 30").unit == "°"
    assert best("theta = 0.5").unit == "rad"


def test_the_doubtful_angle_keeps_its_other_reading() -> None:
    assert {meaning.value for meaning in meanings("150")} >= {15.0, 150.0}


def test_a_sign_belongs_to_velocities_and_not_to_masses() -> None:
    assert best("v = -5 m/s").value == -5
    assert best("m = -5 kg").value == 5


def test_a_subscript_is_part_of_the_name() -> None:
    assert (best("m1 = 2 kg").name, best("v_0 = 3 m/s").name) == ("m1", "v0")
    assert (best("ml = 2 kg").name, best("ml = 2 kg").value) == ("m1", 2)


def test_the_unit_wins_over_a_name_that_does_not_go_with_it() -> None:
    meaning = best("X = 5 Nm")
    assert (meaning.quantity, meaning.value) == ("torque", 5)
    assert any("not known" in note for note in meaning.assumed)


@pytest.mark.parametrize(
    "text", ["", "hello", "A", "B", "||||", "=====", "?", "0", "the quick fox"]
)
def test_what_is_no_label_means_nothing(text: str) -> None:
    assert meanings(text) == ()


@settings(max_examples=120)
@given(st.text(alphabet="0123456789.,=: mkgNLvsIOlSBZTrad/°μuθ-e", max_size=14))
def test_no_digit_is_made_up(text: str) -> None:
    available = [DIGITS[sign][0] for sign in text if sign in DIGITS]
    for meaning in meanings(text, limit=50):
        if meaning.value is None or meaning.quantity == "word":
            continue
        assert math.isfinite(meaning.value)
        body = meaning.text.split(" = ")[-1]
        number = re.match(r"[-+]?[\d.,]*(?:e[-+]?\d+)?", body)
        assert number is not None
        wanted = [sign for sign in number[0] if sign.isdigit()]
        source = iter(available)
        assert all(digit in source for digit in wanted), f"{text!r} became {meaning.text!r}"


@settings(max_examples=60)
@given(st.text(max_size=60))
def test_any_text_at_all_is_answered_cheapest_first(text: str) -> None:
    costs = [meaning.cost for meaning in meanings(text, limit=50)]
    assert costs == sorted(costs)


@pytest.mark.parametrize(
    ("quantity", "value", "unit", "expected"),
    [
        ("angle", 180, "°", math.pi),
        ("angle", 180, "deg", math.pi),
        ("angle", 180, "", math.pi),
        ("angle", 2, "rad", 2),
        ("velocity", 36, "km/h", 10),
        ("stiffness", 2, "kN/m", 2000),
        ("stiffness", 3, "N/cm", 300),
        ("angular velocity", 60, "rpm", 2 * math.pi),
        ("length", 1, "ft", 0.3048),
        ("length", 1, "in", 0.0254),
        ("mass", 5, "t", 5000),
        ("time", 250, "ms", 0.25),
        ("friction", 0.3, "", 0.3),
        ("gravity", 9.81, "m/s²", 9.81),
        ("damping", 2, "N·s/m", 2),
        ("torque", 3, "N.m", 3),
        ("force", 20, "kN/m", 20000),
    ],
)
def test_units_convert_to_si(quantity: Any, value: float, unit: str, expected: float) -> None:
    factor = si_factor(quantity, unit)
    assert factor is not None
    assert value * factor == pytest.approx(expected)


@pytest.mark.parametrize(("quantity", "unit"), [("mass", "furlong"), ("mass", "m"), ("word", "")])
def test_a_unit_of_something_else_has_no_factor(quantity: Any, unit: str) -> None:
    assert si_factor(quantity, unit) is None


@pytest.mark.parametrize(
    ("text", "quantity", "unit"),
    [
        ("m = 20 mg", "mass", "mg"),
        ("k = 3 N/mm", "stiffness", "N/mm"),
        ("omega = 90 deg/s", "angular velocity", "deg/s"),
        ("q = 20 N/m", "force", "N/m"),
        ("20 N/m", "stiffness", "N/m"),
        ("w = 3 rad/s", "angular velocity", "rad/s"),
    ],
)
def test_units_outside_of_the_language_count_where_they_stand_plainly(
    text: str, quantity: str, unit: str
) -> None:
    assert (best(text).quantity, best(text).unit) == (quantity, unit)


def test_a_number_that_begins_with_a_point_is_read_but_not_for_sure() -> None:
    bare, whole = meanings("k: .8 N/cm")[0], meanings("k: 1.8 N/cm")[0]
    assert (bare.value, bare.unit) == (0.8, "N/cm")
    assert bare.cost > whole.cost + 1


def test_a_speed_without_its_stroke_is_rather_a_speed_than_a_time() -> None:
    found = meanings("v 1 ms")
    assert found[0].quantity == "velocity"
    bare = {meaning.quantity: meaning.cost for meaning in meanings("1 ms")}
    assert meanings("2 s")[0].quantity == "time"
    assert bare["time"] > 0.9


@pytest.mark.parametrize(
    ("written", "value"),
    [("m = 1 5 kg", 1.5), ("10 5 kg", 10.5), ("F = 1 000 N", 1000), ("m = 1 0 kg", 10)],
)
def test_a_gap_in_a_number_is_where_its_point_was_lost_but_at_its_thousands(
    written: str, value: float
) -> None:
    assert meanings(written)[0].value == value


@pytest.mark.parametrize("word", WORDS)
def test_words_in_capitals_are_words(word: str) -> None:
    assert meanings(word.upper())[0].name == word
