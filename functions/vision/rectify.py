"""How the page was held: the tilt that makes level and plumb again what was drawn so.

A page seen by a camera has four unknowns: the turns about its three axes, and the focal length,
which is roughly known. They are fitted to the lines that are nearly level or nearly plumb: edges of
the sheet, its rules, and the drawing's own; and to the places of rules, which stand evenly. A line
that is meant to slope a little is outvoted; where too little speaks for a tilt there is none.

The image of a plane that is turned by R about the picture's middle, seen with focal length f, is
x ~ K [r1 r2 f·e3] X with K = diag(f, f, 1) (Hartley and Zisserman, Multiple View Geometry, §8.1).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .page import Points, apply_homography

Matrix = npt.NDArray[np.float64]

FOCAL = 1.4
FOCAL_SPREAD = 0.3
"""Focal length over the picture's longer side, and the spread of its logarithm: a phone's main
camera has 0.75 to 1.1, one zoomed or cropped 2."""
NEARLY, NEARLY_PAPER = np.deg2rad(14.0), np.deg2rad(22.0)
"""Drawn lines within this of level or plumb may be meant so, and the paper's own."""
OUTLIER = 2.5
"""Half the squared error, over its spread, at which a drawn line is rather meant to slope."""
ALIKE = np.deg2rad(3.0)
MOST_ASKEW = np.deg2rad(9.0)
"""A sheet lies no more askew than this under what sees it straight from above."""
VOICES = 2.0
"""Lines that slope alike, such as the sides of a box on a ramp, have no more than two votes where
some line is level or plumb as it is seen."""
STEADY = np.deg2rad(1.3)
"""A hand's error in the direction of a long line."""
STEADY_PAPER = np.deg2rad(0.4)
EVEN = 0.012
"""The errors of the paper's own lines, and of the logarithm of its rules' distance."""
SETTLED = 2e-3
EASED = (6.0, 2.0, 1.0)
"""Errors are taken this much too large at first: the nearest of several minima is not the best."""
TILT = np.deg2rad(9.0)
ROLL = np.deg2rad(4.0)
"""How far pages are usually tilted and turned."""
WORTH, WORTH_PHOTO = 5.0, 1.0
"""The least gain in half the squared error, in units of its spread, that makes a tilt believable,
and that of a photo, which is never quite straight: three turns fitted to noise gain 1.5."""
MOST = np.deg2rad(26.0)
ANCHOR = np.deg2rad(4.0)
"""The lowest long line of a drawing is its ground: a tilt that slopes it follows a ramp and the box
on it, which are many lines that agree."""
LONG = 0.5
CROSSED = np.array(
    [
        [[0.0, 0, 0], [0, 0, -1], [0, 1, 0]],
        [[0, 0, 1], [0, 0, 0], [-1, 0, 0]],
        [[0, -1, 0], [1, 0, 0], [0, 0, 0]],
    ]
)
"""The matrices that cross a vector with each axis."""


@dataclass(frozen=True, eq=False)
class _Seen:
    """What is fitted to: lines (n, 2, 2), the `printed` ones first, with the errors (n,) of their
    directions in radians, the votes (n - printed,) that each drawn one has, and ladders (m, 3, 2)
    of points that stand evenly, in image pixels."""

    lines: Points
    errors: Matrix
    votes: Matrix
    printed: int
    ladders: Points
    width: int
    height: int


def find_tilt(
    lines: Sequence[tuple[Points, float]],
    width: int,
    height: int,
    *,
    paper: Sequence[Points] = (),
    ladders: Sequence[Points] = (),
    photo: bool = False,
) -> tuple[float, ...] | None:
    """The homography (row-major 3x3) from the image to the page seen from the front, or None.

    Args:
        lines: drawn, ends (2, 2) in image pixels, each with the error in radians of its direction.
        width, height: of the image.
        paper: edges and rules of the paper itself, by their ends (2, 2).
        ladders: points (3, 2) across its rules, equally many of them apart.
        photo: a camera took it, going by its uneven light.
    """
    near = [(ends, max(error, STEADY)) for ends, error in lines if _turn_from_axis(ends) < NEARLY]
    printed = [(ends, STEADY_PAPER) for ends in paper if _turn_from_axis(ends) < NEARLY_PAPER]
    if len(near) + len(printed) < (1 if photo else 3):
        return None
    if not (photo or printed) and _slope_alike(np.stack([ends for ends, _ in near])):
        return None
    all_ends = np.stack([ends for ends, _ in (*printed, *near)])
    seen = _Seen(
        all_ends,
        np.array([error for _, error in (*printed, *near)]),
        _votes(all_ends[len(printed) :], sure=bool(printed)),
        len(printed),
        np.reshape(ladders, (-1, 3, 2)),
        width,
        height,
    )
    identity_cost = _cost(np.zeros(4), seen)
    worth = WORTH_PHOTO if photo else WORTH
    if identity_cost < worth:
        return None  # no tilt can gain that much
    best = np.zeros(4)
    for ease in EASED:
        best = _fitted(best, seen, ease)
    if identity_cost - _cost(best, seen) < worth or np.abs(best[:3]).max() > MOST:
        return None
    back = tuple(float(value) for value in _back(best, seen).ravel())
    if len(printed) >= 3:
        return back
    anchor = _anchor(np.stack([ends for ends, _ in near]))
    return None if _turn_from_axis(apply_homography(back, anchor)) > ANCHOR else back


def _slope_alike(lines: Points) -> bool:
    """Whether lines (n, 2, 2) are all of one slope, or square to it: a block on a sloping ground.

    A camera that is turned so far shows it in the light, the paper or the perspective.
    """
    turns = _turns(lines)
    slope = float(np.median(turns))
    return abs(slope) > MOST_ASKEW and bool((np.abs(turns - slope) < 1.5 * STEADY).all())


def _turns(lines: Points) -> Matrix:
    """By how much lines (..., 2, 2) are off the nearest axis, (...) radians, signed."""
    step = lines[..., 1, :] - lines[..., 0, :]
    turns = (np.arctan2(step[..., 1], step[..., 0]) + np.pi / 4) % (np.pi / 2) - np.pi / 4
    return np.asarray(turns, dtype=np.float64)


def _votes(lines: Points, *, sure: bool) -> Matrix:
    """How much each of some drawn lines (n, 2, 2) counts, (n,): those that slope alike share.

    `sure` is whether the paper itself shows how it lies: else the whole page may slope.
    """
    turn = _turns(lines)
    alike = np.abs(turn[:, None] - turn[None, :]) < ALIKE
    sloping = np.abs(turn) > ALIKE
    if not (sure or (np.abs(turn) < STEADY).any()):
        return np.ones(len(lines))
    count = (alike & sloping[:, None] & sloping[None, :]).sum(axis=1)
    return np.asarray(np.minimum(1.0, VOICES / np.maximum(count, 1)))


def _fitted(start: Matrix, seen: _Seen, ease: float) -> Matrix:
    """The turns and focal length (4,) of least cost near `start`, by Levenberg and Marquardt."""
    best, damping = start, 1e-2
    residuals, slopes = _linearised(best, seen, ease)
    for _ in range(25):
        normal = slopes.T @ slopes
        step = np.linalg.solve(normal + damping * np.diag(np.diag(normal)), -slopes.T @ residuals)
        tried, beside = _linearised(best + step, seen, ease)
        gain = 0.5 * float(residuals @ residuals - tried @ tried)
        if gain > 0:
            best, damping = best + step, damping / 3
            residuals, slopes = tried, beside
            if gain < SETTLED:
                break
        else:
            damping *= 5
            if damping > 1e6:
                break
    return best


def _anchor(ends: Points) -> Points:
    """Of many lines (n, 2, 2) the one most likely meant level, (2, 2): the lowest long one."""
    steps = np.abs(ends[:, 1] - ends[:, 0])
    lengths = np.hypot(*steps.T)
    level = steps[:, 0] > steps[:, 1]
    long = lengths > LONG * lengths[level].max(initial=0.0)
    candidates = np.flatnonzero(level & long) if level.any() else np.arange(len(ends))
    return np.asarray(ends[max(candidates, key=lambda line: ends[line, :, 1].mean())])


def straightening(
    turns: npt.ArrayLike, width: int, height: int, focal: npt.ArrayLike = FOCAL
) -> Matrix:
    """The homography (..., 3, 3) back to its front view from a page turned by a rotation vector
    (..., 3).

    The middle of the picture stays, and so does the scale there. `focal` (...) is the focal length
    over the picture's longer side.
    """
    long = np.asarray(focal, dtype=np.float64)[..., None, None] * max(width, height)
    # K [r1 r2 f·e3], as above.
    seen = _rotation(np.asarray(turns, dtype=np.float64))
    seen[..., 2] = [0.0, 0.0, 1.0]
    seen *= np.concatenate([long, long, np.ones_like(long)], axis=-2)
    seen[..., 2] *= long[..., 0]
    to_middle = np.array([[1, 0, -width / 2], [0, 1, -height / 2], [0, 0, 1.0]])
    from_middle = np.array([[1, 0, width / 2], [0, 1, height / 2], [0, 0, 1.0]])
    back = from_middle @ np.linalg.inv(seen) @ to_middle
    return np.asarray(back / back[..., 2:, 2:], dtype=np.float64)


def _rotation(turns: Matrix) -> Matrix:
    """The rotations (..., 3, 3) about vectors (..., 3) by their lengths: Rodrigues' formula."""
    angle = np.sqrt(np.square(turns).sum(axis=-1))[..., None, None]
    crossed = (turns @ CROSSED.reshape(3, 9)).reshape(*turns.shape, 3)
    sine, versine = np.sinc(angle / np.pi), 0.5 * np.sinc(angle / (2 * np.pi)) ** 2
    return np.asarray(np.eye(3) + sine * crossed + versine * (crossed @ crossed))


def _turn_from_axis(ends: Points) -> float:
    step = ends[1] - ends[0]
    turn = abs(float(np.arctan2(step[1], step[0]))) % (np.pi / 2)
    return min(turn, np.pi / 2 - turn)


def _back(unknowns: Matrix, seen: _Seen) -> Matrix:
    """The homographies (..., 3, 3) of three turns and the logarithm of the focal length, over its
    spread, (..., 4)."""
    focal = FOCAL * np.exp(FOCAL_SPREAD * unknowns[..., 3])
    return straightening(unknowns[..., :3], seen.width, seen.height, focal)


def _moved(back: Matrix, points: Points) -> Matrix:
    """Points (..., 2) through each of k homographies (k, 3, 3): (k, ..., 2)."""
    flat = points.reshape(-1, 2) @ np.swapaxes(back[:, :, :2], 1, 2) + back[:, None, :, 2]
    return np.asarray((flat[..., :2] / flat[..., 2:]).reshape(len(back), *points.shape))


def _residuals(unknowns: Matrix, seen: _Seen, ease: float) -> Matrix:
    """What is left after straightening, and the unknowns themselves, all over their spreads, (k, n)
    for k sets of unknowns (k, 4).

    Of lines it is the angle from their axis, of ladders the logarithm of how uneven they are. Large
    ones of the paper count by the root of a Cauchy loss, of the drawing by that of a Welsch loss,
    which ends: a line that was meant to slope does not pull.
    """
    back = _back(unknowns, seen)
    off = _turns(_moved(back, seen.lines)) / seen.errors / ease
    rungs = _moved(back, seen.ladders)
    gaps = np.hypot(*np.moveaxis(rungs[..., 1:, :] - rungs[..., :-1, :], -1, 0))
    uneven = np.log(gaps[..., 0] / gaps[..., 1])
    drawn = off[:, seen.printed :]
    drawn = np.sign(drawn) * np.sqrt(
        -2.0 * OUTLIER * seen.votes * np.expm1(-(drawn**2) / (2.0 * OUTLIER))
    )
    printed = np.concatenate([off[:, : seen.printed], uneven / EVEN / ease], axis=1)
    printed = np.sign(printed) * np.sqrt(4.0 * np.log1p(printed**2 / 4.0))
    return np.concatenate([printed, drawn, unknowns / [TILT, TILT, ROLL, 1.0]], axis=1)


def _cost(unknowns: Matrix, seen: _Seen, ease: float = 1.0) -> float:
    return 0.5 * float(np.square(_residuals(unknowns[None], seen, ease)).sum())


def _linearised(unknowns: Matrix, seen: _Seen, ease: float) -> tuple[Matrix, Matrix]:
    """Residuals and their slopes by forward differences."""
    step = 1e-6
    here, *beside = _residuals(unknowns + step * np.eye(5, 4, -1), seen, ease)
    return here, (np.stack(beside, axis=1) - here[:, None]) / step
