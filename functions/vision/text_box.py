"""One line of writing: its pieces of ink, and the box round them, turned as the line is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .analysis import Box, Point
from .signs import Signs


@dataclass(frozen=True, slots=True)
class TextBox:
    """One line of writing, in work pixels.

    `size` is along and across the writing, `angle` in degrees clockwise on the screen from level
    writing, -90 to 90. `components` are labels of `label_ink`.
    """

    bbox: Box
    center: Point
    size: Point
    angle: float
    components: tuple[int, ...]


def box_round(signs: Signs, line: Sequence[int]) -> TextBox:
    """The box round a line, turned as the line is."""
    box = signs.pieces.box[list(line)]
    left, top = box[:, 0].min(), box[:, 1].min()
    right, bottom = (box[:, 0] + box[:, 2]).max(), (box[:, 1] + box[:, 3]).max()
    angle = _slope(signs, line, right - left, bottom - top)
    corners = np.concatenate(
        [box[:, :2] + box[:, 2:] * np.array(corner) for corner in np.ndindex(2, 2)]
    )
    turn = np.deg2rad(angle)
    along = np.array([math.cos(turn), math.sin(turn)])
    across = np.array([-math.sin(turn), math.cos(turn)])
    # Upright boxes of turned letters overhang; half of that is taken back.
    over = abs(math.sin(2 * turn)) * 0.25 * float(np.median(box[:, 3])) if angle else 0.0
    u, v = corners @ along, corners @ across
    middle = along * (u.min() + u.max()) / 2 + across * (v.min() + v.max()) / 2
    size = (float(np.ptp(u) - over), float(np.ptp(v) - over))
    return TextBox(
        bbox=(float(left), float(top), float(right - left), float(bottom - top)),
        center=(float(middle[0]), float(middle[1])),
        size=size,
        angle=angle,
        components=tuple(int(label) for label in line),
    )


def _slope(signs: Signs, line: Sequence[int], width: float, height: float) -> float:
    """Degrees from level: the median slope between far signs (Theil 1950, Sen 1968)."""
    letters = [label for label in line if signs.letter[label] or signs.ring[label]]
    center = signs.pieces.box[letters, :2] + signs.pieces.box[letters, 2:] / 2
    steep = height > 1.5 * width and len(line) > 2
    if steep:
        center = center[:, ::-1]
    a, b = np.triu_indices(len(letters), 1)
    run, rise = np.diff(center[np.stack([a, b])], axis=0)[0].T
    if not letters:
        return 0.0
    tall = float(np.median(signs.pieces.box[letters, 2 if steep else 3]))
    far = np.abs(run) > 1.5 * tall
    slope = 0.0
    if far.any():
        slope = math.degrees(math.atan(float(np.median(rise[far] / run[far]))))
    slope = 0.0 if abs(slope) < 3.0 else slope
    if not steep:
        return slope
    return 90.0 - slope if slope > 0 else -90.0 - slope
