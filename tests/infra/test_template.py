"""The template and the code say the same."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys

import pytest

from tests.infra.template import ROOT, functions, resources, template

FUNCTIONS = functions()


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_every_handler_is_there_and_can_be_called(name: str) -> None:
    module, _, attribute = FUNCTIONS[name]["Handler"].rpartition(".")
    assert callable(getattr(importlib.import_module(module), attribute))


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_every_function_has_an_event_to_try_it_with(name: str) -> None:
    events = sorted((ROOT / "tests/events").glob(f"{name}*.json"))
    assert events, f"add tests/events/{name}.json"
    for path in events:
        json.loads(path.read_text())


def test_every_module_with_a_handler_is_in_the_template() -> None:
    declared = {properties["Handler"] for properties in FUNCTIONS.values()}
    written = {
        f"{path.parent.name}.{path.stem}.handler"
        for package in ("api", "authorizers", "sockets", "pipeline", "schedules", "records")
        for path in (ROOT / "functions" / package).glob("*.py")
        if any(
            line.startswith(("handler =", "handler:", "def handler("))
            for line in path.read_text().splitlines()
        )
    }
    assert written == declared


def test_no_two_functions_share_a_handler() -> None:
    handlers = [properties["Handler"] for properties in FUNCTIONS.values()]
    assert len(set(handlers)) == len(handlers)


def test_the_state_machine_is_given_every_function_it_names() -> None:
    (machine,) = resources("AWS::Serverless::StateMachine").values()
    text = (ROOT / machine["DefinitionUri"]).read_text()
    named = {part.split("}")[0] for part in text.split("${")[1:]}
    assert named == set(machine["DefinitionSubstitutions"])


def test_every_task_of_the_state_machine_gives_up_and_retries_and_is_caught() -> None:
    (machine,) = resources("AWS::Serverless::StateMachine").values()
    states = json.loads((ROOT / machine["DefinitionUri"]).read_text())["States"]

    def tasks(states: dict[str, dict]) -> list[tuple[str, dict]]:
        inner = [
            task
            for state in states.values()
            for branch in state.get("Branches", [])
            for task in tasks(branch["States"])
        ]
        return inner + [(name, s) for name, s in states.items() if s["Type"] == "Task"]

    for name, task in tasks(states):
        function = FUNCTIONS[task["Resource"].removeprefix("${").removesuffix("Arn}")]
        assert task["TimeoutSeconds"] > function["Timeout"], name
        assert task["Retry"], name
    for name, state in states.items():
        if state["Type"] in ("Task", "Parallel") and name != "Fail":
            assert state["Catch"] == [
                {"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Fail"}
            ], name


def test_heavy_work_has_its_own_share_and_leaves_the_api_more_than_half_of_an_account() -> None:
    """An account may run 1,000 at once, and of those AWS keeps 100 unreserved."""
    reserved = {
        name: properties["ReservedConcurrentExecutions"]["Fn::If"][1]
        for name, properties in FUNCTIONS.items()
        if "ReservedConcurrentExecutions" in properties
    }
    heavy = {
        name
        for name, properties in FUNCTIONS.items()
        if properties.get("MemorySize", 0) > 1024 or properties["Handler"].startswith("pipeline.re")
    }
    assert heavy - reserved.keys() == {"RecordFunction"}  # which writes a row
    assert not any(FUNCTIONS[name]["Handler"].startswith("api.") for name in reserved)
    assert sum(reserved.values()) == 500
    said = template()["Parameters"]["ReserveConcurrency"]["Description"]
    assert "500 in all" in said


# What only some layers carry. pydantic is not here: dishka loads it wherever it is installed. boto3
# comes with Lambda's runtime, and takes half a second to load.
CARRIED_BY = {
    "psycopg": {"CoreLayer"},
    "redis": {"CoreLayer", "VisionLayer"},
    "fastapi": {"CoreLayer"},
    "jwt": {"CoreLayer", "IdentityLayer"},
    "cryptography": {"IdentityLayer"},
    "cv2": {"VisionLayer"},
    "numpy": {"VisionLayer", "PhysicsLayer"},
    "mujoco": {"PhysicsLayer"},
    "PIL": {"PhysicsLayer"},
    "defusedxml": {"PhysicsLayer"},
    "boto3": set(),
    "onnxruntime": set(),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_a_function_starts_with_what_its_layers_carry(name: str) -> None:
    layers = {layer["Ref"] for layer in FUNCTIONS[name]["Layers"]}
    absent = [library for library, carriers in CARRIED_BY.items() if not carriers & layers]
    module = FUNCTIONS[name]["Handler"].removesuffix(".handler")
    code = (
        f"import sys; sys.modules.update(dict.fromkeys({absent!r}));"
        f"import importlib; importlib.import_module({module!r})"
    )
    started = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": f"{ROOT / 'functions'}:{ROOT}"},
        capture_output=True,
        text=True,
    )
    assert started.returncode == 0, started.stderr
