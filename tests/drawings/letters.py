"""Writing by hand: letters of handwriting fonts, or single strokes of the drawing's own pen."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from .alphabet import GLYPHS
from .hand import Hand, Points, Stroke

FONTS_FOLDER = Path(__file__).parent.parent / "data" / "fonts"
GREEK_FONT = "playpen-sans-greek"
FONTS = sorted(p.stem for p in FONTS_FOLDER.glob("*.ttf") if p.stem != GREEK_FONT)

RENDER_PX = 128
"""Font size at which letters are drawn before they are laid on the page."""

CAP_HEIGHT = 10.0
"""Height of a capital on the grid of `alphabet`."""


@dataclass(frozen=True, eq=False)
class Letter:
    """A letter of a font: `mask` (h, w) uint8, and the 2x3 matrix from its pixels to the page."""

    mask: npt.NDArray[np.uint8]
    matrix: npt.NDArray[np.float64]
    pen: int = 1

    def corners(self) -> Points:
        """The corners of its ink (4, 2) in page units."""
        rows, columns = np.flatnonzero(self.mask.any(1)), np.flatnonzero(self.mask.any(0))
        if not len(rows):
            return np.empty((0, 2))
        x0, x1, y0, y1 = columns[0], columns[-1] + 1, rows[0], rows[-1] + 1
        corners = np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]], float)
        return corners @ self.matrix[:, :2].T + self.matrix[:, 2]


Writing = list[Letter | Stroke]

SMALL = 0.62
"""Height of a sign that is raised or lowered, beside the others'."""
RAISED, LOWERED = 0.45, -0.22
"""How far such a sign stands off the line, in heights of a capital."""


def signs(text: str) -> list[tuple[str, float, float]]:
    """Each sign of a text with its size and its height over the line: `m_1` has a low 1, `s²` a
    high 2."""
    out: list[tuple[str, float, float]] = []
    low = False
    for char in text:
        if char == "_":
            low = True
            continue
        if char == "²":
            out.append(("2", SMALL, RAISED))
        else:
            out.append((char, SMALL, LOWERED) if low else (char, 1.0, 0.0))
        low = False
    return out


def writing_corners(writing: Writing) -> Points:
    """Points (n, 2) that bound a piece of writing."""
    parts = [w.corners() if isinstance(w, Letter) else w.points for w in writing]
    return np.vstack(parts)


class Writer(Protocol):
    """Someone who writes in one way."""

    def write(self, text: str, height: float) -> Writing:
        """The text from (0, 0) rightwards, its capitals about `height` page units high."""
        ...


@dataclass
class FontWriter:
    """Writes with a handwriting font; each letter sits, turns and scales a little by itself."""

    rng: np.random.Generator
    font: str
    unrest: float

    def write(self, text: str, height: float) -> Writing:
        letters: Writing = []
        x = 0.0
        for char, size, rise in signs(text):
            mask, advance, cap, base = rendered(self.font, char)
            scale = size * height / cap * (1 + self.unrest * self.rng.normal(0, 0.05))
            if mask.any():
                turn = self.unrest * self.rng.normal(0, 0.03)
                lift = (rise + self.unrest * self.rng.normal(0, 0.03)) * height
                cos, sin = scale * np.cos(turn), scale * np.sin(turn)
                # Pixel rows run down, the page's y runs up.
                linear = np.array([[cos, sin], [sin, -cos]])
                origin = np.array([x, lift]) - linear @ np.array([RENDER_PX / 2, base])
                letters.append(Letter(mask, np.column_stack([linear, origin])))
            x += advance * scale * (1 + self.unrest * self.rng.normal(0, 0.04))
        return letters


@dataclass
class PenWriter:
    """Writes with single strokes of `alphabet`, in the hand that draws."""

    hand: Hand
    pen: int
    width: float = 1.0

    def __post_init__(self) -> None:
        rng = self.hand.rng
        self.forms = {char: int(rng.integers(len(forms))) for char, forms in GLYPHS.items()}
        self.narrow = rng.uniform(0.85, 1.1)
        self.spacing = rng.uniform(0.6, 1.4)
        self.lean = rng.normal(0.06, 0.08)

    def write(self, text: str, height: float) -> Writing:
        rng = self.hand.rng
        unit = height / CAP_HEIGHT
        out: Writing = []
        x = 0.0
        for char, part, rise in signs(text):
            advance, strokes = GLYPHS[char][self.forms[char]]
            size = part * unit * (1 + rng.normal(0, 0.03))
            lift = (rise + rng.normal(0, 0.02)) * height
            for spelt in filter(None, strokes.split("|")):
                points = glyph_stroke(spelt)
                points = points + rng.normal(0, 0.10, points.shape[1])
                smooth = self.hand.stray(1.0, len(points), amplitude=0.12)
                points = points + smooth[:, None] * rng.normal(0, 1, 2)
                points = points * [self.narrow, 1.0]
                points[:, 0] += self.lean * points[:, 1]
                placed = points * size + [x, lift]
                out.append(Stroke(placed, self.width * self.hand.press(len(placed)), self.pen))
            x += (advance * self.narrow + self.spacing) * size
        return out


@dataclass(frozen=True)
class Style:
    """What of a person's writing is not in the shapes of its letters: how far they lean, rightwards
    over up, how wide they are drawn beside others' of their height, and the sign between whole
    numbers and fractions."""

    lean: float = 0.0
    broad: float = 1.0
    point: str = "."

    @classmethod
    def of_someone(cls, rng: np.random.Generator) -> Style:
        """A style drawn at random: most people's is plain."""
        return cls(
            lean=rng.uniform(-0.12, 0.4) if rng.random() < 0.3 else 0.0,
            broad=rng.uniform(0.8, 1.25) if rng.random() < 0.4 else 1.0,
            point="," if rng.random() < 0.15 else ".",
        )

    def spelt(self, text: str) -> str:
        """A text with its decimal points as this person writes them."""
        return re.sub(r"(?<=\d)\.(?=\d)", self.point, text)

    def of(self, writing: Writing) -> Writing:
        """Upright letters as this person draws them."""
        shear = np.array([[self.broad, self.lean], [0.0, 1.0]])
        return [
            replace(part, matrix=shear @ part.matrix)
            if isinstance(part, Letter)
            else replace(part, points=part.points @ shear.T)
            for part in writing
        ]


def someone_writing(rng: np.random.Generator, hand: Hand, pen: int = 1) -> Writer:
    """A way of writing drawn at random."""
    if rng.random() < 0.25:
        return PenWriter(hand, pen)
    return FontWriter(rng, FONTS[rng.integers(len(FONTS))], unrest=rng.uniform(0.2, 1.3))


@cache
def glyph_stroke(spelt: str) -> Points:
    """A stroke of `alphabet` as points (n, 2) close enough together to look smooth."""
    smooth = spelt.startswith("~")
    corners = np.array([[float(v) for v in p.split(",")] for p in spelt.lstrip("~").split()])
    if not smooth:
        steps = [np.linspace(a, b, 8) for a, b in itertools.pairwise(corners)]
        return np.vstack(steps)
    # Catmull-Rom through the points, its ends doubled.
    p = np.vstack([corners[:1], corners, corners[-1:]])
    t = np.linspace(0, 1, 9)[:, None]
    parts = [
        0.5
        * (
            2 * b
            + (c - a) * t
            + (2 * a - 5 * b + 4 * c - d) * t**2
            + (3 * b - a - 3 * c + d) * t**3
        )
        for a, b, c, d in zip(p, p[1:], p[2:], p[3:], strict=False)
    ]
    return np.vstack(parts)


@cache
def loaded(font: str) -> ImageFont.FreeTypeFont:
    """The font at `RENDER_PX`."""
    return ImageFont.truetype(str(FONTS_FOLDER / f"{font}.ttf"), RENDER_PX)


@cache
def missing_glyph(font: str) -> bytes:
    """What the font draws for a character it lacks."""
    return bytes(loaded(font).getmask("￿"))


@cache
def rendered(font: str, char: str) -> tuple[npt.NDArray[np.uint8], float, float, float]:
    """A letter's mask, advance, capital height and baseline row, all in pixels.

    Greek that a font lacks is borrowed from another hand's font.
    """
    face = loaded(font)
    cap = float(-face.getbbox("H", anchor="ls")[1])
    if char == "μ" and bytes(face.getmask("µ")) != missing_glyph(font):
        char = "µ"
    if char.strip() and bytes(face.getmask(char)) == missing_glyph(font):
        greek = loaded(GREEK_FONT)
        if bytes(greek.getmask(char)) == missing_glyph(GREEK_FONT):
            raise ValueError(f"no font here has {char!r}")
        face = greek
    advance = float(face.getlength(char))
    base = float(round(RENDER_PX * 1.3))
    image = Image.new("L", (round(advance) + RENDER_PX, round(RENDER_PX * 2)))
    ImageDraw.Draw(image).text((RENDER_PX / 2, base), char, font=face, fill=255, anchor="ls")
    return np.asarray(image), advance, cap, base
