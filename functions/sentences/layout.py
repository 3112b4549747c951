"""A description becomes a scene: every thing gets its place, as a textbook would draw it.

The floor is z = 0. What stands on it is set in a row from left to right; what hangs is hung in
columns under one ceiling, clear of the row; ramps fall off to the right. Lengths, heights and
angles that were said hold exactly.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from scenes import geometry as geo
from scenes.errors import NothingMoves
from scenes.geometry import Vec
from scenes.scene import DEFAULT_DURATION_S, STANDARD_GRAVITY_M_S2, Scene

from .build import Builder
from .description import FIXED_KINDS, MOVING_KINDS, Description, Link
from .errors import DescriptionRefused
from .hanging import Hanging
from .sizes import Spot, size_up

_GAP_M = 0.3
_RUN_UP_M = 1.0
"""Between what moves and what stands in its way."""
_TABLE_REACH_M = 0.8
_CLEAR_PART = 0.87
"""Of the distance between two ropes: what hangs from them may take that much."""


def lay_out(
    description: Description, *, duration_s: float | None = None, gravity: float | None = None
) -> Scene:
    """The scene that a description means.

    Args:
        description: what was said.
        duration_s: how long to simulate; wins over what was said.
        gravity: m/s² downwards; wins over what was said.

    Raises:
        NothingMoves: everything in it is fixed.
        DescriptionRefused: things that stand on one another in a circle, a rope over what is no
            pulley.
        scenes.errors.BadScene: a number that no scene can hold.
    """
    if not any(thing.kind in MOVING_KINDS and not thing.fixed for thing in description.things):
        raise NothingMoves(
            "Nothing that was said can move.",
            suggestion="Name a body, such as a ball, a box or a cart.",
        )
    world = description.world
    down = gravity if gravity is not None else world.gravity_m_s2
    down = STANDARD_GRAVITY_M_S2 if down is None else down
    # Laying out notes on the things where they came to stand: the caller's stay as they are.
    layout = Layout(description.model_copy(deep=True), down)
    layout.place_all()
    lasts = duration_s or world.duration_s or DEFAULT_DURATION_S
    return layout.builder.scene((0.0, -down), lasts)


class Layout:
    """Places one description's things and hands their parts to the builder."""

    def __init__(self, description: Description, gravity: float) -> None:
        self.description = description
        self.gravity = gravity
        self.spots = size_up(description)
        self.builder = Builder(description, self.spots)
        self.hanging = Hanging(description, self.spots, self.builder, gravity)
        self.row_end = 0.0
        self._placing: list[str] = []
        self._linked: set[str] = set()

    def place_all(self) -> None:
        """Ropes over pulleys first, then what hangs, then the row with all that stands on it."""
        links = self.description.links
        self._check_hanging()
        for link in links:
            if link.over:
                self._place_over(link)
        self.row_end = self.hanging.place(self.row_end)
        self._linked |= self.hanging.done
        for link in links:
            if not link.hangs and link.id not in self._linked:
                self._place_linked(link)
        for spot in self.spots.values():
            self.place(spot)
        self._linked |= self.hanging.place_below()
        self._raise_ceilings()
        for spot in self.spots.values():
            self.builder.add(spot, moving=self._velocity(spot), rests=self._rests(spot))
        for link in links:
            if link.id not in self.builder.written:
                self.builder.join(link)

    def _raise_ceilings(self) -> None:
        """A ceiling from which nothing hangs that has no other place goes above all."""
        used = {name for link in self.description.links for name in (link.a, link.b)}
        tops = [spot.at[1] + spot.half_height for spot in self.spots.values() if spot.position]
        for spot in self.spots.values():
            if spot.thing.kind == "ceiling" and spot.position is None and spot.id in used:
                spot.position = (self.row_end / 2, max(tops, default=0.0) + 1.0)

    def _check_hanging(self) -> None:
        """What hangs must not hang from itself, by however many others."""
        holders: dict[str, set[str]] = {}
        for link in self.description.links:
            if link.a == link.b:
                raise DescriptionRefused(f"{link.id} joins {link.a} to itself.")
            if link.hangs:
                holders.setdefault(link.b, set()).add(link.a)
        for name in holders:
            above, seen = set(holders[name]), set[str]()
            while above:
                if name in above:
                    raise DescriptionRefused(f"{name} would hang from itself.")
                seen |= above
                above = {up for one in above for up in holders.get(one, set())} - seen

    # One thing.

    def place(self, spot: Spot) -> None:
        """Give a thing its place, after all that it stands on or beside."""
        if spot.position is not None or spot.thing.kind == "ceiling":
            return
        if spot.id in self._placing:
            circle = ", ".join(self._placing)
            raise DescriptionRefused(f"These things hold one another up in a circle: {circle}.")
        self._placing.append(spot.id)
        thing = spot.thing
        kinds = {self.spots[name].thing.kind for name in thing.on}
        if any(link.hangs and link.b == spot.id for link in self.description.links):
            self._hang_later(spot)
        elif thing.kind == "floor":
            spot.position = (0.0, 0.0)
        elif thing.kind == "ramp":
            self._place_ramp(spot)
        elif len(thing.on) > 1:
            self._place_bridge(spot)
        elif kinds - {"floor"}:
            self._place_on(spot, self.spots[thing.on[0]])
        elif thing.beside is not None:
            self._place_beside(spot, self.spots[thing.beside])
        else:
            self._place_in_row(spot)
        self._placing.pop()

    def _hang_later(self, spot: Spot) -> None:
        """What hangs from a body that moves is hung once that body has its place."""
        link = next(link for link in self.description.links if link.hangs and link.b == spot.id)
        self.place(self.spots[link.a])
        self.hanging.hang_below(link)

    def _place_in_row(self, spot: Spot) -> None:
        gap = _RUN_UP_M if spot.thing.speed_m_s else _GAP_M
        x = self.row_end + gap + spot.half_width if self.row_end else spot.half_width
        spot.position = (x, self._height(spot) + spot.half_height + spot.clearance)
        if spot.thing.kind == "rod":
            spot.angle = math.radians(spot.thing.angle_deg or 0.0)
            spot.position = (x, self._height(spot) + spot.width)
        run_up = _RUN_UP_M - _GAP_M if spot.thing.speed_m_s else 0.0
        self.row_end = x + spot.half_width + run_up

    def _height(self, spot: Spot) -> float:
        """How high its lowest point is."""
        thing = spot.thing
        if thing.above_ground_m is not None:
            return thing.above_ground_m
        if thing.kind == "pulley" or (thing.kind == "wheel" and thing.motor_rad_s is not None):
            return 1.0
        return 0.0

    def _place_beside(self, spot: Spot, other: Spot) -> None:
        self.place(other)
        thing = spot.thing
        gap = thing.gap_m
        if gap is None:
            moves = thing.speed_m_s or other.thing.speed_m_s
            gap = _RUN_UP_M if moves else _GAP_M
        if other.thing.on and not thing.on:
            thing.on = list(other.thing.on)
        x = other.at[0] + other.half_width + gap + spot.half_width
        base = other.at[1] - other.half_height - other.clearance
        if thing.above_ground_m is not None:
            base = thing.above_ground_m
        spot.position = (x, base + spot.half_height + spot.clearance)
        self.row_end = max(self.row_end, x + spot.half_width)

    def _place_ramp(self, ramp: Spot) -> None:
        base = 0.0
        for name in ramp.thing.on:
            under = self.spots[name]
            if under.thing.kind == "table":
                self.place(under)
                base = under.at[1] + under.half_height
        x = self.row_end + (_GAP_M + 1.0 if self.row_end else 0.0)
        ramp.position = (x, base)
        self.row_end = x + ramp.width

    # On something.

    def _place_on(self, spot: Spot, under: Spot) -> None:
        self.place(under)
        if under.thing.kind == "ramp":
            self._place_on_ramp(spot, under)
            return
        if under.thing.kind == "rod":
            along = spot.thing.at_m
            along = under.width / 2 if along is None else along
            spot.position = under.place(along, 0.0)
            return
        if under.thing.kind == "fulcrum":
            pivot = spot.thing.pivot_m or 0.0
            top = under.at[1] + under.half_height
            spot.angle = math.radians(spot.thing.angle_deg or 0.0)
            spot.position = geo.add((under.at[0], top), geo.turn((-pivot, 0.0), spot.angle))
            self.row_end = max(self.row_end, spot.at[0] + spot.half_width)
            self._clear_left(spot)
            return
        along = self._along(spot, under)
        spot.angle = under.angle
        above = under.half_height + spot.half_height + spot.clearance
        spot.position = under.place(along, above)
        if spot.thing.above_ground_m is not None:
            # It falls on it from there.
            height = max(spot.thing.above_ground_m + spot.half_height, spot.at[1])
            spot.position = (spot.at[0], height)

    def _along(self, spot: Spot, under: Spot) -> float:
        """Where on a table, plank or box, from its middle."""
        at = spot.thing.at_m
        if under.thing.kind == "table":
            beyond = _TABLE_REACH_M if at is None else at
            taken = [
                other.at[0] - other.half_width
                for other in self.spots.values()
                if under.id in other.thing.on and other.position is not None and other is not spot
            ]
            edge = under.width / 2 - max(beyond, spot.half_width)
            if taken and at is None:
                edge = min(edge, min(taken) - under.at[0] - _GAP_M - spot.half_width)
            return edge
        if at is not None:
            return at
        others = [
            other
            for other in self.spots.values()
            if under.id in other.thing.on and other is not spot and other.thing.at_m is None
        ]
        if not others:
            return 0.0
        # Several share the top, in the order in which they were named.
        ids = [name for name in self.spots if name == spot.id or self.spots[name] in others]
        part = (ids.index(spot.id) + 0.5) / len(ids)
        return (part - 0.5) * under.width

    def _place_on_ramp(self, spot: Spot, ramp: Spot) -> None:
        """Near the top to come down, near the foot to go up; `at_m` is from the foot."""
        length = math.hypot(ramp.width, ramp.height)
        thing = spot.thing
        if thing.at_m is not None:
            along = thing.at_m
        else:
            up = thing.heading == "up" and thing.speed_m_s
            ends = 0.05 * length + spot.half_width
            along = ends if up else length - ends
            along -= sum(
                2 * other.half_width + 0.1
                for other in self.spots.values()
                if ramp.id in other.thing.on and other.position is not None
            )
        self._set_on_slope(spot, ramp, along)

    @staticmethod
    def _set_on_slope(spot: Spot, ramp: Spot, along: float) -> None:
        foot = (ramp.at[0] + ramp.width, ramp.at[1])
        spot.angle = -ramp.angle
        up_slope = (-math.cos(ramp.angle), math.sin(ramp.angle))
        normal = (math.sin(ramp.angle), math.cos(ramp.angle))
        above = spot.half_height + spot.clearance
        spot.position = geo.add(foot, geo.add(geo.scale(up_slope, along), geo.scale(normal, above)))

    def _place_bridge(self, spot: Spot) -> None:
        """A plank across what holds it: the piers stand under its ends."""
        piers = [self.spots[name] for name in spot.thing.on]
        left = self.row_end + (_GAP_M if self.row_end else 0.0)
        inset = max(pier.half_width for pier in piers) + 0.02 * spot.width
        step = (spot.width - 2 * inset) / (len(piers) - 1)
        for index, pier in enumerate(piers):
            if pier.position is None:
                x = left + inset + index * step
                pier.position = (x, pier.half_height + pier.clearance)
        top = max(pier.at[1] + pier.half_height for pier in piers)
        middle = sum(pier.at[0] for pier in piers) / len(piers)
        spot.position = (middle, top + spot.half_height)
        self.row_end = max(self.row_end, middle + spot.half_width)

    def _clear_left(self, plank: Spot) -> None:
        """Shift a lever and its fulcrum right, clear of what stands to the left."""
        reach = plank.at[0] - plank.half_width
        under = self.spots[plank.thing.on[0]]
        before = under.at[0] - under.half_width - _GAP_M
        if before > 0 and reach < before:
            by = before - reach
            for spot in (plank, under):
                spot.position = geo.add(spot.at, (by, 0.0))
            self.row_end += by

    # Joined along the ground, or over pulleys.

    def _place_linked(self, link: Link) -> None:
        """Side by side at the link's length; from a floor, upwards; on a slope, along it."""
        a, b = self.spots[link.a], self.spots[link.b]
        if b.thing.kind in {"wall", "floor", "ceiling", "ramp"} or (
            b.position is not None and a.position is None
        ):
            a, b = b, a
        length = (link.length_m or 1.0) + (link.stretch_m or 0.0)
        if a.thing.kind == "floor":
            self.place(a)
            self._stand_on_spring(link, b, length)
        elif a.thing.kind == "ramp":
            self.place(a)
            along = math.hypot(a.width, a.height) - length - b.half_width
            self._set_on_slope(b, a, max(along, b.half_width))
            b.thing.on = b.thing.on or [a.id]
        elif b.position is None:
            if a.position is None:
                self.place(a)
            if b.position is not None:
                return  # what it is tied to stands beside it
            b.thing.on = b.thing.on or [name for name in a.thing.on if a.thing.kind != "wall"]
            level = a.at[1] - a.half_height - a.clearance
            x = a.at[0] + a.half_width + length + b.half_width
            b.position = (x, level + b.half_height + b.clearance)
            self.row_end = max(self.row_end, x + b.half_width)
        elif a.position is None:
            self.place(a)
        elif a.thing.kind == "wall":
            pass
        else:
            self._linked.add(link.id)
        if a.thing.kind == "wall" and a.at[0] < 0:
            a.position = (0.0, a.at[1])

    def _stand_on_spring(self, link: Link, body: Spot, length: float) -> None:
        x = self.row_end + _GAP_M + body.half_width
        if body.position is None:
            body.position = (x, length + body.half_height)
        self.row_end = max(self.row_end, body.at[0] + body.half_width)
        self.builder.guide(body, turns=False)

    def _place_over(self, link: Link) -> None:
        """Two ends over a pulley: both hang, or one lies on a table or a slope."""
        pulleys = [self.spots[name] for name in link.over]
        if any(pulley.thing.kind != "pulley" for pulley in pulleys):
            raise DescriptionRefused("A rope runs over what is no pulley.")
        a, b = self.spots[link.a], self.spots[link.b]
        if link.pull_n is not None:
            a, b = (b, a) if a.thing.kind == "floor" else (a, b)
            if b.thing.kind != "floor" or a.thing.kind in FIXED_KINDS - {"ceiling"}:
                raise DescriptionRefused("A rope that is pulled goes from a load to the floor.")
        if link.pull_n is not None and a.thing.kind != "ceiling":
            self._place_pulled(link, pulleys, a)
            return
        if "ceiling" in (a.thing.kind, b.thing.kind):
            self._place_movable(link, pulleys, *((b, a) if b.thing.kind == "ceiling" else (a, b)))
            return
        if b.thing.on and not a.thing.on:
            a, b = b, a
        under = self.spots[a.thing.on[0]] if a.thing.on else None
        kind = under.thing.kind if under else "floor"
        if kind in {"table", "ramp"} and len(pulleys) > 1:
            raise DescriptionRefused(
                "A rope from a table or a slope can run over one pulley so far.",
                suggestion="Say 'over a pulley' once, or draw it.",
            )
        if under is not None and kind == "table":
            way = self._over_edge(pulleys[0], a, b, under)
            side = geo.unit((way, 1.0))
        elif under is not None and kind == "ramp":
            self._over_ridge(pulleys[0], a, b, under)
            angle = -under.angle
            side = geo.unit((-math.sin(angle) - 1.0, math.cos(angle)))
        else:
            self._atwood(pulleys, a, b)
            side = (0.0, 1.0)
        self.builder.string(link, pulleys, [side] * len(pulleys), first=a)
        self._linked.add(link.id)

    def _place_pulled(self, link: Link, pulleys: Sequence[Spot], load: Spot) -> None:
        """A load under the first of some pulleys, and a hand at the far side of the last. There is
        room for the load to sink or to rise by a metre."""
        for pulley in pulleys:
            pulley.radius = pulley.thing.radius_m or max(pulley.radius, 1.2 * load.half_width)
        lower = 2 * load.half_height + 1.0
        start = self.row_end + (_GAP_M if self.row_end else 0.0) + 2 * load.half_width
        x = start
        for pulley in pulleys:
            pulley.position = (x + pulley.radius, lower + 2.5)
            x += 2 * pulley.radius + _GAP_M
        load.position = (start, lower - load.half_height)
        hand = (pulleys[-1].at[0] + pulleys[-1].radius, lower)
        self.row_end = hand[0] + _GAP_M
        sides = [(0.0, 1.0)] * len(pulleys)
        self.builder.string(link, pulleys, sides, first=load, end=hand)
        self._linked.add(link.id)

    def _place_movable(
        self, link: Link, pulleys: Sequence[Spot], ceiling: Spot, weight: Spot
    ) -> None:
        """From the ceiling under the first pulley, which carries a load, and over the others to
        what hangs at the end; all of the rope is plumb. There is room for the load to sink a metre
        or to rise by half of what its counterweight sinks."""
        hung, *fixed = pulleys
        hook = next((k for k in self.description.links if k.hangs and k.a == hung.id), None)
        if hook is None or not fixed:
            raise DescriptionRefused(
                "A rope that hangs from the ceiling and runs over pulleys carries nothing.",
                suggestion="Say what the movable pulley carries, and what hangs at the end.",
            )
        load = self.spots[hook.b]
        for pulley in pulleys:
            beside = weight.half_width if link.pull_n is None else 0.0
            wanted = 1.15 * (load.half_width + beside) / 3
            pulley.radius = pulley.thing.radius_m or max(pulley.radius, wanted)
        level = 1.0 + 2 * load.half_height + (hook.length_m or 1.0) + hung.radius
        x = self.row_end + (_GAP_M if self.row_end else 0.0) + 2 * load.half_width
        start, top = x, level + 2.5
        hung.position = (x + hung.radius, level)
        x += 2 * hung.radius
        for pulley in fixed:
            pulley.position = (x + pulley.radius, top)
            x += 2 * pulley.radius + _GAP_M
        end = fixed[-1].at[0] + fixed[-1].radius
        hand = (end, level) if link.pull_n is not None else None
        if hand is None:
            weight.position = (end, level - weight.half_height)
        ceiling.position = ((start + end) / 2, top + 2 * fixed[0].radius + ceiling.height / 2)
        ceiling.width = max(ceiling.width, end - start + 2 * _GAP_M)
        self.row_end = end + (weight.half_width if hand is None else 0.0) + _GAP_M
        at = (start, ceiling.at[1] - ceiling.height / 2)
        sides = [(0.0, -1.0), *[(0.0, 1.0)] * len(fixed)]
        self.builder.string(link, pulleys, sides, first=ceiling, at=at, end=hand)
        self._linked.add(link.id)

    def _atwood(self, pulleys: Sequence[Spot], a: Spot, b: Spot) -> None:
        """Room for either to fall a metre and for the other to rise by what it gains; pulleys in a
        row, the ends under the outer rims of the first and the last."""
        for pulley in pulleys:
            pulley.radius = pulley.thing.radius_m or max(
                pulley.radius, 1.15 * (a.half_width + b.half_width) / 2
            )
        _fit_under(pulleys, a, b)
        lower = max(2 * a.half_height, 2 * b.half_height) + 1.0
        start = self.row_end + (_GAP_M if self.row_end else 0.0) + 2 * a.half_width
        x = start
        for pulley in pulleys:
            pulley.position = (x + pulley.radius, lower + 2.5)
            x += 2 * pulley.radius + _GAP_M
        a.position = (start, lower - a.half_height)
        b.position = (pulleys[-1].at[0] + pulleys[-1].radius, lower - b.half_height)
        self.row_end = b.at[0] + b.half_width + 0.3

    def _over_edge(self, pulley: Spot, block: Spot, weight: Spot, table: Spot) -> float:
        """A block on a table, a weight over its right edge, or over its left one if something hangs
        at the right one already; 1 or -1, the way that the rope leaves the table."""
        if block.position is not None:
            self._hang_at_edge(pulley, block, weight, table, -1.0)
            return -1.0
        both = sum(block.id in (link.a, link.b) for link in self.description.links if link.over) > 1
        if both:
            self.row_end += 2 * weight.half_width + 2 * _GAP_M
        if table.thing.width_m is None:
            table.width = 3.0 + (0.5 if both else 0.0)
        if table.thing.height_m is None:
            table.height = 1.5
        self.place(table)
        top, edge = table.at[1] + table.half_height, table.at[0] + table.half_width
        inset = table.half_width if both else 1.6 + block.half_width
        block.position = (edge - inset, top + block.half_height + block.clearance)
        self._hang_at_edge(pulley, block, weight, table, 1.0)
        self.row_end = max(self.row_end, weight.at[0] + weight.half_width)
        return 1.0

    @staticmethod
    def _hang_at_edge(pulley: Spot, block: Spot, weight: Spot, table: Spot, way: float) -> None:
        pulley.radius = pulley.thing.radius_m or 0.12
        edge = table.at[0] + way * table.half_width
        out = weight.half_width + 0.06 - pulley.radius
        pulley.position = (edge + way * out, block.at[1] - pulley.radius)
        weight.position = (
            pulley.at[0] + way * pulley.radius,
            pulley.at[1] - 0.35 - weight.half_height,
        )

    def _over_ridge(self, pulley: Spot, block: Spot, weight: Spot, ramp: Spot) -> None:
        """A block on a slope, a weight down the slope's upright side."""
        pulley.radius = pulley.thing.radius_m or 0.12
        self.row_end += 2 * weight.half_width + 0.3
        self.place(ramp)
        angle, radius = ramp.angle, pulley.radius
        apex = geo.add(ramp.at, (0.0, ramp.height))
        normal = (math.sin(angle), math.cos(angle))
        beyond = (block.half_height + block.clearance - radius) * math.sin(angle)
        along = (beyond - radius + weight.half_width + 0.06) / math.cos(angle)
        along = max(along, radius)
        hub = geo.add(apex, geo.scale((-math.cos(angle), math.sin(angle)), along))
        rise = block.half_height + block.clearance - radius
        pulley.position = geo.add(hub, geo.scale(normal, rise))
        length = math.hypot(ramp.width, ramp.height)
        at = block.thing.at_m if block.thing.at_m is not None else 0.45 * length
        self._set_on_slope(block, ramp, at)
        drop = min(0.5, 0.3 * ramp.height)
        hub_x, hub_z = pulley.at
        weight.position = (hub_x - radius, hub_z - drop - weight.half_height)

    # Motion at the start.

    def _rests(self, spot: Spot) -> bool:
        """Whether it lies on something, and so rolls if it is round."""
        thing = spot.thing
        if thing.above_ground_m or thing.launch_deg or self.gravity <= 0:
            return False
        return not any(spot.id in (link.a, link.b) for link in self.description.links)

    def _velocity(self, spot: Spot) -> Vec:
        thing = spot.thing
        if not thing.speed_m_s or spot.thing.kind not in MOVING_KINDS:
            return (0.0, 0.0)
        under = self.spots[thing.on[0]] if thing.on else None
        if under is not None and under.thing.kind == "ramp" and thing.launch_deg is None:
            uphill = thing.heading in {"up", "left"}
            angle = math.pi - under.angle if uphill else -under.angle
        elif thing.launch_deg is not None:
            angle = math.radians(thing.launch_deg)
            if thing.heading == "left":
                angle = math.pi - angle
        else:
            turns: dict[str | None, float] = {"left": math.pi, "up": math.pi / 2}
            angle = {**turns, "down": -math.pi / 2}.get(thing.heading, 0.0)
        return geo.scale(geo.direction(angle), thing.speed_m_s)


def _fit_under(pulleys: Sequence[Spot], a: Spot, b: Spot) -> None:
    """Narrow the boxes under a pulley of stated size, so that they pass one another."""
    apart = pulleys[0].radius + pulleys[-1].radius
    apart += sum(2 * pulley.radius + _GAP_M for pulley in pulleys[1:])
    factor = _CLEAR_PART * apart / (a.half_width + b.half_width)
    for spot in (a, b) if factor < 1 else ():
        if not spot.radius and spot.thing.width_m is None:
            spot.width, spot.height = factor * spot.width, factor * spot.height
