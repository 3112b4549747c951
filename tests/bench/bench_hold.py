"""What holding costs: limits, beside what the libraries of the trade do."""

from __future__ import annotations

import tempfile
import uuid
from pathlib import Path

from cachetools import TTLCache
from limits import RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import RedisStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from shared.cache import MemoryCache, ReadThrough
from shared.clock import SystemClock
from shared.limits import Rate
from shared.measure import Measurements
from shared.redis_limits import RedisBuckets
from shared.redis_server import open_redis
from shared.retry import OBJECTS, Guard
from tests.servers import valkey_server

from .harness import Ratio, elapsed, fastest, table

_REQUESTS, _CALLS = 400, 10_000
_MINUTE, _HOUR = 100_000, 1_000_000


def measure_limiter(url: str) -> Ratio:
    """One caller's request, charged by the minute and by the hour; time on the wall, per request.

    Wall time, because what is saved is a round trip.
    """
    theirs = SlidingWindowCounterRateLimiter(RedisStorage(url))
    windows = RateLimitItemPerMinute(_MINUTE), RateLimitItemPerHour(_HOUR)
    server = open_redis(url)
    ours = RedisBuckets(server)
    caller = str(uuid.uuid4())
    buckets = [
        (f"{{limits}}:minute:{caller}", Rate("minute", _MINUTE, 60, _MINUTE)),
        (f"{{limits}}:hour:{caller}", Rate("hour", _HOUR, 3600, _HOUR)),
    ]

    def charge_ours() -> None:
        for _ in range(_REQUESTS):
            assert ours.take(buckets).wait_us == 0

    def charge_theirs() -> None:
        for _ in range(_REQUESTS):
            assert all(theirs.hit(window, caller) for window in windows)

    mine, other = (took / _REQUESTS * 1e6 for took in elapsed(charge_ours, charge_theirs))
    server.close()
    return Ratio(
        "charge a request (limits' sliding counter)", mine, other, "µs", mine / other, "<= 0.6"
    )


def measure_guard() -> Ratio:
    """What a retry policy, its budget and its breaker add to a call that goes well."""
    guard = Guard(OBJECTS)

    def work() -> int:
        return 1

    def guarded() -> None:
        for _ in range(_CALLS):
            guard.call(work)

    def plain() -> None:
        for _ in range(_CALLS):
            work()

    mine, bare = (took / _CALLS * 1e6 for took in fastest(guarded, plain))
    return Ratio("retry, budget and breaker, on success", mine, bare, "µs", mine - bare, "<= 20")


def measure_memory_hit() -> Ratio:
    """A hit in the nearest tier, through all that is around it."""
    through = ReadThrough([MemoryCache()], measurements=Measurements(SystemClock()))
    theirs: TTLCache[str, bytes] = TTLCache(1000, 3600)
    for number in range(1000):
        through.remember(str(number), 3600, lambda: bytes(100))
        theirs[str(number)] = bytes(100)

    def ours_hits() -> None:
        for _ in range(_CALLS):
            through.remember("7", 3600, bytes)

    def theirs_hits() -> None:
        for _ in range(_CALLS):
            theirs["7"]

    mine, other = (took / _CALLS * 1e6 for took in fastest(ours_hits, theirs_hits))
    return Ratio("a hit in memory (cachetools' TTLCache)", mine, other, "µs", mine / other, "<= 10")


def main() -> str:
    """The table."""
    with tempfile.TemporaryDirectory() as folder, valkey_server(Path(folder)) as url:
        return table("Holding", [measure_limiter(url), measure_guard(), measure_memory_hit()])
