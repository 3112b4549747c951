"""Redis or Valkey behind the `Cache` port: one server, or a cluster with TLS."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

from redis import Redis
from redis.backoff import ExponentialWithJitterBackoff
from redis.cluster import RedisCluster
from redis.exceptions import RedisClusterException, RedisError
from redis.retry import Retry

TIMEOUT_S = 0.3
"""For connecting and for each answer. The client's own defaults can hold a call for a minute."""
HEALTH_CHECK_INTERVAL_S = 30
COMPLAIN_EVERY_S = 60.0
"""A cache that is down is logged once in so many seconds, not at every call."""

_logger = logging.getLogger(__name__)


class RedisCache:
    """The `Cache` port over a Redis client: a server that is down is a miss, never an error.

    Args:
        connect: makes the client, at the first call.
        monotonic: seconds, for logging once a window.
    """

    def __init__(
        self, connect: Callable[[], Any], *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._connect = connect
        self._monotonic = monotonic
        self._client: Any = None
        self._complained_at: float | None = None

    def get(self, key: str) -> bytes | None:
        """See `shared.cache.Cache`."""
        value: bytes | None = self._call("get", key)
        return value

    def set(self, key: str, value: bytes, ttl_s: int) -> None:
        """See `shared.cache.Cache`."""
        self._call("set", key, value, ex=ttl_s)

    def delete(self, *keys: str) -> None:
        """See `shared.cache.Cache`."""
        # One by one: in a cluster the keys live in different slots.
        for key in keys:
            self._call("delete", key)

    def close(self) -> None:
        """Close the client's connections."""
        client, self._client = self._client, None
        if client is not None:
            client.close()

    def _call(self, command: str, *arguments: Any, **options: Any) -> Any:
        try:
            if self._client is None:
                self._client = self._connect()  # a cluster's client asks for its nodes at once
            return getattr(self._client, command)(*arguments, **options)
        except (RedisError, RedisClusterException, OSError) as error:
            self._complain(error)
            return None

    def _complain(self, error: Exception) -> None:
        now = self._monotonic()
        if self._complained_at is None or now - self._complained_at >= COMPLAIN_EVERY_S:
            self._complained_at = now
            _logger.warning("cache does not answer", extra={"reason": type(error).__name__})


def open_redis_cache(url: str) -> RedisCache:
    """The cache at `redis://…`, `rediss://…`, `redis+cluster://…` or `rediss+cluster://…`."""
    return RedisCache(lambda: connect_redis(url))


def connect_redis(url: str) -> Redis | RedisCluster:
    """A client with bounded waits and one retry; `rediss` is TLS, `+cluster` a cluster."""
    scheme, _, place = url.partition("://")
    options: dict[str, Any] = {
        "socket_connect_timeout": TIMEOUT_S,
        "socket_timeout": TIMEOUT_S,
        "health_check_interval": HEALTH_CHECK_INTERVAL_S,
        "retry": Retry(ExponentialWithJitterBackoff(base=0.02, cap=0.1), retries=1),
    }
    if not scheme.endswith("+cluster"):
        return Redis.from_url(url, **options)
    return RedisCluster.from_url(f"{scheme.removesuffix('+cluster')}://{place}", **options)
