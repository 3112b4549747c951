"""A database that is asked for no more at once than it can do.

Each operation (a statement, or a whole transaction) has a connection to itself. They are opened as
they are needed and used again, the last one first: an execution environment that answers one
request at a time has one, and no thread waits beside it.
"""

from __future__ import annotations

import logging
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import LiteralString

from .database import Database, Parameters, Queries, Row
from .errors import DependencyUnavailable
from .measure import Measurements

MOST_AT_ONCE = 50
LONGEST_WAIT_S = 30.0
SLOW_S = 1.0
_RETRY_AFTER_S = 10

_logger = logging.getLogger(__name__)


class BoundedDatabase:
    """The `Database` port over several of them. May be used by several threads.

    A statement within a transaction runs on what that yields; on the database itself it would be
    another operation, on another connection.

    Args:
        connect: makes one; it connects by itself, at its first statement.
        measurements: what operations are counted in, as `database.done` and `database.rejected`.
        most: operations at once.
        wait_s: how long one more waits.
        monotonic: seconds.
    """

    def __init__(
        self,
        connect: Callable[[], Database],
        measurements: Measurements,
        *,
        most: int = MOST_AT_ONCE,
        wait_s: float = LONGEST_WAIT_S,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._connect = connect
        self._measurements = measurements
        self._most = most
        self._wait_s = wait_s
        self._monotonic = monotonic
        self._free: list[Database] = []
        self._at_work = 0
        self._changed = threading.Condition()

    @property
    def depth(self) -> int:
        """Operations under way."""
        return self._at_work

    def fetch_one(self, sql: LiteralString, parameters: Parameters = ()) -> Row | None:
        """See `shared.database.Queries`."""
        with self._operation() as database:
            return database.fetch_one(sql, parameters)

    def fetch_all(self, sql: LiteralString, parameters: Parameters = ()) -> list[Row]:
        """See `shared.database.Queries`."""
        with self._operation() as database:
            return database.fetch_all(sql, parameters)

    def execute(self, sql: LiteralString, parameters: Parameters = ()) -> int:
        """See `shared.database.Queries`."""
        with self._operation() as database:
            return database.execute(sql, parameters)

    @contextmanager
    def transaction(self) -> Iterator[Queries]:
        """See `shared.database.Database`."""
        with self._operation() as database, database.transaction() as transaction:
            yield transaction

    def close(self) -> None:
        """Close the connections that nobody uses."""
        with self._changed:
            idle, self._free = self._free, []
        for database in idle:
            database.close()

    @contextmanager
    def _operation(self) -> Iterator[Database]:
        database = self._take()
        began = self._monotonic()
        try:
            yield database
        finally:
            took_s = self._monotonic() - began
            with self._changed:
                self._at_work -= 1
                self._free.append(database)
                self._changed.notify()
            self._measurements.count("database.done")
            if took_s >= SLOW_S:
                self._measurements.count("database.slow")
                told = {"operation": _name_of_caller(), "duration_ms": round(took_s * 1000)}
                _logger.warning("slow database operation", extra=told)

    def _take(self) -> Database:
        with self._changed:
            if not self._changed.wait_for(lambda: self._at_work < self._most, self._wait_s):
                self._measurements.count("database.rejected")
                raise DependencyUnavailable(
                    "Too much is being done at once. Try again soon.", retry_after=_RETRY_AFTER_S
                )
            self._at_work += 1
            return self._free.pop() if self._free else self._connect()


def _name_of_caller() -> str:
    """The function that asked: the nearest on the stack that is not of this module."""
    frame = sys._getframe(1)
    while frame is not None:
        module = frame.f_globals.get("__name__", "")
        if module not in (__name__, "contextlib"):
            return f"{module}.{frame.f_code.co_name}"
        if frame.f_back is None:
            break
        frame = frame.f_back
    return "unknown"
