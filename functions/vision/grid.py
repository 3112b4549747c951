"""A spatial index: points and boxes in square cells, kept in a dict.

Marks on a page are spread thinly, so a uniform grid finds neighbours in constant time each; a tree
would be no faster, and SciPy's costs a second to import.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt

T = TypeVar("T")

MAX_CELLS = 4096
"""A box over more cells than this is kept in a list that every query looks at."""


class Grid(Generic[T]):
    """Items by place; `cell` is the cells' side in px, about the distance that queries ask for."""

    def __init__(self, cell: float) -> None:
        self._cell = max(cell, 1e-6)
        self._cells: dict[tuple[int, int], list[int]] = defaultdict(list)
        self._items: list[T] = []
        self._everywhere: list[int] = []

    def add(self, low: npt.ArrayLike, high: npt.ArrayLike, item: T) -> None:
        """Put an item at the box from `low` to `high`, both x, y."""
        index = len(self._items)
        self._items.append(item)
        cells = self._span(np.asarray(low, dtype=np.float64), np.asarray(high, dtype=np.float64))
        if cells is None:
            self._everywhere.append(index)
            return
        for cell in cells:
            self._cells[cell].append(index)

    def near(self, low: npt.ArrayLike, high: npt.ArrayLike, reach: float = 0.0) -> Iterator[T]:
        """Each item once whose cells come within `reach` px of the box from `low` to `high`.

        They are the candidates in the order in which they were added; the caller measures.
        """
        cells = self._span(
            np.asarray(low, dtype=np.float64) - reach, np.asarray(high, dtype=np.float64) + reach
        )
        if cells is None:
            yield from self._items
            return
        found = set(self._everywhere)
        for cell in cells:
            found.update(self._cells.get(cell, ()))
        for index in sorted(found):
            yield self._items[index]

    def _span(
        self, low: npt.NDArray[np.float64], high: npt.NDArray[np.float64]
    ) -> list[tuple[int, int]] | None:
        first = np.floor(low / self._cell).astype(int)
        last = np.floor(high / self._cell).astype(int)
        columns, rows = (int(count) for count in last - first + 1)
        if columns * rows > MAX_CELLS:
            return None
        return [
            (int(first[0]) + column, int(first[1]) + row)
            for column in range(columns)
            for row in range(rows)
        ]
