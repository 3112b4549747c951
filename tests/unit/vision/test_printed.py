"""What a photo shows on the paper that is no drawing: highlighter over a label, a margin's line."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from vision.analysis import Analysis
from vision.highlighter import find_highlighter
from vision.look import look
from vision.page import Pixels
from vision.prepare import prepare

from .pens import Sheet, kinds


def photographed(pixels: Pixels) -> bytes:
    """A page under a lamp at its left, as a sensor sees it."""
    light = np.linspace(1.0, 0.72, pixels.shape[1])[None, :, None]
    noise = np.random.default_rng(3).normal(0, 2, pixels.shape)
    seen = np.clip(cv2.GaussianBlur(pixels, (0, 0), 0.8) * light + noise, 0, 255)
    done, data = cv2.imencode(".jpg", seen.astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, 90])
    assert done
    return data.tobytes()


def look_at(sheet: Sheet) -> Analysis:
    return look(photographed(sheet.pixels))


YELLOW, PINK, GREEN = (110, 250, 252), (210, 120, 252), (130, 250, 140)
BLUE_INK, RED_INK = (140, 60, 30), (40, 40, 180)


def written(ink: tuple[int, int, int]) -> Pixels:
    """A page with a label and a box."""
    sheet = Sheet(1200, 900)
    sheet.path((300, 500), (700, 500), (700, 700), (300, 700), closed=True)
    cv2.putText(sheet.pixels, "k = 40 N/m", (400, 298), cv2.FONT_HERSHEY_SIMPLEX, 0.8, ink, 3)
    return sheet.pixels


@pytest.mark.parametrize(
    ("marker", "ink"),
    [(YELLOW, BLUE_INK), (YELLOW, RED_INK), (PINK, BLUE_INK), (GREEN, BLUE_INK)],
    ids=["yellow", "yellow over red", "pink", "green"],
)
def test_ink_under_highlighter_is_seen_as_beside_it(
    marker: tuple[int, int, int], ink: tuple[int, int, int]
) -> None:
    plain = written(ink)
    marked = plain.copy()
    band = np.s_[275:303, 390:580]
    marked[band] = (plain[band] / 255.0 * np.array(marker)).astype(np.uint8)
    expected, seen = (prepare(photographed(page)).ink > 0 for page in (plain, marked))
    assert expected.shape == seen.shape
    both, either = np.count_nonzero(expected & seen), np.count_nonzero(expected | seen)
    assert both > 0.6 * either


@pytest.mark.parametrize("color", [YELLOW, PINK, (40, 150, 250)])
def test_a_ball_filled_with_a_bright_colour_is_not_taken_for_highlighter(
    color: tuple[int, int, int],
) -> None:
    sheet = Sheet(1200, 900)
    sheet.hatched((100, 800), (1100, 800))
    cv2.circle(sheet.pixels, (500, 400), 60, color, -1, cv2.LINE_AA)
    sheet.circle((500, 400), 60)
    assert find_highlighter(sheet.pixels, None) is None


def lined(*, margin: bool) -> Sheet:
    sheet = Sheet(1200, 900)
    for y in range(40, 900, 60):
        cv2.line(sheet.pixels, (0, y), (1200, y), (245, 225, 205), 1, cv2.LINE_AA)
    if margin:
        for y in range(10, 880, 60):  # worn to dashes
            x = 160 - y // 100
            cv2.line(sheet.pixels, (x, y), (x, y + 42), (90, 80, 200), 3, cv2.LINE_AA)
    sheet.hatched((110, 700), (1000, 700))
    sheet.path((450, 700), (450, 560), (650, 560), (650, 700))
    return sheet


def test_the_line_of_a_margin_that_the_ground_crosses_is_no_mark() -> None:
    assert kinds(look_at(lined(margin=False))) == ["box", "ground"]
    assert kinds(look_at(lined(margin=True))) == ["box", "ground"]


def test_a_long_rod_down_the_middle_of_a_photo_is_no_margin() -> None:
    sheet = Sheet(700, 1200)
    sheet.hatched((200, 60), (500, 60), side=-1)
    sheet.path((350, 60), (350, 1040))
    sheet.circle((350, 1090), 50)
    assert kinds(look_at(sheet)) == ["ball", "ground", "rod"]
