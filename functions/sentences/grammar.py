"""A sentence becomes a description, by a grammar of the language of mechanics problems.

Read from left to right, once. A noun makes a thing, or finds the one that was meant; quantities go
to the noun that they stand before, else to the last one whose kind they fit; a relation joins what
was named to what is named next. Nothing is a list of whole sentences: what is understood is any
arrangement of the words in `lexicon`. What finds no place is handed back word for word.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from .binding import Bound, bind
from .description import Description, Link, LinkKind, Thing, ThingKind, World
from .errors import SentenceNotUnderstood
from .finish import finish
from .groups import OPEN, Group, Stock, make_system
from .joining import Tie, settle_tie
from .lexicon import ENTRIES, GRAVITY_M_S2, LONGEST, Entry
from .words import Token, read_tokens

_MAX_COUNT = 60


@dataclass(frozen=True, slots=True)
class Item:
    """A word or phrase of the lexicon, a quantity, a mark, or a word that is not known."""

    spelt: str
    entry: Entry | None = None
    token: Token | None = None

    def is_a(self, *categories: str) -> bool:
        """Whether it is of one of these categories."""
        return self.entry is not None and self.entry.category in categories


def read_items(sentence: str) -> list[Item]:
    """The sentence in phrases of the lexicon, the longest that fit."""
    tokens = read_tokens(sentence)
    items: list[Item] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if token.kind != "word":
            items.append(Item(token.spelt, token=token))
            at += 1
            continue
        for length in range(min(LONGEST, len(tokens) - at), 0, -1):
            words = tuple(word.spelt for word in tokens[at : at + length])
            if words in ENTRIES and all(t.kind == "word" for t in tokens[at : at + length]):
                items.append(Item(" ".join(words), entry=ENTRIES[words]))
                at += length
                break
        else:
            items.append(Item(token.spelt))
            at += 1
    return items


@dataclass(slots=True)
class Premods:
    """What was said before the noun it belongs to."""

    count: int | None = None
    quantities: list[Token] = field(default_factory=list)
    surfaces: list[str] = field(default_factory=list)
    side: str | None = None
    definite: bool = False
    another: bool = False
    together: str | None = None
    motor: bool = False


class Reader:
    """Reads one sentence. `subject` is what the clause is about, `focus` what was named last."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        self.items = read_items(sentence)
        self.at = 0
        self.stock = Stock()
        self.world = World()
        self.groups: list[Group] = []
        self.subject: Group | None = None
        self.focus: Group | None = None
        self.verb: str | None = None
        self.verbs: list[tuple[str, Group | None]] = []
        self.relation: tuple[str, Group | None] | None = None
        self.fronted: tuple[str, Group] | None = None
        self.tie: Tie | None = None
        self.prop: str | None = None
        self.side: str | None = None
        self.direction: str | None = None
        self.pre = Premods()
        self.loose: list[tuple[Token, str | None]] = []
        self.unplaced: list[str] = []
        self.assumed: list[str] = []
        self.force_to_come: float | None = None
        self.turn_to_come: float | None = None
        self.torque_to_come: float | None = None
        self.lean_to_come: float | None = None
        self.facing = False

    def read(self) -> Description:
        """The description.

        Raises:
            SentenceNotUnderstood: no thing of mechanics is in it.
        """
        self.read_through()
        self._place_loose()
        if not self.groups:
            raise SentenceNotUnderstood("Nothing that can be simulated was found in the sentence.")
        finish(self)
        return Description(
            title=" ".join(self.sentence.split())[:200],
            things=self.stock.things,
            links=self.stock.links,
            world=self.world,
            unplaced=list(dict.fromkeys(word[:100] for word in self.unplaced))[:100],
            assumed=[note[:300] for note in dict.fromkeys(self.assumed)][:50],
        )

    def read_through(self) -> None:
        """Take every word; what no noun was said of stays in `loose`."""
        while self.at < len(self.items):
            self._take(self.items[self.at])
            self.at += 1
        self._end_clause()

    # One item.

    def _take(self, item: Item) -> None:
        token = item.token
        if token is not None:
            self._take_token(token)
            return
        if item.entry is None:
            if item.spelt == "m" and self._ahead(1) and self._ahead(1).spelt == "=":  # type: ignore[union-attr]
                self.prop = "mass"
            elif not item.spelt.isalpha() or len(item.spelt) > 1 or item.spelt not in "abcdefxyz":
                self.unplaced.append(item.spelt)
            return
        entry = item.entry
        take = getattr(self, f"_take_{entry.category}", None)
        if take is not None:
            take(entry, item)

    def _ahead(self, by: int) -> Item | None:
        return self.items[self.at + by] if 0 <= self.at + by < len(self.items) else None

    def _is_next(self, *categories: str, by: int = 1) -> bool:
        item = self._ahead(by)
        return item is not None and item.is_a(*categories)

    def _take_token(self, token: Token) -> None:
        if token.kind == "mark":
            if token.spelt in ".;!?":
                self._end_clause()
            return
        if token.kind == "number" and self.prop is None and self._take_count(token):
            return
        if self._stands_before_noun(token):
            self.pre.quantities.append(token)
            return
        self._bind(token)

    def _take_count(self, token: Token) -> bool:
        """A bare number before a noun counts it."""
        value = token.values[0]
        if len(token.values) > 1 or value != int(value) or not 1 <= value <= _MAX_COUNT:
            return False
        ahead = 1
        while (item := self._ahead(ahead)) is not None and ahead < 8:
            if item.is_a("body", "link", "system"):
                self.pre.count = int(value)
                return True
            quantity = item.token is not None and item.token.is_quantity
            adjective = item.entry is None and item.token is None
            alike = item.is_a("article") and item.spelt in {"identical", "similar"}
            plain = item.is_a("surface", "stop", "side", "relation")
            if not (quantity or adjective or alike or plain):
                break
            if item.is_a("relation") and item.spelt != "of":
                break
            ahead += 1
        if token.spelt.isalpha():
            focus = self.focus
            behind = self._ahead(-1)
            counts = focus is not None and focus.what in {"cradle", "dominoes"}
            if counts and behind is not None and behind.spelt in {"of", "with"}:
                self._recount(int(value))
                return True
            return value == 1
        return False

    def _stands_before_noun(self, token: Token) -> bool:
        """Whether a quantity belongs to a noun that follows: "2 kg ball", "30 degree ramp"."""
        if self.prop is not None and token.kind != "size":
            return False
        ahead = 1
        while (item := self._ahead(ahead)) is not None:
            if item.is_a("body", "link", "system"):
                return _fits(token.kind, item.entry.what if item.entry else "")
            if item.is_a("property") and item.spelt in {"mass", "masses"}:
                return token.kind == "mass"
            quantity = item.token is not None and item.token.is_quantity
            if (
                item.is_a("measure")
                and ahead == 1
                and item.spelt in {"long", "high", "tall", "wide"}
            ):
                after = self._ahead(ahead + 1)
                if after is None or not after.is_a("body", "link", "system", "surface"):
                    return False
                ahead += 1
                continue
            plain = item.is_a("surface", "stop", "group") and item.spelt not in {
                *("is", "are", "at", "for", "and", "then", "in", "while", "when", "which", "that"),
                *("where", "so", "as", "was", "were", "its", "off", "rest", "on", "out"),
            }
            if not (quantity or plain):
                return False
            ahead += 1
        return False

    # Words.

    def _take_article(self, entry: Entry, _item: Item) -> None:
        self.pre.definite = entry.what == "the"
        self.pre.another = entry.what == "another"

    def _take_surface(self, entry: Entry, _item: Item) -> None:
        if not self._noun_follows():
            self._surface(entry.what, self.focus, said_behind=True)
        else:
            self.pre.surfaces.append(entry.what)

    def _noun_follows(self) -> bool:
        ahead = 1
        while (item := self._ahead(ahead)) is not None and ahead < 6:
            if item.is_a("body", "link", "system"):
                return True
            quantity = item.token is not None and item.token.is_quantity
            if not (quantity or item.is_a("surface", "side", "and", "group")):
                return item.entry is None and item.token is None and self._unknown_then_noun(ahead)
            ahead += 1
        return False

    def _unknown_then_noun(self, ahead: int) -> bool:
        item = self._ahead(ahead + 1)
        return item is not None and item.is_a("body", "link", "system")

    def _surface(self, what: str, group: Group | None, *, said_behind: bool = False) -> None:
        numbers: dict[str, tuple[float | None, float | None]] = {
            "frictionless": (0.0, None),
            "ice": (0.03, None),
            "rubber": (0.9, 0.7),
            "steel": (0.3, 0.6),
            "wood": (0.4, 0.3),
            "rough": (0.6, None),
            "elastic": (None, 1.0),
            "plastic": (None, 0.0),
        }
        if what == "fixed":
            for thing in group.things if group else ():
                thing.fixed = True
            return
        friction, restitution = numbers[what]
        whole = group is None or not group.things or (said_behind and what == "frictionless")
        if whole or what in {"elastic", "plastic"}:
            self.world.friction = friction if friction is not None else self.world.friction
            if restitution is not None:
                self.world.restitution = restitution
            return
        for thing in group.things if group else ():
            if friction is not None:
                thing.friction = friction
            if restitution is not None:
                thing.restitution = restitution

    def _take_motor(self, _entry: Entry, _item: Item) -> None:
        self.pre.motor = True

    def _take_group(self, entry: Entry, _item: Item) -> None:
        self.pre.together = entry.what

    def _take_side(self, entry: Entry, item: Item) -> None:
        if item.spelt in _ADJECTIVES and self._noun_follows():
            self.pre.side = entry.what
            return
        self.side = entry.what
        focus = self.focus
        if entry.what in {"series", "parallel"} and focus is not None:
            links = [group for group in self.groups if group.is_link]
            for group in links:
                group.together = entry.what
            return
        going = self.verb in {"move", "roll", "slide", "throw", "push"}
        if entry.what in {"left", "right"} and going and item.spelt == entry.what:
            self._head(entry.what)
        elif focus is not None and focus.moving and not focus.is_system:
            focus.side = entry.what
        elif entry.what == "left" and self.verb in {"move", "roll", "slide", "throw", "push"}:
            self._head("left")

    def _take_direction(self, entry: Entry, _item: Item) -> None:
        self.direction = entry.what
        self.facing |= entry.what == "each other"
        self._head(entry.what)

    def _head(self, what: str) -> None:
        """Point the clause's speed or force."""
        about = self.subject or self.focus
        for thing in about.moving if about else ():
            if self.verb == "push":
                if what in {"right", "left", "up", "down"}:
                    thing.force_heading = what  # type: ignore[assignment]
                continue
            if what == "level":
                thing.launch_deg = 0.0
            elif what in {"up", "down"} and self.verb in {"throw", "move", None, "release"}:
                thing.launch_deg = 90.0 if what == "up" else -90.0
            elif what in {"left", "right", "up", "down"}:
                thing.heading = what  # type: ignore[assignment]
            elif what in {"clockwise", "counterclockwise"}:
                sense = 1.0 if what == "counterclockwise" else -1.0
                for name in ("motor_rad_s", "torque_n_m", "spin_rad_s"):
                    value = getattr(thing, name)
                    if value is not None:
                        setattr(thing, name, sense * abs(value))

    def _take_world(self, entry: Entry, _item: Item) -> None:
        self.world.gravity_m_s2 = GRAVITY_M_S2[entry.what]

    def _take_property(self, entry: Entry, item: Item) -> None:
        if item.spelt in {"r", "l", "h", "e", "c", "k", "v", "f", "t", "g", "w"}:
            after = self._ahead(1)
            named = after is not None and (after.spelt in {"=", "of"} or after.token is not None)
            if not named:
                return
        self.prop = entry.what

    def _take_measure(self, entry: Entry, item: Item) -> None:
        """A measure that no length stands before says nothing."""

    def _take_and(self, _entry: Entry, _item: Item) -> None:
        self.prop = self.prop if self._is_next("property") else None

    def _take_pronoun(self, entry: Entry, _item: Item) -> None:
        if entry.what in {"it", "them"}:
            about = self._pronoun(entry.what)
            if about is not None:
                self._mention(about)
        elif entry.what == "each other":
            self.direction = "each other"
            self.facing = True
        elif entry.what == "other" and not self._noun_follows():
            bodies = [group for group in self.groups if group.moving]
            if bodies and self.relation is None:
                self.focus = bodies[-1]

    def _pronoun(self, what: str) -> Group | None:
        """ "it" on, beside or at something is what the relation did not start from."""
        bodies = [group for group in self.groups if not group.is_link]
        if what == "them":
            several = [group for group in bodies if len(group.moving) > 1]
            return several[-1] if several else (bodies[-1] if bodies else None)
        if self.relation is not None and self.relation[1] is not None:
            others = [group for group in bodies if group is not self.relation[1]]
            return others[-1] if others else None
        if self.subject is not None:
            return self.subject
        return bodies[-1] if bodies else None

    def _take_verb(self, entry: Entry, item: Item) -> None:
        if self._lifts_some(entry.what):
            return
        verb = entry.what
        if verb == "swing" and "bob" in item.spelt:
            verb = "swing"
        about = self.subject or self.focus
        if self.focus is not None and self.focus.moving and not self._is_passive_tie(verb):
            about = self.focus if self.relation is None and self.tie is None else about
        if about is not None and about.is_link:
            about = next((g for g in reversed(self.groups) if g.moving), about)
        if verb != "stand" or self.verb is None:
            self.verb = verb
        self.verbs.append((verb, about))
        if about is not None and about.moving and verb not in {"join", "hang"}:
            self.subject = about
        if verb in {"join", "hang"}:
            self._open_tie(verb)
        self.prop = None

    def _is_passive_tie(self, verb: str) -> bool:
        return verb in {"join", "hang"} and self.tie is not None

    def _lifts_some(self, verb: str) -> bool:
        """ "one ball is lifted", of a cradle."""
        if verb not in {"lift", "release"} or self.focus is None or self.focus.what != "cradle":
            return False
        self.verbs.append((verb, self.focus))
        return True

    # Nouns.

    def _take_body(self, entry: Entry, item: Item) -> None:
        if item.spelt in _MASS_WORDS and self._is_mass_property(item):
            self.prop = "mass"
            return
        kind: ThingKind = entry.what  # type: ignore[assignment]
        group = self._known(kind, item) or self._new_body(kind, entry, item)
        self._apply_premods(group, fresh=group is not self._found)
        self._mention(group)

    def _is_mass_property(self, item: Item) -> bool:
        behind = [i for by in (-1, -2, -3) if (i := self._ahead(by)) is not None]
        before = [i.spelt for i in behind]
        after = [i.spelt for by in (1, 2) if (i := self._ahead(by)) is not None]
        next_item = self._ahead(1)
        if next_item is not None and next_item.is_a("verb", "world", "side"):
            return False
        if after[:2] == ["of", "the"] or after[:1] == ["="] or before[:1] == ["whose"]:
            return True
        if self.pre.quantities or self.pre.count:
            return False
        about = self.focus
        if about is None or not about.moving:
            return False
        owns = {"of", "with", "has", "having", "and", "have", "its", ","}
        first = before[0] if before else ""
        if first in {"a", "the", "its", "equal"}:
            first = before[1] if len(before) > 1 else ""
        # "a spring with a mass" names a body, "a ball with a mass of 2 kg" a property.
        return first in owns

    _found: Group | None = None

    def _known(self, kind: str, item: Item) -> Group | None:
        """The group that a definite noun, or a system's own part, means."""
        self._found = None
        pre = self.pre
        alike = [group for group in self.groups if group.has(kind)]
        if kind in {"ceiling", "floor"} and alike:
            self._found = alike[-1]
        elif not alike or pre.another:
            return None
        elif pre.definite or self._follows_possessive():
            self._found = self._pick(alike)
        elif self._is_part_of_system(kind, alike[-1]):
            self._found = alike[-1]
        return self._found

    def _follows_possessive(self) -> bool:
        item = self._ahead(-1)
        return item is not None and item.spelt == "its"

    def _pick(self, alike: Sequence[Group]) -> Group:
        if self.pre.side is not None:
            sided = [group for group in alike if group.side == self.pre.side]
            if sided:
                return sided[-1]
        if self.relation is not None:
            others = [group for group in alike if group is not self.relation[1]]
            return others[-1] if others else alike[-1]
        return alike[-1]

    def _is_part_of_system(self, kind: str, group: Group) -> bool:
        """ "a cradle of five balls", "an Atwood machine with masses 3 and 5 kg"."""
        if group is not self.focus or not group.is_system or group.what == "seesaw":
            return False
        if self.relation is not None and self.relation[0] not in {"of", "with", "on"}:
            return False
        if self.relation is not None and self.relation[0] == "on" and group.what != "bridge":
            return False
        if kind == "ball" and group.what == "bridge":
            return False
        if self.pre.count is not None and group.what in {"cradle", "dominoes"}:
            self._recount(self.pre.count)
            self.pre.count = None
        return True

    def _recount(self, count: int) -> None:
        group = self.focus
        if group is None:
            return
        self.stock.drop(group)
        fresh = make_system(group.what, self.stock, count)
        group.things, group.links = fresh.things, fresh.links

    def _new_body(self, kind: ThingKind, entry: Entry, item: Item) -> Group:
        lists = [len(token.values) for token in self.pre.quantities if token.kind != "size"]
        count = max([self.pre.count or 1, *lists])
        if entry.plural and self.pre.count is None and count == 1 and kind not in _ONE_KINDS:
            count = 2
        if kind in _ONE_KINDS:
            count = 1
        group = Group(kind, [self.stock.thing(kind) for _ in range(count)])
        if "domino" in item.spelt:
            for thing in group.things:
                thing.width_m, thing.height_m = 0.1, 0.5
        if item.spelt.startswith(("propeller", "rotor", "windmill", "blade")):
            group.things[0].pivot_m = 0.0
        group.together = self.pre.together
        self.groups.append(group)
        return group

    def _take_system(self, entry: Entry, _item: Item) -> None:
        known = next((group for group in self.groups if group.what == entry.what), None)
        if known is not None and self.pre.definite:
            self._mention(known)
            return
        group = make_system(entry.what, self.stock, self.pre.count)
        self.groups.append(group)
        self._apply_premods(group, fresh=True)
        self._mention(group)

    def _take_link(self, entry: Entry, item: Item) -> None:
        kind: LinkKind = entry.what  # type: ignore[assignment]
        alike = [group for group in self.groups if group.has(kind)]
        own = (
            self.focus is not None
            and self.focus.is_system
            and self.focus.links
            and (self.relation is None or self.relation[0] in {"of", "with", "by", "on"})
            and not self.pre.another
        )
        if own and self.focus is not None:
            # "a pendulum on a 2 m string": the system's own line, of this kind.
            for link in self.focus.links:
                if link.kind in {"rod", "rope"} and kind in {"rod", "rope"}:
                    link.kind = kind
            self._apply_premods(self.focus, fresh=False)
            self.relation = None
            return
        if kind == "rod" and self._is_a_thing(item):
            self._take_body(Entry("body", "rod"), item)
            return
        if alike and self.pre.definite:
            self._apply_premods(alike[-1], fresh=False)
            self._mention_link(alike[-1])
            return
        lists = [len(token.values) for token in self.pre.quantities]
        count = max([self.pre.count or 1, *lists])
        if entry.plural and self.pre.count is None and count == 1:
            count = 2
        links = [self.stock.link(kind, OPEN, OPEN) for _ in range(count)]
        group = Group(kind, links=links)
        self.groups.append(group)
        self._apply_premods(group, fresh=True)
        self._mention_link(group)

    def _is_a_thing(self, item: Item) -> bool:
        """A rod that turns or swings by itself is a body, not a link."""
        heavy = any(token.kind == "mass" for token in self.pre.quantities)
        if self.pre.motor or (heavy and not self.groups):
            return True
        if self.relation is not None or self.tie is not None:
            return False
        ahead = 1
        while (after := self._ahead(ahead)) is not None and ahead < 9:
            if after.is_a("verb") and after.entry is not None:
                return after.entry.what in {"swing", "turn"} and not self._body_named(ahead)
            if after.is_a("body", "link"):
                return False
            ahead += 1
        return False

    def _body_named(self, ahead: int) -> bool:
        rest = self.items[self.at + ahead :]
        return any(i.is_a("body") and i.spelt not in {"ceiling", "pivot point"} for i in rest)

    def _apply_premods(self, group: Group, *, fresh: bool) -> None:
        pre, self.pre = self.pre, Premods()
        if pre.side is not None and fresh:
            group.side = pre.side
        for token in pre.quantities:
            self._bind(token, to=group)
        for surface in pre.surfaces:
            self._surface(surface, group)
        if pre.motor:
            for thing in group.moving:
                thing.motor_rad_s = thing.motor_rad_s or -math.tau / 2
            self.verbs.append(("motor", group))

    # What a noun does to what was said before it.

    def _mention(self, group: Group) -> None:
        relation, self.relation = self.relation, None
        if relation is not None and relation[1] is group:
            pass
        elif relation is not None:
            self._relate(relation[0], relation[1], group)
        elif self.tie is not None and self._is_tied(group):
            self.tie.add(group)
        elif self.fronted is not None and group.moving:
            what, under = self.fronted
            self.fronted = None
            self._relate(what, group, under)
        if self.subject is None or (relation is None and self.tie is None and group.moving):
            self.subject = group if group.moving or self.subject is None else self.subject
        self.focus = group
        self.prop = None

    def _is_tied(self, group: Group) -> bool:
        """ "a spring connects a block and a wall": what is named while a tie is open."""
        tie = self.tie
        return tie is not None and len(tie.ends) < 2 and group.things[0].kind != "pulley"

    def _mention_link(self, group: Group) -> None:
        relation, self.relation = self.relation, None
        source = relation[1] if relation is not None else None
        if self.tie is not None and self.tie.link is None:
            self.tie.link = group
            self.tie.how = relation[0] if relation else self.tie.how
        else:
            tied = self.tie
            self._end_tie()
            self.tie = Tie(group, how=relation[0] if relation else None, verb=self.verb)
            if source is not None and source.things and relation is not None:
                self.tie.add(source)
            elif tied is not None and tied.ends and self._behind_and():
                # "by a spring and a damper": both between the same ends.
                self.tie.ends = list(tied.ends)
                self.tie.verb, self.tie.how = tied.verb, tied.how
        self.focus = group
        self.prop = None

    def _behind_and(self) -> bool:
        behind = [i for by in range(-1, -9, -1) if (i := self._ahead(by)) is not None]
        for item in behind:
            if item.is_a("and") or item.spelt == ",":
                return True
            if item.is_a("body", "verb", "system"):
                return False
        return False

    def _open_tie(self, verb: str) -> None:
        if self.tie is not None and self.tie.link is not None and len(self.tie.ends) < 2:
            self.tie.verb = verb
            return
        about = self.focus if self.focus is not None and self.focus.moving else self.subject
        if self.tie is not None:
            self._end_tie()
        self.tie = Tie(None, verb=verb)
        if about is not None and about.things:
            self.tie.add(about)

    def _end_tie(self) -> None:
        if self.tie is not None:
            settle_tie(self.tie, self.stock, self.assumed)
            self.tie = None

    def _end_clause(self) -> None:
        self._end_tie()
        self.relation = self.prop = self.side = self.direction = self.verb = None
        self.subject = None

    def _take_relation(self, entry: Entry, item: Item) -> None:
        what = entry.what
        if what in {"of", "with"} and self.prop is not None:
            return
        if what == "by" and self.verb in {"stretch", "compress", "lift"}:
            return
        source = self.focus
        if source is not None and source.is_link:
            tied = self.tie is not None
            source = self.subject if self.subject and self.subject.things else None
            if tied and what in {"to", "from", "between", "on", "into"}:
                self.relation = (what, None)
                return
        if (
            what in {"on", "down", "up", "across", "to", "into", "over"}
            and self.subject is not None
        ):
            fixed = source is not None and not source.moving
            if fixed and self.verb is not None and self.subject.moving:
                source = self.subject
        self.relation = (what, source)

    def _relate(self, what: str, source: Group | None, target: Group) -> None:
        """Join what a relation started from with what it leads to."""
        tie = self.tie
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
                self.fronted = (what, target)
            return
        if what in {"on", "down", "up", "across", "top", "foot", "from", "over"}:
            self._rest_on(what, source, target)
        elif what in {"into", "to", "by", "with", "beside"} or self.verb == "collide":
            self._meet(what, source, target)

    def _rest_on(self, what: str, source: Group, target: Group) -> None:
        if not source.moving:
            if target.moving and what in {"on", "with"} and not source.is_link:
                source, target = target, source
            else:
                return
        under = target.things[0]
        if what == "from" and under.kind not in {"ramp", "table"}:
            return
        for thing in source.moving:
            if source.is_system and thing is not source.things[0]:
                continue
            if under.kind in {"ceiling", "wall", "pulley"} or under is thing:
                continue
            thing.on = [under.id]
            if what in {"down", "up"}:
                thing.heading = what  # type: ignore[assignment]
            if what == "foot" and under.kind == "ramp":
                thing.heading = thing.heading or "up"
        if self.side is not None and source.side is None:
            source.side = self.side

    def _meet(self, what: str, source: Group, target: Group) -> None:
        """One comes at the other, or stands beside it."""
        if not source.moving or not target.things:
            return
        first, second = source.moving[-1], target.things[0]
        if what == "with" and self.verb != "collide":
            return
        if second.kind in {"floor", "ceiling", "pulley", "ramp", "fulcrum"}:
            return
        if what == "beside" or self.verb in {"collide", "move", "roll", "slide", "throw", "push"}:
            if first.heading == "left":
                first.beside = second.id
            elif second.beside is None and first.beside != second.id:
                second.beside = first.id
            if what == "beside" and self.verb != "collide":
                second.gap_m = second.gap_m if second.gap_m is not None else 0.05
            if self.verb == "collide":
                self.verbs.append(("collide", target))

    # Quantities.

    def _bind(self, token: Token, *, to: Group | None = None) -> None:
        prop, self.prop = self.prop, None
        said = Bound(
            token=token,
            prop=prop,
            to=to,
            measure=self._measure_behind(),
            before=self._word_before(),
        )
        if not bind(self, said):
            if self.focus is None and not self.groups:
                self.loose.append((token, prop))
            else:
                self.unplaced.append(self._with_unit_spelt(token))

    def _measure_behind(self) -> str | None:
        item = self._ahead(1)
        if item is not None and item.is_a("measure") and item.entry is not None:
            return f"{item.entry.what}:{item.spelt}"
        if item is not None and item.is_a("direction") and item.entry is not None:
            return f"direction:{item.entry.what}"
        return None

    def _word_before(self) -> str:
        item = self._ahead(-1)
        return item.spelt if item is not None else ""

    @staticmethod
    def _with_unit_spelt(token: Token) -> str:
        return f"{token.spelt} ({token.kind})" if token.kind != "number" else token.spelt

    def _place_loose(self) -> None:
        """What was said before the first noun goes where it fits."""
        for token, prop in self.loose:
            self.focus = self.groups[-1] if self.groups else None
            self.prop = prop
            if self.groups:
                self._bind(token)
            else:
                self.unplaced.append(token.spelt)


_ADJECTIVES = frozenset(
    {"left", "right", "top", "bottom", "upper", "lower", "left hand", "right hand"}
    | {"leftmost", "rightmost"}
)
"""Of the sides: those that tell two of a kind apart when they stand before the noun."""
_MASS_WORDS = frozenset({"mass", "masses", "weight", "weights"})
_ONE_KINDS = frozenset({"ceiling", "floor"})
_FITS: dict[str, set[str]] = {
    "mass": {"ball", "box", "wheel", "cart", "plank", "rod", "pulley", "seesaw", "pendulum"},
    "angle": {"ramp"},
    "stiffness": {"spring", "mass on spring"},
    "damping": {"damper", "spring"},
    "velocity": {"ball", "box", "cart", "wheel"},
    "force": set(),
    "angular velocity": {"wheel", "rod", "motor"},
}


def _fits(quantity: str, noun: str) -> bool:
    if quantity in {"length", "size"}:
        return noun not in {"atwood", "floor"}
    if quantity == "number":
        return False
    if quantity == "mass" and noun in {"atwood", "double pendulum", "cradle", "mass on spring"}:
        return True
    return noun in _FITS.get(quantity, set())


def read_sentence(sentence: str) -> Description:
    """What a sentence says.

    Raises:
        SentenceNotUnderstood: no thing of mechanics is in it.
    """
    return Reader(sentence).read()


__all__ = ["Item", "Link", "Reader", "Thing", "read_items", "read_sentence"]
