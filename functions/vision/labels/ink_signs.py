"""Signs that their ink alone tells, whatever a reader made of it: points, colons, ones, equals
signs.

A recogniser loses what is small or slim, though it stands there as a piece of ink. Where each sign
of a text was seen is known, so such a piece is either one of them or was left out.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ..components import Components, Floats
from ..text_box import TextBox

InkKind = Literal[".", ":", "1", "="]

# In heights of the line.
_POINT = (0.05, 0.34)
_FOOT = 0.22
"""A decimal point's size, and how far its foot may be from that of a sign beside it: that of the
line is a g's."""
_ONE = 0.45
"""Least height of a one."""
_DOT, _STACKED = 0.03, (1.2, 0.6)
"""The least size of a colon's dots, and how far apart they are at least, in their size, and at
most."""
_BARS = (0.12, 0.9)
"""Length of the two bars of an equals sign."""
_NEAR = 0.35
"""How far from its ink a reader may say that it saw a sign."""

_SLIM, _BAR = 3.5, 1.8
"""Length over thickness of a one that is a plain stroke, and of an equals sign's bar."""
_UPRIGHT = math.cos(math.radians(25))
_LEVEL = math.sin(math.radians(25))

_LIKE: dict[InkKind, str] = {
    ".": ".,·:;'",
    ":": ":;=",
    "1": "1lI|!/\\[](){}tfijJT7rLYh",
    "=": "=:-~≈_+",
}
"""What each is read as where it is read."""
_POINTS = frozenset(".,·")


@dataclass(frozen=True, slots=True)
class InkSign:
    """A sign that its ink tells: from `start` to `end` along its line, in shares of the width of
    the line's crop, and `near`, how far from there it may have been seen."""

    kind: InkKind
    start: float
    end: float
    near: float


def find_ink_signs(pieces: Components, box: TextBox, width: float) -> tuple[InkSign, ...]:
    """The signs of a line that their ink tells, from its beginning to its end.

    Args:
        width: of the line's crop along the line, in work pixels.
    """
    line = _Line.of(pieces, box)
    found: list[tuple[InkKind, list[int]]] = [
        *((".", [index]) for index in line.points()),
        *((":", list(dots)) for dots in line.colons()),
        *(("1", [index]) for index in line.ones()),
        *(("=", list(bars)) for bars in line.equals()),
    ]
    near = _NEAR * line.height / width
    signs = [
        InkSign(
            kind,
            0.5 + float(line.start[pair].min()) / width,
            0.5 + float(line.end[pair].max()) / width,
            near,
        )
        for kind, pair in found
    ]
    return tuple(sorted(signs, key=lambda sign: sign.start))


@dataclass(frozen=True, slots=True)
class _Line:
    """The pieces of a line, in work pixels from its middle, its writing level.

    `start` and `end` (n,) along it, `below` and `foot` (n,) how far under its middle each is and
    reaches, `size` (n,) the larger side of its box, `rise` (n,) the sine of its direction, 1 for
    upright.
    """

    start: Floats
    end: Floats
    below: Floats
    foot: Floats
    size: Floats
    long: Floats
    thick: Floats
    rise: Floats
    height: float

    @classmethod
    def of(cls, pieces: Components, box: TextBox) -> _Line:
        turn = math.radians(box.angle)
        cos, sin = math.cos(turn), math.sin(turn)
        own = list(box.components)
        sides = pieces.box[own, 2:]
        x, y = (pieces.box[own, :2] + sides / 2 - np.array(box.center)).T
        middle = x * cos + y * sin
        along, across = (0, 1) if abs(cos) > abs(sin) else (1, 0)
        half, below = sides[:, along] / 2, y * cos - x * sin
        return cls(
            start=middle - half,
            end=middle + half,
            below=below,
            foot=below + sides[:, across] / 2,
            size=sides.max(axis=1),
            long=pieces.long[own],
            thick=pieces.thick[own],
            rise=np.abs(np.sin(pieces.direction[own] - turn)),
            height=box.size[1],
        )

    def points(self) -> Iterator[int]:
        """Dots at the foot of the line, between other signs, with none above them as a colon and
        an i have."""
        middle = (self.start + self.end) / 2
        small = (self.size >= _POINT[0] * self.height) & (self.size <= _POINT[1] * self.height)
        for index in np.flatnonzero(small):
            near = np.abs(middle - middle[index]) < 1.5 * self.size[index]
            before = np.flatnonzero(~small & (middle < middle[index]))
            behind = np.flatnonzero(~small & (middle > middle[index]))
            if np.count_nonzero(small & near) > 1 or not (len(before) and len(behind)):
                continue
            beside = [before[middle[before].argmax()], behind[middle[behind].argmin()]]
            foot = float(np.abs(self.foot[beside] - self.foot[index]).min())
            if foot < _FOOT * self.height and (self.below[index] > self.below[beside]).all():
                yield int(index)

    def colons(self) -> Iterator[tuple[int, int]]:
        """Two dots of a size, one over the other, with nothing else there and signs before them."""
        small = (self.size >= _DOT * self.height) & (self.size <= _POINT[1] * self.height)
        first = float(self.end[~small].min(initial=math.inf))
        for upper in np.flatnonzero(small & (self.start > first)):
            over = (self.start < self.end[upper]) & (self.end > self.start[upper])
            if np.count_nonzero(over) != 2 or not small[over].all():
                continue
            (lower,) = np.flatnonzero(over & (np.arange(len(small)) != upper))
            larger, smaller = sorted((self.size[upper], self.size[lower]), reverse=True)
            apart = float(self.below[lower] - self.below[upper])
            if larger < 2 * smaller and _STACKED[0] * larger < apart < _STACKED[1] * self.height:
                yield int(upper), int(lower)

    def ones(self) -> Iterator[int]:
        """Upright strokes with nothing over or under them."""
        slim = (self.long > _SLIM * self.thick) & (self.rise > _UPRIGHT)
        for index in np.flatnonzero(slim & (self.long > _ONE * self.height)):
            over = (self.start < self.end[index]) & (self.end > self.start[index])
            if np.count_nonzero(over) == 1:
                yield int(index)

    def equals(self) -> Iterator[tuple[int, int]]:
        """Level strokes one over the other."""
        level = (self.long > _BAR * self.thick) & (self.rise < _LEVEL)
        level &= (self.long > _BARS[0] * self.height) & (self.long < _BARS[1] * self.height)
        bars = np.flatnonzero(level)
        middle = (self.start + self.end) / 2
        for place, one in enumerate(bars):
            for other in bars[place + 1 :]:
                longer, shorter = sorted((self.long[one], self.long[other]), reverse=True)
                apart = abs(self.below[one] - self.below[other])
                aside = abs(middle[one] - middle[other])
                if apart < 0.9 * longer and aside < 0.4 * longer and longer < 1.8 * shorter:
                    yield int(one), int(other)


@dataclass(frozen=True, slots=True)
class Missing:
    """A sign that a text lacks, and how many of the text's signs stand before it. `instead` is
    whether it was read, but as another sign: that one is to give way."""

    sign: InkSign
    at: int
    instead: bool = False


def missing(text: str, places: Sequence[float], signs: Sequence[InkSign]) -> tuple[Missing, ...]:
    """The signs that a text lacks.

    Args:
        places: of the signs of `text` that are no spaces, shares of the crop's width; none where
            they are not known, and then a text that has a point anywhere lacks none.
    """
    read = [sign for sign in text if not sign.isspace()]
    if not places:
        points = () if _POINTS & set(read) else [sign for sign in signs if sign.kind == "."]
        return tuple(Missing(sign, 0) for sign in points)
    free = set(range(len(read)))
    lacking = []
    for sign in signs:
        middle = (sign.start + sign.end) / 2
        half = (sign.end - sign.start) / 2 + sign.near
        near = sorted(
            (at for at in free if abs(places[at] - middle) <= half),
            key=lambda at: abs(places[at] - middle),
        )
        seen = [at for at in near if read[at] in _LIKE[sign.kind]]
        half_read = [at for at in near if sign.kind == ":" and read[at] in _POINTS]
        at = sum(place < middle for place in places)
        if seen:
            free.remove(seen[0])
        elif half_read:
            free.remove(half_read[0])
            lacking.append(Missing(sign, half_read[0], instead=True))
        elif sign.kind != "1" or _in_number(read, at):
            lacking.append(Missing(sign, at))
    return tuple(lacking)


def _in_number(read: Sequence[str], at: int) -> bool:
    """Whether a digit or a point stands beside a place in what was read."""
    return any(sign.isdecimal() or sign in _POINTS for sign in read[max(at - 1, 0) : at + 1])


def with_missing(text: str, lacking: Sequence[Missing]) -> str:
    """A text with the signs put in that it lacks."""
    read = [sign for sign in text if not sign.isspace()]
    for one in sorted(lacking, key=lambda one: -one.at):
        read[one.at : one.at + one.instead] = [one.sign.kind]
    return "".join(read)
