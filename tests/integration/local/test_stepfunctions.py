"""State machines run on moto's interpreter, and their tasks on our workers."""

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from infra.local import naming
from infra.local.declared import StateMachine
from infra.local.runtime_api import Answer
from infra.local.stepfunctions import KEPT_S, StateMachines
from tests.workers import Json, Loop, TaskClient, Tasks


def task(name: str, **state: Any) -> Json:
    resource = naming.function_arn(name)
    return {"Type": "Task", "Resource": resource, **({"End": True} | state)}


def failure(kind: str) -> Answer:
    return Answer.failed(kind, "as asked")


RETRY = {"ErrorEquals": ["Transient"], "IntervalSeconds": 1, "MaxAttempts": 2, "BackoffRate": 1.0}

MACHINES: dict[str, Json] = {
    "OneTask": {"StartAt": "A", "States": {"A": task("double")}},
    "Invoke": {
        "StartAt": "A",
        "States": {
            "A": {
                "Type": "Task",
                "Resource": "arn:aws:states:::lambda:invoke",
                "Parameters": {"FunctionName": naming.function_arn("double"), "Payload.$": "$"},
                "OutputPath": "$.Payload",
                "End": True,
            }
        },
    },
    "Flow": {
        "StartAt": "Choose",
        "States": {
            "Choose": {
                "Type": "Choice",
                "Choices": [{"Variable": "$.short", "BooleanEquals": True, "Next": "Last"}],
                "Default": "Both",
            },
            "Both": {
                "Type": "Parallel",
                "Branches": [
                    {"StartAt": "L", "States": {"L": task("double")}},
                    {"StartAt": "R", "States": {"R": task("slow")}},
                ],
                "ResultSelector": {"left.$": "$[0]", "right.$": "$[1]"},
                "ResultPath": "$.both",
                "Next": "Shape",
            },
            "Shape": {
                "Type": "Pass",
                "InputPath": "$.both",
                "ResultPath": "$.shaped",
                "Next": "Last",
            },
            "Last": {"Type": "Succeed"},
        },
    },
    "Mend": {
        "StartAt": "A",
        "States": {
            "A": task(
                "flaky",
                Retry=[RETRY],
                Catch=[{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Mended"}],
            ),
            "Mended": {"Type": "Succeed"},
        },
    },
    "Timed": {"StartAt": "A", "States": {"A": task("slow", TimeoutSeconds=1)}},
    "Lost": {"StartAt": "A", "States": {"A": task("nobody")}},
}


AT_ONCE = 2


@pytest.fixture(scope="module")
def tasks() -> Tasks:
    return Tasks()


@pytest.fixture(scope="module")
def now() -> list[timedelta]:
    """How far the clock is ahead."""
    return [timedelta()]


@pytest.fixture(scope="module")
def machines(tasks: Tasks, now: list[timedelta]) -> Iterator[tuple[StateMachines, str]]:
    loop = Loop()
    declared = [
        StateMachine(name, naming.state_machine_arn(name), json.dumps(definition), "STANDARD")
        for name, definition in MACHINES.items()
    ]
    clock = lambda: datetime.now(UTC) + now[0]  # noqa: E731
    machines = StateMachines(
        declared, TaskClient(tasks.invoke, loop.loop), at_once=AT_ONCE, clock=clock
    )
    endpoint = machines.start()
    yield machines, endpoint
    machines.stop()
    loop.close()


@pytest.fixture
def client(machines: tuple[StateMachines, str], tasks: Tasks) -> Any:
    tasks.functions.clear()
    tasks.events.clear()
    return boto3.client(
        "stepfunctions",
        endpoint_url=machines[1],
        region_name=naming.REGION,
        aws_access_key_id="any",
        aws_secret_access_key="any",
    )


def start(client: Any, machine: str, name: str, given: Json) -> str:
    arn: str = client.start_execution(
        stateMachineArn=naming.state_machine_arn(machine), name=name, input=json.dumps(given)
    )["executionArn"]
    return arn


def finish(client: Any, execution: str, limit_s: float = 10.0) -> Json:
    deadline = time.monotonic() + limit_s
    while time.monotonic() < deadline:
        description: Json = client.describe_execution(executionArn=execution)
        if description["status"] != "RUNNING":
            return description
        time.sleep(0.02)
    pytest.fail("the execution did not end")


def run(client: Any, machine: str, name: str, given: Json) -> Json:
    return finish(client, start(client, machine, name, given))


def output(description: Json) -> Json:
    assert description["status"] == "SUCCEEDED", description
    answer: Json = json.loads(description["output"])
    return answer


@pytest.mark.parametrize("machine", ["OneTask", "Invoke"])
def test_a_task_runs_on_our_workers(client: Any, tasks: Tasks, machine: str) -> None:
    # This is what fails if a new moto no longer asks the client that was put in its place.
    tasks.functions["double"] = lambda event: {"n": event["n"] * 2}
    assert output(run(client, machine, f"{machine}-1", {"n": 21})) == {"n": 42}
    assert tasks.events == [("double", {"n": 21})]


def test_parallel_branches_run_at_the_same_time_and_their_results_are_joined(
    client: Any, tasks: Tasks
) -> None:
    slow_began = asyncio.Event()

    async def double(event: Json) -> Json:
        await asyncio.wait_for(slow_began.wait(), 5)  # never, if one waited for the other
        return {"n": event["n"] * 2}

    async def slow(event: Json) -> str:
        slow_began.set()
        return "slow"

    tasks.functions |= {"double": double, "slow": slow}
    result = output(run(client, "Flow", "flow-1", {"n": 1, "short": False}))
    both = {"left": {"n": 2}, "right": "slow"}
    assert result == {"n": 1, "short": False, "both": both, "shaped": both}


def test_a_choice_takes_the_short_cut(client: Any, tasks: Tasks) -> None:
    assert output(run(client, "Flow", "flow-2", {"short": True})) == {"short": True}
    assert tasks.events == []


def test_a_transient_error_is_retried_after_its_interval(client: Any, tasks: Tasks) -> None:
    attempts: list[float] = []

    def flaky(event: Json) -> Any:
        attempts.append(time.monotonic())
        return failure("Transient") if len(attempts) < 2 else {"fine": True}

    tasks.functions["flaky"] = flaky
    assert output(run(client, "Mend", "mend-1", {})) == {"fine": True}
    assert attempts[1] - attempts[0] >= 1.0


def test_another_error_is_caught_at_once_with_its_type_and_cause(client: Any, tasks: Tasks) -> None:
    tasks.functions["flaky"] = lambda event: failure("UnreadableDrawing")
    error = output(run(client, "Mend", "mend-2", {"job_id": "j"}))["error"]
    assert error["Error"] == "UnreadableDrawing"
    assert json.loads(error["Cause"])["errorMessage"] == "as asked"
    assert len(tasks.events) == 1


def test_a_task_that_takes_too_long_fails_with_states_timeout(client: Any, tasks: Tasks) -> None:
    async def slow(event: Json) -> None:
        await asyncio.sleep(3)

    tasks.functions["slow"] = slow
    description = run(client, "Timed", "timed-1", {})
    assert (description["status"], description["error"]) == ("FAILED", "States.Timeout")


def test_a_function_that_does_not_exist_fails_the_execution(client: Any) -> None:
    assert run(client, "Lost", "lost-1", {})["status"] == "FAILED"


def test_a_name_is_used_once(client: Any, tasks: Tasks) -> None:
    tasks.functions["double"] = lambda event: event
    first = start(client, "OneTask", "same", {"n": 1})
    finish(client, first)
    with pytest.raises(client.exceptions.ExecutionAlreadyExists):
        start(client, "OneTask", "same", {"n": 2})
    assert len(tasks.events) == 1


@pytest.mark.parametrize("machine", ["Flow", "OneTask"])
def test_an_execution_can_be_stopped(client: Any, tasks: Tasks, machine: str) -> None:
    began = threading.Event()

    async def slow(event: Json) -> None:
        began.set()
        await asyncio.sleep(0.3)

    tasks.functions |= {"slow": slow, "double": slow}
    execution = start(client, machine, f"stopped-{machine}", {"short": False})
    assert began.wait(5)
    client.stop_execution(executionArn=execution)
    assert finish(client, execution)["status"] == "ABORTED"


def test_executions_wait_for_their_turn_and_can_be_stopped_meanwhile(
    client: Any, tasks: Tasks
) -> None:
    go_on = threading.Event()
    running: list[int] = []
    most = 0

    async def double(event: Json) -> None:
        nonlocal most
        running.append(event["n"])
        most = max(most, len(running))
        while not go_on.is_set():
            await asyncio.sleep(0.01)
        running.remove(event["n"])

    tasks.functions["double"] = double
    executions = [start(client, "OneTask", f"turn-{n}", {"n": n}) for n in range(AT_ONCE + 2)]
    client.stop_execution(executionArn=executions[-1])
    go_on.set()
    statuses = [finish(client, execution)["status"] for execution in executions]
    assert statuses == ["SUCCEEDED"] * (AT_ONCE + 1) + ["ABORTED"]
    assert most == AT_ONCE
    assert AT_ONCE + 1 not in [event["n"] for _, event in tasks.events]


def test_executions_that_ended_long_ago_are_forgotten(
    machines: tuple[StateMachines, str], client: Any, tasks: Tasks, now: list[timedelta]
) -> None:
    tasks.functions["double"] = lambda event: event
    execution = start(client, "OneTask", "forgotten", {"n": 1})
    finish(client, execution)
    machines[0].forget_finished()
    assert client.describe_execution(executionArn=execution)["status"] == "SUCCEEDED"
    now[0] = timedelta(seconds=KEPT_S + 1)
    machines[0].forget_finished()
    with pytest.raises(client.exceptions.ExecutionDoesNotExist):
        client.describe_execution(executionArn=execution)
