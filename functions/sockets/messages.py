"""Messages: JSON objects that clients send over a socket."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from dishka import Container

from shared.errors import MalformedRequest

Message = Mapping[str, Any]
Respond = Callable[[str, Message, Container], Message | None]
"""From a connection's id and what it sent to the message that goes back, if one does."""

_MAX_REF = 64


def ref_of(message: Message) -> dict[str, Any]:
    """What a client calls its message by, to be told apart by in the answer; empty where nothing.

    A `simulation_id` is handed back too.
    """
    return {
        name: message[name]
        for name in ("ref", "simulation_id")
        if isinstance(message.get(name), str | int) and len(str(message[name])) <= _MAX_REF
    }


def parse_message(body: object) -> Message:
    """A message as it came.

    Raises:
        MalformedRequest: it is no JSON object.
    """
    try:
        message = json.loads(body) if isinstance(body, str) else None
    except (ValueError, RecursionError):
        message = None
    if not isinstance(message, dict):
        raise MalformedRequest("A message is a JSON object with an action.")
    return message
