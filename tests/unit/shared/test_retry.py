"""Trying again: how often, how patiently, and when not."""

from __future__ import annotations

import random

import pytest

from shared.breaker import Breaker, LocalStates, State, Terms
from shared.errors import DependencyUnavailable, NotFound
from shared.retry import Guard, Guards, Policy, asked_wait_s

NEVER = Terms(failures=1_000_000)
"""Of a breaker that stays closed."""


class Failing:
    def __init__(self, failures: int, error: Exception) -> None:
        self.calls = 0
        self._failures = failures
        self._error = error

    def __call__(self) -> str:
        self.calls += 1
        if self.calls <= self._failures:
            raise self._error
        return "done"


class Time:
    """A clock that only waiting moves."""

    def __init__(self) -> None:
        self.now = 0.0
        self.waits: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds


def guard_of(time: Time, policy: Policy, *, lowest: bool = False) -> Guard:
    return Guard(
        policy,
        Breaker(
            policy.name, LocalStates(lambda: time.now), policy.terms, monotonic=lambda: time.now
        ),
        sleep=time.sleep,
        uniform=lambda low, high: low if lowest else high,
        monotonic=lambda: time.now,
    )


def test_what_works_is_called_once_and_without_waiting() -> None:
    time, work = Time(), Failing(0, DependencyUnavailable())

    assert guard_of(time, Policy("x")).call(work) == "done"
    assert (work.calls, time.waits) == (1, [])


def test_waits_double_up_to_their_bound_and_jitter_is_full() -> None:
    policy = Policy("x", retries=2, first_s=2.0, longest_s=3.0)
    time = Time()
    assert guard_of(time, policy).call(Failing(2, DependencyUnavailable())) == "done"
    assert time.waits == [2.0, 3.0]

    time = Time()
    assert guard_of(time, policy, lowest=True).call(Failing(2, DependencyUnavailable())) == "done"
    assert time.waits == [0.0, 0.0]


def test_the_last_failure_is_raised() -> None:
    time, work = Time(), Failing(9, DependencyUnavailable("still down"))

    with pytest.raises(DependencyUnavailable, match="still down"):
        guard_of(time, Policy("x")).call(work)
    assert (work.calls, len(time.waits)) == (3, 2)


def test_what_will_not_pass_is_not_tried_again() -> None:
    time, work = Time(), Failing(1, NotFound())

    with pytest.raises(NotFound):
        guard_of(time, Policy("x")).call(work)
    assert (work.calls, time.waits) == (1, [])


def test_what_the_dependency_asks_for_is_waited_for() -> None:
    time = Time()
    guard = guard_of(time, Policy("x"), lowest=True)

    assert guard.call(Failing(1, DependencyUnavailable(asked_wait_s=5.0))) == "done"
    assert time.waits == [5.0]


def test_a_wait_longer_than_our_patience_is_not_begun() -> None:
    for asked_s, policy in ((9.0, Policy("x")), (5.0, Policy("x", patience_s=4.0))):
        time, work = Time(), Failing(1, DependencyUnavailable(asked_wait_s=asked_s))
        with pytest.raises(DependencyUnavailable):
            guard_of(time, policy, lowest=True).call(work)
        assert (work.calls, time.waits) == (1, [])


def test_a_dead_dependency_sees_at_most_a_tenth_more_than_it_is_offered() -> None:
    time, work = Time(), Failing(1_000_000, DependencyUnavailable())
    guard = guard_of(time, Policy("x", terms=NEVER))

    for _ in range(1000):
        with pytest.raises(DependencyUnavailable):
            guard.call(work)

    assert work.calls <= 1000 * 1.1 + 2


def test_behind_its_breaker_a_dead_dependency_sees_next_to_nothing() -> None:
    time, work = Time(), Failing(1_000_000, DependencyUnavailable())
    guard = guard_of(time, Policy("x", first_s=0.1))

    for _ in range(1000):
        with pytest.raises(DependencyUnavailable):
            guard.call(work)
        time.now += 0.1

    # Five, and then one a minute.
    assert 5 <= work.calls <= 5 + 100 // 60


def test_nine_of_ten_transient_faults_are_never_seen() -> None:
    chance = random.Random(7)
    faults = seen = 0

    def work() -> str:
        nonlocal faults
        if chance.random() < 0.05:
            faults += 1
            raise DependencyUnavailable
        return "done"

    guard = guard_of(Time(), Policy("x"))
    for _ in range(5000):
        try:
            guard.call(work)
        except DependencyUnavailable:
            seen += 1

    assert faults > 200
    assert seen <= faults / 10


def test_an_answer_that_is_an_error_does_not_open_the_breaker() -> None:
    guard = guard_of(Time(), Policy("x"))
    for _ in range(20):
        with pytest.raises(NotFound):
            guard.call(Failing(1, NotFound()))

    assert guard.breaker.state is State.CLOSED


def test_a_dependency_has_one_guard() -> None:
    guards = Guards(LocalStates())

    assert guards.of(Policy("a")) is guards.of(Policy("a"))
    assert guards.of(Policy("a")) is not guards.of(Policy("b"))


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 0),
        ({"Retry-After": "7"}, 7),
        ({"retry-after": "7"}, 7),
        ({"retry-after": "soon"}, 0),
        ({"retry-after": "-7"}, 0),
        ({"retry-after": "Wed, 21 Oct 2026 07:28:00 GMT"}, 0),
    ],
)
def test_retry_after_is_read_in_seconds(headers: dict[str, str], seconds: float) -> None:
    assert asked_wait_s(headers.items()) == seconds
