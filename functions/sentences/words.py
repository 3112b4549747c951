"""A sentence as tokens: words, and quantities in SI whatever they are written in."""
# ruff: noqa: RUF001 - signs that look alike are what `_SIGNS` is about

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from .lexicon import PROPERTIES

QuantityKind = Literal[
    "mass",
    "length",
    "velocity",
    "acceleration",
    "force",
    "stiffness",
    "damping",
    "angle",
    "angular velocity",
    "torque",
    "time",
    "number",
    "size",
]

_SIGNS = str.maketrans(
    {
        **{"°": " deg ", "º": " deg ", "µ": " mu ", "μ": " mu ", "θ": " theta ", "α": " alpha "},
        **{"ω": " omega ", "τ": " tau ", "²": "^2", "³": "^3", "−": "-", "–": "-", "—": ", "},
        **{"×": " x ", "·": " ", "⋅": " ", "’": "'", "‘": "'", "“": " ", "”": " ", '"': " "},
        **{"½": " 0.5 ", "¼": " 0.25 ", "¾": " 0.75 ", "\n": " ", "\t": " ", "_": " "},
    }
)

_INDICES = str.maketrans(
    {**{"⁻": "^-", "¹": "1", "ₖ": "k", "ₛ": "s"}, **{chr(0x2080 + n): str(n) for n in range(10)}}
)
_INVERSE = re.compile(r"\b(m|cm|km|rad|n|kg)\s?(s|m|h)\s?(?:\^-|-)\s?\^?([12])\b")
"""A unit with a negative power, as in "m s^-1"."""
_FRICTION_INDEX = re.compile(r"\bmu\s*[ks]\b")
_INDEX = re.compile(r"\b([mvfklrth])\s?[0-9](?=\s*[=:])")
"""A name with its number, as in "m1 = 2 kg"."""

_METRE = r"met(?:er|re)s?"
_SECOND = r"(?:seconds?|secs?|s)"
_UNITS: tuple[tuple[QuantityKind, float, str], ...] = (
    ("acceleration", 1.0, rf"(?:m|{_METRE})\s*(?:/|per)\s*{_SECOND}\s*(?:\^?\s*2|squared|/\s*s)"),
    ("acceleration", 1.0, rf"(?:m|{_METRE})\s+per\s+square\s+second"),
    ("acceleration", 1.0, r"n\s*/\s*kg"),
    ("damping", 1.0, r"n\s*\*?\s*s\s*/\s*m"),
    ("damping", 1.0, rf"newton\s+seconds?\s+per\s+{_METRE}"),
    ("damping", 1.0, r"kg\s*/\s*s"),
    ("stiffness", 1.0, rf"(?:n|newtons?)\s*(?:/|per)\s*(?:m|{_METRE})"),
    ("stiffness", 100.0, r"(?:n|newtons?)\s*(?:/|per)\s*(?:cm|centimet(?:er|re)s?)"),
    ("stiffness", 1e3, r"(?:n|newtons?)\s*(?:/|per)\s*(?:mm|millimet(?:er|re)s?)"),
    ("stiffness", 1e3, rf"(?:kn|kilonewtons?)\s*(?:/|per)\s*(?:m|{_METRE})"),
    ("velocity", 1.0, rf"(?:m|{_METRE})\s*(?:/|per)\s*{_SECOND}"),
    ("velocity", 1 / 3.6, r"(?:km|kilomet(?:er|re)s?)\s*(?:/|per|an)\s*(?:h|hr|hours?)"),
    ("velocity", 1 / 3.6, r"(?:kph|kmh)"),
    ("velocity", 0.01, rf"(?:cm|centimet(?:er|re)s?)\s*(?:/|per)\s*{_SECOND}"),
    ("velocity", 0.44704, r"(?:mph|miles?\s*(?:/|per|an)\s*hour)"),
    ("velocity", 0.3048, rf"(?:ft|feet|foot)\s*(?:/|per)\s*{_SECOND}"),
    ("angular velocity", math.tau / 60, r"(?:rpm|(?:rev(?:olution)?s?|turns?|rotations?)\s*(?:/|"
     r"per|a)\s*(?:min(?:ute)?))"),
    ("angular velocity", math.tau, rf"(?:rev(?:olution)?s?|turns?|rotations?)\s*(?:/|per|a)\s*"
     rf"{_SECOND}"),
    ("angular velocity", 1.0, rf"rad(?:ian)?s?\s*(?:/|per)\s*{_SECOND}"),
    ("angular velocity", math.pi / 180, rf"deg(?:ree)?s?\s*(?:/|per)\s*{_SECOND}"),
    ("torque", 1.0, rf"(?:n\s*\*?\s*m|newton\s*{_METRE})"),
    ("mass", 1.0, r"(?:kgs?|kilos?|kilogram(?:me)?s?)"),
    ("mass", 1e-3, r"(?:g|gr|gram(?:me)?s?)"),
    ("mass", 1e-6, r"(?:mg|milligram(?:me)?s?)"),
    ("mass", 1e3, r"(?:t|tonnes?|tons?)"),
    ("mass", 0.45359237, r"(?:lbs?|pounds?)"),
    ("force", 1.0, r"(?:n|newtons?)"),
    ("force", 1e3, r"(?:kn|kilonewtons?)"),
    ("length", 1.0, rf"(?:m|{_METRE})"),
    ("length", 0.01, r"(?:cm|centimet(?:er|re)s?)"),
    ("length", 1e-3, r"(?:mm|millimet(?:er|re)s?)"),
    ("length", 1e3, r"(?:km|kilomet(?:er|re)s?)"),
    ("length", 0.3048, r"(?:ft|feet|foot)"),
    ("length", 0.0254, r"inch(?:es)?"),
    ("angle", math.pi / 180, r"(?:deg|degrees?)"),
    ("angle", 1.0, r"rad(?:ian)?s?"),
    ("time", 1.0, _SECOND),
    ("time", 1e-3, r"(?:ms|milliseconds?)"),
    ("time", 60.0, r"(?:min|minutes?)"),
)  # fmt: skip
_UNIT = [
    (kind, factor, re.compile(rf"\s*(?:{spelt})(?![a-z0-9^])")) for kind, factor, spelt in _UNITS
]

_SMALL = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen"),
    "nineteen",
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_SPELT = {
    # Not zero: "zero gravity" is a phrase, and nothing is ever counted as none.
    **{word: float(value) for value, word in enumerate(_SMALL) if value},
    **{word: 10.0 * (index + 2) for index, word in enumerate(_TENS)},
    **{"dozen": 12.0, "pair": 2.0, "couple": 2.0, "half": 0.5, "hundred": 100.0},
}
_PARTS = {"half": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6, "eighth": 8,
          "tenth": 10}  # fmt: skip
_FRACTION = re.compile(rf"[\s-]+({'|'.join(_PARTS)})s?\b(?:\s+of\s+an?\b)?")
"""Behind a number in words: "one fifth", "three quarters of a metre"."""
_DIGITS = re.compile(r"(?:(?<![\w.])[-+])?(?:\d+(?:[.,]\d+)?|\.\d+)(?:e[-+]?\d+)?")
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")
_MARK = re.compile(r"[,.;:()=/%!?]")
_PROPERTY_WORDS = {
    word for words in PROPERTIES.values() for word in words.split("|") if len(word) > 1
}
_OWNED = re.compile(
    r"\b((?:the|its|a|an|each|this|that)(?:\s+[a-z]+){1,3})'s?\s+"
    rf"({'|'.join(sorted((*_PROPERTY_WORDS, 'weight', 'slope'), key=len, reverse=True))})\b"
)
"""What belongs to a thing: "the block's mass"."""
_WHEELS_OF = re.compile(r"'s(?=\s+(?:front\s+|rear\s+|back\s+|driving\s+)?wheels?\b)")
"""One cart's wheels, which are not those of several carts."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a mark, or one or more quantities of a kind; `spelt` is how it was written."""

    spelt: str
    kind: QuantityKind | Literal["word", "mark"] = "word"
    values: tuple[float, ...] = ()

    @property
    def is_quantity(self) -> bool:
        """Whether it has a value."""
        return bool(self.values)


def read_tokens(sentence: str) -> list[Token]:
    """The tokens of a sentence, in SI; "3 and 5 kg" is one token with two values."""
    return _joined(list(_scan(_plain(sentence))))


def _plain(sentence: str) -> str:
    text = sentence.translate(_INDICES).translate(_SIGNS).lower()
    text = _OWNED.sub(r"the \2 of \1", text)
    text = _WHEELS_OF.sub("", text).replace("'s", "s")
    text = text.replace("one another", "each other")
    text = _INVERSE.sub(_as_fraction, text)
    text = _FRICTION_INDEX.sub("mu", text)
    text = _INDEX.sub(r"\1", text)
    # A hyphen joins words and units ("30-degree", "mass-spring"); a minus stands before a digit.
    return re.sub(r"(?<=[a-z0-9])-(?=[a-z])|(?<=[a-z])-(?=[0-9])", " ", text)


def _as_fraction(unit: re.Match[str]) -> str:
    """ "m s^-2" as "m/s^2"."""
    above, below, power = unit.groups()
    return f"{above}/{below}" + ("^2" if power == "2" else "")


def _scan(text: str) -> Iterator[Token]:
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        number = _number(text, at)
        if number is not None:
            value, end, spelt = number
            token, at = _with_unit(text, at, end, value, spelt=spelt)
            yield token
            continue
        found = _WORD.match(text, at) or _MARK.match(text, at)
        if found is None:
            at += 1
            continue
        mark = not found.group()[0].isalpha()
        yield Token(found.group(), "mark" if mark else "word")
        at = found.end()


def _number(text: str, at: int) -> tuple[float, int, bool] | None:
    """A number in digits or in words, where it ends, and whether it is in words."""
    found = _DIGITS.match(text, at)
    if found is not None:
        digits = found.group()
        grouped = re.fullmatch(r"\d{1,3},\d{3}", digits)
        value = float(digits.replace(",", "" if grouped else "."))
        return value, found.end(), False
    if at and (text[at - 1].isalpha() or text[at - 1] == "'"):
        return None
    word = _WORD.match(text, at)
    if word is None or word.group() not in _SPELT:
        return None
    value, end = _SPELT[word.group()], word.end()
    more = re.compile(r"[\s-]+(one|two|three|four|five|six|seven|eight|nine)\b").match(text, end)
    if word.group() in _TENS and more is not None:
        return value + _SPELT[more.group(1)], more.end(), True
    hundred = re.compile(r"\s+hundred\b").match(text, end)
    if hundred is not None:
        return value * 100, hundred.end(), True
    point = re.compile(r"\s+point\s+([a-z]+)\b").match(text, end)
    if point is not None and point.group(1) in _SPELT:
        return value + _SPELT[point.group(1)] / 10, point.end(), True
    part = _FRACTION.match(text, end)
    if part is not None:
        return value / _PARTS[part.group(1)], part.end(), True
    and_half = re.compile(r"\s+and\s+a\s+half\b").match(text, end)
    if and_half is not None:
        return value + 0.5, and_half.end(), True
    half_a = re.compile(r"\s+an?\b").match(text, end)
    if word.group() == "half" and half_a is not None:
        return value, half_a.end(), True
    return value, end, True


def _with_unit(text: str, start: int, end: int, value: float, *, spelt: bool) -> tuple[Token, int]:
    matches = [
        (found.end(), kind, factor)
        for kind, factor, unit in _UNIT
        if (found := unit.match(text, end)) is not None
    ]
    if not matches:
        return Token(text[start:end].strip(), "number", (value,)), end
    end, kind, factor = max(matches, key=lambda match: match[0])
    return Token(text[start:end].strip(), kind, (value * factor,)), end


def _joined(tokens: list[Token]) -> list[Token]:
    """Lists of one kind become one token: "3 and 5 kg", "1 m, 2 m and 3 m", "20 by 30 cm"."""
    joined: list[Token] = []
    for token in tokens:
        joined.append(token)
        while (merged := _merge_last(joined)) is not None:
            joined = merged
    return joined


def _merge_last(tokens: list[Token]) -> list[Token] | None:
    if not tokens or not tokens[-1].is_quantity or tokens[-1].kind == "size":
        return None
    last = tokens[-1]
    for width in (1, 2, 3):
        if len(tokens) < width + 2:
            return None
        between = [token.spelt for token in tokens[-1 - width : -1]]
        first = tokens[-2 - width]
        if not first.is_quantity or first.kind not in {last.kind, "number"}:
            continue
        if between in (["x"], ["by"]) and last.kind == "length":
            factor = _factor_of(last) if first.kind == "number" else 1.0
            size = (first.values[-1] * factor, last.values[0])
            return [*tokens[: -2 - width], Token(f"{first.spelt} x {last.spelt}", "size", size)]
        if between not in (["and"], [","], [",", "and"], ["&"], ["and", "a"], ["or"]):
            continue
        if last.kind == "number" or (first.kind == "number" and first.spelt[0].isalpha()):
            return None
        factor = _factor_of(last) if first.kind == "number" else 1.0
        values = (*(value * factor for value in first.values), *last.values)
        spelt = f"{first.spelt} and {last.spelt}"
        return [*tokens[: -2 - width], Token(spelt, last.kind, values)]
    return None


def _factor_of(token: Token) -> float:
    """SI per unit of a token, as it was written."""
    written = _number(token.spelt, 0)
    if written is None or written[0] == 0:
        return 1.0
    return token.values[0] / written[0]
