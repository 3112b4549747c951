"""Redis that is slow, gone, hung, flushed, full or set to another hour: requests are answered."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from redis import Redis

from shared.limits import LocalBuckets, Rate
from shared.redis_limits import RedisBuckets
from shared.redis_server import TERMS, open_redis
from tests.api_client import Api, all_handlers
from tests.fault.proxy import Mood, Proxy

pytestmark = pytest.mark.slow

DEADLINE_S = 3.0
"""For one answer, on a machine that does much else. Without bounds it would be up to a minute."""


@pytest.fixture
def proxy(valkey_url: str) -> Iterator[Proxy]:
    place = urlsplit(valkey_url)
    with Proxy((place.hostname or "", place.port or 0)) as found:
        yield found


@pytest.fixture
def client(api: Api, environ: dict[str, str], parts: Any, proxy: Proxy, valkey_url: str) -> Api:
    """The API, whose functions reach Redis through the proxy."""
    with Redis.from_url(valkey_url) as redis:
        redis.flushall()
    through = {**environ, "REDIS_URL": f"redis://127.0.0.1:{proxy.port}/0"}
    return Api(all_handlers(through, parts))


def ask(client: Api, token: str, times: int = 12) -> None:
    """Writes and reads, each answered in time and as ever."""
    for _ in range(times):
        for method, path, status in (
            ("POST", "/v1/uploads", 201),
            ("GET", "/v1/simulations", 200),
            ("GET", "/v1/jobs/none", 404),
        ):
            began = time.monotonic()
            assert client.send(method, path, token=token).status == status
            assert time.monotonic() - began < DEADLINE_S, (method, path)


@pytest.mark.parametrize("mood", [Mood.REFUSE, Mood.HANG, Mood.DELAY])
def test_requests_are_answered_whatever_redis_does_and_also_afterwards(
    client: Api, token: str, proxy: Proxy, mood: Mood
) -> None:
    ask(client, token, 2)
    proxy.be(mood)
    ask(client, token)
    proxy.be(Mood.PASS)
    ask(client, token, 2)


def test_a_redis_that_hangs_holds_up_few_requests(client: Api, token: str, proxy: Proxy) -> None:
    client.send("GET", "/v1/jobs/none", token=token)
    proxy.be(Mood.HANG)
    slow, began = 0, time.monotonic()
    for _ in range(60):
        asked = time.monotonic()
        client.send("GET", "/v1/jobs/none", token=token)
        slow += time.monotonic() - asked > 0.25

    # Five until the breaker opens, and then one probe in each five seconds.
    assert slow <= TERMS.failures + (time.monotonic() - began) / TERMS.open_s + 1


def test_it_is_used_again_once_it_is_back(
    client: Api, token: str, proxy: Proxy, valkey_url: str
) -> None:
    proxy.be(Mood.REFUSE)
    ask(client, token, 4)
    proxy.be(Mood.PASS)
    time.sleep(TERMS.open_s + 0.2)
    with Redis.from_url(valkey_url) as redis:
        redis.config_resetstat()
        client.send("POST", "/v1/uploads", token=token)
        assert redis.info("commandstats")["cmdstat_evalsha"]["calls"] == 1


def test_a_flush_in_between_loses_counts_and_scripts_and_nothing_else(
    client: Api, token: str, valkey_url: str
) -> None:
    with Redis.from_url(valkey_url) as redis:
        for _ in range(5):
            ask(client, token, 1)
            redis.flushall()
            redis.script_flush()
        ask(client, token, 1)


def test_a_redis_that_is_full_counts_here(client: Api, token: str, valkey_url: str) -> None:
    with Redis.from_url(valkey_url) as redis:
        redis.config_set("maxmemory-policy", "noeviction")
        redis.config_set("maxmemory", "1")
        try:
            ask(client, token, 4)
        finally:
            redis.config_set("maxmemory", "0")


def test_the_limit_holds_while_redis_comes_and_goes(proxy: Proxy) -> None:
    """At most once more what a bucket holds: the instance's own, beside the shared one."""
    bucket = [("{limits}:fault", Rate("slow", quota=1, window_s=3600, capacity=10))]
    server = open_redis(f"redis://127.0.0.1:{proxy.port}/0")
    buckets = RedisBuckets(server, LocalBuckets())
    taken = 0
    for turn in range(60):
        proxy.be(Mood.REFUSE if turn // 10 % 2 else Mood.PASS)
        taken += buckets.take(bucket).wait_us == 0

    assert 10 <= taken <= 20
    server.close()
