"""Authorizers are asked, believed and remembered as API Gateway does."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

import pytest

from infra.local.authorizers import (
    DENIED,
    FAILED,
    MISCONFIGURED,
    NOT_ALLOWED,
    UNAUTHORIZED,
    Authorizers,
    Refused,
    read_rest_authorizer,
    read_socket_authorizer,
)
from infra.local.declared import Authorizer
from infra.local.intrinsics import UnsupportedTemplate
from infra.local.runtime_api import Answer

BY_HEADER = Authorizer("Callers", "who", False, ("method.request.header.Authorization",), None, 300)
BY_ANYTHING = Authorizer("Viewers", "who", False, (), None, 0)
BY_TOKEN = Authorizer("Tokens", "who", True, ("method.request.header.X-Key",), "^k-[a-z]+$", 300)
STAGE = "arn:aws:execute-api:us-east-1:123456789012:api/live"


def policy(*statements: tuple[str, str], **context: Any) -> dict[str, Any]:
    listed = [
        {"Action": "execute-api:Invoke", "Effect": effect, "Resource": resource}
        for effect, resource in statements
    ]
    document = {"Version": "2012-10-17", "Statement": listed}
    return {"principalId": "me", "policyDocument": document, "context": context}


class Gateway:
    """Authorizers of one API, whose only function answers as it is told to."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer
        self.events: list[dict[str, Any]] = []
        self.seconds = 0.0
        self._authorizers = Authorizers("api", "live", self._invoke, lambda: self.seconds)

    async def _invoke(self, function: str, event: bytes) -> Answer:
        assert function == "who"
        self.events.append(json.loads(event))
        if isinstance(self.answer, Answer):
            return self.answer
        return Answer(json.dumps(self.answer).encode())

    def check(
        self, authorizer: Authorizer = BY_HEADER, method: str = "GET/v1/jobs/7", **parts: Any
    ) -> Mapping[str, Any]:
        event = {"headers": {"Authorization": "Bearer x"}, "body": "{}", **parts}
        return asyncio.run(self._authorizers.check(authorizer, event, method))


def refusal(gateway: Gateway, *arguments: Any, **parts: Any) -> Any:
    with pytest.raises(Refused) as refused:
        gateway.check(*arguments, **parts)
    return refused.value.refusal


def test_what_an_authorizer_says_of_the_caller_reaches_the_function_as_text() -> None:
    gateway = Gateway(policy(("Allow", f"{STAGE}/*"), owner_id="o", age=3, old=True))

    told = gateway.check()

    assert told == {
        "owner_id": "o",
        "age": "3",
        "old": "true",
        "principalId": "me",
        "integrationLatency": 0,
    }
    (asked,) = gateway.events
    assert asked["type"] == "REQUEST"
    assert asked["methodArn"] == f"{STAGE}/GET/v1/jobs/7"
    assert "body" not in asked


def test_a_request_without_what_identifies_it_is_refused_unasked() -> None:
    gateway = Gateway(policy(("Allow", "*")))

    assert refusal(gateway, headers={}) is UNAUTHORIZED
    assert refusal(gateway, headers={"authorization": ""}) is UNAUTHORIZED
    assert gateway.check(BY_ANYTHING, headers=None)
    assert len(gateway.events) == 1


def test_a_token_authorizer_is_given_the_token_alone_if_it_has_the_form() -> None:
    gateway = Gateway(policy(("Allow", "*")))

    assert refusal(gateway, BY_TOKEN, headers={"x-key": "else"}) is UNAUTHORIZED
    gateway.check(BY_TOKEN, headers={"x-key": "k-abc"})
    assert gateway.events == [
        {
            "type": "TOKEN",
            "authorizationToken": "k-abc",
            "methodArn": f"{STAGE}/GET/v1/jobs/7",
        }
    ]


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ([("Deny", f"{STAGE}/*")], DENIED),
        ([("Allow", f"{STAGE}/*"), ("Deny", f"{STAGE}/GET/v1/jobs/?")], DENIED),
        ([("Allow", f"{STAGE}/POST/*")], NOT_ALLOWED),
        ([("Allow", f"{STAGE}/GET/v1/job")], NOT_ALLOWED),
        ([("Allow", f"{STAGE}/GET/v1/.*")], NOT_ALLOWED),
        ([], NOT_ALLOWED),
    ],
)
def test_what_the_policy_does_not_allow_is_refused(
    statements: list[tuple[str, str]], expected: Any
) -> None:
    assert refusal(Gateway(policy(*statements))) is expected


def test_a_refusal_carries_what_the_authorizer_said_of_it() -> None:
    gateway = Gateway(policy(("Deny", "*"), detail="expired"))

    with pytest.raises(Refused) as refused:
        gateway.check()
    assert refused.value.context == {"detail": "expired"}


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (Answer.failed("Exception", "Unauthorized"), UNAUTHORIZED),
        (Answer.failed("ValueError", "something else"), FAILED),
        (None, MISCONFIGURED),
        ({"principalId": "me"}, MISCONFIGURED),
        (policy(("Perhaps", "*")), MISCONFIGURED),
        (policy(("Allow", "*"), nested={"a": 1}), MISCONFIGURED),
    ],
)
def test_an_authorizer_that_fails_or_answers_nonsense_lets_nobody_in(
    answer: Any, expected: Any
) -> None:
    gateway = Gateway(answer)

    assert refusal(gateway) is expected
    assert refusal(gateway) is expected
    assert len(gateway.events) == 2  # and is asked again


def test_an_answer_is_kept_for_its_time_and_for_its_caller_only() -> None:
    gateway = Gateway(policy(("Allow", f"{STAGE}/GET/*")))

    for method in ("GET/v1/jobs/7", "GET/v1/stats"):
        gateway.check(method=method)
    assert refusal(gateway, method="DELETE/v1/jobs/7") is NOT_ALLOWED
    assert len(gateway.events) == 1
    gateway.check(headers={"Authorization": "Bearer y"})
    assert len(gateway.events) == 2
    gateway.seconds = 300
    gateway.check()
    assert len(gateway.events) == 3


def test_where_answers_are_not_kept_each_request_is_asked_about() -> None:
    gateway = Gateway(policy(("Allow", "*")))
    for _ in range(3):
        gateway.check(BY_ANYTHING)

    assert len(gateway.events) == 3


def function_in(_where: str, uri: Any) -> str:
    return str(uri).split("/")[0]


def test_authorizers_are_read_as_the_transform_writes_them() -> None:
    request = {
        "type": "apiKey",
        "name": "Unused",
        "x-amazon-apigateway-authorizer": {
            "type": "request",
            "authorizerUri": "who/invocations",
            "identitySource": "method.request.header.A, method.request.querystring.b",
        },
    }
    found = read_rest_authorizer("Callers", request, function_in)
    assert found.sources == ("method.request.header.A", "method.request.querystring.b")
    assert (found.function, found.by_token, found.ttl_s) == ("who", False, 300)

    token = {
        "name": "X-Key",
        "x-amazon-apigateway-authorizer": {"type": "token"}
        | request["x-amazon-apigateway-authorizer"]
        | {"type": "token", "authorizerResultTtlInSeconds": 0},
    }
    found = read_rest_authorizer("Tokens", token, function_in)
    assert (found.sources, found.by_token, found.ttl_s) == (
        ("method.request.header.X-Key",),
        True,
        0,
    )

    found = read_socket_authorizer("Sockets", {"AuthorizerUri": "who/invocations"}, function_in)
    assert (found.function, found.sources, found.ttl_s) == ("who", (), 0)


@pytest.mark.parametrize("kind", ["cognito_user_pools", "jwt", None])
def test_authorizers_that_are_no_functions_are_refused(kind: str | None) -> None:
    with pytest.raises(UnsupportedTemplate, match="only Lambda authorizers"):
        read_rest_authorizer(
            "Pool", {"x-amazon-apigateway-authorizer": {"type": kind}}, function_in
        )
