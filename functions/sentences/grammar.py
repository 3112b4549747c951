"""A sentence becomes a description, by a grammar of the language of mechanics problems.

Read from left to right, once. A noun makes a thing, or finds the one that was meant; quantities go
to the noun that they stand before, else to the last one whose kind they fit; a relation joins what
was named to what is named next. Nothing is a list of whole sentences: what is understood is any
arrangement of the words in `lexicon`. What finds no place is handed back word for word.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from .binding import Bound, bind
from .description import Description, World
from .errors import SentenceNotUnderstood
from .finish import finish
from .groups import Group, Stock
from .joining import TYING_VERBS, Tie
from .lexicon import GRAVITY_M_S2, Entry
from .nouns import recount, take_body, take_link, take_system, take_unknown
from .phrases import Item, Phrases
from .premods import Premods
from .relations import end_tie, mention, open_tie, take_relation
from .unknown import names_a_thing
from .words import Token

_MAX_COUNT = 60
_SAID_OF = {
    "he": frozenset({"boy", "man", "father", "student", "worker", "driver"}),
    "she": frozenset({"girl", "woman", "mother"}),
}
"""Who a pronoun can mean."""


class Reader:
    """Reads one sentence. `subject` is what the clause is about, `focus` what was named last."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        self.phrases = Phrases(sentence)
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
        self.prop_of_both: str | None = None
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
        self.level = False
        self.one_of_them = False

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
        while self.phrases.at < len(self.phrases.items):
            self._take(self.phrases.items[self.phrases.at])
            self.phrases.at += 1
        self._end_clause()

    @property
    def bodies(self) -> list[Group]:
        """The groups of what can move."""
        return [group for group in self.groups if group.moving]

    def said(self, *verbs: str) -> list[Group]:
        """The groups of what can move that one of these verbs was said of."""
        return [
            group
            for verb, group in self.verbs
            if verb in verbs and group is not None and group.moving
        ]

    # One item.

    def _take(self, item: Item) -> None:
        token = item.token
        if token is not None:
            self._take_token(token)
            return
        if item.entry is None:
            if item.spelt == "m" and self.phrases.ahead(1) and self.phrases.ahead(1).spelt == "=":  # type: ignore[union-attr]
                self.prop = "mass"
            else:
                take_unknown(self, item)
            return
        entry = item.entry
        named = _NAMED.get(entry.category)
        if named is not None:
            named(self, entry, item)
            return
        take = getattr(self, f"_take_{entry.category}", None)
        if take is not None:
            take(entry, item)

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
        self.bind(token)

    def _take_count(self, token: Token) -> bool:
        """A bare number before a noun counts it."""
        value = token.values[0]
        if self._is_one_like_it(token):
            return True
        if len(token.values) > 1 or value != int(value) or not 1 <= value <= _MAX_COUNT:
            return False
        ahead = 1
        while (item := self.phrases.ahead(ahead)) is not None and ahead < 8:
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
            behind = self.phrases.ahead(-1)
            counts = focus is not None and focus.what in {"cradle", "dominoes"}
            if counts and behind is not None and behind.spelt in {"of", "with"}:
                recount(self, int(value))
                return True
            self.one_of_them = value == 1 and any(len(g.moving) > 1 for g in self.bodies)
            return value == 1
        return False

    def _is_one_like_it(self, token: Token) -> bool:
        """ "a spring of 40 N/m on its left and one of 60 N/m on its right": one more of them."""
        of, value = self.phrases.ahead(1), self.phrases.ahead(2)
        links = [group for group in self.groups if group.is_link]
        if token.spelt != "one" or of is None or of.spelt not in {"of", "with"} or not links:
            return False
        if value is None or value.token is None or value.token.kind not in {"stiffness", "damping"}:
            return False
        self.pre.another = True
        take_link(self, Entry("link", links[-1].what), Item(links[-1].what))
        return True

    def _stands_before_noun(self, token: Token) -> bool:
        """Whether a quantity belongs to a noun that follows: "2 kg ball", "30 degree ramp"."""
        if self.prop is not None and token.kind != "size":
            return False
        ahead = 1
        while (item := self.phrases.ahead(ahead)) is not None:
            if item.is_a("body", "link", "system"):
                return _fits(token.kind, item.entry.what if item.entry else "")
            if item.is_unknown:
                if self.phrases.noun_at(ahead + 1):
                    ahead += 1
                    continue
                weighs = token.kind == "mass"
                return weighs and names_a_thing(self.phrases, ahead, weighs=True)
            if item.is_a("property") and item.spelt in {"mass", "masses"}:
                return token.kind == "mass"
            quantity = item.token is not None and item.token.is_quantity
            if (
                item.is_a("measure")
                and ahead == 1
                and item.spelt in {"long", "high", "tall", "wide"}
            ):
                after = self.phrases.ahead(ahead + 1)
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
        self.pre.another = entry.what == "another" and self.pre.count is None

    def _take_surface(self, entry: Entry, _item: Item) -> None:
        if not self.phrases.noun_follows():
            self.surface(entry.what, self.focus, said_behind=True)
        else:
            self.pre.surfaces.append(entry.what)

    def surface(self, what: str, group: Group | None, *, said_behind: bool = False) -> None:
        """A material, or how much something rubs or bounces."""
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
            if restitution is not None and not (group and group.what == "cradle"):
                # A cradle hands all on, whatever its balls are made of.
                thing.restitution = restitution

    def _take_motor(self, _entry: Entry, _item: Item) -> None:
        self.pre.motor = True

    def _take_group(self, entry: Entry, _item: Item) -> None:
        self.pre.together = entry.what

    def _take_side(self, entry: Entry, item: Item) -> None:
        if item.spelt in _ADJECTIVES and self.phrases.noun_follows():
            self.pre.side = entry.what
            return
        if self._is_the_other_one(entry.what):
            return
        self.side = entry.what
        focus = self.focus
        if entry.what in {"series", "parallel"} and focus is not None:
            links = [group for group in self.groups if group.is_link]
            for group in links:
                group.together = entry.what
            if entry.what == "parallel" and len(focus.moving) > 1 and focus.together is None:
                focus.together = entry.what
            return
        going = self.verb in {"move", "roll", "slide", "throw", "push"}
        if entry.what in {"left", "right"} and going and item.spelt == entry.what:
            self.head(entry.what)
        elif focus is not None and focus.moving and not focus.is_system:
            focus.side = entry.what
        elif entry.what == "left" and self.verb in {"move", "roll", "slide", "throw", "push"}:
            self.head("left")

    def _is_the_other_one(self, side: str) -> bool:
        """ "the left block is 2 kg and the right one 3 kg", "the one on the right": another one."""
        focus = self.focus
        near = (self.phrases.ahead(-1), self.phrases.ahead(1))
        one = any(item is not None and item.spelt == "one" for item in near)
        if not one or focus is None or len(focus.moving) != 1 or focus.is_system:
            return False
        if {side, focus.side} != {"left", "right"}:
            return False
        other = Group(focus.what, [self.stock.thing(focus.moving[0].kind)], side=side)
        self.groups.append(other)
        self.subject = self.focus = other
        self.prop = None
        return True

    def _take_direction(self, entry: Entry, item: Item) -> None:
        if item.spelt == "horizontal" and self.phrases.noun_at(1):
            self.pre.level = True
            return
        self.direction = entry.what
        self.facing |= entry.what == "each other"
        self.head(entry.what)

    def head(self, what: str) -> None:
        """Point the clause's speed or force."""
        about = self.subject or self.focus
        for thing in about.moving if about else ():
            if self.verb == "push":
                if what in {"right", "left", "up", "down"}:
                    thing.force_heading = what  # type: ignore[assignment]
                continue
            if what == "level" and self.verb in {"release", "lift"} and self.stock.links:
                # "a ball on a rod starts horizontally".
                self.lean_to_come = 90.0
            elif what == "level" and self.verb == "swing":
                # "oscillates horizontally".
                self.level = True
            elif what == "level":
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
            after = self.phrases.ahead(1)
            named = after is not None and (after.spelt in {"=", "of"} or after.token is not None)
            if not named:
                return
        self.prop = entry.what

    def _take_measure(self, entry: Entry, item: Item) -> None:
        """A measure that no length stands before says nothing."""

    def _take_and(self, _entry: Entry, _item: Item) -> None:
        self.prop = self.prop if self.phrases.is_next("property") else None

    def _take_pronoun(self, entry: Entry, _item: Item) -> None:
        if entry.what in {"it", "them"}:
            about = self._pronoun(entry.what)
            if about is not None:
                mention(self, about)
        elif entry.what in _SAID_OF:
            called = [g for g in self.groups if g.words & _SAID_OF[entry.what]]
            if called:
                self.subject = self.focus = called[-1]
        elif entry.what == "each other":
            self.direction = "each other"
            self.facing = True
        elif entry.what == "first" and not self.phrases.noun_follows():
            # "two carts: the first moves at 2 m/s".
            self.one_of_them = any(len(group.moving) > 1 for group in self.bodies)
        elif entry.what == "other" and not self.phrases.noun_follows():
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
        if item.spelt in {"stacked", "piled"} and about is not None and about.together is None:
            about.together = "tower"
        if about is not None and about.moving and verb not in TYING_VERBS:
            self.subject = about
        if verb in TYING_VERBS:
            open_tie(self, verb)
        self.prop = None

    def _is_passive_tie(self, verb: str) -> bool:
        return verb in TYING_VERBS and self.tie is not None

    def _lifts_some(self, verb: str) -> bool:
        """ "one ball is lifted", of a cradle."""
        if verb not in {"lift", "release"} or self.focus is None or self.focus.what != "cradle":
            return False
        self.verbs.append((verb, self.focus))
        return True

    def _end_clause(self) -> None:
        end_tie(self)
        self.relation = self.prop = self.side = self.direction = self.verb = None
        self.subject = self.prop_of_both = None

    # Quantities.

    def bind(self, token: Token, *, to: Group | None = None) -> None:
        """Give a quantity to what it is of, or note that nothing takes it."""
        prop = self.prop or (self.prop_of_both if token.kind == "number" else None)
        if prop is None and to is None and token.kind == "length":
            prop = self._extent_behind()
        self.prop = None
        said = Bound(
            token=token,
            prop=prop,
            to=to,
            measure=self.phrases.measure_behind(),
            before=self.phrases.word_before(),
        )
        if not bind(self, said):
            # "the spring constant is 100 N/m" may come before the spring.
            early = token.kind in {"stiffness", "damping"} and not self.stock.links
            if early or (self.focus is None and not self.groups):
                self.loose.append((token, prop))
            else:
                self.unplaced.append(self._with_unit_spelt(token))

    def _extent_behind(self) -> str | None:
        """What a length is of, where that stands right behind it: "a 40 cm radius"."""
        behind = self.phrases.ahead(1)
        if behind is None or behind.entry is None or not behind.is_a("property"):
            return None
        what = behind.entry.what
        if what not in {"radius", "diameter", "height", "width"} or len(behind.spelt) == 1:
            return None
        after = self.phrases.ahead(2)
        if after is not None and (after.token is not None and after.token.is_quantity):
            return None
        self.phrases.at += 1
        return what

    @staticmethod
    def _with_unit_spelt(token: Token) -> str:
        return f"{token.spelt} ({token.kind})" if token.kind != "number" else token.spelt

    def _place_loose(self) -> None:
        """What was said before the first noun goes where it fits."""
        for token, prop in self.loose:
            self.focus = self.groups[-1] if self.groups else None
            self.prop = prop
            if not self.groups or (not self.stock.links and token.kind in {"stiffness", "damping"}):
                self.unplaced.append(self._with_unit_spelt(token))
            else:
                self.bind(token)


_ADJECTIVES = frozenset(
    {"left", "right", "top", "bottom", "upper", "lower", "left hand", "right hand"}
    | {"leftmost", "rightmost"}
)
"""Of the sides: those that tell two of a kind apart when they stand before the noun."""
_NAMED: Mapping[str, Callable[[Reader, Entry, Item], None]] = {
    "body": take_body,
    "link": take_link,
    "system": take_system,
    "relation": take_relation,
}
"""Who takes the words that name things, and those that relate them."""
_FITS: dict[str, set[str]] = {
    "mass": {"ball", "box", "wheel", "cart", "plank", "rod", "pulley", "seesaw", "pendulum"},
    "angle": {"ramp", "plank", "floor"},
    "stiffness": {"spring", "mass on spring"},
    "damping": {"damper", "spring"},
    "velocity": {"ball", "box", "cart", "wheel"},
    "force": {"ball", "box", "cart", "wheel"},
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
