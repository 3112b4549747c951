"""The marks of the sketch language as a hand may draw them, one function a mark."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np

from .hand import Hand, PointLike, Points
from .plan import DOWN, RIGHT, UP, Mark, Plan

ACCENT_PEN = 2
CIRCLE_POINTS = 48


def ring(centre: PointLike, radius: float) -> Points:
    """A circle as points (n, 2)."""
    angle = np.linspace(0, 2 * np.pi, CIRCLE_POINTS)
    return np.asarray(centre) + radius * np.stack([np.cos(angle), np.sin(angle)], axis=1)


def rectangle(centre: PointLike, width: float, height: float, angle: float = 0.0) -> Points:
    """Corners (4, 2), the lower left one first, turned counter-clockwise by an angle in radians."""
    half = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * [width / 2, height / 2]
    cos, sin = np.cos(angle), np.sin(angle)
    return np.asarray(half @ np.array([[cos, sin], [-sin, cos]]) + np.asarray(centre))


def unit(vector: PointLike) -> Points:
    """The vector at length 1."""
    v = np.asarray(vector, float)
    return np.asarray(v / np.hypot(*v))


def normal(vector: PointLike) -> Points:
    """The unit vector a quarter turn counter-clockwise."""
    x, y = unit(vector)
    return np.array([-y, x])


def ball(
    plan: Plan,
    centre: PointLike,
    radius: float,
    *,
    name: str = "ball",
    filled: bool = False,
) -> Mark:
    def ink(hand: Hand) -> None:
        if filled:
            hand.blot(centre, radius)
        else:
            hand.circle(centre, radius)

    return plan.add("ball", ring(centre, radius), ink, name=name, closed=True)


def box(
    plan: Plan,
    centre: PointLike,
    width: float,
    height: float,
    angle: float = 0.0,
    *,
    name: str = "box",
) -> Mark:
    corners = rectangle(centre, width, height, angle)
    return plan.add("box", corners, lambda h: h.polygon(corners), name=name, closed=True)


def polygon(plan: Plan, corners: Sequence[PointLike], *, name: str = "polygon") -> Mark:
    return plan.add("polygon", corners, lambda h: h.polygon(corners), name=name, closed=True)


def surface(
    plan: Plan,
    start: PointLike,
    end: PointLike,
    solid: PointLike = DOWN,
    *,
    kind: str = "ground",
    name: str = "floor",
    hatched: bool = True,
) -> Mark:
    """A floor, wall, ceiling or support: a line, hatched on its solid side."""
    rng = plan.rng
    a, b = np.asarray(start, float), np.asarray(end, float)
    length = float(np.hypot(*(b - a)))
    pitch = rng.uniform(0.22, 0.45) * np.clip(length / 4, 0.7, 1.3)
    depth = rng.uniform(0.18, 0.32)
    slant = rng.choice([-1, 1]) * rng.uniform(0.3, 1.1)
    style = rng.spawn(1)[0]
    if style.random() < 0.12:
        slant = 0.0
    # Hasty strokes begin a little on the other side of the line.
    across = style.uniform(0.02, 0.06) if style.random() < 0.25 else 0.0

    def ink(hand: Hand) -> None:
        hand.line(a, b)
        if hatched:
            shift = -np.asarray(solid, float) * across
            hand.hatch(a + shift, b + shift, solid, pitch=pitch, length=depth + across, slant=slant)

    return plan.add(kind, [a, b], ink, name=name, fixed=True, solid=solid)


def block_support(
    plan: Plan, centre: PointLike, width: float, height: float, *, name: str = "top"
) -> Mark:
    """A support drawn as a hatched block."""
    corners = rectangle(centre, width, height)
    style = plan.rng.spawn(1)[0]
    pitch, back = style.uniform(0.17, 0.3), style.random() < 0.4

    def ink(hand: Hand) -> None:
        hand.polygon(corners)
        for offset in np.arange(-height + pitch, width, pitch):
            # A diagonal of slope 1 from the bottom, cut to the block; or its mirror image.
            x0, x1 = max(0.0, offset), min(width, offset + height)
            if x1 - x0 > 0.08:
                ends = np.array([[x0, x0 - offset], [x1, x1 - offset]])
                if back:
                    ends[:, 0] = width - ends[:, 0]
                hand.line(*(corners[0] + ends), lift=False, steady=0.4)

    return plan.add("support", corners, ink, name=name, closed=True, fixed=True)


def ramp_triangle(
    plan: Plan, toe: PointLike, run: float, angle: float, *, to: int, base: bool = True
) -> Mark:
    """A right-angled ramp that rises from its toe towards +x (`to` = 1) or -x (-1).

    Without a base, its side on the ground is left to the ground's line.
    """
    t = np.asarray(toe, float)
    heel = t + RIGHT * to * run
    top = heel + UP * run * np.tan(angle)

    def ink(hand: Hand) -> None:
        if base:
            hand.polygon([t, heel, top])
        else:
            hand.line(t, top, exact_ends=True)
            hand.line(top, heel, exact_ends=True)

    return plan.add("ramp", [t, heel, top], ink, name="ramp", closed=True, fixed=True)


def ramp_line(plan: Plan, toe: PointLike, run: float, angle: float, *, to: int) -> Mark:
    """A ramp drawn as one sloping line from the ground."""
    t = np.asarray(toe, float)
    top = t + np.array([to * run, run * np.tan(angle)])
    return plan.add("ramp", [t, top], lambda h: h.line(t, top), name="ramp", fixed=True)


def rod(
    plan: Plan,
    start: PointLike,
    end: PointLike,
    *,
    rims: tuple[float, float] = (0.0, 0.0),
    name: str = "rod",
) -> Mark:
    """A rod between two joints; it is drawn to the rims of the balls that sit there."""
    a, b = np.asarray(start, float), np.asarray(end, float)
    along = unit(b - a)

    def ink(hand: Hand) -> None:
        hand.line(a + along * rims[0], b - along * rims[1], exact_ends=True)

    return plan.add("rod", [a, b], ink, name=name)


_RUN = 0.45
"""Page units: a step of a rope's path that is longer is a straight run, no part of an arc."""


def rope(
    plan: Plan, path: Sequence[PointLike] | Points, *, dashed: bool = False, name: str = "rope"
) -> Mark:
    """A rope along a path: a line, or dashes."""
    points = np.asarray(path, float)

    # Round a pulley many draw only the straight runs: its circle is the rope there.
    runs_only = plan.rng.spawn(1)[0].random() < 0.5

    def ink(hand: Hand) -> None:
        if not dashed:
            steps = np.hypot(*np.diff(points, axis=0).T)
            if len(points) == 2 or (runs_only and steps.max() > _RUN):
                for a, b in itertools.pairwise(points):
                    if np.hypot(*(b - a)) > _RUN or len(points) == 2:
                        hand.line(a, b, exact_ends=True)
            else:
                hand.curve(densify(points))
            return
        a, b = points[0], points[-1]
        length = float(np.hypot(*(b - a)))
        dash, where = hand.rng.uniform(0.18, 0.28), 0.0
        while where < length - 0.04:
            end = min(where + dash * hand.rng.uniform(0.8, 1.2), length)
            p, q = (a + (b - a) * w / length for w in (where, end))
            hand.line(p, q, lift=False, exact_ends=True)
            where = end + dash * hand.rng.uniform(0.55, 0.8)

    return plan.add("rope", points, ink, name=name)


def densify(points: Points, step: float = 0.06) -> Points:
    """The same path with points no further apart than `step`."""
    parts = []
    for a, b in itertools.pairwise(points):
        count = max(2, int(np.hypot(*(b - a)) / step) + 1)
        parts.append(np.linspace(a, b, count)[:-1])
    return np.vstack([*parts, points[-1:]])


def spring(
    plan: Plan,
    start: PointLike,
    end: PointLike,
    *,
    width: float = 0.5,
    turns: int | None = None,
    coil: bool | None = None,
    name: str = "spring",
) -> Mark:
    """A zigzag or a wave, with two straight ends or none, or a coil of loops."""
    rng = plan.rng
    a, b = np.asarray(start, float), np.asarray(end, float)
    length = float(np.hypot(*(b - a)))
    along, across = unit(b - a), normal(b - a)
    if turns is None:
        turns = int(np.clip(round(length / rng.uniform(0.3, 0.5)), 4, 12))
    if coil is None:
        coil = bool(rng.random() < 0.3)
    lead = length * rng.uniform(0.06, 0.15)
    half = width / 2
    style = rng.spawn(1)[0]
    if style.random() < 0.25:  # its turns begin where it is held
        lead = 0.0
    wavy = style.random() < 0.2
    wind = style.uniform(0.28, 0.7)  # how far a coil's loops go to and fro, in pitches

    def zigzag(hand: Hand) -> None:
        teeth = np.linspace(lead, length - lead, 2 * turns + 1)[:-1] + (length - 2 * lead) / (
            4 * turns
        )
        path = [a, a + along * lead]
        for i, x in enumerate(teeth):
            side = half * (1 if i % 2 else -1) * hand.rng.uniform(0.85, 1.1)
            path.append(a + along * (x + hand.rng.normal(0, 0.01)) + across * side)
        path += [b - along * lead, b]
        if wavy:
            hand.curve(rounded(np.array(path)))
        else:
            hand.polyline(path)

    def loops(hand: Hand) -> None:
        # Loops that advance by a pitch each: a prolate cycloid, from its hindmost point on the axis
        # to its foremost, so that the ends meet the leads.
        pitch = (length - 2 * lead) / (turns + 0.5 + 2 * wind)
        t = np.linspace(0, np.pi * (2 * turns + 1), turns * 26)
        swing = half * (1 + hand.stray(length, len(t), amplitude=0.05))
        s = lead + pitch * t / (2 * np.pi) + wind * pitch * (1 - np.cos(t))
        path = a + s[:, None] * along + (swing * np.sin(t))[:, None] * across
        hand.line(a, path[0], lift=False, exact_ends=True)
        hand.curve(path)
        hand.line(path[-1], b, lift=False, exact_ends=True)

    band = np.array([a - across * half, b - across * half, b + across * half, a + across * half])
    return plan.add("spring", band, loops if coil else zigzag, name=name)


def rounded(corners: Points) -> Points:
    """A path with its corners rounded off: Chaikin's cuts, three times over."""
    path = corners[np.r_[True, np.hypot(*np.diff(corners, axis=0).T) > 1e-9]]
    for _ in range(3):
        a, b = path[:-1], path[1:]
        inner = np.stack([0.75 * a + 0.25 * b, 0.25 * a + 0.75 * b], axis=1).reshape(-1, 2)
        path = np.vstack([path[:1], inner, path[-1:]])
    return densify(path)


def pivot(plan: Plan, at: PointLike, *, dot: bool = True, name: str = "pivot") -> Mark:
    """A dot, or a small circle."""
    radius = plan.rng.uniform(0.06, 0.10) if dot else plan.rng.uniform(0.10, 0.14)

    def ink(hand: Hand) -> None:
        if dot:
            hand.blot(at, radius)
        else:
            hand.circle(at, radius)

    return plan.add("pivot", ring(at, radius), ink, name=name, closed=True)


def arrowhead(hand: Hand, tip: Points, along: Points, size: float, pen: int) -> None:
    """Two barbs at a tip, in one stroke or in two, or a filled triangle."""
    across = np.array([-along[1], along[0]])
    spread = hand.rng.uniform(0.35, 0.6)
    barbs = [tip - along * size + across * size * spread * side for side in (1, -1)]
    if hand.heads == "filled":
        edge = densify(np.array([barbs[0], tip, barbs[1], barbs[0]]))
        hand.put(edge, pen=pen, filled=True, width=0.6)
    elif hand.heads == "open":
        hand.polyline([barbs[0], tip, barbs[1]], pen=pen)
    else:
        for barb in barbs:
            hand.line(tip, barb, pen=pen, lift=False, exact_ends=True)


def arrow(plan: Plan, tail: PointLike, tip: PointLike, *, name: str = "arrow") -> Mark:
    a, b = np.asarray(tail, float), np.asarray(tip, float)
    size = min(0.3, 0.35 * float(np.hypot(*(b - a))))

    def ink(hand: Hand) -> None:
        hand.line(a, b, pen=ACCENT_PEN, exact_ends=True, lift=False)
        arrowhead(hand, b, unit(b - a), size, ACCENT_PEN)

    return plan.add("arrow", [a, b], ink, name=name)


def arc_points(centre: PointLike, radius: float, start: float, end: float) -> Points:
    """An arc (n, 2) between two angles in radians."""
    angle = np.linspace(start, end, max(8, int(abs(end - start) * radius / 0.05)))
    return np.asarray(centre) + radius * np.stack([np.cos(angle), np.sin(angle)], axis=1)


def arc_arrow(
    plan: Plan, centre: PointLike, radius: float, start: float, end: float, *, name: str = "motor"
) -> Mark:
    """A curved arrow from one angle to another round a centre."""
    path = arc_points(centre, radius, start, end)

    def ink(hand: Hand) -> None:
        hand.curve(path, pen=ACCENT_PEN)
        arrowhead(hand, path[-1], unit(path[-1] - path[-4]), 0.28, ACCENT_PEN)

    return plan.add("arc_arrow", path, ink, name=name)


def angle_arc(
    plan: Plan, corner: PointLike, radius: float, start: float, end: float, *, name: str = "corner"
) -> Mark:
    """An arc that marks the angle at a corner."""
    path = arc_points(corner, radius, start, end)
    return plan.add("dimension", path, lambda h: h.curve(path, pen=ACCENT_PEN), name=name)


def dimension(
    plan: Plan, start: PointLike, end: PointLike, *, ticks: bool | None = None, name: str = "size"
) -> Mark:
    """A line with a head or a tick at both ends."""
    a, b = np.asarray(start, float), np.asarray(end, float)
    along, across = unit(b - a), normal(b - a)
    barred = bool(plan.rng.random() < 0.5) if ticks is None else ticks

    def ink(hand: Hand) -> None:
        hand.line(a, b, pen=ACCENT_PEN, exact_ends=True, lift=False)
        for end_point, out in ((a, -along), (b, along)):
            if barred:
                tick = across * 0.16
                hand.line(end_point - tick, end_point + tick, pen=ACCENT_PEN, lift=False)
            else:
                arrowhead(hand, end_point, out, 0.22, ACCENT_PEN)

    return plan.add("dimension", [a, b], ink, name=name)


def wheel(
    plan: Plan, centre: PointLike, radius: float, *, kind: str = "wheel", name: str | None = None
) -> Mark:
    """A circle with a dot in its centre: a wheel or a pulley."""

    hub = min(plan.rng.spawn(1)[0].uniform(0.06, 0.12), radius * 0.25)

    def ink(hand: Hand) -> None:
        hand.circle(centre, radius)
        hand.blot(centre, hub)

    return plan.add(kind, ring(centre, radius), ink, name=name or kind, closed=True)


def damper(plan: Plan, start: PointLike, end: PointLike, *, name: str = "damper") -> Mark:
    """A dashpot: a rod with a piston in a cup, the cup's bottom joined to the other end."""
    a, b = np.asarray(start, float), np.asarray(end, float)
    if plan.rng.spawn(1)[0].random() < 0.4:  # either end may hold the cup
        a, b = b, a
    length = float(np.hypot(*(b - a)))
    along, across = unit(b - a), normal(b - a)
    half = plan.rng.uniform(0.22, 0.32)
    mouth, bottom = a + along * length * 0.38, a + along * length * 0.66
    piston = a + along * length * 0.52

    def ink(hand: Hand) -> None:
        hand.line(a, piston, exact_ends=True, lift=False)
        hand.line(
            piston - across * half * 0.75,
            piston + across * half * 0.75,
            lift=False,
            exact_ends=True,
        )
        hand.polyline(
            [
                mouth + across * half,
                bottom + across * half,
                bottom - across * half,
                mouth - across * half,
            ]
        )
        hand.line(bottom, b, exact_ends=True, lift=False)

    band = [a - across * half, b - across * half, b + across * half, a + across * half]
    return plan.add("damper", band, ink, name=name)


def pin(plan: Plan, tip: PointLike, size: float, *, name: str = "pin") -> Mark:
    """A triangle under a joint, its base hatched, a small circle at its tip."""
    t = np.asarray(tip, float)
    corners = t + np.array([[0, 0], [-0.6 * size, -size], [0.6 * size, -size]])
    wide = size * 0.3

    def ink(hand: Hand) -> None:
        hand.polygon(corners)
        hand.circle(t, 0.10)
        left, right = corners[1] - np.array([wide, 0]), corners[2] + np.array([wide, 0])
        hand.line(left, right)
        hand.hatch(left, right, DOWN, pitch=0.2, length=0.2, slant=-0.7)

    return plan.add("pin", corners, ink, name=name, closed=True, fixed=True)


def roller(plan: Plan, centre: PointLike, radius: float, *, name: str = "roller") -> Mark:
    return plan.add(
        "roller", ring(centre, radius), lambda h: h.circle(centre, radius), name=name, closed=True
    )


def load(
    plan: Plan, start: PointLike, end: PointLike, height: float, *, name: str = "load"
) -> Mark:
    """A comb of arrows that press down on a beam from `start` to `end`."""
    a, b = np.asarray(start, float), np.asarray(end, float)
    lift = np.array([0, height])
    count = max(4, int(np.hypot(*(b - a)) / 0.6))

    def ink(hand: Hand) -> None:
        hand.line(a + lift, b + lift, pen=ACCENT_PEN)
        for share in np.linspace(0, 1, count + 1):
            foot = a + (b - a) * share
            hand.line(foot + lift, foot, pen=ACCENT_PEN, exact_ends=True, lift=False)
            arrowhead(hand, foot, DOWN, 0.2, ACCENT_PEN)

    return plan.add("load", [a, b, b + lift, a + lift], ink, name=name)
