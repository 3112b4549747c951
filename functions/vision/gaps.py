"""The gaps between bodies, told from bodies: what other outlines explain side by side is none."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from .drawn_rings import Outline
from .geometry import inside, points_to_edges
from .grid import Grid
from .pieces import Segment
from .vectors import Vector, cross, resample, segment_distance, share

AMID = 5.0
"""How far from the ends of a side what is tied to it begins, in stroke widths."""


def without_gaps(found: list[Outline], hosts: Sequence[Segment], width: float) -> list[Outline]:
    """Drop what the others explain: doubles, unions of neighbours, and the gaps between them."""
    # First, for the larger of two that differ in one side would explain the smaller.
    whole = _one_of_each(_without_doubles(found, width))
    kept = dict(enumerate(whole))
    grid = _grid_of(whole, width)
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
    return [
        outline
        for outline in kept.values()
        if not any(outline.claims <= other.bends for other in kept.values() if other is not outline)
    ]


def _without_doubles(found: list[Outline], width: float) -> list[Outline]:
    """Of outlines about as large in about the same place, the one with the most ink."""
    kept: list[Outline] = []
    grid: Grid[Outline] = Grid(24 * width)
    for outline in sorted(found, key=_merit, reverse=True):
        low, high = outline.corners.min(axis=0), outline.corners.max(axis=0)
        if not any(_same(outline, other) for other in grid.near(low, high)):
            kept.append(outline)
            grid.add(low, high, outline)
    return kept


def _grid_of(outlines: list[Outline], width: float) -> Grid[int]:
    """Where outlines lie, by their places in the list."""
    grid: Grid[int] = Grid(24 * width)
    for number, outline in enumerate(outlines):
        grid.add(outline.corners.min(axis=0), outline.corners.max(axis=0), number)
    return grid


def _merit(outline: Outline) -> tuple[float, int]:
    """By what the better of two like outlines is told: its ink, and how much of that is its own."""
    return (round(outline.inked, 2), len(outline.claims))


def _same(one: Outline, other: Outline) -> bool:
    apart = one.corners.mean(axis=0) - other.corners.mean(axis=0)
    alike = abs(float(np.log(one.area / other.area))) < 0.4
    return alike and bool(np.hypot(*apart) < 0.2 * one.area**0.5)


def _alike(one: Outline, other: Outline) -> bool:
    """Whether two are of a size and side by side, as the boxes of a wall are."""
    spans = [np.ptp(outline.corners, axis=0) for outline in (one, other)]
    apart = np.abs(one.corners.mean(axis=0) - other.corners.mean(axis=0))
    beside = bool(np.any(apart > 0.8 * (spans[0] + spans[1]) / 2))
    return beside and bool(np.all(np.abs(np.log(spans[0] / spans[1])) < 0.25))


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
