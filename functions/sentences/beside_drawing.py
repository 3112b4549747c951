"""A sentence beside a drawing adds to it: what it says of a mark becomes that mark's label.

"The ball weighs 3 kg", "the left block is 2 kg", "no friction", "on the moon". Where a label that
was drawn says otherwise the sentence wins, with a warning. Nothing in it is ever an error: it may
be no more than a title.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from vision.analysis import Analysis, MarkKind, Quantity, Shape, Text, Warning

from .comparisons import Comparison, take_comparisons
from .description import Link, LinkKind, Thing, ThingKind
from .errors import SentenceError
from .grammar import Reader
from .groups import Group

_OWN = "said_"
"""How the ids of labels begin that a sentence added."""

_MARKS: dict[ThingKind | LinkKind, tuple[tuple[MarkKind, ...], ...]] = {
    "ball": (("ball",), ("box", "polygon", "wheel")),
    "box": (("box", "polygon"), ("ball", "wheel")),
    "wheel": (("wheel",), ("ball", "pulley")),
    "cart": (("box",), ("polygon",)),
    "plank": (("box", "rod"), ("polygon",)),
    "rod": (("rod",), ("rope",)),
    "ramp": (("ramp",), ("ground",)),
    "floor": (("ground",),),
    "table": (("ground", "box"),),
    "wall": (("ground", "support"),),
    "ceiling": (("support", "ground"),),
    "pulley": (("pulley",), ("wheel",)),
    "fulcrum": (("pin", "ramp"),),
    "rope": (("rope",), ("rod",)),
    "spring": (("spring",),),
    "damper": (("damper",),),
}
"""The kinds of marks that a noun may mean; a later choice holds where none of an earlier is."""

_LOOSE_OWNERS: dict[str, tuple[MarkKind, ...]] = {
    "mass": ("ball", "box", "polygon", "wheel"),
    "stiffness": ("spring",),
    "damping": ("damper", "spring"),
    "angle": ("ramp",),
    "velocity": ("ball", "box", "polygon"),
    "length": ("rod", "rope"),
}
"""What a quantity without a noun belongs to."""

_MATERIALS = frozenset({"ice", "rubber", "steel", "wood"})


@dataclass(frozen=True, slots=True)
class _Fact:
    """One thing that was said of a noun: the noun's kind and side, and the label it becomes."""

    kind: ThingKind | LinkKind | None
    side: str | None
    quantity: Quantity
    value: float
    unit: str


def add_to_drawing(analysis: Analysis, sentence: str) -> Analysis:
    """The analysis with what a sentence adds to it, and warnings of what it could not add."""
    if any(text.id.startswith(_OWN) for text in analysis.texts):
        kept = tuple(text for text in analysis.texts if not text.id.startswith(_OWN))
        analysis = replace(analysis, texts=kept)
    if not sentence.strip():
        return analysis
    sentence, comparisons = take_comparisons(sentence)
    reader = Reader(sentence)
    try:
        reader.read_through()
    except SentenceError:
        return analysis
    addition = _Addition(analysis)
    for comparison in comparisons:
        addition.compare(comparison)
    for fact in (*_facts_of_world(reader), *_facts_of_groups(reader), *_loose_facts(reader)):
        addition.add(fact)
    addition.warn_of_words(reader.unplaced)
    return addition.analysis


def _noun_of(words: str) -> tuple[ThingKind | LinkKind | None, str | None]:
    """The kind and the side of what is named in some words."""
    reader = Reader(words)
    try:
        reader.read_through()
    except SentenceError:
        return None, None
    for group in reader.groups:
        for thing in group.things:
            return thing.kind, group.side
        for link in group.links:
            return link.kind, group.side
    sides = [side for side in ("left", "right", "top", "bottom") if side in words.lower().split()]
    return None, sides[0] if sides else None


def _facts_of_world(reader: Reader) -> Iterable[_Fact]:
    world = reader.world
    said: tuple[tuple[Quantity, float | None, str], ...] = (
        ("gravity", world.gravity_m_s2, "m/s2"),
        ("friction", world.friction, ""),
        ("restitution", world.restitution, ""),
        ("time", world.duration_s, "s"),
    )
    for quantity, value, unit in said:
        if value is not None:
            yield _Fact(None, None, quantity, value, unit)


def _facts_of_groups(reader: Reader) -> Iterable[_Fact]:
    for group in reader.groups:
        seen: set[tuple[str, Quantity, float]] = set()
        for part, quantity, value, unit in _parts_of(group):
            if (part.kind, quantity, value) not in seen:
                seen.add((part.kind, quantity, value))
                yield _Fact(part.kind, group.side, quantity, value, unit)


_OfThing = Callable[[Thing], float | None]
_THING_FACTS: tuple[tuple[Quantity, _OfThing, str], ...] = (
    ("mass", lambda thing: thing.mass_kg, "kg"),
    ("friction", lambda thing: thing.friction, ""),
    ("restitution", lambda thing: thing.restitution, ""),
    ("velocity", lambda thing: thing.speed_m_s, "m/s"),
    ("length", lambda thing: thing.radius_m, "m"),
    ("angle", lambda thing: thing.angle_deg if thing.kind == "ramp" else None, "°"),
    ("angular velocity", lambda thing: _size(thing.motor_rad_s), "rad/s"),
    ("torque", lambda thing: _size(thing.torque_n_m), "Nm"),
)
_OfLink = Callable[[Link], float | None]
_LINK_FACTS: tuple[tuple[Quantity, _OfLink, str], ...] = (
    ("stiffness", lambda link: link.stiffness_n_m, "N/m"),
    ("damping", lambda link: link.damping_ns_m, "Ns/m"),
    ("length", lambda link: link.length_m if link.kind != "spring" else None, "m"),
)


def _size(value: float | None) -> float | None:
    return None if value is None else abs(value)


def _parts_of(group: Group) -> Iterable[tuple[Thing | Link, Quantity, float, str]]:
    # A named system fills in what its own things are; only what was stated is said of the drawing.
    stated = set(group.stated) if group.is_system else None
    for thing in group.things:
        for quantity, of_thing, unit in _THING_FACTS:
            value = of_thing(thing)
            if value is not None and (stated is None or quantity in stated):
                yield thing, quantity, value, unit
    for link in group.links:
        for quantity, of_link, unit in _LINK_FACTS:
            value = of_link(link)
            if value is not None:
                yield link, quantity, value, unit


def _loose_facts(reader: Reader) -> Iterable[_Fact]:
    """Quantities that no noun was said of."""
    units = {"mass": "kg", "stiffness": "N/m", "damping": "Ns/m", "velocity": "m/s", "length": "m"}
    for token, prop in reader.loose:
        kind = prop if token.kind == "number" and prop is not None else token.kind
        value = token.values[0]
        if kind == "time":
            yield _Fact(None, None, "time", value, "s")
        elif kind == "acceleration" or prop == "gravity":
            yield _Fact(None, None, "gravity", value, "m/s2")
        elif kind == "friction":
            yield _Fact(None, None, "friction", value, "")
        elif kind == "restitution":
            yield _Fact(None, None, "restitution", value, "")
        elif kind == "angle":
            degrees = math.degrees(value) if token.kind == "angle" else value
            yield _Fact(None, "loose", "angle", degrees, "°")
        elif kind in units:
            yield _Fact(None, "loose", kind, value, units[kind])  # type: ignore[arg-type]
        else:
            reader.unplaced.append(token.spelt)


class _Addition:
    """One analysis in the making."""

    def __init__(self, analysis: Analysis) -> None:
        self.analysis = analysis
        self._count = 0

    def add(self, fact: _Fact) -> None:
        """Label the marks that a fact is about."""
        if fact.kind is None and fact.side is None:
            self._label(None, fact)
            return
        shapes = self._meant(fact)
        if not shapes:
            what = fact.kind or f"mark with a {fact.quantity}"
            self._warn(
                "SAID_OF_NOTHING",
                f"The sentence speaks of a {what}, and none was read in the drawing; "
                f"{fact.quantity} {_spelt(fact)} was left out.",
            )
            return
        if len(shapes) > 1 and fact.side is None and fact.quantity == "mass":
            self._warn(
                "SAID_OF_SEVERAL",
                f"{_spelt(fact)} was said of one {fact.kind}, and {len(shapes)} were read; each has"
                " it.",
                suggestion='Say which, as in "the left ball".',
            )
        for shape in shapes:
            self._label(shape, fact)

    def compare(self, comparison: Comparison) -> None:
        """Label what is said to be so many times what it, or another, is."""
        kind, side = _noun_of(comparison.subject)
        fact = _Fact(kind, side or "loose", comparison.quantity, comparison.factor, "")
        shapes = self._meant(fact)
        others = shapes
        if comparison.other is not None:
            other_kind, other_side = _noun_of(comparison.other)
            others = self._meant(replace(fact, kind=other_kind or kind, side=other_side))
        stated = next(
            (
                text
                for text in self.analysis.texts
                if text.quantity == fact.quantity
                and text.value is not None
                and text.attached_to in {shape.id for shape in others}
            ),
            None,
        )
        if not shapes or stated is None or stated.value is None:
            self._warn(
                "COMPARED_WITH_NOTHING",
                f"The sentence says {comparison.factor:g} times a {comparison.quantity} that is "
                "written nowhere; it was left out.",
                suggestion=f"Write the {comparison.quantity}, or say how much it is.",
            )
            return
        made = replace(fact, value=comparison.factor * stated.value, unit=stated.unit or "")
        for shape in shapes:
            self._label(shape, made)

    def warn_of_words(self, words: Sequence[str]) -> None:
        """Name the words that added nothing."""
        if words:
            named = ", ".join(f'"{word}"' for word in dict.fromkeys(words))
            self._warn("WORDS_NOT_PLACED", f"These words add nothing to the drawing: {named}.")

    def _meant(self, fact: _Fact) -> list[Shape]:
        choices = (
            (_LOOSE_OWNERS.get(fact.quantity, ()),)
            if fact.kind is None
            else _MARKS.get(fact.kind, ())
        )
        for kinds in choices:
            shapes = [shape for shape in self.analysis.shapes if shape.kind in kinds]
            if shapes:
                return _on_side(shapes, fact.side)
        return []

    def _label(self, shape: Shape | None, fact: _Fact) -> None:
        self._overrule(shape, fact)
        self._count += 1
        mark = shape.id if shape is not None else None
        text = Text(
            id=f"{_OWN}{self._count}",
            text=_spelt(fact),
            confidence=1.0,
            bbox=shape.bbox if shape is not None else (0.0, 0.0, 0.0, 0.0),
            quantity=fact.quantity,
            name=None,
            value=fact.value,
            unit=fact.unit,
            attached_to=mark,
        )
        self.analysis = replace(self.analysis, texts=(text, *self.analysis.texts))

    def _overrule(self, shape: Shape | None, fact: _Fact) -> None:
        """Drop what was drawn and says otherwise."""
        overruled = [
            text
            for text in self.analysis.texts
            if not text.id.startswith(_OWN)
            and (shape is None or text.attached_to == shape.id)
            and _speaks_of(text, fact.quantity)
        ]
        for text in overruled:
            if text.value != fact.value or text.unit != fact.unit:
                self._warn(
                    "SENTENCE_WINS",
                    f'"{text.text}" is written in the drawing, and the sentence says '
                    f"{_spelt(fact)}; the sentence holds.",
                    bbox=text.bbox,
                    mark=text.attached_to,
                )
        kept = tuple(text for text in self.analysis.texts if text not in overruled)
        self.analysis = replace(self.analysis, texts=kept)

    def _warn(
        self,
        code: str,
        message: str,
        *,
        suggestion: str | None = None,
        bbox: tuple[float, float, float, float] | None = None,
        mark: str | None = None,
    ) -> None:
        warning = Warning(code, message, bbox, suggestion, mark)
        self.analysis = replace(self.analysis, warnings=(*self.analysis.warnings, warning))


def _speaks_of(text: Text, quantity: Quantity) -> bool:
    if text.quantity == quantity:
        return text.value is not None
    word = (text.name or text.text).strip().lower()
    return quantity == "friction" and text.quantity == "word" and word in _MATERIALS


def _on_side(shapes: list[Shape], side: str | None) -> list[Shape]:
    """The leftmost, rightmost, topmost or lowest, where that was said; pixels run down."""
    if side == "left":
        return [min(shapes, key=lambda shape: shape.center[0])]
    if side == "right":
        return [max(shapes, key=lambda shape: shape.center[0])]
    if side == "top":
        return [min(shapes, key=lambda shape: shape.center[1])]
    if side == "bottom":
        return [max(shapes, key=lambda shape: shape.center[1])]
    return shapes


def _spelt(fact: _Fact) -> str:
    unit = fact.unit if fact.unit in {"", "°"} else f" {fact.unit}"
    return f"{fact.value:g}{unit}"
