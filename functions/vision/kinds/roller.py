"""Rollers: small circles between what they carry and the ground."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..mark import Mark
from ..reading import Reading

LARGEST = 0.14
"""Radius of a roller over the length of what it carries: a larger circle is a ball or a wheel."""
OVER = np.deg2rad(50)
"""How far from plumb over its centre a roller touches what it carries."""


def find(reading: Reading) -> list[Mark]:
    """All marks, with the balls and joints that are rollers made such."""
    touch = 2.5 * reading.stroke_width
    loads = reading.of("box", "polygon", "rod", "pin")
    floors = reading.of("ground", "support")
    return [
        replace(mark, kind="roller", confidence=min(mark.confidence, 0.85), instead="ball")
        if mark.kind in ("ball", "pivot")
        and any(_rests(mark, floor, touch, below=True) for floor in floors)
        and any(
            (mark.radius or 0.0) < LARGEST * float(np.ptp(load.outline, axis=0).max())
            and _rests(mark, load, touch, below=False)
            for load in loads
        )
        else mark
        for mark in reading.marks
    ]


def _rests(circle: Mark, other: Mark, touch: float, *, below: bool) -> bool:
    """Whether a circle touches another mark with its lower or its upper side, from outside."""
    radius = circle.radius or 0.0
    starts = other.outline
    ends = np.roll(starts, -1, axis=0) if other.closed else starts[1:]
    starts = starts[: len(ends)]
    along = ends - starts
    share = ((circle.center - starts) * along).sum(axis=1) / (along * along).sum(axis=1)
    feet = starts + np.clip(share, 0.0, 1.0)[:, None] * along - circle.center
    foot = feet[int(np.argmin(np.hypot(*feet.T)))]
    away = float(np.hypot(*foot))
    downwards = float(foot[1]) if below else -float(foot[1])
    return 0.6 * radius < away < radius + touch and downwards > np.cos(OVER) * away
