"""Springs, rods, ropes and dampers find their ends."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

from .description import MOVING_KINDS, Link, LinkKind, Thing
from .groups import OPEN, Group, Stock

_UPRIGHT_VERBS = frozenset({"stand", "compress"})


TYING_VERBS = frozenset({"join", "hang", "carry"})
"""What is said of what is tied to something else."""


@dataclass(slots=True)
class Tie:
    """A link in the making: the groups at its ends, the verb, and the relation it came by."""

    link: Group | None
    ends: list[Group] = field(default_factory=list)
    how: str | None = None
    verb: str | None = None

    def add(self, group: Group) -> None:
        """One more end."""
        if not self.holds(group):
            self.ends.append(group)

    def holds(self, group: Group) -> bool:
        """Whether it ends there already."""
        return any(end is group for end in self.ends)


def settle_tie(tie: Tie, stock: Stock, assumed: list[str]) -> None:
    """Give the tie's links the things that they join."""
    ends = [thing for group in tie.ends for thing in _joinable(group)]
    if tie.link is None:
        _tie_without_link(tie, ends, stock, assumed)
        return
    links = tie.link.links
    body = next((end for end in ends if end.kind in MOVING_KINDS), None)
    alike = [k for k in stock.links if k is not links[0] and k.kind == links[0].kind]
    other = body is not None and any(body.id in (link.a, link.b) for link in alike)
    if len(links) == 1 and _walls(ends) == 2 and len(ends) == 3 and other:
        # "one on its left and one on its right, both fixed to walls": the other has its own.
        ends = [end for end in ends if end.kind != "wall"] + [ends[-1]]
    elif len(links) == 1 and _walls(ends) == 2 and len(ends) == 3:
        # "between two walls, a spring to each": what is said of one is said of the other.
        links.append(_like(links[0], stock))
    if tie.verb == "hang" and len(links) == len(ends) > 1 and _all_move(ends):
        for link, end in zip(links, ends, strict=True):
            _orient(link, stock.one("ceiling"), end)
    elif len(ends) == 1:
        _tie_to_what_is_fixed(tie, links, ends[0], stock)
    elif len(links) > 1 and len(ends) == 2:
        _tie_several(tie.link, links, ends[0], ends[1], stock)
    elif len(links) == 2 and _walls(ends) == 2 and len(ends) == 3:
        body = next(end for end in ends if end.kind != "wall")
        for link, wall in zip(links, [end for end in ends if end.kind == "wall"], strict=True):
            link.a, link.b = wall.id, body.id
    elif len(ends) >= 2:
        _tie_in_a_row(tie, links, ends, stock)


def _joinable(group: Group) -> list[Thing]:
    return group.moving or (group.things if group.what == "wall" else group.things[:1])


def _all_move(ends: list[Thing]) -> bool:
    return all(end.kind in MOVING_KINDS for end in ends)


def _walls(ends: list[Thing]) -> int:
    return sum(end.kind == "wall" for end in ends)


def _orient(link: Link, a: Thing, b: Thing) -> None:
    """From what holds to what is held."""
    holding = {"ceiling", "wall", "floor", "ramp", "table"}
    if b.kind in holding and a.kind not in holding:
        a, b = b, a
    link.a, link.b = a.id, b.id
    link.hangs = a.kind == "ceiling"


def _tie_in_a_row(tie: Tie, links: list[Link], ends: list[Thing], stock: Stock) -> None:
    fixed = [end for end in ends if end.kind in {"ceiling", "wall", "floor"}]
    bodies = [end for end in ends if end not in fixed]
    kind = links[0].kind
    if len(fixed) == 1 and len(bodies) > 1 and tie.verb == "hang":
        pairs = [(fixed[0], body) for body in bodies]
    else:
        pairs = list(pairwise(ends))
    for index, (a, b) in enumerate(pairs):
        link = links[index] if index < len(links) else _like(links[0], stock)
        _orient(link, a, b)
        if tie.verb == "hang" and not link.hangs and b.kind not in {"wall", "floor"}:
            # "a ball hangs from a cart by a string": what was named first hangs below.
            link.a, link.b = (b.id, a.id) if tie.ends[0].things[0] is a else (a.id, b.id)
            link.hangs = kind != "spring" or not a.on


def _like(link: Link, stock: Stock) -> Link:
    fresh = stock.link(link.kind, OPEN, OPEN)
    fresh.length_m, fresh.stiffness_n_m = link.length_m, link.stiffness_n_m
    fresh.damping_ns_m, fresh.stretch_m = link.damping_ns_m, link.stretch_m
    return fresh


def _tie_several(group: Group, links: list[Link], a: Thing, b: Thing, stock: Stock) -> None:
    """Side by side, or one behind the other with knots between."""
    if a.kind not in {"ceiling", "wall", "floor"}:
        a, b = b, a
    if group.together != "series":
        for link in links:
            _orient(link, a, b)
        return
    last = a
    for link in links[:-1]:
        knot = stock.thing("knot")
        _orient(link, last, knot)
        last = knot
    _orient(links[-1], last, b)


def _tie_to_what_is_fixed(tie: Tie, links: list[Link], end: Thing, stock: Stock) -> None:
    """Only the body was said: it hangs, or stands on a spring, or is held by a wall."""
    if end.kind in {"ceiling", "wall", "floor"}:
        for link in links:
            link.a = end.id
        return
    lies = end.on and stock_kind(stock, end.on[0]) in {"floor", "table"}
    sprung = links[0].kind in {"spring", "damper"}
    if tie.link is not None and tie.link.level:
        holder = stock.one("wall")
    elif sprung and tie.how == "on" and tie.verb in _UPRIGHT_VERBS:
        holder = stock.one("floor")
        end.on = []
    elif lies and tie.verb != "hang":
        holder = stock.one("wall")
    else:
        holder = stock.one("ceiling")
    group = tie.link
    if group is not None and len(links) > 1:
        _tie_several(group, links, holder, end, stock)
    else:
        for link in links:
            _orient(link, holder, end)


def stock_kind(stock: Stock, name: str) -> str:
    """The kind of a thing by its id."""
    return next((thing.kind for thing in stock.things if thing.id == name), "")


def _tie_without_link(tie: Tie, ends: list[Thing], stock: Stock, assumed: list[str]) -> None:
    """Joined by nothing that was named: a rope where something hangs, else a rod."""
    if len(ends) < 2:
        return
    if tie.verb == "carry" and ends[0].kind not in {"ceiling", "wall"}:
        for thing in ends[1:]:
            thing.on = [ends[0].id]
        return
    pairs = list(pairwise(ends))
    ceilings = [end for end in ends if end.kind == "ceiling"]
    if ceilings:
        pairs = [(ceilings[0], end) for end in ends if end.kind != "ceiling"]
    for a, b in pairs:
        tied = any({link.a, link.b} == {a.id, b.id} for link in stock.links)
        if tied or (b.on and a.id in b.on) or (a.on and b.id in a.on):
            continue
        if b.kind in {"floor", "table", "ramp"} or a.kind in {"floor", "table", "ramp"}:
            continue
        kind: LinkKind = "rope" if ceilings or tie.verb == "hang" else "rod"
        link = stock.link(kind, a.id, b.id)
        _orient(link, a, b)
        if tie.verb == "hang" and not ceilings:
            link.a, link.b, link.hangs = b.id, a.id, True
        assumed.append(f"What joins {a.id} and {b.id} was not said; a {kind} is taken.")
