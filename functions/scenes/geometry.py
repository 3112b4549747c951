"""Plane geometry in plain Python: a drawing has tens of marks, not arrays of them."""

from __future__ import annotations

import math
from collections.abc import Sequence

Vec = tuple[float, float]


def add(a: Vec, b: Vec) -> Vec:
    """a + b."""
    return (a[0] + b[0], a[1] + b[1])


def sub(a: Vec, b: Vec) -> Vec:
    """a - b."""
    return (a[0] - b[0], a[1] - b[1])


def scale(a: Vec, factor: float) -> Vec:
    """a times a number."""
    return (a[0] * factor, a[1] * factor)


def dot(a: Vec, b: Vec) -> float:
    """The scalar product."""
    return a[0] * b[0] + a[1] * b[1]


def cross(a: Vec, b: Vec) -> float:
    """The scalar that is positive where b lies counter-clockwise of a."""
    return a[0] * b[1] - a[1] * b[0]


def distance(a: Vec, b: Vec) -> float:
    """How far a is from b."""
    return math.hypot(a[0] - b[0], a[1] - b[1])


def unit(a: Vec) -> Vec:
    """a at length 1; the zero vector becomes (1, 0)."""
    length = math.hypot(*a)
    return (a[0] / length, a[1] / length) if length > 0 else (1.0, 0.0)


def left_of(a: Vec) -> Vec:
    """a turned by a right angle counter-clockwise."""
    return (-a[1], a[0])


def direction(angle: float) -> Vec:
    """The unit vector at an angle from x."""
    return (math.cos(angle), math.sin(angle))


def turn(a: Vec, angle: float, about: Vec = (0.0, 0.0)) -> Vec:
    """a turned counter-clockwise about a point."""
    cos, sin = math.cos(angle), math.sin(angle)
    x, z = a[0] - about[0], a[1] - about[1]
    return (about[0] + cos * x - sin * z, about[1] + sin * x + cos * z)


def middle(a: Vec, b: Vec) -> Vec:
    """The point half way."""
    return ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2)


def wrap(angle: float, period: float = math.tau) -> float:
    """The same angle, modulo a period, nearest to zero."""
    return angle - period * round(angle / period)


def nearest_on_segment(point: Vec, a: Vec, b: Vec) -> Vec:
    """The point of a segment that is nearest."""
    along = sub(b, a)
    length2 = dot(along, along)
    if length2 == 0:
        return a
    t = max(0.0, min(1.0, dot(sub(point, a), along) / length2))
    return add(a, scale(along, t))


def signed_area(polygon: Sequence[Vec]) -> float:
    """The area of a polygon, positive if it runs counter-clockwise (the shoelace formula)."""
    rest = (*polygon[1:], polygon[0])
    return sum(cross(a, b) for a, b in zip(polygon, rest, strict=True)) / 2


def centroid(polygon: Sequence[Vec]) -> Vec:
    """The centre of a polygon's area, or of its corners where it has no area."""
    area = signed_area(polygon)
    if abs(area) < 1e-12:
        count = len(polygon)
        return (sum(p[0] for p in polygon) / count, sum(p[1] for p in polygon) / count)
    x = z = 0.0
    for a, b in zip(polygon, (*polygon[1:], polygon[0]), strict=True):
        part = cross(a, b)
        x += (a[0] + b[0]) * part
        z += (a[1] + b[1]) * part
    return (x / (6 * area), z / (6 * area))


def gyration(polygons: Sequence[Sequence[Vec]]) -> float:
    """Second polar moment of area over area, about the origin, for polygons that do not overlap."""
    moment = area = 0.0
    for polygon in polygons:
        for a, b in zip(polygon, (*polygon[1:], polygon[0]), strict=True):
            part = cross(a, b)
            moment += part * (dot(a, a) + dot(a, b) + dot(b, b)) / 12
            area += part / 2
    return moment / area


def convex_hull(points: Sequence[Vec]) -> list[Vec]:
    """The convex hull, counter-clockwise (Andrew's monotone chain)."""
    ordered = sorted(set(points))
    if len(ordered) < 3:
        return ordered
    halves: list[list[Vec]] = []
    for run in (ordered, ordered[::-1]):
        half: list[Vec] = []
        for point in run:
            while len(half) > 1 and cross(sub(half[-1], half[-2]), sub(point, half[-1])) <= 0:
                half.pop()
            half.append(point)
        halves.append(half[:-1])
    return halves[0] + halves[1]


def inside(point: Vec, polygon: Sequence[Vec]) -> bool:
    """Whether a point lies in a simple polygon (even-odd rule)."""
    x, z = point
    within = False
    for a, b in zip(polygon, (*polygon[1:], polygon[0]), strict=True):
        if (a[1] > z) != (b[1] > z) and x < a[0] + (z - a[1]) / (b[1] - a[1]) * (b[0] - a[0]):
            within = not within
    return within


def convex_pieces(polygon: Sequence[Vec]) -> list[list[Vec]]:
    """A simple counter-clockwise polygon as few convex ones: ears are cut off, then joined again
    across their common side while what comes out is convex (Hertel and Mehlhorn, 1983)."""
    pieces = _triangulate(polygon)
    joined = True
    while joined:
        joined = False
        for i, first in enumerate(pieces):
            for j in range(i + 1, len(pieces)):
                whole = _join(first, pieces[j])
                if whole is not None:
                    pieces[i] = whole
                    del pieces[j]
                    joined = True
                    break
            if joined:
                break
    return pieces


def _triangulate(polygon: Sequence[Vec]) -> list[list[Vec]]:
    """Triangles of a simple polygon, by cutting ears; of a tangled one, its convex hull."""
    ring = list(polygon)
    triangles: list[list[Vec]] = []
    while len(ring) > 3:
        for i, corner in enumerate(ring):
            before, after = ring[i - 1], ring[(i + 1) % len(ring)]
            if cross(sub(corner, before), sub(after, corner)) <= 0:
                continue
            ear = [before, corner, after]
            rest = (p for p in ring if p not in ear)
            if not any(_in_triangle(p, ear) for p in rest):
                triangles.append(ear)
                ring.pop(i)
                break
        else:
            return [convex_hull(polygon)]
    if signed_area(ring) > 0:
        triangles.append(ring)
    return triangles or [convex_hull(polygon)]


def _in_triangle(point: Vec, ear: Sequence[Vec]) -> bool:
    sides = zip(ear, (*ear[1:], ear[0]), strict=True)
    return all(cross(sub(b, a), sub(point, a)) >= 0 for a, b in sides)


def _join(first: list[Vec], second: list[Vec]) -> list[Vec] | None:
    """Two counter-clockwise polygons joined at a common side, if the result is convex."""
    for i, a in enumerate(first):
        b = first[(i + 1) % len(first)]
        for j, c in enumerate(second):
            if c == b and second[(j + 1) % len(second)] == a:
                rest = [second[(j + 2 + k) % len(second)] for k in range(len(second) - 2)]
                whole = first[: i + 1] + rest + first[i + 1 :]
                return whole if _is_convex(whole) else None
    return None


def _is_convex(polygon: Sequence[Vec]) -> bool:
    count = len(polygon)
    return all(
        cross(sub(polygon[i], polygon[i - 1]), sub(polygon[(i + 1) % count], polygon[i])) >= 0
        for i in range(count)
    )
