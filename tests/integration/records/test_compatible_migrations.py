"""Migrations run before code is changed, and code may be rolled back: so they only add.

What must go goes in two releases: first the code that uses it, and, once that can't be rolled back
to any more, the column, by a migration whose number is in `CLEARED` with the reason.
"""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from typing import LiteralString, cast

import psycopg
import pytest

from records.migrate import Migration, find_migrations, migrate
from shared.postgres import Postgres, open_postgres
from tests.infra.template import ROOT
from tests.integration.records.schema import breaks, read_schema
from tests.servers import create_database

FIRST_RELEASE = 20
"""Up to this migration nobody had deployed anything."""
CLEARED: dict[int, str] = {}

_STATEMENTS = {"execute", "fetch_one", "fetch_all"}
_PREPARED = {"SELECT", "INSERT", "UPDATE", "DELETE", "WITH"}
"""What PostgreSQL can prepare; the rest is the migrations' own book-keeping."""
_INDETERMINATE = "42P18"
"""A parameter's type is only known when it is sent."""


@pytest.fixture
def empty(postgres_server_url: str, worker_name: str) -> Iterator[Postgres]:
    database = open_postgres(create_database(postgres_server_url, f"compatible_{worker_name}"))
    yield database
    database.close()


def test_every_migration_since_the_first_release_only_adds(empty: Postgres) -> None:
    migrations = find_migrations()
    migrate(empty, [each for each in migrations if each.number <= FIRST_RELEASE])
    for migration in migrations:
        if migration.number > FIRST_RELEASE and migration.number not in CLEARED:
            before = read_schema(empty)
            migrate(empty, [migration])
            assert list(breaks(before, read_schema(empty))) == [], migration.name


BREAKING = {
    "ALTER TABLE uploads DROP COLUMN size": "uploads.size is gone",
    "ALTER TABLE uploads RENAME COLUMN size TO bytes": "uploads.size is gone",
    "DROP TABLE counters": "counters.name is gone",
    "ALTER TABLE uploads ALTER COLUMN size TYPE integer": "was bigint and is integer",
    "ALTER TABLE uploads ALTER COLUMN size SET NOT NULL": "may not be null any more",
    "ALTER TABLE jobs ALTER COLUMN version DROP DEFAULT": "has no default any more",
    "ALTER TABLE uploads ADD COLUMN name text NOT NULL": "is new and must be given",
    "ALTER TABLE uploads ADD CHECK (size < 100)": "new rule on old columns",
    "CREATE UNIQUE INDEX ON uploads (object_key)": "new rule on old columns",
}
ADDING = [
    "ALTER TABLE uploads ADD COLUMN name text",
    "ALTER TABLE uploads ADD COLUMN name text NOT NULL DEFAULT '' CHECK (name <> '-')",
    "CREATE INDEX ON uploads (size)",
    "CREATE TABLE notes (id text PRIMARY KEY, upload_id text NOT NULL REFERENCES uploads)",
    "ALTER TABLE uploads ALTER COLUMN content_type DROP NOT NULL",
]


@pytest.mark.parametrize("sql", [*BREAKING, *ADDING])
def test_what_would_break_older_code_is_told_from_what_adds(empty: Postgres, sql: str) -> None:
    migrate(empty, find_migrations())
    before = read_schema(empty)
    migrate(empty, [Migration(9999, "9999_any", sql)])

    found = list(breaks(before, read_schema(empty)))

    if sql in BREAKING:
        assert any(BREAKING[sql] in each for each in found), found
    else:
        assert found == []


def test_the_sql_of_the_code_before_the_last_migration_runs_on_todays_schema(
    empty: Postgres,
) -> None:
    revision = _before_the_last_migration()
    if revision is None:
        pytest.skip("this checkout has no history")
    statements = sorted(_statements_at(revision))
    assert len(statements) > 50
    migrate(empty, find_migrations())
    assert {sql: why for sql in statements if (why := _refused(empty, sql))} == {}


def test_sql_that_does_not_fit_the_schema_is_noticed(empty: Postgres) -> None:
    migrate(empty, find_migrations())
    assert _refused(empty, "SELECT id FROM sessions WHERE id = %(id)s") is None
    assert "does not exist" in str(_refused(empty, "SELECT colour FROM sessions"))


def _before_the_last_migration() -> str | None:
    newest = f"infra/migrations/{find_migrations()[-1].name}.sql"
    added = _git("log", "-1", "--format=%H", "--diff-filter=A", "--", newest).strip()
    parent = _git("rev-parse", "--verify", "--quiet", f"{added}^").strip() if added else ""
    return parent or None


def _statements_at(revision: str) -> set[str]:
    """Every statement in the SQL of `functions/records`, as it was."""
    found = set()
    for path in _git("ls-tree", "--name-only", revision, "functions/records/").split():
        if path.endswith(".py"):
            for node in ast.walk(ast.parse(_git("show", f"{revision}:{path}"))):
                match node:
                    case ast.Call(
                        func=ast.Attribute(attr=name), args=[ast.Constant(value=str(sql)), *_]
                    ) if name in _STATEMENTS and sql.split()[0] in _PREPARED:
                        found.add(sql)
    return found


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True)
    return done.stdout if done.returncode == 0 else ""


def _refused(database: Postgres, sql: str) -> str | None:
    """Why PostgreSQL would not run a statement; None where it would."""
    names = list(dict.fromkeys(re.findall(r"%\((\w+)\)s", sql)))
    numbered = sql
    for number, name in enumerate(names, start=1):
        numbered = numbered.replace(f"%({name})s", f"${number}")
    numbered = numbered.replace("%%", "%")
    try:
        database.execute(cast(LiteralString, f"PREPARE tried AS {numbered}"))
    except psycopg.Error as error:
        return None if error.sqlstate == _INDETERMINATE else str(error)
    database.execute("DEALLOCATE tried")
    return None
