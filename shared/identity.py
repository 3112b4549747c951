"""Who calls: found by an authorizer in front of the functions, handed to them in every event.

API Gateway puts what an authorizer says into the event's request context, where no client can
write. So a function trusts it and checks no token; whether the caller's session is still there is
the database's to say, and the function's to ask.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from .errors import Unauthenticated

EXPIRED = "The token has expired. POST /v1/sessions hands out a new one."


class Role(StrEnum):
    """What a caller may do; each may do what those before it may."""

    GUEST = "guest"
    USER = "user"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Identity:
    """Who calls: the owner of what they make, which is their session."""

    owner_id: str
    role: Role


@dataclass(frozen=True, slots=True)
class Grant:
    """What a token that holds says.

    Attributes:
        identity: whom it names.
        expires_at: until when, in Unix seconds.
        looks_only: whether it is a link's, whose holder may see what the link is of and no more.
    """

    identity: Identity
    expires_at: int
    looks_only: bool = False

    def to_context(self) -> dict[str, str]:
        """As an authorizer's context, which holds plain values only."""
        return {
            "owner_id": self.identity.owner_id,
            "role": self.identity.role.value,
            "expires_at": str(self.expires_at),
            "looks_only": str(self.looks_only).lower(),
        }


def grant_in(event: Mapping[str, Any], *, now: datetime) -> Grant | None:
    """What an event's authorizer found; None where there was none, or it found nobody.

    Raises:
        Unauthenticated: the token has expired since: API Gateway keeps an authorizer's answers for
            some minutes, and a socket for hours.
    """
    context = event["requestContext"].get("authorizer") or {}
    if "owner_id" not in context:
        return None
    grant = Grant(
        Identity(context["owner_id"], Role(context["role"])),
        int(context["expires_at"]),
        context["looks_only"] == "true",
    )
    if now.timestamp() >= grant.expires_at:
        raise Unauthenticated(EXPIRED)
    return grant
