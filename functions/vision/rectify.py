"""How the page was held: the tilt that makes level and plumb again what was drawn so.

A page seen by a camera whose focal length is roughly known has three unknowns, the turns about its
three axes. They are fitted to the lines that are nearly level or nearly plumb: edges of the sheet,
its rules, and the drawing's own. A line that is meant to slope a little is outvoted; where too
little speaks for a tilt there is none.

The image of a plane that is turned by R about the picture's middle, seen with focal length f, is
x ~ K [r1 r2 f·e3] X with K = diag(f, f, 1) (Hartley and Zisserman, Multiple View Geometry, §8.1).
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from .page import Points, apply_homography

Matrix = npt.NDArray[np.float64]

FOCAL = 1.4
"""Focal length over the picture's longer side: between a phone's main camera (0.75 to 1.1) and one
zoomed or cropped (2)."""
NEARLY = np.deg2rad(22.0)
"""Lines within this of level or plumb may be meant so."""
STEADY = np.deg2rad(1.3)
"""A hand's error in the direction of a long line."""
TILT = np.deg2rad(9.0)
ROLL = np.deg2rad(4.0)
"""How far pages are usually tilted and turned."""
WORTH = 5.0
"""The least gain in half the squared error, in units of its spread, that makes a tilt believable:
three turns fitted to noise gain 1.5."""
MOST = np.deg2rad(26.0)
ANCHOR = np.deg2rad(4.0)
"""The lowest long line of a drawing is its ground: a tilt that slopes it follows a ramp and the box
on it, which are many lines that agree."""
LONG = 0.5


def find_tilt(
    lines: Sequence[tuple[Points, float]], width: int, height: int
) -> tuple[float, ...] | None:
    """The homography (row-major 3x3) from the image to the page seen from the front, or None.

    Args:
        lines: ends (2, 2) in image pixels, each with the error in radians of its direction.
        width, height: of the image.
    """
    near = [line for line in lines if _turn_from_axis(line[0]) < NEARLY]
    if len(near) < 3:
        return None
    ends = np.stack([line[0] for line in near])
    errors = np.array([max(line[1], STEADY) for line in near])
    best = np.zeros(3)
    cost = identity_cost = _cost(best, ends, errors, width, height)
    if identity_cost < WORTH:
        return None  # no tilt can gain that much
    damping = 1e-2
    for _ in range(25):
        residuals, slopes = _linearised(best, ends, errors, width, height)
        normal = slopes.T @ slopes
        step = np.linalg.solve(normal + damping * np.diag(np.diag(normal)), -slopes.T @ residuals)
        tried = _cost(best + step, ends, errors, width, height)
        if tried < cost:
            best, damping = best + step, damping / 3
            if cost - tried < 1e-4:
                break
            cost = tried
        else:
            damping *= 5
            if damping > 1e6:
                break
    if identity_cost - cost < WORTH or np.abs(best).max() > MOST:
        return None
    back = tuple(float(value) for value in straightening(best, width, height).ravel())
    return None if _turn_from_axis(apply_homography(back, _anchor(ends))) > ANCHOR else back


def _anchor(ends: Points) -> Points:
    """Of many lines (n, 2, 2) the one most likely meant level, (2, 2): the lowest long one."""
    steps = np.abs(ends[:, 1] - ends[:, 0])
    lengths = np.hypot(*steps.T)
    level = steps[:, 0] > steps[:, 1]
    long = lengths > LONG * lengths[level].max(initial=0.0)
    candidates = np.flatnonzero(level & long) if level.any() else np.arange(len(ends))
    return np.asarray(ends[max(candidates, key=lambda line: ends[line, :, 1].mean())])


def straightening(turns: npt.ArrayLike, width: int, height: int) -> Matrix:
    """The homography from a page turned by a rotation vector (3,) back to its front view.

    The middle of the picture stays, and so does the scale there.
    """
    focal = FOCAL * max(width, height)
    rotation = cv2.Rodrigues(np.asarray(turns, dtype=np.float64).reshape(3, 1))[0]
    seen = np.diag([focal, focal, 1.0]) @ np.column_stack(
        [rotation[:, 0], rotation[:, 1], [0.0, 0.0, focal]]
    )
    to_middle = np.array([[1, 0, -width / 2], [0, 1, -height / 2], [0, 0, 1.0]])
    from_middle = np.array([[1, 0, width / 2], [0, 1, height / 2], [0, 0, 1.0]])
    back = from_middle @ np.linalg.inv(seen) @ to_middle
    return np.asarray(back / back[2, 2], dtype=np.float64)


def _turn_from_axis(ends: Points) -> float:
    step = ends[1] - ends[0]
    turn = abs(float(np.arctan2(step[1], step[0]))) % (np.pi / 2)
    return min(turn, np.pi / 2 - turn)


def _residuals(turns: Matrix, ends: Points, errors: Matrix, width: int, height: int) -> Matrix:
    """Each line's angle from its axis after straightening, and the turns', over their spreads.

    Large ones count by the root of a Cauchy loss: a line that was meant to slope pulls weakly.
    """
    back = tuple(straightening(turns, width, height).ravel())
    moved = apply_homography(back, ends.reshape(-1, 2)).reshape(-1, 2, 2)
    step = moved[:, 1] - moved[:, 0]
    angle = np.arctan2(step[:, 1], step[:, 0])
    off = (angle + np.pi / 4) % (np.pi / 2) - np.pi / 4
    scaled = off / errors
    robust = np.sign(scaled) * np.sqrt(4.0 * np.log1p(scaled**2 / 4.0))
    return np.concatenate([robust, np.asarray(turns) / [TILT, TILT, ROLL]])


def _cost(turns: Matrix, ends: Points, errors: Matrix, width: int, height: int) -> float:
    return 0.5 * float(np.square(_residuals(turns, ends, errors, width, height)).sum())


def _linearised(
    turns: Matrix, ends: Points, errors: Matrix, width: int, height: int
) -> tuple[Matrix, Matrix]:
    """Residuals and their slopes by forward differences."""
    step = 1e-6
    here = _residuals(turns, ends, errors, width, height)
    slopes = [
        (_residuals(turns + step * axis, ends, errors, width, height) - here) / step
        for axis in np.eye(3)
    ]
    return here, np.stack(slopes, axis=1)
