"""The words of a label: quantities, their names and units, and how signs are misread.

The tables are those of the sketch language. What is misread as what was collected by reading
printed-by-hand labels with the recogniser and looking at its mistakes.
"""
# ruff: noqa: RUF001 - signs that look alike are what this module is about

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ..analysis import Quantity


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as it is reported, its factor to SI, and the ways to write it (without spaces)."""

    symbol: str
    factor: float
    spellings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """How one quantity is written.

    `names` maps a name as reported to the ways of writing it. `units` are the sketch language's,
    which a misread label is repaired to; `others` are understood where they stand plainly.
    `assumed` is the unit that a number without one is taken to be in. `plausible` are the SI
    magnitudes met in a textbook: outside of them another reading of the same signs is preferred.
    `nameless` is whether a value and a unit alone may mean this.
    """

    quantity: Quantity
    names: Mapping[str, tuple[str, ...]]
    units: tuple[Unit, ...]
    assumed: Unit
    plausible: tuple[float, float]
    signed: bool = False
    others: tuple[Unit, ...] = ()
    nameless: bool = True


def _unit(symbol: str, factor: float, *others: str) -> Unit:
    return Unit(symbol, factor, (symbol.replace(" ", ""), *others))


def _named(*names: str, **spelt: tuple[str, ...]) -> Mapping[str, tuple[str, ...]]:
    return MappingProxyType({**{name: (name,) for name in names}, **spelt})


NO_UNIT = Unit("", 1.0, ("",))
KILOGRAM = _unit("kg", 1.0)
NEWTON_PER_METRE = _unit("N/m", 1.0)
NEWTON_SECOND_PER_METRE = _unit("N s/m", 1.0)
METRE_PER_SECOND = _unit("m/s", 1.0)
NEWTON = _unit("N", 1.0)
METRE_PER_SECOND_SQUARED = _unit("m/s2", 1.0, "m/s^2")
METRE = _unit("m", 1.0)
DEGREE = _unit("°", math.pi / 180)
RADIAN = _unit("rad", 1.0)
RADIAN_PER_SECOND = _unit("rad/s", 1.0)
NEWTON_METRE = _unit("N m", 1.0)
SECOND = _unit("s", 1.0)

QUANTITIES: tuple[Vocabulary, ...] = (
    Vocabulary(
        "mass",
        _named("m", "M"),
        (KILOGRAM, _unit("g", 1e-3), _unit("t", 1e3)),
        KILOGRAM,
        (1e-3, 1e4),
        others=(_unit("mg", 1e-6),),
    ),
    Vocabulary(
        "stiffness",
        _named("k"),
        (NEWTON_PER_METRE, _unit("N/cm", 1e2), _unit("kN/m", 1e3)),
        NEWTON_PER_METRE,
        (0.1, 1e6),
        others=(_unit("N/mm", 1e3),),
    ),
    Vocabulary(
        "damping",
        _named("c", "b"),
        (NEWTON_SECOND_PER_METRE,),
        NEWTON_SECOND_PER_METRE,
        (1e-2, 1e4),
        others=(_unit("kg/s", 1.0),),
    ),
    Vocabulary(
        "velocity",
        _named("v"),
        (METRE_PER_SECOND, _unit("km/h", 1 / 3.6), _unit("cm/s", 1e-2)),
        METRE_PER_SECOND,
        (1e-2, 1e3),
        signed=True,
        others=(_unit("mm/s", 1e-3),),
    ),
    Vocabulary(
        "force",
        _named("F"),
        (NEWTON, _unit("kN", 1e3)),
        NEWTON,
        (1e-2, 1e6),
        signed=True,
        others=(_unit("mN", 1e-3),),
    ),
    # A load on a beam. Without its name it reads as a stiffness, until it is bound to its comb.
    Vocabulary(
        "force",
        _named("q", "w"),
        (NEWTON_PER_METRE, _unit("kN/m", 1e3)),
        NEWTON_PER_METRE,
        (0.1, 1e6),
        others=(_unit("N/cm", 1e2),),
        nameless=False,
    ),
    Vocabulary(
        "gravity",
        _named("g"),
        (METRE_PER_SECOND_SQUARED,),
        METRE_PER_SECOND_SQUARED,
        (0.1, 30.0),
        others=(_unit("N/kg", 1.0),),
    ),
    Vocabulary(
        "friction",
        _named("f", mu=("mu", "μ")),
        (NO_UNIT,),
        NO_UNIT,
        (5e-3, 1.5),
    ),
    Vocabulary("restitution", _named("e"), (NO_UNIT,), NO_UNIT, (5e-2, 1.0)),
    Vocabulary(
        "length",
        _named("L", "l", "d", "h", "r", "R", "w"),
        (
            METRE,
            _unit("cm", 1e-2),
            _unit("mm", 1e-3),
            _unit("km", 1e3),
            _unit("ft", 0.3048),
            _unit("in", 0.0254),
        ),
        METRE,
        (1e-3, 1e4),
        others=(_unit("dm", 0.1),),
    ),
    Vocabulary(
        "angle",
        _named(theta=("theta", "θ"), alpha=("alpha", "α")),
        (DEGREE, _unit("deg", math.pi / 180), RADIAN),
        DEGREE,
        (math.radians(1), math.radians(180)),
        signed=True,
    ),
    Vocabulary(
        "angular velocity",
        _named(omega=("omega", "ω"), w=("w",)),
        (RADIAN_PER_SECOND, _unit("rpm", math.pi / 30)),
        RADIAN_PER_SECOND,
        (1e-2, 1e3),
        signed=True,
        others=(_unit("deg/s", math.pi / 180),),
    ),
    Vocabulary(
        "torque",
        _named("T", tau=("tau", "τ")),
        (NEWTON_METRE,),
        NEWTON_METRE,
        (1e-3, 1e5),
        signed=True,
        others=(_unit("kN m", 1e3), _unit("N cm", 1e-2)),
    ),
    Vocabulary(
        "time",
        _named("t"),
        (SECOND, _unit("ms", 1e-3)),
        SECOND,
        (1e-3, 1e4),
        others=(_unit("min", 60.0),),
    ),
)

WORDS: tuple[str, ...] = ("fixed", "rope", "string", "ice", "rubber", "steel", "wood", "free")

SAME_SIGN: Mapping[str, str] = MappingProxyType(
{
    "º": "°", "˚": "°", "⁰": "°", "∘": "°", "○": "°", "。": ".", "µ": "μ", "ϴ": "θ", "ϑ": "θ",
    "−": "-", "–": "-", "—": "-", "一": "-", "二": "=", "ニ": "=", "≡": "=", "：": ":", "．": ".",
    "，": ",", "、": ",", "∕": "/", "⁄": "/", "⋅": "·", "∙": "·", "•": "·", "×": "x", "ϖ": "ω",
    "²": "^2", "³": "^3", "½": "½", "¼": "¼", "¾": "¾", "’": "'", "‘": "'", "′": "'",
}
)  # fmt: skip
"""Signs that are taken as another from the start: no label tells them apart."""

DIGITS: Mapping[str, tuple[str, float]] = MappingProxyType(
    {
        **{digit: (digit, 0.0) for digit in "0123456789"},
        "O": ("0", 0.7),
        "o": ("0", 0.7),
        "Q": ("0", 1.2),
        "D": ("0", 1.5),
        "C": ("0", 1.6),
        "l": ("1", 0.7),
        "I": ("1", 0.7),
        "|": ("1", 0.8),
        "i": ("1", 1.0),
        "!": ("1", 1.0),
        "J": ("1", 1.5),
        "Z": ("2", 0.8),
        "z": ("2", 0.8),
        "S": ("5", 0.7),
        "s": ("5", 1.0),
        "G": ("6", 1.2),
        "b": ("6", 1.2),
        "T": ("7", 1.5),
        "B": ("8", 0.8),
        "q": ("9", 1.2),
        "g": ("9", 1.5),
        "A": ("4", 1.8),
    }
)
"""The digit that a sign read as this may have been, and the cost of taking it so."""

FRACTIONS: Mapping[str, float] = MappingProxyType({"½": 0.5, "¼": 0.25, "¾": 0.75})

MISREAD: Mapping[str, Mapping[str, float]] = MappingProxyType(
    {
        "°": {"o": 0.5, "·": 0.7, ".": 1.5, "O": 1.0, "*": 0.5, "'": 0.7, '"': 0.9, "^": 0.9,
              "`": 0.9, "0": 2.0},
        "/": {"|": 0.6, "l": 1.0, "I": 1.0, "1": 1.2, "\\": 0.5, "7": 1.5, "(": 1.5},
        "m": {"rn": 0.5, "n": 1.2, "nn": 0.8, "w": 1.5, "M": 0.3, "in": 1.2, "iu": 1.5, "3": 1.2,
              "5": 3.5},
        "M": {"m": 0.5, "H": 1.5, "N": 1.5},
        "k": {"K": 0.2, "h": 1.0, "R": 1.2, "lc": 1.0, "1c": 1.0, "l": 2.0, "x": 1.8, "t": 2.0},
        "g": {"q": 0.4, "9": 1.0, "y": 1.0, "8": 1.5, "j": 1.5, "G": 0.5, "5": 2.0, "a": 2.0},
        "N": {"n": 0.7, "W": 1.5, "H": 1.2, "M": 1.2, "V": 1.8, "A": 1.8, "11": 1.8, "U": 1.8},
        "s": {"S": 0.2, "5": 1.0, "8": 2.0, "$": 1.0, "3": 2.5, "j": 2.2},
        "2": {"z": 0.6, "Z": 0.6, "?": 1.0, "^": 2.0, "'": 1.5, "*": 1.5},
        "c": {"C": 0.7, "e": 1.2, "(": 1.2, "o": 1.8},
        "b": {"6": 1.0, "h": 1.5, "B": 1.0, "lo": 1.5},
        "v": {"V": 0.2, "u": 1.2, "r": 1.8, "y": 1.5, "U": 1.5, "ν": 0.2},
        "F": {"f": 0.5, "P": 1.2, "E": 1.5, "T": 1.8, "7": 2.0, "r": 2.2},
        "f": {"F": 0.5, "+": 1.5, "t": 1.5, "{": 1.5, "ƒ": 0.2},
        "μ": {"u": 0.7, "p": 1.0, "M": 1.5, "h": 1.2, "y": 1.5, "U": 1.2, "ju": 1.0, "и": 0.7,
              "n": 1.8, "P": 1.5, "H": 1.5, "Ju": 1.0, "Jl": 1.5, "N": 2.0, "lu": 1.0,
              "1u": 1.0, "v": 2.2, "a": 2.2},
        "u": {"U": 0.3, "v": 1.2, "n": 1.5, "w": 1.8, "a": 1.8},
        "e": {"c": 1.2, "C": 1.5, "E": 0.7, "8": 2.2, "o": 2.2, "6": 2.0},
        "L": {"l": 0.3, "1": 1.2, "I": 1.2, "|": 1.2, "C": 1.8, "b": 2.0, "[": 1.5, "2": 2.5},
        "l": {"1": 1.0, "I": 0.5, "|": 0.6, "/": 1.2, "i": 1.2, "e": 2.2, "ℓ": 0.1},
        "d": {"cl": 0.8, "a": 1.5, "D": 0.7, "o": 2.2, "ol": 1.0},
        "h": {"n": 1.2, "b": 1.2, "H": 0.8, "k": 1.8, "lr": 1.5},
        "r": {"v": 1.5, "Y": 1.8, "n": 1.8, "T": 2.0},
        "R": {"K": 1.8, "k": 1.8},
        "w": {"W": 0.3, "vv": 0.7, "u": 1.5, "uu": 1.0},
        "θ": {"0": 1.0, "O": 1.0, "o": 1.0, "8": 1.2, "Q": 1.0, "e": 1.2, "Θ": 0.1, "ø": 0.3,
              "Ø": 0.3, "6": 1.5, "B": 1.2, "D": 1.2, "G": 1.5, "@": 1.2, "a": 2.0},
        "α": {"a": 0.5, "d": 1.0, "x": 1.2, "X": 1.5, "∝": 0.2, "oc": 0.7, "2": 2.2, "&": 1.5,
              "ɑ": 0.1, "K": 2.0, "Q": 2.0, "o": 1.8},
        "ω": {"w": 0.5, "W": 0.6, "co": 1.0, "cu": 1.0, "00": 1.5, "oo": 1.2, "m": 2.0, "u": 2.2,
              "a": 2.2},
        "τ": {"T": 0.5, "t": 0.6, "r": 1.2, "z": 1.5, "7": 1.5, "c": 1.8, "2": 2.0, "I": 2.0},
        "T": {"t": 0.7, "7": 1.2, "I": 1.5, "r": 1.5, "Γ": 0.8},
        "t": {"T": 0.5, "+": 0.6, "f": 1.2, "c": 2.0, "†": 0.5, "E": 2.0, "l": 1.8, "1": 1.8},
        "a": {"o": 1.0, "d": 1.5, "u": 1.5, "A": 0.5, "q": 1.5, "g": 2.0, "α": 0.2},
        "p": {"P": 0.2, "f": 1.8, "D": 1.8, "b": 1.8, "ρ": 0.2},
        "i": {"I": 0.4, "l": 0.6, "1": 0.7, "j": 1.0, "!": 0.8, "|": 0.8},
        "n": {"r": 1.5, "h": 1.2, "u": 1.5, "m": 1.5, "N": 0.5},
        "o": {"0": 0.4, "O": 0.3, "a": 1.2, "c": 1.8, "6": 2.0, "e": 1.5},
        "x": {"X": 0.2, "×": 0.2, "k": 1.8},
        "^": {"'": 0.5, "": 0.8, "*": 0.8, "1": 1.8, "~": 0.8},
    }
)  # fmt: skip
"""What a sign that was written is read as, with the cost (roughly -ln of how often)."""


def si_factor(quantity: Quantity, unit: str) -> float | None:
    """What one of a unit is in SI, angles in radians; None where it is no unit of this quantity.

    A unit may be spelt in any of its ways; no unit is the one that is assumed.
    """
    return _FACTORS[quantity].get(_SIGNS_BETWEEN.sub("", unit)) if quantity in _FACTORS else None


_SIGNS_BETWEEN = re.compile(r"[\s·.*]")
"""Newton metres are written N m, N·m, N.m and Nm."""

_FACTORS: Mapping[Quantity, Mapping[str, float]] = MappingProxyType(
    {
        quantity: {
            spelling: unit.factor
            for known in QUANTITIES
            if known.quantity == quantity
            for unit in (Unit("", known.assumed.factor, ("",)), *known.units, *known.others)
            for spelling in (*unit.spellings, *(s.replace("^2", "²") for s in unit.spellings))
        }
        for quantity in {known.quantity for known in QUANTITIES}
    }
)
