"""Ramps: a triangle with a side on the ground, or a sloping line with its low end there."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from ..drawn_rings import Outline
from ..geometry import gap
from ..mark import Mark
from ..pieces import Segment
from ..reading import Reading
from ..vectors import Vector, segment_distance

STEEPEST = np.deg2rad(80.0)
FLATTEST = np.deg2rad(4.0)
NEAR = 4.0
"""How far from the low end of a line its joint may be, in the joint's radii: its ink may run on
into a hatch."""
LEVEL = np.deg2rad(5.0)
"""How far from level a triangle's lower side may lie that is the floor itself."""
TOUCHES = 3.0
"""In stroke widths: how near a body touches a slope."""


def as_ramp(outline: Outline, ground: list[Segment], stroke_width: float) -> Mark | None:
    """A triangle of which one side lies on the ground."""
    if len(outline.corners) != 3:
        return None
    for start, end in outline.sides:
        for floor in ground:
            within = max(2.0 * stroke_width, 0.04 * math.dist(end, start))
            if all(segment_distance(floor.a, floor.b, corner) < within for corner in (start, end)):
                confidence = float(np.clip(0.98 - 0.8 * (1 - outline.inked), 0.4, 0.98))
                return Mark("ramp", confidence, outline.corners, outline.claims)
    return None


def find_sloping(reading: Reading) -> list[Mark]:
    """Free lines that slope up from the ground, end in nothing and turn about nothing."""
    found = []
    floors = [mark for mark in reading.of("ground") if _is_floor(mark)]
    for line in reading.free_lines():
        segment = line.segment
        slope = np.arcsin(min(1.0, abs(segment.direction[1])))
        if segment.length < 0.12 * reading.evidence.width or not FLATTEST < slope < STEEPEST:
            continue
        low = max((segment.a, segment.b), key=lambda end: float(end[1]))
        high = min((segment.a, segment.b), key=lambda end: float(end[1]))
        near = max(3.0 * reading.stroke_width, 0.04 * segment.length)
        turns = any(_turns_about(segment, low, pivot) for pivot in reading.of("pivot"))
        if not turns and any(segment_distance(*floor.ends, low) < near for floor in floors):
            found.append(
                Mark("ramp", 0.75, np.stack([low, high]), claims=line.pieces, instead="rod")
            )
    return found


def on_own_floor(reading: Reading) -> list[Mark]:
    """The marks, each triangle that carries a body, where no floor is drawn, made a ramp: its lower
    side is the lowest long horizontal line."""
    if any(_is_floor(mark) for mark in reading.of("ground", "support")):
        return reading.marks
    bodies = reading.of("ball", "box", "polygon", "wheel")
    return [
        replace(mark, kind="ramp", instead="polygon")
        if mark.kind == "polygon" and _lies_lowest(mark, bodies) and _carries(reading, mark, bodies)
        else mark
        for mark in reading.marks
    ]


def _lies_lowest(triangle: Mark, bodies: list[Mark]) -> bool:
    """Whether a mark is a triangle on a level side, and no body reaches lower."""
    if len(triangle.outline) != 3:
        return False
    (a, b) = max(triangle.sides, key=lambda side: side[0][1] + side[1][1])
    flat = abs(b[1] - a[1]) < np.tan(LEVEL) * abs(b[0] - a[0])
    return flat and all(body.outline[:, 1].max() <= max(a[1], b[1]) for body in bodies)


def _carries(reading: Reading, triangle: Mark, bodies: list[Mark]) -> bool:
    """Whether a body touches a triangle."""
    near = TOUCHES * reading.stroke_width
    return any(body is not triangle and gap(body, triangle) < near for body in bodies)


def _turns_about(line: Segment, low: Vector, pivot: Mark) -> bool:
    """Whether a line runs through a joint just above its low end, as a motor's arm does."""
    radius = pivot.radius or 0.0
    return abs(line.offset(pivot.center)) < radius and math.dist(pivot.center, low) < NEAR * radius


def _is_floor(mark: Mark) -> bool:
    return mark.solid is not None and float(mark.solid[1]) > 0.7
