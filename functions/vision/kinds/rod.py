"""Rods: straight lines that join two marks."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from ..analysis import MarkKind
from ..evidence import Line
from ..geometry import mark_distance, points_to_edges
from ..grid import Grid
from ..mark import Mark
from ..pieces import Segment, intersection
from ..reading import ALONG_STROKES, Reading
from ..vectors import Vector, share
from .arrow import ticks_at

NO_HOLD = frozenset[MarkKind]({"dimension", "arrow", "arc_arrow", "load"})
"""What is written about bodies holds nothing: what touches it is a barb."""
REACH = 0.06
"""A rod may stop short of what holds it by this share of its length."""
HATCH = 1.4
"""How deep a hatch reaches at most, in depths of the ground's deepest other one."""
ASIDE, ASIDE_STROKES = 0.08, 5.0
"""A second stroke along an outline strays from it by this share of its length, and so many stroke
widths, at most."""
MOSTLY = 0.8
"""The share of a line from wheel to wheel that lies on the bottom of their cart."""
ONTO_CENTER = 0.6
"""A rod that points this close to a ball's centre, in radii, is meant to run to it."""


def find(reading: Reading) -> list[Mark]:
    """Free lines with a mark at both ends; with one at one end, in doubt."""
    found = []
    grid: Grid[Mark] = Grid(24 * reading.stroke_width)
    for mark in reading.marks:
        if mark.kind not in NO_HOLD:
            grid.add(mark.outline.min(axis=0), mark.outline.max(axis=0), mark)
    for line in reading.free_lines():
        segment = _out_of_hatches(reading, line.segment)
        if segment.length < 5 * reading.stroke_width:
            continue
        reach = max(4.0 * reading.stroke_width, REACH * segment.length)
        held = [holder_at(grid, end, reach) for end in (segment.a, segment.b)]
        if not any(held) or (not all(held) and segment.length < 15 * reading.stroke_width):
            continue
        if _runs_along(reading, segment, held) or _is_hatch(reading, segment):
            continue
        height = _as_height(reading, line, held)
        if height is not None:
            found.append(height)
            continue
        ends = [
            end if holder is None else _snapped(segment, end, holder)
            for end, holder in zip((segment.a, segment.b), held, strict=True)
        ]
        found.append(
            Mark(
                "rod",
                0.9 if all(held) else 0.5,
                np.stack(ends),
                claims=line.pieces,
                instead=None if all(held) else "ground",
            )
        )
    return found


def _runs_along(reading: Reading, segment: Segment, held: Sequence[Mark | None]) -> bool:
    """Whether a line is an outline that was drawn twice: it keeps near what it would be held by.

    Or a cart's bottom, from wheel to wheel, which its corners are drawn in.
    """
    width = reading.stroke_width
    within = max(ALONG_STROKES * width, min(ASIDE_STROKES * width, ASIDE * segment.length))
    rounds = [holder for holder in held if holder is not None and holder.radius is not None]
    if any(_keeps_to_rim(segment, holder, within) for holder in rounds):
        return True
    if len(rounds) == 2 and all(holder.kind == "wheel" for holder in rounds):
        bottoms = [side for box in reading.of("box", "polygon") for side in box.sides]
        return share(points_to_edges(segment.points, bottoms) < within) > MOSTLY
    holders = [holder for holder in held if holder is not None and holder.radius is None]
    sides = [side for holder in holders for side in holder.sides]
    return len(holders) == 2 and bool((points_to_edges(segment.points, sides) < within).all())


def _keeps_to_rim(segment: Segment, circle: Mark, within: float) -> bool:
    """Whether a line is a part of a circle that was drawn over its own beginning."""
    radius = circle.radius or 0.0
    path = np.linspace(segment.a, segment.b, 9)
    away = np.hypot(*(path - circle.center).T) - radius
    return segment.length < 1.5 * radius and bool((np.abs(away) < within).all())


def _is_hatch(reading: Reading, segment: Segment) -> bool:
    """Whether a line lies wholly behind a ground's line, and no deeper than its hatches."""
    width = reading.stroke_width
    for held in reading.of("ground", "support"):
        if held.solid is None or len(held.outline) > 2:
            continue
        line = Segment(*held.ends, held.outline)
        depths = [float(np.dot(end - held.outline[0], held.solid)) for end in segment.ends]
        beside = all(0 < line.along(end) < line.length for end in segment.ends)
        if (
            beside
            and min(depths) > -width
            and 2 * width < max(depths) < HATCH * _hatched_depth(reading, held)
        ):
            return True
    return False


def _out_of_hatches(reading: Reading, segment: Segment) -> Segment:
    """A line up to the ground that it crosses: what runs on from there in line is a hatch."""
    for held in reading.of("ground", "support"):
        if held.solid is None or len(held.outline) > 2:
            continue
        inside = [float(np.dot(end - held.outline[0], held.solid)) for end in segment.ends]
        meeting = intersection(segment, Segment(*held.ends, held.outline))
        if meeting is None or mark_distance(held, meeting) > reading.stroke_width:
            continue
        depth = HATCH * _hatched_depth(reading, held)
        if inside[0] < 0 < inside[1] < depth:
            return Segment(segment.a, meeting, segment.points)
        if inside[1] < 0 < inside[0] < depth:
            return Segment(meeting, segment.b, segment.points)
    return segment


def _hatched_depth(reading: Reading, held: Mark) -> float:
    """How far behind its line the hatches of a ground reach, in px."""
    points = [reading.evidence.pieces[number].points for number in held.claims]
    if held.solid is None or not points:
        return 0.0
    return float(((np.concatenate(points) - held.outline[0]) @ held.solid).max())


def _as_height(reading: Reading, line: Line, held: Sequence[Mark | None]) -> Mark | None:
    """A line from the ground to a tick, as a dimension: its other tick is the ground's own line."""
    ends = line.segment.a, line.segment.b
    for end, here, there in zip(ends, held, held[::-1], strict=True):
        if there is not None and there.kind == "ground" and (here is None or here.kind == "box"):
            ticks = ticks_at(reading, line, end)
            if ticks and not any(_lies_on(reading, here, number) for number in ticks):
                claims = line.pieces | ticks
                return Mark("dimension", 0.75, np.stack(ends), claims=claims, instead="rod")
    return None


def _lies_on(reading: Reading, holder: Mark | None, number: int) -> bool:
    """Whether a piece is ink of what holds an end, such as the side of a box on a pole."""
    points = reading.evidence.pieces[number].points
    return holder is not None and any(
        mark_distance(holder, point) < reading.stroke_width for point in points
    )


def holder_at(grid: Grid[Mark], end: Vector, reach: float) -> Mark | None:
    """The mark that an end is nearest to, within `reach` px; a pivot before what it lies on."""
    near = [
        (mark.kind != "pivot", away, place, mark)
        for place, mark in enumerate(grid.near(end, end, reach))
        if (away := mark_distance(mark, end)) < reach
    ]
    return min(near)[3] if near else None


def _snapped(segment: Segment, end: Vector, holder: Mark) -> Vector:
    """Where an end is meant to be: at a pivot or a ball's centre, on the line of a support."""
    if holder.kind == "pivot":
        return holder.center
    if holder.radius is not None:
        misses = abs(segment.offset(holder.center))
        return holder.center if misses < ONTO_CENTER * holder.radius else end
    if holder.kind in ("ground", "support"):
        first, last = holder.ends
        meeting = intersection(segment, Segment(first, last, holder.outline))
        if meeting is not None and math.dist(meeting, end) < 0.3 * segment.length:
            return meeting
    return end
