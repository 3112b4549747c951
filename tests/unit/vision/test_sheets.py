"""Sheets on desks with streaks as straight as their edges."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from vision.page import Pixels
from vision.paper import find_sheet

CORNERS = np.array([[70, 60], [560, 45], [585, 400], [60, 415]])


def laid_on(desk: Pixels, bgr: tuple[int, int, int]) -> Pixels:
    """A sheet laid on a desk, with a box drawn on it and a little noise."""
    picture = desk.copy()
    cv2.fillConvexPoly(picture, CORNERS, bgr, cv2.LINE_AA)
    cv2.rectangle(picture, (250, 180), (380, 280), (60, 50, 50), 3)
    noise = np.random.default_rng(1).normal(0, 2, picture.shape)
    return np.asarray(np.clip(picture + noise, 0, 255), np.uint8)


@pytest.mark.parametrize("edge", [440, 480], ids=["between streaks", "at the picture's end"])
def test_a_streak_of_the_desk_beside_a_sheet_is_no_part_of_it(edge: int) -> None:
    desk = np.full((480, 640, 3), (70, 110, 160), np.uint8)
    desk[edge:] = (45, 75, 110)
    desk[:, :30], desk[:, 620:] = (45, 75, 110), (45, 75, 110)
    sheet = find_sheet(laid_on(desk, (214, 222, 226)))
    assert sheet is not None
    assert sheet.cut == ()
    assert np.abs(sheet.corners - CORNERS).max() < 10
