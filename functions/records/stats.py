"""Statistics: how much there is, how long it took, and how often what happened."""

from __future__ import annotations

from collections.abc import Mapping
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


@dataclass(frozen=True, slots=True)
class Stats:
    """How the service is doing.

    `totals` is what there is now and what became of jobs, by name; `counters` is how often things
    happened, by name.
    """

    totals: Mapping[str, int]
    durations: tuple[Durations, ...]
    counters: Mapping[str, int]


def load_stats(queries: Queries, *, since: datetime) -> Stats:
    """All of it, of the time since then, in one query.

    Jobs that are still open count whenever they began.
    """
    row = queries.fetch_one(
        """
        WITH recent AS (
            SELECT status, finished_at,
                   1000 * extract(epoch FROM finished_at - created_at)::double precision AS took_ms
            FROM jobs WHERE created_at >= %(since)s OR finished_at IS NULL
        ),
        outcomes AS (
            SELECT count(*) FILTER (WHERE status = 'queued') AS queued,
                   count(*) FILTER (WHERE status = 'running') AS running,
                   count(*) FILTER (WHERE status = 'succeeded') AS succeeded,
                   count(*) FILTER (WHERE status = 'failed') AS failed,
                   count(*) FILTER (WHERE status = 'cancelled') AS cancelled
            FROM recent
        ),
        timed AS (
            SELECT operation, duration_ms, succeeded FROM performance_metrics
            WHERE recorded_at >= %(since)s
            UNION ALL
            SELECT 'job', took_ms, status = 'succeeded' FROM recent
            WHERE status IN ('succeeded', 'failed')
        ),
        durations AS (
            SELECT operation, count(*) AS count, count(*) FILTER (WHERE NOT succeeded) AS failed,
                   percentile_cont(ARRAY[0.50, 0.95, 0.99])
                       WITHIN GROUP (ORDER BY duration_ms) AS percentiles
            FROM timed GROUP BY operation
        ),
        counted AS (
            SELECT name, sum(value)::bigint AS value FROM counters
            WHERE hour >= date_trunc('hour', %(since)s::timestamptz, 'UTC') GROUP BY name
        ),
        readings AS (
            SELECT count(*) AS known_readings, COALESCE(sum(hit_count), 0)::bigint AS reading_hits
            FROM sketch_cache
        ),
        responses AS (
            SELECT count(*) AS known_responses, COALESCE(sum(hit_count), 0)::bigint AS response_hits
            FROM llm_response_cache
        ),
        locked AS (
            SELECT count(*) FILTER (WHERE expires_at > clock_timestamp()) AS locks_held,
                   count(*) FILTER (WHERE expires_at <= clock_timestamp()) AS locks_stale
            FROM locks
        )
        SELECT (SELECT count(*) FROM sessions) AS sessions,
               (SELECT count(*) FROM sketches) AS sketches,
               (SELECT count(*) FROM simulations) AS simulations,
               (SELECT count(*) FROM socket_connections) AS socket_connections,
               outcomes.*, readings.*, responses.*, locked.*,
               (SELECT COALESCE(jsonb_agg(durations ORDER BY operation), '[]') FROM durations)
                   AS durations,
               (SELECT COALESCE(jsonb_object_agg(name, value), '{}') FROM counted) AS counters
        FROM outcomes, readings, responses, locked
        """,
        {"since": since},
    )
    assert row is not None  # an aggregate always has its row
    durations, counters = row.pop("durations"), row.pop("counters")
    return Stats(row, tuple(_durations(each) for each in durations), counters)


def _durations(found: Mapping[str, Any]) -> Durations:
    return Durations(found["operation"], found["count"], found["failed"], *found["percentiles"])
