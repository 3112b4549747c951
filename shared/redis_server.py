"""Redis or Valkey as a dependency: one server, or a cluster with TLS.

What keeps something in Redis (the cache, limits, breakers, locks) shares one of these, so that all
of them learn at once that the server is gone, and none waits for it again and again.
"""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .breaker import Breaker, LocalStates, Terms
from .errors import DependencyUnavailable

if TYPE_CHECKING:
    from redis import Redis
    from redis.cluster import RedisCluster

TIMEOUT_S = 0.3
"""For connecting and for each answer. The client's own defaults can hold a call for a minute."""
HEALTH_CHECK_INTERVAL_S = 30
COMPLAIN_EVERY_S = 60.0
"""A server that is down is logged once in so many seconds, not at every call."""

TERMS = Terms(failures=5, open_s=5.0, probe_s=2.0)
"""Shorter than for what has no stand-in: a probe costs one request 0.3 s, and every second without
Redis is one in which limits and breakers are each instance's own."""

_SCRIPTS = Path(__file__).parent / "scripts"
_logger = logging.getLogger(__name__)


class Script:
    """A Lua script of `shared/scripts`, read at its first run."""

    def __init__(self, name: str) -> None:
        self._path = _SCRIPTS / f"{name}.lua"

    @cached_property
    def text(self) -> str:
        """The script."""
        return self._path.read_text(encoding="utf-8")

    @cached_property
    def sha1(self) -> str:
        """What Redis knows it by."""
        return hashlib.sha1(self.text.encode(), usedforsecurity=False).hexdigest()


class RedisServer:
    """Runs commands and scripts. May be used by several threads.

    Args:
        connect: makes the client, at the first call. It may retry once, and nobody else does.
        monotonic: seconds.
        opened: see `Breaker`.
    """

    def __init__(
        self,
        connect: Callable[[], Any],
        *,
        monotonic: Callable[[], float] = time.monotonic,
        opened: Callable[[str], None] = lambda _name: None,
    ) -> None:
        self._connect = connect
        self._monotonic = monotonic
        self._client: Any = None
        self._complained_at: float | None = None
        # Kept here and not in Redis, for plain reasons.
        self.breaker = Breaker(
            "redis", LocalStates(monotonic), TERMS, monotonic=monotonic, opened=opened
        )

    def call(self, command: str, *arguments: Any, **options: Any) -> Any:
        """The answer to one command, by the name of the client's method.

        Raises:
            DependencyUnavailable: there is none.
        """
        probe = self.breaker.enter()
        try:
            if self._client is None:
                self._client = self._connect()  # a cluster's client asks for its nodes at once
            answer = getattr(self._client, command)(*arguments, **options)
        except _unknown_script():
            self.breaker.succeeded(probe)
            raise
        except _failures() as error:
            self.breaker.failed(probe)
            self._complain(error)
            raise DependencyUnavailable() from error
        self.breaker.succeeded(probe)
        return answer

    def run(self, script: Script, keys: Sequence[str], arguments: Sequence[str | int]) -> Any:
        """The answer of a script, all of whose keys lie in one slot of a cluster.

        Raises:
            DependencyUnavailable: there is none.
        """
        given = len(keys), *keys, *arguments
        try:
            return self.call("evalsha", script.sha1, *given)
        except _unknown_script():  # the first run, or the first after a restart
            return self.call("eval", script.text, *given)

    def close(self) -> None:
        """Close the client's connections."""
        client, self._client = self._client, None
        if client is not None:
            client.close()

    def _complain(self, error: Exception) -> None:
        now = self._monotonic()
        if self._complained_at is None or now - self._complained_at >= COMPLAIN_EVERY_S:
            self._complained_at = now
            _logger.warning("redis does not answer", extra={"reason": type(error).__name__})


# Looked up when something is raised, and no earlier: the container names the class above also for
# functions that never connect and have no client, and a call that goes well pays for neither.


def _unknown_script() -> type[Exception]:
    from redis.exceptions import NoScriptError

    return NoScriptError


def _failures() -> tuple[type[Exception], ...]:
    from redis.exceptions import RedisClusterException, RedisError

    return RedisError, RedisClusterException, OSError


def open_redis(url: str, opened: Callable[[str], None] = lambda _name: None) -> RedisServer:
    """The server at `redis://…`, `rediss://…`, `redis+cluster://…` or `rediss+cluster://…`."""
    return RedisServer(lambda: connect_redis(url), opened=opened)


def connect_redis(url: str) -> Redis | RedisCluster:
    """A client with bounded waits and one retry; `rediss` is TLS, `+cluster` a cluster."""
    from redis import Redis
    from redis.backoff import ExponentialWithJitterBackoff
    from redis.cluster import RedisCluster
    from redis.retry import Retry

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
