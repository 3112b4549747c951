"""Closed straight-sided outlines, found as lines that meet rather than as loops of ink.

A box on a ramp has three sides of its own and borrows the fourth, stacked boxes share an edge, and
strokes run on past a corner or stop short of it. So an outline is a ring of lines that meet in
corners and whose sides lie on ink, whoever drew that ink; what it need not have is a loop of its
own. Rings that other rings explain side by side are the gaps between bodies, and are dropped.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from .bends import Bends, find_bends
from .evidence import Line
from .fitting import fit_line
from .geometry import area, inside, points_to_edges
from .grid import Grid
from .joining import LIFT, RUNS_ON
from .mark import Mark
from .page import Points
from .pieces import Segment, intersection
from .reading import Reading
from .rims import off_rims
from .vectors import Vector, angle_between, cross, resample, segment_distance, share

OPEN_END = 0.34
"""An outline may be unclosed by 6 % of its length, which is a quarter of one side of four: a third
of what is drawn of that side."""
UNCLOSED, MOST_OPEN = 0.06, 0.67
"""The same of a long outline's short side: 6 % of the whole outline's length, but no more than two
thirds of what is drawn of the side."""
WIDE_OPEN = 0.2
"""More than this of what is drawn of a side is left open only where nothing else begins."""
FURTHEST = 24.0
"""How far that may be in stroke widths: a floor is not drawn out by a third of its length."""
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
UNDER_DOT = 4.0
"""How far beside a dot, in stroke widths, a line may end that it covers: where the ink of a circle
and two lines meet, the lines are traced a little off."""
HEAD = 2.0
"""Radius of the ink of an arrow's head, in stroke widths: a line that it touches is traced up to
it."""
BOWED = np.deg2rad(32.0)
LEAST_PART = 4.0
"""In stroke widths: the longer part of a line that an arrow's tip broke off."""
BESIDE = 0.6
"""Two lines that run side by side for more than this share of the shorter were not drawn as one."""
TANGENT = 0.25
"""A line touches a rim if it passes its centre at its radius, give or take this share of it."""
AMID = 5.0
"""How far from the ends of a side what is tied to it begins, in stroke widths."""
LEAST_TURN = np.deg2rad(14.0)
FLATTEST = np.deg2rad(5.0)
"""The same of a slope on the ground."""
MAX_LINES = 20_000
"""The longest lines of a page that are tried as sides."""


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


def find_outlines(reading: Reading, hosts: Sequence[Segment]) -> list[Outline]:
    """The triangles and quadrilaterals of a page, without the gaps between them.

    Args:
        hosts: lines of the ground and of supports, on which an outline may lean.
    """
    width = reading.stroke_width
    free = [line for line in reading.free_lines() if line.segment.length > 2.5 * width]
    free = [*free[:MAX_LINES], *_bowed(reading), *off_rims(reading)]
    lines = [*free, *drawn_in_parts(free, width), *(Line(host, frozenset()) for host in hosts)]
    first_host = len(lines) - len(hosts)
    corners = _corners(reading, lines, first_host)
    bends = find_bends(reading, lines)
    for i, j in map(sorted, bends):
        meeting = intersection(lines[i].segment, lines[j].segment)
        if meeting is not None:
            corners[i][j] = corners[j][i] = meeting
    drawn = _Drawn(reading, lines, corners, bends, first_host)
    rings = [*_triangles(corners), *_quadrilaterals(corners, lines)]
    wheels = reading.of("wheel")
    found = [
        outline
        for ring in rings
        if (outline := _verified(drawn, ring)) is not None
        and not any(_stands_in(wheel, outline) for wheel in wheels)
    ]
    return _without_gaps(found, hosts, width)


def _stands_in(wheel: Mark, outline: Outline) -> bool:
    """Whether a wheel stands in an outline on the ground that it borrows: the gap between a cart
    and the ground."""
    radius = wheel.radius or 0.0
    sides = outline.sides
    return inside(outline.corners, wheel.center + 0.5 * radius * np.array([0.0, 1.0])) and any(
        abs(segment_distance(*sides[place], wheel.center) - radius) < TANGENT * radius
        for place in outline.borrowed
    )


def _bowed(reading: Reading) -> list[Line]:
    """The free arcs that hardly turn, as the lines they may be: a side between rounded corners."""
    return [
        Line(Segment(*fit_line(arc.points)[:2], arc.points), frozenset({number}))
        for number, arc in reading.free_arcs().items()
        if abs(arc.sweep) < BOWED and arc.length > 6 * reading.stroke_width
    ]


def drawn_in_parts(lines: Sequence[Line], width: float) -> list[Line]:
    """The longer lines that several of these make together: drawn over, or in overlapping goes.

    They are offered beside their parts: whether all of one is drawn, its ink must show.
    """
    grid: Grid[int] = Grid(12 * width)
    for number, line in enumerate(lines):
        grid.add(*line.segment.span, number)
    found: list[Line] = []
    done: set[int] = set()
    for number, first in enumerate(lines):
        if number in done or first.segment.length < LEAST_PART * width:
            continue
        whole, parts = first, {number}
        grown = True
        while grown:
            grown = False
            segment = whole.segment
            for other in grid.near(*segment.span, max(3 * width, LIFT * segment.length)):
                both = None if other in parts else _one_line(whole, lines[other], width)
                if both is not None:
                    whole, grown = both, True
                    parts.add(other)
        if len(parts) > 1:
            done |= parts
            found.append(whole)
    return found


def _one_line(one: Line, other: Line, width: float) -> Line | None:
    """Two lines as one if they lie along each other and reach further together."""
    first, second = one.segment, other.segment
    total = first.length + second.length
    if angle_between(first.direction, second.direction) > RUNS_ON + width / second.length:
        return None
    aside = max(abs(first.offset(second.a)), abs(first.offset(second.b)))
    low, high = sorted((first.along(second.a), first.along(second.b)))
    overlap = min(high, first.length) - max(low, 0.0)
    if overlap < -0.5 * width:
        most = max(1.5 * width, 0.02 * total)  # else the sides of two boxes, one on the other
    elif overlap < BESIDE * min(first.length, second.length):
        most = max(3.5 * width, 0.06 * total)
    else:
        most = 3.5 * width  # else a beam's two sides
    if aside > most:
        return None
    if low > 0 and high < first.length:
        return None
    if max(low - first.length, -high) > max(3 * width, LIFT * total):
        return None
    points = np.concatenate([first.points, second.points])
    a, b, stray = fit_line(points)
    if stray > max(2.2 * width, 0.03 * math.dist(b, a)):
        return None
    return Line(Segment(a, b, points), one.pieces | other.pieces)


Corners = dict[int, dict[int, Vector]]


def _reach(side: Segment, beside: Segment, width: float) -> float:
    """How far beyond its ends a side may meet the one beside it: the two and what is left open
    between them are half an outline."""
    unclosed = 2 * UNCLOSED / (1 - 2 * UNCLOSED) * (side.length + beside.length)
    open_end = max(OPEN_END * side.length, min(unclosed, MOST_OPEN * side.length))
    return max(2.5 * width, min(open_end, FURTHEST * width))


def _corners(reading: Reading, lines: Sequence[Line], first_host: int) -> Corners:
    """For each line the lines that it meets, and where.

    They may meet further from their ends under a dot that covers one, where a wheel cuts off the
    corner, and past an arrow's head; but two lines that both touch a wheel's rim are a rope's.
    """
    width = reading.stroke_width
    wheels = reading.of("wheel")
    covers = [(mark.center, mark.radius or 0.0) for mark in (*reading.of("pivot"), *wheels)]
    covers += [(arrow.ends[1], HEAD * width) for arrow in reading.of("arrow")]
    widest = max((2.5 * radius for _, radius in covers), default=0.0)
    corners: Corners = defaultdict(dict)
    grid: Grid[int] = Grid(12 * width)
    for i, line in enumerate(lines):
        one = line.segment
        furthest = max(2.5 * width, min(MOST_OPEN * one.length, FURTHEST * width))
        for j in grid.near(*one.span, max(furthest, widest) + 8 * width):
            other = lines[j].segment
            meeting = intersection(one, other)
            least = FLATTEST if first_host <= max(i, j) else LEAST_TURN
            if meeting is None or abs(cross(one.direction, other.direction)) < np.sin(least):
                continue
            away = [segment_distance(side.a, side.b, meeting) for side in (one, other)]
            short = [
                side
                for side, beside, gap in zip((one, other), (other, one), away, strict=True)
                if gap > _reach(side, beside, width)
            ]
            if not short or all(
                any(_hides(*cover, side, max(away), width) for cover in covers)
                and not any(_touch_rim(wheel, one, other) for wheel in wheels)
                for side in short
            ):
                corners[i][j] = meeting
                corners[j][i] = meeting
        grid.add(*one.span, i)
    return corners


def _hides(center: Vector, radius: float, line: Segment, gap: float, width: float) -> bool:
    """Whether a dot, a wheel or a head may hide so much of a line's end."""
    near = gap <= 2.5 * radius + 3 * width
    return near and line.distance(center) < radius + UNDER_DOT * width


def _touch_rim(wheel: Mark, *lines: Segment) -> bool:
    """Whether lines leave a wheel as a rope does that runs over it."""
    radius = wheel.radius or 0.0
    return all(
        abs(abs(line.offset(wheel.center)) - radius) < TANGENT * radius
        and line.distance(wheel.center) < 1.5 * radius
        for line in lines
    )


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


def _triangles(corners: Corners) -> Iterable[tuple[int, ...]]:
    for i, met in corners.items():
        for j in met:
            if j > i:
                for k in corners[j]:
                    if k > j and k in met:
                        yield (i, j, k)


def _quadrilaterals(corners: Corners, lines: Sequence[Line]) -> Iterable[tuple[int, ...]]:
    """Rings of four whose opposite sides do not meet within them."""
    for i, met in corners.items():
        around = sorted(met)
        for place, j in enumerate(around):
            for m in around[place + 1 :]:
                if m in corners[j]:
                    continue
                for k in corners[j]:
                    if k > i and k != m and k in corners[m] and k not in met:
                        yield (i, j, k, m)


@dataclass(frozen=True, eq=False)
class _Drawn:
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


def _verified(drawn: _Drawn, ring: tuple[int, ...]) -> Outline | None:
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
    drawn: _Drawn, ring: tuple[int, ...], points: Points, borrowed: frozenset[int]
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
    drawn: _Drawn, ring: tuple[int, ...], place: int, start: Vector, step: Vector
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


def _own_share(line: Segment, start: Vector, end: Vector) -> float:
    """The share of a side that its line was drawn along, and is not only drawn out to."""
    low, high = sorted((line.along(start), line.along(end)))
    return (min(high, line.length) - max(low, 0.0)) / max(high - low, 1e-9)


def _without_gaps(found: list[Outline], hosts: Sequence[Segment], width: float) -> list[Outline]:
    """Drop what the others explain: doubles, unions of neighbours, and the gaps between them."""
    kept: dict[int, Outline] = {}
    grid: Grid[int] = Grid(24 * width)
    for number, outline in enumerate(sorted(found, key=_merit, reverse=True)):
        low, high = outline.corners.min(axis=0), outline.corners.max(axis=0)
        if not any(_same(outline, kept[other]) for other in grid.near(low, high)):
            kept[number] = outline
            grid.add(low, high, number)
    changed = True
    while changed:
        changed = False
        for number, outline in sorted(kept.items(), key=lambda item: -item[1].area):
            low, high = outline.corners.min(axis=0), outline.corners.max(axis=0)
            near = grid.near(low, high, 2 * width)
            others = [kept[other] for other in near if other != number and other in kept]
            if (
                len(others) + len(hosts) > 1
                and (_explained(outline, others, hosts, width) or _owns_nothing(outline, others))
                and not any(_alike(outline, other) for other in others)
            ):
                del kept[number]
                changed = True
    whole = _one_of_each(list(kept.values()))
    return [
        outline
        for outline in whole
        if not any(outline.claims <= other.bends for other in whole if other is not outline)
    ]


def _merit(outline: Outline) -> tuple[float, int]:
    """By what the better of two like outlines is told: its ink, and how much of that is its own."""
    return (round(outline.inked, 2), len(outline.claims))


def _one_of_each(found: list[Outline]) -> list[Outline]:
    """Of outlines that differ in one side only and lie one in the other, the smaller one.

    The sides of a cart point on at the floor, and the wheels' ink goes on where they would; from
    the far side of a bridge's pier to the next pier lie the beam and the ground.
    """
    kept: list[Outline] = []
    for outline in sorted(found, key=lambda outline: outline.area):
        if not any(_shared(outline, other) > 2 and _overlap(outline, other) for other in kept):
            kept.append(outline)
    return kept


def _shared(one: Outline, other: Outline) -> int:
    """How many sides of two outlines lie on the same line."""
    return sum(
        any(line is mate or line.pieces & mate.pieces for mate in other.lines) for line in one.lines
    )


def _overlap(one: Outline, other: Outline) -> bool:
    """Whether the middle of either lies in the other."""
    return inside(one.corners, other.corners.mean(axis=0)) or inside(
        other.corners, one.corners.mean(axis=0)
    )


def _explained(
    outline: Outline, others: Sequence[Outline], hosts: Sequence[Segment], width: float
) -> bool:
    """Whether every side lies along sides of others or of the ground.

    One may be the rope or the strut from a wall to what it holds: of a triangle any, of four sides
    one that begins and ends amid sides of others.
    """
    edges = [side for other in others for side in other.sides]
    edges += [(host.a, host.b) for host in hosts]
    left = 1 if others else 0
    for start, end in outline.sides:
        along = end - start
        beside = [
            (a, b)
            for a, b in edges
            if abs(cross(along, b - a)) < 0.2 * np.hypot(*along) * math.dist(b, a)
        ]
        points = resample(np.stack([start, end]), 2 * width)
        if share(points_to_edges(points, beside) < 1.8 * width) < 0.85:
            strut = len(outline.corners) == 3 or all(
                any(_is_amid(side, point, width) for side in edges) for point in (start, end)
            )
            left -= 1
            if left < 0 or not strut:
                return False
    return True


def _is_amid(side: tuple[Vector, Vector], point: Vector, width: float) -> bool:
    """Whether a point lies on a side, well away from both of its ends."""
    a, b = side
    near = min(math.dist(point, a), math.dist(point, b))
    return near > AMID * width and segment_distance(a, b, point) < 2.5 * width


def _owns_nothing(outline: Outline, others: Sequence[Outline]) -> bool:
    """Whether smaller outlines claim ink of every side: between the outer sides of two fulcrums lie
    the beam and the ground."""
    claimed = frozenset[int]().union(
        *(other.claims for other in others if other.area < 0.8 * outline.area)
    )
    return all(
        line.pieces & claimed
        for place, line in enumerate(outline.lines)
        if place not in outline.borrowed
    )


def _alike(one: Outline, other: Outline) -> bool:
    """Whether two are of a size and side by side, as the boxes of a wall are."""
    spans = [np.ptp(outline.corners, axis=0) for outline in (one, other)]
    apart = np.abs(one.corners.mean(axis=0) - other.corners.mean(axis=0))
    beside = bool(np.any(apart > 0.8 * (spans[0] + spans[1]) / 2))
    return beside and bool(np.all(np.abs(np.log(spans[0] / spans[1])) < 0.25))


def _same(one: Outline, other: Outline) -> bool:
    apart = one.corners.mean(axis=0) - other.corners.mean(axis=0)
    alike = abs(float(np.log(one.area / other.area))) < 0.4
    return alike and bool(np.hypot(*apart) < 0.2 * one.area**0.5)
