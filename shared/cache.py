"""What may be lost: values that took long to compute, kept for a while by key.

A cache never fails its caller. When it is down every `get` is a miss and every `set` is forgotten.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol


class Cache(Protocol):
    """One tier: bytes by key, each for a bounded time."""

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

    def get(self, key: str) -> bytes | None:
        """Always a miss."""
        return None

    def set(self, key: str, value: bytes, ttl_s: int) -> None:
        """Forgotten at once."""

    def delete(self, *keys: str) -> None:
        """Nothing to forget."""


class ReadThrough:
    """Cache tiers in a row, the nearest first, in front of a computation.

    Args:
        tiers: each a `Cache`; a value found in a farther tier is copied to the nearer ones.
    """

    def __init__(self, tiers: Sequence[Cache]) -> None:
        self._tiers = tuple(tiers)

    def remember(self, key: str, ttl_s: int, compute: Callable[[], bytes]) -> bytes:
        """The value of `key`: from the nearest tier that has it, or computed and kept.

        Raises whatever `compute` raises; nothing is kept then.
        """
        for depth, tier in enumerate(self._tiers):
            value = tier.get(key)
            if value is not None:
                self._fill(self._tiers[:depth], key, value, ttl_s)
                return value
        value = compute()
        self._fill(self._tiers, key, value, ttl_s)
        return value

    def forget(self, *keys: str) -> None:
        """Delete the keys from every tier, the farthest first so that none is filled again."""
        for tier in reversed(self._tiers):
            tier.delete(*keys)

    @staticmethod
    def _fill(tiers: Sequence[Cache], key: str, value: bytes, ttl_s: int) -> None:
        for tier in tiers:
            tier.set(key, value, ttl_s)
