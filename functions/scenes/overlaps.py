"""Bodies that were drawn a little into one another are set side by side."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from . import geometry as geo
from .figures import BODY_KINDS, FIXED_KINDS, Figure
from .geometry import Vec
from .joins import Joins
from .resting import height, surfaces

_SLIGHT_PART = 0.35
"""An overlap deeper than this part of the smaller body is no slip of the pen."""

_ROUNDS = 12


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two figures, how deep they are in each other, and which way moves the second one out."""

    first: Figure
    second: Figure
    depth: float
    out: Vec


def find_deep(figures: list[Figure], joins: Joins) -> list[Overlap]:
    """What overlaps by more than a slip of the pen."""
    return [overlap for overlap in _overlaps(figures, joins, 0.0) if not _is_slight(overlap)]


def part(figures: list[Figure], joins: Joins, order: list[str]) -> list[Overlap]:
    """Push apart what overlaps, in place; of two bodies the one that comes later in `order` moves.

    Returns:
        The overlaps of two bodies that are too deep to be undone.
    """
    fine = 1e-9 * max((figure.size for figure in figures), default=1.0)
    overlaps: list[Overlap] = []
    for _ in range(_ROUNDS):
        overlaps = _overlaps(figures, joins, fine)
        if not overlaps:
            break
        for overlap in overlaps:
            if _is_slight(overlap) or overlap.first.fixed or overlap.second.fixed:
                _separate(overlap, order)
    return [o for o in overlaps if not _is_slight(o) and not (o.first.fixed or o.second.fixed)]


def _overlaps(figures: list[Figure], joins: Joins, least: float) -> list[Overlap]:
    joined = set(_joined(joins))
    solid = [f for f in figures if f.kind in BODY_KINDS | FIXED_KINDS and f.kind != "pulley"]
    return [
        overlap
        for index, first in enumerate(solid)
        for second in solid[index + 1 :]
        if not (first.fixed and second.fixed)
        and frozenset((first.id, second.id)) not in joined
        and _near(first, second)
        and (overlap := _overlap(first, second)).depth > least
    ]


def _joined(joins: Joins) -> Iterable[frozenset[str]]:
    for wheel, box in joins.axles:
        yield frozenset((wheel.id, box.id))
    for pin in joins.pins:
        for first in pin.members:
            yield from (frozenset((first.id, second.id)) for second in pin.members)
    for tie in joins.ties:
        if tie.a.holder is not None and tie.b.holder is not None and tie.figure.kind == "rod":
            yield frozenset((tie.a.holder.id, tie.b.holder.id))


def _is_slight(overlap: Overlap) -> bool:
    sizes = [f.size for f in (overlap.first, overlap.second) if len(f.corners) != 2]
    return overlap.depth < _SLIGHT_PART * min(sizes, default=math.inf)


def _separate(overlap: Overlap, order: list[str]) -> None:
    first, second = overlap.first, overlap.second
    if second.fixed or order.index(first.id) > order.index(second.id):
        first.move(geo.scale(overlap.out, -overlap.depth))
    else:
        second.move(geo.scale(overlap.out, overlap.depth))


def _near(first: Figure, second: Figure) -> bool:
    if 2 in (len(first.corners), len(second.corners)):
        return True
    return geo.distance(first.middle, second.middle) < (first.size + second.size) / 2


def _overlap(first: Figure, second: Figure) -> Overlap:
    """The least way out by the separating axes of both; a depth below zero is a gap."""
    if first.is_round and second.is_round:
        apart = geo.sub(second.centre, first.centre)
        depth = first.radius + second.radius - math.hypot(*apart)
        return Overlap(first, second, depth, geo.unit(apart))
    if first.is_round:
        swapped = _overlap(second, first)
        return Overlap(first, second, swapped.depth, geo.scale(swapped.out, -1.0))
    flat = len(first.corners) == 2
    if flat and not _is_over(first, second):
        return Overlap(first, second, -math.inf, (0.0, 1.0))
    depth, out = min(
        ((-_reach(second, point, normal), normal) for point, normal in surfaces(first)),
        key=lambda face: face[0],
    )
    if second.is_round:
        # Past a corner the way out is away from it.
        corner = min(first.outline, key=lambda p: geo.distance(p, second.centre))
        away = geo.sub(second.centre, corner)
        by_corner = second.radius - math.hypot(*away)
        if not flat and by_corner < depth and not geo.inside(second.centre, first.outline):
            return Overlap(first, second, by_corner, geo.unit(away))
        return Overlap(first, second, depth, out)
    if len(second.corners) == 2:
        swapped = _overlap(second, first)
        return Overlap(first, second, swapped.depth, geo.scale(swapped.out, -1.0))
    if not flat:
        other, back = min(
            ((-_reach(first, point, normal), normal) for point, normal in surfaces(second)),
            key=lambda face: face[0],
        )
        if other < depth:
            depth, out = other, geo.scale(back, -1.0)
    return Overlap(first, second, depth, out)


def _reach(figure: Figure, point: Vec, normal: Vec) -> float:
    """How far the nearest part of a figure is in front of a surface."""
    if figure.is_round:
        return height(figure.centre, point, normal) - figure.radius
    return min(height(corner, point, normal) for corner in figure.outline)


def _is_over(flat: Figure, figure: Figure) -> bool:
    """Whether a figure's middle lies in front of or just behind a line, between its ends."""
    point, normal = surfaces(flat)[0]
    along = flat.local(figure.centre)[0]
    behind = height(figure.centre, point, normal) < -figure.size
    return abs(along) < flat.width / 2 and not behind
