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
from shared.cache import ReadThrough
from shared.config import CacheSettings
from shared.database import Queries
from shared.objects import ObjectStore, content_key
from vision.analysis import Analysis
from vision.version import READER_VERSION

from .corrections import applicable


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
        return self._tiers.remember(f"object:{key}", self._ttl_s, lambda: self._objects.get(key))


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
    data = json.dumps(applicable(merged, reading), sort_keys=True).encode()
    key = content_key("corrections", data, ".json")
    objects.put(key, data, "application/json")
    return key
