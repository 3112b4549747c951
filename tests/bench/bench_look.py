"""How far behind the pen the page is with what it reads while one draws.

From a change of the drawing to what was read of it, in the page, for every glance of a drawing made
by mouse moves at the pace of a hand. The other side is what may be: 300 ms.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from itertools import pairwise

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

_LISTEN = """window.lags = []; new PerformanceObserver((list) => {
    for (const { name, duration } of list.getEntries())
        if (name === 'glance') window.lags.push(duration);
}).observe({ entryTypes: ['measure'] });"""


def main() -> str:
    """A row for the median, and one for the worst."""
    with data_folder() as data, chromium() as browser:
        service = Service(data)
        try:
            visitor = Visitor.at_desk(browser, service.address, viewport=BOARD)
            visitor.page.add_init_script(_LISTEN)
            visitor.open()
            _draw(visitor)  # what has to start first has started
            visitor.page.get_by_role("button", name="Clear").click()
            visitor.page.evaluate("window.lags.length = 0")
            _draw(visitor)
            lags = _settled(visitor.page)
        finally:
            service.stop()
    rows = [
        Ratio(f"{name}, of {len(lags)} glances", ms, ALLOWED_MS, "ms", ms / ALLOWED_MS, "<= 1")
        for name, ms in (("median", statistics.median(lags)), ("worst", max(lags)))
    ]
    return table("Behind the pen with what is read", rows)


def _draw(visitor: Visitor) -> None:
    for stroke in (FLOOR, list(_evenly(RAMP)), *(arc(at, radius) for at, radius in BALLS)):
        visitor.draw(stroke, pace_ms=PACE_MS)


def _evenly(corners: list[Point], step: float = 12) -> Iterator[Point]:
    for (x0, y0), (x1, y1) in pairwise(corners):
        parts = int(max(abs(x1 - x0), abs(y1 - y0)) // step)
        yield from ((x0 + (x1 - x0) * n / parts, y0 + (y1 - y0) * n / parts) for n in range(parts))


def _settled(page: Page) -> list[float]:
    """The lags, ms, once all that was drawn is seen."""
    page.wait_for_timeout(2000)
    lags: list[float] = page.evaluate("window.lags")
    return lags
