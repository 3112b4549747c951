"""What is signed without asking AWS, held to the rules of Signature Version 4, computed anew here.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

import boto3
import psycopg
import pytest
from botocore.config import Config
from botocore.stub import Stubber

from shared import postgres
from shared.errors import DependencyUnavailable
from shared.executions import StepFunctions
from shared.postgres import open_postgres
from shared.push import ConnectionGone, GatewaySockets
from shared.retry import Guard, Policy
from shared.s3 import open_s3

KEY, SECRET, REGION = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "eu-central-1"


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    # What a test before this one made has its keys.
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    for name in ("AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)


def signature(
    method: str, url: str, service: str, payload: str, headers: Mapping[str, str]
) -> tuple[str, str]:
    """The signature that a presigned address has, and the one that it should have."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    given = query.pop("X-Amz-Signature")
    escaped = sorted((quote(k, safe="-_.~"), quote(v, safe="-_.~")) for k, v in query.items())
    known = {"host": parts.netloc, **{name.lower(): value for name, value in headers.items()}}
    signed = query["X-Amz-SignedHeaders"].split(";")
    canonical = "\n".join(
        [
            method,
            parts.path or "/",
            "&".join(f"{key}={value}" for key, value in escaped),
            *(f"{name}:{known[name]}" for name in signed),
            "",
            ";".join(signed),
            payload,
        ]
    )
    moment = query["X-Amz-Date"]
    scope = f"{moment[:8]}/{REGION}/{service}/aws4_request"
    assert query["X-Amz-Credential"] == f"{KEY}/{scope}"
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    key = f"AWS4{SECRET}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    text = f"AWS4-HMAC-SHA256\n{moment}\n{scope}\n{digest}"
    return given, hmac.digest(key, text.encode(), "sha256").hex()


def test_the_proxys_password_is_a_signed_request_to_connect_as_its_user(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: dict[str, Any] = {}

    def connect(**settings: Any) -> None:
        asked.update(settings)
        raise psycopg.OperationalError

    monkeypatch.setattr(postgres._BoundedConnection, "connect", connect)
    with pytest.raises(DependencyUnavailable):
        open_postgres("postgresql+iam://simgen@proxy.example:5432/simgen").execute("SELECT 1")

    address = f"https://{asked['password']}"
    query = dict(parse_qsl(urlsplit(address).query))
    assert urlsplit(address).netloc == "proxy.example:5432"
    assert (query["Action"], query["DBUser"], query["X-Amz-Expires"]) == (
        "connect",
        "simgen",
        "900",
    )
    given, expected = signature("GET", address, "rds-db", hashlib.sha256(b"").hexdigest(), {})
    assert given == expected


def test_a_presigned_upload_is_signed_for_its_type_its_size_and_the_buckets_host() -> None:
    request = open_s3("s3://drawings").presign_put(
        "uploads/u1", "image/png", max_bytes=10, expires_s=60, size=4
    )

    given, expected = signature("PUT", request.url, "s3", "UNSIGNED-PAYLOAD", request.headers)
    assert given == expected
    for changed in ({"Content-Length": "5"}, {"Content-Type": "text/html"}):
        headers = {**request.headers, **changed}
        assert signature("PUT", request.url, "s3", "UNSIGNED-PAYLOAD", headers)[1] != given


def test_a_presigned_read_is_signed_for_one_key() -> None:
    url = open_s3("s3://drawings").presign_get("images/ab/abc.png", expires_s=60).url

    given, expected = signature("GET", url, "s3", "UNSIGNED-PAYLOAD", {})
    assert given == expected
    other = url.replace("abc.png", "abd.png")
    assert signature("GET", other, "s3", "UNSIGNED-PAYLOAD", {})[1] != given


def stubbed(service: str, **options: Any) -> tuple[Any, Stubber]:
    client = boto3.client(service, config=Config(retries={"total_max_attempts": 1}), **options)
    return client, Stubber(client)


def test_an_execution_is_started_as_the_service_description_says() -> None:
    client, stub = stubbed("stepfunctions")
    arn = f"arn:aws:states:{REGION}:123456789012:stateMachine:Drawings"
    expected = {"stateMachineArn": arn, "name": "job_1", "input": '{"a": 1}'}
    answer = {"executionArn": f"{arn}:job_1", "startDate": 0}
    stub.add_response("start_execution", answer, expected)
    stub.add_client_error("start_execution", "ExecutionAlreadyExists", http_status_code=400)
    with stub:
        executions = StepFunctions(arn, lambda: client)
        assert executions.start("job_1", {"a": 1})
        assert not executions.start("job_1", {"a": 1})
    stub.assert_no_pending_responses()


def test_a_message_goes_to_its_connection_and_a_client_that_left_is_told_from_a_failure() -> None:
    client, stub = stubbed("apigatewaymanagementapi", endpoint_url="https://sockets.example/live")
    stub.add_response("post_to_connection", {}, {"ConnectionId": "c1", "Data": b"{}"})
    stub.add_client_error("post_to_connection", "GoneException", http_status_code=410)
    stub.add_client_error("post_to_connection", "LimitExceededException", http_status_code=429)
    with stub:
        once = Guard(Policy("sockets", retries=0))
        sockets = GatewaySockets("https://sockets.example/live", lambda _: client, once)
        sockets.post("c1", b"{}")
        with pytest.raises(ConnectionGone):
            sockets.post("c1", b"{}")
        with pytest.raises(DependencyUnavailable):
            sockets.post("c1", b"{}")
    stub.assert_no_pending_responses()
