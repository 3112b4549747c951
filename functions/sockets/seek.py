"""seek: go on from another time."""

from __future__ import annotations

from dishka import Container

from .fields import needed_text, seconds
from .messages import Message
from .playing import DEFAULT_CREDIT, PlayConfig, credit_of, feed_play
from .route import message_handler


def answer(connection_id: str, message: Message, services: Container) -> None:
    """Send from the chunk that holds `from` on, with `credit` anew; a pause ends.

    Raises:
        ValidationFailed: a field is wrong.
        NotFound: the simulation is not being played.
    """
    simulation_id = needed_text(message, "simulation_id")
    start_s, credit = seconds(message, "from"), credit_of(message, DEFAULT_CREDIT)
    feed_play(services, connection_id, simulation_id, lambda play: play.sought(start_s, credit))


handler = message_handler(PlayConfig, answer)
