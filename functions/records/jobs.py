"""Jobs: the truth about what is being computed.

A job goes queued → running → succeeded, failed or cancelled, and nothing changes it after that.
Every change is one conditional statement that writes the job and its simulation together, so two
executions of one job, or a cancel that meets a success, leave exactly one outcome. It locks the
simulation before the job, as a deletion does, so that neither waits for the other in a circle.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, LiteralString

from shared.database import Queries, Row, json_text
from shared.errors import JobFinished, NotFound, Problem

from .simulations import Outcome, Status

STAGES = ("prepare", "read", "relate", "compile", "simulate", "publish")
"""In the order a job goes through them; some jobs begin at a later one."""

_COLUMNS: LiteralString = """
    id, owner_id, sketch_id, simulation_id, status, stage, progress, attempt, version, request,
    result, error, created_at, updated_at, finished_at
"""

_HELD: LiteralString = """
    held AS (
        SELECT id FROM simulations
        WHERE id = (SELECT simulation_id FROM jobs WHERE id = %(id)s) FOR UPDATE
    )
"""

# How long the stage took that a job has left: by the row as it was before the statement.
_TIMED: LiteralString = """
    timed AS (
        INSERT INTO performance_metrics (operation, duration_ms, succeeded, recorded_at)
        SELECT 'stage.' || was.stage,
               GREATEST(0, 1000 * extract(epoch FROM %(now)s - was.stage_at)),
               written.status <> 'failed', %(now)s
        FROM jobs AS was JOIN written USING (id)
        WHERE was.stage_at IS NOT NULL
          AND (was.stage <> written.stage OR written.finished_at IS NOT NULL)
    )
"""


@dataclass(frozen=True, slots=True)
class Job:
    """One job.

    `progress` is from 0 to 1. `version` grows with every change, for those who wait for one.
    `attempt` counts the executions that were started, and with the id names the next one.
    `request` is what is to be done, `result` what a success says, `error` the problem of a
    failure as `Problem.to_json` writes it.
    """

    id: str
    owner_id: str
    simulation_id: str
    request: Mapping[str, Any]
    created_at: datetime
    updated_at: datetime
    sketch_id: str | None = None
    status: Status = "queued"
    stage: str | None = None
    progress: float = 0.0
    attempt: int = 0
    version: int = 1
    result: Mapping[str, Any] | None = None
    error: Mapping[str, Any] | None = None
    finished_at: datetime | None = None

    @property
    def finished(self) -> bool:
        """Whether the job has its outcome."""
        return self.finished_at is not None

    @property
    def execution_name(self) -> str:
        """What the state machine's execution of this attempt is called: the same for the same.

        Starting it twice under one name runs it once, so the first resumption has the name of the
        first start: if that start was lost it makes up for it, if not it does nothing.
        """
        return self.id if self.attempt <= 1 else f"{self.id}-{self.attempt}"

    @property
    def given(self) -> Mapping[str, Any]:
        """What its executions are given. Jobs from before request ids were kept have none."""
        return {"request_id": None, **self.request}


def insert_job(queries: Queries, job: Job) -> None:
    """Write a new, queued job."""
    queries.execute(
        """
        INSERT INTO jobs (id, owner_id, sketch_id, simulation_id, request, created_at, updated_at)
        VALUES (%(id)s, %(owner_id)s, %(sketch_id)s, %(simulation_id)s, %(request)s::jsonb,
                %(created_at)s, %(updated_at)s)
        """,
        {
            "id": job.id,
            "owner_id": job.owner_id,
            "sketch_id": job.sketch_id,
            "simulation_id": job.simulation_id,
            "request": json_text(job.request),
            "created_at": job.created_at,
            "updated_at": job.updated_at,
        },
    )


def find_job(queries: Queries, owner_id: str, job_id: str) -> Job | None:
    """The owner's job, or None."""
    row = queries.fetch_one(
        f"SELECT {_COLUMNS} FROM jobs WHERE id = %(id)s AND owner_id = %(owner_id)s",
        {"id": job_id, "owner_id": owner_id},
    )
    return Job(**row) if row else None


def latest_job_of_sketch(queries: Queries, owner_id: str, sketch_id: str) -> Job | None:
    """The owner's newest job on the sketch, or None."""
    row = queries.fetch_one(
        f"""
        SELECT {_COLUMNS} FROM jobs WHERE sketch_id = %(sketch_id)s AND owner_id = %(owner_id)s
        ORDER BY created_at DESC, id DESC LIMIT 1
        """,
        {"sketch_id": sketch_id, "owner_id": owner_id},
    )
    return Job(**row) if row else None


def latest_job_of_simulation(queries: Queries, owner_id: str, simulation_id: str) -> Job | None:
    """The owner's newest job on the simulation, or None."""
    row = queries.fetch_one(
        f"""
        SELECT {_COLUMNS} FROM jobs
        WHERE simulation_id = %(simulation_id)s AND owner_id = %(owner_id)s
        ORDER BY created_at DESC, id DESC LIMIT 1
        """,
        {"simulation_id": simulation_id, "owner_id": owner_id},
    )
    return Job(**row) if row else None


def load_job(queries: Queries, job_id: str) -> Job:
    """The job, whoever owns it: for tasks, which act for the owner.

    Raises:
        NotFound: it was deleted.
    """
    row = queries.fetch_one(f"SELECT {_COLUMNS} FROM jobs WHERE id = %(id)s", {"id": job_id})
    return _there(row)


def advance(
    queries: Queries, job_id: str, stage: str, progress: float = 0.0, *, now: datetime
) -> Job:
    """Say that the job has come to `stage`, and how far in all; the job as it is then.

    A job only moves forward: an earlier stage, or the same with less progress, changes nothing.
    That is what a retried task or a second execution says.

    Args:
        stage: one of `STAGES`.
        progress: of the whole job, 0 to 1.

    Raises:
        JobFinished: it has its outcome (it may have been cancelled): stop working on it.
        NotFound: it was deleted: likewise.
        ValueError: no such stage.
    """
    if stage not in STAGES:
        raise ValueError(f"not a stage: {stage}")
    row = queries.fetch_one(
        f"""
        WITH {_HELD}, written AS (
            UPDATE jobs SET status = 'running', stage = %(stage)s, updated_at = %(now)s,
                stage_at = CASE WHEN stage = %(stage)s THEN stage_at ELSE %(now)s END,
                progress = GREATEST(progress, %(progress)s), version = version + 1
            WHERE id = %(id)s AND simulation_id = (SELECT id FROM held)
                AND status IN ('queued', 'running') AND (
                status = 'queued' OR stage IS NULL OR stage = ANY(%(earlier)s)
                OR (stage = %(stage)s AND progress < %(progress)s)
            )
            RETURNING *
        ),
        simulation AS (
            UPDATE simulations SET status = 'running', updated_at = %(now)s
            WHERE id = (SELECT simulation_id FROM written) AND status = 'queued'
        ), {_TIMED}
        SELECT {_COLUMNS} FROM written
        """,
        {
            "id": job_id,
            "stage": stage,
            "progress": progress,
            "earlier": list(STAGES[: STAGES.index(stage)]),
            "now": now,
        },
    )
    if row:
        return Job(**row)
    job = load_job(queries, job_id)
    if job.finished:
        raise JobFinished(
            f"The job has {job.status}." if job.status != "cancelled" else "The job was cancelled."
        )
    return job


def succeed(
    queries: Queries,
    job_id: str,
    outcome: Outcome,
    *,
    result: Mapping[str, Any],
    now: datetime,
) -> Job:
    """Close the job with its outcome; the job as it is then.

    Only the first to close a job does; to all others it is as the first left it.

    Raises:
        NotFound: it was deleted.
    """
    row = queries.fetch_one(
        f"""
        WITH {_HELD}, written AS (
            UPDATE jobs SET status = 'succeeded', progress = 1, result = %(result)s::jsonb,
                updated_at = %(now)s, finished_at = %(now)s, version = version + 1
            WHERE id = %(id)s AND simulation_id = (SELECT id FROM held) AND finished_at IS NULL
            RETURNING *
        ),
        simulation AS (
            UPDATE simulations SET status = 'succeeded', duration_s = %(duration_s)s, fps = %(fps)s,
                frames = %(frames)s, bodies = %(bodies)s::jsonb, energy = %(energy)s::jsonb,
                trajectory_prefix = %(trajectory_prefix)s, preview_png_key = %(preview_png_key)s,
                preview_gif_key = %(preview_gif_key)s, updated_at = %(now)s
            WHERE id = (SELECT simulation_id FROM written)
        ), {_TIMED}
        SELECT {_COLUMNS} FROM written
        """,
        asdict(outcome)
        | {
            "id": job_id,
            "result": json_text(result),
            "bodies": json_text(outcome.bodies),
            "energy": json_text(outcome.energy),
            "now": now,
        },
    )
    return Job(**row) if row else load_job(queries, job_id)


def fail(queries: Queries, job_id: str, problem: Problem, *, now: datetime) -> Job:
    """Close the job with a problem; the job as it is then. See `succeed`.

    Raises:
        NotFound: it was deleted.
    """
    row = queries.fetch_one(
        f"""
        WITH {_HELD}, written AS (
            UPDATE jobs SET status = 'failed', error = %(error)s::jsonb,
                updated_at = %(now)s, finished_at = %(now)s, version = version + 1
            WHERE id = %(id)s AND simulation_id = (SELECT id FROM held) AND finished_at IS NULL
            RETURNING *
        ),
        simulation AS (
            UPDATE simulations SET status = 'failed', updated_at = %(now)s
            WHERE id = (SELECT simulation_id FROM written)
        ), {_TIMED}
        SELECT {_COLUMNS} FROM written
        """,
        {"id": job_id, "error": json_text(problem.to_json()), "now": now},
    )
    return Job(**row) if row else load_job(queries, job_id)


def cancel(queries: Queries, owner_id: str, job_id: str, *, now: datetime) -> Job | None:
    """Cancel the owner's job; the job as it is then, or None where there is none.

    What is finished stays as it is. A running task hears of it the next time it calls `advance`.
    """
    row = queries.fetch_one(
        f"""
        WITH {_HELD}, closed AS (
            UPDATE jobs SET status = 'cancelled', updated_at = %(now)s, finished_at = %(now)s,
                version = version + 1
            WHERE id = %(id)s AND simulation_id = (SELECT id FROM held)
                AND owner_id = %(owner_id)s AND finished_at IS NULL
            RETURNING *
        ),
        simulation AS (
            UPDATE simulations SET status = 'cancelled', updated_at = %(now)s
            WHERE id = (SELECT simulation_id FROM closed)
        )
        SELECT {_COLUMNS} FROM closed
        """,
        {"id": job_id, "owner_id": owner_id, "now": now},
    )
    return Job(**row) if row else find_job(queries, owner_id, job_id)


def idle_jobs(
    queries: Queries, *, idle_since: datetime, not_after: datetime, limit: int = 50
) -> list[Job]:
    """Open jobs that nothing was heard of since then, those that wait longest first.

    A job that was heard of after `not_after`, which is yet to come, counts as idle too: whoever
    wrote that has a clock that is ahead, and nobody may wait until ours has come so far.
    """
    rows = queries.fetch_all(
        f"""
        SELECT {_COLUMNS} FROM jobs
        WHERE status IN ('queued', 'running')
          AND (updated_at < %(idle_since)s OR updated_at > %(not_after)s)
        ORDER BY updated_at LIMIT %(limit)s
        """,
        {"idle_since": idle_since, "not_after": not_after, "limit": limit},
    )
    return [Job(**row) for row in rows]


def claim_attempt(queries: Queries, job: Job, *, now: datetime) -> Job | None:
    """Take an open job for one more execution; the job to start under its `execution_name`.

    None where it was written to since it was read: it lives, or another has taken it.
    """
    row = queries.fetch_one(
        f"""
        UPDATE jobs SET attempt = attempt + 1, updated_at = %(now)s, version = version + 1
        WHERE id = %(id)s AND version = %(version)s AND status IN ('queued', 'running')
        RETURNING {_COLUMNS}
        """,
        {"id": job.id, "version": job.version, "now": now},
    )
    return Job(**row) if row else None


def _there(row: Row | None) -> Job:
    if row is None:
        raise NotFound("There is no such job.")
    return Job(**row)
