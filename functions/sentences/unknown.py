"""Words that the lexicon does not have: which of them stand for a body."""

from __future__ import annotations

from .phrases import Phrases

_MOVES = frozenset(
    {"roll", "slide", "fall", "swing", "bounce", "stand", "hang", "release", "move", "topple"}
    | {"turn"}
)
"""What a body does; "a lamp hangs", "the toboggan slides"."""
_HANDLES = frozenset({"fall", "throw", "push", "lift", "release", "join", "carry", "stand", "hang"})
"""What is done to a body; "drops a hammer", "carries a vase"."""
_DOES = frozenset({"fall", "throw", "push", "lift", "release", "stretch", "compress", "collide"})
"""What somebody does to a body."""

_NO_NOUN = ("ly", "ed", "ing")
"""How adverbs and participles end."""


def names_a_thing(phrases: Phrases, ahead: int = 0, *, weighs: bool) -> bool:
    """Whether an unknown word, some places on, stands for a body.

    It weighs something, does what bodies do, or something is done to it; what stands before a noun
    is said of that noun, and whoever does something to a body is no part of the scene.
    """
    item = phrases.ahead(ahead)
    if item is None or item.spelt.endswith(_NO_NOUN):
        return False
    if phrases.noun_at(ahead + 1) or does_something(phrases, ahead):
        return False
    if weighs or _weight_follows(phrases, ahead):
        return True
    nominal = _has_article(phrases, ahead)
    if not nominal:
        return False
    verb = _verb_at(phrases, ahead + 1)
    return verb in _MOVES or _is_handled(phrases, ahead) or _is_done_to(phrases, ahead)


def turns(phrases: Phrases) -> bool:
    """Whether what the word stands for turns, and so is round."""
    return _verb_at(phrases, 1) == "turn"


def _is_done_to(phrases: Phrases, ahead: int) -> bool:
    """ "a potato is shot"."""
    be = phrases.ahead(ahead + 1)
    return be is not None and be.spelt in _BE and _verb_at(phrases, ahead + 2) in _HANDLES


def does_something(phrases: Phrases, ahead: int = 0) -> bool:
    """Whether it is somebody who does something to what is named next: "a golfer hits a ball"."""
    verb = _verb_at(phrases, ahead + 1)
    if verb not in _DOES:
        return False
    at = next(by for by in range(ahead + 1, ahead + 4) if _is_verb(phrases, by))
    if any((item := phrases.ahead(by)) and item.spelt in _BE for by in range(ahead + 1, at)):
        return False
    what, verbal = phrases.ahead(at + 1), phrases.ahead(at)
    if what is None or (verbal is not None and verbal.spelt in _FALLS):
        return False
    return what.is_a("article", "body") or (what.token is not None and what.token.is_quantity)


_FALLS = frozenset({"falls", "fall", "fell", "falling"})
"""Nobody falls something."""
_BE = frozenset({"is", "are", "was", "were", "being", "be"})


def _is_verb(phrases: Phrases, by: int) -> bool:
    item = phrases.ahead(by)
    return item is not None and item.is_a("verb")


def _verb_at(phrases: Phrases, by: int) -> str | None:
    """The verb there, behind no more than two words that say nothing."""
    for at in range(by, by + 3):
        item = phrases.ahead(at)
        if item is None or not item.is_a("verb", "stop"):
            return None
        if item.is_a("verb") and item.entry is not None:
            return item.entry.what
    return None


def _has_article(phrases: Phrases, ahead: int) -> bool:
    """Whether an article stands before it, with no more than adjectives between."""
    for at in range(ahead - 1, ahead - 4, -1):
        item = phrases.ahead(at)
        if item is None:
            return False
        if item.is_a("article"):
            return True
        if not (item.is_unknown or item.is_a("stop", "surface")):
            return False
    return False


def _is_handled(phrases: Phrases, ahead: int) -> bool:
    """Whether a verb stands before its article: "drops a hammer"."""
    at = next(by for by in range(ahead - 1, ahead - 4, -1) if phrases.is_next("article", by=by))
    verb = phrases.ahead(at - 1)
    return (
        verb is not None
        and verb.entry is not None
        and (verb.is_a("verb") and verb.entry.what in _HANDLES)
    )


def _weight_follows(phrases: Phrases, ahead: int) -> bool:
    """ "of mass 70 kg", "of 70 kg", "weighing 70 kg"."""
    for at in range(ahead + 1, ahead + 5):
        item = phrases.ahead(at)
        if item is None:
            return False
        if item.token is not None and item.token.kind == "mass":
            return not phrases.noun_at(at + 1)
        named = item.is_a("property", "body") and item.entry is not None
        mass = named and (item.entry.what == "mass" or item.spelt == "mass")  # type: ignore[union-attr]
        if not (mass or item.is_a("relation", "article", "stop") or item.spelt in "(,"):
            return False
    return False
