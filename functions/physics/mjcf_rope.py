"""How long a rope is when it is taut: straight runs, and arcs round the pulleys on its way."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from scenes import geometry as geo
from scenes.scene import Disc, Rope, Scene

Vec = tuple[float, float]


def taut_length(scene: Scene, rope: Rope) -> float:
    """The length of the shortest path from end to end over the rope's pulleys, in metres."""
    return sum(geo.distance(a, b) for a, b in straight_runs(scene, rope)) + sum(_arcs(scene, rope))


def straight_runs(scene: Scene, rope: Rope) -> list[tuple[Vec, Vec]]:
    """The straight pieces, from the first anchor on; arcs lie between them."""
    circles = _circles(scene, rope)
    return [_run(first, second) for first, second in pairwise(circles)]


_Circle = tuple[Vec, float, float]
"""Centre, radius, and +1 where the rope turns counter-clockwise round it, -1 where clockwise."""


def _circles(scene: Scene, rope: Rope) -> list[_Circle]:
    stops: list[Vec] = [rope.a.at, *(scene.body(o.pulley).position for o in rope.over), rope.b.at]
    circles: list[_Circle] = [(rope.a.at, 0.0, 0.0)]
    for index, over in enumerate(rope.over, start=1):
        pulley = scene.body(over.pulley)
        radius = pulley.outline.radius_m if isinstance(pulley.outline, Disc) else 0.0
        along = geo.sub(stops[index + 1], stops[index - 1])
        # Passing with the pulley on the right means turning clockwise round it.
        sense = -1.0 if geo.cross(along, over.side) > 0 else 1.0
        circles.append((pulley.position, radius, sense))
    return [*circles, (rope.b.at, 0.0, 0.0)]


def _run(first: _Circle, second: _Circle) -> tuple[Vec, Vec]:
    """The tangent that leaves one circle and meets the next, each in its sense of turning."""
    (p, rp, sp), (q, rq, sq) = first, second
    along = geo.sub(q, p)
    length = math.hypot(*along)
    if length == 0:
        return p, q
    # With n the left normal of the run, the tangent points are p - sp rp n and q - sq rq n.
    lean = (sq * rq - sp * rp) / length
    lean = max(-1.0, min(1.0, lean))
    tangent = geo.turn(geo.unit(along), -math.asin(lean))
    normal = geo.left_of(tangent)
    return geo.add(p, geo.scale(normal, -sp * rp)), geo.add(q, geo.scale(normal, -sq * rq))


def _arcs(scene: Scene, rope: Rope) -> Sequence[float]:
    circles = _circles(scene, rope)
    runs = straight_runs(scene, rope)
    lengths = []
    for (centre, radius, sense), before, after in zip(circles[1:-1], runs, runs[1:], strict=False):
        enter, leave = geo.sub(before[1], centre), geo.sub(after[0], centre)
        turned = math.atan2(geo.cross(enter, leave), geo.dot(enter, leave)) * sense
        # Tangents that nearly coincide turn by nothing, not by a whole turn.
        lengths.append(radius * (turned % math.tau if turned % math.tau < 6.2 else 0.0))
    return lengths
