"""Idempotency keys: the same request again gets the first answer, and has no second effect.

After Stripe's design: the first answer is kept with its status for a day, the same key with another
request is an error, and what failed before it had an effect is not kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from shared.database import Database, Queries, Row, json_text
from shared.errors import IdempotencyConflict

KEEP = timedelta(hours=24)
MAX_KEY_LENGTH = 255


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request is answered with, as JSON values."""

    status: int
    body: Mapping[str, Any]
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RequestKey:
    """Names a request: who asks, the key they gave, and a hash of all that they ask for.

    `caller` is the session, or for requests without one something that stands for the asker.
    """

    caller: str
    key: str
    request_hash: str


@dataclass(frozen=True, slots=True)
class Once:
    """The answer, and whether it was given before."""

    answer: Answer
    replayed: bool


def once(
    database: Database,
    key: RequestKey | None,
    work: Callable[[Queries], Answer],
    *,
    now: datetime,
) -> Once:
    """Do `work` in a transaction, once for its key; without a key, every time.

    The key, what the work writes and the answer are committed together. A duplicate that comes
    meanwhile waits for the first: it gets the first's answer, or does the work itself if the first
    was undone. Work must be short and write only to the transaction it is given.

    Raises:
        IdempotencyConflict: the key was used for another request.
        Exception: whatever `work` raises; nothing is kept then.
    """
    with database.transaction() as transaction:
        if key is None:
            return Once(work(transaction), replayed=False)
        given = claim(transaction, key, now=now)
        if given is not None:
            return Once(given, replayed=True)
        answer = work(transaction)
        keep_answer(transaction, key, answer)
        return Once(answer, replayed=False)


def kept_answer(queries: Queries, key: RequestKey | None, *, now: datetime) -> Once | None:
    """The answer that was given to the request before; None where none was, or without a key.

    For a look before work is prepared: what that reads may have changed or gone since the first
    request, whose answer holds all the same. `once` looks again.

    Raises:
        IdempotencyConflict: the key was used for another request.
    """
    if key is None:
        return None
    kept = _find(queries, key)
    if kept is None or kept["created_at"] <= now - KEEP:
        return None
    return Once(_answer_of(kept, key), replayed=True)


def claim(transaction: Queries, key: RequestKey, *, now: datetime) -> Answer | None:
    """Take the key for this transaction: None means go on, an answer was given before.

    Raises:
        IdempotencyConflict: the key was used for another request.
    """
    # The insert waits for another transaction that holds the same key, and sees how it ended.
    taken = transaction.fetch_one(
        """
        INSERT INTO idempotency_keys AS kept (caller, key, request_hash, created_at)
        VALUES (%(caller)s, %(key)s, %(request_hash)s, %(now)s)
        ON CONFLICT (caller, key) DO UPDATE
            SET request_hash = excluded.request_hash, created_at = excluded.created_at,
                status = NULL, headers = NULL, body = NULL
            WHERE kept.created_at <= %(expired)s
        RETURNING caller
        """,
        {
            "caller": key.caller,
            "key": key.key,
            "request_hash": key.request_hash,
            "now": now,
            "expired": now - KEEP,
        },
    )
    if taken is not None:
        return None
    return _answer_of(_find(transaction, key), key)


def keep_answer(transaction: Queries, key: RequestKey, answer: Answer) -> None:
    """Keep the answer under the key that this transaction has claimed."""
    transaction.execute(
        """
        UPDATE idempotency_keys
        SET status = %(status)s, headers = %(headers)s::jsonb, body = %(body)s::jsonb
        WHERE caller = %(caller)s AND key = %(key)s
        """,
        {
            "caller": key.caller,
            "key": key.key,
            "status": answer.status,
            "headers": json_text(answer.headers),
            "body": json_text(answer.body),
        },
    )


def purge_expired_keys(queries: Queries, *, now: datetime, limit: int = 1000) -> int:
    """Delete up to `limit` keys past their keep; how many it were."""
    return queries.execute(
        """
        DELETE FROM idempotency_keys WHERE (caller, key) IN (
            SELECT caller, key FROM idempotency_keys WHERE created_at <= %(expired)s
            ORDER BY created_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED
        )
        """,
        {"expired": now - KEEP, "limit": limit},
    )


def _find(queries: Queries, key: RequestKey) -> Row | None:
    return queries.fetch_one(
        """
        SELECT request_hash, status, headers, body, created_at FROM idempotency_keys
        WHERE caller = %(caller)s AND key = %(key)s
        """,
        {"caller": key.caller, "key": key.key},
    )


def _answer_of(kept: Row | None, key: RequestKey) -> Answer:
    if kept is None or kept["request_hash"] != key.request_hash:
        raise IdempotencyConflict("This Idempotency-Key was used for another request.")
    return Answer(status=kept["status"], body=kept["body"], headers=kept["headers"])
