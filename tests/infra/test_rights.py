"""Each function may do what its code calls, and nothing else; and is told what its code reads."""

from __future__ import annotations

import importlib
import json
import re
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any

import pytest
from samtranslator.yaml_helper import yaml_parse

from shared.config import DatabaseSettings, TokenSettings
from tests.infra.calls import PORTS, Call, adapter_calls, calls, facts, operations, reachable
from tests.infra.template import ROOT, functions, resources, template

FUNCTIONS = functions()

# What IAM calls the right to a call, where it isn't the service's name and the operation's.
# https://docs.aws.amazon.com/service-authorization/latest/reference/
RIGHTS_OF: dict[Call, frozenset[str]] = {
    ("s3", "head_object"): frozenset({"s3:GetObject", "s3:ListBucket"}),
    ("s3", "get_object"): frozenset({"s3:GetObject", "s3:ListBucket"}),  # else absent is forbidden
    ("s3", "list_objects_v2"): frozenset({"s3:ListBucket"}),
    ("apigatewaymanagementapi", "post_to_connection"): frozenset({"execute-api:ManageConnections"}),
    ("bedrock-runtime", "converse"): frozenset({"bedrock:InvokeModel"}),
}
PREFIX_OF = {"stepfunctions": "states"}

# What each right must be given on: a part of the resource as the template writes it.
GIVEN_ON = {
    "rds-db": "Outputs.DatabaseConnectArn",
    "secretsmanager": "TokenSecret",
    "s3": "Outputs.BucketArn",
    "states": "DrawingMachine",
    "execute-api": "${SocketsApi}/live/",
    "textract": "*",
    "bedrock": "foundation-model/${BedrockModelId}",
}


def module_of(name: str) -> str:
    handler: str = FUNCTIONS[name]["Handler"]
    return handler.removesuffix(".handler")


_LOOKS = {"get", "issubclass", "isinstance"}
"""Calls that are handed a section of a configuration without reading it from the environment."""


@cache
def sections_of(name: str) -> frozenset[type]:
    """The configurations that a function reads, with the sections that they are made of."""
    found: set[type] = set()
    for place, definition in reachable(module_of(name)):
        known = vars(importlib.import_module(place))
        for called, name_given in facts(definition).handed:
            kind = known.get(name_given)
            if called not in _LOOKS and isinstance(kind, type) and is_dataclass(kind):
                found.add(kind)
    return frozenset(
        section
        for kind in found
        if all("name" in entry.metadata for entry in fields(kind))
        for section in kind.__mro__
        if section is not object
    )


def needed_rights(name: str) -> set[str]:
    found = {right for call in calls(module_of(name)) for right in rights_of(call)}
    if DatabaseSettings in sections_of(name):
        found.add("rds-db:connect")
    if TokenSettings in sections_of(name):
        found.add("secretsmanager:GetSecretValue")
    return found


def rights_of(call: Call) -> frozenset[str]:
    service, operation = call
    plain = f"{PREFIX_OF.get(service, service)}:{operations(service)[operation]}"
    return RIGHTS_OF.get(call, frozenset({plain}))


def statements(policies: list[Any]) -> list[dict[str, Any]]:
    """The statements of a function's policies, which are managed ones or stand there."""
    managed = resources("AWS::IAM::ManagedPolicy")
    documents = [
        managed[policy["Ref"]]["PolicyDocument"] if "Ref" in policy else policy
        for policy in policies
    ]
    return [statement for document in documents for statement in document["Statement"]]


def actions(statement: dict[str, Any]) -> list[str]:
    found = statement["Action"]
    return found if isinstance(found, list) else [found]


def given_rights(properties: dict[str, Any]) -> set[str]:
    return {a for each in statements(properties.get("Policies", [])) for a in actions(each)}


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_a_function_may_do_what_it_calls_and_nothing_else(name: str) -> None:
    needed, given = needed_rights(name), given_rights(FUNCTIONS[name])
    assert needed - given == set(), f"{name} calls what it may not"
    assert given - needed == set(), f"{name} may do what it never calls"


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_a_right_is_given_on_what_the_code_is_told_to_use(name: str) -> None:
    for statement in statements(FUNCTIONS[name].get("Policies", [])):
        assert statement["Effect"] == "Allow"
        for action in actions(statement):
            expected = GIVEN_ON[action.partition(":")[0]]
            assert expected in json.dumps(statement["Resource"]), (name, action)


def test_a_right_taken_away_or_given_too_much_is_noticed() -> None:
    """The two tests above would fail: so they do look."""
    found = given_rights(FUNCTIONS["SketchesFunction"])
    policies = FUNCTIONS["SketchesFunction"]["Policies"]
    for policy in policies:
        fewer = {**FUNCTIONS["SketchesFunction"], "Policies": [p for p in policies if p != policy]}
        assert given_rights(fewer) < needed_rights("SketchesFunction")
    more = {**FUNCTIONS["SketchesFunction"], "Policies": [*policies, {"Ref": "PushToSockets"}]}
    assert given_rights(more) > found == needed_rights("SketchesFunction")


def test_calls_are_found_through_functions_classes_and_ports() -> None:
    assert ("s3", "put_object") in calls("pipeline.simulate")  # by a function of its own
    assert ("s3", "list_objects_v2") in calls("api.shares")  # three modules away
    assert ("apigatewaymanagementapi", "post_to_connection") in calls("sockets.play")  # by a class
    assert ("stepfunctions", "describe_state_machine") in calls("api.health")  # in a constant
    assert ("textract", "detect_document_text") in calls("pipeline.read_labels")  # its own client
    assert calls("api.documents") == set()


def test_a_variable_that_is_a_port_has_its_name_so_that_calls_of_it_are_found() -> None:
    aliases = {f"The{port}": port for port in PORTS} | {"TheObjects": "ObjectStore"}
    named = re.compile(r"(\w+): (\w+)\b")
    for path in (ROOT / "functions").glob("[!w]*/*.py"):
        for variable, kind in named.findall(path.read_text()):
            port = aliases.get(kind, kind)
            if port in PORTS:
                assert variable in PORTS[port].names, f"{path}: {variable}: {kind}"


@pytest.mark.parametrize("port", sorted(PORTS))
def test_a_ports_methods_are_all_calls_of_its_service(port: str) -> None:
    methods = {
        "ObjectStore": ("put", "get", "head", "delete", "list"),
        "Presigner": ("presign_put", "presign_get"),
        "Executions": ("start", "stop", "is_running", "check"),
        "Sockets": ("post",),
    }
    assert all(adapter_calls(port, method) for method in methods[port])


def test_every_star_in_a_policy_has_its_reason_beside_it() -> None:
    for path in [ROOT / "template.yaml", *sorted((ROOT / "infra").glob("*.yaml"))]:
        lines = path.read_text().splitlines()
        for number, line in enumerate(lines, start=1):
            said = re.match(r"\s*(?:- )?(?:Action|Resource|Principal|NotAction)s?: (.*)", line)
            if said and "*" in said[1].partition(" #")[0]:
                value = said[1].partition(" #")[0]
                if re.search(r"Arn}/(\w+/)?\*", value):
                    continue  # the objects of one bucket
                assert " # " in line, f"{path.name}:{number}: say why"


ENDPOINTS_OF = {
    "s3": "s3",
    "stepfunctions": "states",
    "secretsmanager": "secretsmanager",
    "textract": "textract",
    "bedrock-runtime": "bedrock-runtime",
}
THROUGH_NAT = {"apigatewaymanagementapi"}
"""A WebSocket API is public: no endpoint leads to it."""


def test_what_functions_call_from_the_network_has_an_endpoint_and_nothing_else_has() -> None:
    inside = [name for name, f in FUNCTIONS.items() if f.get("VpcConfig", {}) != NO_NETWORK]
    called = {service for name in inside for service, _ in calls(module_of(name))}
    if any(TokenSettings in sections_of(name) for name in inside):
        called.add("secretsmanager")
    network = yaml_parse((ROOT / "infra/network.yaml").read_text())["Resources"].values()
    served = {
        part["Properties"]["ServiceName"]["Fn::Sub"].rpartition(".")[2]
        for part in network
        if part["Type"] == "AWS::EC2::VPCEndpoint"
    }
    assert {ENDPOINTS_OF[service] for service in called - THROUGH_NAT} == served


NO_NETWORK = {"Ref": "AWS::NoValue"}


# ------------------------------------------------------------- names of the environment

GLOBALS = template()["Globals"]["Function"]["Environment"]["Variables"]
BY_THE_LOG = {"LOG_LEVEL", "POWERTOOLS_SERVICE_NAME"}  # shared/logs.py, shared/measure.py


def read_names(name: str) -> set[str]:
    return {entry.metadata["name"] for kind in sections_of(name) for entry in fields(kind)}


def own_names(name: str) -> set[str]:
    return set(FUNCTIONS[name].get("Environment", {}).get("Variables", {}))


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_a_function_is_told_all_that_it_reads_and_its_own_names_are_read(name: str) -> None:
    assert read_names(name) - own_names(name) - set(GLOBALS) == set(), "is not told"
    assert own_names(name) - read_names(name) == set(), "is told and never reads"


def test_what_all_functions_are_told_some_of_them_read() -> None:
    read = set().union(*(read_names(name) for name in FUNCTIONS)) | BY_THE_LOG
    assert set(GLOBALS) - read == set()
    log = (ROOT / "shared/logs.py").read_text()
    assert all(name in log for name in BY_THE_LOG)


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_code_never_meets_a_schema_older_than_itself(name: str) -> None:
    """Whatever reads the database is updated after the migrations have run."""
    uses = "rds-db:connect" in given_rights(FUNCTIONS[name]) and name != "MigrateFunction"
    assert (template()["Resources"][name].get("DependsOn") == "Migrated") == uses
