"""Paper enclosed by ink: the slit between two passes of the pen, and the loops of a coil."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
import numpy.typing as npt

from .coils import LINED, Coil, frame, has_lead, is_lined, seen, up_to_holders
from .components import Labels, extents, label_ink, pixels_from
from .fitting import fit_circle
from .grid import Grid
from .mesh import WIDEST_HOLE, find_meshes
from .page import Pixels, Points
from .vectors import Vector, cross

SLIT_STROKES = 1.7
"""Paper narrower than this many stroke widths between two strokes is one line drawn twice."""
SLIT_LONG = 3.5
"""A slit is this many times as long as it is wide; a small circle's inside is not."""
ALONG_ROW = 0.9
"""Cosine of an angle: the loops of a coil lie across it, the halves of a cart's wheels along it."""
APART = 1.0
"""Round holes further apart than this, in their own widths, are balls or wheels side by side: the
loops of a coil overlap."""
LEAST_DISC = 1.5
"""In stroke widths: a smaller hole may be what is left between strokes that cross."""
OVAL = 1.3
ROUND_RIM = 0.045
"""A hand's circle is an oval, the more so seen at a tilt, but smooth: its rim strays less than this
from an ellipse. A regular hexagon's strays by 0.045, and so do square corners' and a letter's."""
FRAME_FILLS = (0.83, 1.01)
"""What share of its rectangle the paper in a box fills: an ellipse fills 0.79."""
FRAME_LEAST = 6.0
"""The least side of a box, in stroke widths."""
FRAME_SIDE = 0.5
"""The middle of a side must be straight, this share of it; the corners may be round."""
FRAME_STRAY, FRAME_ODD = 0.04, 0.05
"""By how much of a side's length its middle may stray, and how much of it by more."""
SLIM_LOOP, LOOP_FILLS, DRAWN_OUT = 1.4, 0.86, 1.7
"""The loops of a coil that is drawn out are slim and round, so that they fill less of a rectangle
than upright slabs do, and follow each other within this many of their lengths."""
WIDE_APART, BOW_ASIDE = 4.0, 0.3
"""Loops that are further apart, up to this many of their lengths, are joined by one stroke each
that bows to the same side, at least so many of their lengths off their row."""
FLOOR_ASIDE, FLOOR_STRAY = 0.75, 1.5
"""In stroke widths: no further from the ends of slabs is the ground that they stand on, and it is
one line, give or take so much."""
MOST_BOW = 3.0
"""How far such a stroke is looked for, in lengths of the loops."""
MOST_BOWED, BOWED = 1.1, 0.6
"""A coil's stroke bows no further from its axis than this many widths of its loops, and does so at
this share of its turns."""
LONGEST_SLIVER = 1.5
"""Of a coil's loops: what is longer beside them lies between the coil and the ground."""
LONGEST_LOOP, LONGEST_FIELD = 40.0, 80.0
"""In stroke widths: the loops of a larger coil are drawn as circles, while a block's fields may be
longer."""
ALIKE_ALONG, ALIKE_ACROSS = 0.6, 1.5
"""Logarithms of how much longer and wider one of two loops or fields in a row may be: some are half
run up."""
FEWEST_LOOPS = 4
TOUCHING = 2.0
"""In stroke widths: circles in a row whose holes are no further apart touch."""
LEADS_ON, MOSTLY_ON = 0.6, 0.8
"""Over how many of its loops a coil's lead is looked for, and the share of it that is inked."""
FRAMED = 0.85
MAX_HOLES = 3000


@dataclass(frozen=True, eq=False)
class _Hole:
    label: int
    center: Vector
    long: float
    short: float
    direction: Vector
    """Of the long side, a unit vector."""
    part: Pixels
    """The hole in its box, 1 where it is."""

    @cached_property
    def fills(self) -> float:
        """The share of the least rectangle about it that it fills."""
        _, (width, height), _ = cv2.minAreaRect(_outer_rim(self.part).astype(np.float32))
        # The rim's are the pixels' middles.
        return cv2.countNonZero(self.part) / ((width + 1) * (height + 1))


@dataclass(frozen=True, eq=False)
class Disc:
    """A round hole, in the pixels of the mask: the circle of the stroke that encloses it.

    `stray` is the root mean square distance of its rim from that circle, as a share of the radius.
    """

    center: Vector
    radius: float
    stray: float


@dataclass(frozen=True, eq=False)
class Holes:
    """What the holes of an ink mask say; `cleaned` has no coils, and its slits are filled."""

    coils: list[Coil]
    discs: list[Disc]
    frames: list[Points]
    """The corners (4, 2) of the rectangles that strokes with square or rounded corners enclose."""
    cleaned: Pixels


def find_holes(ink: Pixels, stroke_width: float) -> Holes:
    """The coils and round holes in an ink mask."""
    paper = cv2.bitwise_not(ink)
    labels = label_ink(np.asarray(paper, dtype=np.uint8), connectivity=4)
    count = int(labels.max()) + 1
    if not 2 < count < MAX_HOLES:
        return Holes([], [], [], ink)
    stats = _stats(labels)
    holes = [
        _measure(labels, stats, label)
        for label in range(1, count)
        if 0 < stats[label, 4] < 0.02 * ink.size and stats[label, 2:4].max() < 0.3 * max(ink.shape)
    ]
    discs: dict[int, Disc] = {}
    frames: dict[int, Points] = {}
    for label in range(2, count):
        disc = _disc(labels, stats, label, stroke_width)
        corners = _frame(labels, stats, label, stroke_width) if disc is None else None
        if disc is not None:
            discs[label] = disc
        if corners is not None:
            frames[label] = corners
    narrow = [hole.label for hole in holes if hole.short < WIDEST_HOLE * stroke_width]
    meshes = find_meshes(ink, labels, narrow, stroke_width)
    of_meshes = {label for _, own in meshes for label in own}
    frames = {label: corners for label, corners in frames.items() if label not in of_meshes}
    # Loops are no boxes on top of each other.
    loops = [hole for hole in holes if hole.label not in of_meshes and hole.label not in frames]
    coils, of_coils, fields = _rows(loops, stroke_width, ink)
    coils += [up_to_holders(ink, coil, stroke_width) for coil, _ in meshes]
    of_coils |= of_meshes
    cleaned = ink.copy()
    for hole in holes:
        slit = hole.short < SLIT_STROKES * stroke_width and hole.long > SLIT_LONG * hole.short
        pinhole = hole.short * hole.long < 1.4 * stroke_width**2
        if (slit or pinhole) and hole.label not in of_coils | fields:
            x, y, w, h, _ = stats[hole.label]
            part = np.s_[y : y + h, x : x + w]
            cleaned[part][labels[part] == hole.label] = 255
    for coil in coils:
        band = np.rint(coil.band()).astype(np.int32)
        cv2.fillConvexPoly(cleaned, band, 0)
    return Holes(
        coils,
        [disc for label, disc in discs.items() if label not in of_coils],
        list(frames.values()),
        cleaned,
    )


def _stats(labels: Labels) -> npt.NDArray[np.int_]:
    """Box and area (n, 5) of each piece of paper by its label, x, y, width, height, area.

    All zero for the first, which is about the whole drawing, but if ink cuts off a corner of it.
    """
    first = 1 if np.count_nonzero(labels == 1) < 0.5 * labels.size else 2
    box, area = extents(*pixels_from(labels, first))
    area[box[:, 2] == 0] = 0
    return np.column_stack([box, area]).astype(np.int_)


def _disc(
    labels: cv2.typing.MatLike, stats: npt.NDArray[np.int_], label: int, stroke_width: float
) -> Disc | None:
    """A hole as a disc, if its rim is an oval; what lies inside the rim does not matter."""
    w, h, area = (int(value) for value in stats[label, 2:])
    if min(w, h) < LEAST_DISC * stroke_width or max(w, h) > OVAL * min(w, h):
        return None
    if area > 1.13 * np.pi / 4 * w * h or max(w, h) > 0.5 * max(labels.shape):
        return None
    rim = _rim(labels, stats, label)
    center, radius, rms = fit_circle(rim)
    if radius <= 0 or _off_ellipse(rim) > ROUND_RIM * radius + 0.3:
        return None
    around = np.arctan2(*(rim - center).T[::-1])
    if len(np.unique(np.floor(around / (2 * np.pi) * 36))) < 33:
        return None
    return Disc(center, radius + stroke_width / 2, rms / radius)


def _off_ellipse(rim: Points) -> float:
    """The root mean square distance of points (n, 2) from the ellipse that fits them best."""
    center, axes, degrees = cv2.fitEllipseDirect(rim.astype(np.float32))
    turn = np.deg2rad(degrees)
    towards = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    places = (rim - center) @ towards
    out = np.hypot(*(places / np.maximum(np.array(axes) / 2, 1e-6)).T)
    away = np.hypot(*places.T) * (1 - 1 / np.maximum(out, 1e-6))
    return float(np.sqrt(np.square(away).mean()))


def _frame(
    labels: cv2.typing.MatLike, stats: npt.NDArray[np.int_], label: int, stroke_width: float
) -> Points | None:
    """The middle line of the rectangle about a hole with four straight sides, its corners (4, 2).

    What is looked at is the middle of each side alone: a hand in haste rounds all its corners.
    """
    w, h, area = (int(value) for value in stats[label, 2:])
    if min(w, h) < FRAME_LEAST * stroke_width or max(w, h) > 0.7 * max(labels.shape):
        return None
    rim = _rim(labels, stats, label)
    center, (length, height), angle = cv2.minAreaRect(rim.astype(np.float32))
    fills = area / ((length + 1) * (height + 1))  # the rim's are the pixels' middles
    if min(length, height) < FRAME_LEAST * stroke_width or not (
        FRAME_FILLS[0] < fills < FRAME_FILLS[1]
    ):
        return None
    turn = np.deg2rad(angle)
    axes = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    places = (rim - center) @ axes.T
    reaches = np.empty((2, 2))  # [axis, low or high]: where the sides across that axis lie
    for axis, other in enumerate((height, length)):
        middle = np.abs(places[:, 1 - axis]) < FRAME_SIDE / 2 * other
        for end, sign in enumerate((-1, 1)):
            side = places[middle & (sign * places[:, axis] > 0), axis]
            if len(side) < 0.8 * FRAME_SIDE * other:
                return None
            reaches[axis, end] = np.median(side)
            most = max(0.6 * stroke_width, FRAME_STRAY * other)
            if float(np.mean(np.abs(side - reaches[axis, end]) > most)) > FRAME_ODD:
                return None
    reaches += stroke_width / 2 * np.array([-1, 1])
    (left, right), (top, bottom) = reaches
    corners = np.array([[left, top], [right, top], [right, bottom], [left, bottom]])
    return np.asarray(corners @ axes + center, dtype=np.float64)


def _rim(labels: cv2.typing.MatLike, stats: npt.NDArray[np.int_], label: int) -> Points:
    """The outer rim of a hole, (n, 2) pixels of the mask."""
    x, y, w, h, _ = (int(value) for value in stats[label])
    part = np.asarray(labels[y : y + h, x : x + w] == label, dtype=np.uint8)
    return np.asarray(_outer_rim(part) + np.array([x, y]), dtype=np.float64)


def _outer_rim(part: Pixels) -> npt.NDArray[np.int32]:
    """The outer rim of a hole in its box, (n, 2) pixels of the box."""
    contours, _ = cv2.findContours(part, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    return np.asarray(max(contours, key=len)[:, 0], dtype=np.int32)


def _measure(labels: cv2.typing.MatLike, stats: npt.NDArray[np.int_], label: int) -> _Hole:
    """A hole's centre and the sides of the bar with its area and second moments."""
    x, y, w, h, _ = (int(value) for value in stats[label])
    part = np.asarray(labels[y : y + h, x : x + w] == label, dtype=np.uint8)
    sums = cv2.moments(part, binaryImage=True)
    middle = np.array([sums["m10"], sums["m01"]]) / sums["m00"]
    spread = np.array([[sums["mu20"], sums["mu11"]], [sums["mu11"], sums["mu02"]]]) / sums["m00"]
    moments, axes = np.linalg.eigh(spread + np.eye(2) / 12)
    short, long = np.sqrt(12 * moments)
    corner = np.array([x, y])
    return _Hole(label, middle + corner, float(long), float(short), axes[:, 1], part)


def _rows(
    holes: list[_Hole], stroke_width: float, ink: Pixels
) -> tuple[list[Coil], set[int], set[int]]:
    """Holes alike in size that follow each other evenly in a row are a coil's loops.

    Between two straight lines they are the fields of a hatched block. Returns the coils, the labels
    of their loops, and those of such fields.
    """
    fitting = [
        hole
        for hole in holes
        if hole.short > 0.5 * stroke_width and hole.long < LONGEST_FIELD * stroke_width
    ]
    coils: list[Coil] = []
    used: set[int] = set()
    fields: set[int] = set()
    blocks: list[Coil] = []
    for row in _groups(fitting, stroke_width, _is_next, DRAWN_OUT):
        row = _alike([hole for hole in row if hole.label not in used])
        if not _is_row(row, stroke_width):
            continue
        across = _are_loops(row)
        if not across and not _runs_on(row, _band(row, row, stroke_width), ink, stroke_width):
            continue
        coil, beside = _coil_of(row, fitting, used, stroke_width)
        leads = all(has_lead(ink, coil, end, stroke_width) for end in (0, 1))
        leads = leads and not is_lined(ink, coil, stroke_width)
        goes_on = any(_goes_on(block, row) for block in blocks)
        if goes_on or (across and not leads and _is_framed(coil, ink, stroke_width)):
            fields |= {hole.label for hole in row}
            blocks.append(coil)
            continue
        if float(np.median([hole.long for hole in row])) > LONGEST_LOOP * stroke_width:
            continue
        coil = up_to_holders(ink, coil, stroke_width)
        coils.append(_with_bows(coil, len(row), ink, stroke_width))
        used |= beside
    left = [hole for hole in fitting if hole.label not in used | fields]
    for row in _groups(left, stroke_width, _is_next_but_wide, WIDE_APART):
        loops = _is_row(row, stroke_width) and _are_loops(row)
        bow = _bow(row, ink, stroke_width) if loops else None
        if bow is not None:
            coil, beside = _coil_of(row, left, used, stroke_width)
            coil = up_to_holders(ink, _reaching(coil, row, bow, stroke_width), stroke_width)
            coils.append(coil)
            used |= beside
    return coils, used, fields


def _groups(
    holes: list[_Hole],
    stroke_width: float,
    is_next: Callable[[_Hole, _Hole], bool],
    furthest: float,
) -> list[list[_Hole]]:
    """Holes alike in size that are near each other or next to each other, the most first.

    Args:
        furthest: how far apart those may be that are next to each other, in their lengths.
    """
    grid: Grid[int] = Grid(4 * stroke_width)
    for number, hole in enumerate(holes):
        grid.add(hole.center, hole.center, number)
    met: set[int] = set()
    groups: list[list[_Hole]] = []
    for number in range(len(holes)):
        if number in met:
            continue
        group, waiting = [], [number]
        met.add(number)
        while waiting:
            one = holes[waiting.pop()]
            group.append(one)
            reach = 1.8 * one.short + 2.5 * stroke_width
            for other in grid.near(one.center, one.center, max(reach, furthest * one.long)):
                apart = math.dist(holes[other].center, one.center)
                alike = abs(np.log(holes[other].long / one.long)) < ALIKE_ALONG
                alike = alike and abs(np.log(holes[other].short / one.short)) < ALIKE_ACROSS
                near = apart < reach or is_next(one, holes[other])
                if other not in met and alike and near:
                    met.add(other)
                    waiting.append(other)
        groups.append(group)
    return sorted(groups, key=len, reverse=True)


def _coil_of(
    row: list[_Hole], holes: list[_Hole], used: set[int], stroke_width: float
) -> tuple[Coil, set[int]]:
    """The coil along a row, and the labels of all its holes: loops overlap, and beside the row lie
    the slivers between them."""
    coil = _band(row, row, stroke_width)
    longest = LONGEST_SLIVER * max(hole.long for hole in row)
    widest = LONGEST_SLIVER * max(hole.short for hole in row)
    beside = [
        hole
        for hole in holes
        if hole.label not in used
        and hole.long < longest
        and hole.short < widest
        and _inside(coil, hole)
    ]
    return _band(row, beside, stroke_width), {hole.label for hole in beside}


def _alike(row: list[_Hole]) -> list[_Hole]:
    """Those of a row that are about as long as most: a block's last fields are triangles, whose
    middles lie off its axis."""
    if not row:
        return []
    usual = float(np.median([hole.long for hole in row]))
    return [hole for hole in row if abs(np.log(hole.long / usual)) < ALIKE_ALONG]


def _is_next(one: _Hole, other: _Hole) -> bool:
    """Whether two holes are loops of a coil that is drawn out: slim, round and side by side."""
    return max(one.fills, other.fills) < LOOP_FILLS and _are_abreast(one, other, DRAWN_OUT)


def _is_next_but_wide(one: _Hole, other: _Hole) -> bool:
    """Whether two holes may be loops of one coil with wide bows between them."""
    return _are_abreast(one, other, WIDE_APART)


def _are_abreast(one: _Hole, other: _Hole, furthest: float) -> bool:
    """Whether two slim holes lie side by side, no further apart than so many of their lengths."""
    step = other.center - one.center
    apart = float(np.hypot(*step))
    return (
        min(one.long / one.short, other.long / other.short) > SLIM_LOOP
        and apart < furthest * min(one.long, other.long)
        and abs(float(np.dot(one.direction, other.direction))) > ALONG_ROW
        and abs(float(np.dot(one.direction, step))) < 0.5 * apart
    )


def _bow(row: list[_Hole], ink: Pixels, stroke_width: float) -> float | None:
    """How far beside their row, with a sign, the strokes pass that join loops which lie wide apart.

    None unless halfway between most of them one passes on the same side, and none on the other.
    """
    middle, along = _axis(row)
    across = np.array([-along[1], along[0]])
    places = np.sort(_along(row, row)[0])
    long = float(np.median([hole.long for hole in row]))
    asides = np.arange(-MOST_BOW * long, MOST_BOW * long, 0.5)
    halfway = middle + ((places[1:] + places[:-1]) / 2)[:, None] * along
    inked = seen(ink, halfway[:, None] + asides[:, None] * across)
    nearest = [min(asides[line].tolist(), key=abs, default=0.0) for line in inked]
    for side in (-1, 1):
        bows = [
            side * aside
            for aside, line in zip(nearest, inked, strict=True)
            if side * aside > BOW_ASIDE * long
            and not line[np.abs(asides + aside) < BOW_ASIDE * long].any()  # nor a slab's other side
        ]
        if len(bows) > BOWED * len(inked):
            bow = side * float(np.median(bows))
            # One line at the very ends of all holes is the ground that slabs stand on.
            if abs(abs(bow) - long / 2) > FLOOR_ASIDE * stroke_width:
                return bow
            line = middle + np.arange(places[0], places[-1], 0.5 * stroke_width)[:, None] * along
            off = bow + np.arange(-FLOOR_STRAY, FLOOR_STRAY, 0.1) * stroke_width
            straight = seen(ink, line[:, None] + off[:, None] * across).any(axis=1).mean() > LINED
            return None if straight else bow
    return None


def _reaching(coil: Coil, row: list[_Hole], bow: float, stroke_width: float) -> Coil:
    """A coil drawn out to the strokes that join its loops, `bow` px beside their row."""
    middle, along = _axis(row)
    across = np.array([-along[1], along[0]])
    at = float(np.dot(coil.first - middle, across))
    edges = [at - coil.width / 2, at + coil.width / 2, bow + np.sign(bow) * 1.7 * stroke_width]
    low, high = min(edges), max(edges)
    shift = ((low + high) / 2 - at) * across
    return Coil(coil.first + shift, coil.last + shift, high - low)


def _with_bows(coil: Coil, loops: int, ink: Pixels, stroke_width: float) -> Coil:
    """A coil as wide as its stroke swings: between loops that are drawn out it bows beyond them."""
    length = math.dist(coil.last, coil.first)
    along = (coil.last - coil.first) / length
    across = np.array([-along[1], along[0]])
    places = np.linspace(0.1, 0.9, max(4 * loops, 40)) * length
    turns = np.minimum((np.linspace(0, 1, len(places)) * loops).astype(int), loops - 1)
    reaches = []
    for side in (-1, 1):
        aside = np.arange(coil.width / 2, coil.width * MOST_BOWED, 0.5 * stroke_width)
        points = coil.first + places[:, None, None] * along + (side * aside)[:, None] * across
        inked = seen(ink, points)
        bowed = np.array([inked[turns == turn].any(axis=0) for turn in range(loops)]).mean(axis=0)
        short = np.flatnonzero(bowed < BOWED)
        last = short[0] if len(short) else 0  # ink all along is another line beside the coil
        reaches.append(coil.width / 2 + (float(aside[last] - aside[0]) if last else 0.0))
    middle = (reaches[1] - reaches[0]) / 2 * across
    return Coil(coil.first + middle, coil.last + middle, reaches[0] + reaches[1])


def _is_framed(coil: Coil, ink: Pixels, stroke_width: float) -> bool:
    """Whether ink runs straight along both sides of a row of holes; loops touch a line at points.

    A side may lean and wobble a little, so it is looked for anywhere near where it should be.
    """
    length = math.dist(coil.last, coil.first)
    along = (coil.last - coil.first) / length
    across = np.array([-along[1], along[0]])
    places = coil.first + np.linspace(0.12, 0.88, 60)[:, None] * length * along
    depths = np.arange(-0.5 * stroke_width, 0.4 * coil.width, 0.5 * stroke_width)
    leans = np.arange(-0.16 * length, 0.16 * length, stroke_width)
    asides = depths[:, None, None] + leans[None, :, None] * np.linspace(-0.5, 0.5, 60)
    for side in (-1, 1):
        # (depths, leans, 60, 2)
        points = places + side * (coil.width / 2 - asides)[..., None] * across
        inked = seen(ink, points)
        if float(inked.mean(axis=2).max()) < FRAMED:
            return False
    return True


def _inside(coil: Coil, hole: _Hole) -> bool:
    """Whether a hole lies in a coil's band, or beside it within half its width."""
    along = coil.last - coil.first
    length = float(np.hypot(*along))
    place = float(np.dot(hole.center - coil.first, along)) / length
    aside = (
        abs(
            float(
                along[0] * (hole.center - coil.first)[1] - along[1] * (hole.center - coil.first)[0]
            )
        )
        / length
    )
    return -0.5 * coil.width < place < length + 0.5 * coil.width and aside < coil.width


def _goes_on(block: Coil, row: list[_Hole]) -> bool:
    """Whether a row of holes is the rest of a hatched block, past a field that was left out."""
    along, across = frame(block)
    places = np.array([hole.center for hole in row]) - block.first
    beyond = np.maximum(-places @ along, places @ along - math.dist(block.first, block.last))
    beside = bool((np.abs(places @ across) < block.width / 2).all())
    return beside and float(beyond.min()) < block.width


def _is_row(row: list[_Hole], stroke_width: float) -> bool:
    """Whether holes follow each other evenly in a line."""
    if len(row) < FEWEST_LOOPS:
        return False
    places, aside = _along(row, row)
    steps = np.diff(np.sort(places))
    return bool(
        np.ptp(aside) < 0.3 * np.ptp(places) and steps.max() < 2.2 * np.median(steps) + stroke_width
    )


def _are_loops(row: list[_Hole]) -> bool:
    """Whether the holes of a row, by their own shape, are loops: across it, or overlapping."""
    axis = _axis(row)[1]
    lengthwise = [
        abs(float(np.dot(hole.direction, axis))) > ALONG_ROW
        for hole in row
        if hole.long > 1.2 * hole.short
    ]
    if lengthwise and np.mean(lengthwise) > 0.5:
        return False
    steps = np.diff(np.sort(_along(row, row)[0]))
    long = float(np.median([hole.long for hole in row]))
    short = float(np.median([hole.short for hole in row]))
    return bool(long >= 1.15 * short or float(np.median(steps)) <= APART * long)


def _runs_on(row: list[_Hole], coil: Coil, ink: Pixels, stroke_width: float) -> bool:
    """Whether ink runs on along the axis at both ends of a row of circles that touch: the leads of
    a coil whose loops just meet. Balls side by side have none."""
    pitch = float(np.median(np.diff(np.sort(_along(row, row)[0]))))
    breadth = float(np.median([hole.long for hole in row]))
    fills = float(np.median([hole.fills for hole in row]))
    if pitch > breadth + TOUCHING * stroke_width or fills > LOOP_FILLS:
        return False
    along, across = frame(coil)
    places = np.arange(0.0, LEADS_ON * pitch, 0.5 * stroke_width)[:, None, None] * along
    beside = np.linspace(-0.3, 0.3, 13)[None, :, None] * coil.width * across
    return all(
        float(seen(ink, tip + way * places + beside).any(axis=1).mean()) > MOSTLY_ON
        for tip, way in ((coil.first, -1), (coil.last, 1))
    )


def _along(row: list[_Hole], holes: list[_Hole]) -> tuple[Vector, Vector]:
    """Places of holes along and beside a row's axis."""
    middle, along = _axis(row)
    centred = np.array([hole.center for hole in holes]) - middle
    return centred @ along, centred @ np.array([-along[1], along[0]])


def _axis(row: list[_Hole]) -> tuple[Vector, Vector]:
    """Middle and direction of the line through a row."""
    centers = np.array([hole.center for hole in row])
    middle = centers.mean(axis=0)
    _, axes = np.linalg.eigh((centers - middle).T @ (centers - middle))
    return np.asarray(middle, dtype=np.float64), np.asarray(axes[:, 1], dtype=np.float64)


def _band(row: list[_Hole], holes: list[_Hole], stroke_width: float) -> Coil:
    """The coil along a row, as wide as the ink about these holes."""
    middle, along = _axis(row)
    places, aside = _along(row, holes)
    reaches = [
        hole.long * abs(cross(along, hole.direction)) + hole.short * abs(along @ hole.direction)
        for hole in holes
    ]
    half = np.array(reaches) / 2
    left, right = float((aside - half).min()), float((aside + half).max())
    middle = middle + (left + right) / 2 * np.array([-along[1], along[0]])
    own = np.sort(_along(row, row)[0])
    pitch = float(np.median(np.diff(own)))
    first, last = min(places.min(), own[0]) - pitch, max(places.max(), own[-1]) + pitch
    width = right - left + 2.4 * stroke_width
    return Coil(middle + first * along, middle + last * along, width)
