"""Starting jobs: what an execution of the state machine is given, and how one is set going."""

from __future__ import annotations

import logging
from dataclasses import asdict, dataclass
from typing import Literal

from fastapi import Response
from pydantic import BaseModel

from records.idempotency import Answer, Once
from records.jobs import Job, find_job
from records.simulations import Simulation
from records.simulations import Source as Made
from records.submissions import Submission
from shared.database import Queries
from shared.errors import DependencyUnavailable
from shared.executions import Executions

from .answers import json_response
from .making import Making

DEFAULT_FPS = 60
_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What the state machine is given, beside who and which; the ASL knows these names.

    `analysis_key` is of the reading of the image, where it is known: the machine then begins at
    Compile. `duration_s` in seconds; `gravity` in m/s², downwards; None leaves both to the drawing.
    """

    source: Literal["sketch", "model", "corrections", "prompt"]
    sketch_id: str | None = None
    image_key: str | None = None
    analysis_key: str | None = None
    corrections_key: str | None = None
    corrections_version: int = 0
    model_key: str | None = None
    prompt: str | None = None
    duration_s: float | None = None
    fps: int = DEFAULT_FPS
    gravity: float | None = None


class StartedModel(BaseModel):
    """A job that has begun; its address is in `Location`."""

    sketch_id: str | None
    job_id: str
    simulation_id: str


def plan(making: Making, work: Work, made_from: Made) -> tuple[Submission, Answer]:
    """The rows of a new job on a new simulation, and the answer that tells of them."""
    owner_id, now = making.owner_id, making.now
    simulation_id, job_id = making.ids("simulation"), making.ids("job")
    simulation = Simulation(
        id=simulation_id,
        owner_id=owner_id,
        source=made_from,
        sketch_id=work.sketch_id,
        prompt=work.prompt or "",
        duration_s=work.duration_s,
        fps=work.fps,
        gravity=work.gravity,
        model_key=work.model_key,
        created_at=now,
        updated_at=now,
    )
    named = {
        "job_id": job_id,
        "owner_id": owner_id,
        "simulation_id": simulation_id,
        "request_id": making.request_id,  # for the logs of all that is done about it
    }
    job = Job(
        id=job_id,
        owner_id=owner_id,
        simulation_id=simulation_id,
        sketch_id=work.sketch_id,
        request={**named, **asdict(work)},
        created_at=now,
        updated_at=now,
    )
    body = {"sketch_id": work.sketch_id, "job_id": job_id, "simulation_id": simulation_id}
    answer = Answer(202, body, {"Location": f"/v1/jobs/{job_id}"})
    return Submission(simulation=simulation, job=job), answer


def start(executions: Executions, queries: Queries, owner_id: str, done: Once) -> None:
    """Set going the job that a committed answer tells of.

    For a replayed answer too: the first request may have ended between its commit and this. If
    the state machine can't be reached, the job stays queued until the schedule resumes it.
    """
    job = find_job(queries, owner_id, str(done.answer.body["job_id"]))
    if job is None or job.status != "queued":
        return
    try:
        executions.start(job.execution_name, job.given)
    except DependencyUnavailable:
        _logger.warning("job not started yet", extra={"job_id": job.id})


def started_response(done: Once) -> Response:
    """202, with where to look for the job."""
    # In the model's order: an answer that was kept comes back in the database's.
    body = StartedModel.model_validate(done.answer.body).model_dump()
    return json_response(body, status=done.answer.status, headers=done.answer.headers)
