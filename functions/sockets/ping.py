"""ping: the client is still there, and so are we."""

from __future__ import annotations

from dataclasses import dataclass

from dishka import Container

from shared.config import DatabaseSettings, LimitSettings, SocketSettings

from .messages import Message
from .route import message_handler


@dataclass(frozen=True, kw_only=True)
class PingConfig(DatabaseSettings, SocketSettings, LimitSettings):
    """What this function reads."""


def answer(_connection_id: str, _message: Message, _services: Container) -> Message:
    """`pong`."""
    return {"type": "pong"}


handler = message_handler(PingConfig, answer)
