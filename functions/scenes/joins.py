"""What touches what and what holds on to what, as drawn.

The analysis says most of it; what it leaves out, or says without the place, follows from the
geometry. All of it is found before anything is corrected, and holds after the correction.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from vision.analysis import Analysis, Connection

from . import geometry as geo
from .figures import BODY_KINDS, FIXED_KINDS, FLAT_KINDS, Figure
from .geometry import Vec

REACH = 0.02
"""How far apart two marks may be drawn and still be meant to meet, as a part of the diagonal."""

_SLACK_PART = 0.1
"""A rope drawn longer than the straight way by more than this part hangs slack."""

TIE_KINDS = frozenset({"rod", "rope", "spring", "damper"})


@dataclass(slots=True)
class End:
    """One end of a rod, rope, spring or damper: the mark that holds it, and where on it.

    `pivot` is the dot drawn there, if one is; the holder is then what the dot lies on.
    """

    holder: Figure | None
    local: Vec
    pivot: Figure | None = None

    @property
    def at(self) -> Vec:
        """Where it is now."""
        return self.holder.place(self.local) if self.holder is not None else self.local


@dataclass(slots=True)
class Tie:
    """A line that joins two marks, perhaps over pulleys."""

    figure: Figure
    a: End
    b: End
    over: list[Figure] = field(default_factory=list)

    @property
    def ends(self) -> tuple[End, End]:
        """Both ends."""
        return (self.a, self.b)

    @property
    def length(self) -> float:
        """From end to end as it is now, straight."""
        return geo.distance(self.a.at, self.b.at)

    @property
    def sag(self) -> float:
        """How much longer it is drawn than the straight way, as a part of that; 0 unless it clearly
        hangs in a bow. A rope over pulleys is taut."""
        path = self.figure.outline
        straight = geo.distance(path[0], path[-1])
        if self.figure.kind != "rope" or self.over or straight <= 0:
            return 0.0
        extra = sum(geo.distance(a, b) for a, b in pairwise(path)) / straight - 1
        return extra if extra > _SLACK_PART else 0.0

    def other(self, figure: Figure) -> End:
        """The end that `figure` does not hold."""
        return self.b if self.a.holder is figure else self.a


@dataclass(slots=True)
class Pin:
    """A drawn hinge: a dot, a pin or a roller, on the marks it joins; none is the world.

    `base` is the mark that says where it is: what is fixed, if anything is.
    """

    figure: Figure
    members: list[Figure]
    base: Figure
    local: Vec

    @property
    def at(self) -> Vec:
        """Where it is now."""
        return self.base.place(self.local)


@dataclass(slots=True)
class Joins:
    """All of a drawing's joins. `carried` are the pulleys that hang in a rope and move with what
    they carry; any other pulley is held by something."""

    contacts: list[tuple[Figure, Figure]] = field(default_factory=list)
    ties: list[Tie] = field(default_factory=list)
    pins: list[Pin] = field(default_factory=list)
    axles: list[tuple[Figure, Figure]] = field(default_factory=list)
    carried: list[Figure] = field(default_factory=list)

    def ties_of(self, line: Figure) -> list[Tie]:
        """The tie that a line is; none where it was threaded into another."""
        return [tie for tie in self.ties if tie.figure is line]

    def ties_at(self, figure: Figure) -> list[Tie]:
        """The lines that a mark holds."""
        return [tie for tie in self.ties if figure in (tie.a.holder, tie.b.holder)]

    def is_mounted(self, wheel: Figure) -> bool:
        """Whether a wheel turns on a stand: a line from its centre to something fixed."""
        if wheel.kind != "wheel" or any(wheel is rider for rider, _ in self.axles):
            return False
        held = (tie.other(wheel).holder for tie in self.ties_at(wheel) if tie.figure.kind == "rod")
        return any(holder is not None and holder.fixed for holder in held)


def find_joins(analysis: Analysis, figures: Sequence[Figure], diagonal: float) -> Joins:
    """Everything that is joined; `diagonal` is the page's, in the figures' unit."""
    return _Finder(analysis, figures, REACH * diagonal).find()


class _Finder:
    def __init__(self, analysis: Analysis, figures: Sequence[Figure], reach: float) -> None:
        self.by_id = {figure.id: figure for figure in figures}
        self.figures = figures
        self.reach = reach
        self.connections = analysis.connections
        self.pins: list[Pin] = []
        self.solid = [f for f in figures if f.kind in BODY_KINDS | FIXED_KINDS]

    def find(self) -> Joins:
        joins = Joins()
        self.pins = joins.pins = [pin for figure in self.figures if (pin := self._pin(figure))]
        joins.ties = self._threaded([self._tie(f) for f in self.figures if f.kind in TIE_KINDS])
        self._knot(joins.ties)
        joins.axles = self._axles()
        joins.carried = [f for f in self.figures if f.kind == "pulley" and self._hangs(f, joins)]
        joins.contacts = self._contacts(joins)
        return joins

    # Lines.

    def _tie(self, line: Figure) -> Tie:
        first, last = line.ends
        said = self._said(line)
        candidates = [f for f in self.figures if f is not line and _holds(f)]
        if said is not None:
            a, b = said
            straight = a.distance_to(first) + b.distance_to(last)
            crossed = b.distance_to(first) + a.distance_to(last)
            holders: list[Figure | None] = [a, b] if straight <= crossed else [b, a]
        else:
            holders = [self._holder(first, candidates), self._holder(last, candidates)]
            if holders[0] is not None and holders[0] is holders[1]:
                near = holders[0]
                rest = [f for f in candidates if f is not near]
                far = 0 if near.distance_to(first) > near.distance_to(last) else 1
                holders[far] = self._holder((first, last)[far], rest)
        ends = [
            self._through_dot(End(holder, self._grip(line, holder, point, other)), point)
            for holder, point, other in zip(holders, (first, last), (last, first), strict=True)
        ]
        return Tie(line, ends[0], ends[1], self._over(line, holders))

    def _said(self, line: Figure) -> tuple[Figure, Figure] | None:
        """The two marks that the analysis says this line joins."""
        named = [c for c in self.connections if c.via == line.id]
        for connection in named:
            pair = self._pair(connection)
            if pair is not None and line not in pair:
                return pair
        kinds = {"rod": {"hinge", "weld"}}.get(line.kind, {line.kind})
        best, least = None, 4 * self.reach
        for connection in self.connections:
            pair = self._pair(connection)
            if connection.kind not in kinds or connection.via is not None or pair is None:
                continue
            a, b = pair
            if line in pair:
                continue
            first, last = line.ends
            off = min(
                max(a.distance_to(first), b.distance_to(last)),
                max(b.distance_to(first), a.distance_to(last)),
            )
            if off < least:
                best, least = pair, off
        return best

    def _pair(self, connection: Connection) -> tuple[Figure, Figure] | None:
        a, b = self.by_id.get(connection.a), self.by_id.get(connection.b)
        if a is None or b is None or a is b or not (_holds(a) and _holds(b)):
            return None
        return a, b

    def _holder(self, point: Vec, candidates: Iterable[Figure]) -> Figure | None:
        """The nearest mark within reach; at a tie a dot beats a body, a body beats a rod."""
        found = list(candidates)
        near = [
            (round(figure.distance_to(point) / (0.3 * self.reach)), _RANK[figure.kind], index)
            for index, figure in enumerate(found)
            if figure.distance_to(point) <= 1.5 * self.reach
        ]
        return found[min(near)[2]] if near else None

    def _grip(self, line: Figure, holder: Figure | None, point: Vec, other: Vec) -> Vec:
        """Where on its holder a line's end is fixed."""
        if holder is None:
            return point
        if holder.kind in {"pivot", "pin", "roller"}:
            return (0.0, 0.0) if holder.is_round else holder.local(_tip(holder))
        if holder.is_round:
            towards = geo.sub(holder.centre, other)
            miss = abs(geo.cross(geo.unit(geo.sub(point, other)), towards))
            if line.kind != "rope" or holder.kind == "ball" or miss < 0.5 * holder.radius:
                # A line drawn to a circle's rim and aimed at its centre is meant for its centre.
                return (0.0, 0.0)
            return holder.local(point)
        return holder.local(_on_edge(holder, point))

    def _through_dot(self, end: End, point: Vec) -> End:
        """An end at a dot is held by what the dot lies on, and moves with it."""
        at_dot = [
            pin
            for pin in self.pins
            if pin.figure is end.holder
            or (end.holder in pin.members and geo.distance(pin.at, point) < 0.75 * self.reach)
        ]
        if not at_dot:
            return end
        pin = min(at_dot, key=lambda pin: geo.distance(pin.at, point))
        if pin.base.kind not in BODY_KINDS | FIXED_KINDS:
            return End(pin.figure, pin.figure.local(pin.at))
        central = pin.base.is_round and math.hypot(*pin.local) < 0.5 * pin.base.radius
        if central:
            pin.local = (0.0, 0.0)
        return End(pin.base, pin.local, pin.figure)

    def _threaded(self, ties: list[Tie]) -> list[Tie]:
        """Lines that meet a pulley's rim run on over it: two of them are one rope."""
        loose = [(tie, end) for tie in ties for end in tie.ends if self._is_on_rim(tie, end)]
        gone: set[int] = set()
        for index, (first, here) in enumerate(loose):
            for second, there in loose[index + 1 :]:
                pulley = here.holder
                if pulley is None or there.holder is not pulley or first is second:
                    continue
                if id(first) in gone or id(second) in gone:
                    continue
                first.figure.kind = "rope"
                before = first.over if here is first.b else first.over[::-1]
                after = second.over if there is second.a else second.over[::-1]
                first.a = first.a if here is first.b else first.b
                first.b = second.b if there is second.a else second.a
                first.over = [*before, pulley, *after]
                gone.add(id(second))
        return [tie for tie in ties if id(tie) not in gone]

    @staticmethod
    def _is_on_rim(tie: Tie, end: End) -> bool:
        """Whether a line meets a pulley as a tangent, rather than holding it at its centre."""
        pulley = end.holder
        if tie.figure.kind not in {"rod", "rope"} or pulley is None or pulley.kind != "pulley":
            return False
        first, last = tie.figure.ends
        along = geo.unit(geo.sub(last, first))
        return abs(geo.cross(along, geo.sub(pulley.centre, first))) > 0.6 * pulley.radius

    def _knot(self, ties: list[Tie]) -> None:
        """Line ends that nothing holds, and that meet, are tied together there."""
        loose = [end for tie in ties for end in tie.ends if end.holder is None]
        for index, end in enumerate(loose):
            for other in loose[index + 1 :]:
                if geo.distance(end.local, other.local) <= 2 * self.reach:
                    other.local = end.local

    def _over(self, rope: Figure, holders: Sequence[Figure | None]) -> list[Figure]:
        if rope.kind != "rope":
            return []
        path = rope.outline
        found: list[tuple[float, Figure]] = []
        for pulley in self.figures:
            if pulley.kind not in {"pulley", "wheel"} or pulley in holders:
                continue
            said = any(
                c.kind == "over" and {c.a, c.b} == {rope.id, pulley.id} for c in self.connections
            )
            passed, along = _pass(path, pulley.centre)
            if said or passed <= 1.3 * pulley.radius + 0.5 * self.reach:
                found.append((along, pulley))
        return [pulley for _, pulley in sorted(found, key=lambda pair: pair[0])]

    def _hangs(self, pulley: Figure, joins: Joins) -> bool:
        """Whether a pulley lies in a rope's bight, carries a body, and is held by nothing else."""
        if pulley.fixed or not any(pulley in tie.over for tie in joins.ties):
            return False
        held = [tie.other(pulley).holder for tie in joins.ties_at(pulley)]
        held += [f for pin in joins.pins if pulley in pin.members for f in pin.members]
        for link in self.connections:
            if pulley.id in (link.a, link.b) and link.kind in {"hinge", "weld"}:
                held.append(self.by_id.get(link.b if link.a == pulley.id else link.a))
        known = [f for f in held if f is not None and f is not pulley]
        carries = any(f.kind in BODY_KINDS and not f.fixed for f in known)
        return carries and not any(f.fixed for f in known)

    # Dots and pins.

    def _pin(self, figure: Figure) -> Pin | None:
        if figure.kind not in {"pivot", "pin", "roller"}:
            return None
        at = figure.centre if figure.is_round else _tip(figure)
        reach = (0.5 if figure.kind == "pivot" else 0.75) * self.reach
        reach += figure.radius if figure.is_round else 0.0
        said = {c.a for c in self.connections if c.via == figure.id}
        said |= {c.b for c in self.connections if c.via == figure.id}
        for c in self.connections:
            if c.kind in {"hinge", "weld"} and figure.id in (c.a, c.b):
                said |= {c.a, c.b} - {figure.id}
        members = [
            f
            for f in self.figures
            if f is not figure
            and (f.kind in BODY_KINDS | FIXED_KINDS or f.kind == "rod")
            and (f.id in said or f.distance_to(at) <= reach)
        ]
        if figure.kind in {"pin", "roller"}:
            members = [f for f in members if f.kind not in FIXED_KINDS]
        members.sort(key=lambda f: _RANK[f.kind])
        base = next((f for f in members if f.fixed), members[0] if members else figure)
        if figure.kind != "pivot":
            base = figure
        return Pin(figure, members, base, base.local(at))

    def _axles(self) -> list[tuple[Figure, Figure]]:
        """Wheels with the box that each is hinged to."""
        axles = []
        for wheel in self.figures:
            if wheel.kind != "wheel":
                continue
            boxes = [f for f in self.figures if f.kind in {"box", "polygon"} and not f.fixed]
            near = [
                box for box in boxes if box.distance_to(wheel.centre) <= wheel.radius + self.reach
            ]
            if near:
                axles.append((wheel, min(near, key=lambda b: b.distance_to(wheel.centre))))
        return axles

    # Contacts.

    def _contacts(self, joins: Joins) -> list[tuple[Figure, Figure]]:
        said = {frozenset((c.a, c.b)) for c in self.connections if c.kind == "contact"}
        hinged = {frozenset((wheel.id, box.id)) for wheel, box in joins.axles}
        hinged |= {
            frozenset((figure.id, flat.id))
            for pin in joins.pins
            for flat in pin.members
            for figure in pin.members
            # What is nailed to a wall or ceiling turns there; it does not lie on it.
            if flat.kind in FLAT_KINDS and pin.figure.kind == "pivot" and figure is not flat
        }
        contacts = []
        for index, first in enumerate(self.solid):
            for second in self.solid[index + 1 :]:
                pair = frozenset((first.id, second.id))
                if pair in hinged or "pulley" in (first.kind, second.kind):
                    continue
                if pair in said or gap(first, second) <= 0.75 * self.reach:
                    contacts.append((first, second))
        return contacts


_RANK = {
    **dict.fromkeys(("pivot", "pin", "roller"), 0),
    **dict.fromkeys(("ball", "box", "polygon", "wheel", "pulley"), 1),
    **dict.fromkeys(("ground", "ramp", "support"), 2),
    "rod": 3,
}


def _holds(figure: Figure) -> bool:
    return figure.kind in _RANK


def _tip(figure: Figure) -> Vec:
    """The top corner of a pin's triangle."""
    return max(figure.outline, key=lambda point: point[1])


def _on_edge(holder: Figure, point: Vec) -> Vec:
    """The point of a figure's outline, or of its line, that is nearest."""
    path = holder.outline
    closed = len(path) > 2
    steps = list(pairwise(path)) + ([(path[-1], path[0])] if closed else [])
    feet = [geo.nearest_on_segment(point, a, b) for a, b in steps]
    return min(feet, key=lambda foot: geo.distance(foot, point))


def _pass(path: Sequence[Vec], centre: Vec) -> tuple[float, float]:
    """How close a path comes to a point, and how far along."""
    best, where, run = math.inf, 0.0, 0.0
    for a, b in pairwise(path):
        foot = geo.nearest_on_segment(centre, a, b)
        off = geo.distance(foot, centre)
        if off < best:
            best, where = off, run + geo.distance(a, foot)
        run += geo.distance(a, b)
    return best, where


def gap(first: Figure, second: Figure) -> float:
    """How far apart two solid figures are; 0 where they overlap."""
    if first.is_round and second.is_round:
        apart = geo.distance(first.centre, second.centre)
        return max(0.0, apart - first.radius - second.radius)
    if first.is_round:
        return max(0.0, second.distance_to(first.centre) - first.radius)
    if second.is_round:
        return gap(second, first)
    return min(
        min(second.distance_to(point) for point in first.outline),
        min(first.distance_to(point) for point in second.outline),
    )
