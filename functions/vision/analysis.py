"""What was read in a drawing: marks, writing, how they are joined, and what is in doubt.

This is the analysis of the API contract. All pixels are of the image as given, x right, y down.
The module imports nothing heavy, so that a function that only passes an analysis on stays small.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, get_args

Point = tuple[float, float]
Box = tuple[float, float, float, float]
"""x, y, width, height."""

MarkKind = Literal[
    "ball",
    "box",
    "polygon",
    "ramp",
    "ground",
    "support",
    "rod",
    "rope",
    "spring",
    "damper",
    "pivot",
    "pulley",
    "wheel",
    "arrow",
    "arc_arrow",
    "pin",
    "roller",
    "load",
    "dimension",
]
ConnectionKind = Literal[
    "hinge", "weld", "contact", "spring", "damper", "rope", "over", "label", "acts_on"
]
Quantity = Literal[
    "mass",
    "stiffness",
    "damping",
    "velocity",
    "force",
    "gravity",
    "friction",
    "restitution",
    "length",
    "angle",
    "angular velocity",
    "torque",
    "time",
    "word",
]

MARK_KINDS: tuple[MarkKind, ...] = get_args(MarkKind)
CONNECTION_KINDS: tuple[ConnectionKind, ...] = get_args(ConnectionKind)
QUANTITIES: tuple[Quantity, ...] = get_args(Quantity)


@dataclass(frozen=True, slots=True)
class Shape:
    """One mark.

    `polygon` is the outline of a closed mark and, for a line, its path from end to end. `solid` is
    the unit vector in pixels that points to the hatched, solid side of a ground or support.
    """

    id: str
    kind: MarkKind
    confidence: float
    center: Point
    bbox: Box
    polygon: tuple[Point, ...]
    angle: float = 0.0
    fixed: bool = False
    body: str | None = None
    geom: str | None = None
    solid: Point | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """One piece of writing; `value` is in `unit`, both as read."""

    id: str
    text: str
    confidence: float
    bbox: Box
    quantity: Quantity | None = None
    name: str | None = None
    value: float | None = None
    unit: str | None = None
    attached_to: str | None = None


@dataclass(frozen=True, slots=True)
class Connection:
    """Two marks that are joined; `via` is the rod, spring, rope or pivot drawn between them."""

    id: str
    kind: ConnectionKind
    a: str
    b: str
    via: str | None = None
    at: Point | None = None


@dataclass(frozen=True, slots=True)
class Warning:
    """Something the reader is unsure of: what was assumed, and how to say otherwise.

    `correction` is the other reading, if there is one, as corrections are sent.
    """

    code: str
    message: str
    bbox: Box | None = None
    suggestion: str | None = None
    mark: str | None = None
    correction: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Analysis:
    """All that was read in one image.

    `rectify` is the 3x3 homography (row-major) that takes a pixel of the image as given to the page
    seen straight from the front; `None` where the page was not tilted. Lengths and angles are
    measured after it. `sheet_width` is how wide the sheet of paper is there, `None` where its sides
    are not in the picture.
    """

    sketch_id: str
    width: int
    height: int
    metres_per_pixel: float
    shapes: tuple[Shape, ...] = ()
    texts: tuple[Text, ...] = ()
    connections: tuple[Connection, ...] = ()
    warnings: tuple[Warning, ...] = ()
    rectify: tuple[float, ...] | None = None
    sheet_width: float | None = field(default=None, kw_only=True)
    reader: str = field(default="", kw_only=True)

    def to_json(self) -> dict[str, Any]:
        """The analysis as JSON-ready values."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Analysis:
        """The analysis that `to_json` wrote.

        Raises:
            TypeError: a field is missing or unknown.
        """
        values = dict(data)
        values["shapes"] = tuple(
            Shape(
                **{
                    **shape,
                    "center": tuple(shape["center"]),
                    "bbox": tuple(shape["bbox"]),
                    "polygon": tuple(tuple(point) for point in shape["polygon"]),
                    "solid": tuple(shape["solid"]) if shape.get("solid") else None,
                }
            )
            for shape in data["shapes"]
        )
        values["texts"] = tuple(
            Text(**{**text, "bbox": tuple(text["bbox"])}) for text in data["texts"]
        )
        values["connections"] = tuple(
            Connection(**{**link, "at": tuple(link["at"]) if link.get("at") else None})
            for link in data["connections"]
        )
        values["warnings"] = tuple(
            Warning(**{**warning, "bbox": tuple(warning["bbox"]) if warning.get("bbox") else None})
            for warning in data["warnings"]
        )
        values["rectify"] = tuple(data["rectify"]) if data.get("rectify") else None
        return cls(**values)
