"""The line and the circle that fit points best."""

from __future__ import annotations

import math

import numpy as np

from .page import Points
from .vectors import Vector


def fit_line(points: Points) -> tuple[Vector, Vector, float]:
    """Total least squares: the ends of the fitted segment and the largest distance from it."""
    middle = points.sum(axis=0) / len(points)
    centred = points - middle
    (xx, xy), (_, yy) = (centred.T @ centred).tolist()
    # The longer axis of the ellipse with these second moments.
    turn = math.atan2(2 * xy, xx - yy) / 2
    direction = np.array([math.cos(turn), math.sin(turn)])
    along = centred @ direction
    stray = np.abs(centred @ np.array([-direction[1], direction[0]])).max()
    ends = middle + along.min() * direction, middle + along.max() * direction
    first, last = ends if along[-1] >= along[0] else ends[::-1]
    return first, last, float(stray)


def fit_circle(points: Points) -> tuple[Vector, float, float]:
    """Kåsa's least squares: centre, radius, and the root mean square distance from the circle."""
    count = len(points)
    middle = points.sum(axis=0) / count
    centred = points - middle
    x, y = centred.T
    squares = x * x + y * y
    # The normal equations part: the sums of x and of y about their middle are zero.
    (xx, xy), (_, yy) = (centred.T @ centred).tolist()
    ease = 1e-9 * (xx + yy) + 1e-12
    xx, yy = xx + ease, yy + ease
    right, down = (centred.T @ squares / 2).tolist()
    determinant = xx * yy - xy * xy
    center = np.array([yy * right - xy * down, xx * down - xy * right]) / determinant
    radius = math.sqrt(float(squares.sum()) / count + float(center @ center))
    stray = np.hypot(x - center[0], y - center[1]) - radius
    return center + middle, radius, math.sqrt(float(stray @ stray) / count)
