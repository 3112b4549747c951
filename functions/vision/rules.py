"""The rules of squared and lined paper: which way they run, and how close they stand.

They are far straighter and more even than anything drawn, and so say best how the camera was held.
The ink is left out; what repeats in a tile of the page shows in its spectrum as a row of spikes
across the rules, however faint they are beside the grain. How fast they draw together towards the
far side shows along their profile.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
import numpy.typing as npt

from .ink import Contrast, shrink
from .page import Pixels, Points

Floats = npt.NDArray[np.float32]

SIDE = 640
"""Rules are looked for at this size: grain averages out, a rule of one pixel in 2000 stays."""
TILE = 128
"""Holds two or more rules of any paper that fills the picture."""
MOST_FAINT = 0.35
"""Rules are paler than this share of the page's full ink."""
NEARLY_DEG = 22.0
STEP_DEG = 0.5
CLEAR = 2.5
"""Strength of the spikes of rules beside other directions: grain reaches 1.5, rules 3 to 7."""
MOST_HIDDEN = 0.5
"""Of a tile under ink or off the sheet."""
FEWEST = 5
MOST_OF = 0.35
"""Tiles that show rules of one direction: some, or a margin; and as many of all as squares do."""
LOWEST, HIGHEST = 3, 40
"""Radii of the spectrum that count: below lies uneven light, above grain."""
GROWTHS = np.arange(-0.79, 0.8, 0.02)
"""How much closer rules may stand at one side of the page than at the other, as a logarithm: a
tilt of 20 degrees makes it 0.5."""
FEWEST_RULES = 4
SHARP = 1.2
"""How much more periodic rules are at the right growth than at others."""
REACH = 0.35


@dataclass(frozen=True, eq=False)
class Rules:
    """Stretches of rules by both ends, (n, 2, 2), and threes of points that are equally many rules
    apart, (m, 3, 2), both in pixels of the image that was searched."""

    lines: Points
    ladders: Points


NO_RULES = Rules(np.empty((0, 2, 2)), np.empty((0, 3, 2)))


def find_rules(contrast: Contrast, ink: Pixels, stroke_width: float) -> Rules:
    """The rules in a page's contrast map beside its ink (h, w); `NO_RULES` on plain paper."""
    if contrast.full <= 0 or min(ink.shape) * SIDE < 1.5 * TILE * max(ink.shape):
        return NO_RULES
    reach = 2 * round(1.2 * stroke_width) + 3
    hidden = cv2.dilate(ink, np.ones((reach, reach), np.uint8))
    level = min(MOST_FAINT * contrast.full, 255.0)
    # Hidden ink must not show by its outline: it gets what is usual beside it.
    map_ = np.minimum(contrast.map, np.uint8(level))
    map_[hidden > 0] = np.median(contrast.map[::4, ::4])
    faint, hidden = shrink(map_, SIDE), shrink(np.asarray(hidden, np.uint8), SIDE)
    if float(faint[::2, ::2].std()) < 0.3:
        return NO_RULES
    tiles = _tiles(hidden)
    # Rules are everywhere or nowhere: a few tiles tell.
    probed = {tile: _measure(faint, *tile) for tile in tiles[:: max(1, len(tiles) // 6)]}
    if not any(probed.values()):
        return NO_RULES
    measured = [probed[tile] if tile in probed else _measure(faint, *tile) for tile in tiles]
    found = [spikes for tile in measured for spikes in tile]
    scale = ink.shape[1] / faint.shape[1]
    lines, ladders = [], []
    for plumb in (False, True):
        ours = [one for one in found if one.plumb == plumb]
        if len(ours) >= FEWEST:
            lines += [one.line() for one in ours]
        if len(ours) >= MOST_OF * len(tiles):
            ladders += _ladder(ours, faint)
    return Rules(
        (np.reshape(lines, (-1, 2, 2)) + 0.5) * scale - 0.5,
        (np.reshape(ladders, (-1, 3, 2)) + 0.5) * scale - 0.5,
    )


@dataclass(frozen=True, slots=True)
class _Spikes:
    """Rules in the tile around x, y: `angle` in degrees clockwise from level or from plumb."""

    x: float
    y: float
    plumb: bool
    angle: float

    def line(self) -> Points:
        turn = np.deg2rad(self.angle + (90.0 if self.plumb else 0.0))
        half = np.array([np.cos(turn), np.sin(turn)]) * TILE / 2
        middle = np.array([self.x, self.y])
        return np.stack([middle - half, middle + half])


def _tiles(hidden: Pixels) -> list[tuple[int, int]]:
    """Left and top of overlapping tiles that show enough paper."""
    rows, columns = (
        np.linspace(0, size - TILE, max(2, round(1.4 * size / TILE))).astype(int)
        for size in hidden.shape
    )
    return [
        (int(left), int(top))
        for top in rows
        for left in columns
        if cv2.countNonZero(hidden[top : top + TILE, left : left + TILE]) < MOST_HIDDEN * TILE**2
    ]


@cache
def _window() -> Floats:
    bell = np.hanning(TILE)
    return np.outer(bell, bell).astype(np.float32)


@cache
def _polar() -> tuple[Floats, Floats]:
    """The columns and the rows, (turns, radii) each, of a tile's spectrum in polar coordinates."""
    turns = np.deg2rad(np.arange(0, 360, STEP_DEG))[:, None]
    radii = np.arange(LOWEST, HIGHEST)
    x, y = (TILE / 2 + radii * way(turns) for way in (np.cos, np.sin))
    return x.astype(np.float32), y.astype(np.float32)


def _measure(faint: Pixels, left: int, top: int) -> list[_Spikes]:
    """The level and the plumb rules in one tile, if it has any."""
    tile = faint[top : top + TILE, left : left + TILE].astype(np.float32)
    spectrum = cv2.dft((tile - tile.mean()) * _window(), flags=cv2.DFT_COMPLEX_OUTPUT)
    power = np.fft.fftshift(cv2.magnitude(*cv2.split(spectrum)))
    polar = cv2.remap(power, *_polar(), cv2.INTER_CUBIC)
    turns = len(polar)
    strength = (polar[: turns // 2] + polar[turns // 2 :]).mean(axis=1)
    found = []
    for plumb in (False, True):
        # Level rules have their spikes above and below the middle.
        reach = round(NEARLY_DEG / STEP_DEG)
        places = np.arange(-reach - 1, reach + 2) + (0 if plumb else turns // 4)
        around = strength[places % len(strength)]
        peak = int(np.argmax(around))
        if not 1 < peak < len(around) - 2 or around[peak] < CLEAR * np.median(around):
            continue
        low, high, after = around[peak - 1 : peak + 2]
        off = 0.5 * (low - after) / min(low - 2 * high + after, -1e-9)
        found.append(
            _Spikes(
                left + (TILE - 1) / 2,
                top + (TILE - 1) / 2,
                plumb,
                float((peak + off - reach - 1) * STEP_DEG),
            )
        )
    return found


def _ladder(rules: list[_Spikes], faint: Pixels) -> list[Points]:
    """Three points across the middle of the page that are equally many rules apart, or none.

    Rules nearer to the camera stand further apart: their number in a pixel is taken to grow as
    exp(b·y), y across them, and the best b is that which makes their profile the most periodic.
    """
    plumb = rules[0].plumb
    profile = _profile(faint.T if plumb else faint, rules)
    size = len(profile)
    half = size / 2
    sharpness = []
    for growth in GROWTHS:
        share = np.linspace(-1.0, 1.0, size)
        # Places that are evenly many rules apart, if they grow so.
        ends = np.exp(np.array([-1.0, 1.0]) * growth / 2)
        even = np.log(ends[0] + (ends[1] - ends[0]) * (share + 1) / 2) * 2 / growth
        sampled = np.interp(half + half * even, np.arange(size), profile)
        spectrum = np.abs(np.fft.rfft(sampled))[FEWEST_RULES : size // 4]
        # Spikes count, and the overtones more than all: they blur first.
        sharpness.append(float((spectrum**4).sum()) ** 0.25)
    best = int(np.argmax(sharpness))
    if not 0 < best < len(GROWTHS) - 1 or sharpness[best] < SHARP * float(np.median(sharpness)):
        return []
    low, high, after = sharpness[best - 1 : best + 2]
    off = 0.5 * (low - after) / min(low - 2 * high + after, -1e-9)
    growth = float(GROWTHS[best] + off * (GROWTHS[1] - GROWTHS[0])) / size
    reach = REACH * size
    # Where as many rules lie on either side between -reach and reach.
    even = float(np.log(np.cosh(growth * reach)) / growth) if abs(growth) > 1e-9 else 0.0
    across = half + np.array([-reach, even, reach])
    along = np.full(3, faint.shape[0 if plumb else 1] / 2)
    return [np.stack([across, along] if plumb else [along, across], axis=1)]


def _profile(faint: Pixels, rules: list[_Spikes]) -> npt.NDArray[np.float64]:
    """How dark the page is across its rules, (h,), along each rule as it runs.

    The directions in the tiles make a plane over the page; rules are followed by it to the middle.
    """
    height, width = faint.shape
    x, y = (np.array([getattr(one, axis) for one in rules]) for axis in ("x", "y"))
    turn = np.deg2rad([one.angle for one in rules])
    if rules[0].plumb:
        x, y, turn = y, x, -turn
    x, y = x - width / 2, y - height / 2
    ones = np.stack([np.ones_like(x), x, y], axis=1)
    kept = np.ones(len(x), dtype=bool)
    for _ in range(3):
        plane = np.linalg.lstsq(ones[kept], turn[kept], rcond=None)[0]
        stray = np.abs(turn - ones @ plane)
        kept = stray <= max(2.0 * float(np.median(stray)), 1e-3)
    columns, rows = np.meshgrid(
        np.arange(width, dtype=np.float32) - width / 2, np.arange(height, dtype=np.float32)
    )
    start, along, across = (float(value) for value in plane)
    slope = start + across * (rows - height / 2)
    path = rows + columns * slope + along * columns**2 / 2
    level = cv2.remap(
        np.ascontiguousarray(faint),
        (columns + width / 2).astype(np.float32),
        path.astype(np.float32),
        cv2.INTER_LINEAR,
    )
    profile = level.mean(axis=1, dtype=np.float64)
    return np.asarray(profile - cv2.blur(profile[:, None], (1, TILE // 2 + 1))[:, 0])
