"""Publish: pictures of the motion, and the end of the job."""

from __future__ import annotations

import json
from dataclasses import dataclass

from dishka import Container

from records.simulations import Outcome
from records.trajectories import header_key, load_chunks, summary_key
from shared.config import ObjectSettings
from shared.objects import ObjectStore, content_key

from .progress import ProgressSettings, progress_of
from .task import Event, task_handler

_BEGINS_AT = 0.92


@dataclass(frozen=True, kw_only=True)
class PublishConfig(ObjectSettings, ProgressSettings):
    """What this task reads."""


def publish_pictures(objects: ObjectStore, trajectory_prefix: str) -> Outcome:
    """Draw a stored trajectory; all that is to be said of the run."""
    from physics.pictures import draw_animation, draw_preview
    from shared.frames import decode, join

    header = json.loads(objects.get(header_key(trajectory_prefix)))
    summary = json.loads(objects.get(summary_key(trajectory_prefix)))
    frames = join(decode(chunk) for chunk in load_chunks(objects, trajectory_prefix))

    png, gif = draw_preview(header, frames), draw_animation(header, frames)
    png_key = content_key("previews", png, ".png")
    gif_key = content_key("previews", gif, ".gif")
    objects.put(png_key, png, "image/png")
    objects.put(gif_key, gif, "image/gif")
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


def run(event: Event, services: Container) -> None:
    """Trajectory prefix in; the job is done."""
    progress = progress_of(event["job_id"], services)
    progress.advance("publish", _BEGINS_AT)
    outcome = publish_pictures(services.get(ObjectStore), event["simulated"]["trajectory_prefix"])
    result = {"sketch_id": event["sketch_id"], "simulation_id": event["simulation_id"]}
    progress.succeed(outcome, result)


handler = task_handler(PublishConfig, run)
