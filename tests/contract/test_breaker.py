"""What a breaker does, wherever its state is kept: in this process, in Redis, in a cluster."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from redis import Redis

from shared.breaker import Breaker, BreakerStates, LocalStates, State, Terms
from shared.errors import DependencyUnavailable
from shared.redis_breaker import RedisStates
from shared.redis_server import open_redis

TERMS = Terms(failures=3, open_s=0.5, probe_s=1.5)


@pytest.fixture
def name() -> str:
    return str(uuid.uuid4())


@pytest.fixture(params=["local", "valkey_url", "cluster_url"])
def connect(request: pytest.FixtureRequest, name: str) -> Iterator[Callable[[], Breaker]]:
    """Makes the same breaker as another instance would."""
    if request.param == "local":
        states: BreakerStates = LocalStates()
        yield lambda: Breaker(name, states, TERMS)
        return
    servers = []

    def instance() -> Breaker:
        servers.append(open_redis(request.getfixturevalue(request.param)))
        return Breaker(name, RedisStates(servers[-1]), TERMS)

    yield instance
    for server in servers:
        server.close()


def fail(breaker: Breaker, times: int = 1) -> None:
    for _ in range(times):
        breaker.failed(breaker.enter())


def admitted(breaker: Breaker) -> bool:
    try:
        breaker.enter()
    except DependencyUnavailable:
        return False
    return True


def test_it_opens_after_so_many_failures_in_a_row(connect: Callable[[], Breaker]) -> None:
    breaker = connect()
    fail(breaker, 2)
    breaker.succeeded(breaker.enter())
    fail(breaker, 2)
    assert breaker.state is State.CLOSED

    fail(breaker)

    assert breaker.state is State.OPEN
    with pytest.raises(DependencyUnavailable) as refused:
        breaker.enter()
    assert refused.value.retry_after == 1


def test_instances_count_their_failures_together(connect: Callable[[], Breaker]) -> None:
    instances = [connect() for _ in range(3)]
    for breaker in instances:
        fail(breaker)

    assert instances[-1].state is State.OPEN
    # The others learn it from their next failure.
    fail(instances[0])
    assert instances[0].state is State.OPEN


def test_of_all_instances_one_sends_the_probe(connect: Callable[[], Breaker]) -> None:
    instances = [connect() for _ in range(8)]
    for breaker in instances:
        with suppress(DependencyUnavailable):
            fail(breaker, 3)
    assert all(breaker.state is State.OPEN for breaker in instances)
    time.sleep(TERMS.open_s + 0.05)

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(admitted, instances * 4)) == 1


def test_a_probe_that_goes_well_closes_it_for_all(connect: Callable[[], Breaker]) -> None:
    one, other = connect(), connect()
    fail(one, 3)
    with suppress(DependencyUnavailable):
        fail(other, 1)
    time.sleep(TERMS.open_s + 0.05)
    assert one.state is State.HALF_OPEN

    one.succeeded(one.enter())

    assert one.state is State.CLOSED
    time.sleep(TERMS.open_s)
    assert [admitted(other) for _ in range(5)] == [True] * 5
    assert other.state is State.CLOSED


def test_a_probe_that_fails_opens_it_again(connect: Callable[[], Breaker]) -> None:
    breaker = connect()
    fail(breaker, 3)
    time.sleep(TERMS.open_s + 0.05)

    fail(breaker)

    assert breaker.state is State.OPEN
    assert not admitted(breaker)


def test_a_probe_that_never_ends_gives_its_place_up(connect: Callable[[], Breaker]) -> None:
    one, other = connect(), connect()
    fail(one, 3)
    with suppress(DependencyUnavailable):
        fail(other)
    time.sleep(TERMS.open_s + 0.05)
    assert one.enter() is True  # and whoever it was is killed
    assert not admitted(other)

    time.sleep(TERMS.probe_s + 0.05)
    assert other.enter() is True


def test_failures_long_apart_are_not_in_a_row(connect: Callable[[], Breaker]) -> None:
    breaker = connect()
    fail(breaker, 2)
    time.sleep(TERMS.open_s + 0.05)
    fail(breaker, 2)

    assert breaker.state is State.CLOSED


def test_a_late_success_from_before_does_not_close_it(connect: Callable[[], Breaker]) -> None:
    breaker = connect()
    late = breaker.enter()
    fail(breaker, 3)

    breaker.succeeded(late)

    assert not admitted(breaker)


def test_without_redis_an_instance_has_its_own(name: str) -> None:
    breaker = Breaker(name, RedisStates(open_redis("redis://127.0.0.1:9/0")), TERMS)
    fail(breaker, 3)
    assert breaker.state is State.OPEN
    time.sleep(TERMS.open_s + 0.05)

    breaker.succeeded(breaker.enter())
    assert breaker.state is State.CLOSED


def test_redis_that_was_flushed_closes_it_at_the_next_question(valkey_url: str, name: str) -> None:
    server = open_redis(valkey_url)
    breaker = Breaker(name, RedisStates(server), TERMS)
    fail(breaker, 3)
    with Redis.from_url(valkey_url) as redis:
        redis.delete(f"breaker:{name}")
    time.sleep(TERMS.open_s + 0.05)

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
