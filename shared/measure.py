"""What is measured always: how often things happened, and how long they took.

Adding to it costs a microsecond and never waits: it is kept in memory until `functions/records`
writes it in a batch, and is bounded, so that a database that is down costs no memory either.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from .clock import Clock

MOST_TIMINGS = 1000
NAMESPACE = "SimGen"


@dataclass(frozen=True, slots=True)
class Timing:
    """One operation: how long it took in milliseconds, and how many bytes it was about."""

    operation: str
    duration_ms: float
    succeeded: bool
    recorded_at: datetime
    bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured since the last time."""

    counts: Mapping[str, int]
    timings: tuple[Timing, ...]


class Measurements:
    """This process's measurements. May be used by several threads.

    Args:
        most: timings that are kept; beyond that the oldest are dropped.
    """

    def __init__(self, clock: Clock, *, most: int = MOST_TIMINGS) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()
        self._timings: deque[Timing] = deque(maxlen=most)

    def count(self, name: str, by: int = 1) -> None:
        """Something happened."""
        with self._lock:
            self._counts[name] += by

    def record(
        self, operation: str, duration_ms: float, *, succeeded: bool = True, size: int | None = None
    ) -> None:
        """An operation is over; `size` in bytes."""
        timing = Timing(operation, duration_ms, succeeded, self._clock.now(), size)
        with self._lock:
            self._timings.append(timing)

    @contextmanager
    def timed(self, operation: str) -> Iterator[None]:
        """Time a block; it has failed if it raises."""
        began = time.perf_counter()
        succeeded = False
        try:
            yield
            succeeded = True
        finally:
            took_ms = (time.perf_counter() - began) * 1000
            self.record(operation, took_ms, succeeded=succeeded)

    def breaker_opened(self, name: str) -> None:
        """A dependency has failed many times in a row; counted by its name, and with all others."""
        self.count("breaker.opened")
        self.count(f"breaker.opened.{name}")

    def take(self) -> Measured:
        """All that was measured, which is then forgotten."""
        with self._lock:
            taken = Measured(dict(self._counts), tuple(self._timings))
            self._counts.clear()
            self._timings.clear()
        return taken


def emit(measured: Measured) -> None:
    """Write measurements to a Lambda environment's log as metrics (CloudWatch's EMF).

    Elsewhere nothing. Counts and timings of a batch go out together, by Powertools.
    """
    if not os.environ.get("AWS_LAMBDA_FUNCTION_NAME"):
        return
    from aws_lambda_powertools import Metrics
    from aws_lambda_powertools.metrics import MetricUnit

    metrics = Metrics(
        namespace=NAMESPACE, service=os.environ.get("POWERTOOLS_SERVICE_NAME", "simgen")
    )
    for name, value in measured.counts.items():
        metrics.add_metric(name, MetricUnit.Count, value)
    for timing in measured.timings:
        metrics.add_metric(timing.operation, MetricUnit.Milliseconds, timing.duration_ms)
    if not metrics.metric_set:
        return
    # In one piece, unlike `flush_metrics`: on one machine several workers append to one log.
    sys.stdout.write(json.dumps(metrics.serialize_metric_set(), separators=(",", ":")) + "\n")
    metrics.clear_metrics()
