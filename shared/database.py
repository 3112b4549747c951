"""The relational store as its callers see it: queries, and transactions of several of them.

The adapter is `shared.postgres`; nothing here imports a driver.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, LiteralString, Protocol

Row = dict[str, Any]
"""One row, by column name."""

Parameters = Mapping[str, Any] | Sequence[Any]


class Queries(Protocol):
    """Runs single statements: on its own, or inside the transaction that yielded it.

    Every call may raise these of `shared.errors`:
        DependencyUnavailable: the server can't be reached, is too slow, or gave the statement up
            (a deadlock, a fail-over): the same work may be tried again.
        NotFound: a row refers to one that isn't there, or was deleted meanwhile.
        ValidationFailed: a text has a character that can't be stored.
    """

    def fetch_one(self, sql: LiteralString, parameters: Parameters = ()) -> Row | None:
        """The first row, or None where there is none."""
        ...

    def fetch_all(self, sql: LiteralString, parameters: Parameters = ()) -> list[Row]:
        """All rows."""
        ...

    def execute(self, sql: LiteralString, parameters: Parameters = ()) -> int:
        """Run a statement; how many rows it touched."""
        ...


class Database(Queries, Protocol):
    """The store itself. A statement outside of `transaction` is a transaction of its own."""

    def transaction(self) -> AbstractContextManager[Queries]:
        """All or nothing: committed when the block ends, undone when it raises.

        Run statements on what it yields, not on the database itself.
        """
        ...

    def close(self) -> None:
        """Give the connection back; the next statement would open another."""
        ...


def json_text(value: object) -> str:
    """A value as JSON, for a parameter that the statement casts to jsonb.

    Raises:
        ValueError: a number in it is not finite, which JSON has no word for.
        TypeError: something in it is no JSON value.
    """
    # Not escaped, so that half of a surrogate pair is refused as it is in any other text.
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
