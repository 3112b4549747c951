"""Measuring two ways of doing a thing against each other, and printing what came of it."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

ROUNDS = 15


@dataclass(frozen=True, slots=True)
class Ratio:
    """One line of the table. `goal` reads as in "<= 0.5"; `ours` and `theirs` are in `unit`."""

    name: str
    ours: float
    theirs: float
    unit: str
    ratio: float
    goal: str

    @property
    def holds(self) -> bool:
        """Whether the ratio meets the goal."""
        sign, value = self.goal.split()
        return self.ratio <= float(value) if sign == "<=" else self.ratio >= float(value)


def fastest(*sides: Callable[[], object], rounds: int = ROUNDS) -> list[float]:
    """The least processor time of each, in seconds, over rounds in which each runs once.

    Processor time does not count what other programs take; the minimum is what the code needs;
    taking turns spreads a slow spell over all sides.
    """
    return _least(time.process_time, sides, rounds)


def elapsed(*sides: Callable[[], object], rounds: int = ROUNDS) -> list[float]:
    """As `fastest`, by the clock on the wall: for what waits for a server."""
    return _least(time.perf_counter, sides, rounds)


def _least(
    clock: Callable[[], float], sides: Sequence[Callable[[], object]], rounds: int
) -> list[float]:
    best = [float("inf")] * len(sides)
    gc.collect()
    gc.disable()
    try:
        for _ in range(rounds):
            for place, side in enumerate(sides):
                started = clock()
                side()
                best[place] = min(best[place], clock() - started)
    finally:
        gc.enable()
    return best


def table(title: str, rows: Iterable[Ratio]) -> str:
    """The rows as text, aligned."""
    lines = [title, f"  {'':<58}{'ours':>12}{'theirs':>12}  {'':<10}{'ratio':>9}  goal"]
    for row in rows:
        mark = "" if row.holds else "  MISSED"
        lines.append(
            f"  {row.name:<58}{row.ours:>12.4g}{row.theirs:>12.4g}  {row.unit:<10}"
            f"{row.ratio:>9.3f}  {row.goal}{mark}"
        )
    return "\n".join(lines)
