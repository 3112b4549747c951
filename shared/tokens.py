"""Tokens: who a caller is, and links that let their holder see one thing.

Both are JWTs (RFC 7519) signed with HS256 by one key; their audiences keep one from passing for
the other. They are checked against earlier keys, too, so that a new one logs nobody out. No other
algorithm is taken, whatever a token's header says (RFC 8725, section 3.1).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from .clock import Clock
from .errors import Unauthenticated
from .token_keys import Keys

_ALGORITHM = "HS256"
_CALLERS = "simgen"
_LINKS = "simgen:link"
_MAX_LENGTH = 2048
"""Ours are some 250 characters long: a larger one isn't worth parsing."""
_LEEWAY_S = 5
"""How far a machine's clock may be behind the one that signed."""
_DOES_NOT_HOLD = "The token does not hold. POST /v1/sessions hands out a new one."
_EXPIRED = "The token has expired. POST /v1/sessions hands out a new one."


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


class Tokens:
    """Signs and reads tokens.

    Args:
        keys: the first signs; what any of them has signed holds until it expires.
        clock: tells when a token has expired.
    """

    def __init__(self, keys: Keys, clock: Clock) -> None:
        self._keys = keys
        self._clock = clock

    def issue(self, identity: Identity, *, issued_at: datetime, expires_at: datetime) -> str:
        """A token for a caller. The same arguments give the same token."""
        return self._sign(
            {"aud": _CALLERS, "sub": identity.owner_id, "role": identity.role.value},
            issued_at,
            expires_at,
        )

    def read(self, token: str) -> Identity:
        """The caller that a token names.

        Raises:
            Unauthenticated: it does not hold, or no longer.
        """
        claims = self._verify(token, _CALLERS, ["role"])
        try:
            return Identity(claims["sub"], Role(claims["role"]))
        except ValueError:
            raise Unauthenticated(_DOES_NOT_HOLD) from None

    def issue_link(
        self, owner_id: str, path: str, *, issued_at: datetime, expires_at: datetime
    ) -> str:
        """A token that lets its holder read what `path` names and what lies beneath it."""
        claims = {"aud": _LINKS, "sub": owner_id, "path": path}
        return self._sign(claims, issued_at, expires_at)

    def read_link(self, token: str, path: str) -> str:
        """The owner on whose behalf `path` may be read with this link's token.

        Raises:
            Unauthenticated: it does not hold, no longer, or not for this path.
        """
        claims = self._verify(token, _LINKS, ["path"])
        allowed = claims["path"]
        if not isinstance(allowed, str) or not (path == allowed or path.startswith(f"{allowed}/")):
            raise Unauthenticated("The link is for something else.")
        return str(claims["sub"])

    def _sign(self, claims: dict[str, Any], issued_at: datetime, expires_at: datetime) -> str:
        import jwt  # here, because not every layer that holds this module has it

        times = {"iat": int(issued_at.timestamp()), "exp": int(expires_at.timestamp())}
        return jwt.encode({**claims, **times}, self._keys()[0], algorithm=_ALGORITHM)

    def _verify(self, token: str, audience: str, more: list[str]) -> dict[str, Any]:
        import jwt

        if len(token) > _MAX_LENGTH:
            raise Unauthenticated(_DOES_NOT_HOLD)
        *others, last = self._keys()
        for key in others:
            try:
                return self._claims(token, key, audience, more)
            except jwt.InvalidSignatureError:
                continue  # perhaps one of the keys before
        try:
            return self._claims(token, last, audience, more)
        except jwt.InvalidSignatureError:
            raise Unauthenticated(_DOES_NOT_HOLD) from None

    def _claims(self, token: str, key: str, audience: str, more: list[str]) -> dict[str, Any]:
        """What a token says that this key has signed.

        Raises:
            jwt.InvalidSignatureError: it has not.
            Unauthenticated: the token does not hold for another reason.
        """
        import jwt

        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                key,
                algorithms=[_ALGORITHM],
                audience=audience,
                options={
                    "require": ["exp", "iat", "sub", "aud", *more],
                    # Read by our own clock, below.
                    "verify_exp": False,
                    "verify_iat": False,
                },
            )
            issued_at, expires_at = _time(claims["iat"]), _time(claims["exp"])
        except jwt.InvalidSignatureError:
            raise
        # Beside what PyJWT raises: a header nested too deep, claims of another type.
        except (jwt.InvalidTokenError, ValueError, TypeError, RecursionError):
            raise Unauthenticated(_DOES_NOT_HOLD) from None
        now = self._clock.now().timestamp()
        if now >= expires_at:
            raise Unauthenticated(_EXPIRED)
        if issued_at > now + _LEEWAY_S:
            raise Unauthenticated(_DOES_NOT_HOLD)
        return claims


def _time(claim: object) -> int:
    if not isinstance(claim, int) or isinstance(claim, bool):
        raise ValueError("a time is whole seconds")
    return claim
