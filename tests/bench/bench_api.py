"""What the REST functions cost: their start, and each request."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from mangum import Mangum

from api import health
from api.app import make_handler
from tests.gateway_events import rest_event

from .harness import Ratio, table

ROOT = Path(__file__).parents[2]
FUNCTIONS = ("sessions", "uploads", "sketches", "simulations", "jobs", "templates", "health")
HEAVY = ("numpy", "cv2", "mujoco", "fastapi", "psycopg", "redis", "boto3", "onnxruntime")
NOT_BEFORE_NEED = ("boto3", "cv2", "mujoco", "onnxruntime", "scipy")

_ROUNDS, _REQUESTS, _STARTS = 60, 100, 5

# Prints milliseconds, and which modules that should wait were loaded. Of processor time, which is
# what an import from a warm disk takes, and which a busy machine does not stretch.
_TIMED_IMPORT = """
import importlib, sys, time
began = time.process_time()
for name in {names!r}:
    importlib.import_module(name)
print((time.process_time() - began) * 1e3, *(n for n in {unwanted!r} if n in sys.modules))
"""


def import_ms(*names: str) -> tuple[float, list[str]]:
    """How long a fresh interpreter takes to import these, and what came along unasked."""
    code = _TIMED_IMPORT.format(names=names, unwanted=NOT_BEFORE_NEED)
    done = subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        capture_output=True,
        text=True,
        env={"PYTHONPATH": f"{ROOT / 'functions'}:{ROOT}", "PATH": ""},
    )
    took, *unwanted = done.stdout.split()
    return float(took), unwanted


def measure_starts() -> list[Ratio]:
    """Each function's import beside that of all heavy packages together.

    The least of a few starts each, in turns: other work makes a start slower, never faster.
    """
    together = float("inf")
    alone = dict.fromkeys(FUNCTIONS, float("inf"))
    for _ in range(_STARTS):
        together = min(together, import_ms(*HEAVY)[0])
        for name in FUNCTIONS:
            took, unwanted = import_ms(f"api.{name}")
            if unwanted:
                raise SystemExit(f"api.{name} loads {', '.join(unwanted)} at import")
            alone[name] = min(alone[name], took)
    return [
        Ratio(f"import api.{name}", took, together, "ms", took / together, "<= 0.6")
        for name, took in alone.items()
    ]


def measure_requests() -> Ratio:
    """A warm request through our frame, beside one through FastAPI and Mangum as they come.

    Both answer the same JSON from an `async def` route; ours has security headers, problems and a
    line in the log besides. Processor time; medians of the rounds, and of their ratios.
    """
    plain = FastAPI()

    @plain.get("/health")
    async def alive() -> dict[str, str]:
        return {"status": "alive", "version": "1.0.0"}

    event = rest_event("GET", "/health")
    sides: list[tuple[Callable[[Any, Any], Any], list[float]]] = [
        (make_handler(health.HealthConfig, health.router, environ={}), []),
        (Mangum(plain, lifespan="off"), []),
    ]
    for round_number in range(_ROUNDS + 1):
        for handler, times in sides:
            began = time.process_time()
            for _ in range(_REQUESTS):
                handler(event, None)
            if round_number:  # the first round warms up
                times.append((time.process_time() - began) / _REQUESTS * 1e6)
    (_, ours), (_, theirs) = sides
    ratio = statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
    medians = statistics.median(ours), statistics.median(theirs)
    return Ratio("a warm request (FastAPI + Mangum)", *medians, "µs", ratio, "<= 1.0")


def main() -> str:
    """The table."""
    return table("REST functions", [*measure_starts(), measure_requests()])
