"""Heads of arrows: filled triangles, told from dots and from joints, and pairs of barbs.

A head that touches what it points at runs into the line there. Both are looked for again with such
lines known: ink on one of them is neither a head's nor in the way of one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

from .evidence import Evidence
from .geometry import points_to_edges
from .page import Points
from .pieces import Segment
from .vectors import Vector, share

Floats = npt.NDArray[np.float64]

WIDE = 2.4
"""The base of a filled head in stroke widths: where strokes meet ink is up to 1.8 wide."""
TALL = (2.5, 10.0)
"""From its base to its tip, in stroke widths; larger heads are told by their outline."""
SLIM = 2.4
"""The tallest head over its base."""
LIKELIER = 0.85
"""A head leaves this share of a dot's squared error, or less."""
UNEVEN = 0.25
"""How far a head's sides may be from a triangle's, root mean square, as a share of what its base is
wider than its shaft: hatching and the corners of other marks are wide too."""
ASIDE = 0.15
"""The least part of what a base stands out by on either side of its shaft, which a hand does not
meet in the middle: a corner is wide on one side only."""
SHAFT = 1.6
"""Ink is a shaft's up to so many stroke widths."""
REACH = 10.0
"""In stroke widths: how far along and across a head is looked at."""
PLACES = np.arange(-0.7 * REACH, 0.9 * REACH, 0.25)
"""Where along a line, from its traced end, a filled head is looked for, in stroke widths."""

AHEAD_OF_END, BEHIND_END = 10, 4
"""How far from a line's traced end an open head's tip may be, in half stroke widths."""
SPREAD = np.deg2rad(np.arange(14.0, 55.0, 4.0))
"""Angles of a barb to its shaft."""
ALIKE = np.deg2rad(22.0)
"""How far the angles of a head's two barbs may differ."""
LOPSIDED = 2.4
"""The longer barb over the shorter one."""
APART = 1.25
"""How far a barb's end is from its shaft, in stroke widths."""
SHORTEST = 3.0
"""The shortest barb in stroke widths."""
BEYOND = 1.8
"""In stroke widths from a barb's end: from here on there is no ink of its own."""
AROUND = np.deg2rad(np.arange(-30.0, 151.0, 10.0))
"""From the side of the shaft to the outer side, where a line that runs across would go on."""
INKED = 0.9
"""The least share of the way from a line's traced end to its tip that is inked."""
BROAD = np.deg2rad(33.0)
BESIDE = np.deg2rad(30.0)
OFF_TIP = 2.2
"""A dot's ink is not only in the way of a barb: so far from the tip, in stroke widths, there is
paper at this angle outside a narrow head's barb; a broad one's has paper inside it."""
STRAY_INK = 0.1
"""The most of the places about a barb's end that may be inked."""

ON_LINE = 0.8
"""In stroke widths from a line's middle: ink so near is the line's own."""
SHAFT_BACK = 15.0
"""In stroke widths behind a line's end: what it touches is ahead of there."""
FEWEST_KNOWN = 4
"""A side of a head of which fewer places are known is like the other."""

OFF_BASE = 0.3
"""How far a line may end from the middle of a head's base, as a share of the head's height."""
AHEAD = 0.8
"""Cosine of the angle between a line and the way that its head points; a curve turns on."""


def filled_head(
    evidence: Evidence, end: Vector, back: Vector, touched: Sequence[Segment] = ()
) -> Vector | None:
    """The tip of a filled head at the end of a line or arc; None if there is none.

    Args:
        end: where the line's middle was traced to, in or just behind the head.
        back: the unit vector from there along the line.
        touched: other lines there, which the head may run into.
    """
    width = evidence.stroke_width
    for head in evidence.heads:
        point = _apex(head, end, back, width)
        if point is not None:
            return point
    probe, _, _ = _profile(evidence, end, back, np.arange(-2.0, 7.0) * width, touched)
    if probe.max() < WIDE * width:
        return None
    places = PLACES * width
    wide, edges, known = _profile(evidence, end, back, places, touched)
    broad = np.flatnonzero((wide > WIDE * width) & (places < 6 * width))
    if len(broad) == 0:
        return None
    rear = places[broad[-1]]
    near = places < rear + 4 * width  # a line's own bends do not matter further behind
    shaft = near & (places > rear) & (wide > 0) & (wide < SHAFT * width)
    if not shaft.any():
        return None
    middle = float(np.median(edges[:, shaft].mean(axis=0)))
    sides = np.where(wide > 0, np.stack([middle - edges[0], edges[1] - middle]), 0.0)
    tip = _triangular(sides[:, near] / width, known[:, near])
    return None if tip is None else np.asarray(end + tip * width * back, dtype=np.float64)


def _triangular(sides: Floats, known: npt.NDArray[np.bool_]) -> float | None:
    """Where a head's tip is along a line; None if it has none.

    The profile of ink across the line at the first n of `PLACES`, (2, n), in stroke widths, is
    explained by a triangle and by a disc, each before a shaft one wide, and by the shaft alone; a
    head is what the triangle explains best. Where a side is not `known`, (2, n), it reaches at
    least so far.
    """
    places = PLACES[: sides.shape[1]]
    tips, talls, depths = _triangles()
    within = tips + talls <= places[-1] - 1.5
    tips, talls, depths = tips[within], talls[within], depths[within, : len(places)]
    inside = (depths > 0) & (depths <= 1)
    halves = _halves(sides, depths * inside, known)
    bases = halves.sum(axis=0)
    alike = (bases >= WIDE) & (talls <= SLIM * bases)
    if not alike.any():
        return None
    tips, talls, bases, halves = tips[alike], talls[alike], bases[alike], halves[:, alike]
    depths, inside = depths[alike], inside[alike]
    grown = np.maximum(depths * halves[..., None], 0.25)
    models = np.where(inside, grown, np.where(depths > 0, 0.5, 0.0))
    errors = _errors(sides, models, known)
    best = int(np.argmin(errors))
    shaft = np.where(places > tips[best], 0.5, 0.0)
    plain = float(_errors(sides, shaft[None, None], known)[0])
    disc = float(_errors(sides, _discs()[None, :, : len(places)], known).min())
    if not errors[best] < LIKELIER * min(plain, disc):
        return None
    near = (depths[best] > 0) & (places < tips[best] + talls[best] + 2)
    off = (sides - models[:, best])[near & known]
    stands_out = sides[:, (depths[best] > 0.7) & inside[best]].mean(axis=1) - 0.5
    uneven = float(np.sqrt(np.mean(off**2))) > UNEVEN * (bases[best] - 1.0)
    return None if uneven or stands_out.min() < ASIDE * stands_out.sum() else float(tips[best])


def _halves(sides: Floats, depths: Floats, known: npt.NDArray[np.bool_]) -> Floats:
    """The half bases (2, m) of m triangles that fit a profile (2, n) best, by least squares."""
    halves = (sides * known) @ depths.T / np.maximum(known @ (depths**2).T, 1e-9)
    few = known.astype(int) @ (depths > 0).T < FEWEST_KNOWN
    return np.where(few, halves[::-1], halves)


@cache
def _triangles() -> tuple[Floats, Floats, Floats]:
    """Tips and heights (m,) of the triangles that a profile is compared with, and how deep in each
    the places lie, (m, places): 0 at its tip, 1 at its base."""
    tips, talls = (
        grid.ravel()
        for grid in np.meshgrid(np.arange(-0.7 * REACH, 3.1, 0.5), np.arange(*TALL, 0.25))
    )
    return tips, talls, (PLACES - tips[:, None]) / talls[:, None]


@cache
def _discs() -> Floats:
    """The half widths, (m, places), of the discs before a shaft that it is compared with."""
    fronts, radii = (
        grid.ravel()[:, None]
        for grid in np.meshgrid(np.arange(-0.7 * REACH, 3.1, 0.25), np.arange(1.2, 5.0, 0.3))
    )
    depths = (PLACES - fronts) * (fronts + 2 * radii - PLACES)
    shafts = np.where(fronts + radii < PLACES, 0.5, 0.0)
    return np.asarray(np.maximum(np.sqrt(np.maximum(depths, 0.0)), shafts))


def _errors(sides: Floats, models: Floats, known: npt.NDArray[np.bool_]) -> Floats:
    """The squared errors of m models (2 or 1, m, n) of a profile (2, n), (m,).

    Ahead of a tip, where a model is nothing, lies what the arrow points at: how much of it does not
    count. Nor does it where more than what is known (2, n) is modelled.
    """
    both = sides if len(models) == 2 else sides.sum(axis=0, keepdims=True)
    squares = 2 / len(models) * np.einsum("smn,smn->m", models, models)
    errors = squares - 2 * np.einsum("smn,sn->m", models, both) + (sides**2).sum()
    ahead = np.cumsum(models[0], axis=1) == 0
    errors += ahead @ (0.25 * (sides > 0) - sides**2).sum(axis=0)
    if not known.all():
        more = models - sides[:, None]
        errors -= (np.maximum(more, 0.0) ** 2 * ~known[:, None]).sum(axis=(0, 2))
    return np.asarray(errors)


def open_head(
    evidence: Evidence,
    end: Vector,
    back: Vector,
    longest: float,
    touched: Sequence[Segment] = (),
) -> tuple[Vector, float] | None:
    """The tip and the length of the barbs of an open head at the end of a line; None if none is.

    A barb is a ray of ink from the tip that ends free; a head has one on either side. This is asked
    of the ink itself, for where barbs run into what the arrow points at, or into each other, their
    strokes are traced wrongly.

    Args:
        end, back, touched: as for `filled_head`.
        longest: the length of the longest barb that the line may have.
    """
    width = evidence.stroke_width
    radii = np.arange(0.5, longest / width + 4.0, 0.5) * width
    tips = _tips(evidence, end, back)
    if len(radii) < 12 or not len(tips):
        return None
    best: tuple[float, Vector, float] | None = None
    sides = (_barbs(evidence, tips, back, side, radii, longest, touched) for side in (1, -1))
    for tip, left, right in zip(tips, *sides, strict=True):
        if left is None or right is None:
            continue
        (one, first), (other, second) = left, right
        short, long = sorted((first, second))
        if abs(one - other) > ALIKE or long > LOPSIDED * short:
            continue
        merit = short - abs(one - other) * long
        if best is None or merit > best[0]:
            best = (merit, tip, long)
    return None if best is None else best[1:]


def _tips(evidence: Evidence, end: Vector, back: Vector) -> Points:
    """The places (n, 2) about a line's end to which it is inked, and which lie at no dot."""
    width = evidence.stroke_width
    places = end + np.arange(-AHEAD_OF_END, BEHIND_END + 1)[:, None] * (0.5 * width) * back
    inked = evidence.inked_at(places, 0.2 * width)
    ways = [inked[min(n, AHEAD_OF_END) : max(n, AHEAD_OF_END) + 1] for n in range(len(places))]
    return places[
        [
            share(way) >= INKED and not _in_dot(evidence, place)
            for way, place in zip(ways, places, strict=True)
        ]
    ]


def _in_dot(evidence: Evidence, tip: Vector) -> bool:
    """Whether a tip lies at a filled spot."""
    return any(
        math.dist(blob.center, tip) < blob.radius + evidence.stroke_width for blob in evidence.blobs
    )


def _barbs(
    evidence: Evidence,
    tips: Points,
    back: Vector,
    side: int,
    radii: Floats,
    longest: float,
    touched: Sequence[Segment],
) -> list[tuple[float, float] | None]:
    """For each of n tips (n, 2) the angle and length of the longest barb on one side of a shaft."""
    width = evidence.stroke_width
    across = side * np.array([-back[1], back[0]])
    ways = np.cos(SPREAD)[:, None] * back + np.sin(SPREAD)[:, None] * across
    # Most rays leave the ink at once.
    begun = _rays(evidence, tips[:, None], ways, radii[radii <= SHORTEST * width]).all(axis=2)
    tip, angle = np.nonzero(begun)
    inked = _rays(evidence, tips[tip], ways[angle], radii)
    runs = np.where(inked.all(axis=1), len(radii), inked.argmin(axis=1))
    long, turns = radii[runs - 1], SPREAD[angle]
    fit = (runs < len(radii) - 2) & (long <= longest) & (long * np.sin(turns) >= APART * width)
    best: list[tuple[float, float] | None] = [None] * len(tips)
    if not fit.any():
        return best
    tip, turns, along, long = tip[fit], turns[fit], ways[angle[fit]], long[fit]
    narrow = turns < BROAD
    beside = np.where(narrow, turns + BESIDE, turns / 2)[:, None]
    reach = np.where(narrow, OFF_TIP * width, 0.8 * long)[:, None]
    spots = tips[tip] + reach * (np.cos(beside) * back + np.sin(beside) * across)
    ends = tips[tip] + long[:, None] * along
    free = _end(evidence, ends, along, side, touched) & ~_inked_beside(evidence, spots, touched)
    free &= ~_on_lines(touched, ends, ON_LINE * width)
    free &= ~_beyond_lines(touched, ends, tips[0] + SHAFT_BACK * width * back)
    for number, turn, length in zip(tip[free], turns[free], long[free], strict=True):
        known = best[number]
        if known is None or length > known[1]:
            best[number] = (float(turn), float(length))
    return best


def _rays(evidence: Evidence, tips: Points, ways: Points, radii: Floats) -> npt.NDArray[np.bool_]:
    """Whether there is ink at some distances (n,) from tips (..., 2) on ways (..., 2), (..., n)."""
    points = tips[..., None, :] + radii[:, None] * ways[..., None, :]
    inked = evidence.inked_at(points.reshape(-1, 2), 0.2 * evidence.stroke_width)
    return inked.reshape(points.shape[:-1])


def _end(
    evidence: Evidence, at: Points, ways: Points, side: int, touched: Sequence[Segment]
) -> npt.NDArray[np.bool_]:
    """For each of n barbs whether no ink goes on from its end, ahead or to the side, (n,)."""
    across = side * np.stack([-ways[:, 1], ways[:, 0]], axis=1)
    around = np.cos(AROUND)[:, None] * ways[:, None] + np.sin(AROUND)[:, None] * across[:, None]
    points = at[:, None] + BEYOND * evidence.stroke_width * around
    inked = _inked_beside(evidence, points.reshape(-1, 2), touched).reshape(points.shape[:-1])
    return np.asarray(inked.mean(axis=1) <= STRAY_INK)


def _inked_beside(
    evidence: Evidence, points: Points, touched: Sequence[Segment]
) -> npt.NDArray[np.bool_]:
    """For each of n points whether there is ink that is none of some lines', (n,)."""
    own = _on_lines(touched, points, ON_LINE * evidence.stroke_width)
    return evidence.inked_at(points, 0.0) & ~own


def _on_lines(lines: Sequence[Segment], points: Points, within: float) -> npt.NDArray[np.bool_]:
    """For each of n points whether it is within so many px of a line, (n,)."""
    away = points_to_edges(points, [(line.a, line.b) for line in lines])
    return np.asarray(away < within)


def _beyond_lines(lines: Sequence[Segment], points: Points, shaft: Vector) -> npt.NDArray[np.bool_]:
    """For each of n points whether a line is between it and a place on the shaft, (n,)."""
    beyond = np.zeros(len(points), dtype=np.bool_)
    for line in lines:
        beyond |= line.offsets(points) * line.offset(shaft) < 0
    return beyond


def _apex(head: Points, end: Vector, back: Vector, width: float) -> Vector | None:
    """The tip of a filled triangle whose base a line runs into; None if it does not."""
    for place in range(3):
        base = (head[place - 1] + head[place - 2]) / 2
        ahead = head[place] - base
        height = float(np.hypot(*ahead))
        if (
            math.dist(end, base) < 3.0 * width + OFF_BASE * height
            and float(np.dot(ahead, -back)) > AHEAD * height
        ):
            return np.asarray(head[place], dtype=np.float64)
    return None


def _profile(
    evidence: Evidence, end: Vector, back: Vector, places: Floats, touched: Sequence[Segment]
) -> tuple[Floats, Floats, npt.NDArray[np.bool_]]:
    """How wide the ink is across a line at places along it, (n,), 0 where there is none.

    And where its edges are, (2, n), to the left and to the right of the line, and whether it ends
    there, (2, n): where it meets one of the lines that are touched it may go on.
    """
    width = evidence.stroke_width
    aside = np.arange(-REACH / 2, REACH / 2 + 0.01, 0.25) * width
    across = np.array([-back[1], back[0]])
    points = (end + places[:, None, None] * back + aside[None, :, None] * across).reshape(-1, 2)
    shape = (len(places), len(aside))
    shaft = end + SHAFT_BACK * width * back
    other = _on_lines(touched, points, ON_LINE * width) | _beyond_lines(touched, points, shaft)
    other = other.reshape(shape)
    inked = evidence.inked_at(points, 0.0).reshape(shape) & ~other
    # The ink nearest to the line, if any is within a stroke: a hand's line wanders.
    middle = len(aside) // 2
    order = middle + np.array([step * side for step in range(5) for side in (1, -1)])
    nearest = order[np.argmax(inked[:, order], axis=1)]
    rows = np.arange(len(places))
    numbers = np.arange(len(aside))
    blank = ~inked
    left = np.where(blank & (numbers < nearest[:, None]), numbers, -1).max(axis=1)
    right = np.where(blank & (numbers > nearest[:, None]), numbers, len(aside)).min(axis=1)
    seen = inked[rows, nearest]
    wide: Floats = np.where(seen, right - left - 1, 0) * 0.25 * width
    # A line that runs across, such as the beam that a load presses on, or to one side, as from a
    # corner whose sides overshot it, is no part of a head.
    wide[(wide > (REACH - 2.0) * width) | (left < 0) | (right >= len(aside))] = 0.0
    edges: Floats = (np.stack([left + 0.5, right - 0.5]) - middle) * 0.25 * width
    ends = np.stack([left, right])
    known = ~other[rows, np.clip(ends, 0, len(aside) - 1)] & ~(~seen & other[:, middle])
    return wide, edges, known
