"""Who plays what, how far they are, and how much more they will take: chunks go by credit."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

from shared.database import Queries

MAX_CREDIT = 64
"""Half a minute at 60 fps: nobody needs more ahead, and a client that is gone costs no more."""

_REMEMBERED = 4 * MAX_CREDIT
"""Chunks further back than this can't be on their way any more, nor can what acknowledges them."""


@dataclass(frozen=True, slots=True)
class Play:
    """One connection's play of one simulation.

    `next_index` is the chunk to be sent next, None until the one that holds `start_s` is there.
    `acked` are the chunks that have bought credit. `fps` is the most that is wanted, None for all.
    """

    connection_id: str
    simulation_id: str
    share_token: str | None
    start_s: float
    next_index: int | None
    credit: int
    acked: Sequence[int] = ()
    fps: int | None = None
    paused: bool = False
    header_sent: bool = False
    end_sent: bool = False

    def acknowledged(self, index: int, credit: int) -> Play:
        """The play after a chunk was acknowledged: each buys credit once, in whichever order.

        What is yet to be sent buys nothing.
        """
        behind = self.next_index is None or index >= self.next_index
        if behind or index in self.acked or index < self._oldest:
            return self
        acked = [*(one for one in self.acked if one >= self._oldest), index]
        return replace(self, acked=acked, credit=min(self.credit + credit, MAX_CREDIT))

    def sought(self, start_s: float, credit: int) -> Play:
        """The play from another time on, with so much credit."""
        return replace(
            self,
            start_s=start_s,
            next_index=None,
            credit=credit,
            acked=(),
            paused=False,
            end_sent=False,
        )

    def sent(self) -> Play:
        """The play after its next chunk went out."""
        assert self.next_index is not None
        return replace(self, next_index=self.next_index + 1, credit=self.credit - 1)

    def stride(self, fps: int) -> int:
        """Every how manyth frame of so many a second it takes."""
        return 1 if self.fps is None else max(1, math.ceil(fps / self.fps))

    @property
    def _oldest(self) -> int:
        return (self.next_index or 0) - _REMEMBERED


def begin_play(
    queries: Queries,
    connection_id: str,
    *,
    simulation_id: str | None,
    share_token: str | None,
    start_s: float,
    fps: int | None,
    credit: int,
) -> str | None:
    """Begin a play, or begin it anew; the simulation's id.

    A connection may play what is its owner's, what it came by the link of, and what `share_token`
    is the link of. None where it may not, or either is gone.
    """
    row = queries.fetch_one(
        """
        INSERT INTO socket_plays (connection_id, simulation_id, share_token, start_s, fps, credit)
        SELECT connection.id, simulation.id,
               CASE WHEN simulation.owner_id IS DISTINCT FROM connection.owner_id
                    THEN simulation.share_token END,
               %(start_s)s, %(fps)s, %(credit)s
        FROM socket_connections connection, simulations simulation
        WHERE connection.id = %(connection_id)s
          AND (simulation.id = %(simulation_id)s OR simulation.share_token = %(share_token)s)
          AND (simulation.owner_id = connection.owner_id
               OR simulation.id = connection.simulation_id
               OR simulation.share_token = %(share_token)s)
        LIMIT 1
        ON CONFLICT (connection_id, simulation_id) DO UPDATE
        SET share_token = excluded.share_token, start_s = excluded.start_s, fps = excluded.fps,
            credit = excluded.credit, next_index = NULL, acked = '{}', paused = false,
            header_sent = false, end_sent = false
        RETURNING simulation_id
        """,
        {
            "connection_id": connection_id,
            "simulation_id": simulation_id,
            "share_token": share_token,
            "start_s": start_s,
            "fps": fps,
            "credit": credit,
        },
    )
    return row["simulation_id"] if row else None


def hold_play(transaction: Queries, connection_id: str, simulation_id: str) -> Play | None:
    """Lock a play until the transaction ends; None where there is none."""
    row = transaction.fetch_one(
        """
        SELECT connection_id, simulation_id, share_token, start_s, next_index, credit, acked, fps,
               paused, header_sent, end_sent
        FROM socket_plays
        WHERE connection_id = %(connection_id)s AND simulation_id = %(simulation_id)s FOR UPDATE
        """,
        {"connection_id": connection_id, "simulation_id": simulation_id},
    )
    return Play(**row) if row else None


def save_play(transaction: Queries, play: Play) -> None:
    """Write a play that is held."""
    transaction.execute(
        """
        UPDATE socket_plays
        SET start_s = %(start_s)s, next_index = %(next_index)s, credit = %(credit)s,
            acked = %(acked)s, fps = %(fps)s, paused = %(paused)s, header_sent = %(header_sent)s,
            end_sent = %(end_sent)s
        WHERE connection_id = %(connection_id)s AND simulation_id = %(simulation_id)s
        """,
        {**asdict(play), "acked": list(play.acked)},
    )


def end_play(queries: Queries, connection_id: str, simulation_id: str) -> None:
    """Forget a play; nothing happens where there is none."""
    queries.execute(
        """
        DELETE FROM socket_plays
        WHERE connection_id = %(connection_id)s AND simulation_id = %(simulation_id)s
        """,
        {"connection_id": connection_id, "simulation_id": simulation_id},
    )


def players_of(queries: Queries, simulation_id: str, *, limit: int | None = None) -> list[str]:
    """The connections that play a simulation and wait for more of it."""
    rows = queries.fetch_all(
        """
        SELECT connection_id FROM socket_plays
        WHERE simulation_id = %(simulation_id)s AND NOT paused AND NOT end_sent
        LIMIT %(limit)s
        """,
        {"simulation_id": simulation_id, "limit": limit},
    )
    return [row["connection_id"] for row in rows]
