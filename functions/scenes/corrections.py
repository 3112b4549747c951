"""What its owner says of a reading: other kinds, other words, marks added and dropped."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar, TypeVar

from vision.analysis import (
    CONNECTION_KINDS,
    MARK_KINDS,
    Analysis,
    Box,
    Connection,
    Point,
    Shape,
    Text,
    Warning,
)
from vision.labels.grammar import meanings

_Part = TypeVar("_Part", Shape, Text, Connection)

_FIXED_KINDS = frozenset({"ground", "ramp", "support"})


class CorrectionRefused(Exception):
    """A correction names what isn't there, or says what can't be; `detail` says which."""

    code: ClassVar[str] = "CORRECTION_REFUSED"

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


def apply_corrections(analysis: Analysis, corrections: Mapping[str, Any]) -> Analysis:
    """The analysis as its owner wants it read.

    Args:
        analysis: as it was read.
        corrections: `{"shapes": {id: {field: value} | None}, "texts": …, "connections": …}`. Fields
            that aren't named stay; None drops the part; an id that isn't there adds one.

    What is said of a mark or a label settles the warnings about it. A dropped mark takes its joins
    along and lets go of its labels. The joins of a mark that is now of another kind are found anew.

    Raises:
        CorrectionRefused: a kind, a mark or a value that can't be.
    """
    said_of_shapes = corrections.get("shapes") or {}
    shapes = _corrected("shapes", analysis.shapes, said_of_shapes, _shape)
    kept = {shape.id for shape in shapes}
    texts = _corrected("texts", analysis.texts, corrections.get("texts") or {}, _text)
    texts = [
        text if text.attached_to in kept else replace(text, attached_to=None) for text in texts
    ]
    remade = {key for key, said in said_of_shapes.items() if said is None or "kind" in said}
    connections = [
        link
        for link in analysis.connections
        if link.a in kept and link.b in kept and not {link.a, link.b, link.via} & remade
    ]
    connections = _corrected(
        "connections", connections, corrections.get("connections") or {}, _connection
    )
    for link in connections:
        for end in filter(None, (link.a, link.b, link.via)):
            if end not in kept:
                raise CorrectionRefused(f"connections.{link.id}: there is no mark {end!r}.")
    settled = {*said_of_shapes, *(corrections.get("texts") or {})}
    return replace(
        analysis,
        shapes=tuple(shapes),
        texts=tuple(texts),
        connections=tuple(connections),
        warnings=tuple(w for w in analysis.warnings if not settled & _about(w)),
    )


def _about(warning: Warning) -> set[str | None]:
    """The mark that a warning names, and all that its other reading would correct."""
    parts = (warning.correction or {}).values()
    return {warning.mark, *(key for part in parts for key in part)}


def texts_to_bind(
    before: Analysis, after: Analysis, corrections: Mapping[str, Any]
) -> frozenset[str]:
    """The texts whose mark is to be found anew, once corrections were applied.

    Those that now mean something else, new ones, and those without a mark, or with one that was
    corrected, where marks were. What the owner attached, or wrote nowhere, stays as it is.
    """
    said = corrections.get("texts") or {}
    marks = corrections.get("shapes") or {}
    meant = {text.id: text.quantity for text in before.texts}
    return frozenset(
        text.id
        for text in after.texts
        if "attached_to" not in (said.get(text.id) or {})
        and text.bbox[2] > 0
        and text.bbox[3] > 0
        and (
            meant.get(text.id) != text.quantity
            or (marks and (text.attached_to is None or text.attached_to in marks))
        )
    )


def _corrected(
    section: str,
    parts: Sequence[_Part],
    said: Mapping[str, Any],
    make: Callable[[str, _Part | None, Mapping[str, Any]], _Part],
) -> list[_Part]:
    known = {part.id: part for part in parts}
    for key, change in said.items():
        if change is None:
            if known.pop(key, None) is None:
                raise CorrectionRefused(f"{section}.{key}: there is none to drop.")
            continue
        if not isinstance(change, Mapping):
            raise CorrectionRefused(f"{section}.{key}: must be an object, or null to drop it.")
        try:
            known[key] = make(key, known.get(key), change)
        except (TypeError, ValueError) as error:
            raise CorrectionRefused(f"{section}.{key}: {error}") from error
    return list(known.values())


def _shape(key: str, old: Shape | None, said: Mapping[str, Any]) -> Shape:
    _only(said, {"kind", "polygon", "center", "angle", "fixed", "solid"})
    if old is None and not {"kind", "polygon"} <= said.keys():
        raise ValueError("a new mark needs a kind and a polygon")
    if "kind" in said and said["kind"] not in MARK_KINDS:
        raise ValueError(f"kind must be one of {', '.join(MARK_KINDS)}")
    changes: dict[str, Any] = {"confidence": 1.0}
    if "kind" in said:
        fixed = said["kind"] in _FIXED_KINDS
        changes |= {"kind": said["kind"], "fixed": fixed, "body": None, "geom": None}
    if "polygon" in said:
        polygon = tuple(_point(point) for point in said["polygon"])
        if len(polygon) < 2:
            raise ValueError("a polygon needs at least two points")
        changes |= {"polygon": polygon, "bbox": _box(polygon), "center": _middle(polygon)}
    for name in ("center", "solid"):
        if said.get(name) is not None:
            changes[name] = _point(said[name])
    if "angle" in said:
        changes["angle"] = float(said["angle"])
    if "fixed" in said:
        changes["fixed"] = bool(said["fixed"])
    return replace(old, **changes) if old else Shape(id=key, **changes)


def _text(key: str, old: Text | None, said: Mapping[str, Any]) -> Text:
    _only(said, {"text", "attached_to", "bbox"})
    if old is None and "text" not in said:
        raise ValueError("new writing needs a text")
    changes: dict[str, Any] = {"confidence": 1.0}
    if "text" in said:
        changes |= _meaning(str(said["text"]))
    if "attached_to" in said:
        changes["attached_to"] = said["attached_to"]
    if "bbox" in said:
        x, y, width, height = (float(value) for value in said["bbox"])
        changes["bbox"] = (x, y, width, height)
    return replace(old, **changes) if old else Text(**{"id": key, "bbox": (0, 0, 0, 0)} | changes)


def _connection(key: str, old: Connection | None, said: Mapping[str, Any]) -> Connection:
    _only(said, {"kind", "a", "b", "via", "at"})
    if old is None and not {"kind", "a", "b"} <= said.keys():
        raise ValueError("a new connection needs a kind, a and b")
    if "kind" in said and said["kind"] not in CONNECTION_KINDS:
        raise ValueError(f"kind must be one of {', '.join(CONNECTION_KINDS)}")
    changes = dict(said)
    if changes.get("at") is not None:
        changes["at"] = _point(changes["at"])
    return replace(old, **changes) if old else Connection(id=key, **changes)


def _meaning(text: str) -> dict[str, Any]:
    found = next(iter(meanings(text)), None)
    if found is None:
        return dict.fromkeys(("quantity", "name", "value", "unit")) | {"text": text}
    names = ("quantity", "name", "value", "unit")
    return {name: getattr(found, name) for name in names} | {"text": text}


def _only(said: Mapping[str, Any], allowed: set[str]) -> None:
    unknown = sorted(set(said) - allowed)
    if unknown:
        raise ValueError(
            f"{', '.join(unknown)} can't be corrected; {', '.join(sorted(allowed))} can"
        )


def _point(value: Any) -> Point:
    x, y = (float(number) for number in value)
    return (x, y)


def _box(polygon: Sequence[Point]) -> Box:
    xs, ys = [x for x, _ in polygon], [y for _, y in polygon]
    return (min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))


def _middle(polygon: Sequence[Point]) -> Point:
    x, y, width, height = _box(polygon)
    return (x + width / 2, y + height / 2)
