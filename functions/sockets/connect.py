"""$connect: a socket opens, if its token holds, or the link that it came by."""

from __future__ import annotations

from dataclasses import dataclass

from dishka import Container

from records.connections import Connection, open_connection
from records.sessions import find_session
from records.shares import find_shared_simulation
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
    open_connection(database, Connection(connection_id, now, now, owner_id=identity.owner_id))


def connect_by_link(connection_id: str, share_token: str, services: Container) -> None:
    """Write the connection of whoever has the link of a shared simulation, to play it and no more.

    Raises:
        Unauthenticated: there is no such link, or it was revoked.
    """
    database, now = services.get(Database), services.get(Clock).now()
    simulation = find_shared_simulation(database, share_token)
    if simulation is None:
        raise Unauthenticated("The link does not hold.")
    open_connection(database, Connection(connection_id, now, now, simulation_id=simulation.id))


def run(event: Event, services: Container) -> None:
    """The token is in the query: browsers can't send headers with a WebSocket."""
    query = event.get("queryStringParameters") or {}
    if "share" in query and "token" not in query:
        connect_by_link(connection_id_of(event), query["share"], services)
    else:
        connect(connection_id_of(event), query.get("token", ""), services)


handler = event_handler(ConnectConfig, run)
