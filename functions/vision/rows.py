"""How pieces of ink stand to each other: in rows, in twos, in one another's boxes.

All measures are ratios to the pieces' own sizes.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from .components import Components, Floats

REACH = 1.15
"""How far the next sign of a line may be, in heights of the higher of the two: a space and the side
bearings of printed letters."""
_REACH_LOW = 1.9
"""The same, in heights of the lower."""
_ENCLOSED = 3
"""A piece in whose box so many others lie, all much smaller, is what they are written on."""
_MOST_LARGE = 40
"""So many of the largest pieces are looked into."""
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
        if np.count_nonzero(dashes) >= 2 or np.count_nonzero(hatches) >= 3:
            marked[bars[index]] = True
    return marked


def hull(box: Floats) -> Floats:
    """The box round boxes (n, 4), as (4,)."""
    low = box[:, :2].min(axis=0)
    return np.concatenate([low, (box[:, :2] + box[:, 2:]).max(axis=0) - low])


def link(
    box: Floats, along: int, across: int, *, alike: float, level: float
) -> list[npt.NDArray[np.intp]]:
    """Groups of boxes (n, 4) that stand in a row, each as indices, the largest group first."""
    parent = np.arange(len(box))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = int(parent[index])
        return index

    order = np.argsort(box[:, along], kind="stable")
    start = box[order, along]
    end = start + box[order, 2 + along]
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
        near = (
            (start[others] - end[index] <= np.minimum(REACH * tall, _REACH_LOW * low))
            & (shared >= level * low)
            & (tall <= alike * low)
        )
        for other in np.flatnonzero(near):
            parent[root(int(order[index + 1 + other]))] = root(int(order[index]))
    roots = np.array([root(index) for index in range(len(box))], dtype=np.intp)
    groups = [np.flatnonzero(roots == one) for one in np.unique(roots)]
    return sorted(groups, key=len, reverse=True)
