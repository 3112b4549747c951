"""A sentence as phrases of the lexicon, and what stands before and behind the one being read."""

from __future__ import annotations

from dataclasses import dataclass

from .lexicon import ENTRIES, LONGEST, Entry
from .words import Token, read_tokens


@dataclass(frozen=True, slots=True)
class Item:
    """A word or phrase of the lexicon, a quantity, a mark, or a word that is not known."""

    spelt: str
    entry: Entry | None = None
    token: Token | None = None

    @property
    def is_unknown(self) -> bool:
        """Whether it is a word that the lexicon does not have."""
        return self.entry is None and self.token is None

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
    return [
        Item(item.spelt, entry=_SWING) if _is_a_swing(items[:index], item) else item
        for index, item in enumerate(items)
    ]


_SWING = Entry("system", "pendulum")


def _is_a_swing(before: list[Item], item: Item) -> bool:
    """Whether "swing" is a noun: "a 3 m swing", "the long swing"."""
    if item.spelt != "swing" or not item.is_a("verb"):
        return False
    for behind in reversed(before):
        quantity = behind.token is not None and behind.token.is_quantity
        if behind.is_a("article"):
            return True
        if not (quantity or behind.is_unknown or behind.is_a("measure", "stop")):
            return False
    return False


class Phrases:
    """The phrases of a sentence, and the place of the one that is being read."""

    def __init__(self, sentence: str) -> None:
        self.items = read_items(sentence)
        self.at = 0

    def ahead(self, by: int) -> Item | None:
        """The phrase that many places on, or back."""
        return self.items[self.at + by] if 0 <= self.at + by < len(self.items) else None

    def noun_at(self, by: int) -> bool:
        """Whether a noun of the lexicon stands that many places on."""
        item = self.ahead(by)
        return item is not None and item.is_a("body", "link", "system")

    def is_next(self, *categories: str, by: int = 1) -> bool:
        """Whether the phrase that many places on is of one of these categories."""
        item = self.ahead(by)
        return item is not None and item.is_a(*categories)

    def noun_follows(self) -> bool:
        """Whether what is read stands before a noun, with nothing but qualities between."""
        ahead = 1
        while (item := self.ahead(ahead)) is not None and ahead < 6:
            if item.is_a("body", "link", "system"):
                return True
            quantity = item.token is not None and item.token.is_quantity
            if not (quantity or item.is_a("surface", "side", "and", "group")):
                return item.entry is None and item.token is None and self._unknown_then_noun(ahead)
            ahead += 1
        return False

    def _unknown_then_noun(self, ahead: int) -> bool:
        item = self.ahead(ahead + 1)
        return item is not None and item.is_a("body", "link", "system")

    def follows_possessive(self) -> bool:
        """Whether "its" stands before what is read."""
        item = self.ahead(-1)
        return item is not None and item.spelt == "its"

    def body_named(self, ahead: int) -> bool:
        """Whether a thing is named from that many places on."""
        rest = self.items[self.at + ahead :]
        return any(i.is_a("body") and i.spelt not in {"ceiling", "pivot point"} for i in rest)

    def measure_behind(self) -> str | None:
        """The measure or direction that stands behind what is read, as "category:words"."""
        item = self.ahead(1)
        if item is not None and item.is_a("measure") and item.entry is not None:
            return f"{item.entry.what}:{item.spelt}"
        if item is not None and item.is_a("direction") and item.entry is not None:
            return f"direction:{item.entry.what}"
        return None

    def word_before(self) -> str:
        """The word before what is read."""
        item = self.ahead(-1)
        return item.spelt if item is not None else ""

    def behind_and(self) -> bool:
        """Whether what is read goes on a list: an "and" stands between it and the last noun."""
        behind = [i for by in range(-1, -9, -1) if (i := self.ahead(by)) is not None]
        for item in behind:
            if item.is_a("and") or item.spelt == ",":
                return True
            if item.is_a("body", "verb", "system"):
                return False
        return False
