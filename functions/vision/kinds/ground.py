"""Ground and supports: a line with hatch strokes on its solid side, or the lowest long line."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..analysis import MarkKind
from ..evidence import Line
from ..geometry import mark_distance
from ..mark import Mark
from ..page import Points
from ..pieces import Segment
from ..reading import Reading
from ..vectors import Vector, angle_between
from .spring_loops import find_loops

FEWEST_HATCHES = 3
LONGEST_HATCH, LONGEST_OF_PAGE = 0.5, 0.12
"""How long a hatch may be, as a share of its line, and of the page's longer side."""
FEW_LONGEST = 0.3
"""How long hatches may be where there are no more than the fewest, as a share of their line."""
BOTH_SIDES = 0.6
"""A line with so many strokes on its other side, over those on its hatched side, is no ground."""
GROUND_SHARE = 1 / 3
"""A hatched ceiling longer than this share of the picture's width is ground, else a support."""
OVERSHOOT = 0.75
"""How far a hatch may run on past its line, as a share of what lies on the solid side."""
LOOPS = 0.7
"""The share of a rough line's pieces that lie in the band of a coil, if it is one."""
SHORT_OF = 0.16
"""How far from its line a hatch may begin, as a share of where it ends."""
LONGEST_SKIP = 4
"""Stroke widths without ink over which a line still goes on."""
ALIKE = np.deg2rad(24.0)
"""Hatches slope alike, within this."""
ONTO_BALL = 0.5
"""A line that passes a ball's centre this near, in radii, is meant to run to it."""
OVERSHOT = 0.04
"""How far a box's sides may run on past their corner, as a share of the lower one."""
LONGEST_BENT, BENT, LEAST_ROUGH = 14.0, 1.0, 12.0
"""In stroke widths: the longest of the short pieces that a line came apart in, how far from it they
bend, and the least that they make together."""
MOST_SHORT, MOST_SEEDS, MOST_ROUGH = 200, 10, 4
"""So many of a page's short pieces are looked at, so many of them as where a line may begin, and so
many lines."""
OPEN = 0.08
"""How far from a box's corners the ends of its lower side may be, as a share of it."""
TOUCHES, GAP = 3.0, 3.5
"""In stroke widths: how near its line a body touches a ground, and how thick what is left between
them may be."""
PLAIN_SHARE = 0.3
"""A line without hatches is ground only if it is longer than this share of the picture's width."""


@dataclass(frozen=True, eq=False)
class _Hatch:
    number: int
    segment: Segment
    along: float
    """Where it meets the line, in px from its begin."""
    side: int


def find(reading: Reading) -> list[Mark]:
    """Lines with a row of hatches on one side."""
    marks: list[Mark] = []
    used: set[int] = set(reading.taken)
    for lines, rough in ((reading.long_lines, False), (_rough_lines(reading), True)):
        for whole in lines:
            for line in _left_over(reading, whole, used):
                if line.segment.length < 8 * reading.stroke_width:
                    continue
                hatches = _hatches(reading, line, used)
                if len(hatches) < FEWEST_HATCHES:
                    continue
                mark = _hatched(reading, line, hatches)
                if rough and _is_coil(reading, mark):
                    continue
                used |= mark.claims
                marks.append(mark)
    return marks


def _is_coil(reading: Reading, mark: Mark) -> bool:
    """Whether a rough line and its hatches are the strand and the loops of a coil."""
    return any(
        len(mark.claims & pieces) > LOOPS * len(mark.claims) for _, pieces in find_loops(reading)
    )


def _left_over(reading: Reading, line: Line, used: set[int]) -> list[Line]:
    """A line, or what is left of it: the floor's outermost hatch may go on where a wall ends."""
    if not line.pieces & used:
        return [line]
    return reading.lines_of(line.pieces - used)


def find_plain(reading: Reading) -> list[Mark]:
    """The lowest long horizontal line, where nothing hatched lies as low."""
    level = [
        line
        for line in reading.long_lines
        if not line.pieces & reading.taken
        and line.segment.length > PLAIN_SHARE * reading.evidence.width
        and abs(line.segment.direction[1]) < np.sin(np.deg2rad(8))
        and not _holds_ball(reading, line.segment)
    ]
    if not level:
        return []
    lowest = max(level, key=lambda line: float(line.segment.middle[1]))
    height = lowest.segment.middle[1]
    if _is_bottom(reading, lowest):
        return []
    if any(mark.center[1] > height for mark in reading.marks if mark.kind != "dimension"):
        return []
    return [
        Mark(
            "ground",
            0.85,
            _leftmost_first(lowest.segment),
            claims=lowest.pieces,
            solid=np.array([0.0, 1.0]),
            instead="rod",
        )
    ]


def _holds_ball(reading: Reading, line: Segment) -> bool:
    """Whether a line runs from something fixed to a ball's centre, as a rod does on a wall."""
    reach = 4 * reading.stroke_width
    fixed = reading.of("ground", "support", "pivot")
    for here, there in ((line.a, line.b), (line.b, line.a)):
        if not any(mark_distance(mark, here) < reach for mark in fixed):
            continue
        for ball in reading.of("ball"):
            radius = ball.radius or 0.0
            at_rim = abs(math.dist(ball.center, there) - radius) < reach
            if at_rim and abs(line.offset(ball.center)) < ONTO_BALL * radius:
                return True
    return False


def without_bottoms(reading: Reading) -> list[Mark]:
    """The marks, less the plain grounds that turned out to be no longer than what stands on them:
    lower sides of bodies."""
    bodies = reading.of("box", "polygon")
    return [
        mark
        for mark in reading.marks
        if mark.kind != "ground"
        or mark.instead != "rod"
        or not any(_spans(body, mark) for body in bodies)
    ]


def turned_to_bodies(reading: Reading) -> list[Mark]:
    """The marks, each ground with its solid side away from the bodies that touch it.

    Hatches in haste cross their line, and some reach further to the wrong side.
    """
    bodies = reading.of("ball", "box", "polygon", "wheel")
    near = TOUCHES * reading.stroke_width
    turned = []
    for mark in reading.marks:
        if mark.kind in ("ground", "support") and mark.solid is not None and len(mark.outline) == 2:
            deep = [
                float(np.dot(body.center - mark.outline[0], mark.solid))
                for body in bodies
                if any(mark_distance(mark, place) < near for place in body.outline)
            ]
            if deep and min(deep) > 0:
                mark = replace(mark, solid=-mark.solid)
        turned.append(mark)
    return turned


def without_gaps(reading: Reading) -> list[Mark]:
    """The marks, less the slivers of paper between a body and the ground that it stands on."""
    grounds = [mark for mark in reading.of("ground") if len(mark.outline) == 2]
    bodies = reading.of("box", "polygon")
    near = GAP * reading.stroke_width
    return [
        mark
        for mark in reading.marks
        if mark.kind not in ("box", "polygon")
        or not any(
            all(mark_distance(ground, corner) < near for corner in mark.outline)
            for ground in grounds
        )
        or not any(body is not mark and mark_distance(body, mark.center) < near for body in bodies)
    ]


def _spans(body: Mark, ground: Mark) -> bool:
    """Whether a side of a body runs along all of a line."""
    ends = np.stack(ground.ends)
    within = OPEN * math.dist(ends[1], ends[0])
    corners = np.hypot(*np.moveaxis(body.outline[:, None] - ends, 2, 0))  # (n, 2)
    return bool((corners.min(axis=0) < within).all())


def _is_bottom(reading: Reading, line: Line) -> bool:
    """Whether both ends turn up into other lines, perhaps round a corner: a box's lower side."""
    return all(_turns_up(reading, line, end) for end in (line.segment.a, line.segment.b))


def _turns_up(reading: Reading, line: Line, end: Vector) -> bool:
    """Whether a line's end goes on upwards, in a bend or in a line that may have overshot it.

    A wall that stands at the end of a floor is no side of a box.
    """
    reach = 4 * reading.stroke_width
    for arc in reading.evidence.arcs.values():
        near = min(math.dist(arc.a, end), math.dist(arc.b, end)) < reach
        if near and max(end[1] - arc.a[1], end[1] - arc.b[1]) > 2 * reading.stroke_width:
            return True
    over = max(reach, OVERSHOT * line.segment.length)
    walls = {number for mark in reading.of("ground", "support") for number in mark.claims}
    for number in reading.evidence.line_grid.near(end, end, over):
        other = reading.evidence.lines[number]
        side = other.segment
        if other.pieces & (line.pieces | walls) or side.distance(end) > over:
            continue
        if angle_between(side.direction, line.segment.direction) < np.deg2rad(30):
            continue
        low, high = sorted((end[1] - side.a[1], end[1] - side.b[1]))
        if min(math.dist(side.a, end), math.dist(side.b, end)) < reach or (
            low > -2 * over and high > 3 * over
        ):
            return True
    return False


def _rough_lines(reading: Reading) -> list[Line]:
    """Straight rows of short pieces, longest first: a line that close hatches bent to and fro."""
    width = reading.stroke_width
    pieces = reading.evidence.pieces
    free = [
        number
        for number, piece in enumerate(pieces)
        if number not in reading.taken and 1.5 * width < piece.length < LONGEST_BENT * width
    ]
    free = sorted(free, key=lambda number: -pieces[number].length)[:MOST_SHORT]
    found: list[Line] = []
    while len(free) > FEWEST_HATCHES and len(found) < MOST_ROUGH:
        row = _row(reading, free)
        if row is None:
            break
        found.append(row)
        free = [number for number in free if number not in row.pieces]
    return sorted(found, key=lambda line: -line.segment.length)


def _row(reading: Reading, free: Sequence[int]) -> Line | None:
    """The longest straight row of some pieces that leaves no gap, of lines through two of them."""
    width, pieces = reading.stroke_width, reading.evidence.pieces
    paths = [pieces[number].points for number in free]
    marks = np.array([path[[0, len(path) // 2, -1]] for path in paths])  # (n, 3, 2)
    middles = marks.mean(axis=1)
    longest = LEAST_ROUGH * width
    line: Segment | None = None
    row: list[int] = []
    apart = middles - middles[:MOST_SEEDS, None]
    away = np.hypot(apart[..., 0], apart[..., 1])
    seeds, others = np.nonzero((away > 2 * width) & (away < LONGEST_BENT * width))
    origins = middles[seeds]
    ways = (middles[others] - origins) / away[seeds, others][:, None]  # (pairs, 2)
    across = np.stack([-ways[:, 1], ways[:, 0]], axis=1)
    aside = marks @ across.T - (origins * across).sum(axis=1)  # (n, 3, pairs)
    inner = (np.abs(aside) < BENT * width).all(axis=1)
    spans = np.sort(marks[:, [0, -1]] @ ways.T - (origins * ways).sum(axis=1), axis=1)
    reaches = np.where(inner, spans[:, 1], 0.0).max(axis=0)
    reaches -= np.where(inner, spans[:, 0], 0.0).min(axis=0)
    for pair in np.flatnonzero(reaches > longest).tolist():
        if reaches[pair] <= longest:
            continue  # a longer one was found since
        inside = np.flatnonzero(inner[:, pair])
        low, high, members = _run(spans[inside, :, pair], float(width))
        if high - low > longest:
            longest = high - low
            ends = origins[pair] + np.array([[low], [high]]) * ways[pair]
            line = Segment(ends[0], ends[1], ends)
            row = [int(free[inside[member]]) for member in members]
    if line is None or len(row) < FEWEST_HATCHES:
        return None
    points = np.concatenate([pieces[number].points for number in row])
    order = np.argsort((points - line.a) @ line.direction)
    return Line(Segment(line.a, line.b, points[order]), frozenset(row))


def _run(places: Points, width: float) -> tuple[float, float, list[int]]:
    """Of intervals (n, 2) on a line those that go on from its origin with no gap wider than two
    strokes: where they begin and end, and which they are."""
    places = np.concatenate([places, [[0.0, 0.0]]])  # the origin
    order = np.argsort(places[:, 0])
    furthest = np.maximum.accumulate(places[order, 1])
    parts = np.cumsum(places[order[1:], 0] >= furthest[:-1] + 2 * width)
    part = np.concatenate([[0], parts])[np.argsort(order)]
    members = np.flatnonzero(part == part[-1])
    low, high = float(places[members, 0].min()), float(places[members, 1].max())
    return low, high, members[:-1].tolist()


def _hatches(reading: Reading, line: Line, used: set[int]) -> list[_Hatch]:
    """The row of hatches along a line, all on one side; empty where there is none."""
    host, width = line.segment, reading.stroke_width
    most = LONGEST_OF_PAGE * max(reading.evidence.width, reading.evidence.height)
    longest = min(LONGEST_HATCH * host.length, most)
    found: list[_Hatch] = []
    grid = reading.evidence.line_grid
    for other in grid.near(*host.span, longest):
        strokes = reading.evidence.lines[other]
        hatch = strokes.segment
        if strokes.pieces & (used | line.pieces) or not width < hatch.length < longest:
            continue
        heights = (host.offset(hatch.a), host.offset(hatch.b))
        foot, tip = (0, 1) if abs(heights[0]) < abs(heights[1]) else (1, 0)
        if angle_between(host.direction, hatch.direction) < np.deg2rad(18):
            continue
        if abs(heights[tip]) < 1.1 * width:
            continue
        crosses = heights[foot] * heights[tip] < 0
        share = OVERSHOOT if crosses else SHORT_OF
        if abs(heights[foot]) > max(2.0 * width, share * abs(heights[tip])):
            continue
        along = host.along((hatch.a, hatch.b)[foot])
        if not -longest / 2 < along < host.length + longest / 2:
            continue
        side = 1 if heights[tip] > 0 else -1
        if not _ends_free(reading, strokes, (hatch.a, hatch.b)[tip]):
            continue
        found += [_Hatch(number, hatch, along, side) for number in sorted(strokes.pieces)]
    row = max((_even_row(found, host, side) for side in (1, -1)), key=len)
    # The teeth of a zigzag that ran together stand on both sides.
    others = sum(hatch.side != row[0].side for hatch in found) if row else 0
    return row if others < BOTH_SIDES * len(row) else []


def _ends_free(reading: Reading, strokes: Line, tip: Vector) -> bool:
    """Whether nothing else is drawn at a hatch's tip, as there is at a zigzag's."""
    near = 1.3 * reading.stroke_width
    for number in reading.evidence.piece_grid.near(tip, tip, near):
        if number not in strokes.pieces:
            away = np.hypot(*(reading.evidence.pieces[number].points - tip).T)
            if float(away.min()) < near:
                return False
    return True


def _even_row(found: list[_Hatch], host: Segment, side: int) -> list[_Hatch]:
    """Those on one side that are alike in length and slope and spread along the line."""
    row = [hatch for hatch in found if hatch.side == side]
    if len(row) < FEWEST_HATCHES:
        return []
    headings = np.array([hatch.segment.heading for hatch in row])
    turns = (headings[:, None] - headings + np.pi / 2) % np.pi - np.pi / 2
    alike = np.abs(turns) < ALIKE  # whichever way each was drawn
    row = [row[place] for place in np.flatnonzero(alike[alike.sum(axis=1).argmax()])]
    middling = float(np.median([hatch.segment.length for hatch in row]))
    row = [h for h in row if 0.4 * middling < h.segment.length < 2.2 * middling]
    if len(row) < FEWEST_HATCHES:
        return []
    places = np.sort([hatch.along for hatch in row])
    spread = float(places[-1] - places[0])
    steps = np.diff(places)
    dense = spread > 0.4 * host.length and float(np.max(steps)) < max(0.45 * host.length, 1.0)
    if len(row) == FEWEST_HATCHES and middling > FEW_LONGEST * host.length:
        return []
    return row if dense and spread > 1.5 * middling else []


def _hatched(reading: Reading, line: Line, hatches: list[_Hatch]) -> Mark:
    host = line.segment
    side = hatches[0].side
    direction = host.direction
    solid = side * np.array([-direction[1], direction[0]])
    kind, instead = _kind(reading, host, solid)
    return Mark(
        kind,
        min(0.99, 0.75 + 0.04 * len(hatches)),
        _leftmost_first(_followed(reading, host)),
        claims=line.pieces | {hatch.number for hatch in hatches},
        solid=solid,
        instead=instead,
    )


def _followed(reading: Reading, host: Segment) -> Segment:
    """The line as far as ink goes on beyond its ends, over gaps of a few stroke widths."""
    step = reading.stroke_width / 2
    ends = []
    for end, out in ((host.a, -host.direction), (host.b, host.direction)):
        path = np.stack([end, end + 0.5 * host.length * out])
        inked = np.flatnonzero(reading.evidence.inked(path, 1.2 * reading.stroke_width))
        steps = np.concatenate([[0], inked])
        broken = np.flatnonzero(np.diff(steps) > 2 * LONGEST_SKIP)
        last = steps[broken[0]] if len(broken) else steps[-1]
        ends.append(end + last * step * out)
    return Segment(ends[0], ends[1], host.points)


def _kind(reading: Reading, host: Segment, solid: Vector) -> tuple[MarkKind, MarkKind]:
    share = host.length / reading.evidence.width
    below = solid[1] > np.sin(np.deg2rad(45))
    # A short floor still carries what stands on it; a short wall or ceiling only anchors.
    if share > (0.2 if below else GROUND_SHARE):
        return "ground", "support"
    return "support", "ground"


def _leftmost_first(segment: Segment) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    ends = sorted((segment.a, segment.b), key=lambda end: (float(end[0]), float(end[1])))
    return np.stack(ends)
