"""Labels that stand side by side and were read as one line, told apart by what was read."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from .grammar import meanings

ANOTHER = 0.5
"""Cost of one label more in a line: it is one label rather than two."""
FEWEST = 4
"""Signs of two labels: v m is less likely than one that was misread."""


@dataclass(frozen=True, slots=True)
class Parting:
    """How a text is best taken apart.

    `cost` is that of all its labels and of there being so many; inf where it is no row of labels.
    `cuts` are where one ends and the next begins, as shares of the text's signs, and `texts` the
    labels.
    """

    cost: float
    cuts: tuple[float, ...] = ()
    texts: tuple[str, ...] = ()


@lru_cache(maxsize=256)
def part(text: str) -> Parting:
    """The likeliest way to take a text for two or three labels."""
    signs = text.strip()
    count = len("".join(signs.split()))
    if count < FEWEST:
        return Parting(math.inf)
    places = [place for place in range(1, len(signs)) if not signs[place].isspace()]
    heads = {place: cost for place in places if (cost := _cost(signs[:place])) < math.inf}
    tails = {place: cost for place in places if (cost := _cost(signs[place:])) < math.inf}
    ways: list[tuple[float, tuple[int, ...]]]
    ways = [(heads[place] + tails[place] + ANOTHER, (place,)) for place in heads if place in tails]
    if not ways:
        ways = [
            (heads[first] + tails[second] + _cost(signs[first:second]) + 2 * ANOTHER, cuts)
            for first in heads
            for second in tails
            if (cuts := (first, second)) and first < second
        ]
    cost, best = min(ways, default=(math.inf, ()))
    if cost == math.inf:
        return Parting(cost)
    texts = tuple(signs[a:b].strip() for a, b in pairwise((0, *best, len(signs))))
    return Parting(cost, tuple(len("".join(signs[:at].split())) / count for at in best), texts)


def _cost(text: str) -> float:
    """What it costs to take a text for one label."""
    found = meanings(text.strip(), limit=1)
    return found[0].cost if found else math.inf
