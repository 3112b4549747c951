"""How a task says where its job is: in the row, and to whoever watches it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dishka import Container

from records import jobs
from records.announce import announce
from records.simulations import Outcome
from shared.clock import Clock
from shared.config import DatabaseSettings, RedisSettings, SocketSettings
from shared.database import Database
from shared.errors import Problem
from shared.push import Sockets


@dataclass(frozen=True, kw_only=True)
class ProgressSettings(DatabaseSettings, RedisSettings, SocketSettings):
    """What a task needs to say how far it is."""


class Progress:
    """One job's way through the stages.

    Every call but `fail` raises `shared.errors.JobFinished` when the job has its outcome (it may
    have been cancelled) and `shared.errors.NotFound` when it was deleted: the task should stop.
    """

    def __init__(self, database: Database, sockets: Sockets, clock: Clock, job_id: str) -> None:
        self._database = database
        self._sockets = sockets
        self._clock = clock
        self._job_id = job_id

    def advance(self, stage: str, progress: float = 0.0) -> None:
        """The job has come to `stage`; `progress` is of the whole job, 0 to 1."""
        jobs.advance(self._database, self._job_id, stage, progress, now=self._clock.now())
        self._announce()

    def succeed(self, outcome: Outcome, result: Mapping[str, Any]) -> None:
        """The job is done."""
        jobs.succeed(self._database, self._job_id, outcome, result=result, now=self._clock.now())
        self._announce()

    def fail(self, problem: Problem) -> None:
        """The job can't be done."""
        jobs.fail(self._database, self._job_id, problem, now=self._clock.now())
        self._announce()

    def _announce(self) -> None:
        announce(self._database, self._sockets, self._job_id)


def progress_of(job_id: str, services: Container) -> Progress:
    """The progress of one job, with this invocation's services."""
    return Progress(services.get(Database), services.get(Sockets), services.get(Clock), job_id)
