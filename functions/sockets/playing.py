"""What the routes of a play share: its configuration, its fields, and feeding it."""

from __future__ import annotations

from dataclasses import dataclass

from dishka import Container

from records.feed import Change, feed
from records.plays import MAX_CREDIT
from shared.config import DatabaseSettings, LimitSettings, ObjectSettings, SocketSettings
from shared.database import Database
from shared.errors import NotFound
from shared.objects import ObjectStore
from shared.push import Sockets
from shared.validation import MAX_FPS, MIN_FPS

from .fields import whole
from .messages import Message

DEFAULT_CREDIT = 4


@dataclass(frozen=True, kw_only=True)
class PlayConfig(DatabaseSettings, ObjectSettings, SocketSettings, LimitSettings):
    """What these functions read."""


def credit_of(message: Message, default: int) -> int:
    """How many chunks the client will take.

    Raises:
        ValidationFailed: it is no whole number within bounds.
    """
    return whole(message, "credit", least=0, most=MAX_CREDIT, default=default) or 0


def fps_of(message: Message) -> int | None:
    """The most frames a second that the client wants; None where it doesn't say.

    Raises:
        ValidationFailed: it is no whole number within bounds.
    """
    return whole(message, "fps", least=MIN_FPS, most=MAX_FPS)


def feed_play(
    services: Container, connection_id: str, simulation_id: str, change: Change | None = None
) -> None:
    """Change a play and send it what it may have.

    Raises:
        NotFound: there is no such play.
    """
    stores = services.get(Database), services.get(ObjectStore), services.get(Sockets)
    if not feed(*stores, connection_id, simulation_id, change):
        raise NotFound("This simulation is not being played: send play first.")
