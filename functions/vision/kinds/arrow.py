"""Arrows and dimension lines: a shaft with a head at one end, or a head or tick at both."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from ..evidence import Line
from ..geometry import mark_distance
from ..heads import REACH, filled_head, open_head
from ..mark import Mark
from ..pieces import Arc, Piece, Segment, intersection
from ..reading import Reading
from ..strokes import polyline_length
from ..touched import ASLANT, find_touched, is_apex
from ..vectors import Vector, cross

SPREAD = (np.deg2rad(9.0), np.deg2rad(70.0))
"""Between these lies the angle of a barb to its shaft."""
LONGEST_BARB = 0.6
"""Of its shaft's length."""
MOST_BENT = np.deg2rad(120.0)
"""A barb or a tick bends less; a circle that was left open where an arrow begins bends more."""
LONGEST_TICK = 0.35
UNEVEN = 2.4
"""The longer barb over the shorter one."""
SQUARE = np.deg2rad(35.0)
"""A tick crosses the end of its line at an angle no smaller than this."""


GROUNDED = 0.08
ACTS = 0.12
"""How near an arrow's end is to the ground that it starts from, and to a body that it acts on, in
its own lengths."""
GOES_ON = 0.8
"""The share of the way beyond a barb's end that is inked where it is a side of something, which has
no gap there."""
CORNER = 4.0
"""In stroke widths: how far apart the ends of two lines are that meet at a corner."""
LONG_SIDE, SHORT_SIDE = 20.0, 6.0
"""In stroke widths: no barb is as long as the first, however long its shaft; the second is the
shortest side of a box that makes a square corner with a long one."""
CROSSED = (2.0, 9.0)
"""In stroke widths: where before its end a line is crossed that overshot another. What an arrow
points at is at its tip."""
TWIN_APART, TWIN_ALIKE = 0.12, 0.1
"""A beam's sides lie so near to each other and are so alike, as shares of their length."""
MOST_AHEAD, MEET, SHORTEST_AHEAD = 6.0, 2.0, 3.0
"""In stroke widths: how far ahead of a shaft's end a head's tip may be, how near to each other and
to the shaft's line its barbs come there, and the shortest of them."""
AHEAD = (2.0, 8.0)
AHEAD_ASIDE = 2.0
"""In stroke widths: from where to where ahead of a line's end there is ink if it goes on, and how
far to one side of that there is none."""
STRAIGHT = 0.93
"""The length of such a barb over its way."""
UPRIGHT = 0.7
"""Sine of the least angle between the ground and what stands on it, as a height does."""
HUB = 0.6
"""In radii of a wheel: a line that ends so near its centre ends at its hub."""
MOVES = frozenset({"ball", "box", "polygon", "wheel", "pulley", "rod", "rope"})


@dataclass(frozen=True, eq=False)
class _Tip:
    """What is drawn at one end of a shaft: a head or a tick, the pieces that it is made of, and
    where it points, which the shaft may not reach."""

    is_head: bool
    pieces: frozenset[int]
    at: Vector


def find(reading: Reading) -> list[Mark]:
    """Free lines with heads or ticks at their ends."""
    marks: list[Mark] = []
    used: set[int] = set()
    wheels, loads = reading.of("wheel"), reading.of("load")
    for line in sorted(reading.free_lines(), key=lambda line: -line.segment.length):
        if line.segment.length < 6 * reading.stroke_width or line.pieces & used:
            continue
        if any(_runs_through(line.segment, wheel) for wheel in wheels):
            continue
        if any(_is_pressed(line.segment, load, reading.stroke_width) for load in loads):
            continue
        tips = [_tip(reading, line, end, used) for end in (line.segment.a, line.segment.b)]
        mark = _mark(line, tips)
        if mark is not None and mark.kind == "arrow" and _has_twin(reading, line):
            continue
        if mark is not None:
            used |= mark.claims
            marks.append(mark)
    return marks


def _runs_through(shaft: Segment, wheel: Mark) -> bool:
    """Whether a line crosses a wheel from rim to rim, as the bottom of a cart does."""
    radius = wheel.radius or 0.0
    along = shaft.along(wheel.center)
    return abs(shaft.offset(wheel.center)) < radius < min(along, shaft.length - along) + radius / 2


def _has_twin(reading: Reading, line: Line) -> bool:
    """Whether another line runs beside all of this one: they are the sides of a beam, and what
    seems a head is the pin at its end."""
    shaft = line.segment
    most = TWIN_APART * shaft.length
    near = reading.evidence.line_grid.near(*shaft.span, most)
    others = [reading.evidence.lines[number] for number in near]
    return any(
        abs(shaft.length - other.segment.length) < TWIN_ALIKE * shaft.length
        and all(shaft.distance(end) < most for end in other.segment.ends)
        and all(other.segment.distance(end) < most for end in shaft.ends)
        for other in others
        if not other.pieces & line.pieces
    )


def _is_pressed(line: Segment, load: Mark, width: float) -> bool:
    """Whether a line runs along the tips of a load, whose heads are not its own."""
    tips = Segment(load.outline[0], load.outline[1], load.outline)
    near = 4 * width
    return (
        tips.distance(line.middle) < near
        and abs(line.offset(tips.a)) < near
        and abs(line.offset(tips.b)) < near
    )


def settled(reading: Reading, mark: Mark) -> Mark:
    """An arrow that runs between the ground and nothing that moves is a dimension.

    Where its other head lies on the ground's line, the ink of both runs together.
    """
    if mark.kind != "arrow":
        return mark
    length = math.dist(mark.outline[-1], mark.outline[0])
    near = max(4 * reading.stroke_width, GROUNDED * length)
    shaft = Segment(*mark.ends, mark.outline)
    held = reading.of("ground", "support")
    held = [fixed for fixed in held if not _is_along(fixed, shaft, UPRIGHT)]
    grounded = [any(mark_distance(fixed, end) < near for fixed in held) for end in mark.ends]
    acted = any(
        mark_distance(body, end) < max(6 * reading.stroke_width, ACTS * length)
        for body in reading.marks
        if body.kind in MOVES
        for end in mark.ends
    )
    if sum(grounded) != 1 or acted:
        return mark
    return replace(mark, kind="dimension", confidence=0.75, instead="arrow")


def _mark(line: Line, tips: list[_Tip | None]) -> Mark | None:
    ends = line.segment.a, line.segment.b
    first, last = (end if tip is None else tip.at for end, tip in zip(ends, tips, strict=True))
    claims = line.pieces.union(*(tip.pieces for tip in tips if tip is not None))
    if all(tips):
        return Mark("dimension", 0.9, np.stack([first, last]), claims=claims, instead="arrow")
    if tips[1] is not None and tips[1].is_head:
        return Mark("arrow", 0.88, np.stack([first, last]), claims=claims, instead="rod")
    if tips[0] is not None and tips[0].is_head:
        return Mark("arrow", 0.88, np.stack([last, first]), claims=claims, instead="rod")
    return None


def is_headed(reading: Reading, line: Line, end: Vector) -> bool:
    """Whether there is a head at an end of a line."""
    tip = _tip(reading, line, end, set())
    return tip is not None and tip.is_head


def ticks_at(reading: Reading, line: Line, end: Vector) -> frozenset[int]:
    """The pieces of a tick across an end of a line, though other ink may run on from it."""
    back = line.segment.middle - end
    back = back / np.hypot(*back)
    pieces = reading.evidence.pieces
    longest = LONGEST_TICK * line.segment.length
    ticks = [
        number
        for number in _near(reading, end, 0.5 * longest + 3 * reading.stroke_width)
        if number not in line.pieces
        and 1.2 * reading.stroke_width < pieces[number].length < longest
        and _is_tick(_chord(pieces[number]), end, back, reading.stroke_width)
    ]
    return frozenset(ticks) if _straddle(reading, ticks, end, back) else frozenset()


def _tip(reading: Reading, line: Line, end: Vector, used: set[int]) -> _Tip | None:
    """The head or the tick at one end of a line."""
    shaft = line.segment
    back = shaft.middle - end
    back = back / np.hypot(*back)
    width = reading.stroke_width
    reach = LONGEST_BARB * shaft.length
    barbs: list[tuple[float, float, int]] = []
    ticks: list[int] = []
    for number in _near(reading, end, 0.5 * reach + 3 * width):
        if number in line.pieces or number in used or number in reading.taken:
            continue
        stroke = reading.evidence.pieces[number]
        piece = _chord(stroke)
        if not 1.2 * width < piece.length < reach:
            continue
        if isinstance(stroke, Arc) and abs(stroke.sweep) > MOST_BENT:
            continue
        barb = _as_barb(piece, end, back, width)
        if barb is not None and _is_free(reading, end, [_far(piece, end)]):
            barbs.append((*barb, number))
        elif piece.length < LONGEST_TICK * shaft.length and _is_tick(piece, end, back, width):
            ticks.append(number)
    if _runs_straight_on(reading, end, back):
        return None
    pair = _pair(barbs)
    if pair is not None:
        return _Tip(True, pair, end)
    ahead = _ahead_of_shaft(reading, line, end, back, used)
    if ahead is not None:
        return ahead
    corner = _is_corner(reading, line, end)
    held = _is_grounded(reading, line, end)
    held = held or _is_tangent(reading, line, end) or _is_pinned(reading, line, end)
    if not (held or corner or _is_crossed(reading, line, end)):
        filled = _filled(reading, line, end, back, used)
        if filled is not None:
            return filled
    if not (corner or _is_hub(reading, end)):
        drawn = _open(reading, line, end, back, used)
        if drawn is not None:
            return drawn
    touched = [] if held else find_touched(reading.evidence, line, end, back)
    if touched and not is_apex(reading.evidence, line, end, touched):
        sides = [other.segment for other in touched]
        head = _filled(reading, line, end, back, used, sides)
        head = head or _open(reading, line, end, back, used, sides)
        if head is not None:
            return head
    ticks = [number for number in ticks if _is_free(reading, end, _ends(reading, number))]
    return _Tip(False, frozenset(ticks), end) if _straddle(reading, ticks, end, back) else None


def _filled(
    reading: Reading,
    line: Line,
    end: Vector,
    back: Vector,
    used: set[int],
    touched: Sequence[Segment] = (),
) -> _Tip | None:
    """The filled head at one end of a line."""
    apex = filled_head(reading.evidence, end, back, touched)
    if apex is None:
        return None
    return _Tip(True, _inside(reading, line, end, used), _ahead(apex, end, back))


def _open(
    reading: Reading,
    line: Line,
    end: Vector,
    back: Vector,
    used: set[int],
    touched: Sequence[Segment] = (),
) -> _Tip | None:
    """The open head at one end of a line, as its ink shows it."""
    longest = LONGEST_BARB * line.segment.length
    drawn = open_head(reading.evidence, end, back, longest, touched)
    if drawn is None:
        return None
    tip, long = drawn
    return _Tip(True, _about(reading, line, tip, back, long, used), _ahead(tip, end, back))


def _pair(barbs: list[tuple[float, float, int]]) -> frozenset[int] | None:
    """The two of some barbs (angle, length, number) that are one head's, the most even ones."""
    pairs = [
        (abs(one[0] + other[0]), one, other)
        for one, other in combinations(barbs, 2)
        if one[0] * other[0] < 0 and max(one[1], other[1]) < UNEVEN * min(one[1], other[1])
    ]
    if not pairs:
        return None
    _, one, other = min(pairs)
    return frozenset({one[2], other[2]})


def _ahead_of_shaft(
    reading: Reading, line: Line, end: Vector, back: Vector, used: set[int]
) -> _Tip | None:
    """A head whose barbs meet ahead of where the shaft was traced to: it came in beside the tip,
    and ran into one of them."""
    width = reading.stroke_width
    reach = MOST_AHEAD * width
    free = {
        number: _chord(reading.evidence.pieces[number])
        for number in _near(reading, end, reach)
        if number not in line.pieces | used | reading.taken
    }
    barbs = {
        number: piece
        for number, piece in free.items()
        if SHORTEST_AHEAD * width < piece.length < LONGEST_BARB * line.segment.length
        and piece.length > STRAIGHT * polyline_length(piece.points)  # a joint's circle is none
    }
    for one, other in combinations(sorted(barbs), 2):
        for tip in (barbs[one].a, barbs[one].b):
            before = float(np.dot(end - tip, back))
            meets = min(math.dist(tip, p) for p in (barbs[other].a, barbs[other].b))
            if meets > MEET * width or not 0 < before < reach:
                continue
            if abs(line.segment.offset(tip)) > MEET * width:
                continue
            rated = [
                (*barb, number)
                for number in (one, other)
                if (barb := _as_barb(barbs[number], tip, back, width)) is not None
                and _is_free(reading, tip, [_far(barbs[number], tip)])
            ]
            pair = _pair(rated)
            if pair is not None:
                return _Tip(True, pair, tip)
    return None


def _ahead(tip: Vector, end: Vector, back: Vector) -> Vector:
    """A head's tip on its shaft's line, no further back than the shaft was traced."""
    return end + min(0.0, float(np.dot(tip - end, back))) * back


def _is_grounded(reading: Reading, line: Line, end: Vector) -> bool:
    """Whether a line ends at the ground, a support or a hub: a dot there is a joint, no head.

    A line that overshot the ground ends among its hatches.
    """
    near = 4 * reading.stroke_width
    return _is_hub(reading, end) or any(
        mark_distance(held, end) < near or _is_among_hatches(held, end, 3 * near)
        for held in reading.of("ground", "support", "pin")
        if not _is_along(held, line.segment, ASLANT)
    )


def _is_along(held: Mark, line: Segment, least: float) -> bool:
    """Whether the ground is a line that another turns less from than by an angle of a sine."""
    if held.kind == "pin" or len(held.outline) > 2:
        return False
    first, last = held.ends
    turn = abs(cross(last - first, line.direction))
    return turn < least * math.dist(last, first)


def _is_pinned(reading: Reading, line: Line, end: Vector) -> bool:
    """Whether a pin's joint lies on a line, just before its end: its dot is no head."""
    near = REACH * reading.stroke_width
    return any(
        math.dist(pin.outline[0], end) < near and line.segment.distance(pin.outline[0]) < near / 4
        for pin in reading.of("pin")
    )


def _is_among_hatches(held: Mark, end: Vector, depth: float) -> bool:
    """Whether a place lies on the hatched side of a ground's line, no deeper than hatches are."""
    if held.solid is None or len(held.outline) > 2:
        return False
    inside = 0 < float(np.dot(end - held.outline[0], held.solid)) < depth
    return inside and mark_distance(held, end) < depth


def _is_crossed(reading: Reading, line: Line, end: Vector) -> bool:
    """Whether a line runs through this one just before its end, or a long one ends there, as where
    the side of a triangle overshot the other: their ink widens like a head's."""
    width = reading.stroke_width
    for number in reading.evidence.line_grid.near(end, end, CROSSED[1] * width):
        other = reading.evidence.lines[number]
        meeting = intersection(line.segment, other.segment)
        if meeting is None or other.pieces & line.pieces:
            continue
        before = float(np.dot(meeting - end, line.segment.middle - end)) / (line.segment.length / 2)
        along = other.segment.along(meeting)
        past = min(along, other.segment.length - along)
        ends = abs(past) < CORNER * width and other.segment.length > LONG_SIDE * width
        if (ends or past > CROSSED[1] * width) and CROSSED[0] * width < before < CROSSED[1] * width:
            return True
    return False


def _runs_straight_on(reading: Reading, end: Vector, back: Vector) -> bool:
    """Whether a single stroke goes on from a line's end, as where a ball on a slope touches it."""
    width = reading.stroke_width
    places = np.linspace(*AHEAD, 13)[:, None] * width * -back
    aside = AHEAD_ASIDE * width * np.array([-back[1], back[0]])
    stroke, *paper = (
        reading.evidence.inked_at(end + places + off, 0.5 * width) for off in (0.0, aside, -aside)
    )
    # A filled head is as long, but broad to both sides.
    return bool(stroke.all()) and not all(side.any() for side in paper)


def _is_tangent(reading: Reading, line: Line, end: Vector) -> bool:
    """Whether a line ends where it touches a circle, as a rope at a pulley."""
    width = reading.stroke_width
    for circle in reading.of("pulley", "wheel", "ball"):
        radius = circle.radius or 0.0
        touch = line.segment.a + line.segment.along(circle.center) * line.segment.direction
        beside = abs(abs(line.segment.offset(circle.center)) - radius) < 2.0 * width
        if beside and math.dist(touch, end) < max(4 * width, 0.6 * radius):
            return True
    return False


def _is_corner(reading: Reading, line: Line, end: Vector) -> bool:
    """Whether another line, too long for a barb, ends where this one does: their ink makes a wedge,
    as at the tip of a triangle. A box just below an arrow has corners near, but not in one piece
    with it."""
    near = CORNER * reading.stroke_width
    for number in reading.evidence.line_grid.near(end, end, near):
        other = reading.evidence.lines[number]
        side = other.segment
        turn = abs(cross(side.direction, line.segment.direction))
        least = min(LONGEST_BARB * line.segment.length, LONG_SIDE * reading.stroke_width)
        if turn > np.sin(SPREAD[1]):  # no barb stands so square, but the end of a long box does
            least = min(least, SHORT_SIDE * reading.stroke_width)
        if other.pieces & line.pieces or side.length < least:
            continue
        corner = min((side.a, side.b), key=lambda point: math.dist(point, end))
        if (
            math.dist(corner, end) < near
            and turn > np.sin(SQUARE / 2)
            and _are_one(reading, line.segment, end, side, corner)
        ):
            return True
    return False


def _are_one(reading: Reading, one: Segment, end: Vector, other: Segment, corner: Vector) -> bool:
    """Whether ink leads from an end of a line to that of another, or to where both would meet: at
    a joint's dot their middles are traced up to its rim."""
    ways = [np.stack([corner, end])]
    meeting = intersection(one, other)
    if meeting is not None and max(math.dist(meeting, p) for p in (end, corner)) < (
        CORNER * reading.stroke_width
    ):
        ways.append(np.stack([end, meeting, corner]))
    return any(reading.evidence.cover(way, 0.2 * reading.stroke_width) > 0.9 for way in ways)


def _is_hub(reading: Reading, end: Vector) -> bool:
    """Whether a line ends at the middle of a wheel."""
    return any(
        math.dist(end, wheel.center) < HUB * (wheel.radius or 0.0) for wheel in reading.of("wheel")
    )


def _inside(reading: Reading, line: Line, end: Vector, used: set[int]) -> frozenset[int]:
    """The pieces traced inside a filled head."""
    size = 5 * reading.stroke_width
    return frozenset(
        number
        for number in _near(reading, end, size)
        if number not in line.pieces | used | reading.taken
        and float(np.hypot(*(reading.evidence.pieces[number].points - end).T).max()) < size
        and not _goes_on(reading, number, size)
    )


def _about(
    reading: Reading, line: Line, tip: Vector, back: Vector, long: float, used: set[int]
) -> frozenset[int]:
    """The pieces of the barbs behind a tip, however they were traced."""
    reach = long + 2 * reading.stroke_width
    found = set()
    for number in _near(reading, tip, reach):
        away = reading.evidence.pieces[number].points - tip
        behind = away @ back > -2.5 * reading.stroke_width
        about = bool((behind & (np.hypot(*away.T) < reach)).all())
        if (
            about
            and number not in line.pieces | used | reading.taken
            and not _goes_on(reading, number, reach)
        ):
            found.add(number)
    return frozenset(found)


def _goes_on(reading: Reading, number: int, size: float) -> bool:
    """Whether a piece is part of a line that is too long for a head, as where one touches a side
    of what it points at."""
    line = reading.evidence.line_of.get(number)
    return line is not None and line.segment.length > 2 * size


def _straddle(reading: Reading, ticks: list[int], end: Vector, back: Vector) -> bool:
    """Whether ticks, or the halves of one, stand out alike on both sides of a line's end."""
    if not ticks:
        return False
    points = np.concatenate([reading.evidence.pieces[number].points for number in ticks]) - end
    aside = points @ np.array([-back[1], back[0]])
    left, right = -float(aside.min()), float(aside.max())
    return min(left, right) > max(1.2 * reading.stroke_width, max(left, right) / UNEVEN)


def _is_free(reading: Reading, end: Vector, points: Sequence[Vector]) -> bool:
    """Whether ink stops at the outer of some points about a line's end, where a tick or a barb
    does: else it is a side of something."""
    width = reading.stroke_width
    reaches = [math.dist(point, end) for point in points]
    for point, reach in zip(points, reaches, strict=True):
        if reach < 0.7 * max(reaches):
            continue
        beyond = point + np.array([[0.5], [3.5]]) * width * (point - end) / reach
        if float(reading.evidence.inked(beyond, 0.6 * width).mean()) > GOES_ON:
            return False
    return True


def _ends(reading: Reading, number: int) -> tuple[Vector, Vector]:
    piece = _chord(reading.evidence.pieces[number])
    return piece.a, piece.b


def _far(barb: Segment, end: Vector) -> Vector:
    """The end of a barb that is further from the tip: the other may run into what is pointed at."""
    return max((barb.a, barb.b), key=lambda point: math.dist(point, end))


def _as_barb(piece: Segment, end: Vector, back: Vector, width: float) -> tuple[float, float] | None:
    """A barb's signed angle to the shaft and its length, if the piece is one."""
    near, far = sorted((piece.a, piece.b), key=lambda point: math.dist(point, end))
    if math.dist(near, end) > 3.5 * width + 0.3 * piece.length:
        return None
    # Near the tip the barbs' ink runs together with the shaft's: measure from the tip itself.
    step = far - end
    angle = float(np.arctan2(cross(back, step), np.dot(back, step)))
    if not SPREAD[0] < abs(angle) < SPREAD[1]:
        return None
    return angle, float(np.hypot(*step))


def _is_tick(piece: Segment, end: Vector, back: Vector, width: float) -> bool:
    """Whether a piece crosses the end of a line, half on either side, or is half of what does."""
    sides = sorted(cross(back, point - end) for point in (piece.a, piece.b))
    square = abs(cross(back, piece.direction)) > np.sin(SQUARE)
    across = abs(np.dot(piece.middle - end, back)) < 1.5 * width + 0.2 * piece.length
    halves = sides[0] < 1.5 * width and sides[1] > -1.5 * width
    return bool(square and across and halves and piece.distance(end) < 2 * width)


def _chord(piece: Piece) -> Segment:
    """A piece as a segment: at the size of an arrow's head a barb may come out round."""
    return piece if isinstance(piece, Segment) else Segment(piece.a, piece.b, piece.points)


def _near(reading: Reading, point: Vector, reach: float) -> list[int]:
    """Numbers of pieces within about `reach` px of a point."""
    return list(reading.evidence.piece_grid.near(point, point, reach))
