"""pause: send no more until told to go on. What credit there is, is kept."""

from __future__ import annotations

from dataclasses import replace

from dishka import Container

from .fields import flag, needed_text
from .messages import Message
from .playing import PlayConfig, feed_play
from .route import message_handler


def answer(connection_id: str, message: Message, services: Container) -> None:
    """Pause a play, or let it go on: `"paused": false`.

    Raises:
        ValidationFailed: a field is wrong.
        NotFound: the simulation is not being played.
    """
    simulation_id = needed_text(message, "simulation_id")
    paused = flag(message, "paused", default=True)
    feed_play(services, connection_id, simulation_id, lambda play: replace(play, paused=paused))


handler = message_handler(PlayConfig, answer)
