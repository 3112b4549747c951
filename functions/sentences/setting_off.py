"""What sets things going: slopes, throws, falls, collisions, motors, and springs that are not at
rest; and what is assumed where a sentence leaves that open."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

from scenes.touch import DEFAULT_FRICTION

from .description import Thing
from .groups import OPEN

if TYPE_CHECKING:
    from .grammar import Reader

_THROW_M_S = 8.0
_THROW_DEG = 45.0
_DROP_M = 2.0
_EDGE_GAP_M = 0.05
_BOUNCE = 0.8
_MEET_M_S = 2.0
_UPHILL_M_S = 4.0
_STRETCH_M = 0.1
_TURN_RAD_S = math.tau / 2


def slopes(reader: Reader) -> None:
    ramps = [t for t in reader.stock.things if t.kind == "ramp"]
    movers = [
        thing
        for group in reader.said("roll", "slide", "move", "stand", "release", "push")
        for thing in group.moving
    ]
    downhill = any(t.heading in {"down", "up"} for t in movers)
    if not ramps and downhill and any(not t.on for t in movers):
        ramps = [reader.stock.thing("ramp")]
        reader.assumed.append("A slope's angle was not said; 30° is taken.")
    kinds = {thing.id: thing.kind for thing in reader.stock.things}
    if ramps and not any(set(t.on) & {r.id for r in ramps} for t in reader.stock.things):
        for group in reader.bodies[:1]:
            for thing in group.moving:
                if not thing.on or kinds[thing.on[0]] in {"floor"}:
                    thing.on = [ramps[0].id]
    for group in reader.said("slide"):
        for thing in group.moving:
            _let_slide(reader, thing)
            if thing.kind in {"ball", "wheel"} and thing.spin_rad_s is None:
                thing.spin_rad_s = 0.0
    for thing in reader.stock.things:
        on_ramp = bool(set(thing.on) & {r.id for r in ramps})
        tied = any(thing.id in (link.a, link.b) for link in reader.stock.links)
        still = not thing.speed_m_s and not thing.force_n and not tied
        if on_ramp and thing.heading == "up" and still:
            thing.speed_m_s = _UPHILL_M_S
            reader.assumed.append(f"No speed up the slope was said; {_UPHILL_M_S:g} m/s is.")


def _let_slide(reader: Reader, thing: Thing) -> None:
    """It would stay put by the friction that is left unsaid, and was said to slide."""
    by_id = {other.id: other for other in reader.stock.things}
    under = by_id[thing.on[0]] if thing.on else None
    if under is None or under.kind != "ramp" or reader.world.friction is not None:
        return
    if thing.friction is not None or under.friction is not None:
        return
    slope = math.tan(math.radians(under.angle_deg if under.angle_deg is not None else 30.0))
    if thing.kind in {"box", "plank", "ball", "wheel"} and slope <= 3 * DEFAULT_FRICTION:
        under.friction = 0.0
        reader.assumed.append("It slides and no friction was said; none is taken.")


def throws_and_falls(reader: Reader) -> None:
    for group in reader.said("throw"):
        for thing in group.moving:
            if thing.speed_m_s is None:
                thing.speed_m_s = _THROW_M_S
                reader.assumed.append(f"No speed was said; {_THROW_M_S:g} m/s is taken.")
            _throw_off_edge(reader, thing)
            if thing.launch_deg is None and not thing.on and not _at_a_wall(reader, thing):
                thing.launch_deg = _THROW_DEG if not thing.above_ground_m else 0.0
                reader.assumed.append(f"No angle was said; {thing.launch_deg:g}° is taken.")
    off = any(item.spelt in {"off", "off of"} for item in reader.phrases.items)
    for group in reader.said("roll", "slide", "move") if off else ():
        for thing in group.moving:
            if thing.speed_m_s:
                # "rolls off a table at 2 m/s": that fast at its edge.
                _throw_off_edge(reader, thing)
    for group in reader.said("fall", "bounce"):
        for thing in group.moving:
            held = any(thing.id in (link.a, link.b) for link in reader.stock.links)
            still = thing.above_ground_m is None and thing.launch_deg is None
            kinds = {other.id: other.kind for other in reader.stock.things}
            loose = not thing.on or kinds[thing.on[0]] in {"floor", "box", "plank", "table"}
            if still and loose and not held and not thing.speed_m_s:
                thing.above_ground_m = _height_of(reader, thing)
    for group in reader.said("bounce"):
        for thing in group.moving:
            said = thing.restitution is not None or reader.world.restitution is not None
            if not said:
                thing.restitution = _BOUNCE
                reader.assumed.append(f"No restitution was said; {_BOUNCE:g} is taken.")


def _at_a_wall(reader: Reader, thing: Thing) -> bool:
    """What is shot at a wall goes straight at it."""
    walls = {other.id for other in reader.stock.things if other.kind == "wall"}
    beside = {other.beside for other in reader.stock.things if other.id in walls}
    return thing.id in beside or thing.beside in walls


def _throw_off_edge(reader: Reader, thing: Thing) -> None:
    """What is thrown from a table, cliff or building starts in the air beside its top."""
    under = next((t for t in reader.stock.things if t.id in thing.on and t.kind == "table"), None)
    if under is None:
        return
    thing.on = []
    if thing.heading != "left":
        thing.beside, thing.gap_m = under.id, _EDGE_GAP_M
    if thing.above_ground_m is None:
        thing.above_ground_m = under.height_m or 1.0


def _height_of(reader: Reader, thing: Thing) -> float:
    """From the table it was dropped from, else from two metres."""
    for other in reader.stock.things:
        if other.kind == "table" and other.height_m and other.id in thing.on:
            thing.on = []
            return other.height_m
    reader.assumed.append(f"No height was said; {_DROP_M:g} m is taken.")
    return _DROP_M


def meets(reader: Reader) -> None:
    """Those that collide: the first comes from the left at the others."""
    if not reader.facing and not any(verb == "collide" for verb, _ in reader.verbs):
        return
    hung = {link.b for link in reader.stock.links if link.hangs}
    side_by_side = [t for group in reader.bodies for t in group.moving if t.id in hung]
    for left, right in pairwise(side_by_side):
        # What hangs and is to collide hangs so that it touches.
        if right.beside is None:
            right.beside, right.gap_m = left.id, 0.0
    movers = [t for group in reader.bodies for t in group.moving if t.id not in hung]
    if len(movers) < 2:
        return
    moving = [thing for thing in movers if thing.speed_m_s]
    if not moving and not any(t.force_n or t.on for t in movers):
        movers[0].speed_m_s = _MEET_M_S
        reader.assumed.append(f"No speed was said; {_MEET_M_S:g} m/s is taken.")
        moving = [movers[0]]
    first, second = movers[0], movers[1]
    _let_them_reach(reader, first, second)
    _meet_on_the_level(reader, first, second)
    if len(moving) > 1 and first.heading is None and second.heading is None:
        if reader.facing or first.speed_m_s == second.speed_m_s:
            second.heading = "left"
        elif (second.speed_m_s or 0) > (first.speed_m_s or 0):
            # Both go right: the faster must come from behind.
            first.beside, second.beside = second.id, None
            return
    if second in moving and first not in moving and second.heading is None:
        first.beside, second.beside = second.id, None
        return
    if first.heading == "left":
        first.beside, second.beside = second.id, None
    elif first.beside != second.id and not first.on:
        second.beside = first.id


def _let_them_reach(reader: Reader, first: Thing, second: Thing) -> None:
    """Blocks that were said to collide, and of which nobody said that they rub, do not."""
    kinds = {thing.id: thing.kind for thing in reader.stock.things}
    under = {kinds[name] for thing in (first, second) for name in thing.on}
    rubs = [reader.world.friction, *(thing.friction for thing in reader.stock.things)]
    blocks = {first.kind, second.kind} == {"box"} and under <= {"floor", "table"}
    unsaid = all(friction is None for friction in rubs)
    if blocks and unsaid and not (first.force_n or second.force_n):
        reader.world.friction = 0.0
        reader.assumed.append("They collide and no friction was said; none is taken.")


def _meet_on_the_level(reader: Reader, first: Thing, second: Thing) -> None:
    """A table that two things meet on is a floor to them, unless it was said how high it is."""
    tables = [group for group in reader.groups if group.what == "table"]
    for group in tables:
        ids = {thing.id for thing in group.things}
        here = [bool(ids & set(thing.on)) for thing in (first, second)]
        bare = not any(ids & set(thing.on) for thing in reader.stock.things)
        lies = any(here) or (bare and not first.on and not second.on)
        if lies and not any(thing.height_m for thing in group.things):
            reader.stock.become(group, "floor")


def brakes(reader: Reader) -> None:
    """What brakes slides: its wheels are locked."""
    for group in reader.said("brake"):
        if group.has("cart"):
            reader.stock.become(group, "box")


def turns(reader: Reader) -> None:
    for group in reader.said("turn", "motor"):
        for thing in group.moving:
            if thing.kind not in {"wheel", "rod"}:
                continue
            still = thing.motor_rad_s is None and thing.torque_n_m is None
            if still and not any(thing.id in (k.a, k.b) for k in reader.stock.links):
                thing.motor_rad_s = -_TURN_RAD_S
                reader.assumed.append("No speed of turning was said; 30 rpm is taken.")
    for thing in reader.stock.things:
        if thing.kind == "wheel" and (thing.on or thing.speed_m_s):
            moved = thing.motor_rad_s
            if moved is not None:
                thing.spin_rad_s, thing.motor_rad_s = moved, None
    _carry(reader)


def _carry(reader: Reader) -> None:
    """A ball or box that an arm carries sits at its end."""
    arms = [t for t in reader.stock.things if t.kind == "rod" and t.motor_rad_s is not None]
    if not arms:
        return
    tied = {name for link in reader.stock.links for name in (link.a, link.b)}
    for thing in reader.stock.things:
        if thing.kind in {"ball", "box"} and not thing.on and thing.id not in tied:
            thing.on = [arms[0].id]
        elif thing.kind in {"ball", "box"} and arms[0].id in tied:
            both = [k for k in reader.stock.links if {k.a, k.b} == {arms[0].id, thing.id}]
            for link in both:
                reader.stock.links.remove(link)
                thing.on = [arms[0].id]


def springs(reader: Reader) -> None:
    """A spring along the ground that nothing stretches or pushes would not move."""
    by_id = {thing.id: thing for thing in reader.stock.things}
    for link in reader.stock.links:
        if link.kind == "spring" and link.stiffness_n_m is None:
            reader.assumed.append("No stiffness was said; the spring gives 30 cm under its load.")
        if link.kind != "spring" or link.hangs or link.stretch_m is not None or OPEN in (link.a,):
            continue
        ends = [by_id[link.a], by_id[link.b]]
        upright = any(end.kind in {"floor", "ceiling", "ramp", "knot"} for end in ends)
        driven = any(end.speed_m_s or end.force_n for end in ends)
        if not upright and not driven:
            link.stretch_m = _STRETCH_M
            reader.assumed.append("The spring starts stretched by 10 cm, so that it moves.")
    _pull_between_walls(reader, by_id)


def _pull_between_walls(reader: Reader, by_id: dict[str, Thing]) -> None:
    """Of two springs on either side of a body, one is shortened by what the other is stretched."""
    to_walls = [link for link in reader.stock.links if link.kind == "spring"]
    to_walls = [link for link in to_walls if by_id[link.a].kind == "wall"]
    for left, right in pairwise(to_walls):
        if left.b == right.b and left.a != right.a and left.stretch_m == right.stretch_m:
            right.stretch_m = -left.stretch_m if left.stretch_m is not None else None
