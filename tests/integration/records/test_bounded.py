"""A database that is asked for no more at once than it can do, over a real PostgreSQL."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from shared.bounded import BoundedDatabase
from shared.clock import SystemClock
from shared.errors import DependencyUnavailable
from shared.measure import Measurements
from shared.postgres import Postgres, open_postgres


@pytest.fixture
def measurements() -> Measurements:
    return Measurements(SystemClock())


@pytest.fixture
def bounded(
    postgres_url: str, database: Postgres, measurements: Measurements
) -> Iterator[BoundedDatabase]:
    found = BoundedDatabase(lambda: open_postgres(postgres_url), measurements, most=3, wait_s=0.3)
    yield found
    found.close()


def test_no_more_than_so_many_run_at_once_and_the_others_wait(
    bounded: BoundedDatabase, measurements: Measurements
) -> None:
    deepest = []

    def work(_: int) -> None:
        with bounded.transaction() as transaction:
            deepest.append(bounded.depth)
            transaction.execute("SELECT pg_sleep(0.02)")

    with ThreadPoolExecutor(12) as threads:
        list(threads.map(work, range(24)))

    assert max(deepest) == 3
    assert bounded.depth == 0
    assert measurements.take().counts == {"database.done": 24}


def test_who_waits_too_long_is_told_to_come_back(
    bounded: BoundedDatabase, measurements: Measurements
) -> None:
    done = threading.Event()

    def hold() -> None:
        with bounded.transaction():
            done.wait(10)

    with ThreadPoolExecutor(3) as threads:
        holding = [threads.submit(hold) for _ in range(3)]
        while bounded.depth < 3:
            time.sleep(0.01)
        began = time.monotonic()
        with pytest.raises(DependencyUnavailable) as refused:
            bounded.fetch_one("SELECT 1")
        assert 0.25 < time.monotonic() - began < 2
        done.set()
        for each in holding:
            each.result(10)

    assert refused.value.retry_after == 10
    assert measurements.take().counts["database.rejected"] == 1
    assert bounded.fetch_one("SELECT 1 AS one") == {"one": 1}


def test_what_fails_gives_its_place_back(bounded: BoundedDatabase) -> None:
    for _ in range(10):
        with pytest.raises(ZeroDivisionError), bounded.transaction() as transaction:
            transaction.execute("INSERT INTO sessions VALUES ('a', now(), now())")
            raise ZeroDivisionError
    assert bounded.depth == 0
    assert bounded.fetch_one("SELECT count(*) AS n FROM sessions") == {"n": 0}


def test_one_at_a_time_needs_one_connection(bounded: BoundedDatabase) -> None:
    pids = {str(bounded.fetch_one("SELECT pg_backend_pid() AS pid")) for _ in range(10)}

    assert len(pids) == 1


def find_slowly(database: BoundedDatabase) -> None:
    database.execute("SELECT pg_sleep(0.05)")


def test_a_slow_operation_is_logged_by_its_name(
    bounded: BoundedDatabase,
    measurements: Measurements,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("shared.bounded.SLOW_S", 0.04)

    find_slowly(bounded)
    bounded.fetch_one("SELECT 1")

    [record] = [each for each in caplog.records if each.levelno == logging.WARNING]
    assert record.operation.endswith("test_bounded.find_slowly")  # type: ignore[attr-defined]
    assert record.duration_ms >= 40  # type: ignore[attr-defined]
    assert measurements.take().counts == {"database.done": 2, "database.slow": 1}
