"""The rules of the paper tell how it was held, and nothing else is taken for them."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from vision.ink import mask_ink, measure_contrast
from vision.page import Pixels, apply_homography
from vision.rectify import find_tilt, straightening
from vision.rules import Rules, find_rules

WIDTH, HEIGHT = 1280, 960
PITCH = 44


def paper(*, level: bool, plumb: bool) -> Pixels:
    """A page larger than the picture, with pale blue rules and some ink."""
    page = np.full((HEIGHT + 800, WIDTH + 800, 3), (246, 250, 250), np.uint8)
    if level:
        page[::PITCH] = page[1::PITCH] = (222, 205, 178)
    if plumb:
        page[:, ::PITCH] = page[:, 1::PITCH] = (222, 205, 178)
    cv2.line(page, (600, 1100), (1500, 1095), (40, 40, 40), 4)
    cv2.rectangle(page, (800, 800), (1100, 1090), (40, 40, 40), 4)
    return page


def photographed(page: Pixels, turns: tuple[float, float, float]) -> Pixels:
    to_image = np.linalg.inv(straightening(turns, WIDTH, HEIGHT))
    to_image = to_image @ np.array([[1, 0, -400.0], [0, 1, -400.0], [0, 0, 1]])
    seen = cv2.warpPerspective(page, to_image, (WIDTH, HEIGHT), flags=cv2.INTER_AREA)
    grain = np.random.default_rng(3).normal(0, 4, seen.shape)
    light = np.linspace(1.0, 0.7, WIDTH)[None, :, None]
    return np.clip(seen * light + grain, 0, 255).astype(np.uint8)


def rules_of(image: Pixels) -> Rules:
    contrast = measure_contrast(image, light_ink=False, window=33)
    return find_rules(contrast, mask_ink(contrast), 4.0)


def tilt_of(rules: Rules) -> tuple[float, ...] | None:
    return find_tilt([], WIDTH, HEIGHT, paper=list(rules.lines), ladders=list(rules.ladders))


TILTS = [(0.0, 0.0, 0.0), (14.0, 0.0, 1.0), (-9.0, 12.0, -3.0)]


@pytest.mark.parametrize("tilt", TILTS)
@pytest.mark.parametrize("plumb", [True, False], ids=["squared", "lined"])
def test_rules_show_how_the_page_was_held(tilt: tuple[float, float, float], plumb: bool) -> None:
    turns = tuple(float(value) for value in np.radians(tilt))
    image = photographed(paper(level=True, plumb=plumb), turns)
    back = tilt_of(rules_of(image))
    # Distances in the corners, which a tilt makes unequal.
    to_image = tuple(np.linalg.inv(straightening(turns, WIDTH, HEIGHT)).ravel())
    corners = np.array([[250, 200], [1030, 200], [1030, 760], [250, 760]], float)
    ways = np.array([[[-40.0, 0.0], [40.0, 0.0]], [[0.0, -40.0], [0.0, 40.0]]])
    steps = [corner + way for corner in corners for way in ways]
    seen = [apply_homography(back, apply_homography(to_image, step)) for step in steps]
    lengths = np.array([np.hypot(*(step[1] - step[0])) for step in seen])
    assert lengths.max() / lengths.min() < 1.03


def test_plain_paper_has_no_rules() -> None:
    rules = rules_of(photographed(paper(level=False, plumb=False), (0.1, 0.1, 0.0)))
    assert len(rules.lines) == len(rules.ladders) == 0


def test_a_small_picture_is_searched_for_no_rules() -> None:
    rules = rules_of(paper(level=True, plumb=True)[:60, :600])
    assert len(rules.lines) == 0
