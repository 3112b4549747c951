"""Ropes: rows of dashes, and lines that run over pulleys."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations, pairwise

import numpy as np

from ..evidence import Line
from ..fitting import fit_line
from ..geometry import mark_distance, points_to_edges
from ..grid import Grid
from ..mark import Mark
from ..page import Points
from ..pieces import Segment
from ..reading import Reading
from ..vectors import Place, Vector, angle_between, cross

FEWEST_DASHES = 4
LONGEST_DASH = 32.0
"""In stroke widths."""
SHORT_DASH = 14.0
PARTED = 0.15
"""In stroke widths; the gaps of a row of longer ones are at least this share of a dash, where those
that a dry pen leaves are less."""
LEAST_GAP = 0.6
"""Between the middle lines of two dashes, in stroke widths: where strokes meet it is less."""
DOT = 2.5
"""In stroke widths; shorter strokes have no direction and may be dots among the dashes."""
LONE_GAP, LONE = 3.0, 2.0
"""A lone dash at the end of a row that is so many times as long as the others, and apart by so many
times their gaps, is a line of its own, such as an arrow that pulls on what the rope is tied to."""
WIDEST_GAP = 2.2
"""Of a row of dashes, in lengths of the longer dash beside it."""
DRAWN_OVER = 0.04
"""How far a second pass of the pen may stray from the first, as a share of its length."""
IN_LINE = np.deg2rad(24)
TANGENT = (0.72, 1.3)
"""How far from a pulley's centre a rope's line passes that touches its rim, in radii."""
SHORT_OF = 0.75
"""A rope's line ends this close to where it touches the rim, in radii."""
NO_HOLD: tuple[str, ...] = ("rope", "dimension", "arrow", "arc_arrow")
PULLS: tuple[str, ...] = ("arrow", "dimension")
"""What the free end of a rope may be drawn as; where it touches the rim it may seem to have a tick.
"""
ENDS_APART = 0.5
"""The ends of a rope's two lines are at least this share of what lies between the points where they
touch the rim: lines that run into one point of it are two ropes tied there."""
ROUND: tuple[str, ...] = ("wheel", "pulley", "ball")


def find_dashed(reading: Reading) -> list[Mark]:
    """Rows of dashes, dots among them or not, that follow each other in a line."""
    width = reading.stroke_width
    dashes = [
        line
        for number, segment in reading.free_segments().items()
        if 0.8 * width < segment.length < LONGEST_DASH * width
        and _stands_free(reading, line := Line(segment, frozenset({number})))
    ]
    dashes.sort(key=lambda dash: -dash.segment.length)
    if len(dashes) < FEWEST_DASHES:
        return []
    grid: Grid[int] = Grid(12 * width)
    for number, dash in enumerate(dashes):
        for end in (dash.segment.a, dash.segment.b):
            grid.add(end, end, number)
    found = []
    used: set[int] = set()
    for first in range(len(dashes)):  # the longest first
        if first in used:
            continue
        row = _without_lone(dashes, _row(reading, dashes, first, grid, used))
        if len(row) >= FEWEST_DASHES and _is_parted([dashes[number] for number in row], width):
            used |= set(row)
            found.append(_dashed(reading, [dashes[number] for number in row]))
    return found


def _stands_free(reading: Reading, line: Line) -> bool:
    """Whether no other ink runs into the ends of a dash, but one at most: what holds the rope."""
    near = 1.2 * reading.stroke_width
    met = 0
    for end in (line.segment.a, line.segment.b):
        met += any(
            float(np.hypot(*(reading.evidence.pieces[number].points - end).T).min()) < near
            for number in reading.evidence.piece_grid.near(end, end, near)
            if number not in line.pieces
        )
    return met < 2


def _is_parted(row: list[Line], width: float) -> bool:
    """Whether the gaps in a row of dashes are meant: those of long dashes are long as well."""
    usual = float(np.median([dash.segment.length for dash in row]))
    if usual < SHORT_DASH * width:
        return True
    axis = row[0].segment
    spans = sorted(sorted((axis.along(dash.segment.a), axis.along(dash.segment.b))) for dash in row)
    gaps = [after[0] - before[1] for before, after in pairwise(spans)]
    return float(np.median(gaps)) > PARTED * usual


def _without_lone(dashes: list[Line], row: list[int]) -> list[int]:
    """A row less a long line at either end of it that a long gap parts from the dashes."""
    axis = dashes[row[0]].segment
    spans = {
        number: sorted((axis.along(dashes[number].segment.a), axis.along(dashes[number].segment.b)))
        for number in row
    }
    row = sorted(row, key=lambda number: spans[number])
    for end, inner in ((0, slice(1, None)), (-1, slice(None, -1))):
        others = row[inner]
        if len(others) < FEWEST_DASHES:
            break
        usual = float(np.median([dashes[number].segment.length for number in others]))
        gaps = [spans[after][0] - spans[before][1] for before, after in pairwise(row)]
        if (
            dashes[row[end]].segment.length > LONE * usual
            and gaps[end] > LONE_GAP * float(np.median(gaps))
            and gaps[end] > usual
        ):
            row = others
    return row


def _is_gap(reading: Reading, end: Vector, dash: Segment) -> bool:
    """Whether paper lies before the next dash: a line that circles cut goes on there."""
    width = reading.stroke_width
    start = min((dash.a, dash.b), key=lambda point: math.dist(point, end))
    length = math.dist(start, end)
    if length < 4 * width:
        return True
    step = width * (start - end) / length
    return reading.evidence.cover(np.stack([end + step, start - step]), 0.0) < 0.9


def _row(
    reading: Reading, dashes: list[Line], first: int, grid: Grid[int], used: set[int]
) -> list[int]:
    """The dashes that go on from one, either way."""
    width = reading.stroke_width
    row = [first]
    segment = dashes[first].segment
    ends = [segment.a, segment.b]
    for side in (0, 1):
        while True:
            end, start = ends[side], ends[1 - side]
            out = (end - start) / max(math.dist(end, start), 1e-9)
            longest = max(dashes[number].segment.length for number in row)
            onward = _next(dashes, row, grid, used, end, out, max(longest, 3 * width), width)
            if onward is None or not _is_gap(reading, end, dashes[onward].segment):
                break
            row.append(onward)
            segment = dashes[onward].segment
            ends[side] = max(
                (segment.a, segment.b), key=lambda point: float(np.dot(point - end, out))
            )
    return row


def _next(
    dashes: list[Line],
    row: list[int],
    grid: Grid[int],
    used: set[int],
    end: Vector,
    out: Vector,
    longest: float,
    width: float,
) -> int | None:
    """The nearest dash ahead of an end that lies in line."""
    reach = WIDEST_GAP * longest
    best: tuple[float, int] | None = None
    for number in grid.near(end, end, reach):
        if number in used or number in row:
            continue
        segment = dashes[number].segment
        ahead = sorted(float(np.dot(point - end, out)) for point in (segment.a, segment.b))
        aside = max(abs(cross(out, point - end)) for point in (segment.a, segment.b))
        if not LEAST_GAP * width < ahead[0] < reach or aside > 0.9 * width + 0.09 * ahead[1]:
            continue
        if segment.length > DOT * width and angle_between(segment.direction, out) > IN_LINE:
            continue
        if best is None or ahead[0] < best[0]:
            best = (ahead[0], number)
    return None if best is None else best[1]


def _dashed(reading: Reading, row: list[Line]) -> Mark:
    points = np.concatenate([dash.segment.points for dash in row])
    a, b, stray = fit_line(points)
    even = 1.0 - min(1.0, stray / (3 * reading.stroke_width))
    return Mark(
        "rope",
        float(np.clip(0.7 + 0.03 * len(row) + 0.1 * even, 0.5, 0.95)),
        np.stack([a, b]),
        claims=frozenset().union(*(dash.pieces for dash in row)),
        instead="rod",
    )


def reach_out(reading: Reading) -> list[Mark]:
    """All marks; a dashed rope drawn out to what it ends at, where it stops within a gap of it."""
    marks = list(reading.marks)
    for place, rope in enumerate(marks):
        if rope.kind == "rope" and len(rope.outline) == 2:
            others = [mark for mark in marks if mark.kind not in NO_HOLD]
            marks[place] = replace(rope, outline=_drawn_out(reading, rope, others))
    return marks


def _drawn_out(reading: Reading, rope: Mark, others: list[Mark]) -> Points:
    width = reading.stroke_width
    inked = np.flatnonzero(reading.evidence.inked(rope.outline, 0.6 * width))
    widest = float(np.diff(inked).max()) * width / 2 if len(inked) > 1 else 0.0
    reach = 1.4 * widest + 2 * width
    ends = []
    for end, start in ((rope.outline[0], rope.outline[1]), (rope.outline[1], rope.outline[0])):
        out = (end - start) / max(math.dist(end, start), 1e-9)
        away = np.arange(0.0, 2 * reach, width / 2)
        path = end + away[:, None] * out
        # A last dash that was cut short carries the rope on.
        last = np.maximum.accumulate(
            np.where(reading.evidence.inked_at(path, 0.6 * width), away, 0.0)
        )
        ends.append(
            next(
                (
                    point
                    for point in path[away - last < reach]
                    if any(mark_distance(mark, point) < width for mark in others)
                ),
                end,
            )
        )
    return np.stack(ends)


@dataclass(frozen=True, eq=False)
class _Touch:
    """One end of a line (`place` in the reading's marks, `end` 0 or 1) at a circle's rim.

    `tip` is where it is drawn to, `at` where it touches, `sense` which way round the rope runs as
    it comes to the circle.
    """

    place: int
    end: int
    circle: int
    tip: Vector
    at: Vector
    sense: int


def drop_doubles(reading: Reading) -> list[Mark]:
    """All marks but the rods that run along a rope all their way: it was drawn over."""
    sides = [side for rope in reading.of("rope") for side in rope.sides]
    return [
        mark
        for mark in reading.marks
        if mark.kind != "rod" or not sides or not _runs_along(mark, sides, reading.stroke_width)
    ]


def _runs_along(rod: Mark, sides: Sequence[tuple[Place, Place]], width: float) -> bool:
    length = math.dist(rod.ends[1], rod.ends[0])
    path = np.linspace(rod.ends[0], rod.ends[1], 24)
    away = points_to_edges(path, sides)
    return bool(np.mean(away < max(2 * width, DRAWN_OVER * length)) > 0.9)


def thread(reading: Reading) -> list[Mark]:
    """Lines that touch a circle's rim and go on from it as another does are one rope, and what it
    runs over is a pulley.

    An arrow that starts from the rim is the end of the rope and the pull on it, drawn in one.
    """
    marks = list(reading.marks)
    touches = _touches(marks, reading.stroke_width)
    knots: dict[tuple[int, int], tuple[_Touch, _Touch]] = {}
    for circle in {touch.circle for touch in touches}:
        there = [touch for touch in touches if touch.circle == circle]
        for one, other in _pairs(marks[circle], there):
            knots[(one.place, one.end)] = (one, other)
            knots[(other.place, other.end)] = (other, one)
    pulls: list[Mark] = []
    for place, end in sorted(knots):
        if marks[place].kind in PULLS and (place, 1 - end) not in knots:
            marks[place], pull = _parted(marks[place], end)
            pulls.append(pull)
    gone: set[int] = set()
    ropes: list[Mark] = []
    over: set[int] = set()
    for place, end in sorted(knots):
        if place in gone or (place, 1 - end) in knots:
            continue  # begin where a rope does
        rope, members, circles = _follow(marks, place, 1 - end, knots)
        gone |= members
        over |= circles
        ropes.append(rope)
    kept = [
        _as_pulley(mark) if place in over else mark
        for place, mark in enumerate(marks)
        if place not in gone
    ]
    return kept + ropes + pulls


def _parted(arrow: Mark, tail: int) -> tuple[Mark, Mark]:
    """The rope and the pull on its end that are drawn as one arrow: a half of it each.

    The rope keeps the order of the arrow's ends, of which `tail` touches the rim.
    """
    start, tip = arrow.ends[tail], arrow.ends[1 - tail]
    hand = (start + tip) / 2
    ends = [start, hand] if tail == 0 else [hand, start]
    pull = replace(arrow, kind="arrow", outline=np.stack([hand, tip]), confidence=0.8)
    return Mark("rod", arrow.confidence, np.stack(ends), claims=arrow.claims), pull


def _touches(marks: list[Mark], width: float) -> list[_Touch]:
    grid: Grid[int] = Grid(24 * width)
    for place, mark in enumerate(marks):
        if mark.kind in ROUND and mark.radius is not None:
            grid.add(mark.outline.min(axis=0), mark.outline.max(axis=0), place)
    found = []
    for place, mark in enumerate(marks):
        if mark.kind not in ("rod", "rope", *PULLS) or len(mark.outline) != 2:
            continue
        for end in (0,) if mark.kind == "arrow" else (0, 1):
            here, far = mark.outline[end], mark.outline[1 - end]
            best: tuple[float, _Touch] | None = None
            for circle in grid.near(here, here, 4 * width):
                offer = _touch(marks[circle], here, far, width)
                if offer is not None and (best is None or offer[0] < best[0]):
                    best = (offer[0], _Touch(place, end, circle, here, *offer[1:]))
            if best is not None:
                found.append(best[1])
    return found


def _touch(
    circle: Mark, here: Vector, far: Vector, width: float
) -> tuple[float, Vector, int] | None:
    """How far off a line's end is from touching a circle's rim, where, and which way round."""
    radius = circle.radius or 0.0
    line = Segment(far, here, np.stack([far, here]))
    if line.length < 0.5 * radius:
        return None
    offset = line.offset(circle.center)
    foot = far + line.along(circle.center) * line.direction
    slack = 1.5 * width / radius
    if not TANGENT[0] - slack < abs(offset) / radius < TANGENT[1] + slack:
        return None
    short = math.dist(here, foot)
    if short > SHORT_OF * radius + 3 * width:
        return None
    at = circle.center + radius * (foot - circle.center) / max(abs(offset), 1e-9)
    return short / radius, at, 1 if cross(at - circle.center, line.direction) > 0 else -1


def _pairs(circle: Mark, there: list[_Touch]) -> list[tuple[_Touch, _Touch]]:
    """The touches that one rope makes: it comes one way round and leaves the same way."""
    offers = [
        (_wrap(circle, one, other), place, one, other)
        for place, (one, other) in enumerate(combinations(there, 2))
        if one.place != other.place and one.sense == -other.sense and not _tied(one, other)
    ]
    pairs: list[tuple[_Touch, _Touch]] = []
    for wrap, _, one, other in sorted(offers, key=lambda offer: (-offer[0], offer[1])):
        if wrap < np.deg2rad(8) or wrap > np.deg2rad(300):
            continue
        if not any(touch in pair for pair in pairs for touch in (one, other)):
            pairs.append((one, other))
    return pairs


def _tied(one: _Touch, other: _Touch) -> bool:
    """Whether two lines run into one point of the rim, instead of on round it."""
    drawn, meant = (float(np.hypot(*step)) for step in (one.tip - other.tip, one.at - other.at))
    return drawn < ENDS_APART * meant


def _wrap(circle: Mark, one: _Touch, other: _Touch) -> float:
    """The angle by which a rope bends round a circle from one touch to the other."""
    first, last = (np.arctan2(*(touch.at - circle.center)[::-1]) for touch in (one, other))
    return float((one.sense * (last - first)) % (2 * np.pi))


def _follow(
    marks: list[Mark], place: int, end: int, knots: dict[tuple[int, int], tuple[_Touch, _Touch]]
) -> tuple[Mark, set[int], set[int]]:
    """The rope that begins at one end of a line, the lines that it is made of, and its circles."""
    path: list[Points] = [marks[place].outline[end][None]]
    members, circles, claims = {place}, set(), marks[place].claims
    confidence = marks[place].confidence
    while (place, 1 - end) in knots:
        arriving, leaving = knots[(place, 1 - end)]
        path.append(_round(marks[arriving.circle], arriving, leaving))
        circles.add(arriving.circle)
        place, end = leaving.place, leaving.end
        if place in members:
            break
        members.add(place)
        claims = claims | marks[place].claims
        confidence = min(confidence, marks[place].confidence)
    path.append(marks[place].outline[1 - end][None])
    rope = Mark("rope", max(confidence, 0.8), np.concatenate(path), claims=claims, instead="rod")
    return rope, members, circles


def _round(circle: Mark, arriving: _Touch, leaving: _Touch) -> Points:
    """The way round a circle's rim, (n, 2)."""
    wrap = _wrap(circle, arriving, leaving)
    first = np.arctan2(*(arriving.at - circle.center)[::-1])
    angles = first + arriving.sense * np.linspace(0.0, wrap, 3 + int(np.degrees(wrap) / 8))
    steps: Points = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    return circle.center + (circle.radius or 0.0) * steps


def _as_pulley(circle: Mark) -> Mark:
    """What a rope runs over: surer with a hub."""
    hub = circle.kind in ("wheel", "pulley")
    return replace(
        circle,
        kind="pulley",
        confidence=min(circle.confidence, 0.99 if hub else 0.75),
        instead="wheel" if hub else "ball",
    )
