"""What every `Executions` does: Step Functions' adapter (on moto), and the tests' own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from shared.errors import DependencyUnavailable
from shared.executions import Executions, StepFunctions
from tests import servers
from tests.executions import RememberedExecutions

REGION = "eu-central-1"
WAITING = {"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 600, "End": True}}}


@pytest.fixture(scope="module")
def step_functions_url() -> Iterator[str]:
    with servers.s3_server() as url:  # moto's server serves every service
        yield url


def client(url: str) -> Any:
    return boto3.client(
        "stepfunctions",
        endpoint_url=url,
        region_name=REGION,
        aws_access_key_id="x",
        aws_secret_access_key="x",
    )


@pytest.fixture(params=["step functions", "remembered"])
def executions(request: pytest.FixtureRequest) -> Executions:
    if request.param == "remembered":
        return RememberedExecutions()
    url = request.getfixturevalue("step_functions_url")
    made = client(url)
    machine = made.create_state_machine(
        name=f"machine-{request.node.name[:40].replace('[', '-').replace(' ', '-')}",
        definition=json.dumps(WAITING),
        roleArn="arn:aws:iam::123456789012:role/any",
    )
    return StepFunctions(machine["stateMachineArn"], connect=lambda: client(url))


def test_what_was_started_runs_until_it_is_stopped(executions: Executions) -> None:
    assert not executions.is_running("job_1")
    assert executions.start("job_1", {"job_id": "job_1"})
    assert executions.is_running("job_1")

    executions.stop("job_1", "called off")

    assert not executions.is_running("job_1")


def test_a_name_is_used_once_even_after_its_end(executions: Executions) -> None:
    given = {"job_id": "job_1"}
    assert executions.start("job_1", given)
    executions.start("job_1", given)  # AWS says yes while the same runs, moto says no
    executions.stop("job_1", "called off")

    assert not executions.start("job_1", {"job_id": "another"})
    assert executions.start("job_1-2", given)


def test_stopping_what_never_ran_does_nothing(executions: Executions) -> None:
    executions.stop("job_9", "called off")


def test_the_machine_is_there(executions: Executions) -> None:
    executions.check()


def test_the_input_arrives_as_it_was_given(step_functions_url: str) -> None:
    made = client(step_functions_url)
    machine = made.create_state_machine(
        name="inputs", definition=json.dumps(WAITING), roleArn="arn:aws:iam::123456789012:role/any"
    )["stateMachineArn"]
    given = {"job_id": "job_1", "prompt": "ça va ∑", "gravity": None}

    StepFunctions(machine, connect=lambda: client(step_functions_url)).start("job_1", given)

    arn = f"{machine.replace(':stateMachine:', ':execution:')}:job_1"
    assert json.loads(made.describe_execution(executionArn=arn)["input"]) == given


@pytest.mark.parametrize("act", ["start", "stop", "is_running", "check"])
def test_a_machine_that_can_not_be_reached_is_unavailable(act: str) -> None:
    arn = f"arn:aws:states:{REGION}:123456789012:stateMachine:none"
    executions = StepFunctions(arn, connect=lambda: client("http://127.0.0.1:1"))
    calls = {
        "start": lambda: executions.start("a", {}),
        "stop": lambda: executions.stop("a", "b"),
        "is_running": lambda: executions.is_running("a"),
        "check": executions.check,
    }

    with pytest.raises(DependencyUnavailable):
        calls[act]()


def test_a_machine_that_is_not_there_is_unavailable(step_functions_url: str) -> None:
    arn = f"arn:aws:states:{REGION}:123456789012:stateMachine:none"
    executions = StepFunctions(arn, connect=lambda: client(step_functions_url))

    with pytest.raises(DependencyUnavailable):
        executions.start("a", {})
    with pytest.raises(DependencyUnavailable):
        executions.check()
