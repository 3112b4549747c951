"""$disconnect: a socket has closed."""

from __future__ import annotations

from dataclasses import dataclass

from dishka import Container

from records.connections import close_connection
from shared.config import DatabaseSettings
from shared.database import Database

from .route import Event, connection_id_of, event_handler


@dataclass(frozen=True, kw_only=True)
class DisconnectConfig(DatabaseSettings):
    """What this function reads."""


def run(event: Event, services: Container) -> None:
    """Forget the connection, and what it wanted to hear of."""
    close_connection(services.get(Database), connection_id_of(event))


handler = event_handler(DisconnectConfig, run)
