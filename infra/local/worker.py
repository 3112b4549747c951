"""One process that runs one function's events, one at a time, as a Lambda sandbox does.

The process is `awslambdaric`, AWS's own runtime client. It asks for an event, runs the handler and
posts the answer (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html) to a small server
on a port of its own, which is how the server knows who asks.
"""

import asyncio
import json
import os
import signal
import sys
import time
import uuid
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any, BinaryIO

from . import naming
from .leash import Leash
from .template import Function

INIT_LIMIT_S = 10.0  # Lambda's limit of the init phase
RESPONSE_LIMIT_BYTES = 6_291_556  # 6 MiB and 100 bytes, as Lambda's own error message has it
LOG_LIMIT_BYTES = 5_000_000

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Answer:
    """What a function answered: JSON, and `error` as in Lambda's `FunctionError` if it failed."""

    payload: bytes
    error: str | None = None

    @classmethod
    def failed(cls, error_type: str, message: str) -> "Answer":
        body = {"errorType": error_type, "errorMessage": message}
        return cls(json.dumps(body).encode(), "Unhandled")


@dataclass(frozen=True)
class Settings:
    """What all workers share.

    Args:
        stand_ins: values in place of those that only the cloud has (`Function.environment`).
        platform: variables that every worker gets, as Lambda's own (credentials, endpoints).
        layer: the folder that stands for the code layers: it is searched after the function's own.
        logs: folder of one log a function.
        scratch: the workers' working and temporary folder.
        echo: also copy the workers' output to this process's standard error.
    """

    stand_ins: Mapping[str, str]
    platform: Mapping[str, str]
    layer: Path
    logs: Path
    scratch: Path
    echo: bool = False
    init_limit_s: float = INIT_LIMIT_S
    runtime_client: Path | None = field(
        default_factory=lambda: None if find_spec("runtime_client") else _HERE / "runtime_client"
    )


class Worker:
    """One process, and the Runtime API that it talks to, on a port of its own."""

    def __init__(self, function: Function, settings: Settings, leash: Leash) -> None:
        self._function = function
        self._settings = settings
        self._leash = leash
        self._asks = asyncio.Event()  # set while the process waits for an event
        self._events: asyncio.Queue[tuple[str, bytes] | None] = asyncio.Queue()
        self._outcome: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._stopped = False
        self.timed_out = False
        self._request_id = ""

    @property
    def alive(self) -> bool:
        return not self._stopped and self._process.returncode is None

    @property
    def reusable(self) -> bool:
        return self.alive and not self.timed_out

    async def start(self) -> None:
        self._server = await asyncio.start_server(
            self._serve,
            "127.0.0.1",
            0,
            limit=2**21,  # an X-Ray cause may fill a header of 1 MiB
        )
        port = self._server.sockets[0].getsockname()[1]
        with self._open_log() as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-P",  # the working folder stays off sys.path
                "-m",
                "awslambdaric",
                self._function.handler,
                env=self._environment(f"127.0.0.1:{port}"),
                cwd=self._settings.scratch,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=None if self._settings.echo else log,
                stderr=None if self._settings.echo else log,
                start_new_session=True,
            )
        self._leash.hold(self._process.pid)
        self._exit = asyncio.create_task(self._process.wait())

    async def initialise(self, limit_s: float) -> Answer | None:
        """Wait until the process asks for its first event; what went wrong if it does not."""
        asks: asyncio.Task[bool] = asyncio.create_task(self._asks.wait())
        try:
            done, _ = await asyncio.wait(
                _futures(asks, self._outcome, self._exit),
                timeout=limit_s,
                return_when=asyncio.FIRST_COMPLETED,
            )
        finally:
            asks.cancel()
        if asks in done:
            return None
        return self._settled_or_failed(limit_s, "init")

    async def run(self, event: bytes) -> Answer:
        """Hand one event to the process, and wait for its answer as long as the time-out allows."""
        loop = asyncio.get_running_loop()
        self._outcome = loop.create_future()
        self._request_id = str(uuid.uuid4())
        started = loop.time()
        self._events.put_nowait((self._request_id, event))
        await asyncio.wait(
            _futures(self._outcome, self._exit),
            timeout=self._function.timeout_s,
            return_when=asyncio.FIRST_COMPLETED,
        )
        answer = self._settled_or_failed(self._function.timeout_s, "invoke")
        self._report(loop.time() - started)
        return answer

    async def stop(self) -> None:
        if self._stopped:
            return
        self._stopped = True
        self._events.put_nowait(None)
        if hasattr(self, "_exit"):
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            await self._exit
            self._leash.release(self._process.pid)
        if hasattr(self, "_server"):
            self._server.close()

    def _settled_or_failed(self, limit_s: float, phase: str) -> Answer:
        """The process's own account of what went wrong, or ours where it gave none."""
        if self._outcome.done():
            return self._outcome.result()
        prefix = f"RequestId: {self._request_id or uuid.uuid4()} Error: "
        if not self._exit.done():
            self.timed_out = True
            what = "Task timed out" if phase == "invoke" else "Init phase timed out"
            return Answer.failed("Sandbox.Timedout", f"{prefix}{what} after {limit_s:.2f} seconds")
        code = self._exit.result()
        how = f"exit status {code}" if code >= 0 else f"signal: {signal.Signals(-code).name}"
        return Answer.failed("Runtime.ExitError", f"{prefix}Runtime exited with error: {how}")

    def _environment(self, address: str) -> dict[str, str]:
        function = self._function
        path = [function.code, self._settings.layer]
        if self._settings.runtime_client:
            path.insert(0, self._settings.runtime_client)
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "LANG": "en_US.UTF-8",
            "TZ": ":UTC",
            "TMPDIR": str(self._settings.scratch),
            "PYTHONPATH": os.pathsep.join(map(str, path)),
            "AWS_LAMBDA_RUNTIME_API": address,
            "AWS_LAMBDA_FUNCTION_NAME": function.name,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_mib),
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{function.name}",
            "AWS_LAMBDA_LOG_STREAM_NAME": "local",
            "AWS_REGION": naming.REGION,
            "AWS_DEFAULT_REGION": naming.REGION,
            "LAMBDA_TASK_ROOT": str(function.code),
            "LAMBDA_RUNTIME_DIR": str(_HERE),
            "_HANDLER": function.handler,
            **self._settings.platform,
            **function.environment(self._settings.stand_ins),
        }

    @property
    def _log_path(self) -> Path:
        return self._settings.logs / f"{self._function.name}.log"

    def _open_log(self) -> BinaryIO:
        path = self._log_path
        if path.exists() and path.stat().st_size > LOG_LIMIT_BYTES:
            path.replace(path.with_suffix(".log.1"))
        return path.open("ab")

    def _report(self, duration_s: float) -> None:
        line = f"REPORT RequestId: {self._request_id}\tDuration: {duration_s * 1000:.2f} ms\n"
        with self._log_path.open("a") as log:
            log.write(line)

    # ------------------------------------------------------------------------ the Runtime API

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
                headers = dict(line.lower().split(": ", 1) for line in head[1:] if ": " in line)
                body = await reader.readexactly(int(headers.get("content-length", 0)))
                method, path, _ = head[0].split(" ", 2)
                status, extra, answer = await self._answer(f"{method} {path}", body)
                lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(answer)}", *extra, "", ""]
                writer.write("\r\n".join(lines).encode() + answer)
                await writer.drain()
        writer.close()

    async def _answer(self, request: str, body: bytes) -> tuple[str, list[str], bytes]:
        match request.split("/2018-06-01/runtime/", 1)[-1].split("/"):
            case ["invocation", "next"]:
                return await self._next()
            case ["invocation", request_id, "response"] if request_id == self._request_id:
                self._settle(_within_limit(body))
            case ["invocation", request_id, "error"] if request_id == self._request_id:
                self._settle(Answer(body, "Unhandled"))
            case ["init", "error"]:
                self._settle(Answer(body, "Unhandled"))
            case _:
                return "400 Bad Request", [], b'{"errorType": "InvalidRequestID"}'
        return "202 Accepted", ["Content-Type: application/json"], b'{"status": "OK"}'

    async def _next(self) -> tuple[str, list[str], bytes]:
        self._asks.set()
        given = await self._events.get()
        if given is None:
            raise ConnectionAbortedError("the worker is being stopped")
        request_id, event = given
        deadline_ms = int((time.time() + self._function.timeout_s) * 1000)
        headers = [
            "Content-Type: application/json",
            f"Lambda-Runtime-Aws-Request-Id: {request_id}",
            f"Lambda-Runtime-Deadline-Ms: {deadline_ms}",
            f"Lambda-Runtime-Invoked-Function-Arn: {naming.function_arn(self._function.name)}",
        ]
        return "200 OK", headers, event

    def _settle(self, answer: Answer) -> None:
        if not self._outcome.done():
            self._outcome.set_result(answer)


def _futures(*futures: "asyncio.Future[Any]") -> "set[asyncio.Future[Any]]":
    return set(futures)


def _within_limit(body: bytes) -> Answer:
    if len(body) <= RESPONSE_LIMIT_BYTES:
        return Answer(body)
    return Answer.failed(
        "Function.ResponseSizeTooLarge",
        f"Response payload size ({len(body)} bytes) exceeded maximum allowed payload size "
        f"({RESPONSE_LIMIT_BYTES} bytes).",
    )
