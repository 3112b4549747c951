"""What a drawing means, before anyone draws it: marks, labels, connections and what must happen.

Lengths are in page units, y up; a scene picks its own origin and the page is cut to fit later.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .hand import Hand, PointLike, Points

Ink = Callable[[Hand], None]
Expectation = dict[str, Any]

UP = np.array([0.0, 1.0])
DOWN = -UP
LEFT = np.array([-1.0, 0.0])
RIGHT = -LEFT

BODIES = frozenset({"ball", "box", "polygon", "wheel", "pulley"})
FITS: dict[str, frozenset[str]] = {
    "mass": BODIES,
    "stiffness": frozenset({"spring"}),
    "damping": frozenset({"damper", "spring"}),
    "velocity": frozenset({"arrow"}) | BODIES,
    "force": frozenset({"arrow"}),
    "friction": BODIES | {"ramp", "ground"},
    "restitution": BODIES | {"ground"},
    "length": frozenset({"rod", "rope", "dimension", "ball", "spring"}),
    "angle": frozenset({"ramp", "rod", "arrow", "dimension"}),
    "angular velocity": frozenset({"arc_arrow", "wheel"}),
    "torque": frozenset({"arc_arrow"}),
    "word": BODIES | {"ground", "ramp", "rope", "rod"},
}
"""Which marks a quantity may belong to; those that are not here belong to the scene."""


@dataclass(frozen=True, eq=False)
class Mark:
    """One thing drawn: `outline` is the ideal shape (closed marks) or path (lines).

    `solid` is the unit vector to the hatched side of a ground or support.
    """

    id: str
    kind: str
    outline: Points
    ink: Ink
    closed: bool
    fixed: bool
    solid: Points | None = None

    @property
    def centre(self) -> Points:
        """The middle of its bounding box."""
        return np.asarray((self.outline.min(0) + self.outline.max(0)) / 2)


@dataclass(frozen=True, eq=False)
class Label:
    """Something written: `value` is SI. `near` are the points it would best stand beside."""

    text: str
    quantity: str
    value: float | None
    unit: str
    mark: Mark | None
    near: Points
    inside: bool = False


@dataclass
class Plan:
    """A scene: build it with `add` and the functions of `marks`, then draw it."""

    scene: str
    rng: np.random.Generator
    marks: list[Mark] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)
    connections: list[tuple[str, str, str, str | None]] = field(default_factory=list)
    expectations: list[Callable[[float], Expectation]] = field(default_factory=list)
    metres_per_unit: float | None = None
    needs_scale: bool = False

    def add(
        self,
        kind: str,
        outline: Sequence[PointLike] | Points,
        ink: Ink,
        *,
        name: str | None = None,
        closed: bool = False,
        fixed: bool = False,
        solid: PointLike | None = None,
    ) -> Mark:
        """Put a mark into the plan; its id is `name`, or its kind and a number."""
        known = {m.id for m in self.marks}
        stem = name or kind
        unique = stem
        count = 2
        while unique in known:
            unique = f"{stem}{count}"
            count += 1
        points = np.asarray(outline, float).reshape(-1, 2)
        hatched = None if solid is None else np.asarray(solid, float)
        mark = Mark(unique, kind, points, ink, closed, fixed, hatched)
        self.marks.append(mark)
        return mark

    def join(self, kind: str, a: Mark, b: Mark, via: Mark | None = None) -> None:
        """Say that two marks are joined."""
        self.connections.append((kind, a.id, b.id, via.id if via else None))

    def expect(self, measure: str, on: Mark | Sequence[Mark] | None, **terms: Any) -> None:
        """Say what the motion must do; terms are those of the examples' `expect`.

        A term may be a function of the metres in a page unit, known once the page is cut.
        """
        if on is None or isinstance(on, Mark):
            who: Any = on.id if on else None
        else:
            who = [m.id for m in on]

        def resolve(metres_per_unit: float) -> Expectation:
            known = {k: v(metres_per_unit) if callable(v) else v for k, v in terms.items()}
            return {"measure": measure, "on": who, **known}

        self.expectations.append(resolve)

    def label(
        self,
        mark: Mark | None,
        text: str,
        quantity: str,
        value: float | None,
        unit: str,
        *,
        near: Sequence[PointLike] | Points | None = None,
        inside: bool = False,
    ) -> None:
        """Write something, beside `near` or, without it, beside the mark it belongs to."""
        if near is None:
            near = mark.outline if mark else [(0.0, 0.0)]
        points = np.asarray(near, float).reshape(-1, 2)
        self.labels.append(Label(text, quantity, value, unit, mark, points, inside))
