"""The WebSocket API: API Gateway holds the connections, and functions see events.

Limits: https://docs.aws.amazon.com/apigateway/latest/developerguide/
apigateway-execution-service-websocket-limits-table.html
"""

import asyncio
import base64
import json
import logging
import secrets
import time
import uuid
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from .authorizers import Authorizers, Invoke, Refused
from .credentials import Credentials
from .declared import SocketApi, SocketRoute
from .runtime import RequestTooLarge
from .runtime_api import Answer

FRAME_LIMIT_BYTES = 32 * 1024
MESSAGE_LIMIT_BYTES = 128 * 1024
IDLE_LIMIT_S = 600.0
LIFE_LIMIT_S = 7200.0
INTEGRATION_TIMEOUT_S = 29.0
EVENTS_AT_ONCE = 32  # of one connection; the next message is read when one is done
OUTBOX_LIMIT_BYTES = 64 * MESSAGE_LIMIT_BYTES  # kept for a client that reads slowly

GOING_AWAY = 1001
UNSUPPORTED_DATA = 1003

_log = logging.getLogger(__name__)


class _OutboxFull(Exception):
    """The client reads more slowly than it is sent to."""


@dataclass(eq=False)
class _Connection:
    """One open connection, and when something last went over it.

    Messages wait in an outbox, so that a client that reads slowly holds up nobody who posts to it.
    """

    id: str
    socket: WebSocket
    context: dict[str, Any]
    connected_at: float
    active_at: float
    tasks: set[asyncio.Task[None]] = field(default_factory=set)
    outbox: asyncio.Queue[str] = field(default_factory=asyncio.Queue)
    waiting_bytes: int = 0

    @property
    def open(self) -> bool:
        return self.socket.application_state is WebSocketState.CONNECTED

    def send(self, text: str) -> bool:
        """Put a text message in the outbox; whether there is anybody to take it.

        Raises:
            _OutboxFull: too much waits there already.
        """
        if not self.open:
            return False
        if self.waiting_bytes + len(text) > OUTBOX_LIMIT_BYTES:
            raise _OutboxFull
        self.waiting_bytes += len(text)
        self.outbox.put_nowait(text)
        self.active_at = time.time()
        return True

    async def empty_outbox(self) -> None:
        """Send what is put in the outbox, as fast as the client takes it, until it is gone."""
        with suppress(WebSocketDisconnect, RuntimeError):
            while True:
                text = await self.outbox.get()
                await self.socket.send_text(text)
                self.waiting_bytes -= len(text)


class SocketGateway:
    """Serves one WebSocket API, and the management API through which functions post to clients."""

    def __init__(
        self,
        api: SocketApi,
        invoke: Invoke,
        credentials: Credentials,
        *,
        idle_limit_s: float = IDLE_LIMIT_S,
        life_limit_s: float = LIFE_LIMIT_S,
    ) -> None:
        self._api = api
        self._invoke = invoke
        self._authorizers = Authorizers(api.id, api.stage, invoke)
        self._credentials = credentials
        self._idle_limit_s = idle_limit_s
        self._life_limit_s = life_limit_s
        self._connections: dict[str, _Connection] = {}

    async def serve(self, socket: WebSocket) -> None:
        """Hold one connection from its handshake to its end."""
        now = time.time()
        connection_id = base64.urlsafe_b64encode(secrets.token_bytes(11)).decode()
        host = socket.headers.get("host", "localhost")
        context = {
            "apiId": self._api.id,
            "connectedAt": int(now * 1000),
            "connectionId": connection_id,
            "domainName": host,
            "identity": {
                "sourceIp": socket.client.host if socket.client else "127.0.0.1",
                "userAgent": socket.headers.get("user-agent"),
            },
            "stage": self._api.stage,
        }
        connection = _Connection(connection_id, socket, context, now, now)
        refusal = await self._connect(connection)
        if refusal is not None:
            await socket.send_denial_response(refusal)
            return
        self._connections[connection_id] = connection
        code = 1006
        sending: asyncio.Task[None] | None = None
        try:
            await socket.accept()
            sending = asyncio.create_task(connection.empty_outbox())
            code = await self._receive_until_closed(connection)
        finally:
            self._connections.pop(connection_id, None)
            if sending:
                sending.cancel()
            await self._disconnect(connection, code)

    async def manage(self, request: Request, connection_id: str) -> Response:
        """The management API, for an unchanged client: `@connections/{id}`, POST, GET, DELETE."""
        if not self._credentials.signed(request.headers):
            return JSONResponse({"message": "Missing Authentication Token"}, 403)
        connection = self._connections.get(connection_id)
        body = await request.body()
        if connection is None:
            return _management_error(410, "GoneException", "")
        if request.method == "GET":
            return JSONResponse(_status(connection))
        if request.method == "DELETE":
            await _close(connection, GOING_AWAY)
            return Response(status_code=204)
        if len(body) > MESSAGE_LIMIT_BYTES:
            return _management_error(413, "PayloadTooLargeException", "Message too long")
        try:
            sent = connection.send(body.decode("utf-8", "replace"))
        except _OutboxFull:
            return _management_error(429, "LimitExceededException", "The client reads too slowly")
        return Response(status_code=200) if sent else _management_error(410, "GoneException", "")

    # ------------------------------------------------------------------------ events of one life

    async def _connect(self, connection: _Connection) -> Response | None:
        """Ask the authorizer and the `$connect` route; the refusal, if one refuses."""
        route = self._api.routes.get("$connect")
        if route is None:
            return None
        event = _event(connection, "$connect", "CONNECT") | _handshake(connection.socket)
        if self._api.authorizer is not None:
            try:
                allowed = await self._authorizers.check(self._api.authorizer, event, "$connect")
            except Refused as refused:
                message = {"message": refused.refusal.message}
                return JSONResponse(message, refused.refusal.status)
            connection.context["authorizer"] = allowed
            event["requestContext"]["authorizer"] = allowed
        answer = await self._run(route, event)
        if answer is None or answer.error:
            return JSONResponse({"message": "Internal server error"}, 502)
        status = _status_code(answer)
        if 200 <= status < 300:
            return None
        words = {401: "Unauthorized", 403: "Forbidden"}
        return JSONResponse({"message": words.get(status, "Refused")}, status)

    async def _disconnect(self, connection: _Connection, code: int) -> None:
        route = self._api.routes.get("$disconnect")
        if route is None:
            return
        event = _event(connection, "$disconnect", "DISCONNECT")
        event["requestContext"] |= {"disconnectStatusCode": code, "disconnectReason": ""}
        await self._run(route, event)

    async def _receive_until_closed(self, connection: _Connection) -> int:
        """Dispatch messages until either side closes; the close code."""
        slots = asyncio.Semaphore(EVENTS_AT_ONCE)
        while True:
            try:
                async with asyncio.timeout(self._seconds_left(connection)):
                    message = await connection.socket.receive()
            except TimeoutError:
                if self._seconds_left(connection) > 0:
                    continue  # a function has posted meanwhile
                await _close(connection, GOING_AWAY)
                return GOING_AWAY
            if message["type"] == "websocket.disconnect":
                return int(message.get("code") or 1005)
            text = message.get("text")
            if text is None:
                await _close(connection, UNSUPPORTED_DATA)
                return UNSUPPORTED_DATA
            connection.active_at = time.time()
            await slots.acquire()
            task = asyncio.create_task(self._dispatch(connection, text))
            connection.tasks.add(task)
            task.add_done_callback(connection.tasks.discard)
            task.add_done_callback(lambda _: slots.release())

    def _seconds_left(self, connection: _Connection) -> float:
        ends = min(
            connection.active_at + self._idle_limit_s, connection.connected_at + self._life_limit_s
        )
        return max(0.0, ends - time.time())

    async def _dispatch(self, connection: _Connection, text: str) -> None:
        """Run one message through the route that it selects."""
        key = self._select(text)
        event = _event(connection, key, "MESSAGE")
        event["requestContext"]["messageId"] = secrets.token_urlsafe(11)
        event["body"] = text
        route = self._api.routes.get(key)
        if route is None:
            _answer(connection, _complaint(event, "Forbidden"))
            return
        answer = await self._run(route, event)
        if answer is None or answer.error:
            _answer(connection, _complaint(event, "Internal server error"))
        elif route.answers and (body := _answer_body(answer)):
            _answer(connection, body)

    def _select(self, text: str) -> str:
        """The key of a message's route, by the API's route selection expression."""
        value: Any = None
        with suppress(ValueError, KeyError, TypeError):
            value = json.loads(text)
            for name in self._api.selection.split("."):
                value = value[name]
        if isinstance(value, str) and value in self._api.routes and not value.startswith("$"):
            return value
        return "$default"

    async def _run(self, route: SocketRoute, event: Mapping[str, Any]) -> Answer | None:
        """The function's answer; None where it took too long or could not be asked."""
        payload = json.dumps(event, separators=(",", ":")).encode()
        try:
            async with asyncio.timeout(INTEGRATION_TIMEOUT_S):
                answer = await self._invoke(route.function, payload)
        except (TimeoutError, RequestTooLarge):
            return None
        if answer.error:
            _log.info("%s: %s", route.key, answer.payload.decode()[:500])
        return answer


def _event(connection: _Connection, key: str, kind: str) -> dict[str, Any]:
    now = datetime.now(UTC)
    request_id = secrets.token_urlsafe(11)
    return {
        "requestContext": {
            **connection.context,
            "eventType": kind,
            "extendedRequestId": request_id,
            "messageDirection": "IN",
            "requestId": request_id,
            "requestTime": now.strftime("%d/%b/%Y:%H:%M:%S +0000"),
            "requestTimeEpoch": int(now.timestamp() * 1000),
            "routeKey": key,
        },
        "isBase64Encoded": False,
    }


def _handshake(socket: WebSocket) -> dict[str, Any]:
    """Headers and query of the handshake, which only `$connect` sees."""
    headers = [(k.decode("latin-1").title(), v.decode("latin-1")) for k, v in socket.headers.raw]
    query = parse_qsl(socket.url.query, keep_blank_values=True)
    event: dict[str, Any] = {"headers": dict(headers), "multiValueHeaders": _grouped(headers)}
    if query:
        event["queryStringParameters"] = dict(query)
        event["multiValueQueryStringParameters"] = _grouped(query)
    return event


def _grouped(pairs: list[tuple[str, str]]) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for name, value in pairs:
        grouped.setdefault(name, []).append(value)
    return grouped


def _status_code(answer: Answer) -> int:
    with suppress(ValueError, KeyError, TypeError):
        return int(json.loads(answer.payload)["statusCode"])
    return 502


def _answer_body(answer: Answer) -> str | None:
    with suppress(ValueError, KeyError, TypeError):
        body = json.loads(answer.payload)["body"]
        return body if isinstance(body, str) else json.dumps(body)
    return None


def _complaint(event: Mapping[str, Any], message: str) -> str:
    context = event["requestContext"]
    return json.dumps(
        {
            "message": message,
            "connectionId": context["connectionId"],
            "requestId": context["requestId"],
        }
    )


def _answer(connection: _Connection, text: str) -> None:
    """Send what nobody waits for: a client that doesn't read may miss it."""
    with suppress(_OutboxFull):
        connection.send(text)


async def _close(connection: _Connection, code: int) -> None:
    with suppress(WebSocketDisconnect, RuntimeError):
        await connection.socket.close(code)


def _status(connection: _Connection) -> dict[str, Any]:
    return {
        "connectedAt": _rfc3339(connection.connected_at),
        "identity": connection.context["identity"],
        "lastActiveAt": _rfc3339(connection.active_at),
    }


def _rfc3339(epoch_s: float) -> str:
    return datetime.fromtimestamp(epoch_s, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _management_error(status: int, kind: str, message: str) -> Response:
    return JSONResponse(
        {"message": message, "connectionId": "", "requestId": str(uuid.uuid4())},
        status,
        headers={"x-amzn-errortype": kind},
    )
