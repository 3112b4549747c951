"""Settled figures, in metres, become the parts of a scene."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from vision.analysis import Warning

from . import geometry as geo
from .acts import Acts, ActsReader, rolling
from .figures import BODY_KINDS, FIXED_KINDS, FLAT_KINDS, Figure
from .geometry import Vec
from .joins import End, Joins, Tie
from .lines import Lines
from .outlines import outline_of
from .overlaps import Overlap
from .quantities import MATERIAL_WORDS, Labels
from .resting import surfaces
from .scene import (
    Body,
    BodyKind,
    Guide,
    Joint,
    JointKind,
    Material,
    Rect,
    Scene,
)
from .touch import friction_between

_ROD_PART = 0.006
"""Thickness of a rod, as a part of the picture's width; for the eye alone."""

_BODY_KINDS: dict[str, BodyKind] = {
    "ball": "ball",
    "box": "box",
    "polygon": "polygon",
    "wheel": "wheel",
    "pulley": "pulley",
    "ground": "ground",
    "ramp": "ramp",
    "support": "support",
}

_HINGING = frozenset({"ball", "wheel", "pulley"})
"""What a rod turns about where it meets it, beside all that is fixed; it is rigid with the rest."""

STEADY = 0.6
"""A block at least this wide for its height does not tip when another runs into it."""

_STEEP_SINE = math.sin(math.radians(60))
_PLUMB_COSINE = math.sin(math.radians(6))


class Assembly:
    """One scene in the making. `names` maps marks to the scene's names; `struts` are the rods that
    become no body: they hold between what does not move, or hold nothing."""

    def __init__(
        self,
        figures: list[Figure],
        joins: Joins,
        labels: Labels,
        masses: dict[str, float],
        width_m: float,
    ) -> None:
        self.figures = figures
        self.joins = joins
        self.labels = labels
        self.masses = masses
        self.width_m = width_m
        self.names = name_marks(figures)
        self.warnings: list[Warning] = []
        self.links = [tie for tie in joins.ties if self._is_link(tie)]
        self.struts = {f.id for f in figures if f.kind == "rod"}
        self.struts -= {tie.figure.id for tie in self.links}

    def warn(self, code: str, message: str, figure: Figure, suggestion: str) -> None:
        """Note what was assumed of a mark."""
        self.warnings.append(Warning(code, message, figure.shape.bbox, suggestion, mark=figure.id))

    def scene(
        self, reader: ActsReader, stuck: Sequence[Overlap], gravity: Vec, duration_s: float
    ) -> Scene:
        """All parts together."""
        joints = [joint for tie in self.links for joint in self._rod_joints(tie)]
        joints += [*self._axles(), *self._pins()]
        acts = reader.read(joints)
        self._spread(acts)
        bodies = [self._body(f, acts) for f in self.figures if f.kind in _BODY_KINDS]
        bodies += [self._rod(tie, acts) for tie in self.links]
        lines = Lines(self.joins, self.labels, self.masses, self.names, self.struts, self.warn)
        lines.string(acts.pulls)
        return Scene(
            bodies=(*bodies, *lines.knots),
            joints=tuple(joints),
            ropes=tuple(lines.ropes),
            springs=tuple(lines.springs),
            dampers=tuple(lines.dampers),
            motors=tuple(acts.motors),
            forces=tuple(acts.forces),
            torques=tuple(acts.torques),
            loads=tuple(acts.loads),
            guides=tuple(self._guides(acts)),
            apart=tuple(sorted(set(self._apart(joints, stuck)))),
            gravity=gravity,
            duration_s=duration_s,
        )

    # Bodies.

    def _material(self, figure: Figure) -> Material:
        friction = self._surface(figure.id, "friction")
        restitution = self._surface(figure.id, "restitution")
        if restitution is not None and restitution > 1:
            self.warn(
                "RESTITUTION_ABOVE_ONE",
                f"A restitution of {restitution:g} would make energy; 1 is taken.",
                figure,
                "Write a number from 0 to 1.",
            )
            restitution = 1.0
        return Material(friction, restitution)

    def _surface(self, mark: str, what: str) -> float | None:
        """A surface's number: of the mark, by a word at it, or of the whole scene."""
        index = 0 if what == "friction" else 1
        for owner in (mark, None):
            said = self.labels.value(owner, "friction" if index == 0 else "restitution")
            if said is not None and said >= 0:
                return said
            for word in self.labels.words(owner):
                number = MATERIAL_WORDS.get(word, (None, None))[index]
                if number is not None:
                    return number
        return None

    def _body(self, figure: Figure, acts: Acts) -> Body:
        below = any(self._is_below(other, figure) for other in self.figures)
        outline, position, angle = outline_of(figure, self.joins, self.width_m, endless=not below)
        fixed = figure.fixed or (figure.kind == "pulley" and figure not in self.joins.carried)
        return Body(
            name=self.names[figure.id],
            kind=_BODY_KINDS[figure.kind],
            outline=outline,
            position=position,
            angle=angle,
            fixed=fixed,
            mass_kg=self.masses.get(figure.id, 0.0),
            velocity=(0.0, 0.0) if fixed else acts.velocities.get(figure.id, (0.0, 0.0)),
            angular_velocity=0.0 if fixed else acts.spins.get(figure.id, 0.0),
            material=self._material(figure),
            touches=figure.kind != "pulley",
        )

    def _is_below(self, other: Figure, ground: Figure) -> bool:
        """Whether something is drawn on the far side of a ground's line."""
        if other is ground or other.kind not in BODY_KINDS | FIXED_KINDS:
            return False
        a, b = ground.ends if len(ground.corners) == 2 else (ground.centre, ground.centre)
        along = geo.unit(geo.sub(b, a))
        up = geo.left_of(along) if along[0] >= 0 else geo.scale(geo.left_of(along), -1.0)
        points = other.outline or [geo.add(other.centre, geo.scale(up, -other.radius))]
        lowest = min(geo.dot(geo.sub(point, a), up) for point in points)
        return lowest < -0.02 * self.width_m

    def _spread(self, acts: Acts) -> None:
        """A velocity of one part of a cart is the cart's; what lies on something fixed rolls."""
        for wheel, box in self.joins.axles:
            shared = acts.velocities.get(box.id) or acts.velocities.get(wheel.id)
            if shared is not None:
                acts.velocities[box.id] = acts.velocities[wheel.id] = shared
        for figure in self.figures:
            velocity = acts.velocities.get(figure.id)
            if velocity is None:
                continue
            if figure.is_round and figure.id not in acts.spins:
                spin = rolling(figure, velocity, self.joins, self._friction)
                acts.spins[figure.id] = spin
            for pin in self.joins.pins:
                arm = geo.sub(figure.centre, pin.at)
                if figure in pin.members and math.hypot(*arm) > 1e-6 and not figure.is_round:
                    acts.spins[figure.id] = geo.cross(arm, velocity) / geo.dot(arm, arm)

    def _friction(self, first: Figure, second: Figure) -> float:
        return friction_between(self._material(first), self._material(second))

    # Rods and hinges.

    def _is_link(self, tie: Tie) -> bool:
        if tie.figure.kind != "rod" or tie.length < 1e-6 or _is_strut(tie, self.joins):
            return False
        if tie.a.holder is None and tie.b.holder is None:
            self.warn(
                "ROD_TO_NOWHERE",
                "The line joins nothing at either end; it was left out.",
                tie.figure,
                "Let it begin and end at the marks that it should join.",
            )
            return False
        return True

    def _rod(self, tie: Tie, acts: Acts) -> Body:
        a, b = tie.a.at, tie.b.at
        along = geo.sub(b, a)
        arm = geo.sub(_speaks_for(tie.b), _speaks_for(tie.a))
        relative = geo.sub(self._speed(tie.b, acts), self._speed(tie.a, acts))
        return Body(
            name=self.names[tie.figure.id],
            kind="rod",
            outline=Rect(tie.length, _ROD_PART * self.width_m),
            position=geo.middle(a, b),
            angle=math.atan2(along[1], along[0]),
            angular_velocity=geo.cross(arm, relative) / max(geo.dot(arm, arm), 1e-12),
            touches=False,
        )

    @staticmethod
    def _speed(end: End, acts: Acts) -> Vec:
        return acts.velocities.get(end.holder.id, (0.0, 0.0)) if end.holder else (0.0, 0.0)

    def _rod_joints(self, tie: Tie) -> Iterable[Joint]:
        name = self.names[tie.figure.id]
        for end in tie.ends:
            holder = end.holder
            if holder is None:
                self.warn(
                    "ROD_TO_NOWHERE",
                    "One end of the rod meets nothing; it is taken to be hinged where it ends.",
                    tie.figure,
                    "Draw a hatched support or a dot at that end.",
                )
                yield Joint(f"{name}_to_page", "hinge", None, name, end.at)
            elif end.pivot is None and holder.kind not in {"pivot", "pin", "roller"}:
                other = self.names[holder.id]
                hinged = holder.kind in _HINGING or holder.fixed
                kind: JointKind = "hinge" if hinged else "weld"
                if holder.id in self.struts:
                    yield Joint(f"{name}_to_{other}", "hinge", None, name, end.at)
                else:
                    yield Joint(f"{name}_to_{other}", kind, other, name, end.at)

    def _axles(self) -> Iterable[Joint]:
        for wheel, box in self.joins.axles:
            name = f"axle_{self.names[wheel.id]}"
            yield Joint(name, "hinge", self.names[box.id], self.names[wheel.id], wheel.centre)
        riding = {wheel.id for wheel, _ in self.joins.axles}
        for wheel in self.figures:
            if wheel.kind != "wheel" or wheel.fixed or wheel.id in riding:
                continue
            touched = any(wheel in pair for pair in self.joins.contacts)
            pinned = any(wheel in pin.members for pin in self.joins.pins)
            free = not touched and not pinned and not self.joins.ties_at(wheel)
            if free or self.joins.is_mounted(wheel):
                name = f"axle_{self.names[wheel.id]}"
                yield Joint(name, "hinge", None, self.names[wheel.id], wheel.centre)

    def _pins(self) -> Iterable[Joint]:
        for pin in self.joins.pins:
            fixed = [self.names[f.id] for f in pin.members if f.fixed]
            moving = [
                self.names[f.id]
                for f in pin.members
                if not f.fixed and f.kind != "pulley" and f.id not in self.struts
            ]
            for tie in self.joins.ties:
                name = self.names[tie.figure.id]
                at_end = any(pin.figure in (end.holder, end.pivot) for end in tie.ends)
                link = tie.figure.kind == "rod" and tie.figure.id not in self.struts
                if link and at_end and name not in moving:
                    moving.append(name)
            strut = any(f.id in self.struts for f in pin.members)
            held_to = fixed[0] if fixed else None
            alone = len(moving) == 1 and not strut
            if not fixed and pin.figure.kind == "pivot":
                if alone and any(f.kind == "ball" for f in pin.members):
                    # A dot in a ball marks its centre; nobody nails a ball to the page.
                    continue
                if alone:
                    self._held_to_page(pin.figure)
                elif len(moving) > 1:
                    held_to = moving.pop(0)
            moving = [name for name in dict.fromkeys(moving) if name != held_to]
            kind: JointKind = "roller" if pin.figure.kind == "roller" else "hinge"
            own = self.names[pin.figure.id]
            if pin.figure.kind not in {"pivot", "pin", "roller"}:
                own = f"{own}_to_{held_to}"
            for index, name in enumerate(moving):
                suffix = f"_{index + 1}" if len(moving) > 1 else ""
                yield Joint(own + suffix, kind, held_to, name, pin.at)

    def _held_to_page(self, pivot: Figure) -> None:
        self.warn(
            "PIVOT_ON_ONE_MARK",
            "The dot lies on one mark only; it is taken to hinge that mark to the page.",
            pivot,
            "Draw a support at the dot, or the second mark that it joins.",
        )

    # What follows from the rest.

    def _guides(self, acts: Acts) -> Iterable[Guide]:
        """Bodies that springs push from below may not slip off them; those on several plumb springs
        or dampers side by side move up and down, as the textbook means it; those on a smooth level
        floor stay upright."""
        for figure in self.figures:
            if figure.kind not in BODY_KINDS or figure.fixed or figure.kind == "pulley":
                continue
            ties = self.joins.ties_at(figure)
            if self._slides(figure) or self._meets_another(figure, acts):
                yield Guide(self.names[figure.id], None)
                continue
            held = any(figure in pair for pair in (*self.joins.contacts, *self.joins.axles))
            held |= any(figure in pin.members for pin in self.joins.pins)
            if held or not ties or any(tie.figure.kind in {"rod", "rope"} for tie in ties):
                continue
            lean = [angle for tie in ties if (angle := _lean(tie, figure)) is not None]
            below = [angle for angle in lean if angle > 0]
            if len(lean) < len(ties):
                continue
            if len(ties) > 1 and all(abs(math.cos(angle)) < _PLUMB_COSINE for angle in lean):
                yield Guide(self.names[figure.id], math.pi / 2)
            elif below:
                yield Guide(self.names[figure.id], below[0], turns=len(below) > 1)

    def _meets_another(self, figure: Figure, acts: Acts) -> bool:
        """Whether a block that nothing tips stands on a rough floor along which it, or another, is
        set off at its neighbour: the textbook's blocks stay upright and together."""
        under = self._level_under(figure)
        if under is None or self.joins.ties_at(figure) or figure.kind != "box":
            return False
        points = figure.outline
        wide = max(x for x, _ in points) - min(x for x, _ in points)
        tall = max(z for _, z in points) - min(z for _, z in points)
        if wide < max(STEADY, self._friction(figure, under)) * tall:
            return False
        beside = [f for f in self.figures if f is not figure and self._level_under(f) is under]
        blocks = [f for f in beside if f.kind == "box"]
        sent = [f for f in (figure, *blocks) if acts.velocities.get(f.id, (0.0, 0.0))[0]]
        return len(blocks) == len(beside) == 1 and bool(sent)

    def _slides(self, figure: Figure) -> bool:
        """Whether a body stands on a level floor without friction, and nothing turns it."""
        under = self._level_under(figure)
        return under is not None and self._friction(figure, under) == 0

    def _level_under(self, figure: Figure) -> Figure | None:
        """The level line that a body stands on, if nothing else holds, turns or carries it."""
        if figure.is_round or any(tie.figure.kind == "rod" for tie in self.joins.ties_at(figure)):
            return None
        if any(figure is box for _, box in self.joins.axles):
            return None
        if any(figure in pin.members for pin in self.joins.pins):
            return None
        touched = [b if a is figure else a for a, b in self.joins.contacts if figure in (a, b)]
        under = [f for f in touched if f.fixed and any(n[1] > 0.5 for _, n in surfaces(f))]
        level = len(under) == 1 and under[0].kind in FLAT_KINDS
        level = level and abs(math.sin(under[0].angle)) < 1e-6
        return under[0] if level and _stands(figure) else None

    def _apart(
        self, joints: Sequence[Joint], stuck: Sequence[Overlap]
    ) -> Iterable[tuple[str, str]]:
        """Pairs that pass through each other: drawn over one another at a hinge, or hanging from
        what they would hit, or too entangled to be told apart."""
        for pin in self.joins.pins:
            members = [f for f in pin.members if f.kind in _BODY_KINDS]
            for index, first in enumerate(members):
                for second in members[index + 1 :]:
                    yield self._pair(first, second)
        for overlap in stuck:
            yield self._pair(overlap.first, overlap.second)
        solid = {self.names[f.id]: f for f in self.figures if f.kind in _BODY_KINDS}
        for group in _linked(joints, {name for name, f in solid.items() if f.fixed}):
            held = [name for name in group if name in solid]
            for anchor in (solid[name] for name in held if solid[name].fixed):
                for name in held:
                    if not solid[name].fixed:
                        yield self._pair(anchor, solid[name])

    def _pair(self, first: Figure, second: Figure) -> tuple[str, str]:
        a, b = sorted((self.names[first.id], self.names[second.id]))
        return a, b


def _speaks_for(end: End) -> Vec:
    """The point whose velocity is that of the body at a rod's end: its centre if it moves."""
    return end.at if end.holder is None or end.holder.fixed else end.holder.centre


def _is_strut(tie: Tie, joins: Joins) -> bool:
    """Whether a rod holds between two unmoving marks, and so does not move itself."""
    if tie.figure.kind != "rod":
        return False
    return all(_is_still(end.holder, joins) for end in tie.ends)


def _is_still(holder: Figure | None, joins: Joins) -> bool:
    if holder is None:
        return False
    if joins.is_mounted(holder):
        return True
    if holder.kind == "pivot":
        members = [f for pin in joins.pins if pin.figure is holder for f in pin.members]
        return any(f.fixed for f in members)
    return (holder.fixed or holder.kind in {"pulley", "pin"}) and holder not in joins.carried


def _stands(figure: Figure) -> bool:
    """Whether a body rests on a side, with its centre over it."""
    path = figure.outline
    low = min(z for _, z in path)
    base = [x for x, z in path if z - low < 1e-3 * figure.size]
    return len(base) > 1 and min(base) < figure.centre[0] < max(base)


def _lean(tie: Tie, figure: Figure) -> float | None:
    """The upward direction of a steep spring from fixed ground to a body, negative if the body
    hangs under it; `None` for anything else."""
    there = tie.other(figure)
    here = tie.a if tie.a.holder is figure else tie.b
    along = geo.sub(here.at, there.at)
    angle = math.atan2(along[1], along[0])
    if (there.holder is not None and not there.holder.fixed) or abs(math.sin(angle)) < _STEEP_SINE:
        return None
    return angle


def _linked(joints: Sequence[Joint], still: set[str]) -> list[set[str]]:
    """Groups of bodies that joints hold together; what is fixed ends a group."""
    groups: list[set[str]] = []
    for joint in joints:
        ends = {name for name in (joint.a, joint.b) if name is not None}
        touched = [group for group in groups if group & (ends - still)]
        merged = ends.union(*touched)
        groups = [group for group in groups if group not in touched] + [merged]
    return groups


def name_marks(figures: Sequence[Figure]) -> dict[str, str]:
    """A name for each mark: the one it has, else its kind and a number."""
    names: dict[str, str] = {}
    taken = {name for f in figures if (name := f.shape.body or f.shape.geom)}
    counts: dict[str, int] = {}
    for figure in figures:
        own = figure.shape.body or figure.shape.geom
        if own and own not in names.values():
            names[figure.id] = own
            continue
        kind = figure.shape.kind
        while True:
            counts[kind] = counts.get(kind, 0) + 1
            name = f"{kind}_{counts[kind]}"
            if name not in taken:
                break
        names[figure.id] = name
    return names
