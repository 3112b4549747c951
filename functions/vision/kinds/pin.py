"""Pins: a triangle with a joint at its tip, or that stands on a hatched line of its own."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from ..geometry import mark_distance, points_to_edges
from ..mark import Mark
from ..page import Points
from ..reading import Reading
from ..vectors import Vector, segment_distance

Floats = npt.NDArray[np.float64]

OWN_BASE = 2.4
"""A hatched line longer than this many bases of the triangle is the ground, and not its own."""
JOINT = 0.3
"""How far from the tip, in heights of the triangle, its joint may be marked."""
FOOT, SLIMMEST = 0.2, 3.0
"""How near a base's end the tip may stand over it, as a share of it, and the longer of base and
height over the other."""
SKIP, ASKEW = 2.0, np.deg2rad([-1.6, -0.8, 0.0, 0.8, 1.6])
"""A base's line ends where there is no ink for so many stroke widths, and is looked for at these
angles to the triangle's side, which is short to tell where a long line goes."""
HATCHES_END = 2.2
"""Its hatches end where there is none for so many of their steps."""
DEPTHS, FEWEST_HATCHES, MOST_INKED, STRAY_BELOW = (2.0, 2.5), 3, 0.8, 0.1
"""Where hatches show below a base's middle line, in stroke widths, how many do at least, and the
most that is ink there, and below them."""
LARGEST_JOINT = 0.3
"""Radius of the joint's circle over the height."""


def find_hatched(reading: Reading) -> list[Mark]:
    """Small triangles with hatches on a base that goes on beyond them as no ground does."""
    found: list[Mark] = []
    for wedge in reading.evidence.wedges:
        for corner in range(3):
            outline = np.roll(wedge, -corner, axis=0)
            if not _stands_on_hatches(reading, outline):
                continue
            reach = _own_base(reading, outline)
            if reach is not None:
                claims = _ink_of(reading, outline, reach)
                found.append(Mark("pin", 0.85, outline, claims=claims, instead="ramp"))
                break
    return found


def _frame(outline: Points) -> tuple[Vector, Vector, Vector, float, float]:
    """A triangle's left corner, the ways along its base and out of it, its base and its height."""
    tip, left, right = outline
    base = math.dist(left, right)
    along = (right - left) / base
    out = np.array([-along[1], along[0]])
    out = out if float(np.dot(left - tip, out)) > 0 else -out
    return left, along, out, base, float(np.dot(left - tip, out))


def _stands_on_hatches(reading: Reading, outline: Points) -> bool:
    """Whether ink and paper take turns along the outer side of a triangle's base."""
    left, along, out, base, height = _frame(outline)
    width = reading.stroke_width
    foot = float(np.dot(outline[0] - left, along)) / base
    if not FOOT < foot < 1 - FOOT or not base / SLIMMEST < height < base * SLIMMEST:
        return False
    places = left + np.arange(0.05, 0.95, 0.25 * width / base)[:, None] * base * along
    for depth in DEPTHS:
        inked = reading.evidence.inked_at(places + depth * width * out, 0.0)
        if _runs(inked) < FEWEST_HATCHES or inked.mean() > MOST_INKED:
            return False
    deep = np.arange(0.8, 1.6, 0.2) * height
    spots = (places[:, None] + deep[:, None] * out).reshape(-1, 2)
    return float(reading.evidence.inked_at(spots, 0.0).mean()) < STRAY_BELOW


def _runs(inked: npt.NDArray[np.bool_]) -> int:
    """How many times ink begins along a row of places."""
    return int(np.count_nonzero(np.diff(inked.astype(int)) == 1)) + int(inked[0])


def _own_base(reading: Reading, outline: Points) -> tuple[float, float] | None:
    """How far beyond a triangle's left and right corner its hatched base goes on, in px; None if it
    is the ground.

    The base ends where its line or its hatches do: the line of a dimension may begin right beside
    it. The ground's line goes on to both sides.
    """
    left, along, out, base, _ = _frame(outline)
    step = 0.5 * reading.stroke_width
    inner = left + np.arange(0.0, base, step)[:, None] * along
    below = np.mean(DEPTHS) * reading.stroke_width * out
    hatches = max(_runs(reading.evidence.inked_at(inner + below, 0.0)), 1)
    apart = HATCHES_END * base / hatches
    places = np.arange(0.0, OWN_BASE * base, step)
    lines, reaches = [], []
    for corner, way in ((left, -along), (left + base * along, along)):
        beside = corner + places[:, None] * way + below
        hatched = _last(reading.evidence.inked_at(beside, 0.0), apart / step) * step
        line = _line_beyond(reading, corner, way, places) * step
        lines.append(line)
        reaches.append(line if line < hatched + apart else hatched)
    own = (OWN_BASE - 1) * base
    return (reaches[0], reaches[1]) if sum(reaches) < own and min(lines) < own / 2 else None


def _line_beyond(reading: Reading, corner: Vector, way: Vector, places: Floats) -> int:
    """The last of some places on its way from a corner, in px, to which a line still goes on."""
    width = reading.stroke_width
    across = np.array([-way[1], way[0]])
    ways = np.cos(ASKEW)[:, None] * way + np.sin(ASKEW)[:, None] * across
    points = corner + places[:, None] * ways[:, None]
    inked = reading.evidence.inked_at(points.reshape(-1, 2), 0.7 * width).reshape(len(ways), -1)
    return max(_last(row, 2 * SKIP) for row in inked)


def _last(inked: npt.NDArray[np.bool_], most: float) -> int:
    """The last place that is inked before more than so many in a row that are not."""
    steps = np.concatenate([[0], np.flatnonzero(inked)])
    broken = np.flatnonzero(np.diff(steps) > most)
    return int(steps[broken[0]] if len(broken) else steps[-1])


def _ink_of(reading: Reading, outline: Points, reach: tuple[float, float]) -> frozenset[int]:
    """The pieces of a pin's sides, of its joint and of its base, which goes on so far beyond them,
    with its hatches."""
    left, along, out, base, height = _frame(outline)
    width = reading.stroke_width
    tip = outline[0]
    sides = list(zip(outline, np.roll(outline, -1, axis=0), strict=True))
    low, high = outline.min(axis=0) - base, outline.max(axis=0) + base
    slack = 0.2 * base  # a hatch may lean beyond the end of the line that it begins on
    found = set()
    for number in reading.evidence.piece_grid.near(low, high):
        points = reading.evidence.pieces[number].points
        depths, places = (points - left) @ out, (points - left) @ along
        hatch = (depths > -1.5 * width) & (depths < height)
        hatch &= (places > -reach[0] - slack) & (places < base + reach[1] + slack)
        foot = float(places[int(np.argmin(np.abs(depths)))])
        hatch &= -reach[0] - 2 * width < foot < base + reach[1] + 2 * width
        joint = np.hypot(*(points - tip).T) < JOINT * height + width
        side = points_to_edges(points, sides) < 1.5 * width
        if float(np.mean(hatch | joint | side)) > 0.9:
            found.add(number)
    return frozenset(found)


def find(reading: Reading) -> list[Mark]:
    """All marks; where triangles are pins, these in place of their parts."""
    gone: set[int] = set()
    pins: list[Mark] = []
    for pin in reading.of("pin"):
        joint = _joint(reading, pin, *pin.outline)
        gone |= {id(joint)} if joint is not None else set()
    for mark in reading.marks:
        if mark.kind not in ("ramp", "polygon") or len(mark.outline) != 3:
            continue
        made = _as_pin(reading, mark)
        if made is not None:
            pin, parts = made
            gone |= {id(part) for part in (mark, *parts)}
            pins.append(pin)
    return [mark for mark in reading.marks if id(mark) not in gone] + pins


def _as_pin(reading: Reading, triangle: Mark) -> tuple[Mark, list[Mark]] | None:
    """A triangle as a pin, and the marks that are its joint and its base."""
    width = reading.stroke_width
    best: tuple[float, int, Mark | None] | None = None
    for corner in range(3):
        tip = triangle.outline[corner]
        left, right = triangle.outline[corner - 2], triangle.outline[corner - 1]
        base = math.dist(right, left)
        foot = float(np.dot(tip - left, right - left)) / base**2
        if not 0.15 < foot < 0.85:
            continue  # a wedge
        host = next(
            (
                held
                for held in reading.of("support", "ground")
                if all(
                    segment_distance(*held.ends, end) < max(2.5 * width, 0.08 * base)
                    for end in (left, right)
                )
            ),
            None,
        )
        own = host is not None and _length(host) < OWN_BASE * base
        joint = _joint(reading, triangle, tip, left, right)
        offer = (2.0 if own else 0.0) + (1.0 if joint is not None else 0.0)
        if host is None and not (tip[1] < min(left[1], right[1]) and not _rests(reading, triangle)):
            continue
        if offer and (best is None or offer > best[0]):
            best = (offer, corner, host if own else None)
            found = joint
    if best is None:
        return None
    score, corner, host = best
    turned = np.roll(triangle.outline, -corner, axis=0)
    parts = [part for part in (found, host) if part is not None]
    claims = triangle.claims.union(*(part.claims for part in parts))
    confidence = {1.0: 0.7, 2.0: 0.75, 3.0: 0.92}[score]
    return replace(
        triangle, kind="pin", outline=turned, claims=claims, confidence=confidence, instead="ramp"
    ), parts


def _rests(reading: Reading, triangle: Mark) -> bool:
    """Whether a corner of it lies on the ground: then a dot elsewhere is no joint of a pin."""
    return any(
        mark_distance(held, corner) < 2.5 * reading.stroke_width
        for held in reading.of("ground", "support")
        for corner in triangle.outline
    )


def _length(mark: Mark) -> float:
    return math.dist(mark.ends[1], mark.ends[0])


def _joint(
    reading: Reading, triangle: Mark, tip: Vector, left: Vector, right: Vector
) -> Mark | None:
    """The dot or small circle at a triangle's tip."""
    height = math.dist(tip, (left + right) / 2)
    reach = JOINT * height + reading.stroke_width
    for mark in reading.of("pivot", "ball", "wheel"):
        if (mark.radius or 0.0) < LARGEST_JOINT * height and mark_distance(mark, tip) < reach:
            return mark
    return None
