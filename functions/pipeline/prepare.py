"""Prepare: an image becomes an upright, evenly lit page with ink apart from paper."""

from __future__ import annotations

from dataclasses import dataclass

from dishka import Container

from shared.clock import Clock
from shared.config import ObjectSettings
from shared.objects import ObjectStore

from .keys import page_key
from .outputs import is_made
from .task import Event, task_handler


@dataclass(frozen=True, kw_only=True)
class PrepareConfig(ObjectSettings):
    """What this task reads."""


def prepare_page(objects: ObjectStore, clock: Clock, image_key: str) -> str:
    """Prepare the image under `image_key`; the page's key.

    Raises:
        vision.errors.ReadingError: it is no image that can be read.
    """
    from vision.prepare import prepare

    key = page_key(image_key)
    if not is_made(objects, key, clock.now()):
        page = prepare(objects.get(image_key))
        objects.put(key, page.to_bytes(), "application/octet-stream")
    return key


def run(event: Event, services: Container) -> str:
    """Image key in, page key out."""
    return prepare_page(services.get(ObjectStore), services.get(Clock), event["image_key"])


handler = task_handler(PrepareConfig, run)
