"""Alarms, the dashboard and the runbook: each metric exists, each alarm says what to do."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from samtranslator.yaml_helper import yaml_parse

from api.jobs import MAX_WAIT_S
from shared.breaker import Breaker, LocalStates, Terms
from shared.clock import SystemClock
from shared.measure import NAMESPACE, Measurements, emit
from tests.infra.template import ROOT, functions, resources

WATCH = yaml_parse((ROOT / "infra/watch.yaml").read_text())

# What AWS writes, with the dimensions that we name it by; read in July 2026 at
# https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html
# https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-logging.html
# https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
# https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html
# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/rds-proxy.monitoring.html
# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.setting-capacity.html
# https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/serverless-metrics-events-redis.html
KNOWN_TO_AWS = {
    ("AWS/ApiGateway", ("ApiName",)): {"Count", "Latency", "4XXError", "5XXError"},
    ("AWS/ApiGateway", ("ApiId", "Stage")): {
        *("ConnectCount", "MessageCount", "ClientError", "IntegrationError", "ExecutionError"),
    },
    ("AWS/Lambda", ()): {"ConcurrentExecutions", "Throttles"},
    ("AWS/Lambda", ("FunctionName",)): {"Errors", "Duration", "Throttles", "Invocations"},
    ("AWS/States", ("StateMachineArn",)): {
        *("ExecutionsStarted", "ExecutionsSucceeded", "ExecutionsFailed", "ExecutionsTimedOut"),
        "ExecutionTime",
    },
    ("AWS/SQS", ("QueueName",)): {"ApproximateNumberOfMessagesVisible"},
    ("AWS/RDS", ("ProxyName",)): {
        *("ClientConnections", "DatabaseConnections", "DatabaseConnectionsBorrowLatency"),
        "DatabaseConnectionsCurrentlySessionPinned",
    },
    ("AWS/RDS", ("DBClusterIdentifier",)): {"ACUUtilization", "ServerlessDatabaseCapacity"},
    ("AWS/ElastiCache", ("clusterId",)): {
        *("BytesUsedForCache", "ElastiCacheProcessingUnits", "ThrottledCmds"),
    },
}

Metric = tuple[str, tuple[str, ...], str]


def rest_routes() -> dict[str, str]:
    """The function of each REST route, by `METHOD path`."""
    return {
        f"{event['Properties']['Method'].upper()} {event['Properties']['Path']}": name
        for name, properties in functions().items()
        for event in properties.get("Events", {}).values()
        if event["Type"] == "Api"
    }


@cache
def emitted() -> set[str]:
    """Every metric that our code can write; a part that is computed is a regular expression's."""
    found = {f"api.{route}" for route in rest_routes()}
    found |= {f"task.{path.stem}" for path in (ROOT / "functions/pipeline").glob("*.py")}
    for path in [*(ROOT / "shared").glob("*.py"), *(ROOT / "functions").glob("[!w]*/*.py")]:
        for call in ast.walk(ast.parse(path.read_text())):
            match call:
                case ast.Call(func=ast.Attribute(attr="count"), args=[ast.Constant(str(name)), *_]):
                    found.add(name)
    return found | {f"cache.{tier}.{what}" for tier in ("memory", "redis") for what in OUTCOMES}


OUTCOMES = ("hits", "misses")  # shared/cache.py


def alarms() -> Iterator[tuple[str, dict[str, Any]]]:
    """Each alarm's name and properties."""
    for name, resource in WATCH["Resources"].items():
        if resource["Type"] in ("AWS::CloudWatch::Alarm", "AWS::Budgets::Budget"):
            yield name, resource["Properties"]


def looked_at(alarm: dict[str, Any]) -> Iterator[Metric]:
    terms = (term for term in alarm.get("Metrics", ()) if "MetricStat" in term)
    for part in [alarm, *(term["MetricStat"]["Metric"] for term in terms)]:
        if "MetricName" in part:
            dimensions = tuple(each["Name"] for each in part.get("Dimensions", ()))
            yield part["Namespace"], dimensions, part["MetricName"]


def shown() -> Iterator[Metric]:
    """What the dashboard shows."""
    body = WATCH["Resources"]["Dashboard"]["Properties"]["DashboardBody"]["Fn::ToJsonString"]
    for widget in body["widgets"]:
        for namespace, name, *rest in widget["properties"]["metrics"]:
            named = [part for part in rest if not (isinstance(part, dict) and "Ref" not in part)]
            yield namespace, tuple(named[::2]), name


def exists(metric: Metric) -> bool:
    namespace, dimensions, name = metric
    if namespace == NAMESPACE:
        return dimensions == ("service",) and name in emitted()
    return name in KNOWN_TO_AWS.get((namespace, dimensions), ())


def test_every_metric_that_an_alarm_or_the_dashboard_looks_at_exists() -> None:
    looked = [metric for _, alarm in alarms() for metric in looked_at(alarm)]
    assert len(looked) > 40
    assert [metric for metric in [*looked, *shown()] if not exists(metric)] == []


@pytest.mark.parametrize(
    "metric",
    [
        ("AWS/RDS", ("ProxyName",), "NoSuchMetric"),
        ("AWS/States", ("QueueName",), "ExecutionsFailed"),
        (NAMESPACE, ("service",), "breaker.open"),
        (NAMESPACE, (), "breaker.opened"),
    ],
)
def test_a_metric_that_nobody_writes_is_noticed(metric: Metric) -> None:
    assert not exists(metric)


def test_every_alarm_has_its_section_in_the_runbook_and_every_section_its_alarm() -> None:
    text = (ROOT / "docs/RUNBOOK.md").read_text()
    sections = re.findall(r"^### (\w+)$", text.split("## What to do")[0], re.MULTILINE)
    described = {
        section
        for _, alarm in alarms()
        for section in re.findall(r"docs/RUNBOOK.md, (\w+)$", alarm.get("AlarmDescription", ""))
    }
    budgets = {name for name, alarm in alarms() if "Budget" in alarm}
    assert set(sections) == described | budgets
    assert len(set(sections)) == len(sections)


def test_every_alarm_says_where_to_read_on_tells_somebody_and_is_calm_without_data() -> None:
    for name, alarm in alarms():
        if "Budget" in alarm:
            assert all(each["Subscribers"] for each in alarm["NotificationsWithSubscribers"])
            continue
        section = alarm["AlarmDescription"].rpartition(" ")[2]
        assert section == name or (section == "SlowRoutes" and name.startswith("Slow")), name
        assert alarm["AlarmActions"] == [{"Ref": "Alarms"}], name
        assert alarm["TreatMissingData"] == "notBreaching", name


def slow_routes() -> dict[str, int]:
    """What each route's alarm allows, in milliseconds, by the route's metric."""
    return {
        alarm["MetricName"]: alarm["Threshold"]
        for name, alarm in alarms()
        if name.startswith("Slow") and alarm.get("Namespace") == NAMESPACE
    }


def test_the_slowest_answers_of_every_route_are_watched() -> None:
    (watch,) = (
        properties["Parameters"]
        for properties in resources("AWS::Serverless::Application").values()
        if properties["Location"] == "infra/watch.yaml"
    )
    whole = {watch[name]["Ref"] for name in ("TemplatesName", "HealthName", "DocumentsName")}
    measured = {f"api.{route}" for route, name in rest_routes().items() if name not in whole}
    assert slow_routes().keys() == measured, "a row of infra/watch.yaml is missing or too many"


def test_the_longest_wait_for_a_job_is_no_alarm() -> None:
    assert slow_routes()["api.GET /v1/jobs/{job_id}"] > MAX_WAIT_S * 1000


def test_a_deploy_goes_back_on_an_alarm_of_the_api_that_it_changes() -> None:
    released = {name: f for name, f in functions().items() if "DeploymentPreference" in f}
    assert released.keys() == set(rest_routes().values())
    for function in released.values():
        (alarm,) = function["DeploymentPreference"]["Alarms"]
        assert alarm["Fn::GetAtt"] in ("Watch.Outputs.ApiFaults", ["Watch", "Outputs.ApiFaults"])
    (api,) = resources("AWS::Serverless::Api").values()
    assert api["Name"] == {"Ref": "AWS::StackName"}  # by which the alarm knows it


def test_a_breaker_that_opens_is_written_as_the_metric_that_is_watched(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "any")
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "simgen-dev")
    measurements = Measurements(SystemClock())
    now = [0.0]
    breaker = Breaker(
        "objects",
        LocalStates(lambda: now[0]),
        Terms(failures=3, open_s=10),
        monotonic=lambda: now[0],
        opened=measurements.breaker_opened,
    )
    for _ in range(5):  # three open it, two were on their way
        breaker.failed(probe=False)
    now[0] = 11.0
    breaker.failed(probe=breaker.enter())

    emit(measurements.take())

    line = json.loads(capsys.readouterr().out)
    (written,) = line["_aws"]["CloudWatchMetrics"]
    assert (written["Namespace"], written["Dimensions"]) == (NAMESPACE, [["service"]])
    assert line["service"] == "simgen-dev"
    # Once when it opened, once when the probe failed.
    assert line["breaker.opened"] == line["breaker.opened.objects"] == [2.0]
