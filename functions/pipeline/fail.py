"""Fail: writes what went wrong to the job's row, where the state machine caught it."""

from __future__ import annotations

from dishka import Container

from records.feed import stop_plays
from shared.database import Database
from shared.errors import NotFound, problem_from_cause
from shared.push import Sockets

from .progress import ProgressSettings, progress_of
from .task import Event, task_handler

_FIRST_SERVER_ERROR = 500


def run(event: Event, services: Container) -> bool:
    """The caught error in; out, whether the fault is ours rather than the drawing's.

    A job that was cancelled or deleted meanwhile keeps its outcome. Those who wait for the motion
    are told.
    """
    problem = problem_from_cause(event["error"].get("Cause", ""))
    try:
        progress_of(event["job_id"], services).fail(problem)
    except NotFound:
        return False
    stop_plays(services.get(Database), services.get(Sockets), event["simulation_id"], problem)
    return problem.status >= _FIRST_SERVER_ERROR


handler = task_handler(ProgressSettings, run)
