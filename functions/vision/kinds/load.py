"""Loads: a comb of parallel arrows that press on a beam."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from ..evidence import Line
from ..heads import filled_head
from ..mark import Mark
from ..pieces import Segment
from ..reading import Reading
from ..vectors import Vector, angle_between
from . import arrow
from .arrow import is_headed

FEWEST = 3
ALIKE = 1.6
"""The longest of a comb's arrows over the shortest."""
PARALLEL = np.deg2rad(14)
UPRIGHT = np.deg2rad(68)
"""Hatches lean more than this from square, or have no heads."""
WIDEST = 1.8
"""Between two of a comb's arrows, in their lengths."""
WIDEST_STEP = 1.5
"""Of a comb's usual pitch, to its outermost arrow."""
MISSED = 2.4
"""A gap in a comb over its usual pitch: one of its heads may not have been read."""


def find_hung(reading: Reading) -> list[Mark]:
    """Combs whose arrows hang from a bar, before the bar can be taken for hatched ground."""
    width = reading.stroke_width
    loads: list[Mark] = []
    used: set[int] = set()
    for bar in reading.long_lines:
        if bar.pieces & used or bar.segment.length < 12 * width:
            continue
        for side in (1, -1):
            shafts = _hanging(reading, bar, side)
            if len(shafts) < FEWEST:
                continue
            headed = [tip for line, tip in shafts if is_headed(reading, line, tip)]
            if len(headed) > max(FEWEST - 1, 0.5 * len(shafts)):
                load = _hung(reading, bar, shafts)
                used |= load.claims
                loads.append(load)
                break
    return loads


def _hanging(reading: Reading, bar: Line, side: int) -> list[tuple[Line, Vector]]:
    """The lines of one length that stand on one side of a bar, each with its far end, in order."""
    host, width = bar.segment, reading.stroke_width
    longest = 0.6 * host.length
    found: list[tuple[float, float, Line, Vector]] = []
    grid = reading.evidence.line_grid
    for number in grid.near(*host.span, 3 * width):
        line = reading.evidence.lines[number]
        segment = line.segment
        if line.pieces & bar.pieces or not 5 * width < segment.length < longest:
            continue
        if angle_between(segment.direction, host.direction) < UPRIGHT:
            continue
        foot, tip = sorted((segment.a, segment.b), key=lambda end: abs(host.offset(end)))
        along = host.along(foot)
        if abs(host.offset(foot)) > 3 * width or side * host.offset(tip) < 4 * width:
            continue
        if -2 * width < along < host.length + 2 * width:
            found.append((along, abs(host.offset(tip)), line, tip))
    if len(found) < FEWEST:
        return []
    usual = float(np.median([high for _, high, _, _ in found]))
    found = [entry for entry in found if 0.75 * usual < entry[1] < 1.3 * usual]
    found.sort(key=lambda entry: entry[0])
    return [(line, tip) for _, _, line, tip in found]


def _hung(reading: Reading, bar: Line, shafts: Sequence[tuple[Line, Vector]]) -> Mark:
    """The load that hangs from a bar, with all ink between the bar and its tips."""
    host, width = bar.segment, reading.stroke_width
    tips = np.array([_apex(reading, line, tip) for line, tip in shafts])
    high = float(np.median([host.offset(tip) for tip in tips]))
    down = np.sign(high) * np.array([-host.direction[1], host.direction[0]])
    places = np.sort([host.along(tip) for tip in tips])
    pitch = float(np.median(np.diff(places)))
    low, last = float(places[0]), float(places[-1])
    corners = np.array([host.a - pitch * host.direction, host.b + pitch * host.direction])
    corners = np.concatenate([corners, corners + abs(high) * down])
    claims = set(bar.pieces.union(*(line.pieces for line, _ in shafts)))
    for number in reading.evidence.piece_grid.near(corners.min(axis=0), corners.max(axis=0)):
        points = reading.evidence.pieces[number].points - host.a
        along, height = points @ host.direction, points @ down
        inside = (along > places[0] - pitch) & (along < places[-1] + pitch)
        inside &= (height > -2 * width) & (height < abs(high) + 1.5 * width)
        if not inside.all():
            continue
        upright = float(np.ptp(along)) < 3 * width and float(np.ptp(height)) > 0.5 * abs(high)
        if upright or max(float(np.ptp(along)), float(np.ptp(height))) < 0.8 * pitch:
            claims.add(number)
        if upright:
            low, last = min(low, float(along.mean())), max(last, float(along.mean()))
    low, last = _outermost(reading, bar, abs(high) * down, (low, last), pitch)
    first, final = (host.a + place * host.direction for place in (low, last))
    drop = abs(high) * down
    outline = np.array([first + drop, final + drop, final, first])
    return Mark("load", 0.92, outline, claims=frozenset(claims), instead="ground")


def _apex(reading: Reading, shaft: Line, tip: Vector) -> Vector:
    """Where an arrow points: its filled head goes on beyond its shaft's end."""
    back = shaft.segment.middle - tip
    apex = filled_head(reading.evidence, tip, back / np.hypot(*back))
    return tip if apex is None else apex


def _outermost(
    reading: Reading, bar: Line, drop: Vector, places: tuple[float, float], pitch: float
) -> tuple[float, float]:
    """How far along its bar a load reaches, with the arrows that run on into the beam's ends."""
    host, width = bar.segment, reading.stroke_width
    low, last = places
    for number in reading.evidence.line_grid.near(*host.span, 3 * width):
        line = reading.evidence.lines[number].segment
        if angle_between(line.direction, host.direction) < UPRIGHT:
            continue
        foot, tip = sorted((line.a, line.b), key=lambda end: abs(host.offset(end)))
        along = host.along(foot)
        beyond = max(low - along, along - last)
        reaches = float(np.dot(tip - foot, drop)) > 0.9 * float(np.dot(drop, drop))
        if abs(host.offset(foot)) < 3 * width and reaches and 0 < beyond < WIDEST_STEP * pitch:
            low, last = min(low, along), max(last, along)
    return low, last


def find(reading: Reading) -> list[Mark]:
    """All arrows and dimensions, those that make a comb as one load."""
    found = arrow.find(reading)
    arrows = [mark for mark in found if mark.kind == "arrow"]
    loads: list[Mark] = []
    gone: set[int] = set()
    for first in sorted(arrows, key=lambda mark: float(mark.outline[0][0])):
        if id(first) in gone:
            continue
        comb = _comb(first, [mark for mark in arrows if id(mark) not in gone])
        if len(comb) >= FEWEST:
            gone |= {id(mark) for mark in comb}
            loads.append(_load(reading, comb))
    return [mark for mark in found if id(mark) not in gone] + loads


def _comb(first: Mark, arrows: Sequence[Mark]) -> list[Mark]:
    """The arrows beside one that point the same way, their tips in a line across."""
    tail, tip = first.ends
    along = Segment(tail, tip, first.outline)
    across = np.array([-along.direction[1], along.direction[0]])
    alike = []
    for other in arrows:
        one = Segment(*other.ends, other.outline)
        same = float(np.dot(one.direction, along.direction)) > np.cos(PARALLEL)
        sizes = sorted((one.length, along.length))
        level = abs(float(np.dot(other.ends[1] - tip, along.direction))) < 0.3 * along.length
        if same and sizes[1] < ALIKE * sizes[0] and level:
            alike.append((float(np.dot(other.ends[1] - tip, across)), other))
    alike.sort(key=lambda pair: pair[0])
    places = np.array([place for place, _ in alike])
    if len(places) < FEWEST:
        return []
    steps = np.diff(places)
    pitch = float(np.median(steps))
    if pitch > WIDEST * along.length or float(steps.max()) > MISSED * pitch:
        return []
    return [mark for _, mark in alike]


def _load(reading: Reading, comb: Sequence[Mark]) -> Mark:
    tips = np.array([mark.ends[1] for mark in comb])
    tails = np.array([mark.ends[0] for mark in comb])
    claims = frozenset[int]().union(*(mark.claims for mark in comb))
    top = Segment(tails[0], tails[-1], tails)
    low, high = tails.min(axis=0), tails.max(axis=0)
    reach = 0.25 * math.dist(tips[0], tails[0]) + 2 * reading.stroke_width
    for number in reading.evidence.line_grid.near(low, high, reach):
        line = reading.evidence.lines[number]
        bar = line.segment
        if line.pieces & (reading.taken | claims) or bar.length > 1.4 * top.length:
            continue
        level = angle_between(bar.direction, top.direction) < PARALLEL
        if level and top.distance(bar.middle) < reach:
            claims |= line.pieces
            ends = sorted((bar.a, bar.b), key=lambda end: float(np.dot(end - top.a, top.direction)))
            if bar.length > 0.8 * top.length:
                tails[0], tails[-1] = ends
    outline = np.array([tips[0], tips[-1], tails[-1], tails[0]])
    return Mark("load", 0.9, outline, claims=claims, instead="arrow")
