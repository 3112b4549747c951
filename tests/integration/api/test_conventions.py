"""What holds for every route: problems, headers, documents, health."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from openapi_spec_validator import validate

from api import documents
from api.app import make_handler
from api.health import HealthConfig
from api.health import router as health_router
from tests.api_client import Api, SetClock
from tests.executions import RememberedExecutions
from tests.infra.template import functions


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return documents.openapi_document()


def routes_of(document: dict[str, Any]) -> set[tuple[str, str]]:
    return {(method, path) for path, item in document["paths"].items() for method in item}


def test_the_document_is_valid_openapi(document: dict[str, Any]) -> None:
    assert document["openapi"] == "3.1.0"
    validate(document)  # type: ignore[arg-type]


def test_the_template_and_the_document_name_the_same_routes(document: dict[str, Any]) -> None:
    declared = {
        (event["Properties"]["Method"], event["Properties"]["Path"])
        for function in functions().values()
        for event in function.get("Events", {}).values()
        if event["Type"] == "Api"
    }

    assert declared == routes_of(document)


def test_each_route_of_the_document_is_served_by_its_own_function(
    api: Api, document: dict[str, Any]
) -> None:
    for method, path in routes_of(document):
        concrete = re.sub(r"{\w+}", "x", path)
        answer = api.send(method.upper(), concrete)
        assert answer.status != 405, (method, path)
        if answer.status == 404:
            assert "at this address" not in answer.json["detail"], (method, path)


def test_every_answer_of_the_document_that_is_an_error_is_a_problem(
    document: dict[str, Any],
) -> None:
    for method, path in routes_of(document):
        responses = document["paths"][path][method]["responses"]
        assert {"500", "503"} <= set(responses), (method, path)
        for status, response in responses.items():
            if status >= "400" and (path, status) != ("/health/ready", "503"):
                assert set(response["content"]) == {"application/problem+json"}, (method, path)


def test_every_post_takes_an_idempotency_key(document: dict[str, Any]) -> None:
    for method, path in routes_of(document):
        if method == "post":
            names = [one["name"] for one in document["paths"][path][method]["parameters"]]
            assert "Idempotency-Key" in names, path


def test_an_unusable_idempotency_key_is_refused(api: Api) -> None:
    for key in ("", "a" * 256, "a\u00e9", "a\tb"):
        answer = api.send("POST", "/v1/sessions", idempotency_key=key)
        assert (answer.status, answer.json["errors"][0]["field"]) == (422, "Idempotency-Key")


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/v1/nothing", 404, "NOT_FOUND"),
        ("GET", "/v1/jobs/", 404, "NOT_FOUND"),
        ("GET", "/v1/sketches/a/b/c", 404, "NOT_FOUND"),
        ("GET", "/v1/sketches/..%2f..%2fetc%2fpasswd", 401, "UNAUTHENTICATED"),
        ("PUT", "/v1/simulations", 405, "METHOD_NOT_ALLOWED"),
        ("PATCH", "/health", 405, "METHOD_NOT_ALLOWED"),
        ("GET", "/v1/simulations", 401, "UNAUTHENTICATED"),
    ],
)
def test_an_error_is_a_problem(api: Api, method: str, path: str, status: int, code: str) -> None:
    answer = api.send(method, path)

    assert answer.status == status
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json
    assert {"type", "title", "status", "detail", "code", "request_id", "errors"} <= set(body)
    assert (body["status"], body["code"]) == (status, code)
    assert body["request_id"] == answer.headers["x-request-id"] != "unknown"


@pytest.mark.parametrize(
    "host", ["[::1]:8000", "a:b:c", "localhost:8000", "", "a:99999999", "\u00e9"]
)
def test_a_request_may_say_any_address(api: Api, host: str) -> None:
    assert api.send("GET", "/health", Host=host, X_Forwarded_Port="x").status == 200


def test_every_answer_tells_browsers_to_be_careful(api: Api) -> None:
    for path in ("/health", "/nothing", "/v1/templates", "/docs"):
        headers = api.send("GET", path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert headers["access-control-allow-origin"] == "*"
        assert headers["cache-control"]


def test_the_page_loads_nothing_and_names_every_route(api: Api, document: dict[str, Any]) -> None:
    answer = api.send("GET", "/docs")

    text = answer.body.decode()
    assert answer.headers["content-type"].startswith("text/html")
    assert not re.search(r"<script|<link|<img|<iframe|\bsrc=|https?://|url\(", text)
    for _, path in routes_of(document):
        assert path.replace("{", "{") in text
    known = api.send("GET", "/docs", if_none_match=answer.headers["etag"])
    assert (known.status, known.body) == (304, b"")


def test_the_document_is_served(api: Api, document: dict[str, Any]) -> None:
    assert api.send("GET", "/openapi.json").json == json.loads(json.dumps(document))


def test_templates_can_be_paged_and_posted(api: Api, token: str) -> None:
    seen, cursor = [], None
    while True:
        address = "/v1/templates?limit=3" + (f"&cursor={cursor}" if cursor else "")
        page = api.send("GET", address).json
        seen += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert len(seen) == len({one["name"] for one in seen}) >= 4

    for one in seen:
        assert api.send("GET", f"/v1/templates/{one['name']}").json == one
        image = api.send("GET", one["links"]["image"])
        kind = image.headers["content-type"]
        posted = api.send("POST", "/v1/sketches", image.body, token=token, content_type=kind)
        assert posted.status == 202
    for name in ("nothing", "index", "..", "pendulum.webp"):
        assert api.send("GET", f"/v1/templates/{name}").status == 404


def test_health_is_alive_without_any_store() -> None:
    handler = make_handler(HealthConfig, health_router, environ={})
    alive = Api({"health": handler}).send("GET", "/health")
    broken = Api({"health": handler}).send("GET", "/health/ready")

    assert (alive.status, alive.json["status"]) == (200, "alive")
    assert (broken.status, broken.json["code"]) == (500, "INTERNAL")
    assert "DATABASE_URL" not in broken.body.decode()


def test_ready_has_a_line_for_each_dependency(api: Api) -> None:
    answer = api.send("GET", "/health/ready")

    assert (answer.status, answer.json["status"]) == (200, "ready")
    assert set(answer.json["dependencies"]) == {"database", "objects", "state_machine", "cache"}


def test_ready_is_503_where_one_is_down_that_is_needed(
    api: Api, executions: RememberedExecutions
) -> None:
    executions.down = True

    answer = api.send("GET", "/health/ready")

    assert (answer.status, answer.json["status"]) == (503, "not_ready")
    assert answer.headers["retry-after"]
    down = [name for name, one in answer.json["dependencies"].items() if one["status"] == "down"]
    assert down == ["state_machine"]


def test_ready_is_degraded_without_the_cache_and_says_which_else_is_down(
    environ: dict[str, str], parts: Any
) -> None:
    lost = {**environ, "REDIS_URL": "redis://127.0.0.1:1"}
    handler = make_handler(HealthConfig, health_router, environ=lost, providers=[parts])
    answer = Api({"health": handler}).send("GET", "/health/ready")
    assert (answer.status, answer.json["status"]) == (200, "degraded")

    lost = {**environ, "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}
    handler = make_handler(HealthConfig, health_router, environ=lost, providers=[parts])
    answer = Api({"health": handler}).send("GET", "/health/ready")
    assert answer.status == 503
    assert answer.json["dependencies"]["database"]["status"] == "down"


def test_a_database_that_is_down_is_503_with_a_time_to_come_back(
    environ: dict[str, str], parts: Any, clock: SetClock
) -> None:
    from api.sessions import SessionsConfig, router

    lost = {**environ, "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}
    handler = make_handler(SessionsConfig, router, environ=lost, providers=[parts])

    answer = Api({"sessions": handler}).send("POST", "/v1/sessions")

    assert (answer.status, answer.json["code"]) == (503, "DEPENDENCY_UNAVAILABLE")
    assert int(answer.headers["retry-after"]) > 0
    assert "127.0.0.1" not in answer.body.decode()
