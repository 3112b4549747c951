"""stop: no more of a simulation is wanted."""

from __future__ import annotations

from dataclasses import dataclass

from dishka import Container

from records.plays import end_play
from shared.config import DatabaseSettings, LimitSettings, SocketSettings
from shared.database import Database

from .fields import needed_text
from .messages import Message
from .route import message_handler


@dataclass(frozen=True, kw_only=True)
class StopConfig(DatabaseSettings, SocketSettings, LimitSettings):
    """What this function reads."""


def answer(connection_id: str, message: Message, services: Container) -> None:
    """Forget the play; nothing happens where there is none.

    Raises:
        ValidationFailed: no simulation is named.
    """
    end_play(services.get(Database), connection_id, needed_text(message, "simulation_id"))


handler = message_handler(StopConfig, answer)
