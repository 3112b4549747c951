"""The whole stack on one machine: services, functions, APIs, state machines and schedules."""

import asyncio
import contextlib
import fcntl
import json
import os
import socket
from collections.abc import AsyncIterator, Coroutine, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import uvicorn
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from shared.clock import SystemClock
from shared.folder import FolderObjects
from shared.presign import OBJECTS_PATH, UrlSigner

from . import template
from .credentials import Credentials, keep_secret
from .gateway import RestGateway
from .leash import Leash
from .objects import ObjectGateway
from .runtime import FunctionNotFound, RequestTooLarge, Runtime
from .schedules import Scheduler
from .services import Postgres, Valkey
from .sockets import FRAME_LIMIT_BYTES, MESSAGE_LIMIT_BYTES, SocketGateway
from .stepfunctions import StateMachines
from .worker import Settings

HOST = "127.0.0.1"
HOUSEKEEPING_S = 30.0

MIGRATE = "MigrateFunction"
RESUME = "ResumeJobsFunction"

# Variables of the functions that may be set for the whole stack, in its own environment.
SETTABLE = (
    "BURST_SIZE",
    "CACHE_TTL",
    "DATABASE_URL",
    "ENABLE_CACHING",
    "LABEL_READER",
    "LOG_LEVEL",
    "PUBLIC_URL",
    "RATE_LIMIT_PER_HOUR",
    "RATE_LIMIT_PER_MINUTE",
    "REDIS_URL",
)

# Nothing here may reach AWS. A client without an endpoint of its own fails at once, and says where.
_NO_AWS = "http://127.0.0.1:9/this-aws-service-is-not-on-this-machine"

_LAMBDA_PATH = ("2015-03-31", "functions")


class StackRefused(RuntimeError):
    """The stack can't start here and now; the message says what to do."""


@dataclass(frozen=True)
class Place:
    """Where a stack is.

    Args:
        root: the repository; the functions find the code layer there.
        template: the SAM template.
        data: the folder of all that is kept between two runs.
        port: 0 for any that is free.
    """

    root: Path
    template: Path
    data: Path
    port: int
    echo: bool = False

    @property
    def page(self) -> Path:
        """The built web page, if there is one."""
        return self.root / "functions" / "web" / "dist"


@dataclass(frozen=True)
class Stack:
    """A stack that runs."""

    address: str
    runtime: Runtime
    template: template.Template


@contextlib.asynccontextmanager
async def running(
    place: Place, *, environ: Mapping[str, str] = os.environ, schedules: bool = True
) -> AsyncIterator[Stack]:
    """Start everything, migrate the database, and stop everything at the end.

    Raises:
        StackRefused: the port or the data folder is in use, or the migration failed.
        UnsupportedTemplate: the template asks for what is not here.
        ServiceFailed: a service did not start.
    """
    async with contextlib.AsyncExitStack() as ending:
        ending.enter_context(_locked(place.data))
        listener = ending.enter_context(_listener(place.port))
        address = f"http://{HOST}:{listener.getsockname()[1]}"
        leash = Leash()
        ending.callback(leash.close)

        given = {name: environ[name] for name in SETTABLE if environ.get(name)}
        declared, databases = await asyncio.gather(
            asyncio.to_thread(template.load, place.template, cache=_folder(place.data / "cache")),
            _start_services(place.data, given, leash, ending),
        )
        credentials = Credentials.kept_in(place.data)
        secret = keep_secret(place.data / "token-secret")
        objects = _folder(place.data / "objects")
        stage = declared.sockets.stage if declared.sockets else "live"
        stand_ins = {
            "LABEL_READER": "rapidocr",
            "OBJECTS_URL": f"file://{quote(str(objects))}",
            "PUBLIC_URL": address,
            "SOCKETS_ENDPOINT": f"{address}/{stage}",
            "TOKEN_SECRET": secret,
            **databases,
            **given,
        }
        platform = {
            **credentials.environment(),
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_ENDPOINT_URL": _NO_AWS,
        }
        settings = Settings(
            stand_ins=stand_ins,
            platform=platform,
            layer=place.root,
            logs=_folder(place.data / "logs"),
            scratch=_folder(place.data / "scratch"),
            echo=place.echo,
        )
        runtime = Runtime(declared.functions, settings, leash)
        ending.push_async_callback(runtime.stop)

        machines = StateMachines(
            declared.state_machines, runtime.invoke, asyncio.get_running_loop()
        )
        platform["AWS_ENDPOINT_URL_SFN"] = await asyncio.to_thread(machines.start)
        ending.push_async_callback(asyncio.to_thread, machines.stop)

        app = _Address(
            runtime,
            rest=RestGateway(declared.rest, runtime.invoke) if declared.rest else None,
            sockets=SocketGateway(declared.sockets, runtime.invoke, credentials)
            if declared.sockets
            else None,
            objects=ObjectGateway(
                FolderObjects(objects), UrlSigner(stand_ins["PUBLIC_URL"], secret, SystemClock())
            ),
            page=StaticFiles(directory=place.page, html=True) if place.page.is_dir() else None,
            credentials=credentials,
        )
        await ending.enter_async_context(_serving(app, listener))
        await _run_once(runtime, MIGRATE)
        await ending.enter_async_context(_background(_keep_house(runtime, machines)))
        if schedules:
            await _run_once(runtime, RESUME)
            scheduler = Scheduler(declared.schedules, runtime.invoke)
            await ending.enter_async_context(_background(scheduler.run()))
        ending.enter_context(_announced(place.data, address))
        yield Stack(address, runtime, declared)


def running_address(data: Path) -> str | None:
    """The address of the stack that runs on a data folder, if one does."""
    try:
        with _locked(data):
            return None
    except StackRefused:
        with contextlib.suppress(OSError, ValueError, KeyError):
            return str(json.loads((data / "running.json").read_text())["address"])
        return None


async def _start_services(
    data: Path, given: Mapping[str, str], leash: Leash, ending: contextlib.AsyncExitStack
) -> dict[str, str]:
    """The addresses of the database and the cache: own servers, where none were given."""
    services: dict[str, Postgres | Valkey] = {
        "DATABASE_URL": Postgres(data / "postgres", leash),
        "REDIS_URL": Valkey(data / "valkey", leash),
    }
    own = {name: service for name, service in services.items() if name not in given}
    for service in own.values():
        ending.push_async_callback(asyncio.to_thread, service.stop)
    await asyncio.gather(*(asyncio.to_thread(service.start) for service in own.values()))
    return {name: service.url for name, service in own.items()}


async def _run_once(runtime: Runtime, function: str) -> None:
    """Run one of the functions that a start needs, where the template has it.

    Raises:
        StackRefused: it failed.
    """
    with contextlib.suppress(FunctionNotFound):
        answer = await runtime.invoke(function, b"{}")
        if answer.error:
            raise StackRefused(f"{function} failed: {answer.payload.decode()}")


async def _keep_house(runtime: Runtime, machines: StateMachines) -> None:
    while True:
        await asyncio.sleep(HOUSEKEEPING_S)
        await runtime.stop_idle()
        await asyncio.to_thread(machines.forget_finished)


class _Address:
    """Everything that is served at the one address, as an ASGI application."""

    def __init__(
        self,
        runtime: Runtime,
        *,
        rest: RestGateway | None,
        sockets: SocketGateway | None,
        objects: ObjectGateway,
        page: ASGIApp | None,
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

    async def _respond(self, request: Request) -> Response | ASGIApp:
        parts = request.scope["path"].split("/")[1:]
        if request.scope["path"].startswith(OBJECTS_PATH):
            return await self._objects(request)
        if len(parts) == 3 and parts[1] == "@connections" and self._sockets:
            return await self._sockets.manage(request, parts[2])
        if len(parts) == 4 and (*parts[:2], parts[3]) == (*_LAMBDA_PATH, "invocations"):
            return await self._invoke(request, parts[2])
        if self._page and not (self._rest and self._rest.knows(request)):
            return self._page
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


@contextlib.asynccontextmanager
async def _serving(app: ASGIApp, listener: socket.socket) -> AsyncIterator[None]:
    config = uvicorn.Config(
        app,
        access_log=False,
        lifespan="off",
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=1,
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


@contextlib.asynccontextmanager
async def _background(work: Coroutine[None, None, None]) -> AsyncIterator[None]:
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


@contextlib.contextmanager
def _locked(data: Path) -> Iterator[None]:
    """Hold the data folder: two stacks on one would be two servers on the same files."""
    with (_folder(data) / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StackRefused(f"another stack runs on {data}: stop it first") from None
        yield


@contextlib.contextmanager
def _listener(port: int) -> Iterator[socket.socket]:
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
        except OSError as error:
            raise StackRefused(
                f"port {port} can't be used ({error.strerror}): choose another, as in "
                "`make run PORT=8001`"
            ) from None
        listener.listen(1024)
        yield listener


@contextlib.contextmanager
def _announced(data: Path, address: str) -> Iterator[None]:
    """Tell other commands on the same data folder where this stack is."""
    file = data / "running.json"
    file.write_text(json.dumps({"address": address}))
    try:
        yield
    finally:
        file.unlink(missing_ok=True)


def _folder(path: Path) -> Path:
    path.mkdir(parents=True, exist_ok=True)
    return path
