"""Paper that strokes enclose in a triangle, as in a pin, whose own strokes are too short to trace.

At a pin's tip lies a joint, at its base begin hatches: hardly a side of it is a stroke of its own.
"""

from __future__ import annotations

import cv2
import numpy as np

from .geometry import points_to_edges
from .page import Pixels, Points
from .pieces import Segment, intersection

SIDES = (4.0, 80.0)
"""Width and height of the paper inside, in stroke widths: larger triangles are told by their lines,
and in smaller ones there is no paper left."""
FILLS = (0.25, 0.6)
"""What share of an upright rectangle the paper fills: half of it, but for a covered tip, and less
the more the triangle leans."""
WHOLE = 0.8
"""The share of the triangle about it that it fills: a joint covers some of its tip."""
STRAY, MOST_STRAY = 0.6, 0.15
"""How far its rim lies from the sides at most, in stroke widths, and the share that may not."""


def find_wedges(ink: Pixels, stroke_width: float) -> list[Points]:
    """The corners (3, 2) of the middle lines of strokes about triangles, in pixels of the ink."""
    contours, family = cv2.findContours(ink, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    found = []
    for place, contour in enumerate(contours):
        if family[0][place][3] < 0:
            continue  # not a hole
        _, _, width, height = cv2.boundingRect(contour)
        least, most = (limit * stroke_width for limit in SIDES)
        if min(width, height) < least or max(width, height) > most:
            continue
        if FILLS[0] < cv2.contourArea(contour) / (width * height) < FILLS[1]:
            wedge = _wedge(contour[:, 0].astype(np.float64), stroke_width)
            if wedge is not None:
                found.append(wedge)
    return found


def _wedge(rim: Points, stroke_width: float) -> Points | None:
    """The triangle of the strokes about a rim (n, 2), if that is one."""
    area, corners = cv2.minEnclosingTriangle(rim.astype(np.float32)[:, None])
    if corners is None or area <= 0:
        return None
    corners = corners.reshape(3, 2).astype(np.float64)
    if cv2.contourArea(rim.astype(np.float32)[:, None]) < WHOLE * area:
        return None
    sides = list(zip(corners, np.roll(corners, -1, axis=0), strict=True))
    away = points_to_edges(rim, sides)
    if float(np.mean(away > STRAY * stroke_width)) > MOST_STRAY:
        return None
    middle = corners.mean(axis=0)
    grown = []
    for a, b in sides:
        across = np.array([-(b - a)[1], (b - a)[0]]) / np.hypot(*(b - a))
        outward = across if float(np.dot(a - middle, across)) > 0 else -across
        shift = outward * stroke_width / 2
        grown.append(Segment(a + shift, b + shift, np.stack([a + shift, b + shift])))
    meetings = [intersection(grown[place - 1], grown[place]) for place in range(3)]
    if any(meeting is None for meeting in meetings):
        return None
    return np.array(meetings, dtype=np.float64)
