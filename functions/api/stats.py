"""Statistics, for administrators."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import Query, Response
from pydantic import Field

from records.stats import Durations, load_stats
from shared.bounded import BoundedDatabase
from shared.breaker import State
from shared.config import DatabaseSettings, LimitSettings

from .answers import json_response
from .app import make_handler, resource_router
from .bodies import AnswerModel
from .callers import Admin
from .problems import problem_responses
from .services import TheClock, TheDatabase, TheGuards

TIERS = ("memory", "redis", "postgres")


@dataclass(frozen=True, kw_only=True)
class StatsConfig(DatabaseSettings, LimitSettings):
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


class TierModel(AnswerModel):
    """One tier of the cache."""

    hits: int
    misses: int
    evictions: int
    hit_rate: float | None = Field(description="Of what was asked for; null where nothing was.")


class ResponsesModel(AnswerModel):
    """The answers of a language model that are known by heart, and how often one was of use."""

    known: int
    hits: int


class DatabaseModel(AnswerModel):
    """Operations, each a statement or a whole transaction."""

    depth: int = Field(description="Under way in this instance.")
    done: int
    rejected: int
    slow: int = Field(description="That took longer than a second; the log names them.")
    per_second: float


class LocksModel(AnswerModel):
    """Locks by name."""

    held: int
    stale: int


class StatsModel(AnswerModel):
    """How the service is doing. Counts reach it within seconds of happening, by the hour."""

    since: datetime
    usage: UsageModel
    jobs: JobsModel
    readings: ReadingsModel
    responses: ResponsesModel
    durations: list[Durations]
    cache: dict[str, TierModel]
    breakers: dict[str, State]
    database: DatabaseModel
    locks: LocksModel
    refused: int = Field(description="Requests that were too many.")


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
    guards: TheGuards,
    hours: Annotated[int, Query(ge=1, le=24 * 31, description="How far back to look.")] = 24,
) -> Response:
    """Usage, outcomes of jobs, how long things took (milliseconds), caches, breakers and locks."""
    now = clock.now()
    since = now - timedelta(hours=hours)
    stats = load_stats(database, since=since)
    totals, counters = stats.totals, stats.counters
    depth = database.depth if isinstance(database, BoundedDatabase) else 0
    return json_response(
        {
            "since": since,
            "usage": {name: totals[name] for name in UsageModel.model_fields},
            "jobs": {name: totals[name] for name in JobsModel.model_fields},
            "readings": {"known": totals["known_readings"], "hits": totals["reading_hits"]},
            "responses": {"known": totals["known_responses"], "hits": totals["response_hits"]},
            "durations": [asdict(one) for one in stats.durations],
            "cache": {name: _tier(name, counters) for name in TIERS},
            "breakers": guards.states(),
            "database": {
                "depth": depth,
                "done": counters.get("database.done", 0),
                "rejected": counters.get("database.rejected", 0),
                "slow": counters.get("database.slow", 0),
                "per_second": round(counters.get("database.done", 0) / (hours * 3600), 4),
            },
            "locks": {"held": totals["locks_held"], "stale": totals["locks_stale"]},
            "refused": counters.get("requests.refused", 0),
        }
    )


def _tier(name: str, counters: Mapping[str, int]) -> dict[str, float | int | None]:
    hits, misses, evictions = (
        counters.get(f"cache.{name}.{what}", 0) for what in ("hits", "misses", "evictions")
    )
    asked = hits + misses
    return {
        "hits": hits,
        "misses": misses,
        "evictions": evictions,
        "hit_rate": round(hits / asked, 4) if asked else None,
    }


handler = make_handler(StatsConfig, router)
