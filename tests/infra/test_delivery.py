"""How it is deployed: stages, workflows, and that each names what the others have."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.infra.template import ROOT, template

WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
SAMCONFIG = tomllib.loads((ROOT / "samconfig.toml").read_text())
STAGES = template()["Parameters"]["Stage"]["AllowedValues"]


def workflow(name: str) -> dict[Any, Any]:
    found: dict[Any, Any] = yaml.safe_load((ROOT / f".github/workflows/{name}.yml").read_text())
    return found


@pytest.mark.parametrize("stage", STAGES)
def test_each_stage_can_be_deployed_and_is_a_stack_of_its_own(stage: str) -> None:
    deploy = SAMCONFIG[stage]["deploy"]["parameters"]
    assert deploy["stack_name"] == f"simgen-{stage}"
    assert set(deploy["capabilities"].split()) == {"CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"}
    given = dict(pair.split("=") for pair in deploy["parameter_overrides"].split())
    assert given["Stage"] == stage
    assert given.keys() <= template()["Parameters"].keys()
    assert stage in template()["Mappings"]["Stages"]


def test_stages_differ_in_the_same_things() -> None:
    rows = template()["Mappings"]["Stages"].values()
    assert len({frozenset(row) for row in rows}) == 1
    prod = template()["Mappings"]["Stages"]["prod"]
    assert prod["Protected"] == "true" and prod["Rollout"].startswith("Canary10Percent")


def test_what_is_deployed_was_tested_and_goes_through_the_stages_in_turn() -> None:
    jobs = workflow("deploy")["jobs"]
    assert [(name, job.get("needs")) for name, job in jobs.items()] == [
        ("test", None),
        ("dev", "test"),
        ("staging", "dev"),
        ("prod", "staging"),
    ]
    assert [jobs[stage]["with"]["stage"] for stage in STAGES] == STAGES
    # An environment is what a person approves, and what the role is bound to.
    assert workflow("deploy-stage")["jobs"]["deploy"]["environment"] == "${{ inputs.stage }}"
    trusted = (ROOT / "infra/deployer.yaml").read_text()
    assert "sub: !Sub repo:${Repository}:environment:${Stage}" in trusted


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_actions_are_pinned_and_no_key_is_kept(path: Path) -> None:
    text = path.read_text()
    for action in re.findall(r"uses: (\S+@.*)", text):
        assert re.fullmatch(r"[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", action), action
    assert "secrets." not in text
    assert yaml.safe_load(text)["permissions"] == {"contents": "read"}
    # What somebody may have written is never part of a script.
    assert "${{" not in "".join(re.findall(r"run: (.*)", text))


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_workflows_run_what_the_makefile_has(path: Path) -> None:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert set(re.findall(r"run: make (\S+)", path.read_text())) <= set(targets)


def test_parameters_of_the_command_line_are_added_to_those_of_the_stage() -> None:
    asked = ["make", "--dry-run", "deploy", "STAGE=prod", "PARAMETERS=AlarmEmail=a@b.example"]
    said = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert '--parameter-overrides "Stage=prod AlarmEmail=a@b.example"' in said
    assert "--config-env prod" in said


@pytest.mark.slow
@pytest.mark.parametrize(
    "tool",
    [
        "check-jsonschema==0.39.0 --builtin-schema vendor.github-workflows",
        "zizmor==1.32.0 --offline --quiet --no-progress --min-severity medium",
    ],
)
def test_workflows_are_of_the_form_that_github_takes_and_hold_against_those_who_would_misuse_them(
    tool: str,
) -> None:
    package, *options = tool.split()
    uv = ROOT / ".tools/uv/bin/uv"
    command = [uv, "tool", "run", "--quiet", "--from", package, package.partition("==")[0]]
    done = subprocess.run(
        [*command, *options, *map(str, WORKFLOWS)], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
