"""$default: a message whose action is not known."""

from __future__ import annotations

from dataclasses import dataclass

from dishka import Container

from shared.config import DatabaseSettings, LimitSettings, SocketSettings
from shared.errors import FieldError, ValidationFailed

from .messages import Message
from .route import message_handler

ACTIONS = ("subscribe", "play", "ack", "pause", "seek", "stop", "look", "ping")


@dataclass(frozen=True, kw_only=True)
class DefaultConfig(DatabaseSettings, SocketSettings, LimitSettings):
    """What this function reads."""


def answer(_connection_id: str, message: Message, _services: Container) -> Message:
    """Say which actions there are.

    Raises:
        ValidationFailed: always; it becomes the `error` message.
    """
    action = message.get("action")
    why = "is missing" if action is None else "is not known"
    raise ValidationFailed(
        f"action {why}. There are: {', '.join(ACTIONS)}.", errors=[FieldError("action", why)]
    )


handler = message_handler(DefaultConfig, answer)
