"""What the one-machine gateway adds to a request: HTTP, events, a worker process, and back.

One function answers the same requests in this process and behind the gateway, in turns.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path

from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from infra.local.address import listen, serving
from infra.local.declared import Function, RestApi, RestRoute
from infra.local.gateway import RestGateway
from infra.local.leash import Leash
from infra.local.proxy import MatchedRoute, RestRequest, rest_event
from infra.local.runtime import Runtime
from infra.local.worker import Settings

from ..data.local_functions.sample.handlers import echo
from .harness import Ratio, table

ROOT = Path(__file__).parents[2]
FUNCTIONS = ROOT / "tests" / "data" / "local_functions"
ALLOWED_MS = 3.0
ROUNDS = 400
BODIES = {"without a body": b"", "with 10 KB": b"x" * 10_000}


def main() -> str:
    """A row for each size of request."""
    with tempfile.TemporaryDirectory() as folder:
        rows = asyncio.run(_measure(Path(folder)))
    return table(
        "The local gateway (fastest tenth; the ratio is what it adds, in shares of 3 ms)", rows
    )


async def _measure(folder: Path) -> list[Ratio]:
    leash = Leash()
    settings = Settings(stand_ins={}, platform={}, layer=ROOT, logs=folder, scratch=folder)
    function = Function("echo", "sample.handlers.echo", FUNCTIONS, 5.0, 128, {})
    runtime = Runtime({"echo": function}, settings, leash)
    routes = (RestRoute("ANY", "/echo/{id}", "echo"),)
    gateway = RestGateway(RestApi("api", "live", routes, frozenset(), None, {}), runtime.invoke)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await (await gateway(Request(scope, receive)))(scope, receive, send)

    async with AsyncExitStack() as ending:
        ending.callback(leash.close)
        ending.push_async_callback(runtime.stop)
        listener = ending.enter_context(listen(0))
        await ending.enter_async_context(serving(app, listener))
        port = listener.getsockname()[1]
        return [
            await asyncio.to_thread(_compare, name, body, port) for name, body in BODIES.items()
        ]


def _compare(name: str, body: bytes, port: int) -> Ratio:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    headers = {"Content-Type": "text/plain"}

    def through() -> None:
        connection.request("POST", "/echo/7?a=1", body, headers)
        response = connection.getresponse()
        if response.status != 200:
            raise RuntimeError(response.read())
        response.read()

    def in_process() -> None:
        request = RestRequest("POST", "/echo/7", "a=1", tuple(headers.items()), body, "127.0.0.1")
        event = rest_event(request, MatchedRoute("api", "live", "/echo/{id}", {"id": "7"}), ())
        json.dumps(echo(event, None))

    ours, theirs = _fast_ms(through, in_process)
    added = (ours - theirs) / ALLOWED_MS
    return Ratio(f"A request {name}", ours, theirs, "ms", added, "<= 1")


def _fast_ms(*sides: Callable[[], None]) -> list[float]:
    """The time that the fastest tenth of each stays under, in turns.

    It is wall time, for three processes take part; the slow ones waited for other programs.
    """
    times: list[list[float]] = [[] for _ in sides]
    for _ in range(ROUNDS):
        for side, spent in zip(sides, times, strict=True):
            started = time.perf_counter()
            side()
            spent.append((time.perf_counter() - started) * 1000)
    return [statistics.quantiles(spent, n=10)[0] for spent in times]
