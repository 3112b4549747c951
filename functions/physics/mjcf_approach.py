"""How fast two bodies will meet for the first time, as far as the scene says.

A contact rebounds at its restitution only at the speed that it is made for: gravity goes on pulling
while what bounces slowly is in its contact, and balls are the harder the faster they meet.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

from scenes import geometry as geo
from scenes.scene import Body, Disc, HalfPlane, Vec

from .mjcf_runs import polygons_of

_FACTOR = 1.25
"""Speeds are told apart by this factor, so that few classes of contact are needed."""

_SLOW_M_S = 0.03
"""Below this two bodies lie on each other, or are set in motion by something else."""

_HIT_M_S = 0.2
"""From this speed on a body is set off at another one."""

_LEVEL_PART = 0.05
"""Bodies stand on one level if their feet differ by less than this part of their height."""

_UPWARD = 0.1
"""Upward part of a surface's normal from which something can fall on it."""


@dataclass(frozen=True, slots=True)
class Approach:
    """Speed along the normal when two bodies meet, and the acceleration that goes on pressing one
    on the other while they touch."""

    speed_m_s: float = 1.0
    pull_m_s2: float = 0.0


UNKNOWN = Approach()
"""Of what lies on each other, or is set in motion by springs, ropes and motors."""


def approach(first: Body, second: Body, gravity: Vec) -> Approach:
    """The first meeting of two bodies: one falls on the other, or they go at each other."""
    down = max(-gravity[1], 0.0)
    upper, lower = _ordered(first, second)
    surface = _surface_under(lower, upper)
    velocity = geo.sub(upper.velocity, lower.velocity)
    if surface is not None:
        point, normal = surface
        height = min(geo.dot(geo.sub(p, point), normal) for p in _points(upper, normal))
        pull = down * normal[1]
        speed = math.sqrt(geo.dot(velocity, normal) ** 2 + 2 * pull * max(height, 0.0))
        return _rounded(speed, pull)
    # What swings or rolls down to the other comes as fast as if it fell.
    drop = 0.0 if first.fixed or second.fixed else abs(first.position[1] - second.position[1])
    return _rounded(math.sqrt(geo.dot(velocity, velocity) + 2 * down * drop), 0.0)


def is_hit(first: Body, second: Body) -> bool:
    """Whether two bodies that stand on one level are set off at one another along it."""
    if first.fixed or second.fixed:
        return False
    velocity = geo.sub(first.velocity, second.velocity)
    down = (0.0, 1.0)
    feet, heads = [], []
    for body in (first, second):
        heights = [point[1] for point in _points(body, down)]
        feet.append(min(heights))
        heads.append(max(heights) if len(heights) > 1 else 2 * body.position[1] - heights[0])
    tall = min(head - foot for head, foot in zip(heads, feet, strict=True))
    level = abs(feet[0] - feet[1]) < _LEVEL_PART * tall
    return level and abs(velocity[0]) > _HIT_M_S and abs(velocity[1]) < _HIT_M_S * abs(velocity[0])


def _rounded(speed_m_s: float, pull_m_s2: float) -> Approach:
    if speed_m_s < _SLOW_M_S:
        return UNKNOWN
    power = round(math.log(speed_m_s) / math.log(_FACTOR))
    return Approach(float(f"{_FACTOR**power:.3g}"), float(f"{pull_m_s2:.2g}"))


def _ordered(first: Body, second: Body) -> tuple[Body, Body]:
    """The one that may fall, and the one that it may fall on."""
    if first.fixed or second.fixed:
        return (second, first) if first.fixed else (first, second)
    return (first, second) if first.position[1] >= second.position[1] else (second, first)


def _surface_under(lower: Body, upper: Body) -> tuple[Vec, Vec] | None:
    """The highest side of a body that lies straight under the middle of another: a point of it and
    its normal."""
    x = upper.position[0]
    if isinstance(lower.outline, HalfPlane):
        normal = geo.left_of(geo.direction(lower.angle))
        return (lower.position, normal) if normal[1] > _UPWARD else None
    if isinstance(lower.outline, Disc):
        radius = lower.outline.radius_m
        top = geo.add(lower.position, (0.0, radius))
        over = abs(x - top[0]) < radius and upper.position[1] > top[1]
        return (top, (0.0, 1.0)) if over else None
    sides = []
    for polygon in polygons_of(lower):
        for a, b in pairwise((*polygon, polygon[0])):
            normal = geo.scale(geo.left_of(geo.unit(geo.sub(b, a))), -1.0)
            # Counter-clockwise outlines run to the left along their upper sides.
            if normal[1] > _UPWARD and b[0] <= x <= a[0]:
                height = a[1] + (b[1] - a[1]) * (x - a[0]) / (b[0] - a[0])
                sides.append((height, a, normal))
    if not sides or max(sides)[0] > upper.position[1]:
        return None
    _, point, normal = max(sides)
    return point, normal


def _points(body: Body, normal: Vec) -> list[Vec]:
    """Where a body may touch a plane first."""
    if isinstance(body.outline, Disc):
        return [geo.sub(body.position, geo.scale(normal, body.outline.radius_m))]
    return [point for polygon in polygons_of(body) for point in polygon]
