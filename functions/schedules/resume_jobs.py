"""Starts jobs again whose start was lost, or whose execution died."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from dishka import Container

from records.jobs import Job, claim_attempt, fail, idle_jobs
from shared.clock import Clock
from shared.config import DatabaseSettings, StateMachineSettings
from shared.database import Database, Queries
from shared.errors import problem
from shared.executions import Executions

from .run import Counts, scheduled

MAX_ATTEMPTS = 3
IDLE = timedelta(seconds=30)
"""Long past the moment between a job's commit and its start."""
CLOCKS_DIFFER = timedelta(minutes=1)
"""At most, where nothing is wrong with them."""
STUCK = timedelta(minutes=10)
"""Longer than any task of the state machine may take without a word, with its retries."""


@dataclass(frozen=True, kw_only=True)
class ResumeJobsConfig(DatabaseSettings, StateMachineSettings):
    """What this function reads."""


def resume(
    queries: Queries, executions: Executions, *, now: datetime, idle: timedelta = IDLE
) -> Counts:
    """Start every open job that nothing was heard of for `idle` and that no execution works on.

    An execution that has been silent for `STUCK` is stopped first. After `MAX_ATTEMPTS` executions
    a job fails. Safe to run twice at once: a job is claimed before it is started.
    """
    counts = {"started": 0, "failed": 0, "left": 0}
    for job in idle_jobs(queries, idle_since=now - idle, not_after=now + CLOCKS_DIFFER):
        if executions.is_running(job.execution_name):
            if abs(now - job.updated_at) < STUCK:
                counts["left"] += 1
                continue
            executions.stop(job.execution_name, "nothing was heard of it for too long")
        counts[_start_again(queries, executions, job, now)] += 1
    return counts


def _start_again(queries: Queries, executions: Executions, job: Job, now: datetime) -> str:
    while job.attempt < MAX_ATTEMPTS:
        claimed = claim_attempt(queries, job, now=now)
        if claimed is None:
            return "left"
        if executions.start(claimed.execution_name, claimed.given):
            return "started"
        job = claimed  # an execution of that name has run before: take the next
    gave_up = problem("INTERNAL", "The simulation was started several times and never ended.")
    fail(queries, job.id, gave_up, now=now)
    return "failed"


def run(event: Mapping[str, Any], services: Container) -> Counts:
    """`{"idle_s": 0}` in the event resumes at once: for a start after everything was stopped."""
    idle = timedelta(seconds=float(event.get("idle_s", IDLE.total_seconds())))
    return resume(
        services.get(Database), services.get(Executions), now=services.get(Clock).now(), idle=idle
    )


handler = scheduled(ResumeJobsConfig, run)
