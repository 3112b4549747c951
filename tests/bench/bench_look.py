"""How far behind the pen the page is with what it reads while one draws.

From a change of the drawing to the frame that shows what was read of it, for every glance of a
drawing made by mouse moves at the pace of a hand. The other side is what may be: 300 ms. Below it
stands where that time went, and what a glance costs of the processors, which a busy machine does
not change.
"""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from itertools import pairwise
from typing import Any

import psutil
from playwright.sync_api import Page

from tests.browser import chromium
from tests.e2e.browsing import BOARD, Point, Visitor, arc
from tests.service import Service, data_folder

from .harness import Ratio, table

ALLOWED_MS = 300
PACE_MS = 16
"""From one place of the pen to the next, as a mouse tells it."""
FLOOR = [(100.0 + 12 * n, 380.0) for n in range(50)]
RAMP = [(300.0, 380.0), (600.0, 380.0), (600.0, 220.0), (300.0, 380.0)]
BALLS = [((200.0, 300.0), 26.0), ((480.0, 120.0), 34.0), ((690.0, 200.0), 30.0)]

STAGES = ("waited", "drawn", "read", "shown")
"""For a glance to begin, in drawing its image, in the service, and until it is on the screen."""

_LISTEN = """window.glances = []; new PerformanceObserver((list) => {
    for (const { name, duration, detail } of list.getEntries())
        if (name === 'glance') window.glances.push({ ...detail, all: duration });
}).observe({ entryTypes: ['measure'] });"""


def main() -> str:
    """A row for the median, and one for the worst; medians of the stages, and processor time."""
    with data_folder() as data, chromium() as browser:
        service = Service(data)
        try:
            visitor = Visitor.at_desk(browser, service.address, viewport=BOARD)
            visitor.page.add_init_script(_LISTEN)
            visitor.open()
            _draw(visitor)  # what has to start first has started
            visitor.page.get_by_role("button", name="Clear").click()
            visitor.page.evaluate("window.glances.length = 0")
            before = _processor_s()
            _draw(visitor)
            glances = _settled(visitor.page)
            spent = _processor_s() - before
        finally:
            service.stop()
    lags = [glance["all"] for glance in glances]
    rows = [
        Ratio(f"{name}, of {len(lags)} glances", ms, ALLOWED_MS, "ms", ms / ALLOWED_MS, "<= 1")
        for name, ms in (("median", statistics.median(lags)), ("worst", max(lags)))
    ]
    stages = {name: statistics.median(one[name] for one in glances) for name in STAGES}
    costs = {name: 1000 * seconds / len(glances) for name, seconds in spent.most_common(4)}
    return "\n".join(
        [
            table("Behind the pen with what is read", rows),
            f"  medians, ms: {_listed(stages)}",
            f"  processor time a glance, ms, with the drawing itself: {_listed(costs)}",
        ]
    )


def _listed(figures: dict[str, float]) -> str:
    return ", ".join(f"{name} {value:.0f}" for name, value in figures.items())


def _processor_s() -> Counter[str]:
    """Processor time of everything that was started here so far, by what it is for, s."""
    spent: Counter[str] = Counter()
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            times, called = process.cpu_times(), " ".join(process.cmdline())
            if "chrom" in process.name():
                purpose = "compositor" if "--type=gpu-process" in called else "page"
            else:
                function = process.environ().get("AWS_LAMBDA_FUNCTION_NAME")
                purpose = "reader" if function == "LookFunction" else "rest of the stack"
            spent[purpose] += times.user + times.system
    return spent


def _draw(visitor: Visitor) -> None:
    for stroke in (FLOOR, list(_evenly(RAMP)), *(arc(at, radius) for at, radius in BALLS)):
        visitor.draw(stroke, pace_ms=PACE_MS)


def _evenly(corners: list[Point], step: float = 12) -> Iterator[Point]:
    for (x0, y0), (x1, y1) in pairwise(corners):
        parts = int(max(abs(x1 - x0), abs(y1 - y0)) // step)
        yield from ((x0 + (x1 - x0) * n / parts, y0 + (y1 - y0) * n / parts) for n in range(parts))


def _settled(page: Page) -> list[dict[str, Any]]:
    """The glances, once all that was drawn is seen."""
    page.wait_for_timeout(2000)
    glances: list[dict[str, Any]] = page.evaluate("window.glances")
    return glances
