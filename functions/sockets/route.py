"""The frame around every WebSocket route."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable, Mapping
from typing import Any

from dishka import Container, Provider

from records.connections import close_connection, touch_connection
from shared.clock import Clock
from shared.config import DatabaseSettings
from shared.container import container_once
from shared.database import Database
from shared.errors import MalformedRequest, problem_of
from shared.logs import log_invocations
from shared.push import ConnectionGone, Sockets, encode_message

Event = Mapping[str, Any]
Message = Mapping[str, Any]
Answer = dict[str, int]
Handler = Callable[[Event, Any], Answer]
Respond = Callable[[str, Message, Container], Message | None]
"""From a connection's id and what it sent to the message that goes back, if one does."""

OK: Answer = {"statusCode": 200}
_MAX_REF = 64
_logger = logging.getLogger(__name__)


def connection_id_of(event: Event) -> str:
    """The id that API Gateway gave the connection."""
    return str(event["requestContext"]["connectionId"])


def event_handler(
    config: type,
    run: Callable[[Event, Container], None],
    *,
    environ: Mapping[str, str] = os.environ,
    providers: tuple[Provider, ...] = (),
) -> Handler:
    """A Lambda handler for `$connect` or `$disconnect`, which must not post to the connection.

    What `run` refuses is answered by its status alone: no body reaches a WebSocket client.
    """
    container = container_once(environ, config, *providers)

    def handler(event: Event, _context: Any) -> Answer:
        try:
            run(event, container())
        except Exception as error:
            status = problem_of(error).status
            if status >= 500:
                _logger.error("socket event failed", exc_info=error)
            return {"statusCode": status}
        return OK

    return log_invocations(handler)


def message_handler(
    config: type,
    answer: Respond,
    *,
    environ: Mapping[str, str] = os.environ,
    providers: tuple[Provider, ...] = (),
) -> Handler:
    """A Lambda handler for a route that clients send messages to.

    The message that `answer` returns is posted to the connection; what it raises is posted as an
    `error` message with the problem in it, and with the message's `ref`, if it has one.

    The connection counts as heard of, and its row goes when the client has left. A function without
    a database leaves the row alone: whoever may open a socket may send such a message.

    Args:
        config: the function's configuration.
        answer: what is sent back; None where there is nothing to say, or it was sent already.
        environ: read at the first message.
        providers: what stands in for parts of the container.
    """
    container = container_once(environ, config, *providers)
    has_rows = issubclass(config, DatabaseSettings)

    def handler(event: Event, _context: Any) -> Answer:
        connection_id = connection_id_of(event)
        try:
            services = container()
            database = services.get(Database) if has_rows else None
            now = services.get(Clock).now()
            if database and not touch_connection(database, connection_id, now=now):
                return {"statusCode": 410}
            try:
                reply = _reply(connection_id, event, services, answer)
                if reply is not None:
                    services.get(Sockets).post(connection_id, encode_message(reply))
            except ConnectionGone:
                if database:
                    close_connection(database, connection_id)
                return {"statusCode": 410}
        except Exception as error:
            _logger.error("socket message failed", exc_info=error)
            return {"statusCode": problem_of(error).status}
        return OK

    return log_invocations(handler)


def _reply(
    connection_id: str, event: Event, services: Container, answer: Respond
) -> Message | None:
    message: Message = {}
    try:
        message = parse_message(event.get("body"))
        return answer(connection_id, message, services)
    except ConnectionGone:
        raise
    except Exception as error:
        found = problem_of(error)
        if found.status >= 500:
            _logger.error("socket message failed", exc_info=error)
        request_id = event["requestContext"].get("requestId")
        return {"type": "error", "error": found.to_json(request_id), **ref_of(message)}


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
