"""The state machine as it is deployed: of the form that AWS takes, and every way through it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from itertools import count
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from moto.stepfunctions.parser.models import stepfunctions_parser_backends

from infra.local import naming, template
from infra.local.declared import StateMachine
from infra.local.runtime_api import Answer
from infra.local.stepfunctions import StateMachines
from tests.infra.template import ROOT
from tests.workers import Json, Loop, TaskClient, Tasks

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("machine")]  # one machine for all

SOURCES: dict[str, Json] = {
    "drawing": {"source": "sketch"},
    "known drawing": {"source": "sketch", "analysis_key": "analyses/a.json"},
    "sentence": {"source": "prompt"},
    "model": {"source": "model"},
}
PATHS = {
    "drawing": {
        "Begin",
        "Prepare",
        "Read",
        "Relate",
        "TakeAnalysis",
        "Compile",
        "Simulate",
        "Publish",
        "Done",
    },
    "known drawing": {"Begin", "Compile", "Simulate", "Publish", "Done"},
    "sentence": {"Begin", "ReadSentence", "Compile", "Simulate", "Publish", "Done"},
    "model": {"Begin", "Compile", "Simulate", "Publish", "Done"},
}
REACHED_BY = {"ReadSentenceFunction": "sentence"}
"""What starts an execution that a function runs in; a drawing, but for this one."""


@pytest.fixture(scope="module")
def machine() -> StateMachine:
    (declared,) = template.load(ROOT / "template.yaml").state_machines
    return declared


def states(definition: Json) -> Iterator[tuple[str, Json]]:
    """Every state, also those of branches."""
    for name, state in definition["States"].items():
        yield name, state
        for branch in state.get("Branches", ()):
            yield from states(branch)


class Machine:
    """The deployed definition on moto's interpreter, with tasks that fail as they are told to."""

    def __init__(self, tasks: Tasks, endpoint: str, arn: str, waits: list[float]) -> None:
        self._tasks = tasks
        self._arn = arn
        self._names = count()
        self.waits = waits
        self._backend = stepfunctions_parser_backends[naming.ACCOUNT_ID][naming.REGION]
        self._client = boto3.client(
            "stepfunctions",
            endpoint_url=endpoint,
            region_name=naming.REGION,
            aws_access_key_id="x",
            aws_secret_access_key="x",
        )

    def run(self, source: str, failing: dict[str, Callable[[], Any]] | None = None) -> Json:
        """Run one execution to its end: its status, the states that it entered, what failed."""
        self._tasks.events.clear()
        self.waits.clear()
        for name in FUNCTIONS:
            self._tasks.functions[name] = lambda _event, name=name: f"made by {name}"
        self._tasks.functions["FailFunction"] = lambda _event: True
        for name, answer in (failing or {}).items():
            self._tasks.functions[name] = lambda _event, answer=answer: answer()
        given = {
            "job_id": "job_1",
            "simulation_id": "sim_1",
            "image_key": "i",
            "request_id": "req_1",
            **SOURCES[source],
        }
        started = self._client.start_execution(
            stateMachineArn=self._arn, name=f"run-{next(self._names)}", input=json.dumps(given)
        )
        arn = started["executionArn"]
        while (found := self._client.describe_execution(executionArn=arn))["status"] == "RUNNING":
            time.sleep(0.02)
        # Not by the endpoint, which fails at some of the events that its own interpreter writes.
        events = self._backend.get_execution_history(execution_arn=arn)["events"]
        entered = {
            each["stateEnteredEventDetails"]["name"]
            for each in events
            if "stateEnteredEventDetails" in each
        }
        return {"status": found["status"], "entered": entered, "error": found.get("error")}

    def called(self, function: str) -> list[Json]:
        """The events that a function was given in the last run."""
        return [event for name, event in self._tasks.events if name == function]


def functions_of(definition: Json) -> dict[str, str]:
    """The function of each task, by its state."""
    return {
        name: state["Resource"].rpartition(":")[2]
        for name, state in states(definition)
        if state["Type"] == "Task"
    }


DEFINITION = json.loads((ROOT / "infra/statemachine/drawing.asl.json").read_text())
FUNCTIONS = sorted(
    {name.removeprefix("${").removesuffix("Arn}") for name in functions_of(DEFINITION).values()}
)
WORKERS = [name for name in FUNCTIONS if name != "FailFunction"]


@pytest.fixture(scope="module")
def running(machine: StateMachine) -> Iterator[Machine]:
    from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl

    tasks, loop, waits = Tasks(), Loop(), list[float]()
    patch = pytest.MonkeyPatch()
    patch.setattr(retrier_decl, "time", SimpleNamespace(sleep=waits.append))
    machines = StateMachines([machine], TaskClient(tasks.invoke, loop.loop))
    endpoint = machines.start()
    yield Machine(tasks, endpoint, machine.arn, waits)
    machines.stop()
    loop.close()
    patch.undo()


def fails(error: str, times: float = float("inf"), then: Any = "made") -> Callable[[], Any]:
    """A task that fails so many times, and then answers."""
    left = [times]

    def answer() -> Any:
        left[0] -= 1
        return Answer.failed(error, "as asked") if left[0] >= 0 else then

    return answer


def test_it_is_of_the_form_that_aws_takes() -> None:
    from cfnlint.api import lint_all

    def complaints(definition: Json) -> list[str]:
        properties = {"RoleArn": "arn:aws:iam::123456789012:role/any", "Definition": definition}
        resource = {"Type": "AWS::StepFunctions::StateMachine", "Properties": properties}
        found = lint_all(json.dumps({"Resources": {"M": resource}}))
        return [str(each) for each in found if not each.rule.id.startswith("I")]

    text = json.dumps(DEFINITION)
    for name in FUNCTIONS:
        text = text.replace(
            f"${{{name}Arn}}", f"arn:aws:lambda:us-east-1:123456789012:function:{name}"
        )
    assert complaints(json.loads(text)) == []
    assert complaints(json.loads(text.replace('"Retry"', '"Retries"'))) != []


@pytest.mark.parametrize("source", SOURCES)
def test_each_source_takes_its_way(running: Machine, source: str) -> None:
    ended = running.run(source)
    assert ended["status"] == "SUCCEEDED"
    inner = {name for name, _ in states(DEFINITION)} - set(DEFINITION["States"])
    assert ended["entered"] - inner == PATHS[source]
    assert running.called("FailFunction") == []


@pytest.mark.parametrize("name", WORKERS)
def test_what_a_task_refuses_ends_in_fail_at_once_and_whose_fault_it_was_is_told(
    running: Machine, name: str
) -> None:
    source = REACHED_BY.get(name, "drawing")
    for fault, status in ((True, "FAILED"), (False, "SUCCEEDED")):
        ended = running.run(
            source, {name: fails("Unprocessable"), "FailFunction": lambda fault=fault: fault}
        )
        assert ended["status"] == status
        assert {"Fail", "WhoseFault", "Failed" if fault else "Refused"} <= ended["entered"]
        assert running.waits == []
        (told,) = running.called("FailFunction")
        assert told["error"]["Error"] == "Unprocessable"
        assert (ended["error"] == "Unprocessable") == fault


RETRIED = {
    "DependencyUnavailable": 5,
    "Lambda.TooManyRequestsException": 20,
    "Lambda.ServiceException": 5,
    "Sandbox.Timedout": 1,
    "Runtime.ExitError": 1,
}
"""How many times a task is tried again."""


def test_every_task_is_tried_again_in_the_same_way() -> None:
    tried = [
        json.dumps(state["Retry"])
        for _, state in states(DEFINITION)
        if state["Type"] == "Task" and state["Resource"] != "${FailFunctionArn}"
    ]
    assert len(tried) > 10
    assert len(set(tried)) == 1


@pytest.mark.parametrize(
    ("name", "error"),
    [
        *((name, "DependencyUnavailable") for name in WORKERS),
        *(("CompileFunction", error) for error in RETRIED),
    ],
)
def test_what_may_pass_is_tried_again_and_given_up_in_the_end(
    running: Machine, name: str, error: str
) -> None:
    source = REACHED_BY.get(name, "drawing")
    steps = list(functions_of(DEFINITION).values()).count(f"${{{name}Arn}}")

    assert running.run(source, {name: fails(error, times=1)})["status"] == "SUCCEEDED"
    assert len(running.waits) == 1

    assert running.run(source, {name: fails(error)})["status"] == "FAILED"
    assert RETRIED[error] <= len(running.waits) <= RETRIED[error] * steps
    assert max(running.waits) <= 20
    (told,) = running.called("FailFunction")
    assert told["error"]["Error"] == error


def test_a_task_that_is_refused_for_minutes_is_still_alive_to_whoever_looks_for_dead_jobs() -> None:
    from schedules.resume_jobs import STUCK

    for _, state in states(DEFINITION):
        if state["Type"] == "Task" and state["Resource"] != "${FailFunctionArn}":
            silent = state["TimeoutSeconds"]
            for retry in state["Retry"]:
                delay, longest = retry["IntervalSeconds"], retry.get("MaxDelaySeconds", 1e9)
                bounds = [
                    min(longest, delay * retry["BackoffRate"] ** tried)
                    for tried in range(retry["MaxAttempts"])
                ]
                silent += sum(bounds) / 2  # jitter is full: half of each on average
            assert silent < STUCK.total_seconds()


def test_fail_is_patient_and_then_the_execution_has_failed(running: Machine) -> None:
    down = {"CompileFunction": fails("Unprocessable")}
    late = fails("DependencyUnavailable", times=3, then=False)
    assert running.run("model", {**down, "FailFunction": late})["status"] == "SUCCEEDED"
    assert len(running.waits) == 3

    ended = running.run("model", {**down, "FailFunction": fails("DependencyUnavailable")})
    assert ended["status"] == "FAILED"
    assert len(running.waits) == 12
    assert ended["error"] == "DependencyUnavailable"


def test_together_these_runs_enter_every_state(running: Machine) -> None:
    entered = set()
    for source in SOURCES:
        entered |= running.run(source)["entered"]
    for fault in (True, False):
        refused = {
            "CompileFunction": fails("Unprocessable"),
            "FailFunction": lambda fault=fault: fault,
        }
        entered |= running.run("model", refused)["entered"]
    assert entered == {name for name, _ in states(DEFINITION)}
