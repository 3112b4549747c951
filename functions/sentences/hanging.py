"""What hangs: columns under one ceiling, each as deep as its rods, ropes and springs are long."""

from __future__ import annotations

import math
from collections.abc import Sequence

from scenes import geometry as geo
from scenes.geometry import Vec

from .build import Builder
from .description import FIXED_KINDS, Description, Link
from .sizes import Spot

_GAP_M = 0.4
_SPREAD = math.radians(30)
"""Lean of two ropes that share one load."""
_LENGTH_M = 1.0
_FREE_M = 0.3
"""Between the floor and the lowest that anything comes."""


class Hanging:
    """Hangs one description's things. `done` are the links whose ends are placed."""

    def __init__(
        self,
        description: Description,
        spots: dict[str, Spot],
        builder: Builder,
        gravity: float,
    ) -> None:
        self.links = description.links
        self.spots = spots
        self.builder = builder
        self.gravity = gravity
        self.done: set[str] = set()
        self._hung: list[Spot] = []
        self._below: set[str] = set()

    def place(self, row_end: float) -> float:
        """Hang all that a ceiling holds, right of `row_end`; where the row goes on."""
        tops = [self._downwards(link) for link in self.links if self._ceiling_of(link)]
        if not tops:
            return row_end
        left = row_end + (_GAP_M if row_end else 0.0)
        cursor, deepest = left, 0.0
        for name in dict.fromkeys(link.b for link in tops):
            body = self.spots[name]
            if body.position is not None:
                continue  # it hangs under another one, too
            column = [link for link in tops if link.b == name]
            neighbour = self.spots.get(body.thing.beside or "")
            if neighbour is not None and neighbour in self._hung:
                gap = body.thing.gap_m or 0.0
                x = (
                    self._column_x.get(neighbour.id, neighbour.at[0])
                    + neighbour.half_width
                    + gap
                    + body.half_width
                )
            else:
                x = cursor + self._span(column) + body.half_width
            self._column_x[name] = x
            self._hang_column(column, body, x)
            deepest = max(deepest, self._depth(column, body))
            cursor = max(cursor, x + self._span(column) + body.half_width + _GAP_M)
        tops = [link for link in tops if link.id in self.builder.anchors]
        self._lift(deepest + _FREE_M, tops, left, cursor - _GAP_M)
        return cursor

    def place_below(self) -> set[str]:
        """The links that were hung from bodies outside of any ceiling's column."""
        return self._below

    def hang_below(self, link: Link) -> None:
        """Hang a body under another one that has its place."""
        holder, body = self.spots[link.a], self.spots[link.b]
        top = geo.sub(holder.at, (0.0, self._hook(holder, link)))
        self._hang_one(link, body, top, math.radians(link.lean_deg or 0.0))
        self._below.add(link.id)
        self.done.add(link.id)
        self._hang_on(body)

    # Columns.

    @property
    def _column_x(self) -> dict[str, float]:
        return self.builder.columns

    def _ceiling_of(self, link: Link) -> bool:
        ends = (self.spots[link.a], self.spots[link.b])
        return not link.over and any(end.thing.kind == "ceiling" for end in ends)

    def _downwards(self, link: Link) -> Link:
        if self.spots[link.b].thing.kind == "ceiling":
            link.a, link.b = link.b, link.a
        return link

    def _hang_column(self, column: Sequence[Link], body: Spot, x: float) -> None:
        pliant = [link for link in column if link.kind in {"spring", "damper"}]
        if len(column) == 1:
            self._hang_one(column[0], body, (x, 0.0), math.radians(column[0].lean_deg or 0.0))
        elif len(pliant) == len(column):
            self._hang_side_by_side(column, body, x)
        else:
            self._hang_spread(column, body, x)
        self._hung.append(body)
        self._hang_on(body)

    def _hang_one(self, link: Link, body: Spot, top: Vec, lean: float) -> None:
        reach = self._length(link, body) + self._hook(body, link)
        down = (math.sin(lean), -math.cos(lean))
        body.position = geo.add(top, geo.scale(down, reach))
        end = geo.sub(body.at, geo.scale(down, self._hook(body, link)))
        if body.thing.kind == "rod":
            body.angle = lean - math.pi / 2
            body.position = geo.add(top, geo.scale(down, body.width / 2))
            end = top
        self.builder.anchors[link.id] = (top, end)
        self.done.add(link.id)

    def _hang_side_by_side(self, column: Sequence[Link], body: Spot, x: float) -> None:
        """Springs and dampers in parallel: all plumb, spread over the body's width."""
        reach = max(self._length(link, body) for link in column)
        hook = self._hook(body, column[0])
        body.position = (x, -reach - hook)
        for index, link in enumerate(column):
            offset = ((index + 0.5) / len(column) - 0.5) * 1.2 * body.half_width
            ends = ((x + offset, 0.0), (x + offset, -reach))
            self.builder.anchors[link.id] = ends
            self.done.add(link.id)
        self.builder.guide(body, turns=False)

    def _hang_spread(self, column: Sequence[Link], body: Spot, x: float) -> None:
        """Ropes that share a load: fanned out over twice the spread."""
        longest = max(self._length(link, body) for link in column)
        said = [abs(link.lean_deg) for link in column if link.lean_deg]
        spread = math.radians(said[0]) if said else _SPREAD
        body.position = (x, -longest * math.cos(spread))
        for index, link in enumerate(column):
            part = index / (len(column) - 1)
            lean = (2 * part - 1) * spread
            top = (x + body.at[1] * -math.tan(lean), 0.0)
            self.builder.anchors[link.id] = (top, body.at)
            self.done.add(link.id)

    def _hang_on(self, body: Spot) -> None:
        """All that hangs under a body that is hung."""
        for link in self.links:
            if link.id in self.done or link.over or body.id not in (link.a, link.b):
                continue
            other = self.spots[link.b if link.a == body.id else link.a]
            held = other.thing.on or other.thing.kind in FIXED_KINDS
            if other.position is not None or held:
                continue
            for twin in self.links:
                if {twin.a, twin.b} == {body.id, other.id} and not twin.over:
                    twin.a, twin.b, twin.hangs = body.id, other.id, True
            lean = link.lean_deg
            if lean is None:
                lean = next((a.lean_deg for a in self.links if a.b == body.id and a.lean_deg), 0.0)
            top = geo.sub(body.at, (0.0, self._hook(body, link)))
            self._hang_one(link, other, top, math.radians(lean))
            self._hung.append(other)
            self._hang_on(other)

    def _length(self, link: Link, body: Spot) -> float:
        """How long it is at the start; a displacement is from where the load would hang still."""
        length = link.length_m or _LENGTH_M
        if link.kind != "spring" or link.stretch_m is None:
            return length
        beside = [
            other.stiffness_n_m or self.builder.default_stiffness(link)
            for other in self.links
            if other.kind == "spring" and {other.a, other.b} == {link.a, link.b}
        ]
        sag = self._load_kg(body) * self.gravity / sum(beside)
        return max(length + sag + link.stretch_m, 0.05)

    def _load_kg(self, body: Spot) -> float:
        below = [link for link in self.links if link.hangs and link.a == body.id]
        return body.mass + sum(self._load_kg(self.spots[link.b]) for link in below)

    @staticmethod
    def _hook(body: Spot, link: Link) -> float:
        """How far above its centre it is hooked on: rods and ropes hold a ball at its centre, where
        a pendulum's length is measured to; springs hold all at their rim."""
        round_ = body.thing.kind in {"ball", "wheel", "knot"}
        swings = bool(link.lean_deg or body.thing.speed_m_s)
        if link.kind == "rod" or (link.kind == "rope" and (round_ or swings)):
            return 0.0
        return 0.0 if body.thing.kind == "knot" else body.half_height

    def _span(self, column: Sequence[Link]) -> float:
        """How far to either side a column reaches."""
        if any(link.lean_deg for link in column) or len(column) > 1:
            return max(
                (link.length_m or _LENGTH_M) * math.sin(math.radians(abs(link.lean_deg or 30.0)))
                for link in column
            )
        return 0.0

    def _depth(self, column: Sequence[Link], body: Spot) -> float:
        """The lowest that anything in the column comes: swung straight down, sprung far out."""
        depth = sum(self._length(link, self.spots[link.b]) for link in column) / len(column)
        depth += self._hook(body, column[0]) + body.half_height
        stiffness = sum(
            link.stiffness_n_m or self.builder.default_stiffness(link)
            for link in column
            if link.kind == "spring"
        )
        if stiffness:
            depth += 2 * self._load_kg(body) * abs(self.gravity) / stiffness
        below = [link for link in self.links if link.hangs and link.a == body.id]
        return depth + sum(self._depth([link], self.spots[link.b]) for link in below)

    def _lift(self, by: float, tops: Sequence[Link], left: float, right: float) -> None:
        """All was hung from z = 0; lift it to where it clears the floor."""
        up = (0.0, by)
        for spot in self._hung:
            spot.position = geo.add(spot.at, up)
        for name in self.done:
            a, b = self.builder.anchors[name]
            self.builder.anchors[name] = (geo.add(a, up), geo.add(b, up))
        for ceiling in {link.a: self.spots[link.a] for link in tops}.values():
            ends = [self.builder.anchors[link.id][0][0] for link in tops if link.a == ceiling.id]
            low, high = min(*ends, left), max(*ends, right)
            ceiling.width = max(ceiling.thing.width_m or 0.0, high - low, 0.4)
            ceiling.position = ((low + high) / 2, by + ceiling.height / 2)
