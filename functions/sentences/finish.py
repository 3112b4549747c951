"""What a sentence leaves open is closed: loose ends of links, headings, heights, and assumptions
that are said aloud."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

from .description import FIXED_KINDS, MOST_UNDER, Link, Thing
from .groups import DOMINO_GAP, DOMINO_M, OPEN, Group, Stock
from .joining import Tie, settle_tie
from .nouns import hangs_in_its_rope
from .pulling import HOOK_M, hoist, push_as_one
from .setting_off import brakes, meets, slopes, springs, throws_and_falls, turns

if TYPE_CHECKING:
    from .grammar import Reader

_SWING_DEG = 20.0
_CHAIN_DEG = 60.0
_PLATE_PART = 0.005
"""What a spring's end plate weighs of what runs into it."""


def finish(reader: Reader) -> None:
    """Close what is open, in the order in which one thing leads to another."""
    _place_what_came_first(reader)
    _put_wheels_on_carts(reader)
    _group_together(reader)
    _scale_dominoes(reader)
    _set_bumpers(reader)
    _close_links(reader)
    hoist(reader)
    _string_pulleys(reader)
    _support_beams(reader)
    _load_levers(reader)
    slopes(reader)
    _swings(reader)
    throws_and_falls(reader)
    meets(reader)
    brakes(reader)
    turns(reader)
    springs(reader)
    push_as_one(reader)
    _drop_unused(reader)


def _place_what_came_first(reader: Reader) -> None:
    """A force, torque or speed that was said before the body it acts on."""
    bodies = reader.bodies
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


def _put_wheels_on_carts(reader: Reader) -> None:
    """ "a cart whose wheels a motor turns": what is said of a cart's wheels is said of the cart."""
    carts = [thing for group in reader.groups if group.has("cart") for thing in group.things]
    for group in [g for g in reader.groups if g.what == "wheel" and "wheels" in g.words]:
        if len(carts) != 1:
            continue
        cart, wheel = carts[0], group.things[0]
        cart.motor_rad_s = wheel.motor_rad_s if cart.motor_rad_s is None else cart.motor_rad_s
        cart.radius_m = cart.radius_m or wheel.radius_m
        reader.stock.drop(group)
        reader.groups.remove(group)


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


def _scale_dominoes(reader: Reader) -> None:
    """Dominoes whose distance was said, and not their size, are as tall as suits it."""
    for group in reader.groups:
        slabs = [thing for thing in group.moving if (thing.width_m, thing.height_m) == DOMINO_M]
        gap = next((thing.gap_m for thing in slabs if thing.gap_m), None)
        if gap is None or gap == DOMINO_GAP * DOMINO_M[1]:
            continue
        factor = gap / (DOMINO_GAP * DOMINO_M[1])
        for thing in slabs:
            thing.width_m, thing.height_m = DOMINO_M[0] * factor, DOMINO_M[1] * factor
            if thing.spin_rad_s and thing.speed_m_s:
                # What tips it goes with the root of its size.
                thing.spin_rad_s /= math.sqrt(factor)
                thing.speed_m_s *= math.sqrt(factor)


# Links.


def _set_bumpers(reader: Reader) -> None:
    """A spring that something runs into has a light plate at its free end, and a wall behind."""
    stock = reader.stock
    for group in reader.groups:
        runner = next((g for g in reader.said("collide") if not g.is_link), None)
        if not group.bumper or runner is None:
            continue
        mover, spring = runner.moving[0], group.links[0]
        wall, plate = stock.one("wall"), stock.thing("box")
        plate.width_m, plate.height_m, plate.friction = 0.05, 0.3, 0.0
        plate.mass_kg = _PLATE_PART * (mover.mass_kg or 1.0)
        plate.beside, plate.on = mover.id, list(mover.on)
        wall.beside, wall.gap_m = plate.id, spring.length_m or 1.0
        spring.a, spring.b = wall.id, plate.id
        spring.length_m, spring.stretch_m = wall.gap_m, 0.0
        mover.heading = "right"


def _close_links(reader: Reader) -> None:
    """Links that were named and never tied go to the bodies that nothing holds yet."""
    stock = reader.stock
    for group in reader.groups:
        if not group.is_link:
            continue
        open_links = [link for link in group.links if OPEN in (link.a, link.b)]
        if not open_links:
            continue
        tie = Tie(group, how="on" if not reader.said("stand") else None)
        half = [name for link in open_links for name in (link.a, link.b) if name != OPEN]
        free = [body for body in reader.bodies if not _held(reader, body)]
        for name in dict.fromkeys(half):
            thing = next(thing for thing in stock.things if thing.id == name)
            tie.add(Group(thing.kind, [thing]))
        for body in free:
            if len([t for end in tie.ends for t in end.things]) < 2 or not half:
                tie.add(body)
        if not tie.ends:
            tie.ends = reader.bodies[-1:]
        settle_tie(tie, stock, reader.assumed)
    lost = [link for link in stock.links if OPEN in (link.a, link.b)]
    for link in lost:
        reader.unplaced.append(link.kind)
    stock.links = [link for link in stock.links if link not in lost]


def _held(reader: Reader, group: Group) -> bool:
    ids = {thing.id for thing in group.things}
    return any(ids & {link.a, link.b} for link in reader.stock.links)


def _string_pulleys(reader: Reader) -> None:
    """Every pulley gets a rope: one that joins two bodies, or a new one.

    Of as many bodies as pulleys and one more, the one on a table is tied to each of the others;
    else one rope runs over all pulleys.
    """
    stock = reader.stock
    strung = {name for link in stock.links for name in link.over}
    pulleys = [t.id for t in stock.things if t.kind == "pulley" and t.id not in strung]
    bodies = [t for group in reader.bodies for t in group.moving if t.kind != "rod"]
    if not pulleys:
        pulleys = _pulley_of_a_counterweight(reader, bodies)
    if not pulleys:
        return
    movable = {t.id for group in reader.groups if hangs_in_its_rope(group) for t in group.things}
    if movable and len(bodies) > 1:
        _string_movable(reader, pulleys, movable)
        return
    lying = [thing for thing in bodies if _lies_flat(stock, thing)]
    if len(pulleys) > 1 and len(bodies) == len(pulleys) + 1 and len(lying) == 1:
        hanging = [thing for thing in bodies if thing is not lying[0]]
        for pulley, thing in zip(pulleys, hanging, strict=True):
            _string(reader, [pulley], [lying[0], thing])
    else:
        _string(reader, pulleys, bodies)


def _pulley_of_a_counterweight(reader: Reader, bodies: list[Thing]) -> list[str]:
    """What a counterweight is said to balance hangs at the other end of its rope."""
    stock = reader.stock
    said = any("counterweight" in group.words for group in reader.groups)
    free = not stock.links and not any(thing.on or thing.kind == "plank" for thing in bodies)
    if not said or len(bodies) != 2 or not free:
        return []
    reader.assumed.append("A counterweight was named and no pulley; a rope over one is taken.")
    return [stock.thing("pulley").id]


def _string_movable(reader: Reader, pulleys: list[str], hanging: set[str]) -> None:
    """A rope from the ceiling, under the pulley that carries the load, over a fixed one to the
    counterweight; the load is what was named first, unless it was called that."""
    stock = reader.stock
    said = [(group, thing) for group in reader.bodies for thing in group.moving]
    load, weight = [(group, thing) for group, thing in said if thing.kind != "rod"][:2]
    if "counterweight" in load[0].words:
        load, weight = weight, load
    ends = (load[1], weight[1])
    taken = {thing.id for thing in ends}
    stock.links = [
        link
        for link in stock.links
        if link.kind not in {"rope", "rod"} or not taken & {link.a, link.b}
    ]
    for thing in ends:
        thing.on, thing.beside = [], None
    hung = next(name for name in pulleys if name in hanging)
    fixed = [name for name in pulleys if name not in hanging] or [stock.thing("pulley").id]
    rope = stock.link("rope", stock.one("ceiling").id, weight[1].id)
    rope.over = [hung, *fixed[: MOST_UNDER - 1]]
    hook = stock.link("rope", hung, load[1].id)
    hook.hangs, hook.length_m = True, HOOK_M


def _lies_flat(stock: Stock, thing: Thing) -> bool:
    kinds = {other.id: other.kind for other in stock.things}
    return bool(thing.on) and kinds[thing.on[0]] in {"table", "floor"}


def _string(reader: Reader, pulleys: list[str], bodies: list[Thing]) -> None:
    """One rope over these pulleys, between the first two of these bodies."""
    stock = reader.stock
    ids = {thing.id for thing in bodies}
    rope = next((k for k in stock.links if k.kind in {"rope", "rod"} and {k.a, k.b} <= ids), None)
    if rope is None and len(bodies) >= 2:
        for link in [k for k in stock.links if k.kind == "rope" and not {k.a, k.b} <= ids]:
            if not link.over:
                stock.links.remove(link)
        rope = stock.link("rope", bodies[0].id, bodies[1].id)
    if rope is not None:
        rope.kind, rope.hangs, rope.over = "rope", False, pulleys[:MOST_UNDER]
        _free_ends_of(reader, rope)


def _free_ends_of(reader: Reader, rope: Link) -> None:
    """Of a rope over a pulley at least one end hangs; the ceiling holds the pulley, not them."""
    stock = reader.stock
    extra = [
        link
        for link in stock.links
        if link is not rope
        and not link.over
        and link.kind in {"rope", "rod"}
        and {link.a, link.b} & {rope.a, rope.b}
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
        hanging = [g for g in reader.said("hang") if any(t in g.things for t in ends)]
        last = next((t for t in ends if hanging and t in hanging[-1].things), ends[-1])
        last.on = []


def _swings(reader: Reader) -> None:
    """A pendulum that nobody let go at an angle, and nobody pushed, is let go at one."""
    stock = reader.stock
    _hang_rods(reader)
    by_id = {thing.id: thing for thing in stock.things}
    hung = [link for link in stock.links if link.hangs and link.kind in {"rod", "rope"}]
    hung = [link for link in hung if by_id[link.a].kind != "pulley"]
    if reader.lean_to_come is not None:
        for link in hung:
            link.lean_deg = link.lean_deg if link.lean_deg is not None else reader.lean_to_come
    systems = [group for group in reader.groups if group.is_system and group.links]
    for group in systems:
        if group.what == "cradle":
            _let_go(reader, group)
    swinging = reader.said("swing", "lift", "release")
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
            several = chain is not None and any(
                other.a == body.id or link.a in {thing.id for thing in chain.things}
                for other in chain.links
            )
            link.lean_deg = _CHAIN_DEG if several else _SWING_DEG
            reader.assumed.append(
                f"No starting angle was said; {link.lean_deg:g}° from straight down is taken."
            )
    _stop_springs_from_leaning(stock.links)


def _hang_rods(reader: Reader) -> None:
    """A rod that swings and hangs from nothing that was named hangs by its end."""
    stock = reader.stock
    tied = {name for link in stock.links for name in (link.a, link.b)}
    for group in reader.said("swing", "release", "hang"):
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


# Levers and beams.


def _support_beams(reader: Reader) -> None:
    """Pins and rollers hold the plank that was said, from left to right."""
    supports = [
        (group.side == "right", thing.id)
        for group in reader.groups
        for thing in group.things
        if thing.kind in {"pin", "roller"} and not group.is_system
    ]
    planks = [thing for thing in reader.stock.things if thing.kind == "plank"]
    if planks and supports:
        in_order = [name for _, name in sorted(supports, key=lambda one: one[0])]
        planks[0].on = in_order[:MOST_UNDER]
    kinds = {thing.id: thing.kind for thing in reader.stock.things}
    for plank in planks:
        if not plank.on or kinds[plank.on[0]] not in {"pin", "roller"}:
            continue
        for group in reader.bodies:
            for thing in group.moving:
                if thing.kind in {"ball", "box", "wheel", "cart"} and not thing.on:
                    thing.on, thing.beside = [plank.id], None
                    if group.side == "middle":
                        thing.at_m = 0.0


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
        for group in reader.bodies
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


def _drop_unused(reader: Reader) -> None:
    """A ceiling that nothing hangs from is not drawn."""
    stock = reader.stock
    used = {name for link in stock.links for name in (link.a, link.b, *link.over)}
    stood_on = {name for thing in stock.things for name in thing.on}
    stock.things = [
        thing
        for thing in stock.things
        if thing.kind not in {"ceiling", "fulcrum", "pulley", "pin", "roller"}
        or thing.id in used | stood_on
        or thing.kind not in FIXED_KINDS
    ]
