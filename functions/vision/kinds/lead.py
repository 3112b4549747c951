"""Leads of springs: what goes on from a spring's end to what it is tied to is no rod."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ..geometry import mark_distance
from ..mark import Mark
from ..pieces import Piece, Vector
from ..reading import Reading

TIED = 3.5
"""In stroke widths: how near its end lies what a spring is tied to."""
BEGINS, BEGINS_STROKES = 0.6, 3.0
"""A lead begins this near to the spring's end, in widths of it and in strokes more."""
STRAIGHT_ON, ASIDE = 0.5, 0.8
"""The least share of a lead's length that it gets ahead, and how far beside the axis it may end,
in widths of the spring."""
LONGEST, MOST_PARTS = 0.75, 3
"""A lead's length, as a share of the spring's, and the pieces that it may have come apart in."""
HOLDERS = ("ball", "box", "polygon", "wheel", "ground", "support", "ramp", "pivot", "pulley")


def reach_out(reading: Reading) -> list[Mark]:
    """The marks, each spring that is tied to nothing drawn out along its leads, without the rods
    that these were taken for."""
    marks = list(reading.marks)
    holders = reading.of(*HOLDERS)
    for place, mark in enumerate(reading.marks):
        if mark.kind == "spring":
            marks[place] = _drawn_out(reading, mark, holders)
    leads = {
        number
        for mark, before in zip(marks, reading.marks, strict=True)
        for number in mark.claims - before.claims
    }
    return [mark for mark in marks if mark.kind != "rod" or not mark.claims <= leads]


def _drawn_out(reading: Reading, spring: Mark, holders: Sequence[Mark]) -> Mark:
    first, last = spring.ends
    length = math.dist(first, last)
    axis = (last - first) / length
    outline, claims = spring.outline.copy(), set(spring.claims)
    for tip, out, corners in ((first, -axis, [0, 3]), (last, axis, [1, 2])):
        lead = _lead(reading, spring, tip, out, holders)
        if lead is not None:
            end, parts = lead
            outline[corners] += float(np.dot(end - tip, out)) * out
            claims |= parts
    return replace(spring, outline=outline, claims=frozenset(claims))


def _lead(
    reading: Reading, spring: Mark, tip: Vector, out: Vector, holders: Sequence[Mark]
) -> tuple[Vector, set[int]] | None:
    """Where a lead from a spring's end reaches a mark, and its pieces; None where none does."""
    near = TIED * reading.stroke_width
    if any(mark_distance(holder, tip) < near for holder in holders):
        return None
    width = math.dist(spring.outline[0], spring.outline[3])
    longest = LONGEST * math.dist(*spring.ends)
    rods = {number for rod in reading.of("rod") for number in rod.claims}
    end, reach = tip, BEGINS * width + BEGINS_STROKES * reading.stroke_width
    parts: set[int] = set()
    while len(parts) < MOST_PARTS:
        step = None
        for number in reading.evidence.piece_grid.near(end, end, reach):
            if number in parts or (number in reading.taken and number not in rods):
                continue
            far = _onward(reading.evidence.pieces[number], end, out, reach)
            ahead = 0.0 if far is None else float(np.dot(far - end, out))
            if far is not None and (step is None or ahead > step[0]):
                step = (ahead, number, far)
        if step is None:
            return None
        end, reach = step[2], near
        parts.add(step[1])
        aside = out[0] * (end - tip)[1] - out[1] * (end - tip)[0]
        if abs(aside) > ASIDE * width or math.dist(end, tip) > longest:
            return None
        if any(mark_distance(holder, end) < near for holder in holders):
            return end, parts
    return None


def _onward(piece: Piece, begin: Vector, out: Vector, reach: float) -> Vector | None:
    """The far end of a piece that begins near a place and leads on outward from there."""
    near, far = sorted((piece.a, piece.b), key=lambda end: math.dist(end, begin))
    ahead = float(np.dot(far - near, out))
    return far if math.dist(near, begin) < reach and ahead > STRAIGHT_ON * piece.length else None
