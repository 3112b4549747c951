"""$connect: a socket opens, if its caller's session is there, or the link that it came by holds."""

from __future__ import annotations

from dataclasses import dataclass

from dishka import Container

from records.connections import Connection, open_connection
from records.sessions import is_there
from records.shares import find_shared_simulation
from shared.clock import Clock
from shared.config import DatabaseSettings, LimitSettings
from shared.database import Database
from shared.errors import Unauthenticated
from shared.identity import Grant, grant_in

from .route import Event, connection_id_of, event_handler


@dataclass(frozen=True, kw_only=True)
class ConnectConfig(DatabaseSettings, LimitSettings):
    """What this function reads."""


def connect(connection_id: str, grant: Grant, services: Container) -> None:
    """Write the connection of whoever the authorizer found.

    Raises:
        Unauthenticated: their session is over.
    """
    database, now = services.get(Database), services.get(Clock).now()
    if not is_there(database, grant, now=now):
        raise Unauthenticated("The session is over.")
    owner_id = grant.identity.owner_id
    open_connection(database, Connection(connection_id, now, now, owner_id=owner_id))


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
    """Open it for a caller, or for whoever comes by a link.

    Raises:
        Unauthenticated: for neither.
    """
    grant = grant_in(event, now=services.get(Clock).now())
    query = event.get("queryStringParameters") or {}
    if grant is not None:
        connect(connection_id_of(event), grant, services)
    else:
        connect_by_link(connection_id_of(event), query.get("share", ""), services)


handler = event_handler(ConnectConfig, run)
