"""A hand with a pen: ideal lines and curves become strokes that wobble, gap and overshoot.

Lengths are in page units, y up. A page is about ten units wide, so one unit is some 8 % of it.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Points = npt.NDArray[np.float64]
PointLike = Sequence[float] | Points


@dataclass(frozen=True, eq=False)
class Stroke:
    """What the pen left between touching the paper and leaving it.

    `points` is (n, 2) in page units; `width` is (n,), 1 where the pen presses as usual. A `filled`
    stroke is the outline of a blot.
    """

    points: Points
    width: npt.NDArray[np.float64]
    pen: int = 0
    filled: bool = False


@dataclass
class Hand:
    """One person's hand on one day.

    `wobble` is how far a long line strays (page units); `corner` how far a stroke runs past the
    corner it aims at; `gap` the share of a loop that may stay open, at most the language's 6 %;
    `rounding` how much of a side its corners take where it draws a four-sided outline in one go;
    `heads` how it draws an arrow's: open, in two strokes, or filled.
    """

    rng: np.random.Generator
    wobble: float = 0.02
    corner: float = 0.04
    gap: float = 0.03
    lift: float = 0.08
    double: float = 0.05
    pressure: float = 0.15
    rounding: float = 0.0
    heads: str = "open"
    strokes: list[Stroke] = field(default_factory=list)

    @classmethod
    def of_someone(cls, rng: np.random.Generator) -> Hand:
        """A hand drawn at random, from a careful draughtsman's to a hasty one."""
        haste = rng.uniform(0.2, 1.0)
        (apart,) = rng.spawn(1)  # so that what else a seed draws stays as it was
        return cls(
            rng,
            wobble=0.012 + 0.028 * haste * rng.uniform(0.5, 1.0),
            corner=0.02 + 0.07 * haste * rng.random(),
            gap=0.055 * haste * rng.uniform(0.3, 1.0),
            lift=0.12 * haste,
            double=0.10 * rng.random() * haste,
            pressure=rng.uniform(0.05, 0.25),
            rounding=apart.uniform(0.05, 0.28) if apart.random() < 0.3 else 0.0,
            heads=str(rng.choice(["open", "barbs", "filled"], p=[0.4, 0.4, 0.2])),
        )

    def stray(self, length: float, count: int, amplitude: float | None = None) -> Points:
        """Smooth noise (count,) for a stroke of this length: a hand errs slowly, and a little fast.

        Four sine waves of falling height, none shorter than about half a unit.
        """
        along = np.linspace(0, length, count)
        noise = np.zeros(count)
        for octave in range(1, 5):
            wavelength = max(length, 1.2) * 2 / octave
            height = self.rng.normal() / octave**1.2
            noise += height * np.sin(2 * np.pi * (along / wavelength + self.rng.random()))
        reach = min(1.0, 0.25 + length / 4)
        return noise * (self.wobble if amplitude is None else amplitude) * reach

    def press(self, count: int) -> npt.NDArray[np.float64]:
        """How wide the pen draws along a stroke: (count,), about 1."""
        waves = self.stray(3.0, count, amplitude=1.0)
        return np.clip(1 + self.pressure * waves * 0.6, 0.6, 1.5)

    def put(self, points: Points, pen: int = 0, filled: bool = False, width: float = 1.0) -> None:
        """Lay down a stroke exactly along these points."""
        self.strokes.append(Stroke(points, width * self.press(len(points)), pen, filled))

    def line(
        self,
        start: PointLike,
        end: PointLike,
        *,
        pen: int = 0,
        exact_ends: bool = False,
        steady: float = 1.0,
        lift: bool = True,
    ) -> None:
        """A straight line as a hand draws it: bowed, a little long or short, sometimes in two goes.

        With `exact_ends` the ends are met to within the wobble, as where a rod meets a ball.
        """
        a, b = np.asarray(start, float), np.asarray(end, float)
        length = float(np.hypot(*(b - a)))
        if length < 1e-6:
            return
        along = (b - a) / length
        reach = self.corner * min(1.0, length)
        if exact_ends:
            over = self.rng.uniform(-0.2, 0.5, 2) * reach
        else:
            over = self.rng.uniform(-0.35, 1.0, 2) * reach
        a, b = a - along * over[0], b + along * over[1]
        points = self.wobbled(a, b, steady)
        if lift and length > 1.5 and self.rng.random() < self.lift:
            cut = int(len(points) * self.rng.uniform(0.3, 0.7))
            skip = max(1, int(len(points) * self.rng.uniform(0.02, 0.12) / length))
            self.put(points[:cut], pen)
            self.put(points[cut + skip :] + self.rng.normal(0, self.wobble * 0.3, 2), pen)
        else:
            self.put(points, pen)
        if length > 1.0 and self.rng.random() < self.double:
            self.put(self.wobbled(a, b, steady), pen)

    def wobbled(self, a: Points, b: Points, steady: float = 1.0) -> Points:
        """Points from a to b with this hand's noise across the line."""
        length = float(np.hypot(*(b - a)))
        count = max(6, int(length / 0.06))
        share = np.linspace(0, 1, count)[:, None]
        normal = np.array([a[1] - b[1], b[0] - a[0]]) / length
        stray = self.stray(length, count) * steady
        # The ends are where the hand aims; the noise is what happens between.
        stray -= np.linspace(stray[0], stray[-1], count)
        return a + (b - a) * share + stray[:, None] * normal

    def polyline(self, points: Sequence[PointLike], *, pen: int = 0, jitter: float = 0.6) -> None:
        """One stroke through given corners, each missed by a little."""
        corners = [np.asarray(p, float) for p in points]
        moved = [c + self.rng.normal(0, self.wobble * jitter, 2) for c in corners]
        parts = [self.wobbled(a, b, 0.6) for a, b in itertools.pairwise(moved)]
        self.put(np.vstack(parts), pen)

    def curve(self, points: Points, *, pen: int = 0) -> None:
        """One smooth stroke along a path, with this hand's noise across it."""
        steps = np.diff(points, axis=0, append=points[-1:] * 2 - points[-2:-1])
        normal = np.stack([-steps[:, 1], steps[:, 0]], axis=1)
        normal /= np.maximum(np.hypot(*normal.T), 1e-9)[:, None]
        length = float(np.hypot(*np.diff(points, axis=0).T).sum())
        self.put(points + self.stray(length, len(points))[:, None] * normal, pen)

    def polygon(self, corners: Sequence[PointLike] | Points, *, pen: int = 0) -> None:
        """A closed outline: side by side with overshoots, or in one go that may not quite close."""
        ring = [np.asarray(c, float) for c in corners]
        if self.rng.random() < 0.5:
            for a, b in zip(ring, [*ring[1:], ring[0]], strict=True):
                self.line(a, b, pen=pen)
            return
        first = int(self.rng.integers(len(ring)))
        ring = ring[first:] + ring[:first]
        if self.rng.random() < 0.5:
            ring = ring[::-1]
        perimeter = sum(
            float(np.hypot(*(b - a))) for a, b in zip(ring, [*ring[1:], ring[0]], strict=True)
        )
        last = ring[0] - ring[-1]
        side = float(np.hypot(*last))
        # Negative: runs past where it began.
        short = self.rng.uniform(-0.5, 1.0) * min(self.gap * perimeter, 0.4 * side)
        ends = [*ring, ring[-1] + last * (1 - short / side)]
        if self.rounding and len(ring) == 4:
            self.curve(_rounded(ends, self.rounding), pen=pen)
        else:
            self.polyline(ends, pen=pen)

    def circle(self, centre: PointLike, radius: float, *, pen: int = 0) -> None:
        """A circle in one go: slightly oval, its end short of its start or past it."""
        turn = 2 * np.pi * (1 + self.rng.uniform(-1.0, 0.8) * self.gap)
        start = self.rng.uniform(0, 2 * np.pi)
        sense = self.rng.choice([-1, 1])
        angle = start + sense * np.linspace(0, turn, max(24, int(turn * radius / 0.04)))
        share = (angle - start) / (sense * turn)
        r = np.full(len(angle), radius)
        for wave in (2, 3):
            r *= 1 + self.rng.normal(0, 0.012) * np.cos(wave * angle + self.rng.uniform(0, 7))
        # The pen comes back a little inside or outside of where it began.
        r += self.rng.normal(0, 0.6 * self.wobble) * (share - 0.5)
        points = np.asarray(centre) + r[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
        self.put(points, pen)

    def blot(self, centre: PointLike, radius: float, *, pen: int = 0) -> None:
        """A filled dot or disc."""
        angle = np.linspace(0, 2 * np.pi, 48)
        r = np.full(len(angle), radius)
        for wave in (2, 3, 5):
            r *= 1 + self.rng.normal(0, 0.02) * np.cos(wave * angle + self.rng.uniform(0, 7))
        points = np.asarray(centre) + r[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
        self.put(points, pen, filled=True)

    def hatch(
        self,
        start: PointLike,
        end: PointLike,
        side: PointLike,
        *,
        pitch: float,
        length: float,
        slant: float,
        pen: int = 0,
    ) -> None:
        """Short strokes off a line to one side (a unit vector), unevenly spaced and long."""
        a, b, out = (np.asarray(v, float) for v in (start, end, side))
        span = float(np.hypot(*(b - a)))
        along = (b - a) / span
        where = self.rng.uniform(0.1, 0.7) * pitch
        while where < span:
            foot = a + along * where + out * self.rng.normal(0, 0.01)
            lean = along * slant * length * self.rng.uniform(0.7, 1.3)
            tip = foot + out * length * self.rng.uniform(0.75, 1.2) + lean
            count = 6
            bow = self.rng.normal(0, 0.02) * length * np.sin(np.linspace(0, np.pi, count))
            path = foot + (tip - foot) * np.linspace(0, 1, count)[:, None] + bow[:, None] * along
            self.put(path, pen)
            where += pitch * self.rng.uniform(0.75, 1.3)


def _rounded(corners: Sequence[Points], share: float) -> Points:
    """A path through corners (n, 2 each) that turns in a curve over `share` of the shorter side."""
    path = [corners[0][None]]
    for before, corner, after in zip(corners, corners[1:], corners[2:], strict=False):
        reach = share * min(np.hypot(*(before - corner)), np.hypot(*(after - corner)))
        begin, end = (
            corner + reach * (other - corner) / np.hypot(*(other - corner))
            for other in (before, after)
        )
        at = np.linspace(0, 1, 12)[:, None]
        path.append((1 - at) ** 2 * begin + 2 * at * (1 - at) * corner + at**2 * end)
    rough = np.vstack([*path, corners[-1][None]])
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(rough, axis=0).T))])
    even = np.linspace(0.0, along[-1], max(24, int(along[-1] / 0.06)))
    return np.stack([np.interp(even, along, rough[:, axis]) for axis in (0, 1)], axis=1)
