"""Each request's time, by its route; written down in batches."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cache
from typing import Any

from dishka import Container

from records.measurements import Recorder
from shared.clock import Clock
from shared.database import Database
from shared.measure import Measurements

Handler = Callable[[dict[str, Any], Any], dict[str, Any]]
_SERVER_ERROR = 500


def measure_requests(handler: Handler, container: Callable[[], Container]) -> Handler:
    """The same handler, with its requests measured.

    Args:
        container: holds the database that measurements are written to.
    """

    @cache
    def recorder() -> Recorder:
        services = container()
        return Recorder(services.get(Measurements), services.get(Database), services.get(Clock))

    def measured(event: dict[str, Any], context: Any) -> dict[str, Any]:
        began = time.perf_counter()
        answer = handler(event, context)
        took_ms = (time.perf_counter() - began) * 1000
        status = answer["statusCode"]
        if status != _SERVER_ERROR:  # then perhaps there is no container either
            # The route as the gateway has it, `/v1/jobs/{job_id}`: there are only so many.
            operation = f"api.{event['httpMethod']} {event['resource']}"
            services = container()
            services.get(Measurements).record(
                operation,
                took_ms,
                succeeded=status < _SERVER_ERROR,
                size=len(answer.get("body") or ""),
            )
            recorder().write_if_due()
        return answer

    return measured
