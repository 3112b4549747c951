"""What a viewer's geoms look like from a side: flat outlines and faces, ready to be filled.

From the front (along +y, x to the right, z up) a planar scene is drawn as a textbook would; any
other model is seen from a little above and to the side, without perspective.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_RING = 28
"""Corners of a circle drawn as a polygon: at 480 pixels nobody sees them."""

_MAX_FACES = 1_500
"""Triangles of a mesh that are drawn one by one; larger ones become their outline."""

_LIGHT = np.array([0.35, -0.5, 0.79])
"""Towards the light: above, in front, a little to the right; a unit vector."""

_PLANAR_M = 1e-4
_PLANAR_QUATERNION = 1e-3


@dataclass(frozen=True, slots=True)
class Camera:
    """Looks along `away`; `right` and `up` span the picture."""

    right: Floats
    up: Floats
    away: Floats

    def flat(self, points: Floats) -> Floats:
        """Where points (..., 3) lie in the picture, (..., 2) in metres."""
        return np.stack([points @ self.right, points @ self.up], axis=-1)


FRONT = Camera(np.array([1.0, 0, 0]), np.array([0.0, 0, 1]), np.array([0.0, 1, 0]))


def oblique(azimuth_deg: float = 30.0, elevation_deg: float = 22.0) -> Camera:
    """From above and to the side: `azimuth_deg` to the right of the front."""
    a, e = math.radians(azimuth_deg), math.radians(elevation_deg)
    right = np.array([math.cos(a), math.sin(a), 0.0])
    away = np.array([-math.sin(a) * math.cos(e), math.cos(a) * math.cos(e), -math.sin(e)])
    return Camera(right, np.cross(right, away), away)


def is_planar(position: npt.NDArray[Any], quaternion: npt.NDArray[Any]) -> bool:
    """Whether all bodies move in x and z and turn about y alone.

    `position` is (frames, bodies, 3), `quaternion` (frames, bodies, 4).
    """
    sideways = np.ptp(position[..., 1], axis=0).max(initial=0.0)
    tumbling = np.abs(quaternion[..., [1, 3]]).max(initial=0.0)
    return bool(sideways < _PLANAR_M and tumbling < _PLANAR_QUATERNION)


@dataclass(frozen=True, slots=True)
class Round:
    """A disc or a stadium: all that is within `radius` of the line between two points."""

    ends: Floats
    radius: float


@dataclass(frozen=True, slots=True)
class Solid:
    """A convex or triangulated thing: `points` (n, 3), `faces` as indices, outward by the right
    hand."""

    points: Floats
    faces: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Plane:
    """A plane through the origin of its frame that faces along its z; half sizes, 0 is endless."""

    half: tuple[float, float]


Shape = Round | Solid | Plane


def outline_of(geom: Mapping[str, Any], meshes: Sequence[Mapping[str, Any]]) -> Shape | None:
    """The shape of a geom of a play header in its own frame; None for what is not drawn."""
    size = geom.get("size", [])
    match geom["type"]:
        case "sphere":
            return Round(np.zeros((2, 3)), size[0])
        case "capsule":
            return Round(np.array([[0, 0, -size[1]], [0, 0, size[1]]]), size[0])
        case "box":
            return _box(size)
        case "cylinder":
            return _cylinder(size[0], size[1])
        case "ellipsoid":
            return _ellipsoid(size)
        case "plane":
            return Plane((size[0], size[1]))
        case "mesh":
            mesh = meshes[geom["mesh"]]
            points = np.array(mesh["vertices"], np.float64).reshape(-1, 3)
            faces = np.array(mesh["faces"], np.intp).reshape(-1, 3)
            if len(faces) > _MAX_FACES:
                return Solid(points, ())
            return Solid(points, tuple(map(tuple, faces.tolist())))
    return None


def _box(half: Sequence[float]) -> Solid:
    signs = [(x, y, z) for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)]
    faces = ((0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3))
    return Solid(np.array(signs) * np.array(half), faces)


def _cylinder(radius: float, half: float) -> Solid:
    angle = np.linspace(0, 2 * np.pi, _RING, endpoint=False)
    ring = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
    points = np.concatenate([np.c_[ring, np.full(_RING, -half)], np.c_[ring, np.full(_RING, half)]])
    n = _RING
    sides = tuple((i, (i + 1) % n, n + (i + 1) % n, n + i) for i in range(n))
    return Solid(points, (tuple(reversed(range(n))), tuple(range(n, 2 * n)), *sides))


def _ellipsoid(half: Sequence[float]) -> Solid:
    up = np.linspace(-np.pi / 2, np.pi / 2, 9)[1:-1]
    round_ = np.linspace(0, 2 * np.pi, 16, endpoint=False)
    grid = [(np.cos(b) * np.cos(a), np.cos(b) * np.sin(a), np.sin(b)) for b in up for a in round_]
    points = np.array([(0, 0, -1), *grid, (0, 0, 1)]) * np.array(half)
    n, last = 16, len(points) - 1
    faces: list[tuple[int, ...]] = []
    for a in range(n):
        b = (a + 1) % n
        faces.append((0, 1 + b, 1 + a))
        for row in range(len(up) - 1):
            low, high = 1 + row * n, 1 + (row + 1) * n
            faces.append((low + a, low + b, high + b, high + a))
        faces.append((last, last - n + a, last - n + b))
    return Solid(points, tuple(faces))


def hull(points: Floats) -> Floats:
    """The convex outline of points (n, 2), counter-clockwise (Andrew's monotone chain)."""
    ordered = sorted(set(map(tuple, points.tolist())))
    if len(ordered) < 3:
        return np.array(ordered)

    def chain(row: Sequence[tuple[float, ...]]) -> list[tuple[float, ...]]:
        kept: list[tuple[float, ...]] = []
        for x, y in row:
            while len(kept) > 1:
                (ax, ay), (bx, by) = kept[-2:]
                if (bx - ax) * (y - ay) - (by - ay) * (x - ax) > 0:
                    break
                kept.pop()
            kept.append((x, y))
        return kept[:-1]

    return np.array(chain(ordered) + chain(ordered[::-1]))


def facing(
    camera: Camera, points: Floats, faces: Sequence[tuple[int, ...]]
) -> list[tuple[tuple[int, ...], float, float]]:
    """The faces that look at the camera: each with its brightness (0 to 1) and its distance."""
    seen = []
    for face in faces:
        a, b, c = points[face[0]], points[face[1]], points[face[2]]
        normal = np.cross(b - a, c - b)
        length = math.sqrt(normal @ normal)
        if length > 0 and normal @ camera.away < 0:
            light = max(0.0, float(normal @ _LIGHT) / length)
            seen.append(
                (face, 0.45 + 0.55 * light, float(points[list(face)].mean(0) @ camera.away))
            )
    return sorted(seen, key=lambda item: -item[2])


def matrix(quaternion: Sequence[float] | npt.NDArray[Any]) -> Floats:
    """The rotation matrix (3, 3) of a unit quaternion, scalar first."""
    w, x, y, z = (float(part) for part in quaternion)
    return np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
            [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
            [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
        ]
    )
