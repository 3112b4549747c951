"""Redis or Valkey behind the `Cache` and `Flights` ports."""

from __future__ import annotations

import secrets
from contextlib import suppress

from .errors import DependencyUnavailable
from .redis_server import RedisServer, Script

_RELEASE = Script("release")


class RedisCache:
    """The `Cache` port over Redis: a server that is down is a miss, never an error."""

    name = "redis"

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


class RedisFlights:
    """The `Flights` port over Redis: where it is gone, everybody computes."""

    def __init__(self, server: RedisServer) -> None:
        self._server = server

    def begin(self, key: str, longest_s: float) -> str | None:
        """See `shared.cache.Flights`."""
        token = secrets.token_hex(8)
        try:
            taken = self._server.call(
                "set", _flight(key), token, nx=True, px=round(longest_s * 1000)
            )
        except DependencyUnavailable:
            return token
        return token if taken else None

    def end(self, key: str, token: str) -> None:
        """See `shared.cache.Flights`."""
        with suppress(DependencyUnavailable):
            self._server.run(_RELEASE, [_flight(key)], [token])


def _flight(key: str) -> str:
    return f"flight:{key}"
