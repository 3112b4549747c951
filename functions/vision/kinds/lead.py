"""Leads of springs, which are no rods, and strands of coils, which are no springs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np

from ..geometry import mark_distance
from ..mark import Mark, circle_outline
from ..pieces import Piece
from ..reading import Reading
from ..vectors import Vector

TIED = 3.5
"""In stroke widths: how near its end lies what a spring is tied to."""
BEGINS, BEGINS_STROKES = 0.6, 3.0
"""A lead begins this near to the spring's end, in widths of it and in strokes more."""
STRAIGHT_ON, ASIDE = 0.5, 0.8
"""The least share of a lead's length that it gets ahead, and how far beside the axis it may end,
in widths of the spring."""
LONGEST, MOST_PARTS = 0.75, 3
"""A lead's length, as a share of the spring's, and the pieces that it may have come apart in."""
NARROWER, BESIDE, OVERHANG = 0.6, 0.3, 0.1
"""A strand is narrower than this share of its coil, lies no further beside it than this share of
the coil's width, and reaches beyond its ends by no more than this share of its length."""
IN_ROW, DOT = np.cos(np.deg2rad(25.0)), 1.5
"""Two springs in a row point the same way within this angle; a dot's radius, in stroke widths."""
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


def without_strands(reading: Reading) -> list[Mark]:
    """The marks, less the narrow springs along the side of a wide one: the turns of a coil cross
    each other there, and what lies between the crossings swings to and fro as well."""
    springs = reading.of("spring")
    return [
        mark
        for mark in reading.marks
        if mark.kind != "spring" or not any(_is_strand(mark, coil) for coil in springs)
    ]


def joined_in_rows(reading: Reading) -> list[Mark]:
    """The marks, with a pivot wherever two springs meet end to end: the dot there may be no larger
    than the pen leaves by chance."""
    holders = reading.of(*HOLDERS)
    near = TIED * reading.stroke_width
    dots = []
    for one, other in combinations(reading.of("spring"), 2):
        away = [(here, there) for here in one.ends for there in other.ends]
        p, q = min(away, key=lambda pair: math.dist(*pair))
        spans = [mark.ends[1] - mark.ends[0] for mark in (one, other)]
        lined = abs(float(np.dot(*spans))) > IN_ROW * math.prod(np.hypot(*np.transpose(spans)))
        furthest = max(math.dist(*pair) for pair in away)
        end_to_end = furthest > 0.9 * float(np.hypot(*np.transpose(spans)).sum())
        free = not any(mark_distance(holder, (p + q) / 2) < near for holder in holders)
        if lined and end_to_end and free and math.dist(p, q) < near:
            radius = DOT * reading.stroke_width
            dots.append(Mark("pivot", 0.6, circle_outline((p + q) / 2, radius), radius=radius))
    return [*reading.marks, *dots]


def _is_strand(spring: Mark, coil: Mark) -> bool:
    first, last = coil.ends
    length = math.dist(first, last)
    axis = (last - first) / length
    wide, narrow = (math.dist(one.outline[0], one.outline[3]) for one in (coil, spring))
    away = np.stack(spring.ends) - first
    places, asides = away @ axis, away @ np.array([-axis[1], axis[0]])
    return bool(
        narrow < NARROWER * wide
        and np.abs(asides).max() < (wide + narrow) / 2 + BESIDE * wide
        and places.min() > -OVERHANG * length
        and places.max() < (1 + OVERHANG) * length
    )


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
