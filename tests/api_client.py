"""A client of the REST API, whose requests go straight to the functions that serve them."""

from __future__ import annotations

import json
import re
from collections.abc import Coroutine, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from dishka import Provider

from api import (
    documents,
    health,
    jobs,
    sessions,
    shares,
    simulations,
    sketches,
    stats,
    templates,
    uploads,
)
from api.app import Handler, make_handler
from authorizers import rest
from infra.local import template
from infra.local.authorizers import Authorizers, Refused
from infra.local.declared import RestApi
from infra.local.gateway import RouteTable, refusal_response
from infra.local.runtime_api import Answer
from tests.gateway_events import Answered, answered, rest_event

SECRET = "a secret of the tests that has more than 32 bytes"
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)

RESOURCES = {
    "sessions": (sessions, sessions.SessionsConfig),
    "uploads": (uploads, uploads.UploadsConfig),
    "sketches": (sketches, sketches.SketchesConfig),
    "simulations": (simulations, simulations.SimulationsConfig),
    "shared": (shares, shares.SharesConfig),
    "jobs": (jobs, jobs.JobsConfig),
    "templates": (templates, templates.TemplatesConfig),
    "stats": (stats, stats.StatsConfig),
    "health": (health, health.HealthConfig),
    "documents": (documents, documents.DocumentsConfig),
}


def all_handlers(environ: Mapping[str, str], *providers: Provider) -> dict[str, Handler]:
    """A new execution environment of each resource's function, and of the authorizer."""
    handlers = {
        name: make_handler(
            config,
            module.router,
            environ=environ,
            providers=[*getattr(module, "PROVIDERS", ()), *providers],
        )
        for name, (module, config) in RESOURCES.items()
    }
    return handlers | {"authorizer": rest.make_handler(environ, providers)}


class SetClock:
    """A clock that stands still until it is set."""

    def __init__(self) -> None:
        self.time = NOW

    def now(self) -> datetime:
        return self.time

    def pass_by(self, **time: float) -> None:
        self.time += timedelta(**time)


@cache
def rest_api() -> RestApi:
    """The REST API that the template declares."""
    found = template.load(Path(__file__).parents[1] / "template.yaml").rest
    assert found is not None
    return found


class Api:
    """Sends requests to the function that serves them, as the gateway would.

    Where the template has an authorizer in front of a function, it is asked first: by the gateway's
    own code, which also words what it refuses.

    Args:
        handlers: by the resource's name; `authorizer` is the authorizer's, if one is to be asked.
    """

    def __init__(self, handlers: Mapping[str, Handler]) -> None:
        self._handlers = handlers
        self._routes = RouteTable(rest_api().routes)
        self._authorizers = Authorizers("api", "live", self._ask_authorizer)

    def send(
        self,
        method: str,
        address: str,
        body: bytes | None = None,
        *,
        token: str | None = None,
        **headers: str,
    ) -> Answered:
        """Header names are given with `_` for `-`."""
        path, _, query = address.partition("?")
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if token is not None:
            sent["Authorization"] = f"Bearer {token}"
        event = rest_event(method, path, headers=sent, query=query, body=body)
        found = self._routes.find(method, path)
        if found is not None and found[0].authorizer is not None:
            asked = self._authorizers.check(found[0].authorizer, event, f"{method}{path}")
            try:
                event["requestContext"]["authorizer"] = _result(asked)
            except Refused as refused:
                response = refusal_response(rest_api(), refused, "the gateway's")
                return Answered(response.status_code, response.headers, response.body)
        return answered(self._handlers[_resource_of(path)](event, None))

    def send_json(self, method: str, address: str, value: Any, **headers: Any) -> Answered:
        body = json.dumps(value).encode()
        return self.send(method, address, body, content_type="application/json", **headers)

    async def _ask_authorizer(self, _function: str, event: bytes) -> Answer:
        try:
            return Answer(
                json.dumps(self._handlers["authorizer"](json.loads(event), None)).encode()
            )
        except Exception as error:
            return Answer.failed(type(error).__name__, str(error))


def _result(work: Coroutine[Any, Any, Any]) -> Any:
    """What a coroutine that waits for nothing returns, without a loop that Mangum would meet."""
    try:
        work.send(None)
    except StopIteration as done:
        return done.value
    raise AssertionError("it waits for something")


def _resource_of(path: str) -> str:
    found = re.match(r"(?:/v1)?/([a-z]+)", path)
    name = found[1] if found else ""
    return name if name in RESOURCES else "documents"
