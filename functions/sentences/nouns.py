"""Nouns make things, or find those that were meant."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from .description import LinkKind, ThingKind
from .groups import OPEN, SEVERAL, Group, make_system
from .lexicon import HANGING_PULLEYS, Entry
from .phrases import Item
from .premods import Premods
from .relations import mention, mention_link
from .unknown import does_something, names_a_thing, turns

if TYPE_CHECKING:
    from .grammar import Reader

_MASS_WORDS = frozenset({"mass", "masses", "weight", "weights"})
_PIVOTED = frozenset({"pivoted", "pivots", "hinged", "hinges"})
_PEOPLE = frozenset(
    {"person", "child", "kid", "boy", "girl", "man", "woman", "adult", "skier", "astronaut"}
    | {"student", "worker", "diver", "climber", "driver", "golfer", "player", "teacher", "farmer"}
    | {"archer", "soldier", "acrobat", "passenger"}
)
_HANGING_PULLEYS = frozenset(HANGING_PULLEYS.split("|"))
_ONE_KINDS = frozenset({"ceiling", "floor"})


def take_body(reader: Reader, entry: Entry, item: Item) -> None:
    """A thing, or the word "mass" before its value."""
    if item.spelt in _MASS_WORDS and _is_mass_property(reader, item):
        reader.prop = "mass"
        return
    kind: ThingKind = entry.what  # type: ignore[assignment]
    if item.spelt in _PEOPLE and does_something(reader.phrases):
        reader.pre = Premods()
        return
    if kind == "wheel" and _are_its_wheels(reader):
        return
    if kind == "ramp" and _is_its_slope(reader):
        reader.prop = "angle"
        return
    if item.spelt == "load" and _is_spread_load(reader):
        return
    if _says_what_something_is(reader, kind):
        return
    if item.spelt == "roller" and any(group.has("plank") for group in reader.groups):
        kind = "roller"
    known = _known(reader, kind, item.spelt)
    if known is not None and known.is_system and kind == "pulley":
        # "an Atwood machine with a 2 kg pulley": its own, and the talk goes on about the machine.
        part = Group(kind, [thing for thing in known.things if thing.kind == kind])
        apply_premods(reader, part, fresh=False)
        reader.relation = None
        return
    group = known or _new_body(reader, kind, entry, item)
    group.words.add(item.spelt)
    apply_premods(reader, group, fresh=known is None)
    mention(reader, group)


def hangs_in_its_rope(group: Group) -> bool:
    """Whether it was called a movable pulley."""
    return bool(group.words & _HANGING_PULLEYS)


def _says_what_something_is(reader: Reader, kind: ThingKind) -> bool:
    """ "the pulley is a 1 kg disc", "the load is a 2 kg ball": no further thing."""
    by = -1
    while (behind := reader.phrases.ahead(by)) is not None and not behind.is_a("article"):
        if behind.is_a("body", "link", "system", "verb", "relation") or by < -6:
            return False
        by -= 1
    is_, noun = reader.phrases.ahead(by - 1), reader.phrases.ahead(by - 2)
    if is_ is None or is_.spelt not in {"is", "was"} or noun is None or noun.entry is None:
        return False
    if not noun.is_a("body") or noun.entry.what not in {"pulley", "box"}:
        return False
    said_of = next((g for g in reversed(reader.groups) if g.has(noun.entry.what)), None)
    if said_of is None:
        return False
    parts = Group(said_of.what, [t for t in said_of.things if t.kind == noun.entry.what])
    if noun.entry.what == "box" and kind in {"ball", "wheel"}:
        reader.stock.become(said_of, kind)
    apply_premods(reader, parts, fresh=False)
    of = reader.phrases.ahead(1)
    if of is not None and of.spelt == "of":
        # "a disc of 1 kg": what is said next is said of it, too.
        reader.focus = parts if said_of.is_system else said_of
    return True


def _are_its_wheels(reader: Reader) -> bool:
    """ "a cart with wheels" has them anyway."""
    relation = reader.relation
    if relation is None or relation[0] not in {"with", "on"} or reader.pre.quantities:
        return False
    if relation[1] is None or not relation[1].has("cart"):
        return False
    reader.relation, reader.pre = None, Premods()
    return True


def _is_its_slope(reader: Reader) -> bool:
    """ "a hill with a slope of 8 degrees" is one ramp."""
    of, angle = reader.phrases.ahead(1), reader.phrases.ahead(2)
    about = reader.focus
    return (
        about is not None
        and (about.has("ramp") or about.has("floor"))
        and of is not None
        and of.spelt == "of"
        and angle is not None
        and angle.token is not None
        and angle.token.kind == "angle"
    )


def _is_spread_load(reader: Reader) -> bool:
    """ "a load of 200 N/m" is no body; its value goes to the beam."""
    tokens = [*reader.pre.quantities]
    for by in (1, 2):
        item = reader.phrases.ahead(by)
        tokens += [item.token] if item is not None and item.token is not None else []
    if not any(token.kind == "stiffness" for token in tokens):
        return False
    pre, reader.pre, reader.relation = reader.pre, Premods(), None
    for token in pre.quantities:
        reader.bind(token)
    return True


def take_unknown(reader: Reader, item: Item) -> None:
    """A word that is not known: a body if it stands where one would, else it has no place."""
    if len(item.spelt) == 1:
        _take_letter(reader, item)
        return
    weighs = any(token.kind == "mass" for token in reader.pre.quantities)
    known = next((group for group in reader.groups if item.spelt in group.words), None)
    if known is None and not names_a_thing(reader.phrases, weighs=weighs):
        reader.unplaced.append(item.spelt)
        return
    kind: ThingKind = "wheel" if turns(reader.phrases) else "box"
    group = known or _new_body(reader, kind, Entry("body", kind), item)
    group.words.add(item.spelt)
    if known is None:
        reader.assumed.append(f"What a {item.spelt} looks like is not known; a {kind} is taken.")
    apply_premods(reader, group, fresh=known is None)
    mention(reader, group)


def _take_letter(reader: Reader, item: Item) -> None:
    """The m of "m = 2 kg"; the name of a body, as in "block A", says nothing."""
    after = reader.phrases.ahead(1)
    if item.spelt == "m" and after is not None and after.spelt == "=":
        reader.prop = "mass"
    elif item.spelt not in "abcdefxyz":
        reader.unplaced.append(item.spelt)


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
    owns = {"of", "with", "has", "has a", "having", "and", "have", "its", ","}
    first = before[0] if before else ""
    if first in {"a", "the", "its", "equal"}:
        first = before[1] if len(before) > 1 else ""
    # "a spring with a mass" names a body, "a ball with a mass of 2 kg" a property.
    return first in owns


def _known(reader: Reader, kind: str, spelt: str) -> Group | None:
    """The group that a definite noun, or a system's own part, means; "the man" is who was called
    so before, if anybody was."""
    alike = [group for group in reader.groups if group.has(kind)]
    called_so = [group for group in alike if spelt in group.words]
    if called_so and not reader.relation:
        alike = called_so
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
    count = reader.pre.count
    if count is None and entry.plural and entry.what in SEVERAL:
        count = 2
    group = make_system(entry.what, reader.stock, count)
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
    group = Group(kind, links=links, level=reader.pre.level)
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
    while (after := reader.phrases.ahead(ahead)) is not None and ahead < 12:
        if after.spelt in _PIVOTED:
            return not reader.phrases.body_named(ahead)
        if after.is_a("verb") and after.entry is not None:
            return after.entry.what in {"swing", "turn"} and not reader.phrases.body_named(ahead)
        if after.is_a("body", "link") and after.spelt not in _MASS_WORDS:
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
