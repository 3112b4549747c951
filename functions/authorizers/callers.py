"""Who a token names, whoever signed it; and what API Gateway is told of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dishka import Provider, Scope, provide

from shared.clock import Clock
from shared.errors import Unauthenticated
from shared.identity import Grant
from shared.retry import Guards
from shared.tokens import ALGORITHM, DOES_NOT_HOLD, Tokens

from .issuer import ALGORITHMS, Issuer
from .keys import ISSUER, IssuerKeys, fetch_json
from .settings import IssuerSettings

_MAX_LENGTH = 8192
"""API Gateway takes 10,240 bytes of headers in all."""


class Callers:
    """Reads tokens of guests, which are our own, and of those who signed in at the issuer."""

    def __init__(self, tokens: Tokens, issuer: Issuer | None) -> None:
        self._tokens = tokens
        self._issuer = issuer

    def read(self, token: str) -> Grant:
        """What a caller's token says.

        The algorithm in its header says only whose it claims to be: each reader takes its own
        algorithms, with its own keys.

        Raises:
            Unauthenticated: it does not hold, or no longer.
            DependencyUnavailable: it takes the issuer's keys, and they can't be had.
        """
        import jwt

        if len(token) > _MAX_LENGTH:
            raise Unauthenticated(DOES_NOT_HOLD)
        try:
            header = jwt.get_unverified_header(token)
        except (jwt.InvalidTokenError, ValueError, RecursionError):
            raise Unauthenticated(DOES_NOT_HOLD) from None
        algorithm = str(header.get("alg"))
        if algorithm == ALGORITHM:
            return self._tokens.read(token)
        if self._issuer is not None and algorithm in ALGORITHMS:
            return self._issuer.read(token, header)
        raise Unauthenticated(DOES_NOT_HOLD)


class CallersProvider(Provider):
    """Who calls."""

    scope = Scope.APP

    @provide
    def callers(
        self, tokens: Tokens, settings: IssuerSettings, guards: Guards, clock: Clock
    ) -> Callers:
        """What reads tokens of guests and, where an issuer is configured, its own."""
        if not settings.issuer:
            return Callers(tokens, None)
        guard = guards.of(ISSUER)
        keys = IssuerKeys(settings.issuer, lambda address: fetch_json(address, guard))
        return Callers(tokens, Issuer(settings, keys, clock))


def policy(
    effect: str, principal: str, resource: str, context: Mapping[str, str]
) -> dict[str, Any]:
    """An authorizer's answer.

    Args:
        effect: `Allow` or `Deny`.
        principal: whom it is about.
        resource: the ARN of what may or may not be called; `*` stands for any characters.
        context: what the functions (or the refusal's wording) are told.
    """
    statement = {"Action": "execute-api:Invoke", "Effect": effect, "Resource": resource}
    return {
        "principalId": principal,
        "policyDocument": {"Version": "2012-10-17", "Statement": [statement]},
        "context": dict(context),
    }
