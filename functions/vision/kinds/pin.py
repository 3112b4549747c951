"""Pins: a triangle with a joint at its tip, or that stands on a hatched line of its own."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from ..geometry import mark_distance
from ..mark import Mark
from ..pieces import Vector, segment_distance
from ..reading import Reading

OWN_BASE = 2.4
"""A hatched line longer than this many bases of the triangle is the ground, and not its own."""
JOINT = 0.3
"""How far from the tip, in heights of the triangle, its joint may be marked."""
LARGEST_JOINT = 0.3
"""Radius of the joint's circle over the height."""


def find(reading: Reading) -> list[Mark]:
    """All marks; where triangles are pins, these in place of their parts."""
    gone: set[int] = set()
    pins: list[Mark] = []
    for mark in reading.marks:
        if mark.kind not in ("ramp", "polygon") or len(mark.outline) != 3:
            continue
        made = _as_pin(reading, mark)
        if made is not None:
            pin, parts = made
            gone |= {id(part) for part in (mark, *parts)}
            pins.append(pin)
    return [mark for mark in reading.marks if id(mark) not in gone] + pins


def _as_pin(reading: Reading, triangle: Mark) -> tuple[Mark, list[Mark]] | None:
    """A triangle as a pin, and the marks that are its joint and its base."""
    width = reading.stroke_width
    best: tuple[float, int, Mark | None] | None = None
    for corner in range(3):
        tip = triangle.outline[corner]
        left, right = triangle.outline[corner - 2], triangle.outline[corner - 1]
        base = math.dist(right, left)
        foot = float(np.dot(tip - left, right - left)) / base**2
        if not 0.15 < foot < 0.85:
            continue  # a wedge
        host = next(
            (
                held
                for held in reading.of("support", "ground")
                if all(
                    segment_distance(*held.ends, end) < max(2.5 * width, 0.08 * base)
                    for end in (left, right)
                )
            ),
            None,
        )
        own = host is not None and _length(host) < OWN_BASE * base
        joint = _joint(reading, triangle, tip, left, right)
        offer = (2.0 if own else 0.0) + (1.0 if joint is not None else 0.0)
        if host is None and not (tip[1] < min(left[1], right[1]) and not _rests(reading, triangle)):
            continue
        if offer and (best is None or offer > best[0]):
            best = (offer, corner, host if own else None)
            found = joint
    if best is None:
        return None
    score, corner, host = best
    parts = [part for part in (found, host) if part is not None]
    turned = np.roll(triangle.outline, -corner, axis=0)
    claims = triangle.claims.union(*(part.claims for part in parts))
    confidence = {1.0: 0.7, 2.0: 0.75, 3.0: 0.92}[score]
    return replace(
        triangle, kind="pin", outline=turned, claims=claims, confidence=confidence, instead="ramp"
    ), parts


def _rests(reading: Reading, triangle: Mark) -> bool:
    """Whether a corner of it lies on the ground: then a dot elsewhere is no joint of a pin."""
    return any(
        mark_distance(held, corner) < 2.5 * reading.stroke_width
        for held in reading.of("ground", "support")
        for corner in triangle.outline
    )


def _length(mark: Mark) -> float:
    return math.dist(mark.ends[1], mark.ends[0])


def _joint(
    reading: Reading, triangle: Mark, tip: Vector, left: Vector, right: Vector
) -> Mark | None:
    """The dot or small circle at a triangle's tip."""
    height = math.dist(tip, (left + right) / 2)
    reach = JOINT * height + reading.stroke_width
    for mark in reading.of("pivot", "ball"):
        if (mark.radius or 0.0) < LARGEST_JOINT * height and mark_distance(mark, tip) < reach:
            return mark
    return None
