"""A spatial index: points and boxes in square cells, kept in a dict.

Marks on a page are spread thinly, so a uniform grid finds neighbours in constant time each; a tree
would be no faster, and SciPy's costs a second to import.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
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
        self._cells: dict[tuple[int, int], list[int]] = defaultdict(list)
        self._items: list[T] = []
        self._everywhere: list[int] = []

    def add(self, low: Corner, high: Corner, item: T) -> None:
        """Put an item at the box from `low` to `high`, both x, y."""
        index = len(self._items)
        self._items.append(item)
        cells = self._span(low, high, 0.0)
        if cells is None:
            self._everywhere.append(index)
            return
        for cell in cells:
            self._cells[cell].append(index)

    def near(self, low: Corner, high: Corner, reach: float = 0.0) -> Iterator[T]:
        """Each item once whose cells come within `reach` px of the box from `low` to `high`.

        They are the candidates in the order in which they were added; the caller measures.
        """
        cells = self._span(low, high, reach)
        if cells is None:
            yield from self._items
            return
        found = set(self._everywhere)
        for cell in cells:
            found.update(self._cells.get(cell, ()))
        for index in sorted(found):
            yield self._items[index]

    def _span(self, low: Corner, high: Corner, reach: float) -> list[tuple[int, int]] | None:
        cell = self._cell
        left, top = floor((low[0] - reach) / cell), floor((low[1] - reach) / cell)
        right, bottom = floor((high[0] + reach) / cell), floor((high[1] + reach) / cell)
        if (right - left + 1) * (bottom - top + 1) > MAX_CELLS:
            return None
        return [(x, y) for x in range(left, right + 1) for y in range(top, bottom + 1)]
