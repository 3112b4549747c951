"""Simulations: what was asked to move, how it moved and where the result is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, LiteralString

from shared.database import Queries, json_text

from .pages import Page, decode_cursor, page_of

Source = Literal["sketch", "mjcf", "prompt"]
Status = Literal["queued", "running", "succeeded", "failed", "cancelled"]

COLUMNS: LiteralString = """
    id, owner_id, sketch_id, source, status, title, prompt, duration_s, fps, gravity, frames,
    bodies, energy, warnings, analysis_key, model_key, trajectory_prefix, preview_png_key,
    preview_gif_key, share_token, created_at, updated_at
"""


@dataclass(frozen=True, slots=True)
class Simulation:
    """One simulation; what is None or empty isn't known before it has run.

    `status` follows its latest job's. `duration_s`, `fps` and `gravity` (m/s², downwards) are what
    was asked for, and None where the drawing or the default decides; after the run they are what
    was used. `trajectory_prefix` ends in `/`; the chunks' keys start with it. Whoever has the
    `share_token` may look at it.
    """

    id: str
    owner_id: str
    source: Source
    created_at: datetime
    updated_at: datetime
    sketch_id: str | None = None
    status: Status = "queued"
    title: str = ""
    prompt: str = ""
    duration_s: float | None = None
    fps: int | None = None
    gravity: float | None = None
    frames: int | None = None
    bodies: Sequence[Any] = ()
    energy: Mapping[str, Any] = field(default_factory=dict)
    warnings: Sequence[Any] = ()
    analysis_key: str | None = None
    model_key: str | None = None
    trajectory_prefix: str | None = None
    preview_png_key: str | None = None
    preview_gif_key: str | None = None
    share_token: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a finished run adds to its simulation."""

    duration_s: float
    fps: int
    frames: int
    bodies: Sequence[Any]
    energy: Mapping[str, Any]
    trajectory_prefix: str
    preview_png_key: str | None = None
    preview_gif_key: str | None = None


def insert_simulation(queries: Queries, simulation: Simulation) -> None:
    """Write a new, queued simulation; what a run finds out is not written here."""
    queries.execute(
        """
        INSERT INTO simulations (id, owner_id, sketch_id, source, title, prompt, duration_s, fps,
                                 gravity, model_key, created_at, updated_at)
        VALUES (%(id)s, %(owner_id)s, %(sketch_id)s, %(source)s, %(title)s, %(prompt)s,
                %(duration_s)s, %(fps)s, %(gravity)s, %(model_key)s, %(created_at)s, %(updated_at)s)
        """,
        {
            "id": simulation.id,
            "owner_id": simulation.owner_id,
            "sketch_id": simulation.sketch_id,
            "source": simulation.source,
            "title": simulation.title,
            "prompt": simulation.prompt,
            "duration_s": simulation.duration_s,
            "fps": simulation.fps,
            "gravity": simulation.gravity,
            "model_key": simulation.model_key,
            "created_at": simulation.created_at,
            "updated_at": simulation.updated_at,
        },
    )


def find_simulation(queries: Queries, owner_id: str, simulation_id: str) -> Simulation | None:
    """The owner's simulation, or None."""
    row = queries.fetch_one(
        f"SELECT {COLUMNS} FROM simulations WHERE id = %(id)s AND owner_id = %(owner_id)s",
        {"id": simulation_id, "owner_id": owner_id},
    )
    return Simulation(**row) if row else None


def owner_and_status(queries: Queries, simulation_id: str) -> tuple[str, Status] | None:
    """Whose a simulation is and how it is, whoever asks; None where there is none."""
    row = queries.fetch_one(
        "SELECT owner_id, status FROM simulations WHERE id = %(id)s", {"id": simulation_id}
    )
    return (row["owner_id"], row["status"]) if row else None


def list_simulations(
    queries: Queries,
    owner_id: str,
    *,
    limit: int,
    cursor: str | None = None,
    words: str | None = None,
    status: Status | None = None,
    created_from: datetime | None = None,
    created_to: datetime | None = None,
) -> Page[Simulation]:
    """A page of the owner's simulations, newest first.

    Args:
        limit: 1 to `pages.MAX_LIMIT`.
        cursor: of the page before.
        words: what title and prompt must have; understands `"quoted phrases"`, `or` and `-not`.
        status: only those.
        created_from: that time and later.
        created_to: before that time.

    Raises:
        ValidationFailed: the cursor is none.
    """
    # A clause is in the statement only if it is asked for, so that each combination is planned for
    # what it is.
    where: LiteralString = "owner_id = %(owner_id)s"
    values: dict[str, Any] = {"owner_id": owner_id, "limit": limit + 1}
    if cursor is not None:
        behind = decode_cursor(cursor)
        where += " AND (created_at, id) < (%(last_created_at)s, %(last_id)s)"
        values |= {"last_created_at": behind.created_at, "last_id": behind.id}
    if words is not None:
        where += """ AND search @@ (websearch_to_tsquery('english', %(words)s)
                                 || websearch_to_tsquery('simple', %(words)s))"""
        values["words"] = words
    if status is not None:
        where += " AND status = %(status)s"
        values["status"] = status
    if created_from is not None:
        where += " AND created_at >= %(created_from)s"
        values["created_from"] = created_from
    if created_to is not None:
        where += " AND created_at < %(created_to)s"
        values["created_to"] = created_to
    rows = queries.fetch_all(
        f"""
        SELECT {COLUMNS} FROM simulations WHERE {where}
        ORDER BY created_at DESC, id DESC LIMIT %(limit)s
        """,
        values,
    )
    return page_of([Simulation(**row) for row in rows], limit)


def record_model(
    queries: Queries,
    simulation_id: str,
    *,
    model_key: str,
    analysis_key: str | None,
    title: str | None,
    warnings: Sequence[Mapping[str, Any]] = (),
    now: datetime,
) -> bool:
    """Say what was compiled; False where the simulation is gone. A title of None stays."""
    touched = queries.execute(
        """
        UPDATE simulations
        SET model_key = %(model_key)s, analysis_key = %(analysis_key)s,
            title = COALESCE(%(title)s, title), warnings = %(warnings)s::jsonb, updated_at = %(now)s
        WHERE id = %(id)s
        """,
        {
            "id": simulation_id,
            "model_key": model_key,
            "analysis_key": analysis_key,
            "title": title,
            "warnings": json_text(list(warnings)),
            "now": now,
        },
    )
    return touched > 0


def delete_simulation(queries: Queries, owner_id: str, simulation_id: str) -> bool:
    """Delete the owner's simulation with its jobs; False where there is none."""
    deleted = queries.execute(
        "DELETE FROM simulations WHERE id = %(id)s AND owner_id = %(owner_id)s",
        {"id": simulation_id, "owner_id": owner_id},
    )
    return deleted > 0
