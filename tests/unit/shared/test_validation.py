"""Limits on what comes in."""

from __future__ import annotations

import math

import pytest

from shared.errors import SimGenError, TooLarge, ValidationFailed
from shared.validation import (
    MAX_MJCF_BYTES,
    check_duration_s,
    check_fps,
    check_gravity,
    check_id,
    check_mjcf_size,
    check_text,
)


def _fields(refused: pytest.ExceptionInfo[SimGenError]) -> list[str]:
    return [error.field for error in refused.value.errors]


@pytest.mark.parametrize("text", ["", "a ball\n\ton a ramp", "θ = 30°, 球 🎈", "x" * 10_000])
def test_text_is_taken(text: str) -> None:
    assert check_text(text, "prompt") == text


def test_text_is_measured_in_characters_not_in_bytes() -> None:
    assert check_text("🎈" * 10_000, "prompt")
    with pytest.raises(TooLarge) as refused:
        check_text("x" * 10_001, "prompt")
    assert _fields(refused) == ["prompt"]


@pytest.mark.parametrize("text", ["a\0b", "a\x1b[31m", "\ud83d", "\x7f"])
def test_text_that_no_store_can_keep_is_refused(text: str) -> None:
    with pytest.raises(ValidationFailed) as refused:
        check_text(text, "prompt")
    assert _fields(refused) == ["prompt"]


def test_a_model_is_measured_in_bytes() -> None:
    assert check_mjcf_size("x" * MAX_MJCF_BYTES)
    with pytest.raises(TooLarge) as refused:
        check_mjcf_size("ä" * (MAX_MJCF_BYTES // 2 + 1))
    assert _fields(refused) == ["mjcf"]
    with pytest.raises(ValidationFailed):
        check_mjcf_size("\ud800")


@pytest.mark.parametrize("value", ["", "-a", "a/b", "a b", "a" * 65, "ä", "a\n", "a\0"])
def test_an_id_that_was_never_handed_out_is_refused(value: str) -> None:
    with pytest.raises(ValidationFailed) as refused:
        check_id(value, "sketch_id")
    assert _fields(refused) == ["sketch_id"]


def test_an_id_is_taken() -> None:
    assert check_id("skt_01jnq3", "sketch_id") == "skt_01jnq3"


@pytest.mark.parametrize("value", [0.001, 10, 60.0])
def test_a_duration_is_taken(value: float) -> None:
    assert check_duration_s(value) == value


@pytest.mark.parametrize("value", [0, -1, 60.001, math.nan, math.inf, -math.inf, True, "10", None])
def test_a_duration_that_is_none_is_refused(value: object) -> None:
    with pytest.raises(ValidationFailed) as refused:
        check_duration_s(value)  # type: ignore[arg-type]
    assert _fields(refused) == ["duration"]


@pytest.mark.parametrize("value", [0, 241, 60.0, math.nan, True, "60"])
def test_a_frame_rate_that_is_none_is_refused(value: object) -> None:
    with pytest.raises(ValidationFailed) as refused:
        check_fps(value)  # type: ignore[arg-type]
    assert _fields(refused) == ["fps"]


def test_frame_rates_at_the_bounds_are_taken() -> None:
    assert (check_fps(1), check_fps(240)) == (1, 240)


@pytest.mark.parametrize("value", [1000.1, -1000.1, math.nan, True, "9.81"])
def test_a_gravity_that_is_none_is_refused(value: object) -> None:
    with pytest.raises(ValidationFailed):
        check_gravity(value)  # type: ignore[arg-type]


def test_gravity_may_be_none_at_all_or_upwards() -> None:
    assert (check_gravity(0), check_gravity(-9.81)) == (0.0, -9.81)
