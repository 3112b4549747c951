"""What is stored of a simulation's motion so far, for those who play it while it is computed."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from shared.database import Queries

_SNAP = 1e-6
"""A time is written in decimals, and 1/60 is not one: so close to a frame it is that frame's."""


@dataclass(frozen=True, slots=True)
class Recording:
    """A run as far as it is stored.

    `prefix` is where its chunks lie, `frames` how many there will be, `ends` how many there are up
    to the end of each chunk that is stored, `complete` whether all are.
    """

    simulation_id: str
    prefix: str
    fps: int
    frames: int
    ends: Sequence[int]
    complete: bool

    def chunk_at(self, time_s: float) -> int | None:
        """The index of the chunk that holds the frame shown at a time; None if it is yet to come.

        Behind the end of the motion it is the last one's.
        """
        frame = min(int(time_s * self.fps + _SNAP), self.frames - 1)
        index = bisect_right(self.ends, frame)
        return index if index < len(self.ends) else None

    def frames_in(self, index: int) -> range:
        """The numbers of the frames of a chunk that is stored."""
        return range(self.ends[index - 1] if index else 0, self.ends[index])


def begin_recording(
    queries: Queries, simulation_id: str, *, prefix: str, fps: int, frames: int
) -> None:
    """Say that a run begins. The same run begun anew goes on from what is stored of it.

    Raises:
        NotFound: the simulation is gone.
    """
    queries.execute(
        """
        INSERT INTO recordings (simulation_id, prefix, fps, frames)
        VALUES (%(simulation_id)s, %(prefix)s, %(fps)s, %(frames)s)
        ON CONFLICT (simulation_id) DO UPDATE
        SET prefix = excluded.prefix, fps = excluded.fps, frames = excluded.frames,
            ends = CASE WHEN recordings.prefix = excluded.prefix THEN recordings.ends
                        ELSE '{}' END,
            complete = recordings.complete AND recordings.prefix = excluded.prefix
        """,
        {"simulation_id": simulation_id, "prefix": prefix, "fps": fps, "frames": frames},
    )


def record_chunk(queries: Queries, simulation_id: str, *, index: int, end: int) -> None:
    """Say that a chunk is stored, and with it `end` frames; a known one changes nothing."""
    queries.execute(
        """
        UPDATE recordings SET ends = ends || %(end)s::integer
        WHERE simulation_id = %(simulation_id)s AND cardinality(ends) = %(index)s
        """,
        {"simulation_id": simulation_id, "index": index, "end": end},
    )


def complete_recording(queries: Queries, simulation_id: str, ends: Sequence[int]) -> None:
    """Say that all chunks are stored."""
    queries.execute(
        """
        UPDATE recordings SET ends = %(ends)s, complete = true
        WHERE simulation_id = %(simulation_id)s
        """,
        {"simulation_id": simulation_id, "ends": list(ends)},
    )


def find_recording(queries: Queries, simulation_id: str) -> Recording | None:
    """What is stored of a simulation's motion; None before it runs."""
    row = queries.fetch_one(
        """
        SELECT simulation_id, prefix, fps, frames, ends, complete FROM recordings
        WHERE simulation_id = %(simulation_id)s
        """,
        {"simulation_id": simulation_id},
    )
    return Recording(**row) if row else None
