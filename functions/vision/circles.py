"""Circles and round spots, found as arcs that one circle explains."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from .evidence import Evidence
from .fitting import fit_circle
from .grid import Grid
from .holes import Disc
from .mark import Mark, circle_outline
from .page import Points
from .pieces import ROUND, Arc
from .reading import Circle, Reading
from .vectors import Vector, share

SEEN = 0.78
"""The least share of a circle that must be drawn: what a contact with a line or another circle
swallows, and a gap of 6 %."""
SWEPT = 0.55
"""The least share of a circle's directions in which ink was traced along it."""
OWN_RIM = 0.3
"""The least share of a round hole's rim that is drawn by no other mark."""
LEAST_ARCS = 0.4
"""The same of ink that was traced as round."""
FACING = (0.75, 1.4)
"""The radius of either of two parts of a circle that face each other over the circle's: that of the
rounded corner of a box is less."""
SHORT, ON_RIM, BULGE = 0.8, 0.5, 0.03
"""Pieces of a rim shorter than this share of its radius may come out straight, and then lie on it
give or take this many stroke widths and this share of the radius: the sides of a hexagon leave it
by 0.13 of the radius."""


def find_circles(reading: Reading) -> list[Mark]:
    """All circles and round spots, largest first, each explaining its own arcs."""
    evidence = reading.evidence
    free = reading.free_arcs()
    proposals = [
        circle
        for number in sorted(free, key=lambda number: -abs(free[number].sweep))
        if abs(free[number].sweep) > np.deg2rad(50)
        and (circle := _completed(reading, number)) is not None
    ]
    proposals += [
        (disc.center, disc.radius, 1.0, disc.stray)
        for disc in evidence.discs
        if _is_free(reading, disc)
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


def _completed(reading: Reading, number: int) -> Circle | None:
    """The circle of an arc, by its number, calculated once: its own, or one with an arc that faces
    it, where a floor and a cart swallow what lies between them."""
    if number not in reading.circles:
        evidence = reading.evidence
        arc = evidence.arcs[number]
        starts = [(arc.center, arc.radius, arc.points), *_with_facing(evidence, arc)]
        circles = (_complete(evidence, *start) for start in starts)
        reading.circles[number] = next((circle for circle in circles if circle), None)
    return reading.circles[number]


def _with_facing(evidence: Evidence, arc: Arc) -> Iterator[tuple[Vector, float, Points]]:
    """The circles through an arc and each other that lies across from it and bends back to it."""
    reach = 2 * FACING[1] * arc.radius
    for number in evidence.piece_grid.near(arc.center - reach, arc.center + reach):
        other = evidence.pieces[number]
        if other is arc or not isinstance(other, Arc):
            continue
        across = other.points.mean(axis=0) - arc.points.mean(axis=0)
        inward = arc.center - arc.points.mean(axis=0)
        back = other.center - other.points.mean(axis=0)
        if float(across @ inward) < 0 or float(across @ back) > 0:
            continue
        points = np.concatenate([arc.points, other.points])
        center, radius, _ = fit_circle(points)
        if all(FACING[0] < part.radius / radius < FACING[1] for part in (arc, other)):
            yield center, radius, points


def _complete(evidence: Evidence, center: Vector, radius: float, points: Points) -> Circle | None:
    """A circle fitted to all round ink near it."""
    for _ in range(3):
        band = max(1.2 * evidence.stroke_width, 1.5 * ROUND * radius)
        gathered = [points]
        reach = radius + band
        for number in evidence.piece_grid.near(center - reach, center + reach):
            other = evidence.pieces[number]
            if not isinstance(other, Arc):
                continue
            away = np.abs(np.hypot(*(other.points - center).T) - radius)
            if share(away < band) > 0.8:
                gathered.append(other.points)
        center, radius, rms = fit_circle(np.concatenate(gathered))
        if not 0 < radius < 0.5 * max(evidence.width, evidence.height):
            return None
    within = max(1.0 * evidence.stroke_width, ROUND * radius)
    ring = circle_outline(center, radius, 73)
    seen = evidence.cover(np.concatenate([ring, ring[:1]]), within)
    if seen < SEEN or rms > 0.6 * ROUND * radius + 0.15 * evidence.stroke_width:
        return None
    arcs = np.concatenate([*gathered, *_short_on(evidence, center, radius)])
    if _swept(arcs, center) < LEAST_ARCS:
        return None
    # Lines that touch a small circle swallow the parts of it that they touch.
    reach = radius + within
    for number in evidence.piece_grid.near(center - reach, center + reach):
        points = evidence.pieces[number].points
        arcs = np.concatenate(
            [arcs, points[np.abs(np.hypot(*(points - center).T) - radius) < within]]
        )
    return (center, radius, seen, rms / radius) if _swept(arcs, center) > SWEPT else None


def _short_on(evidence: Evidence, center: Vector, radius: float) -> list[Points]:
    """The pieces too short to be told from straight that lie on a circle, as no side of a polygon
    about it does."""
    within = ON_RIM * evidence.stroke_width + BULGE * radius
    reach = radius + within
    found = []
    for number in evidence.piece_grid.near(center - reach, center + reach):
        piece = evidence.pieces[number]
        if isinstance(piece, Arc) or piece.length > SHORT * radius:
            continue
        if share(np.abs(np.hypot(*(piece.points - center).T) - radius) < within) > 0.9:
            found.append(piece.points)
    return found


def _is_free(reading: Reading, disc: Disc) -> bool:
    """Whether the ink round a hole is not all some other mark's."""
    own = _claims(reading, disc.center, disc.radius)
    pieces = reading.evidence.pieces
    return sum(pieces[number].length for number in own) > OWN_RIM * 2 * np.pi * disc.radius


def _swept(points: Points, center: Vector) -> float:
    """The share of 36 directions from a centre in which points lie."""
    angles = np.arctan2(points[:, 1] - center[1], points[:, 0] - center[0])
    return len(np.unique(np.floor(angles / (2 * np.pi) * 36).astype(int))) / 36


def _same_circle(center: Vector, radius: float, other: Mark) -> bool:
    assert other.radius is not None
    apart = math.dist(center, other.center)
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
        and share(np.abs(np.hypot(*(piece.points - center).T) - radius) < band) > 0.85
    )
