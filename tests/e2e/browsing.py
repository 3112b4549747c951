"""A person in front of the page: what they draw, and what they see."""

from __future__ import annotations

import io
import json
import math
import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

import numpy as np
from PIL import Image
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request, expect

from tests.service import Client

ROOT = Path(__file__).parents[2]
READING_LIMIT_MS = 120_000
BOARD = {"width": 1280, "height": 800}
DESK = {"width": 1024, "height": 640}
PHONE = {"width": 360, "height": 740}
_AXE = ROOT / "functions/web/node_modules/axe-core/axe.min.js"

Point = tuple[float, float]
Rgb = tuple[int, int, int]


@dataclass(frozen=True)
class Recorded:
    """A finished simulation, and the session of who made it."""

    simulation_id: str
    sketch_id: str | None
    session: dict[str, Any]


def record(address: str, drawing: bytes | str, **options: Any) -> Recorded:
    """Have a drawing (PNG) or a sentence simulated, through the API as any client would."""
    session = Client.begin(address)
    client = Client(address, session["token"])
    if isinstance(drawing, str):
        made = client.post("/v1/simulations", json={"prompt": drawing, **options}).json()
    else:
        made = client.draw(drawing)
    job = client.finish(made["job_id"])
    assert job["status"] == "succeeded", job
    return Recorded(made["simulation_id"], made["sketch_id"], session)


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

    @classmethod
    def at_desk(cls, browser: Browser, address: str, **options: Any) -> Visitor:
        """Someone in a context of their own, with a small screen: drawing by software is slow."""
        context = browser.new_context(**{"viewport": DESK, **options})
        context.set_default_timeout(READING_LIMIT_MS)
        return cls(context.new_page(), address)

    def watch(self, recorded: Recorded) -> None:
        """Come back to a simulation of one's own, and wait until all of its motion is there."""
        kept = json.dumps(json.dumps(recorded.session))
        self.page.add_init_script(
            f"if (location.protocol.startsWith('http'))"
            f" localStorage.setItem('simgen.session', {kept})"
        )
        self.open(f"/sim/{recorded.simulation_id}")
        self.await_motion()

    def await_motion(self) -> None:
        """Until all of the motion is in the page."""
        received = self.page.locator(".viewer-ready")
        all_of_it = re.compile(r"width: 100%")
        expect(received).to_have_attribute("style", all_of_it, timeout=READING_LIMIT_MS)

    def pause(self, at: str = "Home") -> None:
        """Stand still, at the beginning or the end: what stands still can be clicked on."""
        button = self.page.get_by_role("button", name="Pause", exact=True)
        if button.is_visible():
            button.dispatch_event("click")
        expect(self.page.get_by_role("button", name="Play", exact=True)).to_be_visible()
        self.page.keyboard.press(at)

    def open_tab(self, name: str) -> None:
        self.page.get_by_role("tab", name=name).click()

    def shown(self, name: str) -> float:
        """A number that the viewer shows."""
        return float(self.page.get_by_test_id(name).inner_text().split()[0])

    def find_colour(self, colour: Rgb, within: int = 40) -> tuple[float, float, int] | None:
        """The middle of what has a colour on the stage, in CSS pixels of the page, and how many
        pixels have it; None if none do."""
        stage = self.page.locator(".viewer canvas")
        box = stage.bounding_box()
        assert box is not None
        seen = np.asarray(Image.open(io.BytesIO(stage.screenshot())).convert("RGB"), dtype=int)
        rows, columns = np.nonzero(np.abs(seen - colour).max(axis=2) <= within)
        if not len(rows):
            return None
        return box["x"] + float(columns.mean()), box["y"] + float(rows.mean()), len(rows)

    def open(self, path: str = "/") -> None:
        self.page.goto(self.address + path)

    @property
    def board(self) -> Locator:
        return self.page.get_by_role("application")

    def draw(self, *strokes: Sequence[Point], pace_ms: float = 0) -> None:
        """By mouse, each stroke from its first point to its last; CSS pixels of the board.

        Without a pace as fast as the browser takes it.
        """
        box = self.board.bounding_box()
        assert box is not None
        mouse = self.page.mouse
        for stroke in strokes:
            places = [(box["x"] + x, box["y"] + y) for x, y in stroke]
            mouse.move(*places[0])
            mouse.down()
            for place in places[1:]:
                mouse.move(*place)
                if pace_ms:
                    self.page.wait_for_timeout(pace_ms)
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
