"""The frame that every REST function shares: FastAPI behind Mangum, problems, headers.

A resource's module makes its Lambda handler with one line:

    handler = make_handler(SketchesConfig, router)
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dishka import Container, Provider
from fastapi import APIRouter, FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.middleware.asyncexitstack import AsyncExitStackMiddleware
from mangum import Mangum
from mangum.handlers import APIGateway
from mangum.types import LambdaConfig, LambdaContext, LambdaEvent
from starlette.exceptions import HTTPException
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.config import LimitSettings
from shared.container import container_once
from shared.logs import log_invocations

from .bodies import StrictRoute
from .limits import Limits, rate_limit_headers
from .measured import measure_requests
from .problems import answer_error, answer_http_error, answer_invalid_request, request_id_of

VERSION = "1.0.0"
TITLE = "SimGen"

TEXT_TYPES = [
    "text/",
    "application/json",
    "application/problem+json",
    "application/xml",
    "image/svg+xml",
]
"""What goes back as it is; Mangum base64-encodes everything else."""

# The API answers with data only: nothing in it may load, run or be framed anything. A page that
# needs more says so itself.
_UNLESS_GIVEN: Sequence[tuple[bytes, bytes]] = (
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
)
_ALWAYS: Sequence[tuple[bytes, bytes]] = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"strict-transport-security", b"max-age=31536000"),
    (b"access-control-allow-origin", b"*"),
    (
        b"access-control-expose-headers",
        b"etag, location, retry-after, ratelimit, ratelimit-policy, x-request-id",
    ),
)

Handler = Callable[[dict[str, Any], Any], dict[str, Any]]


class Api(FastAPI):
    """FastAPI with the middleware that a Lambda needs, and no more.

    One place turns exceptions into answers, so Starlette's outer error page, FastAPI's telemetry
    and its limit on bodies (API Gateway's is smaller) would only cost time: half of the overhead.
    """

    def build_middleware_stack(self) -> ASGIApp:
        """The layers around the router, from the outside in."""
        routes: ASGIApp = AsyncExitStackMiddleware(self.router)
        if self.state.limited:
            routes = Limits(routes, self.state.container)
        return _Headers(ExceptionMiddleware(routes, handlers=self.exception_handlers))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if self.middleware_stack is None:
            self.middleware_stack = self.build_middleware_stack()
        scope["app"] = self
        await self.middleware_stack(scope, receive, send)


def create_app(
    *routers: APIRouter,
    container: Callable[[], Container] | None = None,
    limited: bool = False,
) -> Api:
    """An application of some resources.

    Args:
        container: gives the routes what they need.
        limited: whether requests are counted, and refused where there are too many.
    """
    app = Api(
        title=TITLE,
        version=VERSION,
        openapi_url=None,
        redirect_slashes=False,
        exception_handlers={
            RequestValidationError: answer_invalid_request,
            HTTPException: answer_http_error,
            Exception: answer_error,
        },
    )
    app.state.container = container
    app.state.limited = limited
    for router in routers:
        # As they are, rather than by `include_router`, which nests routers: a tenth of a request.
        app.router.routes.extend(router.routes)
    return app


def make_handler(
    config: type,
    *routers: APIRouter,
    environ: Mapping[str, str] = os.environ,
    providers: Sequence[Provider] = (),
) -> Handler:
    """A Lambda handler for the routes of one resource.

    Where the configuration says how often one may ask, nobody may ask more often, and each
    request's time is kept in the database.

    Args:
        config: the function's configuration (see `shared.config`).
        routers: the resource's routes.
        environ: read at the first request.
        providers: what the resource binds beside the shared stores.
    """
    container = container_once(environ, config, *providers)
    app = create_app(*routers, container=container, limited=issubclass(config, LimitSettings))
    adapter = Mangum(app, lifespan="off", text_mime_types=TEXT_TYPES, custom_handlers=[_RestEvent])
    if not issubclass(config, LimitSettings):
        return log_invocations(adapter)
    return log_invocations(measure_requests(adapter, container))


def resource_router(tag: str) -> APIRouter:
    """An empty router for one resource, whose JSON bodies are read strictly."""
    return APIRouter(tags=[tag], route_class=StrictRoute, redirect_slashes=False)


class _RestEvent(APIGateway):
    """A request as API Gateway hands it over.

    Without the headers that say where it was sent to: nothing here asks for them, and Mangum fails
    on an address it doesn't expect, such as `[::1]:8000`.
    """

    _DROPPED = frozenset({"host", "x-forwarded-port"})

    def __init__(self, event: LambdaEvent, context: LambdaContext, config: LambdaConfig) -> None:
        kept = {
            part: {
                name: value
                for name, value in (event.get(part) or {}).items()
                if name.lower() not in self._DROPPED
            }
            for part in ("headers", "multiValueHeaders")
        }
        super().__init__({**event, **kept}, context, config)


class _Headers:
    """Puts on every answer the headers above, and the request's id."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = message["headers"]
                given = [name for name, _ in headers]
                headers += [header for header in _UNLESS_GIVEN if header[0] not in given]
                headers += _ALWAYS
                headers += [
                    (name.lower().encode(), value.encode())
                    for name, value in rate_limit_headers(scope).items()
                ]
                headers.append((b"x-request-id", request_id_of(scope).encode()))
            await send(message)

        await self._app(scope, receive, send_with_headers)
