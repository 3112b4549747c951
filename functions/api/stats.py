"""Statistics, for administrators."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import Query, Response

from records.stats import Durations, count_rows, job_durations, operation_durations
from shared.config import DatabaseSettings, LimitSettings, TokenSettings

from .answers import json_response
from .app import make_handler, resource_router
from .bodies import AnswerModel
from .callers import Admin
from .problems import problem_responses
from .services import TheClock, TheDatabase


@dataclass(frozen=True, kw_only=True)
class StatsConfig(DatabaseSettings, TokenSettings, LimitSettings):
    """What this function reads."""


class UsageModel(AnswerModel):
    """What there is."""

    sessions: int
    sketches: int
    simulations: int
    socket_connections: int


class JobsModel(AnswerModel):
    """What became of the jobs of the time asked for; those still open whenever they began."""

    queued: int
    running: int
    succeeded: int
    failed: int
    cancelled: int


class ReadingsModel(AnswerModel):
    """The readings of images that are known by heart, and how often one was asked for again."""

    known: int
    hits: int


class StatsModel(AnswerModel):
    """How the service is doing."""

    since: datetime
    usage: UsageModel
    jobs: JobsModel
    readings: ReadingsModel
    durations: list[Durations]


router = resource_router("stats")


@router.get(
    "/v1/stats",
    response_model=StatsModel,
    responses=problem_responses(401, 403, 422),
    summary="How the service is doing",
)
async def read_stats(
    _admin: Admin,
    database: TheDatabase,
    clock: TheClock,
    hours: Annotated[int, Query(ge=1, le=24 * 31, description="How far back to look.")] = 24,
) -> Response:
    """Usage, outcomes of jobs, and how long things took (milliseconds)."""
    since = clock.now() - timedelta(hours=hours)
    counts = count_rows(database, since=since)
    durations = job_durations(database, since=since) + operation_durations(database, since=since)
    return json_response(
        {
            "since": since,
            "usage": {name: counts[name] for name in UsageModel.model_fields},
            "jobs": {name: counts[name] for name in JobsModel.model_fields},
            "readings": {"known": counts["known_readings"], "hits": counts["reading_hits"]},
            "durations": [asdict(one) for one in durations],
        }
    )


handler = make_handler(StatsConfig, router)
