"""PostgreSQL behind the `Database` port: a plain server, or RDS Proxy with IAM tokens.

One connection an execution environment, in autocommit, and no pool: a pool's threads freeze between
invocations. Nothing here pins a proxy's connection to this client: no prepared statements, no SET,
no session locks. How long a statement may run is set on the role; a server that doesn't answer at
all is given up by the client.
"""

from __future__ import annotations

import logging
import select
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, LiteralString, Protocol

import orjson
import psycopg
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import dict_row
from psycopg.types.json import set_json_loads

from .database import Parameters, Queries, Row
from .errors import DependencyUnavailable, NotFound, ValidationFailed

CONNECT_TIMEOUT_S = 3
ANSWER_TIMEOUT_S = 15.0
"""The longest that one statement is waited for."""
PING_AFTER_S = 30.0
"""After this long without use, a connection is asked whether it still stands."""

# SQLSTATEs after which the same work may succeed, though psycopg counts them as internal errors:
# a fail-over left us at a server that only reads; a transaction was idle for too long.
_READ_ONLY = "25006"
_TRANSIENT_STATES = frozenset({_READ_ONLY, "25P03"})
# Operational by psycopg's count, yet as wrong the next time: too much was asked for.
_PROGRAM_LIMIT_CLASS = "54"

# A NUL, which psycopg itself refuses, without a state, or the server does, in text or in JSON.
_UNSTORABLE_STATES = frozenset({None, "22021", "22P05"})
_UNSTORABLE = "A text has a character that can't be stored: NUL, or half of a surrogate pair."

_DEFAULT_PORT = 5432
_CONNECTION: dict[str, Any] = {"connect_timeout": CONNECT_TIMEOUT_S, "application_name": "simgen"}
_logger = logging.getLogger(__name__)


class _BoundedConnection(psycopg.Connection[Row]):
    """A connection that waits for no answer longer than `ANSWER_TIMEOUT_S`."""

    answer_timeout_s: float = ANSWER_TIMEOUT_S

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        """Psycopg's own wait, with a limit where the caller set none."""
        limit = self.answer_timeout_s if timeout is None else timeout
        return super().wait(gen, interval, limit)


Connect = Callable[[], _BoundedConnection]


class TokenSigner(Protocol):
    """Signs tokens that stand in for a password, as boto3's RDS client does."""

    def generate_db_auth_token(self, *, DBHostname: str, Port: int, DBUsername: str) -> str:
        """A token that opens connections for 15 minutes."""
        ...


class Postgres:
    """The `Database` port over one connection, which is opened at the first statement.

    Args:
        connect: opens a connection.
        monotonic: seconds, for telling how long the connection was idle.

    Not for use by several threads at once.
    """

    def __init__(
        self, connect: Connect, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._connect = connect
        self._monotonic = monotonic
        self._connection: _BoundedConnection | None = None
        self._used_at = 0.0

    def fetch_one(self, sql: LiteralString, parameters: Parameters = ()) -> Row | None:
        """See `shared.database.Queries`."""
        return self._statements().fetch_one(sql, parameters)

    def fetch_all(self, sql: LiteralString, parameters: Parameters = ()) -> list[Row]:
        """See `shared.database.Queries`."""
        return self._statements().fetch_all(sql, parameters)

    def execute(self, sql: LiteralString, parameters: Parameters = ()) -> int:
        """See `shared.database.Queries`."""
        return self._statements().execute(sql, parameters)

    @contextmanager
    def transaction(self) -> Iterator[Queries]:
        """See `shared.database.Database`."""
        statements = self._statements()
        with _translated(statements.connection), statements.connection.transaction():
            yield statements
        self._used_at = self._monotonic()

    def close(self) -> None:
        """Close the connection, if there is one."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(psycopg.Error):
                connection.close()

    def _statements(self) -> _Statements:
        connection = self._connection
        if connection is not None and not self._stands(connection):
            self.close()
            connection = None
        if connection is None:
            with _translated(None):
                connection = self._connection = self._connect()
        self._used_at = self._monotonic()
        return _Statements(connection)

    def _stands(self, connection: _BoundedConnection) -> bool:
        if connection.closed:
            return False
        if connection.info.transaction_status != psycopg.pq.TransactionStatus.IDLE:
            return True  # inside a transaction; a new connection would not be in it
        idle_s = self._monotonic() - self._used_at
        if idle_s <= PING_AFTER_S and not _has_input(connection):
            return True
        try:
            connection.execute("")
        except psycopg.Error:
            return False
        return True


class _Statements:
    """Statements on one connection."""

    def __init__(self, connection: _BoundedConnection) -> None:
        self.connection = connection

    def fetch_one(self, sql: LiteralString, parameters: Parameters = ()) -> Row | None:
        with self._run(sql, parameters) as cursor:
            return cursor.fetchone()

    def fetch_all(self, sql: LiteralString, parameters: Parameters = ()) -> list[Row]:
        with self._run(sql, parameters) as cursor:
            return cursor.fetchall()

    def execute(self, sql: LiteralString, parameters: Parameters = ()) -> int:
        with self._run(sql, parameters) as cursor:
            return cursor.rowcount

    def _run(self, sql: LiteralString, parameters: Parameters) -> psycopg.Cursor[Row]:
        with _translated(self.connection):
            return self.connection.execute(sql, parameters or None)


def open_postgres(
    url: str,
    *,
    answer_timeout_s: float = ANSWER_TIMEOUT_S,
    signer: Callable[[], TokenSigner] | None = None,
) -> Postgres:
    """The database at `postgresql://…`, or `postgresql+iam://user@proxy/database`.

    No connection is made yet. With IAM each connection has a token of its own, and TLS checks the
    server's name unless the URL's `sslmode` says otherwise.

    Args:
        answer_timeout_s: the longest that one statement is waited for.
        signer: makes what signs the tokens; boto3's RDS client by default.
    """
    scheme, _, place = url.partition("://")
    settings = conninfo_to_dict(f"postgresql://{place}")
    password = _no_password
    if scheme == "postgresql+iam":
        settings = _secured() | settings
        password = _tokens(settings, signer or _rds_signer)

    def connect() -> _BoundedConnection:
        connection = _BoundedConnection.connect(
            **{**_CONNECTION, **settings, **password()},
            autocommit=True,
            prepare_threshold=None,
            row_factory=dict_row,
        )
        connection.answer_timeout_s = answer_timeout_s
        # A list has three JSON columns a row, which the standard library reads at half the speed.
        set_json_loads(orjson.loads, connection)
        return connection

    return Postgres(connect)


def _tokens(
    settings: dict[str, Any], signer: Callable[[], TokenSigner]
) -> Callable[[], dict[str, str]]:
    made: list[TokenSigner] = []

    def password() -> dict[str, str]:
        if not made:
            made.append(signer())
        token = made[0].generate_db_auth_token(
            DBHostname=settings["host"],
            Port=int(settings.get("port", _DEFAULT_PORT)),
            DBUsername=settings["user"],
        )
        return {"password": token}

    return password


def _no_password() -> dict[str, str]:
    return {}


def _secured() -> dict[str, Any]:
    # What psycopg's wheel brings for OpenSSL knows no certificates; the machine's Python does.
    known = ssl.get_default_verify_paths().cafile
    return {"sslmode": "verify-full", "sslrootcert": known or "system"}


def _rds_signer() -> TokenSigner:
    import boto3

    signer: TokenSigner = boto3.client("rds")  # signs by itself, without a call
    return signer


def _has_input(connection: _BoundedConnection) -> bool:
    """Whether an idle connection has something to say: as a rule, that it was closed."""
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    return bool(poll.poll(0))


@contextmanager
def _translated(connection: _BoundedConnection | None) -> Iterator[None]:
    """Raise domain exceptions for what is no fault of ours; drop a connection of unknown state."""
    try:
        yield
    except psycopg.errors.ForeignKeyViolation as error:
        raise NotFound("What this belongs to is not there any more.") from error
    except UnicodeEncodeError as error:
        raise ValidationFailed(_UNSTORABLE) from error
    except psycopg.Error as error:
        if isinstance(error, psycopg.DataError) and error.sqlstate in _UNSTORABLE_STATES:
            raise ValidationFailed(_UNSTORABLE) from error
        if not _is_transient(error):
            raise
        # An error that the server reported leaves the connection in a known state. Without one (no
        # answer in time, a cut) it is unknown, and a server that only reads is the wrong one.
        if connection is not None and error.sqlstate in (None, _READ_ONLY):
            connection.close()
        _logger.warning("postgres failed", extra={"sqlstate": error.sqlstate}, exc_info=True)
        raise DependencyUnavailable("The database does not answer. Try again soon.") from error


def _is_transient(error: psycopg.Error) -> bool:
    state = error.sqlstate or ""
    if isinstance(error, psycopg.OperationalError):
        return not state.startswith(_PROGRAM_LIMIT_CLASS)
    # An interface error without a state: the connection was closed under us.
    return state in _TRANSIENT_STATES or isinstance(error, psycopg.InterfaceError)
