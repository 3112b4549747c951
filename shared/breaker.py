"""Circuit breakers: what has failed several times in a row is left alone for a while.

A breaker is CLOSED until `Terms.failures` calls in a row have failed, then OPEN: calls are refused
at once. After `Terms.open_s` it is HALF_OPEN: one call goes through as a probe, and closes the
breaker or opens it again. (M. Nygard, "Release It!", 2007.)

How a breaker behaves to its caller is here; where its state is kept is a `BreakerStates`: in this
process, or in Redis, where all instances open together and only one of them sends the probe.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from .errors import DependencyUnavailable


class State(StrEnum):
    """Of a breaker."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


@dataclass(frozen=True, slots=True)
class Terms:
    """When a breaker opens, and for how long.

    Attributes:
        failures: in a row, before it opens.
        open_s: how long it stays open; failures longer apart than this are not in a row.
        probe_s: how long a probe is waited for before another may go: longer than a call may take.
    """

    failures: int = 5
    open_s: float = 60.0
    probe_s: float = 20.0


@dataclass(frozen=True, slots=True)
class Ruling:
    """The state of a breaker; to whoever asks, HALF_OPEN says that theirs is the probe.

    `wait_s` is how long an open one stays so.
    """

    state: State
    wait_s: float = 0.0


class BreakerStates(Protocol):
    """Where the states of breakers are kept, by name. Each call is one atomic step."""

    def ask(self, name: str, terms: Terms) -> Ruling:
        """Whether a call may be made."""
        ...

    def look(self, name: str, terms: Terms) -> State:
        """Its state, which looking at does not change."""
        ...

    def failed(self, name: str, terms: Terms, *, probe: bool) -> Ruling:
        """A call has failed."""
        ...

    def succeeded(self, name: str, terms: Terms, *, probe: bool) -> None:
        """A call went well after others had failed, or as the probe."""
        ...


@dataclass(slots=True)
class _Record:
    failures: int = 0
    failed_at: float = -math.inf
    open_until: float = -math.inf
    probe_until: float = -math.inf
    opened: bool = False


class LocalStates:
    """The states of this process's breakers; may be used by several threads.

    Args:
        monotonic: seconds.
    """

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._records: dict[str, _Record] = {}
        self._lock = threading.Lock()

    def ask(self, name: str, terms: Terms) -> Ruling:
        """See `BreakerStates`."""
        with self._lock:
            record = self._records.get(name)
            if record is None or not record.opened:
                return Ruling(State.CLOSED)
            now = self._monotonic()
            until = max(record.open_until, record.probe_until)
            if now < until:
                return Ruling(State.OPEN, until - now)
            record.probe_until = now + terms.probe_s
            return Ruling(State.HALF_OPEN)

    def look(self, name: str, terms: Terms) -> State:
        """See `BreakerStates`."""
        with self._lock:
            record, now = self._records.get(name), self._monotonic()
            if record is None or not record.opened:
                return State.CLOSED
            return State.OPEN if now < record.open_until else State.HALF_OPEN

    def failed(self, name: str, terms: Terms, *, probe: bool) -> Ruling:
        """See `BreakerStates`."""
        with self._lock:
            record, now = self._records.setdefault(name, _Record()), self._monotonic()
            if record.opened and not probe:  # a call that began before it opened
                until = max(record.open_until, record.probe_until)
                return Ruling(State.OPEN, max(0.0, until - now))
            in_a_row = record.failures if now - record.failed_at < terms.open_s else 0
            record.failures, record.failed_at = in_a_row + 1, now
            if not probe and record.failures < terms.failures:
                return Ruling(State.CLOSED)
            record.opened, record.failures = True, 0
            record.open_until, record.probe_until = now + terms.open_s, -math.inf
            return Ruling(State.OPEN, terms.open_s)

    def succeeded(self, name: str, terms: Terms, *, probe: bool) -> None:
        """See `BreakerStates`."""
        with self._lock:
            record = self._records.get(name)
            if record is not None and (probe or not record.opened):
                del self._records[name]


class Breaker:
    """One dependency's breaker, as this process sees it.

    While all goes well nothing is asked of `states`: it costs a microsecond. An instance that does
    not know yet that others have opened the breaker learns it from its own first failure.

    Args:
        opened: is told the name whenever this process finds it open, or open again after a probe.
    """

    def __init__(
        self,
        name: str,
        states: BreakerStates,
        terms: Terms | None = None,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        opened: Callable[[str], None] = lambda _name: None,
    ) -> None:
        self.name = name
        self._states = states
        self._opened = opened
        self._terms = terms or Terms()
        self._monotonic = monotonic
        self._has_failed = False
        self._open_until: float | None = None

    @property
    def state(self) -> State:
        """As this process last heard; HALF_OPEN when the next call will ask for the probe."""
        until = self._open_until
        if until is None:
            return State.CLOSED
        return State.OPEN if self._monotonic() < until else State.HALF_OPEN

    def enter(self) -> bool:
        """Begin a call; whether it is the probe. Tell `succeeded` or `failed` how it ended.

        Raises:
            DependencyUnavailable: the breaker is open; `retry_after` says for how long.
        """
        until = self._open_until
        if until is None:
            return False
        left_s = until - self._monotonic()
        if left_s <= 0:
            ruling = self._states.ask(self.name, self._terms)
            if ruling.state is State.HALF_OPEN:
                return True
            if ruling.state is State.CLOSED:
                self._open_until = None
                return False
            left_s = ruling.wait_s
            self._open_until = self._monotonic() + left_s
        raise DependencyUnavailable(retry_after=max(1, math.ceil(left_s)))

    def succeeded(self, probe: bool) -> None:
        """The call that `enter` began has been answered."""
        if probe or self._has_failed:
            self._states.succeeded(self.name, self._terms, probe=probe)
            self._has_failed = False
            if probe:
                self._open_until = None

    def failed(self, probe: bool) -> None:
        """The call that `enter` began has not been answered."""
        self._has_failed = True
        ruling = self._states.failed(self.name, self._terms, probe=probe)
        if ruling.state is State.OPEN:
            if probe or self._open_until is None:
                self._opened(self.name)
            self._open_until = self._monotonic() + ruling.wait_s
