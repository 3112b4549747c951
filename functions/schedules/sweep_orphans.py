"""Deletes objects that no row refers to, which deletions and retries leave behind; and readings
whose object is gone, so that the image is read anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from dishka import Container

from records.locks import held
from records.objects_in_use import objects_in_use
from records.readings import forget_reading, readings_after
from shared.clock import Clock, NewId
from shared.config import DatabaseSettings, ObjectSettings
from shared.database import Database, Queries
from shared.objects import ListedObject, ObjectStore

from .run import Counts, scheduled

GRACE = timedelta(days=1)
"""An object is written before its row. Longer than any request, upload or job with its retries."""
PAGE = 500
_LOCK = "sweep_orphans"
_LONGEST_S = 900.0  # as the template has it


@dataclass(frozen=True, kw_only=True)
class SweepOrphansConfig(DatabaseSettings, ObjectSettings):
    """What this function reads."""


def sweep(
    objects: ObjectStore, queries: Queries, *, older_than: datetime, page: int = PAGE
) -> Counts:
    """Delete orphans that were last written before then, a page of keys at a time."""
    seen = deleted = 0
    for found in _pages(objects.list(), page):
        seen += len(found)
        old = [one for one in found if one.modified_at < older_than]
        used = objects_in_use(queries, [one.key for one in old])
        for one in old:
            if one.key not in used and _still_old(objects, one.key, older_than):
                objects.delete(one.key)
                deleted += 1
    return {"seen": seen, "deleted": deleted}


def forget_lost_readings(objects: ObjectStore, queries: Queries, *, page: int = PAGE) -> int:
    """Forget the readings whose object is gone, however that came about; how many it were."""
    forgotten, place = 0, ("", "")
    while found := readings_after(queries, place, limit=page):
        for reading in found:
            if objects.head(reading["analysis_key"]) is None:
                forgotten += forget_reading(queries, reading)
        place = found[-1]["image_sha256"], found[-1]["reader_version"]
    return forgotten


def run(_event: Mapping[str, Any], services: Container) -> Counts:
    """Sweep; how many objects were seen and deleted, and how many readings forgotten.

    Two sweeps at once would do no harm, but list every object twice.
    """
    database, older_than = services.get(Database), services.get(Clock).now() - GRACE
    with held(database, _LOCK, services.get(NewId)("run"), ttl_s=_LONGEST_S) as lock:
        if lock is None:
            return {"seen": 0, "deleted": 0, "forgotten": 0}
        objects = services.get(ObjectStore)
        swept = sweep(objects, database, older_than=older_than)
        return {**swept, "forgotten": forget_lost_readings(objects, database)}


def _still_old(objects: ObjectStore, key: str, older_than: datetime) -> bool:
    """Whether nobody has written the object again since it was listed, to refer to it anew."""
    info = objects.head(key)
    return info is not None and info.modified_at < older_than


def _pages(listed: Iterable[ListedObject], size: int) -> Iterator[list[ListedObject]]:
    rest = iter(listed)
    while found := list(islice(rest, size)):
        yield found


handler = scheduled(SweepOrphansConfig, run)
