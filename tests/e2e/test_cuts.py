"""A network that fails in mid-play: what was cut off goes on, says so, and nothing is lost."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Browser, WebSocketRoute, expect

from tests.e2e.browsing import Recorded, Visitor
from tests.service import Service

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("service")]

CHUNKS_BEFORE_THE_CUT = 5


class CutLine:
    """Between the page and the service: cuts the first socket after so many chunks."""

    def __init__(self, visitor: Visitor) -> None:
        self.asked: list[dict[str, Any]] = []
        """What the page asked to play."""
        self.chunks: list[tuple[int, float]] = []
        """The socket that a chunk came by, and its time."""
        self.lines = 0
        visitor.page.route_web_socket("**/live?*", self._join)

    def _join(self, page: WebSocketRoute) -> None:
        number, self.lines = self.lines, self.lines + 1
        service = page.connect_to_server()

        def ask(message: str | bytes) -> None:
            parsed = json.loads(message)
            if parsed["action"] == "play":
                self.asked.append(parsed)
            service.send(message)

        def answer(message: str | bytes) -> None:
            parsed = json.loads(message)
            if parsed["type"] != "chunk":
                return page.send(message)
            if number == 0 and len(self.chunks) >= CHUNKS_BEFORE_THE_CUT:
                return page.close(code=1001)
            self.chunks.append((number, parsed["t0"]))
            return page.send(message)

        page.on_message(ask)
        service.on_message(answer)


def test_a_play_that_is_cut_off_goes_on_at_its_frame_and_says_so(
    browser: Browser, service: Service, pendulum: Recorded
) -> None:
    visitor = Visitor.at_desk(browser, service.address)
    line = CutLine(visitor)
    visitor.page.add_init_script(
        # What is said for a few seconds is kept: the machine may be slow.
        """window.said = []; new MutationObserver(() => {
            const notice = document.querySelector('.viewer-notice, .connection .notice');
            if (notice) window.said.push(notice.textContent);
        }).observe(document, { childList: true, subtree: true, characterData: true });"""
    )
    visitor.watch(pendulum)
    first, again = line.asked[0], line.asked[-1]
    assert len(line.asked) == line.lines == 2
    assert first["from"] == 0
    had = [t0 for number, t0 in line.chunks if number == 0]
    rest = [t0 for number, t0 in line.chunks if number == 1]
    # It had one chunk more than the last that began: half a second of motion.
    assert had[-1] < again["from"] <= had[-1] + 0.6
    assert rest[0] <= again["from"] < rest[0] + 0.6
    assert rest == sorted(rest)
    said = visitor.page.evaluate("window.said")
    assert any(f"goes on at {again['from']:.2f} s" in one for one in said), set(said)
    assert any("Reconnected" in one for one in said)
    # All of it is there, once: it swings as ever.
    expect(visitor.page.get_by_test_id("period")).to_be_visible()
    assert visitor.shown("period") == pytest.approx(1.80, abs=0.02)
    visitor.page.context.close()
    assert visitor.complaints == []


def test_the_page_comes_back_when_the_service_does(browser: Browser, service: Service) -> None:
    visitor = Visitor.at_desk(browser, service.address)
    lines: list[WebSocketRoute] = []

    def join(line: WebSocketRoute) -> None:
        lines.append(line)
        line.connect_to_server()

    visitor.page.route_web_socket("**/live?*", join)
    with visitor.page.expect_websocket():
        visitor.open()
    # Not before it was open: what never was is no cut.
    visitor.page.wait_for_function("document.querySelector('[role=application] canvas')")
    visitor.page.wait_for_timeout(1_000)
    lines[0].close(code=1001)
    expect(visitor.page.locator(".connection")).to_contain_text("Reconnected")
    visitor.look("reconnected")
    assert len(lines) > 1
    visitor.page.context.close()
    assert visitor.complaints == []
