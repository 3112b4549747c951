"""What a language model answered: the farthest cache tier of sentences."""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from shared.cache import Entry
from shared.clock import Clock
from shared.database import Queries
from shared.errors import DependencyUnavailable


def prompt_key(prompt: str, model_version: str) -> str:
    """The key of a prompt's answer by one model: whoever asks the same is told the same.

    `model_version` names all that the answer depends on besides: model, instructions and schema.
    """
    digest = hashlib.sha256(prompt.encode()).hexdigest()
    return f"sentence:{model_version}:{digest}"


class LlmResponses:
    """The `shared.cache.Cache` port over `llm_response_cache`, for keys that `prompt_key` made.

    As any tier it never fails its caller: a database that is down is a miss. Not for use inside a
    transaction. Where the answer is a JSON object with a `confidence`, that is kept beside it.
    """

    name = "postgres"

    def __init__(self, queries: Queries, clock: Clock) -> None:
        self._queries = queries
        self._clock = clock

    def get(self, key: str) -> bytes | None:
        """See `shared.cache.Cache`."""
        version, prompt_hash = _parts(key)
        now = self._clock.now()
        row = None
        with suppress(DependencyUnavailable):
            row = self._queries.fetch_one(
                """
                UPDATE llm_response_cache SET hit_count = hit_count + 1, last_hit_at = %(now)s
                WHERE prompt_hash = %(prompt_hash)s AND model_version = %(version)s
                  AND expires_at > %(now)s
                RETURNING response, expires_at
                """,
                {"prompt_hash": prompt_hash, "version": version, "now": now},
            )
        if row is None:
            return None
        response: str | None = row["response"]
        value = None if response is None else response.encode()
        return Entry(value, row["expires_at"].timestamp()).to_bytes()

    def set(self, key: str, value: bytes, ttl_s: int) -> None:
        """See `shared.cache.Cache`."""
        version, prompt_hash = _parts(key)
        entry = Entry.from_bytes(value)
        if entry is None:
            return
        now = self._clock.now()
        with suppress(DependencyUnavailable):
            self._queries.execute(
                """
                INSERT INTO llm_response_cache (prompt_hash, model_version, response, confidence,
                                                created_at, last_hit_at, expires_at)
                VALUES (%(prompt_hash)s, %(version)s, %(response)s, %(confidence)s,
                        %(now)s, %(now)s, %(expires_at)s)
                ON CONFLICT (prompt_hash, model_version) DO UPDATE
                    SET response = excluded.response, confidence = excluded.confidence,
                        expires_at = excluded.expires_at
                """,
                {
                    "prompt_hash": prompt_hash,
                    "version": version,
                    "response": None if entry.value is None else entry.value.decode(),
                    "confidence": _confidence(entry.value),
                    "now": now,
                    "expires_at": now + timedelta(seconds=ttl_s),
                },
            )

    def delete(self, *keys: str) -> None:
        """See `shared.cache.Cache`."""
        for version, prompt_hash in map(_parts, keys):
            with suppress(DependencyUnavailable):
                self._queries.execute(
                    """
                    DELETE FROM llm_response_cache
                    WHERE prompt_hash = %(prompt_hash)s AND model_version = %(version)s
                    """,
                    {"prompt_hash": prompt_hash, "version": version},
                )


def purge_expired_responses(queries: Queries, *, now: datetime, limit: int = 1000) -> int:
    """Delete up to `limit` answers past their time; how many it were."""
    return queries.execute(
        """
        DELETE FROM llm_response_cache WHERE (prompt_hash, model_version) IN (
            SELECT prompt_hash, model_version FROM llm_response_cache
            WHERE expires_at <= %(now)s
            ORDER BY expires_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED
        )
        """,
        {"now": now.astimezone(UTC), "limit": limit},
    )


def _parts(key: str) -> tuple[str, str]:
    kind, _, rest = key.partition(":")
    version, _, prompt_hash = rest.rpartition(":")
    if kind != "sentence" or not version:
        raise ValueError(f"not a key of `prompt_key`: {key[:80]!r}")
    return version, prompt_hash


def _confidence(response: bytes | None) -> float | None:
    try:
        found = json.loads(response or b"null")
    except ValueError:
        return None
    value = found.get("confidence") if isinstance(found, dict) else None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return float(value) if 0 <= value <= 1 else None
