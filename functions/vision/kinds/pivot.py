"""Pivots: dots and small circles where marks join."""

from __future__ import annotations

from dataclasses import replace

from ..mark import Mark
from ..reading import Reading
from .ball import find_circles, is_joint

SMALLEST = 1.3
"""Radius in stroke widths; the bends where strokes meet are rounder than this."""


def find(reading: Reading) -> list[Mark]:
    """Circles and round spots too small to be a body, where something else is drawn."""
    return [
        replace(mark, kind="pivot", instead="ball")
        for mark in find_circles(reading)
        if is_joint(reading, mark)
        and (mark.radius or 0.0) > SMALLEST * reading.stroke_width
        and _joins(reading, mark)
    ]


def _joins(reading: Reading, spot: Mark) -> bool:
    """Whether a line runs to or under the spot."""
    reach = (spot.radius or 0.0) + 2.5 * reading.stroke_width
    grid = reading.evidence.line_grid
    for number in grid.near(spot.center, spot.center, reach):
        line = reading.evidence.lines[number]
        if line.segment.length > 3 * reach and line.segment.distance(spot.center) < reach:
            return True
    return False
