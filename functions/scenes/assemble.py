"""Settled figures, in metres, become the parts of a scene."""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import pairwise

from vision.analysis import Warning

from . import geometry as geo
from .figures import BODY_KINDS, FIXED_KINDS, Figure
from .geometry import Vec
from .joins import End, Joins, Tie
from .quantities import MATERIAL_WORDS, Labels
from .scene import (
    Anchor,
    Body,
    BodyKind,
    Damper,
    Disc,
    HalfPlane,
    Joint,
    JointKind,
    Material,
    Outline,
    Over,
    Pieces,
    Rect,
    Rope,
    Scene,
    Spring,
)
from .settle import surfaces

_SLAB_M = 0.05
"""Thickness of a fixed line's solid side, as a part of the picture's width."""

_ROD_M = 0.006
"""Thickness of a rod, as a part of the picture's width; for the eye alone."""

_HEAVIEST_KG = 1.0
"""What the largest body weighs where no mass is stated."""

_SAG_PART = 0.1
"""A spring of unstated stiffness sags by this part of its length under what it holds."""

_CRITICAL_PART = 0.2
"""A damper of unstated strength: this part of the critical damping of a 1 s oscillation."""


class Assembly:
    """One scene in the making. `names` maps marks to the scene's names."""

    def __init__(self, figures: list[Figure], joins: Joins, labels: Labels, width_m: float) -> None:
        self.figures = figures
        self.joins = joins
        self.labels = labels
        self.width_m = width_m
        self.names = _names(figures)
        self.warnings: list[Warning] = []
        self.masses = self._masses()

    def scene(self, gravity: Vec, duration_s: float) -> Scene:
        """All parts together."""
        bodies = [self._body(f) for f in self.figures if f.kind in BODY_KINDS | FIXED_KINDS]
        rods, joints = self._rods()
        joints += self._axles()
        joints += self._pins()
        ropes, springs, dampers = self._lines()
        return Scene(
            bodies=(*bodies, *rods),
            joints=tuple(joints),
            ropes=tuple(ropes),
            springs=tuple(springs),
            dampers=tuple(dampers),
            apart=tuple(self._apart()),
            gravity=gravity,
            duration_s=duration_s,
        )

    def warn(self, code: str, message: str, figure: Figure, suggestion: str) -> None:
        """Note what was assumed of a mark."""
        self.warnings.append(Warning(code, message, figure.shape.bbox, suggestion, mark=figure.id))

    # Bodies.

    def _masses(self) -> dict[str, float]:
        """Stated masses; the rest by the density of the largest stated one, or of all alike."""
        moving = [f for f in self.figures if f.kind in BODY_KINDS and not f.fixed]
        solid = [f for f in moving if f.kind != "pulley"]
        stated = {
            f.id: mass
            for f in moving
            if (mass := self.labels.value(f.id, "mass")) is not None and mass > 0
        }
        weighed = [f for f in solid if f.id in stated]
        if weighed:
            largest = max(weighed, key=lambda f: f.area)
            density = stated[largest.id] / largest.area
        else:
            density = _HEAVIEST_KG / max((f.area for f in solid), default=1.0)
        return {f.id: stated.get(f.id, density * f.area) for f in solid} | {
            f.id: stated.get(f.id, 0.0) for f in moving if f.kind == "pulley"
        }

    def _material(self, figure: Figure) -> Material:
        friction = self.labels.value(figure.id, "friction")
        restitution = self.labels.value(figure.id, "restitution")
        for word in self.labels.words(figure.id):
            by_word = MATERIAL_WORDS.get(word)
            if by_word is not None:
                friction = by_word[0] if friction is None else friction
                restitution = by_word[1] if restitution is None else restitution
        if friction is not None and friction < 0:
            friction = None
        if restitution is not None and not 0 <= restitution <= 1:
            restitution = None
        return Material(friction, restitution)

    def _body(self, figure: Figure) -> Body:
        outline, position, angle = self._outline(figure)
        fixed = figure.fixed or figure.kind == "pulley"
        kinds: dict[str, BodyKind] = {
            "ball": "ball",
            "box": "box",
            "polygon": "polygon",
            "wheel": "wheel",
            "pulley": "pulley",
            "ground": "ground",
            "ramp": "ramp",
            "support": "support",
        }
        return Body(
            name=self.names[figure.id],
            kind=kinds[figure.kind],
            outline=outline,
            position=position,
            angle=angle,
            fixed=fixed,
            mass_kg=self.masses.get(figure.id, 0.0),
            material=self._material(figure),
            touches=figure.kind != "pulley",
        )

    def _outline(self, figure: Figure) -> tuple[Outline, Vec, float]:
        if figure.is_round:
            return Disc(figure.radius), figure.centre, figure.angle
        if figure.kind == "box" or (figure.kind in {"ground", "support"} and figure.height > 0):
            return Rect(figure.width, figure.height), figure.centre, figure.angle
        if figure.kind in {"ground", "support"}:
            return self._slab(figure)
        corners = figure.outline
        if len(corners) == 2:
            # A ramp that is only a line: a thin wedge under it, sharp at the foot.
            depth = 0.05 * geo.distance(*corners)
            corners = [*corners, (corners[1][0], corners[1][1] - depth)]
        if geo.signed_area(corners) < 0:
            corners.reverse()
        centre = geo.centroid(corners)
        piece = tuple(geo.sub(corner, centre) for corner in corners)
        return Pieces((piece,)), centre, 0.0

    def _slab(self, figure: Figure) -> tuple[Outline, Vec, float]:
        """What is solid behind a line: without end under a floor, else a slab."""
        _, normal = surfaces(figure)[0]
        angle = math.atan2(normal[1], normal[0]) - math.pi / 2
        middle = geo.middle(*figure.outline)
        if figure.kind == "ground" and normal[1] > 0.5 and not self._anything_below(figure):
            return HalfPlane(), middle, angle
        thick = _SLAB_M * self.width_m
        centre = geo.sub(middle, geo.scale(normal, thick / 2))
        return Rect(max(figure.width, 1e-3), thick), centre, angle

    def _anything_below(self, figure: Figure) -> bool:
        point, normal = surfaces(figure)[0]
        slack = 0.02 * self.width_m
        return any(
            geo.dot(geo.sub(corner, point), normal) < -slack
            for other in self.figures
            if other.kind in BODY_KINDS | FIXED_KINDS and other is not figure
            for corner in (other.outline or [geo.add(other.centre, (0.0, -other.radius))])
        )

    # Joints.

    def _rods(self) -> tuple[list[Body], list[Joint]]:
        rods, joints = [], []
        for tie in self.joins.ties:
            if tie.figure.kind != "rod" or tie.a.holder is None or tie.b.holder is None:
                continue
            a, b = tie.a.at, tie.b.at
            if geo.distance(a, b) < 1e-6:
                continue
            name = self.names[tie.figure.id]
            rods.append(
                Body(
                    name=name,
                    kind="rod",
                    outline=Rect(geo.distance(a, b), _ROD_M * self.width_m),
                    position=geo.middle(a, b),
                    angle=math.atan2(b[1] - a[1], b[0] - a[0]),
                    mass_kg=self.labels.value(tie.figure.id, "mass") or 0.0,
                    touches=False,
                )
            )
            for end in tie.ends:
                holder = end.holder
                assert holder is not None
                if holder.kind in {"pivot", "pin", "roller"}:
                    continue
                joints.append(
                    Joint(
                        f"{name}_to_{self.names[holder.id]}",
                        self._rod_joint(holder),
                        self.names[holder.id],
                        name,
                        end.at,
                    )
                )
        return rods, joints

    @staticmethod
    def _rod_joint(holder: Figure) -> JointKind:
        hinged = holder.kind in {"support", "ground", "ramp", "ball", "wheel", "pulley"}
        return "hinge" if hinged else "weld"

    def _axles(self) -> list[Joint]:
        return [
            Joint(
                f"axle_{self.names[wheel.id]}",
                "hinge",
                self.names[box.id],
                self.names[wheel.id],
                wheel.centre,
            )
            for wheel, box in self.joins.axles
        ]

    def _pins(self) -> list[Joint]:
        joints = []
        for pin in self.joins.pins:
            members = [self.names[f.id] for f in pin.members]
            for tie in self.joins.ties:
                if tie.figure.kind == "rod" and self.names[tie.figure.id] not in members:
                    members += [
                        self.names[tie.figure.id] for end in tie.ends if end.holder is pin.figure
                    ]
            if not members:
                continue
            moving = [
                f for f in members if f not in {self.names[m.id] for m in pin.members if m.fixed}
            ]
            at = pin.at
            held_to = next((m for m in members if m not in moving), None)
            if held_to is None and (pin.figure.kind in {"pin", "roller"} or len(moving) == 1):
                pass
            elif held_to is None:
                held_to = moving.pop(0)
            for index, name in enumerate(moving):
                kind: JointKind = "roller" if pin.figure.kind == "roller" else "hinge"
                suffix = f"_{index + 1}" if len(moving) > 1 else ""
                joints.append(Joint(self.names[pin.figure.id] + suffix, kind, held_to, name, at))
        return joints

    # Ropes, springs, dampers.

    def _lines(self) -> tuple[list[Rope], list[Spring], list[Damper]]:
        ropes: list[Rope] = []
        springs: list[Spring] = []
        dampers: list[Damper] = []
        for tie in self.joins.ties:
            figure = tie.figure
            if figure.kind == "rod" or tie.length < 1e-6:
                continue
            name = self.names[figure.id]
            a, b = self._anchor(tie.a), self._anchor(tie.b)
            if figure.kind == "rope":
                ropes.append(Rope(name, a, b, tuple(self._overs(tie))))
            elif figure.kind == "spring":
                stiffness = self.labels.value(figure.id, "stiffness")
                damping = self.labels.value(figure.id, "damping") or 0.0
                springs.append(
                    Spring(name, a, b, stiffness or self._stiffness(tie), max(damping, 0.0))
                )
            else:
                damping = self.labels.value(figure.id, "damping") or self._damping(tie)
                dampers.append(Damper(name, a, b, damping))
        return ropes, springs, dampers

    def _anchor(self, end: End) -> Anchor:
        holder = end.holder
        if holder is None:
            return Anchor(None, end.at)
        if holder.kind in {"pivot", "pin", "roller"}:
            members = next((p.members for p in self.joins.pins if p.figure is holder), [])
            body = next((self.names[m.id] for m in members), None)
            return Anchor(body, end.at)
        return Anchor(self.names[holder.id], end.at)

    def _overs(self, tie: Tie) -> Iterable[Over]:
        for pulley in tie.over:
            path = tie.figure.outline
            nearest = min(
                (geo.nearest_on_segment(pulley.centre, a, b) for a, b in pairwise(path)),
                key=lambda foot: geo.distance(foot, pulley.centre),
            )
            yield Over(self.names[pulley.id], geo.unit(geo.sub(nearest, pulley.centre)))

    def _held_kg(self, tie: Tie) -> float:
        held = [self.masses.get(end.holder.id, 0.0) for end in tie.ends if end.holder is not None]
        return max((mass for mass in held if mass > 0), default=_HEAVIEST_KG)

    def _stiffness(self, tie: Tie) -> float:
        stiffness = float(f"{self._held_kg(tie) * 9.81 / (_SAG_PART * tie.length):.2g}")
        self.warn(
            "STIFFNESS_ASSUMED",
            f"No stiffness is written at the spring: {stiffness:g} N/m is assumed.",
            tie.figure,
            'Write it beside the spring, as "k = 100 N/m".',
        )
        return stiffness

    def _damping(self, tie: Tie) -> float:
        damping = float(f"{2 * _CRITICAL_PART * self._held_kg(tie) * math.tau:.2g}")
        self.warn(
            "DAMPING_ASSUMED",
            f"No damping is written at the damper: {damping:g} N s/m is assumed.",
            tie.figure,
            'Write it beside the damper, as "c = 2 Ns/m".',
        )
        return damping

    def _apart(self) -> Iterable[tuple[str, str]]:
        """Pairs that are drawn over one another because something joins them."""
        for pin in self.joins.pins:
            members = [f for f in pin.members if f.kind != "rod"]
            for index, first in enumerate(members):
                for second in members[index + 1 :]:
                    yield self.names[first.id], self.names[second.id]


def _names(figures: list[Figure]) -> dict[str, str]:
    """A name for each mark: the one it has, else its kind and a number."""
    names: dict[str, str] = {}
    taken = {name for f in figures if (name := f.shape.body or f.shape.geom)}
    counts: dict[str, int] = {}
    for figure in figures:
        own = figure.shape.body or figure.shape.geom
        if own and own not in names.values():
            names[figure.id] = own
            continue
        while True:
            counts[figure.kind] = counts.get(figure.kind, 0) + 1
            name = f"{figure.kind}_{counts[figure.kind]}"
            if name not in taken:
                break
        names[figure.id] = name
    return names
