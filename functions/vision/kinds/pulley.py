"""Pulleys: circles with a hub that hang from something and touch nothing that they could carry."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from ..geometry import gap, mark_distance
from ..mark import Mark
from ..reading import Reading
from .pivot import is_crossed

BODIES: tuple[str, ...] = ("box", "polygon")


def decide(reading: Reading) -> list[Mark]:
    """Which circles with a hub are wheels, and which pulleys, by what they are joined to.

    A wheel touches a box, or a curved arrow goes round it, or it rolls on the ground; all others
    are pulleys. One on a rod where no rope is drawn is a joint, if what is fixed runs through it,
    or a pendulum's ball, if its hub may be no more than the end of the rod, or if nothing else
    could move.
    """
    touch = 2.5 * reading.stroke_width
    boxes = reading.of(*BODIES)
    floors = reading.of("ground", "ramp")
    arcs = reading.of("arc_arrow")
    roped = bool(reading.of("rope", "pulley"))
    alone = not reading.of("ball", *BODIES)
    marks = []
    for mark in reading.marks:
        if mark.kind != "wheel":
            marks.append(mark)
            continue
        radius = mark.radius or 0.0
        within = radius + touch
        carries = any(mark_distance(box, mark.center) < within for box in boxes)
        driven = any(_round(arc, mark) for arc in arcs)
        held = any(
            math.dist(end, mark.center) < 0.6 * radius
            for line in reading.of("rod")
            for end in line.ends
        )
        rolls = not held and any(gap(mark, floor) < touch for floor in floors)
        if carries or driven:
            marks.append(mark)
        elif held and not roped and is_crossed(reading, mark):
            marks.append(replace(mark, kind="pivot", confidence=0.7, instead="pulley"))
        elif held and not roped and (alone or mark.instead == "ball"):
            marks.append(replace(mark, kind="ball", confidence=0.7, instead="pulley"))
        elif rolls:
            marks.append(replace(mark, confidence=min(mark.confidence, 0.7), instead="ball"))
        else:
            sure = held or any(gap(mark, top) < touch for top in reading.of("support", "ground"))
            limit = 0.9 if sure else 0.6
            marks.append(
                replace(
                    mark,
                    kind="pulley",
                    confidence=min(mark.confidence, limit),
                    instead="wheel",
                )
            )
    return marks


def _round(arc: Mark, wheel: Mark) -> bool:
    """Whether a curved arrow goes round a wheel."""
    away = np.hypot(*(arc.outline - wheel.center).T)
    radius = wheel.radius or 0.0
    return (
        float(np.ptp(away)) < 0.5 * float(away.mean())
        and 0.3 * radius < float(away.mean()) < 2.5 * radius
    )
