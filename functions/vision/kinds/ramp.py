"""Ramps: a triangle with a side on the ground, or a sloping line with its low end there."""

from __future__ import annotations

import math

import numpy as np

from ..mark import Mark
from ..outlines import Outline
from ..pieces import Segment, Vector, segment_distance
from ..reading import Reading

STEEPEST = np.deg2rad(80.0)
FLATTEST = np.deg2rad(4.0)
NEAR = 4.0
"""How far from the low end of a line its joint may be, in the joint's radii: its ink may run on
into a hatch."""


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


def _turns_about(line: Segment, low: Vector, pivot: Mark) -> bool:
    """Whether a line runs through a joint just above its low end, as a motor's arm does."""
    radius = pivot.radius or 0.0
    return abs(line.offset(pivot.center)) < radius and math.dist(pivot.center, low) < NEAR * radius


def _is_floor(mark: Mark) -> bool:
    return mark.solid is not None and float(mark.solid[1]) > 0.7
