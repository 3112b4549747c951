"""A client of the REST API, whose requests go straight to the functions that serve them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

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
from api.app import Handler
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


class SetClock:
    """A clock that stands still until it is set."""

    def __init__(self) -> None:
        self.time = NOW

    def now(self) -> datetime:
        return self.time

    def pass_by(self, **time: float) -> None:
        self.time += timedelta(**time)


class Api:
    """Sends requests to the function that serves them, as the gateway would."""

    def __init__(self, handlers: Mapping[str, Handler]) -> None:
        self._handlers = handlers

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
        return answered(self._handlers[_resource_of(path)](event, None))

    def send_json(self, method: str, address: str, value: Any, **headers: Any) -> Answered:
        body = json.dumps(value).encode()
        return self.send(method, address, body, content_type="application/json", **headers)


def _resource_of(path: str) -> str:
    found = re.match(r"(?:/v1)?/([a-z]+)", path)
    name = found[1] if found else ""
    return name if name in RESOURCES else "documents"
