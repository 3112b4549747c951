"""Trying again, at one layer only: capped exponential back-off with full jitter.

After "Exponential Backoff And Jitter" (AWS Architecture Blog, 2015): waiting a random part of a
growing bound spreads the callers best.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from .errors import DependencyUnavailable

_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class Retry:
    """How often and how patiently to try again.

    Attributes:
        retries: tries after the first one.
        first_s: the bound of the first wait; it doubles with each.
        longest_s: the bound's own bound.
        sleep: waits for so many seconds.
        uniform: a random number between two.
    """

    retries: int = 2
    first_s: float = 0.1
    longest_s: float = 2.0
    sleep: Callable[[float], None] = time.sleep
    uniform: Callable[[float, float], float] = random.uniform

    def call(self, work: Callable[[], _Result]) -> _Result:
        """The result of `work`, which may be called several times.

        Raises:
            DependencyUnavailable: the last try's.
            Exception: anything else that `work` raises, at once.
        """
        for tried in range(self.retries):
            try:
                return work()
            except DependencyUnavailable:
                self.sleep(self.uniform(0.0, min(self.longest_s, self.first_s * 2**tried)))
        return work()
