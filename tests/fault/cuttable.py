"""A database whose connection is cut when fate says so, and what is told of its rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from enum import Enum, auto
from typing import LiteralString

from shared.database import Parameters, Queries, Row
from shared.errors import DependencyUnavailable
from shared.postgres import Postgres, open_postgres


class Died(BaseException):
    """The worker was killed."""


class Cut(Enum):
    """When a connection is cut."""

    BEFORE = auto()
    """Before the server has heard of a statement or commit."""
    AFTER = auto()
    """When the server has done it, and before its answer has come."""


class Fate:
    """When the connection is cut, counted in statements and commits; None is never."""

    def __init__(self) -> None:
        self._at: tuple[Cut, int] | None = None
        self.die_after_commit = False
        self.steps = 0

    @contextmanager
    def cutting(self, when: Cut, step: int | None) -> Iterator[None]:
        """Cut at this step of a block; None counts its steps only."""
        self.steps, self._at = 0, None if step is None else (when, step)
        try:
            yield
        finally:
            self._at = None

    @contextmanager
    def step(self, cut: Callable[[], None]) -> Iterator[None]:
        """A statement or a commit, which may be cut."""
        at, self.steps = self.steps, self.steps + 1
        if self._at == (Cut.BEFORE, at):
            cut()
        yield
        if self._at == (Cut.AFTER, at):
            cut()
            raise DependencyUnavailable


class Cuttable:
    """The `Database` port over one connection, whose server side ends when fate says so."""

    def __init__(self, url: str, fate: Fate) -> None:
        self._real = open_postgres(url)
        self._url = url
        self._fate = fate
        self._in_transaction: Queries | None = None

    @property
    def _asked(self) -> Queries:
        return self._in_transaction or self._real

    def _cut(self) -> None:
        row = self._asked.fetch_one("SELECT pg_backend_pid() AS pid")
        assert row is not None
        other = open_postgres(self._url)
        other.execute("SELECT pg_terminate_backend(%(pid)s, 5000)", row)
        other.close()

    def fetch_one(self, sql: LiteralString, parameters: Parameters = ()) -> Row | None:
        with self._fate.step(self._cut):
            return self._asked.fetch_one(sql, parameters)

    def fetch_all(self, sql: LiteralString, parameters: Parameters = ()) -> list[Row]:
        with self._fate.step(self._cut):
            return self._asked.fetch_all(sql, parameters)

    def execute(self, sql: LiteralString, parameters: Parameters = ()) -> int:
        with self._fate.step(self._cut):
            return self._asked.execute(sql, parameters)

    @contextmanager
    def transaction(self) -> Iterator[Queries]:
        with ExitStack() as commit:
            with self._real.transaction() as transaction:
                self._in_transaction = transaction
                try:
                    yield self
                    commit.enter_context(self._fate.step(self._cut))
                finally:
                    self._in_transaction = None
            if self._fate.die_after_commit:
                raise Died

    def close(self) -> None:
        self._real.close()


Facts = dict[str, list[Row]]

# What differs between two runs of the same is left out: ids, tokens, times, and how often and how
# far a job said that it is.
_FACTS: dict[str, LiteralString] = {
    "sessions": "SELECT count(*) FROM sessions",
    "sketches": """
        SELECT corrections, corrections_version, analysis_key, analysis_version FROM sketches
        ORDER BY corrections_version, analysis_version, image_key
    """,
    "simulations": """
        SELECT source, status, prompt, model_key, analysis_key, title, frames, trajectory_prefix,
               preview_png_key, share_token IS NOT NULL AS shared
        FROM simulations ORDER BY source, status, prompt, model_key
    """,
    "jobs": """
        SELECT status, stage, error, result IS NOT NULL AS done FROM jobs ORDER BY status, stage
    """,
    "uploads": "SELECT count(*) FROM uploads",
    "answers": "SELECT status, count(*) FROM idempotency_keys GROUP BY status ORDER BY status",
    "readings": "SELECT analysis_key, reader_version FROM sketch_cache ORDER BY image_sha256",
    "recordings": "SELECT prefix, ends, complete FROM recordings ORDER BY prefix",
    "connections": "SELECT count(*) FROM socket_connections",
    "subscriptions": "SELECT count(*) FROM socket_subscriptions",
    "plays": "SELECT count(*) FROM socket_plays",
    "measurements": "SELECT count(*) FROM performance_metrics WHERE operation = 'old'",
    "locks": "SELECT name FROM locks ORDER BY name",
}


def facts(database: Postgres) -> Facts:
    """What the rows say, by table, at one moment: a write that was held up may land meanwhile."""
    with database.transaction() as transaction:
        transaction.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        return {name: transaction.fetch_all(sql) for name, sql in _FACTS.items()}
