"""The whole stack on one machine: services, functions, APIs, state machines and schedules."""

import asyncio
import contextlib
import fcntl
import json
import logging
import os
import socket
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from shared.clock import SystemClock
from shared.folder import FolderObjects
from shared.presign import UrlSigner

from . import template
from .address import HOST, Address, listen, serving
from .child import ServiceFailed
from .credentials import Credentials, keep_secret
from .declared import Template
from .gateway import RestGateway
from .interpreter import Interpreter
from .leash import Leash
from .objects import ObjectGateway
from .page import PageServer
from .runtime import FunctionNotFound, Runtime
from .schedules import Scheduler
from .services import Postgres, Valkey
from .sockets import SocketGateway
from .worker import Settings

PATIENCE_S = 10.0
"""For so long a request waits for a worker; the rest of the gateway's 29 s are for its work."""
HOUSEKEEPING_S = 30.0
LOOK_AFTER_SERVICES_S = 0.5

MIGRATE = "MigrateFunction"
RESUME = "ResumeJobsFunction"
AT_ONCE = {"idle_s": 0}
"""What was under way has died, so no job has to be idle for long."""

# Variables of the functions that may be set for the whole stack, in its own environment.
SETTABLE = (
    "BURST_SIZE",
    "CACHE_TTL",
    "DATABASE_URL",
    "ENABLE_CACHING",
    "LABEL_READER",
    "LOG_LEVEL",
    "OIDC_ADMIN_ROLE",
    "OIDC_AUDIENCE",
    "OIDC_ISSUER",
    "OIDC_ROLES_CLAIM",
    "PAID_LIMIT_PER_MINUTE",
    "PUBLIC_URL",
    "RATE_LIMIT_PER_HOUR",
    "RATE_LIMIT_PER_MINUTE",
    "REDIS_URL",
    "SENTENCE_READER",
)

_log = logging.getLogger(__name__)

# Nothing here may reach AWS. A client without an endpoint of its own fails at once, and says where.
_NO_AWS = "http://127.0.0.1:9/this-aws-service-is-not-on-this-machine"


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


@dataclass(frozen=True)
class Stack:
    """A stack that runs."""

    address: str
    runtime: Runtime
    template: Template


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
        listener = ending.enter_context(_listening(place.port))
        address = f"http://{HOST}:{listener.getsockname()[1]}"
        leash = Leash()
        ending.callback(leash.close)

        given = {name: environ[name] for name in SETTABLE if environ.get(name)}
        credentials = Credentials.kept_in(place.data)
        machines = Interpreter(
            _folder(place.data / "logs"), leash, address, credentials.environment()
        )
        machines.prepare()
        ending.push_async_callback(asyncio.to_thread, machines.stop)
        services = _services(place.data, given, leash, ending)
        load = partial(template.load, place.template, cache=_folder(place.data / "cache"))
        declared, *_ = await _in_threads(load, *(service.start for service in services.values()))
        secret = keep_secret(place.data / "token-secret")
        objects = _folder(place.data / "objects")
        stage = declared.sockets.stage if declared.sockets else "live"
        stand_ins = {
            "LABEL_READER": "rapidocr",
            "OIDC_AUDIENCE": "",
            "OIDC_ISSUER": "",  # unless one is given, callers are guests
            "OBJECTS_URL": f"file://{quote(str(objects))}",
            "PROXIES_IN_FRONT": "0",
            "PUBLIC_URL": address,
            "SENTENCE_READER": "grammar",
            "SOCKETS_ENDPOINT": f"{address}/{stage}",
            "TOKEN_SECRET": secret,
            **{name: service.url for name, service in services.items()},
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
            logs=place.data / "logs",
            scratch=_folder(place.data / "scratch"),
            echo=place.echo,
        )
        for function in declared.functions.values():
            function.environment(stand_ins)  # raises now what the first event would run into
        runtime = Runtime(declared.functions, settings, leash, in_background=declared.tasks)
        ending.push_async_callback(runtime.stop)

        await _in_threads(partial(machines.start, declared.state_machines))
        platform["AWS_ENDPOINT_URL_SFN"] = machines.url

        app = Address(
            runtime,
            rest=RestGateway(declared.rest, partial(runtime.invoke, patience_s=PATIENCE_S))
            if declared.rest
            else None,
            sockets=SocketGateway(declared.sockets, runtime.invoke, credentials)
            if declared.sockets
            else None,
            objects=ObjectGateway(
                FolderObjects(objects), UrlSigner(stand_ins["PUBLIC_URL"], secret, SystemClock())
            ),
            page=PageServer(declared.page) if declared.page else None,
            credentials=credentials,
        )
        await ending.enter_async_context(serving(app, listener))
        # First of all at the end: what it asks the server for would be waited for.
        ending.push_async_callback(asyncio.to_thread, machines.stop)
        await _run_once(runtime, MIGRATE, {})
        await ending.enter_async_context(_background(_keep_house(runtime)))
        await ending.enter_async_context(_background(_revive(services.values())))
        await ending.enter_async_context(_background(_revive_machines(machines, runtime)))
        if schedules:
            await _run_once(runtime, RESUME, AT_ONCE)
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


def _services(
    data: Path, given: Mapping[str, str], leash: Leash, ending: contextlib.AsyncExitStack
) -> dict[str, Postgres | Valkey]:
    """Servers of our own, for those that are not given; `ending` stops them."""
    services: dict[str, Postgres | Valkey] = {
        "DATABASE_URL": Postgres(data / "postgres", leash),
        "REDIS_URL": Valkey(data / "valkey", leash),
    }
    own = {name: service for name, service in services.items() if name not in given}
    for service in own.values():
        ending.push_async_callback(asyncio.to_thread, service.stop)
    return own


async def _in_threads(*calls: Callable[[], Any]) -> list[Any]:
    """The results of calls that run at the same time.

    None is left running behind, whatever happens: what it starts would outlive the stack.
    """
    running = [asyncio.create_task(asyncio.to_thread(call)) for call in calls]
    try:
        await asyncio.wait(running)
    except asyncio.CancelledError:
        await asyncio.wait(running)
        raise
    return [task.result() for task in running]


async def _run_once(runtime: Runtime, function: str, event: Mapping[str, object]) -> None:
    """Run one of the functions that a start needs, where the template has it.

    Raises:
        StackRefused: it failed.
    """
    with contextlib.suppress(FunctionNotFound):
        answer = await runtime.invoke(function, json.dumps(event).encode())
        if answer.error:
            raise StackRefused(f"{function} failed: {answer.payload.decode()}")


async def _keep_house(runtime: Runtime) -> None:
    while True:
        await asyncio.sleep(HOUSEKEEPING_S)
        await runtime.stop_idle()


async def _revive(services: Iterable[Postgres | Valkey]) -> None:
    """Start again what dies of the servers, as a managed service would."""
    while True:
        await asyncio.sleep(LOOK_AFTER_SERVICES_S)
        for service in services:
            try:
                await _in_threads(service.revive)
            except ServiceFailed:
                _log.exception("it is tried again")


async def _revive_machines(machines: Interpreter, runtime: Runtime) -> None:
    """Start the state machines again if they die, and the jobs that they ran."""
    while True:
        await asyncio.sleep(LOOK_AFTER_SERVICES_S)
        try:
            (revived,) = await _in_threads(machines.revive)
            if revived:
                await _run_once(runtime, RESUME, AT_ONCE)
        except (ServiceFailed, StackRefused):
            _log.exception("it is tried again")


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
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (data / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StackRefused(f"another stack runs on {data}: stop it first") from None
        yield


@contextlib.contextmanager
def _listening(port: int) -> Iterator[socket.socket]:
    try:
        listener = listen(port)
    except OSError as error:
        raise StackRefused(
            f"port {port} can't be used ({error.strerror}): choose another, as in "
            "`make run PORT=8001`"
        ) from None
    with listener:
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
