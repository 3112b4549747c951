"""What a label means: the cheapest way to read its signs as `name = value unit`.

A noisy channel in the small. A label is a name, a value with a unit, both, or a word; every sign of
it may have been misread at a cost (`vocabulary.MISREAD`, about -ln of how often that happens), and
leaving something out or being implausible costs too. `meanings` tries all forms over all words and
returns the cheapest, so that there is one rule for all labels and none for a single case.

Digits are only ever taken from a digit that was read or from a sign known to be misread for one:
no number is made up.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from ..analysis import Quantity
from .vocabulary import (
    DEGREE,
    DIGITS,
    FRACTIONS,
    MISREAD,
    NO_UNIT,
    QUANTITIES,
    RADIAN,
    SAME_SIGN,
    WORDS,
    Unit,
    Vocabulary,
)

# Costs, about -ln of how often; a label that costs more than MAX_COST is not understood.
MAX_COST = 5.0
_CASE = 0.3
_DROPPED = 2.0
"""A sign of a unit that was not read at all."""
_SLIP = 1.6
"""Any one sign of a spelt word wrong, missing or too many."""
_BARE_NAME = 1.5
_MAX_BARE_NAME_REPAIR = 0.5
"""A name that stands alone has nothing beside it to confirm a repair."""
_WORD_REPAIR_PER_SIGN = 0.5
_DIGIT_AS_UNIT = 2.5
_DIGIT_APART = 1.0
"""A unit that was read as digits only: `25` for `2 s`; and with a space before it: `2 5`."""
_NAMELESS = 0.3
_NAMELESS_TIME = 0.7
"""Of a time, which belongs to no mark, people say that it is one: 1 ms is rather 1 m/s."""
_UNKNOWN_NAME = 2.5
_NO_UNIT = 2.0
_NO_DEGREE = 1.2
"""The sign that is lost most: small, high, and left out by those in a hurry."""
_BARE_NUMBER = 1.2
_UNREADABLE_UNIT = 2.2
_FIRST_FRICTION = 1.0
"""A μ with index 0: lengths, speeds and times have a first one; a μ rather lost its signs, as in
`μ01` for `μ: 0.1`."""
_NO_TRUE_DIGIT = 0.8
_LOST_POINT = 1.0
_BARE_POINT = 1.4
"""Some write .8 for 0.8; more often a slim 1 was lost."""
_SPLIT_NUMBER = 1.2
_POINT_IN_GAP = 0.6
"""Nobody leaves a gap in a number but at its thousands; what stood there was a point."""
_ODD_ANGLE = 0.6
_OBTUSE_ANGLE = 1.0
_PER_DECADE = 1.2
"""For each factor of ten that a value lies outside of what is plausible."""

_MAX_SIGNS = 40
_MAX_NAME = 4

_SEPARATORS: Mapping[str, float] = {
    "=": 0.0,
    ":": 0.0,
    "-": 1.0,
    "·": 0.6,
    "~": 1.0,
    "≈": 0.3,
    "_": 1.2,
}
_HALF_COLON = 0.6
"""A point before a space: a colon whose upper dot was lost. In a number no space follows one."""
_SPACE = 0.2
_NO_SEPARATOR = 1.2
_JUNK: Mapping[str, float] = {
    **dict.fromkeys(".,;:'`·\"", 0.4),
    **dict.fromkeys("()[]", 0.1),
    **dict.fromkeys("|/\\_-~", 1.2),
}
_NUMBER = re.compile(
    r"""(?P<sign>[+-]?)
    (?: (?P<over>\d{1,3})/(?P<under>\d{1,3})
      | (?P<whole>\d*)(?P<fraction>[½¼¾])
      | (?P<mantissa>\d+[.,·]?\d*|[.,]\d+)
        (?:(?:[eE]|[x*·]10\^?)(?P<power>[+-]?\d{1,2}))?
    )""",
    re.VERBOSE,
)
_NUMERIC = frozenset(DIGITS) | frozenset(FRACTIONS) | frozenset("+-.,·/eEx*^")
_DIGITS_BEHIND = re.compile(r"\d+(?![.,])")
_NOT_BEHIND_POINT = re.compile(r"0+|\d{3}")
"""Digits behind a gap that are no decimals: noughts alone, and thousands."""
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(,\d{3})+")


@dataclass(frozen=True, slots=True)
class Meaning:
    """One way to understand a label.

    `text` is the label as it should have been read; `value` is in `unit`; `cost` is about -ln of
    how likely the signs read would be had this been written; `assumed` says, a sentence each, what
    was taken for granted that was not written.
    """

    text: str
    quantity: Quantity
    name: str | None
    value: float | None
    unit: str | None
    cost: float
    assumed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Name:
    vocabulary: Vocabulary
    name: str
    spelt: str
    end: int
    cost: float


@dataclass(frozen=True, slots=True)
class _Number:
    value: float
    spelt: str
    end: int
    cost: float
    true_digits: int
    assumed: tuple[str, ...] = ()


def meanings(text: str, *, limit: int = 4) -> tuple[Meaning, ...]:
    """The ways to understand `text` as a label, the likeliest first; none if it is no label."""
    return _meanings(text)[:limit]


@lru_cache(maxsize=1024)
def _meanings(text: str) -> tuple[Meaning, ...]:
    line = _Line.of(text)
    if not 0 < len(line.signs) <= _MAX_SIGNS:
        return ()
    best: dict[tuple[object, ...], Meaning] = {}
    for meaning in _all_forms(line):
        what = (meaning.quantity, meaning.name, meaning.value, meaning.unit)
        if meaning.cost <= MAX_COST and (what not in best or meaning.cost < best[what].cost):
            best[what] = meaning
    return tuple(sorted(best.values(), key=lambda meaning: meaning.cost))


def _all_forms(line: _Line) -> Iterator[Meaning]:
    yield from _words(line)
    for start, skipped in line.starts():
        for meaning in (*_named(line, start), *_nameless(line, start)):
            yield replace(meaning, cost=meaning.cost + skipped)


def _words(line: _Line) -> Iterator[Meaning]:
    # Some write in capitals throughout: then none is misread for a small letter.
    capitals = _CASE if line.signs.isupper() else 0.0
    line = replace(line, signs=line.signs.lower()) if capitals else line
    for start, skipped in line.starts():
        for word in WORDS:
            slip = _SLIP if len(word) > 3 else None
            for end, cost in line.spell(word, start, slip=slip).items():
                left = line.rest(end)
                if left is not None and cost <= _WORD_REPAIR_PER_SIGN * len(word):
                    odd = skipped + left + capitals
                    yield Meaning(word, "word", word, None, None, cost + odd)


def _named(line: _Line, start: int) -> Iterator[Meaning]:
    for name in _names(line, start):
        left = line.rest(name.end)
        if left is not None and name.cost <= _MAX_BARE_NAME_REPAIR:
            yield Meaning(
                name.spelt,
                name.vocabulary.quantity,
                name.name,
                None,
                None,
                name.cost + left + _BARE_NAME,
            )
        for at, separator in line.separators(name.end):
            for number in _numbers(line, at):
                for meaning in _with_unit(line, number, name.vocabulary):
                    yield replace(
                        meaning,
                        text=f"{name.spelt} = {meaning.text}",
                        name=name.name,
                        cost=meaning.cost + name.cost + separator,
                    )


def _nameless(line: _Line, start: int) -> Iterator[Meaning]:
    """`value unit`; also behind a name that means nothing to us, or nothing with this unit."""
    openings: list[tuple[int, float, tuple[str, ...]]] = [(start, _NAMELESS, ())]
    for end in range(start + 1, min(start + _MAX_NAME, len(line.signs)) + 1):
        unknown = (f"the name {line.signs[start:end]!r} is not known with this unit",)
        openings += [
            (at, _UNKNOWN_NAME + cost, unknown)
            for at, cost in line.separators(end)
            if line.signs[at - 1] in "=:"
        ]
    for at, cost, assumed in openings:
        for number in _numbers(line, at):
            for known in (known for known in QUANTITIES if known.nameless):
                odd = _NAMELESS_TIME if known.quantity == "time" else 0.0
                for meaning in _with_unit(line, number, known, named=False):
                    # What may be a letter is a number where a whole unit follows: `lkg`.
                    clear = meaning.unit == line.signs[number.end :] and len(meaning.unit) > 1
                    if not (number.true_digits or clear):
                        continue
                    yield replace(
                        meaning,
                        cost=meaning.cost + cost + odd,
                        assumed=(*assumed, *meaning.assumed),
                    )


def _with_unit(
    line: _Line, number: _Number, known: Vocabulary, *, named: bool = True
) -> Iterator[Meaning]:
    """`number` with each unit of `known` that the signs behind it may be, or with none."""
    if number.value < 0 and not known.signed:
        return

    def meaning(unit: Unit, cost: float, *assumed: str) -> Meaning:
        space = "" if unit.symbol in ("°", "") else " "
        return Meaning(
            f"{number.spelt}{space}{unit.symbol}",
            known.quantity,
            None,
            number.value,
            unit.symbol,
            number.cost + cost + _implausible(number.value, unit, known),
            (*number.assumed, *assumed),
        )

    for unit in known.units:
        if unit is NO_UNIT and not named:
            continue
        for spelling in unit.spellings:
            for end, cost in line.spell(spelling, number.end, dropped=_DROPPED).items():
                if (left := line.rest(end)) is not None:
                    digits = unit is not DEGREE and line.signs[number.end : end].isdecimal()
                    apart = number.end in line.gaps
                    odd = _DIGIT_APART if apart else _DIGIT_AS_UNIT
                    yield meaning(unit, cost + left + (odd if digits else 0.0))
    for unit in known.others:
        for spelling in unit.spellings:
            end = number.end + len(spelling)
            plain = line.signs[number.end : end] == spelling
            if plain and (left := line.rest(end)) is not None:
                yield meaning(unit, left)
    if NO_UNIT in known.units:
        return
    assumed = f"no unit was read: {known.assumed.symbol} is assumed"
    behind = len(line.signs) - number.end
    if (left := line.rest(number.end)) is not None:
        if known.quantity == "angle" and named:
            yield meaning(DEGREE, left + _NO_DEGREE, assumed)
            yield meaning(RADIAN, left + _NO_DEGREE + 0.5, "no unit was read: rad is assumed")
        elif known.quantity == "angle" and number.true_digits > 1:
            yield meaning(DEGREE, left + _NO_DEGREE + _BARE_NUMBER, assumed)
        elif named:
            yield meaning(known.assumed, left + _NO_UNIT, assumed)
    elif named and behind <= 3:
        yield meaning(
            known.assumed,
            _UNREADABLE_UNIT + 0.5 * behind,
            f"{line.signs[number.end :]!r} is no unit: {known.assumed.symbol} is assumed",
        )


def _implausible(value: float, unit: Unit, known: Vocabulary) -> float:
    size = abs(value * unit.factor)
    if size == 0:
        return 0.0
    low, high = known.plausible
    decades = max(math.log10(low / size), math.log10(size / high), 0.0)
    odd = 0.0
    if unit.symbol in ("°", "deg"):
        odd = (_ODD_ANGLE if value % 5 else 0.0) + (_OBTUSE_ANGLE if size > math.pi / 2 else 0.0)
    beyond = 0.3 if decades > 0 else 0.0
    return decades * _PER_DECADE + odd + beyond


def _names(line: _Line, start: int) -> Iterator[_Name]:
    for known in QUANTITIES:
        for name, spellings in known.names.items():
            for spelling in spellings:
                slip = _SLIP if len(spelling) > 3 else None
                for end, cost in line.spell(spelling, start, slip=slip).items():
                    if end == start:
                        continue
                    yield _Name(known, name, spelling, end, cost)
                    for subscript, behind, more in line.subscripts(end):
                        first = known.quantity == "friction" and subscript == "0"
                        odd = _FIRST_FRICTION if first else 0.0
                        spelt, total = spelling + subscript, cost + more + odd
                        yield _Name(known, name + subscript, spelt, behind, total)


def _numbers(line: _Line, start: int) -> Iterator[_Number]:
    """The numbers that begin at `start`, as they stand and with a point in their first gap."""
    yield from _spelt_numbers(line, start)
    at = min((gap for gap in line.gaps if gap > start), default=len(line.signs))
    whole, behind = line.signs[start:at], _DIGITS_BEHIND.match(line.signs, at)
    if behind and whole.isdecimal() and not _NOT_BEHIND_POINT.fullmatch(behind[0]):
        yield from _spelt_numbers(line, start, point=at)


def _spelt_numbers(line: _Line, start: int, point: int | None = None) -> Iterator[_Number]:
    """The numbers that begin at `start`, with a point put in before the sign at `point`."""
    cost, spelt, digits = 0.0, "", 0
    for end in range(start, len(line.signs)):
        sign = line.signs[end]
        if sign not in _NUMERIC:
            return
        digit, doubt = DIGITS.get(sign, (sign, 0.0))
        digits += sign.isdecimal() or sign in FRACTIONS
        if end == point:
            spelt += "."
            cost += _POINT_IN_GAP
        elif end in line.gaps and end > start:
            cost += _SPLIT_NUMBER
        spelt += digit
        cost += doubt
        if cost > MAX_COST:
            return
        if point is not None and end < point:
            continue
        extra = 0.0 if digits else _NO_TRUE_DIGIT
        for value, written, doubtful, assumed in _values(spelt):
            yield _Number(value, written, end + 1, cost + doubtful + extra, digits, assumed)


def _values(spelt: str) -> Iterator[tuple[float, str, float, tuple[str, ...]]]:
    """Value, spelling, cost and what was assumed, for each number that `spelt` may be."""
    match = _NUMBER.fullmatch(spelt)
    if match is None:
        return
    sign = -1.0 if match["sign"] == "-" else 1.0
    if match["over"]:
        if int(match["under"]):
            yield sign * int(match["over"]) / int(match["under"]), spelt, 0.5, ()
        return
    if match["fraction"]:
        yield sign * (int(match["whole"] or 0) + FRACTIONS[match["fraction"]]), spelt, 0.0, ()
        return
    mantissa, power = match["mantissa"], match["power"]
    scale = f"e{power}" if power else ""
    if _THOUSANDS.fullmatch(mantissa):
        note = f"the comma in {mantissa} is taken to part thousands"
        yield sign * float(mantissa.replace(",", "") + scale), spelt, 0.3, (note,)
        note = f"the comma in {mantissa} is taken as a decimal point"
        if mantissa.count(",") == 1:
            yield sign * float(mantissa.replace(",", ".") + scale), spelt, 0.8, (note,)
        return
    dotted = re.sub("[,·]", ".", mantissa)
    if re.fullmatch(r"0\d+", dotted):
        dotted = f"0.{dotted[1:]}"
        note = f"{spelt} is taken as {match['sign']}{dotted}"
        yield sign * float(dotted + scale), match["sign"] + dotted + scale, _LOST_POINT, (note,)
        return
    odd = (0.3 if dotted.endswith(".") else 0.0) + (_BARE_POINT if dotted.startswith(".") else 0.0)
    yield sign * float(dotted + scale), spelt.rstrip(".,·"), odd, ()


@dataclass(frozen=True, slots=True)
class _Line:
    """The signs of a label without its spaces; `gaps` are the places that had a space before."""

    signs: str
    gaps: frozenset[int]

    @classmethod
    def of(cls, text: str) -> _Line:
        signs, gaps = "", set()
        for sign in text:
            if sign.isspace():
                gaps.add(len(signs))
            else:
                signs += SAME_SIGN.get(sign) or unicodedata.normalize("NFKC", sign)
        return cls(signs, frozenset(gaps))

    def starts(self) -> Iterator[tuple[int, float]]:
        """Where the label may begin: behind at most two stray strokes."""
        cost = 0.0
        for start, sign in enumerate(self.signs[:3]):
            yield start, cost
            if sign not in _JUNK:
                return
            cost += _JUNK[sign]

    def rest(self, end: int) -> float | None:
        """The cost of reading nothing more behind `end`; None if too much stands there."""
        behind = self.signs[end:]
        if len(behind) > 2 or any(sign not in _JUNK for sign in behind):
            return None
        return sum(_JUNK[sign] for sign in behind)

    def separators(self, end: int) -> Iterator[tuple[int, float]]:
        """Where a value may begin behind a name that ends at `end`."""
        if end < len(self.signs):
            sign = self.signs[end]
            if sign in _SEPARATORS:
                yield end + 1, _SEPARATORS[sign]
                if self.signs[end : end + 2] in ("==", "--", ":=", "=-", "-="):
                    yield end + 2, 0.5
            if sign == "." and end + 1 in self.gaps:
                yield end + 1, _HALF_COLON
            if sign not in "=:":
                yield end, _SPACE if end in self.gaps else _NO_SEPARATOR

    def subscripts(self, end: int) -> Iterator[tuple[str, int, float]]:
        """The subscript (m1, v_0, mA) that may follow a name: its text, end and cost."""
        at = end + 1 if self.signs[end : end + 1] == "_" else end
        if at >= len(self.signs):
            return
        sign = self.signs[at]
        apart = 1.0 if at in self.gaps else 0.0
        if sign in DIGITS:
            digit, cost = DIGITS[sign]
            yield digit, at + 1, cost + apart + 0.2
        if sign.isalpha():
            yield sign, at + 1, 1.2 + apart

    def spell(
        self, word: str, start: int, *, dropped: float | None = None, slip: float | None = None
    ) -> Mapping[int, float]:
        """Where `word` may end if it begins at `start`, with the least cost of each end.

        `dropped` is the cost of a sign that was not read at all, `slip` of any one mistake.
        """
        reached: dict[int, float] = {start: 0.0}
        for letter in word:
            ahead: dict[int, float] = {}
            for at, cost in reached.items():
                steps = list(self._sign(letter, at, inside=at > start))
                if dropped is not None and len(word) > 1:
                    steps.append((at, dropped))
                if slip is not None:
                    steps += [(at, slip), (min(at + 1, len(self.signs)), slip)]
                for end, more in steps:
                    if cost + more <= min(MAX_COST, ahead.get(end, math.inf)):
                        ahead[end] = cost + more
            reached = ahead
            if not reached:
                break
        if word and start in reached:
            del reached[start]
        return reached

    def _sign(self, letter: str, at: int, *, inside: bool) -> Iterator[tuple[int, float]]:
        here = self.signs[at : at + 1]
        if here == letter:
            yield at + 1, 0.0
        elif here and here.lower() == letter.lower():
            yield at + 1, MISREAD.get(letter, {}).get(here, _CASE)
        for piece, cost in MISREAD.get(letter, {}).items():
            if self.signs.startswith(piece, at):
                yield at + len(piece), cost
        if inside and here and here in ".·*-" and self.signs[at + 1 : at + 2] == letter:
            yield at + 2, 0.4
