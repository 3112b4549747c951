"""ack: a chunk has arrived, and the client will take more."""

from __future__ import annotations

from dataclasses import replace

from dishka import Container

from records.plays import Play
from shared.errors import FieldError, ValidationFailed

from .fields import needed_text, whole
from .messages import Message
from .playing import PlayConfig, credit_of, feed_play, fps_of
from .route import message_handler

_MOST_CHUNKS = 1_000_000


def answer(connection_id: str, message: Message, services: Container) -> None:
    """Buy credit with a chunk, once, and send what it buys. `fps` changes how many frames come.

    Raises:
        ValidationFailed: a field is wrong.
        NotFound: the simulation is not being played.
    """
    simulation_id = needed_text(message, "simulation_id")
    index = whole(message, "index", least=0, most=_MOST_CHUNKS)
    if index is None:
        raise ValidationFailed(
            "index must say which chunk.", errors=[FieldError("index", "is missing")]
        )
    credit, fps = credit_of(message, 1), fps_of(message)

    def acknowledge(play: Play) -> Play:
        return replace(play.acknowledged(index, credit), fps=fps or play.fps)

    feed_play(services, connection_id, simulation_id, acknowledge)


handler = message_handler(PlayConfig, answer)
