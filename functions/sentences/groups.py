"""What a noun stands for: one thing, several alike, a link, or a named arrangement."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count

from .description import MOVING_KINDS, Link, LinkKind, Thing, ThingKind

OPEN = "open"
"""What a link names as an end that it has not found yet."""


@dataclass(slots=True)
class Group:
    """The things and links that one noun brought in; `stated` are its quantities, in order.

    `lean` is the rows' or tower's way of standing together; `side` tells two of a kind apart.
    """

    what: str
    things: list[Thing] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    stated: dict[str, list[float]] = field(default_factory=dict)
    side: str | None = None
    together: str | None = None
    is_system: bool = False
    level: bool = False
    """Of links: said to be horizontal."""
    bumper: bool = False
    """Of springs: something runs into their free end."""
    words: set[str] = field(default_factory=set)
    """Unknown words that it was called by."""

    @property
    def moving(self) -> list[Thing]:
        """Those of its things that can move."""
        return [thing for thing in self.things if thing.kind in MOVING_KINDS]

    @property
    def is_link(self) -> bool:
        """Whether it is a spring, rod, rope or damper and nothing else."""
        return bool(self.links) and not self.things

    def has(self, kind: str) -> bool:
        """Whether it holds a thing or link of that kind."""
        parts: list[Thing | Link] = [*self.things, *self.links]
        return any(part.kind == kind for part in parts)


class Stock:
    """All things and links made so far, each under an id of its own."""

    def __init__(self) -> None:
        self.things: list[Thing] = []
        self.links: list[Link] = []

    def thing(self, kind: ThingKind) -> Thing:
        """A new thing."""
        thing = Thing(id=self._name(kind), kind=kind)
        self.things.append(thing)
        return thing

    def link(self, kind: LinkKind, a: str, b: str) -> Link:
        """A new link between two things."""
        link = Link(id=self._name(kind), kind=kind, a=a, b=b)
        self.links.append(link)
        return link

    def one(self, kind: ThingKind) -> Thing:
        """The ceiling, the floor: what there is one of."""
        found = next((thing for thing in self.things if thing.kind == kind), None)
        return found or self.thing(kind)

    def become(self, group: Group, kind: ThingKind) -> None:
        """Take a group's things for another kind: a plank or track that slopes is a ramp."""
        for thing in group.things:
            old, thing.id = thing.id, self._name(kind)
            thing.kind = kind
            for other in self.things:
                other.on = [thing.id if name == old else name for name in other.on]
                if other.beside == old:
                    other.beside = thing.id
            for link in self.links:
                link.a = thing.id if link.a == old else link.a
                link.b = thing.id if link.b == old else link.b
        group.what = kind

    def drop(self, group: Group) -> None:
        """Forget what a group brought in."""
        self.things = [thing for thing in self.things if thing not in group.things]
        self.links = [link for link in self.links if link not in group.links]

    def hung(self, thing: Thing) -> list[Link]:
        """The links that a thing hangs by."""
        ceilings = {other.id for other in self.things if other.kind == "ceiling"}
        return [
            link
            for link in self.links
            if (link.b == thing.id and (link.hangs or link.a in ceilings))
        ]

    def _name(self, kind: str) -> str:
        taken = {thing.id for thing in self.things} | {link.id for link in self.links}
        return next(name for n in count(1) if (name := f"{kind}_{n}") not in taken)


def pendulum(stock: Stock, balls: int) -> Group:
    """`balls` balls on rods, each under the one before."""
    group = Group("pendulum" if balls == 1 else "chain of pendulums", is_system=True)
    holder = stock.one("ceiling")
    for _ in range(balls):
        ball = stock.thing("ball")
        link = stock.link("rod", holder.id, ball.id)
        link.hangs = True
        group.things.append(ball)
        group.links.append(link)
        holder = ball
    return group


def pendulums(stock: Stock, count: int) -> Group:
    """Pendulums of one ball each, side by side."""
    each = [pendulum(stock, 1) for _ in range(count)]
    return Group(
        "pendulum",
        [thing for group in each for thing in group.things],
        [link for group in each for link in group.links],
        is_system=True,
    )


def physical_pendulum(stock: Stock) -> Group:
    """A uniform rod that swings about its end."""
    rod = stock.thing("rod")
    link = stock.link("rod", stock.one("ceiling").id, rod.id)
    link.hangs = True
    return Group("physical pendulum", [rod], [link], is_system=True)


def cradle(stock: Stock, balls: int) -> Group:
    """Balls that hang side by side and touch, fully elastic."""
    group = Group("cradle", is_system=True)
    ceiling = stock.one("ceiling")
    for index in range(balls):
        ball = stock.thing("ball")
        ball.restitution = 1.0
        if index:
            ball.beside, ball.gap_m = group.things[-1].id, 0.0
        link = stock.link("rod", ceiling.id, ball.id)
        link.hangs = True
        group.things.append(ball)
        group.links.append(link)
    return group


def atwood(stock: Stock) -> Group:
    """Two boxes on a rope over a pulley."""
    left, right, pulley = stock.thing("box"), stock.thing("box"), stock.thing("pulley")
    rope = stock.link("rope", left.id, right.id)
    rope.over = [pulley.id]
    return Group("atwood", [left, right, pulley], [rope], is_system=True)


def mass_on_spring(stock: Stock) -> Group:
    """A box on a spring under the ceiling."""
    box = stock.thing("box")
    spring = stock.link("spring", stock.one("ceiling").id, box.id)
    return Group("mass on spring", [box], [spring], is_system=True)


def seesaw(stock: Stock) -> Group:
    """A plank on a fulcrum."""
    fulcrum, plank = stock.thing("fulcrum"), stock.thing("plank")
    plank.on = [fulcrum.id]
    return Group("seesaw", [plank, fulcrum], is_system=True)


def beam(stock: Stock) -> Group:
    """A plank on a pin at its left end and a roller at its right one."""
    plank = stock.thing("plank")
    supports = [stock.thing("pin"), stock.thing("roller")]
    plank.on = [support.id for support in supports]
    return Group("beam", [plank, *supports], is_system=True)


def bridge(stock: Stock) -> Group:
    """A plank on two piers."""
    piers = [stock.thing("box"), stock.thing("box")]
    plank = stock.thing("plank")
    plank.on = [pier.id for pier in piers]
    for pier in piers:
        pier.height_m = 0.6
    return Group("bridge", [plank, *piers], is_system=True)


DOMINO_M = (0.1, 0.5)
DOMINO_GAP = 0.4
"""Of its height, from one to the next."""
_DOMINO_PUSH_RAD_S = 2.0


def dominoes(stock: Stock, slabs: int) -> Group:
    """Upright slabs in a row, the first of them tipping over to the right."""
    group = Group("dominoes", is_system=True)
    for index in range(slabs):
        box = stock.thing("box")
        box.width_m, box.height_m = DOMINO_M
        if index:
            box.beside, box.gap_m = group.things[-1].id, DOMINO_GAP * DOMINO_M[1]
        group.things.append(box)
    if group.things:
        first = group.things[0]
        # It turns about its lower right edge: its centre moves right and a little up.
        first.spin_rad_s = -_DOMINO_PUSH_RAD_S
        first.speed_m_s = _DOMINO_PUSH_RAD_S * DOMINO_M[1] / 2
    return group


SEVERAL = frozenset({"pendulum"})
"""The named systems that may be said in the plural."""


def make_system(what: str, stock: Stock, many: int | None) -> Group:
    """The named system; `many` is how many of its balls or slabs, where that was said."""
    makers = {
        "pendulum": lambda: pendulums(stock, many or 1),
        "double pendulum": lambda: pendulum(stock, 2),
        "triple pendulum": lambda: pendulum(stock, 3),
        "physical pendulum": lambda: physical_pendulum(stock),
        "atwood": lambda: atwood(stock),
        "cradle": lambda: cradle(stock, many or 5),
        "mass on spring": lambda: mass_on_spring(stock),
        "seesaw": lambda: seesaw(stock),
        "beam": lambda: beam(stock),
        "bridge": lambda: bridge(stock),
        "dominoes": lambda: dominoes(stock, many or 5),
    }
    return makers[what]()
