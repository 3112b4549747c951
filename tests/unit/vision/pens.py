"""A pen to draw test pages with: black on white, straight and round strokes."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from vision.analysis import Analysis
from vision.look import look
from vision.page import Pixels

XY = tuple[float, float]


class Sheet:
    """A white sheet to draw on; all places in pixels."""

    def __init__(self, width: int = 1000, height: int = 700, pen: int = 4) -> None:
        self.pixels: Pixels = np.full((height, width, 3), 255, np.uint8)
        self.pen = pen

    def path(self, *points: XY, closed: bool = False) -> None:
        """Straight strokes from point to point."""
        fixed = np.rint(np.array(points) * 16).astype(np.int32)
        cv2.polylines(self.pixels, [fixed], closed, (0, 0, 0), self.pen, cv2.LINE_AA, 4)

    def rounded_box(self, corner: XY, width: float, height: float, radius: float) -> None:
        """A box from its top left corner, drawn in one go in haste."""
        x, y = corner
        middles = np.array(
            [
                [x + width - radius, y + radius],
                [x + width - radius, y + height - radius],
                [x + radius, y + height - radius],
                [x + radius, y + radius],
            ]
        )
        turns = np.radians(np.linspace(-90, 0, 9)[None] + 90 * np.arange(4)[:, None])
        rim = middles[:, None] + radius * np.stack([np.cos(turns), np.sin(turns)], axis=2)
        self.path(*((float(px), float(py)) for px, py in rim.reshape(-1, 2)), closed=True)

    def circle(self, center: XY, radius: float, *, filled: bool = False) -> None:
        """A full circle."""
        x, y = (round(value * 16) for value in center)
        thickness = -1 if filled else self.pen
        cv2.circle(self.pixels, (x, y), round(radius * 16), (0, 0, 0), thickness, cv2.LINE_AA, 4)

    def arc(self, center: XY, radius: float, start_deg: float, end_deg: float) -> None:
        """Part of a circle, clockwise as seen."""
        angles = np.radians(np.linspace(start_deg, end_deg, 60))
        points = np.array(center) + radius * np.stack([np.cos(angles), np.sin(angles)], axis=1)
        self.path(*[(float(x), float(y)) for x, y in points])

    def hatched(
        self, start: XY, end: XY, side: int = 1, every: float = 30, long: float = 22
    ) -> None:
        """A line with hatches on its right side, seen from start to end; -1 for the left."""
        self.path(start, end)
        a, b = np.array(start, float), np.array(end, float)
        along = (b - a) / np.hypot(*(b - a))
        across = side * np.array([-along[1], along[0]])
        for place in np.arange(every / 2, np.hypot(*(b - a)), every):
            foot = a + place * along
            tip = foot + long * (across - 0.8 * along) / 1.28
            self.path((foot[0], foot[1]), (tip[0], tip[1]))

    def zigzag(self, start: XY, end: XY, teeth: int = 8, half: float = 25) -> None:
        """A spring with straight leads of a tenth at both ends."""
        a, b = np.array(start, float), np.array(end, float)
        across = np.array([-(b - a)[1], (b - a)[0]]) / np.hypot(*(b - a))
        places = np.linspace(0.1, 0.9, 2 * teeth + 1)
        points = [a, a + 0.1 * (b - a)]
        for number, place in enumerate(places[:-1] + (places[1] - places[0]) / 2):
            points.append(a + place * (b - a) + (half if number % 2 else -half) * across)
        self.path(*[(p[0], p[1]) for p in [*points, a + 0.9 * (b - a), b]])

    def coil(
        self, start: XY, end: XY, turns: int = 9, half: float = 30, slip: float = 0.28
    ) -> None:
        """A spring seen from the side: bows to one side, and narrow loops back to the other.

        `slip` is how far the pen goes to and fro along the axis, in turns.
        """
        a, b = np.array(start, float), np.array(end, float)
        across = np.array([-(b - a)[1], (b - a)[0]]) / np.hypot(*(b - a))
        at = np.linspace(0, 1, 24 * turns)
        phase = 2 * np.pi * turns * at
        places = 0.1 + 0.8 * at + 0.8 / turns * slip * (1 - np.cos(phase))
        points = a + places[:, None] * (b - a) + half * np.sin(phase)[:, None] * across
        self.path(start, *[(float(x), float(y)) for x, y in points], end)

    def look(self) -> Analysis:
        """What is seen on the sheet."""
        done, data = cv2.imencode(".png", self.pixels)
        assert done
        return look(data.tobytes())


def kinds(analysis: Analysis) -> list[str]:
    """The kinds of all marks, sorted."""
    return sorted(shape.kind for shape in analysis.shapes)


def joined(analysis: Analysis) -> list[tuple[str, Sequence[str]]]:
    """Connections as their kind and the kinds of the marks they join, sorted."""
    kind = {shape.id: shape.kind for shape in analysis.shapes}
    return sorted((c.kind, tuple(sorted((kind[c.a], kind[c.b])))) for c in analysis.connections)
