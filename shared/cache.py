"""What may be lost: values that took long to compute, kept for a while by key.

A cache never fails its caller. When it is down every `get` is a miss and every `set` is forgotten.
"""

from __future__ import annotations

import struct
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from .measure import Measurements

NEGATIVE_TTL_S = 30
"""How long it is remembered that there is no such thing."""
MAX_ENTRIES = 1000
MAX_BYTES = 32 * 1024 * 1024
LONGEST_IN_MEMORY_S = 60
"""What one instance forgets, because its owner deleted it, others may hold for so long."""
FLIGHT_S = 20.0
"""The longest that one asker's computation is waited for by the others."""
_LOOK_EVERY_S = 0.02

_HEAD = struct.Struct(">?d")


class Cache(Protocol):
    """One tier: bytes by key, each for a bounded time."""

    @property
    def name(self) -> str:
        """What the tier's hits and misses are counted under."""
        ...

    def get(self, key: str) -> bytes | None:
        """The value, or None when it isn't there, has expired or can't be reached."""
        ...

    def set(self, key: str, value: bytes, ttl_s: int) -> None:
        """Keep `value` for at most `ttl_s` seconds."""
        ...

    def delete(self, *keys: str) -> None:
        """Forget the keys."""
        ...


class NoCache:
    """Keeps nothing: what `ENABLE_CACHING=false` binds."""

    name = "none"

    def get(self, key: str) -> bytes | None:
        """Always a miss."""
        return None

    def set(self, key: str, value: bytes, ttl_s: int) -> None:
        """Forgotten at once."""

    def delete(self, *keys: str) -> None:
        """Nothing to forget."""


class MemoryCache:
    """This process's tier: the least recently used goes first. May be used by several threads.

    Args:
        most: entries.
        most_bytes: of keys and values together; a value larger than an eighth is not kept.
        longest_s: beyond which nothing is kept, whatever its time.
        monotonic: seconds.
        measurements: what evictions are counted in.
    """

    name = "memory"

    def __init__(
        self,
        *,
        most: int = MAX_ENTRIES,
        most_bytes: int = MAX_BYTES,
        longest_s: int = LONGEST_IN_MEMORY_S,
        monotonic: Callable[[], float] = time.monotonic,
        measurements: Measurements | None = None,
    ) -> None:
        self._most = most
        self._most_bytes = most_bytes
        self._longest_s = longest_s
        self._monotonic = monotonic
        self._measurements = measurements
        self._lock = threading.Lock()
        self._entries: OrderedDict[str, tuple[bytes, float]] = OrderedDict()
        self._bytes = 0

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def size(self) -> int:
        """Bytes of keys and values."""
        return self._bytes

    def get(self, key: str) -> bytes | None:
        """See `Cache`."""
        with self._lock:
            entry = self._entries.get(key)
            if entry is None:
                return None
            if self._monotonic() >= entry[1]:
                self._drop(key)
                return None
            self._entries.move_to_end(key)
            return entry[0]

    def set(self, key: str, value: bytes, ttl_s: int) -> None:
        """See `Cache`."""
        size = len(key) + len(value)
        with self._lock:
            self._drop(key)
            if size > self._most_bytes // 8:
                return
            until = self._monotonic() + min(ttl_s, self._longest_s)
            self._entries[key] = value, until
            self._bytes += size
            while len(self._entries) > self._most or self._bytes > self._most_bytes:
                self._drop(next(iter(self._entries)))
                if self._measurements is not None:
                    self._measurements.count("cache.memory.evictions")

    def delete(self, *keys: str) -> None:
        """See `Cache`."""
        with self._lock:
            for key in keys:
                self._drop(key)

    def _drop(self, key: str) -> None:
        entry = self._entries.pop(key, None)
        if entry is not None:
            self._bytes -= len(key) + len(entry[0])


@dataclass(frozen=True, slots=True)
class Entry:
    """What tiers keep: a value, or that there is none, and until when (seconds since 1970)."""

    value: bytes | None
    expires_at: float

    def to_bytes(self) -> bytes:
        """For a tier."""
        return _HEAD.pack(self.value is not None, self.expires_at) + (self.value or b"")

    @classmethod
    def from_bytes(cls, data: bytes) -> Entry | None:
        """The entry that `to_bytes` wrote; None for anything else, which counts as a miss."""
        try:
            there, expires_at = _HEAD.unpack_from(data)
        except struct.error:
            return None
        return cls(data[_HEAD.size :] if there else None, expires_at)


class Flights(Protocol):
    """Says who of many askers computes, across processes."""

    def begin(self, key: str, longest_s: float) -> str | None:
        """Take the key: a token, or None while another has it. Given up after `longest_s`."""
        ...

    def end(self, key: str, token: str) -> None:
        """Give the key back, if it is still this token's."""
        ...


class NoFlights:
    """Lets everybody compute: where processes share nothing."""

    def begin(self, key: str, longest_s: float) -> str | None:
        """Always."""
        return "alone"

    def end(self, key: str, token: str) -> None:
        """Nothing to give back."""


class ReadThrough:
    """Cache tiers in a row, the nearest first, in front of a computation.

    Many who ask for the same at once wait for one who computes it: threads for a thread, processes
    for a process. May be used by several threads.

    Args:
        tiers: a value found in a farther tier is copied to the nearer ones, for what is left of its
            time.
        flights: across processes.
        measurements: what hits and misses are counted in, by tier.
        now: seconds since 1970.
        sleep: waits for so many seconds.
    """

    def __init__(
        self,
        tiers: Sequence[Cache],
        *,
        flights: Flights | None = None,
        measurements: Measurements | None = None,
        now: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._tiers = tuple(tiers)
        self._flights = flights or NoFlights()
        self._measurements = measurements
        self._now = now
        self._sleep = sleep
        self._lock = threading.Lock()
        self._under_way: dict[str, tuple[threading.Lock, int]] = {}

    def remember(self, key: str, ttl_s: int, compute: Callable[[], bytes]) -> bytes:
        """The value of `key`: from the nearest tier that has it, or computed and kept.

        Raises whatever `compute` raises; nothing is kept then.
        """
        value = self.find(key, ttl_s, compute)
        # Where another use of the key remembers that there is nothing, that is not for us.
        return compute() if value is None else value

    def find(
        self,
        key: str,
        ttl_s: int,
        compute: Callable[[], bytes | None],
        *,
        negative_ttl_s: int = NEGATIVE_TTL_S,
    ) -> bytes | None:
        """As `remember`, for what may not be there: None is kept too, for a short time."""
        entry = self._look(key, counted=True)
        if entry is not None:
            return entry.value
        with self._alone(key):
            token = self._take_off(key)
            try:
                entry = self._look(key)  # another may have computed it meanwhile
                if entry is not None:
                    return entry.value
                value = compute()
                lasts_s = ttl_s if value is not None else negative_ttl_s
                self._fill(self._tiers, key, Entry(value, self._now() + lasts_s))
                return value
            finally:
                if token is not None:
                    self._flights.end(key, token)

    def forget(self, *keys: str) -> None:
        """Delete the keys from every tier, the farthest first so that none is filled again."""
        for tier in reversed(self._tiers):
            tier.delete(*keys)

    def _take_off(self, key: str) -> str | None:
        """Wait for the flight, or for the value that another process computes on it.

        None where the other has taken too long: then it is computed twice.
        """
        waited_s = 0.0
        while (token := self._flights.begin(key, FLIGHT_S)) is None and waited_s < FLIGHT_S:
            self._sleep(_LOOK_EVERY_S)
            waited_s += _LOOK_EVERY_S
            if self._look(key) is not None:
                break
        return token

    def _look(self, key: str, *, counted: bool = False) -> Entry | None:
        for depth, tier in enumerate(self._tiers):
            data = tier.get(key)
            entry = Entry.from_bytes(data) if data is not None else None
            found = entry is not None and entry.expires_at > self._now()
            if counted and self._measurements is not None:
                self._measurements.count(f"cache.{tier.name}.{'hits' if found else 'misses'}")
            if found and entry is not None:
                self._fill(self._tiers[:depth], key, entry)
                return entry
        return None

    def _fill(self, tiers: Sequence[Cache], key: str, entry: Entry) -> None:
        left_s = int(entry.expires_at - self._now() + 0.5)
        if left_s > 0:
            data = entry.to_bytes() if tiers else b""
            for tier in tiers:
                tier.set(key, data, left_s)

    @contextmanager
    def _alone(self, key: str) -> Iterator[None]:
        """One thread of this process at a time for each key."""
        with self._lock:
            lock, waiting = self._under_way.get(key, (threading.Lock(), 0))
            self._under_way[key] = lock, waiting + 1
        try:
            with lock:
                yield
        finally:
            with self._lock:
                lock, waiting = self._under_way[key]
                if waiting == 1:
                    del self._under_way[key]
                else:
                    self._under_way[key] = lock, waiting - 1
