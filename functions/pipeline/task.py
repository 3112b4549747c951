"""The frame around every task of the state machine."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from dishka import Container, Provider

from shared.container import container_once
from shared.errors import task_error
from shared.logs import log_invocations
from shared.measure import Measurements, emit

Event = Mapping[str, Any]
"""A task's input: JSON of at most 256 KB, which holds ids and object keys."""

Result = TypeVar("Result")


def task_handler(
    config: type, run: Callable[[Event, Container], Result], *providers: Provider
) -> Callable[[dict[str, Any], object], Result]:
    """A Lambda handler that runs one task.

    What the task raises leaves as the state machine matches it: see `shared.errors.task_error`.

    Args:
        config: the task's configuration; its sections say which stores it has.
        run: maps the event and this invocation's services to the task's output.
        providers: what the task binds beside the stores.
    """
    container = container_once(os.environ, config, *providers)

    def handler(event: dict[str, Any], _context: object) -> Result:
        try:
            with container()() as services:
                return _measured(run, event, services)
        except Exception as error:
            raise task_error(error) from error

    return log_invocations(handler)


def _measured(
    run: Callable[[Event, Container], Result], event: Event, services: Container
) -> Result:
    """Run the task; its time and all that was counted meanwhile go to the log as metrics.

    Not to the database, which half of the tasks don't have: the job's row keeps its stages' times.
    """
    measurements = services.get(Measurements)
    try:
        with measurements.timed(f"task.{run.__module__.rpartition('.')[2]}"):
            return run(event, services)
    finally:
        emit(measurements.take())
