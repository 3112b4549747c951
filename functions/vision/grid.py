"""A spatial index: points and boxes in square cells, kept in a dict.

Marks on a page are spread thinly, so a uniform grid finds neighbours in constant time each; a tree
would be no faster, and SciPy's costs a second to import.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
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
        self._everywhere: list[int] = []

    def add(self, low: Corner, high: Corner, item: T) -> None:
        """Put an item at the box from `low` to `high`, both x, y."""
        index = len(self._items)
        self._items.append(item)
        left, top, right, bottom = self._span(low, high, 0.0)
        if (right - left + 1) * (bottom - top + 1) > MAX_CELLS:
            self._everywhere.append(index)
            return
        for x in range(left, right + 1):
            for y in range(top, bottom + 1):
                self._cells[x, y].append(index)

    def near(self, low: Corner, high: Corner, reach: float = 0.0) -> list[T]:
        """Each item once whose cells come within `reach` px of the box from `low` to `high`.

        They are the candidates in the order in which they were added; the caller measures.
        """
        left, top, right, bottom = self._span(low, high, reach)
        count = (right - left + 1) * (bottom - top + 1)
        if count > MAX_CELLS:
            return list(self._items)
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
        return [self._items[index] for index in sorted(found)]

    def _span(self, low: Corner, high: Corner, reach: float) -> tuple[int, int, int, int]:
        """The first and last column and row of cells: left, top, right, bottom."""
        cell = self._cell
        return (
            floor((float(low[0]) - reach) / cell),
            floor((float(low[1]) - reach) / cell),
            floor((float(high[0]) + reach) / cell),
            floor((float(high[1]) + reach) / cell),
        )
