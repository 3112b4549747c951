"""The sheet that a drawing is on: where it ends, and which lines it brings along.

A photo shows the desk too. Its grain is no ink, and the sheet's edges say how the camera was held.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from .components import label_ink, pixels_from
from .geometry import area
from .page import Pixels, Points

SIDE = 320
"""The sheet is looked for at this size: grain and strokes blur away."""
LEAST_SHARE = 0.2
FILLS = 0.93
"""A sheet's region and its four-sided outline agree to this share (intersection over union)."""
MARGIN = 0.012
"""Kept off inside the sheet's edge, as a share of the picture's side: the edge casts a shadow."""
ALONG_EDGE = 0.03
"""How far in from the sheet's edges its holes lie, and a quad strays from its bent ones, as a share
of the picture's side."""
FLAT = 18.0
"""A channel that varies less than this shows no sheet on a desk."""
TINT_LEVELS = 8.0
"""Levels of a channel to a step of CIELAB's: an eye tells 2 to 3 steps apart."""
OTHER_TINT, OF_TINT = 64.0, 0.3
"""The range of tint from which a desk counts as of another tint than its sheet, and the least share
of a sheet's side with the sheet's tint just inside it: a pad has its wire there."""
RIM = 12
WEAK_EDGE, STRONG_EDGE = 30.0, 80.0
"""Of the gradient of brightness at which an edge is followed, and at which it begins."""
LEAST_SIDE = 0.35
MOST_LINES = 6
MOST_TURN = 30.0
"""A sheet's sides are this long, in the picture's shorter side, and this near to level or plumb, in
degrees; so many of each kind are tried."""
EDGE = 4
STEP = 8
"""Brightness steps by this much from 4 px inside to 4 px outside a sheet's edge."""
MOST_CUT, SURE_STEP = 2, 16
"""Sides on which a sheet may go on beyond the picture. Of two a shadow may cut off the rest as
well: there only a step of tint counts, and this much of it."""
LEAST_SHOWN = 0.3
"""A side of which less is within the picture tells nothing."""
SHARP, LEAST_SHARP = 0.75, 0.35
"""The share of a sheet's outline, and of each of its sides, at which it steps: a streak of the desk
or a lifted corner hides the rest."""


@dataclass(frozen=True, eq=False)
class Sheet:
    """A sheet's corners (4, 2) in pixels of the image that was searched, clockwise as seen.

    `cut` numbers the sides, each by the corner that it begins at, along which the picture ends
    before the sheet does.
    """

    corners: Points
    cut: tuple[int, ...] = ()

    def edges(self) -> Points:
        """The sides that show, by both ends, (k, 2, 2)."""
        sides = np.stack([self.corners, np.roll(self.corners, -1, axis=0)], axis=1)
        return np.delete(sides, self.cut, axis=0)

    @property
    def shows_sides(self) -> bool:
        """Whether its left and its right side are both in the picture."""
        return not {1, 3} & set(self.cut)

    def mask(self, shape: tuple[int, int], scale: float) -> Pixels:
        """(h, w) uint8, 255 on the sheet, in pixels `scale` times those searched."""
        inside = np.zeros(shape, dtype=np.uint8)
        cv2.fillConvexPoly(inside, np.rint(self.corners * scale).astype(np.int32), 255)
        reach = round(MARGIN * max(shape)) | 1
        return np.asarray(cv2.erode(inside, np.ones((reach, reach), np.uint8)), dtype=np.uint8)


def percentiles(channel: cv2.typing.MatLike, ranks: Sequence[float]) -> list[float]:
    """`np.percentile` of a channel (h, w) uint8, ten times as fast by its histogram."""
    counts = cv2.calcHist([channel], [0], None, [256], [0, 256]).ravel()
    return [float(level_at(counts, rank)) for rank in ranks]


def level_at(counts: npt.NDArray[Any], percentile: float) -> npt.NDArray[np.float64]:
    """The levels (...) at a percentile of histograms (..., n)."""
    places = percentile / 100 * (counts.sum(axis=-1, keepdims=True) - 1)
    passed = np.cumsum(counts, axis=-1)
    # A place between two pixels in order of their levels lies between these levels.
    lower, upper = ((passed <= near(places)).sum(axis=-1) for near in (np.floor, np.ceil))
    return np.asarray(lower + (upper - lower) * (places[..., 0] % 1))


def find_sheet(image: Pixels) -> Sheet | None:
    """The sheet in a photo (h, w, 3) uint8 BGR; None where the drawing's ground fills the picture.

    Tried by its four edges, which go on where a shadow parts the sheet, and as a region at several
    levels of brightness and of colour, for a sheet whose edges are not straight. The larger counts:
    the other may end at a shadow.
    """
    factor = SIDE / max(image.shape[:2])
    if min(image.shape[:2]) * factor < SIDE / 8:
        return None
    small = cv2.resize(image, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    # The desk goes on beyond the picture: a sheet that all but fills it shows only a strip.
    small = cv2.copyMakeBorder(small, RIM, RIM, RIM, RIM, cv2.BORDER_REPLICATE)
    # Ink is thinner than this window; what is left is sheet and desk.
    small = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8))
    small = cv2.medianBlur(small, 5)
    grey = cv2.cvtColor(small, cv2.COLOR_BGR2GRAY)
    tint = _same_tint(small)
    channels: list[cv2.typing.MatLike] = []
    ranges: list[tuple[float, float]] = []
    for channel in (grey, tint):
        low, high = percentiles(channel, (4, 96))
        if high - low >= FLAT:
            channels.append(channel)
            ranges.append((low, high))
    quad = _find_quad(channels, ranges, tint)
    if quad is None:
        return None
    cut = tuple(int(side) for side in np.flatnonzero(_cut(quad, grey.shape)))
    return Sheet((quad - RIM + 0.5) / factor - 0.5, cut)


def _find_quad(
    channels: list[cv2.typing.MatLike], ranges: list[tuple[float, float]], tint: Pixels
) -> Points | None:
    """The largest sheet that shows in channels, each with its low and high level."""
    framed = max(
        (
            quad
            for channel in channels
            for quad in _framed(channel, channels)
            if _is_of_one_tint(tint, quad)
        ),
        key=area,
        default=None,
    )
    best: tuple[float, Points] | None = None
    for channel, (low, high) in zip(channels, ranges, strict=True):
        for level in np.linspace(low, high, 12)[1:-1]:
            _, region = cv2.threshold(channel, float(level), 1, cv2.THRESH_BINARY)
            found = _four_sided(np.asarray(region, dtype=np.uint8))
            if found is None or (best is not None and found[0] <= best[0]):
                continue
            if not _is_of_one_tint(tint, found[1]):
                continue
            if _cut(found[1], channel.shape).sum() < 2:
                sharp = _is_sharp(channels, found[1])
            else:
                sharp = _is_sharp([tint], found[1], SURE_STEP)
            if sharp:
                best = found
    quads = [quad for quad in (framed, best and best[1]) if quad is not None]
    return max(quads, key=area, default=None)


def interior(shape: tuple[int, int], sheet: Sheet | None, scale: float) -> Pixels:
    """(h, w) uint8, 255 well inside the edges of the sheet and of the picture.

    Args:
        scale: pixels of the mask to those that the sheet was searched in.
    """
    inside = np.zeros(shape, np.uint8)
    margin = round(ALONG_EDGE * max(shape))
    if sheet is None:
        inside[margin : shape[0] - margin, margin : shape[1] - margin] = 255
        return inside
    cv2.fillConvexPoly(inside, np.rint(sheet.corners * scale).astype(np.int32), 255)
    kernel = np.ones((2 * margin + 1, 2 * margin + 1), np.uint8)
    worn = cv2.erode(inside, kernel, borderType=cv2.BORDER_CONSTANT, borderValue=0)
    return np.asarray(worn, dtype=np.uint8)


def without_rim(ink: Pixels, inside: Pixels) -> Pixels:
    """Ink (h, w) without what lies along the edges and nowhere `inside`: an edge that is lifted, a
    board's frame, the holes and the wire of a pad."""
    owner, rows, columns = pixels_from(label_ink(ink), 1)
    kept = np.zeros(int(owner.max(initial=0)) + 1, dtype=bool)
    kept[owner[inside[rows, columns] > 0]] = True
    gone = ~kept[owner]
    left = ink.copy()
    left[rows[gone], columns[gone]] = 0
    return left


def _same_tint(image: cv2.typing.MatLike) -> Pixels:
    """How near the colour of each pixel is to the usual one about the picture's middle, (h, w).

    Light and shade leave a sheet's tint as it is, and a desk as bright as its paper seldom shares
    it: by CIELAB's a and b, in which equal steps look equally far apart.
    """
    lab = cv2.cvtColor(image.astype(np.float32) / 255, cv2.COLOR_BGR2LAB)
    height, width = lab.shape[:2]
    middle = np.s_[height // 4 : -(height // 4), width // 4 : -(width // 4)]
    a, b = (tint - float(np.median(tint[middle])) for tint in cv2.split(lab)[1:])
    apart = np.minimum(TINT_LEVELS * cv2.magnitude(a, b), 255)
    return np.asarray(255 - apart, dtype=np.uint8)


def _framed(
    channel: cv2.typing.MatLike, channels: Sequence[cv2.typing.MatLike]
) -> Iterator[Points]:
    """The four-sided figures between a channel's long straight edges, if sharp on all sides."""
    height, width = channel.shape
    edges = cv2.Canny(channel, WEAK_EDGE, STRONG_EDGE, L2gradient=True)
    least = round(LEAST_SIDE * min(height, width))
    if cv2.countNonZero(edges) < 2 * least:
        return  # too few for two sides
    lines = cv2.HoughLines(edges, 1.0, np.pi / 360, least)
    if lines is None:
        return
    level, plumb = _apart(np.reshape(lines, (-1, 2)).astype(np.float64), max(height, width))
    for top, bottom in combinations(level, 2):
        for left, right in combinations(plumb, 2):
            meets = [_meet(a, b) for a in (top, bottom) for b in (left, right)]
            quad = np.array(meets)[[0, 1, 3, 2]]
            inside = (quad > 2).all() and (quad < [width - 3, height - 3]).all()
            if inside and area(quad) > LEAST_SHARE * channel.size and _is_sharp(channels, quad):
                yield _clockwise(quad)


def _apart(lines: Points, side: int) -> tuple[list[Points], list[Points]]:
    """Of lines (n, 2) by distance and angle, the strongest first, some that lie apart from each
    other: those nearly level and those nearly plumb."""
    found: tuple[list[Points], list[Points]] = ([], [])
    for rho, theta in lines:
        if rho < 0:
            rho, theta = -rho, theta - np.pi
        level = abs(np.sin(theta)) > np.cos(np.deg2rad(MOST_TURN))
        if not level and abs(np.cos(theta)) < np.cos(np.deg2rad(MOST_TURN)):
            continue
        ours = found[0 if level else 1]
        if len(ours) < MOST_LINES and all(
            abs(rho - other[0]) > 0.03 * side or abs(theta - other[1]) > 0.1 for other in ours
        ):
            ours.append(np.array([rho, theta]))
    return found


def _meet(one: Points, other: Points) -> Points:
    """Where two lines, each by distance and angle, cross."""
    normals = np.array([[np.cos(one[1]), np.sin(one[1])], [np.cos(other[1]), np.sin(other[1])]])
    return np.asarray(np.linalg.solve(normals, [one[0], other[0]]))


def _four_sided(region: Pixels) -> tuple[float, Points] | None:
    """The largest part of a region as four corners, with how well it fills them."""
    contours, _ = cv2.findContours(region, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    if not contours:
        return None
    contour = max(contours, key=cv2.contourArea)
    if cv2.contourArea(contour) < LEAST_SHARE * region.size:
        return None
    hull = cv2.convexHull(contour)
    corners = cv2.approxPolyDP(hull, 0.03 * cv2.arcLength(hull, True), True)
    if len(corners) != 4:
        return None
    quad = corners[:, 0].astype(np.float64)
    if _cut(quad, region.shape).sum() > MOST_CUT:
        return None
    filled = np.zeros_like(region)
    cv2.drawContours(filled, [contour], -1, 1, -1)
    ideal = np.zeros_like(region)
    cv2.fillConvexPoly(ideal, corners, 1)
    overlap = float(np.count_nonzero(filled & ideal) / np.count_nonzero(filled | ideal))
    if overlap < FILLS:
        return None
    return overlap, _clockwise(quad)


def _cut(quad: Points, shape: tuple[int, ...]) -> npt.NDArray[np.bool_]:
    """Which sides of a quad the picture, within its rim, all but leaves out (4,)."""
    return np.array([_shown(quad, side, shape).mean() < LEAST_SHOWN for side in range(4)])


def _shown(quad: Points, side: int, shape: tuple[int, ...]) -> npt.NDArray[np.bool_]:
    """Which places along a side of a quad have something of the picture beyond them."""
    height, width = shape
    x, y = _beside(quad, side, -EDGE)
    return np.asarray((x >= RIM) & (y >= RIM) & (x < width - RIM) & (y < height - RIM))


def _beside(quad: Points, side: int, depth: float) -> npt.NDArray[np.int_]:
    """The pixels (2, 24) along a side of a quad, `depth` inside it."""
    start, end = quad[side], quad[(side + 1) % 4]
    along = (end - start) / math.dist(end, start)
    inward = np.array([-along[1], along[0]])
    inward *= np.sign(np.dot(quad.mean(axis=0) - start, inward))
    places = start + np.linspace(0.06, 0.94, 24)[:, None] * (end - start)
    return np.asarray(np.rint(places + depth * inward).T, dtype=np.int_)


def _is_sharp(channels: Sequence[cv2.typing.MatLike], quad: Points, step: float = STEP) -> bool:
    """Whether brightness or tint steps at every side, as far as it shows, as at a sheet's edge.

    Light falls off softly, and shade leaves tint as it is.
    """
    shape = channels[0].shape
    shares = []
    for side in np.flatnonzero(~_cut(quad, shape)).tolist():
        falls = np.any([_falls(channel, quad, side, step) for channel in channels], axis=0)
        shares.append(float(np.mean(falls[_shown(quad, side, shape)])))
    return bool(shares) and float(np.mean(shares)) >= SHARP and min(shares) >= LEAST_SHARP


def _is_of_one_tint(tint: Pixels, quad: Points) -> bool:
    """Whether a quad is as much of the sheet's tint along each side as the picture is anywhere.

    A streak of a desk may end as sharply as the sheet does, and so does the picture itself.
    """
    low, high = percentiles(tint, (4, 96))
    if high - low < OTHER_TINT:
        return True
    height, width = tint.shape
    for side in range(4):
        x, y = _beside(quad, side, EDGE)
        within = (x >= 0) & (y >= 0) & (x < width) & (y < height)
        own = tint[y[within], x[within]] > (low + high) / 2
        if len(own) and float(own.mean()) < OF_TINT:
            return False
    return True


def _falls(
    channel: cv2.typing.MatLike, quad: Points, side: int, step: float
) -> npt.NDArray[np.bool_]:
    """Where along a side of a quad a channel falls off at it."""
    height, width = channel.shape
    levels = []
    for depth in (EDGE, -EDGE):
        x, y = _beside(quad, side, depth)
        levels.append(channel[np.clip(y, 0, height - 1), np.clip(x, 0, width - 1)].astype(int))
    return np.asarray(levels[0] - levels[1] > step)


def _clockwise(quad: Points) -> Points:
    """Corners in the order top left, top right, bottom right, bottom left."""
    middle = quad.mean(axis=0)
    turned = quad[np.argsort(np.arctan2(*(quad - middle).T[::-1]))]
    first = int(np.argmin(turned.sum(axis=1)))
    return np.roll(turned, -first, axis=0)
