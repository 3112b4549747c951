"""Boxes: rectangles, however turned."""

from __future__ import annotations

import numpy as np

from ..mark import Mark
from ..outlines import Outline
from ..page import Points

SKEW = np.deg2rad(17.0)
"""The furthest a hand-drawn right angle is from one, with some tilt of the page left in it."""


def as_box(outline: Outline) -> Mark | None:
    """An outline with four right angles, made a true rectangle."""
    if len(outline.corners) != 4:
        return None
    steps = np.roll(outline.corners, -1, axis=0) - outline.corners
    headings = np.arctan2(steps[:, 1], steps[:, 0])
    corners = np.abs(np.angle(np.exp(1j * (headings - np.roll(headings, 1)))))
    skew = float(np.abs(corners - np.pi / 2).max())
    if skew > SKEW:
        return None
    confidence = float(np.clip(0.99 - 0.6 * skew - 0.8 * (1 - outline.inked), 0.4, 0.99))
    return Mark("box", confidence, true_rectangle(outline.corners), outline.claims())


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
