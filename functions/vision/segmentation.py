"""Strokes taken apart into what a hand draws in one move: straight segments and arcs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from .fitting import fit_circle, fit_line
from .page import Points
from .pieces import ROUND, Arc, Piece, Segment, straight_within
from .strokes import polyline_length
from .vectors import angle_between, quantile, resample

CORNER = np.deg2rad(38.0)
"""A bend this sharp within a few stroke widths is meant as a corner."""
SLIGHT = math.radians(20.0)
"""An arc that turns by less is a line."""
WHOLE = math.radians(150.0)
"""A circle turns by more than this, even where others have swallowed parts of it."""
BLUNT = np.deg2rad(30.0)
TIGHTER, TURNS = 0.4, 0.9
"""A part of an arc turns more tightly if its radius is this share of the whole's or less, and if it
turns by so many radians."""
TWO_LINES = 0.45
"""Two lines explain a bend better than an arc does if they stray by less than this share of it."""
STRAIGHT_MIDDLE = 0.4
"""The middle of a stroke that turns at both ends is straight if it strays from a line by less than
this share of what the whole strays from an arc."""
TO_JOINT = 0.2
"""How far a stroke's bend is looked for at a joint, as a share of its length: two strokes that were
taken for one bend where they met."""


def take_apart(
    points: Points, stroke_width: float, *, closed: bool = False, joints: Sequence[int] = ()
) -> list[Piece]:
    """The pieces of one stroke (n, 2), in order.

    A whole circle stays whole; otherwise the stroke is cut at its corners, and each smooth part is
    a segment if it is straight, an arc if it is round, and else is cut where it strays the most, at
    one of the `joints` (places in `points` where others meet it) if there is one near.
    """
    at_joints = points[list(joints)] if joints else None
    points = resample(points, stroke_width / 3)
    whole = _as_circle(points, stroke_width)
    if whole is not None:
        return [whole]
    if closed:
        points = _begin_at_corner(points, stroke_width)
    near: list[int] = []
    if at_joints is not None:
        (x, y), (joint_x, joint_y) = points.T, at_joints.T[..., None]
        near = ((x - joint_x) ** 2 + (y - joint_y) ** 2).argmin(axis=1).tolist()
    cuts = [0, *find_corners(points, stroke_width), len(points) - 1]
    pieces: list[Piece] = []
    for begin, end in pairwise(cuts):
        inside = [joint - begin for joint in near if begin < joint < end]
        pieces += _smooth_part(points[begin : end + 1], stroke_width, inside)
    return pieces


def find_corners(points: Points, stroke_width: float) -> list[int]:
    """Where a polyline, evenly spaced at a third of a stroke width, has corners.

    A corner bends sharply and more so than its surroundings: a small circle bends everywhere.
    """
    reach = 5  # steps, so 1.7 stroke widths either side
    if len(points) < 2 * reach + 1:
        return []
    (x, y), (next_x, next_y) = (steps.T for steps in _arms(points, reach))
    bends = np.abs(np.arctan2(x * next_y - y * next_x, x * next_x + y * next_y))
    corners: list[int] = []
    sharp = np.count_nonzero(bends >= CORNER)
    if not sharp:
        return corners
    sharpest_first = np.argsort(-bends)[:sharp]
    for index in sharpest_first.tolist():
        if any(abs(other - reach - index) <= 1.6 * reach for other in corners):
            continue
        around = np.concatenate(
            [
                bends[max(0, index - 4 * reach) : max(0, index - 2 * reach)],
                bends[index + 2 * reach + 1 : index + 4 * reach + 1],
            ]
        )
        if len(around) and bends[index] < 1.2 and bends[index] < 1.6 * quantile(around, 0.5):
            continue
        corners.append(index + reach)
    return sorted(corners)


def _arms(points: Points, reach: int) -> tuple[Points, Points]:
    """The steps of `reach` points that lead to each point of a polyline, and on from it."""
    middle = points[reach:-reach]
    return middle - points[: -2 * reach], points[2 * reach :] - middle


def _begin_at_corner(points: Points, stroke_width: float) -> Points:
    """A closed polyline turned so that it begins at its sharpest corner, if it has one."""
    ring = points[:-1]
    doubled = np.concatenate([ring, ring, ring[:1]])
    corners = find_corners(doubled, stroke_width)
    inside = [corner for corner in corners if corner < len(ring)]
    if not inside:
        return points
    start = inside[0]
    turned = np.roll(ring, -start, axis=0)
    return np.concatenate([turned, turned[:1]])


def _as_circle(points: Points, stroke_width: float) -> Arc | None:
    if len(points) < 8 or abs(_swept(points[2::2] - points[:-2:2])) < WHOLE:
        return None
    arc, rms = _as_arc(points)
    if arc.radius < 0.8 * stroke_width or abs(arc.sweep) < WHOLE:
        return None
    return arc if rms < 0.5 * ROUND * arc.radius + 0.06 * stroke_width else None


def _as_arc(points: Points) -> tuple[Arc, float]:
    """The arc that fits points best, and their root mean square distance from it."""
    center, radius, rms = fit_circle(points)
    arms = points - center
    stray = float(np.abs(np.hypot(arms[:, 0], arms[:, 1]) - radius).max()) / max(radius, 1e-9)
    return Arc(center, radius, _swept(arms), stray, points), rms


def _swept(arms: Points) -> float:
    """The signed angle, in radians, by which vectors (n, 2) turn from the first to the last."""
    x, y = arms.T
    turns = np.arctan2(x[:-1] * y[1:] - y[:-1] * x[1:], x[:-1] * x[1:] + y[:-1] * y[1:])
    return float(turns.sum())


def _smooth_part(points: Points, stroke_width: float, joints: Sequence[int]) -> list[Piece]:
    if len(points) < 2:
        return []
    # At a corner the middle line cuts the corner: judge and fit what lies between.
    inner = points[2:-2] if len(points) >= 9 else points
    a, b, stray = fit_line(inner)
    direction = (b - a) / max(math.dist(b, a), 1e-9)
    a, b = (a + np.dot(end - a, direction) * direction for end in (points[0], points[-1]))
    length = math.dist(b, a)
    if stray <= straight_within(length, stroke_width) and length > 0.8 * polyline_length(points):
        return [Segment(a, b, points)]
    hook = _hook(points, stroke_width)
    if hook is not None:
        return _cut_at(hook, points, stroke_width, joints)
    if len(points) >= 6:
        arc, _ = _as_arc(points)
        if (
            abs(arc.sweep) > SLIGHT
            and arc.stray * arc.radius
            <= max(0.35 * stroke_width, min(ROUND, 0.25 * abs(arc.sweep)) * arc.radius)
            and arc.stray * arc.radius < 0.6 * stray
        ):
            stray = arc.stray * arc.radius
            cut = _bend(points, stray, stroke_width)
            if cut is None:
                cut = _where_straight(points, stray, stroke_width)
            if cut is None:
                cut = _where_tighter(points, arc.radius, stroke_width, joints)
            if cut is None:
                cut = _straight_middle(points, stray, stroke_width)
            return [arc] if cut is None else _cut_at(cut, points, stroke_width, joints)
    if len(points) < 10:
        return [Segment(points[0], points[-1], points)]
    chord = Segment(points[0], points[-1], points)
    if chord.length < 0.3 * polyline_length(points):
        cut = int(np.argmax(np.hypot(*(points - points[0]).T)))
    else:
        cut = int(np.argmax(np.abs(chord.offsets(points))))
    cut = min(max(cut, 4), len(points) - 5)
    close = [joint for joint in joints if abs(joint - cut) < max(TO_JOINT * len(points), 12)]
    cut = min(
        (joint for joint in close if 4 <= joint <= len(points) - 5),
        default=cut,
        key=lambda joint: abs(joint - cut),
    )
    return _cut_at(cut, points, stroke_width, joints)


def _cut_at(cut: int, points: Points, stroke_width: float, joints: Sequence[int]) -> list[Piece]:
    """The pieces of a smooth part on both sides of one of its points."""
    return [
        *_smooth_part(points[: cut + 1], stroke_width, [j for j in joints if j < cut]),
        *_smooth_part(points[cut:], stroke_width, [j - cut for j in joints if j > cut]),
    ]


def _hook(points: Points, stroke_width: float) -> int | None:
    """Where a straight line turns off just before one of its ends: too near to it for a corner."""
    stub = 9  # steps, so 3 stroke widths
    if len(points) < 4 * stub:
        return None
    for cut, line, rest in (
        (stub, points[stub:], points[:stub]),
        (len(points) - 1 - stub, points[:-stub], points[-stub:]),
    ):
        a, b, stray = fit_line(line[2:-2])
        if stray < 0.45 * stroke_width:
            chord = Segment(a, b, line)
            if max(abs(chord.offset(rest[0])), abs(chord.offset(rest[-1]))) > 1.2 * stroke_width:
                return cut
    return None


def _bend(points: Points, stray: float, stroke_width: float) -> int | None:
    """Where a smooth part is two straight lines with a blunt corner between them.

    None where one arc is as good: `stray` is how far from it the points are, in px.
    """
    trim = 4  # steps: the middle line cuts the corner there
    chord = Segment(points[0], points[-1], points)
    cut = int(np.argmax(np.abs(chord.offsets(points))))
    if stray < 0.5 * stroke_width or not 3 * trim < cut < len(points) - 3 * trim:
        return None
    (a, b, one), (c, d, two) = (
        fit_line(part) for part in (points[: cut - trim], points[cut + trim :])
    )
    lines = Segment(a, b, points), Segment(c, d, points)
    turned = angle_between(lines[0].direction, lines[1].direction)
    return cut if max(one, two) < TWO_LINES * stray and turned > BLUNT else None


def _where_straight(points: Points, stray: float, stroke_width: float) -> int | None:
    """Where a smooth part turns from a straight line into an arc, as a rope does on a pulley.

    None where one arc is as good: `stray` is how far from it the points are, in px.
    """
    if stray < 0.5 * stroke_width or len(points) < 24:
        return None
    every = max(1, len(points) // 120)
    least, best = 0.45 * stray, None
    for share in (0.25, 0.4, 0.55, 0.7, 0.82):
        for cut in {int(share * len(points)), int((1 - share) * len(points))}:
            for straight, bent in ((points[:cut], points[cut:]), (points[cut:], points[:cut])):
                if min(len(straight), len(bent)) < 8:
                    continue
                a, b, _ = fit_line(straight[::every])
                line = Segment(a, b, straight)
                # Where two strokes run together their ink bulges: a tenth may be off.
                off = quantile(np.abs(line.offsets(straight[::every])), 0.9)
                if off >= least:
                    continue
                center, radius, _ = fit_circle(bent[::every])
                away = quantile(np.abs(np.hypot(*(bent[::every] - center).T) - radius), 0.9)
                if line.length > 0.7 * radius and away < least:
                    least, best = max(off, away), cut
    return best


def _straight_middle(points: Points, stray: float, stroke_width: float) -> int | None:
    """Where a smooth part that turns at both ends, and is straight between, leaves its first turn:
    a box's side between rounded corners.

    None where one arc is as good: `stray` is how far from it the points are, in px.
    """
    if stray < 0.5 * stroke_width or len(points) < 24:
        return None
    third = len(points) // 3
    inner = points[third:-third]
    a, b, off = fit_line(inner)
    line = Segment(a, b, inner)
    ends = line.offset(points[0]), line.offset(points[-1])
    aside = min(abs(ends[0]), abs(ends[1]))
    if off > STRAIGHT_MIDDLE * stray or ends[0] * ends[1] < 0 or aside < 1.2 * stray:
        return None
    bent = np.abs(line.offsets(points[:third])) > max(2 * off, 0.5 * stroke_width)
    return int(np.flatnonzero(bent)[-1]) + 1 if bent.any() else None


def _where_tighter(
    points: Points, radius: float, stroke_width: float, joints: Sequence[int]
) -> int | None:
    """The joint from which on a flat arc turns much more tightly: a cart's side that ran on into
    its wheel's rim."""
    for joint in joints:
        for bent in (points[:joint], points[joint:]):
            if min(len(bent), len(points) - len(bent)) < 12:
                continue
            center, own, _ = fit_circle(bent)
            away = np.abs(np.hypot(*(bent - center).T) - own)
            tight = 0 < own < TIGHTER * radius and polyline_length(bent) > TURNS * own
            if tight and quantile(away, 0.9) < 0.4 * stroke_width:
                return joint
    return None
