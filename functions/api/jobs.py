"""Jobs: how far a simulation is, and calling it off."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Annotated, Any, Literal

from fastapi import Path, Query, Request, Response
from pydantic import Field

from records.announce import announce
from records.feed import stop_plays
from records.jobs import STAGES, Job, cancel, find_job
from shared.config import DatabaseSettings, LimitSettings, SocketSettings, StateMachineSettings
from shared.database import Queries
from shared.errors import Conflict, DependencyUnavailable, JobFinished, NotFound, problem_of

from .answers import REVALIDATE, etag_of, is_known, json_response, not_modified
from .app import make_handler, resource_router
from .bodies import AnswerModel
from .callers import Caller
from .problems import ProblemModel, problem_responses
from .services import TheClock, TheDatabase, TheExecutions, TheSockets

MAX_WAIT_S = 20
LOOK_EVERY_S = 0.08
CANCELLED = "The simulation was cancelled."

Id = Annotated[str, Path(max_length=64)]
Sleep = Callable[[float], Awaitable[None]]


@dataclass(frozen=True, kw_only=True)
class JobsConfig(DatabaseSettings, StateMachineSettings, SocketSettings, LimitSettings):
    """What this function reads."""


class JobModel(AnswerModel):
    """A job."""

    job_id: str
    sketch_id: str | None
    simulation_id: str
    status: Literal["queued", "running", "succeeded", "failed", "cancelled"]
    stage: str | None = Field(
        description=f"What is being done, or was when it ended: {', '.join(STAGES)}."
    )
    progress: float = Field(ge=0, le=1)
    error: ProblemModel | None = Field(description="Why it failed.")
    result: dict[str, Any] | None = Field(description="What it made.")
    created_at: datetime
    updated_at: datetime
    finished_at: datetime | None


router = resource_router("jobs")


@router.get(
    "/v1/jobs/{job_id}",
    response_model=JobModel,
    responses={304: {"description": "Nothing has changed."}, **problem_responses(401, 404, 422)},
    summary="How far a job is",
)
async def read_job(
    request: Request,
    job_id: Id,
    caller: Caller,
    database: TheDatabase,
    wait: Annotated[
        float, Query(ge=0, le=MAX_WAIT_S, allow_inf_nan=False, description="Seconds.")
    ] = 0,
) -> Response:
    """With `wait` the answer comes when something changes, at the latest after so many seconds.

    A change is one against the `If-None-Match` that was sent, or else against the time of asking. A
    job that has ended is answered at once.
    """
    job = _there(find_job(database, caller.owner_id, job_id))
    if wait and not job.finished and (is_known(request, _etag(job)) or not _conditional(request)):
        job = await wait_for_change(database, job, wait)
    etag = _etag(job)
    if is_known(request, etag):
        return not_modified(etag, REVALIDATE)
    return json_response(job_json(job), headers={"ETag": etag, "Cache-Control": REVALIDATE})


@router.delete(
    "/v1/jobs/{job_id}",
    response_model=JobModel,
    responses=problem_responses(401, 404, 409),
    summary="Call a job off",
)
async def cancel_job(
    job_id: Id,
    caller: Caller,
    database: TheDatabase,
    executions: TheExecutions,
    sockets: TheSockets,
    clock: TheClock,
) -> Response:
    """The job becomes `cancelled`. One that has succeeded or failed stays as it is: 409.

    Who watches the job or plays its motion is told.
    """
    job = _there(cancel(database, caller.owner_id, job_id, now=clock.now()))
    if job.status != "cancelled":
        raise JobFinished(f"The job has {job.status}.")
    # The row is the truth: if this fails, the next task that looks at it stops by itself.
    with suppress(DependencyUnavailable):
        executions.stop(job.execution_name, "cancelled by its owner")
    announce(database, sockets, job.id)
    stop_plays(database, sockets, job.simulation_id, problem_of(Conflict(CANCELLED)))
    return json_response(job_json(job))


async def wait_for_change(
    queries: Queries, job: Job, wait_s: float, *, sleep: Sleep = asyncio.sleep
) -> Job:
    """The job when it has changed, or as it is after `wait_s` seconds.

    Raises:
        NotFound: it was deleted meanwhile.
    """
    until = monotonic() + wait_s
    seen = job
    while not seen.finished and seen.version == job.version:
        left = until - monotonic()
        if left <= 0:
            break
        await sleep(min(LOOK_EVERY_S, left))
        seen = _there(find_job(queries, job.owner_id, job.id))
    return seen


def job_json(job: Job) -> dict[str, Any]:
    """A job as the contract writes it."""
    return {
        "job_id": job.id,
        "sketch_id": job.sketch_id,
        "simulation_id": job.simulation_id,
        "status": job.status,
        "stage": job.stage,
        "progress": job.progress,
        "error": job.error,
        "result": job.result,
        "created_at": job.created_at,
        "updated_at": job.updated_at,
        "finished_at": job.finished_at,
    }


def _there(job: Job | None) -> Job:
    if job is None:
        raise NotFound("There is no such job.")
    return job


def _etag(job: Job) -> str:
    return etag_of(job.id, str(job.version))


def _conditional(request: Request) -> bool:
    return "if-none-match" in request.headers


handler = make_handler(JobsConfig, router)
