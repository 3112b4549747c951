"""Purges what is past its keep: sessions with all they own, uploads, idempotency keys.

The objects go by the orphan sweep, once no row refers to them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dishka import Container

from records.idempotency import purge_expired_keys
from records.sessions import purge_expired_sessions
from records.uploads import purge_expired_uploads
from shared.clock import Clock
from shared.config import DatabaseSettings
from shared.database import Database

from .run import Counts, in_batches, scheduled

_SESSIONS, _ROWS = 100, 1000


@dataclass(frozen=True, kw_only=True)
class PurgeExpiredConfig(DatabaseSettings):
    """What this function reads."""


def run(_event: Mapping[str, Any], services: Container) -> Counts:
    """Purge; how many of each."""
    database, now = services.get(Database), services.get(Clock).now()
    return {
        "sessions": in_batches(
            lambda: purge_expired_sessions(database, now=now, limit=_SESSIONS), _SESSIONS
        ),
        "uploads": in_batches(lambda: purge_expired_uploads(database, now=now, limit=_ROWS), _ROWS),
        "idempotency_keys": in_batches(
            lambda: purge_expired_keys(database, now=now, limit=_ROWS), _ROWS
        ),
    }


handler = scheduled(PurgeExpiredConfig, run)
