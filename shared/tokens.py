"""Tokens: who a caller is, and links that let their holder see one thing.

Both are JWTs (RFC 7519) signed with HS256 by one key; their audiences keep one from passing for
the other. They are checked against earlier keys, too, so that a new one logs nobody out. No other
algorithm is taken, whatever a token's header says (RFC 8725, section 3.1).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from .clock import Clock
from .errors import Unauthenticated
from .identity import EXPIRED, Grant, Identity, Role
from .token_keys import Keys

ALGORITHM = "HS256"
_CALLERS = "simgen"
_LINKS = "simgen:link"
_MAX_LENGTH = 2048
"""Ours are some 250 characters long: a larger one isn't worth parsing."""
OWN_CLOCKS_DIFFER_S = 2 * 3600
"""How far the clock of one of our functions may be ahead of another's. What bears our signature is
no forgery: refused, whoever has just been given it would be locked out."""
ISSUERS_CLOCK_DIFFERS_S = 60
"""And an issuer's clock of ours, either way: RFC 7519 (4.1.4) allows for a few minutes."""
DOES_NOT_HOLD = "The token does not hold. POST /v1/sessions hands out a new one."


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

    def read(self, token: str) -> Grant:
        """What a caller's token says.

        Raises:
            Unauthenticated: it does not hold, or no longer.
        """
        claims = self._verify(token, _CALLERS, ["role"])
        try:
            return Grant(Identity(claims["sub"], Role(claims["role"])), claims["exp"])
        except ValueError:
            raise Unauthenticated(DOES_NOT_HOLD) from None

    def issue_link(
        self, owner_id: str, path: str, *, issued_at: datetime, expires_at: datetime
    ) -> str:
        """A token that lets its holder read what `path` names and what lies beneath it."""
        claims = {"aud": _LINKS, "sub": owner_id, "path": path}
        return self._sign(claims, issued_at, expires_at)

    def read_link(self, token: str, path: str) -> Grant:
        """On whose behalf `path` may be read with this link's token.

        Raises:
            Unauthenticated: it does not hold, no longer, or not for this path.
        """
        claims = self._verify(token, _LINKS, ["path"])
        allowed = claims["path"]
        if not isinstance(allowed, str) or not (path == allowed or path.startswith(f"{allowed}/")):
            raise Unauthenticated("The link is for something else.")
        return Grant(Identity(claims["sub"], Role.GUEST), claims["exp"], looks_only=True)

    def _sign(self, claims: dict[str, Any], issued_at: datetime, expires_at: datetime) -> str:
        import jwt  # here, because not every layer that holds this module has it

        times = {"iat": int(issued_at.timestamp()), "exp": int(expires_at.timestamp())}
        return jwt.encode({**claims, **times}, self._keys()[0], algorithm=ALGORITHM)

    def _verify(self, token: str, audience: str, more: list[str]) -> dict[str, Any]:
        import jwt

        if len(token) > _MAX_LENGTH:
            raise Unauthenticated(DOES_NOT_HOLD)
        *others, last = self._keys()
        for key in others:
            try:
                return self._claims(token, key, audience, more)
            except jwt.InvalidSignatureError:
                continue  # perhaps one of the keys before
        try:
            return self._claims(token, last, audience, more)
        except jwt.InvalidSignatureError:
            raise Unauthenticated(DOES_NOT_HOLD) from None

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
                algorithms=[ALGORITHM],
                audience=audience,
                options={
                    "require": ["exp", "iat", "sub", "aud", *more],
                    # Read by our own clock, below.
                    "verify_exp": False,
                    "verify_iat": False,
                    "verify_nbf": False,
                },
            )
            check_times(
                claims,
                now=self._clock.now().timestamp(),
                early_s=OWN_CLOCKS_DIFFER_S,
                late_s=0,
            )
        except jwt.InvalidSignatureError:
            raise
        # Beside what PyJWT raises: a header nested too deep, claims of another type.
        except (jwt.InvalidTokenError, ValueError, TypeError, RecursionError):
            raise Unauthenticated(DOES_NOT_HOLD) from None
        return claims


def check_times(claims: Mapping[str, Any], *, now: float, early_s: int, late_s: int) -> None:
    """Check when a token was issued, from when it holds (if it says) and until when.

    Args:
        now: in Unix seconds.
        early_s: for how long before its beginning a token is taken.
        late_s: and after its end.

    Raises:
        Unauthenticated: it holds no longer, or not yet.
        ValueError: a time is not whole seconds.
    """
    issued_at, expires_at = _time(claims["iat"]), _time(claims["exp"])
    begins_at = max(issued_at, _time(claims.get("nbf", issued_at)))
    if now >= expires_at + late_s:
        raise Unauthenticated(EXPIRED)
    if begins_at > now + early_s:
        raise Unauthenticated(DOES_NOT_HOLD)


def _time(claim: object) -> int:
    if not isinstance(claim, int) or isinstance(claim, bool):
        raise ValueError("a time is whole seconds")
    return claim
