"""Balls: circles, outlined or filled."""

from __future__ import annotations

import numpy as np

from ..evidence import Evidence
from ..geometry import mark_distance
from ..grid import Grid
from ..mark import Mark, circle_outline
from ..page import Points
from ..pieces import ROUND, Arc, Vector, fit_circle
from ..reading import Reading

SEEN = 0.78
"""The least share of a circle that must be drawn: what a contact with a line or another circle
swallows, and a gap of 6 %."""
DOT_STROKES = 2.6
"""Radius in stroke widths up to which a circle or a spot is a joint's mark, not a body."""
DOT_SHARE = 0.02
"""Radius, as a share of the picture's diagonal, up to which a circle that sits on a line is one."""


def find(reading: Reading) -> list[Mark]:
    """Circles that are bodies, not the marks of joints."""
    return [mark for mark in find_circles(reading) if not is_joint(reading, mark)]


def is_joint(reading: Reading, circle: Mark) -> bool:
    """Whether a circle marks a joint: it is tiny, or small and centred on a line."""
    radius = circle.radius or 0.0
    if radius <= DOT_STROKES * reading.stroke_width:
        return True
    if radius > DOT_SHARE * float(np.hypot(reading.evidence.width, reading.evidence.height)):
        return False
    reach = 0.5 * radius + reading.stroke_width
    for number in reading.evidence.line_grid.near(circle.center, circle.center, reach):
        line = reading.evidence.lines[number].segment
        if line.length > 3 * radius and line.distance(circle.center) < reach:
            return True
    return any(
        mark_distance(mark, circle.center) < reach for mark in reading.of("ground", "support")
    )


def find_circles(reading: Reading) -> list[Mark]:
    """All circles and round spots, largest first, each explaining its own arcs."""
    evidence = reading.evidence
    proposals = [
        circle
        for arc in sorted(reading.free_arcs().values(), key=lambda arc: -abs(arc.sweep))
        if abs(arc.sweep) > np.deg2rad(50)
        and (circle := _complete(evidence, arc.center, arc.radius, arc.points)) is not None
    ]
    chosen: list[Mark] = []
    places: Grid[Mark] = Grid(12 * evidence.stroke_width)
    for center, radius, seen, stray in sorted(proposals, key=lambda found: -found[2]):
        near = places.near(center - radius, center + radius)
        if any(_same_circle(center, radius, other) for other in near):
            continue
        claims = _claims(reading, center, radius)
        confidence = float(np.clip(0.55 + 0.45 * seen - 1.5 * stray, 0.3, 0.99))
        mark = Mark("ball", confidence, circle_outline(center, radius), claims, radius=radius)
        chosen.append(mark)
        places.add(center, center, mark)
    for blob in evidence.blobs:
        near = places.near(blob.center - blob.radius, blob.center + blob.radius)
        if not any(_same_circle(blob.center, blob.radius, other) for other in near):
            chosen.append(
                Mark("ball", 0.9, circle_outline(blob.center, blob.radius), radius=blob.radius)
            )
    return chosen


def _complete(
    evidence: Evidence, center: Vector, radius: float, points: Points
) -> tuple[Vector, float, float, float] | None:
    """An arc's circle fitted to all round ink near it: centre, radius, share seen, stray."""
    for _ in range(3):
        band = max(1.2 * evidence.stroke_width, 1.5 * ROUND * radius)
        gathered = [points]
        reach = radius + band
        for number in evidence.piece_grid.near(center - reach, center + reach):
            arc = evidence.pieces[number]
            if not isinstance(arc, Arc):
                continue
            away = np.abs(np.hypot(*(arc.points - center).T) - radius)
            if float(np.mean(away < band)) > 0.8:
                gathered.append(arc.points)
        center, radius, rms = fit_circle(np.concatenate(gathered))
        if not 0 < radius < 0.5 * max(evidence.width, evidence.height):
            return None
    within = max(1.0 * evidence.stroke_width, ROUND * radius)
    ring = circle_outline(center, radius, 73)
    seen = evidence.cover(np.concatenate([ring, ring[:1]]), within)
    if seen < SEEN or rms > 0.6 * ROUND * radius + 0.15 * evidence.stroke_width:
        return None
    swept = _swept(np.concatenate(gathered), center)
    return (center, radius, seen, rms / radius) if swept > 0.55 else None


def _swept(points: Points, center: Vector) -> float:
    """The share of 36 directions from a centre in which points lie."""
    angles = np.arctan2(points[:, 1] - center[1], points[:, 0] - center[0])
    return len(np.unique(np.floor(angles / (2 * np.pi) * 36).astype(int))) / 36


def _same_circle(center: Vector, radius: float, other: Mark) -> bool:
    assert other.radius is not None
    apart = float(np.hypot(*(center - other.center)))
    return apart < 0.35 * max(radius, other.radius) and 0.6 < radius / other.radius < 1.6


def _claims(reading: Reading, center: Vector, radius: float) -> frozenset[int]:
    """The pieces that lie on the circle: its arcs, and segments of it that came out straight."""
    band = max(1.2 * reading.stroke_width, 1.5 * ROUND * radius)
    reach = radius + band
    pieces = reading.evidence.pieces
    return frozenset(
        number
        for number in reading.evidence.piece_grid.near(center - reach, center + reach)
        if number not in reading.taken
        and (piece := pieces[number]).length < 7 * radius
        and float(np.mean(np.abs(np.hypot(*(piece.points - center).T) - radius) < band)) > 0.85
    )
