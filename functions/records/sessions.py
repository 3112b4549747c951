"""Sessions: who owns what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.database import Queries
from shared.identity import Grant, Role

_KEEP_OF_USER = timedelta(days=365)
"""What those who signed in have made is kept for so long after they were last seen."""
_SEEN_EVERY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Session:
    """A guest's session, or a user's, which has no end while they come; all that its owner makes
    hangs on it.
    """

    id: str
    created_at: datetime
    expires_at: datetime


def create_session(queries: Queries, session: Session) -> None:
    """Write a new session."""
    queries.execute(
        """
        INSERT INTO sessions (id, created_at, expires_at)
        VALUES (%(id)s, %(created_at)s, %(expires_at)s)
        """,
        {"id": session.id, "created_at": session.created_at, "expires_at": session.expires_at},
    )


def find_session(queries: Queries, session_id: str, *, now: datetime) -> Session | None:
    """The session, or None where there is none or it has expired."""
    row = queries.fetch_one(
        """
        SELECT id, created_at, expires_at FROM sessions
        WHERE id = %(id)s AND expires_at > %(now)s
        """,
        {"id": session_id, "now": now},
    )
    return Session(**row) if row else None


def is_there(queries: Queries, grant: Grant, *, now: datetime) -> bool:
    """Whether the session of who calls is there. A user's begins when they are first seen."""
    owner_id, role = grant.identity.owner_id, grant.identity.role
    session = find_session(queries, owner_id, now=now)
    if role is Role.GUEST or grant.looks_only:
        return session is not None
    if session is None or session.expires_at < now + _KEEP_OF_USER - _SEEN_EVERY:
        queries.execute(
            """
            INSERT INTO sessions (id, created_at, expires_at)
            VALUES (%(id)s, %(now)s, %(expires_at)s)
            ON CONFLICT (id) DO UPDATE SET expires_at = excluded.expires_at
            """,
            {"id": owner_id, "now": now, "expires_at": now + _KEEP_OF_USER},
        )
    return True


def delete_session(queries: Queries, session_id: str) -> bool:
    """Delete the session with every row that hangs on it; False where there is none."""
    # Idempotency keys may belong to callers without a session, so no foreign key takes them along.
    deleted = queries.fetch_one(
        """
        WITH gone AS (DELETE FROM sessions WHERE id = %(id)s RETURNING id),
        answers AS (DELETE FROM idempotency_keys WHERE caller IN (SELECT id FROM gone))
        SELECT id FROM gone
        """,
        {"id": session_id},
    )
    return deleted is not None


def purge_expired_sessions(queries: Queries, *, now: datetime, limit: int = 100) -> int:
    """Delete up to `limit` sessions whose time is over, with all their rows; how many it were.

    Two sweeps at once take different ones.
    """
    rows = queries.fetch_all(
        """
        WITH gone AS (
            DELETE FROM sessions WHERE id IN (
                SELECT id FROM sessions WHERE expires_at <= %(now)s
                ORDER BY expires_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED
            ) RETURNING id
        ),
        answers AS (DELETE FROM idempotency_keys WHERE caller IN (SELECT id FROM gone))
        SELECT id FROM gone
        """,
        {"now": now, "limit": limit},
    )
    return len(rows)
