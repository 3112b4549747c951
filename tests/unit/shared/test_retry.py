"""Trying again."""

from __future__ import annotations

import pytest

from shared.errors import DependencyUnavailable, NotFound
from shared.retry import Retry


class _Failing:
    def __init__(self, failures: int, error: Exception) -> None:
        self.calls = 0
        self._failures = failures
        self._error = error

    def __call__(self) -> str:
        self.calls += 1
        if self.calls <= self._failures:
            raise self._error
        return "done"


def _retry(waits: list[float], retries: int = 4) -> Retry:
    return Retry(
        retries=retries,
        first_s=0.1,
        longest_s=0.5,
        sleep=waits.append,
        uniform=lambda low, high: low + high,
    )


def test_what_works_is_called_once_and_without_waiting() -> None:
    waits: list[float] = []
    work = _Failing(0, DependencyUnavailable())

    assert _retry(waits).call(work) == "done"
    assert (work.calls, waits) == (1, [])


def test_waits_double_up_to_their_bound() -> None:
    waits: list[float] = []
    work = _Failing(4, DependencyUnavailable())

    assert _retry(waits).call(work) == "done"
    assert waits == pytest.approx([0.1, 0.2, 0.4, 0.5])


def test_the_last_failure_is_raised() -> None:
    waits: list[float] = []
    work = _Failing(9, DependencyUnavailable("still down"))

    with pytest.raises(DependencyUnavailable, match="still down"):
        _retry(waits, retries=2).call(work)
    assert (work.calls, len(waits)) == (3, 2)


def test_what_will_not_pass_is_not_tried_again() -> None:
    waits: list[float] = []
    work = _Failing(1, NotFound())

    with pytest.raises(NotFound):
        _retry(waits).call(work)
    assert (work.calls, waits) == (1, [])


def test_jitter_is_full() -> None:
    bounds: list[tuple[float, float]] = []

    def lowest(low: float, high: float) -> float:
        bounds.append((low, high))
        return low

    Retry(retries=2, first_s=0.1, sleep=lambda _: None, uniform=lowest).call(
        _Failing(2, DependencyUnavailable())
    )
    assert bounds == [(0.0, 0.1), (0.0, 0.2)]
