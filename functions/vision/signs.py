"""Which pieces of ink may be signs of writing, and of what kind each is by its own shape.

All measures are ratios to the width of the stroke or to the piece's own size.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from .components import Components
from .page import Page
from .rows import REACH, enclosing, equals_signs, in_rows, is_joined

# In stroke widths.
LEAST_HEIGHT = 2.6
_MOST_HEIGHT = 34.0
_SPECK = 0.5
_LEAST_SPECK = 0.06
"""Area over the stroke's square: up to the first a piece is no sign by itself, but in a line it may
be a point of a hand that writes finer than it draws; below the second it is grain."""

# In heights.
WIDEST = 4.2
"""Letters that run together are not wider than this; a spring is."""
LARGE, WIDEST_LARGE = 16.0, 1.8
"""A piece higher than so many stroke widths and wider than so many heights is a drawing."""
_JOINED = (1.5, 5.0)
"""Width over height of a word written in one go."""
WIDEST_BAR, WIDEST_EQUALS = 1.3, 2.0
REACH_OF_EQUALS = 1.5
"""How far an equals sign may be from a letter that is low, such as an e: a space is as wide as the
hand's high letters want it. Two level bars one over the other are little else."""
LEVEL_WORDS = 0.35
"""How much of the lower of two words must be level with the other."""
HIGHEST = 1.9
"""The highest piece in heights of a usual letter: a k and a g that run together."""
CIRCLE_APART = 0.5
"""A circle further than this from the end of a line is a ball, a roller or a pulley."""

_MOST_HEIGHT_OF_PAGE = 0.2
_STRAIGHT = 1.75
"""Thickness of a straight stroke, in stroke widths."""
_SOLID = 0.58
"""Width of its stroke over its thickness: 1 for a bar, 0.67 for a square blot, less for letters."""
_BAR = 1.8
"""Length over thickness from which a solid piece is a bar and no dot."""
_SLIM = 4.2
_FEW_STROKES = 3.5
"""Length over thickness, and thickness over stroke, of bars, arrows and the like: letters that run
together are as slim, but have more strokes across."""
_ROUND = 0.19
"""Spread of the distance from the centre over its mean, after the ellipse is made a circle."""


def tallest(page: Page) -> float:
    """The greatest height of a letter, in work pixels."""
    return float(min(_MOST_HEIGHT * page.stroke_width, _MOST_HEIGHT_OF_PAGE * max(page.ink.shape)))


class Signs:
    """The pieces that may be signs.

    `letter`, `dot`, `bar`, `ring` say of what kind each piece is, (n,), if it is small enough for a
    sign; `speck` which are points where they stand in a line, and dust elsewhere; `equals` which
    bars are an equals sign's, `word` which letters are a word written in one go, `in_row` which
    bars might be hatches or dashes; `reach` how far from a line each may stand, in heights of the
    line. `stroke` and `tallest` are in work pixels.
    """

    def __init__(self, pieces: Components, page: Page) -> None:
        self.pieces = pieces
        stroke = page.stroke_width
        width, height = pieces.box[:, 2], pieces.box[:, 3]
        size = np.maximum(width, height)
        self.tallest = highest = tallest(page)
        inked = pieces.area > _SPECK * stroke * stroke
        inked[0] = False
        small = inked & (size <= highest * WIDEST) & (np.minimum(width, height) <= highest)
        slim = pieces.long / pieces.thick
        solid = pieces.stroke > _SOLID * pieces.thick
        thin = pieces.thick <= np.minimum(_STRAIGHT * stroke, 2.0 * pieces.stroke)
        few = pieces.thick <= _FEW_STROKES * pieces.stroke
        straight = thin | (solid & (slim > _BAR)) | (few & (slim > _SLIM))
        grain = pieces.area <= _LEAST_SPECK * stroke * stroke
        self.speck = ~inked & ~grain & (size <= LEAST_HEIGHT * stroke)
        self.speck[0] = False
        dot = small & ((solid & (slim <= _BAR)) | (size <= LEAST_HEIGHT * stroke))
        bar = small & straight & ~dot
        self.dot = dot
        self.bar = bar
        self.ring = small & ~dot & ~bar & (pieces.spread <= _ROUND)
        self.letter = small & ~dot & ~bar & ~self.ring & ~enclosing(pieces, small & ~dot)
        # A point or a circle may be a mark; a small letter is an index, or an equals sign run up.
        self.reach = np.select([dot, bar, self.ring], [0.5, 1.0, 0.45], 0.8)
        self.equals = np.zeros(len(pieces.area), dtype=bool)
        self.equals[equals_signs(pieces, np.flatnonzero(bar))] = True
        self.reach[self.equals] = REACH_OF_EQUALS
        wide = pieces.box[:, 2] / np.maximum(pieces.box[:, 3], 1.0)
        low = pieces.box[:, 3] <= LARGE * stroke
        self.word = np.zeros(len(pieces.area), dtype=bool)
        for label in np.flatnonzero(self.letter & low & (wide > _JOINED[0]) & (wide < _JOINED[1])):
            self.word[label] = is_joined(pieces, int(label))
        # In a bold hand an e has run up, in a slim one a t is a bar; but before an equals sign
        # stands a name, and no point.
        named = self._before_equals()
        names = dot & (size > LEAST_HEIGHT * stroke) & named
        names |= bar & ~self.equals & named & (height > 2 * width) & self._before_values()
        self.dot = dot & ~names
        self.bar = bar & ~names
        self.letter = self.letter | names
        self.in_row = in_rows(pieces, np.flatnonzero(bar & ~self.equals))
        self.stroke = stroke

    def before_equals(self) -> npt.NDArray[np.bool_]:
        """Which pieces that are no bars stand just before an equals sign: names, such as an f that
        leans."""
        return self._before_equals() & ~self.bar

    def _before_values(self) -> npt.NDArray[np.bool_]:
        """Which pieces stand before an equals sign behind which a value stands, of bars too."""
        box = self.pieces.box
        right, high = box[:, 0] + box[:, 2], box[:, 3]
        standing = self.letter | self.ring | (self.bar & (high > 2 * box[:, 2]))
        found = np.zeros(len(box), dtype=bool)
        for sign in np.flatnonzero(self.equals):
            left, top, wide, _ = box[sign]
            level = standing & (box[:, 1] < top) & (top < box[:, 1] + high)
            behind = level & (box[:, 0] > left + 0.5 * wide)
            behind &= box[:, 0] - left - wide < REACH * high
            if behind.any():
                found |= level & (box[:, 0] < left) & (left - right < REACH * high)
        return found

    def _before_equals(self) -> npt.NDArray[np.bool_]:
        """Which pieces stand just before an equals sign.

        Its two bars may have run together to one, behind which a value stands.
        """
        box = self.pieces.box
        found = np.zeros(len(box), dtype=bool)
        right, high = box[:, 0] + box[:, 2], box[:, 3]
        level = np.abs(np.sin(self.pieces.direction)) < math.sin(math.radians(25))
        one_bar = np.flatnonzero(self.bar & level & ~self.equals)
        ran_up = [bar for bar in one_bar if self._has_value(int(bar))]
        for sign in (*np.flatnonzero(self.equals), *ran_up):
            left, top = box[sign, :2]
            apart = left - right
            # A v that runs up with the upper bar reaches over the lower one.
            over = np.where(box[:, 0] < left - 0.5 * high, -high, -0.5 * high)
            near = (apart > over) & (apart < REACH * high) & (box[:, 0] < left)
            found |= near & (box[:, 1] < top) & (top < box[:, 1] + high)
        return found

    def _has_value(self, bar: int) -> bool:
        """Whether a letter stands just behind a bar, and rises over both its sides."""
        box = self.pieces.box
        left, top, width, thick = box[bar]
        high = box[:, 3]
        behind = box[:, 0] - left - width
        near = (behind > -0.2 * high) & (behind < CIRCLE_APART * high)
        near &= width < WIDEST_BAR * high
        rises = (box[:, 1] < top - thick) & (box[:, 1] + high > top + thick)
        return bool((self.letter & near & rises).any())
