"""What lies on what: surfaces, and laying one figure on another so that they just touch."""

from __future__ import annotations

import math

from . import geometry as geo
from .figures import Figure
from .geometry import Vec

_FLUSH_ANGLE = math.radians(8)
"""A face that lies on a surface within this angle lies on it flatly: touching says more than the
hand's 3 degrees."""


def surfaces(figure: Figure) -> list[tuple[Vec, Vec]]:
    """Each straight side that may be rested on: a point of it and the outward normal."""
    path = figure.outline
    if len(path) == 2:
        normal = geo.left_of(geo.unit(geo.sub(path[1], path[0])))
        solid = figure.solid or (0.0, -1.0)
        return [(path[0], normal if geo.dot(normal, solid) <= 0 else geo.scale(normal, -1.0))]
    if geo.signed_area(path) < 0:
        path.reverse()
    sides = zip(path, (*path[1:], path[0]), strict=True)
    return [(a, geo.scale(geo.left_of(geo.unit(geo.sub(b, a))), -1.0)) for a, b in sides if a != b]


def rest_on(figure: Figure, support: Figure, *, may_turn: bool) -> None:
    """Move a figure so that it just touches its support, flat on it if it nearly is."""
    if figure.is_round and support.is_round:
        along = geo.unit(geo.sub(figure.centre, support.centre))
        reach = figure.radius + support.radius
        figure.centre = geo.add(support.centre, geo.scale(along, reach))
        return
    if figure.is_round:
        point, normal = max(surfaces(support), key=lambda side: height(figure.centre, *side))
        lift = figure.radius - height(figure.centre, point, normal)
        figure.move(geo.scale(normal, lift))
        return
    if support.is_round:
        point, normal = max(surfaces(figure), key=lambda side: height(support.centre, *side))
        lift = support.radius - height(support.centre, point, normal)
        figure.move(geo.scale(normal, -lift))
        return
    own = max(_faces(figure, support.outline), key=lambda face: face[0])
    theirs = max(
        ((lowest(figure.outline, p, n), p, n) for p, n in surfaces(support)),
        key=lambda face: face[0],
    )
    on_their_face = theirs[0] >= own[0] or len(support.corners) == 2
    if on_their_face and may_turn:
        _lay_flat(figure, theirs[2])
    if on_their_face:
        figure.move(geo.scale(theirs[2], -lowest(figure.outline, theirs[1], theirs[2])))
    else:
        figure.move(geo.scale(own[2], own[0]))


def _faces(figure: Figure, others: list[Vec]) -> list[tuple[float, Vec, Vec]]:
    return [(lowest(others, p, n), p, n) for p, n in surfaces(figure)]


def _lay_flat(figure: Figure, normal: Vec) -> None:
    """Turn the side that nearly faces a surface to lie on it."""
    down = math.atan2(-normal[1], -normal[0])
    leans = [geo.wrap(down - math.atan2(side[1], side[0])) for _, side in surfaces(figure)]
    least = min(leans, key=abs)
    if abs(least) <= _FLUSH_ANGLE:
        figure.angle += least


def height(point: Vec, on: Vec, normal: Vec) -> float:
    return geo.dot(geo.sub(point, on), normal)


def lowest(points: list[Vec], on: Vec, normal: Vec) -> float:
    return min(height(point, on, normal) for point in points)
