"""What all `Buckets` must do: this process's own, those in Redis, and those in a cluster."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from redis import Redis

from shared.config import LimitSettings
from shared.limits import Buckets, Kind, Level, Limiter, LocalBuckets, Rate, network_of
from shared.redis_limits import RedisBuckets
from shared.redis_server import open_redis

SLOW = Rate("slow", quota=1, window_s=3600, capacity=10)
"""Ten at once, and then none for longer than any test."""
QUICK = Rate("quick", quota=10, window_s=1, capacity=3)
"""One comes back in 100 ms."""


@pytest.fixture(params=["local", "valkey_url", "cluster_url"])
def opened(request: pytest.FixtureRequest) -> Iterator[Callable[[], Buckets]]:
    """Opens the same buckets as another instance would."""
    if request.param == "local":
        one = LocalBuckets()
        yield lambda: one
        return
    servers = []

    def connect() -> Buckets:
        servers.append(open_redis(request.getfixturevalue(request.param)))
        return RedisBuckets(servers[-1], otherwise=Refusing())

    yield connect
    for server in servers:
        server.close()


class Refusing:
    """Stands in for nothing: Redis has to be there."""

    def take(self, buckets: object) -> object:
        raise AssertionError("Redis is gone")


@pytest.fixture
def key() -> str:
    return f"{{limits}}:{uuid.uuid4()}"


def test_a_bucket_gives_what_it_holds_and_says_how_much_is_left(
    opened: Callable[[], Buckets], key: str
) -> None:
    buckets = opened()

    taken = [buckets.take([(key, SLOW)]) for _ in range(11)]

    assert [one.wait_us > 0 for one in taken] == [False] * 10 + [True]
    assert [one.levels[0].left for one in taken] == [9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 0]
    assert 3590e6 < taken[-1].wait_us <= 3600e6
    assert 35990e6 < taken[-1].levels[0].full_in_us <= 36000e6


def test_what_was_taken_flows_back_evenly(opened: Callable[[], Buckets], key: str) -> None:
    buckets = opened()
    for _ in range(3):
        assert buckets.take([(key, QUICK)]).wait_us == 0
    refused = buckets.take([(key, QUICK)])
    assert 0 < refused.wait_us <= 100_000

    time.sleep(refused.wait_us / 1e6 + 0.005)
    assert buckets.take([(key, QUICK)]).wait_us == 0
    assert buckets.take([(key, QUICK)]).wait_us > 0
    time.sleep(0.35)
    assert [buckets.take([(key, QUICK)]).wait_us > 0 for _ in range(4)] == [False] * 3 + [True]


def test_a_refusal_takes_from_none(opened: Callable[[], Buckets], key: str) -> None:
    buckets = opened()
    empty = Rate("empty", quota=1, window_s=3600, capacity=1)
    buckets.take([(f"{key}:b", empty)])

    for _ in range(3):
        assert buckets.take([(f"{key}:a", SLOW), (f"{key}:b", empty)]).wait_us > 0

    assert buckets.take([(f"{key}:a", SLOW)]).levels[0].left == 9


def test_32_clients_at_once_get_exactly_what_there_is(
    opened: Callable[[], Buckets], key: str
) -> None:
    instances = [opened() for _ in range(4)]
    plenty = Rate("plenty", quota=1, window_s=3600, capacity=100)

    def ask(client: int) -> int:
        mine = instances[client % len(instances)]
        asked = [mine.take([(f"{key}:a", SLOW), (f"{key}:b", plenty)]) for _ in range(20)]
        return sum(one.wait_us == 0 for one in asked)

    with ThreadPoolExecutor(32) as clients:
        assert sum(clients.map(ask, range(32))) == SLOW.capacity
    assert opened().take([(f"{key}:b", plenty)]).levels[0].left == 100 - SLOW.capacity - 1


def test_a_clock_set_back_keeps_nobody_waiting_longer_than_from_empty_to_full(
    valkey_url: str, key: str
) -> None:
    in_an_hour_us = int((time.time() + 3600) * 1e6)
    with Redis.from_url(valkey_url) as redis:
        redis.set(key, in_an_hour_us)
    server = open_redis(valkey_url)

    taken = RedisBuckets(server).take([(key, QUICK)])

    assert taken.levels == (Level(0, 300_000),)
    assert taken.wait_us == 100_000
    server.close()


def test_buckets_in_redis_are_gone_once_they_are_full(valkey_url: str, key: str) -> None:
    server = open_redis(valkey_url)
    taken = RedisBuckets(server).take([(key, SLOW)])
    with Redis.from_url(valkey_url) as redis:
        full_in_ms, gone_at_ms = taken.levels[0].full_in_us / 1000, redis.pexpiretime(key)
        until_full_ms = redis.get(key)
        assert gone_at_ms == pytest.approx(int(until_full_ms) / 1000, abs=50)
    assert full_in_ms == 1000 * SLOW.window_s / SLOW.quota
    server.close()


def test_without_redis_an_instance_counts_by_itself(key: str) -> None:
    buckets = RedisBuckets(open_redis("redis://127.0.0.1:9/0"))
    began = time.monotonic()

    asked = [buckets.take([(key, SLOW)]).wait_us > 0 for _ in range(100)]

    assert asked == [False] * 10 + [True] * 90
    assert time.monotonic() - began < 3, "each waited for a server that is gone"


def test_this_processs_buckets_are_bounded(key: str) -> None:
    buckets = LocalBuckets(most=100)
    for number in range(1000):
        buckets.take([(f"{key}:{number}", SLOW)])

    assert len(buckets._full_at_us) == 100
    assert buckets.take([(f"{key}:999", SLOW)]).levels[0].left == 8


@pytest.fixture
def limiter() -> Limiter:
    return Limiter(LimitSettings(redis_url="redis://nowhere"), LocalBuckets(lambda: 0.0))


def allowed(limiter: Limiter, kind: Kind, caller: str | None, address: str) -> int:
    """How many requests in a moment are taken."""
    count = 0
    while limiter.charge(kind, caller, address).wait_s == 0:
        count += 1
        assert count < 10_000
    return count


def test_a_caller_makes_ten_at_once_and_reads_ten_times_as_often(limiter: Limiter) -> None:
    assert allowed(limiter, Kind.WRITE, "a", "192.0.2.1") == 10
    assert allowed(limiter, Kind.READ, "a", "192.0.2.1") == 100
    assert allowed(limiter, Kind.PAID, "a", "192.0.2.1") == 5
    assert allowed(limiter, Kind.WRITE, "b", "192.0.2.2") == 10


def test_an_hour_has_its_own_bucket() -> None:
    now = [0.0]
    limiter = Limiter(LimitSettings(redis_url="redis://nowhere"), LocalBuckets(lambda: now[0]))
    count = 0
    for _ in range(3600):
        count += allowed(limiter, Kind.WRITE, "a", "192.0.2.1")
        now[0] += 1
    # 600 to begin with, and one every six seconds.
    assert count == 600 + 3600 // 6 - 1
    assert allowed(limiter, Kind.WRITE, "a", "192.0.2.1") == 1
    assert limiter.charge(Kind.WRITE, "a", "192.0.2.1").wait_s == 6


def test_an_address_does_what_ten_callers_may(limiter: Limiter) -> None:
    callers = [allowed(limiter, Kind.WRITE, f"caller {n}", "192.0.2.1") for n in range(12)]

    assert callers == [10] * 10 + [0, 0]
    refused = limiter.charge(Kind.WRITE, "caller 13", "192.0.2.1")
    assert refused.headers()["RateLimit"].startswith('"address-minute";r=0;t=')


def test_who_has_no_name_is_one_caller_at_their_address(limiter: Limiter) -> None:
    assert allowed(limiter, Kind.WRITE, None, "192.0.2.1") == 10
    assert allowed(limiter, Kind.WRITE, "a", "192.0.2.1") == 10


def test_an_ipv6_customer_is_one_address() -> None:
    assert network_of("2001:db8::1") == network_of("2001:db8::ffff:2") == "2001:db8::/64"
    assert network_of("2001:db8:0:1::1") != network_of("2001:db8::1")
    assert network_of("192.0.2.7") == "192.0.2.7"
    assert network_of("not an address") == "unknown"


def test_headers_say_what_holds_and_what_is_left(limiter: Limiter) -> None:
    headers = limiter.charge(Kind.WRITE, "a", "192.0.2.1").headers()

    assert headers == {
        "RateLimit-Policy": '"minute";q=60;w=60, "hour";q=600;w=3600, '
        '"address-minute";q=600;w=60, "address-hour";q=6000;w=3600',
        "RateLimit": '"minute";r=9;t=1',
    }
