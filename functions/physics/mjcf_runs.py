"""How far the straight runs of a rope over pulleys may shorten and lengthen.

What a rope draws up stops where it meets the wheel, and a hanging pulley where it meets what is
above it: each run has a least length. What goes on pulling then would press on what has stopped,
and round a point that it must only keep away from that slips: so what pulls is held by itself, at
the greatest length that the rest of the rope can give it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from scenes import geometry as geo
from scenes.scene import Anchor, Body, Disc, Pieces, Rect, Rope, Scene, Vec

from .mjcf_rope import straight_runs

_WHEELS = frozenset({"pulley", "wheel"})

_FREE = 0.01
"""What is drawn closer than this part of the way has no way to go: it has met the wheel."""

_PARALLEL_COSINE = math.cos(math.radians(6))
"""Two runs are parallel if they are drawn so to within twice the 3° by which things line up."""


@dataclass(frozen=True, slots=True)
class Run:
    """A straight piece of rope, from `a` to `b` at the start, and how short it can get."""

    a: Anchor
    b: Anchor
    least_m: float

    @property
    def length_m(self) -> float:
        """At the start."""
        return geo.distance(self.a.at, self.b.at)

    @property
    def moves(self) -> bool:
        """Whether its length can change."""
        return self.a.body is not None or self.b.body is not None

    @property
    def spare_m(self) -> float:
        """How much it can give."""
        return self.length_m - self.least_m if self.moves else 0.0


@dataclass(frozen=True, slots=True)
class Reach:
    """A way over points that can't get longer than `most_m`."""

    points: tuple[Anchor, ...]
    most_m: float


def rope_runs(scene: Scene, rope: Rope) -> list[Run]:
    """The runs of a rope from its first end on; their ends move with what the rope touches."""
    pulleys = [scene.body(over.pulley) for over in rope.over]
    ends = [scene.body(end.body) if end.body else None for end in (rope.a, rope.b)]
    stops = [ends[0], *pulleys, ends[1]]
    return [
        _run(start, end, stops[index], stops[index + 1])
        for index, (start, end) in enumerate(straight_runs(scene, rope))
    ]


def reaches(rope: Rope, runs: Sequence[Run]) -> Iterator[Reach]:
    """How far each end and each hanging pulley gets when all else along the rope has stopped."""
    first, last = runs[0], runs[-1]
    gives = [
        first.spare_m if first.a.body else 0.0,
        # A pulley that rises shortens the rope on both its sides.
        *(2 * min(a.spare_m, b.spare_m) if a.b.body else 0.0 for a, b in pairwise(runs)),
        last.spare_m if last.b.body else 0.0,
    ]
    ways = [(first.a, first.b), *((a.a, a.b, b.b) for a, b in pairwise(runs)), (last.a, last.b)]
    for give, way in zip(gives, ways, strict=True):
        rest = rope.slack_m + sum(gives) - give
        if give > 0 and rest > 0:
            yield Reach(way, sum(geo.distance(a.at, b.at) for a, b in pairwise(way)) + rest)


def hanging_axis(scene: Scene, pulley: str) -> float | None:
    """The direction of the two runs that a pulley hangs in, if they are parallel.

    Along it the pulley moves, as the textbook has it: nothing else keeps a wheel that weighs
    nothing from swinging out when its rope goes slack.
    """
    for rope in scene.ropes:
        for index, over in enumerate(rope.over):
            if over.pulley == pulley:
                before, after = straight_runs(scene, rope)[index : index + 2]
                down = geo.unit(geo.sub(before[1], before[0]))
                up = geo.unit(geo.sub(after[1], after[0]))
                if geo.dot(down, up) < -_PARALLEL_COSINE:
                    along = geo.sub(up, down)
                    return math.atan2(along[1], along[0])
    return None


def _run(start: Vec, end: Vec, first: Body | None, second: Body | None) -> Run:
    a, b = (Anchor(_if_it_moves(body), at) for body, at in ((first, start), (second, end)))
    return Run(a, b, _least_run(start, end, first, second))


def _least_run(start: Vec, end: Vec, first: Body | None, second: Body | None) -> float:
    """How close to each other the rope draws what is at its ends.

    What is drawn up to a wheel goes on until their outlines meet, and no farther than half a
    radius from the rim; two wheels, and a hanging one and what it hangs from, are kept a radius
    apart.
    """
    length = geo.distance(start, end)
    wheels = [body for body in (first, second) if body is not None and body.kind in _WHEELS]
    radius = max(map(radius_of, wheels), default=0.0)
    least = radius / 2
    for wheel, body, way in ((first, second, (end, start)), (second, first, (start, end))):
        if wheel is None or wheel.kind not in _WHEELS:
            continue
        if body is None or body.fixed or body.kind in _WHEELS:
            least = max(least, radius if len(wheels) > 1 or not wheel.fixed else 0.0)
            continue
        travel = _travel(body, geo.unit(geo.sub(way[1], way[0])), wheel)
        if travel is not None and travel > _FREE * length:
            least = max(least, length - travel)
    return min(least, length / 2) if least > (1 - _FREE) * length else least


def _if_it_moves(body: Body | None) -> str | None:
    return body.name if body is not None and not body.fixed else None


def radius_of(body: Body) -> float:
    """A wheel's radius in metres; 0 of what is no disc."""
    return body.outline.radius_m if isinstance(body.outline, Disc) else 0.0


def _travel(body: Body, along: Vec, wheel: Body) -> float | None:
    """How far a body moves in a direction until it meets a wheel; `None` if it passes beside it."""
    radius, centre = radius_of(wheel), wheel.position
    if isinstance(body.outline, Disc):
        return _ray_meets(body.position, along, centre, radius + radius_of(body))
    travels = []
    for polygon in polygons_of(body):
        for a, b in zip(polygon, (*polygon[1:], polygon[0]), strict=True):
            # A corner meets the rim, or the rim, seen from the body, an edge.
            travels.append(_ray_meets(a, along, centre, radius))
            out = geo.scale(geo.left_of(geo.unit(geo.sub(b, a))), -1.0)
            speed = geo.dot(along, out)
            gap = geo.dot(geo.sub(centre, a), out) - radius
            if speed > 0 and gap >= 0:
                rim = geo.sub(centre, geo.scale(out, radius))
                met = geo.sub(geo.sub(rim, geo.scale(along, gap / speed)), a)
                if 0 <= geo.dot(met, geo.sub(b, a)) <= geo.distance(a, b) ** 2:
                    travels.append(gap / speed)
    return min((travel for travel in travels if travel is not None), default=None)


def _ray_meets(start: Vec, along: Vec, centre: Vec, radius: float) -> float | None:
    """How far along a ray a circle begins."""
    to = geo.sub(centre, start)
    ahead, beside = geo.dot(to, along), geo.cross(along, to)
    if ahead <= 0 or abs(beside) >= radius:
        return None
    travel = ahead - math.sqrt(radius**2 - beside**2)
    return travel if travel >= 0 else None


def polygons_of(body: Body) -> list[tuple[Vec, ...]]:
    """A body's convex polygons in the world, counter-clockwise; none of what is round."""
    match body.outline:
        case Rect(width_m=width, height_m=height):
            x, z = width / 2, height / 2
            polygons: list[tuple[Vec, ...]] = [((-x, -z), (x, -z), (x, z), (-x, z))]
        case Pieces(polygons=pieces):
            polygons = list(pieces)
        case _:
            polygons = []
    return [
        tuple(geo.add(body.position, geo.turn(point, body.angle)) for point in polygon)
        for polygon in polygons
    ]
