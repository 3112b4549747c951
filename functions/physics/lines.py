"""The lines of a textbook's drawings: coils, dashpots, ropes round pulleys, hatching.

All in the plane, in metres, as points (n, 2).
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_POINTS_PER_TURN = 14
_LEAD = 0.12
"""The straight part at each end of a coil, as a part of its length."""


def coil(a: Floats, b: Floats, radius: float, turns: int) -> Floats:
    """A helical spring seen from the side, from `a` to `b`: it stretches, its turns stay."""
    along, across, length = _frame(a, b)
    lead = _LEAD * length
    phase = np.linspace(0, 2 * np.pi * turns, turns * _POINTS_PER_TURN + 1)
    # A helix leaning a little out of the picture: its far side shows as a loop.
    lean = 0.55 * radius * (1 - np.cos(phase))
    x = lead + (length - 2 * lead) * phase / phase[-1] + lean
    y = radius * np.sin(phase)
    inner = a + x[:, None] * along + y[:, None] * across
    return np.concatenate([[a], inner, [b]])


def dashpot(a: Floats, b: Floats, radius: float, rest: float) -> list[Floats]:
    """A piston in a cup, from `a` to `b`, as lines; the cup keeps its length, the piston slides."""
    along, across, length = _frame(a, b)
    cup = min(0.5 * rest, 0.9 * length)
    bottom = b - along * min(0.2 * rest, 0.1 * length)
    mouth = bottom - along * cup
    piston = bottom - along * min(cup, max(0.08 * cup, 0.5 * cup + 0.5 * (length - rest)))
    side = across * radius
    return [
        np.array([a, piston]),
        np.array([piston - 0.8 * side, piston + 0.8 * side]),
        np.array([mouth - side, bottom - side, bottom + side, mouth + side]),
        np.array([bottom, b]),
    ]


def rope_path(a: Floats, centre: Floats, radius: float, side: Floats, b: Floats) -> Floats:
    """From `a` to `b` round a circle, passing it on the side of the point `side`.

    Straight where that clears the circle on that side.
    """
    toward = b - a
    out = side - centre
    # Seen along the way, the side it passes on: +1 is left, and then it turns clockwise.
    left = math.copysign(1.0, _cross(toward, out))
    if _misses(a, b, centre, radius, out):
        return np.array([a, b])
    start = _tangent(a, centre, radius, left)
    end = _tangent(b, centre, radius, -left)
    turn = math.remainder(end - start, 2 * math.pi)
    if turn * left > 0:
        turn -= math.copysign(2 * math.pi, turn)
    angle = start + np.linspace(0, turn, 18)
    arc = centre + radius * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return np.concatenate([[a], arc, [b]])


def hatching(a: Floats, b: Floats, depth: float, gap: float) -> list[Floats]:
    """Slanting strokes below the line from `a` to `b`, that is, on its right."""
    along, across, length = _frame(a, b)
    count = max(1, round(length / gap))
    starts = (np.arange(count) + 0.75) * length / count
    stroke = -depth * (along + across)
    return [np.array([a + s * along, a + s * along + stroke]) for s in starts]


def clip_to_convex(a: Floats, b: Floats, polygon: Floats) -> Floats | None:
    """The part of the line from `a` to `b` inside a counter-clockwise convex polygon, or None."""
    low, high = 0.0, 1.0
    step = b - a
    for p, q in zip(polygon, np.roll(polygon, -1, axis=0), strict=True):
        edge = q - p
        # Inside is on the left of each edge.
        distance, change = _cross(edge, a - p), _cross(edge, step)
        if abs(change) < 1e-15:
            if distance < 0:
                return None
            continue
        at = -distance / change
        low, high = (max(low, at), high) if change > 0 else (low, min(high, at))
    return np.array([a + low * step, a + high * step]) if low < high else None


def _frame(a: Floats, b: Floats) -> tuple[Floats, Floats, float]:
    """Unit vectors along and across (to the left of) the way from `a` to `b`, and its length."""
    length = math.hypot(*(b - a))
    along = (b - a) / length if length > 0 else np.array([1.0, 0.0])
    return along, np.array([-along[1], along[0]]), length


def _cross(u: Floats, v: Floats) -> float:
    return float(u[0] * v[1] - u[1] * v[0])


def _misses(a: Floats, b: Floats, centre: Floats, radius: float, out: Floats) -> bool:
    """Whether the straight line clears the circle, and on the wanted side, as MuJoCo has it."""
    along, _, length = _frame(a, b)
    nearest = a + along * min(max(float((centre - a) @ along), 0.0), length)
    off = nearest - centre
    return math.hypot(*off) > radius and float(off @ out) >= 0


def _tangent(point: Floats, centre: Floats, radius: float, left: float) -> float:
    """The angle on the circle at which a line from the point touches it."""
    out = point - centre
    distance = max(math.hypot(*out), radius * (1 + 1e-9))
    return math.atan2(out[1], out[0]) - left * math.acos(radius / distance)
