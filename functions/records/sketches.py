"""Sketches: the drawings that were sent in, what was read in them and how it was corrected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, LiteralString

from shared.database import Queries, json_text

_COLUMNS: LiteralString = """
    id, owner_id, image_sha256, image_key, content_type, width, height, size, prompt,
    analysis_key, corrections, corrections_version, created_at, updated_at
"""


@dataclass(frozen=True, slots=True)
class Sketch:
    """One drawing; `width` and `height` are in pixels, `size` in bytes.

    `analysis_key` is None until the drawing was read. `corrections` are the owner's, as they were
    sent, merged: what a later one says of a mark's field replaces what an earlier one said of it.
    `corrections_version` counts how often there were any.
    """

    id: str
    owner_id: str
    image_sha256: str
    image_key: str
    content_type: str
    width: int
    height: int
    size: int
    created_at: datetime
    updated_at: datetime
    prompt: str = ""
    analysis_key: str | None = None
    corrections: Mapping[str, Any] = field(default_factory=dict)
    corrections_version: int = 0


def insert_sketch(queries: Queries, sketch: Sketch) -> None:
    """Write a new sketch."""
    queries.execute(
        """
        INSERT INTO sketches (id, owner_id, image_sha256, image_key, content_type, width, height,
                              size, prompt, analysis_key, corrections, created_at, updated_at)
        VALUES (%(id)s, %(owner_id)s, %(image_sha256)s, %(image_key)s, %(content_type)s, %(width)s,
                %(height)s, %(size)s, %(prompt)s, %(analysis_key)s, %(corrections)s::jsonb,
                %(created_at)s, %(updated_at)s)
        """,
        {
            "id": sketch.id,
            "owner_id": sketch.owner_id,
            "image_sha256": sketch.image_sha256,
            "image_key": sketch.image_key,
            "content_type": sketch.content_type,
            "width": sketch.width,
            "height": sketch.height,
            "size": sketch.size,
            "prompt": sketch.prompt,
            "analysis_key": sketch.analysis_key,
            "corrections": json_text(sketch.corrections),
            "created_at": sketch.created_at,
            "updated_at": sketch.updated_at,
        },
    )


def find_sketch(queries: Queries, owner_id: str, sketch_id: str) -> Sketch | None:
    """The owner's sketch, or None."""
    row = queries.fetch_one(
        f"SELECT {_COLUMNS} FROM sketches WHERE id = %(id)s AND owner_id = %(owner_id)s",
        {"id": sketch_id, "owner_id": owner_id},
    )
    return Sketch(**row) if row else None


def record_analysis(
    queries: Queries, sketch_id: str, analysis_key: str, *, version: int = 0, now: datetime
) -> bool:
    """Say where the sketch's analysis is; False where it is gone or has a newer one.

    Args:
        version: of the corrections that the analysis has.
    """
    touched = queries.execute(
        """
        UPDATE sketches
        SET analysis_key = %(key)s, analysis_version = %(version)s, updated_at = %(now)s
        WHERE id = %(id)s AND analysis_version <= %(version)s
        """,
        {"id": sketch_id, "key": analysis_key, "version": version, "now": now},
    )
    return touched > 0


def record_corrections(
    queries: Queries,
    owner_id: str,
    sketch_id: str,
    corrections: Mapping[str, Mapping[str, Any]],
    *,
    now: datetime,
) -> Sketch | None:
    """Merge corrections into the owner's sketch; the sketch as it is then, or None.

    Args:
        corrections: `{"shapes": {id: {field: value} | None}, "texts": …, "connections": …}`. What
            isn't named keeps what was said of it before; None drops the mark, whatever was said.
    """
    row = queries.fetch_one(
        f"""
        UPDATE sketches SET updated_at = %(now)s, corrections_version = corrections_version + 1,
            corrections = corrections || COALESCE((
            SELECT jsonb_object_agg(section.key, COALESCE(corrections -> section.key, '{{}}') || (
                SELECT COALESCE(jsonb_object_agg(mark.key, CASE
                    WHEN jsonb_typeof(mark.value) = 'object'
                         AND jsonb_typeof(corrections -> section.key -> mark.key) = 'object'
                    THEN (corrections -> section.key -> mark.key) || mark.value
                    ELSE mark.value END), '{{}}')
                FROM jsonb_each(section.value) AS mark
            ))
            FROM jsonb_each(%(corrections)s::jsonb) AS section
        ), '{{}}')
        WHERE id = %(id)s AND owner_id = %(owner_id)s
        RETURNING {_COLUMNS}
        """,
        {
            "id": sketch_id,
            "owner_id": owner_id,
            "corrections": json_text(corrections),
            "now": now,
        },
    )
    return Sketch(**row) if row else None


def analyses_of(queries: Queries, owner_id: str) -> list[str]:
    """The keys of the analyses of all that the owner drew."""
    rows = queries.fetch_all(
        """
        SELECT DISTINCT analysis_key FROM sketches
        WHERE owner_id = %(owner_id)s AND analysis_key IS NOT NULL
        """,
        {"owner_id": owner_id},
    )
    return [row["analysis_key"] for row in rows]


def delete_sketch(queries: Queries, owner_id: str, sketch_id: str) -> bool:
    """Delete the owner's sketch with its simulations and jobs; False where there is none."""
    deleted = queries.execute(
        "DELETE FROM sketches WHERE id = %(id)s AND owner_id = %(owner_id)s",
        {"id": sketch_id, "owner_id": owner_id},
    )
    return deleted > 0
