import base64
import json
from typing import Any

import pytest

from infra.local.proxy import (
    MalformedAnswer,
    MatchedRoute,
    RestRequest,
    is_binary_type,
    read_proxy_answer,
    rest_event,
)

ROUTE = MatchedRoute("api", "live", "/things/{id}", {"id": "a b"})


def request(**changes: Any) -> RestRequest:
    values: dict[str, Any] = {
        "method": "POST",
        "path": "/things/a%20b",
        "query": "tag=x&tag=y%20z&empty=",
        "headers": (
            ("host", "here:8000"),
            ("content-type", "text/plain"),
            ("x-a", "1"),
            ("x-a", "2"),
        ),
        "body": "grüße".encode(),
        "source_ip": "10.0.0.7",
    }
    return RestRequest(**(values | changes))


def test_an_event_has_the_last_value_and_all_values_of_what_is_repeated() -> None:
    event = rest_event(request(), ROUTE, [])
    assert event["headers"]["X-A"] == "2"
    assert event["multiValueHeaders"]["X-A"] == ["1", "2"]
    assert event["queryStringParameters"] == {"tag": "y z", "empty": ""}
    assert event["multiValueQueryStringParameters"] == {"tag": ["x", "y z"], "empty": [""]}


def test_an_event_tells_where_it_came_from_and_where_it_went() -> None:
    event = rest_event(request(), ROUTE, [])
    context = event["requestContext"]
    assert event["path"] == "/things/a%20b"
    assert event["pathParameters"] == {"id": "a b"}
    assert (context["resourcePath"], context["stage"]) == ("/things/{id}", "live")
    assert context["identity"]["sourceIp"] == "10.0.0.7"
    assert context["domainName"] == "here:8000"
    assert len(context["requestId"]) == 36


def test_what_is_absent_is_null_as_in_api_gateway() -> None:
    route = MatchedRoute("api", "live", "/things", {})
    event = rest_event(request(query="", body=b""), route, ["*/*"])
    absent = ("queryStringParameters", "multiValueQueryStringParameters", "pathParameters", "body")
    assert [event[name] for name in absent] == [None] * 4
    assert event["isBase64Encoded"] is False


def test_a_body_is_text_unless_its_type_is_binary_for_the_api() -> None:
    text = rest_event(request(), ROUTE, ["image/*"])
    assert (text["body"], text["isBase64Encoded"]) == ("grüße", False)
    image = request(headers=(("content-type", "image/png; q=1"),), body=b"\x89PNG")
    binary = rest_event(image, ROUTE, ["image/*"])
    assert (base64.b64decode(binary["body"]), binary["isBase64Encoded"]) == (b"\x89PNG", True)


@pytest.mark.parametrize(
    ("media_type", "binary", "expected"),
    [
        ("image/png", ["image/png"], True),
        ("IMAGE/PNG; a=b", ["image/png"], True),
        ("image/png", ["image/*"], True),
        ("text/html,image/png", ["image/png"], False),  # the first type that is accepted counts
        ("text/plain", ["*/*"], True),
        (None, ["application/json"], True),  # API Gateway takes no type for JSON
        ("text/plain", [], False),
    ],
)
def test_the_binary_types_of_the_api_decide(
    media_type: str | None, binary: list[str], expected: bool
) -> None:
    assert is_binary_type(media_type, binary) is expected


def answer(**values: Any) -> bytes:
    return json.dumps({"statusCode": 200, **values}).encode()


def test_headers_with_several_values_replace_single_ones_of_the_same_name() -> None:
    read = read_proxy_answer(
        answer(
            headers={"set-cookie": "lost", "x-one": 1, "x-true": True},
            multiValueHeaders={"Set-Cookie": ["a", "b"]},
        ),
        False,
    )
    assert sorted(read.headers) == [
        ("Set-Cookie", "a"),
        ("Set-Cookie", "b"),
        ("x-one", "1"),
        ("x-true", "true"),
    ]


def test_a_base64_body_is_decoded_only_where_binary_is_accepted() -> None:
    encoded = base64.b64encode(b"\x00\x01").decode()
    payload = answer(body=encoded, isBase64Encoded=True)
    assert read_proxy_answer(payload, True).body == b"\x00\x01"
    assert read_proxy_answer(payload, False).body == encoded.encode()


@pytest.mark.parametrize(
    "payload",
    [
        b"null",
        b'"text"',
        b"[]",
        b"{}",
        answer(statusCode="two hundred"),
        answer(statusCode=None),
        answer(statusCode=99),
        answer(body={"not": "text"}),
        answer(headers=["a"]),
        answer(headers={"a": {}}),
        answer(multiValueHeaders={"a": "b"}),
        answer(body="not base64!", isBase64Encoded=True),
    ],
)
def test_an_answer_of_another_form_is_malformed(payload: bytes) -> None:
    with pytest.raises(MalformedAnswer):
        read_proxy_answer(payload, True)
