"""Boxes: rectangles, however turned."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from ..drawn_rings import Outline
from ..geometry import area, mark_distance, points_to_edges
from ..mark import Mark
from ..page import Points
from ..pieces import Segment, intersection
from ..reading import Reading
from ..vectors import Vector, angle_between

SKEW = np.deg2rad(17.0)
"""The furthest a hand-drawn right angle is from one, with some tilt of the page left in it."""

TAPER = np.deg2rad(12.0)
"""Opposite sides that converge by more are a trapezium's: a hand's box, by up to 4 degrees."""

CUT = 0.6
"""A side this much shorter than both its neighbours cuts a corner off."""
FILLS = 0.85
"""The least share of a box that is left when its corners are cut off."""
OWN = 0.65
"""The least share of a piece that lies along a rounded box: its side may run on into a hatch."""
FREE = 0.55
"""The least share of a rounded box's ink that no other mark explains: it may stand on one."""


def find_rounded(reading: Reading) -> list[Mark]:
    """Boxes drawn in one go in haste, whose corners came out too round to be corners."""
    found = []
    for frame in reading.evidence.frames:
        sides = list(zip(frame, np.roll(frame, -1, axis=0), strict=True))
        lengths = [math.dist(b, a) for a, b in sides]
        # A rounded corner leaves its own by 0.41 of its radius.
        within = max(1.8 * reading.stroke_width, 0.17 * min(lengths))
        near = reading.evidence.piece_grid.near(frame.min(axis=0), frame.max(axis=0), within)
        pieces = reading.evidence.pieces
        own = frozenset(
            number
            for number in near
            if number not in reading.taken
            and float(np.mean(points_to_edges(pieces[number].points, sides) < within)) > OWN
        )
        drawn = [pieces[number].points for number in sorted(own)]
        if (
            sum(pieces[number].length for number in own) > FREE * sum(lengths)
            and sum(_is_along(side, drawn, within) for side in sides) > 2
            and not _hangs(reading, sides, within)
        ):
            found.append(Mark("box", 0.8, true_rectangle(frame), own))
    return found


def _hangs(reading: Reading, sides: Sequence[tuple[Vector, Vector]], within: float) -> bool:
    """Whether a side is borrowed from a ceiling: two lines from there and what they hold are no
    box."""
    return any(
        mark.is_ceiling and all(mark_distance(mark, end) < within for end in side)
        for mark in reading.of("ground", "support")
        for side in sides
    )


def _is_along(side: tuple[Vector, Vector], drawn: list[Points], within: float) -> bool:
    """Whether most of a side has ink of its own: two rods and what they join are no box."""
    a, b = side
    shares = np.linspace(0.15, 0.85, 15)[:, None]
    places = a + shares * (b - a)
    points = np.concatenate(drawn)
    away = np.hypot(*np.moveaxis(places[:, None] - points, 2, 0)).min(axis=1)
    return bool(np.mean(away < within) > 0.6)


def without_cut_corners(polygon: Mark) -> Mark | None:
    """The box that a polygon of five to eight sides is meant as, if what is cut off are corners."""
    ends = np.roll(polygon.outline, -1, axis=0)
    sides = [Segment(a, b, polygon.outline) for a, b in zip(polygon.outline, ends, strict=True)]
    count = len(sides)
    if not 5 <= count <= 8:
        return None
    whole = [
        side
        for place, side in enumerate(sides)
        if side.length > CUT * min(sides[place - 1].length, sides[(place + 1) % count].length)
    ]
    if len(whole) != 4:
        return None
    corners: list[Vector] = []
    for before, side in zip([whole[-1], *whole], whole, strict=False):
        meeting = intersection(before, side)
        if meeting is None or angle_between(before.direction, side.direction) < np.pi / 2 - SKEW:
            return None
        corners.append(meeting)
    box = np.array(corners)
    if area(polygon.outline) < FILLS * area(box):
        return None
    return Mark(
        "box", 0.8 * polygon.confidence, true_rectangle(box), polygon.claims, instead="polygon"
    )


def as_box(outline: Outline, stroke_width: float) -> Mark | None:
    """An outline with four right angles, made a true rectangle."""
    if len(outline.corners) != 4:
        return None
    steps = np.roll(outline.corners, -1, axis=0) - outline.corners
    headings = np.arctan2(steps[:, 1], steps[:, 0])
    corners = np.abs(np.angle(np.exp(1j * (headings - np.roll(headings, 1)))))
    skew = float(np.abs(corners - np.pi / 2).max())
    tapers = np.abs(np.angle(np.exp(2j * (headings[:2] - headings[2:])))) / 2
    slack = np.arctan(stroke_width / np.hypot(*steps.T).min())
    if skew > SKEW or tapers.max() > TAPER + slack:
        return None
    confidence = float(np.clip(0.99 - 0.6 * skew - 0.8 * (1 - outline.inked), 0.4, 0.99))
    return Mark("box", confidence, true_rectangle(outline.corners), outline.claims)


def true_rectangle(corners: Points) -> Points:
    """The rectangle (4, 2) nearest to four corners, in the same order.

    Its direction is the mean of the four sides', each turned by its quarter and weighted by its
    length; its extent the mean of what opposite sides say.
    """
    steps = np.roll(corners, -1, axis=0) - corners
    headings = np.arctan2(steps[:, 1], steps[:, 0])
    lengths = np.hypot(*steps.T)
    # Four times the angle is the same for all four sides of a rectangle.
    turn = np.angle(np.sum(lengths * np.exp(4j * headings))) / 4
    quarter = np.round((headings[0] - turn) / (np.pi / 2)) * np.pi / 2
    along = np.array([np.cos(turn + quarter), np.sin(turn + quarter)])
    clockwise = np.sign(np.cross(np.append(steps[0], 0), np.append(steps[1], 0))[2])
    across = clockwise * np.array([-along[1], along[0]])
    middle = corners.mean(axis=0)
    x, y = (corners - middle) @ along, (corners - middle) @ across
    half_x, half_y = np.abs(x).mean(), np.abs(y).mean()
    signs = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]], dtype=np.float64)
    rectangle: Points = middle + signs[:, :1] * half_x * along + signs[:, 1:] * half_y * across
    return rectangle
