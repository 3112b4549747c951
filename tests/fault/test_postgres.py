"""PostgreSQL's connection cut before each statement of every write, and just before its commit; and
a worker that dies after the commit and before its answer.

After each: nothing half-written, nothing lost, nothing twice, and the same request again is
answered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import LiteralString

import pytest
from dishka import Provider, Scope

from shared.database import Database, Parameters, Queries, Row
from shared.postgres import Postgres, open_postgres
from tests import invariants
from tests.api_client import Api, all_handlers
from tests.gateway_events import Answered

pytestmark = pytest.mark.slow


class Died(BaseException):
    """The worker was killed."""


class Fate:
    """When the next connection is cut, counted in statements and commits; None is never."""

    def __init__(self) -> None:
        self.cut_before: int | None = None
        self.die_after_commit = False
        self.steps = 0

    def step(self, cut: Callable[[], None]) -> None:
        if self.cut_before == self.steps:
            cut()
        self.steps += 1


class Cuttable:
    """The `Database` port over one connection, whose server side ends when fate says so."""

    def __init__(self, url: str, fate: Fate) -> None:
        self._real = open_postgres(url)
        self._url = url
        self._fate = fate
        self._in_transaction: Queries | None = None

    def _cut(self) -> None:
        asked = self._in_transaction or self._real
        row = asked.fetch_one("SELECT pg_backend_pid() AS pid")
        assert row is not None
        other = open_postgres(self._url)
        other.execute("SELECT pg_terminate_backend(%(pid)s, 5000)", row)
        other.close()

    def fetch_one(self, sql: LiteralString, parameters: Parameters = ()) -> Row | None:
        self._fate.step(self._cut)
        return (self._in_transaction or self._real).fetch_one(sql, parameters)

    def fetch_all(self, sql: LiteralString, parameters: Parameters = ()) -> list[Row]:
        self._fate.step(self._cut)
        return (self._in_transaction or self._real).fetch_all(sql, parameters)

    def execute(self, sql: LiteralString, parameters: Parameters = ()) -> int:
        self._fate.step(self._cut)
        return (self._in_transaction or self._real).execute(sql, parameters)

    @contextmanager
    def transaction(self) -> Iterator[Queries]:
        with self._real.transaction() as transaction:
            self._in_transaction = transaction
            try:
                yield self
                self._fate.step(self._cut)
            finally:
                self._in_transaction = None
        if self._fate.die_after_commit:
            raise Died

    def close(self) -> None:
        self._real.close()


@pytest.fixture
def fate() -> Fate:
    return Fate()


@pytest.fixture
def client(
    api: Api, environ: dict[str, str], parts: Provider, postgres_url: str, fate: Fate
) -> Iterator[Api]:
    database = Cuttable(postgres_url, fate)
    cuttable = Provider(scope=Scope.APP)
    cuttable.provide(lambda: database, provides=Database)
    yield Api(all_handlers(environ, parts, cuttable))
    database.close()


MODEL = (
    b'{"mjcf": "<mujoco><worldbody><body><freejoint/><geom size=\'1\'/></body>'
    b'</worldbody></mujoco>"}'
)

Request = Callable[[Api, str], Answered]


def post_sketch(client: Api, token: str, drawing: bytes) -> Answered:
    return client.send(
        "POST",
        "/v1/sketches",
        drawing,
        token=token,
        content_type="image/webp",
        idempotency_key="the same",
    )


def post_model(client: Api, token: str, _: bytes) -> Answered:
    return client.send(
        "POST",
        "/v1/simulations",
        MODEL,
        token=token,
        content_type="application/json",
        idempotency_key="the same",
    )


def post_upload(client: Api, token: str, _: bytes) -> Answered:
    return client.send("POST", "/v1/uploads", token=token, idempotency_key="the same")


WRITES = {"a sketch": post_sketch, "a model": post_model, "an upload": post_upload}
TABLES = ("sketches", "simulations", "jobs", "uploads", "idempotency_keys")


def rows(database: Postgres) -> dict[str, int]:
    found = {}
    for table in TABLES:
        row = database.fetch_one(f"SELECT count(*) AS n FROM {table}")  # type: ignore[arg-type]
        assert row is not None
        found[table] = row["n"]
    return found


@pytest.mark.parametrize("write", WRITES)
def test_a_write_that_is_cut_anywhere_is_whole_or_not_there_and_can_be_sent_again(
    client: Api,
    token: str,
    fate: Fate,
    database: Postgres,
    drawing: bytes,
    write: str,
) -> None:
    before = rows(database)
    send = WRITES[write]
    fate.steps = 0
    expected = send(client, token, drawing)
    assert expected.status in (201, 202)
    whole, steps = rows(database), fate.steps
    assert steps >= 4
    database.execute("DELETE FROM idempotency_keys")
    for table in ("sketches", "simulations", "uploads"):
        database.execute(f"DELETE FROM {table}")  # type: ignore[arg-type]

    for cut in range(steps):
        fate.steps, fate.cut_before = 0, cut
        answer = send(client, token, drawing)
        assert answer.status in (201, 202, 503), (cut, answer.body)
        if answer.status == 503:
            assert int(answer.headers["retry-after"]) > 0
        invariants.check(database)
        assert rows(database) in (before, whole), cut

        fate.cut_before = None
        again = send(client, token, drawing)
        assert again.status == expected.status
        assert rows(database) == whole, cut
        if answer.status != 503:
            assert again.json == answer.json
        invariants.check(database)
        database.execute("DELETE FROM idempotency_keys")
        for table in ("sketches", "simulations", "uploads"):
            database.execute(f"DELETE FROM {table}")  # type: ignore[arg-type]


@pytest.mark.parametrize("write", WRITES)
def test_a_worker_that_dies_after_its_commit_has_done_the_work_once(
    client: Api, token: str, fate: Fate, database: Postgres, drawing: bytes, write: str
) -> None:
    send = WRITES[write]
    fate.die_after_commit = True
    lost = send(client, token, drawing)  # Mangum makes an answer of it; no client has seen it
    assert lost.status == 500
    fate.die_after_commit = False
    once = rows(database)

    first, second = send(client, token, drawing), send(client, token, drawing)

    assert first.status in (201, 202)
    assert first.json == second.json
    assert rows(database) == once
    invariants.check(database)


def test_a_deletion_that_is_cut_anywhere_deletes_all_or_nothing(
    client: Api, fate: Fate, database: Postgres, drawing: bytes
) -> None:
    for cut in range(8):
        session = client.send("POST", "/v1/sessions").json
        assert post_sketch(client, session["token"], drawing).status == 202
        full = rows(database)
        fate.steps, fate.cut_before = 0, cut
        answer = client.send(
            "DELETE", f"/v1/sessions/{session['session_id']}", token=session["token"]
        )
        fate.cut_before = None

        assert answer.status in (204, 503)
        gone = rows(database)["sketches"] == 0
        assert gone or rows(database) == full, cut
        assert gone is (answer.status == 204)
        invariants.check(database)
        again = client.send(
            "DELETE", f"/v1/sessions/{session['session_id']}", token=session["token"]
        )
        assert again.status == (401 if gone else 204)
        assert rows(database)["sketches"] == 0


def test_an_answer_is_given_while_every_connection_is_cut_and_then_again(
    client: Api, token: str, fate: Fate, database: Postgres
) -> None:
    """A connection that was cut while idle is noticed, and the request does not see it."""
    for _ in range(3):
        database.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        assert client.send("GET", "/v1/simulations", token=token).status == 200
