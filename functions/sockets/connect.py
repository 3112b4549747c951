"""$connect: a socket opens, if its token holds."""

from __future__ import annotations

from dataclasses import dataclass

from dishka import Container

from records.connections import Connection, open_connection
from records.sessions import find_session
from shared.clock import Clock
from shared.config import DatabaseSettings, TokenSettings
from shared.database import Database
from shared.errors import Unauthenticated
from shared.tokens import Tokens

from .route import Event, connection_id_of, event_handler


@dataclass(frozen=True, kw_only=True)
class ConnectConfig(DatabaseSettings, TokenSettings):
    """What this function reads."""


def connect(connection_id: str, token: str, services: Container) -> None:
    """Write the connection of whoever the token names.

    Raises:
        Unauthenticated: the token does not hold, or its session is over.
    """
    identity = services.get(Tokens).read(token)
    database, now = services.get(Database), services.get(Clock).now()
    if find_session(database, identity.owner_id, now=now) is None:
        raise Unauthenticated("The session is over.")
    open_connection(
        database,
        Connection(
            id=connection_id, owner_id=identity.owner_id, connected_at=now, last_seen_at=now
        ),
    )


def run(event: Event, services: Container) -> None:
    """The token is in the query: browsers can't send headers with a WebSocket."""
    query = event.get("queryStringParameters") or {}
    connect(connection_id_of(event), query.get("token", ""), services)


handler = event_handler(ConnectConfig, run)
