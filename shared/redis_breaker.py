"""The states of breakers in Redis, where all instances share them."""

from __future__ import annotations

from .breaker import BreakerStates, LocalStates, Ruling, State, Terms
from .errors import DependencyUnavailable
from .redis_server import RedisServer, Script

_SCRIPT = Script("breaker")


class RedisStates:
    """The `BreakerStates` of all instances; this process's own where Redis is gone.

    Args:
        otherwise: what stands in.
    """

    def __init__(self, server: RedisServer, otherwise: BreakerStates | None = None) -> None:
        self._server = server
        self._otherwise = otherwise or LocalStates()

    def ask(self, name: str, terms: Terms) -> Ruling:
        """See `shared.breaker.BreakerStates`."""
        try:
            return self._step("ask", name, terms, probe=False)
        except DependencyUnavailable:
            return self._otherwise.ask(name, terms)

    def look(self, name: str, terms: Terms) -> State:
        """See `shared.breaker.BreakerStates`."""
        try:
            return self._step("look", name, terms, probe=False).state
        except DependencyUnavailable:
            return self._otherwise.look(name, terms)

    def failed(self, name: str, terms: Terms, *, probe: bool) -> Ruling:
        """See `shared.breaker.BreakerStates`."""
        # Both are told, so that a breaker that is open stays so when Redis goes.
        here = self._otherwise.failed(name, terms, probe=probe)
        try:
            return self._step("failed", name, terms, probe=probe)
        except DependencyUnavailable:
            return here

    def succeeded(self, name: str, terms: Terms, *, probe: bool) -> None:
        """See `shared.breaker.BreakerStates`."""
        self._otherwise.succeeded(name, terms, probe=probe)
        try:
            self._step("succeeded", name, terms, probe=probe)
        except DependencyUnavailable:
            return

    def _step(self, event: str, name: str, terms: Terms, *, probe: bool) -> Ruling:
        state, wait_ms = self._server.run(
            _SCRIPT,
            [f"breaker:{name}"],
            [
                event,
                int(probe),
                terms.failures,
                round(terms.open_s * 1000),
                round(terms.probe_s * 1000),
            ],
        )
        return Ruling(State(state.decode()), wait_ms / 1000)
