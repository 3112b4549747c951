"""Ropes, springs and dampers of a scene, and the knots where their ends meet."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

from . import geometry as geo
from .figures import Figure
from .joins import End, Joins, Tie
from .quantities import Labels
from .scene import STANDARD_GRAVITY_M_S2, Anchor, Body, Damper, Disc, Over, Rope, Spring
from .stiff import knot_mass

_SAG_PART = 0.1
"""A spring of unstated stiffness sags by this part of its length under what it holds."""

_DAMPED_PART = 0.2
"""A damper of unstated strength: this part of what stops a 1 s oscillation without overshoot."""

LEVEL = math.sin(math.radians(10.0))
"""A rope rises by more than this share of its length to what it hangs from."""

Warn = Callable[[str, str, Figure, str], None]


class Lines:
    """The lines of one drawing; `string` fills `ropes`, `springs`, `dampers` and `knots`."""

    def __init__(
        self,
        joins: Joins,
        labels: Labels,
        masses: dict[str, float],
        names: dict[str, str],
        struts: set[str],
        warn: Warn,
    ) -> None:
        self.joins = joins
        self.labels = labels
        self.masses = masses
        self.names = names
        self.struts = struts
        self.warn = warn
        self.ropes: list[Rope] = []
        self.springs: list[Spring] = []
        self.dampers: list[Damper] = []
        self.knots: list[Body] = []
        self.knot_names: dict[geo.Vec | str, str] = {}

    def string(self, pulls: dict[str, float]) -> None:
        """Make every line; `pulls` are the forces on free rope ends by mark."""
        ties = [tie for tie in self.joins.ties if tie.figure.kind != "rod" and tie.length > 1e-6]
        kept = []
        for tie in ties:
            loose = [end for end in tie.ends if self._knot_of(end) and self._meeting(end) < 2]
            pulled = tie.figure.id in pulls
            if len(loose) == 2 and not pulled:
                self._left_out(tie)
                continue
            if loose and not pulled:
                if _holds_nothing_up(tie, loose[0]):
                    self._hangs_free(tie)
                    continue
                self._held_to_page(tie)
            kept.append(tie)
        for tie in kept:
            self._add(tie, pulls.get(tie.figure.id))
        self._join_springs()
        self._tie_knots()

    def _add(self, tie: Tie, pull: float | None) -> None:
        figure = tie.figure
        name = self.names[figure.id]
        a, b = self._anchor(tie.a), self._anchor(tie.b)
        if figure.kind == "rope":
            over = tuple(Over(self.names[p.id], _side(tie, i)) for i, p in enumerate(tie.over))
            self.ropes.append(Rope(name, a, b, over, self._slack(tie), pull))
            return
        damping = self.labels.value(figure.id, "damping")
        if figure.kind == "spring":
            stiffness = self.labels.value(figure.id, "stiffness")
            if stiffness is None or stiffness <= 0:
                stiffness = self._stiffness(tie)
            self.springs.append(Spring(name, a, b, stiffness, max(damping or 0.0, 0.0), tie.length))
            return
        if damping is None or damping <= 0:
            damping = self._damping(tie)
        self.dampers.append(Damper(name, a, b, damping))

    def _slack(self, tie: Tie) -> float:
        """How much longer a rope is than the straight way, if it clearly sags."""
        if not tie.sag:
            return 0.0
        stated = self.labels.value(tie.figure.id, "length")
        return tie.sag * tie.length if stated is None else max(stated - tie.length, 0.0)

    # Ends.

    def _anchor(self, end: End) -> Anchor:
        holder = end.holder
        if holder is None:
            knot = self._knot_of(end)
            return Anchor(knot if self._meeting(end) > 1 else None, end.at)
        if holder.kind in {"pivot", "pin", "roller"}:
            members = next((p.members for p in self.joins.pins if p.figure is holder), [])
            names = [self.names[m.id] for m in members if m.id not in self.struts]
            if not names:
                return Anchor(self._knot_of(end) if self._meeting(end) > 1 else None, end.at)
            return Anchor(names[0], end.at)
        return Anchor(None if holder.id in self.struts else self.names[holder.id], end.at)

    def _knot_of(self, end: End) -> str | None:
        """The name of the knot at an end that no body holds."""
        holder = end.holder
        if holder is not None:
            pin = next((p for p in self.joins.pins if p.figure is holder), None)
            if holder.kind != "pivot" or pin is None or pin.members:
                return None
        key = end.local if holder is None else holder.id
        return self.knot_names.setdefault(key, f"knot_{len(self.knot_names) + 1}")

    def _meeting(self, end: End) -> int:
        """How many line ends meet at the knot of one."""
        knot = self._knot_of(end)
        return sum(
            1 for tie in self.joins.ties for other in tie.ends if self._knot_of(other) == knot
        )

    def _left_out(self, tie: Tie) -> None:
        self.warn(
            "LINE_TO_NOWHERE",
            f"The {tie.figure.kind} joins nothing at either end; it was left out.",
            tie.figure,
            "Let it begin and end at the marks that it should join.",
        )

    def _hangs_free(self, tie: Tie) -> None:
        self.warn(
            "LINE_TO_NOWHERE",
            "One end of the rope meets nothing, and it could hold nothing up: it was taken for the"
            " line that an angle is measured from, and left out.",
            tie.figure,
            "Draw a hatched support, a body or an arrow that pulls at that end.",
        )

    def _held_to_page(self, tie: Tie) -> None:
        self.warn(
            "LINE_TO_NOWHERE",
            f"One end of the {tie.figure.kind} meets nothing; it is taken to be fixed there.",
            tie.figure,
            "Draw a hatched support, or a body, at that end.",
        )

    # Knots.

    def _join_springs(self) -> None:
        """Two springs that meet at a knot and nothing else are one: 1/k = 1/k1 + 1/k2."""
        while (pair := self._series()) is not None:
            first, second, knot = pair
            near = first.b if first.a.body == knot else first.a
            far = second.b if second.a.body == knot else second.a
            damping = 0.0
            if first.damping_ns_m > 0 and second.damping_ns_m > 0:
                damping = 1 / (1 / first.damping_ns_m + 1 / second.damping_ns_m)
            whole = replace(
                first,
                a=near,
                b=far,
                stiffness_n_m=1 / (1 / first.stiffness_n_m + 1 / second.stiffness_n_m),
                damping_ns_m=damping,
                rest_m=(first.rest_m or 0.0) + (second.rest_m or 0.0),
            )
            self.springs = [s for s in self.springs if s not in (first, second)] + [whole]

    def _series(self) -> tuple[Spring, Spring, str] | None:
        ends: dict[str, list[Spring | Rope | Damper]] = {}
        lines: list[Spring | Rope | Damper] = [*self.springs, *self.ropes, *self.dampers]
        for line in lines:
            for anchor in (line.a, line.b):
                if anchor.body is not None and anchor.body.startswith("knot_"):
                    ends.setdefault(anchor.body, []).append(line)
        for knot, held in ends.items():
            if len(held) == 2 and held[0] is not held[1]:
                first, second = held
                if isinstance(first, Spring) and isinstance(second, Spring):
                    return first, second, knot
        return None

    def _tie_knots(self) -> None:
        """The knots that are left become bodies that weigh next to nothing."""
        lines: list[Spring | Rope | Damper] = [*self.springs, *self.ropes, *self.dampers]
        at = {
            anchor.body: anchor.at
            for line in lines
            for anchor in (line.a, line.b)
            if anchor.body is not None and anchor.body.startswith("knot_")
        }
        lightest = min((mass for mass in self.masses.values() if mass > 0), default=1.0)
        for knot, point in at.items():
            stiffness = (s.stiffness_n_m for s in self.springs if knot in (s.a.body, s.b.body))
            mass = knot_mass(lightest, stiffness)
            self.knots.append(Body(knot, "knot", Disc(0.01), point, mass_kg=mass, touches=False))

    # What is not stated.

    def _held_kg(self, tie: Tie) -> float:
        held = [self.masses.get(end.holder.id, 0.0) for end in tie.ends if end.holder is not None]
        return max((mass for mass in held if mass > 0), default=1.0)

    def _stiffness(self, tie: Tie) -> float:
        weight = self._held_kg(tie) * STANDARD_GRAVITY_M_S2
        stiffness = float(f"{weight / (_SAG_PART * tie.length):.2g}")
        self.warn(
            "STIFFNESS_ASSUMED",
            f"No stiffness is written at the spring: {stiffness:g} N/m is assumed.",
            tie.figure,
            'Write it beside the spring, as "k = 100 N/m".',
        )
        return stiffness

    def _damping(self, tie: Tie) -> float:
        damping = float(f"{2 * _DAMPED_PART * self._held_kg(tie) * math.tau:.2g}")
        self.warn(
            "DAMPING_ASSUMED",
            f"No damping is written at the damper: {damping:g} N s/m is assumed.",
            tie.figure,
            'Write it beside the damper, as "c = 2 Ns/m".',
        )
        return damping


def _side(tie: Tie, index: int) -> geo.Vec:
    """The side of a pulley that its rope passes: away from where the rope comes and goes."""
    pulley = tie.over[index]
    before = tie.over[index - 1].centre if index > 0 else tie.a.at
    after = tie.over[index + 1].centre if index + 1 < len(tie.over) else tie.b.at
    ways = [geo.unit(geo.sub(point, pulley.centre)) for point in (before, after)]
    away = geo.scale(geo.add(*ways), -1.0)
    if math.hypot(*away) > 0.3:
        return geo.unit(away)
    path = tie.figure.outline
    feet = [geo.nearest_on_segment(pulley.centre, a, b) for a, b in pairwise(path)]
    nearest = min(feet, key=lambda foot: geo.distance(foot, pulley.centre))
    return geo.unit(geo.sub(nearest, pulley.centre))


def _holds_nothing_up(tie: Tie, loose: End) -> bool:
    """Whether a rope's loose end is level with its other end or below it."""
    held = tie.b if loose is tie.a else tie.a
    return tie.figure.kind == "rope" and loose.at[1] - held.at[1] < LEVEL * tie.length
