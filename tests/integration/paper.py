"""Analyses made by hand: marks put on a sheet of paper, as exactly or as messily as one asks.

One unit of the sheet is 100 pixels; y is up. With `mess` every mark is shifted, turned and resized
a little, each end of a line on its own; with `joins=False` no connection is said, so that all of
them must be found from the geometry.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

from vision.analysis import Analysis, Connection, MarkKind, Point, Quantity, Shape, Text

_PIXELS = 100.0
_HEIGHT = 1000.0


class Paper:
    """A sheet on which marks are put one by one; `analysis` is what was read of it."""

    def __init__(self, *, mess: float = 0.0, seed: int = 1, joins: bool = True) -> None:
        self.mess = mess
        self.joins = joins
        self.random = random.Random(seed)
        self.shapes: list[Shape] = []
        self.texts: list[Text] = []
        self.connections: list[Connection] = []

    @property
    def analysis(self) -> Analysis:
        """What was read."""
        return Analysis(
            sketch_id="paper",
            width=1400,
            height=int(_HEIGHT),
            metres_per_pixel=0.0,
            shapes=tuple(self.shapes),
            texts=tuple(self.texts),
            connections=tuple(self.connections) if self.joins else (),
        )

    # Marks. Each returns its id.

    def ball(self, at: Point, radius: float, kind: MarkKind = "ball") -> str:
        """A circle, of any round kind."""
        at, radius = self._shaken(at), radius * self._about(0.02)
        ring = [
            (at[0] + radius * math.cos(a), at[1] + radius * math.sin(a))
            for a in (math.tau * i / 40 for i in range(40))
        ]
        return self._add(kind, ring)

    def box(self, at: Point, width: float, height: float, degrees: float = 0.0) -> str:
        """A rectangle about its centre."""
        at, width, height = self._shaken(at), width * self._about(0.02), height * self._about(0.02)
        angle = math.radians(degrees + self._slip(2.0))
        corners = [(-width / 2, -height / 2), (width / 2, -height / 2)]
        corners += [(width / 2, height / 2), (-width / 2, height / 2)]
        return self._add("box", [_turned(at, corner, angle) for corner in corners])

    def polygon(self, corners: Sequence[Point], kind: MarkKind = "polygon") -> str:
        """A closed outline."""
        return self._add(kind, [self._shaken(corner) for corner in corners])

    def line(self, kind: MarkKind, *path: Point) -> str:
        """A rod, rope, spring, damper, arrow, dimension, sloping ramp …"""
        return self._add(kind, [self._shaken(point) for point in path])

    def flat(self, kind: MarkKind, a: Point, b: Point, solid: Point | None = (0.0, -1.0)) -> str:
        """A ground or support, solid towards a unit vector (y up)."""
        ends = [self._shaken(a), self._shaken(b)]
        toward = None if solid is None else (solid[0], -solid[1])
        return self._add(kind, ends, solid=toward)

    def floor(self, left: float = -6.0, right: float = 6.0, level: float = 0.0) -> str:
        """A long line to stand on."""
        return self.flat("ground", (left, level), (right, level))

    def top(self, at: Point, width: float = 2.0) -> str:
        """A short hatched line to hang from."""
        left, right = (at[0] - width / 2, at[1]), (at[0] + width / 2, at[1])
        return self.flat("support", left, right, (0.0, 1.0))

    # What is written, and what is joined.

    def label(
        self,
        mark: str | None,
        quantity: Quantity,
        value: float | None,
        unit: str = "",
        name: str | None = None,
    ) -> None:
        """A label that was bound to a mark, or to the scene."""
        number = len(self.texts)
        text = f"{name or quantity} = {value} {unit}" if value is not None else str(name)
        box = (10.0, 10.0 + 40 * number, 120.0, 30.0)
        self.texts.append(Text(f"t{number}", text, 1.0, box, quantity, name, value, unit, mark))

    def join(self, kind: str, a: str, b: str, via: str | None = None) -> None:
        """Say that two marks are joined."""
        number = len(self.connections)
        self.connections.append(Connection(f"c{number}", kind, a, b, via))  # type: ignore[arg-type]

    def _add(self, kind: MarkKind, points: list[Point], *, solid: Point | None = None) -> str:
        name = f"s{len(self.shapes)}"
        pixels = tuple((700 + _PIXELS * x, _HEIGHT - 200 - _PIXELS * y) for x, y in points)
        xs, ys = [p[0] for p in pixels], [p[1] for p in pixels]
        low = (min(xs), min(ys))
        box = (*low, max(xs) - low[0], max(ys) - low[1])
        middle = (low[0] + box[2] / 2, low[1] + box[3] / 2)
        fixed = kind in {"ground", "support", "ramp"}
        self.shapes.append(Shape(name, kind, 1.0, middle, box, pixels, fixed=fixed, solid=solid))
        return name

    def _slip(self, size: float) -> float:
        return self.mess * self.random.uniform(-size, size)

    def _about(self, part: float) -> float:
        return 1 + self._slip(part)

    def _shaken(self, point: Point) -> Point:
        return (point[0] + self._slip(0.05), point[1] + self._slip(0.05))


def _turned(about: Point, point: Point, angle: float) -> Point:
    cos, sin = math.cos(angle), math.sin(angle)
    return (about[0] + cos * point[0] - sin * point[1], about[1] + sin * point[0] + cos * point[1])
