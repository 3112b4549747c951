"""How much the page's first load is, and how soon one can draw on it.

Sizes are as the distribution compresses them (gzip); the time is from asking for the page to the
first frame in which the board takes a stroke, in a new browser profile without a cache.
"""

from __future__ import annotations

import gzip
import statistics

from playwright.sync_api import Browser, Response

from tests.browser import chromium
from tests.service import Service, data_folder

from .harness import Ratio, table

ALLOWED_KB = 300
ALLOWED_S = 2.0
ROUNDS = 5
_SEEN_WHEN = """() => new Promise((resolve) => {
    const look = () => document.querySelector('[role=application] canvas')?.width > 300
        ? requestAnimationFrame(() => resolve(performance.now() / 1000))
        : requestAnimationFrame(look);
    look();
})"""


def main() -> str:
    """A row for the size and one for the time."""
    with data_folder() as data, chromium() as browser:
        service = Service(data)
        try:
            visits = [_visit(browser, service.address) for _ in range(ROUNDS + 1)]
        finally:
            service.stop()
    kilobytes = visits[0][0] / 1000
    seconds = statistics.median(time for _, time in visits[1:])
    rows = [
        Ratio("first load", kilobytes, ALLOWED_KB, "kB", kilobytes / ALLOWED_KB, "<= 1"),
        Ratio("until one can draw", seconds, ALLOWED_S, "s", seconds / ALLOWED_S, "<= 1"),
    ]
    return table("The page, opened for the first time", rows)


def _visit(browser: Browser, address: str) -> tuple[int, float]:
    """Compressed bytes of the page and its code, and seconds until one can draw."""
    answers: list[Response] = []
    context = browser.new_context()
    try:
        page = context.new_page()
        # Playwright marks what listens, which a method of a list does not let it.
        page.on("response", lambda answer: answers.append(answer))
        page.goto(address)
        seconds = float(page.evaluate(_SEEN_WHEN))
        page.wait_for_load_state("networkidle")
        code = [one for one in answers if "/assets/" in one.url or one.url == f"{address}/"]
        return sum(len(gzip.compress(one.body())) for one in code), seconds
    finally:
        context.close()
