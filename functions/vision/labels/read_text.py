"""A label as it was read. It imports nothing heavy, so that what only binds labels stays small."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from ..analysis import Box, Point
from .grammar import Meaning


@dataclass(frozen=True, slots=True)
class ReadText:
    """One label as it was read, before it is known what it belongs to.

    `raw` is what the reader saw, `meanings` the ways to understand it, the likeliest first, their
    cost that of reading and repair together; none where it is no label. `bbox`, `center` and
    `corners` are in pixels of the image as given.
    """

    id: str
    raw: str
    confidence: float
    bbox: Box
    center: Point
    corners: tuple[Point, ...]
    meanings: tuple[Meaning, ...]

    def to_json(self) -> dict[str, Any]:
        """This text as JSON-ready values."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> ReadText:
        """The text that `to_json` wrote.

        Raises:
            KeyError, TypeError: a field is missing or unknown.
        """
        return cls(
            **{
                **data,
                "bbox": tuple(data["bbox"]),
                "center": tuple(data["center"]),
                "corners": tuple(tuple(corner) for corner in data["corners"]),
                "meanings": tuple(
                    Meaning(**{**meaning, "assumed": tuple(meaning["assumed"])})
                    for meaning in data["meanings"]
                ),
            }
        )
