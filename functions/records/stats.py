"""Statistics: how much there is, and how long it took."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.database import Queries


@dataclass(frozen=True, slots=True)
class Durations:
    """How long an operation took; milliseconds."""

    operation: str
    count: int
    failed: int
    p50_ms: float
    p95_ms: float
    p99_ms: float


def count_rows(queries: Queries, *, since: datetime) -> dict[str, Any]:
    """What there is now, and what became of the jobs that were made since then."""
    row = queries.fetch_one(
        """
        SELECT (SELECT count(*) FROM sessions) AS sessions,
               (SELECT count(*) FROM sketches) AS sketches,
               (SELECT count(*) FROM simulations) AS simulations,
               (SELECT count(*) FROM socket_connections) AS socket_connections,
               (SELECT count(*) FROM sketch_cache) AS known_readings,
               (SELECT COALESCE(sum(hit_count), 0)::bigint FROM sketch_cache) AS reading_hits,
               count(*) FILTER (WHERE status = 'queued') AS queued,
               count(*) FILTER (WHERE status = 'running') AS running,
               count(*) FILTER (WHERE status = 'succeeded') AS succeeded,
               count(*) FILTER (WHERE status = 'failed') AS failed,
               count(*) FILTER (WHERE status = 'cancelled') AS cancelled
        FROM jobs WHERE created_at >= %(since)s OR finished_at IS NULL
        """,
        {"since": since},
    )
    assert row is not None  # an aggregate always has its row
    return row


def job_durations(queries: Queries, *, since: datetime) -> list[Durations]:
    """From being sent in to being done, of the jobs that ended well since then."""
    rows = queries.fetch_all(
        """
        SELECT 'job' AS operation, count(*) AS count, 0 AS failed,
               COALESCE(percentile_cont(0.50) WITHIN GROUP (ORDER BY took_ms), 0) AS p50_ms,
               COALESCE(percentile_cont(0.95) WITHIN GROUP (ORDER BY took_ms), 0) AS p95_ms,
               COALESCE(percentile_cont(0.99) WITHIN GROUP (ORDER BY took_ms), 0) AS p99_ms
        FROM (
            SELECT 1000 * extract(epoch FROM finished_at - created_at)::double precision AS took_ms
            FROM jobs WHERE status = 'succeeded' AND finished_at >= %(since)s
        ) AS done
        """,
        {"since": since},
    )
    return [Durations(**row) for row in rows]


def operation_durations(queries: Queries, *, since: datetime) -> list[Durations]:
    """Of each operation that was measured since then, such as the stages of a job."""
    rows = queries.fetch_all(
        """
        SELECT operation, count(*) AS count, count(*) FILTER (WHERE NOT succeeded) AS failed,
               percentile_cont(0.50) WITHIN GROUP (ORDER BY duration_ms) AS p50_ms,
               percentile_cont(0.95) WITHIN GROUP (ORDER BY duration_ms) AS p95_ms,
               percentile_cont(0.99) WITHIN GROUP (ORDER BY duration_ms) AS p99_ms
        FROM performance_metrics WHERE recorded_at >= %(since)s
        GROUP BY operation ORDER BY operation
        """,
        {"since": since},
    )
    return [Durations(**row) for row in rows]
