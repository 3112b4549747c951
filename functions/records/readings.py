"""Readings that are known: the same image, read by the same version of the reader, reads the same.

The third tier in front of the reader. A row refers to the reading's object, so that the orphan
sweep leaves it alone; deleting a sketch leaves the row, which holds nothing of its owner's but what
anyone with the same image would be told.
"""

from __future__ import annotations

from datetime import datetime

from shared.database import Queries, Row


def find_reading(
    queries: Queries, image_sha256: str, reader_version: str, *, now: datetime
) -> str | None:
    """The key of the reading of this image, counted as a hit; None where there is none."""
    row = queries.fetch_one(
        """
        UPDATE sketch_cache SET hit_count = hit_count + 1, last_hit_at = %(now)s
        WHERE image_sha256 = %(image_sha256)s AND reader_version = %(reader_version)s
        RETURNING analysis_key
        """,
        {"image_sha256": image_sha256, "reader_version": reader_version, "now": now},
    )
    return row["analysis_key"] if row else None


def keep_reading(
    queries: Queries,
    image_sha256: str,
    reader_version: str,
    analysis_key: str,
    *,
    confidence: float | None = None,
    now: datetime,
) -> None:
    """Remember a reading; one that is there already is replaced.

    Args:
        confidence: of the reading as a whole, 0 to 1.
    """
    queries.execute(
        """
        INSERT INTO sketch_cache (image_sha256, reader_version, analysis_key, confidence,
                                  created_at, last_hit_at)
        VALUES (%(image_sha256)s, %(reader_version)s, %(analysis_key)s, %(confidence)s,
                %(now)s, %(now)s)
        ON CONFLICT (image_sha256, reader_version) DO UPDATE
            SET analysis_key = excluded.analysis_key, confidence = excluded.confidence
            WHERE sketch_cache.analysis_key <> excluded.analysis_key
        """,
        {
            "image_sha256": image_sha256,
            "reader_version": reader_version,
            "analysis_key": analysis_key,
            "confidence": confidence,
            "now": now,
        },
    )


def purge_unused_readings(queries: Queries, *, used_before: datetime, limit: int = 1000) -> int:
    """Forget up to `limit` readings that nobody asked for since then; how many it were."""
    return queries.execute(
        """
        DELETE FROM sketch_cache WHERE (image_sha256, reader_version) IN (
            SELECT image_sha256, reader_version FROM sketch_cache
            WHERE last_hit_at < %(used_before)s
            ORDER BY last_hit_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED
        )
        """,
        {"used_before": used_before, "limit": limit},
    )


def readings_after(queries: Queries, place: tuple[str, str], *, limit: int) -> list[Row]:
    """Up to `limit` readings behind a place, in the order of image and reader.

    Args:
        place: `image_sha256` and `reader_version`; two empty texts to begin.
    """
    return queries.fetch_all(
        """
        SELECT image_sha256, reader_version, analysis_key FROM sketch_cache
        WHERE (image_sha256, reader_version) > (%(image_sha256)s, %(reader_version)s)
        ORDER BY image_sha256, reader_version LIMIT %(limit)s
        """,
        {"image_sha256": place[0], "reader_version": place[1], "limit": limit},
    )


def forget_reading(queries: Queries, reading: Row) -> int:
    """Forget a reading, unless it was replaced meanwhile; how many it were."""
    return queries.execute(
        """
        DELETE FROM sketch_cache WHERE image_sha256 = %(image_sha256)s
            AND reader_version = %(reader_version)s AND analysis_key = %(analysis_key)s
        """,
        reading,
    )
