"""The one address: which part of the stack answers a request, and the server that takes it."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator

import uvicorn
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from shared.presign import OBJECTS_PATH

from .credentials import Credentials
from .gateway import RestGateway
from .objects import ObjectGateway
from .page import PageServer
from .runtime import FunctionNotFound, RequestTooLarge, Runtime
from .sockets import FRAME_LIMIT_BYTES, MESSAGE_LIMIT_BYTES, SocketGateway

HOST = "127.0.0.1"

KEPT_OPEN_S = 75
"""For how long a connection is kept for its client's next request.

A client that asks just when the server closes has no answer, and may not ask again if it was to
change something. So this is longer than browsers and HTTP libraries keep one themselves, or than
a person takes between two clicks; uvicorn's own is 5 s.
"""

_LAMBDA_PATH = ("2015-03-31", "functions")


class Address:
    """Everything that is served, as an ASGI application."""

    def __init__(
        self,
        runtime: Runtime,
        *,
        rest: RestGateway | None,
        sockets: SocketGateway | None,
        objects: ObjectGateway,
        page: PageServer | None,
        credentials: Credentials,
    ) -> None:
        self._runtime = runtime
        self._rest = rest
        self._sockets = sockets
        self._objects = objects
        self._page = page
        self._credentials = credentials

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            socket = WebSocket(scope, receive, send)
            if self._sockets:
                await self._sockets.serve(socket)
            else:
                await socket.close()
            return
        request = Request(scope, receive)
        response = await self._respond(request)
        await response(scope, receive, send)

    async def _respond(self, request: Request) -> Response:
        parts = request.scope["path"].split("/")[1:]
        if request.scope["path"].startswith(OBJECTS_PATH):
            return await self._objects(request)
        if len(parts) == 3 and parts[1] == "@connections" and self._sockets:
            return await self._sockets.manage(request, parts[2])
        if len(parts) == 4 and (*parts[:2], parts[3]) == (*_LAMBDA_PATH, "invocations"):
            return await self._invoke(request, parts[2])
        if self._page and self._page.takes(request.method, request.scope["path"]):
            return await self._page(request)
        if self._rest:
            return await self._rest(request)
        return Response(status_code=404)

    async def _invoke(self, request: Request, function: str) -> Response:
        """Lambda's own Invoke, for an unchanged client."""
        if not self._credentials.signed(request.headers):
            return JSONResponse({"Message": "Missing Authentication Token"}, 403)
        try:
            answer = await self._runtime.invoke(function, await request.body() or b"{}")
        except FunctionNotFound:
            kind = {"x-amzn-errortype": "ResourceNotFoundException"}
            return JSONResponse({"Message": f"Function not found: {function}"}, 404, headers=kind)
        except RequestTooLarge as error:
            kind = {"x-amzn-errortype": "RequestTooLargeException"}
            return JSONResponse({"Message": str(error)}, 413, headers=kind)
        failed = {"x-amz-function-error": answer.error} if answer.error else {}
        headers = {"x-amz-executed-version": "$LATEST", **failed}
        return Response(answer.payload, headers=headers, media_type="application/json")


class _Server(uvicorn.Server):
    """uvicorn, without its signal handlers: the command line has its own."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def listen(port: int) -> socket.socket:
    """A socket that listens on a port of this machine; 0 for any that is free.

    Raises:
        OSError: the port can't be had.
    """
    # asyncio switches Nagle's delay off only where the protocol is named: 40 ms a small answer.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
        listener.listen(1024)
    except OSError:
        listener.close()
        raise
    return listener


@contextlib.asynccontextmanager
async def serving(app: ASGIApp, listener: socket.socket) -> AsyncIterator[None]:
    """Serve an application on a socket that listens already."""
    config = uvicorn.Config(
        app,
        access_log=False,
        lifespan="off",
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=1,
        timeout_keep_alive=KEPT_OPEN_S,
        ws=WebSocketsSansIOProtocol,
        # API Gateway bounds messages and frames; uvicorn hands the pair on to websockets.
        ws_max_size=(MESSAGE_LIMIT_BYTES, FRAME_LIMIT_BYTES),  # type: ignore[arg-type]
        ws_per_message_deflate=False,
        ws_ping_interval=None,
    )
    server = _Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started and not serving.done():
        await asyncio.sleep(0.01)
    try:
        yield
    finally:
        server.should_exit = True
        await serving
