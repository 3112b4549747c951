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


def label_ink(ink: Pixels) -> Labels:
    """The connected pieces of ink, (h, w) int32, numbered from 1; the same on every call."""
    _, labels = cv2.connectedComponents(ink, connectivity=8, ltype=cv2.CV_32S)
    return np.asarray(labels, dtype=np.int32)


def measure_components(ink: Pixels, *, largest: float = math.inf) -> Components:
    """Label the ink and measure each piece, all at once by sums over pixels.

    Pieces wider or higher than `largest` are labelled, but their shape is not measured.
    """
    labels = label_ink(ink)
    inked = np.flatnonzero(ink.ravel().view(np.bool_))
    owner = labels.ravel()[inked]
    rows, columns = np.divmod(inked, ink.shape[1])
    box, area, center = _extents(owner, rows, columns)
    count = len(area)
    small = (box[:, 2:].max(axis=1) <= largest)[owner]
    inked, owner, rows, columns = inked[small], owner[small], rows[small], columns[small]
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
    depth = cv2.distanceTransform(ink, cv2.DIST_L2, cv2.DIST_MASK_3)
    # Mean depth is a quarter of a stroke's width; half a pixel of each depth is the pixel's own.
    stroke = 4.0 * (mean(depth.ravel()[inked].astype(np.float64)) - 0.5)
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


def _extents(
    owner: Labels, rows: npt.NDArray[np.intp], columns: npt.NDArray[np.intp]
) -> tuple[Floats, Floats, Floats]:
    """Box (n, 4), area (n,) and centre (n, 2) of each piece, from the owner of each inked pixel.

    Over ink only, which is a fiftieth of a page. Row 0 is the paper's, all zero but its area.
    """
    count = int(owner.max(initial=0)) + 1
    area = np.bincount(owner, minlength=count).astype(np.float64)
    area[0] = 1.0
    center = np.stack(
        [np.bincount(owner, places, minlength=count) / area for places in (columns, rows)], axis=1
    )
    box = np.zeros((count, 4))
    if count > 1:
        order = np.argsort(owner, kind="stable")
        begins = np.searchsorted(owner[order], np.arange(1, count))
        for axis, places in enumerate((columns[order], rows[order])):
            box[1:, axis] = np.minimum.reduceat(places, begins)
            box[1:, 2 + axis] = np.maximum.reduceat(places, begins) - box[1:, axis] + 1
    return box, area, center
