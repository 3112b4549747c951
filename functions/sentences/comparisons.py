"""What is said by comparing: "the spring is twice as stiff", "the right block is half as heavy as
the left one"."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from vision.analysis import Quantity

from .words import read_tokens

_QUANTITIES: dict[str, Quantity] = {
    **dict.fromkeys(("stiff", "strong", "hard"), "stiffness"),
    **dict.fromkeys(("heavy", "massive"), "mass"),
    **dict.fromkeys(("long",), "length"),
    **dict.fromkeys(("fast", "quick"), "velocity"),
    **dict.fromkeys(("steep",), "angle"),
}
_FACTORS = {"twice": 2.0, "double": 2.0, "half": 0.5, "thrice": 3.0}
_TIMES = r"[\w.,]+\s+times|twice|half|double|thrice"
_COMPARED = re.compile(
    rf"\b({_TIMES})\s+as\s+({'|'.join(_QUANTITIES)})(?:\s+as\s+([^.;,!?]+))?", re.IGNORECASE
)
_CLAUSE_END = re.compile(r"[.;,!?]\s|\band\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What of the subject is how many times what it was, or what the other's is."""

    subject: str
    quantity: Quantity
    factor: float
    other: str | None


def take_comparisons(sentence: str) -> tuple[str, list[Comparison]]:
    """The sentence without its comparisons, and these."""
    found: list[Comparison] = []
    rest, at = "", 0
    for match in _COMPARED.finditer(sentence):
        times, adjective, other = match.groups()
        factor = _factor(times.lower())
        if factor is None:
            continue
        before = sentence[at : match.start()]
        clause = [0, *(end.end() for end in _CLAUSE_END.finditer(before))][-1]
        found.append(Comparison(before[clause:], _QUANTITIES[adjective.lower()], factor, other))
        rest += before[:clause]
        at = match.end()
    return rest + sentence[at:], found


def _factor(times: str) -> float | None:
    if times in _FACTORS:
        return _FACTORS[times]
    token = read_tokens(times)[0]
    said = token.kind == "number" and 0 < token.values[0] < math.inf
    return token.values[0] if said else None
