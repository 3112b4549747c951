"""Pivots: dots and small circles where marks join."""

from __future__ import annotations

from dataclasses import replace

from ..mark import Mark
from ..reading import Reading
from .ball import DOT_STROKES, find_circles


def find(reading: Reading) -> list[Mark]:
    """Circles and round spots too small to be a body."""
    return [
        replace(mark, kind="pivot", instead="ball")
        for mark in find_circles(reading)
        if (mark.radius or 0.0) <= DOT_STROKES * reading.stroke_width
    ]
