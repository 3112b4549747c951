"""What stands with the letters of a line: points, bars, noughts, ones and little raised signs.

A letter is one by its own shape. These are signs only where they stand as signs do beside letters;
elsewhere they are hatches, dashes, dots, rollers and small bodies.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from .rows import REACH
from .signs import HIGHEST, LEVEL_WORDS, WIDEST_BAR, WIDEST_EQUALS, Signs

# In heights of the higher of two signs, or of the line.
_HALF_WAY = (0.2, 0.7)
"""Where the middle of an equals sign is beside a letter, in its heights from its top."""
_SLASH = 2.3
"""Height of a bar beside letters that are all low, as in m/s."""
_SHORTEST_BAR = 0.15
"""Length of a bar: those of an equals sign may stand beside a long f."""
_LEAST_RAISED, _RAISED = 0.3, 0.5
"""Height of a degree sign or an index; lower letters beside a higher piece are a label beside a
mark."""
_LEAST_DEGREE, _ROUNDISH = 0.22, 0.38
"""Height of a degree sign, and its spread where it is too small to be a clear ring."""
_OVER, _UNDER, _CLIMB = 0.45, 0.25, 0.1
"""How far a degree sign may be over a line, a point under it, and any sign beside a neighbour in a
line that climbs."""
_POINT = 0.56
"""Greatest height of a point, or of an equals sign run up by blur: a blot as high as the letters is
a small body."""
_LEAST_POINT, _LEAST_DOT = 0.05, 0.03
"""Least size of a point in heights of its line, and of the other dot of a colon."""
_OVAL = 0.88
_NOUGHT = (0.7, 1.4)
"""Width over height of a nought, which balls are rounder than, and its height beside letters: so
one is a digit a space away, as in μ = 0."""
_TAIL, _HIGHEST_VALUE, _FLAT = 0.6, 2.3, 0.6
"""How far a name's tail, as of a μ, hangs below the nought that is its value, and the greatest
height of that nought over the name's, which may be low; and the height of an equals sign that ran
up, in heights of the nought."""
_ONE, _LONGEST_NAME, _LEVEL_NAME = (0.7, 2.0), 2, 1.3
"""Height of a one beside the letters of its name, which may all be low; how many those are, and how
much higher one is than the other: mu is a name, 3 m is none."""
_NUMBER = 1.2
"""The least height of a number before a unit that is one low letter."""

_FILLS = (0.4, 1.4)
"""Height of a sign in a gap of a line, beside its neighbours."""
_IN_GAP, _AT_END, _AT_END_LOW = 0.8, 0.75, 0.3
"""How far from its neighbours a sign in a gap may be, and a solid one at the end of a line, as
high as they are or lower."""
_CORNER, _FULL = 0.15, 0.93
"""A corner's width beside the box's, and the share of its box that a filled box inks."""
_OVERHANG = 0.35
"""How much of its width may be over or under a neighbour."""
_LEVEL_IN_GAP = 0.6
"""How much of the lower of a sign in a gap and a neighbour is level with the other."""
_NEAR, _ALIGNED = 2.0, 0.18
"""How far the head and the foot of a sign at the end of a line may be from its neighbours', and how
far those are."""
_LEAST_BESIDE = 3
"""Signs of a line at whose end a blot as high as they are is one of them, and no ball."""


def with_satellites(
    signs: Signs,
    core: npt.NDArray[np.intp],
    free: npt.NDArray[np.bool_],
    rowed: npt.NDArray[np.bool_],
    axes: tuple[int, int],
) -> list[int]:
    """Letters with the points, bars and little rings beside them, until none is left.

    Args:
        signs: those of the page.
        core: the letters.
        free: which pieces may join them, (n,).
        rowed: which pieces stand in a row of letters and are no index, (n,).
        axes: along and across the line.
    """
    along, across = axes
    box = signs.pieces.box
    members = [int(label) for label in core]
    height = float(box[members, 2 + across].max())
    raised = signs.letter & (box[:, 2 + across] <= _RAISED * height) & ~rowed
    least = np.where(signs.pieces.spread <= _ROUNDISH, _LEAST_DEGREE, _LEAST_RAISED)
    raised &= box[:, 2 + across] >= least * height
    loose = np.flatnonzero((signs.bar | signs.dot | signs.ring | raised) & free)
    loose = loose[~_among(signs, members)[loose] & (box[loose, 2 + across] <= _SLASH * height)]
    ran_up = _among(signs, _ran_up(signs, loose, members, along, across))
    small = box[loose, 2 + across] <= _POINT * height
    loose = loose[~signs.dot[loose] | small | ran_up[loose]]
    usual = float(np.median(box[members, 2 + across]))  # a k and a g that run together are not
    widest = np.where(signs.equals[loose], WIDEST_EQUALS, WIDEST_BAR) * usual
    widest = np.maximum(widest, box[loose, 2 + across])  # a slash that leans
    loose = loose[box[loose, 2 + along] <= widest]
    long = signs.pieces.long[loose] >= _SHORTEST_BAR * height
    loose = loose[~signs.bar[loose] | long]
    grown = True
    head, foot = box[core, across].min(), (box[core, across] + box[core, 2 + across]).max()
    while grown and len(loose):
        held = box[members]
        low, high = box[loose, across], box[loose, across] + box[loose, 2 + across]
        gap = np.maximum(
            held[:, along] - (box[loose, along] + box[loose, 2 + along])[:, None],
            box[loose, along][:, None] - (held[:, along] + held[:, 2 + along]),
        )
        top, bottom = held[:, across], held[:, across] + held[:, 2 + across]
        # A degree sign may hang over a line and a point under it, but no bar of its height; an
        # equals sign stays between the head and the foot, give or take how the line climbs.
        small = box[loose, 2 + across] <= _RAISED * height
        over = np.where(small, np.where(signs.equals[loose], _CLIMB, _OVER), -_CLIMB)[:, None]
        under = np.where(small, np.where(signs.equals[loose], _CLIMB, _UNDER), -_CLIMB)[:, None]
        level = (low[:, None] <= bottom + under * height) & (high[:, None] >= top - over * height)
        reach = np.repeat(signs.reach[loose][:, None] * height, len(members), axis=1)
        # Behind an equals sign a circle is a nought and a bar a one, and may be as far off as
        # any other digit, beside a low letter too.
        behind = signs.equals[members][None, :] & (box[loose, along][:, None] > held[:, along])
        digit = signs.ring[loose] | (signs.bar[loose] & (box[loose, 2 + across] > height))
        tall = REACH * np.maximum(box[loose, 2 + across], height)[:, None]
        reach = np.where(digit[:, None] & behind, np.maximum(reach, tall), reach)
        noughts = [is_nought(signs, label, members, along) for label in loose]
        reach[noughts] = REACH * height
        ones = [_is_one(signs, label, members, along) for label in loose]
        reach[ones] = tall[ones]
        reach[ran_up[loose]] = REACH * height
        # A point in the line above is like a degree sign of this one, but no way to its row.
        level_too = np.minimum(high, foot) - np.maximum(low, head) > LEVEL_WORDS * np.minimum(
            high - low, foot - head
        )
        holds = (~signs.dot[members] | ran_up[members])[None, :] | level_too[:, None]
        beside = level & (gap <= reach) & holds
        near = beside.any(axis=1)
        members = [*members, *(int(label) for label in loose[near])]
        loose, grown = loose[~near], bool(near.any())
    return members


def specks_in(signs: Signs, line: Sequence[int], axes: tuple[int, int]) -> list[int]:
    """The specks between the first and the last sign of a line, not above or below it: points and
    colons that are small beside the strokes of the drawing.

    Args:
        axes: along and across the line.
    """
    along, across = axes
    box = signs.pieces.box
    held = box[list(line)]
    start, end = held[:, along].min(), (held[:, along] + held[:, 2 + along]).max()
    top, bottom = held[:, across].min(), (held[:, across] + held[:, 2 + across]).max()
    inside = (box[:, along] > start) & (box[:, along] + box[:, 2 + along] < end)
    inside &= (box[:, across] >= top) & (box[:, across] + box[:, 2 + across] <= bottom)
    size = box[:, 2:].max(axis=1)
    specks = np.flatnonzero(signs.speck & inside & (size >= _LEAST_DOT * (bottom - top)))
    large = size[specks] >= _LEAST_POINT * (bottom - top)
    dots = np.array([*(label for label in line if signs.dot[label]), *specks[large]], dtype=np.intp)
    middle = box[:, along] + box[:, 2 + along] / 2
    aside = np.abs(middle[specks][:, None] - middle[dots])
    found = specks[large | (aside < size[dots]).any(axis=1)]
    return [int(label) for label in found]


def with_gaps_filled(
    signs: Signs, line: Sequence[int], free: npt.NDArray[np.bool_], axes: tuple[int, int]
) -> list[int]:
    """A line with the pieces that stand in its gaps as its signs do, and solid ones at its ends.

    A seven that leans is as slim as an arrow, a bold N as solid as a ball, a nought as round: what
    stands between letters, and as high as they do, is a sign whatever its shape.

    Args:
        free: which pieces may join, (n,).
        axes: along and across the line.
    """
    along, across = axes
    box = signs.pieces.box
    start, end = box[:, along], box[:, along] + box[:, 2 + along]
    head, foot = box[:, across], box[:, across] + box[:, 2 + across]
    high = foot - head
    standing = [
        label for label in line if high[label] > box[label, 2 + along] or signs.letter[label]
    ]
    if not standing:
        return list(line)
    tall = float(high[standing].max())
    fits = free & (high >= _FILLS[0] * tall) & (high <= _FILLS[1] * tall)
    fits &= (end - start <= _FILLS[1] * tall) & (foot > head[standing].min())
    fits &= (head < foot[standing].max()) & (end > start[list(line)].min() - tall)
    fits &= start < end[list(line)].max() + tall
    fits[list(line)] = False
    filled = list(line)
    middle = (start + end) / 2
    for label in np.flatnonzero(fits):
        before = [one for one in filled if middle[one] < middle[label]]
        behind = [one for one in filled if middle[one] >= middle[label]]
        gaps = [float((start[label] - end[before]).min())] if before else []
        gaps += [float((start[behind] - end[label]).min())] if behind else []
        if min(gaps) < -_OVERHANG * float(end[label] - start[label]):
            continue
        if before and behind:
            beside = [
                max(before, key=lambda one: end[one]),
                min(behind, key=lambda one: start[one]),
            ]
            shared = np.minimum(foot[label], foot[beside]) - np.maximum(head[label], head[beside])
            level = shared > _LEVEL_IN_GAP * np.minimum(high[label], high[beside])
            belongs = max(gaps) <= _IN_GAP * tall and bool(level.any())
        else:
            near = [one for one in standing if abs(middle[one] - middle[label]) < _NEAR * tall]
            off_head = np.abs(head[near] - head[label]).min(initial=tall)
            off_foot = np.abs(foot[near] - foot[label]).min(initial=tall)
            low = max(gaps) <= _AT_END_LOW * tall  # an m beside a digit
            level = off_foot <= _ALIGNED * tall and (low or off_head <= _ALIGNED * tall)
            shaped = signs.letter[label] or (signs.dot[label] and not _is_body(signs, int(label)))
            belongs = bool(shaped) and len(line) >= _LEAST_BESIDE and level
            belongs &= max(gaps) <= _AT_END * tall
        if belongs:
            filled.append(int(label))
    return filled


def _is_body(signs: Signs, label: int) -> bool:
    """Whether a solid piece is a small ball or box: none of the corners of its box is inked, as a
    ball's, or all of it is."""
    x, y, width, height = (int(value) for value in signs.pieces.box[label])
    own = signs.pieces.map[y : y + height, x : x + width] == label
    wide, high = max(round(_CORNER * width), 1), max(round(_CORNER * height), 1)
    corners = [
        part.mean()
        for rows in (own[:high], own[-high:])
        for part in (rows[:, :wide], rows[:, -wide:])
    ]
    return bool(max(corners) < 0.5 or own.mean() > _FULL)


def _among(signs: Signs, labels: Sequence[int]) -> npt.NDArray[np.bool_]:
    """Which pieces have these labels, (n,)."""
    found = np.zeros(len(signs.pieces.area), dtype=bool)
    found[list(labels)] = True
    return found


def _ran_up(
    signs: Signs, loose: npt.NDArray[np.intp], members: list[int], along: int, across: int
) -> list[int]:
    """Blots half way up between letters, ones and noughts: equals others run together."""
    box = signs.pieces.box
    high = box[:, 2 + across]
    tall = float(high[members].max())
    standing = signs.letter | signs.ring | (signs.bar & (high > box[:, 2 + along]))
    others = np.flatnonzero(standing & (high < HIGHEST * tall))
    start, end = box[others, along], box[others, along] + box[others, 2 + along]
    reach = REACH * np.maximum(high[others], tall)
    found = []
    for blot in loose[signs.dot[loose]]:
        left, top = box[blot, along], box[blot, across]
        right, bottom = left + box[blot, 2 + along], top + high[blot]
        up = ((top + bottom) / 2 - box[others, across]) / high[others]
        level = (up > _HALF_WAY[0]) & (up < _HALF_WAY[1])
        before = level & (end < (left + right) / 2) & (left - end <= reach)
        behind = level & (start > (left + right) / 2) & (start - right <= reach)
        if before.any() and behind.any():
            beside = float(high[others[before | behind]].max())
            found += [int(blot)] if high[blot] <= _POINT * beside else []
    return found


def is_nought(signs: Signs, label: int, others: Sequence[int], along: int) -> bool:
    """Whether a ring stands behind others and on their foot, and is as narrow as a digit; behind a
    colon or an equals sign a round one is a nought, too, and higher than the letters may be."""
    box = signs.pieces.box
    if not signs.ring[label] or along != 0:
        return False
    value = follows_equals(signs, label, others)
    if not value and box[label, 2] > _OVAL * box[label, 3]:
        return False
    high = [o for o in others if signs.letter[o] and not _is_low_equals(signs, o, label)]
    if not high:
        return False
    last = max(high, key=lambda other: float(box[other, 0]))
    tall = float(box[label, 3] / box[high, 3].max())
    foot = float(box[label, 1] + box[label, 3] - box[last, 1] - box[last, 3]) / box[label, 3]
    behind = bool(box[label, 0] > box[last, 0])
    least, most = (-_TAIL, _HIGHEST_VALUE) if value else (-0.3, _NOUGHT[1])
    return behind and _NOUGHT[0] < tall < most and least < foot < 0.3


def follows_equals(signs: Signs, ring: int, others: Sequence[int]) -> bool:
    """Whether a ring stands just behind an equals sign, run up or not, or a colon."""
    box = signs.pieces.box
    left, high = float(box[ring, 0]), float(box[ring, 3])
    for other in others:
        near = 0 < left - box[other, 0] < 1.5 * high + box[other, 2]
        if near and (signs.equals[other] or _is_low_equals(signs, other, ring)):
            return True
    ends = [float(box[o, 0] + box[o, 2]) for o in others if signs.letter[o]]
    start = max((end for end in ends if end < left), default=left)
    spots = np.flatnonzero(signs.dot | signs.speck)
    spots = spots[(box[spots, 0] >= start) & (box[spots, 0] + box[spots, 2] <= left)]
    middles = box[spots, :2] + box[spots, 2:] / 2
    spots_up = (box[ring, 1] + high - middles[:, 1]) / high
    middles = middles[(spots_up > -0.2) & (spots_up < 1.2)]
    apart = np.abs(middles[:, None] - middles)
    return bool(((apart[..., 0] < 0.25 * high) & (apart[..., 1] > 0.2 * high)).any())


def _is_low_equals(signs: Signs, piece: int, ring: int) -> bool:
    """Whether a piece that passes for a letter is an equals sign run up, half way up a ring."""
    box = signs.pieces.box
    width, high = box[piece, 2:]
    up = (box[piece, 1] + high / 2 - box[ring, 1]) / box[ring, 3]
    flat = signs.letter[piece] and width > high and high < _FLAT * box[ring, 3]
    return bool(flat and _HALF_WAY[0] < up < _HALF_WAY[1])


def _is_one(signs: Signs, label: int, others: Sequence[int], along: int) -> bool:
    """Whether an upright bar stands behind a name, or before a unit, and on its foot, as high as a
    digit.

    Behind a colon or a space it is the value, as in e: 1; units are followed by none. Before a
    unit it is the number, as in 1 m.
    """
    box = signs.pieces.box
    names = [other for other in others if signs.letter[other]]
    if along != 0 or not signs.bar[label] or not 0 < len(names) <= _LONGEST_NAME:
        return False
    high = box[names, 3]
    if signs.bar[others].any() or high.max() > _LEVEL_NAME * high.min():
        return False  # a number and its unit
    last = max(names, key=lambda other: float(box[other, 0]))
    tall = float(box[label, 3] / high.max())
    foot = float(box[label, 1] + box[label, 3] - box[last, 1] - box[last, 3])
    upright = bool(box[label, 3] > 2 * box[label, 2])
    behind = bool(box[label, 0] > box[others, 0].max())
    before = len(others) == 1 and tall > _NUMBER and bool(box[label, 0] < box[last, 0])
    stands = upright and _ONE[0] < tall < _ONE[1] and abs(foot) < 0.3 * box[label, 3]
    return stands and (behind or before)
