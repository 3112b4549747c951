"""Marks as figures on a straight page: circles, rectangles, polygons and lines, z up.

First in pixels of the straightened page, later in metres; the stages after this one move them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from vision.analysis import Analysis, MarkKind, Shape

from . import geometry as geo
from .geometry import Vec

ROUND_KINDS = frozenset({"ball", "wheel", "pulley", "pivot", "roller"})
LINE_KINDS = frozenset({"rod", "rope", "spring", "damper", "arrow", "arc_arrow", "dimension"})
FLAT_KINDS = frozenset({"ground", "support"})
BODY_KINDS = frozenset({"ball", "box", "polygon", "wheel", "pulley"})
FIXED_KINDS = frozenset({"ground", "support", "ramp"})


_BLOCK_PART = 0.05
"""A ground or support that is thicker than this part of its length is a block, and no line: the
longest way across it is its diagonal, which leans."""

_CLOSED_PART = 0.1
"""A path whose ends are nearer than this part of its extent is no line."""

_LEAST_PX = 4.0
"""Nothing is drawn smaller than this."""


@dataclass(slots=True)
class Figure:
    """One mark, where it is now.

    `corners` are about `centre` and before the turn by `angle`; round figures have none, lines have
    their path there. `drawn` is the pose before any correction, for what has to follow.
    """

    shape: Shape
    kind: MarkKind
    centre: Vec
    angle: float = 0.0
    radius: float = 0.0
    width: float = 0.0
    height: float = 0.0
    corners: tuple[Vec, ...] = ()
    solid: Vec | None = None
    fixed: bool = False
    drawn: tuple[Vec, float] = ((0.0, 0.0), 0.0)

    @property
    def id(self) -> str:
        """The mark's id in the analysis."""
        return self.shape.id

    @property
    def is_round(self) -> bool:
        """Whether it is a circle."""
        return self.radius > 0

    @property
    def outline(self) -> list[Vec]:
        """Corners, or the path of a line, where they are now."""
        return [self.place(corner) for corner in self.corners]

    @property
    def ends(self) -> tuple[Vec, Vec]:
        """First and last point of a line."""
        path = self.outline
        return path[0], path[-1]

    @property
    def length(self) -> float:
        """From end to end, straight."""
        return geo.distance(*self.ends)

    def place(self, local: Vec) -> Vec:
        """Where a point fixed to the figure is now."""
        return geo.add(self.centre, geo.turn(local, self.angle))

    def local(self, point: Vec) -> Vec:
        """The point, as fixed to the figure."""
        return geo.turn(geo.sub(point, self.centre), -self.angle)

    def remember(self) -> None:
        """Take the pose of now as the drawn one."""
        self.drawn = (self.centre, self.angle)

    def follow(self, other: Figure) -> None:
        """Move as another figure was moved since both were drawn."""
        centre, angle = other.drawn
        turned = other.angle - angle
        shifted = geo.turn(geo.sub(self.centre, centre), turned)
        self.centre = geo.add(other.centre, shifted)
        self.angle += turned

    def move(self, by: Vec) -> None:
        """Shift it."""
        self.centre = geo.add(self.centre, by)

    def resize(self, factor: float) -> None:
        """Scale it with the whole page, about the page's origin."""
        self.centre = geo.scale(self.centre, factor)
        self.radius *= factor
        self.width *= factor
        self.height *= factor
        self.corners = tuple(geo.scale(corner, factor) for corner in self.corners)

    @property
    def size(self) -> float:
        """Its greatest extent."""
        if self.is_round:
            return 2 * self.radius
        points = self.corners
        xs, zs = [p[0] for p in points], [p[1] for p in points]
        return math.hypot(max(xs) - min(xs), max(zs) - min(zs))

    @property
    def middle(self) -> Vec:
        """The middle of its extent."""
        if self.is_round:
            return self.centre
        xs, zs = [p[0] for p in self.corners], [p[1] for p in self.corners]
        return self.place(((min(xs) + max(xs)) / 2, (min(zs) + max(zs)) / 2))

    @property
    def area(self) -> float:
        """What it covers."""
        if self.is_round:
            return math.pi * self.radius**2
        return abs(geo.signed_area(self.corners)) if len(self.corners) > 2 else 0.0

    def distance_to(self, point: Vec) -> float:
        """How far a point is from the figure; 0 inside a closed one."""
        if self.is_round:
            return max(0.0, geo.distance(point, self.centre) - self.radius)
        path = self.outline
        if len(path) == 1:
            return geo.distance(point, path[0])
        closed = self.kind not in LINE_KINDS and len(path) > 2
        if closed and geo.inside(point, path):
            return 0.0
        steps = list(pairwise(path)) + ([(path[-1], path[0])] if closed else [])
        return min(geo.distance(point, geo.nearest_on_segment(point, a, b)) for a, b in steps)


def read_figures(analysis: Analysis) -> list[Figure]:
    """Every mark as a figure, in pixels of the straightened page, x right, z up."""
    figures = []
    for shape in analysis.shapes:
        points = [_straighten(point, analysis.rectify) for point in shape.polygon]
        if not points:
            x, y, width, height = shape.bbox
            box = ((x, y + height), (x + width, y + height), (x + width, y), (x, y))
            points = [_straighten(corner, analysis.rectify) for corner in box]
        closed = shape.kind in {"polygon", "box", "pin", "load"}
        if closed or (shape.kind == "ramp" and len(points) > 2):
            points = _with_area(points)
        elif max(geo.distance(point, points[0]) for point in points) < _LEAST_PX:
            points = [points[0], geo.add(points[0], (_LEAST_PX, 0.0))]
        figures.append(_figure(shape, points, _straight_solid(shape, analysis.rectify)))
    return figures


def _with_area(points: list[Vec]) -> list[Vec]:
    """A closed outline that is one: a tangled one becomes its hull, a line becomes a sliver."""
    hull = geo.convex_hull(points)
    around = geo.signed_area(hull) if len(hull) > 2 else 0.0
    longest = max(geo.distance(p, points[0]) for p in points)
    if around > max(_LEAST_PX**2, 1e-3 * longest**2):
        return points if abs(geo.signed_area(points)) > 0.3 * around else hull
    xs, zs = [p[0] for p in points], [p[1] for p in points]
    wide, high = max(max(xs) - min(xs), _LEAST_PX), max(max(zs) - min(zs), _LEAST_PX)
    low = (min(xs), min(zs))
    return [geo.add(low, corner) for corner in ((0, 0), (wide, 0), (wide, high), (0, high))]


def _straighten(point: Vec, rectify: Sequence[float] | None) -> Vec:
    """A pixel of the image as given, on the straight page, z up."""
    x, y = point
    if rectify is not None:
        a, b, c, d, e, f, g, h, i = rectify
        w = g * x + h * y + i
        x, y = (a * x + b * y + c) / w, (d * x + e * y + f) / w
    return (x, -y)


def _straight_solid(shape: Shape, rectify: Sequence[float] | None) -> Vec | None:
    if shape.solid is None:
        return None
    start = shape.center
    end = geo.add(start, shape.solid)
    return geo.unit(geo.sub(_straighten(end, rectify), _straighten(start, rectify)))


def _figure(shape: Shape, points: list[Vec], solid: Vec | None) -> Figure:
    figure = Figure(shape, shape.kind, (0.0, 0.0), fixed=shape.fixed or shape.kind in FIXED_KINDS)
    figure.solid = solid
    if shape.kind in ROUND_KINDS:
        _fit_circle(figure, points)
    elif shape.kind == "box":
        _fit_rectangle(figure, points)
    elif shape.kind in LINE_KINDS:
        _fit_line(figure, points)
    elif shape.kind in FLAT_KINDS:
        _fit_flat(figure, points)
    elif shape.kind == "ramp":
        _fit_ramp(figure, points)
    else:
        _fit_polygon(figure, points)
    figure.remember()
    return figure


def _fit_circle(figure: Figure, points: list[Vec]) -> None:
    """Centre of the area; the radius of a circle of that area."""
    hull = geo.convex_hull(points)
    if len(hull) < 3:
        figure.centre, figure.radius = points[0], _LEAST_PX / 2
        return
    figure.centre = geo.centroid(hull)
    figure.radius = math.sqrt(abs(geo.signed_area(hull)) / math.pi)


def _fit_rectangle(figure: Figure, points: list[Vec]) -> None:
    """Four corners: their mean sides. More: the rectangle of least area round them."""
    hull = geo.convex_hull(points)
    if len(hull) < 3:
        hull = [geo.add(points[0], corner) for corner in ((-1, -1), (1, -1), (1, 1), (-1, 1))]
    if len(hull) == 4:
        a, b, c, d = hull
        along = geo.unit(geo.add(geo.sub(b, a), geo.sub(c, d)))
        across = geo.unit(geo.add(geo.sub(d, a), geo.sub(c, b)))
        # The two directions are meant to be square: split what they lack between them.
        error = geo.wrap(math.atan2(*across[::-1]) - math.atan2(*along[::-1]) - math.pi / 2)
        figure.angle = math.atan2(along[1], along[0]) + error / 2
        figure.width = (geo.distance(a, b) + geo.distance(d, c)) / 2
        figure.height = (geo.distance(a, d) + geo.distance(b, c)) / 2
        figure.centre = geo.centroid(hull)
    else:
        _least_rectangle(figure, hull)
    # Closest to upright, so that width is along x.
    quarter_turns = round(figure.angle / (math.pi / 2))
    figure.angle -= quarter_turns * math.pi / 2
    if quarter_turns % 2:
        figure.width, figure.height = figure.height, figure.width
    shape_rectangle(figure)


def shape_rectangle(figure: Figure) -> None:
    """Set a rectangle's corners from its width and height."""
    w, h = figure.width / 2, figure.height / 2
    figure.corners = ((-w, -h), (w, -h), (w, h), (-w, h))


def _least_rectangle(figure: Figure, hull: list[Vec]) -> None:
    best = math.inf
    for a, b in zip(hull, (*hull[1:], hull[0]), strict=True):
        angle = math.atan2(b[1] - a[1], b[0] - a[0])
        turned = [geo.turn(point, -angle) for point in hull]
        xs, zs = [p[0] for p in turned], [p[1] for p in turned]
        width, height = max(xs) - min(xs), max(zs) - min(zs)
        if width * height < best:
            best = width * height
            figure.width, figure.height, figure.angle = width, height, angle
            middle = ((max(xs) + min(xs)) / 2, (max(zs) + min(zs)) / 2)
            figure.centre = geo.turn(middle, angle)


def _fit_line(figure: Figure, points: list[Vec]) -> None:
    """The path from end to end; an outline round a spring or damper becomes its axis."""
    path = points
    boxed = figure.kind in {"spring", "damper"} and len(points) == 4
    if boxed and len(geo.convex_hull(points)) == 4:
        # The rectangle that a spring's turns fill: its first and last corner are at one end.
        a, b, c, d = points
        path = [geo.middle(a, d), geo.middle(b, c)]
    far = max(((p, q) for p in path for q in path), key=lambda pair: geo.distance(*pair))
    if geo.distance(path[0], path[-1]) < _CLOSED_PART * geo.distance(*far):
        # A closed outline that was corrected to be a line: from one end of it to the other.
        path = list(far) if figure.kind != "arc_arrow" else path[: 3 * len(path) // 4]
    if figure.kind == "rod":
        path = [path[0], path[-1]]
    figure.centre = geo.middle(path[0], path[-1])
    figure.corners = tuple(geo.sub(point, figure.centre) for point in path)


def _fit_flat(figure: Figure, points: list[Vec]) -> None:
    """A ground or support: its straight line, or the block that was hatched."""
    hull = geo.convex_hull(points)
    a, b = max(((p, q) for p in hull for q in hull), key=lambda pair: geo.distance(*pair))
    length = geo.distance(a, b)
    thick = abs(geo.signed_area(hull)) / length if length > 0 and len(hull) > 2 else 0.0
    if thick > _BLOCK_PART * length and len(points) > 3:
        _fit_rectangle(figure, points)
        return
    if a[0] > b[0]:
        a, b = b, a
    figure.centre = geo.middle(a, b)
    figure.angle = math.atan2(b[1] - a[1], b[0] - a[0])
    figure.corners = ((-length / 2, 0.0), (length / 2, 0.0))
    figure.width = length


def _fit_polygon(figure: Figure, points: list[Vec]) -> None:
    corners, hull = simplify(points), geo.convex_hull(points)
    if abs(geo.signed_area(corners)) < 0.3 * geo.signed_area(hull):
        corners = hull
    if geo.signed_area(corners) < 0:
        corners.reverse()
    figure.centre = geo.centroid(corners)
    figure.corners = tuple(geo.sub(point, figure.centre) for point in corners)


def to_polygon(ramp: Figure) -> None:
    """Make a ramp a body that moves."""
    corners = ramp.outline
    if geo.signed_area(corners) < 0:
        corners.reverse()
    ramp.kind, ramp.fixed, ramp.angle = "polygon", False, 0.0
    ramp.centre = geo.centroid(corners)
    ramp.corners = tuple(geo.sub(corner, ramp.centre) for corner in corners)
    ramp.remember()


def _fit_ramp(figure: Figure, points: list[Vec]) -> None:
    """A ramp stands at its foot and leans by its slope; its corners are foot, apex and heel.

    The foot is the sharper corner of the lowest side. A ramp that is only a line has no heel.
    """
    kept: tuple[Vec, ...]
    corners = _triangle(simplify(points))
    if len(corners) == 3:
        apex = max(
            range(3), key=lambda i: corners[i][1] - max(corners[i - 1][1], corners[i - 2][1])
        )
        top, low = corners[apex], [corners[apex - 1], corners[apex - 2]]
        foot, heel = sorted(low, key=lambda c: _lean(c, top))
        kept = (foot, top, heel)
    else:
        foot, top = sorted((points[0], points[-1]), key=lambda point: point[1])
        kept = (foot, top)
    figure.centre = foot
    figure.angle = math.atan2(top[1] - foot[1], top[0] - foot[0])
    figure.corners = tuple(figure.local(corner) for corner in kept)


def _lean(foot: Vec, top: Vec) -> float:
    return math.atan2(abs(top[1] - foot[1]), abs(top[0] - foot[0]))


def simplify(points: Sequence[Vec], part: float = 0.03) -> list[Vec]:
    """The corners of a closed outline (Ramer-Douglas-Peucker, to a part of its size)."""
    ring = list(points)
    if len(ring) > 1 and geo.distance(ring[0], ring[-1]) < 1e-9:
        ring.pop()
    if len(ring) < 3:
        return ring if len(ring) > 1 else [ring[0], ring[0]]
    start = max(range(len(ring)), key=lambda i: geo.distance(ring[i], ring[0]))
    ring = ring[start:] + ring[:start]
    far = max(range(len(ring)), key=lambda i: geo.distance(ring[i], ring[0]))
    tolerance = part * geo.distance(ring[0], ring[far])
    kept = _peucker(ring[: far + 1], tolerance)[:-1] + _peucker([*ring[far:], ring[0]], tolerance)
    return kept[:-1]


def _peucker(path: list[Vec], tolerance: float) -> list[Vec]:
    keep = {0, len(path) - 1}
    spans = [(0, len(path) - 1)]
    while spans:
        first, last = spans.pop()
        off = [
            geo.distance(p, geo.nearest_on_segment(p, path[first], path[last]))
            for p in path[first + 1 : last]
        ]
        if off and max(off) > tolerance:
            split = first + 1 + off.index(max(off))
            keep.add(split)
            spans += [(first, split), (split, last)]
    return [path[i] for i in sorted(keep)]


def _triangle(corners: list[Vec]) -> list[Vec]:
    """Drop the corners that bend least until three are left."""
    ring = list(corners)
    while len(ring) > 3:
        areas = [
            abs(geo.signed_area((ring[i - 1], ring[i], ring[(i + 1) % len(ring)])))
            for i in range(len(ring))
        ]
        ring.pop(areas.index(min(areas)))
    return ring
