"""Which rings of lines are outlines: the convex ones that are drawn all round."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from .bends import Bends
from .evidence import Line
from .geometry import area
from .joining import RUNS_ON
from .page import Points
from .pieces import Segment
from .reading import Reading
from .rings import FLATTEST, LEAST_TURN, Corners
from .vectors import Vector, angle_between, cross, segment_distance, share

WIDE_OPEN = 0.2
"""More than this of what is drawn of a side is left open only where nothing else begins."""
SIDE_INKED = 0.72
OPEN_INKED = 0.6
"""The least inked share of a side, and of the one at which an outline is not closed."""
LONG_ENOUGH = 12.0
"""A side of so many stroke widths may be open; of a shorter one the ink at its corners is half."""
BESIDE_CORNER = 4
"""In points half a stroke width apart: as far as the next side's ink is in the way."""
ALL_INKED = 0.9
OWN_SHARE = 0.5
"""The least share of a side that its line is drawn along: others may cross near its end."""
RUNS_THROUGH = 0.6
"""A side overshoots what it stands on by less than this share of itself, however hasty the hand."""
MOST_ROUNDED = 0.75
"""The largest share of a side that its rounded corners take: a circle has no sides."""
THINNEST = 0.018
"""A beam's height over its length."""


@dataclass(frozen=True, eq=False)
class Outline:
    """A ring of 3 or 4 corners (n, 2); side i runs from corner i to the next one.

    `lines` are the lines that the sides lie on, `inked` the share of the ring that has ink.
    `borrowed` are the sides that lie on the ground or a support, `bends` the pieces of ink of its
    rounded corners.
    """

    corners: Points
    lines: tuple[Line, ...]
    inked: float
    borrowed: frozenset[int]
    bends: frozenset[int] = frozenset()

    @cached_property
    def area(self) -> float:
        return area(self.corners)

    @cached_property
    def sides(self) -> list[tuple[Vector, Vector]]:
        """The two ends of each side."""
        return list(pairwise([*self.corners, self.corners[0]]))

    @cached_property
    def claims(self) -> frozenset[int]:
        """The pieces of ink that are no one else's: sides that end at both their corners."""
        own = set(self.bends)
        for number, (line, (start, end)) in enumerate(zip(self.lines, self.sides, strict=True)):
            length = math.dist(end, start)
            if number not in self.borrowed and line.segment.length < 1.25 * length:
                own |= line.pieces
        return frozenset(own)


@dataclass(frozen=True, eq=False)
class Drawn:
    """What rings are looked for in: lines, the hosts from `first_host` on, and their corners."""

    reading: Reading
    lines: Sequence[Line]
    corners: Corners
    bends: Bends
    first_host: int

    def trim(self, side: int, next_side: int) -> float:
        """How far from the corner of two sides the first one's own ink begins, in px."""
        bend = self.bends.get(frozenset((side, next_side)))
        return 0.0 if bend is None else bend.trims[side]

    def rounds_corner(self, ring: tuple[int, ...]) -> bool:
        """Whether one of three lines only cuts off the corner of the other two."""
        bends = [
            self.bends.get(frozenset((ring[place - 1], ring[place - 2]))) for place in range(3)
        ]
        return any(
            bend is not None and self.lines[ring[place]].pieces <= bend.pieces
            for place, bend in enumerate(bends)
        )


def verified(drawn: Drawn, ring: tuple[int, ...]) -> Outline | None:
    """The ring as an outline if it is convex, large enough and drawn all round."""
    lines = [drawn.lines[number] for number in ring]
    if len(ring) == 3 and drawn.rounds_corner(ring):
        return None
    borrowed = frozenset(place for place, line in enumerate(ring) if line >= drawn.first_host)
    if len(ring) - len(borrowed) < 2:
        return None
    points = np.array(
        [drawn.corners[ring[place - 1]][ring[place]] for place in range(len(ring))], np.float64
    )
    is_slope = len(ring) == 3 and len(borrowed) == 1
    if not _is_convex(points, drawn.reading.stroke_width, FLATTEST if is_slope else LEAST_TURN):
        return None
    inked = _inked_share(drawn, ring, points, borrowed)
    if inked < ALL_INKED:
        return None
    # The bend at a corner is of the sides before and after it.
    rounded = [
        drawn.bends.get(frozenset((ring[place - 1], ring[place]))) for place in range(len(ring))
    ]
    bends = frozenset[int]().union(*(bend.pieces for bend in rounded if bend is not None))
    arrows = [arrow.claims for arrow in drawn.reading.of("arrow")]  # they only point at it
    own = bends.union(*(line.pieces for line in lines), *arrows)
    for place, line in enumerate(lines):
        both = [place, (place + 1) % len(ring)]
        are_round = [rounded[corner] is not None for corner in both]
        if place not in borrowed and _turns_off(drawn.reading, line, points[both], are_round, own):
            return None
    outline = Outline(points, tuple(lines), inked, borrowed, bends)
    return outline if outline.claims else None


def _is_convex(corners: Points, width: float, least: float) -> bool:
    """Whether corners (n, 2) turn one way, none of them hardly, and no side is too short."""
    steps = np.concatenate([corners[1:], corners[:1]]) - corners
    lengths = np.hypot(*steps.T)
    if lengths.min() < 3.0 * width or lengths.min() < THINNEST * lengths.max():
        return False
    turns = np.array([cross(steps[place - 1], steps[place]) for place in range(len(corners))])
    sines = turns / (lengths * np.roll(lengths, 1))
    return bool(np.all(sines > np.sin(least)) or np.all(sines < -np.sin(least)))


def _inked_share(
    drawn: Drawn, ring: tuple[int, ...], points: Points, borrowed: frozenset[int]
) -> float:
    """The share of a ring through corners (n, 2) that is ink; 0 if some side is none.

    One side may be left open at its end.
    """
    steps = np.concatenate([points[1:], points[:1]]) - points
    lengths = np.hypot(*steps.T)
    floors = [drawn.lines[ring[place]].segment for place in borrowed]
    inked = np.zeros(len(ring))
    for place, (start, step) in enumerate(zip(points, steps, strict=True)):
        line = drawn.lines[ring[place]].segment
        stands = [(place + turn) % len(ring) in borrowed for turn in (-1, 1)]
        aloft = not (any(stands) or place in borrowed)
        part = _own_part(drawn, ring, place, start, step)
        if (
            part is None
            or _own_share(line, *part) < OWN_SHARE
            or runs_through(line, start, start + step, stands)
            or (aloft and _ends_on(floors, line, drawn.reading.stroke_width))
        ):
            return 0.0
        inked[place] = _inked_side(drawn.reading, part, float(lengths[place]), float(lengths.min()))
        if inked[place] == 0 or np.count_nonzero((inked > 0) & (inked < SIDE_INKED)) > 1:
            return 0.0
    return float(inked @ lengths / lengths.sum())


def _own_part(
    drawn: Drawn, ring: tuple[int, ...], place: int, start: Vector, step: Vector
) -> Points | None:
    """The ends (2, 2) of what is a side's own: beside a corner lies the next side's ink, or its own
    curve. None if it is nearly all curves."""
    length = float(np.hypot(*step))
    least = min(1.5 * drawn.reading.stroke_width, 0.25 * length) / length
    beside = ring[place - 1], ring[(place + 1) % len(ring)]
    begin, end = (drawn.trim(ring[place], side) / length for side in beside)
    if begin + end > MOST_ROUNDED:
        return None
    return np.stack([start + max(least, begin) * step, start + (1 - max(least, end)) * step])


def _own_share(line: Segment, start: Vector, end: Vector) -> float:
    """The share of a side that its line was drawn along, and is not only drawn out to."""
    low, high = sorted((line.along(start), line.along(end)))
    return (min(high, line.length) - max(low, 0.0)) / max(high - low, 1e-9)


def _inked_side(reading: Reading, part: Points, length: float, shortest: float) -> float:
    """The inked share of a side's own part (2, 2); 0 if it is open otherwise than at one end."""
    within = max(1.1 * reading.stroke_width, min(0.035 * length, 0.2 * shortest))
    shown = reading.evidence.inked(part, within)
    inked = share(shown)
    long = length > LONG_ENOUGH * reading.stroke_width
    closed = inked >= SIDE_INKED or (inked >= OPEN_INKED and long and _open_at_end(shown))
    return inked if closed else 0.0


def _open_at_end(shown: npt.NDArray[np.bool_]) -> bool:
    """Whether what is missing of a side, of which `shown` (n,) has ink, is next to a corner."""
    missing = np.flatnonzero(~shown)
    near = max(BESIDE_CORNER, 0.06 * len(shown))
    return bool(missing[0] <= near or len(shown) - 1 - missing[-1] <= near)


def runs_through(line: Segment, start: Vector, end: Vector, stands: Sequence[bool]) -> bool:
    """Whether a side goes on through what it stands on at its start or end: it is a hatch there."""
    side = end - start
    most = RUNS_THROUGH * float(np.hypot(*side))
    direction = side / np.hypot(*side)
    past = [
        max(float(np.dot(point - corner, way * direction)) for point in (line.a, line.b))
        for corner, way in ((start, -1), (end, 1))
    ]
    return any(on and beyond > most for on, beyond in zip(stands, past, strict=True))


def _ends_on(floors: Sequence[Segment], side: Segment, width: float) -> bool:
    """Whether a side of which no corner stands on a floor goes on to one: it is a slope, and what
    seems to meet it before that is the mark of its angle."""
    return any(floor.distance(end) < 3 * width for floor in floors for end in (side.a, side.b))


def _turns_off(
    reading: Reading,
    side: Line,
    corners: Points,
    are_round: Sequence[bool],
    own: frozenset[int],
) -> bool:
    """Whether a line of other pieces than a ring's `own` begins where a side is left wide open.

    What ends in a corner already does not go on to the next of its two corners (2, 2). Where one of
    them is rounded, the side is not open but ends in that curve.
    """
    near = 2.5 * reading.stroke_width
    wide = max(2 * near, WIDE_OPEN * min(side.segment.length, 60 * reading.stroke_width))
    least = max(LONG_ENOUGH * reading.stroke_width, 0.4 * side.segment.length)
    for end in (side.segment.a, side.segment.b):
        inner = segment_distance(corners[0], corners[1], end) < near
        away = np.hypot(*(corners - end).T)
        if not inner or away.min() < wide or are_round[int(away.argmin())]:
            continue
        for number in reading.evidence.line_grid.near(end, end, near):
            line = reading.evidence.lines[number]
            turn = angle_between(line.segment.direction, side.segment.direction)
            other = not line.pieces <= own and line.segment.length > least
            if other and line.segment.distance(end) < near and turn > RUNS_ON:
                return True
    return False
