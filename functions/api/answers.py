"""Answers: JSON, and things that never change, with what a cache needs to know of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from urllib.parse import quote

import orjson
from fastapi import Request, Response

MAX_ANSWER_BYTES = 4_000_000
"""A function's answer is JSON of at most 6 MB, in which bytes are base64; headers take some too."""

LINK_LIFETIME_S = 15 * 60

IMMUTABLE = "private, max-age=86400, immutable"
"""For an address whose content never changes. `private` because a token was needed to see it, and
a day because its owner may delete it."""

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
    data = orjson.dumps(content, default=_in_utc, option=orjson.OPT_PASSTHROUGH_DATETIME)
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


def not_modified(etag: str, cache_control: str, *, vary: str | None = None) -> Response:
    """304: what the client has still holds."""
    headers = {"ETag": etag, "Cache-Control": cache_control}
    return Response(status_code=304, headers=headers | ({"Vary": vary} if vary else {}))


def cached_response(
    content: bytes,
    media_type: str,
    *,
    etag: str,
    cache_control: str,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """An answer that may be kept."""
    kept = {"ETag": etag, "Cache-Control": cache_control}
    return Response(content, media_type=media_type, headers={**(headers or {}), **kept})


def attachment(file_name: str) -> dict[str, str]:
    """The header that makes a browser save an answer as a file (RFC 6266)."""
    plain = re.sub(r"[^A-Za-z0-9 ._=,+-]", "_", file_name)
    exact = quote(file_name, safe="")
    return {"Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{exact}"}


def _in_utc(value: object) -> str:
    """A time as the contract writes it, whatever zone the database speaks of it in."""
    if not isinstance(value, datetime):
        raise TypeError(f"{type(value).__name__} is not JSON")
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
