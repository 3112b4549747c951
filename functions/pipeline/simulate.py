"""Simulate: a model becomes a trajectory, stored chunk by chunk as it is computed."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dishka import Container

from records.trajectories import (
    chunk_key,
    energy_key,
    header_key,
    summary_key,
    trajectory_prefix,
)
from shared.clock import Clock
from shared.config import ObjectSettings
from shared.objects import ObjectStore

from .outputs import is_made
from .progress import Progress, ProgressSettings, progress_of
from .recorder import Recorder, recorder_of
from .task import Event, task_handler

if TYPE_CHECKING:
    from physics.simulate import Summary
    from shared.frames import Chunk

_BEGINS_AT, _ENDS_AT = 0.55, 0.9
_BUDGET_S = 140.0
"""Of wall-clock time: the function's time-out less what starting, compiling and storing take."""
_SAY_EVERY_S = 0.5


@dataclass(frozen=True, kw_only=True)
class SimulateConfig(ObjectSettings, ProgressSettings):
    """What this task reads."""


def simulate_model(
    objects: ObjectStore,
    clock: Clock,
    model_key: str,
    *,
    trusted: bool,
    duration_s: float,
    fps: int,
    recorder: Recorder,
    on_progress: Callable[[float], None],
) -> str:
    """Run a model and store its motion; the prefix under which it lies.

    Args:
        trusted: the model is our own; another's runs in a sandbox.
        recorder: hears of each thing that is stored, after it is.
        on_progress: hears how much of the run is stored, 0 to 1.

    Raises:
        physics.errors.PhysicsError: the model does not load or run, or not within its limits.
        NotFound: the simulation was deleted.
    """
    from shared.frames import VERSION

    model = objects.get(model_key)
    prefix = trajectory_prefix(model, duration_s, fps, VERSION)
    frames = round(duration_s * fps) + 1
    if is_made(objects, summary_key(prefix), clock.now()):
        recorder.begin(prefix, fps=fps, frames=frames)
        recorder.complete(json.loads(objects.get(summary_key(prefix)))["chunk_ends"])
        return prefix

    ends: list[int] = []

    def begin(header: dict[str, Any]) -> None:
        _store(objects, header_key(prefix), header)
        recorder.begin(prefix, fps=fps, frames=frames)

    def store(chunk: Chunk) -> None:
        objects.put(chunk_key(prefix, chunk.index), chunk.data, "application/octet-stream")
        ends.append(chunk.first + chunk.frames)
        recorder.add(chunk.index, ends[-1])
        on_progress(ends[-1] / frames)

    run_model = _run_trusted if trusted else _run_untrusted
    summary = run_model(model.decode(), duration_s, fps, begin, store)
    _store(objects, energy_key(prefix), summary.energy.to_json())
    _store(objects, summary_key(prefix), {**summary.to_json(), "chunk_ends": ends})
    recorder.complete(ends)
    return prefix


def _run_trusted(
    model_xml: str,
    duration_s: float,
    fps: int,
    begin: Callable[[dict[str, Any]], None],
    store: Callable[[Chunk], None],
) -> Summary:
    from physics.header import describe_model
    from physics.model import load_model
    from physics.simulate import simulate

    begin(describe_model(load_model(model_xml), duration_s=duration_s, fps=fps))
    return simulate(model_xml, duration_s=duration_s, fps=fps, on_chunk=store, budget_s=_BUDGET_S)


def _run_untrusted(
    model_xml: str,
    duration_s: float,
    fps: int,
    begin: Callable[[dict[str, Any]], None],
    store: Callable[[Chunk], None],
) -> Summary:
    from physics.sandbox import Limits, run_untrusted

    return run_untrusted(
        model_xml,
        duration_s=duration_s,
        fps=fps,
        on_chunk=store,
        on_header=begin,
        limits=Limits(budget_s=_BUDGET_S),
    ).summary


def run(event: Event, services: Container) -> dict[str, str]:
    """Model key in, trajectory prefix out."""
    progress = progress_of(event["job_id"], services)
    progress.advance("simulate", _BEGINS_AT)
    prefix = simulate_model(
        services.get(ObjectStore),
        services.get(Clock),
        event["compiled"]["model_key"],
        trusted=event["source"] != "model",
        duration_s=event["compiled"]["duration_s"],
        fps=event["fps"],
        recorder=recorder_of(event["simulation_id"], services),
        on_progress=_now_and_then(progress),
    )
    return {"trajectory_prefix": prefix}


def _now_and_then(progress: Progress) -> Callable[[float], None]:
    """Passes progress on, but not more often than anyone could follow."""
    said_at = time.monotonic()

    def say(share: float) -> None:
        nonlocal said_at
        if time.monotonic() - said_at >= _SAY_EVERY_S:
            progress.advance("simulate", _BEGINS_AT + share * (_ENDS_AT - _BEGINS_AT))
            said_at = time.monotonic()

    return say


def _store(objects: ObjectStore, key: str, value: Any) -> None:
    objects.put(key, json.dumps(value, separators=(",", ":")).encode(), "application/json")


handler = task_handler(SimulateConfig, run)
