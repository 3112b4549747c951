"""Measurements as rows: written in batches, beside the requests, so that none waits for it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime

from shared.clock import Clock
from shared.database import Database, Queries
from shared.errors import DependencyUnavailable
from shared.measure import Measured, Measurements, emit

WRITE_EVERY_S = 10.0


def write_measured(queries: Queries, measured: Measured, *, now: datetime) -> None:
    """Write timings and counts in one statement."""
    names, timings = sorted(measured.counts), measured.timings
    queries.execute(
        """
        WITH counted AS (
            INSERT INTO counters AS kept (name, hour, value)
            SELECT name, date_trunc('hour', %(now)s::timestamptz, 'UTC'), value
            FROM unnest(%(names)s::text[], %(values)s::bigint[]) AS given (name, value)
            ORDER BY name -- so that two batches at once lock their rows in one order
            ON CONFLICT (name, hour) DO UPDATE SET value = kept.value + excluded.value
        )
        INSERT INTO performance_metrics (operation, duration_ms, bytes, succeeded, recorded_at)
        SELECT * FROM unnest(%(operations)s::text[], %(durations)s::double precision[],
                             %(sizes)s::bigint[], %(successes)s::boolean[],
                             %(times)s::timestamptz[])
        """,
        {
            "now": now,
            "names": names,
            "values": [measured.counts[name] for name in names],
            "operations": [one.operation for one in timings],
            "durations": [one.duration_ms for one in timings],
            "sizes": [one.bytes for one in timings],
            "successes": [one.succeeded for one in timings],
            "times": [one.recorded_at for one in timings],
        },
    )


def purge_measurements(queries: Queries, *, before: datetime, limit: int = 5000) -> int:
    """Delete up to `limit` timings, and the counters of the hours, from before then; how many."""
    return queries.execute(
        """
        WITH counted AS (DELETE FROM counters WHERE hour < %(before)s)
        DELETE FROM performance_metrics WHERE id IN (
            SELECT id FROM performance_metrics WHERE recorded_at < %(before)s
            ORDER BY recorded_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED
        )
        """,
        {"before": before, "limit": limit},
    )


class Recorder:
    """Writes this process's measurements down, at most once in `every_s` seconds.

    In a thread, which is to be started as an invocation begins, and works beside it: on Lambda
    nothing runs between invocations, and a thread that is frozen with them may find its connection
    gone. A batch that can't be written is lost; it is in the log all the same.

    Args:
        database: of the recorder's own; closed after each batch, for the time until the next.
        monotonic: seconds.
    """

    def __init__(
        self,
        measurements: Measurements,
        database: Database,
        clock: Clock,
        *,
        every_s: float = WRITE_EVERY_S,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._measurements = measurements
        self._database = database
        self._clock = clock
        self._every_s = every_s
        self._monotonic = monotonic
        self._wrote_at = monotonic()
        self._writing: threading.Thread | None = None

    def write_if_due(self) -> threading.Thread | None:
        """Begin to write, if it is time; the thread that does."""
        if self._monotonic() - self._wrote_at < self._every_s:
            return None
        if self._writing is not None and self._writing.is_alive():
            return None
        self._wrote_at = self._monotonic()
        self._writing = threading.Thread(target=self.write, name="measurements", daemon=True)
        self._writing.start()
        return self._writing

    def write(self) -> None:
        """Write what there is, to the log as metrics and to the database as rows."""
        measured = self._measurements.take()
        if not measured.counts and not measured.timings:
            return
        emit(measured)
        try:
            write_measured(self._database, measured, now=self._clock.now())
        except DependencyUnavailable:
            return
        finally:
            self._database.close()
