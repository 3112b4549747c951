"""Events as API Gateway makes them of requests, and its answers as a client sees them.

Binary media types are `*/*`, as in the template, so bodies come in base64 whatever they are.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer, as a client sees it; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def rest_event(
    method: str,
    path: str,
    *,
    headers: Mapping[str, str] | None = None,
    query: str = "",
    body: bytes | None = None,
    resource: str | None = None,
    request_id: str = "0f6b2f4e-6d0b-4c58-8a3f-2d1a3c1f9a11",
) -> dict[str, Any]:
    """A REST API's proxy event (payload format 1.0); `path` as sent, percent-encoded."""
    sent = {"Host": "api.example.test", "X-Forwarded-Proto": "https", **(headers or {})}
    found = parse_qs(query, keep_blank_values=True)
    return {
        "resource": resource or path,
        "path": path,
        "httpMethod": method,
        "headers": sent,
        "multiValueHeaders": {name: [value] for name, value in sent.items()},
        "queryStringParameters": {name: values[-1] for name, values in found.items()} or None,
        "multiValueQueryStringParameters": found or None,
        "pathParameters": None,
        "stageVariables": None,
        "requestContext": {
            "resourcePath": resource or path,
            "httpMethod": method,
            "path": f"/live{path}",
            "stage": "live",
            "requestId": request_id,
            "identity": {"sourceIp": "192.0.2.7", "userAgent": sent.get("User-Agent", "tests")},
            "apiId": "a1b2c3d4e5",
        },
        "body": None if body is None else base64.b64encode(body).decode(),
        "isBase64Encoded": body is not None,
    }


def answered(response: Mapping[str, Any]) -> Answered:
    """What a function's answer becomes on the wire."""
    body = response.get("body") or ""
    many = response.get("multiValueHeaders") or {}
    return Answered(
        status=response["statusCode"],
        headers={
            **response.get("headers", {}),
            **{name: ", ".join(values) for name, values in many.items()},
        },
        body=base64.b64decode(body) if response.get("isBase64Encoded") else body.encode(),
    )


def socket_event(
    route: str, connection_id: str, body: str | None = None, **query: str
) -> dict[str, Any]:
    """A WebSocket API's event; `route` is `$connect`, `$disconnect`, `$default` or an action."""
    kind = {"$connect": "CONNECT", "$disconnect": "DISCONNECT"}.get(route, "MESSAGE")
    event: dict[str, Any] = {
        "requestContext": {
            "routeKey": route,
            "eventType": kind,
            "connectionId": connection_id,
            "requestId": "Kx8b2FZ0DoEFZ7w=",
            "domainName": "sockets.example.test",
            "stage": "live",
            "apiId": "f5e4d3c2b1",
            "identity": {"sourceIp": "192.0.2.7"},
        },
        "isBase64Encoded": False,
    }
    if body is not None:
        event["body"] = body
    if query:
        event["queryStringParameters"] = query
    return event
