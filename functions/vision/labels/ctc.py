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


def sign_places(
    probabilities: npt.NDArray[np.float32], text: str, signs: Sequence[str]
) -> tuple[float, ...]:
    """Where each sign of a text that is no space was seen, in steps, by its likeliest path.

    The path is that of Viterbi's algorithm over the text's signs with blanks between them; a sign
    seen for several steps is in their middle, each as heavy as it is likely.
    """
    spelt = [1 + signs.index(sign) for sign in text]
    if not spelt or len(spelt) > len(probabilities):
        return ()
    states = np.zeros(2 * len(spelt) + 1, dtype=np.intp)
    states[1::2] = spelt
    chance = np.log(np.maximum(probabilities[:, states], 1e-9))
    jumps = np.full(len(states), -np.inf)  # over a blank, between signs that differ
    jumps[2:][(states[2:] != 0) & (states[2:] != states[:-2])] = 0.0
    best = np.full(len(states), -np.inf)
    best[:2] = chance[0, :2]
    came = np.zeros(chance.shape, dtype=np.intp)
    for step in range(1, len(chance)):
        ways = np.full((3, len(states)), -np.inf)
        ways[0] = best
        ways[1, 1:] = best[:-1]
        ways[2, 2:] = best[:-2] + jumps[2:]
        came[step] = ways.argmax(axis=0)
        best = ways.max(axis=0) + chance[step]
    state = len(states) - 1 if best[-1] >= best[-2] else len(states) - 2
    weight, sums = np.zeros(len(states)), np.zeros(len(states))
    for step in range(len(chance) - 1, -1, -1):
        heavy = float(probabilities[step, states[state]])
        weight[state] += heavy
        sums[state] += heavy * step
        state -= int(came[step, state])
    middles = sums[1::2] / np.maximum(weight[1::2], 1e-12)
    return tuple(
        float(middle) for middle, sign in zip(middles, text, strict=True) if not sign.isspace()
    )


def confidence(probabilities: npt.NDArray[np.float32]) -> float:
    """How sure the best path is of its signs: their mean probability; 0 if there is none."""
    best = probabilities.argmax(axis=1)
    starts = (best != 0) & (best != np.concatenate(([0], best[:-1])))
    sure = float(probabilities.max(axis=1)[starts].mean()) if starts.any() else 0.0
    return 0.0 if math.isnan(sure) else sure
