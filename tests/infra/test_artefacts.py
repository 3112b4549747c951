"""What `sam build` leaves, run: each handler out of its own folder, under its own layers.

A process a call, as Lambda starts one: the function's folder, then its layers, then what Lambda's
runtime brings (boto3), and nothing else of this machine. Where Lambda's Python is on PATH the
layers are those that were built for it; elsewhere they are built again, from the same lock file,
for the Python at hand, and what was built for Lambda is held to its wheels' tags (`test_build.py`).
Behind them: PostgreSQL, Valkey, and moto for S3, Step Functions, Secrets Manager and Textract.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from infra.local import naming, template
from infra.local.declared import Template
from tests import servers
from tests.gateway_events import Answered, answered, rest_event
from tests.infra.building import build_layer
from tests.infra.template import ROOT, functions

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("built")]  # what is built, once

LAMBDAS_PYTHON = "3.14"
FUNCTIONS = functions()
RUNTIME = ("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "six.py", "urllib3")
"""What Lambda's own runtime has on its path."""

RUN = """
import importlib, json, sys
given = json.load(sys.stdin)
sys.path[:0] = given["paths"]
class Context:
    aws_request_id = "11111111-2222-4333-8444-555555555555"
    function_name = memory_limit_in_mb = invoked_function_arn = "any"
    def get_remaining_time_in_millis(self):
        return 20_000
try:
    module, _, name = given["handler"].rpartition(".")
    answer = {"answer": getattr(importlib.import_module(module), name)(given["event"], Context())}
except Exception as error:
    import traceback
    answer = {"error": type(error).__name__, "told": traceback.format_exc()}
print("OUTCOME", json.dumps(answer), flush=True)
"""

Json = dict[str, Any]


class Lambdas:
    """Runs functions out of their artefacts."""

    def __init__(self, built: Path, layers: dict[str, Path], environ: Json, python: str) -> None:
        self._built = built
        self._layers = layers
        self._environ = environ
        self._python = python
        self._declared: Template = template.load(ROOT / "template.yaml")

    def outcome(self, name: str, event: Json) -> Json:
        """What a function answers, or the error that leaves it."""
        properties = FUNCTIONS[name]
        layers = [str(self._layers[layer["Ref"]]) for layer in properties["Layers"]]
        given = {
            "paths": [str(self._built / name), *layers, str(self._layers["runtime"])],
            "handler": properties["Handler"],
            "event": event,
        }
        variables = self._declared.functions[name].environment(self._environ)
        done = subprocess.run(
            [self._python, "-I", "-S", "-c", RUN],
            input=json.dumps(given),
            env={**self._environ, **variables, "AWS_LAMBDA_FUNCTION_NAME": name},
            capture_output=True,
            text=True,
            timeout=300,
        )
        said = [line for line in done.stdout.splitlines() if line.startswith("OUTCOME ")]
        assert said, f"{name}: {done.stdout[-2000:]}{done.stderr[-4000:]}"
        found: Json = json.loads(said[0].removeprefix("OUTCOME "))
        return found

    def run(self, name: str, event: Json) -> Any:
        """What a function answers; it must not fail."""
        found = self.outcome(name, event)
        assert "answer" in found, f"{name}: {found}"
        return found["answer"]

    def rest(
        self, name: str, method: str, path: str, owner: str | None, **request: Any
    ) -> Answered:
        """An answer of a REST function to a caller that the authorizer let through."""
        event = rest_event(method, path, **request)
        if owner:
            event["requestContext"]["authorizer"] = {
                **{"owner_id": owner, "role": "guest", "principalId": owner},
                **{"expires_at": "4102444800", "looks_only": "false"},
            }
        return answered(self.run(name, event))


@pytest.fixture(scope="module")
def layers(built: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The folder of each layer, for the Python that handlers are run by."""
    folder = tmp_path_factory.mktemp("layers")
    names = {layer["Ref"] for properties in FUNCTIONS.values() for layer in properties["Layers"]}
    found = {name: built / name / "python" for name in names}
    if python() == sys.executable:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        for name in sorted(names - {"SharedLayer"}):
            found[name] = build_layer(name, folder / name, version)
    runtime = folder / "runtime"
    runtime.mkdir()
    site = Path(boto3.__file__).parents[1]
    for part in RUNTIME:
        (runtime / part).symlink_to(site / part)
    return found | {"runtime": runtime}


def python() -> str:
    return shutil.which(f"python{LAMBDAS_PYTHON}") or sys.executable


@pytest.fixture(scope="module")
def cloud(
    postgres_server_url: str, worker_name: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Json]:
    """The environment of functions: real stores, and moto for AWS."""
    database = servers.create_database(postgres_server_url, f"artefacts_{worker_name}")
    folder = tmp_path_factory.mktemp("valkey")
    with servers.s3_server() as aws, servers.valkey_server(folder) as valkey:
        environ = {
            "AWS_ENDPOINT_URL": aws,
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_DEFAULT_REGION": naming.REGION,
            "AWS_REGION": naming.REGION,
            "NO_PROXY": "127.0.0.1",
            "DATABASE_URL": database,
            "REDIS_URL": valkey,
            "OBJECTS_URL": "s3://drawings",
            "OIDC_ISSUER": "",
            "OIDC_AUDIENCE": "",
            "SOCKETS_ENDPOINT": aws,
        }
        client = {"endpoint_url": aws, "region_name": naming.REGION} | {
            "aws_access_key_id": "testing",
            "aws_secret_access_key": "testing",
        }
        boto3.client("s3", **client).create_bucket(Bucket="drawings")
        secret = boto3.client("secretsmanager", **client).create_secret(
            Name="tokens", SecretString="k" * 64
        )
        waiting = {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 600, "End": True}}}
        machine = boto3.client("stepfunctions", **client).create_state_machine(
            name="DrawingMachine",
            definition=json.dumps(waiting),
            roleArn="arn:aws:iam::123456789012:role/any",
        )
        yield {
            **environ,
            "TOKEN_SECRET": secret["ARN"],
            "JOBS_STATE_MACHINE_ARN": machine["stateMachineArn"],
        }


@pytest.fixture(scope="module")
def lambdas(built: Path, layers: dict[str, Path], cloud: Json) -> Lambdas:
    """The functions, on a migrated database."""
    made = Lambdas(built, layers, cloud, python())
    assert made.run("MigrateFunction", {})["applied"]
    return made


def execution_input(cloud: Json, job_id: str) -> Json:
    """What the execution of a job was started with; other events have started others."""
    client = boto3.client(
        "stepfunctions",
        endpoint_url=cloud["AWS_ENDPOINT_URL"],
        region_name=naming.REGION,
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
    )
    machine = cloud["JOBS_STATE_MACHINE_ARN"]
    executions = client.list_executions(stateMachineArn=machine)["executions"]
    inputs: list[Json] = [
        json.loads(client.describe_execution(executionArn=one["executionArn"])["input"])
        for one in executions
    ]
    (found,) = [given for given in inputs if given["job_id"] == job_id]
    return found


def test_a_drawing_goes_through_the_functions_that_are_deployed(
    lambdas: Lambdas, cloud: Json
) -> None:
    """By the adapters of the cloud; Textract is moto's, which reads nothing of the drawing."""
    made = lambdas.rest("SessionsFunction", "POST", "/v1/sessions", None)
    assert made.status == 201
    owner, token = made.json["session_id"], made.json["token"]
    asked = rest_event("GET", "/v1/jobs/any", headers={"Authorization": f"Bearer {token}"})
    arn = "arn:aws:execute-api:us-east-1:123456789012:api/live/GET/v1/jobs/any"
    allowed = lambdas.run("AuthorizeFunction", {**asked, "type": "REQUEST", "methodArn": arn})
    assert allowed["policyDocument"]["Statement"][0]["Effect"] == "Allow"
    assert allowed["context"]["owner_id"] == owner

    sent = lambdas.rest(
        "SketchesFunction",
        "POST",
        "/v1/sketches",
        owner,
        headers={"Content-Type": "image/png"},
        body=(ROOT / "tests/data/examples/pendulum.png").read_bytes(),
    )
    assert sent.status == 202, sent.body

    job = execution_input(cloud, sent.json["job_id"])
    for stage in ("prepare", "read", "relate"):
        lambdas.run("RecordFunction", {"job_id": job["job_id"], "stage": stage})
    job["prepared"] = {"page_key": lambdas.run("PrepareFunction", job)}
    job["read"] = {
        "marks_key": lambdas.run("FindMarksFunction", job),
        "texts_key": lambdas.run("ReadLabelsFunction", job),
    }
    job["analysis_key"] = lambdas.run("RelateFunction", job)
    job["compiled"] = lambdas.run("CompileFunction", job)
    job["simulated"] = lambdas.run("SimulateFunction", job)
    lambdas.run("PublishFunction", job)

    done = lambdas.rest("JobsFunction", "GET", f"/v1/jobs/{job['job_id']}", owner)
    assert done.json["status"] == "succeeded"
    path = f"/v1/simulations/{job['simulation_id']}"
    table = lambdas.rest(
        "SimulationsFunction", "GET", f"{path}/trajectory", owner, headers={"Accept": "text/csv"}
    )
    assert table.status == 200
    assert table.body.count(b"\n") > 300
    picture = lambdas.rest("SimulationsFunction", "GET", f"{path}/preview.png", owner)
    assert picture.body.startswith(b"\x89PNG")


# With the events that lie in tests/events, of people and things that are not there.
ANSWERS = {
    "AuthorizeFunction": "Deny",
    "HealthFunction": 200,
    "DocumentsFunction": 200,
    "TemplatesFunction": 200,
    "SessionsFunction": 201,
}
REFUSALS = {"NotFound", "ObjectNotFound", "Unprocessable", "DependencyUnavailable", "Unauthorized"}


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_a_handler_starts_under_its_layers_and_answers_its_event(
    lambdas: Lambdas, cloud: Json, name: str
) -> None:
    event = json.loads((ROOT / f"tests/events/{name}.json").read_text())
    if "SecretId" in event:
        event["SecretId"] = cloud["TOKEN_SECRET"]
    found = lambdas.outcome(name, event)
    if "error" in found:
        assert found["error"] in REFUSALS, found["told"]
        return
    answer = found["answer"]
    if isinstance(answer, dict) and "policyDocument" in answer:
        assert answer["policyDocument"]["Statement"][0]["Effect"] == ANSWERS[name]
    elif isinstance(answer, dict) and "statusCode" in answer:
        body = answer.get("body") or ""
        assert answer["statusCode"] == ANSWERS.get(name, answer["statusCode"]), body[:500]
        assert answer["statusCode"] < 500, body[:500]


def test_nothing_of_this_machine_was_lent_to_a_handler(
    built: Path, layers: dict[str, Path], cloud: Json
) -> None:
    """Without its layers a handler does not start: so they are what it runs on."""
    poor = Lambdas(built, {**layers, "CoreLayer": layers["runtime"]}, cloud, python())
    assert poor.outcome("HealthFunction", {})["error"] == "ModuleNotFoundError"
