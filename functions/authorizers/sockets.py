"""Who may open a socket: asked by API Gateway before `$connect`.

What is found stays with the connection: every later event of it says who calls.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

from dishka import Provider

from shared.config import ProxySettings
from shared.container import container_once
from shared.errors import Unauthenticated
from shared.limits import outermost
from shared.logs import log_invocations

from .callers import Callers, CallersProvider, policy
from .rest import NOBODY, Event
from .settings import AuthorizerConfig


def make_handler(
    environ: Mapping[str, str] = os.environ, providers: Sequence[Provider] = ()
) -> Any:
    """The Lambda handler of the authorizer of `$connect`.

    The token is in the query: browsers can't send headers with a WebSocket. Who comes by the link
    of a simulation is let through as nobody: whether it holds is in the database, which `$connect`
    asks.
    """
    container = container_once(environ, AuthorizerConfig, CallersProvider(), *providers)

    def handler(event: Event, _context: Any) -> dict[str, Any]:
        query = event.get("queryStringParameters") or {}
        services = container()
        seen = {"address": _address_of(event, services.get(ProxySettings).proxies_in_front)}
        if "share" in query and "token" not in query:
            return policy("Allow", NOBODY, event["methodArn"], seen)
        try:
            grant = services.get(Callers).read(query.get("token", ""))
        except Unauthenticated:
            raise Unauthorized("Unauthorized") from None
        owner = grant.identity.owner_id
        return policy("Allow", owner, event["methodArn"], {**grant.to_context(), **seen})

    return log_invocations(handler)


class Unauthorized(Exception):
    """API Gateway's word for it: an authorizer that fails with this text answers 401."""


def _address_of(event: Event, proxies: int) -> str:
    """Where a socket is opened from: no later event has the headers that tell."""
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    forwarded = [place.strip() for place in headers.get("x-forwarded-for", "").split(",")]
    seen = event["requestContext"].get("identity", {}).get("sourceIp") or ""
    return outermost(forwarded, seen, proxies)


handler = make_handler()
