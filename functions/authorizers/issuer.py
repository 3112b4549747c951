"""Access tokens of the issuer that people sign in at: a Cognito user pool, or any other.

After RFC 8725 (best practice), RFC 9068 (access tokens) and Cognito's guide to verifying tokens.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import jwt

from shared.clock import Clock
from shared.errors import Unauthenticated
from shared.identity import Grant, Identity, Role
from shared.tokens import DOES_NOT_HOLD, ISSUERS_CLOCK_DIFFERS_S, check_times

from .keys import IssuerKeys
from .settings import IssuerSettings

ALGORITHMS = frozenset({"RS256", "ES256"})
"""Both by a public key; none that a public key could be passed for the secret of."""
_NEEDED = ["iss", "sub", "iat", "exp"]


class Issuer:
    """Reads the access tokens of one issuer."""

    def __init__(self, settings: IssuerSettings, keys: IssuerKeys, clock: Clock) -> None:
        self._settings = settings
        self._keys = keys
        self._clock = clock

    def read(self, token: str, header: Mapping[str, Any]) -> Grant:
        """What a token says.

        Args:
            header: the token's, not yet verified, with an algorithm of `ALGORITHMS`.

        Raises:
            Unauthenticated: it does not hold, or no longer.
            DependencyUnavailable: the issuer's keys can't be had.
        """
        kid, algorithm = header.get("kid"), str(header.get("alg"))
        if not isinstance(kid, str):
            raise Unauthenticated(DOES_NOT_HOLD)
        key = self._keys.find(kid, algorithm)
        try:
            claims = jwt.decode(
                token,
                key,
                algorithms=[algorithm],
                issuer=self._settings.issuer,
                options={
                    "require": _NEEDED,
                    # Read below: `aud` may be missing, and the time is our own clock's.
                    "verify_aud": False,
                    "verify_exp": False,
                    "verify_iat": False,
                    "verify_nbf": False,
                },
            )
            check_times(
                claims,
                now=self._clock.now().timestamp(),
                early_s=ISSUERS_CLOCK_DIFFERS_S,
                late_s=ISSUERS_CLOCK_DIFFERS_S,
            )
        except (jwt.InvalidTokenError, ValueError, TypeError, RecursionError):
            raise Unauthenticated(DOES_NOT_HOLD) from None
        if not self._is_for_us(claims):
            raise Unauthenticated(DOES_NOT_HOLD)
        return Grant(self._identity(claims), claims["exp"] + ISSUERS_CLOCK_DIFFERS_S)

    def _is_for_us(self, claims: Mapping[str, Any]) -> bool:
        """Whether it is an access token, for one of the audiences."""
        # Cognito's own claim: an ID token says who signed in, and opens nothing.
        if claims.get("token_use", "access") != "access":
            return False
        audience = claims.get("aud", claims.get("client_id"))
        named = audience if isinstance(audience, list) else [audience]
        return any(isinstance(one, str) and one in self._settings.audiences for one in named)

    def _identity(self, claims: Mapping[str, Any]) -> Identity:
        """Of whom the issuer calls `sub`, which is unique at that issuer only."""
        name = f"{claims['iss']}\n{claims['sub']}"
        roles = _roles(claims, self._settings.roles_claim)
        role = Role.ADMIN if self._settings.admin_role in roles else Role.USER
        return Identity(f"user_{sha256(name.encode()).hexdigest()[:32]}", role)


def _roles(claims: Mapping[str, Any], path: str) -> list[Any]:
    """The roles in a claim, by its name or, with dots, by the names that lead to it."""
    found: Any = claims.get(path)
    if found is None:
        found = claims
        for name in path.split("."):
            found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, list) else [found]
