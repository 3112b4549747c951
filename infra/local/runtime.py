"""Runs functions as Lambda does: as many workers as there are events under way, up to a cap.

A worker that raised is used again, one that timed out or exited is replaced, and one that was idle
for long is let go.
"""

import asyncio
import os
import time
from collections import deque
from collections.abc import Awaitable, Callable, Collection, Mapping
from functools import partial

from . import naming
from .declared import Function
from .leash import Leash
from .runtime_api import Answer
from .worker import Settings, Worker

REQUEST_LIMIT_BYTES = 6 * 1024 * 1024  # a synchronous event
WHOLE_PROCESSOR_MIB = 1769  # with this much memory a function has one processor to itself
CONCURRENCY = 10
BACKGROUND = 5  # added to the niceness: a third of the processor time of what somebody waits for
IDLE_LIMIT_S = 120.0  # Lambda waits longer, but a worker is some 70 MB of this machine


class FunctionNotFound(LookupError):
    """No function of this name is declared."""


class RequestTooLarge(ValueError):
    """The event is larger than Lambda takes."""


class Runtime:
    """All functions of a template.

    Args:
        in_background: names of the functions whose workers give way to others', because nobody
            waits for their answer. In Lambda each has a processor of its own.
        clock: seconds, monotonic.
    """

    def __init__(
        self,
        functions: Mapping[str, Function],
        settings: Settings,
        leash: Leash,
        *,
        in_background: Collection[str] = (),
        concurrency: int = CONCURRENCY,
        idle_limit_s: float = IDLE_LIMIT_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._idle_limit_s = idle_limit_s
        self._under_way: set[asyncio.Task[Answer]] = set()
        self._clock = clock
        self._pools = {
            name: _Pool(
                partial(
                    Worker.start,
                    function,
                    settings,
                    leash,
                    niceness=BACKGROUND if name in in_background else 0,
                ),
                cap=_cap(function, concurrency),
                init_limits_s=(settings.init_limit_s, function.timeout_s),
                clock=clock,
            )
            for name, function in functions.items()
        }

    async def invoke(self, name: str, event: bytes) -> Answer:
        """Run one event (JSON) through a function, and wait for its answer.

        A caller that stops waiting does not stop the function: neither does it in Lambda.

        Args:
            name: a function's name or ARN.

        Raises:
            FunctionNotFound: no function has this name.
            RequestTooLarge: the event is over Lambda's limit.
        """
        pool = self._pools.get(name.removeprefix(naming.function_arn("")))
        if pool is None:
            raise FunctionNotFound(name)
        if len(event) > REQUEST_LIMIT_BYTES:
            raise RequestTooLarge(f"{len(event)} bytes must be smaller than {REQUEST_LIMIT_BYTES}")
        invocation = asyncio.create_task(pool.invoke(event))
        self._under_way.add(invocation)
        invocation.add_done_callback(self._under_way.discard)
        return await asyncio.shield(invocation)

    async def stop_idle(self) -> None:
        """Stop the workers that had nothing to do for a while."""
        for pool in self._pools.values():
            await pool.stop_idle_since(self._clock() - self._idle_limit_s)

    async def stop(self) -> None:
        """Stop all workers, also those that are at work."""
        for invocation in self._under_way:
            invocation.cancel()
        await asyncio.gather(*(pool.stop() for pool in self._pools.values()))


def _cap(function: Function, concurrency: int) -> int:
    """How many workers a function may have: those that compute share the processors there are."""
    if function.memory_mib < WHOLE_PROCESSOR_MIB:
        return concurrency
    return min(concurrency, os.cpu_count() or 1)


class _Pool:
    """The workers of one function."""

    def __init__(
        self,
        start_worker: Callable[[], Awaitable[Worker]],
        *,
        cap: int,
        init_limits_s: tuple[float, ...],
        clock: Callable[[], float],
    ) -> None:
        self._start_worker = start_worker
        self._slots = asyncio.Semaphore(cap)
        self._init_limits_s = init_limits_s
        self._clock = clock
        self._idle: deque[tuple[float, Worker]] = deque()  # the one idle for longest comes first
        self._workers: set[Worker] = set()

    async def invoke(self, event: bytes) -> Answer:
        async with self._slots:
            worker = await self._take_idle() or await self._start()
            if isinstance(worker, Answer):
                return worker
            try:
                answer = await worker.run(event)
            except BaseException:
                await self._discard(worker)
                raise
            if worker.reusable:
                self._idle.append((self._clock(), worker))
            else:
                await self._discard(worker)
            return answer

    async def stop_idle_since(self, time_s: float) -> None:
        while self._idle and self._idle[0][0] <= time_s:
            await self._discard(self._idle.popleft()[1])

    async def stop(self) -> None:
        self._idle.clear()
        await asyncio.gather(*(self._discard(worker) for worker in list(self._workers)))

    async def _take_idle(self) -> Worker | None:
        while self._idle:
            worker = self._idle.pop()[1]
            if worker.alive:
                return worker
            await self._discard(worker)
        return None

    async def _start(self) -> Worker | Answer:
        """A worker that has passed its init phase, or why there is none.

        As in Lambda, a first init phase that takes too long is done again within the time of the
        invocation.
        """
        failure = Answer.failed("Runtime.Unknown", "no worker started")
        for limit_s in self._init_limits_s:
            worker = await self._start_worker()
            self._workers.add(worker)
            try:
                result = await worker.initialise(limit_s)
            except BaseException:
                await self._discard(worker)
                raise
            if result is None:
                return worker
            failure = result
            await self._discard(worker)
            if not worker.timed_out:
                break
        return failure

    async def _discard(self, worker: Worker) -> None:
        await worker.stop()
        self._workers.discard(worker)
