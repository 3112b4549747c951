"""What a sentence leaves open is closed: loose ends of links, headings, heights, and assumptions
that are said aloud."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

from scenes.touch import DEFAULT_FRICTION

from .description import FIXED_KINDS, Link, Thing
from .groups import DOMINO_M, OPEN, Group
from .joining import Tie, settle_tie

if TYPE_CHECKING:
    from .grammar import Reader

_SWING_DEG = 20.0
_CHAIN_DEG = 60.0
_THROW_M_S = 8.0
_THROW_DEG = 45.0
_DROP_M = 2.0
_BOUNCE = 0.8
_MEET_M_S = 2.0
_UPHILL_M_S = 4.0
_STRETCH_M = 0.1
_TURN_RAD_S = math.tau / 2


def finish(reader: Reader) -> None:
    """Close what is open, in the order in which one thing leads to another."""
    _place_what_came_first(reader)
    _group_together(reader)
    _close_links(reader)
    _string_pulleys(reader)
    _load_levers(reader)
    _slopes(reader)
    _swings(reader)
    _throws_and_falls(reader)
    _meets(reader)
    _turns(reader)
    _springs(reader)
    _drop_unused(reader)


def _bodies(reader: Reader) -> list[Group]:
    return [group for group in reader.groups if group.moving]


def _said(reader: Reader, *verbs: str) -> list[Group]:
    """The groups that one of these verbs was said of."""
    return [
        group
        for verb, group in reader.verbs
        if verb in verbs and group is not None and group.moving
    ]


def _place_what_came_first(reader: Reader) -> None:
    """A force, torque or speed that was said before the body it acts on."""
    bodies = _bodies(reader)
    if reader.force_to_come is not None and bodies:
        for thing in bodies[0].moving:
            thing.force_n = reader.force_to_come
    for name, value in (
        ("motor_rad_s", reader.turn_to_come),
        ("torque_n_m", reader.torque_to_come),
    ):
        turned = [t for t in reader.stock.things if t.kind in {"wheel", "rod", "cart"}]
        if value is not None and turned:
            setattr(turned[0], name, -abs(value))


def _group_together(reader: Reader) -> None:
    """Towers, rows and pyramids of what was counted; things side by side in one clause."""
    for group in reader.groups:
        things = group.things
        if group.together in {"tower", "row"} and len(things) < 2 and not group.is_system:
            continue
        if group.together == "tower":
            for below, above in pairwise(things):
                above.on = [below.id]
        elif group.together == "row":
            for left, right in pairwise(things):
                right.beside = left.id
                right.gap_m = right.gap_m if right.gap_m is not None else 0.0
        elif group.together == "pyramid":
            _pyramid(things)
        if group.what == "box" and all(t.height_m == DOMINO_M[1] for t in things) and things:
            _tip_first(group)


def _pyramid(things: list[Thing]) -> None:
    """Rows of one fewer each; the boxes of a row stand on two of the row below."""
    base = 1
    while base * (base + 1) // 2 < len(things):
        base += 1
    rest = list(things)
    below: list[Thing] = []
    for size in range(base, 0, -1):
        row, rest = rest[:size], rest[size:]
        for index, thing in enumerate(row):
            if below:
                thing.on = [below[index].id, below[index + 1].id] if index + 1 < len(below) else []
            elif index:
                thing.beside, thing.gap_m = row[index - 1].id, 0.01
        below = row


def _tip_first(group: Group) -> None:
    first = group.things[0]
    if first.speed_m_s is None and len(group.things) > 1:
        first.spin_rad_s, first.speed_m_s = -2.0, 2.0 * DOMINO_M[1] / 2
        for left, right in pairwise(group.things):
            right.beside, right.gap_m = left.id, 0.2


# Links.


def _close_links(reader: Reader) -> None:
    """Links that were named and never tied go to the bodies that nothing holds yet."""
    stock = reader.stock
    for group in reader.groups:
        if not group.is_link:
            continue
        open_links = [link for link in group.links if OPEN in (link.a, link.b)]
        if not open_links:
            continue
        tie = Tie(group, how="on" if not _said(reader, "stand") else None)
        half = [name for link in open_links for name in (link.a, link.b) if name != OPEN]
        free = [body for body in _bodies(reader) if not _held(reader, body)]
        for name in dict.fromkeys(half):
            thing = next(thing for thing in stock.things if thing.id == name)
            tie.add(Group(thing.kind, [thing]))
        for body in free:
            if len([t for end in tie.ends for t in end.things]) < 2 or not half:
                tie.add(body)
        if not tie.ends:
            tie.ends = _bodies(reader)[-1:]
        settle_tie(tie, stock, reader.assumed)
    lost = [link for link in stock.links if OPEN in (link.a, link.b)]
    for link in lost:
        reader.unplaced.append(link.kind)
    stock.links = [link for link in stock.links if link not in lost]


def _held(reader: Reader, group: Group) -> bool:
    ids = {thing.id for thing in group.things}
    return any(ids & {link.a, link.b} for link in reader.stock.links)


def _string_pulleys(reader: Reader) -> None:
    """Every pulley gets a rope: one that joins two bodies, or a new one."""
    stock = reader.stock
    strung = {name for link in stock.links for name in link.over}
    for pulley in [t for t in stock.things if t.kind == "pulley" and t.id not in strung]:
        bodies = [t for group in _bodies(reader) for t in group.moving if t.kind != "rod"]
        ids = {thing.id for thing in bodies}
        rope = next(
            (k for k in stock.links if k.kind in {"rope", "rod"} and {k.a, k.b} <= ids), None
        )
        if rope is None and len(bodies) >= 2:
            for link in [k for k in stock.links if k.kind == "rope" and not {k.a, k.b} <= ids]:
                stock.links.remove(link)
            a, b = bodies[0], bodies[1]
            rope = stock.link("rope", a.id, b.id)
        if rope is not None:
            rope.kind, rope.hangs, rope.over = "rope", False, [pulley.id]
            _free_ends_of(reader, rope)


def _free_ends_of(reader: Reader, rope: Link) -> None:
    """Of a rope over a pulley at least one end hangs; the ceiling holds the pulley, not them."""
    stock = reader.stock
    extra = [
        link
        for link in stock.links
        if link is not rope and link.kind in {"rope", "rod"} and {link.a, link.b} & {rope.a, rope.b}
    ]
    for link in extra:
        stock.links.remove(link)
    ends = [thing for thing in stock.things if thing.id in (rope.a, rope.b)]
    kinds = {thing.id: thing.kind for thing in stock.things}
    for thing in ends:
        thing.beside = None
        if thing.on and kinds[thing.on[0]] not in {"table", "ramp"}:
            flat = kinds[thing.on[0]] == "floor"
            thing.on = [stock.one("table").id] if flat else []
    if all(thing.on for thing in ends) and ends:
        hanging = [g for g in _said(reader, "hang") if any(t in g.things for t in ends)]
        last = next((t for t in ends if hanging and t in hanging[-1].things), ends[-1])
        last.on = []


def _swings(reader: Reader) -> None:
    """A pendulum that nobody let go at an angle, and nobody pushed, is let go at one."""
    stock = reader.stock
    _hang_rods(reader)
    hung = [link for link in stock.links if link.hangs and link.kind in {"rod", "rope"}]
    by_id = {thing.id: thing for thing in stock.things}
    if reader.lean_to_come is not None:
        for link in hung:
            link.lean_deg = link.lean_deg if link.lean_deg is not None else reader.lean_to_come
    systems = [group for group in reader.groups if group.is_system and group.links]
    for group in systems:
        if group.what == "cradle":
            _let_go(reader, group)
    swinging = _said(reader, "swing", "lift", "release")
    for link in hung:
        body = by_id[link.b]
        chain = next((g for g in systems if g.links and link in g.links), None)
        if chain is not None and chain.what == "cradle":
            continue
        verbs = any(body in group.things for group in swinging)
        if link.lean_deg is None and (chain is not None or verbs):
            moves = any(thing.speed_m_s for thing in (chain.things if chain else [body]))
            if moves:
                continue
            several = chain is not None and len(chain.links) > 1
            link.lean_deg = _CHAIN_DEG if several else _SWING_DEG
            reader.assumed.append(
                f"No starting angle was said; {link.lean_deg:g}° from straight down is taken."
            )
    _stop_springs_from_leaning(stock.links)


def _hang_rods(reader: Reader) -> None:
    """A rod that swings and hangs from nothing that was named hangs by its end."""
    stock = reader.stock
    tied = {name for link in stock.links for name in (link.a, link.b)}
    for group in _said(reader, "swing", "release", "hang"):
        for thing in group.moving:
            if thing.kind == "rod" and thing.id not in tied and thing.motor_rad_s is None:
                tied.add(thing.id)
                link = stock.link("rod", stock.one("ceiling").id, thing.id)
                link.hangs = True


def _stop_springs_from_leaning(links: list[Link]) -> None:
    for link in links:
        if link.kind in {"spring", "damper"}:
            link.lean_deg = None


def _let_go(reader: Reader, cradle: Group) -> None:
    raised = 1
    items = [item.spelt for item in reader.phrases.items]
    for index in range(len(items)):
        token = reader.phrases.items[index].token
        if token is not None and token.kind == "number" and index + 3 < len(items):
            near = items[index + 1 : index + 5]
            if any(word in {"ball", "balls"} for word in near[:2]) and any(
                item.entry is not None and item.entry.what in {"lift", "release"}
                for item in reader.phrases.items[index + 2 : index + 5]
            ):
                raised = min(int(token.values[0]), len(cradle.links))
    lean = cradle.stated.get("lean", [30.0])[0]
    for link in cradle.links[:raised]:
        link.lean_deg = -abs(lean)


# Levers.


def _load_levers(reader: Reader) -> None:
    """What was said beside a lever stands on it: left, then right, unless it was said where."""
    levers = [t for t in reader.stock.things if t.kind == "plank" and _on_fulcrum(reader, t)]
    lone = [t for t in reader.stock.things if t.kind == "plank" and not t.on]
    if not levers and lone and any(group.has("fulcrum") for group in reader.groups):
        fulcrum = next(t for t in reader.stock.things if t.kind == "fulcrum")
        lone[0].on = [fulcrum.id]
        levers = [lone[0]]
    if not levers:
        return
    lever = levers[0]
    loads: list[tuple[Group, Thing]] = [
        (group, thing)
        for group in _bodies(reader)
        for thing in group.moving
        if thing.kind in {"ball", "box", "wheel"} and not group.is_system
    ]
    half = (lever.width_m or 3.0) / 2
    reach = max([half, *(abs(t.at_m) + 0.25 for _, t in loads if t.at_m is not None)])
    if reach > half:
        lever.width_m = 2 * reach
    for index, (group, thing) in enumerate(loads):
        if thing.on and thing.on != [lever.id] and len(loads) > 1 and thing.on[0] != "":
            kind = next(t.kind for t in reader.stock.things if t.id == thing.on[0])
            if kind not in {"fulcrum", "plank", "floor"}:
                continue
        thing.on, thing.beside = [lever.id], None
        if group.side == "middle":
            thing.at_m = 0.0
            continue
        left = index % 2 == 0
        if group.side in {"left", "right"} and len(group.moving) == 1:
            left = group.side == "left"
        elif index == 1 and loads[0][0].side == "right":
            left = True
        away = abs(thing.at_m) if thing.at_m is not None else 0.85 * reach
        thing.at_m = -away if left else away
        if thing.kind == "box" and thing.width_m is None:
            thing.width_m = thing.height_m = min(0.4, 0.2 * reach)


def _on_fulcrum(reader: Reader, plank: Thing) -> bool:
    kinds = {thing.id: thing.kind for thing in reader.stock.things}
    return bool(plank.on) and kinds[plank.on[0]] == "fulcrum"


# Slopes, flights, collisions.


def _slopes(reader: Reader) -> None:
    ramps = [t for t in reader.stock.things if t.kind == "ramp"]
    movers = [
        thing
        for group in _said(reader, "roll", "slide", "move", "stand", "release", "push")
        for thing in group.moving
    ]
    downhill = any(t.heading in {"down", "up"} for t in movers)
    if not ramps and downhill and any(not t.on for t in movers):
        ramps = [reader.stock.thing("ramp")]
        reader.assumed.append("A slope's angle was not said; 30° is taken.")
    kinds = {thing.id: thing.kind for thing in reader.stock.things}
    if ramps and not any(set(t.on) & {r.id for r in ramps} for t in reader.stock.things):
        for group in _bodies(reader)[:1]:
            for thing in group.moving:
                if not thing.on or kinds[thing.on[0]] in {"floor"}:
                    thing.on = [ramps[0].id]
    for group in _said(reader, "slide"):
        for thing in group.moving:
            _let_slide(reader, thing)
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


def _throws_and_falls(reader: Reader) -> None:
    for group in _said(reader, "throw"):
        for thing in group.moving:
            if thing.speed_m_s is None:
                thing.speed_m_s = _THROW_M_S
                reader.assumed.append(f"No speed was said; {_THROW_M_S:g} m/s is taken.")
            if thing.launch_deg is None and not thing.on:
                thing.launch_deg = _THROW_DEG if not thing.above_ground_m else 0.0
                reader.assumed.append(f"No angle was said; {thing.launch_deg:g}° is taken.")
    named = [group for group in _bodies(reader) if group.things[0].speed_m_s is None]
    for group in [*_said(reader, "fall", "bounce"), *_projectiles(reader, named)]:
        for thing in group.moving:
            held = any(thing.id in (link.a, link.b) for link in reader.stock.links)
            still = thing.above_ground_m is None and thing.launch_deg is None
            kinds = {other.id: other.kind for other in reader.stock.things}
            loose = not thing.on or kinds[thing.on[0]] in {"floor", "box", "plank", "table"}
            if still and loose and not held and not thing.speed_m_s:
                thing.above_ground_m = _height_of(reader, thing)
    for group in _said(reader, "bounce"):
        for thing in group.moving:
            said = thing.restitution is not None or reader.world.restitution is not None
            if not said:
                thing.restitution = _BOUNCE
                reader.assumed.append(f"No restitution was said; {_BOUNCE:g} is taken.")


def _projectiles(_reader: Reader, _named: list[Group]) -> list[Group]:
    return []


def _height_of(reader: Reader, thing: Thing) -> float:
    """From the table it was dropped from, else from two metres."""
    for other in reader.stock.things:
        if other.kind == "table" and other.height_m and other.id in thing.on:
            thing.on = []
            return other.height_m
    reader.assumed.append(f"No height was said; {_DROP_M:g} m is taken.")
    return _DROP_M


def _meets(reader: Reader) -> None:
    """Those that collide: the first comes from the left at the others."""
    if not reader.facing and not any(verb == "collide" for verb, _ in reader.verbs):
        return
    hung = {link.b for link in reader.stock.links if link.hangs}
    movers = [t for group in _bodies(reader) for t in group.moving if t.id not in hung]
    if len(movers) < 2:
        return
    moving = [thing for thing in movers if thing.speed_m_s]
    if not moving and not any(t.force_n or t.on for t in movers):
        movers[0].speed_m_s = _MEET_M_S
        reader.assumed.append(f"No speed was said; {_MEET_M_S:g} m/s is taken.")
        moving = [movers[0]]
    first, second = movers[0], movers[1]
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


# Motors and springs.


def _turns(reader: Reader) -> None:
    for group in _said(reader, "turn", "motor"):
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


def _springs(reader: Reader) -> None:
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


def _drop_unused(reader: Reader) -> None:
    """A ceiling that nothing hangs from is not drawn."""
    stock = reader.stock
    used = {name for link in stock.links for name in (link.a, link.b, *link.over)}
    stood_on = {name for thing in stock.things for name in thing.on}
    stock.things = [
        thing
        for thing in stock.things
        if thing.kind not in {"ceiling", "fulcrum", "pulley"}
        or thing.id in used | stood_on
        or thing.kind not in FIXED_KINDS
    ]
