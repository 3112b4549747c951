"""A spatial index: points and boxes in square cells, kept in a dict.

Marks on a page are spread thinly, so a uniform grid finds neighbours in constant time each; a tree
would be no faster, and SciPy's costs a second to import.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from math import floor
from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt

T = TypeVar("T")

Corner = npt.NDArray[np.float64] | Sequence[float]
"""x, y of a box's corner."""

MAX_CELLS = 4096
"""A box over more cells than this is kept in a list that every query looks at."""


class Grid(Generic[T]):
    """Items by place; `cell` is the cells' side in px, about the distance that queries ask for."""

    def __init__(self, cell: float) -> None:
        self._cell = max(cell, 1e-6)
        self._cells: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
        self._items: list[T] = []
        self._boxes: list[tuple[float, float, float, float]] = []
        self._everywhere: list[int] = []

    def add(self, low: Corner, high: Corner, item: T) -> None:
        """Put an item at the box from `low` to `high`, both x, y."""
        index = len(self._items)
        self._items.append(item)
        box = _widened(low, high, 0.0)
        self._boxes.append(box)
        left, top, right, bottom = self._span(box)
        if (right - left + 1) * (bottom - top + 1) > MAX_CELLS:
            self._everywhere.append(index)
            return
        for x in range(left, right + 1):
            for y in range(top, bottom + 1):
                self._cells[x, y].append(index)

    def near(self, low: Corner, high: Corner, reach: float = 0.0) -> list[T]:
        """Each item once whose box comes within `reach` px of the box from `low` to `high`, across
        and down.

        They are the candidates in the order in which they were added; the caller measures.
        """
        box = _widened(low, high, reach)
        found = self._in_cells(self._span(box))
        x, y, right, bottom = box
        return [
            self._items[index]
            for index in sorted(found)
            if (own := self._boxes[index])[0] <= right
            and own[2] >= x
            and own[1] <= bottom
            and own[3] >= y
        ]

    def _in_cells(self, span: tuple[int, int, int, int]) -> Iterable[int]:
        """Each item once, by its number, that is in some of these cells."""
        left, top, right, bottom = span
        count = (right - left + 1) * (bottom - top + 1)
        if count > MAX_CELLS:
            return range(len(self._items))
        found = set(self._everywhere)
        if count > len(self._cells):  # most of those are empty
            for (x, y), indices in self._cells.items():
                if left <= x <= right and top <= y <= bottom:
                    found.update(indices)
        else:
            for x in range(left, right + 1):
                for y in range(top, bottom + 1):
                    if held := self._cells.get((x, y)):
                        found.update(held)
        return found

    def _span(self, box: tuple[float, float, float, float]) -> tuple[int, int, int, int]:
        """The first and last column and row of cells of a box: left, top, right, bottom."""
        left, top, right, bottom = box
        cell = self._cell
        return floor(left / cell), floor(top / cell), floor(right / cell), floor(bottom / cell)


def _widened(low: Corner, high: Corner, reach: float) -> tuple[float, float, float, float]:
    """A box by its left, top, right and bottom, in plain numbers, so much larger all round."""
    (left, top), (right, bottom) = low, high
    return float(left) - reach, float(top) - reach, float(right) + reach, float(bottom) + reach
