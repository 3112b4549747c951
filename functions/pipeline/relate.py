"""Relate: marks and labels are joined into an analysis."""

from __future__ import annotations

import json
from dataclasses import dataclass

from dishka import Container

from shared.clock import Clock
from shared.config import ObjectSettings
from shared.objects import ObjectStore

from .keys import reading_key
from .outputs import is_made
from .task import Event, task_handler


@dataclass(frozen=True, kw_only=True)
class RelateConfig(ObjectSettings):
    """What this task reads."""


def relate_marks(objects: ObjectStore, clock: Clock, marks_key: str, texts_key: str) -> str:
    """Join what was found and what was read; the analysis' key."""
    from vision.labels.read_text import ReadText
    from vision.mark import Marks
    from vision.relate import relate

    key = reading_key(texts_key)
    if not is_made(objects, key, clock.now()):
        marks = Marks.from_json(json.loads(objects.get(marks_key)))
        texts = [ReadText.from_json(text) for text in json.loads(objects.get(texts_key))]
        analysis = relate(marks, texts)
        objects.put(key, json.dumps(analysis.to_json()).encode(), "application/json")
    return key


def run(event: Event, services: Container) -> str:
    """Marks key and texts key in, analysis key out."""
    read = event["read"]
    return relate_marks(
        services.get(ObjectStore), services.get(Clock), read["marks_key"], read["texts_key"]
    )


handler = task_handler(RelateConfig, run)
