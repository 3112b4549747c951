"""Relations join what was named to what is named next, and links find their ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .description import MOST_UNDER
from .groups import Group
from .joining import Tie, settle_tie
from .lexicon import Entry
from .phrases import Item

if TYPE_CHECKING:
    from .grammar import Reader


def mention(reader: Reader, group: Group) -> None:
    """What a noun does to the relation or tie that was open when it came."""
    relation, reader.relation = reader.relation, None
    if relation is not None and relation[1] is group:
        pass
    elif relation is not None:
        relate(reader, relation[0], relation[1], group)
    elif reader.tie is not None and _is_tied(reader, group):
        reader.tie.add(group)
    elif reader.fronted is not None and group.moving:
        what, under = reader.fronted
        reader.fronted = None
        relate(reader, what, group, under)
    if reader.subject is None or (relation is None and reader.tie is None and group.moving):
        reader.subject = group if group.moving or reader.subject is None else reader.subject
    reader.focus = group
    reader.prop = None


def _is_tied(reader: Reader, group: Group) -> bool:
    """ "a spring connects a block and a wall": what is named while a tie is open."""
    tie = reader.tie
    return tie is not None and len(tie.ends) < 2 and group.things[0].kind != "pulley"


def mention_link(reader: Reader, group: Group) -> None:
    """The same of a spring, rod, rope or damper: it is what an open tie ties with."""
    relation, reader.relation = reader.relation, None
    source = relation[1] if relation is not None else None
    if source is not None and source.has("floor") and source is not reader.subject:
        # "on a floor at the end of a spring": it is not the floor that the spring holds.
        source = reader.subject
    if reader.verb == "push" and relation is not None and relation[0] == "by":
        # "pulled by a rope with 40 N": the force is what counts.
        reader.stock.drop(group)
        reader.groups.remove(group)
        return
    into = relation is not None and relation[0] == "into" and group.has("spring")
    if into and reader.verb in {"roll", "slide", "move"} and _is_fast(reader.subject):
        # "rolls against a spring at 2 m/s": it is not tied to it.
        reader.verbs.append(("collide", reader.subject))
        reader.verb = "collide"
    if reader.verb == "collide" and group.has("spring") and reader.subject is not None:
        group.bumper = True
        end_tie(reader)
        reader.tie = Tie(group)
        reader.focus, reader.prop = group, None
        return
    if reader.tie is not None and reader.tie.link is None:
        reader.tie.link = group
        reader.tie.how = relation[0] if relation else reader.tie.how
    else:
        tied = reader.tie
        end_tie(reader)
        reader.tie = Tie(group, how=relation[0] if relation else None, verb=reader.verb)
        if source is not None and source.things and relation is not None:
            reader.tie.add(source)
        elif tied is not None and tied.ends and reader.phrases.behind_and():
            # "by a spring and a damper": both between the same ends.
            reader.tie.ends = list(tied.ends)
            reader.tie.verb, reader.tie.how = tied.verb, tied.how
    reader.focus = group
    reader.prop = None


def _is_fast(group: Group | None) -> bool:
    return group is not None and any(thing.speed_m_s for thing in group.moving)


def open_tie(reader: Reader, verb: str) -> None:
    """A verb that joins was said of something: what is named next is its other end."""
    if reader.tie is not None and reader.tie.link is not None and len(reader.tie.ends) < 2:
        reader.tie.verb = verb
        return
    about = reader.focus if reader.focus is not None and reader.focus.moving else reader.subject
    if reader.tie is not None:
        end_tie(reader)
    reader.tie = Tie(None, verb=verb)
    if about is not None and about.things:
        reader.tie.add(about)


def end_tie(reader: Reader) -> None:
    """Give the links of the open tie their ends."""
    if reader.tie is not None:
        if reader.tie.link is not None and reader.level:
            reader.tie.link.level = True
        settle_tie(reader.tie, reader.stock, reader.assumed)
        reader.tie = None


def take_relation(reader: Reader, entry: Entry, item: Item) -> None:
    """Note where a relation starts from; the next noun is where it leads to."""
    what = entry.what
    if what == "between" and reader.prop is not None:
        # "the friction between the crate and the ramp is 0.3": its value comes after both.
        reader.prop_of_both, reader.prop = reader.prop, None
        return
    if what in {"of", "with"} and reader.prop is not None:
        if reader.phrases.is_next("article", "body", "link"):
            # "the friction coefficient of the ramp is 0.3": its value comes after what it is of.
            reader.prop_of_both = reader.prop
        return
    if what == "by" and reader.verb in {"stretch", "compress", "lift"}:
        return
    source = reader.focus
    if source is not None and source.is_link:
        tied = reader.tie is not None
        source = reader.subject if reader.subject and reader.subject.things else None
        if tied and what in {"to", "from", "between", "on", "into"}:
            reader.relation = (what, None)
            return
    if what in {"on", "down", "up", "across", "to", "into", "over"} and reader.subject is not None:
        fixed = source is not None and not source.moving
        if fixed and reader.verb is not None and reader.subject.moving:
            source = reader.subject
    reader.relation = (what, source)


def relate(reader: Reader, what: str, source: Group | None, target: Group) -> None:
    """Join what a relation started from with what it leads to."""
    tie = reader.tie
    if what == "over" and target.what == "wheel" and any(g.has("rope") for g in reader.groups):
        # What a rope runs around is a pulley, whatever it is called.
        reader.stock.become(target, "pulley")
    pulley = target.has("pulley") and not target.is_system
    if pulley:
        return
    joins = what in {"to", "between", "from", "by", "with"} or target.has("ceiling")
    if tie is not None and target.has("wall") and what in {"on", "into"}:
        tie.add(target)
        return
    tied = tie is not None and (source is None or tie.holds(source) or tie.link is not None)
    if tie is not None and tied and target.things and (joins or target.has("wall")):
        tie.add(target)
        return
    if source is None:
        if not target.moving or what in {"on", "down", "up"}:
            reader.fronted = (what, target)
        return
    if what in {"on", "down", "up", "across", "top", "foot", "from", "over"}:
        _rest_on(reader, what, source, target)
    elif what in {"into", "to", "by", "with", "beside"} or reader.verb == "collide":
        _meet(reader, what, source, target)


def _rest_on(reader: Reader, what: str, source: Group, target: Group) -> None:
    if not source.moving:
        if target.moving and what in {"on", "with"} and not source.is_link:
            source, target = target, source
        else:
            return
    under = target.things[0]
    if target.what == "pendulum" and target.is_system and len(target.things) == 1:
        _sit_on_swing(reader, source, target)
        return
    if what == "from" and under.kind not in {"ramp", "table"}:
        return
    for thing in source.moving:
        if source.is_system and thing is not source.things[0]:
            continue
        if under.kind in {"ceiling", "wall", "pulley"} or under is thing:
            continue
        piers = target.things if thing.kind == "plank" and not target.is_system else [under]
        thing.on = [pier.id for pier in piers[:MOST_UNDER]]
        if what in {"down", "up"}:
            thing.heading = what  # type: ignore[assignment]
        if what == "foot" and under.kind == "ramp":
            thing.heading = thing.heading or "up"
    if reader.side is not None and source.side is None:
        source.side = reader.side


def _sit_on_swing(reader: Reader, source: Group, swing: Group) -> None:
    """Who sits on a swing is its bob."""
    bob, sitting = swing.things[0], source.moving[0]
    bob.mass_kg = sitting.mass_kg or bob.mass_kg
    reader.stock.drop(source)
    source.things = [bob]


def _meet(reader: Reader, what: str, source: Group, target: Group) -> None:
    """One comes at the other, or stands beside it."""
    if not source.moving or not target.things:
        return
    first, second = source.moving[-1], target.things[0]
    if what == "with" and reader.verb != "collide":
        return
    if second.kind in {"floor", "ceiling", "pulley", "ramp", "fulcrum"}:
        return
    if what == "beside" or reader.verb in {"collide", "move", "roll", "slide", "throw", "push"}:
        if first.heading == "left":
            first.beside = second.id
        elif second.beside is None and first.beside != second.id:
            second.beside = first.id
        if what == "beside" and reader.verb != "collide":
            second.gap_m = second.gap_m if second.gap_m is not None else 0.05
        if reader.verb == "collide":
            reader.verbs.append(("collide", target))
