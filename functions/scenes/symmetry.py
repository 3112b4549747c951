"""Exact where people mean it exact: cradles in a row, beams in balance."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from . import geometry as geo
from .figures import BODY_KINDS, Figure
from .joins import End, Joins, Pin
from .settle import NEARLY_PART

_CRADLE_PART = 0.15
"""Hinges whose distance is a ball's diameter to within this part hold balls that touch."""


@dataclass(frozen=True, slots=True)
class _Hung:
    ball: Figure
    top: End

    @property
    def length(self) -> float:
        return geo.distance(self.top.at, self.ball.centre)


def line_up_cradles(joins: Joins) -> None:
    """Balls hung side by side just touch: equal lengths, hinges one diameter apart."""
    hung = sorted(_hung_balls(joins), key=lambda each: each.top.at[0])
    row: list[_Hung] = []
    for each in hung:
        if row and not _neighbours(row[-1], each):
            _respace(row, joins)
            row = []
        row.append(each)
    _respace(row, joins)


def _hung_balls(joins: Joins) -> Iterable[_Hung]:
    for tie in joins.ties:
        if tie.figure.kind not in {"rod", "rope"} or tie.over:
            continue
        for end in tie.ends:
            ball, top = end.holder, tie.b if end is tie.a else tie.a
            if ball is None or top.holder is None or ball.kind != "ball" or ball.fixed:
                continue
            held_still = top.holder.fixed or top.holder.kind == "pivot"
            if held_still and len(joins.ties_at(ball)) == 1:
                yield _Hung(ball, top)


def _neighbours(left: _Hung, right: _Hung) -> bool:
    apart = right.top.at[0] - left.top.at[0]
    wide = left.ball.radius + right.ball.radius
    alike = abs(left.length - right.length) < 2 * NEARLY_PART * left.length
    return alike and abs(apart - wide) < _CRADLE_PART * wide


def _respace(row: list[_Hung], joins: Joins) -> None:
    if len(row) < 2:
        return
    length = sum(each.length for each in row) / len(row)
    level = sum(each.top.at[1] for each in row) / len(row)
    width = sum(a.ball.radius + b.ball.radius for a, b in pairwise(row))
    x = sum(each.top.at[0] for each in row) / len(row) - width / 2
    for index, each in enumerate(row):
        if index > 0:
            x += row[index - 1].ball.radius + each.ball.radius
        along = geo.unit(geo.sub(each.ball.centre, each.top.at))
        top = (x, level)
        if each.top.holder is not None and each.top.holder.kind == "pivot":
            each.top.holder.centre = top
        elif each.top.holder is not None:
            each.top.local = each.top.holder.local(top)
            for pin in joins.pins:
                if pin.figure is each.top.pivot:
                    pin.local = pin.base.local(top)
        each.ball.centre = geo.add(top, geo.scale(along, length))


def balance(figures: list[Figure], joins: Joins, masses: dict[str, float]) -> None:
    """Beams that nearly balance on their fulcrum do."""
    for beam in figures:
        if beam.kind not in {"box", "polygon"} or beam.fixed:
            continue
        fulcrum = _fulcrum(beam, joins)
        if fulcrum is None or abs(math.sin(beam.angle)) > 1e-6:
            continue
        riders = _riders(beam, joins)
        length = max(beam.size, 1e-9)
        if abs(beam.centre[0] - fulcrum) < NEARLY_PART * length:
            _shift([beam, *riders], joins, fulcrum - beam.centre[0])
        moments = {f.id: masses.get(f.id, 0.0) * (f.centre[0] - fulcrum) for f in [beam, *riders]}
        mover = max(riders, key=lambda f: masses.get(f.id, 0.0), default=None)
        if mover is None or masses.get(mover.id, 0.0) <= 0:
            continue
        off = sum(moments.values()) / masses[mover.id]
        if abs(off) < NEARLY_PART * length:
            _shift([mover], joins, -off)


def _fulcrum(beam: Figure, joins: Joins) -> float | None:
    """Where the only thing under a beam holds it: a hinge to what is fixed, or a ramp's tip."""
    pins = [
        pin
        for pin in joins.pins
        if beam in pin.members and all(f is beam or f.fixed or f.kind == "rod" for f in pin.members)
    ]
    under = [
        f
        for f in _touching(beam, joins)
        if f.centre[1] < beam.centre[1]
        and _carries(f)
        and not any(f in pin.members for pin in pins)
    ]
    if len(pins) == 1 and not under:
        _nail(pins[0], joins)
        return pins[0].at[0]
    if not pins and len(under) == 1 and under[0].kind == "ramp" and len(under[0].corners) == 3:
        tip = under[0].outline[1]
        inner = abs(beam.local(tip)[0]) < 0.45 * beam.width
        return tip[0] if inner else None
    return None


def _nail(pin: Pin, joins: Joins) -> None:
    """Let a hinge stay where it is when what it lies on is moved."""
    if pin.base.fixed or pin.base is pin.figure:
        return
    dot = pin.figure
    dot.centre, pin.base, pin.local = pin.at, dot, (0.0, 0.0)
    for tie in joins.ties:
        for end in tie.ends:
            if end.pivot is dot:
                end.holder, end.local = dot, (0.0, 0.0)


def _carries(figure: Figure) -> bool:
    return figure.kind in BODY_KINDS or figure.fixed


def _touching(figure: Figure, joins: Joins) -> list[Figure]:
    return [b if a is figure else a for a, b in joins.contacts if figure in (a, b)]


def _riders(beam: Figure, joins: Joins) -> list[Figure]:
    """What rests on a beam or hangs from it."""
    on_it = [f for f in _touching(beam, joins) if not f.fixed and f.centre[1] > beam.centre[1]]
    below = [
        other
        for tie in joins.ties_at(beam)
        if tie.figure.kind in {"rod", "rope"}
        and (other := tie.other(beam).holder) is not None
        and other.kind in BODY_KINDS
        and not other.fixed
    ]
    return on_it + below


def _shift(figures: list[Figure], joins: Joins, by: float) -> None:
    """Move bodies sideways; what hangs from a beam moves its own grip along."""
    moved = {f.id for f in figures}
    for figure in figures:
        figure.move((by, 0.0))
        for tie in joins.ties_at(figure):
            there = tie.other(figure)
            if there.holder is not None and not there.holder.fixed and there.holder.id not in moved:
                there.local = there.holder.local(geo.add(there.at, (by, 0.0)))
