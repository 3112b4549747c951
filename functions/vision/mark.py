"""A mark: what one group of strokes was read as."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np

from .analysis import Box, MarkKind, Warning
from .page import Points, apply_homography
from .vectors import Vector


@dataclass(frozen=True, eq=False)
class Mark:
    """One reading of some ink, in straight pixels (see `page`).

    `outline` is (n, 2): the ideal outline of a closed mark, the path from end to end of a line,
    for a spring the rectangle that its turns fill, its first and second corner at either end, and
    for a hatched block its corners, first and last those of the side that things are held by.
    `claims` are the numbers of the pieces of ink that it explains and that nothing else may
    explain; `shares` those that it leans on, such as the line that a box stands on.
    """

    kind: MarkKind
    confidence: float
    outline: Points
    claims: frozenset[int] = frozenset()
    shares: frozenset[int] = frozenset()
    radius: float | None = None
    solid: Vector | None = None
    instead: MarkKind | None = None

    @property
    def closed(self) -> bool:
        return self.kind in CLOSED or (self.kind == "support" and len(self.outline) > 2)

    @cached_property
    def center(self) -> Vector:
        return np.asarray(self.outline.mean(axis=0), dtype=np.float64)

    @cached_property
    def sides(self) -> tuple[tuple[list[float], list[float]], ...]:
        """The straight sides of its outline or path, by the x and y of their ends."""
        corners = self.outline.tolist()
        if self.closed or self.kind == "spring":
            corners.append(corners[0])
        return tuple(pairwise(corners))

    @property
    def is_ceiling(self) -> bool:
        """Whether it is solid above its line: nothing stands on it, things hang from it."""
        return self.solid is not None and float(self.solid[1]) < -0.7

    @property
    def ends(self) -> tuple[Vector, Vector]:
        """Where a line-like mark begins and ends."""
        if self.kind in ("spring", "damper") and len(self.outline) == 4:
            p, q, r, s = self.outline
            return (p + s) / 2, (q + r) / 2
        return self.outline[0], self.outline[-1]


CLOSED: frozenset[MarkKind] = frozenset(
    {"ball", "box", "polygon", "ramp", "pivot", "pulley", "wheel", "pin", "roller"}
)
FIXED: frozenset[MarkKind] = frozenset({"ground", "support", "ramp"})


def circle_outline(center: Vector, radius: float, count: int = 48) -> Points:
    """A circle as a polygon (count, 2)."""
    angles = np.linspace(0.0, 2 * np.pi, count, endpoint=False)
    return center + radius * np.stack([np.cos(angles), np.sin(angles)], axis=1)


@dataclass(frozen=True, eq=False)
class Marks:
    """All marks of a page, in straight pixels, and what is in doubt, in image pixels."""

    width: int
    height: int
    stroke_width: float
    marks: tuple[Mark, ...]
    rectify: tuple[float, ...] | None = None
    sheet_width: float | None = None
    warnings: tuple[Warning, ...] = field(default=())

    def to_image(self, points: Points) -> Points:
        """Straight points (n, 2) in pixels of the image as given."""
        return apply_homography(self._tilt, points)

    @cached_property
    def _tilt(self) -> tuple[float, ...] | None:
        """The homography from straight to image: the inverse of `rectify`."""
        if self.rectify is None:
            return None
        return tuple(np.linalg.inv(np.reshape(self.rectify, (3, 3))).ravel())

    def to_json(self) -> dict[str, Any]:
        """JSON-ready values; which ink a mark claims is left behind."""
        return {
            "width": self.width,
            "height": self.height,
            "stroke_width": self.stroke_width,
            "rectify": self.rectify,
            "sheet_width": self.sheet_width,
            "marks": [
                {
                    "kind": mark.kind,
                    "confidence": mark.confidence,
                    "outline": mark.outline.tolist(),
                    "radius": mark.radius,
                    "solid": None if mark.solid is None else mark.solid.tolist(),
                    "instead": mark.instead,
                }
                for mark in self.marks
            ],
            "warnings": [
                {
                    "code": warning.code,
                    "message": warning.message,
                    "bbox": warning.bbox,
                    "suggestion": warning.suggestion,
                    "mark": warning.mark,
                    "correction": warning.correction,
                }
                for warning in self.warnings
            ],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Marks:
        """The marks that `to_json` wrote.

        Raises:
            KeyError, TypeError: the data are not what it wrote.
        """
        return cls(
            width=data["width"],
            height=data["height"],
            stroke_width=data["stroke_width"],
            rectify=tuple(data["rectify"]) if data["rectify"] else None,
            sheet_width=data["sheet_width"],
            marks=tuple(
                Mark(
                    kind=mark["kind"],
                    confidence=mark["confidence"],
                    outline=np.asarray(mark["outline"], dtype=np.float64),
                    radius=mark["radius"],
                    solid=None if mark["solid"] is None else np.asarray(mark["solid"], np.float64),
                    instead=mark["instead"],
                )
                for mark in data["marks"]
            ),
            warnings=tuple(
                Warning(**{**warning, "bbox": _box(warning["bbox"])})
                for warning in data["warnings"]
            ),
        )


def _box(values: Sequence[float] | None) -> Box | None:
    if values is None:
        return None
    x, y, width, height = values
    return (x, y, width, height)
