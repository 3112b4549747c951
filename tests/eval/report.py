"""Figures of many results as tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from .run import Result
from .score import Tally

STAGES = ("prepare", "marks", "labels", "relate", "compile", "simulate")


def report(results: Sequence[Result]) -> str:
    """All tables, as Markdown."""
    parts = [
        f"{len(results)} drawings",
        figures(results, "look", lambda r: r.look),
        figures(results, "scene", lambda r: r.scene),
        kinds(results),
        confusion(results),
        times(results),
    ]
    return "\n\n".join(parts) + "\n"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines)


def percent(value: float | None) -> str:
    """A share as it is printed."""
    return "-" if value is None else f"{100 * value:.1f}"


def figures(results: Sequence[Result], head: str, key: Callable[[Result], str]) -> str:
    """Marks, labels, bindings, connections and whole drawings, by look or by scene."""
    groups: dict[str, list[Result]] = {}
    for result in results:
        groups.setdefault(key(result), []).append(result)
    rows = [figures_row(name, group) for name, group in sorted(groups.items())]
    rows.append(figures_row("**all**", list(results)))
    titles = (head, "n", "marks F1", "label values", "bindings", "connections F1", "whole")
    return table(titles, rows)


def figures_row(name: str, group: Sequence[Result]) -> list[str]:
    """One line of `figures`."""
    marks, labels, bindings, connections = Tally(), Tally(), Tally(), Tally()
    for result in group:
        marks += result.score.marks
        labels += result.score.labels
        bindings += result.score.bindings
        connections += result.score.connections
    whole = sum(r.whole for r in group) / len(group)
    shares = (marks.f1, labels.share, bindings.share, connections.f1, whole)
    return [name, str(len(group)), *map(percent, shares)]


def kinds(results: Sequence[Result]) -> str:
    """F1 of each kind of mark."""
    totals: dict[str, Tally] = {}
    for result in results:
        for kind, tally in result.score.by_kind.items():
            totals.setdefault(kind, Tally())
            totals[kind] += tally
    rows = [
        [kind, str(t.drawn), percent(t.share), percent(t.right / t.read if t.read else None)]
        for kind, t in sorted(totals.items())
    ]
    return table(("kind", "drawn", "found", "of those read, right"), rows)


def confusion(results: Sequence[Result]) -> str:
    """What was read as something else, the most frequent first."""
    total: Counter[tuple[str, str]] = Counter()
    for result in results:
        total.update(result.score.confusion)
    rows = [
        [drawn, read, str(count)] for (drawn, read), count in total.most_common() if drawn != read
    ]
    return table(("drawn", "read as", "times"), rows)


def times(results: Sequence[Result]) -> str:
    """Milliseconds a stage: the median and the worst twentieth."""
    rows = []
    for stage in STAGES:
        taken = [1e3 * r.seconds[stage] for r in results if stage in r.seconds]
        if taken:
            rows.append([stage, f"{np.median(taken):.0f}", f"{np.percentile(taken, 95):.0f}"])
    return table(("stage", "median ms", "p95 ms"), rows)
