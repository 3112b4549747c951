"""Forces on what is more than one body: ropes that are pulled, rows that are pushed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .description import MOST_UNDER, Thing
from .groups import Group
from .nouns import hangs_in_its_rope

if TYPE_CHECKING:
    from .grammar import Reader

HOOK_M = 0.3
"""Between a hanging pulley and its load."""


def hoist(reader: Reader) -> None:
    """A force said of the only thing that hangs at a pulley pulls at the other end of its rope."""
    stock = reader.stock
    strung = {name for link in stock.links for name in link.over}
    pulleys = [t.id for t in stock.things if t.kind == "pulley" and t.id not in strung]
    bodies = [t for group in reader.bodies for t in group.moving if t.kind != "rod"]
    if not pulleys or len(bodies) != 1 or bodies[0].force_n is None:
        return
    load = bodies[0]
    kinds = {thing.id: thing.kind for thing in stock.things}
    if any(kinds[name] in {"table", "ramp"} for name in load.on):
        return
    stock.links = [link for link in stock.links if link.kind not in {"rope", "rod"}]
    movable = [t.id for group in reader.groups if hangs_in_its_rope(group) for t in group.things]
    hung = [name for name in pulleys if name in movable][:1]
    fixed = [name for name in pulleys if name not in movable] or [stock.thing("pulley").id]
    top = stock.one("ceiling").id if hung else load.id
    rope = stock.link("rope", top, stock.one("floor").id)
    rope.over, rope.pull_n = [*hung, *fixed][:MOST_UNDER], load.force_n
    if hung:
        hook = stock.link("rope", hung[0], load.id)
        hook.hangs, hook.length_m = True, HOOK_M
    load.force_n, load.force_heading, load.force_deg = None, None, None
    load.on, load.beside = [], None


def push_as_one(reader: Reader) -> None:
    """One force said of bodies that are tied to one another, or touch, pushes the first of them or
    pulls the last."""
    for group in reader.bodies:
        things = group.moving
        if len(things) < 2 or len({thing.force_n for thing in things}) > 1:
            continue
        if things[0].force_n is None or "each" in _words_behind_force(reader):
            continue
        if not (_tied(reader, things) or _touching(group)):
            continue
        left = things[0].force_heading == "left"
        pulled = any(link.kind == "rope" for link in reader.stock.links)
        leading = things[0] if left == pulled else things[-1]
        for thing in things:
            if thing is not leading:
                thing.force_n = None


def _tied(reader: Reader, things: list[Thing]) -> bool:
    ids = {thing.id for thing in things}
    return any({link.a, link.b} <= ids for link in reader.stock.links)


def _touching(group: Group) -> bool:
    """Said to stand side by side: they are set so that they touch."""
    if group.together not in {"parallel", "row"} and group.side != "parallel":
        return False
    for left, right in zip(group.moving, group.moving[1:], strict=False):
        right.beside, right.gap_m = left.id, 0.0
    return True


def _words_behind_force(reader: Reader) -> list[str]:
    """The two words behind a force's value."""
    items = reader.phrases.items
    forces = (i for i, it in enumerate(items) if it.token is not None and it.token.kind == "force")
    at = next(forces, len(items))
    return [item.spelt for item in items[at + 1 : at + 3]]
