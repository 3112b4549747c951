import asyncio
import gzip
import json
import time
import zlib
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

import httpx
import pytest
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from infra.local.declared import FixedAnswer, GatewayResponse, RestApi, RestRoute
from infra.local.gateway import PAYLOAD_LIMIT_BYTES, RestGateway, RouteTable
from infra.local.runtime import RequestTooLarge, TooManyRequests
from infra.local.runtime_api import Answer

Handler = Callable[[Mapping[str, Any]], Any]

ROUTES = (
    RestRoute("GET", "/things/{id}", "one"),
    RestRoute("GET", "/things/mine", "mine"),
    RestRoute("POST", "/things", "make"),
    RestRoute("OPTIONS", "/things", FixedAnswer(200, {"Access-Control-Allow-Origin": "*"})),
    RestRoute("ANY", "/files/{proxy+}", "files"),
    RestRoute("GET", "/slow", "slow", timeout_s=0.05),
)


def api(**changes: Any) -> RestApi:
    values: dict[str, Any] = {
        "id": "api",
        "stage": "live",
        "routes": ROUTES,
        "binary_media_types": frozenset({"*/*"}),
        "minimum_compression_bytes": None,
        "gateway_responses": {},
    }
    return RestApi(**(values | changes))


def ok(event: Mapping[str, Any]) -> Any:
    return {"statusCode": 200, "body": json.dumps(event)}


CODINGS = [("gzip", gzip.compress), ("deflate", zlib.compress)]
UNPACKING = api(minimum_compression_bytes=0, binary_media_types=frozenset())


def send(
    method: str,
    path: str,
    *,
    handler: Handler = ok,
    of: RestApi | None = None,
    body_limit_s: float = 30.0,
    **options: Any,
) -> httpx.Response:
    """One request through a gateway whose functions all do what `handler` does."""

    async def invoke(function: str, event: bytes) -> Answer:
        if function == "slow":
            await asyncio.sleep(5)
        answer = handler(json.loads(event) | {"function": function})
        return answer if isinstance(answer, Answer) else Answer(json.dumps(answer).encode())

    gateway = RestGateway(of or api(), invoke, body_limit_s=body_limit_s)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await (await gateway(Request(scope, receive)))(scope, receive, send)

    async def exchange() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
            return await client.request(method, path, **options)

    return asyncio.run(exchange())


@pytest.mark.parametrize(
    ("method", "path", "function", "parameters"),
    [
        ("GET", "/things/mine", "mine", {}),
        ("GET", "/things/7", "one", {"id": "7"}),
        ("GET", "/things/a%2Fb", "one", {"id": "a/b"}),
        ("GET", "/things/%7Bid%7D", "one", {"id": "{id}"}),
        ("PUT", "/files/a/b.png", "files", {"proxy": "a/b.png"}),
    ],
)
def test_a_literal_segment_wins_over_a_parameter_and_that_over_the_rest(
    method: str, path: str, function: str, parameters: dict[str, str]
) -> None:
    route, values = RouteTable(ROUTES).find(method, path) or pytest.fail("no route")
    assert (route.target, values) == (function, parameters)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/nothing"),
        ("DELETE", "/things"),
        ("GET", "/things/"),
        ("GET", "/things/7/more"),
        ("GET", "/files"),
        ("GET", "/files/"),
        ("GET", "//things/7"),
        ("GET", "/Things/7"),
    ],
)
def test_what_the_template_does_not_route_is_refused_as_api_gateway_does(
    method: str, path: str
) -> None:
    assert RouteTable(ROUTES).find(method, path) is None
    response = send(method, path)
    assert response.status_code == 403
    assert response.json() == {"message": "Missing Authentication Token"}


def test_a_body_that_comes_a_byte_at_a_time_is_not_waited_for() -> None:
    async def drip() -> AsyncIterator[bytes]:
        while True:
            yield b"x"
            await asyncio.sleep(0.02)

    began = time.monotonic()
    response = send("POST", "/things", content=drip(), body_limit_s=0.2)
    assert response.status_code == 400
    assert time.monotonic() - began < 5


def test_a_preflight_is_answered_without_a_function() -> None:
    response = send("OPTIONS", "/things", handler=lambda _: pytest.fail("invoked"))
    assert (response.status_code, response.headers["access-control-allow-origin"]) == (200, "*")


def test_a_functions_answer_becomes_the_response() -> None:
    def handler(event: Mapping[str, Any]) -> Any:
        return {"statusCode": 201, "headers": {"Content-Type": "text/plain"}, "body": "made"}

    response = send("POST", "/things", handler=handler)
    assert (response.status_code, response.text) == (201, "made")
    assert response.headers["content-type"] == "text/plain"
    assert response.headers["content-length"] == "4"
    assert len(response.headers["x-amzn-requestid"]) == 36


def test_a_function_that_fails_is_a_502() -> None:
    response = send(
        "GET", "/things/1", handler=lambda _: Answer(b'{"errorType": "E"}', "Unhandled")
    )
    assert (response.status_code, response.json()) == (502, {"message": "Internal server error"})


def test_an_answer_that_is_no_proxy_answer_is_a_502() -> None:
    response = send("GET", "/things/1", handler=lambda _: {"hello": "world"})
    assert (response.status_code, response.json()) == (502, {"message": "Internal server error"})


def test_a_function_that_takes_too_long_is_a_504() -> None:
    response = send("GET", "/slow")
    assert response.status_code == 504
    assert response.json() == {"message": "Endpoint request timed out"}


def test_a_function_that_has_no_worker_free_is_a_500_that_the_template_may_word_otherwise() -> None:
    def handler(event: Mapping[str, Any]) -> Any:
        raise TooManyRequests

    response = send("GET", "/things/1", handler=handler)
    assert (response.status_code, response.json()) == (500, {"message": "Internal server error"})

    wording = GatewayResponse(503, {"retry-after": "5"}, {"text/plain": "later"})
    response = send(
        "GET", "/things/1", handler=handler, of=api(gateway_responses={"DEFAULT_5XX": wording})
    )
    assert (response.status_code, response.text) == (503, "later")
    assert response.headers["retry-after"] == "5"


def test_a_body_over_the_gateways_limit_is_a_413() -> None:
    response = send("POST", "/things", content=b"x" * (PAYLOAD_LIMIT_BYTES + 1))
    assert (response.status_code, response.json()) == (413, {"message": "Request Too Long"})


def test_a_body_that_lambda_would_not_take_is_a_413() -> None:
    def handler(event: Mapping[str, Any]) -> Any:
        raise RequestTooLarge("over 6 MB")

    assert send("POST", "/things", handler=handler).status_code == 413


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [("gzip, br", "gzip"), ("deflate", "deflate"), ("br", None), ("gzip;q=0", None), ("", None)],
)
def test_a_long_answer_is_compressed_when_asked(accepted: str, coding: str | None) -> None:
    response = send(
        "GET",
        "/things/1",
        of=api(minimum_compression_bytes=100),
        handler=lambda _: {"statusCode": 200, "body": "x" * 100},
        headers={"Accept-Encoding": accepted},
    )
    assert response.headers.get("content-encoding") == coding
    assert response.text == "x" * 100


def test_a_short_answer_or_one_that_is_compressed_already_is_left_as_it_is() -> None:
    of = api(minimum_compression_bytes=100)
    short = send("GET", "/things/1", of=of, handler=lambda _: {"statusCode": 200, "body": "x" * 99})
    assert "content-encoding" not in short.headers
    coded = {"statusCode": 200, "headers": {"Content-Encoding": "identity"}, "body": "x" * 100}
    assert send("GET", "/things/1", of=of, handler=lambda _: coded).text == "x" * 100


@pytest.mark.parametrize(
    ("coding", "compress"), [("gzip", gzip.compress), ("deflate", zlib.compress)]
)
def test_a_compressed_request_is_unpacked(coding: str, compress: Callable[[bytes], bytes]) -> None:
    response = send(
        "POST",
        "/things",
        of=UNPACKING,
        content=compress(b"hello"),
        headers={"Content-Encoding": coding},
    )
    assert response.json()["body"] == "hello"
    assert "Content-Encoding" not in response.json()["headers"]


def test_a_compressed_request_that_unpacks_beyond_the_limit_is_a_413() -> None:
    bomb = gzip.compress(b"\0" * (PAYLOAD_LIMIT_BYTES + 1))
    options = {"content": bomb, "headers": {"Content-Encoding": "gzip"}}
    assert send("POST", "/things", of=UNPACKING, **options).status_code == 413


@pytest.mark.parametrize("coding", ["gzip", "br"])
def test_a_request_that_can_not_be_unpacked_is_a_400(coding: str) -> None:
    options = {"content": b"not packed", "headers": {"Content-Encoding": coding}}
    assert send("POST", "/things", of=UNPACKING, **options).status_code == 400


def test_the_template_may_word_the_gateways_refusals() -> None:
    wording = GatewayResponse(
        status=404,
        headers={"x-refused": "yes"},
        templates={"application/problem+json": '{"detail":$context.error.messageString}'},
    )
    response = send("GET", "/no", of=api(gateway_responses={"DEFAULT_4XX": wording}))
    assert (response.status_code, response.headers["x-refused"]) == (404, "yes")
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json() == {"detail": "Missing Authentication Token"}


def test_an_event_carries_what_the_client_sent_and_whence() -> None:
    response = send("GET", "/things/1?a=1", headers={"X-Forwarded-For": "1.2.3.4", "X-Own": "x"})
    event = response.json()
    assert event["headers"]["X-Forwarded-For"] == "1.2.3.4, 127.0.0.1"
    assert event["headers"]["X-Own"] == "x"
    assert event["queryStringParameters"] == {"a": "1"}
    assert event["resource"] == "/things/{id}"
