"""Record: writes the stage of a job beside a task that has no database client."""

from __future__ import annotations

from dishka import Container

from .progress import ProgressSettings, progress_of
from .task import Event, task_handler

# How far in the job each of these stages begins, as a share of an ordinary drawing's whole time.
_BEGINS_AT = {"prepare": 0.02, "read": 0.1, "relate": 0.4}


def run(event: Event, services: Container) -> None:
    """Job id and stage in, nothing out."""
    stage = event["stage"]
    progress_of(event["job_id"], services).advance(stage, _BEGINS_AT[stage])


handler = task_handler(ProgressSettings, run)
