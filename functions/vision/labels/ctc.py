"""Decoding of what a recogniser with a CTC output saw (Graves et al., ICML 2006)."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

_LEAST = 3e-3
"""A sign less likely than this at its place is not followed up."""
_WIDTH = 12


def likely_texts(
    probabilities: npt.NDArray[np.float32], signs: Sequence[str], *, count: int = 6
) -> list[tuple[str, float]]:
    """The likeliest texts with their probability, by prefix beam search (Hannun et al., 2014).

    `probabilities` is (steps, 1 + len(signs)), the blank first. Unlike the best path, this adds up
    all paths that spell the same text, and it tells what the second best text is. Texts that differ
    in spaces only count as one.
    """
    beam: dict[tuple[int, ...], tuple[float, float]] = {(): (1.0, 0.0)}
    for row in probabilities:
        ahead: dict[tuple[int, ...], tuple[float, float]] = {}

        def reach(
            prefix: tuple[int, ...],
            blank: float,
            ended: float,
            ahead: dict[tuple[int, ...], tuple[float, float]] = ahead,
        ) -> None:
            before = ahead.get(prefix, (0.0, 0.0))
            ahead[prefix] = (before[0] + blank, before[1] + ended)

        # Never none, also where the reader saw a sign that is not among ours.
        choices = [int(sign) for sign in np.flatnonzero(row > _LEAST)] or [int(row.argmax())]
        for prefix, (blank, ended) in beam.items():
            for sign in choices:
                chance = float(row[sign])
                if sign == 0:
                    reach(prefix, (blank + ended) * chance, 0.0)
                elif prefix and prefix[-1] == sign:
                    reach(prefix, 0.0, ended * chance)
                    reach((*prefix, sign), 0.0, blank * chance)
                else:
                    reach((*prefix, sign), 0.0, (blank + ended) * chance)
        best = sorted(ahead.items(), key=lambda item: -sum(item[1]))[:_WIDTH]
        total = sum(sum(chances) for _, chances in best) or 1.0
        beam = {prefix: (b / total, e / total) for prefix, (b, e) in best}
    spaced = [
        ("".join(signs[sign - 1] for sign in prefix), sum(chances))
        for prefix, chances in beam.items()
    ]
    texts: dict[str, tuple[str, float]] = {}
    for text, chance in sorted(spaced, key=lambda item: -item[1]):
        first, before = texts.setdefault("".join(text.split()), (text, 0.0))
        texts["".join(text.split())] = (" ".join(first.split()), before + chance)
    return sorted(texts.values(), key=lambda item: -item[1])[:count]


def confidence(probabilities: npt.NDArray[np.float32]) -> float:
    """How sure the best path is of its signs: their mean probability; 0 if there is none."""
    best = probabilities.argmax(axis=1)
    starts = (best != 0) & (best != np.concatenate(([0], best[:-1])))
    sure = float(probabilities.max(axis=1)[starts].mean()) if starts.any() else 0.0
    return 0.0 if math.isnan(sure) else sure
