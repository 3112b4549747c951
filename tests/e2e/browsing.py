"""A person in front of the page: what they draw, and what they see."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Locator, Page, Request

ROOT = Path(__file__).parents[2]
READING_LIMIT_MS = 120_000
_AXE = ROOT / "functions/web/node_modules/axe-core/axe.min.js"

Point = tuple[float, float]


def arc(centre: Point, radius: float, steps: int = 40) -> list[Point]:
    """A circle as a hand draws it: round once, a little over."""
    turns = (2 * math.pi * step / (steps - 2) - 1.8 for step in range(steps))
    return [(centre[0] + radius * math.cos(t), centre[1] + radius * math.sin(t)) for t in turns]


class Visitor:
    """Someone who uses the page, and notices whatever goes wrong behind it."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address
        self.complaints: list[str] = []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", self._watch)

    def open(self, path: str = "/") -> None:
        self.page.goto(self.address + path)

    @property
    def board(self) -> Locator:
        return self.page.get_by_role("application")

    def draw(self, *strokes: Sequence[Point]) -> None:
        """By mouse, each stroke from its first point to its last; CSS pixels of the board."""
        box = self.board.bounding_box()
        assert box is not None
        mouse = self.page.mouse
        for stroke in strokes:
            places = [(box["x"] + x, box["y"] + y) for x, y in stroke]
            mouse.move(*places[0])
            mouse.down()
            for place in places[1:]:
                mouse.move(*place, steps=3)
            mouse.up()

    def choose(self, tool: str) -> None:
        self.page.get_by_role("radio", name=tool, exact=True).click()

    def write(self, words: str, at: Point) -> None:
        """A label."""
        self.choose("Label")
        self.draw([at])
        self.page.keyboard.type(words)
        self.page.keyboard.press("Enter")

    def press_play(self) -> None:
        self.page.get_by_role("button", name="Play", exact=True).first.click()

    def await_reading(self) -> None:
        """Until the job has ended well and what was read is shown."""
        self.page.wait_for_url("**/sim/*")
        self.page.get_by_role("region", name="What was read").wait_for(timeout=READING_LIMIT_MS)
        self.page.get_by_role("region", name="Progress").wait_for(
            state="detached", timeout=READING_LIMIT_MS
        )

    def marks(self) -> list[str]:
        """The kinds of the marks in the reading."""
        return sorted(self.page.locator(".reading .name-tag text").all_text_contents())

    def drawn(self) -> list[dict[str, Any]]:
        """What is on the board, as it is kept in the browser."""
        kept = self.page.evaluate("localStorage.getItem('simgen.drawing')")
        return cast(list[dict[str, Any]], json.loads(kept)["elements"] if kept else [])

    def drop(self, data: bytes, name: str, kind: str) -> None:
        """Drop a file on the page."""
        transfer = self.page.evaluate_handle(
            """([bytes, name, type]) => {
                const transfer = new DataTransfer();
                transfer.items.add(new File([new Uint8Array(bytes)], name, { type }));
                return transfer;
            }""",
            [list(data), name, kind],
        )
        for event in ("dragover", "drop"):
            self.page.dispatch_event("main", event, {"dataTransfer": transfer})

    def barriers(self) -> list[str]:
        """What axe-core finds to keep people out."""
        self.page.evaluate(_AXE.read_text())
        found: Iterable[dict[str, Any]] = self.page.evaluate("axe.run().then((r) => r.violations)")
        return [
            f"{one['id']}: {one['help']}: {[node['target'] for node in one['nodes']][:3]}"
            for one in found
        ]

    def look(self, name: str) -> None:
        """Keep a picture of the page in the folder `SCREENSHOTS`, if there is one."""
        if folder := os.environ.get("SCREENSHOTS"):
            self.page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.text} {message.location.get('url', '')}")

    def _watch(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob") and not request.url.startswith(self.address):
            self.complaints.append(f"asked another origin: {request.url}")
