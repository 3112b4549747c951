"""How often one may ask, as a client meets it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from redis import Redis

from api.app import Handler
from tests.api_client import Api, all_handlers

DEFAULTS = {"RATE_LIMIT_PER_MINUTE": "", "RATE_LIMIT_PER_HOUR": "", "BURST_SIZE": ""}


def handlers_with(environ: dict[str, str], parts: Any, **limits: str) -> dict[str, Handler]:
    return all_handlers(environ | DEFAULTS | limits, parts)


@pytest.fixture
def limited(api: Api, environ: dict[str, str], parts: Any, valkey_url: str) -> Iterator[Api]:
    """The API with the limits that it has where nobody says otherwise, not asked for a while."""
    with Redis.from_url(valkey_url) as redis:
        redis.flushall()
        yield Api(handlers_with(environ, parts))
        redis.flushall()


def test_the_eleventh_of_a_burst_is_told_when_to_come_back(limited: Api, token: str) -> None:
    answers = [limited.send("POST", "/v1/uploads", token=token) for _ in range(11)]

    assert [one.status for one in answers] == [201] * 10 + [429]
    assert [one.headers["ratelimit"] for one in answers[:2]] == [
        '"minute";r=9;t=1',
        '"minute";r=8;t=2',
    ]
    refused = answers[-1]
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json["code"] == "RATE_LIMITED"
    assert refused.headers["retry-after"] == str(refused.json["retry_after"]) == "1"
    assert refused.headers["ratelimit-policy"].startswith('"minute";q=60;w=60, "hour";q=600;w=3600')


def test_one_caller_does_not_use_up_anothers(limited: Api, token: str, stranger: str) -> None:
    for _ in range(11):
        limited.send("POST", "/v1/uploads", token=token)

    assert limited.send("POST", "/v1/uploads", token=stranger).status == 201


def test_all_functions_count_together(limited: Api, token: str, environ: Any, parts: Any) -> None:
    other = Api(handlers_with(environ, parts))
    for client in (limited, other) * 5:
        assert client.send("POST", "/v1/uploads", token=token).status == 201

    assert other.send("DELETE", "/v1/sketches/none", token=token).status == 429


def test_reading_is_counted_apart_and_ten_times_as_generously(limited: Api, token: str) -> None:
    for _ in range(11):
        limited.send("POST", "/v1/uploads", token=token)

    read = 0
    while limited.send("GET", "/v1/jobs/none", token=token).status == 404:
        read += 1
    # Ten flow back in a second, and a request takes a while.
    assert 100 <= read < 1000


def test_who_has_no_token_is_counted_by_address(limited: Api) -> None:
    answers = [limited.send("POST", "/v1/sessions").status for _ in range(11)]

    assert answers == [201] * 10 + [429]


def test_health_templates_and_documents_are_not_counted(limited: Api) -> None:
    for path in ("/health", "/v1/templates", "/openapi.json"):
        answer = limited.send("GET", path)
        assert answer.status == 200
        assert "ratelimit" not in answer.headers


def test_32_clients_at_once_are_counted_exactly(
    limited: Api, token: str, environ: dict[str, str], parts: Any
) -> None:
    # Each client meets a function's instance of its own, as on Lambda, with one request at a time.
    hourly = {"RATE_LIMIT_PER_MINUTE": "1000", "RATE_LIMIT_PER_HOUR": "10", "BURST_SIZE": "1000"}
    instances = [Api(handlers_with(environ, parts, **hourly)) for _ in range(32)]

    def ask(instance: Api) -> list[int]:
        asyncio.set_event_loop(asyncio.new_event_loop())
        return [instance.send("DELETE", "/v1/uploads", token=token).status for _ in range(4)]

    with ThreadPoolExecutor(32) as clients:
        answers = [status for some in clients.map(ask, instances) for status in some]

    assert sorted(answers) == [405] * 10 + [429] * 118


def test_without_redis_requests_are_still_counted_and_answered(
    api: Api, token: str, environ: dict[str, str], parts: Any
) -> None:
    alone = Api(handlers_with(environ, parts, REDIS_URL="redis://127.0.0.1:9/0"))

    answers = [alone.send("POST", "/v1/uploads", token=token).status for _ in range(11)]

    assert answers == [201] * 10 + [429]
