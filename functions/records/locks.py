"""Locks by name, which expire, with numbers that PostgreSQL checks.

A lock alone protects nothing: its holder may be stopped for longer than the lock lasts, and go on
writing when another has it. So each holder has a fencing number, larger than any before, and writes
only in transactions that have called `check`.

Times are PostgreSQL's, since processes' clocks may differ by more than a lock lasts.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from shared.database import Queries
from shared.errors import Conflict

_FIRST_WAIT_S, _LONGEST_WAIT_S = 0.02, 0.5


class LockLost(Conflict):
    """Another holds the lock, or may by now: what was to be written under it must not be."""

    code = "CONFLICT"


@dataclass(frozen=True, slots=True)
class Lock:
    """A lock that was taken; `fence` is its number."""

    name: str
    holder: str
    fence: int


def acquire(queries: Queries, name: str, holder: str, *, ttl_s: float) -> Lock | None:
    """Take the lock for `ttl_s` seconds; None while another has it. One step.

    Args:
        holder: names whoever takes it, and nobody else.
    """
    row = queries.fetch_one(
        """
        INSERT INTO locks AS kept (name, holder, fence, acquired_at, expires_at)
        VALUES (%(name)s, %(holder)s, 1, clock_timestamp(),
                clock_timestamp() + make_interval(secs => %(ttl_s)s))
        ON CONFLICT (name) DO UPDATE
            SET holder = excluded.holder, fence = kept.fence + 1,
                acquired_at = excluded.acquired_at, expires_at = excluded.expires_at
            WHERE kept.expires_at <= clock_timestamp()
        RETURNING fence
        """,
        {"name": name, "holder": holder, "ttl_s": ttl_s},
    )
    return Lock(name, holder, row["fence"]) if row else None


def wait_for(
    queries: Queries,
    name: str,
    holder: str,
    *,
    ttl_s: float,
    wait_s: float,
    sleep: Callable[[float], None] = time.sleep,
    uniform: Callable[[float, float], float] = random.uniform,
) -> Lock | None:
    """As `acquire`, but wait up to `wait_s` seconds for it."""
    bound_s, waited_s = _FIRST_WAIT_S, 0.0
    while (lock := acquire(queries, name, holder, ttl_s=ttl_s)) is None and waited_s < wait_s:
        pause_s = min(uniform(0.5, 1.0) * bound_s, wait_s - waited_s)
        sleep(pause_s)
        waited_s += pause_s
        bound_s = min(_LONGEST_WAIT_S, 2 * bound_s)
    return lock


def renew(queries: Queries, lock: Lock, *, ttl_s: float) -> bool:
    """Hold the lock for `ttl_s` seconds from now; False where it is lost."""
    return (
        queries.execute(
            """
        UPDATE locks SET expires_at = clock_timestamp() + make_interval(secs => %(ttl_s)s)
        WHERE name = %(name)s AND holder = %(holder)s AND fence = %(fence)s
          AND expires_at > clock_timestamp()
        """,
            {"name": lock.name, "holder": lock.holder, "fence": lock.fence, "ttl_s": ttl_s},
        )
        > 0
    )


def release(queries: Queries, lock: Lock) -> None:
    """Give the lock back, if it is still this holder's.

    Its row stays, with its number, until it is swept: the next number must be larger.
    """
    queries.execute(
        """
        UPDATE locks SET expires_at = clock_timestamp()
        WHERE name = %(name)s AND holder = %(holder)s AND fence = %(fence)s
          AND expires_at > clock_timestamp()
        """,
        {"name": lock.name, "holder": lock.holder, "fence": lock.fence},
    )


def check(transaction: Queries, lock: Lock) -> None:
    """Return if what this transaction writes may be written.

    The lock's row is held until the transaction ends, so nobody takes the lock in between.

    Raises:
        LockLost: it may not.
    """
    row = transaction.fetch_one(
        """
        SELECT fence FROM locks
        WHERE name = %(name)s AND fence = %(fence)s AND expires_at > clock_timestamp()
        FOR SHARE
        """,
        {"name": lock.name, "fence": lock.fence},
    )
    if row is None:
        raise LockLost("Another has taken this over.")


@contextmanager
def held(queries: Queries, name: str, holder: str, *, ttl_s: float) -> Iterator[Lock | None]:
    """Hold a lock for a block, which gets None where another has it."""
    lock = acquire(queries, name, holder, ttl_s=ttl_s)
    try:
        yield lock
    finally:
        if lock is not None:
            release(queries, lock)


def purge_stale_locks(queries: Queries, *, keep_days: int, limit: int = 1000) -> int:
    """Delete up to `limit` locks that nobody has held for so many days; how many it were.

    Days, because with its row a lock's numbers begin anew: no holder may be left that long.
    """
    return queries.execute(
        """
        DELETE FROM locks WHERE name IN (
            SELECT name FROM locks
            WHERE expires_at < clock_timestamp() - make_interval(days => %(keep_days)s)
            ORDER BY expires_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED
        )
        """,
        {"keep_days": keep_days, "limit": limit},
    )
