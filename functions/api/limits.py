"""How often one may ask: a request is charged before anything is done for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dishka import Container
from fastapi import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.clock import Clock
from shared.config import LimitSettings
from shared.errors import RateLimited, Unauthenticated
from shared.identity import grant_in
from shared.limits import Kind, Limiter, Standing, outermost
from shared.measure import Measurements

_READS = frozenset({"GET", "HEAD", "OPTIONS"})
_HEADERS = "simgen.rate_limit_headers"
_CALLER = "simgen.rate_limit_caller"
_ADDRESS = "simgen.rate_limit_address"


class Limits:
    """Charges a request to its caller and its address, or refuses it with 429.

    Args:
        app: what answers.
        container: holds the limiter.
    """

    def __init__(self, app: ASGIApp, container: Callable[[], Container]) -> None:
        self._app = app
        self._container = container

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request.

        Raises:
            RateLimited: too many came.
        """
        services = self._container()
        scope[_CALLER] = _caller_of(scope, services.get(Clock))
        scope[_ADDRESS] = address_of(scope, services.get(LimitSettings).proxies_in_front)
        kind = Kind.READ if scope["method"] in _READS else Kind.WRITE
        try:
            _charge(scope, services.get(Limiter), kind)
        except RateLimited:
            services.get(Measurements).count("requests.refused")
            raise
        await self._app(scope, receive, send)


def charge_paid(request: Request, limiter: Limiter) -> None:
    """Charge a request once more, as one that costs money.

    Raises:
        RateLimited: too many of these came.
    """
    _charge(request.scope, limiter, Kind.PAID)


def rate_limit_headers(scope: Mapping[str, Any]) -> Mapping[str, str]:
    """The headers that say where the asker stands; none where nothing is limited."""
    found: Mapping[str, str] = scope.get(_HEADERS, {})
    return found


def address_of(scope: Scope, proxies: int) -> str:
    """Where a request came from, as the outermost of our own `proxies` saw it."""
    forwarded = [
        place.strip()
        for name, value in scope["headers"]
        if name == b"x-forwarded-for"
        for place in value.decode("latin-1").split(",")
    ]
    client = scope.get("client")
    return outermost(forwarded, client[0] if client else "", proxies)


def _charge(scope: Scope, limiter: Limiter, kind: Kind) -> None:
    standing: Standing = limiter.charge(kind, scope[_CALLER], scope[_ADDRESS])
    scope[_HEADERS] = standing.headers()
    standing.check()


def _caller_of(scope: Scope, clock: Clock) -> str | None:
    """Who calls; None where nobody is known to, which is told later if it matters."""
    try:
        grant = grant_in(scope["aws.event"], now=clock.now())
    except Unauthenticated:
        return None
    return grant.identity.owner_id if grant else None
