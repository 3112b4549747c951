"""Answers: JSON, and things that never change, with what a cache needs to know of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import orjson
from fastapi import Request, Response

IMMUTABLE = "private, max-age=31536000, immutable"
"""For an address whose content never changes; `private` because a token was needed to see it."""

REVALIDATE = "private, no-cache"
"""May be kept, and must be asked for again: the answer is 304 as long as it holds."""


def json_response(
    content: object,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    media_type: str = "application/json",
) -> Response:
    """Plain values as JSON; times as RFC 3339 in UTC with a Z."""
    data = orjson.dumps(content, option=orjson.OPT_UTC_Z)
    return Response(data, status, dict(headers or {}), media_type)


def etag_of(*parts: str | bytes) -> str:
    """A strong ETag of what an answer is made from."""
    digest = sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8, "big") + data)
    return f'"{digest.hexdigest()[:32]}"'


def is_known(request: Request, etag: str) -> bool:
    """Whether the client has this already (If-None-Match, RFC 9110, section 13.1.2)."""
    sent = request.headers.get("if-none-match")
    if sent is None:
        return False
    # The weak comparison, which the RFC wants here: a proxy may have weakened the tag.
    tags = {tag.strip().removeprefix("W/") for tag in sent.split(",")}
    return etag in tags or "*" in tags


def not_modified(etag: str, cache_control: str) -> Response:
    """304: what the client has still holds."""
    return Response(status_code=304, headers={"ETag": etag, "Cache-Control": cache_control})


def cached_response(
    content: bytes, media_type: str, *, etag: str, cache_control: str, **headers: str
) -> Response:
    """An answer that may be kept."""
    return Response(
        content,
        media_type=media_type,
        headers={"ETag": etag, "Cache-Control": cache_control, **headers},
    )


def utc(moment: datetime) -> datetime:
    """A time of the database in UTC, as the contract writes times."""
    return moment.astimezone(UTC)


Json = dict[str, Any]
