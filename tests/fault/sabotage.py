"""The whole local stack in this process, whose functions can be made to fail, each in its way."""

from __future__ import annotations

import asyncio
import json
import os
import random
import threading
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator, Mapping
from concurrent.futures import Future
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import replace
from enum import Enum, auto
from functools import partial
from itertools import repeat
from pathlib import Path
from typing import Any, cast

import boto3
import psutil
import pytest

from infra.local import naming, stack, template
from infra.local.credentials import Credentials
from infra.local.declared import Template
from infra.local.leash import Leash
from infra.local.runtime import Runtime
from infra.local.runtime_api import Answer
from infra.local.services import Postgres as PostgresServer
from shared.folder import FolderObjects, open_folder
from shared.postgres import Postgres, open_postgres
from tests.service import ROOT, UNLIMITED

_LIKE_A_SECRET = "postgresql://simgen:hunter2@db"
_PLAN_LIMIT_S = 60.0
_FAIL_TRIES = 2
"""Of the state Fail, in place of as many as take minutes."""


class Fault(Enum):
    """What befalls one invocation of a function."""

    UNAVAILABLE = auto()
    """It finds a store that is down."""
    CRASH = auto()
    """It raises what nobody foresaw."""
    TIMED_OUT = auto()
    """It takes too long."""
    KILLED = auto()
    """Its process is killed while it works."""
    LOST = auto()
    """It does all its work, and dies before it answers."""


class Plan:
    """What befalls the tasks of one job: the faults of a function's invocations, in their order."""

    def __init__(self, faults: Mapping[str, Iterator[Fault]]) -> None:
        self._faults = faults
        self.met: dict[str, list[Fault]] = defaultdict(list)

    def next(self, function: str) -> Fault | None:
        """What befalls the next invocation."""
        fault = next(self._faults.get(function, iter(())), None)
        if fault is not None:
            self.met[function].append(fault)
        return fault


def once(**faults: tuple[Fault, ...]) -> Plan:
    """Each fault once, and then no more."""
    return Plan({f"{name}Function": iter(each) for name, each in faults.items()})


def always(**faults: Fault) -> Plan:
    """The same fault each time."""
    return Plan({f"{name}Function": repeat(each) for name, each in faults.items()})


class Sabotage:
    """Which job meets what. A job's tasks wait until it is known."""

    def __init__(self) -> None:
        self._plans: dict[str, Plan] = {}

    def plan(self, job_id: str, plan: Plan) -> None:
        """Let a job meet its plan."""
        self._plans[job_id] = plan

    async def befalling(self, function: str, event: bytes) -> Fault | None:
        """What befalls an invocation."""
        job_id = json.loads(event).get("job_id")
        if not isinstance(job_id, str):
            return None  # no task of a job
        async with asyncio.timeout(_PLAN_LIMIT_S):
            while job_id not in self._plans:
                await asyncio.sleep(0.02)
        return self._plans[job_id].next(function)


class _SabotagedRuntime(Runtime):
    """Functions whose invocations fail as planned."""

    def __init__(self, sabotage: Sabotage, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._sabotage = sabotage
        self._turns = {name: _Turns() for name in arguments[0]}
        self._handlers = {name: function.handler for name, function in arguments[0].items()}

    async def invoke(self, name: str, event: bytes, **named: Any) -> Answer:
        name = name.removeprefix(naming.function_arn(""))
        match await self._sabotage.befalling(name, event):
            case Fault.UNAVAILABLE:
                return Answer.failed("DependencyUnavailable", "The database does not answer.")
            case Fault.CRASH:
                return Answer.failed("OperationalError", f"can't reach {_LIKE_A_SECRET}")
            case Fault.TIMED_OUT:
                return Answer.failed("Sandbox.Timedout", "Task timed out after 60.00 seconds")
            case Fault.KILLED:
                return await self._killed(name, event)
            case Fault.LOST:
                async with self._turns[name].shared():
                    await super().invoke(name, event)
                return Answer.failed("Runtime.ExitError", "Runtime exited with signal: SIGKILL")
            case _:
                async with self._turns[name].shared():
                    return await super().invoke(name, event, **named)

    async def _killed(self, name: str, event: bytes) -> Answer:
        """Invoke, and kill the process that works on it."""
        async with self._turns[name].alone():
            while True:
                work = asyncio.create_task(super().invoke(name, event))
                await asyncio.sleep(random.uniform(0.0, 0.05))
                while not work.done():
                    self._kill_all(name)
                    await asyncio.sleep(0.01)
                if work.result().error:
                    return work.result()

    def _kill_all(self, name: str) -> None:
        for process in psutil.Process().children():
            with suppress(psutil.NoSuchProcess):
                if self._handlers[name] in process.cmdline():
                    process.kill()


class _Turns:
    """Several at once, or one alone."""

    def __init__(self) -> None:
        self._changed = asyncio.Condition()
        self._inside = 0
        self._alone = False

    @asynccontextmanager
    async def shared(self) -> AsyncIterator[None]:
        async with self._changed:
            await self._changed.wait_for(lambda: not self._alone)
            self._inside += 1
        try:
            yield
        finally:
            async with self._changed:
                self._inside -= 1
                self._changed.notify_all()

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        async with self._changed:
            await self._changed.wait_for(lambda: not self._alone)
            self._alone = True
            await self._changed.wait_for(lambda: self._inside == 0)
        try:
            yield
        finally:
            async with self._changed:
                self._alone = False
                self._changed.notify_all()


class Town:
    """The stack that runs, its stores, and what befalls whom."""

    def __init__(self, address: str, sabotage: Sabotage, data: Path) -> None:
        self.address = address
        self.sabotage = sabotage
        self.data = data
        self.objects: FolderObjects = open_folder((data / "objects").as_uri())
        # Only to be asked for its address: it is another that was started.
        self._database_url = PostgresServer(data / "postgres", cast(Leash, None)).url

    def connect(self) -> Postgres:
        """A connection to the stack's database."""
        return open_postgres(self._database_url)

    def invoke(self, function: str, event: Any) -> Any:
        """Invoke a function, as whoever may would."""
        credentials = Credentials.kept_in(self.data)
        client = boto3.client(
            "lambda",
            endpoint_url=self.address,
            region_name=naming.REGION,
            aws_access_key_id=credentials.access_key_id,
            aws_secret_access_key=credentials.secret_access_key,
        )
        answer = client.invoke(FunctionName=function, Payload=json.dumps(event))
        assert "FunctionError" not in answer, answer["Payload"].read()
        return json.loads(answer["Payload"].read())


@contextmanager
def sabotaged_stack(data: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    """Run the repository's template in a thread of this process."""
    sabotage = Sabotage()
    monkeypatch.setattr(stack, "Runtime", partial(_SabotagedRuntime, sabotage))
    load = template.load
    monkeypatch.setattr(template, "load", lambda *given, **named: _impatient(load(*given, **named)))
    place = stack.Place(root=ROOT, template=ROOT / "template.yaml", data=data, port=0)
    started: Future[str] = Future()
    stop = asyncio.Event()

    async def run() -> None:
        try:
            async with stack.running(place, environ=os.environ | UNLIMITED) as running:
                started.set_result(running.address)
                await stop.wait()
        except BaseException as error:
            if started.done():
                raise
            started.set_exception(error)

    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=lambda: loop.run_until_complete(run()))
    thread.start()
    try:
        yield Town(started.result(), sabotage, data)
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()


def _impatient(declared: Template) -> Template:
    """The template, whose state Fail gives up after few tries."""
    machines = tuple(
        replace(machine, definition=_with_fewer_tries(machine.definition))
        for machine in declared.state_machines
    )
    return replace(declared, state_machines=machines)


def _with_fewer_tries(definition: str) -> str:
    read = json.loads(definition)
    read["States"]["Fail"]["Retry"][0]["MaxAttempts"] = _FAIL_TRIES
    return json.dumps(read)
