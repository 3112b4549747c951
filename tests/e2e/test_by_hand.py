"""Exercises of a textbook drawn by mouse, as shakily as by hand, read, played, and measured."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.browsing import BOARD, Point, Visitor, arc
from tests.service import Service

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("service")]

GRAVITY = 9.81
STEP_PX = 12
SHAKE_PX = 0.5
Stroke = list[Point]


@dataclass(frozen=True)
class Exercise:
    """What is drawn, and what must come of it."""

    strokes: list[Stroke]
    labels: dict[str, Point]
    kinds: set[str]
    acceleration: float
    """m/s², of whichever body the viewer tells of."""


def by_hand(*corners: Point) -> Stroke:
    """Straight from corner to corner, but for a slow bend and a tremor."""
    random_ = random.Random(str(corners))
    points: Stroke = []
    for (x0, y0), (x1, y1) in pairwise(corners):
        length = math.dist((x0, y0), (x1, y1))
        steps = max(2, round(length / STEP_PX))
        bend = random_.uniform(-1.5, 1.5)
        for n in range(steps):
            part = n / steps
            off = bend * math.sin(math.pi * part) + random_.gauss(0, SHAKE_PX)
            along = x0 + (x1 - x0) * part, y0 + (y1 - y0) * part
            points.append(
                (along[0] - (y1 - y0) / length * off, along[1] + (x1 - x0) / length * off)
            )
    return [*points, (corners[-1][0] + random_.gauss(0, 1), corners[-1][1] + random_.gauss(0, 1))]


def hatched(left: float, right: float, y: float, down: bool) -> list[Stroke]:
    """A floor, or a ceiling."""
    slant = (-11.0, 14.0) if down else (11.0, -14.0)
    places = [left + 8 + 24 * n for n in range(int((right - left - 8) // 24))]
    hatches = [by_hand((x, y), (x + slant[0], y + slant[1])) for x in places]
    return [by_hand((left, y), (right, y)), *hatches]


def box(centre: Point, width: float, height: float, turn: float = 0.0) -> Stroke:
    """Counter-clockwise by `turn`, rad."""
    c, s = math.cos(turn), math.sin(turn)
    corners = [(-width, -height), (width, -height), (width, height), (-width, height)]
    placed = [
        (centre[0] + (x * c + y * s) / 2, centre[1] + (y * c - x * s) / 2) for x, y in corners
    ]
    return by_hand(*placed, placed[0])


def block_on_ramp() -> Exercise:
    """Down 30° with friction: g (sin θ - μ cos θ)."""
    slope = math.atan2(200, 350)
    foot = 500 - 27 * math.sin(slope), 360 - 250 * 200 / 350 - 27 * math.cos(slope)
    ramp = by_hand((250, 360), (600, 360), (600, 160), (250, 360))
    theta = math.radians(30)
    return Exercise(
        [*hatched(150, 800, 360, down=True), ramp, box(foot, 70, 50, slope)],
        {"30°": (318, 346), "mu = 0.2": (640, 120), "m = 2 kg": (640, 80)},
        {"ground", "ramp", "box"},
        GRAVITY * (math.sin(theta) - 0.2 * math.cos(theta)),
    )


def atwoods_machine() -> Exercise:
    """Two weights over a pulley: g (m₂ - m₁) / (m₂ + m₁)."""
    middle, radius = (480.0, 130.0), 42.0
    left, right = middle[0] - radius, middle[0] + radius
    strokes = [
        *hatched(400, 560, 40, down=False),
        by_hand((480, 40), middle),
        arc(middle, radius),
        arc(middle, 1.5, steps=9),
        by_hand((left, middle[1]), (left, 260)),
        by_hand((right, middle[1]), (right, 230)),
        box((left, 288), 60, 56),
        box((right, 262), 64, 64),
    ]
    labels = {"m = 1 kg": (255.0, 288.0), "m = 2 kg": (575.0, 262.0)}
    return Exercise(strokes, labels, {"pulley", "rope", "box"}, GRAVITY / 3)


@pytest.fixture
def visitor(browser: Browser, service: Service) -> Iterator[Visitor]:
    visitor = Visitor.at_desk(browser, service.address, viewport=BOARD)
    yield visitor
    visitor.page.context.close()
    assert visitor.complaints == []


@pytest.mark.parametrize("exercise", [block_on_ramp(), atwoods_machine()])
def test_an_exercise_that_is_drawn_by_hand_moves_as_the_textbook_says(
    visitor: Visitor, exercise: Exercise
) -> None:
    visitor.open()
    visitor.draw(*exercise.strokes)
    for words, place in exercise.labels.items():
        visitor.write(words, place)
    visitor.press_play()
    visitor.await_reading()
    visitor.look("by-hand")
    assert exercise.kinds <= set(visitor.marks())
    visitor.await_motion()
    visitor.pause("Home")
    for _ in range(24):
        visitor.page.keyboard.press("ArrowRight")
    expect(visitor.page.get_by_test_id("time")).to_contain_text("0.40 s")
    assert visitor.shown("acceleration") == pytest.approx(exercise.acceleration, rel=0.03)
