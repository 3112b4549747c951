"""Springs: a zigzag or a coil between two short leads."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np

from ..coils import Coil
from ..grid import Grid
from ..mark import Mark
from ..pieces import Segment
from ..reading import Reading
from ..vectors import Vector, angle_between, cross
from .spring_ends import drawn_out, holder_beyond, teeth_between
from .spring_loops import find_loops

FEWEST_FLANKS = 4
FEWEST_OF_PART = 3
"""Where the ink of sharp teeth runs together a zigzag falls apart; its parts line up again."""
SHARPEST = np.deg2rad(12.0)
BLUNTEST = np.deg2rad(115.0)
"""Between these lies the angle inside a tooth."""
STEPPED = np.deg2rad(78.0)
"""A few turns at right angles are stairs or the outlines of neighbouring boxes."""
ODD_FLANKS = 0.25
"""The share of flanks that may be uneven: where teeth run together thinning makes odd ones."""
STRAIGHT = 0.3
"""How wide a flank is at most, in usual widths, that is a lead between two springs."""
SIDE, SQUARE = 1.25, 0.5
"""A line is a box's side and no flank if it is so many times as long as the usual one, and leans
this much as far along the axis, or less."""
SURE_FLANKS = 8
LEAD_GAP = 5.2
"""In stroke widths: how far from what goes before the next part of a coil's lead may begin."""
UNEVEN = 0.45
"""How far a flank's width may be from the usual one, as a share of it: stairs and outlines of
neighbouring boxes turn to and fro as well, but not evenly."""


def find(reading: Reading) -> list[Mark]:
    """Zigzags of free segments, with the leads at their ends."""
    segments = {
        number: segment for number, segment in reading.free_segments().items() if segment.length
    }
    near = 2.6 * reading.stroke_width
    ends: Grid[tuple[int, int]] = Grid(2 * near)
    for number, segment in segments.items():
        for side, end in enumerate((segment.a, segment.b)):
            ends.add(end, end, (number, side))
    used: set[int] = set()
    parts: list[tuple[Mark, int]] = []
    closed = [(coil, frozenset[int]()) for coil in reading.evidence.coils]
    for coil, loops in (*closed, *find_loops(reading)):
        coiled = _coiled(reading, coil, segments, ends)
        coiled = replace(coiled, claims=coiled.claims | loops)
        used |= coiled.claims
        parts.append((coiled, SURE_FLANKS))
    tried: set[int] = set()
    for number in sorted(segments, key=lambda number: -segments[number].length):
        if number in used or number in tried:
            continue
        chain = _grow(number, segments, ends, near, used)
        tried.update(flank for flank, _ in chain)
        chain = _without_sides(chain, segments)
        for part in _apart(chain, segments):
            mark = _spring(part, segments, ends, near) if len(part) >= FEWEST_OF_PART else None
            if mark is not None:
                used |= mark.claims
                parts.append((mark, len(part)))
    springs = _lined_up(reading, parts)
    return [drawn_out(reading, spring, springs) for spring in springs]


def _lined_up(reading: Reading, parts: list[tuple[Mark, int]]) -> list[Mark]:
    """Parts of one zigzag joined along their axis; those too short to be one are dropped.

    What a dot parts are two springs.
    """
    parts = sorted(parts, key=lambda part: -part[1])
    whole: list[Mark] = []
    while parts:
        mark, flanks = parts.pop(0)
        place = 0
        while place < len(parts):
            joined = _joined(reading, mark, parts[place][0])
            if joined is None or _parted(reading, mark, parts[place][0]):
                place += 1
                continue
            flanks += parts.pop(place)[1]
            mark, place = joined, 0
        if flanks >= FEWEST_FLANKS:
            whole.append(replace(mark, confidence=min(0.99, 0.7 + 0.05 * flanks)))
    return whole


def _parted(reading: Reading, one: Mark, other: Mark) -> bool:
    """Whether a dot lies between the near ends of two zigzags."""
    near, far = min(
        ((p, q) for p in one.ends for q in other.ends),
        key=lambda pair: math.dist(pair[0], pair[1]),
    )
    reach = math.dist(near, far) / 2 + 2.0 * reading.stroke_width
    return any(
        math.dist(blob.center, (near + far) / 2) < reach + blob.radius
        for blob in reading.evidence.blobs
    )


def _joined(reading: Reading, one: Mark, other: Mark) -> Mark | None:
    """Two springs as one if the second goes on where the first ends."""
    first, last = one.ends
    length = math.dist(last, first)
    axis = (last - first) / length
    across = np.array([-axis[1], axis[0]])
    width = math.dist(one.outline[0], one.outline[3])
    other_width = math.dist(other.outline[0], other.outline[3])
    places = [float(np.dot(end - first, axis)) for end in other.ends]
    aside = [abs(float(np.dot(end - first, across))) for end in other.ends]
    apart = max(min(places) - length, -max(places))
    if max(aside) > 0.6 * width or apart > 1.5 * width or not 0.5 < other_width / width < 2.0:
        return None
    # Where both ran on along one lead they overlap, and are two springs all the same.
    if not teeth_between(reading, one, sorted([0.0, length, *places])[1:3]):
        return None
    begin, end = min(0.0, *places), max(length, *places)
    half = width / 2 * across
    start, stop = first + begin * axis, first + end * axis
    outline = np.array([start + half, stop + half, stop - half, start - half])
    return replace(one, outline=outline, claims=one.claims | other.claims)


def _coiled(
    reading: Reading,
    coil: Coil,
    segments: dict[int, Segment],
    ends: Grid[tuple[int, int]],
) -> Mark:
    """A coil with its leads: segments along its axis that begin where its loops end, up to what
    it is tied to, whose sides run that way as well."""
    loops = Mark("spring", 0.93, coil.band())
    claims: set[int] = set()
    axis = (coil.last - coil.first) / math.dist(coil.last, coil.first)
    near = LEAD_GAP * reading.stroke_width
    outer = []
    for tip, away, back in ((coil.first, -axis, True), (coil.last, axis, False)):
        reach = 0.7 * coil.width
        far = 0.0
        furthest = holder_beyond(reading, loops, back=back) + near / 2
        for number, side in ends.near(tip, tip, reach):
            segment = segments[number]
            begin, end = _end(segment, side), _end(segment, 1 - side)
            onward = float(np.dot(end - begin, away))
            if (
                math.dist(begin, tip) < reach
                and onward > 0.9 * segment.length
                and np.dot(end - tip, away) < furthest
            ):
                claims.add(number)
                band, most = 0.5 * coil.width, furthest - float(np.dot(end - tip, away))
                last = _run_on(end, away, band, segments, ends, near, claims, most)
                far = max(far, float(np.dot(last - tip, away)))
        outer.append(tip + far * away)
    band_corners = Coil(outer[0], outer[1], coil.width).band()
    return replace(loops, outline=band_corners, claims=frozenset(claims))


def _end(segment: Segment, side: int) -> Vector:
    return segment.b if side else segment.a


def _grow(
    start: int,
    segments: dict[int, Segment],
    ends: Grid[tuple[int, int]],
    near: float,
    used: set[int],
) -> list[tuple[int, int]]:
    """The longest zigzag through a flank: its flanks in order, each with the side it begins at."""
    chain = [(start, 0)]
    for _ in range(2):  # forward from the last flank, then the same on the reversed chain
        while True:
            step = _next_flank(chain, segments, ends, near, used)
            if step is None:
                break
            chain.append(step)
        chain = [(number, 1 - side) for number, side in reversed(chain)]
    return chain


def _next_flank(
    chain: list[tuple[int, int]],
    segments: dict[int, Segment],
    ends: Grid[tuple[int, int]],
    near: float,
    used: set[int],
) -> tuple[int, int] | None:
    number, side = chain[-1]
    last = segments[number]
    tip = _end(last, 1 - side)
    heading = tip - _end(last, side)
    best: tuple[float, tuple[int, int]] | None = None
    have = {number for number, _ in chain}
    for other, other_side in ends.near(tip, tip, max(near, 0.25 * last.length)):
        if other in have or other in used:
            continue
        candidate = segments[other]
        gap = math.dist(_end(candidate, other_side), tip)
        # Where both sides of a sharp tooth run together one of them begins before the tip.
        if gap > max(near, 0.25 * min(last.length, candidate.length)):
            continue
        onward = _end(candidate, 1 - other_side) - _end(candidate, other_side)
        inside = np.pi - abs(float(np.arctan2(cross(heading, onward), np.dot(heading, onward))))
        ratio = candidate.length / last.length
        if not SHARPEST < inside < BLUNTEST or not 0.3 < ratio < 3.4:
            continue
        if len(chain) > 1:
            before = segments[chain[-2][0]]
            back = _end(before, 1 - chain[-2][1]) - _end(before, chain[-2][1])
            # Teeth alternate: the flank after next runs the way of this one.
            if cross(back, heading) * cross(heading, onward) > 0:
                continue
            if angle_between(before.direction, candidate.direction) > np.deg2rad(38):
                continue
        cost = gap + 3 * abs(np.log(ratio))
        if best is None or cost < best[0]:
            best = (cost, (other, other_side))
    return best[1] if best else None


def _without_sides(
    chain: list[tuple[int, int]], segments: dict[int, Segment]
) -> list[tuple[int, int]]:
    """A chain less the longer lines squarely across its ends: sides of boxes that its last teeth
    run into."""
    if len(chain) < FEWEST_FLANKS:
        return chain
    flanks = [segments[number] for number, _ in chain]
    axis = _axis(np.array([flank.middle for flank in flanks[1:-1]]))
    usual = float(np.median([flank.length for flank in flanks[1:-1]]))
    lean = float(np.median([abs(np.dot(flank.direction, axis)) for flank in flanks[1:-1]]))
    sides = [
        flank.length > SIDE * usual and abs(float(np.dot(flank.direction, axis))) < SQUARE * lean
        for flank in flanks
    ]
    return chain[int(sides[0]) : len(chain) - int(sides[-1])]


def _apart(
    chain: list[tuple[int, int]], segments: dict[int, Segment]
) -> list[list[tuple[int, int]]]:
    """A chain parted at the straight pieces along its axis: between two springs in a row."""
    if len(chain) <= 2 * FEWEST_OF_PART:
        return [chain]
    flanks = [segments[number] for number, _ in chain]
    axis = _axis(np.array([flank.middle for flank in flanks]))
    widths = np.array([abs(cross(axis, flank.b - flank.a)) for flank in flanks])
    parts, begin = [], 0
    for place in np.flatnonzero(widths < STRAIGHT * np.median(widths)).tolist():
        if min(place - begin, len(chain) - place - 1) >= FEWEST_OF_PART:
            parts.append(chain[begin:place])
            begin = place + 1
    return [*parts, chain[begin:]]


def _spring(
    chain: list[tuple[int, int]],
    segments: dict[int, Segment],
    ends: Grid[tuple[int, int]],
    near: float,
) -> Mark | None:
    flanks = [segments[number] for number, _ in chain]
    middles = np.array([flank.middle for flank in flanks[1:-1]])
    bends = [angle_between(a.direction, b.direction) for a, b in pairwise(flanks)]
    if len(flanks) < SURE_FLANKS and float(np.median(bends)) > STEPPED:
        return None
    axis = _axis(middles)
    tips = [_end(segments[chain[0][0]], chain[0][1])]
    tips += [_end(segments[number], 1 - side) for number, side in chain]
    if np.dot(tips[-1] - tips[0], axis) < 0:
        axis = -axis
    across = np.array([-axis[1], axis[0]])
    widths = np.array([abs(np.dot(flank.b - flank.a, across)) for flank in flanks[1:-1]])
    width = float(np.median(widths))
    if float(np.mean(np.abs(widths - width) > UNEVEN * width)) > ODD_FLANKS:
        return None
    length = float(np.dot(tips[-1] - tips[0], axis))
    if max(length, width) < 2.5 * near:
        return None  # a cross, a scribble
    if length < 0.5 * width or width < 1.2 * near / 2.6:
        return None
    claims = {number for number, _ in chain}
    outer = [
        _run_on(tips[0], -axis, 0.8 * width, segments, ends, near, claims),
        _run_on(tips[-1], axis, 0.8 * width, segments, ends, near, claims),
    ]
    middle = middles.mean(axis=0)
    # The leads say where the axis runs; between teeth alone the middles do.
    first = middle + np.dot(outer[0] - middle, axis) * axis
    last = middle + np.dot(outer[1] - middle, axis) * axis
    half = width / 2 * across
    outline = np.array([first + half, last + half, last - half, first - half])
    strength = min(0.99, 0.7 + 0.05 * len(chain))
    return Mark("spring", strength, outline, claims=frozenset(claims))


def _axis(middles: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> Vector:
    centred = middles - middles.mean(axis=0)
    _, axes = np.linalg.eigh(centred.T @ centred)
    return np.asarray(axes[:, 1], dtype=np.float64)


def _run_on(
    tip: Vector,
    away: Vector,
    band: float,
    segments: dict[int, Segment],
    ends: Grid[tuple[int, int]],
    near: float,
    claims: set[int],
    most: float = math.inf,
) -> Vector:
    """Follow the half tooth and the lead at a zigzag's end; adds them to `claims`.

    What goes on from the tip is the spring's while it keeps within `band` px of the axis, and no
    more than `most` px away.
    """
    across = np.array([-away[1], away[0]])
    begin = tip
    on_lead = False  # the turns past a lead are the next spring's
    while True:
        step = None
        for number, side in ends.near(tip, tip, near):
            segment = segments[number]
            if number in claims or math.dist(_end(segment, side), tip) > near:
                continue
            far = _end(segment, 1 - side)
            ahead = float(np.dot(far - tip, away))
            within = float(np.dot(far - begin, away)) < most
            if abs(np.dot(far - begin, across)) < 1.5 * band and ahead > 0 and within:
                straight = ahead / max(segment.length, 1e-9)
                turn = segment.length < 1.2 * band and straight > 0.15
                if straight > 0.9 or (turn and not on_lead):
                    step = max(step, (straight, number, side)) if step else (straight, number, side)
        if step is None:
            return tip
        claims.add(step[1])
        on_lead = on_lead or step[0] > 0.9
        tip = _end(segments[step[1]], 1 - step[2])
