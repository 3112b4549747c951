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
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .analysis import Box, Point
from .components import Components, Labels, label_ink, measure_components
from .errors import NothingToRead
from .page import Page, Pixels
from .rows import REACH, each_to_its_own, enclosing, equals_signs, hull, in_rows, is_joined, link

# In stroke widths.
_LEAST_HEIGHT = 2.6
_MOST_HEIGHT = 34.0
_SPECK = 0.5

# In heights of the higher of two signs, or of the line.
_LEVEL, _LEVEL_WORDS = 0.0, 0.35
"""How much of the lower of two signs, or words, must be level with the other."""
_ALIKE = 2.3
"""A sign with an ascender and a descender is about this much higher than one without."""
_ALIKE_WORDS = 2.8
_WIDEST = 4.2
"""Letters that run together are not wider than this; a spring is."""
_LARGE, _WIDEST_LARGE = 16.0, 1.8
"""A piece higher than so many stroke widths and wider than so many heights is a drawing."""
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
_JOINED = (1.5, 5.0)
"""Width over height of a word written in one go."""
_HAND, _LEAST_HAND = 5, 3
_HIGHEST = 1.9
"""Letters it takes, in all or else in one row, to know a hand's size, and the highest piece in
heights of a usual letter: a k and a g that run together."""
_HALF_WAY = (0.2, 0.7)
"""Where the middle of an equals sign is beside a letter, in its heights from its top."""
_SLASH = 2.3
"""Height of a bar beside letters that are all low, as in m/s."""
_SHORTEST_BAR, _SHORTEST_OF_EQUALS = 0.15, 0.35
_WIDEST_BAR, _WIDEST_EQUALS = 1.3, 2.0
_REACH_OF_EQUALS = 1.5
"""How far an equals sign may be from a letter that is low, such as an e: a space is as wide as the
hand's high letters want it. Two level bars one over the other are little else."""
_LEAST_RAISED, _RAISED = 0.3, 0.5
"""Height of a degree sign or an index; lower letters beside a higher piece are a label beside a
mark."""
_ROW_OF_ITS_OWN = 3
"""So many letters in a row are no index."""
_WIDE = 2.6
"""Width over height of letters that run together, unless more letters bear them out."""
_POINT = 0.56
"""Greatest height of a point, or of an equals sign run up by blur: a blot as high as the letters is
a small body."""
_DIGIT, _DIGIT_BEHIND = 1.7, 2.3
"""Greatest height of a nought beside letters that may all be low, as in mu = 0, and behind an
equals sign."""
_CIRCLE_APART = 0.5
"""A circle further than this from the end of a line is a ball, a roller or a pulley."""
_OVAL = 0.88
_NOUGHT = (0.7, 1.4)
"""Width over height of a nought, which balls are rounder than, and its height beside letters: so
one is a digit a space away, as in μ = 0."""
_ONE, _LONGEST_NAME, _LEVEL_NAME = (0.7, 2.0), 2, 1.3
"""Height of a one beside the letters of its name, which may all be low; how many those are, and how
much higher one is than the other: mu is a name, 3 m is none."""

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
    signs = _Signs(pieces, page)
    lines: list[tuple[int, ...]] = []
    # Along the page, up the page, and what is left over by itself.
    for upright, fewest in ((True, 2), (False, 3), (True, 1)):
        lines += signs.lines(upright=upright, fewest=fewest, taken=itertools.chain(*lines))
    boxes = [signs.box(line) for line in lines]
    return sorted(boxes, key=lambda box: (box.bbox[1], box.bbox[0]))


def split_line(
    page: Page, pieces: Components, box: TextBox, near: Sequence[float] = ()
) -> list[tuple[TextBox, TextBox]]:
    """Ways to take a line for two labels side by side, cut at one of its gaps.

    Args:
        near: where the gap may be, as shares of the line's length; anywhere, and then one of the
            widest, if that is not known.
    """
    signs = _Signs(pieces, page)
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
    return [(signs.box(order[: cut + 1]), signs.box(order[cut + 1 :])) for cut in cuts]


def measure_small(page: Page) -> Components:
    """The pieces of ink of a page, measured where they are small enough to be signs."""
    return measure_components(page.ink, largest=_tallest(page) * _WIDEST)


def _tallest(page: Page) -> float:
    """The greatest height of a letter, in work pixels."""
    return float(min(_MOST_HEIGHT * page.stroke_width, _MOST_HEIGHT_OF_PAGE * max(page.ink.shape)))


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


class _Signs:
    """The pieces that may be signs, and the lines that they form."""

    def __init__(self, pieces: Components, page: Page) -> None:
        self._pieces = pieces
        stroke = page.stroke_width
        width, height = pieces.box[:, 2], pieces.box[:, 3]
        size = np.maximum(width, height)
        self._tallest = tallest = _tallest(page)
        inked = pieces.area > _SPECK * stroke * stroke
        inked[0] = False
        small = inked & (size <= tallest * _WIDEST) & (np.minimum(width, height) <= tallest)
        slim = pieces.long / pieces.thick
        solid = pieces.stroke > _SOLID * pieces.thick
        thin = pieces.thick <= np.minimum(_STRAIGHT * stroke, 2.0 * pieces.stroke)
        few = pieces.thick <= _FEW_STROKES * pieces.stroke
        straight = thin | (solid & (slim > _BAR)) | (few & (slim > _SLIM))
        dot = small & ((solid & (slim <= _BAR)) | (size <= _LEAST_HEIGHT * stroke))
        bar = small & straight & ~dot
        self._dot = dot
        self._bar = bar
        self._ring = small & ~dot & ~bar & (pieces.spread <= _ROUND)
        self._letter = small & ~dot & ~bar & ~self._ring & ~enclosing(pieces, small & ~dot)
        # A point or a circle may be a mark; a small letter is an index, or an equals sign run up.
        self._reach = np.select([dot, bar, self._ring], [0.5, 1.0, 0.45], 0.8)
        self._equals = np.zeros(len(pieces.area), dtype=bool)
        self._equals[equals_signs(pieces, np.flatnonzero(bar))] = True
        self._reach[self._equals] = _REACH_OF_EQUALS
        wide = pieces.box[:, 2] / np.maximum(pieces.box[:, 3], 1.0)
        low = pieces.box[:, 3] <= _LARGE * stroke
        self._word = np.zeros(len(pieces.area), dtype=bool)
        for label in np.flatnonzero(self._letter & low & (wide > _JOINED[0]) & (wide < _JOINED[1])):
            self._word[label] = is_joined(pieces, int(label))
        names = dot & (size > _LEAST_HEIGHT * stroke) & self._before_equals()
        # In a bold hand an e has run up; before an equals sign stands no point.
        self._dot = dot & ~names
        self._letter = self._letter | names
        self._in_row = in_rows(pieces, np.flatnonzero(bar & ~self._equals))
        self._stroke = stroke
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
        arrow = slim & (self._pieces.lined > 0.5) & (lean > _LEAN) & ~self._before_equals()
        shaft = (wide > _STRUNG * high) & (self._pieces.lined > _ON_SHAFT)
        shaft &= high > _LEAST_STRUNG * self._stroke
        drawn = (arrow | shaft) & ~(self._word & upright)
        fits = (high <= self._tallest) & (wide <= _WIDEST * high) & ~drawn
        fits &= (high <= _LARGE * self._stroke) | (wide <= _WIDEST_LARGE * high)
        fits &= (wide <= _BOW * high) | (self._pieces.area > _ONE_STROKE * self._stroke * wide)
        core = np.flatnonzero((self._letter | self._ring) & free & fits)
        if not len(core):
            return []
        highest = self._letter_height(core, along, across)
        if upright:
            self._highest = highest = min(self._highest, highest)
        core = core[high[core] <= min(self._highest, highest)]
        free &= ~self._in_row | self._between(core, along, across)
        groups = link(self._pieces.box[core], along, across, alike=_ALIKE, level=_LEVEL)
        rowed = np.zeros_like(free)
        for group in groups:
            rowed[core[group]] = len(group) >= _ROW_OF_ITS_OWN
        words = [
            self._with_satellites(core[group], free, rowed, (along, across)) for group in groups
        ]
        cores = [core[group] for group in groups]
        words = each_to_its_own(self._pieces.box, words, cores, along, _LEVEL_WORDS)
        # An equals sign or a point parts the letters beside it: join words once they have theirs.
        hulls = np.array([hull(self._pieces.box[word]) for word in words]).reshape(-1, 4)
        shared = Counter(label for word in words for label in word)
        own = np.array(
            [
                hull(self._pieces.box[[label for label in word if shared[label] == 1] or word])
                for word in words
            ]
        ).reshape(-1, 4)
        lines = [
            sorted({label for word in group for label in words[word]})
            for group in link(hulls, along, across, alike=_ALIKE_WORDS, level=_LEVEL_WORDS, own=own)
        ]
        found = []
        for signs in sorted(lines, key=len, reverse=True):
            members = [label for label in signs if free[label]]
            line = self._trimmed(members, along, across)
            if len(line) >= fewest and self._is_writing(line, along, across):
                free[line] = False
                found.append(tuple(line))
        return found

    def _before_equals(self) -> npt.NDArray[np.bool_]:
        """Which pieces stand just before an equals sign: names, such as an f that leans.

        Its two bars may have run together to one, behind which a value stands.
        """
        box = self._pieces.box
        found = np.zeros(len(box), dtype=bool)
        right, high = box[:, 0] + box[:, 2], box[:, 3]
        level = np.abs(np.sin(self._pieces.direction)) < math.sin(math.radians(25))
        one_bar = np.flatnonzero(self._bar & level & ~self._equals)
        ran_up = [bar for bar in one_bar if self._has_value(int(bar))]
        for sign in (*np.flatnonzero(self._equals), *ran_up):
            left, top = box[sign, :2]
            apart = left - right
            # A v that runs up with the upper bar reaches over the lower one.
            over = np.where(box[:, 0] < left - 0.5 * high, -high, -0.5 * high)
            near = (apart > over) & (apart < REACH * high) & (box[:, 0] < left)
            found |= near & (box[:, 1] < top) & (top < box[:, 1] + high)
        return found & ~self._bar

    def _has_value(self, bar: int) -> bool:
        """Whether a letter stands just behind a bar, and rises over both its sides."""
        box = self._pieces.box
        left, top, width, thick = box[bar]
        high = box[:, 3]
        behind = box[:, 0] - left - width
        near = (behind > -0.2 * high) & (behind < _CIRCLE_APART * high)
        near &= width < _WIDEST_BAR * high
        rises = (box[:, 1] < top - thick) & (box[:, 1] + high > top + thick)
        return bool((self._letter & near & rises).any())

    def _letter_height(self, core: npt.NDArray[np.intp], along: int, across: int) -> float:
        """The most that a letter is high by the others on the page: one hand wrote them all."""
        groups = link(self._pieces.box[core], along, across, alike=_ALIKE, level=_LEVEL)
        rowed = [label for group in groups if len(group) > 1 for label in core[group]]
        letters = [label for label in rowed if self._letter[label]]
        if len(letters) < _HAND:
            letters = self._beside_equals(core, along, across)
        if len(letters) < 2:
            rows = [[label for label in core[group] if self._letter[label]] for group in groups]
            letters = max(rows, key=len, default=[])
            if len(letters) < _LEAST_HAND:
                return math.inf
        return _HIGHEST * float(np.quantile(self._pieces.box[letters, 2 + across], 0.75))

    def _beside_equals(self, core: npt.NDArray[np.intp], along: int, across: int) -> list[int]:
        """The letters next to an equals sign, which is never anything but writing."""
        box = self._pieces.box
        high = box[:, 2 + across]
        near: list[int] = []
        for bar in np.flatnonzero(self._equals):
            middle = box[bar, across] + box[bar, 2 + across] / 2
            level = (box[core, across] < middle) & (
                middle < box[core, across] + box[core, 2 + across]
            )
            gap = np.maximum(
                box[core, along] - box[bar, along] - box[bar, 2 + along],
                box[bar, along] - box[core, along] - box[core, 2 + along],
            )
            near += core[level & (gap < _REACH_OF_EQUALS * high[core])].tolist()
        return sorted({label for label in near if self._letter[label]})

    def _between(
        self, core: npt.NDArray[np.intp], along: int, across: int
    ) -> npt.NDArray[np.bool_]:
        """Which bars that might be hatches or dashes stand between two signs, and so are signs."""
        found = np.zeros(len(self._in_row), dtype=bool)
        if not len(core):
            return found
        # A one after an equals sign stands between it and the next digit.
        equals = np.setdiff1d(np.flatnonzero(self._equals), core)
        signs = self._pieces.box[np.concatenate([core, equals])]
        start, end = signs[:, along], signs[:, along] + signs[:, 2 + along]
        high = signs[:, 2 + across].copy()
        high[len(core) :] = np.median(high[: len(core)])
        reach = REACH * high
        for bar in np.flatnonzero(self._in_row):
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
        letters = [label for label in members if self._letter[label]]
        if not letters:  # f: 0 has none but its nought
            letters = [label for label in members if self._ring[label]]
            if len(letters) != 1 or len(members) < 4 or not self._bar[members].any():
                return []
        height = float(box[letters, 2 + across].max())
        order = sorted(
            (
                label
                for label in members
                if not self._ring[label]
                or box[label, 2 + across] <= self._most(label, members) * height
            ),
            key=lambda label: float(box[label, along]),
        )
        for end, beside in ((0, 1), (-1, -2)):
            # Beside a point or an equals sign it is a nought.
            if len(order) > 1 and self._ring[order[end]] and self._letter[order[beside]]:
                first, second = sorted((order[end], order[beside]), key=order.index)
                gap = box[second, along] - box[first, along] - box[first, 2 + along]
                digit = self._is_nought(order[end], order[:-1], along)
                if gap > _CIRCLE_APART * height and not digit:
                    order.pop(end)
        return order

    def _most(self, ring: int, members: Sequence[int]) -> float:
        """How high a ring may be in a line, in heights of its letters: more behind an equals sign,
        where it is a nought, as in μ = 0, whose μ may be very small."""
        box = self._pieces.box
        before = [
            label
            for label in members
            if self._equals[label] and 0 < box[ring, 0] - box[label, 0] < 1.5 * box[ring, 3]
        ]
        return _DIGIT_BEHIND if before else _DIGIT

    def _with_satellites(
        self,
        core: npt.NDArray[np.intp],
        free: npt.NDArray[np.bool_],
        rowed: npt.NDArray[np.bool_],
        axes: tuple[int, int],
    ) -> list[int]:
        """Letters with the points, bars and little rings beside them, until none is left.

        Args:
            core: the letters.
            free: which pieces may join them, (n,).
            rowed: which pieces stand in a row of letters and are no index, (n,).
            axes: along and across the line.
        """
        along, across = axes
        box = self._pieces.box
        members = [int(label) for label in core]
        height = float(box[members, 2 + across].max())
        raised = self._letter & (box[:, 2 + across] <= _RAISED * height) & ~rowed
        raised &= box[:, 2 + across] >= _LEAST_RAISED * height
        loose = np.flatnonzero((self._bar | self._dot | self._ring | raised) & free)
        loose = loose[~self._among(members)[loose] & (box[loose, 2 + across] <= _SLASH * height)]
        ran_up = self._among(self._ran_up(loose, members, along, across))
        small = box[loose, 2 + across] <= _POINT * height
        loose = loose[~self._dot[loose] | small | ran_up[loose]]
        usual = float(np.median(box[members, 2 + across]))  # a k and a g that run together are not
        widest = np.where(self._equals[loose], _WIDEST_EQUALS, _WIDEST_BAR) * usual
        widest = np.maximum(widest, box[loose, 2 + across])  # a slash that leans
        loose = loose[box[loose, 2 + along] <= widest]
        shortest = np.where(self._equals[loose], _SHORTEST_OF_EQUALS, _SHORTEST_BAR) * height
        loose = loose[~self._bar[loose] | (self._pieces.long[loose] >= shortest)]
        grown = True
        head, foot = box[core, across].min(), (box[core, across] + box[core, 2 + across]).max()
        while grown and len(loose):
            held = box[members]
            low, high = box[loose, across], box[loose, across] + box[loose, 2 + across]
            gap = np.maximum(
                held[:, along] - (box[loose, along] + box[loose, 2 + along])[:, None],
                box[loose, along][:, None] - (held[:, along] + held[:, 2 + along]),
            )
            top, bottom = held[:, across], held[:, across] + held[:, 2 + across]
            # A degree sign may hang over a line and a point under it, but no bar of its height.
            small = (box[loose, 2 + across] <= _RAISED * height)[:, None]
            level = (low[:, None] <= bottom + np.where(small, 0.25, -0.1) * height) & (
                high[:, None] >= top - np.where(small, 0.45, -0.1) * height
            )
            reach = np.repeat(self._reach[loose][:, None] * height, len(members), axis=1)
            # Behind an equals sign a circle is a nought and a bar a one, and may be as far off as
            # any other digit, beside a low letter too.
            behind = self._equals[members][None, :] & (box[loose, along][:, None] > held[:, along])
            digit = self._ring[loose] | (self._bar[loose] & (box[loose, 2 + across] > height))
            tall = REACH * np.maximum(box[loose, 2 + across], height)[:, None]
            reach = np.where(digit[:, None] & behind, np.maximum(reach, tall), reach)
            noughts = [self._is_nought(label, members, along) for label in loose]
            reach[noughts] = REACH * height
            ones = [self._is_one(label, members, along) for label in loose]
            reach[ones] = tall[ones]
            reach[ran_up[loose]] = REACH * height
            # A point in the line above is like a degree sign of this one, but no way to its row.
            level_too = np.minimum(high, foot) - np.maximum(low, head) > _LEVEL_WORDS * np.minimum(
                high - low, foot - head
            )
            holds = (~self._dot[members] | ran_up[members])[None, :] | level_too[:, None]
            beside = level & (gap <= reach) & holds
            near = beside.any(axis=1)
            members = [*members, *(int(label) for label in loose[near])]
            loose, grown = loose[~near], bool(near.any())
        return members

    def _among(self, labels: Sequence[int]) -> npt.NDArray[np.bool_]:
        """Which pieces have these labels, (n,)."""
        found = np.zeros(len(self._pieces.area), dtype=bool)
        found[list(labels)] = True
        return found

    def _ran_up(
        self, loose: npt.NDArray[np.intp], members: list[int], along: int, across: int
    ) -> list[int]:
        """Blots half way up between letters, ones and noughts: equals signs run together."""
        box = self._pieces.box
        high = box[:, 2 + across]
        tall = float(high[members].max())
        standing = self._letter | self._ring | (self._bar & (high > box[:, 2 + along]))
        signs = np.flatnonzero(standing & (high < _HIGHEST * tall))
        start, end = box[signs, along], box[signs, along] + box[signs, 2 + along]
        reach = REACH * np.maximum(high[signs], tall)
        found = []
        for blot in loose[self._dot[loose]]:
            left, top = box[blot, along], box[blot, across]
            right, bottom = left + box[blot, 2 + along], top + high[blot]
            up = ((top + bottom) / 2 - box[signs, across]) / high[signs]
            level = (up > _HALF_WAY[0]) & (up < _HALF_WAY[1])
            before = level & (end < (left + right) / 2) & (left - end <= reach)
            behind = level & (start > (left + right) / 2) & (start - right <= reach)
            if before.any() and behind.any():
                beside = float(high[signs[before | behind]].max())
                found += [int(blot)] if high[blot] <= _POINT * beside else []
        return found

    def _is_nought(self, label: int, others: Sequence[int], along: int) -> bool:
        """Whether a ring stands behind others and on their foot, and is as narrow as a digit."""
        box = self._pieces.box
        if not self._ring[label] or box[label, 2] > _OVAL * box[label, 3]:
            return False
        high = [other for other in others if self._letter[other]]
        if along != 0 or not high:
            return False
        last = max(high, key=lambda other: float(box[other, 0]))
        tall = float(box[label, 3] / box[high, 3].max())
        foot = float(box[label, 1] + box[label, 3] - box[last, 1] - box[last, 3])
        behind = bool(box[label, 0] > box[last, 0])
        return behind and _NOUGHT[0] < tall < _NOUGHT[1] and abs(foot) < 0.3 * box[label, 3]

    def _is_one(self, label: int, others: Sequence[int], along: int) -> bool:
        """Whether an upright bar stands behind a name and on its foot, as high as a digit.

        Behind a colon or a space it is the value, as in e: 1; units are followed by none.
        """
        box = self._pieces.box
        names = [other for other in others if self._letter[other]]
        if along != 0 or not self._bar[label] or not 0 < len(names) <= _LONGEST_NAME:
            return False
        high = box[names, 3]
        if self._bar[others].any() or high.max() > _LEVEL_NAME * high.min():
            return False  # a number and its unit
        last = max(names, key=lambda other: float(box[other, 0]))
        tall = float(box[label, 3] / high.max())
        foot = float(box[label, 1] + box[label, 3] - box[last, 1] - box[last, 3])
        upright = bool(box[label, 3] > 2 * box[label, 2])
        behind = bool(box[label, 0] > box[others, 0].max())
        return upright and behind and _ONE[0] < tall < _ONE[1] and abs(foot) < 0.3 * box[label, 3]

    def _is_writing(self, members: Sequence[int], along: int, across: int) -> bool:
        box = self._pieces.box
        letters = [label for label in members if self._letter[label] or self._ring[label]]
        if not letters:
            return False
        if len(members) == 1:
            word = bool(self._word[letters[0]]) and along == 0
            return word or (bool(self._letter[letters[0]]) and self._is_lone_sign(letters[0]))
        wide = [
            label for label in letters if box[label, 2 + along] > _WIDE * box[label, 2 + across]
        ]
        if wide and len(letters) < 3 and not self._equals[members].any():
            return False  # a hatched line in pieces
        height = float(box[letters, 2 + across].max())
        span = box[members, along]
        length = float((span + box[members, 2 + along]).max() - span.min())
        return length >= 0.8 * height >= 0.6 * _LEAST_HEIGHT * self._stroke

    def _is_lone_sign(self, label: int) -> bool:
        """Whether a piece with nothing beside it is a letter, and not a small body or an arrow."""
        pieces = self._pieces
        width, height = pieces.box[label, 2:]
        # Ink a letter needs: about two to six times its height in strokes.
        run = pieces.area[label] / self._stroke / max(width, height)
        slender = pieces.long[label] > 3.0 * pieces.thick[label]
        small = max(width, height) <= 16 * self._stroke
        return bool(small and 1.6 <= run <= 6.0 and not slender)

    def box(self, line: Sequence[int]) -> TextBox:
        """The box round a line, turned as the line is."""
        box = self._pieces.box[list(line)]
        left, top = box[:, 0].min(), box[:, 1].min()
        right, bottom = (box[:, 0] + box[:, 2]).max(), (box[:, 1] + box[:, 3]).max()
        angle = self._slope(line, right - left, bottom - top)
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

    def _slope(self, line: Sequence[int], width: float, height: float) -> float:
        """Degrees from level: the median slope between far signs (Theil 1950, Sen 1968)."""
        signs = [label for label in line if self._letter[label] or self._ring[label]]
        center = self._pieces.box[signs, :2] + self._pieces.box[signs, 2:] / 2
        steep = height > 1.5 * width and len(line) > 2
        if steep:
            center = center[:, ::-1]
        a, b = np.triu_indices(len(signs), 1)
        run, rise = np.diff(center[np.stack([a, b])], axis=0)[0].T
        if not signs:
            return 0.0
        tall = float(np.median(self._pieces.box[signs, 2 if steep else 3]))
        far = np.abs(run) > 1.5 * tall
        slope = 0.0
        if far.any():
            slope = math.degrees(math.atan(float(np.median(rise[far] / run[far]))))
        slope = 0.0 if abs(slope) < 3.0 else slope
        if not steep:
            return slope
        return 90.0 - slope if slope > 0 else -90.0 - slope
