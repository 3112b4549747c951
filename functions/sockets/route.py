"""The frame around every WebSocket route."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping
from typing import Any

from dishka import Container, Provider

from records.connections import close_connection, touch_connection
from shared.clock import Clock
from shared.config import DatabaseSettings, LimitSettings
from shared.container import container_once
from shared.database import Database
from shared.errors import problem_of
from shared.identity import grant_in
from shared.limits import Kind, Limiter
from shared.logs import log_invocations
from shared.push import ConnectionGone, Sockets, encode_message

from .messages import Message, Respond, parse_message, ref_of
from .repeats import answered_once

Event = Mapping[str, Any]
Answer = dict[str, int]
Handler = Callable[[Event, Any], Answer]

OK: Answer = {"statusCode": 200}
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
            services = container()
            if issubclass(config, LimitSettings):
                charge(event, services, Kind.READ)
            run(event, services)
        except Exception as error:
            status = problem_of(error).status
            if status >= 500:
                _logger.error("socket event failed", exc_info=error)
            return {"statusCode": status}
        return OK

    return log_invocations(handler)


def charge(event: Event, services: Container, kind: Kind) -> None:
    """Charge an event to its caller, or to its connection where nobody is known to have it.

    The address is the one that the authorizer saw when the socket opened.

    Raises:
        RateLimited: too many came.
        Unauthenticated: the token that the socket was opened with has expired.
    """
    grant = grant_in(event, now=services.get(Clock).now())
    caller = grant.identity.owner_id if grant else f"connection:{connection_id_of(event)}"
    address = (event["requestContext"].get("authorizer") or {}).get("address", "")
    services.get(Limiter).charge(kind, caller, address).check()


def message_handler(
    config: type,
    answer: Respond,
    *,
    kind: Kind = Kind.MESSAGE,
    environ: Mapping[str, str] = os.environ,
    providers: tuple[Provider, ...] = (),
) -> Handler:
    """A Lambda handler for a route that clients send messages to.

    The message that `answer` returns is posted to the connection; what it raises is posted as an
    `error` message with the problem in it, and with the message's `ref`, if it has one.

    A message is charged before anything is done for it, and one that is sent again under its key is
    not done again. The connection counts as heard of, and its row goes when the client has left. A
    function without a database leaves the row alone, and knows no keys: whoever may open a socket
    may send such a message, as often as the limits say.

    Args:
        config: the function's configuration.
        answer: what is sent back; None where there is nothing to say, or it was sent already.
        kind: what such a message is charged as.
        environ: read at the first message.
        providers: what stands in for parts of the container.
    """
    container = container_once(environ, config, *providers)
    has_rows = issubclass(config, DatabaseSettings)

    def respond(connection_id: str, message: Message, services: Container) -> Message | None:
        if not has_rows:
            return answer(connection_id, message, services)
        now = services.get(Clock).now()
        if not touch_connection(services.get(Database), connection_id, now=now):
            raise ConnectionGone("There is no such connection.")
        return answered_once(connection_id, message, services, answer)

    def handler(event: Event, _context: Any) -> Answer:
        connection_id = connection_id_of(event)
        try:
            services = container()
            try:
                reply = _reply(event, services, kind, respond)
                if reply is not None:
                    services.get(Sockets).post(connection_id, encode_message(reply))
            except ConnectionGone:
                if has_rows:
                    close_connection(services.get(Database), connection_id)
                return {"statusCode": 410}
        except Exception as error:
            _logger.error("socket message failed", exc_info=error)
            return {"statusCode": problem_of(error).status}
        return OK

    return log_invocations(handler)


def _reply(event: Event, services: Container, kind: Kind, respond: Respond) -> Message | None:
    message: Message = {}
    try:
        message = parse_message(event.get("body"))
        charge(event, services, kind)
        return respond(connection_id_of(event), message, services)
    except ConnectionGone:
        raise
    except Exception as error:
        found = problem_of(error)
        if found.status >= 500:
            _logger.error("socket message failed", exc_info=error)
        request_id = event["requestContext"].get("requestId")
        return {"type": "error", "error": found.to_json(request_id), **ref_of(message)}
