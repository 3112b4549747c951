"""Redis or Valkey behind the `Cache` port."""

from __future__ import annotations

from contextlib import suppress

from .errors import DependencyUnavailable
from .redis_server import RedisServer


class RedisCache:
    """The `Cache` port over Redis: a server that is down is a miss, never an error."""

    def __init__(self, server: RedisServer) -> None:
        self._server = server

    def get(self, key: str) -> bytes | None:
        """See `shared.cache.Cache`."""
        with suppress(DependencyUnavailable):
            value: bytes | None = self._server.call("get", key)
            return value
        return None

    def set(self, key: str, value: bytes, ttl_s: int) -> None:
        """See `shared.cache.Cache`."""
        with suppress(DependencyUnavailable):
            self._server.call("set", key, value, ex=ttl_s)

    def delete(self, *keys: str) -> None:
        """See `shared.cache.Cache`."""
        # One by one: in a cluster the keys live in different slots.
        for key in keys:
            with suppress(DependencyUnavailable):
                self._server.call("delete", key)
