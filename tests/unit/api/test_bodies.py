"""JSON that comes from anyone."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.bodies import parse_json

PLAIN = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | PLAIN,
    lambda inner: st.lists(inner) | st.dictionaries(PLAIN, inner),
    max_leaves=20,
)


@given(VALUES, st.booleans())
def test_all_that_is_plain_json_is_read_as_it_is(value: object, escaped: bool) -> None:
    assert parse_json(json.dumps(value, ensure_ascii=escaped).encode()) == value


@given(st.binary())
def test_any_bytes_are_a_value_or_refused(data: bytes) -> None:
    with suppress(json.JSONDecodeError):
        parse_json(data)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"NaN", "NaN"),
        (b"[-Infinity]", "-Infinity"),
        (b'{"a": 1, "a": 1}', "twice"),
        (b'[{"b": {"a": 1, "c": 2, "a": 3}}]', "twice"),
        (b'"\\u0000"', "NUL"),
        (b'{"\\u0000": 1}', "NUL"),
        (b'["a\\ud800b"]', "surrogate"),
        (b'{"\\udc00": 1}', "surrogate"),
        (b"\xff\xfe", "UTF-8"),
        (b"[" * 100_000, "deep"),
        (b'{"a":' * 100_000, "deep"),
        (b"9" * 10_000, "long"),
    ],
)
def test_what_python_would_take_is_refused_with_the_reason(body: bytes, reason: str) -> None:
    with pytest.raises(json.JSONDecodeError, match=reason):
        parse_json(body)


def test_a_pair_of_surrogates_is_one_character() -> None:
    assert parse_json(b'"\\ud83d\\ude00"') == "\N{GRINNING FACE}"
    assert parse_json(b'"\\\\u0000"') == "\\u0000"
