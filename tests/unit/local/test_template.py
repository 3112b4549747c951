import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from infra.local import template
from infra.local.declared import FixedAnswer, RestRoute, Schedule, SocketRoute, Template
from infra.local.intrinsics import UnsupportedTemplate

TEMPLATES = Path(__file__).parents[2] / "data" / "templates"


@pytest.fixture(scope="module")
def sample() -> Template:
    return template.load(TEMPLATES / "sample.yaml")


def load(folder: Path, resources: dict[str, Any], **sections: Any) -> Template:
    """Read a template of only these resources."""
    document = {"Transform": "AWS::Serverless-2016-10-31", "Resources": resources, **sections}
    path = folder / "template.yaml"
    path.write_text(yaml.safe_dump(document))
    return template.load(path)


def function(**properties: Any) -> dict[str, Any]:
    defaults = {"Handler": "a.b", "Runtime": "python3.14", "CodeUri": "code/"}
    return {"Type": "AWS::Serverless::Function", "Properties": defaults | properties}


def test_functions_take_what_globals_say_unless_they_say_otherwise(sample: Template) -> None:
    echo, act = sample.functions["EchoFunction"], sample.functions["ActFunction"]
    assert (echo.timeout_s, echo.memory_mib, act.timeout_s, act.memory_mib) == (5, 2048, 1, 128)
    assert echo.handler == "sample.handlers.echo"
    assert echo.code == TEMPLATES.parent / "local_functions"


def test_variables_are_resolved_as_cloudformation_would(sample: Template) -> None:
    stand_ins = {"DATABASE_URL": "postgresql://here", "TOKEN_SECRET": "s", "UNDECLARED": "never"}
    assert sample.functions["EchoFunction"].environment(stand_ins) == {
        "GREETING": "hello",
        "DATABASE_URL": "postgresql://here",
        "TOKEN_SECRET": "s",
        "THANKS": "thank you",
        "MANNERS": "some",
        "JOINED": "b-hello-${literal}",
        "MACHINE": "arn:aws:states:us-east-1:123456789012:stateMachine:Machine",
        "BUCKET": "s3://local-bucket/x",
    }


def test_a_variable_that_only_the_cloud_knows_must_have_a_stand_in(sample: Template) -> None:
    with pytest.raises(UnsupportedTemplate, match=r"DATABASE_URL .*Data\.Outputs.*TOKEN_SECRET"):
        sample.functions["EchoFunction"].environment({})


def test_a_resource_whose_condition_does_not_hold_is_not_there(sample: Template) -> None:
    assert "RudeFunction" not in sample.functions
    rude = template.load(TEMPLATES / "sample.yaml", parameters={"Greeting": "go away"})
    assert "RudeFunction" in rude.functions


def test_routes_are_those_of_the_events_and_of_cors(sample: Template) -> None:
    assert sample.rest is not None
    routes = {(route.method, route.path): route for route in sample.rest.routes}
    assert routes["ANY", "/echo"] == RestRoute("ANY", "/echo", "EchoFunction")
    assert routes["GET", "/files/{proxy+}"].target == "EchoFunction"
    assert routes["POST", "/answer"].target == "AnswerFunction"
    assert routes["OPTIONS", "/answer"].target == FixedAnswer(
        200, {"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Methods": "GET,POST"}
    )
    assert ("DELETE", "/answer") not in routes


def test_the_apis_own_settings_are_read(sample: Template) -> None:
    assert sample.rest is not None
    assert sample.rest.stage == "live"
    assert sample.rest.binary_media_types == {"image/png"}
    assert sample.rest.minimum_compression_bytes == 1000
    wording = sample.rest.gateway_responses["MISSING_AUTHENTICATION_TOKEN"]
    assert (wording.status, wording.headers) == (404, {"x-refused": "yes"})


def test_socket_routes_know_whether_their_answers_go_back(sample: Template) -> None:
    assert sample.sockets is not None
    assert sample.sockets.selection == "action"
    assert sample.sockets.routes["ask"] == SocketRoute("ask", "SocketFunction", answers=True)
    assert sample.sockets.routes["tell"] == SocketRoute("tell", "SocketFunction", answers=False)


def test_schedules_are_those_that_are_enabled(sample: Template) -> None:
    assert set(sample.schedules) == {
        Schedule("EchoFunctionMinutely", "rate(5 minutes)", "EchoFunction", None),
        Schedule("EchoFunctionNightly", "cron(41 3 * * ? *)", "EchoFunction", '{"do": "sweep"}'),
    }


def test_a_state_machine_has_its_substitutions_made(sample: Template) -> None:
    (machine,) = sample.state_machines
    task = json.loads(machine.definition)["States"]["Act"]
    assert task["Resource"] == "arn:aws:lambda:us-east-1:123456789012:function:ActFunction"


def test_what_has_no_effect_here_is_listed(sample: Template) -> None:
    assert sorted(sample.warnings) == [
        "Stream: AWS::Kinesis::Stream does nothing here",
        "Throttled: AWS::Lambda::Function EphemeralStorage does nothing here",
    ]


def test_a_transformed_template_is_kept_until_the_source_changes(tmp_path: Path) -> None:
    path = tmp_path / "template.yaml"
    path.write_text((TEMPLATES / "sample.yaml").read_text())
    (tmp_path / "sample.asl.json").write_text("{}")
    first = template.load(path, cache=tmp_path)
    assert template.load(path, cache=tmp_path).rest == first.rest
    assert len(list(tmp_path.glob("template-*.json"))) == 1
    path.write_text(path.read_text().replace("Path: /answer", "Path: /other"))
    changed = template.load(path, cache=tmp_path).rest
    assert changed and "/other" in {route.path for route in changed.routes}


@pytest.mark.parametrize(
    ("value", "complaint"),
    [
        ({"Fn::Cidr": ["10.0.0.0/8", 2]}, "Fn::Cidr"),
        ({"Fn::FindInMap": ["No", "such", "map"]}, "No.such.map"),
        ({"Fn::If": ["NoSuch", 1, 2]}, "NoSuch"),
    ],
)
def test_an_intrinsic_that_is_not_understood_is_an_error(
    tmp_path: Path, value: Any, complaint: str
) -> None:
    with pytest.raises(UnsupportedTemplate, match=complaint):
        load(tmp_path, {"F": function(Environment={"Variables": {"X": value}})})


def test_an_authorizer_is_an_error_for_it_would_let_everybody_in(tmp_path: Path) -> None:
    auth = {"Authorizers": {"Own": {"UserPoolArn": "arn:pool"}}, "DefaultAuthorizer": "Own"}
    api = {"Type": "AWS::Serverless::Api", "Properties": {"StageName": "live", "Auth": auth}}
    event = {"RestApiId": {"Ref": "Api"}, "Method": "get", "Path": "/"}
    own = function(Events={"Get": {"Type": "Api", "Properties": event}})
    with pytest.raises(UnsupportedTemplate, match="authorizers"):
        load(tmp_path, {"Api": api, "F": own})


def test_a_substitution_that_is_forgotten_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "m.asl.json").write_text('{"Resource": "${Forgotten}"}')
    machine = {"DefinitionUri": "m.asl.json", "Role": "arn:aws:iam::1:role/r"}
    with pytest.raises(UnsupportedTemplate, match="Forgotten"):
        load(tmp_path, {"M": {"Type": "AWS::Serverless::StateMachine", "Properties": machine}})


def test_a_route_to_a_function_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    target = {"Arn": "arn:aws:lambda:us-east-1:123456789012:function:Gone", "RoleArn": "r"}
    properties = {"ScheduleExpression": "rate(1 day)", "Target": target}
    with pytest.raises(UnsupportedTemplate, match="Gone"):
        load(tmp_path, {"S": {"Type": "AWS::Scheduler::Schedule", "Properties": properties}})


def test_a_parameter_without_a_value_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UnsupportedTemplate, match="Needed"):
        load(tmp_path, {"F": function()}, Parameters={"Needed": {"Type": "String"}})


def test_what_the_transform_refuses_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UnsupportedTemplate, match="PackageType"):
        load(tmp_path, {"F": function(PackageType="Parcel")})


def test_a_file_that_is_not_yaml_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "t.yaml").write_text("a: [")
    with pytest.raises(UnsupportedTemplate, match="not YAML"):
        template.load(tmp_path / "t.yaml")


def test_an_alias_is_its_function_here(tmp_path: Path) -> None:
    event = {"Type": "Api", "Properties": {"Method": "get", "Path": "/a"}}
    aliased = function(AutoPublishAlias="live", Events={"Get": event})
    found = load(tmp_path, {"AFunction": aliased})
    assert found.rest is not None
    assert [route.target for route in found.rest.routes] == ["AFunction"]
