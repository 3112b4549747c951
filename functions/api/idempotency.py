"""The `Idempotency-Key` header: the same request again gets the first answer."""

from __future__ import annotations

from hashlib import sha256
from typing import Annotated

from fastapi import Header, Request

from records.idempotency import MAX_KEY_LENGTH, RequestKey

Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=MAX_KEY_LENGTH,
        pattern=r"^[\x20-\x7e]+$",
        description="Made up by the client, anew for each thing it wants done. The same key and "
        "request within 24 hours get the same answer, and nothing is done twice.",
    ),
]


def request_key(request: Request, caller: str, key: str | None, *parts: bytes) -> RequestKey | None:
    """What names this request; None where no key was sent.

    Args:
        caller: who asks; keys of different callers have nothing to do with each other.
        parts: all that the answer depends on beside method and path.
    """
    if key is None:
        return None
    digest = sha256()
    for part in (request.method.encode(), request.url.path.encode(), *parts):
        digest.update(len(part).to_bytes(8, "big") + part)
    return RequestKey(caller=caller, key=key, request_hash=digest.hexdigest())
