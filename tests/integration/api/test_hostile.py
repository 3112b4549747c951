"""Whatever is sent: an answer below 500, and a problem if it is an error."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api_client import Answered, Api

NAMES = st.sampled_from(
    (
        *("image", "upload_id", "prompt", "mjcf", "sketch_id", "duration", "fps", "gravity"),
        *("size", "content_type", "shapes", "texts", "connections", "s1", "kind", "polygon"),
        *("text", "a"),
    )
)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["ball", "image/png", "<mujoco/>", "x' OR 1=1--", "\0", "🙂", "\ud800"]),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(NAMES | st.text(), inner, max_size=4)
    ),
    max_leaves=12,
)
BODIES = st.dictionaries(NAMES, VALUES, max_size=5) | VALUES
PATHS = st.sampled_from(
    [
        ("POST", "/v1/sessions"),
        ("POST", "/v1/uploads"),
        ("POST", "/v1/sketches"),
        ("PATCH", "/v1/sketches/sketch_x"),
        ("POST", "/v1/simulations"),
    ]
)

several = settings(
    max_examples=150,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def check(answer: Answered) -> None:
    assert answer.status < 500, answer.body
    if answer.status >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json["status"] == answer.status
        assert "Traceback" not in answer.body.decode()


@several
@given(route=PATHS, body=BODIES)
def test_any_json_is_answered(api: Api, token: str, route: tuple[str, str], body: Any) -> None:
    data = json.dumps(body).encode()
    check(api.send(*route, data, token=token, content_type="application/json"))


@several
@given(
    route=PATHS,
    body=st.binary(max_size=300),
    kind=st.sampled_from(
        (
            *("application/json", "image/png", "image/jpeg", "image/webp"),
            *("multipart/form-data; boundary=x", "multipart/form-data"),
            *("application/octet-stream", "text/plain", ";", "a/b/c"),
        )
    ),
)
def test_any_bytes_are_answered(
    api: Api, token: str, route: tuple[str, str], body: bytes, kind: str
) -> None:
    for start in (b"", b"--x\r\n", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF\0\0\0\0WEBP"):
        check(api.send(*route, start + body, token=token, content_type=kind))


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@several
@given(
    path=st.sampled_from(
        (
            *("sketches/{}", "sketches/{}/overlay.svg", "jobs/{}", "templates/{}"),
            *("simulations/{}", "simulations/{}/trajectory", "templates/{}/image"),
        )
    ),
    name=TEXT,
    query=st.dictionaries(
        st.sampled_from(["limit", "cursor", "q", "status", "from", "to", "token"]), TEXT
    ),
    header=st.sampled_from(["Accept", "If-None-Match", "Idempotency-Key", "Content-Type"]),
    value=TEXT,
)
def test_any_address_and_header_are_answered(
    api: Api, token: str, path: str, name: str, query: dict[str, str], header: str, value: str
) -> None:
    address = f"/v1/{path.format(quote(name, safe=''))}?{urlencode(query)}"
    headers = {header.replace("-", "_"): value}
    check(api.send("GET", address, token=token, **headers))
    check(api.send("GET", f"/v1/simulations?{urlencode(query)}", token=token, **headers))


@pytest.mark.parametrize("text", ["'; DROP TABLE sessions;--", "%' OR '1'='1", "$1", "{0}", "\\"])
def test_sql_is_only_text(api: Api, token: str, drawing: bytes, text: str) -> None:
    posted = api.send_json(
        "POST", "/v1/simulations", {"mjcf": "<mujoco/>", "prompt": text}, token=token
    )
    check(posted)
    for field in ("q", "status", "cursor", "from", "sort"):
        check(api.send("GET", f"/v1/simulations?{field}={quote(text)}", token=token))
    assert api.send("GET", "/v1/simulations", token=token).status == 200
