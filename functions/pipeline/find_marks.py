"""FindMarks: the strokes of a page become marks."""

from __future__ import annotations

import json
from dataclasses import dataclass

from dishka import Container

from shared.clock import Clock
from shared.config import ObjectSettings
from shared.objects import ObjectStore

from .keys import marks_key
from .outputs import is_made
from .task import Event, task_handler


@dataclass(frozen=True, kw_only=True)
class FindMarksConfig(ObjectSettings):
    """What this task reads."""


def find_marks_on(objects: ObjectStore, clock: Clock, image_key: str, page_key: str) -> str:
    """Find the marks of a prepared page; the key of what was found.

    Raises:
        vision.errors.NothingToRead: there is no drawing on it.
    """
    from vision.marks import find_marks
    from vision.page import Page

    key = marks_key(image_key)
    if not is_made(objects, key, clock.now()):
        marks = find_marks(Page.from_bytes(objects.get(page_key)))
        objects.put(key, json.dumps(marks.to_json()).encode(), "application/json")
    return key


def run(event: Event, services: Container) -> str:
    """Page key in, marks key out."""
    return find_marks_on(
        services.get(ObjectStore),
        services.get(Clock),
        event["image_key"],
        event["prepared"]["page_key"],
    )


handler = task_handler(FindMarksConfig, run)
