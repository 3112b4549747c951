"""What answers keep in the cache tiers, and under which keys."""

from __future__ import annotations

from fastapi import Response

from shared.cache import ReadThrough
from shared.objects import Presigner

from .answers import LINK_LIFETIME_S

_KEEP_LINK_S = LINK_LIFETIME_S // 3
"""A link that is handed out again is good for two thirds of its life at least."""


def object_entry(key: str) -> str:
    """The cache's key of an object."""
    return f"object:{key}"


def see_other(presigner: Presigner, tiers: ReadThrough, key: str) -> Response:
    """303 to an object that is too large for an answer.

    Objects are named by their content, as the ETag is: the same content gets the same address for a
    while, so that a browser finds it in its own cache.
    """

    def presign() -> bytes:
        return presigner.presign_get(key, expires_s=LINK_LIFETIME_S).url.encode()

    url = tiers.remember(f"link:{key}", _KEEP_LINK_S, presign).decode()
    return Response(
        status_code=303, headers={"Location": url, "Cache-Control": "private, no-store"}
    )
