"""What a breaker does, wherever its state is kept: in this process, in Redis, in a cluster."""

from __future__ import annotations

import math
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest
from redis import Redis

from shared import redis_server
from shared.breaker import Breaker, BreakerStates, LocalStates, State, Terms
from shared.errors import DependencyUnavailable
from shared.redis_breaker import RedisStates
from shared.redis_server import RedisServer, connect_redis, open_redis

TERMS = Terms(failures=3, open_s=600.0, probe_s=1800.0)
"""Longer than any test takes, however slow the machine: time passes where a test says so."""


@pytest.fixture
def name() -> str:
    return str(uuid.uuid4())


class Ahead:
    """A clock that is ahead of the machine's."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return time.monotonic() + self.seconds


class Instances:
    """Execution environments that share one breaker, and the time that is theirs.

    Args:
        url: of the Redis that keeps its state; None for one environment's own.
    """

    def __init__(self, name: str, url: str | None) -> None:
        self._name = name
        self._clock = Ahead()
        self._own = LocalStates(self._clock)
        self._url = url
        self._servers: list[RedisServer] = []

    def __call__(self) -> Breaker:
        """Another instance's."""
        states: BreakerStates = self._own
        if self._url is not None:
            self._servers.append(open_redis(self._url))
            states = RedisStates(self._servers[-1], LocalStates(self._clock))
        return Breaker(self._name, states, TERMS, monotonic=self._clock)

    def pass_by(self, seconds: float) -> None:
        """Let time pass: here, and in Redis, whose clock can't be set, for what it keeps."""
        self._clock.seconds += seconds
        if self._url is None:
            return
        client: Any = connect_redis(self._url)
        key, milliseconds = f"breaker:{self._name}", round(1000 * seconds)
        left = client.pttl(key)
        if 0 <= left <= milliseconds:
            client.delete(key)
        elif left > milliseconds:
            for field in (b"open_until", b"probe_until"):
                if client.hexists(key, field):
                    client.hincrby(key, field, -milliseconds)
            client.pexpire(key, left - milliseconds)
        client.close()

    def close(self) -> None:
        for server in self._servers:
            server.close()


@pytest.fixture(params=["local", "valkey_url", "cluster_url"])
def connect(
    request: pytest.FixtureRequest, name: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Instances]:
    """Makes the same breaker as another instance would."""
    # Who waits too long for Redis goes by a state of its own, which is not what is tested here.
    monkeypatch.setattr(redis_server, "TIMEOUT_S", 30.0)
    url = None if request.param == "local" else request.getfixturevalue(request.param)
    instances = Instances(name, url)
    yield instances
    instances.close()


def fail(breaker: Breaker, times: int = 1) -> None:
    for _ in range(times):
        breaker.failed(breaker.enter())


def admitted(breaker: Breaker) -> bool:
    try:
        breaker.enter()
    except DependencyUnavailable:
        return False
    return True


def test_it_opens_after_so_many_failures_in_a_row(connect: Instances) -> None:
    breaker = connect()
    fail(breaker, 2)
    breaker.succeeded(breaker.enter())
    fail(breaker, 2)
    assert breaker.state is State.CLOSED

    fail(breaker)

    assert breaker.state is State.OPEN
    with pytest.raises(DependencyUnavailable) as refused:
        breaker.enter()
    assert refused.value.retry_after == math.ceil(TERMS.open_s)


def test_instances_count_their_failures_together(connect: Instances) -> None:
    instances = [connect() for _ in range(3)]
    for breaker in instances:
        fail(breaker)

    assert instances[-1].state is State.OPEN
    # The others learn it from their next failure.
    fail(instances[0])
    assert instances[0].state is State.OPEN


def test_of_all_instances_one_sends_the_probe(connect: Instances) -> None:
    instances = [connect() for _ in range(8)]
    for breaker in instances:
        with suppress(DependencyUnavailable):
            fail(breaker, 3)
    assert all(breaker.state is State.OPEN for breaker in instances)
    connect.pass_by(TERMS.open_s + 0.05)

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(admitted, instances * 4)) == 1


def test_a_probe_that_goes_well_closes_it_for_all(connect: Instances) -> None:
    one, other = connect(), connect()
    fail(one, 3)
    with suppress(DependencyUnavailable):
        fail(other, 1)
    connect.pass_by(TERMS.open_s + 0.05)
    assert one.state is State.HALF_OPEN

    one.succeeded(one.enter())

    assert one.state is State.CLOSED
    connect.pass_by(TERMS.open_s)
    assert [admitted(other) for _ in range(5)] == [True] * 5
    assert other.state is State.CLOSED


def test_a_probe_that_fails_opens_it_again(connect: Instances) -> None:
    breaker = connect()
    fail(breaker, 3)
    connect.pass_by(TERMS.open_s + 0.05)

    fail(breaker)

    assert breaker.state is State.OPEN
    assert not admitted(breaker)


def test_a_probe_that_never_ends_gives_its_place_up(connect: Instances) -> None:
    one, other = connect(), connect()
    fail(one, 3)
    with suppress(DependencyUnavailable):
        fail(other)
    connect.pass_by(TERMS.open_s + 0.05)
    assert one.enter() is True  # and whoever it was is killed
    assert not admitted(other)

    connect.pass_by(TERMS.probe_s + 0.05)
    assert other.enter() is True


def test_failures_long_apart_are_not_in_a_row(connect: Instances) -> None:
    breaker = connect()
    fail(breaker, 2)
    connect.pass_by(TERMS.open_s + 0.05)
    fail(breaker, 2)

    assert breaker.state is State.CLOSED


def test_a_late_success_from_before_does_not_close_it(connect: Instances) -> None:
    breaker = connect()
    late = breaker.enter()
    fail(breaker, 3)

    breaker.succeeded(late)

    assert not admitted(breaker)


def test_without_redis_an_instance_has_its_own(name: str) -> None:
    ahead = Ahead()
    states = RedisStates(open_redis("redis://127.0.0.1:9/0"), LocalStates(ahead))
    breaker = Breaker(name, states, TERMS, monotonic=ahead)
    fail(breaker, 3)
    assert breaker.state is State.OPEN
    ahead.seconds += TERMS.open_s

    breaker.succeeded(breaker.enter())
    assert breaker.state is State.CLOSED


def test_redis_that_was_flushed_closes_it_at_the_next_question(valkey_url: str, name: str) -> None:
    ahead = Ahead()
    server = open_redis(valkey_url)
    breaker = Breaker(name, RedisStates(server), TERMS, monotonic=ahead)
    fail(breaker, 3)
    with Redis.from_url(valkey_url) as redis:
        redis.delete(f"breaker:{name}")
    ahead.seconds += TERMS.open_s

    assert breaker.enter() is False
    server.close()


def test_a_clock_set_back_an_hour_keeps_it_open_no_longer_than_meant(
    valkey_url: str, name: str
) -> None:
    server = open_redis(valkey_url)
    with Redis.from_url(valkey_url) as redis:
        redis.hset(f"breaker:{name}", "open_until", int((time.time() + 3600) * 1000))
    ruling = RedisStates(server).ask(name, TERMS)

    assert ruling.state is State.OPEN
    assert ruling.wait_s <= TERMS.open_s
    server.close()
