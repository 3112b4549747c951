"""The frame around every scheduled function."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any

from dishka import Container, Provider

from shared.container import container_once
from shared.logs import log_invocations

Counts = dict[str, int]
"""What a run did: how many of what."""


def scheduled(
    config: type,
    run: Callable[[Mapping[str, Any], Container], Counts],
    *,
    environ: Mapping[str, str] = os.environ,
    providers: tuple[Provider, ...] = (),
) -> Callable[[Mapping[str, Any], Any], Counts]:
    """A Lambda handler that runs by the clock. Each `run` may run twice, also at once.

    What it raises leaves the function, so that Lambda's retry and its error metric see it.

    Args:
        config: the function's configuration.
        run: does the work, with the event and the container's services.
        environ: read at the first run.
        providers: what stands in for parts of the container.
    """
    container = container_once(environ, config, *providers)

    def handler(event: Mapping[str, Any], _context: Any) -> Counts:
        return run(event, container())

    return log_invocations(handler)


def in_batches(purge: Callable[[], int], batch: int, *, at_most: int = 1000) -> int:
    """Call `purge` until it finds less than a full batch; how many it were in all.

    Small batches keep locks short; `at_most` of them bound one run.
    """
    total = 0
    for _ in range(at_most):
        found = purge()
        total += found
        if found < batch:
            break
    return total
