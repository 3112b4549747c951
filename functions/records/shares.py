"""Links by which anyone may look at a simulation, and nobody may change it.

A link's token says nothing and can't be guessed; without its row it is worth nothing.
"""

from __future__ import annotations

from shared.database import Database, Queries

from .simulations import COLUMNS, Simulation

_LONGEST_TOKEN = 64


def share_simulation(
    queries: Queries, owner_id: str, simulation_id: str, *, token: str
) -> str | None:
    """Share the owner's simulation; its link's token. One that is shared keeps the one it has.

    None where the owner has no such simulation.
    """
    row = queries.fetch_one(
        """
        UPDATE simulations SET share_token = COALESCE(share_token, %(token)s)
        WHERE id = %(id)s AND owner_id = %(owner_id)s RETURNING share_token
        """,
        {"id": simulation_id, "owner_id": owner_id, "token": token},
    )
    return row["share_token"] if row else None


def unshare_simulation(database: Database, owner_id: str, simulation_id: str) -> bool:
    """Revoke the link, and end what is being played by it; False where there is no simulation."""
    with database.transaction() as transaction:
        found = transaction.execute(
            """
            UPDATE simulations SET share_token = NULL
            WHERE id = %(id)s AND owner_id = %(owner_id)s
            """,
            {"id": simulation_id, "owner_id": owner_id},
        )
        if not found:
            return False
        transaction.execute(
            """
            DELETE FROM socket_plays
            WHERE simulation_id = %(id)s AND share_token IS NOT NULL
            """,
            {"id": simulation_id},
        )
        transaction.execute(
            "DELETE FROM socket_connections WHERE simulation_id = %(id)s", {"id": simulation_id}
        )
    return True


def find_shared_simulation(queries: Queries, token: str) -> Simulation | None:
    """The simulation that a link is of, or None."""
    if not token or len(token) > _LONGEST_TOKEN or not token.isascii() or not token.isprintable():
        return None
    row = queries.fetch_one(
        f"SELECT {COLUMNS} FROM simulations WHERE share_token = %(token)s", {"token": token}
    )
    return Simulation(**row) if row else None
