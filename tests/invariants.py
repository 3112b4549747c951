"""What must hold of the stores at any moment, whatever was cut, killed or sent twice."""

from __future__ import annotations

from schedules.resume_jobs import MAX_ATTEMPTS
from shared.database import Queries, Row
from shared.objects import ObjectStore

# One query, so that all of it is seen at one moment.
_BROKEN = """
    SELECT 'a simulation has not exactly one job' AS what, simulations.id FROM simulations
    LEFT JOIN jobs ON simulation_id = simulations.id GROUP BY simulations.id
    HAVING count(jobs.id) <> 1
    UNION ALL
    SELECT 'a job and its simulation differ in status', jobs.id FROM jobs
    JOIN simulations ON simulations.id = simulation_id WHERE jobs.status <> simulations.status
    UNION ALL
    SELECT 'a job and its simulation differ in owner or sketch', jobs.id FROM jobs
    JOIN simulations ON simulations.id = simulation_id
    WHERE (jobs.owner_id, jobs.sketch_id) IS DISTINCT FROM
          (simulations.owner_id, simulations.sketch_id)
    UNION ALL
    SELECT 'a simulation and its sketch differ in owner', simulations.id FROM simulations
    JOIN sketches ON sketches.id = sketch_id WHERE sketches.owner_id <> simulations.owner_id
    UNION ALL
    SELECT 'a job is given another job to do', id FROM jobs
    WHERE request ->> 'job_id' <> id OR request ->> 'simulation_id' <> simulation_id
    UNION ALL
    SELECT 'a job was started more often than it may be', id FROM jobs WHERE attempt > %(attempts)s
    UNION ALL
    SELECT 'a job has succeeded and its motion is not all there', simulations.id
    FROM simulations LEFT JOIN recordings ON simulation_id = simulations.id
    WHERE status = 'succeeded' AND (complete IS NOT TRUE OR prefix <> trajectory_prefix
          OR ends[cardinality(ends)] <> simulations.frames)
    UNION ALL
    SELECT 'a job has failed and says nothing of why', id FROM jobs
    WHERE status = 'failed' AND (COALESCE(error ->> 'code', '') = ''
                                 OR COALESCE(error ->> 'detail', '') = '')
    UNION ALL
    SELECT 'a sketch shows less than was said of it', sketches.id FROM sketches
    JOIN jobs ON sketch_id = sketches.id
    WHERE jobs.status = 'succeeded' AND jobs.request ? 'corrections_version'
          AND analysis_version < (jobs.request ->> 'corrections_version')::int
    UNION ALL
    SELECT 'a key is taken and has no answer', key FROM idempotency_keys WHERE status IS NULL
    UNION ALL
    SELECT 'two keys tell of one job', body ->> 'job_id' FROM idempotency_keys
    WHERE body ? 'job_id' GROUP BY body ->> 'job_id' HAVING count(*) > 1
    UNION ALL
    SELECT 'a subscription or a play is another owner''s', connection_id
    FROM socket_subscriptions JOIN socket_connections ON socket_connections.id = connection_id
    JOIN jobs ON jobs.id = job_id WHERE jobs.owner_id <> socket_connections.owner_id
"""

# Holds only where nobody has deleted anything.
_LOST = """
    SELECT 'a sketch has no simulation' AS what, id FROM sketches
    WHERE id NOT IN (SELECT sketch_id FROM simulations WHERE sketch_id IS NOT NULL)
    UNION ALL
    SELECT 'an answer tells of no job', key FROM idempotency_keys
    WHERE body ? 'job_id' AND body ->> 'job_id' NOT IN (SELECT id FROM jobs)
    UNION ALL
    SELECT 'an answer tells of no upload', key FROM idempotency_keys
    WHERE body ? 'upload_id' AND body ->> 'upload_id' NOT IN (SELECT id FROM uploads)
"""

_REFERRED = """
    SELECT image_key AS key FROM sketches
    UNION SELECT analysis_key FROM sketches
    UNION SELECT analysis_key FROM sketch_cache
    UNION SELECT unnest(ARRAY[analysis_key, model_key, preview_png_key, preview_gif_key])
          FROM simulations
    UNION SELECT trajectory_prefix || unnest(ARRAY['header.json', 'energy.json', 'summary.json'])
          FROM simulations
    UNION SELECT prefix || lpad((place - 1)::text, 5, '0') || '.chunk'
          FROM recordings, generate_series(1, cardinality(ends)) AS place
"""


def broken(queries: Queries) -> list[Row]:
    """What is half-written, contradicts itself or was done twice, as `what` and `id`."""
    return queries.fetch_all(_BROKEN, {"attempts": MAX_ATTEMPTS})


def lost(queries: Queries) -> list[Row]:
    """What is gone that nobody has deleted: for tests that delete nothing."""
    return queries.fetch_all(_LOST)


def missing(queries: Queries, objects: ObjectStore) -> list[str]:
    """The keys that rows refer to and that no object has."""
    found = queries.fetch_all(f"SELECT key FROM ({_REFERRED}) AS referred WHERE key IS NOT NULL")
    return sorted(row["key"] for row in found if objects.head(row["key"]) is None)


def unfinished(queries: Queries) -> list[Row]:
    """The jobs that are open: none, once everything has had its time."""
    return queries.fetch_all(
        "SELECT id, status, stage, attempt FROM jobs WHERE finished_at IS NULL ORDER BY id"
    )


def check(queries: Queries, objects: ObjectStore | None = None, *, deleted: bool = False) -> None:
    """Fail the test where anything does not hold.

    Args:
        deleted: whether somebody has deleted anything.
    """
    assert broken(queries) == []
    assert deleted or lost(queries) == []
    assert objects is None or missing(queries, objects) == []
