"""AWS's native runtime client in plain Python, for systems that it has no wheel for (macOS).

`awslambdaric` imports this module by its bare name. The interface is that of its C++ extension:
four functions over the Lambda Runtime API, on one connection that is kept open.
"""

import http.client
import os

_PREFIX = "/2018-06-01/runtime"
_DEADLINE = "Lambda-Runtime-Deadline-Ms"

_connection: http.client.HTTPConnection
_headers: dict[str, str]


def initialize_client(user_agent: str) -> None:
    global _connection, _headers
    _connection = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
    _headers = {"User-Agent": user_agent}


def next() -> tuple[bytes, dict[str, str | int]]:
    """Wait for an event: its body, and the headers that describe it (the deadline as a number)."""
    _connection.request("GET", f"{_PREFIX}/invocation/next", headers=_headers)
    response = _connection.getresponse()
    body = response.read()
    if response.status != 200:
        raise RuntimeError(f"Failed to get next invocation: {response.status}")
    headers: dict[str, str | int] = dict(response.getheaders())
    headers[_DEADLINE] = int(headers[_DEADLINE])
    return body, headers


def post_invocation_result(
    invoke_id: str, data: bytes, content_type: str, invocation_id: str | None = None
) -> None:
    _post(f"{invoke_id}/response", data, {"Content-Type": content_type})


def post_error(
    invoke_id: str, error: str, xray_cause: str, invocation_id: str | None = None
) -> None:
    cause = {"Lambda-Runtime-Function-XRay-Error-Cause": xray_cause} if xray_cause else {}
    _post(f"{invoke_id}/error", error.encode(), {"Content-Type": "application/json", **cause})


def _post(path: str, body: bytes, headers: dict[str, str]) -> None:
    _connection.request("POST", f"{_PREFIX}/invocation/{path}", body, _headers | headers)
    response = _connection.getresponse()
    response.read()
    if response.status != 202:
        raise RuntimeError(f"Failed to post to {path}: {response.status}")
