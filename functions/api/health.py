"""Health: whether this is alive, and whether it can serve."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import Literal

from dishka import Container
from fastapi import Request, Response

from shared.cache import Cache, NoCache
from shared.config import (
    CacheSettings,
    DatabaseSettings,
    ObjectSettings,
    StageSettings,
    StateMachineSettings,
)
from shared.database import Database
from shared.errors import DependencyUnavailable, SimGenError
from shared.executions import Executions
from shared.objects import ObjectStore

from .answers import json_response
from .app import VERSION, make_handler, resource_router
from .bodies import AnswerModel
from .problems import problem_responses

_RETRY_AFTER_S = 5


@dataclass(frozen=True, kw_only=True)
class HealthConfig(
    StageSettings, DatabaseSettings, CacheSettings, ObjectSettings, StateMachineSettings
):
    """What this function reads."""


class AliveModel(AnswerModel):
    """The function runs."""

    status: Literal["alive"]
    version: str


class DependencyModel(AnswerModel):
    """One dependency; `needed` says whether anything works without it."""

    status: Literal["up", "down"]
    needed: bool
    milliseconds: float


class ReadyModel(AnswerModel):
    """Whether requests can be served: `degraded` means yes, though slower."""

    status: Literal["ready", "degraded", "not_ready"]
    dependencies: dict[str, DependencyModel]


@dataclass(frozen=True, slots=True)
class Dependency:
    """Something that may be down; `check` raises if it is."""

    name: str
    needed: bool
    check: Callable[[Container], object]


DEPENDENCIES = (
    Dependency("database", True, lambda parts: parts.get(Database).fetch_one("SELECT 1")),
    Dependency("objects", True, lambda parts: parts.get(ObjectStore).head("health")),
    Dependency("state_machine", True, lambda parts: parts.get(Executions).check()),
    Dependency("cache", False, lambda parts: _check_cache(parts.get(Cache))),
)

router = resource_router("health")


@router.get("/health", response_model=AliveModel, responses=problem_responses(), summary="Alive")
async def alive() -> Response:
    """Answers whenever the function runs; asks nothing else."""
    return json_response({"status": "alive", "version": VERSION})


@router.get(
    "/health/ready",
    response_model=ReadyModel,
    responses={
        **problem_responses(),
        503: {"model": ReadyModel, "description": "A dependency that is needed is down."},
    },
    summary="Able to serve",
)
async def ready(request: Request) -> Response:
    """Asks each dependency. 503 where one is down without which nothing works."""
    parts = request.app.state.container()
    found = {one.name: _look_at(one, parts) for one in DEPENDENCIES}
    down = [one for one in found.values() if one["status"] == "down"]
    if any(one["needed"] for one in down):
        body = {"status": "not_ready", "dependencies": found}
        return json_response(body, status=503, headers={"Retry-After": str(_RETRY_AFTER_S)})
    return json_response({"status": "degraded" if down else "ready", "dependencies": found})


def _check_cache(cache: Cache) -> None:
    if isinstance(cache, NoCache):
        return
    cache.set("health", b"up", ttl_s=60)
    if cache.get("health") != b"up":
        raise DependencyUnavailable


def _look_at(dependency: Dependency, parts: Container) -> dict[str, object]:
    started = perf_counter()
    try:
        dependency.check(parts)
        status = "up"
    except SimGenError:
        status = "down"
    return {
        "status": status,
        "needed": dependency.needed,
        "milliseconds": round((perf_counter() - started) * 1e3, 1),
    }


handler = make_handler(HealthConfig, router)
