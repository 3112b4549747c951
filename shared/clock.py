"""Time and names as arguments: what the code takes instead of reading the clock by itself."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol

_CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"
_RANDOM_BITS = 80


class Clock(Protocol):
    """Tells the time of day, for what is written down and compared across machines."""

    def now(self) -> datetime:
        """The time of day, in UTC and aware of it."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """The time of day, in UTC."""
        return datetime.now(UTC)


NewId = Callable[[str], str]
"""Makes an id that was never used from a prefix that says what it names: `job` gives `job_…`."""


def new_id(prefix: str) -> str:
    """A fresh id: 48 bits of milliseconds, then 80 random ones, in base 32 (the ULID's layout).

    Rows that are made together lie together in an index, and no id can be guessed from another.
    Made of letters, digits and `_`, so it may name a state machine's execution.
    """
    bits = (time.time_ns() // 1_000_000) << _RANDOM_BITS | secrets.randbits(_RANDOM_BITS)
    digits = "".join(_CROCKFORD[bits >> shift & 31] for shift in range(125, -1, -5))
    return f"{prefix}_{digits}"
