"""Highlighter over a label: bright, broad and of a strong colour, with dark ink in it.

In the darkest channel, in which ink of any colour is told from paper, it is as dark as ink. In the
lightest it is as light as the paper, and what is written under it is not.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from .components import extents, label_ink, pixels_from
from .page import Pixels

TINTED = 0.8
"""The darkest channel over the lightest, each over the paper's, at most: paper in uneven light, and
what shows through it, has 0.9 and more."""
BRIGHT, INKED = 0.8, 0.65
"""The lightest channel of highlighter over that of the paper beside it, at least, and the light of
the ink in it over the highlighter's, at most."""
BROAD, LETTER = 0.005, 0.02
"""As shares of the picture's longer side: the least breadth of what is tinted and bright in a
highlighter's stroke, which a coloured pen's blurred rim is not; and of what its letters part."""
BESIDE = 0.06
"""How far away the paper is at most, as the same share."""
WRITTEN, CLEAR = 0.03, 0.15
"""The least share of what was marked that is ink, else a body was filled in, and that is clearly
highlighter."""
MOSTLY, LIGHT = 75, 0.85
"""The percentile of what was marked that is no ink, and the least of a light channel's level there
over the lightest one's."""
MOST = 0.15
"""Of the picture: more is a coloured sheet or a desk."""


def find_highlighter(image: Pixels, on_sheet: Pixels | None) -> Pixels | None:
    """Where an image (h, w, 3) uint8 BGR was marked, (h, w) uint8 of 0 and 255, or None.

    Args:
        on_sheet: (h, w) uint8, not 0 where only to look.
    """
    side = max(image.shape[:2])
    broad = round(BROAD * side) | 1
    tinted = _tinted(image, on_sheet)
    sure = cv2.morphologyEx(tinted, cv2.MORPH_OPEN, _square(broad))
    if not 0 < np.count_nonzero(sure) < MOST * sure.size:
        return None
    # Its ink parts it into what lies between the letters.
    whole = cv2.morphologyEx(tinted, cv2.MORPH_CLOSE, _square(round(LETTER * side) | 1))
    whole = cv2.morphologyEx(whole, cv2.MORPH_OPEN, _square(2 * broad + 1))
    owner, rows, columns = pixels_from(label_ink(np.asarray(whole * 255, np.uint8)), 1)
    boxes, areas = extents(owner, rows, columns)
    marks = np.bincount(owner, sure[rows, columns], len(areas)) > CLEAR * areas
    # A desk goes on beyond the picture.
    marks &= (boxes[:, :2] > 0).all(axis=1)
    marks &= (boxes[:, :2] + boxes[:, 2:4] < whole.shape[::-1]).all(axis=1)
    marks[0] = False
    light = image[rows, columns].mean(axis=1)
    for label in np.flatnonzero(marks).tolist():
        marks[label] = _is_written_on(light[owner == label])
    if not marks.any():
        return None
    marked = np.zeros(whole.shape, np.uint8)
    marked[rows[marks[owner]], columns[marks[owner]]] = 255
    return np.asarray(cv2.dilate(marked, _square(2 * broad + 1)), np.uint8)


def _tinted(image: Pixels, on_sheet: Pixels | None) -> Pixels:
    """Where an image is of a strong colour and as light as the paper, (h, w) uint8 of 0 and 1."""
    lowest, highest = _extremes(image, on_sheet)
    reach = round(BESIDE * max(image.shape[:2])) | 1
    paper = cv2.dilate(cv2.resize(highest, None, fx=0.25, fy=0.25), _square(reach // 4 | 1))
    paper = cv2.resize(paper, highest.shape[::-1])
    tinted = (lowest < TINTED * highest) & (highest > BRIGHT * paper)
    if on_sheet is not None:
        tinted &= on_sheet > 0
    return tinted.astype(np.uint8)


def _is_written_on(light: npt.NDArray[np.float64]) -> bool:
    """Whether enough of a mark's pixels, (n,), is ink."""
    return float((light < INKED * np.percentile(light, MOSTLY)).mean()) > WRITTEN


def without_highlighter(image: Pixels, marked: Pixels) -> Pixels:
    """An image (h, w, 3) uint8 BGR, where it was marked with the channel for all three that the
    highlighter leaves light, (rows, columns) uint8 in any size.

    Of two such channels the darker one: in the other ink may be light too.
    """
    height, width = image.shape[:2]
    where = cv2.resize(marked, (width, height), interpolation=cv2.INTER_LINEAR) > 127
    _, middle, highest = np.sort(image[where], axis=1).T
    left_light = np.percentile(middle, MOSTLY) > LIGHT * np.percentile(highest, MOSTLY)
    clean = image.copy()
    clean[where] = (middle if left_light else highest)[:, None]
    return clean


def _extremes(
    image: Pixels, on_sheet: Pixels | None
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """The least and the greatest of each pixel's channels over the paper's, (h, w) each."""
    seen = image[::4, ::4] if on_sheet is None else image[::4, ::4][on_sheet[::4, ::4] > 0]
    paper = np.median(seen.reshape(-1, 3), axis=0) if seen.size else np.full(3, 255.0)
    channels = [
        channel.astype(np.float32) / np.float32(max(usual, 1.0))
        for channel, usual in zip(cv2.split(image), paper.tolist(), strict=True)
    ]
    blue, green, red = channels
    return (
        np.minimum(np.minimum(blue, green), red),
        np.maximum(np.maximum(blue, green), red),
    )


def _square(side: int) -> npt.NDArray[np.uint8]:
    return np.ones((side, side), np.uint8)
