"""Nouns make things, or find those that were meant."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from .description import LinkKind, ThingKind
from .groups import OPEN, Group, make_system
from .lexicon import Entry
from .phrases import Item
from .premods import Premods
from .relations import mention, mention_link

if TYPE_CHECKING:
    from .grammar import Reader

_MASS_WORDS = frozenset({"mass", "masses", "weight", "weights"})
_ONE_KINDS = frozenset({"ceiling", "floor"})


def take_body(reader: Reader, entry: Entry, item: Item) -> None:
    """A thing, or the word "mass" before its value."""
    if item.spelt in _MASS_WORDS and _is_mass_property(reader, item):
        reader.prop = "mass"
        return
    kind: ThingKind = entry.what  # type: ignore[assignment]
    known = _known(reader, kind)
    group = known or _new_body(reader, kind, entry, item)
    apply_premods(reader, group, fresh=known is None)
    mention(reader, group)


def _is_mass_property(reader: Reader, item: Item) -> bool:
    behind = [i for by in (-1, -2, -3) if (i := reader.phrases.ahead(by)) is not None]
    before = [i.spelt for i in behind]
    after = [i.spelt for by in (1, 2) if (i := reader.phrases.ahead(by)) is not None]
    next_item = reader.phrases.ahead(1)
    if next_item is not None and next_item.is_a("verb", "world", "side"):
        return False
    if after[:2] == ["of", "the"] or after[:1] == ["="] or before[:1] == ["whose"]:
        return True
    if reader.pre.quantities or reader.pre.count:
        return False
    about = reader.focus
    if about is None or not about.moving:
        return False
    owns = {"of", "with", "has", "having", "and", "have", "its", ","}
    first = before[0] if before else ""
    if first in {"a", "the", "its", "equal"}:
        first = before[1] if len(before) > 1 else ""
    # "a spring with a mass" names a body, "a ball with a mass of 2 kg" a property.
    return first in owns


def _known(reader: Reader, kind: str) -> Group | None:
    """The group that a definite noun, or a system's own part, means."""
    alike = [group for group in reader.groups if group.has(kind)]
    if kind in {"ceiling", "floor"} and alike:
        return alike[-1]
    if not alike or reader.pre.another:
        return None
    if reader.pre.definite or reader.phrases.follows_possessive():
        return _pick(reader, alike)
    return alike[-1] if _is_part_of_system(reader, kind, alike[-1]) else None


def _pick(reader: Reader, alike: Sequence[Group]) -> Group:
    if reader.pre.side is not None:
        sided = [group for group in alike if group.side == reader.pre.side]
        if sided:
            return sided[-1]
    if reader.relation is not None:
        others = [group for group in alike if group is not reader.relation[1]]
        return others[-1] if others else alike[-1]
    return alike[-1]


def _is_part_of_system(reader: Reader, kind: str, group: Group) -> bool:
    """ "a cradle of five balls", "an Atwood machine with masses 3 and 5 kg"."""
    if group is not reader.focus or not group.is_system or group.what == "seesaw":
        return False
    if reader.relation is not None and reader.relation[0] not in {"of", "with", "on"}:
        return False
    if reader.relation is not None and reader.relation[0] == "on" and group.what != "bridge":
        return False
    if kind == "ball" and group.what == "bridge":
        return False
    if reader.pre.count is not None and group.what in {"cradle", "dominoes"}:
        recount(reader, reader.pre.count)
        reader.pre.count = None
    return True


def recount(reader: Reader, count: int) -> None:
    """Make the named system anew, with that many balls or slabs."""
    group = reader.focus
    if group is None:
        return
    reader.stock.drop(group)
    fresh = make_system(group.what, reader.stock, count)
    group.things, group.links = fresh.things, fresh.links


def _new_body(reader: Reader, kind: ThingKind, entry: Entry, item: Item) -> Group:
    lists = [len(token.values) for token in reader.pre.quantities if token.kind != "size"]
    count = max([reader.pre.count or 1, *lists])
    if entry.plural and reader.pre.count is None and count == 1 and kind not in _ONE_KINDS:
        count = 2
    if kind in _ONE_KINDS:
        count = 1
    group = Group(kind, [reader.stock.thing(kind) for _ in range(count)])
    if "domino" in item.spelt:
        for thing in group.things:
            thing.width_m, thing.height_m = 0.1, 0.5
    if item.spelt.startswith(("propeller", "rotor", "windmill", "blade")):
        group.things[0].pivot_m = 0.0
    group.together = reader.pre.together
    reader.groups.append(group)
    return group


def take_system(reader: Reader, entry: Entry, _item: Item) -> None:
    """A named arrangement of several things."""
    known = next((group for group in reader.groups if group.what == entry.what), None)
    if known is not None and reader.pre.definite:
        mention(reader, known)
        return
    group = make_system(entry.what, reader.stock, reader.pre.count)
    reader.groups.append(group)
    apply_premods(reader, group, fresh=True)
    mention(reader, group)


def take_link(reader: Reader, entry: Entry, item: Item) -> None:
    """A spring, rod, rope or damper; its ends are found by and by."""
    kind: LinkKind = entry.what  # type: ignore[assignment]
    alike = [group for group in reader.groups if group.has(kind)]
    own = (
        reader.focus is not None
        and reader.focus.is_system
        and reader.focus.links
        and (reader.relation is None or reader.relation[0] in {"of", "with", "by", "on"})
        and not reader.pre.another
    )
    if own and reader.focus is not None:
        # "a pendulum on a 2 m string": the system's own line, of this kind.
        for link in reader.focus.links:
            if link.kind in {"rod", "rope"} and kind in {"rod", "rope"}:
                link.kind = kind
        apply_premods(reader, reader.focus, fresh=False)
        reader.relation = None
        return
    if kind == "rod" and _is_a_thing(reader, item):
        take_body(reader, Entry("body", "rod"), item)
        return
    if alike and reader.pre.definite:
        apply_premods(reader, alike[-1], fresh=False)
        mention_link(reader, alike[-1])
        return
    lists = [len(token.values) for token in reader.pre.quantities]
    count = max([reader.pre.count or 1, *lists])
    if entry.plural and reader.pre.count is None and count == 1:
        count = 2
    links = [reader.stock.link(kind, OPEN, OPEN) for _ in range(count)]
    group = Group(kind, links=links)
    reader.groups.append(group)
    apply_premods(reader, group, fresh=True)
    mention_link(reader, group)


def _is_a_thing(reader: Reader, item: Item) -> bool:
    """A rod that turns or swings by itself is a body, not a link."""
    heavy = any(token.kind == "mass" for token in reader.pre.quantities)
    if reader.pre.motor or (heavy and not reader.groups):
        return True
    if reader.relation is not None or reader.tie is not None:
        return False
    ahead = 1
    while (after := reader.phrases.ahead(ahead)) is not None and ahead < 9:
        if after.is_a("verb") and after.entry is not None:
            return after.entry.what in {"swing", "turn"} and not reader.phrases.body_named(ahead)
        if after.is_a("body", "link"):
            return False
        ahead += 1
    return False


def apply_premods(reader: Reader, group: Group, *, fresh: bool) -> None:
    """Give a noun what was said before it."""
    pre, reader.pre = reader.pre, Premods()
    if pre.side is not None and fresh:
        group.side = pre.side
    for token in pre.quantities:
        reader.bind(token, to=group)
    for surface in pre.surfaces:
        reader.surface(surface, group)
    if pre.motor:
        for thing in group.moving:
            thing.motor_rad_s = thing.motor_rad_s or -math.tau / 2
        reader.verbs.append(("motor", group))
