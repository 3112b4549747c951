"""What was read in an image, and what its owner said of that."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from dishka import Provider, Scope, provide

from records.readings import find_reading
from records.sketches import Sketch
from scenes.corrections import CorrectionRefused, apply_corrections
from shared.cache import ReadThrough
from shared.config import CacheSettings
from shared.database import Queries
from shared.errors import FieldError, ValidationFailed
from shared.objects import ObjectStore, content_key
from vision.analysis import Analysis
from vision.version import READER_VERSION

from .cached import object_entry


def known_reading(
    queries: Queries, objects: ObjectStore, image_sha256: str, now: datetime
) -> str | None:
    """The key of what this version of the reader read in the same image before, if it did."""
    key = find_reading(queries, image_sha256, READER_VERSION, now=now)
    return key if key and objects.head(key) else None


class Analyses:
    """Stored analyses, through the cache: they never change, and are read far more than made."""

    def __init__(self, objects: ObjectStore, tiers: ReadThrough, settings: CacheSettings) -> None:
        self._objects = objects
        self._tiers = tiers
        self._ttl_s = settings.cache_ttl_s

    def get(self, key: str) -> bytes:
        """An analysis, JSON.

        Raises:
            ObjectNotFound: there is none.
        """
        return self._tiers.remember(object_entry(key), self._ttl_s, lambda: self._objects.get(key))

    def forget(self, key: str) -> None:
        """Drop an analysis from the cache, because its owner has deleted what it is of."""
        self._tiers.forget(object_entry(key))


class AnalysesProvider(Provider):
    """Analyses from the cache or the object store."""

    scope = Scope.APP
    analyses = provide(Analyses)


def load_analysis(analyses: Analyses, key: str, sketch: Sketch) -> Analysis:
    """An analysis, as one of this sketch: it is kept by content, so sketches may share it."""
    parsed: dict[str, Any] = json.loads(analyses.get(key))
    return replace(Analysis.from_json(parsed), sketch_id=sketch.id)


def keep_corrections(
    objects: ObjectStore, merged: Mapping[str, Mapping[str, Any]], reading: Analysis
) -> str:
    """Store corrections as an object, as the reading takes them; the object's key.

    Raises:
        ValidationFailed: together they say what can't be.
    """
    data = json.dumps(_applicable(merged, reading), sort_keys=True).encode()
    key = content_key("corrections", data, ".json")
    objects.put(key, data, "application/json")
    return key


def _applicable(
    merged: Mapping[str, Mapping[str, Any]], reading: Analysis
) -> dict[str, dict[str, Any]]:
    """All corrections ever made, as one that the reading takes.

    Raises:
        ValidationFailed: together they say what can't be.
    """
    # What was added and dropped again was never read: there is nothing left to say of it.
    effective = {
        section: {
            key: change
            for key, change in changes.items()
            if change is not None or key in ids_of(reading, section)
        }
        for section, changes in merged.items()
    }
    try:
        apply_corrections(reading, effective)
    except CorrectionRefused as refusal:
        field, _, message = refusal.detail.partition(": ")
        raise refused(field, message or refusal.detail) from refusal
    return effective


def ids_of(reading: Analysis, section: str) -> set[str]:
    """The ids of what was read, of shapes, texts or connections."""
    return {part.id for part in getattr(reading, section)}


def refused(field: str, message: str) -> ValidationFailed:
    """A correction that can't be, by its field."""
    return ValidationFailed(f"{field}: {message}", errors=[FieldError(field, message)])
