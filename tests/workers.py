"""Stand-ins for what runs a state machine's tasks, for tests of state machines."""

from __future__ import annotations

import asyncio
import io
import json
import threading
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from infra.local import naming
from infra.local.authorizers import Invoke
from infra.local.runtime import FunctionNotFound
from infra.local.runtime_api import Answer

Json = dict[str, Any]
Task = Callable[[Json], Any]


class Loop:
    """An event loop in a thread, apart from moto's threads."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()


class Tasks:
    """Functions by name, and the events that they were given."""

    def __init__(self) -> None:
        self.functions: dict[str, Task] = {}
        self.events: list[tuple[str, Json]] = []

    async def invoke(self, name: str, event: bytes) -> Answer:
        name = name.removeprefix(naming.function_arn(""))
        if name not in self.functions:
            raise FunctionNotFound(name)
        self.events.append((name, json.loads(event)))
        answer = self.functions[name](json.loads(event))
        if asyncio.iscoroutine(answer):
            answer = await answer
        return answer if isinstance(answer, Answer) else Answer(json.dumps(answer).encode())


class TaskClient:
    """boto3's client of Lambda, to a state machine in this process: the stack's asks over HTTP.

    Args:
        invoke: runs one event through a function; called in `loop`.
    """

    def __init__(self, invoke: Invoke, loop: asyncio.AbstractEventLoop) -> None:
        self._invoke = invoke
        self._loop = loop

    def invoke(self, *, FunctionName: str, Payload: bytes, **_: Any) -> dict[str, Any]:
        running = asyncio.run_coroutine_threadsafe(self._run(FunctionName, Payload), self._loop)
        answer = running.result()
        response = {"StatusCode": 200, "Payload": io.BytesIO(answer.payload)}
        return response | ({"FunctionError": answer.error} if answer.error else {})

    async def _run(self, name: str, payload: bytes) -> Answer:
        try:
            return await self._invoke(name, payload)
        except FunctionNotFound:
            error = {"Error": {"Code": "ResourceNotFoundException", "Message": name}}
            raise ClientError(error, "Invoke") from None
