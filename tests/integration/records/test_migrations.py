"""The migrations against a real PostgreSQL."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from records.migrate import Migration, MigrationError, find_migrations, migrate
from shared.postgres import Postgres, open_postgres
from tests.servers import create_database

_ROOT = Path(__file__).parents[3]


@pytest.fixture
def empty_url(postgres_server_url: str, worker_name: str) -> str:
    return create_database(postgres_server_url, f"migrations_{worker_name}")


@pytest.fixture
def empty(empty_url: str) -> Iterator[Postgres]:
    database = open_postgres(empty_url)
    yield database
    database.close()


def _tables(database: Postgres) -> set[str]:
    rows = database.fetch_all(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
    )
    return {row["table_name"] for row in rows}


def test_all_migrations_apply_to_an_empty_database_and_then_none_does(empty: Postgres) -> None:
    migrations = find_migrations()

    assert migrate(empty, migrations) == [each.name for each in migrations]
    assert migrate(empty, migrations) == []
    assert {"sessions", "sketches", "simulations", "jobs", "idempotency_keys"} <= _tables(empty)


def test_a_migration_that_fails_half_way_leaves_nothing_of_itself(empty: Postgres) -> None:
    good = Migration(1, "0001_good", "CREATE TABLE good (id int)")
    bad = Migration(2, "0002_bad", "CREATE TABLE half (id int); SELECT 1 / 0; ")

    with pytest.raises(psycopg.errors.DivisionByZero):
        migrate(empty, [good, bad])

    assert _tables(empty) == {"good", "schema_migrations"}
    assert migrate(empty, [good, Migration(2, "0002_bad", "CREATE TABLE whole (id int)")]) == [
        "0002_bad"
    ]


def test_a_migration_changed_after_it_was_applied_is_refused(empty: Postgres) -> None:
    migrate(empty, [Migration(1, "0001_first", "CREATE TABLE first (id int)")])

    with pytest.raises(MigrationError, match="0001_first was changed"):
        migrate(empty, [Migration(1, "0001_first", "CREATE TABLE first (id text)")])


def test_a_database_that_is_ahead_of_the_code_is_left_alone(empty: Postgres) -> None:
    first = Migration(1, "0001_first", "CREATE TABLE first (id int)")
    migrate(empty, [first, Migration(2, "0002_second", "CREATE TABLE second (id int)")])

    assert migrate(empty, [first]) == []


def test_migrations_that_run_at_once_apply_each_file_once(empty_url: str) -> None:
    slow = [
        Migration(1, "0001_slow", "CREATE TABLE slow (id int); SELECT pg_sleep(0.2)"),
        Migration(2, "0002_next", "CREATE TABLE next (id int)"),
    ]
    applied: list[str] = []
    failures: list[Exception] = []

    def run() -> None:
        database = open_postgres(empty_url)
        try:
            applied.extend(migrate(database, slow))
        except Exception as error:
            failures.append(error)
        finally:
            database.close()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert sorted(applied) == ["0001_slow", "0002_next"]


@pytest.mark.parametrize(
    "names",
    [["0001_a.sql", "0001_b.sql"], ["first.sql"], []],
    ids=["a number twice", "no number", "none at all"],
)
def test_misnumbered_files_are_refused(tmp_path: Path, names: list[str]) -> None:
    for name in names:
        (tmp_path / name).write_text("SELECT 1")

    with pytest.raises(MigrationError):
        find_migrations(tmp_path)


def test_the_command_migrates_the_database_that_the_environment_names(empty_url: str) -> None:
    def run(environ: dict[str, str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "records.migrate"],
            env=os.environ | {"PYTHONPATH": f"{_ROOT / 'functions'}:{_ROOT}"} | environ,
            cwd=_ROOT,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    first, second = (run({"DATABASE_URL": empty_url}) for _ in range(2))
    nowhere = run({"DATABASE_URL": ""})

    assert first.stdout.splitlines() == [f"applied {each.name}" for each in find_migrations()]
    assert second.stdout == "up to date\n"
    assert (first.returncode, second.returncode) == (0, 0)
    assert nowhere.returncode == 2
    assert "DATABASE_URL: is missing" in nowhere.stderr
