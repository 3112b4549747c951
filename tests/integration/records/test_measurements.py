"""Measurements in batches, and what statistics make of them, on a real PostgreSQL."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from records.measurements import Recorder, purge_measurements, write_measured
from records.stats import load_stats
from shared.measure import Measured, Measurements, Timing, emit
from shared.postgres import Postgres, open_postgres
from tests.api_client import NOW, SetClock


def recorder_of(
    database: Postgres, clock: SetClock, passed: list[float]
) -> tuple[Recorder, Measurements]:
    measurements = Measurements(clock)
    return Recorder(measurements, database, clock, monotonic=lambda: passed[0]), measurements


def test_it_is_written_once_in_a_while_and_all_of_it(database: Postgres) -> None:
    passed, clock = [0.0], SetClock()
    recorder, measurements = recorder_of(database, clock, passed)
    for _ in range(100):
        measurements.record("api.GET /v1/x", 5.0, size=7)
        measurements.count("cache.redis.hits")
        recorder.write_if_due()
    assert database.fetch_one("SELECT count(*) AS n FROM performance_metrics") == {"n": 0}

    passed[0] = 10.0
    writing = recorder.write_if_due()
    assert writing is not None
    writing.join()
    assert recorder.write_if_due() is None
    recorder.write()

    row = database.fetch_one(
        "SELECT count(*) AS n, min(bytes) AS bytes, max(recorded_at) AS at FROM performance_metrics"
    )
    assert row == {"n": 100, "bytes": 7, "at": NOW}
    assert load_stats(database, since=NOW).counters == {"cache.redis.hits": 100}


def test_processes_add_their_counts_up(database: Postgres) -> None:
    for by in (1, 2, 3):
        write_measured(database, Measured({"a": by, "b": 1}, ()), now=NOW)
    write_measured(database, Measured({"a": 100}, ()), now=NOW - timedelta(hours=2))

    assert load_stats(database, since=NOW - timedelta(hours=1)).counters == {"a": 6, "b": 3}
    assert load_stats(database, since=NOW - timedelta(hours=3)).counters == {"a": 106, "b": 3}


def test_percentiles_are_the_textbooks(database: Postgres) -> None:
    timings = tuple(
        Timing("read", float(n), succeeded=n % 10 != 0, recorded_at=NOW) for n in range(101)
    )
    write_measured(database, Measured({}, timings), now=NOW)

    [found] = [one for one in load_stats(database, since=NOW).durations if one.operation == "read"]
    assert (found.count, found.failed) == (101, 11)
    assert (found.p50_ms, found.p95_ms, found.p99_ms) == (50.0, 95.0, 99.0)


def test_a_database_that_is_down_costs_a_batch_and_nothing_else() -> None:
    clock = SetClock()
    down = open_postgres("postgresql://nobody@127.0.0.1:9/none")
    recorder, measurements = recorder_of(down, clock, [0.0])
    measurements.count("a")

    recorder.write()

    assert measurements.take() == Measured({}, ())


def test_nobody_waits_while_a_batch_is_written(postgres_url: str, database: Postgres) -> None:
    passed = [0.0]
    own = open_postgres(postgres_url)
    recorder, measurements = recorder_of(own, SetClock(), passed)
    other = open_postgres(postgres_url)
    with other.transaction() as transaction:
        transaction.execute("LOCK TABLE performance_metrics")
        measurements.record("held up", 1.0)
        passed[0] = 10.0
        writing = recorder.write_if_due()
        assert writing is not None
        measurements.record("meanwhile", 1.0)
        passed[0] = 20.0
        assert recorder.write_if_due() is None, "one batch at a time"
        assert writing.is_alive()
    writing.join()
    other.close()

    written = database.fetch_all("SELECT operation FROM performance_metrics")
    assert written == [{"operation": "held up"}]
    assert [one.operation for one in measurements.take().timings] == ["meanwhile"]


def test_timings_in_memory_are_bounded() -> None:
    measurements = Measurements(SetClock(), most=10)
    for number in range(1000):
        measurements.record(str(number), 1.0)

    assert [one.operation for one in measurements.take().timings] == [
        str(number) for number in range(990, 1000)
    ]


def test_what_is_past_its_keep_is_purged(database: Postgres) -> None:
    for days in (0, 29, 31, 40):
        at = NOW - timedelta(days=days)
        write_measured(database, Measured({"a": 1}, (Timing("x", 1.0, True, at),)), now=at)

    assert purge_measurements(database, before=NOW - timedelta(days=30)) == 2
    stats = load_stats(database, since=NOW - timedelta(days=365))
    assert stats.counters == {"a": 2}
    assert [one.count for one in stats.durations if one.operation == "x"] == [2]


def test_metrics_are_emitted_as_cloudwatch_reads_them(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "StatsFunction")
    emit(Measured({"cache.redis.hits": 3}, (Timing("api.GET /v1/x", 5.0, True, NOW),) * 2))

    [line] = capsys.readouterr().out.strip().splitlines()
    found = json.loads(line)
    assert found["cache.redis.hits"] == [3.0]
    assert found["api.GET /v1/x"] == [5.0, 5.0]
    [directive] = found["_aws"]["CloudWatchMetrics"]
    assert directive["Namespace"] == "SimGen"
    assert {one["Unit"] for one in directive["Metrics"]} == {"Count", "Milliseconds"}
