"""Forgets sockets that can't be open any more, whose $disconnect never came."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from dishka import Container

from records.connections import purge_stale_connections
from shared.clock import Clock
from shared.config import DatabaseSettings
from shared.database import Database

from .run import Counts, in_batches, scheduled

LONGEST_CONNECTION = timedelta(hours=2)
"""API Gateway closes any socket after this long."""
_GRACE = timedelta(minutes=5)
_ROWS = 1000


@dataclass(frozen=True, kw_only=True)
class PurgeConnectionsConfig(DatabaseSettings):
    """What this function reads."""


def run(_event: Mapping[str, Any], services: Container) -> Counts:
    """Forget them; how many."""
    database = services.get(Database)
    seen_before = services.get(Clock).now() - LONGEST_CONNECTION - _GRACE
    purged = in_batches(
        lambda: purge_stale_connections(database, seen_before=seen_before, limit=_ROWS), _ROWS
    )
    return {"connections": purged}


handler = scheduled(PurgeConnectionsConfig, run)
