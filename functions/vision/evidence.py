"""What is known of a page's ink before any of it has a meaning."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations

import cv2
import numpy as np
import numpy.typing as npt

from .coils import Coil
from .components import Labels, around_ink, centers, extents, label_ink, pixels_from
from .dense import find_dense
from .fitting import fit_circle
from .grid import Grid
from .hatched import find_blocks
from .holes import Disc, find_holes
from .joining import join_segments
from .margins import without_margins
from .page import Page, Pixels, Points
from .pieces import Arc, Piece, Segment
from .rectify import find_tilt
from .segmentation import take_apart
from .strokes import Stroke, trace
from .text_box import TextBox
from .vectors import Vector, resample, share
from .wedges import find_wedges
from .writing import without_writing

BLOB_STROKES = 2.3
"""Ink thicker than this many stroke widths was filled in; strokes that cross or run double reach
1.8."""

TRACED_STROKE = 3.5
"""Strokes are traced at this width in work pixels: broader ones cost time and tell no more."""

GUIDE_STROKES = 12.0
"""Shorter lines do not tell how the page was held."""
IN_LINE = 0.15
"""How far a line may lie off the line through a longer one that it repeats, in its own lengths."""

NEIGHBOURHOOD = 0.05
"""Nobody asks for ink further away, as a share of the picture's longer side: the largest circle
strays by as much from the ideal."""
LEAST_BLOB_STROKES = 1.5
"""Radius in stroke widths; where three strokes meet at sharp angles their ink reaches 1.4."""


@dataclass(frozen=True, eq=False)
class Blob:
    """A filled spot: a dot, or a ball blacked in."""

    center: Vector
    radius: float


HEAD_STROKES = (2.5, 12.0)
"""Radius in stroke widths of the spots among which heads of arrows are told by their outline: in
smaller ones it is lost, and larger ones are bodies."""

MOST_TOUCHING, LEAST_ALIKE, LEFT_OVER = 9, 0.6, 0.08
"""How many filled balls may touch in a row, the smallest radius over the largest, and the share of
their ink that their circles leave: of a filled bar a fifth."""
NECK = 0.6
"""How deep the ink is at most where two balls touch, in radii."""
DISC_EDGE = 1.06
"""The radius within which the ink of a ball filled by hand lies, over that of the largest circle in
it."""

TRIANGULAR = 0.71
"""A spot's area over that of the smallest triangle about it: a disc's is 0.6, a square's 0.5, and a
small head's, whose corners a photo rounds off, 0.77."""


@dataclass(frozen=True, eq=False)
class Line:
    """A straight line as drawn, perhaps in several parts; `pieces` are their numbers."""

    segment: Segment
    pieces: frozenset[int]


@dataclass(frozen=True, eq=False)
class Evidence:
    """Pieces, lines and spots of ink, all in straight pixels.

    `pieces` are numbered by their place; `lines` are the segments among them, joined where they
    run on. `stroke_width` is in straight pixels too. Writing is left out.
    """

    page: Page
    stroke_width: float
    pieces: tuple[Piece, ...]
    lines: tuple[Line, ...]
    blobs: tuple[Blob, ...]
    coils: tuple[Coil, ...]
    discs: tuple[Disc, ...]
    blocks: tuple[Points, ...]
    """Hatched blocks, (4, 2) each, a long side first; they were left out of what was traced."""
    frames: tuple[Points, ...]
    """Rectangles that a stroke encloses, (4, 2) each, whose corners may be rounded."""
    wedges: tuple[Points, ...]
    """Small triangles that strokes enclose, (3, 2) each."""
    heads: tuple[Points, ...]
    """Filled triangles, (3, 2) each."""
    distance: npt.NDArray[np.float32]
    """(h, w) work pixels: how far the nearest ink is."""

    @cached_property
    def segments(self) -> dict[int, Segment]:
        """The straight pieces by number."""
        return {
            number: piece for number, piece in enumerate(self.pieces) if isinstance(piece, Segment)
        }

    @cached_property
    def arcs(self) -> dict[int, Arc]:
        """The round pieces by number."""
        return {number: piece for number, piece in enumerate(self.pieces) if isinstance(piece, Arc)}

    @cached_property
    def line_of(self) -> dict[int, Line]:
        """The line that each straight piece is part of, by the piece's number."""
        return {number: line for line in self.lines for number in line.pieces}

    @cached_property
    def line_grid(self) -> Grid[int]:
        """The lines' numbers by the boxes around them."""
        grid: Grid[int] = Grid(12 * self.stroke_width)
        for number, line in enumerate(self.lines):
            grid.add(*line.segment.span, number)
        return grid

    @cached_property
    def piece_grid(self) -> Grid[int]:
        """The pieces' numbers by the boxes around them."""
        grid: Grid[int] = Grid(12 * self.stroke_width)
        for number, piece in enumerate(self.pieces):
            grid.add(*piece.box, number)
        return grid

    @property
    def width(self) -> int:
        return self.page.width

    @property
    def height(self) -> int:
        return self.page.height

    @cached_property
    def spread(self) -> float:
        """The diagonal of the box around all that is drawn: its size, whatever is round it."""
        boxes = [piece.box for piece in self.pieces]
        boxes += [(block.min(axis=0), block.max(axis=0)) for block in self.blocks]
        if not boxes:
            return math.hypot(self.width, self.height)
        low, high = np.swapaxes(boxes, 0, 1)
        return math.dist(low.min(axis=0), high.max(axis=0))

    def cover(self, path: Points, within: float) -> float:
        """The share of a path (n, 2) that has ink within `within` straight pixels of it."""
        return share(self.inked(path, within))

    def inked(self, path: Points, within: float) -> npt.NDArray[np.bool_]:
        """For points about a stroke width apart along a path, whether ink is near."""
        return self.inked_at(resample(path, self.stroke_width / 2), within)

    def inked_at(self, points: Points, within: float) -> npt.NDArray[np.bool_]:
        """For each of n points, whether ink is near, (n,)."""
        work = self.page.image_to_work(self.page.straight_to_image(points))
        columns, rows = np.rint(work).astype(np.intp).T
        height, width = self.distance.shape
        inside = (columns >= 0) & (columns < width) & (rows >= 0) & (rows < height)
        if inside.all():
            return np.asarray(self.distance[rows, columns] <= within * self.page.scale)
        near = np.zeros(len(inside), dtype=np.bool_)
        near[inside] = self.distance[rows[inside], columns[inside]] <= within * self.page.scale
        return near


def gather(page: Page, writing: Sequence[TextBox] = (), labels: Labels | None = None) -> Evidence:
    """Trace a page's ink and take it apart, leaving the writing out.

    `labels` is `label_ink(page.ink)`, where it is known already.
    """
    page = replace(page, ink=without_writing(page.ink, writing, labels)).reduced(TRACED_STROKE)
    ink = page.ink
    blobs, heads, thin_ink = _split_blobs(ink, page.stroke_width)
    blocks = find_blocks(ink, page.stroke_width)
    blobs, thin_ink = _without_blocks(blobs, thin_ink, blocks, page.stroke_width)
    holes = find_holes(thin_ink, page.stroke_width)
    dense, cleaned = find_dense(holes.cleaned, page.stroke_width)
    graph = trace(cleaned, page.stroke_width)
    stroke_width = page.stroke_width / page.scale
    strokes = [stroke for stroke in graph.strokes if len(stroke.points) > 1]
    pieces = _pieces(page, strokes)
    lines = _join(pieces, [_straight_blob(page, blob) for blob in blobs], stroke_width)
    tilt = find_tilt(
        _long(lines, stroke_width),
        page.width,
        page.height,
        paper=[np.reshape(guide, (2, 2)) for guide in page.guides],
        ladders=[np.reshape(ladder, (3, 2)) for ladder in page.ladders],
        photo=page.photo,
    )
    if tilt is not None:
        page = replace(page, rectify=tilt)
        pieces = _pieces(page, strokes)
    drawn = without_margins(pieces, page, stroke_width)
    if tilt is not None or len(drawn) < len(pieces):
        lines = _join(drawn, [_straight_blob(page, blob) for blob in blobs], stroke_width)
    return Evidence(
        page=page,
        stroke_width=stroke_width,
        pieces=tuple(drawn),
        lines=tuple(lines),
        blobs=tuple(_straight_blob(page, blob) for blob in blobs),
        coils=tuple(_straight_coil(page, coil) for coil in (*holes.coils, *dense)),
        discs=tuple(_straight_disc(page, disc) for disc in holes.discs),
        blocks=tuple(page.image_to_straight(page.work_to_image(block)) for block in blocks),
        frames=tuple(page.image_to_straight(page.work_to_image(frame)) for frame in holes.frames),
        wedges=tuple(
            page.image_to_straight(page.work_to_image(wedge))
            for wedge in find_wedges(ink, page.stroke_width)
        ),
        heads=tuple(page.image_to_straight(page.work_to_image(head)) for head in heads),
        distance=_distance(ink),
    )


def _distance(ink: Pixels) -> npt.NDArray[np.float32]:
    """How far the nearest ink is, (h, w) float32; inf beyond the neighbourhood of the drawing."""
    about = around_ink(ink, round(NEIGHBOURHOOD * max(ink.shape)))
    distance = np.full(ink.shape, np.inf, dtype=np.float32)
    distance[about] = cv2.distanceTransform(cv2.bitwise_not(ink[about]), cv2.DIST_L2, 3)
    return distance


def _pieces(page: Page, strokes: Sequence[Stroke]) -> list[Piece]:
    """The strokes taken apart, in straight pixels."""
    return [
        piece
        for stroke in strokes
        for piece in take_apart(
            page.image_to_straight(page.work_to_image(stroke.points)),
            page.stroke_width / page.scale,
            closed=stroke.closed,
            joints=stroke.joints,
        )
    ]


def _join(pieces: Sequence[Piece], blobs: Sequence[Blob], stroke_width: float) -> list[Line]:
    """The straight pieces as lines, joined where they run on, under spots too."""
    numbers = {id(piece): number for number, piece in enumerate(pieces)}
    segments = [piece for piece in pieces if isinstance(piece, Segment)]
    return [
        Line(segment, frozenset(numbers[id(part)] for part in parts))
        for segment, parts in join_segments(
            segments, stroke_width, [(blob.center, blob.radius) for blob in blobs]
        )
    ]


def _long(lines: Sequence[Line], stroke_width: float) -> list[tuple[Points, float]]:
    """Lines that may be meant level or plumb, with the error of their directions, in radians.

    The dashes of one rope say once which way it runs: the others only repeat it.
    """
    found: list[tuple[Points, float]] = []
    grid: Grid[Segment] = Grid(24 * stroke_width)
    for line in sorted(lines, key=lambda line: -line.segment.length):
        segment = line.segment
        if segment.length <= GUIDE_STROKES * stroke_width:
            break
        near = grid.near(*segment.span, segment.length)
        if not any(_in_line(segment, other) for other in near):
            found.append((np.stack([segment.a, segment.b]), stroke_width / segment.length))
        grid.add(*segment.span, segment)
    return found


def _in_line(segment: Segment, longer: Segment) -> bool:
    """Whether a segment lies along the line through a longer one."""
    aside = max(abs(longer.offset(segment.a)), abs(longer.offset(segment.b)))
    return aside < IN_LINE * segment.length


def _split_blobs(ink: Pixels, stroke_width: float) -> tuple[list[Blob], list[Points], Pixels]:
    """Filled spots and filled triangles, in work pixels, and the ink without them."""
    size = int(np.ceil(BLOB_STROKES * stroke_width)) | 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    opened = np.asarray(cv2.morphologyEx(ink, cv2.MORPH_OPEN, kernel), dtype=np.uint8)
    if not opened.any():
        return [], [], ink
    labels = label_ink(opened)
    pixels = pixels_from(labels, 1)
    boxes, areas = extents(*pixels)
    middles = centers(*pixels, areas)
    blobs: list[Blob] = []
    heads: list[Points] = []
    left = ink.copy()
    for label in range(1, len(areas)):
        x, y, *sides = (int(value) for value in boxes[label])
        radius = float(np.sqrt(areas[label] / np.pi))
        if HEAD_STROKES[0] < radius / stroke_width < HEAD_STROKES[1]:
            # As far as the spot was worn off, so that it grows back in its own window.
            part = np.s_[
                max(y - size, 0) : y + sides[1] + size, max(x - size, 0) : x + sides[0] + size
            ]
            spot = np.asarray(labels[part] == label, dtype=np.uint8)
            head = find_triangle(spot)
            if head is not None:
                heads.append(head + np.array([part[1].start, part[0].start]))
                left[part][cv2.dilate(spot, kernel) > 0] = 0
                continue
        discs = [Blob(middles[label], radius)]
        if max(sides) > 1.5 * min(sides) or areas[label] < 0.6 * np.pi * (max(sides) / 2) ** 2:
            spot = np.asarray(labels[y : y + sides[1], x : x + sides[0]] == label, dtype=np.uint8)
            corner = np.array([x, y], dtype=np.float64)
            discs = [Blob(disc.center + corner, disc.radius) for disc in part_discs(spot)]
        for disc in discs:
            if disc.radius >= LEAST_BLOB_STROKES * stroke_width:
                blobs.append(disc)
                middle = tuple(int(value) for value in np.rint(disc.center))
                cv2.circle(left, middle, int(np.ceil(disc.radius + 0.2 * stroke_width)), 0, -1)
    return blobs, heads, left


def _without_blocks(
    blobs: list[Blob], ink: Pixels, blocks: Sequence[Points], stroke_width: float
) -> tuple[list[Blob], Pixels]:
    """The spots and the ink of a mask less what lies in hatched blocks (4, 2), in work pixels.

    A dot on a block's side stays, as a rod hangs from it.
    """
    if not blocks:
        return blobs, ink
    left = ink.copy()
    for block in blocks:
        outline = np.rint(block).astype(np.int32)
        cv2.fillConvexPoly(left, outline, 0)
        cv2.polylines(left, [outline], True, 0, 2 * round(stroke_width) + 1)
        corners = block.astype(np.float32)
        blobs = [
            blob
            for blob in blobs
            if cv2.pointPolygonTest(corners, (float(blob.center[0]), float(blob.center[1])), True)
            < blob.radius
        ]
    return blobs, left


def part_discs(spot: Pixels) -> list[Blob]:
    """The discs alike in size that touch in a spot, in its pixels; none if it is not made of such.

    Each is the largest circle in what the others leave of it.
    """
    left = np.pad(spot, 1)
    depth = cv2.distanceTransform(left, cv2.DIST_L2, 5)
    found: list[Blob] = []
    while len(found) <= MOST_TOUCHING:
        _, radius, _, middle = cv2.minMaxLoc(cv2.distanceTransform(left, cv2.DIST_L2, 5))
        if found and radius < LEAST_ALIKE * found[0].radius:
            break
        found.append(Blob(np.array(middle, dtype=np.float64) - 1, float(radius)))
        cv2.circle(left, middle, round(radius) + 1, 0, -1)
    for disc in found:
        middle = [round(float(value)) + 1 for value in disc.center]
        cv2.circle(left, middle, round(DISC_EDGE * disc.radius) + 1, 0, -1)
    over = cv2.countNonZero(left) / max(cv2.countNonZero(spot), 1)
    if len(found) < 2 or over > LEFT_OVER:
        return []
    for one, other in combinations(found, 2):
        least = min(one.radius, other.radius)
        x, y = np.rint((one.center + other.center) / 2).astype(int) + 1
        touch = math.dist(one.center, other.center) < 1.2 * (one.radius + other.radius)
        if touch and depth[y, x] > NECK * least:
            return []  # a short thick stroke
    return found


def find_triangle(spot: Pixels) -> Points | None:
    """The corners (3, 2) of a spot that is a triangle, in its pixels."""
    contours, _ = cv2.findContours(spot, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    rim = max(contours, key=len)
    area, corners = cv2.minEnclosingTriangle(rim)
    if corners is None or cv2.contourArea(rim) < TRIANGULAR * area:
        return None
    return np.asarray(corners, dtype=np.float64).reshape(3, 2)


def _straight_coil(page: Page, coil: Coil) -> Coil:
    ends = page.image_to_straight(page.work_to_image(np.stack([coil.first, coil.last])))
    return Coil(ends[0], ends[1], coil.width / page.scale)


def _straight_disc(page: Page, disc: Disc) -> Disc:
    edges = disc.center + disc.radius * np.array([[1, 0], [0, 1], [-1, 0], [0, -1]])
    center, radius, _ = fit_circle(page.image_to_straight(page.work_to_image(edges)))
    return Disc(center, radius, disc.stray)


def _straight_blob(page: Page, blob: Blob) -> Blob:
    center = page.image_to_straight(page.work_to_image(blob.center[None]))[0]
    return Blob(center, blob.radius / page.scale)
