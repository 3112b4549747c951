"""Who may call the REST API: asked by API Gateway before any function, and remembered by it.

The answer is kept under the token alone, so it is about the whole API: that a caller is known, not
what of it is theirs. That is each function's to say, beside its rows.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

from dishka import Container, Provider

from shared.container import container_once
from shared.errors import Unauthenticated
from shared.identity import Grant
from shared.logs import log_invocations
from shared.tokens import Tokens

from .callers import Callers, CallersProvider, policy
from .settings import AuthorizerConfig

Event = Mapping[str, Any]
NOBODY = "nobody"
_NAMELESS = "A token is needed: POST /v1/sessions hands one out."


def authorize(event: Event, services: Container) -> Grant:
    """Who calls, by the bearer token; or who looks, by the token in a link.

    Raises:
        Unauthenticated: there is no token, or it does not hold.
        DependencyUnavailable: that can't be told now.
    """
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    query = event.get("queryStringParameters") or {}
    if "authorization" in headers:
        kind, _, token = headers["authorization"].partition(" ")
        if kind.lower() != "bearer":
            raise Unauthenticated(_NAMELESS)
        return services.get(Callers).read(token.strip())
    if "token" in query:
        return services.get(Tokens).read_link(query["token"], event["path"])
    raise Unauthenticated(_NAMELESS)


def make_handler(
    environ: Mapping[str, str] = os.environ, providers: Sequence[Provider] = ()
) -> Any:
    """The Lambda handler of an authorizer of REST requests."""
    container = container_once(environ, AuthorizerConfig, CallersProvider(), *providers)

    def handler(event: Event, _context: Any) -> dict[str, Any]:
        everything = "/".join(event["methodArn"].split("/")[:2]) + "/*"
        try:
            grant = authorize(event, container())
        except Unauthenticated as error:
            return policy("Deny", NOBODY, everything, {"detail": error.detail})
        # A link is one thing's, and answers about links are not kept.
        allowed = event["methodArn"] if grant.looks_only else everything
        return policy("Allow", grant.identity.owner_id, allowed, grant.to_context())

    return log_invocations(handler)


handler = make_handler()
