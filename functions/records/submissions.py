"""Submissions: what one request to simulate something writes, all of it or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from shared.database import Database, Queries

from .idempotency import Answer, Once, RequestKey, once
from .jobs import Job, insert_job
from .simulations import Simulation, insert_simulation
from .sketches import Sketch, insert_sketch


@dataclass(frozen=True, slots=True)
class Submission:
    """The rows of one request; `sketch` is None where the request brings no new drawing."""

    simulation: Simulation
    job: Job
    sketch: Sketch | None = None


def submit(
    database: Database,
    submission: Submission,
    answer: Answer,
    *,
    key: RequestKey | None = None,
    now: datetime,
) -> Once:
    """Write a sketch, its simulation, its job and the answer in one transaction.

    Start the job after this returns, under its `execution_name`: if that is lost, the schedule that
    resumes idle jobs does it. A replayed answer's job was started by the first request.

    Raises:
        IdempotencyConflict: the key was used for another request.
        DependencyUnavailable: the database is down; nothing was written.
    """

    def write(transaction: Queries) -> Answer:
        insert_submission(transaction, submission)
        return answer

    return once(database, key, write, now=now)


def insert_submission(transaction: Queries, submission: Submission) -> None:
    """Write the rows, the parents first; for requests that write more in the same transaction."""
    if submission.sketch is not None:
        insert_sketch(transaction, submission.sketch)
    insert_simulation(transaction, submission.simulation)
    insert_job(transaction, submission.job)
