"""A drawn sheet: the strokes and letters of a plan, laid out, and their ink in pixels."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from .hand import Hand, Points, Stroke
from .letters import Letter, Style, Writer, Writing, someone_writing, writing_corners
from .plan import BODIES, FITS, Label, Mark, Plan

Mask = npt.NDArray[np.uint8]

GRID = 16
"""Cells to a page unit when looking for a free place to write."""
CLEARANCE = 0.14
"""Page units kept free around writing."""
_ALONG = 0.07
"""How often a label runs along its line."""
_LINES = frozenset({"rod", "rope", "ramp", "dimension", "arrow"})


@dataclass(frozen=True, eq=False)
class Written:
    """A label where it stands: `box` is x0, y0, x1, y1 in page units."""

    label: Label
    writing: Writing
    box: tuple[float, float, float, float]


@dataclass(frozen=True, eq=False)
class Sheet:
    """A sheet of `width` x `height` page units, whose lower left corner is at `origin`."""

    plan: Plan
    origin: Points
    width: float
    height: float
    strokes: list[Stroke]
    written: list[Written]
    letter_height: float

    def size_at(self, width_px: int) -> tuple[int, int]:
        """Width and height in pixels."""
        return width_px, round(self.height * width_px / self.width)


class NoRoom(Exception):
    """A label that fits nowhere: another seed is needed."""


def lay_out(plan: Plan, rng: np.random.Generator) -> Sheet:
    """Draw a plan by hand and write its labels where there is room.

    Raises:
        NoRoom: a label would cover something or seem to belong to another mark.
    """
    hand = Hand.of_someone(rng)
    for mark in plan.marks:
        mark.ink(hand)
    strokes = list(hand.strokes)
    drawn = np.vstack([s.points for s in strokes])
    extent = float(np.ptp(drawn, axis=0).max())
    height = extent * rng.uniform(0.032, 0.052)
    writer = someone_writing(rng, hand)
    written = place_labels(plan, strokes, writer, height, rng)

    corners = np.vstack([drawn, *[np.reshape(w.box, (2, 2)) for w in written]])
    low, high = corners.min(0), corners.max(0)
    margin = extent * rng.uniform(0.05, 0.22, 4)
    origin = low - margin[:2]
    size = high + margin[2:] - origin
    # Pages are not strips: grow the short side.
    if size[0] > 2.2 * size[1]:
        grow = size[0] / 2.2 - size[1]
        origin[1] -= grow * rng.uniform(0.3, 0.7)
        size[1] += grow
    if size[1] > 1.5 * size[0]:
        grow = size[1] / 1.5 - size[0]
        origin[0] -= grow * rng.uniform(0.3, 0.7)
        size[0] += grow
    return Sheet(plan, origin, float(size[0]), float(size[1]), strokes, written, height)


def place_labels(
    plan: Plan, strokes: list[Stroke], writer: Writer, height: float, rng: np.random.Generator
) -> list[Written]:
    """Write each label near its mark, off the ink, and nearer to it than to any other it fits."""
    drawn = np.vstack([s.points for s in strokes])
    reach = 4.0
    low = drawn.min(0) - reach
    size = np.ptp(drawn, axis=0) + 2 * reach
    taken = np.zeros(np.ceil(size[::-1] * GRID).astype(int), np.uint8)
    for stroke in strokes:
        cells = np.rint((stroke.points - low) * GRID * 16).astype(np.int32)
        if stroke.filled:
            cv2.fillPoly(taken, [cells], 1, shift=4)
        cv2.polylines(taken, [cells], False, 1, 2, shift=4)
    aside = rng.spawn(1)[0]
    style = Style.of_someone(rng.spawn(1)[0])
    # Most people write almost level; some run uphill or downhill.
    slant = aside.uniform(-0.17, 0.17) if aside.random() < 0.12 else rng.normal(0, 0.02)
    out: list[Written] = []
    for label in plan.labels:
        writing = style.of(writer.write(style.spelt(label.text), height))
        turn = slant + rng.normal(0, 0.01)
        if aside.random() < _ALONG:
            turn = along_line(label, turn)
        writing = [turned(w, turn) for w in writing]
        corners = writing_corners(writing)
        lower, upper = corners.min(0), corners.max(0)
        spot = free_spot(plan, label, upper - lower, taken, low, height, rng)
        moved = [shifted(w, spot - lower) for w in writing]
        x0, y0 = spot
        x1, y1 = spot + upper - lower
        out.append(Written(label, moved, (float(x0), float(y0), float(x1), float(y1))))
        cells = [int(v) for v in np.floor((np.array([x0, y0, x1, y1]) - np.tile(low, 2)) * GRID)]
        pad = int(0.25 * GRID)
        taken[cells[1] - pad : cells[3] + pad, cells[0] - pad : cells[2] + pad] = 1
    return out


def along_line(label: Label, level: float) -> float:
    """The angle of writing that runs along the line it belongs to; `level` if there is none."""
    if label.mark is None or label.mark.kind not in _LINES or len(label.mark.outline) != 2:
        return level
    x, y = label.mark.outline[1] - label.mark.outline[0]
    angle = float(np.arctan2(y, x))
    # Read from the left, or from the bottom up; a steep line has its label level, if not plumb.
    angle -= np.pi * round(angle / np.pi)
    if abs(abs(angle) - np.pi / 2) < 0.1:
        return np.pi / 2
    return angle if abs(angle) < np.radians(50) else level


def free_spot(
    plan: Plan,
    label: Label,
    size: Points,
    taken: Mask,
    low: Points,
    height: float,
    rng: np.random.Generator,
) -> Points:
    """The lower left corner of a free place for writing of this size.

    Of 400 places around the label's mark, the one nearest to it, give or take a little, among those
    that are free and where no other mark claims the label.

    Raises:
        NoRoom: there is none.
    """
    sums = cv2.integral(taken)
    rivals = [m for m in plan.marks if m is not label.mark and claims(m, label)]
    own = densified(label.near)
    rival_points = [densified(m.outline) for m in rivals]
    best: tuple[float, Points] | None = None
    for _ in range(400):
        if label.inside and label.mark is not None:
            near = label.mark.centre + rng.normal(0, 0.25, 2)
        elif label.mark is None:
            spread = np.array(taken.shape[::-1]) / GRID
            near = low + spread * rng.uniform(0.15, 0.85, 2)
        else:
            angle = rng.uniform(0, 2 * np.pi)
            away = np.array([np.cos(angle), np.sin(angle)])
            anchor = own[rng.integers(len(own))]
            near = anchor + away * (np.abs(away) @ size / 2 + rng.uniform(0.15, 1.1))
        corner = near - size / 2
        cells = (np.concatenate([corner, corner + size]) - np.tile(low, 2)) * GRID
        pad = CLEARANCE * GRID
        x0, y0 = np.floor(cells[:2] - pad).astype(int)
        x1, y1 = np.ceil(cells[2:] + pad).astype(int)
        if x0 < 0 or y0 < 0 or y1 >= taken.shape[0] or x1 >= taken.shape[1]:
            continue
        if sums[y1, x1] - sums[y0, x1] - sums[y1, x0] + sums[y0, x0]:
            continue
        if not label.inside and any(holds(m, near) for m in plan.marks):
            continue
        mine = 0.0 if label.inside else box_distance(corner, size, own)
        if label.mark is not None:
            others = [box_distance(corner, size, p) for p in rival_points]
            if label.inside:
                others = [d + 0.5 for d in others]
            if any(mine > 0.65 * other for other in others):
                continue
        cost = mine + rng.exponential(0.25)
        if label.mark is None:
            cost = rng.random()
        if best is None or cost < best[0]:
            best = (float(cost), corner)
    if best is None:
        raise NoRoom(label.text)
    return best[1]


def holds(mark: Mark, point: Points) -> bool:
    """Whether a point lies inside a body, where writing would seem to be the body's."""
    if mark.kind not in BODIES:
        return False
    ring = mark.outline.astype(np.float32).reshape(-1, 1, 2)
    return cv2.pointPolygonTest(ring, (float(point[0]), float(point[1])), False) >= 0


def claims(mark: Mark, label: Label) -> bool:
    """Whether a reader might give a label to this mark."""
    return label.mark is not None and mark.kind in FITS.get(label.quantity, frozenset())


def densified(points: Points, step: float = 0.2) -> Points:
    """Points along a path, close enough to measure distances to it."""
    if len(points) == 1:
        return points
    parts = []
    for a, b in itertools.pairwise(points):
        count = max(2, int(np.hypot(*(b - a)) / step) + 1)
        parts.append(np.linspace(a, b, count))
    return np.vstack(parts)


def box_distance(corner: Points, size: Points, points: Points) -> float:
    """The distance from an upright box to the nearest of some points."""
    gap = np.maximum(0, np.maximum(corner - points, points - corner - size))
    return float(np.hypot(*gap.T).min())


def shifted(item: Letter | Stroke, by: Points) -> Letter | Stroke:
    """The same ink elsewhere."""
    if isinstance(item, Stroke):
        return Stroke(item.points + by, item.width, item.pen, item.filled)
    matrix = item.matrix.copy()
    matrix[:, 2] += by
    return Letter(item.mask, matrix, item.pen)


def turned(item: Letter | Stroke, angle: float) -> Letter | Stroke:
    """The same ink turned about (0, 0)."""
    cos, sin = np.cos(angle), np.sin(angle)
    turn = np.array([[cos, -sin], [sin, cos]])
    if isinstance(item, Stroke):
        return Stroke(item.points @ turn.T, item.width, item.pen, item.filled)
    return Letter(item.mask, turn @ item.matrix, item.pen)


def page_to_pixels(sheet: Sheet, pixels_per_unit: float) -> npt.NDArray[np.float64]:
    """The 2x3 matrix from page units to pixels of the sheet's own picture."""
    x, y = sheet.origin
    scale = pixels_per_unit
    return np.array([[scale, 0.0, -x * scale], [0.0, -scale, (y + sheet.height) * scale]])


def ink_masks(sheet: Sheet, width_px: int, stroke_px: float) -> dict[int, Mask]:
    """How much of each pixel each pen covers: (h, w) uint8, by pen.

    Drawn larger and shrunk, so that edges are smooth and strokes may be any width.
    """
    times = int(np.clip(round(4200 / width_px), 1, 5))
    per_unit = width_px / sheet.width
    height_px = sheet.size_at(width_px)[1]
    matrix = page_to_pixels(sheet, per_unit * times)
    shape = (height_px * times, width_px * times)
    pens: dict[int, Mask] = {}

    def canvas(pen: int) -> Mask:
        return pens.setdefault(pen, np.zeros(shape, np.uint8))

    items: list[Letter | Stroke] = [*sheet.strokes]
    for written in sheet.written:
        items.extend(written.writing)
    for item in items:
        if isinstance(item, Stroke):
            lay_stroke(canvas(item.pen), item, matrix, stroke_px * times)
        else:
            lay_letter(canvas(item.pen), item, matrix, sheet.letter_height, stroke_px * times)
    return {
        pen: np.asarray(
            cv2.resize(mask, (width_px, height_px), interpolation=cv2.INTER_AREA), np.uint8
        )
        for pen, mask in pens.items()
    }


def lay_stroke(
    canvas: Mask, stroke: Stroke, matrix: npt.NDArray[np.float64], width_px: float
) -> None:
    """Draw a stroke as short pieces, each as wide as the pen pressed."""
    points = stroke.points @ matrix[:, :2].T + matrix[:, 2]
    fixed = np.rint(points * 16).astype(np.int32)
    if stroke.filled:
        cv2.fillPoly(canvas, [fixed], 255, cv2.LINE_AA, shift=4)
    widths = np.maximum(1, np.rint(stroke.width * width_px)).astype(int)
    for a, b, width in zip(fixed, fixed[1:], widths, strict=False):
        cv2.line(canvas, a.tolist(), b.tolist(), 255, int(width), cv2.LINE_AA, shift=4)


def lay_letter(
    canvas: Mask,
    letter: Letter,
    matrix: npt.NDArray[np.float64],
    letter_height: float,
    width_px: float,
) -> None:
    """Draw a font's letter, thickened where the pen is broader than the font's own."""
    whole = np.vstack([matrix, [0, 0, 1]]) @ np.vstack([letter.matrix, [0, 0, 1]])
    height, width = letter.mask.shape
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], float)
    placed = corners @ whole[:2, :2].T + whole[:2, 2]
    x0, y0 = np.maximum(0, np.floor(placed.min(0)).astype(int))
    x1, y1 = np.minimum(canvas.shape[::-1], np.ceil(placed.max(0)).astype(int))
    if x1 <= x0 or y1 <= y0:
        return
    local = whole[:2].copy()
    local[:, 2] -= [x0, y0]
    piece = cv2.warpAffine(letter.mask, local, (int(x1 - x0), int(y1 - y0)), flags=cv2.INTER_AREA)
    cap_px = letter_height * matrix[0, 0]
    extra = round(min(width_px - 0.09 * cap_px, 0.05 * cap_px))
    if extra > 1:
        kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (extra, extra))
        piece = cv2.dilate(piece, kernel)
    region = canvas[y0:y1, x0:x1]
    np.maximum(region, piece, out=region)
