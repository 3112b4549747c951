"""Straight lines that are beams: they carry something, so they weigh something and are touched."""

from __future__ import annotations

import math

from . import geometry as geo
from .figures import BODY_KINDS, FIXED_KINDS, Figure, shape_rectangle
from .geometry import Vec
from .joins import Joins
from .quantities import Labels
from .resting import surfaces

_THICK_PART = 0.02
"""How thick a beam drawn as one line is, as a part of its length."""

_LEVEL = math.radians(30)


def find_beams(figures: list[Figure], joins: Joins, labels: Labels, reach: float) -> list[Figure]:
    """The rods that are beams: those with a mass of their own, with something on them, or on a
    hinge with nothing at their ends that weighs."""
    return [
        tie.figure
        for tie in joins.ties
        if tie.figure.kind == "rod"
        and (
            labels.value(tie.figure.id, "mass")
            or _carries(tie.figure, figures, joins, reach)
            or _is_all_there_is(tie.figure, joins)
        )
    ]


def hinges_of(beam: Figure, joins: Joins) -> list[tuple[Vec, Figure]]:
    """Where a beam's own ends are hinged: at a support, a wall or a ceiling, not on a floor."""
    return [
        (end.at, end.holder)
        for tie in joins.ties_of(beam)
        for end in tie.ends
        if end.holder is not None
        and end.holder.fixed
        and end.holder.kind in {"support", "ground"}
        and surfaces(end.holder)[0][1][1] < 0.5
    ]


def to_beam(rod: Figure) -> None:
    """Make a rod a thin rectangle, its line the top side."""
    a, b = sorted(rod.ends)
    rod.width = geo.distance(a, b)
    rod.height = _THICK_PART * rod.width
    rod.angle = math.atan2(b[1] - a[1], b[0] - a[0])
    rod.centre = geo.middle(a, b)
    rod.kind = "box"
    shape_rectangle(rod)
    rod.remember()


def _carries(rod: Figure, figures: list[Figure], joins: Joins, reach: float) -> bool:
    a, b = rod.ends
    if abs(geo.wrap(math.atan2(b[1] - a[1], b[0] - a[0]), math.pi)) > _LEVEL:
        return False
    held = {end.holder.id for tie in joins.ties_of(rod) for end in tie.ends if end.holder}
    for figure in figures:
        if figure.kind not in BODY_KINDS | {"load"}:
            continue
        if figure.id in held and not _stands_over(figure, a, b):
            continue
        lowest = min(
            figure.outline or [geo.add(figure.centre, (0.0, -figure.radius))], key=lambda p: p[1]
        )
        between = min(a[0], b[0]) - reach < lowest[0] < max(a[0], b[0]) + reach
        if between and rod.distance_to(lowest) <= 0.6 * reach:
            return True
    return False


def _stands_over(figure: Figure, a: Vec, b: Vec) -> bool:
    """Whether a body that an end of the line meets is over the line, not beyond its end: what sits
    at the very end of a seesaw."""
    (left, low), (right, high) = sorted((a, b))
    part = (figure.centre[0] - left) / max(right - left, 1e-9)
    above = figure.centre[1] - (low + part * (high - low))
    half = figure.radius or min(figure.width, figure.height) / 2
    return 0 < part < 1 and above > 0.5 * half


def _is_all_there_is(rod: Figure, joins: Joins) -> bool:
    """A rod on one hinge, or on none, that holds nothing."""
    holders = [end.holder for tie in joins.ties_of(rod) for end in tie.ends]
    if any(holder is not None and holder.kind in BODY_KINDS for holder in holders):
        return False
    if any(tie.figure is not rod and rod in (tie.a.holder, tie.b.holder) for tie in joins.ties):
        return False
    pins = [pin for pin in joins.pins if rod in pin.members]
    shared = any(f.kind in BODY_KINDS for pin in pins for f in pin.members)
    fixed = sum(1 for holder in holders if holder is not None and holder.kind in FIXED_KINDS)
    return not shared and fixed + len(pins) < 2
