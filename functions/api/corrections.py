"""Corrections: what an owner says of a reading, checked against it before a job is made of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, with_config
from typing_extensions import TypedDict

from shared.errors import FieldError, ValidationFailed
from vision.analysis import Analysis, ConnectionKind, MarkKind

from .readings import ids_of, refused

MarkId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{1,64}$")]
Pixel = Annotated[float, Field(allow_inf_nan=False, ge=-100_000, le=100_000)]
Point = tuple[Pixel, Pixel]
Polygon = Annotated[list[Point], Field(min_length=2, max_length=2000)]
_STRICT = ConfigDict(extra="forbid")


# Dictionaries rather than models, because a field left out and a field of null differ.
@with_config(_STRICT)
class ShapeCorrection(TypedDict, total=False):
    """What is said of a mark; a new one needs a kind and a polygon."""

    kind: MarkKind
    polygon: Polygon
    center: Point
    angle: Annotated[float, Field(allow_inf_nan=False, ge=-360, le=360)]
    fixed: bool
    solid: Point | None


@with_config(_STRICT)
class TextCorrection(TypedDict, total=False):
    """What is said of writing; new writing needs a text."""

    text: Annotated[str, Field(max_length=200)]
    attached_to: MarkId | None
    bbox: tuple[Pixel, Pixel, Pixel, Pixel]


@with_config(_STRICT)
class ConnectionCorrection(TypedDict, total=False):
    """What is said of a connection; a new one needs a kind, a and b."""

    kind: ConnectionKind
    a: MarkId
    b: MarkId
    via: MarkId | None
    at: Point | None


class Corrections(BaseModel):
    """Changes by id. Null drops what was read, an id that isn't there adds something."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"shapes": {"s3": {"kind": "pivot"}}, "texts": {"t1": {"text": "m=2kg"}}}]
        },
    )

    shapes: Annotated[dict[MarkId, ShapeCorrection | None], Field(max_length=1000)] = {}
    texts: Annotated[dict[MarkId, TextCorrection | None], Field(max_length=1000)] = {}
    connections: Annotated[dict[MarkId, ConnectionCorrection | None], Field(max_length=1000)] = {}


def complete(corrections: Corrections, reading: Analysis, shown: Analysis) -> dict[str, Any]:
    """The corrections as they can be applied to the reading.

    Compiling a reading adds connections that follow from the drawing. What is said of one of those
    is completed to a connection of its own.

    Args:
        corrections: as they were sent.
        reading: what was read, which corrections are applied to.
        shown: the compiled analysis that the client has seen.

    Raises:
        ValidationFailed: nothing is corrected, or a connection that follows from the drawing is
            dropped.
    """
    said = corrections.model_dump(mode="json", exclude_unset=True)
    if not any(said.values()):
        raise ValidationFailed(
            "Nothing is corrected.",
            errors=[FieldError("body", "name at least one of shapes, texts, connections")],
        )
    read = {link.id for link in reading.connections}
    derived = {link.id: link for link in shown.connections if link.id not in read}
    for key, change in said.get("connections", {}).items():
        if key not in derived:
            continue
        if change is None:
            raise refused(
                f"connections.{key}", "it follows from the drawing; correct the marks it joins"
            )
        whole = {name: value for name, value in asdict(derived[key]).items() if name != "id"}
        said["connections"][key] = whole | change
    return said


def check_drops(
    said: Mapping[str, Any], reading: Analysis, earlier: Mapping[str, Mapping[str, Any]]
) -> None:
    """Refuse to drop what isn't there.

    Args:
        said: the new corrections.
        reading: what was read.
        earlier: corrections made before, which may have added marks.

    Raises:
        ValidationFailed: naming each mark.
    """
    absent = [
        FieldError(f"{section}.{key}", "there is none to drop")
        for section, changes in said.items()
        for key, change in changes.items()
        if change is None
        and key not in ids_of(reading, section)
        and not earlier.get(section, {}).get(key)
    ]
    if absent:
        raise ValidationFailed("What is to be dropped isn't there.", errors=absent)
