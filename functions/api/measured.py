"""Each request's time, by its route; written down in batches, beside the requests."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from dishka import Container

from records.measurements import Recorder
from shared.clock import Clock
from shared.config import DatabaseSettings
from shared.measure import Measurements

Handler = Callable[[dict[str, Any], Any], dict[str, Any]]
_SERVER_ERROR = 500


def measure_requests(handler: Handler, container: Callable[[], Container]) -> Handler:
    """The same handler, with its requests measured.

    Args:
        container: says where the database is that measurements are written to.
    """

    made: list[Recorder] = []

    def measured(event: dict[str, Any], context: Any) -> dict[str, Any]:
        for recorder in made:
            recorder.write_if_due()
        began = time.perf_counter()
        answer = handler(event, context)
        took_ms = (time.perf_counter() - began) * 1000
        status = answer["statusCode"]
        if status != _SERVER_ERROR:  # then perhaps there is no container either
            if not made:
                made.append(_recorder(container()))
            # The route as the gateway has it, `/v1/jobs/{job_id}`: there are only so many.
            operation = f"api.{event['httpMethod']} {event['resource']}"
            container().get(Measurements).record(
                operation,
                took_ms,
                succeeded=status < _SERVER_ERROR,
                size=len(answer.get("body") or ""),
            )
        return answer

    return measured


def _recorder(services: Container) -> Recorder:
    from shared.postgres import open_postgres  # here, as no driver is needed to start

    # A connection of its own: the requests' is theirs.
    database = open_postgres(services.get(DatabaseSettings).database_url)
    return Recorder(services.get(Measurements), database, services.get(Clock))
