"""Dampers: a piston in a cup, each on a line of its own."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..evidence import Line
from ..mark import Mark
from ..pieces import Segment
from ..reading import Reading
from ..vectors import Vector, angle_between, segment_distance

SQUARE = np.deg2rad(72)
"""The walls of a cup stand on its bottom at no less than this."""
WALLS = (0.25, 4.5)
"""Length of a wall over that of the bottom."""
UNEVEN = 2.2
RUNS_ON, RAN_ON = 0.3, 0.9
"""So far, of a closed cup's depth to its piston, its walls run on at least, and the share of that
which is inked."""
PISTON = (0.35, 1.15)
"""Length of the piston over that of the bottom."""
LONGEST, LONGEST_SHARE = 30.0, 0.14
"""The bottom's length in stroke widths, and of a fine pen's as a share of the picture's longer
side: a cup is a small thing."""


@dataclass(frozen=True, eq=False)
class _Cup:
    """A bottom from `a` to `b`, walls from there to the mouth, and `out` from bottom to mouth."""

    a: Vector
    b: Vector
    out: Vector
    depth: float
    pieces: frozenset[int]

    @property
    def width(self) -> float:
        return math.dist(self.b, self.a)

    @property
    def middle(self) -> Vector:
        return (self.a + self.b) / 2


def find(reading: Reading) -> list[Mark]:
    """All dashpots."""
    width = reading.stroke_width
    lines = [line for line in reading.free_lines() if line.segment.length > 1.5 * width]
    found: list[Mark] = []
    used: set[int] = set()
    side = max(reading.evidence.width, reading.evidence.height)
    longest = max(LONGEST * width, LONGEST_SHARE * side)
    for bottom in sorted(lines, key=lambda line: line.segment.length):
        if bottom.pieces & used or not 3 * width < bottom.segment.length < longest:
            continue
        for cup in _cups(reading, bottom, lines):
            mark = None if cup.pieces & used else _dashpot(reading, cup, lines)
            if mark is not None:
                found.append(mark)
                used |= mark.claims
                break
    return found


def find_closed(reading: Reading) -> list[Mark]:
    """All marks, with the small boxes that are cups, which their pistons touch, as dashpots."""
    marks = reading.marks
    for box in reading.of("box"):
        for cup in _closed_cups(reading, box):
            damper = _dashpot(reading, cup, reading.evidence.lines)
            if damper is not None:
                parts = (box, *_parts(reading, damper))
                marks = [mark for mark in marks if all(mark is not part for part in parts)]
                marks.append(damper)
                break
    return marks


def _parts(reading: Reading, damper: Mark) -> list[Mark]:
    """The rods that are a dashpot's walls, its rod and what holds it: they lie in its band."""
    first, last = damper.ends
    within = math.dist(damper.outline[0], damper.outline[3]) / 2 + 2 * reading.stroke_width
    return [
        rod
        for rod in reading.of("rod")
        if all(segment_distance(first, last, end) < within for end in rod.ends)
    ]


def _closed_cups(reading: Reading, box: Mark) -> list[_Cup]:
    """The cups that a box may be, closed by the piston in it: two of its sides run on, and a rod
    between them."""
    width = reading.stroke_width
    cups = []
    for turn in range(4):
        (one, other), (b, a) = np.roll(box.outline, turn, axis=0).reshape(2, 2, 2)
        out = (one - a) / math.dist(one, a)
        on = max(RUNS_ON * math.dist(one, a), 2.5 * width)
        walls = [np.stack([corner + width * out, corner + on * out]) for corner in (one, other)]
        middle = (one + other) / 2
        rod = np.stack([middle, middle + (on + 2 * width) * out])
        drawn = [reading.evidence.cover(path, width) > RAN_ON for path in (*walls, rod)]
        if all(drawn) and math.dist(b, a) < LONGEST * width:
            cups.append(_Cup(a, b, out, math.dist(one, a) + on, frozenset()))
    return cups


def _cups(reading: Reading, bottom: Line, lines: list[Line]) -> list[_Cup]:
    """The cups whose bottom a line may be: a wall at either end, both to one side."""
    segment, width = bottom.segment, reading.stroke_width
    across = np.array([-segment.direction[1], segment.direction[0]])
    reach = 2.5 * width + 0.15 * segment.length
    walls: list[list[tuple[float, float, Line]]] = [[], []]
    for line in lines:
        wall = line.segment
        if line is bottom or not WALLS[0] < wall.length / segment.length < WALLS[1]:
            continue
        if angle_between(wall.direction, segment.direction) < SQUARE:
            continue
        heights = [float(np.dot(end - segment.a, across)) for end in (wall.a, wall.b)]
        for side, corner in enumerate((segment.a, segment.b)):
            foot = int(np.argmin([abs(height) for height in heights]))
            if segment_distance(wall.a, wall.b, corner) < reach and abs(heights[foot]) < reach:
                far = heights[1 - foot]
                walls[side].append((far, math.dist((wall.a, wall.b)[foot], corner), line))
    cups = []
    for left, _, one in walls[0]:
        for right, _, other in walls[1]:
            if one is other or left * right <= 0:
                continue
            if max(abs(left), abs(right)) > UNEVEN * min(abs(left), abs(right)):
                continue
            cups.append(
                _Cup(
                    segment.a,
                    segment.b,
                    across * np.sign(left),
                    max(abs(left), abs(right)),
                    bottom.pieces | one.pieces | other.pieces,
                )
            )
    return sorted(cups, key=lambda cup: -cup.depth)


def _dashpot(reading: Reading, cup: _Cup, lines: Sequence[Line]) -> Mark | None:
    """A cup with a piston in it, the piston's rod through its mouth and a line from its bottom."""
    width = reading.stroke_width
    along = (cup.b - cup.a) / cup.width
    piston = rod = stem = None
    for line in lines:
        segment = line.segment
        if line.pieces & cup.pieces:
            continue
        middle = segment.middle - cup.middle
        aside, depth = float(np.dot(middle, along)), float(np.dot(middle, cup.out))
        if angle_between(segment.direction, along) < np.pi / 2 - SQUARE:
            inside = 0.12 * cup.depth < depth < 0.95 * cup.depth + width
            fits = PISTON[0] < segment.length / cup.width < PISTON[1]
            if inside and fits and abs(aside) < 0.25 * cup.width + width:
                piston = line
        elif angle_between(segment.direction, cup.out) < np.pi / 2 - SQUARE:
            if abs(aside) > 0.3 * cup.width + 0.5 * width:
                continue
            places = sorted(
                float(np.dot(end - cup.middle, cup.out)) for end in (segment.a, segment.b)
            )
            if places[1] > cup.depth and -0.5 * width < places[0] < 0.95 * cup.depth:
                rod = line
            elif places[0] < -2 * width and abs(places[1]) < 3 * width + 0.1 * cup.width:
                stem = line
    if rod is None or (piston is None and not _has_piston(reading, cup, rod)):
        return None
    ends = [_far(rod.segment, cup.middle)]
    ends.append(cup.middle if stem is None else _far(stem.segment, cup.middle))
    if stem is None and not _held(reading, cup):
        return None
    axis = (ends[1] - ends[0]) / max(math.dist(ends[1], ends[0]), 1e-9)
    half = cup.width / 2 * np.array([-axis[1], axis[0]])
    outline = np.array([ends[0] + half, ends[1] + half, ends[1] - half, ends[0] - half])
    claims = cup.pieces | rod.pieces
    claims |= stem.pieces if stem is not None else frozenset()
    claims |= piston.pieces if piston is not None else frozenset()
    return Mark("damper", 0.9, outline, claims=claims | _within(reading, outline), instead="rod")


def _far(segment: Segment, point: Vector) -> Vector:
    return max((segment.a, segment.b), key=lambda end: math.dist(end, point))


def _has_piston(reading: Reading, cup: _Cup, rod: Line) -> bool:
    """Whether ink crosses the rod's end inside the cup, though no line of its own was traced."""
    tip = min((rod.segment.a, rod.segment.b), key=lambda end: math.dist(end, cup.middle))
    along = (cup.b - cup.a) / cup.width
    for shift in np.arange(-1.0, 1.5, 0.5) * reading.stroke_width:
        at = tip + shift * cup.out
        bar = np.stack([at - 0.3 * cup.width * along, at + 0.3 * cup.width * along])
        if reading.evidence.cover(bar, 0.6 * reading.stroke_width) > 0.9:
            return True
    return False


def _held(reading: Reading, cup: _Cup) -> bool:
    """Whether a cup's bottom lies on something that holds it."""
    within = 3 * reading.stroke_width
    return any(
        segment_distance(*mark.ends, cup.middle) < within
        for mark in reading.of("ground", "support")
    )


def _within(
    reading: Reading, outline: np.ndarray[tuple[int, int], np.dtype[np.float64]]
) -> frozenset[int]:
    """The free pieces that lie in a dashpot's band: a piston drawn in parts."""
    first, last = (outline[0] + outline[3]) / 2, (outline[1] + outline[2]) / 2
    length = math.dist(last, first)
    axis = (last - first) / length
    half = math.dist(outline[0], outline[3]) / 2 + reading.stroke_width
    low, high = outline.min(axis=0), outline.max(axis=0)
    found = set()
    for number in reading.evidence.piece_grid.near(low, high):
        points = reading.evidence.pieces[number].points - first
        places, aside = points @ axis, np.abs(points @ np.array([-axis[1], axis[0]]))
        inner = (places > 2 * reading.stroke_width) & (places < length - 2 * reading.stroke_width)
        if number not in reading.taken and float(np.mean(inner & (aside < half))) > 0.95:
            found.add(number)
    return frozenset(found)
