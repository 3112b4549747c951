"""Decimal points: the sign that a reader loses most, though it stands there as a piece of ink."""

from __future__ import annotations

import math

import numpy as np

from ..components import Components
from ..text_box import TextBox

_SIZE = (0.05, 0.34)
_FOOT = 0.3
"""A decimal point's size and how high its middle is over the foot of the line, in its heights."""


def has_point(pieces: Components, box: TextBox) -> bool:
    """Whether a decimal point stands in a line: a dot at its foot, between other signs, with none
    above it as a colon and an i have."""
    turn = math.radians(box.angle)
    along = np.array([math.cos(turn), math.sin(turn)])
    down = np.array([-math.sin(turn), math.cos(turn)])
    labels = list(box.components)
    size = pieces.box[labels, 2:].max(axis=1)
    center = pieces.box[labels, :2] + pieces.box[labels, 2:] / 2 - np.array(box.center)
    places, foot = center @ along, box.size[1] / 2 - center @ down
    least, most = (share * box.size[1] for share in _SIZE)
    small = (size >= least) & (size <= most)
    for index in np.flatnonzero(small & (np.abs(foot) < _FOOT * box.size[1])):
        others = np.delete(places, index) - places[index]
        over = small & (np.abs(places - places[index]) < 1.5 * size[index])
        if np.count_nonzero(over) == 1 and (others < 0).any() and (others > 0).any():
            return True
    return False
