"""Which ink is writing: signs that stand in a line, told apart from small marks.

Signs of one label are apart from the marks and about as high as each other, they stand close, in a
row, and at least one is neither a plain stroke nor a circle. What hatches, dashes, dots, rollers
and small bodies lack is one or the other. All measures are ratios to the height of the line or
the width of the stroke; no size in pixels appears.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from .components import Components, Labels, label_ink, measure_components
from .errors import NothingToRead
from .page import Page, Pixels
from .rows import REACH, each_to_its_own, hull, link, strokes_across
from .satellites import follows_equals, is_nought, specks_in, with_gaps_filled, with_satellites
from .signs import (
    CIRCLE_APART,
    HIGHEST,
    LARGE,
    LEAST_HEIGHT,
    LEVEL_WORDS,
    REACH_OF_EQUALS,
    WIDEST,
    WIDEST_LARGE,
    Signs,
    tallest,
)
from .text_box import TextBox, box_round

# In heights of the higher of two signs, or of the line.
_LEVEL = 0.0
"""How much of the lower of two signs must be level with the other."""
_ALIKE = 2.3
"""A sign with an ascender and a descender is about this much higher than one without."""
_ALIKE_WORDS = 2.8
_BOW, _ONE_STROKE = 2.2, 1.6
"""A piece this many heights wide, with so few strokes across, is one curved line with its head."""
_ARROW = 2.8
_LEAN = math.sin(math.radians(32))
"""A piece this slim, with most of its ink in a line that leans more than an f, is an arrow."""
_STRUNG, _ON_SHAFT, _LEAST_STRUNG = 2.0, 0.42, 8.0
"""A piece this much wider than high, with this share of its ink on its long axis, is something on
a line, such as a ball and its arrow, if it is so many stroke widths high; letters that run together
have a third of it there."""
_LEAST_PART, _LEAST_PART_NEAR = 0.25, 0.1
"""The least gap between two labels, in heights, where it may be anywhere, and where a place is
known."""
_MOST_PIECES = 1200
"""A drawing has some tens of pieces of ink, hatches and letters and all. Reading more than this
many would take longer than anyone waits, and a scene holds 150 bodies."""
_CUTS, _CUTS_NEAR = 4, 3
"""So many gaps are tried of a line that may be two labels."""
_BESIDE = 0.14
"""How far from where it should be a gap may lie, in lengths of the line: some letters are wide."""
_HAND, _LEAST_HAND = 5, 3
"""Letters it takes, in all or else in one row, to know a hand's size."""
_ROW_OF_ITS_OWN = 3
"""So many letters in a row are no index."""
_WIDE, _STROKES_TOGETHER = 2.6, 4
"""Width over height of letters that run together, unless more letters bear them out, or so many
strokes side by side."""
_STRAIGHT_EDGE = 0.05
"""How far from a straight line a line's edge is, in its height with the hatches on it."""
_DIGIT, _DIGIT_BEHIND = 1.7, 2.3
"""Greatest height of a nought beside letters that may all be low, as in mu = 0, and behind an
equals sign."""

_TEN = 0.35
"""How far the head and the foot of a one may be from those of its nought."""


def find_writing(page: Page, pieces: Components | None = None) -> list[TextBox]:
    """The lines of writing on a page, from top to bottom. Deterministic, and needs no reader.

    `pieces` are those of `measure_small`, if they are known already.

    Raises:
        NothingToRead: the page is too crowded to be a drawing.
    """
    pieces = pieces or measure_small(page)
    count = len(pieces.box) - 1  # the first is the paper
    if count > _MOST_PIECES:
        raise NothingToRead(
            f"There are {count:,} separate pieces of ink on the page; a drawing that can "
            f"be read has {_MOST_PIECES:,} at most.",
            suggestion="Photograph the drawing alone, closer and in even light.",
            bbox=page.ink_box(),
        )
    page_lines = _Lines(pieces, page)
    lines: list[tuple[int, ...]] = []
    # Along the page, up the page, and what is left over by itself.
    for upright, fewest in ((True, 2), (False, 3), (True, 1)):
        lines += page_lines.lines(upright=upright, fewest=fewest, taken=itertools.chain(*lines))
    boxes = [box_round(page_lines.signs, line) for line in lines]
    return sorted(boxes, key=lambda box: (box.bbox[1], box.bbox[0]))


def split_line(
    page: Page, pieces: Components, box: TextBox, near: Sequence[float] = ()
) -> list[tuple[TextBox, TextBox]]:
    """Ways to take a line for two labels side by side, cut at one of its gaps.

    Args:
        near: where the gap may be, as shares of the line's length; anywhere, and then one of the
            widest, if that is not known.
    """
    signs = Signs(pieces, page)
    along = 1 if abs(box.angle) > 45 else 0
    order = sorted(box.components, key=lambda label: float(pieces.box[label, along]))
    start = pieces.box[order, along]
    end = np.maximum.accumulate(start + pieces.box[order, 2 + along])
    gaps = start[1:] - end[:-1]
    places = ((start[1:] + end[:-1]) / 2 - start[0]) / max(float(end[-1] - start[0]), 1.0)
    least = (_LEAST_PART_NEAR if near else _LEAST_PART) * box.size[1]
    wide = [int(cut) for cut in np.argsort(-gaps) if gaps[cut] > least]
    cuts = wide[:_CUTS]
    if near:
        beside = [[cut for cut in wide if abs(places[cut] - place) < _BESIDE] for place in near]
        cuts = sorted({cut for row in beside for cut in row[:_CUTS_NEAR]})
    return [
        (box_round(signs, order[: cut + 1]), box_round(signs, order[cut + 1 :])) for cut in cuts
    ]


def measure_small(page: Page) -> Components:
    """The pieces of ink of a page, measured where they are small enough to be signs."""
    return measure_components(page.ink, largest=tallest(page) * WIDEST)


def without_writing(ink: Pixels, boxes: Iterable[TextBox], labels: Labels | None = None) -> Pixels:
    """The ink, (h, w) uint8, less all that belongs to the boxes; `labels` are `label_ink(ink)`."""
    if labels is None:
        labels = label_ink(ink)
    left = ink.copy()
    for box in boxes:
        x, y, width, height = (int(value) for value in box.bbox)
        part = np.s_[y : y + height, x : x + width]
        left[part][np.isin(labels[part], box.components)] = 0
    return left


class _Lines:
    """The lines that the signs of a page form."""

    def __init__(self, pieces: Components, page: Page) -> None:
        self.signs = Signs(pieces, page)
        self._pieces = pieces
        self._highest = math.inf  # of a letter, as far as it is known from the lines found

    def lines(self, *, upright: bool, fewest: int, taken: Iterable[int]) -> list[tuple[int, ...]]:
        """The labels of each line of at least `fewest` pieces that are not taken.

        `upright` lines run across the page, others up or down it.
        """
        free = np.ones(len(self._pieces.area), dtype=bool)
        free[list(taken)] = False
        along, across = (0, 1) if upright else (1, 0)
        high, wide = self._pieces.box[:, 2 + across], self._pieces.box[:, 2 + along]
        lean = np.abs(
            np.cos(self._pieces.direction if upright else self._pieces.direction + np.pi / 2)
        )
        slim = self._pieces.long > _ARROW * self._pieces.thick
        arrow = slim & (self._pieces.lined > 0.5) & (lean > _LEAN) & ~self.signs.before_equals()
        shaft = (wide > _STRUNG * high) & (self._pieces.lined > _ON_SHAFT)
        shaft &= high > _LEAST_STRUNG * self.signs.stroke
        drawn = (arrow | shaft) & ~(self.signs.word & upright)
        fits = (high <= self.signs.tallest) & (wide <= WIDEST * high) & ~drawn
        fits &= (high <= LARGE * self.signs.stroke) | (wide <= WIDEST_LARGE * high)
        fits &= (wide <= _BOW * high) | (self._pieces.area > _ONE_STROKE * self.signs.stroke * wide)
        core = np.flatnonzero((self.signs.letter | self.signs.ring) & free & fits)
        if not len(core):
            return []
        highest = self._letter_height(core, along, across)
        if upright:
            self._highest = highest = min(self._highest, highest)
        core = core[high[core] <= min(self._highest, highest)]
        free &= ~self.signs.in_row | self._between(core, along, across)
        groups = link(self._pieces.box[core], along, across, alike=_ALIKE, level=_LEVEL)
        rowed = np.zeros_like(free)
        for group in groups:
            rowed[core[group]] = len(group) >= _ROW_OF_ITS_OWN
        words = [
            with_satellites(self.signs, core[group], free, rowed, (along, across))
            for group in groups
        ]
        cores = [core[group] for group in groups]
        words = each_to_its_own(self._pieces.box, words, cores, along, LEVEL_WORDS)
        # An equals sign or a point parts the letters beside it: join words once they have theirs.
        hulls = np.array([self._row_of(word, across) for word in words]).reshape(-1, 4)
        shared = Counter(label for word in words for label in word)
        own = np.array(
            [
                hull(self._pieces.box[[label for label in word if shared[label] == 1] or word])
                for word in words
            ]
        ).reshape(-1, 4)
        lines = [
            sorted({label for word in group for label in words[word]})
            for group in link(hulls, along, across, alike=_ALIKE_WORDS, level=LEVEL_WORDS, own=own)
        ]
        found = []
        for signs in sorted(lines, key=len, reverse=True):
            members = [label for label in signs if free[label]]
            line = self._trimmed(members, along, across)
            if len(line) >= fewest and self._is_writing(line, along, across):
                line = with_gaps_filled(self.signs, line, free, (along, across))
                line += specks_in(self.signs, line, (along, across))
                free[line] = False
                found.append(tuple(line))
        return found

    def _row_of(self, word: Sequence[int], across: int) -> npt.NDArray[np.float64]:
        """The box (4,) round a word, less what of a long f in it is over and under the row."""
        box = self._pieces.box[list(word)]
        high = box[:, 2 + across]
        usual = _ALIKE * float(np.median(high[self._standing(word)] if len(word) > 1 else high))
        whole, row = hull(box), hull(box[high <= max(usual, float(high.min()))])
        whole[across], whole[2 + across] = row[across], row[2 + across]
        return whole

    def _standing(self, word: Sequence[int]) -> npt.NDArray[np.bool_]:
        """Which of a word's pieces are as high as letters: all if none is."""
        signs = self.signs
        high = self._pieces.box[list(word), 3] > self._pieces.box[list(word), 2]
        found = (signs.letter | signs.ring)[list(word)] | (signs.bar[list(word)] & high)
        return found if found.any() else np.ones(len(word), dtype=bool)

    def _letter_height(self, core: npt.NDArray[np.intp], along: int, across: int) -> float:
        """The most that a letter is high by the others on the page: one hand wrote them all."""
        groups = link(self._pieces.box[core], along, across, alike=_ALIKE, level=_LEVEL)
        rowed = [label for group in groups if len(group) > 1 for label in core[group]]
        letters = [label for label in rowed if self.signs.letter[label]]
        if len(letters) < _HAND:
            letters = self._beside_equals(core, along, across)
        if len(letters) < 2:
            rows = [
                [label for label in core[group] if self.signs.letter[label]] for group in groups
            ]
            letters = max(rows, key=len, default=[])
            if len(letters) < _LEAST_HAND:
                return math.inf
        return HIGHEST * float(np.quantile(self._pieces.box[letters, 2 + across], 0.75))

    def _beside_equals(self, core: npt.NDArray[np.intp], along: int, across: int) -> list[int]:
        """The letters next to an equals sign, which is never anything but writing."""
        box = self._pieces.box
        high = box[:, 2 + across]
        near: list[int] = []
        for bar in np.flatnonzero(self.signs.equals):
            middle = box[bar, across] + box[bar, 2 + across] / 2
            level = (box[core, across] < middle) & (
                middle < box[core, across] + box[core, 2 + across]
            )
            gap = np.maximum(
                box[core, along] - box[bar, along] - box[bar, 2 + along],
                box[bar, along] - box[core, along] - box[core, 2 + along],
            )
            near += core[level & (gap < REACH_OF_EQUALS * high[core])].tolist()
        return sorted({label for label in near if self.signs.letter[label]})

    def _between(
        self, core: npt.NDArray[np.intp], along: int, across: int
    ) -> npt.NDArray[np.bool_]:
        """Which bars that might be hatches or dashes stand between two signs, and so are signs."""
        found = np.zeros(len(self.signs.in_row), dtype=bool)
        if not len(core):
            return found
        # A one after an equals sign stands between it and the next digit.
        equals = np.setdiff1d(np.flatnonzero(self.signs.equals), core)
        signs = self._pieces.box[np.concatenate([core, equals])]
        start, end = signs[:, along], signs[:, along] + signs[:, 2 + along]
        high = signs[:, 2 + across].copy()
        high[len(core) :] = np.median(high[: len(core)])
        reach = REACH * high
        for bar in np.flatnonzero(self.signs.in_row):
            box = self._pieces.box[bar]
            level = signs[:, across] < box[across] + box[2 + across]
            level &= box[across] < signs[:, across] + signs[:, 2 + across]
            level &= signs[:, 2 + across] < 4 * self._pieces.long[bar]
            before, behind = box[along] - end, start - box[along] - box[2 + along]
            found[bar] = bool(
                (level & (before <= reach) & (start < box[along])).any()
                and (level & (behind <= reach) & (end > box[along] + box[2 + along])).any()
            )
        return found

    def _trimmed(self, members: list[int], along: int, across: int) -> list[int]:
        """Less what is no sign of this line: higher circles, and circles apart at its ends."""
        box = self._pieces.box
        letters = [label for label in members if self.signs.letter[label]]
        if not letters:  # f: 0 has none but its nought
            letters = [label for label in members if self.signs.ring[label]]
            full = len(letters) == 1 and len(members) > 3 and self.signs.bar[members].any()
            if not full and not (along == 0 and self._is_ten_degrees(members)):
                return []
        height = float(box[letters, 2 + across].max())
        order = sorted(
            (
                label
                for label in members
                if not self.signs.ring[label]
                or box[label, 2 + across] <= self._most(label, members) * height
            ),
            key=lambda label: float(box[label, along]),
        )
        for end, beside in ((0, 1), (-1, -2)):
            # Beside a point or an equals sign it is a nought.
            if len(order) > 1 and self.signs.ring[order[end]] and self.signs.letter[order[beside]]:
                first, second = sorted((order[end], order[beside]), key=order.index)
                gap = box[second, along] - box[first, along] - box[first, 2 + along]
                digit = is_nought(self.signs, order[end], order[:-1], along)
                if gap > CIRCLE_APART * height and not digit:
                    order.pop(end)
        return order

    def _is_ten_degrees(self, members: Sequence[int]) -> bool:
        """Whether these are a one, a nought as high, and a degree sign level with their heads."""
        if len(members) != 3:
            return False
        one, nought, degree = sorted(members, key=lambda label: float(self._pieces.box[label, 0]))
        (_, top, width, height), (_, head, _, high), (_, over, _, small) = self._pieces.box[
            [one, nought, degree]
        ]
        signs = self.signs
        shaped = signs.bar[one] and signs.ring[nought] and (signs.dot | signs.ring)[degree]
        level = abs(head - top) < _TEN * high and abs(head + high - top - height) < _TEN * high
        raised = small < 0.5 * high and over + small < head + 0.5 * high
        return bool(shaped and height > 2 * width and level and raised)

    def _most(self, ring: int, members: Sequence[int]) -> float:
        """How high a ring may be in a line, in heights of its letters: more behind an equals sign,
        where it is a nought, as in μ = 0, whose μ may be very small."""
        return _DIGIT_BEHIND if follows_equals(self.signs, ring, members) else _DIGIT

    def _is_writing(self, members: Sequence[int], along: int, across: int) -> bool:
        box = self._pieces.box
        letters = [label for label in members if self.signs.letter[label] or self.signs.ring[label]]
        if not letters:
            return False
        if len(members) == 1:
            word = bool(self.signs.word[letters[0]]) and along == 0
            return word or (bool(self.signs.letter[letters[0]]) and self._is_lone_sign(letters[0]))
        wide = [
            label
            for label in letters
            if box[label, 2 + along] > _WIDE * box[label, 2 + across]
            and not (along == 0 and self._ran_together(label))
        ]
        if wide and len(letters) < 3 and not self.signs.equals[members].any():
            return False  # a hatched line in pieces
        height = float(box[letters, 2 + across].max())
        span = box[members, along]
        length = float((span + box[members, 2 + along]).max() - span.min())
        return length >= 0.8 * height >= 0.6 * LEAST_HEIGHT * self.signs.stroke

    def _ran_together(self, label: int) -> bool:
        """Whether a wide piece has strokes side by side as letters do, and no line along its head
        or its foot, which hatches stand on."""
        x, y, width, height = (int(value) for value in self._pieces.box[label])
        own = self._pieces.map[y : y + height, x : x + width] == label
        inner = own[:, width // 10 : width - width // 10]  # hatches lean over the line's ends
        places = np.arange(inner.shape[1])
        off = [
            np.std(edge - np.polyval(np.polyfit(places, edge, 1), places))
            for edge in (inner.argmax(axis=0), inner[::-1].argmax(axis=0))
        ]
        lined = float(self._pieces.lined[label]) > _ON_SHAFT or min(off) < _STRAIGHT_EDGE * height
        return not lined and strokes_across(self._pieces, label) >= _STROKES_TOGETHER

    def _is_lone_sign(self, label: int) -> bool:
        """Whether a piece with nothing beside it is a letter, and not a small body or an arrow."""
        pieces = self._pieces
        width, height = pieces.box[label, 2:]
        # Ink a letter needs: about two to six times its height in strokes.
        run = pieces.area[label] / self.signs.stroke / max(width, height)
        slender = pieces.long[label] > 3.0 * pieces.thick[label]
        small = max(width, height) <= 16 * self.signs.stroke
        return bool(small and 1.6 <= run <= 6.0 and not slender)
