"""Calling what may be down: trying again at one layer only, within a budget, behind a breaker.

Waits are after "Exponential Backoff And Jitter" (AWS Architecture Blog, 2015): a random part of a
growing bound spreads the callers best. The budget is after the "Site Reliability Workbook"'s client
throttling and Finagle's RetryBudget: what is dead sees at most a tenth more than it was offered.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from .breaker import Breaker, BreakerStates, LocalStates, State, Terms
from .errors import DependencyUnavailable

BUDGET = 0.1
"""Retries for each call."""
_MOST_SAVED = 10.0
_AT_FIRST = 2.0
"""A new instance may give its first call the retries of a policy."""

_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class Policy:
    """How patient we are with one dependency.

    Attributes:
        name: of the dependency.
        timeout_s: the longest that one try takes; what makes the client sees to it.
        retries: tries after the first one.
        first_s: the bound of the first wait; it doubles with each.
        longest_s: the bound's own bound, and the longest wait that the dependency may ask for.
        patience_s: no retry begins later than so long after the first try.
        terms: of its breaker.
    """

    name: str
    timeout_s: float = 15.0
    retries: int = 2
    first_s: float = 2.0
    longest_s: float = 8.0
    patience_s: float = 20.0
    terms: Terms = field(default_factory=Terms)


OBJECTS = Policy("objects", timeout_s=5.0, first_s=0.2)
"""S3. A person waits, so the first wait is short."""
EXECUTIONS = Policy("state_machine", timeout_s=5.0, first_s=0.5)
SOCKETS = Policy("sockets", timeout_s=3.0, retries=1, first_s=0.1, patience_s=2.0)
"""A push is a courtesy: it must not hold up the work it tells of."""
LABELS = Policy("label_reader", timeout_s=15.0)
"""Textract."""
LANGUAGE = Policy("language_model", timeout_s=15.0)
"""Bedrock."""


ALL_POLICIES = (OBJECTS, EXECUTIONS, SOCKETS, LABELS, LANGUAGE)


class RetryBudget:
    """How many retries are left: each call adds `BUDGET`, each retry takes one."""

    def __init__(self) -> None:
        self._left = _AT_FIRST
        self._lock = threading.Lock()

    def add(self) -> None:
        """Count a call."""
        with self._lock:
            self._left = min(_MOST_SAVED, self._left + BUDGET)

    def take(self) -> bool:
        """Take a retry, if one is left."""
        with self._lock:
            if self._left < 1:
                return False
            self._left -= 1
            return True


class Guard:
    """Calls one dependency, as its policy says. May be used by several threads.

    Args:
        breaker: the dependency's; one of this process's own by default.
        sleep: waits for so many seconds.
        uniform: a random number between two.
        monotonic: seconds.
    """

    def __init__(
        self,
        policy: Policy,
        breaker: Breaker | None = None,
        *,
        sleep: Callable[[float], None] = time.sleep,
        uniform: Callable[[float, float], float] = random.uniform,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.policy = policy
        self.breaker = breaker or Breaker(policy.name, LocalStates(), policy.terms)
        self._budget = RetryBudget()
        self._sleep = sleep
        self._uniform = uniform
        self._monotonic = monotonic

    def call(self, work: Callable[[], _Result]) -> _Result:
        """The result of `work`, which may be called several times.

        Raises:
            DependencyUnavailable: the last try's; or at once, while the breaker is open.
            Exception: anything else that `work` raises, at once: the dependency has answered.
        """
        self._budget.add()
        began = self._monotonic()
        tried = 0
        while True:
            probe = self.breaker.enter()
            try:
                result = work()
            except DependencyUnavailable as error:
                self.breaker.failed(probe)
                wait_s = self._wait(tried, error)
                if not self._may_retry(tried, began, wait_s):
                    raise
            except Exception:
                self.breaker.succeeded(probe)
                raise
            else:
                self.breaker.succeeded(probe)
                return result
            tried += 1
            self._sleep(wait_s)

    def _wait(self, tried: int, error: DependencyUnavailable) -> float:
        """Seconds: at random, and no less than the dependency asked for."""
        bound = min(self.policy.longest_s, self.policy.first_s * 2**tried)
        return max(self._uniform(0.0, bound), error.asked_wait_s)

    def _may_retry(self, tried: int, began: float, wait_s: float) -> bool:
        return (
            tried < self.policy.retries
            and self.breaker.state is State.CLOSED
            and wait_s <= self.policy.longest_s
            and self._monotonic() - began + wait_s <= self.policy.patience_s
            and self._budget.take()
        )


class Guards:
    """The guards of this process, one a dependency.

    Args:
        states: where their breakers' states are kept.
        opened: see `Breaker`.
    """

    def __init__(
        self, states: BreakerStates, opened: Callable[[str], None] = lambda _name: None
    ) -> None:
        self._states = states
        self._opened = opened
        self._guards: dict[str, Guard] = {}

    def of(self, policy: Policy) -> Guard:
        """The guard of a dependency; the same each time."""
        found = self._guards.get(policy.name)
        if found is None:
            breaker = Breaker(policy.name, self._states, policy.terms, opened=self._opened)
            found = self._guards[policy.name] = Guard(policy, breaker)
        return found

    def states(self) -> dict[str, State]:
        """Of all dependencies' breakers, by name, whether this process calls them or not."""
        return {one.name: self._states.look(one.name, one.terms) for one in ALL_POLICIES}


def asked_wait_s(headers: Iterable[tuple[str, str]]) -> float:
    """The seconds that an answer's `Retry-After` asks for; 0 where it says nothing of the kind.

    A date, its other form, is not read: none of our dependencies sends one.
    """
    for name, value in headers:
        if name.lower() == "retry-after" and value.isascii() and value.isdigit():
            return float(value)
    return 0.0
