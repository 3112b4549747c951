"""Put every mark where it was meant to be: labels win, and what touches still touches.

Works outwards from what is fixed: grounds, then ramps, then what rests on them or hangs from them,
so that each correction carries along all that depends on it.
"""

from __future__ import annotations

import math

from . import geometry as geo
from .figures import BODY_KINDS, Figure, shape_rectangle
from .geometry import Vec
from .joins import Joins, Tie
from .quantities import Labels
from .resting import rest_on, surfaces

NEARLY_ANGLE = math.radians(3)
NEARLY_PART = 0.03
"""What is within 3 degrees, or 3 % of its length, of exact is meant to be exact."""

_HUNG_ANGLE = math.radians(6)
"""The same for what hangs from one line: gravity would turn it upright anyway."""

_CENTRED_PART = 0.08
_HUNG_CENTRED_PART = 0.15
"""A line that meets a side this near its middle, as a part of the side, is meant for the middle."""

_EQUAL_PART = 0.06
"""Circles, or rectangles, whose sizes differ by less than this part are meant to be equal."""

_QUARTER = math.pi / 2


def settle(
    figures: list[Figure], joins: Joins, labels: Labels, angles: dict[str, float]
) -> list[str]:
    """Correct all figures in place; `angles` are the stated ones by mark, in radians.

    Returns:
        The marks in the order they were placed in: each rests on, or hangs from, earlier ones.
    """
    settler = _Settler(figures, joins, labels, angles)
    settler.settle()
    return list(settler.placed)


class _Settler:
    def __init__(
        self, figures: list[Figure], joins: Joins, labels: Labels, angles: dict[str, float]
    ) -> None:
        self.figures = figures
        self.joins = joins
        self.labels = labels
        self.angles = angles
        self.placed: dict[str, None] = {}

    def settle(self) -> None:
        self._size_up()
        self._equalise()
        for figure in self._of("ground"):
            square_up(figure)
        for figure in self._of("ramp"):
            self._stand_ramp(figure)
        for figure in self.figures:
            if figure.fixed and figure.kind not in {"ground", "ramp"}:
                self._follow_ramp(figure)
                square_up(figure)
        self._centre_anchors()
        for pulley in self._of("pulley"):
            if not pulley.fixed:
                self._follow_ramp(pulley)
        for pulley in self.joins.carried:
            self._hang_in_bight(pulley)
        self.placed = {f.id: None for f in self.figures if f.fixed or f.kind == "pulley"}
        waiting = [f for f in self.figures if f.kind in BODY_KINDS and f.id not in self.placed]
        while waiting:
            figure = min(waiting, key=self._readiness)
            waiting.remove(figure)
            self._place(figure)
            self.placed[figure.id] = None
        for tie in self.joins.ties:
            self._align(tie)

    def _of(self, kind: str) -> list[Figure]:
        return [figure for figure in self.figures if figure.kind == kind]

    # Sizes.

    def _size_up(self) -> None:
        """Give circles and rectangles their stated sizes."""
        for figure in self.figures:
            for said in self.labels.all(figure.id, "length"):
                if said.value <= 0:
                    continue
                if figure.is_round:
                    figure.radius = said.value / 2 if said.text.name == "d" else said.value
                elif figure.kind == "box":
                    wide = figure.width >= figure.height
                    if said.text.name == "h" or (said.text.name != "w" and not wide):
                        figure.height = said.value
                    else:
                        figure.width = said.value
                    shape_rectangle(figure)

    def _equalise(self) -> None:
        """Circles of nearly one size become equal; so do the sides of rectangles."""
        for kind in ("ball", "wheel", "pulley"):
            rounds = [f for f in self._of(kind) if self.labels.value(f.id, "length") is None]
            for figure, radius in zip(rounds, _levelled([f.radius for f in rounds]), strict=True):
                figure.radius = radius
        boxes = [f for f in self._of("box") if self.labels.value(f.id, "length") is None]
        sides = _levelled([side for f in boxes for side in (f.width, f.height)])
        for index, figure in enumerate(boxes):
            figure.width, figure.height = sides[2 * index], sides[2 * index + 1]
            shape_rectangle(figure)

    # What is fixed.

    def _stand_ramp(self, ramp: Figure) -> None:
        """Base on its ground, slope at the stated angle, heel upright if nearly so."""
        foot, apex, *rest = ramp.outline
        ground = next(
            (f for f in self._contacts_of(ramp) if f.kind == "ground" and len(f.corners) == 2), None
        )
        if ground is not None:
            foot = _onto(foot, ground)
            rest = [_onto(heel, ground) for heel in rest]
        elif rest and abs(_slope(foot, rest[0])) < NEARLY_ANGLE:
            rest = [(rest[0][0], foot[1])]
        run = abs(apex[0] - foot[0])
        towards = 1.0 if apex[0] > foot[0] else -1.0
        if rest and abs(_slope(rest[0], apex, upright=True)) < NEARLY_ANGLE:
            run = abs(rest[0][0] - foot[0])
        height = apex[1] - foot[1]
        stated = self.angles.get(ramp.id)
        if stated is not None and stated < math.radians(89):
            back = abs(rest[0][0] - foot[0]) - run if rest else 0.0
            height = math.tan(stated) * _run_meant(run, back, height, stated)
        apex = (foot[0] + towards * run, foot[1] + height)
        ramp.centre = foot
        ramp.angle = math.atan2(apex[1] - foot[1], apex[0] - foot[0])
        ramp.corners = tuple(ramp.local(corner) for corner in (foot, apex, *rest))

    def _centre_anchors(self) -> None:
        """What is tied near the middle of a fixed box's side is tied to the middle, before anything
        is hung plumb under it: a spring that leans by the least rocks its block ever harder."""
        for tie in self.joins.ties:
            for end in tie.ends:
                if end.holder is not None and end.holder.kind == "box" and end.holder.fixed:
                    _centre_grip(end.holder, tie, _CENTRED_PART)

    def _follow_ramp(self, figure: Figure) -> None:
        """What stands on a ramp, or is held by it, moves with it."""
        held = [tie.other(figure).holder for tie in self.joins.ties_at(figure)]
        for other in (*self._contacts_of(figure), *held):
            if other is not None and other.kind == "ramp":
                figure.follow(other)
                return

    # What moves.

    def _contacts_of(self, figure: Figure) -> list[Figure]:
        pairs = (pair for pair in self.joins.contacts if figure in pair)
        return [a if b is figure else b for a, b in pairs]

    def _ready_ties(self, figure: Figure) -> list[Tie]:
        ready = []
        for tie in self.joins.ties_at(figure):
            other = tie.over[0] if tie.over else tie.other(figure).holder
            if other is not None and (other.id in self.placed or other.kind not in BODY_KINDS):
                ready.append(tie)
        return ready

    def _supports(self, figure: Figure) -> list[Figure]:
        """Placed marks that it touches, those beneath it first."""
        touched = [f for f in self._contacts_of(figure) if f.id in self.placed]
        if any(tie.figure.kind in {"rod", "rope"} for tie in self._ready_ties(figure)):
            # What hangs is placed by what it hangs from; it may rest on what is under it.
            touched = [f for f in touched if f.fixed and _beneath(f, figure)]
        return sorted(touched, key=lambda f: (not _beneath(f, figure), not f.fixed))

    def _readiness(self, figure: Figure) -> tuple[int, float]:
        """Bodies that rest on placed ones first, then what hangs on placed ones, lowest first."""
        if self._supports(figure):
            return (0, figure.centre[1])
        if any(box is figure and wheel.id in self.placed for wheel, box in self.joins.axles):
            return (1, figure.centre[1])
        if self._ready_ties(figure):
            return (2, -figure.centre[1])
        return (3, figure.centre[1])

    def _place(self, figure: Figure) -> None:
        supports = self._supports(figure)
        wheels = [w for w, box in self.joins.axles if box is figure and w.id in self.placed]
        ties = self._ready_ties(figure)
        if supports:
            figure.follow(supports[0])
            square_up(figure)
            if abs(geo.wrap(supports[0].angle, _QUARTER)) < 1e-9:
                _as_drawn_upright(figure)
            for _ in range(4):
                for support in supports:
                    rest_on(figure, support, may_turn=support is supports[0])
        elif wheels:
            self._ride(figure, wheels)
        elif ties:
            self._hang(figure, ties)
        else:
            square_up(figure)

    def _ride(self, box: Figure, wheels: list[Figure]) -> None:
        """A cart on its wheels: level with its axles if it nearly is."""
        box.follow(wheels[0])
        square_up(box)
        if len(wheels) > 1:
            a, b = wheels[0].centre, wheels[1].centre
            off = geo.wrap(box.angle - math.atan2(b[1] - a[1], b[0] - a[0]), _QUARTER)
            if abs(off) < _HUNG_ANGLE:
                box.angle -= off

    def _hang(self, figure: Figure, ties: list[Tie]) -> None:
        """Follow what it hangs from; hang plumb and upright if it nearly does."""
        tie = ties[0]
        other = tie.over[0 if tie.a.holder is figure else -1] if tie.over else None
        holder = other or tie.other(figure).holder
        if holder is not None:
            local = (0.0, 0.0) if other else tie.other(figure).local
            before = geo.add(holder.drawn[0], geo.turn(local, holder.drawn[1]))
            figure.move(geo.sub(holder.place(local), before))
        single = len(self.joins.ties_at(figure)) == 1
        off = geo.wrap(figure.angle, _QUARTER)
        if abs(off) < (_HUNG_ANGLE if single else NEARLY_ANGLE):
            figure.angle -= off
        for each in ties:
            _centre_grip(figure, each, _HUNG_CENTRED_PART if single else _CENTRED_PART)
        if other is not None:
            self._hang_from_pulley(figure, tie, other)
        else:
            if single:
                self._straighten(figure, tie)
            self._stretch(figure, tie)

    def _hang_from_pulley(self, figure: Figure, tie: Tie, pulley: Figure) -> None:
        """Plumb under the pulley's rim, on the side where it is."""
        here = tie.a if tie.a.holder is figure else tie.b
        side = math.copysign(pulley.radius, here.at[0] - pulley.centre[0])
        off = pulley.centre[0] + side - here.at[0]
        drop = abs(here.at[1] - pulley.centre[1])
        if abs(off) < max(math.tan(_HUNG_ANGLE) * drop, 0.5 * pulley.radius):
            figure.move((off, 0.0))

    def _hang_in_bight(self, pulley: Figure) -> None:
        """A pulley in a rope's bight hangs so that both its runs are plumb, if they nearly are."""
        tie = next(tie for tie in self.joins.ties if pulley in tie.over)
        at = tie.over.index(pulley)
        before = tie.over[at - 1] if at > 0 else tie.a
        after = tie.over[at + 1] if at + 1 < len(tie.over) else tie.b
        rims = []
        for stop in (before, after):
            if isinstance(stop, Figure):
                side = math.copysign(stop.radius, pulley.centre[0] - stop.centre[0])
                rims.append((stop.centre[0] + side, stop.centre[1]))
            else:
                rims.append(stop.at)
        off = (rims[0][0] + rims[1][0]) / 2 - pulley.centre[0]
        drop = min(rim[1] for rim in rims) - pulley.centre[1]
        if abs(off) < math.tan(_HUNG_ANGLE) * max(drop, 0.0):
            pulley.move((off, 0.0))

    def _straighten(self, figure: Figure, tie: Tie) -> None:
        """Hang it plumb, hold it level, or lean it as stated."""
        here = tie.a if tie.a.holder is figure else tie.b
        there = tie.other(figure)
        angle = math.atan2(here.at[1] - there.at[1], here.at[0] - there.at[0])
        stated = self.angles.get(tie.figure.id)
        if stated is not None:
            # A rod's angle is from the plumb line or from the level, whichever it is nearer to.
            options = [base * _QUARTER + sign * stated for base in range(4) for sign in (1, -1)]
            target = min(options, key=lambda option: abs(geo.wrap(option - angle)))
        else:
            target = round(angle / _QUARTER) * _QUARTER
            swings = tie.figure.kind in {"rod", "rope"}
            if abs(geo.wrap(angle - target)) > (NEARLY_ANGLE if swings else _HUNG_ANGLE):
                return
        wanted = geo.add(there.at, geo.scale(geo.direction(target), tie.length))
        figure.move(geo.sub(wanted, here.at))

    def _stretch(self, figure: Figure, tie: Tie) -> None:
        """Give a rod or rope its stated length by moving what hangs on it."""
        stated = self.labels.value(tie.figure.id, "length")
        if stated is None or stated <= 0 or tie.figure.kind not in {"rod", "rope"} or tie.sag:
            return
        here = tie.a if tie.a.holder is figure else tie.b
        along = geo.sub(here.at, tie.other(figure).at)
        wanted = geo.add(tie.other(figure).at, geo.scale(geo.unit(along), stated))
        figure.move(geo.sub(wanted, here.at))

    # Lines between what is placed.

    def _align(self, tie: Tie) -> None:
        """Make a line level, plumb or along a slope, if it nearly is, by moving its ends on their
        sides; what it holds has been placed by then."""
        for end in tie.ends:
            if end.holder is not None and end.holder.kind == "box":
                _centre_grip(end.holder, tie, _CENTRED_PART)
        if tie.over:
            for end, pulley in ((tie.a, tie.over[0]), (tie.b, tie.over[-1])):
                if end.holder is not None and self._supports(end.holder):
                    self._along_surface(tie, pulley, end.holder)
            return
        bodies = [end.holder for end in tie.ends if end.holder and not end.holder.fixed]
        if not all(self._supports(body) for body in bodies if body.kind in BODY_KINDS):
            return
        a, b = tie.a.at, tie.b.at
        angle = math.atan2(b[1] - a[1], b[0] - a[0])
        leans = [0.0] + [e.holder.angle for e in tie.ends if e.holder and not e.holder.is_round]
        target = min(
            (lean + round((angle - lean) / _QUARTER) * _QUARTER for lean in leans),
            key=lambda option: abs(geo.wrap(angle - option)),
        )
        off = geo.wrap(angle - target)
        if abs(off) > 1.5 * NEARLY_ANGLE or abs(off) < 1e-9:
            return
        normal = geo.left_of(geo.direction(target))
        miss = geo.dot(geo.sub(b, a), normal)
        # The end on what is fixed gives way; a circle is held at its centre and never does.
        order = sorted(
            (end for end in tie.ends if end.holder is not None and not end.holder.is_round),
            key=lambda end: not (end.holder and end.holder.fixed),
        )
        if order:
            shift = geo.scale(normal, miss if order[0] is tie.a else -miss)
            holder = order[0].holder
            assert holder is not None
            order[0].local = holder.local(geo.add(order[0].at, shift))

    def _along_surface(self, tie: Tie, pulley: Figure, body: Figure) -> None:
        """A rope that runs nearly along the surface its body rests on runs along it exactly."""
        end = tie.a if tie.a.holder is body else tie.b
        lean = self._supports(body)[0].angle
        run = geo.sub(pulley.centre, end.at)
        angle = math.atan2(run[1], run[0])
        target = lean + round((angle - lean) / _QUARTER) * _QUARTER
        normal = geo.left_of(geo.direction(target))
        rim = geo.dot(run, normal)
        shift = rim - math.copysign(pulley.radius, rim)
        if abs(shift) < max(math.tan(_HUNG_ANGLE) * math.hypot(*run), 0.6 * pulley.radius):
            end.local = body.local(geo.add(end.at, geo.scale(normal, shift)))


def square_up(figure: Figure) -> None:
    """Make level or upright what nearly is."""
    if not figure.is_round:
        off = geo.wrap(figure.angle, _QUARTER)
        if abs(off) <= NEARLY_ANGLE:
            figure.angle -= off


def _as_drawn_upright(figure: Figure) -> None:
    """Make upright what was drawn so, though what it stands on leaned the other way and was made
    level under it."""
    if not figure.is_round and abs(geo.wrap(figure.drawn[1], _QUARTER)) <= NEARLY_ANGLE:
        figure.angle -= geo.wrap(figure.angle, _QUARTER)


def _beneath(support: Figure, figure: Figure) -> bool:
    if len(support.corners) == 2 and support.kind != "ramp":
        return surfaces(support)[0][1][1] > 0.3
    return support.centre[1] < figure.centre[1]


def _run_meant(run: float, back: float, height: float, stated: float) -> float:
    """The part of a triangle's base under the corner that a stated angle speaks of."""
    own = math.atan2(height, max(run, 1e-9))
    other = math.atan2(height, max(back, 1e-9))
    other_is_nearer = abs(other - stated) < abs(own - stated) - math.radians(2)
    return back if back > 0.05 * run and other_is_nearer else run


def _levelled(values: list[float]) -> list[float]:
    """Values that nearly agree, each replaced by the mean of its group."""
    order = sorted(range(len(values)), key=lambda i: values[i])
    result = list(values)
    group: list[int] = []
    for index in [*order, -1]:
        if group and (index < 0 or values[index] > values[group[0]] * (1 + _EQUAL_PART)):
            mean = sum(values[i] for i in group) / len(group)
            for i in group:
                result[i] = mean
            group = []
        group.append(index)
    return result


def _slope(a: Vec, b: Vec, *, upright: bool = False) -> float:
    """How far a line leans from the level, or from upright."""
    angle = math.atan2(b[1] - a[1], b[0] - a[0])
    return geo.wrap(angle - (_QUARTER if upright else 0.0), math.pi)


def _onto(point: Vec, ground: Figure) -> Vec:
    """The point of a ground's line, produced without end, that lies straight below or above."""
    a, b = ground.outline
    if abs(b[0] - a[0]) < 1e-9:
        return point
    return (point[0], a[1] + (point[0] - a[0]) * (b[1] - a[1]) / (b[0] - a[0]))


def _centre_grip(figure: Figure, tie: Tie, part: float) -> None:
    """A line that nearly meets the middle of a rectangle's side meets it."""
    end = tie.a if tie.a.holder is figure else tie.b
    if figure.kind != "box":
        return
    x, z = end.local
    if abs(abs(z) - figure.height / 2) < 0.05 * figure.height:
        end.local = (
            0.0 if abs(x) < part * figure.width else x,
            math.copysign(figure.height / 2, z),
        )
    elif abs(abs(x) - figure.width / 2) < 0.05 * figure.width:
        end.local = (
            math.copysign(figure.width / 2, x),
            0.0 if abs(z) < part * figure.height else z,
        )
