"""The formulas that a drawing's motion is held to; SI units throughout."""

from __future__ import annotations

import math

GRAVITY = 9.81
DEFAULT_FRICTION = 0.6
ICE_FRICTION = 0.03


def pendulum_period(length: float, amplitude: float, gravity: float = GRAVITY) -> float:
    """The exact period of a point pendulum: 2π√(L/g) over the arithmetic-geometric mean of 1 and
    cos(amplitude / 2) (the complete elliptic integral, after Gauss)."""
    a, b = 1.0, math.cos(amplitude / 2)
    while abs(a - b) > 1e-12:
        a, b = (a + b) / 2, math.sqrt(a * b)
    return 2 * math.pi * math.sqrt(length / gravity) / a


def spring_period(mass: float, stiffness: float) -> float:
    """2π√(m/k)."""
    return 2 * math.pi * math.sqrt(mass / stiffness)


def slide_acceleration(angle: float, friction: float, gravity: float = GRAVITY) -> float:
    """Down a slope with friction: g(sin θ - μ cos θ), 0 where friction holds."""
    return max(0.0, gravity * (math.sin(angle) - friction * math.cos(angle)))


def roll_acceleration(angle: float, gravity: float = GRAVITY) -> float:
    """A solid sphere that rolls down a slope: 5/7 g sin θ."""
    return 5 / 7 * gravity * math.sin(angle)
