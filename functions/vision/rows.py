"""How pieces of ink stand to each other: in rows, in twos, in one another's boxes.

All measures are ratios to the pieces' own sizes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from .components import Components, Floats

REACH = 1.15
"""How far the next sign of a line may be, in heights of the higher of the two: a space and the side
bearings of printed letters."""
_REACH_LOW = 1.9
"""The same, in heights of the lower."""
_OVER, _LEVEL_OVER = 0.25, 1.7
"""Of two words that lie over each other along their line by more than this share of the shorter,
so many times as much must be level: else they are one over the other."""
_ENCLOSED = 3
"""A piece in whose box so many others lie, all much smaller, is what they are written on."""
_MOST_LARGE = 40
"""So many of the largest pieces are looked into."""
_STROKES_OF_WORD, _END, _RISE = 5, 0.1, 0.3
"""Strokes side by side across a word, how much of its width its ends are, and the share of its
height that they rise."""
_ASIDE = math.sin(math.radians(20))
"""How far from one line hatches may stand: they differ in length."""
_ROW = 4.5
"""How far a hatch or a dash looks for others, in its own lengths."""


def enclosing(pieces: Components, signs: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Which pieces have several others in their boxes that are less than half as high."""
    found = np.zeros(len(pieces.area), dtype=bool)
    numbers = np.flatnonzero(signs)
    if not len(numbers):
        return found
    center, high = pieces.center[numbers], pieces.box[numbers, 3]
    order = np.argsort(-high)
    for number in numbers[order[:_MOST_LARGE]]:
        left, top, width, height = pieces.box[number]
        x, y = center.T
        inner = (x > left) & (x < left + width) & (y > top) & (y < top + height)
        found[number] = np.count_nonzero(inner & (high < 0.5 * height)) >= _ENCLOSED
    return found


def equals_signs(pieces: Components, bars: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    """The bars that lie level, in twos, one over the other and no further apart than long."""
    level = bars[np.abs(np.sin(pieces.direction[bars])) < math.sin(math.radians(25))]
    center, long = pieces.center[level], pieces.long[level]
    across = np.abs(center[:, None, 0] - center[None, :, 0])
    down = np.abs(center[:, None, 1] - center[None, :, 1])
    longer = np.maximum(long[:, None], long[None, :])
    shorter = np.minimum(long[:, None], long[None, :])
    over = (down > 0) & (down < 0.9 * longer) & (across < 0.4 * longer) & (longer < 1.8 * shorter)
    paired = over.sum(axis=1) == 1
    return np.asarray(level[paired & (over & paired).any(axis=1)], dtype=np.intp)


def in_rows(pieces: Components, bars: npt.NDArray[np.intp]) -> npt.NDArray[np.bool_]:
    """Which bars are hatches (four or more side by side) or dashes (three or more end to end)."""
    marked = np.zeros(len(pieces.area), dtype=bool)
    if len(bars) < 3:
        return marked
    center, long, turn = pieces.center[bars], pieces.long[bars], pieces.direction[bars]
    for index in range(len(bars)):
        apart = center - center[index]
        reach = np.hypot(apart[:, 0], apart[:, 1])
        parallel = np.abs(np.sin(turn - turn[index])) < 0.3
        alike = (long < 2.0 * long[index]) & (long > 0.5 * long[index])
        row = parallel & alike & (reach < _ROW * long[index])
        unit = np.array([math.cos(turn[index]), math.sin(turn[index])])
        along, across = np.abs(apart @ unit), np.abs(apart @ np.array([-unit[1], unit[0]]))
        dashes = row & (across < 0.25 * long[index]) & (along > 0.9 * long[index])
        hatches = row & (across > 0.3 * np.maximum(reach, 1.0))
        if np.count_nonzero(dashes) >= 2 or _in_line(apart[hatches]) >= 3:
            marked[bars[index]] = True
    return marked


def _in_line(apart: Floats) -> int:
    """How many of some places (n, 2) lie on one line with their origin: the feet of hatches do, the
    ones and the slashes of labels about the page do not."""
    turns = np.arctan2(apart[:, 1], apart[:, 0])
    off = np.abs(np.sin(turns[:, None] - turns[None, :]))
    return int((off < _ASIDE).sum(axis=1).max(initial=0))


def each_to_its_own(
    box: Floats,
    words: Sequence[Sequence[int]],
    cores: Sequence[npt.NDArray[np.intp]],
    along: int,
    level: float,
) -> list[list[int]]:
    """Words without the points and bars that letters of another row are nearer to, and without
    those that are left with nothing.

    Args:
        box: of all pieces, (n, 4).
        words: the pieces of each word, and `cores` its letters.
        level: the least share of the lower of two words of one row that is level with the other.
    """
    hulls = [hull(box[core]) for core in cores]
    held: dict[int, list[int]] = {}
    for word, members in enumerate(words):
        for label in members:
            held.setdefault(label, []).append(word)
    kept = [set(members) for members in words]
    for label, sharing in held.items():
        away = {word: _away(box[label], box[cores[word]]) for word in sharing}
        nearest = min(sharing, key=lambda word: away[word])
        for word in sharing:
            if _one_over_the_other(hulls[word], hulls[nearest], along, level):
                kept[word].discard(label)
    return [sorted(members) for members in kept if members]


def _away(one: Floats, others: Floats) -> float:
    """How far a box (4,) is from the nearest of some others (n, 4)."""
    gaps = np.maximum(others[:, :2] - one[:2] - one[2:], one[:2] - others[:, :2] - others[:, 2:])
    return float(np.hypot(*np.maximum(gaps, 0.0).T).min())


def _one_over_the_other(one: Floats, other: Floats, along: int, level: float) -> bool:
    """Whether two boxes (4,) are of two rows: at the same place along them, and less of the lower
    one than `level` is level with the other."""
    over, shared = (
        min(one[axis] + one[2 + axis], other[axis] + other[2 + axis]) - max(one[axis], other[axis])
        for axis in (along, 1 - along)
    )
    return bool(over > 0 and shared < level * min(one[3 - along], other[3 - along]))


def is_joined(pieces: Components, label: int) -> bool:
    """Whether a piece is a word written in one go: upright strokes side by side from end to end.

    A spring has those too, but a lead on its axis at either end.
    """
    x, y, width, height = (int(value) for value in pieces.box[label])
    own = pieces.map[y : y + height, x : x + width] == label
    end = max(round(_END * width), 2)
    rise = min(int(part.any(axis=1).sum()) for part in (own[:, :end], own[:, -end:]))
    return strokes_across(pieces, label) >= _STROKES_OF_WORD and rise > _RISE * height


def strokes_across(pieces: Components, label: int) -> float:
    """How many strokes a level line crosses half way up a piece: the median of such lines."""
    x, y, width, height = (int(value) for value in pieces.box[label])
    own = np.asarray(pieces.map[y : y + height, x : x + width] == label, dtype=np.int8)
    rows = own[round(0.35 * height) : round(0.75 * height) + 1]
    strokes = np.count_nonzero(np.diff(np.pad(rows, ((0, 0), (1, 1)))) > 0, axis=1)
    return float(np.median(strokes))


def hull(box: Floats) -> Floats:
    """The box round boxes (n, 4), as (4,)."""
    low = box[:, :2].min(axis=0)
    return np.concatenate([low, (box[:, :2] + box[:, 2:]).max(axis=0) - low])


def link(
    box: Floats,
    along: int,
    across: int,
    *,
    alike: float,
    level: float,
    own: Floats | None = None,
) -> list[npt.NDArray[np.intp]]:
    """Groups of boxes (n, 4) that stand in a row, each as indices, the largest group first.

    `own` (n, 4) is how much of each is about nothing that another is about as well.
    """
    parent = np.arange(len(box))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = int(parent[index])
        return index

    order = np.argsort(box[:, along], kind="stable")
    start = box[order, along]
    end = start + box[order, 2 + along]
    first = (box if own is None else own)[order, along]
    last_own = first + (box if own is None else own)[order, 2 + along]
    high = box[order, 2 + across]
    top = box[order, across]
    bottom = top + high
    tallest = float(high.max()) if len(high) else 0.0
    for index in range(len(order)):
        last = int(np.searchsorted(start, end[index] + REACH * tallest, side="right"))
        others = slice(index + 1, last)
        tall = np.maximum(high[others], high[index])
        low = np.minimum(high[others], high[index])
        shared = np.minimum(bottom[others], bottom[index]) - np.maximum(top[others], top[index])
        over = np.minimum(last_own[others], last_own[index])
        over -= np.maximum(first[others], first[index])
        spans = last_own - first
        beside = over <= _OVER * np.minimum(spans[others], spans[index])
        near = (
            (start[others] - end[index] <= np.minimum(REACH * tall, _REACH_LOW * low))
            & (shared >= np.where(beside, level, min(_LEVEL_OVER * level, 1.0)) * low)
            & (tall <= alike * low)
        )
        for other in np.flatnonzero(near):
            parent[root(int(order[index + 1 + other]))] = root(int(order[index]))
    roots = np.array([root(index) for index in range(len(box))], dtype=np.intp)
    groups = [np.flatnonzero(roots == one) for one in np.unique(roots)]
    return sorted(groups, key=len, reverse=True)
