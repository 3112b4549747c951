"""The connected pieces of ink of a page, and how large, how long and how round each is."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from .page import Pixels

Floats = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int32]
Places = npt.NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Components:
    """The connected pieces of ink of a page, by their label; 0 is the paper.

    `map` is (h, w) int32. All others have one row a piece: `box` (n, 4) x, y, width, height;
    `area` (n,) pixels; `center` (n, 2); `long` and `thick` (n,) the lengths of the bar with the
    same second moments, and `direction` (n,) that bar's angle in radians; `stroke` (n,) the
    mean width of its strokes; `spread` (n,) how far from an ellipse's outline the ink lies, 0
    for an ellipse; `lined` (n,) the share of ink within a stroke's width of the long axis.
    """

    map: Labels
    box: Floats
    area: Floats
    center: Floats
    long: Floats
    thick: Floats
    direction: Floats
    stroke: Floats
    spread: Floats
    lined: Floats


def label_ink(ink: Pixels, connectivity: int = 8) -> Labels:
    """The connected pieces of ink, (h, w) int32, numbered from 1; the same on every call."""
    labels = np.zeros(ink.shape, dtype=np.int32)
    x, y, width, height = cv2.boundingRect(ink)
    if width:
        # OpenCV numbers them by blocks of 2 x 2 pixels: these must not shift.
        about = np.s_[y & ~1 : y + height, x & ~1 : x + width]
        labels[about] = cv2.connectedComponents(
            ink[about], connectivity=connectivity, ltype=cv2.CV_32S
        )[1]
    return labels


def around_ink(ink: Pixels, margin: int) -> tuple[slice, slice]:
    """The rows and columns of the box around all ink, and so many pixels beyond it."""
    x, y, width, height = cv2.boundingRect(ink)
    return (
        slice(max(y - margin, 0), y + height + margin),
        slice(max(x - margin, 0), x + width + margin),
    )


def measure_components(ink: Pixels, *, largest: float = math.inf) -> Components:
    """Label the ink and measure each piece, all at once by sums over pixels.

    Pieces wider or higher than `largest` are labelled, but their shape is not measured.
    """
    labels = label_ink(ink)
    owner, rows, columns = pixels_from(labels, 1)
    box, area = extents(owner, rows, columns)
    center = centers(owner, rows, columns, area)
    count = len(area)
    small = (box[:, 2:].max(axis=1) <= largest)[owner]
    owner, rows, columns = owner[small], rows[small], columns[small]
    dx = columns - center[owner, 0]
    dy = rows - center[owner, 1]

    def mean(values: Floats) -> Floats:
        return np.bincount(owner, values, minlength=count) / area

    # A pixel is a square: its own second moment is 1/12.
    xx, yy, xy = mean(dx * dx) + 1 / 12, mean(dy * dy) + 1 / 12, mean(dx * dy)
    middle, half = (xx + yy) / 2, np.hypot((xx - yy) / 2, xy)
    direction = np.arctan2(2 * xy, xx - yy) / 2
    determinant = np.maximum(xx * yy - xy * xy, 1e-9)
    whitened = (yy[owner] * dx * dx - 2 * xy[owner] * dx * dy + xx[owner] * dy * dy) / determinant[
        owner
    ]
    radius = np.sqrt(whitened)
    mean_radius = np.maximum(mean(radius), 1e-9)
    spread = np.sqrt(np.maximum(mean(whitened) - mean_radius**2, 0.0)) / mean_radius
    about = around_ink(ink, 1)
    depth = cv2.distanceTransform(ink[about], cv2.DIST_L2, cv2.DIST_MASK_3)
    rows, columns = rows - about[0].start, columns - about[1].start
    # Mean depth is a quarter of a stroke's width; half a pixel of each depth is the pixel's own.
    stroke = 4.0 * (mean(depth[rows, columns].astype(np.float64)) - 0.5)
    off_axis = np.abs(dy * np.cos(direction)[owner] - dx * np.sin(direction)[owner])
    lined = mean((off_axis <= 0.75 * stroke[owner]).astype(np.float64))
    return Components(
        map=labels,
        box=box,
        area=area,
        center=center,
        long=np.sqrt(12 * (middle + half)),
        thick=np.sqrt(12 * np.maximum(middle - half, 1 / 12)),
        direction=direction,
        stroke=stroke,
        spread=spread,
        lined=lined,
    )


def pixels_from(labels: Labels, first: int) -> tuple[Labels, Places, Places]:
    """The pixels of the labels (h, w) from `first` on: label, row and column of each, (n,)."""
    flat = labels.ravel()
    # Many times as fast as np.nonzero of two dimensions.
    at = np.flatnonzero(flat >= first)
    rows, columns = np.divmod(at, labels.shape[1])
    return flat[at], rows, columns


def split_ink(ink: Pixels) -> list[Places]:
    """The pixels (n, 2), as x and y, of each connected piece of ink."""
    owner, rows, columns = pixels_from(label_ink(ink), 1)
    if not len(owner):
        return []
    order = np.argsort(owner, kind="stable")
    pixels = np.stack([columns, rows], axis=1)[order]
    return np.split(pixels, np.flatnonzero(np.diff(owner[order])) + 1)


def extents(owner: Labels, rows: Places, columns: Places) -> tuple[Floats, Floats]:
    """Box (n, 4) and area (n,) of each piece, from the owner of each of its pixels.

    Over these pixels only, which are a fiftieth of a page: OpenCV's statistics take ten times as
    long as its labels. Row 0, which owns no pixel, is all zero but for its area.
    """
    count = int(owner.max(initial=0)) + 1
    area = np.maximum(np.bincount(owner, minlength=count), 1).astype(np.float64)
    box = np.empty((count, 4))
    for axis, places in enumerate((columns, rows)):
        low, high = np.full(count, places.max(initial=0)), np.full(count, -1)
        np.minimum.at(low, owner, places)
        np.maximum.at(high, owner, places)
        box[:, axis], box[:, 2 + axis] = low, high - low + 1
    box[high < 0] = 0.0
    return box, area


def centers(owner: Labels, rows: Places, columns: Places, area: Floats) -> Floats:
    """The mean (n, 2) of each piece's pixels, x, y."""
    sums = [np.bincount(owner, places, minlength=len(area)) for places in (columns, rows)]
    return np.stack(sums, axis=1) / area[:, None]
