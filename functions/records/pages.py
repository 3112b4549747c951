"""Keyset pages: a cursor says where the last page ended, so every page costs the same."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from shared.errors import FieldError, ValidationFailed

DEFAULT_LIMIT = 50
MAX_LIMIT = 100
_MAX_CURSOR_LENGTH = 256


class Listed(Protocol):
    """A row that can be listed, newest first."""

    @property
    def id(self) -> str:
        """Tells rows of one time apart."""
        ...

    @property
    def created_at(self) -> datetime:
        """What rows are sorted by."""
        ...


_Item = TypeVar("_Item", bound=Listed)


@dataclass(frozen=True, slots=True)
class Position:
    """The last row of a page; the next page starts behind it."""

    created_at: datetime
    id: str


@dataclass(frozen=True, slots=True)
class Page(Generic[_Item]):
    """Some rows, and the cursor of those behind them (None on the last page)."""

    items: tuple[_Item, ...]
    next_cursor: str | None


def encode_cursor(position: Position) -> str:
    """The position as opaque text, safe in a URL."""
    text = json.dumps([position.created_at.isoformat(), position.id], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode_cursor(cursor: str) -> Position:
    """The position that `encode_cursor` wrote.

    Raises:
        ValidationFailed: it wrote no such thing.
    """
    try:
        if len(cursor) > _MAX_CURSOR_LENGTH:
            raise ValueError
        padded = cursor + "=" * (-len(cursor) % 4)
        created_at, row_id = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        position = Position(datetime.fromisoformat(created_at), str(row_id))
        if position.created_at.tzinfo is None or "\0" in position.id:
            raise ValueError
    except (ValueError, TypeError, RecursionError, binascii.Error):
        raise ValidationFailed(
            "The cursor is not one that a list handed out.",
            errors=[FieldError("cursor", "use next_cursor of the page before, unchanged")],
        ) from None
    return position


def page_of(rows: Sequence[_Item], limit: int) -> Page[_Item]:
    """The page in `limit + 1` rows: the one too many says that there is more."""
    items = tuple(rows[:limit])
    if len(rows) <= limit:
        return Page(items, None)
    last = items[-1]
    return Page(items, encode_cursor(Position(last.created_at, last.id)))
