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


class TooManyRequests(RuntimeError):
    """All workers that the function may have are busy, and stayed so for long."""


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
        # More at once would only slow each other down, and what already runs.
        starts = asyncio.Semaphore(os.cpu_count() or 1)
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
                starts=starts,
                clock=clock,
            )
            for name, function in functions.items()
        }

    async def invoke(self, name: str, event: bytes, *, patience_s: float | None = None) -> Answer:
        """Run one event (JSON) through a function, and wait for its answer.

        A caller that stops waiting does not stop the function: neither does it in Lambda.

        Args:
            name: a function's name or ARN.
            patience_s: how long a worker is waited for where all are busy; None for ever. Lambda
                does not wait at all, but it has more of them.

        Raises:
            FunctionNotFound: no function has this name.
            RequestTooLarge: the event is over Lambda's limit.
            TooManyRequests: none of the workers came free in that time; nothing was run.
        """
        pool = self._pools.get(name.removeprefix(naming.function_arn("")))
        if pool is None:
            raise FunctionNotFound(name)
        if len(event) > REQUEST_LIMIT_BYTES:
            raise RequestTooLarge(f"{len(event)} bytes must be smaller than {REQUEST_LIMIT_BYTES}")
        invocation = asyncio.create_task(pool.invoke(event, patience_s))
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
    """The workers of one function.

    An event is given to the worker that is free first: one that has done its work, or a new one,
    which is started while events wait.

    Args:
        starts: bounds how many workers of all functions start at the same time.
    """

    def __init__(
        self,
        start_worker: Callable[[], Awaitable[Worker]],
        *,
        cap: int,
        init_limits_s: tuple[float, ...],
        starts: asyncio.Semaphore,
        clock: Callable[[], float],
    ) -> None:
        self._start_worker = start_worker
        self._cap = cap
        self._init_limits_s = init_limits_s
        self._starts = starts
        self._clock = clock
        self._idle: deque[tuple[float, Worker]] = deque()  # the one idle for longest comes first
        self._waiting: deque[asyncio.Future[Worker | Answer]] = deque()
        self._starting: set[asyncio.Task[None]] = set()  # none or one
        self._ready: set[Worker] = set()  # those that have passed their init phase
        self._workers: set[Worker] = set()

    async def invoke(self, event: bytes, patience_s: float | None) -> Answer:
        worker = await self._take_idle() or await self._wait_for_one(patience_s)
        if isinstance(worker, Answer):
            return worker
        try:
            answer = await worker.run(event)
        except BaseException:
            await self._discard(worker)
            raise
        if worker.reusable:
            self._release(worker)
        else:
            await self._discard(worker)
        return answer

    async def stop_idle_since(self, time_s: float) -> None:
        while self._idle and self._idle[0][0] <= time_s:
            await self._discard(self._idle.popleft()[1])

    async def stop(self) -> None:
        for start in self._starting:
            start.cancel()
        self._waiting.clear()
        self._idle.clear()
        await asyncio.gather(*(self._discard(worker) for worker in list(self._workers)))

    async def _take_idle(self) -> Worker | None:
        while self._idle:
            worker = self._idle.pop()[1]
            if worker.alive:
                return worker
            await self._discard(worker)
        return None

    async def _wait_for_one(self, patience_s: float | None) -> Worker | Answer:
        """The next worker that is free, or why one that was started is not."""
        turn: asyncio.Future[Worker | Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        self._start_what_is_missing()
        await asyncio.wait([turn], timeout=patience_s)
        # Where there is none yet, the first is still being started, and no other would come sooner.
        if not turn.done() and self._ready:
            turn.cancel()
            raise TooManyRequests
        return await turn

    def _release(self, worker: Worker) -> None:
        """Give a free worker to whoever waits longest, or keep it."""
        if not self._give(worker):
            self._idle.append((self._clock(), worker))

    def _give(self, found: Worker | Answer) -> bool:
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():  # else it is waited for no more
                turn.set_result(found)
                return True
        return False

    def _start_what_is_missing(self) -> None:
        # One at a time, so that a function's first worker waits for no other's tenth.
        if self._waiting and not self._starting and len(self._ready) < self._cap:
            start = asyncio.create_task(self._start_in_turn())
            self._starting.add(start)
            start.add_done_callback(self._started)

    def _started(self, start: "asyncio.Task[None]") -> None:
        self._starting.discard(start)
        if not start.cancelled():
            if error := start.exception():
                self._give(Answer.failed("Runtime.Unknown", f"no worker started: {error}"))
            self._start_what_is_missing()

    async def _start_in_turn(self) -> None:
        async with self._starts:
            if not self._waiting:
                return  # others have become free meanwhile
            worker = await self._start()
        if isinstance(worker, Answer):
            self._give(worker)
        else:
            self._ready.add(worker)
            self._release(worker)

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
        if worker in self._ready:
            self._ready.discard(worker)
            self._start_what_is_missing()
