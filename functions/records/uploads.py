"""Uploads: images that were promised an address to be sent to."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from shared.database import Queries


@dataclass(frozen=True, slots=True)
class Upload:
    """An object that its owner may write until `expires_at`; `size` in bytes, if declared."""

    id: str
    owner_id: str
    object_key: str
    content_type: str
    size: int | None
    created_at: datetime
    expires_at: datetime


def create_upload(queries: Queries, upload: Upload) -> None:
    """Write a new upload."""
    queries.execute(
        """
        INSERT INTO uploads (id, owner_id, object_key, content_type, size, created_at, expires_at)
        VALUES (%(id)s, %(owner_id)s, %(object_key)s, %(content_type)s, %(size)s,
                %(created_at)s, %(expires_at)s)
        """,
        asdict(upload),
    )


def find_upload(queries: Queries, owner_id: str, upload_id: str, *, now: datetime) -> Upload | None:
    """The owner's upload, or None where there is none or it has expired."""
    row = queries.fetch_one(
        """
        SELECT id, owner_id, object_key, content_type, size, created_at, expires_at FROM uploads
        WHERE id = %(id)s AND owner_id = %(owner_id)s AND expires_at > %(now)s
        """,
        {"id": upload_id, "owner_id": owner_id, "now": now},
    )
    return Upload(**row) if row else None


def purge_expired_uploads(queries: Queries, *, now: datetime, limit: int = 1000) -> int:
    """Delete up to `limit` uploads whose time is over; how many it were."""
    return queries.execute(
        """
        DELETE FROM uploads WHERE id IN (
            SELECT id FROM uploads WHERE expires_at <= %(now)s
            ORDER BY expires_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED
        )
        """,
        {"now": now, "limit": limit},
    )
