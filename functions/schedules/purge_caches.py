"""Purges what was kept in case it was asked for again: readings, a language model's answers,
measurements, and locks that nobody holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from dishka import Container

from records.llm_responses import purge_expired_responses
from records.locks import purge_stale_locks
from records.measurements import purge_measurements
from records.readings import purge_unused_readings
from shared.clock import Clock
from shared.config import DatabaseSettings, KeepSettings
from shared.database import Database

from .run import Counts, in_batches, scheduled

_ROWS = 1000


@dataclass(frozen=True, kw_only=True)
class PurgeCachesConfig(DatabaseSettings, KeepSettings):
    """What this function reads."""


def run(_event: Mapping[str, Any], services: Container) -> Counts:
    """Purge; how many of each."""
    database, keep = services.get(Database), services.get(KeepSettings)
    now = services.get(Clock).now()
    unused = now - timedelta(days=keep.keep_readings_days)
    measured = now - timedelta(days=keep.keep_measurements_days)
    return {
        "readings": in_batches(
            lambda: purge_unused_readings(database, used_before=unused, limit=_ROWS), _ROWS
        ),
        "llm_responses": in_batches(
            lambda: purge_expired_responses(database, now=now, limit=_ROWS), _ROWS
        ),
        "measurements": in_batches(
            lambda: purge_measurements(database, before=measured, limit=_ROWS), _ROWS
        ),
        "locks": in_batches(
            lambda: purge_stale_locks(database, keep_days=keep.keep_locks_days, limit=_ROWS), _ROWS
        ),
    }


handler = scheduled(PurgeCachesConfig, run)
