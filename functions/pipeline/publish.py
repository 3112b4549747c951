"""Publish: pictures of the motion, and the end of the job."""

from __future__ import annotations

import json
from dataclasses import dataclass

from dishka import Container

from physics.version import PICTURES_VERSION
from records.simulations import Outcome
from records.trajectories import header_key, load_chunks, pictures_key, summary_key
from shared.clock import Clock
from shared.config import ObjectSettings
from shared.objects import ObjectStore, content_key

from .outputs import is_made
from .progress import ProgressSettings, progress_of
from .task import Event, task_handler

_BEGINS_AT = 0.92


@dataclass(frozen=True, kw_only=True)
class PublishConfig(ObjectSettings, ProgressSettings):
    """What this task reads."""


def publish_pictures(objects: ObjectStore, clock: Clock, trajectory_prefix: str) -> Outcome:
    """Draw a stored trajectory, unless that was done; all that is to be said of the run."""
    summary = json.loads(objects.get(summary_key(trajectory_prefix)))
    png_key, gif_key = _drawn(objects, clock, trajectory_prefix) or _draw(
        objects, trajectory_prefix
    )
    return Outcome(
        duration_s=summary["duration_s"],
        fps=summary["fps"],
        frames=summary["frames"],
        bodies=summary["bodies"],
        energy=summary["energy"],
        trajectory_prefix=trajectory_prefix,
        preview_png_key=png_key,
        preview_gif_key=gif_key,
    )


def _drawn(objects: ObjectStore, clock: Clock, trajectory_prefix: str) -> tuple[str, str] | None:
    """The keys of the pictures that the same motion was drawn in before."""
    key, now = pictures_key(trajectory_prefix, PICTURES_VERSION), clock.now()
    if not is_made(objects, key, now):
        return None
    named = json.loads(objects.get(key))
    if not all(is_made(objects, picture, now) for picture in named.values()):
        return None
    return named["png"], named["gif"]


def _draw(objects: ObjectStore, trajectory_prefix: str) -> tuple[str, str]:
    from physics.pictures import draw_animation, draw_preview
    from shared.frames import decode, join

    header = json.loads(objects.get(header_key(trajectory_prefix)))
    frames = join(decode(chunk) for chunk in load_chunks(objects, trajectory_prefix))
    png, gif = draw_preview(header, frames), draw_animation(header, frames)
    named = {
        "png": content_key("previews", png, ".png"),
        "gif": content_key("previews", gif, ".gif"),
    }
    objects.put(named["png"], png, "image/png")
    objects.put(named["gif"], gif, "image/gif")
    written = json.dumps(named).encode()
    objects.put(pictures_key(trajectory_prefix, PICTURES_VERSION), written, "application/json")
    return named["png"], named["gif"]


def run(event: Event, services: Container) -> None:
    """Trajectory prefix in; the job is done."""
    progress = progress_of(event["job_id"], services)
    progress.advance("publish", _BEGINS_AT)
    outcome = publish_pictures(
        services.get(ObjectStore), services.get(Clock), event["simulated"]["trajectory_prefix"]
    )
    result = {"sketch_id": event["sketch_id"], "simulation_id": event["simulation_id"]}
    progress.succeed(outcome, result)


handler = task_handler(PublishConfig, run)
