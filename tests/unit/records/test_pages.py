"""Cursors and pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from records.pages import Page, Position, decode_cursor, encode_cursor, page_of
from shared.errors import ValidationFailed

NOW = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)


@dataclass(frozen=True)
class _Item:
    id: str
    created_at: datetime


@given(
    st.datetimes(timezones=st.just(UTC)),
    st.text(st.characters(categories=["L", "N", "P"]), max_size=40),
)
def test_a_cursor_says_where_the_page_ended(time: datetime, row_id: str) -> None:
    position = Position(time, row_id)
    cursor = encode_cursor(position)

    assert cursor.replace("-", "").replace("_", "").isalnum()
    if len(cursor) <= 256:
        assert decode_cursor(cursor) == position


@settings(max_examples=50)
@given(st.text() | st.binary().map(lambda data: data.hex()))
def test_any_other_text_is_refused_as_a_field(text: str) -> None:
    try:
        decode_cursor(text)
    except ValidationFailed as error:
        assert [each.field for each in error.errors] == ["cursor"]


@pytest.mark.parametrize(
    "position",
    [
        Position(NOW.replace(tzinfo=None), "a"),
        Position(NOW, "a\0b"),
        Position(NOW, "a" * 300),
    ],
    ids=["without a time zone", "with a NUL", "too long"],
)
def test_a_cursor_that_the_database_could_not_take_is_refused(position: Position) -> None:
    with pytest.raises(ValidationFailed):
        decode_cursor(encode_cursor(position))


def test_a_deeply_nested_cursor_is_refused() -> None:
    with pytest.raises(ValidationFailed):
        decode_cursor("W1tb" * 60)


def test_a_cursor_keeps_other_time_zones_apart() -> None:
    east = NOW.astimezone(timezone(timedelta(hours=5)))

    assert decode_cursor(encode_cursor(Position(east, "a"))).created_at == NOW


def test_one_row_too_many_says_that_there_is_more() -> None:
    rows = [_Item(str(number), NOW) for number in range(3)]

    full = page_of(rows, 2)
    assert full.items == tuple(rows[:2])
    assert full.next_cursor is not None
    assert decode_cursor(full.next_cursor) == Position(NOW, "1")
    assert page_of(rows, 3) == Page(tuple(rows), None)
    assert page_of([], 3) == Page((), None)
