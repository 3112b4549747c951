"""Migrations: numbered SQL files, each applied once, in order, in a transaction of its own.

`python -m records.migrate` brings the database at `DATABASE_URL` up to date; `handler` does it at a
deploy. Two at once wait for each other.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shared.config import ConfigError, DatabaseSettings, read_config
from shared.database import Database, Queries
from shared.postgres import open_postgres

TIMEOUT_S = 240.0
"""The longest that one migration, or another's that is waited for, may take (also in SQL)."""

_ANSWER_TIMEOUT_S = 10.0
_FILE = re.compile(r"(\d{4})_[a-z0-9_]+\.sql")
# Any number that nothing else takes a lock on; this one is "simgen" in ASCII.
_LOCK = int.from_bytes(b"simgen", "big")


class MigrationError(Exception):
    """The files are not what was applied, or not in order."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One file."""

    number: int
    name: str
    sql: str

    @property
    def checksum(self) -> str:
        """SHA-256 of the SQL, in hexadecimal."""
        return hashlib.sha256(self.sql.encode()).hexdigest()


def find_migrations(folder: Path | None = None) -> list[Migration]:
    """The migrations in a folder, in order: the repository's, or those built into the function.

    Raises:
        MigrationError: a file is misnamed, or two have the same number.
    """
    found = []
    for path in sorted((folder or _migrations_folder()).glob("*.sql")):
        match = _FILE.fullmatch(path.name)
        if match is None:
            raise MigrationError(f"{path.name}: not named NNNN_what_it_does.sql")
        found.append(Migration(int(match[1]), path.stem, path.read_text(encoding="utf-8")))
    numbers = [migration.number for migration in found]
    # There may be gaps: work that goes on side by side takes numbers of its own.
    if not found or len(set(numbers)) < len(numbers):
        raise MigrationError(f"there are none, or two of one number: {numbers}")
    return found


def migrate(database: Database, migrations: list[Migration]) -> list[str]:
    """Apply what is not applied yet; the names of those that were applied now.

    What the database has beyond `migrations` is left alone, so that a deploy can be rolled back.

    Raises:
        MigrationError: a file was changed after it was applied.
        psycopg.Error: a migration is wrong; those before it stay applied.
    """
    return [each.name for each in migrations if _apply(database, each)]


def _apply(database: Database, migration: Migration) -> bool:
    with database.transaction() as transaction:
        # The database gives up on a statement much earlier, for the sake of those who wait for it.
        transaction.execute("SET LOCAL statement_timeout = '240s'")
        # Held to the end of the transaction, which a proxy keeps on one connection anyway.
        transaction.execute("SELECT pg_advisory_xact_lock(%(lock)s)", {"lock": _LOCK})
        applied = _applied_checksum(transaction, migration.number)
        if applied == migration.checksum:
            return False
        if applied is not None:
            raise MigrationError(f"{migration.name} was changed after it was applied")
        transaction.execute(migration.sql)
        transaction.execute(
            """
            INSERT INTO schema_migrations (number, name, checksum)
            VALUES (%(number)s, %(name)s, %(checksum)s)
            """,
            {"number": migration.number, "name": migration.name, "checksum": migration.checksum},
        )
    return True


def _applied_checksum(transaction: Queries, number: int) -> str | None:
    transaction.execute(
        """
        CREATE TABLE IF NOT EXISTS schema_migrations (
            number      integer PRIMARY KEY,
            name        text NOT NULL,
            checksum    text NOT NULL,
            applied_at  timestamptz NOT NULL DEFAULT now()
        )
        """
    )
    row = transaction.fetch_one(
        "SELECT checksum FROM schema_migrations WHERE number = %(number)s", {"number": number}
    )
    return row["checksum"] if row else None


def _migrations_folder() -> Path:
    root = Path(__file__).resolve().parents[1]
    built_in = root / "migrations"
    return built_in if built_in.is_dir() else root.parent / "infra" / "migrations"


def handler(event: dict[str, Any], _context: Any) -> dict[str, list[str]]:
    """Migrate; `{"applied": [names]}`.

    CloudFormation calls it as a custom resource at every deploy, and waits for the answer: a
    migration that fails rolls the deploy back. Deleting the resource leaves the database alone.
    """
    if "ResponseURL" not in event:
        return {"applied": _migrate_configured()}
    try:
        applied = [] if event["RequestType"] == "Delete" else _migrate_configured()
    except Exception as error:
        _answer_cloudformation(event, "FAILED", f"{type(error).__name__}: see the function's log")
        raise
    _answer_cloudformation(event, "SUCCESS", f"applied {len(applied)}")
    return {"applied": applied}


def _answer_cloudformation(event: dict[str, Any], status: str, reason: str) -> None:
    """Tell CloudFormation how it went.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html
    """
    answer = {
        "Status": status,
        "Reason": reason,
        "PhysicalResourceId": "migrations",
        **{name: event[name] for name in ("StackId", "RequestId", "LogicalResourceId")},
    }
    request = urllib.request.Request(  # noqa: S310  # an address that CloudFormation gave
        event["ResponseURL"],
        data=json.dumps(answer).encode(),
        headers={"Content-Type": ""},  # the address is signed without one
        method="PUT",
    )
    with urllib.request.urlopen(request, timeout=_ANSWER_TIMEOUT_S):  # noqa: S310  # the same
        pass


def main() -> int:
    """Migrate from the command line; the exit status."""
    try:
        applied = _migrate_configured()
    except ConfigError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write("".join(f"applied {name}\n" for name in applied) or "up to date\n")
    return 0


def _migrate_configured() -> list[str]:
    settings = read_config(DatabaseSettings, os.environ)
    database = open_postgres(settings.database_url, answer_timeout_s=TIMEOUT_S)
    try:
        return migrate(database, find_migrations())
    finally:
        database.close()


if __name__ == "__main__":
    sys.exit(main())
