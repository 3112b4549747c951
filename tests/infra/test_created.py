"""What the template makes, made in moto as far as moto goes.

moto's CloudFormation knows some kinds of resource and passes over the rest; which ones is written
below, and the list is held to be exact, so that it shrinks when moto grows. What is passed over is
held to AWS's own schemas by lint (`test_build.py`), and to nothing else.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws
from moto.core.config import default_user_config
from samtranslator.yaml_helper import yaml_parse

from infra.local.transform import transformed
from tests.infra.template import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("created")]  # one account at a time

REGION = "us-east-1"
NESTED = ("network", "data", "objects", "identity", "edge", "firewall", "watch")

PASSED_OVER = {
    "AWS::ApiGateway::Account",
    "AWS::ApiGateway::Stage",
    "AWS::ApiGatewayV2::Api",
    "AWS::ApiGatewayV2::Authorizer",
    "AWS::ApiGatewayV2::Integration",
    "AWS::ApiGatewayV2::Route",
    "AWS::ApiGatewayV2::Stage",
    "AWS::Budgets::Budget",
    "AWS::CloudFront::Distribution",
    "AWS::CloudFront::Function",
    "AWS::CloudFront::OriginAccessControl",
    "AWS::CloudFront::OriginRequestPolicy",
    "AWS::CloudFront::ResponseHeadersPolicy",
    "AWS::CloudWatch::Alarm",
    "AWS::CodeDeploy::Application",
    "AWS::CodeDeploy::DeploymentGroup",
    "AWS::Cognito::UserPool",
    "AWS::Cognito::UserPoolClient",
    "AWS::Cognito::UserPoolDomain",
    "AWS::Cognito::UserPoolGroup",
    "AWS::ElastiCache::ServerlessCache",
    "AWS::Lambda::Alias",
    "AWS::RDS::DBCluster",
    "AWS::RDS::DBClusterParameterGroup",
    "AWS::RDS::DBProxy",
    "AWS::RDS::DBProxyTargetGroup",
    "AWS::S3::BucketPolicy",
    "AWS::SNS::Subscription",
    "AWS::SNS::TopicPolicy",
    "AWS::SQS::QueuePolicy",
    "AWS::Scheduler::Schedule",
    "AWS::SecretsManager::RotationSchedule",
    "AWS::SecretsManager::Secret",
    "AWS::WAFv2::WebACL",
    "AWS::WAFv2::WebACLAssociation",
    "Custom::Migration",
}
# Known to moto's CloudFormation, and not taken as we have them.
REFUSED = {
    "AWS::ApiGateway::Deployment": "belongs to the REST API",
    "AWS::ApiGateway::RestApi": "a definition in OpenAPI is not read",
    "AWS::CloudFormation::Stack": "each file is made by itself, below",
    "AWS::CloudWatch::Dashboard": "its body comes from a transform that moto does not do",
    "AWS::EC2::SecurityGroupIngress": "names a group of another stack",
    "AWS::Lambda::Permission": "names an API that is not there",
    "AWS::RDS::DBInstance": "belongs to the cluster",
}

Template = dict[str, Any]


def known_to_moto() -> set[str]:
    from moto.cloudformation import parsing  # noqa: F401  # loads every kind
    from moto.core.common_models import CloudFormationModel

    def kinds(of: type[CloudFormationModel]) -> Iterator[str]:
        for kind in of.__subclasses__():
            yield kind.cloudformation_type()
            yield from kinds(kind)

    return set(kinds(CloudFormationModel))


@pytest.fixture(scope="module")
def root() -> Template:
    """The template as CloudFormation gets it, for the stage that has most."""
    text = (ROOT / "template.yaml").read_text()
    source = yaml_parse(text)
    values = {name: one.get("Default") for name, one in source["Parameters"].items()}
    made = transformed(text, source, {**values, "Stage": "prod"}, None)
    made["Parameters"]["Stage"]["Default"] = "prod"
    return made


def nested(name: str) -> Template:
    found: Template = yaml_parse((ROOT / f"infra/{name}.yaml").read_text())
    return found


def kinds(template: Template) -> set[str]:
    return {resource["Type"] for resource in template["Resources"].values()}


def absent(name: str) -> str:
    """Stands for what is not made."""
    return f"arn:aws:absent:{REGION}:123456789012:{name.partition('.')[0].lower()}"


def makeable(template: Template) -> Template:
    """What moto can make of a template, with texts in the place of what it can't."""
    kept = {
        name: resource
        for name, resource in copy.deepcopy(template["Resources"]).items()
        if resource["Type"] not in PASSED_OVER | REFUSED.keys()
    }
    known = kept.keys() | template.get("Parameters", {}).keys()

    def settled(value: Any) -> Any:
        match value:
            case {"Fn::Select": [int(index), {"Fn::GetAZs": ""}]}:
                return f"{REGION}{'ab'[index]}"
            case {"Fn::Select": [int(index), {"Fn::Cidr": _}]}:
                return f"10.20.{16 * index}.0/20"
            case {"Ref": str(name)} if not (name in known or name.startswith("AWS::")):
                return absent(name)
            case {"Fn::GetAtt": [str(name), *_]} if name not in known:
                return absent(name)
            case {"Fn::Sub": str(text)}:
                return {"Fn::Sub": subbed(text)}
            case dict():
                return {key: settled(each) for key, each in value.items()}
            case list():
                return [settled(each) for each in value]
        return value

    def subbed(text: str) -> str:
        for name in (part.split("}")[0] for part in text.split("${")[1:]):
            if name.partition(".")[0] not in known and not name.startswith("AWS::"):
                text = text.replace(f"${{{name}}}", absent(name))
        return text

    for resource in kept.values():
        resource.pop("DependsOn", None)
        resource.pop("UpdatePolicy", None)
    whole = {
        part: template[part]
        for part in ("Parameters", "Mappings", "Conditions")
        if part in template
    }
    return {**whole, "Resources": settled(kept)}


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    # A test before this one may have left a session in another region.
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    # And one that ran executions may have left them to run, elsewhere than where these are made.
    monkeypatch.setitem(default_user_config["stepfunctions"], "execute_state_machine", False)
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        packaged = boto3.client("s3")
        packaged.create_bucket(Bucket="packaged")
        definition = (ROOT / "infra/statemachine/drawing.asl.json").read_bytes()
        for key, body in (("code", b"PK"), ("layer", b"PK"), ("definition", definition)):
            packaged.put_object(Bucket="packaged", Key=key, Body=body)
        yield


def create(name: str, template: Template, **parameters: str) -> dict[str, str]:
    """Make a stack; the physical ids of its resources by their logical ones."""
    client = boto3.client("cloudformation")
    client.create_stack(
        StackName=name,
        TemplateBody=json.dumps(template),
        Parameters=[
            {"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()
        ],
        Capabilities=["CAPABILITY_IAM"],
    )
    (stack,) = client.describe_stacks(StackName=name)["Stacks"]
    assert stack["StackStatus"] == "CREATE_COMPLETE"
    made = client.describe_stack_resources(StackName=name)["StackResources"]
    return {
        each["LogicalResourceId"]: each.get("PhysicalResourceId", "")
        for each in made
        if "LogicalResourceId" in each  # else its condition does not hold
    }


def test_what_moto_passes_over_is_exactly_what_is_written_above(root: Template) -> None:
    ours = kinds(root).union(*(kinds(nested(name)) for name in NESTED))
    assert ours - known_to_moto() == PASSED_OVER
    assert REFUSED.keys() <= ours & known_to_moto()


@pytest.mark.parametrize(("zones", "private"), [("1", "false"), ("2", "true")])
def test_the_network_has_private_subnets_in_two_zones_and_two_roads_out(
    account: None, zones: str, private: str
) -> None:
    template = makeable(nested("network"))
    made = create("network", template, Zones=zones, PrivateEndpoints=private)
    ec2 = boto3.client("ec2")
    mine = [{"Name": "vpc-id", "Values": [made["Vpc"]]}]
    subnets = {each["SubnetId"]: each for each in ec2.describe_subnets(Filters=mine)["Subnets"]}
    inner = [subnets[made[name]] for name in ("PrivateSubnetA", "PrivateSubnetB")]
    assert len({subnet["AvailabilityZone"] for subnet in inner}) == 2

    nats = [made[name] for name in ("NatA", "NatB")[: int(zones)]]
    for table, nat in zip(("PrivateRoutesA", "PrivateRoutesB"), [nats[0], nats[-1]], strict=True):
        (found,) = ec2.describe_route_tables(RouteTableIds=[made[table]])["RouteTables"]
        (out,) = [r for r in found["Routes"] if r.get("DestinationCidrBlock") == "0.0.0.0/0"]
        assert out.get("NatGatewayId") == nat
        assert "GatewayId" not in out  # nothing from outside comes in

    endpoints = ec2.describe_vpc_endpoints(Filters=mine)["VpcEndpoints"]
    interfaces = [each for each in endpoints if each["VpcEndpointType"] == "Interface"]
    assert len(endpoints) - len(interfaces) == 1
    assert len(interfaces) == (4 if private == "true" else 0)
    assert all(len(each["SubnetIds"]) == int(zones) for each in interfaces)


def test_buckets_are_encrypted(account: None) -> None:
    made = create("objects", makeable(nested("objects")))
    s3 = boto3.client("s3")
    for name in ("Bucket", "AccessLogs"):
        assert s3.get_bucket_encryption(Bucket=made[name])


def test_what_moto_knows_of_the_stores_and_alarms_is_made(account: None) -> None:
    network = create("network", makeable(nested("network")))
    handed = {
        "data": {
            "VpcId": network["Vpc"],
            "PrivateSubnetIds": f"{network['PrivateSubnetA']},{network['PrivateSubnetB']}",
            "FunctionSecurityGroupId": network["FunctionSecurityGroup"],
        },
        "watch": {
            name: "any"
            for name, parameter in nested("watch")["Parameters"].items()
            if "Default" not in parameter
        },
    }
    for name, parameters in handed.items():
        template = makeable(nested(name))
        assert create(name, template, **parameters).keys() == template["Resources"].keys()


def test_functions_roles_and_the_state_machine_are_made_and_hold_together(
    account: None, root: Template
) -> None:
    template = makeable(root)
    made = create("simgen", template, ReserveConcurrency="true")
    functions = {
        n for n, r in template["Resources"].items() if r["Type"] == "AWS::Lambda::Function"
    }
    assert len(functions) > 35
    assert template["Resources"].keys() - made.keys() == conditional(template)

    iam, client = boto3.client("iam"), boto3.client("lambda")
    for name in sorted(functions):
        found = client.get_function_configuration(FunctionName=made[name])
        assert found["Runtime"] == "python3.14"
        role = found["Role"].rpartition("/")[2]
        attached = iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]
        assert len(attached) <= 10  # as many as IAM attaches to one role
    machine = boto3.client("stepfunctions").describe_state_machine(
        stateMachineArn=made["DrawingMachine"]
    )
    assert machine["type"] == "STANDARD"


def conditional(template: Template) -> set[str]:
    return {n for n, r in template["Resources"].items() if "Condition" in r}


def test_a_template_of_all_stays_within_cloudformations_bounds(root: Template) -> None:
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html"""
    assert len(root["Resources"]) <= 500
    assert len(root["Outputs"]) <= 200
    assert len(json.dumps(root)) <= 1_000_000
