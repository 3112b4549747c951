"""Marks and writing put together: what touches, what holds what, which label means which mark."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

import numpy as np

from .analysis import Analysis, Box, Connection, ConnectionKind, MarkKind, Point, Shape, Warning
from .fitting import fit_circle
from .geometry import gap, mark_distance
from .grid import Grid
from .labels.binding import bind
from .labels.read_text import ReadText
from .mark import FIXED, Mark, Marks
from .page import Points
from .version import READER_VERSION

SOLID: frozenset[MarkKind] = frozenset(
    {"ball", "box", "polygon", "ramp", "ground", "support", "wheel"}
)
BODIES: frozenset[MarkKind] = frozenset({"ball", "box", "polygon", "wheel", "pulley"})
HOLDS: frozenset[MarkKind] = SOLID | {"pulley"}
JOINTS: frozenset[MarkKind] = frozenset({"pivot", "pin", "roller"})
KNOTTED: frozenset[MarkKind] = frozenset({"spring", "damper", "rope"})
"""Lines that may meet at a dot in the air."""
TIES: dict[MarkKind, ConnectionKind] = {
    "rod": "hinge",
    "spring": "spring",
    "rope": "rope",
    "damper": "damper",
}
HINGED: frozenset[MarkKind] = frozenset({"box", "polygon", "rod"})
"""What wheels, pins and rollers carry."""
TURNED: frozenset[MarkKind] = frozenset({"pivot", "pin", "wheel", "pulley", "ball", "box"})
TOUCH_STROKES = 2.5
TOUCH_SHARE = 0.008
"""Marks this close touch: in stroke widths, and as a share of the picture's diagonal."""
ROPES = frozenset({"rope", "string"})
"""Words that make a line a rope."""
REACH_SHARE = 0.06
"""A line ends at a mark if it stops short of it by less than this share of its length."""
DOUBTFUL = 0.62
"""Marks below this confidence are named in a warning."""


def relate(marks: Marks, texts: Sequence[ReadText], *, sketch_id: str = "") -> Analysis:
    """The analysis of a page, from its marks and its writing.

    `metres_per_pixel` is the default of the sketch language, 4 m over the picture's width; building
    the scene corrects it by the labels.
    """
    shapes = tuple(_shape(marks, mark, f"s{place}") for place, mark in enumerate(marks.marks, 1))
    binding = bind(texts, shapes)
    called = {text.attached_to for text in binding.texts if text.name in ROPES}
    marks = replace(marks, marks=tuple(_called(shapes, marks, called)))
    shapes = tuple(
        replace(shape, kind=mark.kind) for shape, mark in zip(shapes, marks.marks, strict=True)
    )
    grid = _grid(marks)
    joins = [
        *_ties(marks, grid),
        *_passes(marks, grid),
        *_turning(marks, grid),
        *_contacts(marks, grid),
        *_actions(marks),
    ]
    connections = tuple(
        Connection(
            id=f"c{place}",
            kind=kind,
            a=shapes[a].id,
            b=shapes[b].id,
            via=None if via is None else shapes[via].id,
            at=_point(marks, at),
        )
        for place, (kind, a, b, via, at) in enumerate(joins, 1)
    )
    return Analysis(
        sketch_id=sketch_id,
        width=marks.width,
        height=marks.height,
        metres_per_pixel=4.0 / marks.width,
        shapes=shapes,
        texts=binding.texts,
        connections=connections,
        warnings=(*marks.warnings, *_doubts(shapes, marks), *binding.warnings),
        rectify=marks.rectify,
        sheet_width=marks.sheet_width,
        reader=READER_VERSION,
    )


def _called(
    shapes: Sequence[Shape], marks: Marks, called: Collection[str | None]
) -> Iterator[Mark]:
    """The marks, with the lines that are called ropes made such."""
    for shape, mark in zip(shapes, marks.marks, strict=True):
        rope = mark.kind == "rod" and shape.id in called
        yield replace(mark, kind="rope", instead="rod") if rope else mark


_Join = tuple[ConnectionKind, int, int, int | None, Points]


def _shape(marks: Marks, mark: Mark, name: str) -> Shape:
    outline = marks.to_image(mark.outline)
    low, high = outline.min(axis=0), outline.max(axis=0)
    center = marks.to_image(mark.center[None])[0]
    solid = None
    if mark.solid is not None:
        moved = marks.to_image(np.stack([mark.center, mark.center + mark.solid]))
        step = moved[1] - moved[0]
        step /= np.hypot(*step)
        solid = (float(step[0]), float(step[1]))
    return Shape(
        id=name,
        kind=mark.kind,
        confidence=round(mark.confidence, 3),
        center=(round(float(center[0]), 2), round(float(center[1]), 2)),
        bbox=_box(low, high),
        polygon=tuple((round(float(x), 2), round(float(y), 2)) for x, y in outline),
        angle=_angle(mark),
        fixed=mark.kind in FIXED,
        solid=solid,
    )


def _angle(mark: Mark) -> float:
    """Degrees counter-clockwise from level: of a box's flattest side, of a line from end to end."""
    if mark.radius is not None:
        return 0.0
    if mark.kind == "box":
        step = mark.outline[1] - mark.outline[0]
        return round(float((np.degrees(np.arctan2(-step[1], step[0])) + 45) % 90 - 45), 2)
    if mark.closed or mark.kind == "dimension":
        return 0.0
    first, last = mark.ends
    return round(float(np.degrees(np.arctan2(first[1] - last[1], last[0] - first[0]))), 2)


def _box(low: Points, high: Points) -> Box:
    x, y, width, height = (round(float(value), 2) for value in (*low, *(high - low)))
    return (x, y, width, height)


def _point(marks: Marks, at: Points) -> Point:
    x, y = marks.to_image(at[None])[0]
    return (round(float(x), 2), round(float(y), 2))


def _ties(marks: Marks, grid: Grid[int]) -> Iterator[_Join]:
    """What each rod, spring, rope and damper joins."""
    for number, mark in enumerate(marks.marks):
        kind = TIES.get(mark.kind)
        if kind is None:
            continue
        first_end, last_end = mark.ends
        length = math.dist(last_end, first_end)
        if mark.kind == "rope":
            length = float(np.hypot(*np.diff(mark.outline, axis=0).T).sum())
        reach = max(_touch(marks), REACH_SHARE * length)
        held: list[int | None] = []
        for end in mark.ends:
            near = [
                (mark_distance(marks.marks[other], end), other)
                for other in grid.near(end, end, reach)
                if marks.marks[other].kind in HOLDS and other not in held
            ]
            if mark.kind in KNOTTED and not any(away < reach for away, _ in near):
                near = [
                    (mark_distance(marks.marks[other], end), other)
                    for other in grid.near(end, end, reach)
                    if marks.marks[other].kind in JOINTS and other not in held
                ]
            best = min(near, default=None)
            held.append(best[1] if best is not None and best[0] < reach else None)
        first, second = held
        if first is None or second is None:
            continue
        if marks.marks[second].kind in FIXED and marks.marks[first].kind not in FIXED:
            first, second = second, first
        at = mark.ends[0] if first == held[0] else mark.ends[1]
        if mark.kind == "rod" and not _hinged(marks, first, second):
            kind = "weld"
        yield (kind, first, second, number, at)


def _hinged(marks: Marks, *ends: int) -> bool:
    """Whether a rod turns where it is held: at a support, or about a ball's centre."""
    return any(marks.marks[end].kind in ("support", "ground", "ball", "wheel") for end in ends)


def _passes(marks: Marks, grid: Grid[int]) -> Iterator[_Join]:
    """The pulleys that each rope runs over."""
    for number, rope in enumerate(marks.marks):
        if rope.kind != "rope" or len(rope.outline) < 3:
            continue
        for other in grid.near(rope.outline.min(axis=0), rope.outline.max(axis=0)):
            pulley = marks.marks[other]
            if pulley.kind not in ("pulley", "wheel") or pulley.radius is None:
                continue
            within = 0.2 * pulley.radius + _touch(marks)
            away = np.hypot(*(rope.outline[1:-1] - pulley.center).T) - pulley.radius
            if float(np.abs(away).min()) < within:
                yield ("over", number, other, None, pulley.center)


def _turning(marks: Marks, grid: Grid[int]) -> Iterator[_Join]:
    """What wheels, pins and rollers are hinged to, and rollers stand on."""
    touch = _touch(marks)
    for number, mark in enumerate(marks.marks):
        if mark.kind not in ("wheel", "pin", "roller"):
            continue
        at = mark.outline[0] if mark.kind == "pin" else mark.center
        reach = touch + (0.0 if mark.kind == "pin" else mark.radius or 0.0)
        near = [
            (mark_distance(marks.marks[other], at), other)
            for other in grid.near(at, at, reach)
            if other != number and marks.marks[other].kind in HINGED
        ]
        best = min(near, default=None)
        if best is not None and best[0] < reach:
            a, b = (number, best[1]) if mark.kind == "pin" else (best[1], number)
            yield ("hinge", a, b, None, at)
        if mark.kind != "roller":
            continue
        for other in grid.near(at, at, reach):
            if marks.marks[other].kind in FIXED and gap(mark, marks.marks[other]) < touch:
                yield ("contact", other, number, None, _between(mark, marks.marks[other]))


def _contacts(marks: Marks, grid: Grid[int]) -> Iterator[_Join]:
    """Solid marks that touch, each pair once, by neighbourhood."""
    touch = _touch(marks)
    for first, mark in enumerate(marks.marks):
        if mark.kind not in SOLID:
            continue
        low, high = mark.outline.min(axis=0), mark.outline.max(axis=0)
        for second in grid.near(low, high, touch):
            other = marks.marks[second]
            if second <= first or other.kind not in SOLID:
                continue
            if {mark.kind, other.kind} <= FIXED and {mark.kind, other.kind} != {"ground", "ramp"}:
                continue
            if "wheel" in (mark.kind, other.kind) and {mark.kind, other.kind} & HINGED:
                continue
            if gap(mark, other) < touch:
                a, b = (second, first) if _under(other, mark) else (first, second)
                yield ("contact", a, b, None, _between(mark, other))


def _actions(marks: Marks) -> Iterator[_Join]:
    """The body that each arrow starts from, points at or stands beside."""
    bodies = [n for n, mark in enumerate(marks.marks) if mark.kind in BODIES]
    ropes = [n for n, mark in enumerate(marks.marks) if mark.kind == "rope"]
    for number, mark in enumerate(marks.marks):
        if mark.kind == "load":
            beams = [(gap(mark, marks.marks[body]), body) for body in bodies]
            beam = min(beams, default=None)
            if beam is not None and beam[0] < 2 * _touch(marks):
                yield ("acts_on", number, beam[1], None, mark.center)
        if mark.kind == "arc_arrow":
            turned = _turned(marks, mark)
            if turned is not None:
                yield ("acts_on", number, turned, None, marks.marks[turned].center)
        if mark.kind != "arrow":
            continue
        tail, tip = mark.ends
        length = math.dist(tip, tail)
        near = [
            (min(mark_distance(marks.marks[body], point) for point in (tail, tip)), body)
            for body in bodies
        ]
        pulled = [(math.dist(end, tail), rope) for rope in ropes for end in marks.marks[rope].ends]
        best = min(near, default=None)
        taut = min(pulled, default=None)
        if taut is not None and taut[0] < _touch(marks) and (best is None or taut[0] < best[0]):
            yield ("acts_on", number, taut[1], None, tail)
        elif best is not None and best[0] < length:
            yield ("acts_on", number, best[1], None, tail)


def _turned(marks: Marks, arc: Mark) -> int | None:
    """What a curved arrow goes round: the joint or wheel nearest to its centre."""
    center, radius, _ = fit_circle(arc.outline)
    near = [
        (math.dist(mark.center, center) / (1.0 if mark.kind in JOINTS else 0.8), place)
        for place, mark in enumerate(marks.marks)
        if mark.kind in TURNED
    ]
    best = min(near, default=None)
    return best[1] if best is not None and best[0] < 0.8 * radius + _touch(marks) else None


def _under(one: Mark, other: Mark) -> bool:
    """Whether `one` carries `other`: what is fixed carries, else what is lower."""
    order = ("ground", "support", "ramp")
    ranks = [order.index(m.kind) if m.kind in order else len(order) for m in (one, other)]
    if ranks[0] != ranks[1]:
        return ranks[0] < ranks[1]
    return float(one.center[1]) > float(other.center[1])


def _between(one: Mark, other: Mark) -> Points:
    """About where two marks touch: the middle of the points of either that are nearest."""
    near = sorted(
        [(mark_distance(other, point), *point) for point in one.outline]
        + [(mark_distance(one, point), *point) for point in other.outline]
    )[:2]
    middle: Points = np.array([found[1:] for found in near], dtype=np.float64).mean(axis=0)
    return middle


def _grid(marks: Marks) -> Grid[int]:
    """The marks' numbers by the boxes around them."""
    spans = [np.ptp(mark.outline, axis=0).max() for mark in marks.marks]
    grid: Grid[int] = Grid(float(np.median(spans)) if spans else 1.0)
    for number, mark in enumerate(marks.marks):
        grid.add(mark.outline.min(axis=0), mark.outline.max(axis=0), number)
    return grid


def _touch(marks: Marks) -> float:
    diagonal = float(np.hypot(marks.width, marks.height))
    return max(TOUCH_STROKES * marks.stroke_width, TOUCH_SHARE * diagonal)


def _doubts(shapes: Sequence[Shape], marks: Marks) -> Iterator[Warning]:
    for shape, mark in zip(shapes, marks.marks, strict=True):
        if mark.confidence < DOUBTFUL:
            other = f" or a {mark.instead}" if mark.instead else ""
            yield Warning(
                "DOUBTFUL_MARK",
                f"{shape.id} was taken for a {shape.kind}.",
                bbox=shape.bbox,
                suggestion=f"Is it a {shape.kind}{other}? Correct its kind if not.",
                mark=shape.id,
                correction={"shapes": {shape.id: {"kind": mark.instead}}} if mark.instead else None,
            )
