"""Crops of writing as a reader likes them: level, dark on white, with nothing else in them."""

from __future__ import annotations

import math
from typing import Literal

import cv2
import numpy as np
import numpy.typing as npt

from ..components import Labels
from ..page import Page, Pixels
from ..text_box import TextBox

Look = Literal["grey", "inked"]
"""As photographed; or redrawn from the ink mask with strokes of an even, well legible width."""

_PAD_ACROSS = 0.14
_PAD_ALONG = 0.3
"""In heights of the box. Recognisers are trained on boxes with a little air."""
_STROKE_OF_HEIGHT = 0.11
"""Stroke width over line height in ordinary print."""
_HALO = 0.8
"""In stroke widths: how far the blur of a mark's edge reaches beyond its ink."""


def crop_width(box: TextBox) -> int:
    """How wide the crop of a box is, in work pixels, along the writing."""
    along, across = box.size
    return max(round(along + 2 * _PAD_ALONG * across), 4)


def cut_crop(
    page: Page, labels: Labels, box: TextBox, *, look: Look = "grey", turn: float = 0.0
) -> Pixels:
    """The writing in `box`, (h, w) uint8, dark on white, turned level.

    `labels` is `label_ink(page.ink)`; ink of other pieces is wiped off. `turn` is added to the
    box's angle, in degrees.
    """
    along, across = box.size
    around = math.hypot(along, across) / 2 + 0.5 * across + 2
    left, top = (max(int(value - around), 0) for value in box.center)
    right, bottom = (int(value + around) + 1 for value in box.center)
    near = np.s_[top:bottom, left:right]
    own = np.isin(labels[near], box.components)
    ink = np.asarray(own * np.uint8(255), dtype=np.uint8)
    picture = (
        _without(page.grey[near], (labels[near] > 0) & ~own, ink, page.stroke_width)
        if look == "grey"
        else _redrawn(ink, across, page.stroke_width)
    )
    wide = crop_width(box)
    high = max(round(across * (1 + 2 * _PAD_ACROSS)), 4)
    if abs(turn) == 90:
        wide, high = (
            max(round(across * (1 + 2 * _PAD_ALONG)), 4),
            max(round(along + 2 * _PAD_ACROSS * across), 4),
        )
    center = (box.center[0] - left, box.center[1] - top)
    matrix = cv2.getRotationMatrix2D(center, box.angle + turn, 1.0)
    matrix[:, 2] += np.array([wide / 2 - center[0], high / 2 - center[1]])
    crop = cv2.warpAffine(
        picture,
        matrix,
        (wide, high),
        flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=255.0,
    )
    return np.asarray(crop, dtype=np.uint8)


def _without(grey: Pixels, foreign: npt.NDArray[np.bool_], ink: Pixels, stroke: float) -> Pixels:
    """`grey` with white where other ink lies, its blurred edge included, but not over our own."""
    if not foreign.any():
        return grey
    reach = 2 * math.ceil(_HALO * stroke) + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))
    wiped = cv2.dilate(foreign.astype(np.uint8), kernel) > 0
    picture = grey.copy()
    picture[wiped & (cv2.dilate(ink, np.ones((3, 3), np.uint8)) == 0)] = 255
    return picture


def _redrawn(ink: Pixels, height: float, stroke: float) -> Pixels:
    """The ink alone, its strokes brought to the width that suits the height of the line."""
    wanted = _STROKE_OF_HEIGHT * height
    change = round(wanted - stroke)
    if change > 0:
        kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (change + 1, change + 1))
        ink = np.asarray(cv2.dilate(ink, kernel), dtype=np.uint8)
    smooth = cv2.GaussianBlur(ink, (0, 0), max(0.8, 0.015 * height))
    return np.asarray(255 - smooth, dtype=np.uint8)
