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

NEARLY_ANGLE = math.radians(3)
NEARLY_PART = 0.03
"""What is within 3 degrees, or 3 % of its length, of exact is meant to be exact."""

_FLUSH_ANGLE = math.radians(8)
"""A face that lies on a surface within this angle lies on it flatly: touching says more than the
hand's 3 degrees."""

_PLUMB_BODY_ANGLE = math.radians(6)
"""The same for what hangs from one line, which gravity would turn upright anyway."""

_CENTRED_PART = 0.08
"""A line that meets a face this near its middle, as a part of the face, is meant for the middle."""

_EQUAL_PART = 0.06
"""Circles, or rectangles, whose sizes differ by less than this part are meant to be equal."""


def settle(
    figures: list[Figure], joins: Joins, labels: Labels, corner_angles: dict[str, float]
) -> None:
    """Correct all figures in place; `corner_angles` are the stated angles by mark, in radians."""
    _Settler(figures, joins, labels, corner_angles).settle()


class _Settler:
    def __init__(
        self,
        figures: list[Figure],
        joins: Joins,
        labels: Labels,
        corner_angles: dict[str, float],
    ) -> None:
        self.figures = figures
        self.joins = joins
        self.labels = labels
        self.angles = corner_angles
        self.placed: set[str] = set()

    def settle(self) -> None:
        self._equalise()
        for figure in self.figures:
            if figure.kind in {"ground", "support"} or (figure.fixed and figure.kind != "ramp"):
                _square_up(figure)
                self.placed.add(figure.id)
        for figure in self.figures:
            if figure.kind == "ramp":
                self._stand_ramp(figure)
                self.placed.add(figure.id)
        for figure in self.figures:
            if figure.kind == "pulley" and not self._hangs(figure):
                self.placed.add(figure.id)
        waiting = [f for f in self.figures if f.kind in BODY_KINDS and f.id not in self.placed]
        while waiting:
            figure = min(waiting, key=self._readiness)
            waiting.remove(figure)
            self._place(figure)
            self.placed.add(figure.id)

    # Sizes.

    def _equalise(self) -> None:
        """Circles of nearly one size become equal; so do the sides of rectangles."""
        for kind in ("ball", "wheel", "pulley"):
            rounds = [f for f in self.figures if f.kind == kind]
            for figure, radius in zip(rounds, _levelled([f.radius for f in rounds]), strict=True):
                stated = self.labels.value(figure.id, "length")
                figure.radius = radius if stated is None else figure.radius
        boxes = [f for f in self.figures if f.kind == "box"]
        sides = _levelled([s for f in boxes for s in (f.width, f.height)])
        for index, figure in enumerate(boxes):
            figure.width, figure.height = sides[2 * index], sides[2 * index + 1]
            shape_rectangle(figure)

    # What is fixed.

    def _stand_ramp(self, ramp: Figure) -> None:
        """Base on its ground, slope at the stated angle, heel upright if nearly so."""
        foot, apex, *rest = ramp.outline
        ground = self._touching_flat(ramp)
        if ground is not None:
            foot = _onto(foot, ground)
            rest = [_onto(heel, ground) for heel in rest]
        elif rest and abs(_slope(foot, rest[0])) < NEARLY_ANGLE:
            rest = [(rest[0][0], foot[1])]
        run = abs(apex[0] - foot[0])
        towards = 1.0 if apex[0] > foot[0] else -1.0
        if rest and abs(_slope(rest[0], apex, upright=True)) < NEARLY_ANGLE:
            run = abs(rest[0][0] - foot[0])
        stated = self.angles.get(ramp.id)
        angle = math.atan2(apex[1] - foot[1], max(run, 1e-9)) if stated is None else stated
        if stated is not None and rest:
            heel_run = abs(rest[0][0] - foot[0]) - run
            own = math.atan2(apex[1] - foot[1], max(run, 1e-9))
            other = math.atan2(apex[1] - foot[1], max(heel_run, 1e-9))
            if heel_run > 0.05 * run and abs(other - stated) < abs(own - stated) - 0.03:
                angle = math.atan2(heel_run * math.tan(stated), run)
        apex = (foot[0] + towards * run, foot[1] + run * math.tan(angle))
        ramp.centre = foot
        ramp.angle = math.atan2(apex[1] - foot[1], apex[0] - foot[0])
        ramp.corners = tuple(ramp.local(corner) for corner in (foot, apex, *rest))

    def _touching_flat(self, figure: Figure) -> Figure | None:
        for pair in self.joins.contacts:
            if figure in pair:
                other = pair[0] if pair[1] is figure else pair[1]
                if other.kind == "ground" and len(other.corners) == 2:
                    return other
        return None

    # What moves.

    def _contacts_of(self, figure: Figure) -> list[Figure]:
        pairs = (pair for pair in self.joins.contacts if figure in pair)
        return [a if b is figure else b for a, b in pairs]

    def _hangs(self, figure: Figure) -> bool:
        return any(tie.other(figure).holder is not None for tie in self.joins.ties_at(figure))

    def _readiness(self, figure: Figure) -> tuple[int, float]:
        """Bodies that rest on placed ones first, then what hangs on placed ones, lowest first."""
        if any(other.id in self.placed for other in self._contacts_of(figure)):
            return (0, figure.centre[1])
        if any(box is figure and wheel.id in self.placed for wheel, box in self.joins.axles):
            return (1, figure.centre[1])
        if any(self._is_placed(tie.other(figure).holder) for tie in self.joins.ties_at(figure)):
            return (2, -figure.centre[1])
        return (3, figure.centre[1])

    def _is_placed(self, figure: Figure | None) -> bool:
        return figure is not None and (
            figure.id in self.placed or figure.kind in {"pivot", "pin", "roller"}
        )

    def _place(self, figure: Figure) -> None:
        supports = [f for f in self._contacts_of(figure) if f.id in self.placed]
        supports.sort(key=lambda f: (f.centre[1] > figure.centre[1], not f.fixed))
        wheels = [w for w, box in self.joins.axles if box is figure and w.id in self.placed]
        ties = [
            tie for tie in self.joins.ties_at(figure) if self._is_placed(tie.other(figure).holder)
        ]
        if supports:
            figure.follow(supports[0])
            _square_up(figure)
            for _ in range(4):
                for support in supports:
                    _rest(figure, support, may_turn=support is supports[0])
        elif wheels:
            figure.follow(wheels[0])
            _square_up(figure)
        elif ties:
            self._hang(figure, ties)
        else:
            _square_up(figure)
        for tie in ties:
            self._stretch(figure, tie, bool(supports))

    def _hang(self, figure: Figure, ties: list[Tie]) -> None:
        tie = ties[0]
        holder = tie.other(figure).holder
        if holder is not None:
            before = geo.add(holder.drawn[0], geo.turn(tie.other(figure).local, holder.drawn[1]))
            figure.move(geo.sub(tie.other(figure).at, before))
        single = len(ties) == 1
        if single and abs(geo.wrap(figure.angle, math.pi / 2)) < _PLUMB_BODY_ANGLE:
            figure.angle = round(figure.angle / (math.pi / 2)) * math.pi / 2
        else:
            _square_up(figure)
        for each in ties:
            _centre_grip(figure, each)
        if single:
            self._straighten(figure, tie)

    def _straighten(self, figure: Figure, tie: Tie) -> None:
        """Hang it plumb, or hold it level, if it nearly is."""
        here = tie.a if tie.a.holder is figure else tie.b
        there = tie.other(figure)
        angle = math.atan2(here.at[1] - there.at[1], here.at[0] - there.at[0])
        stated = self.angles.get(tie.figure.id)
        if stated is not None:
            # A rod's angle is from the plumb line or from the level, whichever it is nearer to.
            options = [
                base + sign * stated
                for base in (-math.pi / 2, 0.0, math.pi, math.pi / 2)
                for sign in (1, -1)
            ]
            target = min(options, key=lambda option: abs(geo.wrap(option - angle)))
        else:
            target = round(angle / (math.pi / 2)) * math.pi / 2
            if abs(geo.wrap(angle - target)) > NEARLY_ANGLE:
                return
        wanted = geo.add(there.at, geo.scale(geo.direction(target), tie.length))
        figure.move(geo.sub(wanted, here.at))

    def _stretch(self, figure: Figure, tie: Tie, resting: bool) -> None:
        """Give a rod or rope its stated length by moving what hangs on it."""
        stated = self.labels.value(tie.figure.id, "length")
        if stated is None or resting or tie.over or tie.figure.kind not in {"rod", "rope"}:
            return
        here = tie.a if tie.a.holder is figure else tie.b
        along = geo.sub(here.at, tie.other(figure).at)
        wanted = geo.add(tie.other(figure).at, geo.scale(geo.unit(along), stated))
        figure.move(geo.sub(wanted, here.at))


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
    return geo.wrap(angle - (math.pi / 2 if upright else 0.0), math.pi)


def _square_up(figure: Figure) -> None:
    """Make level or upright what nearly is."""
    if figure.is_round:
        return
    off = geo.wrap(figure.angle, math.pi / 2)
    if abs(off) <= NEARLY_ANGLE:
        figure.angle -= off


def _onto(point: Vec, ground: Figure) -> Vec:
    """The point of a ground's line, produced without end, that lies straight below or above."""
    a, b = ground.outline
    if abs(b[0] - a[0]) < 1e-9:
        return point
    return (point[0], a[1] + (point[0] - a[0]) * (b[1] - a[1]) / (b[0] - a[0]))


def _centre_grip(figure: Figure, tie: Tie) -> None:
    """A line that nearly meets the middle of a rectangle's side meets it."""
    end = tie.a if tie.a.holder is figure else tie.b
    if figure.kind != "box":
        return
    x, z = end.local
    if abs(abs(z) - figure.height / 2) < 0.02 * figure.height:
        x = 0.0 if abs(x) < _CENTRED_PART * figure.width else x
    elif abs(abs(x) - figure.width / 2) < 0.02 * figure.width:
        z = 0.0 if abs(z) < _CENTRED_PART * figure.height else z
    end.local = (x, z)


# Resting.


def surfaces(figure: Figure) -> list[tuple[Vec, Vec]]:
    """Each straight side that may be rested on: a point of it and the outward normal."""
    path = figure.outline
    if len(path) == 2:
        normal = geo.left_of(geo.unit(geo.sub(path[1], path[0])))
        solid = figure.solid or (0.0, -1.0)
        return [(path[0], normal if geo.dot(normal, solid) <= 0 else geo.scale(normal, -1.0))]
    if geo.signed_area(path) < 0:
        path.reverse()
    sides = zip(path, (*path[1:], path[0]), strict=True)
    return [(a, geo.scale(geo.left_of(geo.unit(geo.sub(b, a))), -1.0)) for a, b in sides if a != b]


def _rest(figure: Figure, support: Figure, *, may_turn: bool) -> None:
    """Move a figure so that it just touches its support, flat on it if it nearly is."""
    if figure.is_round and support.is_round:
        along = geo.unit(geo.sub(figure.centre, support.centre))
        reach = figure.radius + support.radius
        figure.centre = geo.add(support.centre, geo.scale(along, reach))
        return
    if figure.is_round:
        point, normal = max(surfaces(support), key=lambda side: _height(figure.centre, *side))
        lift = figure.radius - _height(figure.centre, point, normal)
        figure.move(geo.scale(normal, lift))
        return
    if support.is_round:
        point, normal = max(surfaces(figure), key=lambda side: _height(support.centre, *side))
        lift = support.radius - _height(support.centre, point, normal)
        figure.move(geo.scale(normal, -lift))
        return
    own = max(_faces(figure, support.outline), key=lambda face: face[0])
    theirs = max(
        ((_lowest(figure.outline, p, n), p, n) for p, n in surfaces(support)),
        key=lambda face: face[0],
    )
    on_their_face = theirs[0] >= own[0] or len(support.corners) == 2
    if on_their_face and may_turn:
        _lay_flat(figure, theirs[2])
    if on_their_face:
        figure.move(geo.scale(theirs[2], -_lowest(figure.outline, theirs[1], theirs[2])))
    else:
        figure.move(geo.scale(own[2], own[0]))


def _faces(figure: Figure, others: list[Vec]) -> list[tuple[float, Vec, Vec]]:
    return [(_lowest(others, p, n), p, n) for p, n in surfaces(figure)]


def _lay_flat(figure: Figure, normal: Vec) -> None:
    """Turn the side that nearly faces a surface to lie on it."""
    down = math.atan2(-normal[1], -normal[0])
    leans = [geo.wrap(down - math.atan2(side[1], side[0])) for _, side in surfaces(figure)]
    least = min(leans, key=abs)
    if abs(least) <= _FLUSH_ANGLE:
        figure.angle += least


def _height(point: Vec, on: Vec, normal: Vec) -> float:
    return geo.dot(geo.sub(point, on), normal)


def _lowest(points: list[Vec], on: Vec, normal: Vec) -> float:
    return min(_height(point, on, normal) for point in points)
