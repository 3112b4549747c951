"""Films the page for the README: a pendulum and a weight on a spring are drawn, read and played.

`python -m tests.e2e.film docs/drawn.gif` starts a service of its own and draws in its page by
mouse. What is filmed is what a person would see; only the waiting in between is cut.
"""

from __future__ import annotations

import io
import math
import sys
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from PIL import Image
from playwright.sync_api import expect

from tests.browser import chromium
from tests.e2e.browsing import READING_LIMIT_MS, Point, Visitor, arc
from tests.service import Service, data_folder

SIZE = {"width": 920, "height": 600}
WIDTH = 640
"""Of the film, in pixels."""
COLOURS = 256
DRAWING_MS, PAUSE_MS = 70, 1600
STEP_S, STEP_MS = 0.08, 80
"""GIF counts hundredths of a second; so does the player's slider."""
SWINGS_S = 4.0

LABELS: tuple[tuple[str, Point], ...] = (
    ("L = 1 m", (290, 200)),
    ("k = 50 N/m", (610, 170)),
    ("m = 2 kg", (620, 275)),
)
_CEILING, _PIVOT, _SPRING = 90.0, 250.0, 560.0


class Film:
    """Pictures of a page, each with how long it is shown."""

    def __init__(self, visitor: Visitor) -> None:
        self._visitor = visitor
        self._pictures: list[Image.Image] = []
        self._shown_ms: list[int] = []

    def take(self, shown_ms: int) -> None:
        """The page as it is now."""
        picture = Image.open(
            io.BytesIO(self._visitor.page.screenshot(timeout=READING_LIMIT_MS))
        ).convert("RGB")
        height = round(picture.height * WIDTH / picture.width)
        self._pictures.append(picture.resize((WIDTH, height), Image.Resampling.LANCZOS))
        self._shown_ms.append(shown_ms)

    def save(self, path: Path) -> None:
        """As an animated GIF that repeats, with one palette, so that nothing flickers."""
        # Of all that is shown, however small: what moves is a few pixels beside the paper.
        samples = self._pictures[:: max(1, len(self._pictures) // 8)] + self._pictures[-1:]
        sheet = Image.new("RGB", (WIDTH, samples[0].height * len(samples)))
        for place, sample in enumerate(samples):
            sheet.paste(sample, (0, place * sample.height))
        palette = sheet.quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE)
        first, *rest = (
            picture.quantize(palette=palette, dither=Image.Dither.NONE)
            for picture in self._pictures
        )
        first.save(
            path, save_all=True, append_images=rest, duration=self._shown_ms, loop=0, optimize=True
        )


def _strokes() -> list[list[Point]]:
    """A pendulum and a weight on a spring under one ceiling, stroke by stroke."""
    hatches: list[list[Point]] = [
        [(150 + 26 * number, _CEILING), (138 + 26 * number, _CEILING - 16)] for number in range(21)
    ]
    tilt, length, radius = math.radians(18), 230.0, 26.0
    way = -math.sin(tilt), math.cos(tilt)
    ball = _PIVOT + length * way[0], _CEILING + length * way[1]
    end = ball[0] - radius * way[0], ball[1] - radius * way[1]
    turns = [(_SPRING + (16 if turn % 2 else -16), _CEILING + 30 + 11 * turn) for turn in range(9)]
    foot = _CEILING + 30 + 11 * 9
    weight = [(_SPRING - 38, foot + 24), (_SPRING + 38, foot + 24)]
    weight += [(_SPRING + 38, foot + 82), (_SPRING - 38, foot + 82), weight[0]]
    return [
        [(138, _CEILING), (692, _CEILING)],
        *hatches,
        [(_PIVOT, _CEILING), end],
        arc(ball, radius),
        [
            (_SPRING, _CEILING),
            (_SPRING, _CEILING + 24),
            *turns,
            (_SPRING, foot),
            (_SPRING, foot + 24),
        ],
        weight,
    ]


def _even(stroke: Sequence[Point], step: float = 15.0) -> list[Point]:
    """A stroke with a place every few pixels, as a mouse reports it."""
    places = [stroke[0]]
    for (x, y), (to_x, to_y) in pairwise(stroke):
        count = max(1, round(math.hypot(to_x - x, to_y - y) / step))
        places += [
            (x + (to_x - x) * part / count, y + (to_y - y) * part / count)
            for part in range(1, count + 1)
        ]
    return places


def _shoot(visitor: Visitor) -> Film:
    film = Film(visitor)
    page = visitor.page
    visitor.open()
    film.take(DRAWING_MS)
    for number, stroke in enumerate(_strokes()):
        visitor.draw(_even(stroke))
        if number % 3 == 0 or len(stroke) > 2:
            film.take(DRAWING_MS)
    for words, at in (
        ("L = 1 m", (290, 200)),
        ("k = 50 N/m", (610, 170)),
        ("m = 2 kg", (620, 275)),
    ):
        visitor.write(words, at)
        film.take(3 * DRAWING_MS)
    expect(page.locator(".sees")).to_contain_text("spring", timeout=READING_LIMIT_MS)
    expect(page.locator(".sees")).to_contain_text("box", timeout=READING_LIMIT_MS)
    film.take(PAUSE_MS)
    visitor.press_play()
    visitor.await_reading()
    expect(page.get_by_test_id("period")).to_be_visible(timeout=READING_LIMIT_MS)
    page.locator(".viewer canvas").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Home")
    film.take(PAUSE_MS)
    for _ in range(round(SWINGS_S / STEP_S)):
        for _ in range(round(STEP_S / 0.02)):
            page.keyboard.press("ArrowRight")
        film.take(STEP_MS)
    return film


def main(path: Path) -> None:
    """Film, and keep the film at `path`."""
    with data_folder() as data:
        service = Service(data)
        try:
            with chromium() as browser:
                context = browser.new_context(viewport=SIZE, color_scheme="light")
                _shoot(Visitor(context.new_page(), service.address)).save(path)
        finally:
            service.stop()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
