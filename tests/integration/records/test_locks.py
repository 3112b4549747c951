"""Locks by name on a real PostgreSQL: one holder at a time, and no late writer."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from records import locks
from records.locks import LockLost, acquire, check, held, purge_stale_locks, release, renew
from shared.bounded import BoundedDatabase
from shared.clock import SystemClock
from shared.measure import Measurements
from shared.postgres import Postgres, open_postgres

BRIEF_S = 0.2


@pytest.fixture
def other(postgres_url: str) -> Iterator[Postgres]:
    """Another process's connection."""
    database = open_postgres(postgres_url)
    yield database
    database.close()


def test_a_lock_has_one_holder_at_a_time(database: Postgres, other: Postgres) -> None:
    lock = acquire(database, "sweep", "a", ttl_s=60)
    assert lock is not None
    assert acquire(other, "sweep", "b", ttl_s=60) is None
    assert acquire(other, "another", "b", ttl_s=60) is not None

    release(database, lock)

    assert acquire(other, "sweep", "b", ttl_s=60) is not None


def test_numbers_grow_whether_a_lock_was_given_back_or_has_expired(database: Postgres) -> None:
    fences = []
    for turn in range(4):
        lock = acquire(database, "sweep", f"holder {turn}", ttl_s=BRIEF_S)
        assert lock is not None
        fences.append(lock.fence)
        if turn % 2:
            release(database, lock)
        else:
            time.sleep(BRIEF_S + 0.05)
    assert fences == [1, 2, 3, 4]


def test_who_slept_past_the_end_can_not_write(database: Postgres, other: Postgres) -> None:
    slow = acquire(database, "sweep", "slow", ttl_s=BRIEF_S)
    assert slow is not None
    with database.transaction() as transaction:
        check(transaction, slow)
    time.sleep(BRIEF_S + 0.05)

    # Expired, though nobody has taken it yet.
    with pytest.raises(LockLost), database.transaction() as transaction:
        check(transaction, slow)
    quick = acquire(other, "sweep", "quick", ttl_s=60)
    assert quick is not None
    with pytest.raises(LockLost), database.transaction() as transaction:
        check(transaction, slow)
    assert not renew(database, slow, ttl_s=60)
    release(database, slow)  # takes nothing from the new holder
    with other.transaction() as transaction:
        check(transaction, quick)


def test_nobody_takes_a_lock_between_the_check_and_the_end_of_the_transaction(
    database: Postgres, other: Postgres
) -> None:
    lock = acquire(database, "sweep", "a", ttl_s=BRIEF_S)
    assert lock is not None
    with ThreadPoolExecutor(1) as thread:
        with database.transaction() as transaction:
            check(transaction, lock)
            time.sleep(BRIEF_S + 0.05)
            taking = thread.submit(acquire, other, "sweep", "b", ttl_s=60)
            time.sleep(0.2)
            assert not taking.done()
        assert taking.result(10) is not None


def test_a_lock_that_is_renewed_lasts(database: Postgres) -> None:
    lock = acquire(database, "sweep", "a", ttl_s=BRIEF_S)
    assert lock is not None
    assert renew(database, lock, ttl_s=60)
    time.sleep(BRIEF_S + 0.05)

    assert acquire(database, "sweep", "b", ttl_s=60) is None


def test_waiting_is_bounded_and_ends_when_the_lock_is_free(
    database: Postgres, other: Postgres
) -> None:
    began = time.monotonic()
    acquire(database, "sweep", "a", ttl_s=0.4)

    assert locks.wait_for(other, "sweep", "b", ttl_s=60, wait_s=0.1) is None
    assert locks.wait_for(other, "sweep", "b", ttl_s=60, wait_s=5) is not None
    assert time.monotonic() - began < 3


def test_of_32_at_once_one_gets_it(postgres_url: str, database: Postgres) -> None:
    shared = BoundedDatabase(lambda: open_postgres(postgres_url), Measurements(SystemClock()))
    with ThreadPoolExecutor(32) as threads:
        taken = list(threads.map(lambda n: acquire(shared, "sweep", str(n), ttl_s=60), range(32)))

    assert sum(lock is not None for lock in taken) == 1
    shared.close()


def test_a_block_that_fails_gives_its_lock_back(database: Postgres) -> None:
    with pytest.raises(ZeroDivisionError), held(database, "sweep", "a", ttl_s=60) as lock:
        assert lock is not None
        with held(database, "sweep", "b", ttl_s=60) as second:
            assert second is None
        raise ZeroDivisionError
    assert acquire(database, "sweep", "b", ttl_s=60) is not None


def test_locks_that_nobody_has_held_for_days_are_swept(database: Postgres) -> None:
    for name in ("old", "new", "held"):
        acquire(database, name, "a", ttl_s=60)
    database.execute("UPDATE locks SET expires_at = now() - interval '8 days' WHERE name = 'old'")
    database.execute("UPDATE locks SET expires_at = now() - interval '6 days' WHERE name = 'new'")

    assert purge_stale_locks(database, keep_days=7) == 1
    rows = database.fetch_all("SELECT name FROM locks ORDER BY name")
    assert [row["name"] for row in rows] == ["held", "new"]
