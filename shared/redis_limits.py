"""Buckets in Redis, which all instances share."""

from __future__ import annotations

from collections.abc import Sequence

from .errors import DependencyUnavailable
from .limits import Buckets, Level, LocalBuckets, Rate, Taken
from .redis_server import RedisServer, Script

_SCRIPT = Script("limits")


class RedisBuckets:
    """The `Buckets` of all instances, in one round trip; this process's own where Redis is gone.

    Args:
        otherwise: what stands in.
    """

    def __init__(self, server: RedisServer, otherwise: Buckets | None = None) -> None:
        self._server = server
        self._otherwise = LocalBuckets() if otherwise is None else otherwise

    def take(self, buckets: Sequence[tuple[str, Rate]]) -> Taken:
        """See `shared.limits.Buckets`."""
        terms = [value for _, rate in buckets for value in (rate.interval_us, rate.capacity)]
        try:
            answer = self._server.run(_SCRIPT, [key for key, _ in buckets], terms)
        except DependencyUnavailable:
            return self._otherwise.take(buckets)
        wait_us, *rest = map(int, answer.split())
        levels = tuple(Level(*pair) for pair in zip(rest[::2], rest[1::2], strict=True))
        return Taken(wait_us, levels)
