"""Socket connections, and what each wants to hear of."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from shared.database import Queries

_HEARD_OF_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Connection:
    """One open socket, by the id that API Gateway gave it.

    It is a session's, or came by the link of one simulation: exactly one of the two is set.
    """

    id: str
    connected_at: datetime
    last_seen_at: datetime
    owner_id: str | None = None
    simulation_id: str | None = None


def open_connection(queries: Queries, connection: Connection) -> None:
    """Write a connection; the same again changes nothing."""
    queries.execute(
        """
        INSERT INTO socket_connections (id, owner_id, simulation_id, connected_at, last_seen_at)
        VALUES (%(id)s, %(owner_id)s, %(simulation_id)s, %(connected_at)s, %(last_seen_at)s)
        ON CONFLICT (id) DO NOTHING
        """,
        asdict(connection),
    )


def find_connection(queries: Queries, connection_id: str) -> Connection | None:
    """The connection, or None."""
    row = queries.fetch_one(
        """
        SELECT id, owner_id, simulation_id, connected_at, last_seen_at FROM socket_connections
        WHERE id = %(id)s
        """,
        {"id": connection_id},
    )
    return Connection(**row) if row else None


def touch_connection(queries: Queries, connection_id: str, *, now: datetime) -> bool:
    """Say that the connection was heard of; False where there is none.

    Written once a minute only: a connection is heard of twice a second while it plays, and a write
    costs many times what a look does.
    """
    row = queries.fetch_one(
        "SELECT last_seen_at FROM socket_connections WHERE id = %(id)s", {"id": connection_id}
    )
    if row is None:
        return False
    if now - row["last_seen_at"] < _HEARD_OF_EVERY:
        return True
    touched = queries.execute(
        "UPDATE socket_connections SET last_seen_at = %(now)s WHERE id = %(id)s",
        {"id": connection_id, "now": now},
    )
    return touched > 0


def close_connection(queries: Queries, connection_id: str) -> None:
    """Delete the connection with its subscriptions and plays; nothing happens without one."""
    queries.execute("DELETE FROM socket_connections WHERE id = %(id)s", {"id": connection_id})


def subscribe(queries: Queries, connection_id: str, job_id: str) -> bool:
    """Subscribe a connection to a job of the same owner; False where either isn't there.

    Subscribing again asks to be told again.
    """
    row = queries.fetch_one(
        """
        INSERT INTO socket_subscriptions (connection_id, job_id)
        SELECT socket_connections.id, jobs.id FROM socket_connections JOIN jobs USING (owner_id)
        WHERE socket_connections.id = %(connection_id)s AND jobs.id = %(job_id)s
        ON CONFLICT (job_id, connection_id) DO UPDATE SET sent_version = 0
        RETURNING job_id
        """,
        {"connection_id": connection_id, "job_id": job_id},
    )
    return row is not None


def subscribers_of(queries: Queries, job_id: str) -> list[str]:
    """The connections that want to hear of the job."""
    rows = queries.fetch_all(
        "SELECT connection_id FROM socket_subscriptions WHERE job_id = %(job_id)s",
        {"job_id": job_id},
    )
    return [row["connection_id"] for row in rows]


def hold_subscription(transaction: Queries, connection_id: str, job_id: str) -> int | None:
    """Lock a subscription until the transaction ends; the version that was sent last.

    None where there is no such subscription.
    """
    row = transaction.fetch_one(
        """
        SELECT sent_version FROM socket_subscriptions
        WHERE job_id = %(job_id)s AND connection_id = %(connection_id)s FOR UPDATE
        """,
        {"connection_id": connection_id, "job_id": job_id},
    )
    return row["sent_version"] if row else None


def note_sent(transaction: Queries, connection_id: str, job_id: str, version: int) -> None:
    """Say which version of the job the connection was told of."""
    transaction.execute(
        """
        UPDATE socket_subscriptions SET sent_version = %(version)s
        WHERE job_id = %(job_id)s AND connection_id = %(connection_id)s
        """,
        {"connection_id": connection_id, "job_id": job_id, "version": version},
    )


def purge_stale_connections(queries: Queries, *, seen_before: datetime, limit: int = 1000) -> int:
    """Delete up to `limit` connections that were last seen before then; how many it were."""
    return queries.execute(
        """
        DELETE FROM socket_connections WHERE id IN (
            SELECT id FROM socket_connections WHERE last_seen_at < %(seen_before)s
            ORDER BY last_seen_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED
        )
        """,
        {"seen_before": seen_before, "limit": limit},
    )
