"""Outputs that are there already, from an earlier try of the same task or the same image."""

from __future__ import annotations

from datetime import datetime, timedelta

from shared.objects import ObjectStore

_YOUNG = timedelta(hours=12)
"""Half of what the orphan sweep spares objects for: what is older could be swept away between this
task and the one that reads its output, so it is made again, which makes it young."""


def is_made(objects: ObjectStore, key: str, now: datetime) -> bool:
    """Whether a task may hand on the output that is under `key`, and leave its work."""
    info = objects.head(key)
    return info is not None and now - info.modified_at < _YOUNG
