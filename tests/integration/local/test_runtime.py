"""Functions behave in our workers as they do in Lambda."""

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from infra.local.declared import Function
from infra.local.leash import Leash
from infra.local.runtime import (
    REQUEST_LIMIT_BYTES,
    FunctionNotFound,
    RequestTooLarge,
    Runtime,
    TooManyRequests,
)
from infra.local.runtime_api import RESPONSE_LIMIT_BYTES, Answer
from infra.local.worker import Settings

from .conftest import ROOT, function

pytestmark = pytest.mark.anyio

ACT = "handlers.act"
STAND_IN = ROOT / "infra" / "local" / "runtime_client"

Start = Callable[..., Runtime]


@pytest.fixture
async def start(settings: Settings, leash: Leash) -> AsyncIterator[Start]:
    """Makes runtimes that are stopped when the test ends."""
    async with AsyncExitStack() as ending:

        def make(*functions: Function, settings: Settings = settings, **options: Any) -> Runtime:
            runtime = Runtime({one.name: one for one in functions}, settings, leash, **options)
            ending.push_async_callback(runtime.stop)
            return runtime

        yield make


async def run(runtime: Runtime, name: str = ACT, **event: Any) -> Any:
    """What a function answers; it must not fail."""
    answer = await runtime.invoke(name, json.dumps(event).encode())
    assert answer.error is None, answer.payload
    return json.loads(answer.payload)


def error_of(answer: Answer) -> dict[str, Any]:
    assert answer.error == "Unhandled"
    error: dict[str, Any] = json.loads(answer.payload)
    return error


@pytest.mark.parametrize("client", [None, STAND_IN], ids=["native client", "plain client"])
async def test_both_runtime_clients_carry_events_answers_errors_and_the_context(
    start: Start, settings: Settings, client: Path | None
) -> None:
    runtime = start(function(ACT), settings=replace(settings, runtime_client=client))
    assert (await run(runtime, hello="wörld"))["event"] == {"hello": "wörld"}

    context = await run(runtime, do="context")
    assert context["arn"].endswith(f":function:{ACT}")
    assert len(context["request_id"]) == 36
    assert 4000 < context["remaining_ms"] <= 5000

    failure = error_of(await runtime.invoke(ACT, b'{"do": "raise"}'))
    assert (failure["errorType"], failure["errorMessage"]) == ("ValueError", "as asked")
    assert "handlers.py" in failure["stackTrace"][-1]

    modules = await run(runtime, do="modules", module="runtime_client")
    assert (STAND_IN.as_posix() in modules) is (client is not None)


async def test_a_worker_is_used_again_also_after_an_error(start: Start) -> None:
    runtime = start(function(ACT))
    first = await run(runtime)
    await runtime.invoke(ACT, b'{"do": "raise"}')
    assert (await run(runtime))["pid"] == first["pid"]


async def test_events_at_the_same_time_get_workers_of_their_own_up_to_the_cap(
    start: Start,
) -> None:
    runtime = start(function(ACT), concurrency=3)
    answers = await asyncio.gather(
        *(run(runtime, do="hold", seconds=0.5) for _ in range(9)),
    )
    # The third may not have started by the time that the first two have done it all.
    assert len({answer["pid"] for answer in answers}) in (2, 3)


async def test_who_finds_all_workers_busy_for_long_is_turned_away_and_nothing_was_run(
    start: Start, tmp_path: Path
) -> None:
    runtime = start(function(ACT), concurrency=1)
    touch = json.dumps({"do": "touch", "seconds": 0, "path": str(tmp_path / "touched")}).encode()
    # Before there is any, the first is waited for, however long that takes.
    assert (await runtime.invoke(ACT, b"{}", patience_s=0.0)).error is None
    busy = asyncio.create_task(run(runtime, do="sleep", seconds=1.0))
    await asyncio.sleep(0.1)
    with pytest.raises(TooManyRequests):
        await runtime.invoke(ACT, touch, patience_s=0.2)
    await busy
    await run(runtime)
    assert not (tmp_path / "touched").exists()
    assert (await runtime.invoke(ACT, touch, patience_s=0.0)).error is None
    assert (tmp_path / "touched").exists()


async def test_an_event_goes_to_a_worker_that_comes_free_before_another_has_started(
    start: Start,
) -> None:
    runtime = start(function(ACT, init_s=2))
    first = await run(runtime)
    slow = asyncio.create_task(run(runtime, do="hold", seconds=0.05))
    await asyncio.sleep(0.01)  # it has the worker now
    assert (await run(runtime))["pid"] == first["pid"]
    assert (await slow)["pid"] == first["pid"]


async def test_a_function_that_computes_gets_no_more_workers_than_there_are_processors(
    start: Start,
) -> None:
    runtime = start(function(ACT, memory_mib=1769))
    answers = await asyncio.gather(
        *(run(runtime, do="hold", seconds=0.1) for _ in range(2 * (os.cpu_count() or 1))),
    )
    assert len({answer["pid"] for answer in answers}) <= (os.cpu_count() or 1)


async def test_a_worker_that_takes_too_long_is_killed_and_replaced(start: Start) -> None:
    runtime = start(function(ACT, timeout_s=0.3))
    first = await run(runtime)
    failure = error_of(await runtime.invoke(ACT, b'{"do": "sleep", "seconds": 60}'))
    assert failure["errorType"] == "Sandbox.Timedout"
    assert failure["errorMessage"].endswith("Task timed out after 0.30 seconds")
    assert not alive(first["pid"])
    assert (await run(runtime))["pid"] != first["pid"]


async def test_a_worker_that_exits_is_reported_and_replaced(start: Start) -> None:
    runtime = start(function(ACT))
    failure = error_of(await runtime.invoke(ACT, b'{"do": "exit"}'))
    assert failure["errorType"] == "Runtime.ExitError"
    assert "exit status 3" in failure["errorMessage"]
    await run(runtime)


async def test_a_worker_that_was_killed_while_idle_is_replaced_unnoticed(start: Start) -> None:
    runtime = start(function(ACT))
    first = await run(runtime)
    os.kill(first["pid"], signal.SIGKILL)
    while alive(first["pid"]):
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.1)  # an event that comes before the exit is noticed would be lost with it
    assert (await run(runtime))["pid"] != first["pid"]


@pytest.mark.parametrize(
    ("handler", "error_type", "message"),
    [
        ("crashing.handler", "RuntimeError", "no good at import"),
        ("missing.handler", "Runtime.ImportModuleError", "No module named 'sample.missing'"),
        ("handlers.missing", "Runtime.HandlerNotFound", "Handler 'missing' missing"),
    ],
)
async def test_an_init_phase_that_crashes_is_reported_as_such(
    start: Start, handler: str, error_type: str, message: str
) -> None:
    failure = error_of(await start(function(handler)).invoke(handler, b"{}"))
    assert failure["errorType"] == error_type
    assert message in failure["errorMessage"]


async def test_the_init_phase_is_not_taken_from_the_time_of_the_event(start: Start) -> None:
    slow = "slow_start.handler"
    answer = await start(function(slow, timeout_s=0.3)).invoke(slow, b"{}")
    assert answer == Answer(b'"started"')


async def test_a_slow_init_phase_is_done_again_within_the_time_out(
    start: Start, settings: Settings
) -> None:
    slow = "slow_start.handler"
    hurried = replace(settings, init_limit_s=0.3)
    answer = await start(function(slow, timeout_s=30), settings=hurried).invoke(slow, b"{}")
    assert answer == Answer(b'"started"')
    late = error_of(
        await start(function(slow, timeout_s=0.3), settings=hurried).invoke(slow, b"{}")
    )
    assert late["errorType"] == "Sandbox.Timedout"
    assert "Init phase" in late["errorMessage"]


async def test_payloads_are_held_to_lambdas_limits(start: Start) -> None:
    runtime = start(function(ACT))
    with pytest.raises(RequestTooLarge):
        await runtime.invoke(ACT, b" " * (REQUEST_LIMIT_BYTES + 1))
    fits = await run(runtime, do="large", bytes=RESPONSE_LIMIT_BYTES - 2)
    assert len(fits) == RESPONSE_LIMIT_BYTES - 2
    event = json.dumps({"do": "large", "bytes": RESPONSE_LIMIT_BYTES - 1}).encode()
    assert (
        error_of(await runtime.invoke(ACT, event))["errorType"] == "Function.ResponseSizeTooLarge"
    )


async def test_a_function_sees_its_own_variables_and_none_of_ours(
    start: Start, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OURS", "private")
    own = replace(function(ACT), variables={"STAGE": "test", "DATABASE_URL": "cloud"})
    shared = replace(
        settings, stand_ins={"DATABASE_URL": "here", "REDIS_URL": "here"}, platform={"AWS_X": "y"}
    )
    environment = await run(start(own, settings=shared), do="environment")
    assert environment["STAGE"] == "test"
    assert environment["DATABASE_URL"] == "here"
    assert environment["AWS_X"] == "y"
    assert not {"OURS", "REDIS_URL"} & environment.keys()


async def test_the_functions_folder_comes_first_and_the_layer_next(
    start: Start, settings: Settings
) -> None:
    context = await run(start(function(ACT)), do="context")
    code = ROOT / "tests" / "data" / "local_functions"
    assert [path for path in context["path"] if "runtime_client" not in path][:2] == [
        str(code),
        str(ROOT),
    ]
    assert context["cwd"] == str(settings.scratch)


async def test_what_a_function_prints_goes_to_its_log(start: Start, settings: Settings) -> None:
    await run(start(function(ACT)), do="print", text="a line")
    assert "a line\n" in (settings.logs / f"{ACT}.log").read_text()


async def test_workers_that_are_idle_for_long_are_let_go(start: Start) -> None:
    now = 0.0
    runtime = start(function(ACT), idle_limit_s=60, clock=lambda: now)
    first = await run(runtime)
    now = 59.0
    await runtime.stop_idle()
    assert alive(first["pid"])
    now = 60.0
    await runtime.stop_idle()
    assert not alive(first["pid"])
    await run(runtime)


async def test_a_function_goes_on_when_its_caller_has_given_up(
    start: Start, tmp_path: Path
) -> None:
    runtime = start(function(ACT))
    first = await run(runtime)
    mark = tmp_path / "done"
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await run(runtime, do="touch", path=str(mark), seconds=0.3)
    assert not mark.exists()
    await asyncio.sleep(0.4)
    assert mark.exists()
    assert (await run(runtime))["pid"] == first["pid"]


async def test_stopping_ends_the_workers_that_are_at_work(start: Start) -> None:
    runtime = start(function(ACT, timeout_s=60))
    first = await run(runtime)
    working = asyncio.create_task(run(runtime, do="sleep", seconds=60))
    await asyncio.sleep(0.1)
    await runtime.stop()
    assert not alive(first["pid"])
    with pytest.raises(asyncio.CancelledError):
        await working


async def test_a_function_that_is_not_declared_is_not_found(start: Start) -> None:
    with pytest.raises(FunctionNotFound):
        await start(function(ACT)).invoke("Nobody", b"{}")


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
