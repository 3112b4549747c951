"""Many sockets that are open and say nothing, as of people who look at a page."""

from __future__ import annotations

import asyncio
import json
import threading
from types import TracebackType

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus, WebSocketException

_AT_ONCE = 20
_TOO_MANY = 429


class IdleSockets:
    """Opens sockets at the start of a block, and closes them at its end.

    Args:
        url: with the token of a session.
        number: of sockets.
    """

    def __init__(self, url: str, number: int) -> None:
        self._url = url
        self._number = number
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._sockets: list[ClientConnection] = []

    def __enter__(self) -> IdleSockets:
        self._thread.start()
        self._run(self._open())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._run(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def answering(self) -> int:
        """How many are open and answer a ping."""
        return self._run(self._ping())

    def _run(self, work):  # type: ignore[no-untyped-def]
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    async def _open(self) -> None:
        turns = asyncio.Semaphore(_AT_ONCE)
        await asyncio.gather(*(self._open_one(turns) for _ in range(self._number)))

    async def _open_one(self, turns: asyncio.Semaphore) -> None:
        async with turns:
            while True:
                try:
                    socket = await connect(self._url, compression=None, ping_interval=None)
                except InvalidStatus as refused:
                    if refused.response.status_code != _TOO_MANY:
                        raise
                    await asyncio.sleep(1.0)
                else:
                    self._sockets.append(socket)
                    return

    async def _ping(self) -> int:
        turns = asyncio.Semaphore(_AT_ONCE)
        return sum(await asyncio.gather(*(self._answers(turns, one) for one in self._sockets)))

    async def _answers(self, turns: asyncio.Semaphore, socket: ClientConnection) -> bool:
        async with turns:
            try:
                await socket.send('{"action": "ping"}')
                answer = json.loads(await asyncio.wait_for(socket.recv(), 30.0))
            except (WebSocketException, TimeoutError):
                return False
            return bool(answer["type"] == "pong")

    async def _close(self) -> None:
        await asyncio.gather(*(one.close() for one in self._sockets), return_exceptions=True)
