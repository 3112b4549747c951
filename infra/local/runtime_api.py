"""The Lambda Runtime API of one worker (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html).

Each worker has one on a port of its own, which is how the server knows who asks. HTTP is read here
as AWS's runtime client writes it: one request after the other, with a Content-Length.
"""

import asyncio
import json
import time
from contextlib import suppress
from dataclasses import dataclass

from . import naming
from .declared import Function

RESPONSE_LIMIT_BYTES = 6_291_556  # 6 MiB and 100 bytes, as Lambda's own error message has it

_PREFIX = "/2018-06-01/runtime/"
_HEADER_LIMIT_BYTES = 2**21  # the cause of an error may come in a header of 1 MiB

Response = tuple[str, list[str], bytes]


@dataclass(frozen=True)
class Answer:
    """What a function answered: JSON, and `error` as in Lambda's `FunctionError` if it failed."""

    payload: bytes
    error: str | None = None

    @classmethod
    def failed(cls, error_type: str, message: str) -> "Answer":
        """The answer for a function that gave none."""
        body = {"errorType": error_type, "errorMessage": message}
        return cls(json.dumps(body).encode(), "Unhandled")


class RuntimeApi:
    """Hands events to one process and takes its answers.

    `asks` is set once the process has asked for its first event: its init phase is over. `outcome`
    is its answer to the event under way, or its report of an init phase that failed.
    """

    def __init__(self, function: Function) -> None:
        self._function = function
        self._events: asyncio.Queue[tuple[str, bytes] | None] = asyncio.Queue()
        self._request_id = ""
        self.asks = asyncio.Event()
        self.outcome: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()

    async def start(self) -> str:
        """Listen; the address."""
        self._server = await asyncio.start_server(
            self._serve, "127.0.0.1", 0, limit=_HEADER_LIMIT_BYTES
        )
        host, port = self._server.sockets[0].getsockname()
        return f"{host}:{port}"

    def give(self, request_id: str, event: bytes) -> "asyncio.Future[Answer]":
        """Let the process have an event; its answer to come."""
        self._request_id = request_id
        self.outcome = asyncio.get_running_loop().create_future()
        self._events.put_nowait((request_id, event))
        return self.outcome

    def close(self) -> None:
        """Stop listening, and drop a process that waits for an event."""
        self._events.put_nowait(None)
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
                headers = dict(line.lower().split(": ", 1) for line in head[1:] if ": " in line)
                body = await reader.readexactly(int(headers.get("content-length", 0)))
                path = head[0].split(" ")[1]
                status, extra, answer = await self._respond(path.removeprefix(_PREFIX), body)
                lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(answer)}", *extra, "", ""]
                writer.write("\r\n".join(lines).encode() + answer)
                await writer.drain()
        writer.close()

    async def _respond(self, path: str, body: bytes) -> Response:
        match path.split("/"):
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

    async def _next(self) -> Response:
        self.asks.set()
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
        if not self.outcome.done():
            self.outcome.set_result(answer)


def _within_limit(body: bytes) -> Answer:
    if len(body) <= RESPONSE_LIMIT_BYTES:
        return Answer(body)
    return Answer.failed(
        "Function.ResponseSizeTooLarge",
        f"Response payload size ({len(body)} bytes) exceeded maximum allowed payload size "
        f"({RESPONSE_LIMIT_BYTES} bytes).",
    )
