"""Sessions and tokens."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

import jwt
import pytest

from api.app import make_handler
from api.sessions import SessionsConfig, router
from authorizers import rest
from records.measurements import write_measured
from shared.measure import Measured
from shared.postgres import Postgres
from tests.api_client import NOW, SECRET, Api, SetClock

VALID = {
    "aud": "simgen",
    "sub": "session_1",
    "role": "guest",
    "iat": int(NOW.timestamp()),
    "exp": int(NOW.timestamp()) + 3600,
}


def test_a_session_hands_out_a_token_that_other_calls_take(api: Api) -> None:
    answer = api.send("POST", "/v1/sessions")

    assert answer.status == 201
    assert set(answer.json) == {"session_id", "token", "expires_at"}
    assert answer.json["expires_at"] == "2026-03-31T12:00:00Z"
    assert api.send("GET", "/v1/simulations", token=answer.json["token"]).status == 200


def test_a_session_asked_for_twice_under_one_key_is_the_same(api: Api) -> None:
    first, second, other = (
        api.send("POST", "/v1/sessions", idempotency_key=key) for key in ("a", "a", "b")
    )

    assert second.json == first.json
    assert second.status == first.status
    assert other.json["session_id"] != first.json["session_id"]


def test_the_key_of_one_program_is_not_the_key_of_another(api: Api) -> None:
    mine = api.send("POST", "/v1/sessions", idempotency_key="1", user_agent="mine")
    theirs = api.send("POST", "/v1/sessions", idempotency_key="1", user_agent="theirs")

    assert mine.json["session_id"] != theirs.json["session_id"]


def test_a_deleted_session_takes_its_token_along(api: Api, token: str) -> None:
    session_id = jwt.decode(token, options={"verify_signature": False})["sub"]

    assert api.send("DELETE", f"/v1/sessions/{session_id}", token=token).status == 204
    assert api.send("GET", "/v1/simulations", token=token).status == 401
    assert api.send("DELETE", f"/v1/sessions/{session_id}", token=token).status == 401


def test_nobody_ends_the_session_of_another(api: Api, token: str, stranger: str) -> None:
    session_id = jwt.decode(token, options={"verify_signature": False})["sub"]

    assert api.send("DELETE", f"/v1/sessions/{session_id}", token=stranger).status == 404
    assert api.send("GET", "/v1/simulations", token=token).status == 200


def test_a_token_expires_with_its_session(api: Api, token: str, clock: SetClock) -> None:
    clock.pass_by(days=29, hours=23)
    assert api.send("GET", "/v1/simulations", token=token).status == 200
    clock.pass_by(hours=1)
    assert api.send("GET", "/v1/simulations", token=token).status == 401


def unsigned(header: Mapping[str, Any], claims: Mapping[str, Any]) -> str:
    parts = (json.dumps(part).encode() for part in (header, claims))
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts) + "."


HOSTILE = {
    "empty": "",
    "no token": "abc",
    "two parts": "a.b",
    "unsigned": unsigned({"alg": "none", "typ": "JWT"}, VALID),
    "unsigned in capitals": unsigned({"alg": "NONE"}, VALID),
    "another algorithm": jwt.encode(VALID, SECRET * 2, algorithm="HS512"),
    "another secret": jwt.encode(VALID, "x" * 40, algorithm="HS256"),
    "a key by its id": jwt.encode(
        VALID, "x" * 40, algorithm="HS256", headers={"kid": "../../../dev/null"}
    ),
    "expired": jwt.encode({**VALID, "exp": VALID["iat"] - 1}, SECRET, algorithm="HS256"),
    "of another audience": jwt.encode({**VALID, "aud": "else"}, SECRET, algorithm="HS256"),
    "a link's": jwt.encode({**VALID, "aud": "simgen:link", "path": "/v1"}, SECRET),
    "from tomorrow": jwt.encode({**VALID, "iat": VALID["iat"] + 86400}, SECRET),
    "without an end": jwt.encode({k: v for k, v in VALID.items() if k != "exp"}, SECRET),
    "without an owner": jwt.encode({k: v for k, v in VALID.items() if k != "sub"}, SECRET),
    "of an unknown role": jwt.encode({**VALID, "role": "root"}, SECRET),
    "an end that is text": jwt.encode({**VALID, "exp": "9e9"}, SECRET),
    "an end past all time": jwt.encode({**VALID, "exp": 10**18}, SECRET),
    "of no session": jwt.encode(VALID, SECRET),
    "nested": base64.urlsafe_b64encode(b'{"a":' * 300).decode() + ".e30.x",
    "huge": "a" * 100_000,
    "not ASCII": "é.ü.ß",
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_token_that_does_not_hold_is_refused(api: Api, kind: str) -> None:
    answer = api.send("GET", "/v1/simulations", token=HOSTILE[kind])

    assert answer.status == 401
    assert answer.json["code"] == "UNAUTHENTICATED"
    assert answer.headers["www-authenticate"] == "Bearer"


def test_a_function_whose_clock_is_an_hour_ahead_hands_out_tokens_that_hold(
    api: Api, clock: SetClock
) -> None:
    for hours, status in ((1, 200), (3, 401)):
        clock.pass_by(hours=hours)
        token = api.send("POST", "/v1/sessions").json["token"]
        clock.pass_by(hours=-hours)
        assert api.send("GET", "/v1/simulations", token=token).status == status


def test_without_a_token_nothing_of_an_owner_is_reached(api: Api) -> None:
    for method, path in (
        ("POST", "/v1/uploads"),
        ("POST", "/v1/sketches"),
        ("GET", "/v1/sketches/x"),
        ("PATCH", "/v1/sketches/x"),
        ("DELETE", "/v1/sketches/x"),
        ("GET", "/v1/sketches/x/image"),
        ("GET", "/v1/sketches/x/overlay.svg"),
        ("POST", "/v1/simulations"),
        ("GET", "/v1/simulations"),
        ("GET", "/v1/simulations/x"),
        ("GET", "/v1/simulations/x/model.xml"),
        ("GET", "/v1/simulations/x/trajectory"),
        ("GET", "/v1/simulations/x/preview.png"),
        ("DELETE", "/v1/simulations/x"),
        ("GET", "/v1/jobs/x"),
        ("DELETE", "/v1/jobs/x"),
        ("DELETE", "/v1/sessions/x"),
        ("GET", "/v1/stats"),
    ):
        assert api.send(method, path).status == 401, (method, path)


def test_only_an_administrator_sees_statistics(api: Api, token: str, admin: str) -> None:
    assert api.send("GET", "/v1/stats", token=token).json["code"] == "FORBIDDEN"
    seen = api.send("GET", "/v1/stats", token=admin)
    assert seen.status == 200
    assert seen.json["usage"]["sessions"] == 1


def test_statistics_tell_of_caches_breakers_and_the_database(
    api: Api, admin: str, database: Postgres
) -> None:
    counts = {"cache.memory.hits": 30, "cache.memory.misses": 10, "database.done": 3600}
    write_measured(database, Measured({**counts, "requests.refused": 2}, ()), now=NOW)

    seen = api.send("GET", "/v1/stats?hours=1", token=admin).json

    assert seen["cache"]["memory"] == {"hits": 30, "misses": 10, "evictions": 0, "hit_rate": 0.75}
    assert seen["cache"]["postgres"]["hit_rate"] is None
    assert seen["database"] == {
        "depth": 0,
        "done": 3600,
        "rejected": 0,
        "slow": 0,
        "per_second": 1.0,
    }
    assert seen["refused"] == 2
    assert set(seen["breakers"]) == {
        "objects",
        "state_machine",
        "sockets",
        "label_reader",
        "language_model",
    }
    assert set(seen["breakers"].values()) == {"closed"}
    assert seen["locks"] == {"held": 0, "stale": 0}


def test_a_new_key_logs_nobody_out_and_a_key_that_is_gone_does(
    api: Api, environ: dict[str, str], parts: Any
) -> None:
    def with_keys(*keys: str) -> Api:
        given = {**environ, "TOKEN_SECRET": ",".join(keys)}
        handler = make_handler(SessionsConfig, router, environ=given, providers=[parts])
        return Api({"sessions": handler, "authorizer": rest.make_handler(given, [parts])})

    old, new = "o" * 40, "n" * 40
    before = with_keys(old).send("POST", "/v1/sessions", user_agent="a").json
    rotated = with_keys(new, old)
    after = rotated.send("POST", "/v1/sessions", user_agent="b").json

    for session in (before, after):
        path = f"/v1/sessions/{session['session_id']}x"
        assert rotated.send("DELETE", path, token=session["token"]).status == 404
    gone = with_keys(new)
    assert gone.send("DELETE", "/v1/sessions/x", token=before["token"]).status == 401
    assert gone.send("DELETE", "/v1/sessions/x", token=after["token"]).status == 404
    assert rotated.send("DELETE", "/v1/sessions/x", token=forged("x" * 40)).status == 401


def forged(key: str) -> str:
    return jwt.encode(VALID, key, algorithm="HS256")
