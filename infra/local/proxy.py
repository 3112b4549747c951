"""REST requests as Lambda proxy events (format 1.0), and proxy answers as responses.

Formats: https://docs.aws.amazon.com/apigateway/latest/developerguide/
set-up-lambda-proxy-integrations.html
"""

import base64
import binascii
import json
import time
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from . import naming

Event = dict[str, Any]


class MalformedAnswer(ValueError):
    """A function answered what is not a proxy answer; API Gateway makes a 502 of it."""


@dataclass(frozen=True)
class ProxyAnswer:
    """A function's answer to a REST request; several headers may have one name."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(frozen=True)
class RestRequest:
    """What a client sent. `path` is as sent, percent-encoded; `body` is what API Gateway took."""

    method: str
    path: str
    query: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    source_ip: str

    def header(self, name: str) -> str | None:
        """The last value of a header, whatever its case."""
        values = [value for key, value in self.headers if key.lower() == name.lower()]
        return values[-1] if values else None


@dataclass(frozen=True)
class MatchedRoute:
    """Where a request leads: the template's path and the values of its parameters."""

    api_id: str
    stage: str
    resource: str
    parameters: Mapping[str, str]


def rest_event(request: RestRequest, route: MatchedRoute, binary_types: Iterable[str]) -> Event:
    """The proxy event of a REST request."""
    headers = [(_canonical(name), value) for name, value in request.headers]
    query = parse_qsl(request.query, keep_blank_values=True)
    is_binary = bool(request.body) and is_binary_type(request.header("content-type"), binary_types)
    return {
        "resource": route.resource,
        "path": request.path,
        "httpMethod": request.method,
        "headers": dict(headers),
        "multiValueHeaders": _grouped(headers),
        "queryStringParameters": dict(query) or None,
        "multiValueQueryStringParameters": _grouped(query) or None,
        "pathParameters": dict(route.parameters) or None,
        "stageVariables": None,
        "requestContext": _request_context(request, route),
        "body": _encoded(request.body, is_binary) if request.body else None,
        "isBase64Encoded": is_binary,
    }


def read_proxy_answer(payload: bytes, accepts_binary: bool) -> ProxyAnswer:
    """Read a function's answer.

    Args:
        accepts_binary: whether a base64 body is decoded, which API Gateway does only if the
            media type that the client asked for is one of the API's binary types.

    Raises:
        MalformedAnswer: it has not the form of a proxy answer.
    """
    answer = json.loads(payload)
    if not isinstance(answer, dict):
        raise MalformedAnswer("the answer is not an object")
    try:
        status = int(answer["statusCode"])
    except (KeyError, TypeError, ValueError):
        raise MalformedAnswer("statusCode is missing or no number") from None
    if not 100 <= status <= 599:
        raise MalformedAnswer(f"statusCode {status}")
    body = answer.get("body")
    if body is None:
        body = ""
    if not isinstance(body, str):
        raise MalformedAnswer("the body is not a text")
    try:
        decode = accepts_binary and answer.get("isBase64Encoded", False)
        raw = base64.b64decode(body, validate=True) if decode else body.encode()
    except binascii.Error:
        raise MalformedAnswer("the body is not base64") from None
    return ProxyAnswer(status, tuple(_answer_headers(answer)), raw)


def is_binary_type(media_type: str | None, binary_types: Iterable[str]) -> bool:
    """Whether a media type (with or without parameters) is among the API's binary ones."""
    essence = (media_type or "application/json").split(",")[0].split(";")[0].strip().lower()
    kind = essence.split("/")[0]
    return any(binary in ("*/*", essence, f"{kind}/*") for binary in binary_types)


def _answer_headers(answer: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    """`multiValueHeaders` win over `headers` of the same name."""
    single = answer.get("headers") or {}
    multiple = answer.get("multiValueHeaders") or {}
    if not isinstance(single, dict) or not isinstance(multiple, dict):
        raise MalformedAnswer("headers are not an object")
    named = {name.lower() for name in multiple}
    for name, values in multiple.items():
        if not isinstance(values, list):
            raise MalformedAnswer(f"multiValueHeaders.{name} is not a list")
        yield from ((name, _header_text(value)) for value in values)
    for name, value in single.items():
        if name.lower() not in named:
            yield name, _header_text(value)


def _header_text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str | int | float):
        return str(value)
    raise MalformedAnswer("a header's value is not a text")


def _request_context(request: RestRequest, route: MatchedRoute) -> Event:
    now = time.time()
    host = request.header("host") or "localhost"
    return {
        "accountId": naming.ACCOUNT_ID,
        "apiId": route.api_id,
        "domainName": host,
        "domainPrefix": host.split(".")[0],
        "extendedRequestId": uuid.uuid4().hex[:16],
        "httpMethod": request.method,
        "identity": {
            "accessKey": None,
            "accountId": None,
            "caller": None,
            "cognitoAuthenticationProvider": None,
            "cognitoAuthenticationType": None,
            "cognitoIdentityId": None,
            "cognitoIdentityPoolId": None,
            "principalOrgId": None,
            "sourceIp": request.source_ip,
            "user": None,
            "userAgent": request.header("user-agent"),
            "userArn": None,
        },
        "path": request.path,
        "protocol": "HTTP/1.1",
        "requestId": str(uuid.uuid4()),
        "requestTime": datetime.fromtimestamp(now, UTC).strftime("%d/%b/%Y:%H:%M:%S +0000"),
        "requestTimeEpoch": int(now * 1000),
        "resourceId": naming.short_hash(route.resource),
        "resourcePath": route.resource,
        "stage": route.stage,
    }


def _canonical(name: str) -> str:
    """`content-type` as `Content-Type`: servers see names in lower case, the gateway does not."""
    return "-".join(part.capitalize() for part in name.split("-"))


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for name, value in pairs:
        grouped.setdefault(name, []).append(value)
    return grouped


def _encoded(body: bytes, is_binary: bool) -> str:
    return base64.b64encode(body).decode() if is_binary else body.decode("utf-8", "replace")
