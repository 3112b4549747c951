"""What every `Cache` must do: over one server, and over a cluster."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from shared.cache import Cache, MemoryCache, NoCache, ReadThrough
from shared.redis_cache import RedisCache, RedisFlights
from shared.redis_server import RedisServer, open_redis
from tests.servers import valkey_server


@pytest.fixture
def cache(url: str) -> Iterator[RedisCache]:
    server = open_redis(url)
    yield RedisCache(server)
    server.close()


def test_a_value_is_there_until_it_is_deleted(cache: Cache) -> None:
    binary = bytes(range(256))
    cache.set("a", binary, ttl_s=60)
    cache.set("b", b"", ttl_s=60)

    assert cache.get("a") == binary
    assert cache.get("b") == b""
    cache.delete("a", "b", "never there")
    assert cache.get("a") is None
    assert cache.get("b") is None


def test_the_last_value_stands(cache: Cache) -> None:
    cache.set("a", b"old", ttl_s=60)
    cache.set("a", b"new", ttl_s=60)

    assert cache.get("a") == b"new"


def test_a_value_expires(cache: Cache) -> None:
    cache.set("brief", b"x", ttl_s=1)
    assert cache.get("brief") == b"x"

    time.sleep(1.1)
    assert cache.get("brief") is None


def test_a_cache_that_is_down_misses_quickly_and_is_logged_once(
    url: str, caplog: pytest.LogCaptureFixture
) -> None:
    scheme = url.partition("://")[0]
    cache = RedisCache(open_redis(f"{scheme}://127.0.0.1:9/0"))
    began = time.monotonic()

    for _ in range(3):
        cache.set("a", b"x", ttl_s=60)
        assert cache.get("a") is None
        cache.delete("a")

    assert time.monotonic() - began < 9 * 0.8
    assert [record.message for record in caplog.records if "redis" in record.name] == [
        "redis does not answer"
    ]


def test_a_cache_that_comes_back_is_used_again(run_folder: Path, worker_name: str) -> None:
    folder = run_folder / f"mortal-{worker_name}"
    with valkey_server(folder) as url:
        server = open_redis(url)
        cache = RedisCache(server)
        cache.set("a", b"x", ttl_s=60)
        assert cache.get("a") == b"x"
    assert cache.get("a") is None

    port = int(url.rpartition(":")[2].partition("/")[0])
    with valkey_server(folder, port=port) as _:
        cache.set("a", b"y", ttl_s=60)
        assert cache.get("a") == b"y"
    server.close()


def test_what_is_remembered_is_computed_once(cache: Cache) -> None:
    cache.delete("sum")
    computed: list[int] = []

    def compute() -> bytes:
        computed.append(1)
        return b"42"

    through = ReadThrough([cache])

    assert [through.remember("sum", 60, compute) for _ in range(3)] == [b"42"] * 3
    assert len(computed) == 1
    through.forget("sum")
    assert through.remember("sum", 60, compute) == b"42"
    assert len(computed) == 2


def test_32_processes_that_ask_at_once_are_given_one_computation(url: str) -> None:
    """Each with a memory and a connection of its own; threads stand in for the processes."""
    key, computed = str(uuid.uuid4()), []
    servers = [open_redis(url) for _ in range(32)]

    def compute() -> bytes:
        computed.append(1)
        time.sleep(0.3)
        return b"x"

    def ask(server: RedisServer) -> bytes:
        tiers = [MemoryCache(), RedisCache(server)]
        return ReadThrough(tiers, flights=RedisFlights(server)).remember(key, 60, compute)

    with ThreadPoolExecutor(32) as processes:
        assert list(processes.map(ask, servers)) == [b"x"] * 32
    assert len(computed) == 1
    for server in servers:
        server.close()


def test_a_computation_that_failed_is_taken_over_by_the_next(url: str) -> None:
    key, servers = str(uuid.uuid4()), [open_redis(url) for _ in range(4)]
    tries = iter((True, True, False, False, False))

    def compute() -> bytes:
        time.sleep(0.05)
        if next(tries):
            raise ZeroDivisionError
        return b"x"

    def ask(server: RedisServer) -> bytes | None:
        through = ReadThrough([RedisCache(server)], flights=RedisFlights(server))
        try:
            return through.remember(key, 60, compute)
        except ZeroDivisionError:
            return None

    with ThreadPoolExecutor(4) as processes:
        answers = list(processes.map(ask, servers))
    assert sorted(map(str, answers)) == ["None", "None", "b'x'", "b'x'"]
    for server in servers:
        server.close()


def test_a_flight_is_ended_only_by_who_began_it(url: str) -> None:
    server, key = open_redis(url), str(uuid.uuid4())
    flights = RedisFlights(server)
    first = flights.begin(key, longest_s=0.05)
    assert first is not None
    time.sleep(0.1)
    second = flights.begin(key, longest_s=60)
    assert second is not None

    flights.end(key, first)

    assert flights.begin(key, longest_s=60) is None
    flights.end(key, second)
    assert flights.begin(key, longest_s=60) is not None
    server.close()


def test_no_cache_keeps_nothing() -> None:
    cache = NoCache()
    cache.set("a", b"x", ttl_s=60)
    cache.delete("a")

    assert cache.get("a") is None
